"""What to ask next: what went wrong last time, what was never asked, then the rest, mixed so that neighbours differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from .draw import Rng, shuffled
from .item import Item


@dataclass(frozen=True)
class Past:
    """What the log knows of an item: how often it was asked and whether the last answer was right."""

    asked: int
    last_right: bool


def choose(
    items: list[Item],
    count: int,
    rng: Rng,
    past: Mapping[str, Past],
) -> list[Item]:
    """Up to `count` items: first those whose last answer was wrong, then new ones, then those asked least often.

    No question comes twice. At most one in three is a generated question where there are enough others, since those take
    longest. The first question is not a generated one, if there are others: drawing numbers takes longest, and a session
    begins at once. After it, neighbours do not share a fact or a formula while an order without that is in sight.
    """
    ranked = sorted(shuffled(rng, items), key=lambda item: _rank(past.get(item.skill)))
    chosen = _mixed(ranked, count)
    return _apart(chosen)


def _rank(past: Past | None) -> tuple[int, int]:
    if past is None:
        return 1, 0
    return (2, past.asked) if past.last_right else (0, past.asked)


def _mixed(ranked: list[Item], count: int) -> list[Item]:
    """The best-ranked: facts not repeated and generated questions at most a third, then the latter only, then any."""
    chosen: list[Item] = []
    facts: set[str] = set()
    taken: set[str] = set()
    generated = 0
    for fresh_facts, few_generated in ((True, True), (False, True), (False, False)):
        for item in ranked:
            if len(chosen) >= count:
                return chosen
            is_generated = item.type == "worked"
            if item.id in taken or (fresh_facts and item.fact in facts):
                continue
            if few_generated and is_generated and generated >= max(1, count // 3):
                continue
            chosen.append(item)
            taken.add(item.id)
            facts.add(item.fact)
            generated += is_generated
    return chosen


def _apart(chosen: list[Item]) -> list[Item]:
    """The questions in their order, except that one is put off where it is like the one before, and one brought forward
    where its like would otherwise be left over at the end."""
    ordered: list[Item] = []
    rest = list(chosen)
    while rest:
        candidates = [item for item in rest if ordered or item.type != "worked"] or rest
        last = _marks(ordered[-1]) if ordered else set()
        apart = [item for item in candidates if not last & _marks(item)] or candidates
        best = next((item for item in apart if _can_go_on(item, rest)), apart[0])
        rest.remove(best)
        ordered.append(best)
    return ordered


def _can_go_on(first: Item, rest: list[Item]) -> bool:
    """Whether no fact and no formula is left so often, once `first` is asked, that it must meet itself."""
    left = Counter(mark for item in rest for mark in _marks(item))
    left.subtract(_marks(first))
    places = len(rest) - 1
    return all(count <= (places if mark in _marks(first) else places + 1) // 2 for mark, count in left.items())


def _marks(item: Item) -> set[tuple[str, str]]:
    """What neighbours should not share."""
    formula = {("formula", item.example)} if item.type == "worked" else set()
    return {("fact", item.fact), *formula}
