"""What a log of answers comes to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reviews import histories, row, undo

from studynn.core.review import AGAIN, GOOD, HARD, rating, standing
from studynn.core.verdict import Verdict

moderately = settings(max_examples=100, deadline=None)
orders = st.randoms(use_true_random=False)


@pytest.mark.parametrize(
    ("verdict", "hints", "expected"),
    [
        (Verdict("right"), 0, GOOD),
        (Verdict("right"), 1, HARD),
        (Verdict("right"), 5, HARD),
        (Verdict("wrong"), 0, AGAIN),
        (Verdict("wrong"), 2, AGAIN),
        (Verdict("wrong", share=0.4), 0, AGAIN),
        (Verdict("wrong", share=0.5), 0, HARD),
    ],
)
def test_wrong_is_again_right_is_good_and_right_after_a_hint_or_half_right_is_hard(verdict, hints, expected):
    assert rating(verdict, hints) == expected


@moderately
@given(rows=histories(), order=orders)
def test_the_order_of_rows_does_not_matter(rows, order):
    shuffled = order.sample(rows, len(rows))
    assert standing(shuffled) == standing(rows)


@moderately
@given(rows=histories(most=20), belongs=st.lists(st.sampled_from(["here", "there", "both"]), min_size=20, max_size=20))
def test_merging_two_logs_by_union_is_commutative_and_idempotent(rows, belongs):
    here = {one for one, place in zip(rows, belongs, strict=False) if place != "there"}
    there = {one for one, place in zip(rows, belongs, strict=False) if place != "here"}
    merged = standing(here | there)
    assert merged == standing(there | here) == standing(here | there | here) == standing(rows)


@moderately
@given(rows=histories())
def test_what_stands_is_an_answer_that_nothing_takes_back_and_all_of_those(rows):
    kept = standing(rows)
    assert all(one.outcome in ("right", "wrong") for one in kept)
    taken_back = {one.undoes for one in rows}
    assert {one.id for one in kept} == {one.id for one in rows if one.outcome} - taken_back


@moderately
@given(rows=histories())
def test_what_stands_is_in_order_of_time(rows):
    moments = [(one.moment, one.id) for one in standing(rows)]
    assert moments == sorted(moments)


@moderately
@given(rows=histories())
def test_what_stands_stands_again(rows):
    assert standing(standing(rows)) == standing(rows)


@moderately
@given(rows=histories())
def test_taking_back_a_row_is_as_if_it_had_not_been(rows):
    for one in standing(rows):
        without = [other for other in rows if other.id != one.id]
        assert standing([*rows, undo("z", one.id)]) == standing(without)


def test_an_undo_counts_even_where_its_clock_was_behind():
    assert standing([row("a", moment=100), undo("b", "a", moment=5)]) == []


def test_taking_back_twice_is_taking_back_once_and_an_undo_is_not_undone():
    assert standing([row("a"), undo("b", "a"), undo("c", "a"), undo("d", "b")]) == []


def test_an_undo_without_a_name_is_no_answer():
    assert standing([undo("a", "")]) == []


def test_rows_may_come_from_an_iterator_that_can_be_read_once():
    assert standing(iter([row("a"), row("b"), undo("c", "a")])) == [row("b")]
