"""Max and average pooling over the windows of feature maps, and their gradients. Nothing in them is learned.

A window's rows are taken together first and then its columns, so that a window of K_h×K_w costs K_h + K_w passes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Pair = int | tuple[int, int]

BLOCK = 2**14  # cells of the maps that a gradient is found for at once, so that they stay in the cache


def pool_side(side: int, window: int, stride: int, padding: int = 0, ceil: bool = False) -> int:
    """Positions of a window along one side: ⌊(W − K + 2P)/S⌋ + 1, below 1 if it does not fit.

    With `ceil` a last, partial window counts too, provided that it does not start beyond the input and its left
    padding. The same as PyTorch's `ceil_mode`.
    """
    span = side - window + 2 * padding
    if not ceil:
        return span // stride + 1
    count = -(-span // stride) + 1
    return count - 1 if (count - 1) * stride >= side + padding else count


class _Axis(NamedTuple):
    """One side of the map: its length, and the windows along it."""

    side: int
    window: int
    stride: int
    padding: int
    places: int

    @property
    def after(self) -> int:
        """Cells to add after the input: the padding, or more where a partial window reaches further."""
        return max(self.padding, (self.places - 1) * self.stride + self.window - self.side - self.padding)

    def tap(self, offset: int) -> slice:
        """The padded cells that stand at this offset in their windows, one a window."""
        return slice(offset, offset + (self.places - 1) * self.stride + 1, self.stride)

    def cells(self, count_include_pad: bool) -> Array:
        """How many cells of each window are counted; what lies beyond the padding never is."""
        first = np.arange(self.places) * self.stride - self.padding
        last = np.minimum(first + self.window, self.side + self.padding)
        if not count_include_pad:
            first, last = np.maximum(first, 0), np.minimum(last, self.side)
        return np.asarray(last - first, dtype=np.float64)


def _axes(shape: tuple[int, ...], window: Pair, stride: Pair | None, padding: Pair, ceil: bool) -> tuple[_Axis, _Axis]:
    """The windows along height and width. Raises ValueError where they do not fit."""
    if len(shape) != 4:
        raise ValueError(f"pooling takes maps of N×C×H×W, these have the shape {shape}")
    windows, paddings = _pair(window), _pair(padding)
    strides = windows if stride is None else _pair(stride)
    if min(*windows, *strides) < 1 or min(paddings) < 0:
        raise ValueError(f"a window of {windows} with stride {strides} and padding {paddings} is no window")
    found = []
    for side, width, step, pad in zip(shape[2:], windows, strides, paddings, strict=True):
        if 2 * pad > width:
            raise ValueError(f"a padding of {pad} is more than half of the window of {width}")
        count = pool_side(side, width, step, pad, ceil)
        if count < 1:
            raise ValueError(f"a window of {width} does not fit into {side} + 2·{pad} cells")
        found.append(_Axis(side, width, step, pad, count))
    return found[0], found[1]


def _pair(number: Pair) -> tuple[int, int]:
    return number if isinstance(number, tuple) else (number, number)


def _padded(x: Array, high: _Axis, wide: _Axis, fill: float) -> Array:
    """x with cells of `fill` around it; x itself where none are needed."""
    if not (high.padding or wide.padding or high.after > 0 or wide.after > 0):
        return x
    sides = tuple(axis.side + axis.padding + axis.after for axis in (high, wide))
    padded = np.full((*x.shape[:2], *sides), fill)
    padded[:, :, high.padding : high.padding + high.side, wide.padding : wide.padding + wide.side] = x
    return padded


def _over_windows(combine: np.ufunc, padded: Array, high: _Axis, wide: _Axis) -> Array:
    """Each window's cells combined into one, rows first."""
    rows = _combined(combine, [padded[:, :, high.tap(u)] for u in range(high.window)])
    return _combined(combine, [rows[..., wide.tap(v)] for v in range(wide.window)])


def _combined(combine: np.ufunc, parts: list[Array]) -> Array:
    found = parts[0].copy()
    for part in parts[1:]:
        combine(found, part, out=found)
    return found


def max_pool2d(x: Array, window: Pair, stride: Pair | None = None, padding: Pair = 0, ceil: bool = False) -> Array:
    """The largest entry of each window; padding counts as −∞. x: N×C×H×W, gives N×C×O_h×O_w.

    The stride is the window unless given. Raises ValueError if a window does not fit into the padded map or the padding
    is more than half of it. The same as torch.nn.functional.max_pool2d. Source: Goodfellow, Bengio & Courville 2016, section 9.3.
    """
    high, wide = _axes(x.shape, window, stride, padding, ceil)
    return _over_windows(np.maximum, _padded(x, high, wide, -np.inf), high, wide)


