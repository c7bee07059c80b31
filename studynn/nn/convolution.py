"""Convolution as libraries compute it (cross-correlation: the kernel is not turned), transposed convolution, and gradients.

The windows of a sample become the columns of a matrix ("im2col"), so that a layer is one matrix product a sample and
group. Adding columns back onto the cells they were read from ("col2im") is the transpose of that: it gives the gradient of
the input, and the transposed convolution itself. Columns are made for a few samples, or a few rows of one, at a time, so
that they are still in the cache when they are multiplied. Deep 3×3 layers take a shorter way, in `_winograd`, and
the gradients of single maps in `_one_map`.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np
from numpy.typing import NDArray

from . import _one_map, _winograd

Array = NDArray[np.float64]
Pair = int | tuple[int, int]

BLOCK = 2**17  # numbers in the columns that are made at once: 1 MiB


def out_side(side: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Positions of a window along one side: ⌊(W − Kₑ + 2P)/S⌋ + 1 with Kₑ = D(K − 1) + 1; below 1 if it does not fit.

    Source: Dumoulin & Visin 2016, relation 15.
    """
    return (side - dilation * (kernel - 1) - 1 + 2 * padding) // stride + 1


def transposed_side(
    side: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    """One side of a transposed convolution's output: (W − 1)S − 2P + Kₑ + A, with A cells added after it.

    Source: Dumoulin & Visin 2016, relation 14.
    """
    return (side - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1 + output_padding


def windows(x: Array, side: tuple[int, int], stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1) -> Array:
    """The window that each output sees, as a read-only view: N×C×H×W gives N×C×O_h×O_w×K_h×K_w.

    Raises ValueError if the window is larger than the padded input.
    """
    (step_h, step_w), (gap_h, gap_w) = _pair(stride), _pair(dilation)
    padded = _padded(x, _pair(padding))
    reach_h, reach_w = gap_h * (side[0] - 1) + 1, gap_w * (side[1] - 1) + 1
    if reach_h > padded.shape[2] or reach_w > padded.shape[3]:
        raise ValueError(f"a window of {reach_h}×{reach_w} does not fit into {padded.shape[2]}×{padded.shape[3]}")
    places = (padded.shape[2] - reach_h) // step_h + 1, (padded.shape[3] - reach_w) // step_w + 1
    sample, channel, down, across = padded.strides
    strides = (sample, channel, down * step_h, across * step_w, down * gap_h, across * gap_w)
    seen: Array = np.ndarray((*padded.shape[:2], *places, *side), padded.dtype, padded, 0, strides)
    seen.flags.writeable = False
    return seen


def conv2d(
    x: Array,
    kernels: Array,
    bias: Array | None = None,
    stride: Pair = 1,
    padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Array:
    """y[n, f, i, j] = Σ_c Σ_u Σ_v x[n, c, iS + uD − P, jS + vD − P]·k[f, c, u, v] + b[f], with zeros outside x.

    x: N×C×H×W, kernels: F×C/G×K_h×K_w, bias: F; gives N×F×O_h×O_w. With G groups the first F/G kernels see the first C/G
    channels only, and so on; G = C is a depthwise convolution. Raises ValueError if the depths differ, the groups do not
    divide C and F, or the kernel does not fit. The same as torch.nn.functional.conv2d.
    Source: Goodfellow, Bengio & Courville 2016, section 9.5; Krizhevsky, Sutskever & Hinton 2012 (groups).
    """
    _require_depths(x, kernels, groups)
    seen = windows(x, (kernels.shape[2], kernels.shape[3]), stride, padding, dilation)
    shape = (len(x), len(kernels), *seen.shape[2:4])
    if _is_plain(stride, dilation, groups) and _winograd.pays(shape, kernels.shape):
        y = _winograd.convolved(x, kernels, _pair(padding))
    else:
        y = np.empty(shape)
        found, layers = _by_places(y, groups), _grouped(kernels, groups)
        for samples, rows, places in _blocks(len(x), seen.shape[2:4], prod(seen.shape[1:2] + seen.shape[4:])):
            np.matmul(layers, _columns(seen[samples, :, rows], groups), out=found[samples, ..., places])
    if bias is not None:
        y += _fitting(bias, "bias", (len(kernels),))[:, None, None]
    return y


def conv2d_backward(
    dy: Array,
    x: Array,
    kernels: Array,
    stride: Pair = 1,
    padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> tuple[Array, Array, Array]:
    """Gradients of a loss with respect to x, kernels and bias, from dy = ∂L/∂y of N×F×O_h×O_w.

    A kernel's gradient sums dy times window over all places that share it; each window's gradient is added back
    onto the cells it was read from. Source: Goodfellow, Bengio & Courville 2016, section 9.5.
    """
    _require_depths(x, kernels, groups)
    seen = windows(x, (kernels.shape[2], kernels.shape[3]), stride, padding, dilation)
    slopes = _by_places(_fitting(dy, "dy", (len(x), len(kernels), *seen.shape[2:4])), groups)
    if _is_plain(stride, dilation, groups) and _one_map.pays(dy.shape, kernels.shape, _pair(padding)):
        dx, d_kernel = _one_map.slopes(dy, _padded(x, _pair(padding)), kernels[0, 0], _pair(padding))
        return dx, d_kernel[None, None], dy.sum(axis=(0, 2, 3))
    layers = _grouped(kernels, groups)
    d_layers = np.zeros(layers.shape)
    short = _is_plain(stride, dilation, groups) and max(_pair(padding)) <= 2 and _winograd.pays(x.shape, kernels.shape)
    d_padded = None if short else _empty_padded(x.shape, _pair(padding))
    for samples, rows, places in _blocks(len(x), seen.shape[2:4], prod(seen.shape[1:2] + seen.shape[4:])):
        columns, slope = _columns(seen[samples, :, rows], groups), slopes[samples, ..., places]
        d_layers += (slope @ columns.swapaxes(2, 3)).sum(axis=0)
        if d_padded is not None:
            parts = _parts(layers.swapaxes(1, 2) @ slope, kernels.shape, seen.shape[3])
            _add_back(parts, d_padded[samples], rows.start, _pair(stride), _pair(dilation))
    if d_padded is None:
        turned = kernels.swapaxes(0, 1)[:, :, ::-1, ::-1]
        dx = _winograd.convolved(dy, turned, (2 - _pair(padding)[0], 2 - _pair(padding)[1]))
    else:
        dx = _inside(d_padded, x.shape, _pair(padding))
    return dx, d_layers.reshape(kernels.shape), dy.sum(axis=(0, 2, 3))


def conv1d(
    x: Array,
    kernels: Array,
    bias: Array | None = None,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Array:
    """y[n, f, i] = Σ_c Σ_u x[n, c, iS + uD − P]·k[f, c, u] + b[f], with zeros outside x.

    x: N×C×L, kernels: F×C/G×K, bias: F; gives N×F×O. Raises ValueError as `conv2d` does.
    """
    return conv2d(_flat(x), _flat(kernels), bias, (1, stride), (0, padding), (1, dilation), groups)[:, :, 0]


def conv1d_backward(
    dy: Array, x: Array, kernels: Array, stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1
) -> tuple[Array, Array, Array]:
    """Gradients of a loss with respect to x, kernels and bias, from dy = ∂L/∂y of N×F×O."""
    sizes = (1, stride), (0, padding), (1, dilation)
    dx, d_kernels, d_bias = conv2d_backward(_flat(dy), _flat(x), _flat(kernels), *sizes, groups)
    return dx[:, :, 0], d_kernels[:, :, 0], d_bias


def conv_transpose2d(
    x: Array,
    kernels: Array,
    bias: Array | None = None,
    stride: Pair = 1,
    padding: Pair = 0,
    output_padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Array:
    """Each entry x[n, c, i, j] lays x·k[c, f] onto the output from (iS − P, jS − P) on; what overlaps is added, then b[f].

    x: N×C×H×W, kernels: C×F/G×K_h×K_w, bias: F; gives N×F×O_h×O_w with O = (H − 1)S − 2P + D(K − 1) + 1 + A, where A is
    `output_padding`. It is the gradient of `conv2d` with the same kernels with respect to its input. Raises ValueError if
    the depths differ, A is not smaller than S or D, or nothing is left after the padding is cut off. The same as
    torch.nn.functional.conv_transpose2d. Source: Dumoulin & Visin 2016, chapter 4.
    """
    shape = _transposed_shape(x, kernels, stride, padding, output_padding, dilation, groups)
    given, layers = _by_places(x, groups), _grouped(kernels, groups)
    padded = _empty_padded(shape, _pair(padding))
    for samples, rows, places in _blocks(len(x), x.shape[2:], layers.shape[2] * groups):
        parts = _parts(layers.swapaxes(1, 2) @ given[samples, ..., places], kernels.shape, x.shape[3])
        _add_back(parts, padded[samples], rows.start, _pair(stride), _pair(dilation))
    y = _inside(padded, shape, _pair(padding))
    if bias is not None:
        y += _fitting(bias, "bias", (shape[1],))[:, None, None]
    return y


def conv_transpose2d_backward(
    dy: Array,
    x: Array,
    kernels: Array,
    stride: Pair = 1,
    padding: Pair = 0,
    output_padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> tuple[Array, Array, Array]:
    """Gradients of a loss with respect to x, kernels and bias, from dy = ∂L/∂y of N×F×O_h×O_w.

    The gradient of x is the ordinary convolution of dy with the same kernels.
    """
    shape = _transposed_shape(x, kernels, stride, padding, output_padding, dilation, groups)
    _fitting(dy, "dy", shape)
    # With a dilation above the stride, output padding leaves room for windows that no entry of x belongs to.
    seen = windows(dy, (kernels.shape[2], kernels.shape[3]), stride, padding, dilation)[
        :, :, : x.shape[2], : x.shape[3]
    ]
    given, layers = _by_places(x, groups), _grouped(kernels, groups)
    dx, d_layers = np.empty(x.shape), np.zeros(layers.shape)
    found = _by_places(dx, groups)
    for samples, rows, places in _blocks(len(x), x.shape[2:], layers.shape[2] * groups):
        columns = _columns(seen[samples, :, rows], groups)
        np.matmul(layers, columns, out=found[samples, ..., places])
        d_layers += (given[samples, ..., places] @ columns.swapaxes(2, 3)).sum(axis=0)
    return dx, d_layers.reshape(kernels.shape), dy.sum(axis=(0, 2, 3))


def _pair(number: Pair) -> tuple[int, int]:
    return number if isinstance(number, tuple) else (number, number)


def _flat(array: Array) -> Array:
    """N×C×L as maps of one row."""
    if array.ndim != 3:
        raise ValueError(f"a one-dimensional convolution takes N×C×L and F×C×K, this has the shape {array.shape}")
    return array[:, :, None]


def _fitting(array: Array, name: str, shape: tuple[int, ...]) -> Array:
    if array.shape != shape:
        raise ValueError(f"{name} has the shape {array.shape}, here it must have {shape}")
    return array


def _require_depths(x: Array, kernels: Array, groups: int) -> None:
    if x.ndim != 4 or kernels.ndim != 4:
        raise ValueError(f"x must be N×C×H×W and kernels F×C×K×K, their shapes are {x.shape} and {kernels.shape}")
    if groups < 1 or x.shape[1] % groups or len(kernels) % groups:
        raise ValueError(f"{groups} groups do not divide {x.shape[1]} channels and {len(kernels)} kernels")
    if x.shape[1] != kernels.shape[1] * groups:
        within = f" in {groups} groups" if groups > 1 else ""
        raise ValueError(f"kernels of depth {kernels.shape[1]}{within} on an input of depth {x.shape[1]}")


def _transposed_shape(
    x: Array, kernels: Array, stride: Pair, padding: Pair, output_padding: Pair, dilation: Pair, groups: int
) -> tuple[int, int, int, int]:
    """N×F×O_h×O_w of a transposed convolution; ValueError where the parts do not fit."""
    if x.ndim != 4 or kernels.ndim != 4:
        raise ValueError(f"x must be N×C×H×W and kernels C×F×K×K, their shapes are {x.shape} and {kernels.shape}")
    if x.shape[1] != len(kernels):
        raise ValueError(f"kernels for {len(kernels)} channels on an input of {x.shape[1]}")
    if groups < 1 or len(kernels) % groups:
        raise ValueError(f"{groups} groups do not divide {len(kernels)} channels")
    sides = []
    for axis in range(2):
        step, gap, added = _pair(stride)[axis], _pair(dilation)[axis], _pair(output_padding)[axis]
        if added >= max(step, gap):
            raise ValueError(f"an output padding of {added} is not smaller than the stride {step} or dilation {gap}")
        length, reach = x.shape[2 + axis], kernels.shape[2 + axis]
        sides.append(transposed_side(length, reach, step, _pair(padding)[axis], added, gap))
    if min(sides) < 1:
        raise ValueError(f"an output of {sides[0]}×{sides[1]} is left after the padding is cut off")
    return len(x), kernels.shape[1] * groups, sides[0], sides[1]


def _padded(x: Array, padding: tuple[int, int]) -> Array:
    """x with zeros around it, in one piece; x itself where none are needed."""
    above, left = padding
    if not above and not left:
        return np.ascontiguousarray(x)
    padded = np.zeros((*x.shape[:2], x.shape[2] + 2 * above, x.shape[3] + 2 * left))
    padded[:, :, above : above + x.shape[2], left : left + x.shape[3]] = x
    return padded


def _grouped(kernels: Array, groups: int) -> Array:
    """One kernel a row, group by group: G×F/G×(C/G·K_h·K_w)."""
    return kernels.reshape(groups, len(kernels) // groups, -1)


def _by_places(maps: Array, groups: int) -> Array:
    """N×F×O_h×O_w as N×G×F/G×(O_h·O_w)."""
    number, depth, high, wide = maps.shape
    return maps.reshape(number, groups, depth // groups, high * wide)


def _is_plain(stride: Pair, dilation: Pair, groups: int) -> bool:
    return groups == 1 and _pair(stride) == _pair(dilation) == (1, 1)


def _blocks(number: int, sides: tuple[int, ...], height: int) -> Iterator[tuple[slice, slice, slice]]:
    """The samples, rows of places and places of each block whose columns, `height` numbers each, fit into the cache."""
    rows, across = sides
    rows_at_once = max(1, BLOCK // (height * across))
    samples_at_once = max(1, rows_at_once // rows)
    for sample in range(0, number, samples_at_once):
        for first in range(0, rows, rows_at_once):
            last = min(first + rows_at_once, rows)
            yield slice(sample, sample + samples_at_once), slice(first, last), slice(first * across, last * across)


def _columns(seen: Array, groups: int) -> Array:
    """One window a column: N×G×(C/G·K_h·K_w)×(O_h·O_w) from what `windows` gives."""
    number, depth, rows, across, high, wide = seen.shape
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(number, groups, depth // groups * high * wide, rows * across)


def _parts(columns: Array, kernels: tuple[int, ...], across: int) -> Array:
    """The transpose of `_columns`: what each place adds at each offset of its window, N×C×K_h×K_w×O_h×O_w."""
    number, groups, height, places = columns.shape
    depth = groups * height // (kernels[2] * kernels[3])
    return columns.reshape(number, depth, kernels[2], kernels[3], places // across, across)


def _empty_padded(shape: tuple[int, ...], padding: tuple[int, int]) -> Array:
    return np.zeros((*shape[:2], shape[2] + 2 * padding[0], shape[3] + 2 * padding[1]))


def _inside(padded: Array, shape: tuple[int, ...], padding: tuple[int, int]) -> Array:
    above, left = padding
    return np.ascontiguousarray(padded[:, :, above : above + shape[2], left : left + shape[3]])


def _add_back(parts: Array, padded: Array, first: int, step: tuple[int, int], gap: tuple[int, int]) -> None:
    """Lays each window of the rows from `first` on back onto the cells that it was read from; overlaps are added."""
    high, wide, rows, across = parts.shape[2:]
    for u in range(high):
        top = u * gap[0] + first * step[0]
        lines = padded[:, :, top : top + step[0] * (rows - 1) + 1 : step[0]]
        for v in range(wide):
            left = v * gap[1]
            lines[..., left : left + step[1] * (across - 1) + 1 : step[1]] += parts[:, :, u, v]
