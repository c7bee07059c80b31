"""What is counted answer by answer in one pass over the log: days, time, confidence, named mistakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from .item import example_of
from .review import Answer

LONGEST = 300_000
"""Milliseconds that an answer counts for at most: the learner may have gone away."""
RETIRED_AFTER = 3
REPEATED = 2
SURE = 3
_BUCKET = 900_000
"""Milliseconds: days begin and end on a quarter of an hour, whatever the time zone."""


class Share(NamedTuple):
    """How many answers there were, and how many of them were right."""

    answers: int = 0
    right: int = 0

    def and_one(self, is_right: bool) -> Share:
        """The same with one answer more."""
        return Share(self.answers + 1, self.right + is_right)


class SlipCount(NamedTuple):
    """A mistake by its tag, the worked example it was made in, how often and when last; retired after three right answers
    in a row on each skill where it was made."""

    example: str
    tag: str
    times: int
    last: int
    is_retired: bool

    @property
    def is_repeated(self) -> bool:
        """Whether it was made often enough to be pointed out, and is not overcome."""
        return self.times >= REPEATED and not self.is_retired


@dataclass
class _Slip:
    count: int = 0
    last: int = 0
    is_open: bool = False


@dataclass
class Tally:
    """What is counted answer by answer; these come by item and moment. `day_end_of` gives the end of a moment's day of study."""

    day_end_of: Callable[[int], int]
    per_day: Counter[int] = field(default_factory=Counter)
    milliseconds: Counter[int] = field(default_factory=Counter)
    first_answers: Share = field(default_factory=Share)
    confidence: dict[int, Share] = field(default_factory=dict)
    sure_and_wrong: dict[str, int] = field(default_factory=dict)
    _slips: dict[tuple[str, str], _Slip] = field(default_factory=dict)
    _item: str | None = None
    _running: dict[str, int] = field(default_factory=dict)
    _ends: dict[int, int] = field(default_factory=dict)

    def counted(self, answers: Iterable[Answer]) -> Iterator[tuple[str, int, int]]:
        """Count the answers while handing on item, moment and rating of those that the schedule knows of."""
        for answer in answers:
            self.add(answer)
            if answer.counts:
                yield answer.item, answer.moment, answer.rating
        self._close_item()

    def add(self, answer: Answer) -> None:
        """Count one answer."""
        if answer.item != self._item:
            self._close_item()
            self._item = answer.item
            self.first_answers = self.first_answers.and_one(answer.is_right)
        day = self._day(answer.moment)
        self.per_day[day] += 1
        self.milliseconds[day] += max(0, min(answer.milliseconds, LONGEST))
        if answer.confidence is not None:
            level = answer.confidence
            self.confidence[level] = self.confidence.get(level, Share()).and_one(answer.is_right)
        if answer.is_right:
            self.sure_and_wrong.pop(answer.item, None)
        elif answer.confidence == SURE:
            self.sure_and_wrong[answer.item] = answer.moment
        if answer.slips or self._running:
            self._count_slips(answer)

    def _day(self, moment: int) -> int:
        bucket = moment // _BUCKET
        if bucket not in self._ends:
            self._ends[bucket] = self.day_end_of(moment)
        return self._ends[bucket]

    def _count_slips(self, answer: Answer) -> None:
        for tag, run in self._running.items():
            self._running[tag] = run + 1 if answer.is_right else 0
        for tag in answer.slips:
            slip = self._slips.setdefault((example_of(answer.item), tag), _Slip())
            slip.count += 1
            slip.last = max(slip.last, answer.moment)
            self._running[tag] = 0

    def _close_item(self) -> None:
        """What was made at the last item and not overcome there stays open."""
        if self._item is not None:
            for tag, run in self._running.items():
                self._slips[example_of(self._item), tag].is_open |= run < RETIRED_AFTER
        self._running.clear()

    def slips(self) -> list[SlipCount]:
        """The mistakes that were named: those not overcome first, then the commonest, then the latest."""
        found = [
            SlipCount(example, tag, slip.count, slip.last, not slip.is_open)
            for (example, tag), slip in self._slips.items()
        ]
        return sorted(found, key=lambda slip: (slip.is_retired, -slip.times, -slip.last, slip.example, slip.tag))
