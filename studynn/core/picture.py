"""Pictures of a worked example as values: bars, curves, heat maps. How they are drawn is left to the views."""

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


Picture = Bars | Curve | HeatMap


def sampled(function: Callable[[float], Any], low: float, high: float, count: int = POINTS) -> tuple[Point, ...]:
    """Points of a function at equal distances from `low` to `high`."""
    step = (high - low) / (count - 1)
    return tuple((low + index * step, float(function(low + index * step))) for index in range(count))
