"""When an item is due again: FSRS by the `fsrs` library, with its fuzz drawn from the item instead of a global generator.

Moments are in milliseconds since 1970 in UTC. A day of study ends at four in the morning where the learner is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple
from zlib import crc32

from .review import Review, standing

RETENTION = 0.9
"""The probability of recall at which an item is due."""
DAY = 86_400_000
DECAY = -0.1542
FACTOR = RETENTION ** (1 / DECAY) - 1
"""Of the forgetting curve, as the library has them by default; here so that a start need not load it."""
LEARNING, REVIEW, RELEARNING = 1, 2, 3
YOUNG = 3.0
"""Days of stability below which an item is weak."""
SHORTEST_FUZZED = 3
"""Days; shorter intervals are kept as they are."""
FUZZ = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))
"""Shares of an interval's days from, to, by which it may be longer or shorter; one day is added. As in the library."""


class Memory(NamedTuple):
    """What is known of an item: how long it lasts (`stability`, days), how hard it is (1 to 10), where in learning it
    stands, when it was last answered and is due, how often it was answered, and how often forgotten after it was learnt."""

    stability: float
    difficulty: float
    state: int
    step: int | None
    last: int
    due: int
    reviews: int
    lapses: int


@cache
def scheduler() -> Any:
    """The library's scheduler without its own fuzz."""
    from fsrs import Scheduler

    return Scheduler(desired_retention=RETENTION, enable_fuzzing=False)


def remember(item: str, memory: Memory | None, rating: int, moment: int) -> Memory:
    """The memory of an item after a review with a rating from 1 to 4; a new item has no memory."""
    from fsrs import Card, Rating, State

    when = _moment(moment)
    card = Card(card_id=0, due=when)
    if memory is not None:
        card = Card(
            card_id=0,
            state=State(memory.state),
            step=memory.step,
            stability=memory.stability,
            difficulty=memory.difficulty,
            due=_moment(memory.due),
            last_review=_moment(memory.last),
        )
    card = scheduler().review_card(card, Rating(rating), when)[0]
    days = (card.due - when).days if int(card.state) == REVIEW else 0
    return Memory(
        card.stability,
        card.difficulty,
        int(card.state),
        card.step,
        moment,
        moment + (fuzzed(days, item, moment) * DAY if days else round((card.due - when).total_seconds() * 1000)),
        (memory.reviews if memory else 0) + 1,
        (memory.lapses if memory else 0) + (memory is not None and memory.state == REVIEW and rating == 1),
    )


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def fuzzed(days: int, item: str, moment: int) -> int:
    """An interval somewhat shorter or longer, so that items learnt together part; the same whenever it is asked again."""
    if days < SHORTEST_FUZZED:
        return days
    delta = 1.0 + sum(share * max(0.0, min(float(days), end) - start) for start, end, share in FUZZ)
    low, high = max(2, round(days - delta)), round(days + delta)
    return low + crc32(f"{item}/{moment}".encode()) % (high - low + 1)


def memories(rows: Iterable[Review]) -> dict[str, Memory]:
    """The memory of every item that was answered, folded from rows of the log one by one."""
    found: dict[str, Memory] = {}
    for row in standing(rows):
        if row.rating is not None and row.purpose != "cram":
            found[row.item] = remember(row.item, found.get(row.item), row.rating, row.moment)
    return found


def is_due(memory: Memory, now: int, day_end: int) -> bool:
    """Whether an item should be asked: one that is learnt on its day, one that is being learnt at its minute."""
    return memory.due < day_end if memory.state == REVIEW else memory.due <= now


def is_weak(memory: Memory, now: int) -> bool:
    """Whether an item is being learnt, lasts but a few days, or was forgotten more than once, and was not answered for a
    day: what was answered today is remembered, and asking it again teaches little."""
    return now - memory.last >= DAY and (memory.state != REVIEW or memory.stability < YOUNG or memory.lapses > 1)


def retrievability(memory: Memory, now: int) -> float:
    """The probability of recall at a moment, from 0 to 1: (1 + factor·t/S)^decay with t in whole days (FSRS-6)."""
    days = max(0, (now - memory.last) // DAY)
    return float((1 + FACTOR * days / memory.stability) ** DECAY)


def interval(retention: float, stability: float) -> float:
    """Days after which the probability of recall has fallen to `retention`: the inverse of the forgetting curve."""
    return float(stability / FACTOR * (retention ** (1 / DECAY) - 1))


def next_dues(item: str, memory: Memory | None, moment: int) -> dict[int, int]:
    """For each rating the moment at which the item would be due."""
    return {rating: remember(item, memory, rating, moment).due for rating in (1, 2, 3, 4)}