def max_pool2d_argmax(
    x: Array, window: Pair, stride: Pair | None = None, padding: Pair = 0, ceil: bool = False
) -> NDArray[np.int64]:
    """Where each window's largest entry stands in its map: row·W + column, the first one in reading order on a tie."""
    high, wide = _axes(x.shape, window, stride, padding, ceil)
    padded = _padded(x, high, wide, -np.inf)
    best = padded[:, :, high.tap(0), wide.tap(0)].copy()
    offset = np.zeros(best.shape, dtype=np.int64)
    for u in range(high.window):
        for v in range(wide.window):
            cells = padded[:, :, high.tap(u), wide.tap(v)]
            larger = cells > best
            offset[larger] = u * wide.side + v
            np.maximum(best, cells, out=best)
    row = np.arange(high.places) * high.stride - high.padding
    column = np.arange(wide.places) * wide.stride - wide.padding
    return np.asarray(offset + row[:, None] * wide.side + column, dtype=np.int64)


def max_pool2d_backward(
    dy: Array, x: Array, window: Pair, stride: Pair | None = None, padding: Pair = 0, ceil: bool = False
) -> Array:
    """Gradient of a loss with respect to x, from dy = ∂L/∂y of N×C×O_h×O_w: all of it goes to each window's winner.

    On a tie the first entry in reading order takes it, as in PyTorch.
    """
    high, wide = _axes(x.shape, window, stride, padding, ceil)
    _require(dy, (*x.shape[:2], high.places, wide.places))
    padded = _padded(x, high, wide, -np.inf)
    d_padded = np.zeros(padded.shape)
    maps, slopes, found = (part.reshape(-1, 1, *part.shape[2:]) for part in (padded, dy, d_padded))
    at_once = max(1, BLOCK // max(1, maps[:1].size))
    for first in range(0, len(maps), at_once):
        some = slice(first, first + at_once)
        _to_winners(slopes[some], maps[some], found[some], high, wide)
    return _inside(d_padded, high, wide)


def _to_winners(dy: Array, padded: Array, d_padded: Array, high: _Axis, wide: _Axis) -> None:
    """Adds each slope where its window's first largest entry stands, in place in d_padded.

    First among the rows, by what is largest in each, then among the cells of that row: this is the reading order.
    """
    lines = [padded[..., wide.tap(v)] for v in range(wide.window)]
    largest = _combined(np.maximum, lines)
    d_largest = np.zeros(largest.shape)
    rows = [largest[:, :, high.tap(u)] for u in range(high.window)]
    _to_first(dy, _combined(np.maximum, rows), rows, [d_largest[:, :, high.tap(u)] for u in range(high.window)])
    _to_first(d_largest, largest, lines, [d_padded[..., wide.tap(v)] for v in range(wide.window)])


def _to_first(slope: Array, best: Array, parts: list[Array], slopes: list[Array]) -> None:
    """Adds each slope to that of the first part that is the best."""
    left = slope.copy()
    for part, d_part in zip(parts, slopes, strict=True):
        won = left * (part == best)
        d_part += won
        left -= won


def avg_pool2d(
    x: Array,
    window: Pair,
    stride: Pair | None = None,
    padding: Pair = 0,
    ceil: bool = False,
    count_include_pad: bool = True,
) -> Array:
    """The mean of each window. x: N×C×H×W, gives N×C×O_h×O_w.

    Zeros of the padding are counted unless `count_include_pad` is false; cells that a partial window (`ceil`) has beyond
    the padding never are. Raises ValueError as `max_pool2d` does. The same as torch.nn.functional.avg_pool2d.
    """
    high, wide = _axes(x.shape, window, stride, padding, ceil)
    return _over_windows(np.add, _padded(x, high, wide, 0.0), high, wide) / _counted(high, wide, count_include_pad)


def avg_pool2d_backward(
    dy: Array,
    x: Array,
    window: Pair,
    stride: Pair | None = None,
    padding: Pair = 0,
    ceil: bool = False,
    count_include_pad: bool = True,
) -> Array:
    """Gradient of a loss with respect to x, from dy = ∂L/∂y of N×C×O_h×O_w: shared equally by a window's cells.

    Of x only the shape matters.
    """
    high, wide = _axes(x.shape, window, stride, padding, ceil)
    _require(dy, (*x.shape[:2], high.places, wide.places))
    share = dy / _counted(high, wide, count_include_pad)
    rows = np.zeros((*share.shape[:3], wide.side + wide.padding + wide.after))
    for v in range(wide.window):
        rows[..., wide.tap(v)] += share
    d_padded = np.zeros((*x.shape[:2], high.side + high.padding + high.after, rows.shape[3]))
    for u in range(high.window):
        d_padded[:, :, high.tap(u)] += rows
    return _inside(d_padded, high, wide)


def _counted(high: _Axis, wide: _Axis, count_include_pad: bool) -> Array:
    return high.cells(count_include_pad)[:, None] * wide.cells(count_include_pad)


def _inside(d_padded: Array, high: _Axis, wide: _Axis) -> Array:
    rows, columns = (slice(axis.padding, axis.padding + axis.side) for axis in (high, wide))
    return np.ascontiguousarray(d_padded[:, :, rows, columns])


def _require(dy: Array, shape: tuple[int, ...]) -> None:
    if dy.shape != shape:
        raise ValueError(f"dy has the shape {dy.shape}, the pooled maps have {shape}")
