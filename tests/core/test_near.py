"""The one tolerance: reflexive, the same at every scale, exact for whole numbers."""

from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from studynn.core.near import near, tolerances
from studynn.core.values import is_whole
from studynn.core.words import accepted_range

fractions = st.fractions(-1000, 1000, max_denominator=1000)
numbers = st.one_of(st.integers(-(10**9), 10**9), st.floats(allow_nan=True, allow_infinity=True), fractions)
arrays = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.lists(numbers, min_size=n, max_size=n), min_size=1, max_size=4)
)
sizes = st.floats(0.01, 1e6)


@settings(deadline=None)
@given(st.one_of(numbers, arrays))
def test_everything_is_near_itself(value):
    assert near(value, value)


@settings(deadline=None)
@given(sizes, st.floats(-0.05, 0.05), st.integers(-20, 20))
def test_the_tolerance_is_the_same_at_every_scale(truth, error, power):
    scale = 2.0**power
    assume(not is_whole(truth) and not is_whole(truth * scale) and 1e-4 < truth * scale < 1e12)
    assert near(truth * (1 + error) * scale, truth * scale) == near(truth * (1 + error), truth)


@given(st.integers(-(10**12), 10**12), st.sampled_from([1, -1, 0.5]))
def test_a_whole_number_is_asked_for_exactly(truth, error):
    assert not near(truth + error, truth)
    assert near(float(truth), truth) and near(truth, float(truth))


def test_two_percent_are_allowed_and_more_are_not():
    assert near(0.51, 0.5) and near(0.49, 0.5) and not near(0.511, 0.5) and not near(-0.5, 0.5)
    assert near(Fraction(1, 12), 0.0833) and near(0.0833, Fraction(1, 12))


def test_a_nearly_vanishing_entry_may_be_off_by_one_percent_of_the_largest():
    assert near([0.5, 0.004], [0.5, 0.0001]) and not near([0.5, 0.006], [0.5, 0.0001])


def test_a_large_entry_does_not_loosen_whole_arrays():
    assert not near([1000, 1.5], [1000, 1]) and near([1000, 1], [1000, 1.0])


@pytest.mark.parametrize(
    ("answer", "truth"),
    [((1, 2), ((1, 2),)), (1, (1,)), (((1, 2), (3,)), ((1, 2), (3, 4))), (((1, 2), (3,), (4, 5, 6)), np.ones((3, 2)))],
)
def test_another_shape_is_not_near(answer, truth):
    assert not near(answer, truth)


@pytest.mark.parametrize("truth", [inf, -inf, nan])
def test_what_is_not_finite_is_met_only_by_the_same(truth):
    assert near(truth, truth) and near([0.5, truth], [0.5, truth])
    for answer in (0, 1e300, -inf if truth == inf else inf):
        assert not near(answer, truth) and not near([0.5, answer], [0.5, truth])
    assert not near([0.7, truth], [0.5, truth]) and not near(truth, 0.5)


def test_words_are_asked_for_exactly():
    assert near("same", "same") and not near("same", "valid") and not near("1", 1) and not near(1, "1")


def test_huge_and_tiny_answers_are_compared_without_overflow():
    for answer in (10**299, -(10**299), Fraction(1, 10**299), 1e300):
        assert not near(answer, 0.5) and not near((answer, 0.5), (0.5, 0.5))


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.floats(-1e9, 1e9), fractions), st.floats(1e-4, 0.1))
def test_both_ends_of_the_accepted_range_are_accepted_and_hold_the_truth(truth, relative):
    shown = accepted_range(truth, relative)
    if is_whole(truth):
        assert shown is None
    else:
        ends = [float(word.replace("−", "-")) for word in shown.en.removeprefix("accepted: ").split(" to ")]
        assert shown.zh.removeprefix("可接受范围：").replace(" 到 ", " to ") == shown.en.removeprefix("accepted: ")
        assert ends[0] <= float(truth) <= ends[1]
        assert all(near(end, truth, relative) for end in ends)


def test_no_range_is_told_where_there_is_none():
    assert [accepted_range(truth) for truth in (9, 9.0, Fraction(9), "same", (0.5, 0.25), inf, nan)] == [None] * 7


@given(arrays)
def test_there_is_one_tolerance_a_number_and_none_is_negative(value):
    assert len(tolerances(value)) == sum(map(len, value)) and all(0 <= allowed < inf for allowed in tolerances(value))
