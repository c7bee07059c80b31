"""Transposed convolution: each entry lays its kernel onto the output, the gradient of a convolution in its input."""

from __future__ import annotations

import numpy as np

from ._columns import (
    Array,
    Pair,
    add_back,
    blocks,
    by_places,
    columns,
    empty_phases,
    fitting,
    grouped,
    inside,
    pair,
    parts,
    windows,
)


def transposed_side(
    side: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    """One side of a transposed convolution's output: (W − 1)S − 2P + Kₑ + A, with A cells added after it.

    Source: Dumoulin & Visin 2016, relation 14.
    """
    return (side - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1 + output_padding


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
    given, layers = by_places(x, groups), grouped(kernels, groups)
    phases = empty_phases(shape, pair(padding), pair(stride))
    for samples, rows, places in blocks(len(x), x.shape[2:], layers.shape[2] * groups):
        laid = parts(layers.swapaxes(1, 2) @ given[samples, ..., places], kernels.shape, x.shape[3])
        add_back(laid, phases[samples], rows.start, pair(dilation))
    y = inside(phases, shape, pair(padding))
    if bias is not None:
        y += fitting(bias, "bias", (shape[1],))[:, None, None]
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
    fitting(dy, "dy", shape)
    # With a dilation above the stride, output padding leaves room for windows that no entry of x belongs to.
    seen = windows(dy, (kernels.shape[2], kernels.shape[3]), stride, padding, dilation)[
        :, :, : x.shape[2], : x.shape[3]
    ]
    given, layers = by_places(x, groups), grouped(kernels, groups)
    dx, d_layers = np.empty(x.shape), np.zeros(layers.shape)
    found = by_places(dx, groups)
    for samples, rows, places in blocks(len(x), x.shape[2:], layers.shape[2] * groups):
        read = columns(seen[samples, :, rows], groups)
        np.matmul(layers, read, out=found[samples, ..., places])
        d_layers += (given[samples, ..., places] @ read.swapaxes(2, 3)).sum(axis=0)
    return dx, d_layers.reshape(kernels.shape), dy.sum(axis=(0, 2, 3))


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
        step, gap, added = pair(stride)[axis], pair(dilation)[axis], pair(output_padding)[axis]
        if added >= max(step, gap):
            raise ValueError(f"an output padding of {added} is not smaller than the stride {step} or dilation {gap}")
        length, reach = x.shape[2 + axis], kernels.shape[2 + axis]
        sides.append(transposed_side(length, reach, step, pair(padding)[axis], added, gap))
    if min(sides) < 1:
        raise ValueError(f"an output of {sides[0]}×{sides[1]} is left after the padding is cut off")
    return len(x), kernels.shape[1] * groups, sides[0], sides[1]
