"""Topics with what is known of them, and what to do next, as blocks and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.item import Item
from ..core.text import Language, Text, fill
from ..core.topic import TopicLine
from .as_json import SCHEMA
from .blocks import Block, Grid, Heading, Line, Listing

if TYPE_CHECKING:
    from ..core.schedule import Memory


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
) -> list[Standing]:
    """Every topic's standing at a moment."""
    from ..core.schedule import is_due, retrievability

    found = []
    for topic in topics:
        skills = {item.skill for item in items_of(topic)}
        known = [memories[skill] for skill in skills if skill in memories]
        due = sum(is_due(memory, now, day_end) for memory in known)
        recall = sum(retrievability(memory, now) for memory in known)
        found.append(Standing(topic, len(skills), len(known), due, recall / len(skills) if skills else 0.0))
    return found


def topics_blocks(found: list[Standing], language: Language) -> list[Block]:
    """A table of topics in study order."""
    headers = tuple(
        text.to(language)
        for text in (
            Text("Topic", "主题"),
            Text("Title", "名称"),
            Text("Items", "题目"),
            Text("Seen", "已做"),
            Text("Due", "到期"),
            Text("Mastery", "掌握"),
            Text("Study first", "先学"),
        )
    )
    rows = tuple(
        (
            standing.topic.id,
            standing.topic.title.to(language),
            str(standing.items),
            str(standing.seen),
            str(standing.due),
            f"{standing.mastery:.0%}",
            ", ".join((*standing.topic.needs, *standing.topic.parts)),
        )
        for standing in found
    )
    return [Heading(Text("Topics in study order", "主题（按学习顺序）").to(language)), Grid(headers, rows)]


def topics_json(found: list[Standing], language: Language) -> dict[str, Any]:
    """The same as data."""
    return {
        "schema": SCHEMA,
        "topics": [
            {
                "id": standing.topic.id,
                "title": standing.topic.title.to(language),
                "needs": list(standing.topic.needs),
                "parts": list(standing.topic.parts),
                "facts": standing.topic.facts,
                "cards": standing.topic.cards,
                "items": standing.items,
                "seen": standing.seen,
                "due": standing.due,
                "mastery": round(standing.mastery, 4),
            }
            for standing in found
        ],
    }


def start_blocks(found: list[Standing], language: Language) -> list[Block]:
    """What is due, the weakest topic, and the one command to type next; for a newcomer, how to begin."""
    due = sum(standing.due for standing in found)
    begun = [standing for standing in found if standing.seen]
    heading = Heading("studynn")
    if not begun:
        first = found[0].topic.id if found else "cnn"
        lines = (
            ("studynn topics", Text("what can be studied", "可以学什么").to(language)),
            (f"studynn quiz {first}", Text("ten questions, each explained", "十道题，逐题讲解").to(language)),
            ("studynn compute conv-size", Text("a worked example, step by step", "逐步计算一个算例").to(language)),
        )
        return [heading, Line(Text("Begin with one of these:", "从这里开始：").to(language)), Listing(lines)]
    weakest = min(begun, key=lambda standing: standing.mastery)
    state = Text(
        "{due} due, weakest topic: {topic} ({mastery}).", "{due} 项到期，最薄弱的主题：{topic}（{mastery}）。"
    ).fill(due=due, mastery=f"{weakest.mastery:.0%}")
    command = "studynn quiz --due" if due else f"studynn quiz {weakest.topic.id}"
    return [
        heading,
        Line(fill(state.to(language), {"topic": weakest.topic.title.to(language)})),
        Line(Text("Next: {command}", "接下来：{command}").fill(command=command).to(language), "strong"),
    ]
