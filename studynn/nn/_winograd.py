"""3×3 convolutions with stride 1 by Winograd's minimal filtering F(2×2, 3×3): 16 products for 4 outputs instead of 36.

Along one side, two outputs of three taps are read from four cells d by four products instead of six,

    y₀ = m₀ + m₁ + m₂,   m₀ = (d₀ − d₂)·k₀,   m₁ = (d₁ + d₂)·½(k₀ + k₁ + k₂),
    y₁ = m₁ − m₂ − m₃,   m₃ = (d₁ − d₃)·k₂,   m₂ = (d₂ − d₁)·½(k₀ − k₁ + k₂),

and nesting it gives both sides: tiles of 4×4 cells, laid 2 apart, become tiles of 2×2 outputs. All sums over channels are
16 matrix products. The factors are sums and halves, so that small whole numbers stay exact.
Source: Winograd 1980; Lavin & Gray 2016, section 4.1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEAST_DEPTH, LEAST_SIDE = 16, 8  # channels, kernels and output sides from which it pays to transform
TILES = 200  # tiles to take at once, about, so that their transforms stay in the cache


def pays(shape: tuple[int, ...], kernels: tuple[int, ...]) -> bool:
    """Whether outputs of N×F×O_h×O_w from kernels F×C×3×3 are found faster this way."""
    return kernels[2:] == (3, 3) and min(kernels[:2]) >= LEAST_DEPTH and min(shape[2:]) >= LEAST_SIDE


def convolved(x: Array, kernels: Array, padding: tuple[int, int] = (0, 0)) -> Array:
    """y[n, f, i, j] = Σ_c Σ_u Σ_v x[n, c, i + u − P, j + v − P]·k[f, c, u, v]: N×C×H×W and F×C×3×3 give N×F×O_h×O_w."""
    (samples, depth, *sides), count = x.shape, len(kernels)
    shape = [side + 2 * pad - 2 for side, pad in zip(sides, padding, strict=True)]
    high, wide = (-(-side // 2) for side in shape)
    tiled = np.zeros((depth, 2 * high + 2, 2 * wide + 2))  # one sample, padded to whole tiles
    inside = tiled[:, padding[0] : padding[0] + sides[0], padding[1] : padding[1] + sides[1]]
    mixing = _of_kernels(kernels)
    y = np.empty((samples, count, 2 * high, 2 * wide))
    step = max(1, TILES // wide)
    for n in range(samples):
        inside[...] = x[n]
        for top in range(0, high, step):
            rows = min(step, high - top)
            cells = _of_cells(tiled[:, 2 * top : 2 * (top + rows) + 2])
            products = mixing @ cells.reshape(16, depth, rows * wide)
            _to_outputs(products.reshape(4, 4, count, rows, wide), y[n, :, 2 * top : 2 * (top + rows)])
    return np.ascontiguousarray(y[:, :, : shape[0], : shape[1]])


def _of_kernels(kernels: Array) -> Array:
    """F×C×3×3 to 16×F×C: the kernels' factors along both sides."""
    factors = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])
    return np.ascontiguousarray((factors @ kernels @ factors.T).transpose(2, 3, 0, 1)).reshape(16, *kernels.shape[:2])


def _of_cells(cells: Array) -> Array:
    """C×2R+2×2W+2 to 4×4×C×R×W: the sums and differences of each tile along its rows, then along its columns."""
    depth, high, wide = cells.shape[0], cells.shape[1] // 2 - 1, cells.shape[2] // 2 - 1
    rows = np.empty((4, depth, high, cells.shape[2]))
    _differences([cells[:, u : u + 2 * high - 1 : 2] for u in range(4)], rows)
    found = np.empty((4, 4, depth, high, wide))
    _differences([rows[..., v : v + 2 * wide - 1 : 2] for v in range(4)], found.swapaxes(0, 1))
    return found


def _differences(d: list[Array], found: Array) -> None:
    np.subtract(d[0], d[2], out=found[0])
    np.add(d[1], d[2], out=found[1])
    np.subtract(d[2], d[1], out=found[2])
    np.subtract(d[1], d[3], out=found[3])


def _to_outputs(products: Array, y: Array) -> None:
    """4×4×F×R×W to F×2R×2W, in place in y: summed along the rows of the tiles, then along their columns."""
    for i, rows in enumerate(_sums(products)):
        for j, outputs in enumerate(_sums(rows)):
            y[:, i::2, j::2] = outputs


def _sums(m: Array) -> tuple[Array, Array]:
    first, second = m[1] + m[2], m[1] - m[2]
    first += m[0]
    second -= m[3]
    return first, second
