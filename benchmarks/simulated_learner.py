"""A simulated learner studies for 60 days: by the order of `choose`, and in random order, for the same minutes.

    python benchmarks/simulated_learner.py [DAYS] [LEARNERS]

The learner forgets by FSRS, but every item lasts longer or shorter for her than the program believes (a factor drawn from a
log-normal distribution), so that the program's estimates are off as they are for people. Each day she answers as many
questions as fit into the minutes; what she has never met she does not know. Printed: the mean probability of recall over all
items of the bank at the end, and its mean over the days, for both orders and the same learners.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from studynn.bank.cache import Cache
from studynn.bank.library import Library, content_folder
from studynn.core.choose import Known, choose
from studynn.core.item import Item
from studynn.core.schedule import DAY, Memory, is_due, is_weak, remember, retrievability
from studynn.worked import load

MINUTES = 30
SECONDS_AN_ANSWER = {"worked": 90, "explain": 90, "numeric": 45}
USUAL_SECONDS = 25
SPREAD = 0.5
"""Standard deviation of the logarithm of the factor by which an item lasts longer for the learner."""
ROUND = 10
START = 1_700_000_000_000 // DAY * DAY

Order = Callable[[list[Item], random.Random, dict[str, Memory], int], list[Item]]


def by_choose(items: list[Item], rng: random.Random, memories: dict[str, Memory], now: int) -> list[Item]:
    """A round as `studynn quiz` chooses it."""
    known = {
        skill: Known(is_due(memory, now, now + DAY // 2), is_weak(memory, now), retrievability(memory, now))
        for skill, memory in memories.items()
    }
    return choose(items, ROUND, rng, known)


def at_random(items: list[Item], rng: random.Random, memories: dict[str, Memory], now: int) -> list[Item]:
    """A round drawn from all items."""
    return rng.sample(items, ROUND)


class Learner:
    """What is really remembered: the program's model with a factor for each item, which the program does not know."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.factors: dict[str, float] = {}
        self.memories: dict[str, Memory] = {}

    def recall(self, skill: str, now: int) -> float:
        """The true probability of recall; nothing for what was never met."""
        memory = self.memories.get(skill)
        return retrievability(memory, self._felt(skill, memory, now)) if memory else 0.0

    def answer(self, skill: str, now: int) -> int:
        """A rating, after which she has learnt from the answer that was shown."""
        rating = 3 if self.rng.random() < self.recall(skill, now) else 1
        memory = self.memories.get(skill)
        self.factors.setdefault(skill, self.rng.lognormvariate(0, SPREAD))
        moment = self._felt(skill, memory, now) if memory else now
        felt = remember(skill, memory, rating, moment)
        self.memories[skill] = felt._replace(last=now, due=now)
        return rating

    def _felt(self, skill: str, memory: Memory, now: int) -> int:
        return memory.last + int((now - memory.last) / self.factors[skill])


def study(items: list[Item], order: Order, days: int, seed: int) -> tuple[float, float]:
    """The mean recall over all items at the end, and its mean over the days."""
    learner, rng = Learner(seed), random.Random(seed)
    believed: dict[str, Memory] = {}
    skills = sorted({item.skill for item in items})
    daily = []
    for day in range(days):
        now, left = START + day * DAY, MINUTES * 60
        while left > 0:
            for item in order(items, rng, believed, now):
                left -= SECONDS_AN_ANSWER.get(item.type, USUAL_SECONDS)
                now += SECONDS_AN_ANSWER.get(item.type, USUAL_SECONDS) * 1000
                rating = learner.answer(item.skill, now)
                believed[item.skill] = remember(item.skill, believed.get(item.skill), rating, now)
                if left <= 0:
                    break
        daily.append(mean(learner.recall(skill, START + (day + 1) * DAY) for skill in skills))
    return daily[-1], mean(daily)


def main() -> None:
    """Both orders for the same learners."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    learners = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with TemporaryDirectory() as folder:
        library = Library((content_folder(),), Cache(Path(folder), "benchmark"), load)
        items = list(library.items(library.lines()))
    print(f"{len(items)} questions, {days} days of {MINUTES} minutes, {learners} learners")
    for name, order in (("choose", by_choose), ("random", at_random)):
        found = [study(items, order, days, seed) for seed in range(learners)]
        ends, means = zip(*found, strict=True)
        print(
            f"{name:8} recall at the end {mean(ends):.3f} ({min(ends):.3f} to {max(ends):.3f}), mean over the days {mean(means):.3f}"
        )


if __name__ == "__main__":
    main()
