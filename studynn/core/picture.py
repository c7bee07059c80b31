"""Pictures of a worked example as values: bars, curves, maps, cells, layers, flows, trees. The views draw them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .text import Text

Point = tuple[float, float]
POINTS = 120


class Bars(NamedTuple):
    """One bar a label; `marked` are the places of those to be pointed at."""

    title: Text
    labels: tuple[str, ...]
    values: tuple[float, ...]
    marked: tuple[int, ...] = ()


class Curve(NamedTuple):
    """Points in order of x, and points on or beside them to be pointed at."""

    title: Text
    points: tuple[Point, ...]
    marked: tuple[Point, ...] = ()


class HeatMap(NamedTuple):
    """A matrix of numbers, the larger the darker."""

    title: Text
    rows: tuple[tuple[float, ...], ...]


class Track(NamedTuple):
    """Points joined in their order by straight lines: a curve, a boundary, the path of a descent."""

    label: Text
    points: tuple[Point, ...]


class Mark(NamedTuple):
    """A sign of one column at a point: a sample, a minimum."""

    sign: str
    at: Point


class Plot(NamedTuple):
    """Several tracks and signs on the same axes; `legend` explains the signs."""

    title: Text
    tracks: tuple[Track, ...]
    marks: tuple[Mark, ...] = ()
    legend: tuple[tuple[str, Text], ...] = ()


class Cells(NamedTuple):
    """Rows of short entries in columns of one width, each row with its label; `marked` are (row, column) of framed ones."""

    title: Text
    rows: tuple[tuple[str, ...], ...]
    marked: tuple[tuple[int, int], ...] = ()
    labels: tuple[str, ...] = ()


class Layer(NamedTuple):
    """The units of a layer as they are to be read, and how they are linked with the layer that stands below it."""

    label: Text
    units: tuple[str, ...]
    link: Text | None = None


class Layers(NamedTuple):
    """Layers of a network, the topmost first."""

    title: Text
    layers: tuple[Layer, ...]


class Lane(NamedTuple):
    """Stations from left to right, and what stands on the arrow between each two: one fewer. `back` turns the arrows."""

    label: Text
    stations: tuple[str, ...]
    arrows: tuple[str, ...]
    back: bool = False


class Flow(NamedTuple):
    """Lanes below each other whose stations stand in common columns."""

    title: Text
    lanes: tuple[Lane, ...]


class Node(NamedTuple):
    """A node of a tree with those below it."""

    label: str
    below: tuple[Node, ...] = ()


class Tree(NamedTuple):
    """A tree, from its root down."""

    title: Text
    root: Node


Picture = Bars | Curve | HeatMap | Plot | Cells | Layers | Flow | Tree


def sampled(function: Callable[[float], Any], low: float, high: float, count: int = POINTS) -> tuple[Point, ...]:
    """Points of a function at equal distances from `low` to `high`."""
    step = (high - low) / (count - 1)
    return tuple((low + index * step, float(function(low + index * step))) for index in range(count))
