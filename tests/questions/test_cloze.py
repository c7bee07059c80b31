"""A gap is filled in either language; how a term is written does not matter, a near miss costs nothing."""

from dataclasses import replace
from random import Random

import pytest

from studynn.core.text import Text
from studynn.questions.cloze import Cloze, Spellings
from studynn.worked import load as find_example

QUESTION = Cloze.samples()[0].question


def marked(typed, *spellings, zh=("感受野",)):
    question = replace(QUESTION, accept=Spellings(en=spellings, zh=zh))
    return question.pose(Random(1), find_example).mark(typed).outcome


@pytest.mark.parametrize(
    "typed",
    [
        "receptive field",
        "Receptive-Field",
        "RECEPTIVEFIELD",
        "“receptive field”",
        "receptive field.",
        "感受野",
        "《感受野》",
    ],
)
def test_case_spaces_hyphens_and_quotes_do_not_matter(typed):
    assert marked(typed, "receptive field") == "right"


@pytest.mark.parametrize("typed", ["receptve field", "receptive fields", "recetpive field", "receptive fjeld"])
def test_one_letter_off_in_a_long_word_is_asked_again(typed):
    assert marked(typed, "receptive field") == "unreadable"


def test_one_letter_off_in_a_short_word_is_wrong():
    assert marked("RLU", "ReLU") == "wrong" and marked("感受也", "ReLU") == "wrong"


def test_a_spelling_that_is_accepted_is_right_even_beside_a_longer_one():
    assert marked("strides", "stride", "strides") == "right"


def test_nothing_but_punctuation_is_nothing_typed():
    for typed in ("", " ", "...", "-", "()", "。"):
        assert marked(typed, "stride") == "unreadable"


def test_the_key_is_the_best_spelling_and_the_answer_stands_in_both_languages():
    posed = QUESTION.pose(Random(1), find_example)
    assert posed.key == "stride" and posed.answer == Text("stride", "步幅")


def test_the_last_hint_tells_the_first_letter_and_the_length():
    assert "“s”" in QUESTION.pose(Random(1), find_example).hints[-1].en
    with_hint = replace(QUESTION, hint=Text("think", "想"))
    assert with_hint.pose(Random(1), find_example).hints[0].en == "think"


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"ask": Text("no gap", "___")}, ("ask", "en")),
        ({"ask": Text("___", "___ 和 ___")}, ("ask", "zh")),
        ({"accept": Spellings(en=(), zh=("a",))}, ("accept", "en")),
        ({"accept": Spellings(en=("a",), zh=("a", "-"))}, ("accept", "zh")),
    ],
)
def test_what_is_wrong_with_the_content_is_named_where_it_stands(changes, at):
    assert [problem.at for problem in replace(QUESTION, **changes).problems(find_example)] == [at]
