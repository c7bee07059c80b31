"""Windows of maps as columns of a matrix ("im2col"), and columns added back onto the cells they were read from ("col2im").

One product of matrices with the columns is a convolution. They are made for a few samples, or a few rows of one, at a
time, so that they are still in the cache when they are multiplied.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Pair = int | tuple[int, int]

BLOCK = 2**17  # numbers in the columns that are made at once: 1 MiB


def windows(x: Array, side: tuple[int, int], stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1) -> Array:
    """The window that each output sees, as a read-only view: N×C×H×W gives N×C×O_h×O_w×K_h×K_w.

    Raises ValueError if the window is larger than the padded input.
    """
    (step_h, step_w), (gap_h, gap_w) = pair(stride), pair(dilation)
    padded = pad(x, pair(padding))
    reach_h, reach_w = gap_h * (side[0] - 1) + 1, gap_w * (side[1] - 1) + 1
    if reach_h > padded.shape[2] or reach_w > padded.shape[3]:
        raise ValueError(f"a window of {reach_h}×{reach_w} does not fit into {padded.shape[2]}×{padded.shape[3]}")
    places = (padded.shape[2] - reach_h) // step_h + 1, (padded.shape[3] - reach_w) // step_w + 1
    sample, channel, down, across = padded.strides
    strides = (sample, channel, down * step_h, across * step_w, down * gap_h, across * gap_w)
    seen: Array = np.ndarray((*padded.shape[:2], *places, *side), padded.dtype, padded, 0, strides)
    seen.flags.writeable = False
    return seen


def pair(number: Pair) -> tuple[int, int]:
    return number if isinstance(number, tuple) else (number, number)


def fitting(array: Array, name: str, shape: tuple[int, ...]) -> Array:
    if array.shape != shape:
        raise ValueError(f"{name} has the shape {array.shape}, here it must have {shape}")
    return array


def pad(x: Array, padding: tuple[int, int]) -> Array:
    """x with zeros around it, in one piece; x itself where none are needed."""
    above, left = padding
    if not above and not left:
        return np.ascontiguousarray(x)
    padded = np.zeros((*x.shape[:2], x.shape[2] + 2 * above, x.shape[3] + 2 * left))
    padded[:, :, above : above + x.shape[2], left : left + x.shape[3]] = x
    return padded


def grouped(kernels: Array, groups: int) -> Array:
    """One kernel a row, group by group: G×F/G×(C/G·K_h·K_w)."""
    return kernels.reshape(groups, len(kernels) // groups, -1)


def by_places(maps: Array, groups: int) -> Array:
    """N×F×O_h×O_w as N×G×F/G×(O_h·O_w)."""
    number, depth, high, wide = maps.shape
    return maps.reshape(number, groups, depth // groups, high * wide)


def blocks(number: int, sides: tuple[int, ...], height: int) -> Iterator[tuple[slice, slice, slice]]:
    """The samples, rows of places and places of each block whose columns, `height` numbers each, fit into the cache."""
    rows, across = sides
    rows_at_once = max(1, BLOCK // (height * across))
    samples_at_once = max(1, rows_at_once // rows)
    for sample in range(0, number, samples_at_once):
        for first in range(0, rows, rows_at_once):
            last = min(first + rows_at_once, rows)
            yield slice(sample, sample + samples_at_once), slice(first, last), slice(first * across, last * across)


def columns(seen: Array, groups: int) -> Array:
    """One window a column: N×G×(C/G·K_h·K_w)×(O_h·O_w) from what `windows` gives."""
    number, depth, rows, across, high, wide = seen.shape
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(number, groups, depth // groups * high * wide, rows * across)


def parts(columns: Array, kernels: tuple[int, ...], across: int) -> Array:
    """The transpose of `columns`: what each place adds at each offset of its window, N×C×K_h×K_w×O_h×O_w."""
    number, groups, height, places = columns.shape
    depth = groups * height // (kernels[2] * kernels[3])
    return columns.reshape(number, depth, kernels[2], kernels[3], places // across, across)


def empty_phases(shape: tuple[int, ...], padding: tuple[int, int], step: tuple[int, int]) -> Array:
    """Zeros for maps in their padding, with the cells of each remainder by the stride together: N×C×S_h×S_w×H/S_h×W/S_w.

    There, cells that are next to each other lie a stride apart in the map, as the cells of neighbouring windows do.
    """
    high, wide = (-(-(side + 2 * pad) // by) for side, pad, by in zip(shape[2:], padding, step, strict=True))
    return np.zeros((*shape[:2], *step, high, wide))


def inside(phases: Array, shape: tuple[int, ...], padding: tuple[int, int]) -> Array:
    """The maps without their padding, N×C×H×W, from their phases."""
    number, depth, step_h, step_w, high, wide = phases.shape
    padded = phases.transpose(0, 1, 4, 2, 5, 3).reshape(number, depth, high * step_h, wide * step_w)
    above, left = padding
    return np.ascontiguousarray(padded[:, :, above : above + shape[2], left : left + shape[3]])


def add_back(parts: Array, phases: Array, first: int, gap: tuple[int, int]) -> None:
    """Lays each window of the rows from `first` on back onto the cells that it was read from; overlaps are added."""
    (step_h, step_w), (high, wide, rows, across) = phases.shape[2:4], parts.shape[2:]
    along = _runs(wide, step_w, gap[1])
    for taps_h, phases_h, top in _runs(high, step_h, gap[0]):
        lines, laid = phases[:, :, phases_h, :, first + top : first + top + rows], parts[:, :, taps_h]
        for taps_w, phases_w, left in along:
            lines[..., phases_w, :, left : left + across] += laid[..., taps_w, :, :]


def _runs(taps: int, step: int, gap: int) -> list[tuple[int | slice, int | slice, int]]:
    """Taps along one side, their phases, and by how many strides both are moved: a stride of taps at once, or one by one."""
    if step == 1 or gap > 1:
        return [(tap, tap * gap % step, tap * gap // step) for tap in range(taps)]
    return [(slice(u, u + step), slice(min(step, taps - u)), u // step) for u in range(0, taps, step)]
