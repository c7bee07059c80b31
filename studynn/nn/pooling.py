"""Max and average pooling over the windows of feature maps, and their gradients. Nothing in them is learned.

A window's rows are taken together first and then its columns, so that a window of K_h×K_w costs K_h + K_w passes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._threads import share

Array = NDArray[np.float64]
Pair = int | tuple[int, int]

BLOCK = 2**17  # cells of the maps whose winners are found at once, so that they stay in the cache


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
    def length(self) -> int:
        """The side with its padding."""
        return self.side + self.padding + self.after

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
    (window_h, window_w), (padding_h, padding_w) = _pair(window), _pair(padding)
    stride_h, stride_w = (window_h, window_w) if stride is None else _pair(stride)
    return _axis(shape[2], window_h, stride_h, padding_h, ceil), _axis(shape[3], window_w, stride_w, padding_w, ceil)


def _axis(side: int, window: int, stride: int, padding: int, ceil: bool) -> _Axis:
    if window < 1 or stride < 1 or padding < 0:
        raise ValueError(f"a window of {window} with stride {stride} and padding {padding} is no window")
    if 2 * padding > window:
        raise ValueError(f"a padding of {padding} is more than half of the window of {window}")
    places = pool_side(side, window, stride, padding, ceil)
    if places < 1:
        raise ValueError(f"a window of {window} does not fit into {side} + 2·{padding} cells")
    return _Axis(side, window, stride, padding, places)


def _pair(number: Pair) -> tuple[int, int]:
    return number if isinstance(number, tuple) else (number, number)


def _padded(x: Array, high: _Axis, wide: _Axis, fill: float) -> Array:
    """x with cells of `fill` around it; x itself where none are needed."""
    if not high.after and not wide.after:
        return x
    padded = np.full((*x.shape[:2], high.length, wide.length), fill)
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
    maps = _padded(x, high, wide, -np.inf).reshape(-1, high.length, wide.length)
    found = np.empty((len(maps), high.places, wide.places), dtype=np.int64)

    def point(some: slice) -> None:
        found[some] = _winners(maps[some], high, wide)

    _in_blocks(point, maps)
    row, column = np.divmod(found, wide.length)
    return ((row - high.padding) * wide.side + column - wide.padding).reshape(*x.shape[:2], high.places, wide.places)


def max_pool2d_backward(
    dy: Array, x: Array, window: Pair, stride: Pair | None = None, padding: Pair = 0, ceil: bool = False
) -> Array:
    """Gradient of a loss with respect to x, from dy = ∂L/∂y of N×C×O_h×O_w: all of it goes to each window's winner.

    On a tie the first entry in reading order takes it, as in PyTorch.
    """
    high, wide = _axes(x.shape, window, stride, padding, ceil)
    _require(dy, (*x.shape[:2], high.places, wide.places))
    maps = _padded(x, high, wide, -np.inf).reshape(-1, high.length, wide.length)
    slopes, d_maps = dy.reshape(-1, high.places, wide.places), np.empty(maps.shape)
    of_map = np.arange(len(maps))[:, None, None] * (high.length * wide.length)

    def hand_out(some: slice) -> None:
        cells, slope = maps[some], slopes[some]
        places = _winners(cells, high, wide)
        places += of_map[: len(cells)]
        d_maps[some] = np.bincount(places.ravel(), slope.ravel(), cells.size).reshape(cells.shape)

    _in_blocks(hand_out, maps)
    return _inside(d_maps.reshape(*x.shape[:2], high.length, wide.length), high, wide)


def _in_blocks(work: Callable[[slice], None], maps: Array) -> None:
    """The work on all maps, some at a time, in several threads where there are many."""
    at_once = max(1, BLOCK // max(1, maps[:1].size))

    def part(blocks: range) -> None:
        for block in blocks:
            work(slice(block * at_once, (block + 1) * at_once))

    share(part, -(-len(maps) // at_once), maps.size)


def _winners(maps: Array, high: _Axis, wide: _Axis) -> NDArray[np.int64]:
    """Where each window's first largest cell stands in its padded map, as row·length + column: P×H×W gives P×O_h×O_w.

    Cells are numbered within a window in reading order. First come the best of each of its rows, then the best of these:
    a later one wins only if it is larger, and has a larger number.
    """
    number = np.min_scalar_type(high.window * wide.window).type
    best, first = maps[..., wide.tap(0)].copy(), np.zeros((*maps.shape[:2], wide.places), dtype=number)
    for v in range(1, wide.window):
        cells = maps[..., wide.tap(v)]
        np.maximum(first, (cells > best).view(np.uint8) * number(v), out=first)
        np.maximum(best, cells, out=best)
    top, winner = best[:, high.tap(0)].copy(), first[:, high.tap(0)].copy()
    for u in range(1, high.window):
        cells = best[:, high.tap(u)]
        numbers = first[:, high.tap(u)] + number(u * wide.window)
        np.maximum(winner, (cells > top).view(np.uint8) * numbers, out=winner)
        np.maximum(top, cells, out=top)
    offsets = np.arange(high.window)[:, None] * wide.length + np.arange(wide.window)
    corners = np.arange(high.places)[:, None] * (high.stride * wide.length) + np.arange(wide.places) * wide.stride
    found = offsets.ravel().take(winner)
    found += corners
    return found


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
    each = dy / _counted(high, wide, count_include_pad)
    rows = np.zeros((*each.shape[:3], wide.length))
    for v in range(wide.window):
        rows[..., wide.tap(v)] += each
    d_padded = np.zeros((*x.shape[:2], high.length, wide.length))
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
