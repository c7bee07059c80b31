"""Curves, paths and points on axes, in the dots of braille signs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ..core.picture import Curve, Mark, Plot, Point, Track
from ..core.text import Language, Text, number_text
from .blocks import Drawing, columns, padded

ROWS = 12
WIDEST = 60
TOLD_POINTS = 9
MOST_POINTS = 2000
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille sign by row and column of its dots."""
MARKED = "●"
ASKED = Text("marked", "所标")


def plot_of(curve: Curve) -> Plot:
    """A curve as a plot with one track."""
    return Plot(curve.title, (Track(curve.title, curve.points),), tuple(Mark(MARKED, point) for point in curve.marked))


def plot_drawing(plot: Plot, width: int, language: Language) -> Drawing:
    """Tracks in braille, signs in their cells, the ends of both axes as numbers, a letter at the end of each of several tracks."""
    every = [*(point for track in plot.tracks for point in track.points), *(mark.at for mark in plot.marks)]
    (left, right), (low, high) = span([x for x, _ in every]), span([y for _, y in every])
    labels = [number_text(_tidy(high)), number_text(_tidy(low))]
    gutter = max(columns(label) for label in labels) + 2
    across = max(10, min(WIDEST, width - gutter - 2))
    dots = [[0] * across for _ in range(ROWS)]

    def place(point: Point, per_column: int, per_row: int) -> tuple[int, int]:
        x = round((point[0] - left) / (right - left) * (across * per_column - 1))
        y = round((high - point[1]) / (high - low) * (ROWS * per_row - 1))
        return x, y

    for track in plot.tracks:
        corners = [place(point, 2, 4) for point in track.points[:MOST_POINTS]]
        for x, y in _joined(corners):
            dots[y // 4][x // 2] |= DOTS[y % 4][x % 2]
    canvas = [[chr(0x2800 + bits) if bits else " " for bits in row] for row in dots]
    signs = [*_letters(plot), *plot.marks]
    for sign, point in signs:
        x, y = place(point, 1, 1)
        canvas[y][x] = sign
    lines = []
    for index, row in enumerate(canvas):
        label = labels[0] if index == 0 else labels[1] if index == ROWS - 1 else ""
        lines.append(f"{padded(label, gutter - 2, right=True)} │{''.join(row)}".rstrip())
    ends = padded(number_text(_tidy(left)), across - columns(number_text(_tidy(right)))) + number_text(_tidy(right))
    lines += [" " * (gutter - 1) + "└" + "─" * across, " " * gutter + ends]
    return Drawing((*lines, *_legend(plot, language)), tuple(_told(plot, language)))


def _letters(plot: Plot) -> list[Mark]:
    """A letter at the end of each track where there are several."""
    if len(plot.tracks) < 2:
        return []
    return [Mark(chr(ord("A") + index), track.points[-1]) for index, track in enumerate(plot.tracks) if track.points]


def _legend(plot: Plot, language: Language) -> Iterator[str]:
    if len(plot.tracks) > 1:
        yield from (f"  {chr(ord('A') + index)}  {track.label.to(language)}" for index, track in enumerate(plot.tracks))
    yield from (f"  {sign}  {words.to(language)}" for sign, words in plot.legend)


def _joined(corners: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """All dots on the straight lines between neighbouring corners."""
    yield from corners[:1]
    for (x0, y0), (x1, y1) in pairwise(corners):
        steps = max(abs(x1 - x0), abs(y1 - y0))
        for step in range(1, steps + 1):
            yield round(x0 + (x1 - x0) * step / steps), round(y0 + (y1 - y0) * step / steps)


def _told(plot: Plot, language: Language) -> Iterator[tuple[str, str]]:
    meanings = {sign: words.to(language) for sign, words in plot.legend}
    for track in plot.tracks:
        if len(plot.tracks) > 1:
            yield "", track.label.to(language)
        step = max(1, (len(track.points) - 1) // (TOLD_POINTS - 1))
        yield from ((number_text(_tidy(x)), number_text(_tidy(y))) for x, y in track.points[::step])
    for sign, (x, y) in plot.marks:
        meaning = meanings.get(sign, ASKED.to(language) if sign == MARKED else sign)
        yield number_text(_tidy(x)), f"{number_text(_tidy(y))} ({meaning})"


def span(numbers: list[float]) -> Point:
    """The least and the largest number, apart even where they are equal."""
    low, high = min(numbers, default=0.0), max(numbers, default=0.0)
    return (low, high) if high > low else (low - 1, high + 1)


def _tidy(number: float) -> float:
    return float(f"{number:.4g}")
