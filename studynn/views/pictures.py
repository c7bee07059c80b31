"""Pictures in a terminal: bars of blocks, heat maps in shades, plots and diagrams; linear text tells their numbers."""

from __future__ import annotations

from ..core.picture import Bars, Cells, Curve, Flow, HeatMap, Layers, Picture, Plot, Tree
from ..core.text import Language, number_text
from .blocks import Block, Drawing, Heading, columns, padded
from .diagrams import cells_drawing, flow_drawing, layers_drawing, tree_drawing
from .plots import ASKED, plot_drawing, plot_of, span

EIGHTHS = " ▏▎▍▌▋▊▉"
SHADES = " ░▒▓█"
MARK = "◀"
WIDEST_BAR = 40


def picture_blocks(picture: Picture, language: Language, width: int) -> list[Block]:
    """The title of a picture and its drawing in at most `width` columns."""
    match picture:
        case Bars():
            drawing = _bars(picture, width, language)
        case Curve():
            drawing = plot_drawing(plot_of(picture), width, language)
        case Plot():
            drawing = plot_drawing(picture, width, language)
        case HeatMap():
            drawing = _heat_map(picture)
        case Cells():
            drawing = cells_drawing(picture, width, language)
        case Layers():
            drawing = layers_drawing(picture, width, language)
        case Flow():
            drawing = flow_drawing(picture, width, language)
        case Tree():
            drawing = tree_drawing(picture, width)
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


def _heat_map(chart: HeatMap) -> Drawing:
    numbers = [number for row in chart.rows for number in row]
    low, high = span(numbers)
    shade = {
        number: SHADES[min(len(SHADES) - 1, int((number - low) / (high - low) * len(SHADES)))] for number in numbers
    }
    lines = tuple("  " + "".join(shade[number] * 2 for number in row) for row in chart.rows)
    told = tuple((str(index), ", ".join(number_text(number) for number in row)) for index, row in enumerate(chart.rows))
    return Drawing(lines, told)
