"""Convolution as libraries compute it (cross-correlation: the kernel is not turned), transposed convolution, and gradients.

The windows of a sample become the columns of a matrix ("im2col"), so that a layer is one matrix product a sample and
group. Adding columns back onto the cells they were read from ("col2im") is the transpose of that: it gives the gradient of
the input, and the transposed convolution itself.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[np.float64]
Pair = int | tuple[int, int]


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
    seen = sliding_window_view(padded, (reach_h, reach_w), axis=(2, 3))
    return seen[:, :, ::step_h, ::step_w, ::gap_h, ::gap_w]


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
    columns, sides = _columns(x, kernels, stride, padding, dilation, groups)
    y = (_grouped(kernels, groups) @ columns).reshape(len(x), len(kernels), *sides)
    return y if bias is None else y + _fitting(bias, "bias", (len(kernels),))[:, None, None]


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
    columns, sides = _columns(x, kernels, stride, padding, dilation, groups)
    slopes = _fitting(dy, "dy", (len(x), len(kernels), *sides)).reshape(len(x), groups, len(kernels) // groups, -1)
    d_kernels = (slopes @ columns.swapaxes(2, 3)).sum(axis=0).reshape(kernels.shape)
    d_columns = _grouped(kernels, groups).swapaxes(1, 2) @ slopes
    dx = _added_back(d_columns, x.shape, kernels.shape, sides, stride, padding, dilation)
    return dx, d_kernels, dy.sum(axis=(0, 2, 3))


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
    flat = x.reshape(len(x), groups, x.shape[1] // groups, -1)
    columns = _grouped(kernels, groups).swapaxes(1, 2) @ flat
    y = _added_back(columns, shape, kernels.shape, (x.shape[2], x.shape[3]), stride, padding, dilation)
    return y if bias is None else y + _fitting(bias, "bias", (shape[1],))[:, None, None]


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
    columns, _ = _columns(dy, kernels, stride, padding, dilation, groups, most=(x.shape[2], x.shape[3]))
    dx = (_grouped(kernels, groups) @ columns).reshape(x.shape)
    flat = x.reshape(len(x), groups, x.shape[1] // groups, -1)
    d_kernels = (flat @ columns.swapaxes(2, 3)).sum(axis=0).reshape(kernels.shape)
    return dx, d_kernels, dy.sum(axis=(0, 2, 3))


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
    """x with zeros around it; x itself where none are needed."""
    above, left = padding
    if not above and not left:
        return x
    padded = np.zeros((*x.shape[:2], x.shape[2] + 2 * above, x.shape[3] + 2 * left))
    padded[:, :, above : above + x.shape[2], left : left + x.shape[3]] = x
    return padded


def _grouped(kernels: Array, groups: int) -> Array:
    """One kernel a row, group by group: G×F/G×(C/G·K_h·K_w)."""
    return kernels.reshape(groups, len(kernels) // groups, -1)


def _columns(
    x: Array,
    kernels: Array,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
    most: tuple[int, int] | None = None,
) -> tuple[Array, tuple[int, int]]:
    """One window a column: N×G×(C/G·K_h·K_w)×(O_h·O_w); and O_h, O_w, which `most` bounds."""
    seen = windows(x, (kernels.shape[2], kernels.shape[3]), stride, padding, dilation)
    if most is not None:
        seen = seen[:, :, : most[0], : most[1]]
    sides = (seen.shape[2], seen.shape[3])
    rows = seen.transpose(0, 1, 4, 5, 2, 3)
    return rows.reshape(len(x), groups, -1, sides[0] * sides[1]), sides


def _added_back(
    columns: Array,
    shape: tuple[int, ...],
    kernel: tuple[int, ...],
    sides: tuple[int, int],
    stride: Pair,
    padding: Pair,
    dilation: Pair,
) -> Array:
    """The transpose of `_columns`: each column laid back onto its window in maps of `shape`, overlaps added."""
    (step_h, step_w), (pad_h, pad_w), (gap_h, gap_w) = _pair(stride), _pair(padding), _pair(dilation)
    number, depth, height, width = shape
    parts = columns.reshape(number, depth, *kernel[2:], *sides)
    padded = np.zeros((number, depth, height + 2 * pad_h, width + 2 * pad_w))
    for u in range(kernel[2]):
        for v in range(kernel[3]):
            down = slice(u * gap_h, u * gap_h + step_h * (sides[0] - 1) + 1, step_h)
            across = slice(v * gap_w, v * gap_w + step_w * (sides[1] - 1) + 1, step_w)
            padded[:, :, down, across] += parts[:, :, u, v]
    return np.ascontiguousarray(padded[:, :, pad_h : pad_h + height, pad_w : pad_w + width])
