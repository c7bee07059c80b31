"""Blocks as Markdown, to be pasted into notes."""

from __future__ import annotations

from collections.abc import Iterable

from .blocks import Block, Cell, Drawing, Gap, Grid, Heading, Line, Listing, Maths, visible
from .notation import elided


def render(blocks: Iterable[Block]) -> str:
    """The blocks as Markdown."""
    return "".join(f"{line.rstrip()}\n" for block in blocks for line in _lines(block))


def _lines(block: Block) -> list[str]:
    match block:
        case Heading(words=words, level=level):
            return [f"{'#' * (level + 1)} {_escaped(words)}", ""]
        case Line(words=words):
            return [_escaped(words), ""]
        case Listing(entries=entries):
            return [*(f"- **{_escaped(label)}** {_escaped(words)}" for label, words in entries), ""]
        case Grid():
            rule = "| " + " | ".join("---" for _ in block.headers) + " |"
            rows = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in block.rows]
            head = "| " + " | ".join(_escaped(header) for header in block.headers) + " |"
            return [*([f"**{_escaped(block.title)}**", ""] if block.title else []), head, rule, *rows, ""]
        case Drawing(lines=lines):
            return ["```text", *(visible(line) for line in lines), "```", ""]
        case Gap():
            return [""]


def _escaped(words: str) -> str:
    words = visible(words).replace("\n", " ")
    for sign in "\\`*_#|<":
        words = words.replace(sign, "\\" + sign)
    return words


def _cell(cell: Cell) -> str:
    if isinstance(cell, Maths):
        words = (
            visible(cell.words if cell.whole else elided(cell.words))
            .replace("\n", " ")
            .replace("|", "∣")
            .replace("`", "’")
        )
        return f"`{words}`" if words else ""
    return _escaped(cell)
