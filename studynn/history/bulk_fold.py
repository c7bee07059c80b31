"""The memories of a whole log at once, by the formulas of FSRS-6 over arrays: one step for the first answers of all items,
one for the second, and so on. The tests hold it to the library, answer by answer.

Source: the reference implementation of FSRS-6 (`fsrs` 6.3), with its usual learning steps.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..core.schedule import DAY, LEARNING, RELEARNING, REVIEW, Memory, fuzzed, scheduler

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MINUTE = 60_000
SHORTEST = 0.001
"""Days of the least stability."""


class Expected(NamedTuple):
    """Answers about items that had been learnt: when they were given, with which rating, and the probability of recall
    just before each."""

    moments: list[int]
    ratings: list[int]
    recalls: list[float]


def fold(ratings: Iterable[tuple[str, int, int]], progress: Callable[[float], None]) -> Iterator[tuple[str, Memory]]:
    """Every item with its memory, from (item, moment, rating) in the order of items and moments."""
    answers = _Answers(ratings, progress)
    state = _State(len(answers.items))
    for chosen, when, rating in answers.turns(progress):
        state.answer(chosen, when, rating, new=not state.begun)
    return zip(answers.items, state.memories(answers.items, answers.counts), strict=True)


def fold_with_recall(
    ratings: Iterable[tuple[str, int, int]], progress: Callable[[float], None]
) -> tuple[dict[str, Memory], Expected]:
    """The same, and how probable the recall was of what had been learnt; the answers in no particular order."""
    answers = _Answers(ratings, progress)
    state = _State(len(answers.items))
    expected = Expected([], [], [])
    for chosen, when, rating in answers.turns(progress):
        learnt = state.state[chosen] == REVIEW
        expected.moments.extend(when[learnt].tolist())
        expected.ratings.extend(rating[learnt].tolist())
        expected.recalls.extend(state.recall(chosen[learnt], when[learnt]).tolist())
        state.answer(chosen, when, rating, new=not state.begun)
    return dict(zip(answers.items, state.memories(answers.items, answers.counts), strict=True)), expected


class _Answers:
    """All answers in arrays: those of an item next to each other, in order of time."""

    def __init__(self, ratings: Iterable[tuple[str, int, int]], progress: Callable[[float], None]) -> None:
        self.items: list[str] = []
        starts, moments, marks = array("q"), array("q"), array("b")
        for place, (item, moment, rating) in enumerate(ratings):
            if not self.items or self.items[-1] != item:
                self.items.append(item)
                starts.append(place)
            moments.append(moment)
            marks.append(rating)
            if not place % 100_000:
                progress(0.0)
        self.starts = np.array(starts, dtype=np.int64)
        self.moments, self.ratings = np.frombuffer(moments, dtype=np.int64), np.frombuffer(marks, dtype=np.int8)
        self.counts: Ints = np.diff(self.starts, append=len(moments))

    def turns(self, progress: Callable[[float], None]) -> Iterator[tuple[Ints, Ints, Ints]]:
        """The first answers of all items that have one, then the second ones: which items, when, and the ratings."""
        most = int(self.counts.max(initial=0))
        for turn in range(most):
            chosen = np.flatnonzero(self.counts > turn)
            places = self.starts[chosen] + turn
            yield chosen, self.moments[places], self.ratings[places].astype(np.int64)
            progress((turn + 1) / most)


class _State:
    """The memories of n items as arrays."""

    def __init__(self, n: int) -> None:
        self.begun = False
        self.w = scheduler().parameters
        self.decay, self.factor = scheduler()._DECAY, scheduler()._FACTOR
        self.stability, self.difficulty = np.zeros(n), np.zeros(n)
        self.state, self.step = np.full(n, LEARNING), np.zeros(n, dtype=np.int64)
        self.last, self.wait = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        self.days, self.lapses = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)

    def recall(self, chosen: Ints, when: Ints) -> Floats:
        """The probability of recall of items that were answered before."""
        return self._recall(self.stability[chosen], np.maximum(0, (when - self.last[chosen]) // DAY))

    def _recall(self, s: Floats, days: Ints) -> Floats:
        found: Floats = (1 + self.factor * days / s) ** self.decay
        return found

    def answer(self, chosen: Ints, when: Ints, rating: Ints, *, new: bool) -> None:
        """One answer for each of the chosen items: for all of them the first, or a later one."""
        days = np.maximum(0, (when - self.last[chosen]) // DAY)
        s, d = self.stability[chosen], self.difficulty[chosen]
        if new:
            first = np.array(self.w[:4])[rating - 1], self.w[4] - np.e ** (self.w[5] * (rating - 1)) + 1
            self.stability[chosen], self.difficulty[chosen] = np.maximum(first[0], SHORTEST), np.clip(first[1], 1, 10)
        else:
            self.stability[chosen], self.difficulty[chosen] = self._next(s, d, days, rating)
        self._move(chosen, rating)
        self.last[chosen] = when
        self.begun = True

    def _next(self, s: Floats, d: Floats, days: Ints, rating: Ints) -> tuple[Floats, Floats]:
        w = self.w
        quick = np.e ** (w[17] * (rating - 3 + w[18])) * s ** -w[19]
        quick = s * np.where(rating > 1, np.maximum(quick, 1.0), quick)
        recall = self._recall(s, days)
        bonus = np.where(rating == 2, w[15], np.where(rating == 4, w[16], 1.0))
        grown = s * (1 + np.e ** w[8] * (11 - d) * s ** -w[9] * (np.e ** ((1 - recall) * w[10]) - 1) * bonus)
        fallen = w[11] * d ** -w[12] * ((s + 1) ** w[13] - 1) * np.e ** ((1 - recall) * w[14])
        fallen = np.minimum(fallen, s / np.e ** (w[17] * w[18]))
        later = np.where(days < 1, quick, np.where(rating == 1, fallen, grown))
        easiest = w[4] - np.e ** (w[5] * 3) + 1
        harder = w[7] * easiest + (1 - w[7]) * (d + (10 - d) * -(w[6] * (rating - 3)) / 9)
        return np.maximum(later, SHORTEST), np.clip(harder, 1, 10)

    def _move(self, chosen: Ints, rating: Ints) -> None:
        """Where in learning the items stand afterwards: steps of 1 and 10 minutes, one of 10 minutes to learn again."""
        state, step = self.state[chosen], self.step[chosen]
        learning, learnt, again = state == LEARNING, state == REVIEW, rating == 1
        self.lapses[chosen] += learnt & again
        to_step_0 = again & ~learnt
        lapse = again & learnt
        last_step = np.where(learning, step >= 1, True)
        done = (learnt & ~again) | (rating == 4) | ((rating == 3) & last_step & ~learnt)
        onwards = learning & (rating == 3) & (step == 0)
        hard = (rating == 2) & ~learnt
        hard_wait = np.where(learning, np.where(step == 0, 5.5, 10.0), 15.0)
        wait = np.select([to_step_0 & learning, to_step_0 | lapse, onwards, hard], [1.0, 10.0, 10.0, hard_wait], 0.0)
        days = np.clip(np.rint(self.stability[chosen] / self.factor * (0.9 ** (1 / self.decay) - 1)), 1, 36_500)
        self.state[chosen] = np.where(done, REVIEW, np.where(lapse, RELEARNING, state))
        self.step[chosen] = np.where(done, -1, np.where(again, 0, np.where(onwards, 1, step)))
        self.days[chosen] = np.where(done, days, 0)
        self.wait[chosen] = np.rint(wait * MINUTE)

    def memories(self, items: list[str], counts: Any) -> Iterable[Memory]:
        """The memories as records."""
        columns = (self.stability, self.difficulty, self.state, self.step, self.last, self.wait, self.days, self.lapses)
        for item, reviews, (s, d, state, step, last, wait, days, lapses) in zip(
            items, counts.tolist(), zip(*(column.tolist() for column in columns), strict=True), strict=True
        ):
            due = last + (fuzzed(days, item, last) * DAY if days else wait)
            yield Memory(s, d, state, None if state == REVIEW else step, last, due, reviews, lapses)
