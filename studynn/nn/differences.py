"""Gradients without any derivation: central differences of a function of arrays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .activations import Array


def central_differences(function: Callable[[], float], parameter: Array, step: float = 1e-3) -> Array:
    """∂f/∂p for every entry of `parameter`, which `function` reads: an array of its shape.

    Entries are moved in place by ±step and ±2 step and put back. The error is of order step⁴ where f is smooth; it is
    only rounding where f is a polynomial of degree 4 at most. Abramowitz & Stegun 1964, 25.3.6.
    """
    gradient = np.empty_like(parameter)
    for index in np.ndindex(parameter.shape):
        kept = float(parameter[index])
        near, far = (
            _rise(function, parameter, index, kept + distance, kept - distance) for distance in (step, 2 * step)
        )
        parameter[index] = kept
        gradient[index] = (8 * near - far) / (12 * step)
    return gradient


def _rise(function: Callable[[], float], parameter: Array, index: tuple[int, ...], above: float, below: float) -> float:
    parameter[index] = above
    high = function()
    parameter[index] = below
    return high - function()
