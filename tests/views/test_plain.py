"""Plain text is linear: no boxes, no colour, no escapes, one thing a line."""

from hypothesis import given, settings
from hypothesis import strategies as st
from looks import BOXES, LANGUAGES, blocks, examples, hostile, is_harmless, questions

from studynn.views.blocks import Gap, Grid, Heading, Line, Listing, Maths
from studynn.views.plain import render
from studynn.views.question import question_blocks
from studynn.views.worked import problem_blocks, worked_blocks


def test_no_worked_example_has_boxes_or_escapes():
    for worked in examples():
        for language in LANGUAGES:
            for screen in (worked_blocks(worked, language, verify=True), problem_blocks(worked, language)):
                text = render(screen)
                assert not BOXES & set(text) and is_harmless(text)


def test_no_question_has_boxes_or_escapes(tmp_path):
    for title, posed in questions(tmp_path):
        for language in LANGUAGES:
            text = render(question_blocks(posed, title, 1, 10, language))
            assert not BOXES & set(text) and is_harmless(text)


@settings(deadline=None, max_examples=100)
@given(st.lists(blocks, max_size=3))
def test_nothing_is_left_for_the_terminal_to_obey(screen):
    assert is_harmless(render([*screen, *hostile]))


def test_each_block_has_its_lines():
    screen = [
        Heading("Title"),
        Gap(),
        Line("first\nsecond", indent=2),
        Listing((("1", "one"), ("2", "two"))),
        Grid(
            ("Step", "Formula", "Value"),
            (("Sum", Maths("a + b"), Maths("[1, 2; 3, 4]")), ("Alone", "", Maths(""))),
            "T",
        ),
    ]
    assert render(screen) == (
        "Title\n\n  first\n  second\n  1 one\n  2 two\nT\nSum. Formula: a + b; Value: [1, 2; 3, 4]\nAlone\n"
    )
