"""The windows of a pooling layer over maps of C×H×W, cell by cell, as they are read by hand."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from studynn.core.errors import InputError
from studynn.core.steps import Value
from studynn.core.text import Text
from studynn.nn.pooling import Array, pool_side

MOST_CELLS = 20_000
Place = tuple[int, int, int]


class Pool(NamedTuple):
    """x: C×H×W without its padding; `high`×`wide` windows are read from each map."""

    x: Array
    window: int
    stride: int
    padding: int
    count_padding: bool
    high: int
    wide: int

    def resized(self, high: int, wide: int) -> "Pool":
        """As many windows as asked for, at least one, and none that starts beyond the maps."""
        most = [-(-(side + self.padding) // self.stride) for side in self.x.shape[1:]]
        return self._replace(high=max(1, min(high, most[0])), wide=max(1, min(wide, most[1])))

    def corner(self, place: Place) -> tuple[int, int]:
        """Row and column of the window's first cell; negative in the padding."""
        return place[1] * self.stride - self.padding, place[2] * self.stride - self.padding

    def seen(self, place: Place) -> Array:
        """The window's cells inside the map."""
        top, left = self.corner(place)
        return self.x[place[0], max(top, 0) : max(top + self.window, 0), max(left, 0) : max(left + self.window, 0)]

    def touches_padding(self, place: Place) -> bool:
        """Whether some of the window's cells are padding."""
        pairs = zip(self.corner(place), self.x.shape[1:], strict=True)
        return self.padding > 0 and any(first < 0 or first + self.window > side for first, side in pairs)

    def counted(self, place: Place) -> int:
        """The cells that the mean divides by; what a partial window has beyond the padding is not counted."""
        if not self.count_padding:
            return self.seen(place).size
        return int(
            np.prod(
                [
                    min(first + self.window, side + self.padding) - first
                    for first, side in zip(self.corner(place), self.x.shape[1:], strict=True)
                ]
            )
        )

    def winner(self, place: Place) -> tuple[int, int]:
        """Row and column of the largest cell, the first one in reading order on a tie."""
        top, left = (max(first, 0) for first in self.corner(place))
        row, column = np.unravel_index(int(np.argmax(self.seen(place))), self.seen(place).shape)
        return top + int(row), left + int(column)

    def each(self, read: Callable[[Place], float]) -> Array:
        """One number a window: high×wide, with the maps in front where there are several."""
        found = np.array([[[read((c, i, j)) for j in self._wide()] for i in self._high()] for c in self._maps()])
        return found if len(self.x) > 1 else found[0]

    def written(self, write: Callable[[Place], str]) -> str:
        """One text a window, laid out like `each`; a single row keeps its brackets."""
        maps = [
            "; ".join(", ".join(write((c, i, j)) for j in self._wide()) for i in self._high()) for c in self._maps()
        ]
        return f"[[{maps[0]}]]" if len(maps) == 1 and self.high == 1 else f"[{' | '.join(maps)}]"

    def _maps(self) -> range:
        return range(len(self.x))

    def _high(self) -> range:
        return range(self.high)

    def _wide(self) -> range:
        return range(self.wide)


def pool_of(x: Value, window: int, stride: int | None, padding: int, ceil: bool, no_count_padding: bool) -> Pool:
    """The inputs put together; InputError where the window or its padding does not fit."""
    maps = np.asarray(x, dtype=float)
    maps = maps.reshape((1,) * (3 - maps.ndim) + maps.shape)
    step, (high, wide) = stride or window, maps.shape[1:]
    if 2 * padding > window:
        half = window // 2
        allowed = Text(
            f"must be at most {half}, half of the window of {window}", f"不得超过 {half}，即窗口边长 {window} 的一半"
        )
        raise InputError("padding", str(padding), allowed)
    if window > min(high, wide) + 2 * padding:
        padded = f"{high + 2 * padding}×{wide + 2 * padding}"
        allowed = Text(
            f"must fit into the padded --x of {padded}, it is {window}×{window}",
            f"窗口应放得进填充后的 --x（{padded}），这里是 {window}×{window}",
        )
        raise InputError("window", str(window), allowed)
    sides = [pool_side(side, window, step, padding, ceil) for side in (high, wide)]
    cells = len(maps) * sides[0] * sides[1] * window**2
    if cells > MOST_CELLS:
        allowed = Text(
            f"must give windows of at most {MOST_CELLS} cells in all, these have {cells}",
            f"所有窗口合计不得超过 {MOST_CELLS} 格，这里有 {cells} 格",
        )
        raise InputError("x", f"{len(maps)}×{high}×{wide}", allowed)
    return Pool(maps, window, step, padding, not no_count_padding, *sides)
