"""Inverted dropout: units are dropped and the kept ones scaled up in training, so that nothing is left to do at test time."""

from __future__ import annotations

import numpy as np

from .activations import Array


def dropout(x: Array, p: float, source: Array | np.random.Generator) -> tuple[Array, Array]:
    """y = mask ⊙ x/(1 − p), and the mask: 1 where a unit is kept. All in the shape of x.

    `p` is the probability of dropping, 0 ≤ p < 1. `source` is the mask itself, or a generator that draws it. ValueError for
    another p and for a mask of another shape, both shapes named. Srivastava et al. 2014, section 10, with the scaling
    moved from test time to training.
    """
    keep = _kept_share(p)
    mask = source.random(x.shape) >= p if isinstance(source, np.random.Generator) else _fitting(source, x)
    return x * (mask / keep), mask.astype(np.float64)


def dropout_backward(grad: Array, mask: Array, p: float) -> Array:
    """∂E/∂x = mask ⊙ grad/(1 − p), given grad = ∂E/∂y and the mask of the forward pass, in the same shape."""
    return np.asarray(grad * (_fitting(mask, grad) / _kept_share(p)))


def _kept_share(p: float) -> float:
    if not 0 <= p < 1:
        raise ValueError(f"p, the probability of dropping, must lie in 0 ≤ p < 1, it is {p}")
    return 1 - p


def _fitting(mask: Array, x: Array) -> Array:
    if mask.shape != x.shape:
        raise ValueError(f"the mask must have the shape {x.shape} of its input, not {mask.shape}")
    return mask
