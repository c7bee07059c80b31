"""One derivation gives truth, mistakes, diagnosis and marking with follow-through: on small examples made here."""

import math
from fractions import Fraction
from typing import Annotated

import numpy as np
import pytest

from studynn.core.inputs import Input, defaults
from studynn.core.steps import Example, Slip, Step, diagnose, follow_through, is_clear, work, wrong_values
from studynn.core.text import same


def step(name, value, *slips):
    return Step(name, same(name), name, str(value), value, tuple(Slip(tag, same(tag), wrong) for tag, wrong in slips))


def chain(a: Annotated[int, Input("a")] = 3):
    """Doubles and adds one, with a slip in each, then takes half."""
    doubled = yield step("doubled", 2 * a, ("squared", a * a), ("kept", a))
    more = yield step("more", doubled + 1, ("less", doubled - 1))
    yield step("half", more / 2)
    return (same("a note"),)


def loop(n: Annotated[int, Input("n")] = 3):
    """Adds 10 every time; the slip adds 1."""
    total = 0
    for t in range(1, n + 1):
        total = yield step(f"s{t}", total + 10, ("one", total + 1))


def bending(a: Annotated[int, Input("a")] = 2):
    """A slip of another shape at the first step."""
    vector = yield step(
        "vector", np.array([a, a + 1.0]), ("longer", np.array([1.0, 2.0, 3.0])), ("nought", np.zeros(2))
    )
    yield step("sum", float(vector.sum()))


def failing(a: Annotated[int, Input("a")] = 4):
    """Mistakes and learners' values on which the rest cannot be computed."""
    found = yield step("found", a, ("nothing", 0), ("below", -1))
    yield step("inverse", 12 / found)
    yield step("log", math.log(found))


def made(derive, *results):
    return Example(derive.__name__, same(derive.__name__), ("t",), results, derive, (same("general"),))


CHAIN, LOOP, BENDING, FAILING = made(chain, "more", "half"), made(loop, "s{t}"), made(bending), made(failing)


def values(worked):
    return [found.value for found in worked.steps]


def true(example):
    return work(example, defaults(example))


def test_run_plainly_the_steps_have_their_true_values():
    truth = true(CHAIN)
    assert values(truth) == [6, 7, 3.5]
    assert truth.results == {"more": 7, "half": 3.5}
    assert truth.notes == (same("general"), same("a note"))


def test_a_slip_is_carried_on_to_the_later_steps():
    assert values(work(CHAIN, {"a": 3}, slip="squared")) == [9, 10, 5]
    assert values(work(CHAIN, {"a": 3}, slip="less")) == [6, 5, 2.5]


def test_in_a_loop_a_slip_is_made_at_every_step_that_offers_it():
    assert values(true(LOOP)) == [10, 20, 30]
    assert values(work(LOOP, {"n": 3}, slip="one")) == [1, 2, 3]


def test_a_slip_that_changes_the_shape_ends_the_derivation():
    rerun = work(BENDING, {"a": 2}, slip="longer")
    assert [found.name for found in rerun.steps] == ["vector"] and values(rerun)[0].tolist() == [1, 2, 3]
    assert values(work(BENDING, {"a": 2}, slip="nought"))[1] == 0


@pytest.mark.parametrize(("tag", "reached"), [("nothing", ["found"]), ("below", ["found", "inverse"])])
def test_a_slip_on_which_the_rest_cannot_be_computed_ends_the_derivation(tag, reached):
    assert [found.name for found in work(FAILING, {"a": 4}, slip=tag).steps] == reached


def test_a_truth_that_cannot_be_computed_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        work(FAILING, {"a": 0})
    with pytest.raises(ValueError, match="math domain"):
        work(FAILING, {"a": -1})


