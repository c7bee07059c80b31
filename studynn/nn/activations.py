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


def step(z: Array) -> Array:
    """f(z) = 1 for z > 0, otherwise 0 (also at 0). Rosenblatt 1958."""
    return (z > 0).astype(np.float64)


def step_slope(z: Array) -> Array:
    """f′(z) = 0, and so it is taken at the jump too."""
    return np.zeros_like(z, dtype=np.float64)


def leaky_relu(z: Array, slope: float = 0.01) -> Array:
    """f(z) = z for z > 0, otherwise slope·z. Maas, Hannun & Ng 2013."""
    return np.where(z > 0, z, slope * z)


def leaky_relu_slope(z: Array, slope: float = 0.01) -> Array:
    """f′(z) = 1 for z > 0, otherwise `slope` (also at 0, as in PyTorch)."""
    return np.where(z > 0, 1.0, slope)


def elu(z: Array, alpha: float = 1.0) -> Array:
    """f(z) = z for z > 0, otherwise alpha·(e^z − 1). Clevert, Unterthiner & Hochreiter 2016."""
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))


def elu_slope(z: Array, alpha: float = 1.0) -> Array:
    """f′(z) = 1 for z > 0, otherwise alpha·e^z (also at 0, as in PyTorch)."""
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0.0)))


def softplus(z: Array) -> Array:
    """f(z) = ln(1 + e^z), without overflow for large z. Dugas et al. 2001."""
    return np.asarray(np.logaddexp(0.0, z))


def softplus_slope(z: Array) -> Array:
    """f′(z) = σ(z)."""
    return sigmoid(z)


def maxout(z: Array) -> Array:
    """The largest of k pieces along the last axis: (…, k) → (…). Goodfellow et al. 2013."""
    return np.asarray(z.max(axis=-1))


def maxout_backward(grad: Array, z: Array) -> Array:
    """∂E/∂z: (…, k), given grad = ∂E/∂f of shape (…): all of it goes to the largest piece, the first of equal ones.

    Raises ValueError for shapes that do not fit.
    """
    if grad.shape != z.shape[:-1]:
        raise ValueError(f"grad must have the shape {z.shape[:-1]} to fit z of {z.shape}, it has {grad.shape}")
    found = np.zeros_like(z, dtype=np.float64)
    np.put_along_axis(found, z.argmax(axis=-1)[..., None], grad[..., None], axis=-1)
    return found


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
