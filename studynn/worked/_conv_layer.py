"""A convolutional layer put together from what was typed, and the refusal of parts that do not fit."""

from typing import NamedTuple

import numpy as np

from studynn.core.errors import InputError
from studynn.core.steps import Value
from studynn.core.text import Text, value_text
from studynn.nn.convolution import Array, out_side

MOST_PRODUCTS = 100_000
# float64 leaves about 1e−16 of the largest product; what is smaller than this share of all of them is 0 by hand
NOISE = 4e-15
DEFAULT_BIAS = (1.0, -1.0)

PRESETS: dict[str, tuple[tuple[float, ...], ...]] = {
    "sobel-x": ((-1.0, 0.0, 1.0), (-2.0, 0.0, 2.0), (-1.0, 0.0, 1.0)),
    "sobel-y": ((-1.0, -2.0, -1.0), (0.0, 0.0, 0.0), (1.0, 2.0, 1.0)),
    "laplace": ((0.0, 1.0, 0.0), (1.0, -4.0, 1.0), (0.0, 1.0, 0.0)),
    "mean": ((1 / 9,) * 3,) * 3,
    "sharpen": ((0.0, -1.0, 0.0), (-1.0, 5.0, -1.0), (0.0, -1.0, 0.0)),
    "identity": ((0.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 0.0)),
}


class Layer(NamedTuple):
    """x: C×H×W with its padding; kernels: F×C×K_h×K_w; biases: F."""

    x: Array
    kernels: Array
    biases: Array
    stride: int
    padding: int

    def sides(self) -> tuple[int, int]:
        """Height and width of an output map; below 1 where the kernel does not fit."""
        high, wide = (
            out_side(room, reach, self.stride)
            for room, reach in zip(self.x.shape[1:], self.kernels.shape[2:], strict=True)
        )
        return high, wide

    def window(self, i: int, j: int) -> Array:
        """The cells that output (i, j) sees: C×K_h×K_w."""
        top, left = i * self.stride, j * self.stride
        return self.x[:, top : top + self.kernels.shape[2], left : left + self.kernels.shape[3]]

    def cell(self, f: int, i: int, j: int) -> float:
        """One output: the window times kernel f, summed, plus its bias."""
        products = self.window(i, j) * self.kernels[f]
        total, size = products.sum() + self.biases[f], np.abs(products).sum() + abs(self.biases[f])
        return float(_settled(total, size))

    def maps(self, count: int, high: int, wide: int) -> Array:
        """The first cells of the first maps, tap by tap of the kernels: count×high×wide."""
        kernels = self.kernels[:count]
        total = np.zeros((count, high, wide)) + self.biases[:count, None, None]
        size = np.abs(total)
        for u, v in np.ndindex(*kernels.shape[2:]):
            down = slice(u, u + (high - 1) * self.stride + 1, self.stride)
            across = slice(v, v + (wide - 1) * self.stride + 1, self.stride)
            met = self.x[:, down, across]
            total += np.einsum("fc,chw->fhw", kernels[:, :, u, v], met)
            size += np.einsum("fc,chw->fhw", np.abs(kernels[:, :, u, v]), np.abs(met))
        return _settled(total, size)

    def differs(self, other: "Layer", of: int | slice) -> bool:
        """Whether the other layer has another kernel or bias for these maps."""
        same_kernels = np.array_equal(self.kernels[of], other.kernels[of])
        return not (same_kernels and np.array_equal(self.biases[of], other.biases[of]))


def _settled(total: Array, size: Array) -> Array:
    return np.where(np.abs(total) <= NOISE * size, 0.0, total)


def bare(array: Array) -> Array:
    """An array without its outer axes of length 1, but at least a matrix: one map is O×O, one kernel C×K×K or K×K."""
    while array.ndim > 2 and len(array) == 1:
        array = array[0]
    return array


def bare_text(array: Array) -> str:
    """The array of `bare` as text; a matrix of one row keeps its brackets, `[[1, 2]]`, to differ from a vector."""
    array = bare(array)
    return f"[{value_text(array[0])}]" if array.ndim == 2 and len(array) == 1 else value_text(array)


def layer_of(x: Value, k: Value, bias: Value, stride: int, padding: int, preset: str) -> Layer:
    """The inputs with all their axes. A preset is laid on every channel; the default biases are for two kernels."""
    source = np.asarray(x, dtype=float)
    source = source.reshape((1,) * (3 - source.ndim) + source.shape)
    if preset == "none":
        kernels = np.asarray(k, dtype=float)
        kernels = kernels.reshape((1,) * (4 - kernels.ndim) + kernels.shape)
    else:
        kernels = np.array([[PRESETS[preset]] * len(source)])
    biases = np.zeros(len(kernels)) if bias_left_out(bias, kernels) else np.asarray(bias, dtype=float)
    padded = np.pad(source, ((0, 0), (padding, padding), (padding, padding)))
    return Layer(padded, kernels, biases, stride, padding)


def bias_left_out(bias: Value, kernels: Array) -> bool:
    return tuple(bias) == DEFAULT_BIAS and len(kernels) != len(DEFAULT_BIAS)


def _by(lengths: tuple[int, ...]) -> str:
    return "×".join(str(length) for length in lengths)


def refuse_misfits(layer: Layer, preset: str) -> None:
    option, given = ("k", value_text(layer.kernels).strip("[]")) if preset == "none" else ("preset", preset)
    (count, depth, *sides), channels = layer.kernels.shape, len(layer.x)
    kernel, padded = _by(tuple(sides)), _by(layer.x.shape[1:])
    if depth != channels:
        allowed = Text(
            f"each kernel must be {channels}×{kernel} to fit --x of {channels} channels, it is {depth}×{kernel}",
            f"--x 有 {channels} 个通道，每个卷积核应为 {channels}×{kernel}，这里是 {depth}×{kernel}",
        )
    elif min(layer.sides()) < 1:
        allowed = Text(
            f"must fit into the padded --x of {padded}, it is {kernel}",
            f"卷积核应放得进填充后的 --x（{padded}），这里是 {kernel}",
        )
    elif len(layer.biases) != count:
        option, given = "bias", value_text(layer.biases).strip("[]")
        allowed = Text(
            f"must be as many numbers as there are kernels: {count}, not {len(layer.biases)}",
            f"偏置的个数应等于卷积核的个数 {count}，这里有 {len(layer.biases)} 个",
        )
    elif (products := layer.kernels.size * layer.sides()[0] * layer.sides()[1]) > MOST_PRODUCTS:
        option, given = "x", _by((channels, *(side - 2 * layer.padding for side in layer.x.shape[1:])))
        allowed = Text(
            f"must take at most {MOST_PRODUCTS} products in all, this takes {products}",
            f"乘法总数不得超过 {MOST_PRODUCTS}，这里需要 {products} 次",
        )
    else:
        return
    raise InputError(option, given, allowed)
