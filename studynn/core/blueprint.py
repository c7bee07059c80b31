"""What an exam consists of, by shares, and the choice of its questions: from content, blueprint and seed alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from .draw import Rng
from .item import Item
from .text import Text

LEVELS = {1: 50.0, 2: 35.0, 3: 15.0}
TYPES = {
    "worked": 10.0, "choice": 4.0, "numeric": 3.0, "which": 3.0, "cloze": 2.0, "true-false": 2.0, "multi": 2.0,
    "explain": 2.0, "order": 1.0, "match": 1.0,
}  # fmt: skip
MARKS = {1: 1.0, 2: 2.0, 3: 3.0}
TITLE = Text("Mock exam on neural networks", "神经网络模拟考试")
COUNT = 20
MOST_QUESTIONS, MOST_MINUTES, LARGEST_SEED = 200, 600, 2**63 - 1
MINUTES_PER_MARK = 1.5
METHOD = "which"
ONE_METHOD_IN = 10
"""One question in so many, at least, asks which method fits."""

Kind = tuple[str, str, str, int, str]
"""Group of topics, topic, type, level and worked example of a question."""


@dataclass(frozen=True)
class Blueprint:
    """Shares of topics, types and levels by weight, and marks by level. No topics: each in proportion to its facts.

    What has no weight, or weight 0, is not asked. Without `minutes`, 1.5 minutes a mark.
    """

    title: Text = TITLE
    count: int = COUNT
    minutes: int | None = None
    seed: int | None = None
    topics: Mapping[str, float] = field(default_factory=dict)
    types: Mapping[str, float] = field(default_factory=lambda: dict(TYPES))
    levels: Mapping[int, float] = field(default_factory=lambda: dict(LEVELS))
    marks: Mapping[int, float] = field(default_factory=lambda: dict(MARKS))


def minutes_for(marks: float) -> int:
    """How long an exam lasts if nobody says so, in minutes."""
    return max(1, ceil(marks * MINUTES_PER_MARK))


def choose_exam(
    items: list[Item], blueprint: Blueprint, groups: Mapping[str, str], weights: Mapping[str, float], rng: Rng
) -> list[Item]:
    """Up to `blueprint.count` questions by the weights of topics, types and levels, in the order in which they are asked.

    `weights` are those of topics; `groups` gives to each topic under which word it was named, so that such a group has its
    share as a whole. No fact and no skill
    comes twice, so there may be fewer questions than wanted; neighbours never share a worked example. The order of
    `items` plays no part.
    """
    kinds = _kinds(items, blueprint, groups, weights, rng)
    shares = _shares(kinds, blueprint, weights)
    chosen: list[Item] = []
    counts: Counter[object] = Counter()
    offsets: dict[object, float] = {("topic", group): 2 * rng.random() for group in sorted(weights)}
    met: set[str] = set()
    methods = blueprint.count // ONE_METHOD_IN
    while len(chosen) < blueprint.count:
        for kind, heap in list(kinds.items()):
            while heap and {heap[-1][1].fact, heap[-1][1].skill} & met:
                heap.pop()
            if not heap:
                del kinds[kind]
        wanted = [kind for kind in kinds if len(chosen) >= methods or kind[2] == METHOD] or list(kinds)
        if not wanted:
            break
        best = min(wanted, key=lambda kind: (_fill(kind, counts, shares, offsets), kinds[kind][-1][0]))
        item = kinds[best].pop()[1]
        chosen.append(item)
        met |= {item.fact, item.skill}
        counts.update(_dimensions(best))
    return _apart(chosen, rng)


def _kinds(
    items: list[Item], blueprint: Blueprint, groups: Mapping[str, str], weights: Mapping[str, float], rng: Rng
) -> dict[Kind, list[tuple[float, Item]]]:
    """What may be asked, by kind, each kind in a drawn order that does not depend on the order of the items."""
    found: dict[Kind, list[tuple[float, Item]]] = {}
    for item in sorted(items, key=lambda item: (item.topic, item.id, item.skill)):
        place = rng.random()
        if (
            weights.get(item.topic, 0) > 0
            and blueprint.types.get(item.type, 0) > 0
            and blueprint.levels.get(item.level, 0) > 0
        ):
            kind = (groups.get(item.topic, ""), item.topic, item.type, item.level, item.example)
            found.setdefault(kind, []).append((place, item))
    for heap in found.values():
        heap.sort(key=lambda entry: entry[0], reverse=True)
    return found


def _dimensions(kind: Kind) -> tuple[object, ...]:
    group, topic, type, level, example = kind
    return ("group", group), ("topic", topic), ("type", type), ("level", level), ("example", example)


def _shares(kinds: Mapping[Kind, object], blueprint: Blueprint, weights: Mapping[str, float]) -> dict[object, float]:
    """The part of the questions that each topic, type and level should be, among those there are."""
    shares: dict[object, float] = {}
    by_name: tuple[tuple[str, int, Mapping[Any, float]], ...] = (
        ("topic", 1, weights),
        ("type", 2, blueprint.types),
        ("level", 3, blueprint.levels),
    )
    for name, place, wanted in by_name:
        present = sorted({kind[place] for kind in kinds}, key=str)
        total = sum(wanted[part] for part in present)
        shares |= {(name, part): wanted[part] / total for part in present}
    for group, topic in sorted({kind[:2] for kind in kinds}):
        shares["group", group] = shares.get(("group", group), 0.0) + shares["topic", topic]
    examples = {kind[4] for kind in kinds} - {""}
    return shares | {("example", example): 1 / len(examples) for example in examples}


def _fill(
    kind: Kind, counts: Mapping[object, int], shares: Mapping[object, float], offsets: Mapping[object, float]
) -> float:
    """How far above its shares one more question of a kind would lie (Sainte-Laguë's quotients, summed).

    Topics begin at drawn offsets, so that over many exams a small topic has its part as well. A worked example costs nothing the first time, so that those with many examples have no advantage.
    """
    *parts, example = _dimensions(kind)
    again = 2 * counts[example] / shares[example] if kind[4] else 0.0
    return sum((2 * counts[part] + offsets.get(part, 1)) / shares[part] for part in parts) + again


def _apart(chosen: list[Item], rng: Rng) -> list[Item]:
    """A drawn order in which neighbours never share a worked example; what cannot be kept apart is left out."""
    rest = [item for _, item in sorted((rng.random(), item) for item in chosen)]
    ordered: list[Item] = []
    while rest:
        left = Counter(item.example for item in rest if item.example)
        most, often = min(left.items(), key=lambda entry: (-entry[1], entry[0]), default=("", 0))
        last = ordered[-1].example if ordered else ""
        apart = [item for item in rest if not item.example or item.example != last]
        if not apart:
            break
        pressing = [item for item in apart if item.example == most] if 2 * often > len(rest) else []
        item = (pressing or apart)[0]
        rest.remove(item)
        ordered.append(item)
    return ordered
