"""What to ask next: what went wrong last time, what was never asked, then the rest, mixed so that neighbours differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from .draw import Rng, shuffled
from .question import Question


@dataclass(frozen=True)
class Past:
    """What the log knows of an item: how often it was asked and whether the last answer was right."""

    asked: int
    last_right: bool


def choose(
    questions: list[Question],
    count: int,
    rng: Rng,
    past: Mapping[str, Past],
) -> list[Question]:
    """Up to `count` questions: first those whose last answer was wrong, then new ones, then those asked least often.

    No question comes twice. At most one in three is a generated question where there are enough others, since those take
    longest. The first question is not a generated one, if there are others: drawing numbers takes longest, and a session
    begins at once. After it, neighbours do not share a fact or a formula while an order without that is in sight.
    """
    ranked = sorted(shuffled(rng, questions), key=lambda question: _rank(past.get(question.item())))
    chosen = _mixed(ranked, count)
    return _apart(chosen)


def _rank(past: Past | None) -> tuple[int, int]:
    if past is None:
        return 1, 0
    return (2, past.asked) if past.last_right else (0, past.asked)


def _mixed(ranked: list[Question], count: int) -> list[Question]:
    """The best-ranked: facts not repeated and generated questions at most a third, then the latter only, then any."""
    chosen: list[Question] = []
    facts: set[str] = set()
    taken: set[str] = set()
    generated = 0
    for fresh_facts, few_generated in ((True, True), (False, True), (False, False)):
        for question in ranked:
            if len(chosen) >= count:
                return chosen
            is_generated = question.type == "worked"
            if question.id in taken or (fresh_facts and question.fact in facts):
                continue
            if few_generated and is_generated and generated >= max(1, count // 3):
                continue
            chosen.append(question)
            taken.add(question.id)
            facts.add(question.fact)
            generated += is_generated
    return chosen


def _apart(chosen: list[Question]) -> list[Question]:
    """The questions in their order, except that one is put off where it is like the one before, and one brought forward
    where its like would otherwise be left over at the end."""
    ordered: list[Question] = []
    rest = list(chosen)
    while rest:
        candidates = [question for question in rest if ordered or question.type != "worked"] or rest
        last = _marks(ordered[-1]) if ordered else set()
        apart = [question for question in candidates if not last & _marks(question)] or candidates
        best = next((question for question in apart if _can_go_on(question, rest)), apart[0])
        rest.remove(best)
        ordered.append(best)
    return ordered


def _can_go_on(first: Question, rest: list[Question]) -> bool:
    """Whether no fact and no formula is left so often, once `first` is asked, that it must meet itself."""
    left = Counter(mark for question in rest for mark in _marks(question))
    left.subtract(_marks(first))
    places = len(rest) - 1
    return all(count <= (places if mark in _marks(first) else places + 1) // 2 for mark, count in left.items())


def _marks(question: Question) -> set[tuple[str, str]]:
    """What neighbours should not share."""
    formula = {("formula", question.item().split("/")[0])} if question.type == "worked" else set()
    return {("fact", question.fact), *formula}
