"""Plain linear text: no boxes, no colour, one thing a line, for screen readers and for other programs."""

from __future__ import annotations

from collections.abc import Iterable

from .blocks import Block, Cell, Drawing, Gap, Grid, Heading, Line, Listing, Maths, visible
from .notation import elided


def render(blocks: Iterable[Block]) -> str:
    """The blocks as lines of text."""
    lines: list[str] = []
    for block in blocks:
        lines.extend(_lines(block))
    return "".join(f"{visible(line).rstrip()}\n" for line in lines)


def _lines(block: Block) -> list[str]:
    match block:
        case Heading(words=words):
            return [words]
        case Line(words=words, indent=indent):
            return [" " * indent + part for part in words.split("\n")]
        case Listing(entries=entries, indent=indent):
            return [f"{' ' * indent}{label} {words}" for label, words in entries]
        case Grid():
            return _grid(block)
        case Drawing(told=told):
            return [f"  {label}: {words}" for label, words in told]
        case Gap():
            return [""]


def _grid(grid: Grid) -> list[str]:
    lines = [grid.title] if grid.title else []
    for row in grid.rows:
        first, *rest = (_words(cell) for cell in row)
        filled = [f"{header}: {words}" for header, words in zip(grid.headers[1:], rest, strict=True) if words]
        lines.append(f"{first}. " + "; ".join(filled) if filled else first)
    return lines


def _words(cell: Cell) -> str:
    if isinstance(cell, Maths):
        return cell.words if cell.whole else elided(cell.words)
    return cell
