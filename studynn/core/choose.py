"""What to ask next: what is due, then what is weak, then what is new in the order of study, mixed so that neighbours differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from .draw import Rng, shuffled
from .item import Item, example_of

GENERATED, PROSE = "worked", "explain"
MOST = {GENERATED: 1 / 3, PROSE: 1 / 5}
"""Shares of a session: these take longest, the first to draw and compute, the second to write."""
NEW = 0.6
"""Share of a session for new items, while there are any."""
METHOD = "which"
ONE_METHOD_IN = 8
"""One question in so many asks which method fits, before any number (interleaving, Rohrer et al. 2019)."""
FEWEST_FOR_METHOD = 5


@dataclass(frozen=True, slots=True)
class Known:
    """How an item stands that was answered before: whether it is due or weak, its probability of recall, and whether
    its last answer was wrong though the learner was sure of it."""

    due: bool
    weak: bool
    recall: float
    sure_and_wrong: bool = False


def choose(items: list[Item], count: int, rng: Rng, known: Mapping[str, Known]) -> list[Item]:
    """Up to `count` items: first those that are due, then weak ones, then new ones in the order of their topics, then the rest.

    While there are new ones, they have their share, however much is due: under the forgetting curve of FSRS the first
    meeting with an item gains more than another review, and a learner who only reviews never sees the rest of the bank
    (benchmarks/simulated_learner.py).

    `known` tells of items by what the log calls them. Errors that the learner was sure of come before others of their
    rank, and what is known worst before what is known better. No item comes twice; generated questions are at most a
    third and prose a fifth where there are enough others; one in eight asks which method fits. The first is not a
    generated one, if there are others: a session begins at once. After it, neighbours do not share a fact or a formula
    while an order without that is in sight.
    """
    places = {topic: place for place, topic in enumerate(dict.fromkeys(item.topic for item in items))}
    ranked = sorted(shuffled(rng, items), key=lambda item: _rank(known.get(item.skill), places[item.topic]))
    return _apart(_with_methods(_mixed(_shared_out(ranked, count, known), count), ranked, known))


def _shared_out(ranked: list[Item], count: int, known: Mapping[str, Known]) -> list[Item]:
    """The same items, those that are due or weak beyond their share of the count put behind the new ones."""
    new = [item for item in ranked if item.skill not in known]
    urgent = [item for item in ranked if item.skill in known and (known[item.skill].due or known[item.skill].weak)]
    rest = [item for item in ranked if item.skill in known and not (known[item.skill].due or known[item.skill].weak)]
    places = max(0, count) - min(len(new), round(NEW * count))
    return [*urgent[:places], *new, *urgent[places:], *rest]


def of_examples(items: list[Item], known: Mapping[str, Known]) -> dict[str, Known]:
    """How items stand that ask one of several skills of a worked example, `conv-size@2` for `conv-size/…@2`: as the
    weakest of these that was answered."""
    skills: dict[str, list[Known]] = {}
    for skill, found in known.items():
        if example_of(skill):
            skills.setdefault(f"{example_of(skill)}@{skill.rpartition('@')[2]}", []).append(found)
    asked = {item.skill for item in items} & skills.keys()
    return {skill: min(skills[skill], key=lambda one: (not one.due, not one.weak, one.recall)) for skill in asked}


def _rank(known: Known | None, place: int) -> tuple[int, bool, float]:
    if known is None:
        return 2, True, place
    return 0 if known.due else 1 if known.weak else 3, not known.sure_and_wrong, known.recall


def _mixed(ranked: list[Item], count: int) -> list[Item]:
    """The best-ranked: facts and skills not repeated and long types within their shares, then the latter only, then any."""
    chosen: list[Item] = []
    met: set[str] = set()
    taken: set[str] = set()
    longer: Counter[str] = Counter()
    for fresh_facts, within_shares in ((True, True), (False, True), (False, False)):
        for item in ranked:
            if len(chosen) >= count:
                return chosen
            if item.id in taken or (fresh_facts and {item.fact, item.skill} & met):
                continue
            if within_shares and item.type in MOST and longer[item.type] >= max(1, int(count * MOST[item.type])):
                continue
            chosen.append(item)
            taken.add(item.id)
            met |= {item.fact, item.skill}
            longer[item.type] += 1
    return chosen


def _with_methods(chosen: list[Item], ranked: list[Item], known: Mapping[str, Known]) -> list[Item]:
    """The same with enough questions that ask for the method, in place of the last ones that are not due."""
    missing = len(chosen) // ONE_METHOD_IN or (len(chosen) >= FEWEST_FOR_METHOD)
    missing -= sum(item.type == METHOD for item in chosen)
    facts = {item.fact for item in chosen}
    others = [item for item in ranked if item.type == METHOD and item not in chosen and item.fact not in facts]
    for other in others[: max(0, missing)]:
        kept = (place for place in reversed(range(len(chosen))) if chosen[place].type != METHOD)
        place = next((place for place in kept if not _is_due(known.get(chosen[place].skill))), None)
        if place is None:
            break
        chosen[place] = other
    return chosen


def _is_due(known: Known | None) -> bool:
    return known is not None and known.due


def _apart(chosen: list[Item]) -> list[Item]:
    """The items in their order, except that one is put off where it is like the one before, and one brought forward
    where its like would otherwise be left over at the end."""
    ordered: list[Item] = []
    rest = list(chosen)
    while rest:
        candidates = [item for item in rest if ordered or item.type != GENERATED] or rest
        last = marks(ordered[-1]) if ordered else set()
        apart = [item for item in candidates if not last & marks(item)] or candidates
        best = next((item for item in apart if can_go_on(item, rest)), apart[0])
        rest.remove(best)
        ordered.append(best)
    return ordered


def can_go_on(first: Item, rest: list[Item]) -> bool:
    """Whether no fact and no formula is left so often, once `first` is asked, that it must meet itself."""
    left = Counter(mark for item in rest for mark in marks(item))
    left.subtract(marks(first))
    places = len(rest) - 1
    return all(count <= (places if mark in marks(first) else places + 1) // 2 for mark, count in left.items())


def marks(item: Item) -> set[tuple[str, str]]:
    """What neighbours should not share."""
    formula = {("formula", item.example)} if item.example else set()
    return {("fact", item.fact), *formula}
