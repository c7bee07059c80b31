"""Blocks in a terminal, by rich: tables with boxes, colour where it may be, widths kept."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .blocks import Block, Cell, Gap, Grid, Heading, Line, Listing, Maths, columns, padded, visible
from .notation import is_tall, laid_out, wrapped

STYLES = {"normal": "", "strong": "bold", "quiet": "dim", "good": "green", "bad": "red"}
BORDERS = 3
NARROWEST_CELL = 8
PROSE_COLUMN = 18
ENDLESS = 10_000


def render(blocks: Iterable[Block], width: int, colour: bool) -> str:
    """The blocks as text of at most `width` columns, with escape codes for colour if wanted."""
    stream = StringIO()
    console = Console(
        file=stream,
        width=width,
        markup=False,
        emoji=False,
        highlight=False,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        _environ={},
    )
    for block in blocks:
        for part in _parts(block, width):
            console.print(part, overflow="fold", soft_wrap=isinstance(part, Text))
    return stream.getvalue()


def _parts(block: Block, width: int) -> Iterable[Any]:
    match block:
        case Heading(words=words, level=level):
            return [Text(line, style="bold cyan" if level == 1 else "bold") for line in wrapped(visible(words), width)]
        case Line(words=words, tone=tone, indent=indent):
            lines = wrapped(visible(words), width - indent)
            return [Text(" " * indent + line, style=STYLES[tone]) for line in lines]
        case Listing():
            return _listing(block, width)
        case Grid():
            return _grid(block, width)
        case Gap():
            return [Text("")]


def _listing(listing: Listing, width: int) -> list[Text]:
    label_width = max((columns(visible(label)) for label, _ in listing.entries), default=0)
    label_width = min(label_width, width // 2)
    lines = []
    for label, words in listing.entries:
        room = max(NARROWEST_CELL, width - listing.indent - label_width - 2)
        for index, line in enumerate(wrapped(visible(words), room)):
            text = Text(" " * listing.indent)
            text.append(padded(visible(label) if index == 0 else "", label_width), style="bold")
            text.append("  ")
            text.append(line, style=STYLES[listing.tone])
            lines.append(text)
    return lines


def _grid(grid: Grid, width: int) -> list[Any]:
    stacked = bool(grid.stack) and not _fits(grid, width)
    headers = _stacked_headers(grid) if stacked else grid.headers
    rows = _stacked_rows(grid, width) if stacked else _rows(grid, width)
    tall = any(len(lines) > 1 for row in rows for lines in row)
    table = Table(box=box.ROUNDED, show_lines=tall, pad_edge=True, title_justify="left")
    if grid.title:
        table.title = Text(visible(grid.title), style="bold")
    for header in headers:
        table.add_column(Text(visible(header), style="bold"), overflow="fold")
    for row in rows:
        table.add_row(*(Text("\n".join(lines), no_wrap=True) for lines in row))
    return [table]


def _rows(grid: Grid, width: int) -> list[list[list[str]]]:
    shares = _shares(grid, width)
    return [[_cell_lines(cell, share) for cell, share in zip(row, shares, strict=True)] for row in grid.rows]


def _cell_lines(cell: Cell, width: int) -> list[str]:
    words = visible(cell.words if isinstance(cell, Maths) else cell)
    return laid_out(words, width) if isinstance(cell, Maths) else wrapped(words, width)


def _wishes(grid: Grid) -> list[int]:
    """The width each column would like to have."""
    table = [grid.headers, *grid.rows]
    return [
        max(columns(line) for row in table for line in _cell_lines(row[index], ENDLESS))
        for index in range(len(grid.headers))
    ]


def _free(width: int, count: int) -> int:
    """The columns that a table leaves for what its cells say."""
    return width - BORDERS * count - 1


def _fits(grid: Grid, width: int) -> bool:
    """Whether the last columns, which hold formulas and numbers, can be shown without being broken."""
    wishes = _wishes(grid)
    prose = len(wishes) - grid.stack
    least = sum(min(wish, PROSE_COLUMN) for wish in wishes[:prose])
    return least + sum(wishes[prose:]) <= _free(width, len(wishes))


def _shares(grid: Grid, width: int) -> list[int]:
    """The width each column gets: what it would like, or less for the widest where that is too much in all."""
    wishes = _wishes(grid)
    breakable = range(len(wishes) - grid.stack) if grid.stack else range(len(wishes))
    while sum(wishes) > _free(width, len(wishes)):
        widest = max(breakable, key=lambda index: wishes[index])
        if wishes[widest] <= NARROWEST_CELL:
            break
        wishes[widest] -= 1
    return wishes


def _stacked_headers(grid: Grid) -> tuple[str, ...]:
    kept = len(grid.headers) - grid.stack
    return (*grid.headers[:kept], " = ".join(grid.headers[kept:]))


def _stacked_rows(grid: Grid, width: int) -> list[list[list[str]]]:
    """The rows with their last columns below each other, joined by equals signs."""
    kept = len(grid.headers) - grid.stack
    wishes = _wishes(grid)[:kept]
    free = _free(width, kept + 1)
    prose = min(max(wishes), max(NARROWEST_CELL, min(PROSE_COLUMN, free // 3)))
    room = free - prose * kept
    return [[*(_cell_lines(cell, prose) for cell in row[:kept]), _equation(row[kept:], room)] for row in grid.rows]


def _equation(cells: tuple[Cell, ...], width: int) -> list[str]:
    """Formula, numbers and value under each other; what would stand there twice stands once."""
    lines: list[str] = []
    before = ""
    for cell in cells:
        words = visible(cell.words if isinstance(cell, Maths) else cell)
        if not words or words == before:
            continue
        sign = "= " if lines else ""
        picture = laid_out(words, width - len(sign))
        middle = (len(picture) - 1) // 2 if is_tall(words) else 0
        lines += [(sign if number == middle else " " * len(sign)) + line for number, line in enumerate(picture)]
        before = words
    return lines
