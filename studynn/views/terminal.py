"""Blocks in a terminal: tables with boxes by rich, lines in the same colours without it; widths kept."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from .blocks import Block, Cell, Drawing, Gap, Grid, Heading, Line, Listing, Maths, columns, padded, visible
from .notation import ALL, MOST, laid_out, wrapped

if TYPE_CHECKING:
    from rich.table import Table

STYLES = {"normal": "", "strong": "1", "quiet": "2", "good": "32", "bad": "31"}
BOLD, TITLE = "1", "1;36"
"""Parameters of escape codes: bold; bold and cyan."""
BORDERS = 3
NARROWEST_CELL = 8
PROSE_COLUMN = 18
ENDLESS = 10_000


class Styled(NamedTuple):
    """Words that are shown in one style."""

    words: str
    style: str = ""


Row = tuple[Styled, ...]
"""A line of a screen."""


def render(blocks: Iterable[Block], width: int, colour: bool) -> str:
    """The blocks as text of at most `width` columns, with escape codes for colour if wanted."""
    return "".join(_shown(part, width, colour) for block in blocks for part in _parts(block, width))


def _shown(part: Row | Table, width: int, colour: bool) -> str:
    if not isinstance(part, tuple):
        return _by_rich(part, width, colour)
    shown = (f"\x1b[{style}m{words}\x1b[0m" if colour and style and words else words for words, style in part)
    return "".join(shown) + "\n"


def _by_rich(table: Table, width: int, colour: bool) -> str:
    from rich.console import Console

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
    console.print(table)
    return stream.getvalue()


def _row(words: str, style: str = "") -> Row:
    return (Styled(words, style),)


def _parts(block: Block, width: int) -> list[Row | Table]:
    match block:
        case Heading(words=words, level=level):
            return [_row(line, TITLE if level == 1 else BOLD) for line in wrapped(visible(words), width)]
        case Line(words=words, tone=tone, indent=indent):
            lines = wrapped(visible(words), width - indent)
            return [_row(" " * indent + line, STYLES[tone]) for line in lines]
        case Listing():
            return [*_listing(block, width)]
        case Grid():
            return _grid(block, width)
        case Drawing(lines=lines):
            return [_row(visible(line)[:width]) for line in lines]
        case Gap():
            return [_row("")]


def _listing(listing: Listing, width: int) -> list[Row]:
    """Labels in a column with their words beside them; a label too long for that stands on a line of its own."""
    entries = [(visible(label).replace("\n", " "), visible(words)) for label, words in listing.entries]
    label_width = min(max((columns(label) for label, _ in entries), default=0), width // 2)
    room = max(NARROWEST_CELL, width - listing.indent - label_width - 2)
    lines: list[Row] = []
    for label, words in entries:
        if columns(label) > label_width:
            lines += [_entry(listing, part, "") for part in wrapped(label, width - listing.indent)]
            label = ""
        for index, line in enumerate(wrapped(words, room)):
            lines.append(_entry(listing, padded(label if index == 0 else "", label_width) + "  ", line))
    return lines


def _entry(listing: Listing, label: str, line: str) -> Row:
    return Styled(" " * listing.indent), Styled(label, BOLD), Styled(line, STYLES[listing.tone])


def _grid(grid: Grid, width: int) -> list[Row | Table]:
    """A table with a box; where that would be wider than the terminal, its rows below each other."""
    stacked = bool(grid.stack) and not _fits(grid, width)
    head, *rows = _stacked_rows(grid, width) if stacked else _rows(grid, width)
    widths = [max(columns(line) for row in (head, *rows) for line in row[index]) for index in range(len(head))]
    title = [_row(line, BOLD) for line in wrapped(visible(grid.title), width)] if grid.title else []
    if sum(widths) > _free(width, len(widths)):
        return [*title, *_linear(grid, width)]
    return [*title, _table(head, rows, widths)]


def _table(head: list[list[str]], rows: list[list[list[str]]], widths: list[int]) -> Table:
    """Cells that are laid out already, in a box; with lines between the rows where some are tall."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.ROUNDED, show_lines=any(len(lines) > 1 for row in rows for lines in row))
    for lines, share in zip(head, widths, strict=True):
        table.add_column(Text("\n".join(lines)), header_style="bold", width=share, no_wrap=True)
    for row in rows:
        table.add_row(*(Text("\n".join(lines), no_wrap=True) for lines in row))
    return table


