"""Convolution of images as libraries compute it (cross-correlation: the kernel is not turned), and its gradients.

Every window becomes one row of a matrix, so that the whole layer is one matrix product ("im2col").
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[np.float64]


def out_side(side: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Positions of a window along one side: ⌊(W − Kₑ + 2P)/S⌋ + 1 with Kₑ = D(K − 1) + 1; below 1 if it does not fit.

    Source: Dumoulin & Visin 2016, relation 15.
    """
    return (side - dilation * (kernel - 1) - 1 + 2 * padding) // stride + 1


def windows(x: Array, side: tuple[int, int], stride: int = 1, padding: int = 0, dilation: int = 1) -> Array:
    """The window that each output sees, as a read-only view: N×C×H×W gives N×C×O_h×O_w×K_h×K_w.

    Raises ValueError if the window is larger than the padded input.
    """
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    reach_h, reach_w = (dilation * (length - 1) + 1 for length in side)
    if reach_h > padded.shape[2] or reach_w > padded.shape[3]:
        raise ValueError(f"a window of {reach_h}×{reach_w} does not fit into {padded.shape[2]}×{padded.shape[3]}")
    seen = sliding_window_view(padded, (reach_h, reach_w), axis=(2, 3))
    return seen[:, :, ::stride, ::stride, ::dilation, ::dilation]


def _rows(x: Array, side: tuple[int, int], stride: int, padding: int, dilation: int) -> tuple[Array, tuple[int, int]]:
    """One row a window, C·K_h·K_w long, in the order sample, row, column; and the output's two sides."""
    seen = windows(x, side, stride, padding, dilation)
    out = (seen.shape[2], seen.shape[3])
    return seen.transpose(0, 2, 3, 1, 4, 5).reshape(x.shape[0] * out[0] * out[1], -1), out


def conv2d(
    x: Array, kernels: Array, bias: Array | None = None, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Array:
    """y[n, f, i, j] = Σ_c Σ_u Σ_v x[n, c, iS + uD − P, jS + vD − P]·k[f, c, u, v] + b[f], with zeros outside x.

    x: N×C×H×W, kernels: F×C×K_h×K_w, bias: F; gives N×F×O_h×O_w. Raises ValueError if the depths C differ or the
    kernel does not fit. Source: Goodfellow, Bengio & Courville 2016, section 9.5; the same as torch.nn.functional.conv2d.
    """
    if x.shape[1] != kernels.shape[1]:
        raise ValueError(f"kernels of depth {kernels.shape[1]} on an input of depth {x.shape[1]}")
    count, _, kernel_h, kernel_w = kernels.shape
    rows, (high, wide) = _rows(x, (kernel_h, kernel_w), stride, padding, dilation)
    y = rows @ kernels.reshape(count, -1).T
    if bias is not None:
        y = y + bias
    return np.ascontiguousarray(y.reshape(x.shape[0], high, wide, count).transpose(0, 3, 1, 2))


def conv2d_backward(
    dy: Array, x: Array, kernels: Array, stride: int = 1, padding: int = 0, dilation: int = 1
) -> tuple[Array, Array, Array]:
    """Gradients of a loss with respect to x, kernels and bias, from dy = ∂L/∂y of N×F×O_h×O_w.

    A kernel's gradient sums dy times window over all places that share it; each window's gradient is added back
    onto the cells it was read from. Source: Goodfellow, Bengio & Courville 2016, section 9.5.
    """
    count, _, kernel_h, kernel_w = kernels.shape
    rows, (high, wide) = _rows(x, (kernel_h, kernel_w), stride, padding, dilation)
    slopes = dy.transpose(0, 2, 3, 1).reshape(-1, count)
    d_kernels = (slopes.T @ rows).reshape(kernels.shape)
    d_bias = slopes.sum(axis=0)

    number, depth, height, width = x.shape
    d_seen = (slopes @ kernels.reshape(count, -1)).reshape(number, high, wide, depth, kernel_h, kernel_w)
    d_padded = np.zeros((number, depth, height + 2 * padding, width + 2 * padding))
    for u in range(kernel_h):
        for v in range(kernel_w):
            down = slice(u * dilation, u * dilation + stride * (high - 1) + 1, stride)
            across = slice(v * dilation, v * dilation + stride * (wide - 1) + 1, stride)
            d_padded[:, :, down, across] += d_seen[..., u, v].transpose(0, 3, 1, 2)
    dx = d_padded[:, :, padding : padding + height, padding : padding + width]
    return np.ascontiguousarray(dx), d_kernels, d_bias
