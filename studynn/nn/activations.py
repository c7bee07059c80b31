"""Activation functions and their derivatives, entry by entry, safe for inputs of any size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def identity(z: Array) -> Array:
    """f(z) = z."""
    return z


def identity_slope(z: Array) -> Array:
    """f′(z) = 1."""
    return np.ones_like(z)


def relu(z: Array) -> Array:
    """f(z) = max(z, 0). Nair & Hinton 2010."""
    return np.maximum(z, 0.0)


def relu_slope(z: Array) -> Array:
    """f′(z) = 1 for z > 0, otherwise 0 (also at 0, as in PyTorch)."""
    return (z > 0).astype(np.float64)


def sigmoid(z: Array) -> Array:
    """f(z) = 1/(1 + e^−z), without overflow for large |z|."""
    small = np.exp(-np.abs(z))
    return np.asarray(np.where(z >= 0, 1.0, small) / (1.0 + small))


def sigmoid_slope(z: Array) -> Array:
    """f′(z) = f(z)(1 − f(z))."""
    a = sigmoid(z)
    return a * (1.0 - a)


def tanh(z: Array) -> Array:
    """f(z) = tanh z."""
    return np.tanh(z)


def tanh_slope(z: Array) -> Array:
    """f′(z) = 1 − tanh² z."""
    a = np.tanh(z)
    return np.asarray(1.0 - a * a)


def softmax(z: Array) -> Array:
    """Exponentials over their sum along the last axis, with the maximum subtracted first. Each row sums to 1."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "identity": (identity, identity_slope),
    "relu": (relu, relu_slope),
    "sigmoid": (sigmoid, sigmoid_slope),
    "tanh": (tanh, tanh_slope),
}
"""Name to (function, derivative)."""