def _linear(grid: Grid, width: int) -> list[Row]:
    """Each row as its first cell, and below it the others with their headers."""
    lines: list[Row] = []
    for first, *others in grid.rows:
        lines += [_row(line, BOLD) for line in _cell_lines(first, width)]
        for header, cell in zip(grid.headers[1:], others, strict=True):
            label = f"{visible(header)}: ".replace("\n", " ")
            if not _words(cell):
                continue
            if columns(label) > width // 2:
                lines += [_row(f"  {line}") for line in wrapped(label, width - 2)]
                label = "  "
            lines += [_row(f"  {line}") for line in _cell_lines(cell, width - 2, label)]
    return lines


def _rows(grid: Grid, width: int) -> list[list[list[str]]]:
    shares = _shares(grid, width)
    table = [grid.headers, *grid.rows]
    return [[_cell_lines(cell, share) for cell, share in zip(row, shares, strict=True)] for row in table]


def _cell_lines(cell: Cell, width: int, lead: str = "") -> list[str]:
    if isinstance(cell, Maths):
        return laid_out(visible(cell.words), width, lead, ALL if cell.whole else MOST)
    lines = wrapped(visible(cell), max(1, width - columns(lead)))
    return [(" " * columns(lead) if index else lead) + line for index, line in enumerate(lines)]


def _words(cell: Cell) -> str:
    return cell.words if isinstance(cell, Maths) else cell


def _wishes(grid: Grid) -> list[int]:
    """The width each column would like to have."""
    table = [grid.headers, *grid.rows]
    return [
        max(columns(line) for row in table for line in _cell_lines(row[index], ENDLESS))
        for index in range(len(grid.headers))
    ]


def _longest_words(grid: Grid) -> list[int]:
    """The width of the longest word of each column; formulas count as none, they break at their signs."""
    table = [grid.headers, *grid.rows]
    return [
        max((columns(word) for row in table for word in _plain_words(row[index])), default=0)
        for index in range(len(grid.headers))
    ]


def _plain_words(cell: Cell) -> list[str]:
    return [] if isinstance(cell, Maths) else visible(cell).split()


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
    """The width each column gets: what it would like, or less for the widest where that is too much in all. As long as
    another column can give way between its words, none is broken within one."""
    wishes, words = _wishes(grid), _longest_words(grid)
    breakable = range(len(wishes) - grid.stack) if grid.stack else range(len(wishes))
    while sum(wishes) > _free(width, len(wishes)):
        loose = [index for index in breakable if wishes[index] > max(words[index], NARROWEST_CELL)]
        widest = max(loose or breakable, key=lambda index: wishes[index])
        if wishes[widest] <= NARROWEST_CELL:
            break
        wishes[widest] -= 1
    return wishes


def _stacked_rows(grid: Grid, width: int) -> list[list[list[str]]]:
    """Headers and rows with their last columns below each other, joined by equals signs."""
    kept = len(grid.headers) - grid.stack
    wishes = _wishes(grid)[:kept]
    free = _free(width, kept + 1)
    prose = min(max(wishes), max(NARROWEST_CELL, min(PROSE_COLUMN, free // 3)))
    room = free - prose * kept
    head = _cell_lines(" = ".join(grid.headers[kept:]), room)
    stacks = [head, *(_equation(row[kept:], room) for row in grid.rows)]
    return [
        [*(_cell_lines(cell, prose) for cell in row[:kept]), stack]
        for row, stack in zip([grid.headers, *grid.rows], stacks, strict=True)
    ]


def _equation(cells: tuple[Cell, ...], width: int) -> list[str]:
    """Formula, numbers and value under each other; what would stand there twice stands once."""
    lines: list[str] = []
    before = ""
    for cell in cells:
        if _words(cell) and _words(cell) != before:
            lines += _cell_lines(cell, width, "= " if lines else "")
            before = _words(cell)
    return lines
