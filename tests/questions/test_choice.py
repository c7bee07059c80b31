"""A choice: one right option, and a reason at every wrong one."""

from dataclasses import replace
from random import Random

from studynn.core.text import Text, same
from studynn.questions._options import Option, option_problems
from studynn.questions.choice import Choice
from studynn.worked import load as find_example

QUESTION = Choice.samples()[0].question
WHY = Text("why", "为何")


def options(*words, right=0):
    return tuple(Option(text=same(word), right=place == right, why=WHY) for place, word in enumerate(words))


def problems(*found, at_least=3):
    return [(problem.at, problem.what.en) for problem in option_problems(found, at_least)]


def test_a_wrong_option_is_answered_with_its_reason():
    posed = QUESTION.pose(Random(1), find_example)
    for place, option in enumerate(posed.entry.options):
        verdict = posed.mark(str(place + 1))
        if option.en == "22":
            assert verdict.remarks == (Text("That is 2 written twice.", "那是把 2 写了两遍。"),)
        assert (verdict.outcome == "right") == (option.en == "4")


def test_the_right_option_stands_in_every_place_over_many_draws():
    assert {QUESTION.pose(Random(seed), find_example).key for seed in range(50)} == {"1", "2", "3"}


def test_the_hint_rules_out_a_wrong_option():
    for seed in range(20):
        posed = QUESTION.pose(Random(seed), find_example)
        assert posed.hints[0].en != f"It is not {posed.key}."


def test_the_answer_names_the_option_by_key_and_words():
    posed = QUESTION.pose(Random(1), find_example)
    assert posed.answer.en == f"{posed.key}  4" == posed.answer.zh


def test_not_exactly_one_right_option_is_a_problem():
    for right in (-1, 0):
        found = options("a", "b", "c", right=right)
        found = found if right < 0 else (*found, Option(text=same("d"), right=True))
        assert [p.at for p in replace(QUESTION, options=found).problems(find_example)] == [("options",)]


def test_a_wrong_option_without_a_reason_is_named_by_its_place():
    assert problems(*options("a", "b"), Option(text=same("c"))) == [(("options", 2), "a wrong option needs `why`")]


def test_an_option_that_stands_twice_in_either_language_is_named():
    twice = (*options("a", "b"), Option(text=Text("c", "b"), why=WHY))
    assert problems(*twice) == [(("options", 2), "this option stands here twice")]


def test_too_few_and_too_many_options_are_a_problem():
    assert problems(*options("a", "b")) == [(("options",), "give 3 to 6 options")]
    assert problems(*options(*"abcdefg"))[0] == (("options",), "give 3 to 6 options")
    assert problems(*options(*"abcdef")) == []
