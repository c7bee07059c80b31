"""What is remembered of an answer, and what a log of such rows comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from .verdict import Outcome, Verdict

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
Purpose = Literal["study", "cram", "exam"]
MarkKind = Literal["bury", "suspend", "resume"]


@dataclass(frozen=True, slots=True)
class Review:
    """One row of the review log: an answer, or (with `undoes`) the taking back of an earlier row.

    `moment` is in milliseconds since 1970 in UTC; `question`, `seed` and `version` make the very question again.
    `confidence` is what the learner said before the reveal, 1 to 3. Rows of a cram do not count for the schedule.
    """

    id: str
    item: str
    question: str
    moment: int
    outcome: Outcome | None
    rating: int | None
    answer: str
    seed: int
    level: int
    language: str
    milliseconds: int
    hints: int
    slips: tuple[str, ...]
    device: str
    version: str
    undoes: str | None = None
    confidence: int | None = None
    purpose: Purpose = "study"


@dataclass(frozen=True, slots=True)
class Mark:
    """A row beside the answers: an item is buried until the next day, suspended, or taken up again."""

    id: str
    item: str
    moment: int
    kind: MarkKind
    device: str
    version: str


class Answer(NamedTuple):
    """What statistics need of an answer. `counts` says whether the schedule knows of it, which a cram it does not."""

    item: str
    moment: int
    is_right: bool
    rating: int
    milliseconds: int = 0
    slips: tuple[str, ...] = ()
    confidence: int | None = None
    counts: bool = True


def rating(verdict: Verdict, hints: int) -> int:
    """The rating that an answer comes to: wrong is Again, right after a hint or wrong by less than half Hard, otherwise Good."""
    if verdict.outcome != "right":
        return HARD if verdict.share >= 0.5 else AGAIN
    return HARD if hints else GOOD


def standing(rows: Iterable[Review]) -> list[Review]:
    """The answers that count: those no later row takes back, in order of time (equal times by id)."""
    rows = list(rows)
    undone = {row.undoes for row in rows if row.undoes is not None}
    kept = [row for row in rows if row.undoes is None and row.id not in undone]
    return sorted(kept, key=lambda row: (row.moment, row.id))
