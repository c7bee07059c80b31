"""Dense layers and multilayer perceptrons over a batch: forward pass and gradients. Rows are samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .activations import ACTIVATIONS, Array, softmax


class Layer(NamedTuple):
    """A dense layer: `w` (n_out, n_in), `b` (n_out,) and its activation: identity, relu, sigmoid, tanh or softmax."""

    w: Array
    b: Array
    activation: str = "identity"


class Pass(NamedTuple):
    """What one layer computed: its input `x` (N, n_in), its sums `z` and its activations `a`, both (N, n_out)."""

    x: Array
    z: Array
    a: Array


class Gradients(NamedTuple):
    """The gradients of one layer: `x` (N, n_in) by its input, `w` (n_out, n_in), `b` (n_out,), summed over the batch."""

    x: Array
    w: Array
    b: Array


def dense(x: Array, w: Array, b: Array) -> Array:
    """z = x Wᵀ + b, row by row W x + b. x: (N, n_in), w: (n_out, n_in), b: (n_out,) → (N, n_out)."""
    z = np.asarray(np.matmul(x, w.T, dtype=np.float64))
    z += b
    return z


def dense_backward(delta: Array, x: Array, w: Array) -> Gradients:
    """The gradients of `dense`, given delta = ∂E/∂z: (N, n_out). Rumelhart, Hinton & Williams 1986."""
    return Gradients(x=delta @ w, w=delta.T @ x, b=delta.sum(axis=0))


def activate(name: str, z: Array) -> Array:
    """f(z), entry by entry, or softmax along each row. KeyError for an unknown name."""
    return softmax(z) if name == "softmax" else ACTIVATIONS[name][0](z)


def activate_backward(name: str, grad: Array, z: Array, a: Array) -> Array:
    """∂E/∂z, given grad = ∂E/∂a. All (N, n). Softmax: a ⊙ (grad − Σ grad ⊙ a), with the sum along each row."""
    if name == "softmax":
        return np.asarray(a * (grad - (grad * a).sum(axis=-1, keepdims=True)))
    return np.asarray(grad * ACTIVATIONS[name][1](z))


def mlp(x: Array, layers: Sequence[Layer]) -> list[Pass]:
    """The forward pass, aˡ = f(Wˡaˡ⁻¹ + bˡ) from a⁰ = x: (N, n₀). One Pass a layer; the last `a` is the output."""
    passes: list[Pass] = []
    for w, b, activation in layers:
        z = dense(x, w, b)
        passes.append(Pass(x, z, activate(activation, z)))
        x = passes[-1].a
    return passes


def mlp_backward(
    grad: Array, layers: Sequence[Layer], passes: Sequence[Pass], *, to_input: bool = True
) -> list[Gradients]:
    """The gradients by layer, given grad = ∂E/∂a of the output: (N, n_L). The first `x` is the one by the input.

    Training does without that one: with `to_input` false it is left out, (0, n₀), which saves a third of a wide first
    layer. δᴸ = grad ⊙ f′(zᴸ), δˡ = (Wˡ⁺¹)ᵀδˡ⁺¹ ⊙ f′(zˡ): Nielsen 2015, chapter 2, BP1 to BP4.
    """
    gradients: list[Gradients] = []
    for depth, layer, run in zip(reversed(range(len(layers))), reversed(layers), reversed(passes), strict=True):
        delta = activate_backward(layer.activation, grad, run.z, run.a)
        if depth or to_input:
            gradients.append(dense_backward(delta, run.x, layer.w))
        else:
            gradients.append(Gradients(run.x[:0], delta.T @ run.x, delta.sum(axis=0)))
        grad = gradients[-1].x
    return gradients[::-1]
