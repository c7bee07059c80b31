"""Topics with what is known of them, and what to do next, as blocks and JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..core.text import Language, Text, fill
from .as_json import SCHEMA
from .blocks import Block, Grid, Heading, Line, Listing

if TYPE_CHECKING:
    from ..core.next_up import NextUp
    from ..core.statistics import Standing

COMMANDS = {
    "cards": "studynn cards",
    "quiz": "studynn quiz --due",
    "topic": "studynn quiz",
}
"""What to type, by the way to go on."""


def topics_blocks(found: list[Standing], language: Language) -> list[Block]:
    """A table of topics in study order."""
    headers = tuple(
        text.to(language)
        for text in (
            Text("Topic", "主题"),
            Text("Title", "名称"),
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
            f"{standing.seen}/{standing.items}",
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


def start_blocks(found: NextUp, titles: Mapping[str, Text], language: Language) -> list[Block]:
    """What is due, the weakest topic, and the one command to type next; for a newcomer, how to begin."""
    heading = Heading("studynn")
    if found.way == "begin":
        lines = (
            ("studynn topics", Text("what can be studied", "可以学什么").to(language)),
            (
                f"studynn quiz {found.topic}".strip(),
                Text("ten questions, each explained", "十道题，逐题讲解").to(language),
            ),
            ("studynn compute conv-size", Text("a worked example, step by step", "逐步计算一个算例").to(language)),
        )
        return [heading, Line(Text("Begin with one of these:", "从这里开始：").to(language)), Listing(lines)]
    command = f"{COMMANDS[found.way]} {found.topic}".strip()
    return [
        heading,
        Line(_state(found, titles).to(language)),
        Line(Text("Next: {command}", "接下来：{command}").fill(command=command).to(language), "strong"),
    ]


def _state(found: NextUp, titles: Mapping[str, Text]) -> Text:
    if not found.due:
        title = titles[found.topic]
        return Text(
            fill("Nothing is due. {topic} is next.", {"topic": title.en}),
            fill("没有到期的内容。接下来学：{topic}。", {"topic": title.zh}),
        )
    due = Text("{due} due.", "{due} 项到期。").fill(due=found.due)
    if found.weakest is None:
        return due
    title, state = titles[found.weakest.topic], found.weakest
    weakest = Text(
        "Weakest topic: {topic} ({due} of {seen} seen are due).",
        "最薄弱的主题：{topic}（学过的 {seen} 项中有 {due} 项到期）。",
    ).fill(due=state.due, seen=state.seen)
    return Text(f"{due.en} {fill(weakest.en, {'topic': title.en})}", f"{due.zh}{fill(weakest.zh, {'topic': title.zh})}")
