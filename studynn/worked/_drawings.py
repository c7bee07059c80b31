"""What the pictures of several examples share: windows on a line of cells, a tape over its kernels, matrices side by side."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from studynn.core.picture import Cells, Lane, Picture
from studynn.core.steps import Value
from studynn.core.text import Text, number_text, value_text
from studynn.core.values import is_array, plain

MOST_CELLS = 40
MOST_ROWS = 20
MOST_STATIONS = 12
SLIDER = 30
LONGEST_LINE = 34
"""Cells of a line drawn one column each, so that it fits a narrow terminal."""
PADDED, CELL, TAP = "░", "·", "█"

Place = tuple[int, int]


def line_of(side: int, before: int, after: int, taps: Iterable[int] = ()) -> str:
    """A side with its padding on both ends and the taps of a window on it, `░███··░`; long ones end in `…`."""
    whole = before + side + after
    cells = [CELL if before <= place < before + side else PADDED for place in range(min(whole, LONGEST_LINE))]
    for tap in taps:
        if tap < len(cells):
            cells[tap] = TAP
    if whole > LONGEST_LINE:
        cells[-1] = "…"
    return "".join(cells)


def windows_along(
    side: int, padding: Place, kernel: int, stride: int, count: int, dilation: int = 1, letter: str = "x"
) -> list[Picture]:
    """A line of cells and below it the window at each of its `count` positions; those that can be drawn, if any."""
    before, after = padding
    reach = dilation * (kernel - 1) + 1
    whole = before + side + after
    room = whole if whole <= LONGEST_LINE else LONGEST_LINE - 1
    drawn = min(count, (room - reach) // stride + 1, MOST_ROWS)
    if drawn < 1:
        return []
    lines = [line_of(side, before, after)]
    for n in range(drawn):
        lines.append(line_of(side, before, after, range(n * stride, n * stride + reach, dilation)))
    signs = Text(
        "window █, input ·" + (", padding ░" if before + after else ""),
        "窗口 █、输入 ·" + ("、填充 ░" if before + after else ""),
    )
    title = Text(f"Positions of the window ({signs.en})", f"窗口的各个位置（{signs.zh}）")
    if drawn < count:
        title = Text(
            f"The first {drawn} of {count} positions of the window ({signs.en})",
            f"窗口的 {count} 个位置中的前 {drawn} 个（{signs.zh}）",
        )
    return [Cells(title, tuple((line,) for line in lines), labels=(letter, *map(str, range(1, drawn + 1))))]


def tape(
    title: Text, line: Sequence[str], laid: Sequence[Mapping[int, str]], results: Sequence[str], labels: Sequence[str]
) -> list[Picture]:
    """A line of numbers, below it what is laid under it in each row by column, and at the end the framed result of the row.

    Nothing where it would be too large.
    """
    if len(line) + 1 > MOST_CELLS or len(laid) > MOST_ROWS:
        return []
    rows = [(*line, "y")]
    rows += [
        (*(under.get(column, "") for column in range(len(line))), result)
        for under, result in zip(laid, results, strict=True)
    ]
    return [Cells(title, tuple(rows), tuple((row, len(line)) for row in range(1, len(rows))), tuple(labels))]


def numbers_of(matrix: Value) -> list[list[str]]:
    """A matrix with its numbers as text."""
    return [[number_text(number) for number in row] for row in plain(matrix)]


def beside(
    title: Text, left: Value, right: Value, *, down: int = 0, on: Collection[Place] = (), also: Collection[Place] = ()
) -> list[Picture]:
    """Two matrices side by side, the right one `down` rows lower; framed are the places `on` the left, `also` on the right.

    Nothing where they would be too large.
    """
    a, b = numbers_of(left), numbers_of(right)
    wide, other = len(a[0]), len(b[0])
    high = max(len(a), len(b) + down)
    if high > MOST_ROWS or wide + 1 + other > MOST_CELLS:
        return []
    rows = []
    for r in range(high):
        first = a[r] if r < len(a) else [""] * wide
        second = b[r - down] if 0 <= r - down < len(b) else [""] * other
        rows.append((*first, "", *second))
    marked = [*on, *((r + down, wide + 1 + c) for r, c in also)]
    return [Cells(title, tuple(rows), tuple(marked))]


def block(top: int, left: int, high: int, wide: int) -> list[Place]:
    """The places of a window, row by row."""
    return [(r, c) for r in range(top, top + high) for c in range(left, left + wide)]


def short(value: Value, most: int = 4) -> str:
    """A number or vector as text, of a long vector the beginning: `[1, 0.5, …]`."""
    if not is_array(value):
        return number_text(value)
    entries = plain(value)
    if len(entries) <= most:
        return value_text(entries)
    return f"[{', '.join(number_text(number) for number in entries[: most - 1])}, …]"


def window_and_cell(title: Text, map_: Place, out: Place, kernel: int, stride: int, padding: int) -> list[Picture]:
    """A map with a window near its corner, and beside it the map that comes out, with the cell of that window.

    Of large maps the corner; nothing where the window is too large for it.
    """
    row, column = (min(1, side - 1) for side in out)
    top, left = row * stride, column * stride
    whole = tuple(side + 2 * padding for side in map_)
    high, wide = min(whole[0], MOST_ROWS - 1), min(whole[1], LONGEST_LINE - 1)
    if top + kernel > high or left + kernel > wide:
        return []
    given = []
    for r in range(high):
        inside = padding <= r < padding + map_[0]
        taps = range(left, left + kernel) if top <= r < top + kernel else ()
        given.append(line_of(map_[1], padding, padding, taps) if inside else line_of(0, whole[1], 0, taps))
    if high < whole[0]:
        given.append("…")
    made = [line_of(out[1], 0, 0, (column,) if r == row else ()) for r in range(min(out[0], high))]
    if len(made) < out[0]:
        made.append("…")
    heads = [f"{name} {size[0]}×{size[1]}" for name, size in (("x", map_), ("y", out))]
    rows = [(heads[0], heads[1])] + [(line, made[r] if r < len(made) else "") for r, line in enumerate(given)]
    return [Cells(title, tuple(rows))]


def grid(title: Text, matrix: Value, marked: Collection[Place] = ()) -> list[Picture]:
    """A matrix of numbers with some of its places framed; nothing where it would be too large."""
    rows = numbers_of(matrix)
    if len(rows) > MOST_ROWS or len(rows[0]) > MOST_CELLS:
        return []
    return [Cells(title, tuple(map(tuple, rows)), tuple(marked))]


def bordered(
    title: Text, matrix: Value, window: int, marked: Collection[Place] = (), *, down: bool = True
) -> list[Picture]:
    """A matrix with lines between windows side by side, `down` its rows too, and some places framed; no lines if too large."""
    rows = numbers_of(matrix)
    dash = "─" * max(len(entry) for row in rows for entry in row)
    lined: list[tuple[str, ...]] = []
    for r, row in enumerate(rows):
        if down and r and r % window == 0:
            lined.append(_with_borders([dash] * len(row), window, "┼"))
        lined.append(_with_borders(row, window, "│"))
    if len(lined) > MOST_ROWS or len(lined[0]) > MOST_CELLS:
        return grid(title, matrix, marked)
    places = [(r + (r // window if down else 0), c + c // window) for r, c in marked]
    return [Cells(title, tuple(lined), tuple(places))]


def _with_borders(row: Sequence[str], window: int, border: str) -> tuple[str, ...]:
    found: list[str] = []
    for c, entry in enumerate(row):
        found += [border, entry] if c and c % window == 0 else [entry]
    return tuple(found)


def column(label: Text, station: str, place: int) -> Lane:
    """A lane with one station, at that place, and no arrows."""
    return Lane(label, ("",) * place + (station,), (" ",) * place)


def slider(start: float, end: float, share: float, at: float, words: str) -> tuple[str, str, str]:
    """A line from one number to another as rows of equal length: above it the number that stands at this share of the way."""
    before = round(share * (SLIDER - 3))
    line = f"├{'─' * before}●{'─' * (SLIDER - 3 - before)}┤"
    left, number, right = (number_text(float(value)) for value in (start, at, end))
    above = " " * min(before + 1, SLIDER - len(number)) + number
    room = SLIDER - len(left) - len(right)
    below = left + (words if len(words) < room else "").center(room) + right
    return above.ljust(SLIDER), line, below
