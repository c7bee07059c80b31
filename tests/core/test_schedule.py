"""When an item is due again."""

import random
from datetime import UTC, datetime, timedelta

import fsrs
import pytest
from fsrs import State
from hypothesis import given, settings
from hypothesis import strategies as st
from reviews import histories, row

from studynn.core.review import AGAIN, EASY, GOOD, HARD, standing
from studynn.core.schedule import RETENTION, is_due, memories, remember, retrievability

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = 86_400_000
moderately = settings(max_examples=60, deadline=None)
pasts = st.lists(
    st.tuples(st.sampled_from([AGAIN, HARD, GOOD, EASY]), st.integers(0, 60 * DAY)), min_size=1, max_size=12
)


def moment(when):
    return int(when.timestamp() * 1000)


def rows_of(past):
    """Rows of one item from ratings with the milliseconds that went by before each."""
    when, rows = moment(START), []
    for number, (rating, gap) in enumerate(past):
        when += gap
        rows.append(row(f"r{number:03}", outcome="wrong" if rating == AGAIN else "right", rating=rating, moment=when))
    return rows


def folded(past):
    return memories(rows_of(past))["cnn.kernel"]


def at(one):
    return datetime.fromtimestamp(one.moment / 1000, UTC)


@moderately
@given(past=pasts)
def test_folding_the_log_is_remembering_step_by_step(past):
    memory = None
    for one in rows_of(past):
        memory = remember(memory, one.rating, at(one))
    assert memory == folded(past)


@moderately
@given(rows=histories(), order=st.randoms(use_true_random=False))
def test_memories_depend_on_what_stands_and_not_on_the_order_of_rows(rows, order):
    found = memories(rows)
    assert found == memories(order.sample(rows, len(rows))) == memories(standing(rows))
    assert set(found) == {one.item for one in standing(rows)}


@moderately
@given(one=pasts, other=pasts)
def test_items_do_not_disturb_each_other(one, other):
    from dataclasses import replace

    second = [replace(found, id=f"s{found.id}", item="other") for found in rows_of(other)]
    found = memories([*second, *rows_of(one)])
    assert found == memories(rows_of(one)) | memories(second)


@moderately
@given(past=pasts)
def test_remembering_leaves_the_earlier_memory_as_it_was(past):
    memory = folded(past)
    before = memory.to_dict()
    remember(memory, AGAIN, memory.due)
    assert memory.to_dict() == before


@moderately
@given(past=pasts)
def test_an_item_is_due_at_its_moment_and_not_a_moment_before(past):
    memory = folded(past)
    assert is_due(memory, memory.due) and is_due(memory, memory.due + timedelta(days=1))
    assert not is_due(memory, memory.due - timedelta(microseconds=1))
    assert memory.due > memory.last_review == at(rows_of(past)[-1])


@moderately
@given(past=pasts)
def test_a_known_item_is_due_after_as_many_days_as_recall_takes_to_fall_to_nine_in_ten(past):
    memory = folded([*past, (EASY, DAY)])
    assert RETENTION == 0.9 and memory.state == State.Review
    days = (memory.due - memory.last_review).days
    assert days == min(max(1, round(memory.stability)), 36_500)
    if 1 < days < 36_500:
        before, after = (retrievability(memory, memory.due + timedelta(days=shift)) for shift in (-1, 1))
        assert before > RETENTION > after


@moderately
@given(past=pasts, days=st.integers(0, 3000))
def test_recall_is_a_probability_that_never_rises_by_itself(past, days):
    memory = folded(past)
    now, later = (memory.last_review + timedelta(days=count) for count in (days, days + 1))
    assert 1 >= retrievability(memory, now) >= retrievability(memory, later) > 0


@pytest.mark.parametrize(("rating", "longer"), [(AGAIN, HARD), (HARD, GOOD), (GOOD, EASY)])
def test_a_better_answer_is_never_due_sooner(rating, longer):
    known = folded([(EASY, 0), (GOOD, 20 * DAY)])
    assert remember(known, rating, known.due).due < remember(known, longer, known.due).due


def test_the_global_random_generator_is_neither_read_nor_moved():
    past = [(GOOD, 0), (GOOD, DAY), (GOOD, 9 * DAY), (AGAIN, 30 * DAY), (GOOD, 2 * DAY)]
    dues = set()
    for seed in range(20):
        random.seed(seed)
        before = random.getstate()
        dues.add(folded(past).due)
        assert random.getstate() == before
    assert len(dues) == 1


def test_a_card_is_always_named_so_that_the_library_need_not_wait_for_a_name(monkeypatch):
    named = []

    class Watched(fsrs.Card):
        def __init__(self, card_id=None, **rest):
            named.append(card_id)
            super().__init__(card_id, **rest)

    monkeypatch.setattr(fsrs, "Card", Watched)
    memories([row("a", item="x"), row("b", item="y"), row("c", item="x")])
    assert len(named) == 2 and None not in named


def test_nothing_but_utc_and_the_four_ratings_is_taken():
    for rating in (0, 5):
        with pytest.raises(ValueError):
            remember(None, rating, START)
    with pytest.raises(ValueError):
        remember(None, GOOD, START.replace(tzinfo=None))


@moderately
@given(when=st.datetimes(datetime(1900, 1, 1), datetime(8999, 12, 31), timezones=st.just(UTC)), past=pasts)
def test_a_clock_that_is_far_off_breaks_nothing(when, past):
    rows = [row("far", item="cnn.kernel", moment=moment(when)), *rows_of(past)]
    assert isinstance(memories(rows)["cnn.kernel"].due, datetime)
