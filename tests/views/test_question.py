"""A question shows what is asked, what there is to choose from, and nothing that gives the answer away."""

from dataclasses import replace
from random import Random

import pytest
from looks import ESCAPES, LANGUAGES, is_harmless, questions

from studynn.core.question import OneOf, Ordered, Paired, SomeOf, Typed
from studynn.core.text import same
from studynn.core.verdict import Verdict
from studynn.questions import load, names
from studynn.views import markdown, plain, terminal
from studynn.views.question import answer_blocks, feedback_blocks, question_blocks, working_blocks
from studynn.worked import load as find_example

RENDERERS = (plain.render, markdown.render, lambda blocks: terminal.render(blocks, 60, False))
HOSTILE = same(f"{ESCAPES} stem")


def posed(name, sample=0):
    return load(name).samples()[sample].question.pose(Random(1), find_example)


def told(blocks):
    return plain.render(blocks)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_type_of_question_says_what_it_asks_and_how_to_answer(name, language):
    question = posed(name)
    text = told(question_blocks(question, same("Topic"), 3, 10, language))
    assert text.startswith("3/10 · Topic · ") and question.stem.to(language) in text
    assert len(text.splitlines()) >= 3


@pytest.mark.parametrize(
    "entry",
    [
        OneOf((HOSTILE,), (ESCAPES,)),
        SomeOf((HOSTILE,)),
        Typed(HOSTILE),
        Ordered((HOSTILE,)),
        Paired((HOSTILE,), (HOSTILE,)),
    ],
)
def test_escapes_in_a_deck_reach_no_output(entry):
    question = replace(posed("cloze"), stem=HOSTILE, entry=entry, answer=HOSTILE, because=HOSTILE, hints=(HOSTILE,))
    verdict = Verdict("wrong", (HOSTILE,), (ESCAPES,), HOSTILE)
    for language in LANGUAGES:
        blocks = [*question_blocks(question, HOSTILE, 1, 1, language), *feedback_blocks(question, verdict, language)]
        for render in RENDERERS:
            assert is_harmless(render(blocks)) and "stem" in render(blocks)


def test_escapes_in_a_typed_answer_reach_no_output():
    for name in names():
        question = posed(name)
        for language in LANGUAGES:
            for render in RENDERERS:
                assert is_harmless(render(feedback_blocks(question, question.mark(ESCAPES), language)))


def test_a_wrong_answer_is_followed_by_the_right_one_and_an_unreadable_one_is_not():
    question = posed("numeric")
    assert "9 weights" in told(feedback_blocks(question, question.mark("6"), "en"))
    assert "9" not in told(feedback_blocks(question, question.mark("nine"), "en"))
    assert "9" not in told(feedback_blocks(question, Verdict("broken"), "en"))


def test_a_wrong_worked_answer_is_followed_by_the_working_and_others_have_none():
    question = posed("worked")
    assert "The working:" in told(feedback_blocks(question, question.mark("0"), "en"))
    assert "解题过程" in told(answer_blocks(question, "zh"))
    assert working_blocks(posed("choice"), "en") == []


def test_the_accepted_range_is_told():
    question = posed("numeric", 1)
    assert "accepted: 0.08167 to 0.085" in told(feedback_blocks(question, question.mark("1/12"), "en"))
    assert "可接受范围" in told(feedback_blocks(question, question.mark("1/11"), "zh"))


def test_no_question_of_the_content_tells_its_answer_before_it_is_asked(tmp_path):
    for title, question in questions(tmp_path):
        if question.truth is not None and isinstance(question.entry, Typed):
            shown = told(question_blocks(question, title, 1, 1, "en"))
            assert "Working" not in shown and question.truth.step(question.step).title.en + "." not in shown
