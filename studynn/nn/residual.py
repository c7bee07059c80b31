"""A residual block of two dense layers over a batch: forward pass and gradients. Rows are samples."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .activations import Array, relu, relu_slope


class Block(NamedTuple):
    """The weights of a block: `w1` (h, n), `w2` (m, h), and `ws` (m, n) where the shortcut is a projection.

    With `pre_activation` the sum is passed on as it is; otherwise a ReLU follows it.
    """

    w1: Array
    w2: Array
    ws: Array | None = None
    pre_activation: bool = False


class Pass(NamedTuple):
    """What a block computed: its input `x` (N, n), the sums `z` and activations `h` (N, h), `f`, `total` and `y` (N, m)."""

    x: Array
    z: Array
    h: Array
    f: Array
    total: Array
    y: Array


class Gradients(NamedTuple):
    """The gradients of a block, in the shapes of `x`, `w1`, `w2` and `ws` (None without one), summed over the batch."""

    x: Array
    w1: Array
    w2: Array
    ws: Array | None


def residual_block(x: Array, block: Block) -> Pass:
    """y = ReLU(F(x) + x) with F(x) = W₂ ReLU(W₁x), row by row. x: (N, n) gives y: (N, m).

    Raises ValueError where x, the layers and the shortcut do not fit. Source: He et al. 2016, equations 1 and 2.
    """
    _require(block.w1.shape[1] == x.shape[1], "w1", block.w1, f"x of {x.shape[1]} columns")
    _require(block.w2.shape[1] == block.w1.shape[0], "w2", block.w2, f"w1 of {_size(block.w1)}")
    outputs = block.w2.shape[0]
    if block.ws is None:
        _require(outputs == x.shape[1], "w2", block.w2, f"x of {x.shape[1]} columns, without ws")
    else:
        _require(block.ws.shape == (outputs, x.shape[1]), "ws", block.ws, f"{outputs}×{x.shape[1]}")
    z = x @ block.w1.T
    h = relu(z)
    f = h @ block.w2.T
    total = f + (x if block.ws is None else x @ block.ws.T)
    return Pass(x, z, h, f, total, total if block.pre_activation else relu(total))


def residual_block_backward(grad: Array, block: Block, passed: Pass) -> Gradients:
    """The gradients of `residual_block`, given grad = ∂L/∂y: (N, m). The shortcut adds ∂L/∂(F + x) itself to ∂L/∂x.

    Raises ValueError where grad has not the shape of y. Source: He et al. 2016, Identity mappings, equation 5.
    """
    if grad.shape != passed.y.shape:
        raise ValueError(f"a gradient of {_size(grad)} for an output of {_size(passed.y)}")
    delta = grad if block.pre_activation else grad * relu_slope(passed.total)
    inner = delta @ block.w2 * relu_slope(passed.z)
    return Gradients(
        x=inner @ block.w1 + (delta if block.ws is None else delta @ block.ws),
        w1=inner.T @ passed.x,
        w2=delta.T @ passed.h,
        ws=None if block.ws is None else delta.T @ passed.x,
    )


def _require(fits: bool, name: str, weights: Array, wanted: str) -> None:
    if not fits:
        raise ValueError(f"{name} of {_size(weights)} does not fit {wanted}")


def _size(array: Array) -> str:
    return "×".join(map(str, np.shape(array)))
