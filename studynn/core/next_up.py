"""What to do next, from how the topics stand: what is due, where it is weakest, what comes next in the order of study."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from .item import CARD, Item

Way = Literal["cards", "quiz", "topic", "begin"]
"""By cards and drawn numbers, by questions, by a topic that goes on, or by beginning at all."""
DEALT = {CARD, "worked"}
"""Types that a session of cards asks for."""


class TopicState(NamedTuple):
    """A topic by its id: how many facts it has, how many of its items were answered, how many of these are due."""

    topic: str
    facts: int
    seen: int
    due: int


@dataclass(frozen=True)
class NextUp:
    """How many items are due, the topic that is weakest if any is due there, and the way to go on, in `topic` if it is one."""

    due: int
    weakest: TopicState | None
    way: Way
    topic: str


def next_up(states: list[TopicState], generated_due: int, first_due: Iterable[Item]) -> NextUp:
    """What to do next. `states` stand in the order of study; `first_due` are items due soonest, as many as were looked at.

    The share of what was seen that is due stands for how weak a topic is: it needs no look at the items. One item more
    that is due and one that is not keep a topic that was hardly begun from being called weak.
    """
    seen = [state for state in states if state.seen]
    due = sum(state.due for state in seen) + generated_due
    weakest = max((state for state in seen if state.due), key=_weakness, default=None)
    if not seen and not generated_due:
        return NextUp(0, None, "begin", states[0].topic if states else "")
    if not due:
        return NextUp(0, None, "topic", _next_topic(states))
    known = {state.topic for state in states}
    are_dealt = generated_due or any(item.type in DEALT for item in first_due if item.topic in known)
    return NextUp(due, weakest, "cards" if are_dealt else "quiz", "")


def _weakness(state: TopicState) -> float:
    return (state.due + 1) / (state.seen + 2)


def _next_topic(states: list[TopicState]) -> str:
    """Of topics that are begun, then of others, the first of which less is seen than it has facts; or else the one of
    which the least is seen."""
    unfinished = [state for state in states if state.seen < state.facts]
    for state in (*(state for state in unfinished if state.seen), *unfinished):
        return state.topic
    return min(states, key=lambda state: state.seen / max(1, state.facts)).topic
