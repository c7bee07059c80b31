"""Optimisers as pure functions: (parameters, gradients, state) → (parameters, state). Nothing is changed in place.

Parameters and gradients are sequences of arrays, each gradient in the shape of its parameter; ValueError names both
shapes where they differ. The state of the first step is None.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from .activations import Array

Arrays = Sequence[Array]


class SGDState(NamedTuple):
    """The velocities, each in the shape of its parameter."""

    velocity: list[Array]


class RMSPropState(NamedTuple):
    """The running averages of the squared gradients, each in the shape of its parameter."""

    square: list[Array]


class AdamState(NamedTuple):
    """The number of steps made, and the running averages of the gradients and of their squares."""

    step: int
    mean: list[Array]
    square: list[Array]


def sgd(
    parameters: Arrays,
    gradients: Arrays,
    state: SGDState | None = None,
    *,
    lr: float,
    momentum: float = 0.0,
    nesterov: bool = False,
    weight_decay: float = 0.0,
) -> tuple[list[Array], SGDState]:
    """v ← μv + g, w ← w − ηv; with Nesterov w ← w − η(g + μv). Weight decay λ adds λw to g first.

    Polyak 1964; Sutskever et al. 2013, equations 3 and 4, in the form in which η stands outside v.
    """
    slopes = _decayed(parameters, gradients, weight_decay)
    old = _state_of(state.velocity if state else None, slopes)
    velocity = [momentum * v + g for v, g in zip(old, slopes, strict=True)]
    moves = [g + momentum * v for v, g in zip(velocity, slopes, strict=True)] if nesterov else velocity
    return [w - lr * move for w, move in zip(parameters, moves, strict=True)], SGDState(velocity)


def rmsprop(
    parameters: Arrays,
    gradients: Arrays,
    state: RMSPropState | None = None,
    *,
    lr: float = 0.01,
    decay: float = 0.99,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
) -> tuple[list[Array], RMSPropState]:
    """s ← ρs + (1 − ρ)g², w ← w − η g/(√s + ε). Tieleman & Hinton 2012, lecture 6.5."""
    slopes = _decayed(parameters, gradients, weight_decay)
    old = _state_of(state.square if state else None, slopes)
    square = [_average(s, g * g, decay) for s, g in zip(old, slopes, strict=True)]
    triples = zip(parameters, slopes, square, strict=True)
    return [w - lr * g / (np.sqrt(s) + eps) for w, g, s in triples], RMSPropState(square)


def adam(
    parameters: Arrays,
    gradients: Arrays,
    state: AdamState | None = None,
    *,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
    decoupled: bool = False,
) -> tuple[list[Array], AdamState]:
    """w ← w − η m̂/(√v̂ + ε), where m̂ and v̂ are bias-corrected running averages of g and g².

    Weight decay λ adds λw to g; decoupled, it shrinks w to (1 − ηλ)w instead (AdamW). Kingma & Ba 2015, algorithm 1;
    Loshchilov & Hutter 2019, algorithm 2.
    """
    slopes = _decayed(parameters, gradients, 0.0 if decoupled else weight_decay)
    t = state.step + 1 if state else 1
    mean = [
        _average(m, g, beta1) for m, g in zip(_state_of(state.mean if state else None, slopes), slopes, strict=True)
    ]
    square = [
        _average(v, g * g, beta2)
        for v, g in zip(_state_of(state.square if state else None, slopes), slopes, strict=True)
    ]
    kept = 1 - lr * weight_decay if decoupled else 1.0
    rate, root = lr / (1 - beta1**t), math.sqrt(1 - beta2**t)
    triples = zip(parameters, mean, square, strict=True)
    return [kept * w - rate * m / (np.sqrt(v) / root + eps) for w, m, v in triples], AdamState(t, mean, square)


def global_norm(gradients: Iterable[Array]) -> float:
    """√Σg² over all arrays together, 0 for none. Safe where the squares would overflow."""
    arrays = list(gradients)
    largest = max((float(np.abs(g).max(initial=0.0)) for g in arrays), default=0.0)
    if largest == 0.0 or not math.isfinite(largest):
        return largest
    return largest * math.sqrt(sum(float(np.sum((g / largest) ** 2)) for g in arrays))


def clip_by_norm(gradients: Arrays, max_norm: float, eps: float = 0.0) -> tuple[list[Array], float]:
    """The gradients times min(1, c/(‖g‖ + ε)), with one norm over all arrays; also that norm, before clipping.

    Pascanu, Mikolov & Bengio 2013, algorithm 1, where ε = 0; PyTorch takes ε = 1e-6. ValueError for c < 0.
    """
    if max_norm < 0:
        raise ValueError(f"max_norm must be at least 0, it is {max_norm}")
    norm = global_norm(gradients)
    scale = max_norm / (norm + eps) if norm + eps > max_norm else 1.0
    return [scale * g for g in gradients], norm


def _average(old: Array, new: Array, kept: float) -> Array:
    return np.asarray(kept * old + (1 - kept) * new)


def _decayed(parameters: Arrays, gradients: Arrays, weight_decay: float) -> list[Array]:
    """The gradients, each with the pull λw of its parameter added."""
    _require_same_shapes("gradient", gradients, "parameter", parameters)
    if not weight_decay:
        return list(gradients)
    return [g + weight_decay * w for w, g in zip(parameters, gradients, strict=True)]


def _state_of(arrays: list[Array] | None, gradients: Arrays) -> list[Array]:
    if arrays is None:
        return [np.zeros_like(g) for g in gradients]
    _require_same_shapes("state", arrays, "parameter", gradients)
    return arrays


def _require_same_shapes(what: str, found: Arrays, whose: str, wanted: Arrays) -> None:
    if len(found) != len(wanted):
        raise ValueError(f"there must be a {what} for each of {len(wanted)} {whose}s, there are {len(found)}")
    for place, (one, other) in enumerate(zip(found, wanted, strict=True), 1):
        if np.shape(one) != np.shape(other):
            raise ValueError(
                f"{what} {place} must have the shape {np.shape(other)} of its {whose}, not {np.shape(one)}"
            )
