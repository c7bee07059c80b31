"""Curves, paths and points on axes, in the dots of braille signs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import isfinite

from ..core.picture import Curve, Mark, Plot, Point, Track
from ..core.text import Language, Text, number_text
from .blocks import Drawing, columns, cut, padded

ROWS = 12
WIDEST = 60
TOLD_POINTS = 9
MOST_POINTS = 2000
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille sign by row and column of its dots."""
MARKED = "●"
ROOM = " "
ASKED = Text("marked", "所标")
Dot = tuple[int, int]
"""A place on the canvas in dots or in cells: column and row from the upper left."""


def plot_of(curve: Curve) -> Plot:
    """A curve as a plot with one track."""
    return Plot(curve.title, (Track(curve.title, curve.points),), tuple(Mark(MARKED, point) for point in curve.marked))


def plot_drawing(plot: Plot, width: int, language: Language) -> Drawing:
    """Tracks in braille, signs in their cells, the ends of both axes as numbers, a letter towards the end of each track.

    A track that is alone and bears the title of the plot has no letter. A mark whose sign is a blank only makes the axes
    reach it. Points that are not finite are left out.
    """
    plot = _finite(plot)
    every = [*(point for track in plot.tracks for point in track.points), *(mark.at for mark in plot.marks)]
    (left, right), (low, high) = span([x for x, _ in every]), span([y for _, y in every])
    labels = [number_text(_tidy(high)), number_text(_tidy(low))]
    gutter = max(columns(label) for label in labels) + 2
    across = max(10, min(WIDEST, width - gutter - 2))
    dots = [[0] * across for _ in range(ROWS)]

    def place(point: Point) -> Dot:
        x = round((point[0] - left) / (right - left) * (across * 2 - 1))
        return x, round((high - point[1]) / (high - low) * (ROWS * 4 - 1))

    paths = [list(_joined([place(point) for point in track.points[:MOST_POINTS]])) for track in plot.tracks]
    for path in paths:
        for x, y in path:
            dots[y // 4][x // 2] |= DOTS[y % 4][x % 2]
    canvas = [[chr(0x2800 + bits) if bits else " " for bits in row] for row in dots]
    signs = [(sign, _cell(place(point))) for sign, point in plot.marks if sign != ROOM]
    letters = _letters(paths, [cell for _, cell in signs]) if _is_lettered(plot) else ()
    for sign, (x, y) in [*letters, *signs]:
        canvas[y][x] = sign
    lines = []
    for index, row in enumerate(canvas):
        label = labels[0] if index == 0 else labels[1] if index == ROWS - 1 else ""
        lines.append(f"{padded(label, gutter - 2, right=True)} │{''.join(row)}".rstrip())
    ends = padded(number_text(_tidy(left)), across - columns(number_text(_tidy(right)))) + number_text(_tidy(right))
    lines += [" " * (gutter - 1) + "└" + "─" * across, " " * gutter + ends]
    return Drawing((*lines, *_legend(plot, width, language)), tuple(_told(plot, language)))


def _finite(plot: Plot) -> Plot:
    def is_there(point: Point) -> bool:
        return isfinite(point[0]) and isfinite(point[1])

    tracks = tuple(track._replace(points=tuple(filter(is_there, track.points))) for track in plot.tracks)
    return plot._replace(tracks=tracks, marks=tuple(mark for mark in plot.marks if is_there(mark.at)))


def _cell(dot: Dot) -> Dot:
    """The column and row of the sign that a dot belongs to."""
    return dot[0] // 2, dot[1] // 4


def _is_lettered(plot: Plot) -> bool:
    return any(track.label != plot.title for track in plot.tracks) or len(plot.tracks) > 1


def _letters(paths: list[list[Dot]], taken: list[Dot]) -> Iterator[tuple[str, Dot]]:
    """A letter on each track, as near to its end as no other letter or sign stands there."""
    for index, path in enumerate(paths):
        cells = [_cell(dot) for dot in reversed(path)]
        found = next((cell for cell in cells if cell not in taken), cells[0] if cells else None)
        if found:
            taken = [*taken, found]
            yield chr(ord("A") + index), found


def _legend(plot: Plot, width: int, language: Language) -> Iterator[str]:
    entries = [(sign, words.to(language)) for sign, words in plot.legend]
    if _is_lettered(plot):
        letters = [(chr(ord("A") + index), track.label.to(language)) for index, track in enumerate(plot.tracks)]
        entries = letters + entries
    yield from (cut(f"  {sign}  {words}", width) for sign, words in entries)


def _joined(corners: list[Dot]) -> Iterator[Dot]:
    """All dots on the straight lines between neighbouring corners."""
    yield from corners[:1]
    for (x0, y0), (x1, y1) in pairwise(corners):
        steps = max(abs(x1 - x0), abs(y1 - y0))
        for step in range(1, steps + 1):
            yield round(x0 + (x1 - x0) * step / steps), round(y0 + (y1 - y0) * step / steps)


def _told(plot: Plot, language: Language) -> Iterator[tuple[str, str]]:
    meanings = {sign: words.to(language) for sign, words in plot.legend}
    for index, track in enumerate(plot.tracks):
        if _is_lettered(plot):
            yield chr(ord("A") + index), track.label.to(language)
        step = max(1, (len(track.points) - 1) // (TOLD_POINTS - 1))
        yield from ((number_text(_tidy(x)), number_text(_tidy(y))) for x, y in track.points[::step])
    for sign, (x, y) in plot.marks:
        if sign == ROOM:
            continue
        meaning = meanings.get(sign, ASKED.to(language) if sign == MARKED else sign)
        yield number_text(_tidy(x)), f"{number_text(_tidy(y))} ({meaning})"


def span(numbers: list[float]) -> Point:
    """The least and the largest number, apart even where they are equal."""
    low, high = min(numbers, default=0.0), max(numbers, default=0.0)
    return (low, high) if high > low else (low - 1, high + 1)


def _tidy(number: float) -> float:
    return float(f"{number:.4g}")
