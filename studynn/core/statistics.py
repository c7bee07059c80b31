"""What the answers of a learner come to: how topics stand, recall against its prediction, what will be due, days of study,
slips, calibration, a predicted mark. Folds of answers and memories at a moment; days are named by the moment they end."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import NamedTuple

from .item import Item, example_of
from .review import AGAIN
from .schedule import DAY, Memory, is_due, retrievability
from .tally import Share, SlipCount, Tally
from .topic import TopicLine

FEWEST = 20
"""Answers below which a share says nothing."""
GUESSED = 0.25
"""The share right that is expected of unseen items where nothing was answered yet."""
GUESSES = 4
"""How many answers that expectation counts for."""
WEEK, MONTH = 7, 30
"""Days."""


@dataclass(frozen=True)
class Standing:
    """How a topic stands: items in all, seen, due now, and the mean probability of recall over all items (unseen: 0)."""

    topic: TopicLine
    items: int
    seen: int
    due: int
    mastery: float


def standings(
    topics: list[TopicLine],
    items_of: Callable[[TopicLine], Iterable[Item]],
    memories: Mapping[str, Memory],
    now: int,
    day_end: int,
    aside: Container[str] = (),
) -> list[Standing]:
    """Every topic's standing at a moment; what is set aside is not due."""
    found = []
    for topic in topics:
        skills = {item.skill for item in items_of(topic)}
        known = {skill: memories[skill] for skill in skills if skill in memories}
        due = sum(is_due(memory, now, day_end) and skill not in aside for skill, memory in known.items())
        recall = sum(retrievability(memory, now) for memory in known.values())
        found.append(Standing(topic, len(skills), len(known), due, recall / len(skills) if skills else 0.0))
    return found


class Retention(NamedTuple):
    """Of answers about what had been learnt: how many, the share recalled, the mean that was predicted (0 where none)."""

    answers: int
    measured: float
    predicted: float

    @property
    def is_telling(self) -> bool:
        """Whether the answers are enough to say something."""
        return self.answers >= FEWEST


def retention(moments: Sequence[int], ratings: Sequence[int], recalls: Sequence[float], since: int = 0) -> Retention:
    """Measured against predicted, from a moment on; each answer with its rating and the recall predicted just before it."""
    count = recalled = 0
    predicted = 0.0
    for moment, rating, recall in zip(moments, ratings, recalls, strict=True):
        if moment >= since:
            count += 1
            recalled += rating > AGAIN
            predicted += recall
    return Retention(count, recalled / count, predicted / count) if count else Retention(0, 0.0, 0.0)


