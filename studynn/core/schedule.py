"""When an item is due again: FSRS by the `fsrs` library, without its fuzz, which would draw from the global generator."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from .review import Review, standing

RETENTION = 0.9
"""The probability of recall at which an item is due."""


@cache
def _scheduler() -> Any:
    from fsrs import Scheduler

    return Scheduler(desired_retention=RETENTION, enable_fuzzing=False)


def remember(memory: Any | None, rating: int, when: datetime) -> Any:
    """The memory of an item after a review at a moment (UTC) with a rating from 1 to 4; a new item has no memory."""
    from fsrs import Card, Rating

    card = memory or Card(card_id=0, due=when)
    return _scheduler().review_card(card, Rating(rating), when)[0]


def memories(rows: Iterable[Review]) -> dict[str, Any]:
    """The memory of every item that was answered, folded from the log."""
    found: dict[str, Any] = {}
    for row in standing(rows):
        if row.rating is not None:
            when = datetime.fromtimestamp(row.moment / 1000, UTC)
            found[row.item] = remember(found.get(row.item), row.rating, when)
    return found


def is_due(memory: Any, now: datetime) -> bool:
    """Whether an item should be asked again at a moment (UTC)."""
    return bool(memory.due <= now)


def retrievability(memory: Any, now: datetime) -> float:
    """The probability of recall at a moment (UTC), from 0 to 1."""
    return float(_scheduler().get_card_retrievability(memory, now))
