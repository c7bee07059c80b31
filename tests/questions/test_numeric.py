"""A number is marked with a tolerance that is told; known wrong numbers are named."""

from dataclasses import replace
from random import Random

import pytest

from studynn.core.text import Text
from studynn.questions.numeric import Mistake, Numeric
from studynn.worked import load as find_example

WHOLE, PART = (sample.question for sample in Numeric.samples())
WHY = Text("why", "为何")


def posed(question=WHOLE, **changes):
    return replace(question, **changes).pose(Random(1), find_example)


def test_a_whole_number_is_asked_for_exactly_and_no_range_is_told():
    question = posed(answer=1_000_000)
    assert question.mark("1,000,000").outcome == "right" and question.mark("1000001").outcome == "wrong"
    assert question.mark("1e6").outcome == "right" and question.mark("1e6").accepted is None


def test_a_fraction_may_be_off_by_its_tolerance_and_the_range_is_told():
    question = posed(PART, answer="1/2", tolerance=0.1)
    for typed in ("0.5", "1/2", "50%", "0.45", "0.55"):
        assert question.mark(typed).outcome == "right"
    assert question.mark("0.56").outcome == "wrong" and question.mark("0.44").accepted.en == (
        "accepted: 0.45 to 0.55; yours is 12 % too small"
    )


def test_a_known_mistake_is_named_and_another_one_is_not():
    assert posed().mark("6").remarks == (WHOLE.mistakes[0].why,)
    assert posed().mark("7").remarks == ()


@pytest.mark.parametrize("typed", ["9", "9 weights", "9Weights", "9 个权重", "９ ｗｅｉｇｈｔｓ"])
def test_a_unit_in_either_language_may_be_typed(typed):
    assert posed().mark(typed).outcome == "right"


def test_another_unit_is_unreadable():
    assert posed().mark("9 apples").outcome == "unreadable"


def test_a_percentage_may_be_typed_with_and_without_its_sign_where_the_unit_is_percent():
    question = posed(answer=25, unit=Text("%", "%"), mistakes=())
    assert question.mark("25").outcome == question.mark("25%").outcome == question.mark("25 ％").outcome == "right"


def test_huge_numbers_are_wrong_or_unreadable_for_every_kind_of_answer():
    for answer in (9, 0.5, "1/12", 1e-7, 1e22):
        for typed in ("10^299", "10^400", "1e999", "-10^290", "1/10^299", "9^300*9^300"):
            assert posed(answer=answer, mistakes=()).mark(typed).outcome in ("wrong", "unreadable")


@pytest.mark.parametrize("answer", [9, -9, 0.5, 1e-7, 1e22, "1/12", "1 1/6", "5*5*3*32+32", "2^10", 0])
def test_the_key_is_right_whatever_the_answer(answer):
    question = posed(answer=answer, mistakes=())
    assert question.mark(question.key).outcome == "right"


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"answer": "nine"}, ("answer",)),
        ({"answer": float("nan")}, ("answer",)),
        ({"answer": float("inf")}, ("answer",)),
        ({"tolerance": 0.0}, ("tolerance",)),
        ({"tolerance": 0.2}, ("tolerance",)),
        ({"tolerance": float("nan")}, ("tolerance",)),
        ({"mistakes": (Mistake(value="9.0", why=WHY),)}, ("mistakes", 0)),
        ({"mistakes": (Mistake(value="six", why=WHY),)}, ("mistakes", 0, "value")),
    ],
)
def test_what_is_wrong_with_the_content_is_named_where_it_stands(changes, at):
    assert [problem.at for problem in replace(WHOLE, **changes).problems(find_example)] == [at]
