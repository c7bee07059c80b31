"""In a terminal nothing is wider than the terminal, nothing is lost, and nothing is obeyed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from looks import BOXES, LANGUAGES, blocks, examples, grids, hostile, is_harmless, prose, questions, widest

from studynn.core.verdict import Verdict
from studynn.views.blocks import Grid, Heading, Line, Listing, Maths, columns
from studynn.views.question import feedback_blocks, question_blocks
from studynn.views.terminal import render
from studynn.views.worked import problem_blocks, worked_blocks

WIDTHS = (40, 47, 60, 72, 80, 100, 120)


@pytest.mark.long
@pytest.mark.parametrize("width", range(40, 121))
def test_no_worked_example_is_wider_than_any_terminal(width):
    language = LANGUAGES[width % 2]
    for worked in examples():
        for screen in (worked_blocks(worked, language, verify=True), problem_blocks(worked, language)):
            assert widest(render(screen, width, False)) <= width, worked.example.name


@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_worked_example_is_wider_than_common_terminals(width):
    for worked in examples():
        assert widest(render(worked_blocks(worked, "en"), width, False)) <= width, worked.example.name


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_question_or_feedback_is_wider_than_the_terminal(tmp_path, language):
    for title, posed in questions(tmp_path):
        asked = question_blocks(posed, title, 1, 10, language)
        told = feedback_blocks(posed, Verdict("wrong", tuple(posed.hints)), language)
        for width in WIDTHS:
            assert widest(render([*asked, *told], width, False)) <= width, posed.item


@settings(deadline=None, max_examples=200)
@given(st.lists(blocks, min_size=1, max_size=3), st.integers(40, 120))
def test_no_screen_whatever_is_wider_than_the_terminal(screen, width):
    assert widest(render(screen, width, False)) <= width


@settings(deadline=None, max_examples=100)
@given(grids(), st.integers(40, 120))
def test_every_line_of_a_table_is_equally_wide(grid, width):
    lines = [line for line in render([grid], width, False).split("\n") if line[:1] in set("╭│├╰")]
    assert len({columns(line) for line in lines}) <= 1


@settings(deadline=None, max_examples=100)
@given(st.lists(blocks, max_size=3))
def test_without_colour_nothing_is_left_for_the_terminal_to_obey(screen):
    assert is_harmless(render([*screen, *hostile], 80, False))


def test_with_colour_there_are_no_escapes_but_those_of_colour():
    import re

    text = render(hostile, 80, True)
    assert "\x1b[" in text and is_harmless(re.sub(r"\x1b\[[\d;]*m", "", text))
    assert re.sub(r"\x1b\[[\d;]*m", "", text) == render(hostile, 80, False)


def test_markup_and_emoji_codes_are_shown_as_they_are_typed():
    text = render([Line("[batch, seq] [bold]x[/bold] :smile: [/]")], 80, True)
    assert "[batch, seq] [bold]x[/bold] :smile: [/]" in text


def test_options_have_their_numbers_in_a_column_and_their_words_indented():
    listing = Listing((("1", "one two three four five six seven"), ("10", "ten")))
    assert render([listing], 24, False) == ("  1   one two three four\n      five six seven\n  10  ten\n")


def test_a_label_too_long_for_its_column_has_a_line_of_its_own():
    text = render([Listing((("studynn compute conv-size", "a worked example"),))], 40, False)
    assert text.split("\n")[0] == "  studynn compute conv-size" and "a worked example" in text


def test_a_table_that_cannot_fit_is_told_row_by_row():
    headers = tuple(f"header{number}" for number in range(8))
    text = render([Grid(headers, ((*"abcdefg", ""),), title="T")], 40, False)
    assert text == "T\na\n" + "".join(f"  header{n}: {sign}\n" for n, sign in enumerate("bcdefg", 1))


def test_formula_numbers_and_value_stand_under_each_other_where_columns_are_few():
    grid = Grid(
        ("Step", "Formula", "Numbers", "Value"), (("Sum", Maths("W + b + c"), Maths("1 + 2 + 3"), Maths("6")),), stack=3
    )
    narrow, wide = render([grid], 36, False), render([grid], 80, False)
    assert "Formula = Numbers = Value" in narrow and "│ = 1 + 2 + 3" in narrow and "│ = 6" in narrow
    assert "│ W + b + c │ 1 + 2 + 3 │ 6     │" in wide


def test_what_would_stand_twice_in_an_equation_stands_once():
    grid = Grid(("Step", "Formula", "Numbers", "Value"), (("S" * 30, Maths("x"), Maths("7"), Maths("7")),), stack=3)
    assert render([grid], 40, False).count("7") == 1


def test_a_heading_and_a_line_are_wrapped_at_words():
    assert render([Heading("one two"), Line("three four", indent=2)], 8, False) == "one two\n  three\n  four\n"


def test_colour_never_carries_meaning_alone():
    for tone in ("good", "bad", "quiet", "strong"):
        assert render([Line("words", tone)], 40, False) == "words\n"


lines = st.one_of(
    st.builds(Heading, prose, st.integers(1, 2)),
    st.builds(Line, prose, st.sampled_from(["normal", "strong", "quiet", "good", "bad"]), st.integers(0, 6)),
    st.builds(Listing, st.lists(st.tuples(prose, prose), max_size=4).map(tuple), st.integers(0, 4)),
)


@settings(deadline=None, max_examples=200)
@given(lines, st.integers(40, 120), st.booleans())
def test_lines_look_as_rich_would_print_them(block, width, colour):
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    stream = StringIO()
    console = Console(
        file=stream, width=width, force_terminal=colour, color_system="standard" if colour else None, _environ={}
    )
    for line in render([block], width, colour).split("\n")[:-1]:
        console.print(Text.from_ansi(line) if line else "", soft_wrap=True, highlight=False)
    assert stream.getvalue() == render([block], width, colour)


def test_matrices_have_boxes_only_here():
    assert BOXES & set(render([Grid(("a",), ((Maths("[1; 2]"),),))], 40, False))


def test_a_word_is_not_broken_while_another_column_can_give_way():
    grid = Grid(("Topic", "Says"), (("feature-engineering", "many short words that can go to the next line " * 2),))
    assert any("feature-engineering" in line for line in render([grid], 50, False).splitlines())
