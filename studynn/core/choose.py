"""What to ask next: what went wrong last time, what was never asked, then the rest, mixed so that neighbours differ."""

from __future__ import annotations

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

    At most one in three is a generated question where there are enough others, since those take longest. Neighbours never
    share a fact or a formula while another order is possible. The first question is not a generated one, if there are others:
    drawing numbers takes longest, and a session begins at once.
    """
    ranked = sorted(shuffled(rng, questions), key=lambda question: _rank(past.get(question.item())))
    chosen = _mixed(ranked, count)
    return _apart(chosen)


def _rank(past: Past | None) -> tuple[int, int]:
    if past is None:
        return 1, 0
    return (2, past.asked) if past.last_right else (0, past.asked)


def _mixed(ranked: list[Question], count: int) -> list[Question]:
    """The best-ranked, with facts not repeated and generated questions at most a third, as far as there are others."""
    chosen: list[Question] = []
    facts: set[str] = set()
    taken: set[str] = set()
    generated = 0
    for strict in (True, False):
        for question in ranked:
            if len(chosen) == count:
                return chosen
            is_generated = question.type == "worked"
            if question.id in taken:
                continue
            if strict and (question.fact in facts or (is_generated and generated >= max(1, count // 3))):
                continue
            chosen.append(question)
            taken.add(question.id)
            facts.add(question.fact)
            generated += is_generated
    return chosen


def _apart(chosen: list[Question]) -> list[Question]:
    ordered: list[Question] = []
    rest = list(chosen)
    while rest:
        candidates = [question for question in rest if ordered or question.type != "worked"] or rest
        best = next(
            (question for question in candidates if not ordered or not _alike(ordered[-1], question)), candidates[0]
        )
        rest.remove(best)
        ordered.append(best)
    return ordered


def _alike(one: Question, other: Question) -> bool:
    same_formula = one.type == other.type == "worked" and one.item().split("/")[0] == other.item().split("/")[0]
    return one.fact == other.fact or same_formula
