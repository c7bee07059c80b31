"""Gradients of one map and one kernel, stride 1, where a matrix of windows costs more than the few products in them.

Laid out in a line, a map W wide meets tap (u, v) of the kernel u·W + v cells further on: a row of the kernel slides along
the line. What it gives for the W − O_w places at the end of each row, where it laps over the edge, is thrown away.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEAST_PLACES, LONGEST = 4096, 11  # places from which it pays; taps in a row up to which np.correlate is quick


def pays(shape: tuple[int, ...], kernels: tuple[int, ...], padding: tuple[int, int]) -> bool:
    """Whether the slopes from dy of N×F×O_h×O_w and kernels of F×C×K_h×K_w are found, and faster, this way."""
    fits = padding[0] < kernels[2] and padding[1] < kernels[3] <= LONGEST
    return fits and kernels[:2] == (1, 1) and shape[2] * shape[3] >= LEAST_PLACES


def slopes(dy: Array, padded: Array, kernel: Array, padding: tuple[int, int]) -> tuple[Array, Array]:
    """The slopes in x and in the kernel, K_h×K_w, from dy of N×1×O_h×O_w and x in its padding.

    That in x is what the kernel, turned by half a turn, gives on dy with a margin.
    """
    above, left = kernel.shape[0] - 1 - padding[0], kernel.shape[1] - 1 - padding[1]
    margined = np.pad(dy, ((0, 0), (0, 0), (above, above), (left, left)))
    return convolved(margined, kernel[::-1, ::-1]), kernel_slope(dy, padded)


def convolved(x: Array, kernel: Array) -> Array:
    """N×1×H×W, in one piece and with its padding, and K_h×K_w give N×1×O_h×O_w."""
    samples, _, height, width = x.shape
    high, wide = height - kernel.shape[0] + 1, width - kernel.shape[1] + 1
    span = (high - 1) * width + wide  # from the first place to the last
    y = np.empty((samples, 1, high, wide))
    line = np.zeros(high * width)
    for n in range(samples):
        cells = x[n].reshape(-1)
        line[:span] = 0.0
        for u, row in enumerate(kernel):
            line[:span] += np.correlate(cells[u * width : u * width + span + len(row) - 1], row)
        y[n, 0] = line.reshape(high, width)[:, :wide]
    return y


def kernel_slope(dy: Array, x: Array) -> Array:
    """The slope in the kernel, K_h×K_w, from dy of N×1×O_h×O_w and x as for `convolved`: each tap is one dot product."""
    (samples, _, height, width), (high, wide) = x.shape, dy.shape[2:]
    span = (high - 1) * width + wide
    slope = np.zeros((height - high + 1, width - wide + 1))
    line = np.zeros((high, width))
    for n in range(samples):
        line[:, :wide] = dy[n, 0]
        cells, places = x[n].reshape(-1), line.reshape(-1)[:span]
        for u, v in np.ndindex(slope.shape):
            slope[u, v] += cells[u * width + v : u * width + v + span] @ places
    return slope