def streak(days: Iterable[int], today: int, day_end_of: Callable[[int], int]) -> tuple[int, int]:
    """How many days of study in a row up to now have an answer, and the most there ever were; today is not needed yet."""
    longest = running = 0
    ordered = sorted(days)
    before: int | None = None
    for day in ordered:
        running = running + 1 if before is not None and day_end_of(before + DAY // 2) == day else 1
        longest = max(longest, running)
        before = day
    is_going_on = before is not None and (before >= today or day_end_of(before + DAY // 2) == today)
    return running if is_going_on else 0, longest


def coming_days(today: int, day_end_of: Callable[[int], int], count: int = MONTH) -> list[int]:
    """The ends of today and of the days after it."""
    days = [today]
    while len(days) < count:
        days.append(day_end_of(days[-1] + DAY // 2))
    return days


def forecast(memories: Mapping[str, Memory], days: Sequence[int], aside: Mapping[str, int]) -> list[int]:
    """How many items fall due on each of the coming days if nothing is answered; what is overdue counts for the first.

    `aside` holds the moments until which items are set aside.
    """
    counts = [0] * len(days)
    for item, memory in memories.items():
        place = bisect_right(days, max(memory.due, aside.get(item, 0)))
        if place < len(days):
            counts[place] += 1
    return counts


class Prediction(NamedTuple):
    """The share of right answers to be expected over all items, and two standard deviations to each side of it."""

    share: float
    low: float
    high: float


def predicted_mark(recalls: Iterable[float], unseen: int, first_answers: Share) -> Prediction | None:
    """The mark if all items were asked: the seen ones by their recall, the unseen by the share of first answers that were
    right so far, with some guesses beside them, so that few answers do not decide it. Nothing where there are no items.

    The interval is two standard deviations: of the answers, and of the share itself (that of a beta distribution).
    """
    weight = first_answers.answers + GUESSES
    guess = (first_answers.right + GUESSES * GUESSED) / weight
    chances = [*recalls, *[guess] * unseen]
    if not chances:
        return None
    share = sum(chances) / len(chances)
    variance = sum(chance * (1 - chance) for chance in chances) + unseen**2 * guess * (1 - guess) / (weight + 1)
    spread = 2 * sqrt(variance) / len(chances)
    return Prediction(share, max(0.0, share - spread), min(1.0, share + spread))


def new_items_a_day(unseen: int, days: int) -> int:
    """How many unseen items must be begun on each day up to the exam to have seen all by then."""
    return ceil(unseen / max(1, days))


class Practised(NamedTuple):
    """The skills of worked examples that no topic's own question asks for: how many, how many due, their mean recall."""

    skills: int
    due: int
    recall: float


@dataclass(frozen=True)
class Exam:
    """An exam to come: in how many days, the mark then if nothing more is done, new items a day to have seen all."""

    days: int
    mark: Prediction | None
    new_a_day: int


@dataclass(frozen=True)
class Past:
    """What the log comes to: what was counted, the memory of every item, the answers about what was learnt (moments,
    ratings, predicted recalls), and until when items are set aside."""

    tally: Tally
    memories: Mapping[str, Memory]
    learnt: tuple[Sequence[int], Sequence[int], Sequence[float]]
    aside: Mapping[str, int]


@dataclass(frozen=True)
class Statistics:
    """Everything at a moment. `days` are answers and milliseconds by day of study, `week` those of the last seven days;
    `sure_and_wrong` the items that were not right since, the latest first."""

    topics: list[Standing]
    practised: Practised
    retention: Retention
    lately: Retention
    forecast: list[tuple[int, int]]
    streak: tuple[int, int]
    days: list[tuple[int, int, int]]
    week: tuple[int, int]
    slips: list[SlipCount]
    confidence: Mapping[int, Share]
    sure_and_wrong: list[tuple[str, int]]
    unseen: int
    mark: Prediction | None
    exam: Exam | None

    @property
    def answers(self) -> int:
        """How many answers there are in all."""
        return sum(count for _, count, _ in self.days)


def summed_up(
    past: Past,
    skills: Mapping[TopicLine, Iterable[Item]],
    now: int,
    day_end_of: Callable[[int], int],
    exam_in: int | None,
) -> Statistics:
    """The statistics of some topics with their items, at a moment; `exam_in` are the days up to an exam."""
    tally, today = past.tally, day_end_of(now)
    aside = {item: until for item, until in past.aside.items() if until > now}
    asked = {item.skill for items in skills.values() for item in items}
    seen = {skill: memory for skill, memory in past.memories.items() if skill in asked}
    drilled = {skill: memory for skill, memory in past.memories.items() if skill not in asked and example_of(skill)}
    unseen = len(asked) - len(seen)
    days = coming_days(today, day_end_of)
    week = [day for day in tally.per_day if day > today - WEEK * DAY + DAY // 2]  # however long these days are

    def mark_in(days: int) -> Prediction | None:
        recalls = (retrievability(memory, now + days * DAY) for memory in seen.values())
        return predicted_mark(recalls, unseen, tally.first_answers)

    return Statistics(
        topics=standings(list(skills), skills.__getitem__, past.memories, now, today, aside),
        practised=_practised(drilled, now, today, aside),
        retention=retention(*past.learnt),
        lately=retention(*past.learnt, since=now - MONTH * DAY),
        forecast=list(zip(days, forecast(seen | drilled, days, aside), strict=True)),
        streak=streak(tally.per_day, today, day_end_of),
        days=[(day, count, tally.milliseconds[day]) for day, count in sorted(tally.per_day.items())],
        week=(sum(tally.per_day[day] for day in week), sum(tally.milliseconds[day] for day in week)),
        slips=tally.slips(),
        confidence=tally.confidence,
        sure_and_wrong=sorted(tally.sure_and_wrong.items(), key=lambda error: (-error[1], error[0])),
        unseen=unseen,
        mark=mark_in(0),
        exam=None if exam_in is None else Exam(exam_in, mark_in(exam_in), new_items_a_day(unseen, exam_in)),
    )


def _practised(drilled: Mapping[str, Memory], now: int, day_end: int, aside: Container[str]) -> Practised:
    due = sum(is_due(memory, now, day_end) and skill not in aside for skill, memory in drilled.items())
    recall = sum(retrievability(memory, now) for memory in drilled.values())
    return Practised(len(drilled), due, recall / len(drilled) if drilled else 0.0)
