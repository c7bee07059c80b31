"""A row that is right from the learner's own earlier values earns its mark, unless nothing was left to work out."""

from fractions import Fraction
from random import Random
from typing import Annotated

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.answers import Unreadable
from studynn.core.draw import draw
from studynn.core.follow import is_neutral, mark_row, own_derivation, read_row
from studynn.core.inputs import Input, defaults
from studynn.core.near import near
from studynn.core.run import askable
from studynn.core.steps import Example, Slip, Step, work
from studynn.core.text import same
from studynn.core.values import components, nested, shape
from studynn.worked import load, names


def step(name, shown, value, *slips):
    return Step(name, same(name), name, shown, value, tuple(Slip(tag, same(tag), wrong) for tag, wrong in slips))


def sums(a: Annotated[int, Input("a")] = 20):
    """Adds, multiplies, adds again; with a slip at the first and at the last row."""
    total = yield step("total", f"{a} + 8", a + 8, ("no-eight", a))
    product = yield step("product", f"{total}·7", total * 7)
    yield step("end", f"{product} + 1", product + 1, ("no-one", product))


def shares(n: Annotated[int, Input("n")] = 3):
    """A third, and its square."""
    third = yield step("third", f"1/{n}", 1 / n)
    yield step("square", f"{third}²", third * third)


def matrices(scale: Annotated[int, Input("s")] = 2):
    """A matrix times a vector, then the largest entry."""
    matrix = yield step("matrix", "s·M", scale * np.array([[1.0, 2.0], [3.0, 5.0]]), ("plain", np.ones((2, 2))))
    product = yield step("product", f"{matrix.tolist()}·[7, 9]", matrix @ np.array([7.0, 9.0]))
    yield step("largest", "max", float(product.max()))


def counting(n: Annotated[int, Input("n")] = 4):
    """Counts up to a row's value."""
    count = yield step("count", f"{n}", n)
    yield step("sum", "Σ", sum(range(count)))


def made(derive):
    example = Example(derive.__name__, same(derive.__name__), ("t",), (), derive)
    return work(example, defaults(example))


SUMS, SHARES, MATRICES, COUNTING = made(sums), made(shares), made(matrices), made(counting)
NONE = frozenset()


def marked(truth, name, value, wrong=(), **earlier):
    return mark_row(truth, earlier, frozenset(wrong), name, value)


def test_the_true_value_is_right_whatever_came_before():
    assert marked(SUMS, "product", 196).kind == "right"
    assert marked(SUMS, "product", 196, ["total"], total=27).kind == "right"


def test_what_follows_from_an_earlier_wrong_value_earns_its_mark_and_says_from_which():
    mark = marked(SUMS, "product", 189, ["total"], total=27)
    assert (mark.kind, mark.sources, mark.own, mark.truth) == ("through", ("total",), 189, 196)
    assert mark.earned and not mark.is_clean and mark.slips == ()


def test_only_the_wrong_values_that_a_row_is_computed_from_are_its_sources():
    mark = marked(SUMS, "end", 190, ["total", "product"], total=27, product=189)
    assert (mark.kind, mark.sources) == ("through", ("product",))


def test_a_row_that_follows_from_right_values_that_were_rounded_is_right():
    assert marked(SHARES, "square", 0.1069, third=0.327).kind == "rounded"
    assert marked(SHARES, "square", 0.1069).kind == "wrong"
    assert marked(SHARES, "square", 0.1069, third=0.327).is_clean


def test_a_slip_made_on_the_learners_own_numbers_is_named():
    mark = marked(SUMS, "end", 189, ["total", "product"], total=27, product=189)
    assert (mark.kind, [slip.tag for slip in mark.slips], mark.own) == ("wrong", ["no-one"], 190)


def test_a_slip_of_this_row_is_named_before_one_carried_to_it():
    assert [slip.tag for slip in marked(SUMS, "end", 196).slips] == ["no-one"]
    assert [slip.tag for slip in marked(SUMS, "end", 141).slips] == ["no-eight"]


@pytest.mark.parametrize(
    ("wrong", "follows", "kind"), [(0, 0, "trivial"), (1, 7, "trivial"), (2, 14, "through"), (-1, -7, "through")]
)
def test_a_factor_of_nought_or_one_leaves_nothing_to_work_out(wrong, follows, kind):
    mark = marked(SUMS, "product", follows, ["total"], total=wrong)
    assert (mark.kind, mark.earned) == (kind, kind == "through")


def test_a_summand_of_nought_leaves_nothing_to_work_out_where_the_row_repeats_the_other():
    truth = made(summands)
    assert marked(truth, "sum", 5, ["part"], part=0).kind == "trivial"
    assert marked(truth, "sum", 7, ["part"], part=2).kind == "through"


def summands(a: Annotated[int, Input("a")] = 3):
    """A row, and 5 more."""
    part = yield step("part", f"{a}", a)
    yield step("sum", f"{part} + 5", part + 5)


