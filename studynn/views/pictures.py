"""Pictures in a terminal: bars of blocks, curves in braille dots, heat maps in shades; linear text tells their numbers."""

from __future__ import annotations

from ..core.picture import Bars, Curve, HeatMap, Picture, Point
from ..core.text import Language, Text, number_text
from .blocks import Block, Drawing, Heading, columns, padded

EIGHTHS = " ▏▎▍▌▋▊▉"
SHADES = " ░▒▓█"
MARK = "◀"
CURVE_ROWS = 12
WIDEST_CURVE = 60
WIDEST_BAR = 40
TOLD_POINTS = 9
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille sign by row and column of its dots."""
ASKED = Text("marked", "所标")


def picture_blocks(picture: Picture, language: Language, width: int) -> list[Block]:
    """The title of a picture and its drawing in at most `width` columns."""
    match picture:
        case Bars():
            drawing = _bars(picture, width, language)
        case Curve():
            drawing = _curve(picture, width, language)
        case HeatMap():
            drawing = _heat_map(picture)
    return [Heading(picture.title.to(language), 2), drawing]


def _bars(bars: Bars, width: int, language: Language) -> Drawing:
    numbers = [number_text(value) for value in bars.values]
    label_width = max((columns(label) for label in bars.labels), default=0)
    number_width = max((columns(number) for number in numbers), default=0)
    room = max(4, min(WIDEST_BAR, width - label_width - number_width - 7))
    largest = max((abs(value) for value in bars.values), default=0.0) or 1.0
    lines, told = [], []
    for index, (label, value, number) in enumerate(zip(bars.labels, bars.values, numbers, strict=True)):
        is_marked = index in bars.marked
        bar = _bar(abs(value) / largest, room)
        sign = "−" if value < 0 else " "
        lines.append(
            f"  {padded(label, label_width, right=True)} {sign}{padded(bar, room)} {padded(number, number_width, right=True)}"
            + (f" {MARK}" if is_marked else "")
        )
        told.append((label, number + (f" ({ASKED.to(language)})" if is_marked else "")))
    return Drawing(tuple(line.rstrip() for line in lines), tuple(told))


def _bar(share: float, room: int) -> str:
    eighths = round(share * room * 8)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def _curve(curve: Curve, width: int, language: Language) -> Drawing:
    """Dots of the curve in braille; marked points as ● in their cells; the ends of both axes as numbers."""
    every = [*curve.points, *curve.marked]
    (left, right), (low, high) = _range([x for x, _ in every]), _range([y for _, y in every])
    labels = [number_text(_tidy(high)), number_text(_tidy(low))]
    gutter = max(columns(label) for label in labels) + 2
    across = max(10, min(WIDEST_CURVE, width - gutter - 2))
    cells = [[0] * across for _ in range(CURVE_ROWS)]

    def place(point: Point, per_column: int, per_row: int) -> tuple[int, int]:
        x = round((point[0] - left) / (right - left) * (across * per_column - 1))
        y = round((high - point[1]) / (high - low) * (CURVE_ROWS * per_row - 1))
        return x, y

    for point in curve.points:
        x, y = place(point, 2, 4)
        cells[y // 4][x // 2] |= DOTS[y % 4][x % 2]
    canvas = [[chr(0x2800 + bits) if bits else " " for bits in row] for row in cells]
    for point in curve.marked:
        x, y = place(point, 1, 1)
        canvas[y][x] = "●"
    lines = []
    for index, row in enumerate(canvas):
        label = labels[0] if index == 0 else labels[1] if index == CURVE_ROWS - 1 else ""
        lines.append(f"{padded(label, gutter - 2, right=True)} │{''.join(row)}".rstrip())
    ends = padded(number_text(_tidy(left)), across - columns(number_text(_tidy(right)))) + number_text(_tidy(right))
    lines += [" " * (gutter - 1) + "└" + "─" * across, " " * gutter + ends]
    return Drawing(tuple(lines), _told(curve, language))


def _range(numbers: list[float]) -> Point:
    low, high = min(numbers), max(numbers)
    return (low, high) if high > low else (low - 1, high + 1)


def _tidy(number: float) -> float:
    return float(f"{number:.4g}")


def _told(curve: Curve, language: Language) -> tuple[tuple[str, str], ...]:
    step = max(1, (len(curve.points) - 1) // (TOLD_POINTS - 1))
    points = [(number_text(_tidy(x)), number_text(_tidy(y))) for x, y in curve.points[::step]]
    marked = [(number_text(_tidy(x)), f"{number_text(_tidy(y))} ({ASKED.to(language)})") for x, y in curve.marked]
    return (*points, *marked)


def _heat_map(chart: HeatMap) -> Drawing:
    numbers = [number for row in chart.rows for number in row]
    low, high = _range(numbers)
    shade = {
        number: SHADES[min(len(SHADES) - 1, int((number - low) / (high - low) * len(SHADES)))] for number in numbers
    }
    lines = tuple("  " + "".join(shade[number] * 2 for number in row) for row in chart.rows)
    told = tuple((str(index), ", ".join(number_text(number) for number in row)) for index, row in enumerate(chart.rows))
    return Drawing(lines, told)
