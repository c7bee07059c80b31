"""What a search found, as blocks."""

from __future__ import annotations

from ..core.search import Found
from ..core.text import Language, Text
from .blocks import Block, Heading, Line, Listing

KINDS = {
    "term": Text("Terms", "术语"),
    "fact": Text("Facts", "知识点"),
    "example": Text("Worked examples", "算例"),
    "card": Text("Cards", "卡片"),
    "question": Text("Questions", "题目"),
}


def finds_blocks(found: list[Found], query: str, most: int, language: Language) -> list[Block]:
    """The first hits under their kinds, each with its topic; terms in both languages."""
    if not found:
        return [Line(Text("Nothing holds “{query}”.", "没有找到“{query}”。").fill(query=query).to(language))]
    blocks: list[Block] = []
    for kind, title in KINDS.items():
        entries = tuple(_entry(hit, language) for hit in found[:most] if hit.kind == kind)
        if entries:
            blocks += [Heading(title.to(language), 2), Listing(entries)]
    if len(found) > most:
        more = Text("{more} more: --count {all} shows them.", "还有 {more} 条：--count {all} 可全部显示。")
        blocks.append(Line(more.fill(more=len(found) - most, all=len(found)).to(language), "quiet"))
    return blocks


def _entry(hit: Found, language: Language) -> tuple[str, str]:
    if hit.kind == "term":
        both = (hit.says.en, hit.says.zh) if language == "en" else (hit.says.zh, hit.says.en)
        return f"{both[0]} / {both[1]}", f"({hit.topic})" if language == "en" else f"（{hit.topic}）"
    if hit.kind == "example":
        return f"studynn compute {hit.id}", hit.says.to(language)
    return hit.topic, hit.says.to(language)