def test_an_identity_matrix_leaves_nothing_to_work_out():
    identity = ((1, 0), (0, 1))
    assert marked(MATRICES, "product", (7, 9), ["matrix"], matrix=identity).kind == "trivial"
    swapped = ((0, 1), (1, 0))
    assert marked(MATRICES, "product", (9, 7), ["matrix"], matrix=swapped).kind == "through"


def test_where_the_true_row_is_as_trivial_the_mark_is_earned():
    def factor(a: Annotated[int, Input("a")] = 5):
        first = yield step("first", "1", 1)
        second = yield step("second", f"{a}", a)
        yield step("product", f"{first}·{second}", first * second)

    assert marked(made(factor), "product", 1, ["second"], first=1, second=1).kind == "through"


@pytest.mark.parametrize(
    ("value", "neutral"),
    [
        (0, True),
        (1.0, True),
        (Fraction(1), True),
        ((0, 0), True),
        (((1, 0), (0, 1)), True),
        (np.eye(3), True),
        (((0, 1), (1, 0)), False),
        ((1, 0), False),
        (-1, False),
        ("0", False),
    ],
)
def test_nought_one_and_the_identity_are_neutral(value, neutral):
    assert is_neutral(value) == neutral


def test_the_wrong_places_of_a_matrix_are_told_by_row_and_column():
    mark = marked(MATRICES, "matrix", ((2, 4), (6, 9)))
    assert (mark.kind, mark.places, mark.reordered) == ("wrong", ((2, 2),), False)
    assert marked(MATRICES, "matrix", ((4, 2), (6, 10))).places == ((1, 1), (1, 2))


def test_the_right_numbers_in_another_order_are_known():
    mark = marked(MATRICES, "matrix", ((10, 6), (4, 2)))
    assert mark.reordered and mark.places == ()


def test_places_are_told_against_what_follows_where_that_fits_better():
    own = ((1, 2), (3, 5))
    mark = marked(MATRICES, "product", (25, 67), ["matrix"], matrix=own)
    assert mark.places == ((2,),)


def test_the_numbers_of_a_stack_are_placed_along_each_axis():
    def stack(a: Annotated[int, Input("a")] = 1):
        yield step("stack", "", np.arange(8.0).reshape(2, 2, 2))

    assert marked(made(stack), "stack", (((0, 1), (2, 3)), ((4, 9), (6, 7)))).places == ((2, 1, 2),)


@pytest.mark.parametrize("value", [0.5, -3, Fraction(1, 3), 10**9, 1e300])
def test_a_value_with_which_the_rest_cannot_be_computed_leaves_the_rest_to_the_truth(value):
    assert not own_derivation(COUNTING, {"count": value}).has("sum") or value in (-3, 10**9, 1e300)
    assert marked(COUNTING, "sum", 6, ["count"], count=value).kind == "right"
    assert marked(COUNTING, "sum", 7, ["count"], count=value).kind == "wrong"


def test_a_value_beyond_all_measure_is_not_counted_up_to():
    assert own_derivation(COUNTING, {"count": 10**12}).step("sum").value == 6
    assert own_derivation(COUNTING, {"count": 100}).step("sum").value == 4950


def test_a_row_is_read_in_the_shape_that_follows_from_the_learners_values_too():
    def widths(n: Annotated[int, Input("n")] = 2):
        width = yield step("width", f"{n}", n)
        yield step("ones", "1", np.ones(width))

    truth = made(widths)
    assert read_row(truth, {}, "ones", "1 1") == (1, 1)
    assert read_row(truth, {"width": 3}, "ones", "1 1 1") == (1, 1, 1)
    with pytest.raises(Unreadable):
        read_row(truth, {}, "ones", "1 1 1")


def far_from(value):
    return nested(iter([number + abs(number) + 3 for number in components(value)]), shape(value))


@pytest.mark.parametrize("name", names())
def test_in_every_example_whoever_goes_on_from_a_wrong_value_loses_that_mark_only_unless_it_made_the_rest_trivial(name):
    truth = draw(load(name), Random(f"{name}/2"), 2)
    rows = askable(truth)
    for first in rows:
        values, wrong = {}, set()
        for row in rows:
            own = own_derivation(truth, values)
            value = own.step(row).value if own.has(row) else truth.step(row).value
            value = far_from(value) if row == first else value
            mark = mark_row(truth, values, frozenset(wrong), row, value)
            assert (mark.kind == "wrong") == (row == first), (first, row)
            values[row] = value
            wrong |= set() if mark.is_clean else {row}


@given(st.sampled_from(names()), st.integers(0, 10_000), st.integers(1, 3))
@settings(deadline=None, max_examples=60)
def test_on_any_draw_the_true_values_are_right_row_by_row(name, seed, level):
    truth = draw(load(name), Random(f"{seed}/{level}"), level)
    values = {}
    for row in askable(truth):
        value = truth.step(row).value
        assert mark_row(truth, values, NONE, row, value).kind == "right"
        assert near(own_derivation(truth, values).step(row).value, value)
        values[row] = value
