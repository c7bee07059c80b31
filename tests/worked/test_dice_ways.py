"""The ways of many dice, found together, are those found face by face."""

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from studynn.worked._dice import combined, ways_of_all, ways_of_fair


@given(st.integers(0, 14), st.integers(1, 13))
def test_fair_dice_together_are_as_one_after_the_other(count, side):
    assert ways_of_fair(count, side) == reduce(combined, [[1] * side] * count, [1])


@given(
    st.lists(
        st.one_of(st.integers(1, 7).map(lambda side: [1] * side), st.lists(st.integers(0, 5), min_size=1, max_size=5)),
        max_size=7,
    )
)
def test_fair_and_loaded_dice_of_any_kinds_are_as_one_after_the_other(weights):
    assert list(ways_of_all(weights)) == reduce(combined, weights, [1])


def test_a_thousand_dice_are_exact():
    ways = ways_of_all([[1] * 6] * 1000)
    assert sum(ways) == 6**1000
    assert ways == ways[::-1]
    assert sum(total * way for total, way in enumerate(ways)) * 2 == 5000 * 6**1000
