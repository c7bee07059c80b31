"""When an item is due again."""

import random
from datetime import UTC, datetime

import fsrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reviews import histories, row

from studynn.core.review import AGAIN, EASY, GOOD, HARD, standing
from studynn.core.schedule import (
    DECAY,
    FACTOR,
    RETENTION,
    REVIEW,
    Memory,
    fuzzed,
    interval,
    is_due,
    memories,
    next_dues,
    remember,
    retrievability,
    scheduler,
)

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


@moderately
@given(past=pasts)
def test_folding_the_log_is_remembering_step_by_step(past):
    memory = None
    for one in rows_of(past):
        memory = remember(one.item, memory, one.rating, one.moment)
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
def test_memory_is_that_of_the_library(past):
    card = fsrs.Card(card_id=0)
    for one in rows_of(past):
        when = datetime.fromtimestamp(one.moment / 1000, UTC)
        card, _ = fsrs.Scheduler(enable_fuzzing=False).review_card(card, fsrs.Rating(one.rating), when)
    memory = folded(past)
    assert (memory.stability, memory.difficulty, memory.state, memory.step) == (
        card.stability,
        card.difficulty,
        int(card.state),
        card.step,
    )
    assert memory.reviews == len(past)


def test_the_schedule_of_the_published_example_is_kept():
    """The reviews and intervals with which FSRS-6 is published: Good and Good again, then two failures and recovery."""
    ratings = (3, 3, 3, 3, 3, 3, 1, 1, 3, 3, 3, 3, 3)
    memory, when, intervals = None, moment(datetime(2022, 11, 29, 12, 30, tzinfo=UTC)), []
    for rating in ratings:
        memory = remember("x", memory, rating, when)
        plain = max(1, round(memory.stability)) if memory.state == REVIEW else 0
        intervals.append(plain)
        when = when + plain * DAY if plain else memory.due
    assert intervals == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


@moderately
@given(past=pasts)
def test_what_is_learnt_is_due_on_its_day_and_what_is_being_learnt_at_its_minute(past):
    memory = folded(past)
    assert is_due(memory, memory.due, memory.due + 1)
    if memory.state == REVIEW:
        assert is_due(memory, memory.due - DAY // 2, memory.due + 1) and not is_due(memory, memory.due, memory.due)
    else:
        assert not is_due(memory, memory.due - 1, memory.due + DAY)
    assert memory.due > memory.last == rows_of(past)[-1].moment


@moderately
@given(past=pasts)
def test_a_known_item_is_due_about_when_recall_has_fallen_to_nine_in_ten(past):
    memory = folded([*past, (EASY, DAY)])
    assert RETENTION == 0.9 and memory.state == REVIEW
    days, plain = (memory.due - memory.last) // DAY, min(max(1, round(memory.stability)), 36_500)
    assert abs(days - plain) <= 2 + 0.15 * plain
    if 1 < plain < 36_500:
        before, after = (retrievability(memory, memory.last + (plain + shift) * DAY) for shift in (-1, 1))
        assert before > RETENTION > after


@given(st.floats(0.7, 0.97), st.floats(0.1, 5000))
def test_recall_after_the_interval_for_a_retention_is_that_retention(retention, stability):
    memory = Memory(stability, 5.0, REVIEW, None, 0, 0, 1, 0)
    found = scheduler()
    days = interval(retention, stability)
    assert (DECAY, FACTOR) == (found._DECAY, found._FACTOR)
    assert (1 + found._FACTOR * days / stability) ** found._DECAY == pytest.approx(retention, rel=1e-12)
    assert interval(0.9, stability) == pytest.approx(stability)
    assert retrievability(memory, 0) == 1


@given(st.integers(1, 36_000), st.text(max_size=5), st.integers(0, 2**40))
def test_an_interval_is_fuzzed_alike_every_time_and_by_little(days, item, when):
    found = fuzzed(days, item, when)
    assert found == fuzzed(days, item, when)
    assert (found == days) if days < 3 else abs(found - days) <= 2 + 0.15 * days


def test_items_learnt_together_part():
    assert len({fuzzed(30, f"item {n}", 0) for n in range(100)}) >= 5


@moderately
@given(past=pasts, days=st.integers(0, 3000))
def test_recall_is_a_probability_that_never_rises_by_itself(past, days):
    memory = folded(past)
    now, later = (memory.last + count * DAY for count in (days, days + 1))
    assert 1 >= retrievability(memory, now) >= retrievability(memory, later) > 0


@pytest.mark.parametrize(("rating", "longer"), [(AGAIN, HARD), (HARD, GOOD), (GOOD, EASY)])
def test_a_better_answer_is_never_due_sooner(rating, longer):
    known = folded([(EASY, 0), (GOOD, 20 * DAY)])
    dues = next_dues("x", known, known.due)
    assert dues[rating] < dues[longer] and dues[rating] == remember("x", known, rating, known.due).due


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
    assert named and None not in named


def test_nothing_but_the_four_ratings_is_taken():
    for rating in (0, 5):
        with pytest.raises(ValueError):
            remember("x", None, rating, 0)


def test_a_cram_leaves_the_schedule_alone():
    rows = [row("a", item="x"), row("b", item="x", purpose="cram", rating=1, outcome="wrong")]
    assert memories(rows) == memories(rows[:1])


def test_forgetting_what_was_learnt_is_a_lapse_and_a_failure_in_learning_is_none():
    assert folded([(AGAIN, 0), (AGAIN, DAY)]).lapses == 0
    assert folded([(EASY, 0), (AGAIN, 9 * DAY), (AGAIN, 1)]).lapses == 1


@moderately
@given(when=st.datetimes(datetime(1900, 1, 1), datetime(8999, 12, 31), timezones=st.just(UTC)), past=pasts)
def test_a_clock_that_is_far_off_breaks_nothing(when, past):
    rows = [row("far", item="cnn.kernel", moment=moment(when)), *rows_of(past)]
    assert memories(rows)["cnn.kernel"].reviews == len(rows)
