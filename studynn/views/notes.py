"""A topic as study notes, and all of it as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..core.text import Language, Text
from ..core.topic import Fact, Table, Topic
from .as_json import SCHEMA
from .blocks import Block, Gap, Grid, Heading, Line, Listing

HOOKS = Text("To remember it by", "帮助记忆")
MISCONCEPTIONS = Text("Common misconceptions", "常见误解")
TERMS = Text("Terms", "术语")
COMPUTE = Text("Compute it", "动手计算")
SOURCES = Text("Sources (document:line)", "出处（文档:行）")


def notes_blocks(topic: Topic, parts: list[Topic], examples: list[tuple[str, Text]], language: Language) -> list[Block]:
    """Facts by section with their formulas and tables, hooks, misconceptions with corrections, terms, examples, parts and sources."""
    blocks: list[Block] = [Heading(topic.title.to(language))]
    for section in topic.sections:
        facts = [fact for fact in topic.facts if fact.section == section.id]
        if facts:
            blocks += [Gap(), Heading(section.title.to(language), 2), *_facts(facts, language)]
            blocks += _tables([table for table in topic.tables if table.section == section.id], language)
    sections = {section.id for section in topic.sections}
    blocks += _facts([fact for fact in topic.facts if fact.section not in sections], language)
    blocks += _tables([table for table in topic.tables if table.section not in sections], language)
    blocks += _hooks(topic, language)
    blocks += _misconceptions(topic, language)
    blocks += _terms(topic, language)
    if examples:
        lines = tuple((f"studynn compute {name}", title.to(language)) for name, title in examples)
        blocks += [Gap(), Heading(COMPUTE.to(language), 2), Listing(lines)]
    if parts:
        lines = tuple((f"studynn show {part.id}", part.title.to(language)) for part in parts)
        blocks += [Gap(), Heading(Text("Parts", "组成部分").to(language), 2), Listing(lines)]
    sources = sorted({source for fact in topic.facts for source in fact.from_})
    if sources:
        blocks += [Gap(), Line(f"{SOURCES.to(language)}: {', '.join(sources)}", "quiet")]
    return blocks


def _facts(facts: list[Fact], language: Language) -> list[Block]:
    blocks: list[Block] = []
    for fact in facts:
        blocks.append(Listing((("•", fact.says.to(language)),), indent=0))
        if fact.formula:
            blocks.append(Line(fact.formula, "strong", indent=4))
    return blocks


def _tables(tables: list[Table], language: Language) -> list[Block]:
    blocks: list[Block] = []
    for table in tables:
        head = tuple(cell.to(language) for cell in table.head)
        rows = tuple(tuple(cell.to(language) for cell in row) for row in table.rows)
        blocks += [Gap(), Grid(head, rows, table.title.to(language))]
    return blocks


def _hooks(topic: Topic, language: Language) -> list[Block]:
    hooks = [card.hook.to(language) for card in topic.cards if card.hook]
    if not hooks:
        return []
    return [Gap(), Heading(HOOKS.to(language), 2), *(Listing((("•", hook),), indent=0) for hook in hooks)]


def _misconceptions(topic: Topic, language: Language) -> list[Block]:
    found = [fact for fact in topic.facts if fact.claim and fact.correction]
    if not found:
        return []
    blocks: list[Block] = [Gap(), Heading(MISCONCEPTIONS.to(language), 2)]
    for fact in found:
        assert fact.claim is not None and fact.correction is not None
        blocks.append(Listing((("✗", fact.claim.to(language)),), indent=0, tone="quiet"))
        blocks.append(Listing((("✓", fact.correction.to(language)),), indent=2))
    return blocks


def _terms(topic: Topic, language: Language) -> list[Block]:
    terms = sorted({term for fact in topic.facts for term in fact.terms}, key=lambda term: term.en.casefold())
    if not terms:
        return []
    headers = ("English", "中文") if language == "en" else ("中文", "English")
    rows = tuple((term.en, term.zh) if language == "en" else (term.zh, term.en) for term in terms)
    return [Gap(), Heading(TERMS.to(language), 2), Grid(headers, rows)]


def notes_json(topic: Topic) -> dict[str, Any]:
    """Every fact, card and question of a topic in both languages."""
    return {"schema": SCHEMA, **_without_empty(asdict(topic))}


def _without_empty(value: Any) -> Any:
    """Nested records without the keys that hold nothing, and with `from` in place of `from_`."""
    if isinstance(value, dict):
        return {
            key.rstrip("_"): _without_empty(part)
            for key, part in value.items()
            if part is not None and part not in ((), "")
        }
    if isinstance(value, list | tuple):
        return [_without_empty(part) for part in value]
    return value
