"""Convolution as libraries compute it (cross-correlation: the kernel is not turned), and its gradients.

The windows of a sample become the columns of a matrix, so that a layer is one matrix product a sample and group
(`_columns`). Deep 3×3 layers take a shorter way, in `_winograd`, and the gradients of single maps in `_one_map`. The
transposed convolution is written in `transposed`.
"""

from __future__ import annotations

from math import prod

import numpy as np

from . import _one_map, _winograd
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
    pad,
    pair,
    parts,
    windows,
)
from .transposed import conv_transpose2d, conv_transpose2d_backward, transposed_side

__all__ = [
    "Array",
    "Pair",
    "conv1d",
    "conv1d_backward",
    "conv2d",
    "conv2d_backward",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "out_side",
    "transposed_side",
    "windows",
]


def out_side(side: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Positions of a window along one side: ⌊(W − Kₑ + 2P)/S⌋ + 1 with Kₑ = D(K − 1) + 1; below 1 if it does not fit.

    Source: Dumoulin & Visin 2016, relation 15.
    """
    return (side - dilation * (kernel - 1) - 1 + 2 * padding) // stride + 1


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
        y = _winograd.convolved(x, kernels, pair(padding))
    else:
        y = np.empty(shape)
        found, layers = by_places(y, groups), grouped(kernels, groups)
        for samples, rows, places in blocks(len(x), seen.shape[2:4], prod(seen.shape[1:2] + seen.shape[4:])):
            np.matmul(layers, columns(seen[samples, :, rows], groups), out=found[samples, ..., places])
    if bias is not None:
        y += fitting(bias, "bias", (len(kernels),))[:, None, None]
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
    slopes = by_places(fitting(dy, "dy", (len(x), len(kernels), *seen.shape[2:4])), groups)
    if _is_plain(stride, dilation, groups) and _one_map.pays(dy.shape, kernels.shape, pair(padding)):
        dx, d_kernel = _one_map.slopes(dy, pad(x, pair(padding)), kernels[0, 0], pair(padding))
        return dx, d_kernel[None, None], dy.sum(axis=(0, 2, 3))
    layers = grouped(kernels, groups)
    d_layers = np.zeros(layers.shape)
    short = _is_plain(stride, dilation, groups) and max(pair(padding)) <= 2 and _winograd.pays(x.shape, kernels.shape)
    d_phases = None if short else empty_phases(x.shape, pair(padding), pair(stride))
    for samples, rows, places in blocks(len(x), seen.shape[2:4], prod(seen.shape[1:2] + seen.shape[4:])):
        read, slope = columns(seen[samples, :, rows], groups), slopes[samples, ..., places]
        d_layers += (slope @ read.swapaxes(2, 3)).sum(axis=0)
        if d_phases is not None:
            laid = parts(layers.swapaxes(1, 2) @ slope, kernels.shape, seen.shape[3])
            add_back(laid, d_phases[samples], rows.start, pair(dilation))
    if d_phases is None:
        turned = kernels.swapaxes(0, 1)[:, :, ::-1, ::-1]
        dx = _winograd.convolved(dy, turned, (2 - pair(padding)[0], 2 - pair(padding)[1]))
    else:
        dx = inside(d_phases, x.shape, pair(padding))
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


def _flat(array: Array) -> Array:
    """N×C×L as maps of one row."""
    if array.ndim != 3:
        raise ValueError(f"a one-dimensional convolution takes N×C×L and F×C×K, this has the shape {array.shape}")
    return array[:, :, None]


def _require_depths(x: Array, kernels: Array, groups: int) -> None:
    if x.ndim != 4 or kernels.ndim != 4:
        raise ValueError(f"x must be N×C×H×W and kernels F×C×K×K, their shapes are {x.shape} and {kernels.shape}")
    if groups < 1 or x.shape[1] % groups or len(kernels) % groups:
        raise ValueError(f"{groups} groups do not divide {x.shape[1]} channels and {len(kernels)} kernels")
    if x.shape[1] != kernels.shape[1] * groups:
        within = f" in {groups} groups" if groups > 1 else ""
        raise ValueError(f"kernels of depth {kernels.shape[1]}{within} on an input of depth {x.shape[1]}")


def _is_plain(stride: Pair, dilation: Pair, groups: int) -> bool:
    return groups == 1 and pair(stride) == pair(dilation) == (1, 1)