def test_a_learners_values_are_carried_on_so_that_an_early_mistake_is_charged_once():
    assert values(follow_through(CHAIN, {"a": 3}, {"doubled": 9})) == [9, 10, 5]
    assert values(follow_through(CHAIN, {"a": 3}, {"more": 8, "unknown": 1})) == [6, 8, 4]
    assert values(follow_through(CHAIN, {"a": 3}, {})) == [6, 7, 3.5]


def test_nested_numbers_of_a_learner_become_an_array_where_the_truth_is_one():
    assert values(follow_through(BENDING, {"a": 2}, {"vector": (1, Fraction(1, 2))}))[1] == 1.5
    assert len(follow_through(BENDING, {"a": 2}, {"vector": (1, 2, 3)}).steps) == 1


@pytest.mark.parametrize("given", [0, -1, -0.5])
def test_a_learners_value_on_which_the_rest_cannot_be_computed_ends_the_derivation(given):
    assert len(follow_through(FAILING, {"a": 4}, {"found": given}).steps) < 3


def test_wrong_values_are_those_of_the_step_itself_then_those_carried_to_it():
    truth = true(CHAIN)
    assert [(slip.tag, value) for slip, value in wrong_values(truth, "doubled")] == [("squared", 9), ("kept", 3)]
    assert [(slip.tag, value) for slip, value in wrong_values(truth, "more")] == [
        ("less", 5),
        ("squared", 10),
        ("kept", 4),
    ]
    assert [(slip.tag, value) for slip, value in wrong_values(truth, "half")] == [
        ("squared", 5),
        ("kept", 2),
        ("less", 2.5),
    ]


def test_in_a_loop_both_the_last_slip_alone_and_all_of_them_are_wrong_values():
    assert [value for _, value in wrong_values(true(LOOP), "s3")] == [21, 3]


def test_a_slip_that_gives_the_truth_is_no_wrong_value():
    truth = work(CHAIN, {"a": 2})
    assert [slip.tag for slip, _ in wrong_values(truth, "doubled")] == ["kept"]
    assert not diagnose(truth, "doubled", 4)


def test_every_slip_is_diagnosed_from_the_answer_it_leads_to():
    for example in (CHAIN, LOOP, BENDING):
        truth = true(example)
        for tag in truth.slips():
            last = work(example, truth.inputs, slip=tag).steps[-1]
            assert tag in [slip.tag for slip in diagnose(truth, last.name, last.value)]


def test_an_answer_of_no_known_mistake_is_not_diagnosed():
    assert diagnose(true(CHAIN), "half", 99) == () == diagnose(true(CHAIN), "half", 3.5)
    assert diagnose(true(BENDING), "sum", (1, 2)) == ()


def test_two_mistakes_with_one_outcome_are_both_named():
    def both(a: Annotated[int, Input("a")] = 1):
        yield step("x", 5, ("first", 7), ("second", 7))

    assert [slip.tag for slip in diagnose(true(made(both)), "x", 7)] == ["first", "second"]


def test_a_derivation_is_clear_when_each_slip_is_apart_from_the_truth_and_the_others():
    assert is_clear(true(CHAIN)) and is_clear(true(LOOP))
    assert not is_clear(work(CHAIN, {"a": 2}))
    assert not is_clear(work(CHAIN, {"a": 1}))


def test_in_a_loop_one_clear_step_is_enough():
    def blurred(n: Annotated[int, Input("n")] = 2):
        yield step("s1", 0, ("kept", 0))
        yield step("s2", 1, ("kept", 0))

    assert is_clear(true(made(blurred)))


def test_a_step_is_found_by_name_or_not_at_all():
    truth = true(CHAIN)
    assert truth.step("half").value == 3.5 and truth.has("half") and not truth.has("third")
    with pytest.raises(KeyError):
        truth.step("third")


def test_a_result_with_a_counter_stands_for_every_count_and_nothing_else():
    assert LOOP.is_result("s1") and LOOP.is_result("s12")
    assert not any(LOOP.is_result(name) for name in ("s", "sx", "s1x", "xs1", "s{t}"))
    assert not made(chain, "a.c").is_result("abc")
