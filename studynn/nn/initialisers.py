"""Weights to start training from: zero on average, with a spread that keeps the signals of each layer at one size.

The fans are read from the shape: (outputs, inputs) for a dense layer, (F, C, K_h, K_w) for kernels, where both fans count
the window. Layers stacked in front, as the gates of an LSTM, want `stacked`, the number of leading axes to leave out.
"""

from __future__ import annotations

import math

import numpy as np

from .activations import Array


def glorot(shape: tuple[int, ...], rng: np.random.Generator, stacked: int = 0) -> Array:
    """Evenly from ±√(6/(inputs + outputs)): for identity, tanh and sigmoid. Glorot & Bengio 2010, equation 16."""
    inputs, outputs = _fans(shape, stacked)
    bound = math.sqrt(6 / (inputs + outputs))
    return rng.uniform(-bound, bound, shape)


def he(shape: tuple[int, ...], rng: np.random.Generator, stacked: int = 0) -> Array:
    """Normal with the variance 2/inputs: for ReLU. He et al. 2015, equation 10."""
    inputs, _ = _fans(shape, stacked)
    return rng.normal(0.0, math.sqrt(2 / inputs), shape)


def _fans(shape: tuple[int, ...], stacked: int) -> tuple[int, int]:
    own = shape[stacked:]
    if len(own) < 2 or 0 in own:
        raise ValueError(f"weights must be (outputs, inputs, …) behind {stacked} stacked axes, the shape is {shape}")
    window = math.prod(own[2:])
    return own[1] * window, own[0] * window
