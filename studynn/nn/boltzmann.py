"""Restricted Boltzmann machines: energies, conditional probabilities, Gibbs sampling, contrastive divergence.

An RBM has m visible and n hidden binary units; w: (m, n), a: (m,) visible and b: (n,) hidden biases. States are float64
arrays of 0 and 1 with any leading axes. Chance comes in as a NumPy Generator or as given uniform numbers in [0, 1).
ValueError where shapes do not fit. Smolensky 1986; Hinton 2002; Hinton 2010 (a practical guide).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .activations import Array, sigmoid, softmax, softplus

Chance = np.random.Generator | Array
MOST_ENUMERATED = 20


class Rbm(NamedTuple):
    """Weights (m, n), visible biases (m,) and hidden biases (n,); also a gradient of the same shapes."""

    w: Array
    a: Array
    b: Array


class Gibbs(NamedTuple):
    """One step up and down: P(h = 1 | v) and h (…, n), P(v = 1 | h) and the new v (…, m)."""

    p_h: Array
    h: Array
    p_v: Array
    v: Array


def boltzmann_distribution(energies: Array, temperature: float = 1.0) -> Array:
    """e^(−E/T)/Z along the last axis, without overflow. T stands for k_B·T."""
    if temperature <= 0:
        raise ValueError(f"temperature must be above 0, it is {temperature}")
    return softmax(-energies / temperature)


def energy(rbm: Rbm, v: Array, h: Array) -> Array:
    """E = −a·v − b·h − vᵀWh. v: (…, m), h: (…, n) → (…)."""
    _fitting(rbm, v=v, h=h)
    return np.asarray(-(v @ rbm.a) - h @ rbm.b - ((v @ rbm.w) * h).sum(axis=-1))


def free_energy(rbm: Rbm, v: Array) -> Array:
    """F = −a·v − Σⱼ ln(1 + e^(bⱼ + Σᵢ vᵢWᵢⱼ)), with e^−F the sum of e^−E over all h. v: (…, m) → (…)."""
    _fitting(rbm, v=v)
    return np.asarray(-(v @ rbm.a) - softplus(v @ rbm.w + rbm.b).sum(axis=-1))


def states(units: int) -> Array:
    """All 2^units states as rows, counting up in binary: (2^units, units)."""
    if units > MOST_ENUMERATED:
        raise ValueError(f"at most {MOST_ENUMERATED} units can be enumerated, there are {units}")
    bits = np.arange(units - 1, -1, -1)
    return ((np.arange(2**units)[:, None] >> bits) & 1).astype(np.float64)


def log_partition(rbm: Rbm) -> float:
    """ln Z, exactly: the states of the smaller layer are enumerated, the other layer is summed out."""
    _fitting(rbm)
    if rbm.w.shape[0] > rbm.w.shape[1]:
        rbm = Rbm(rbm.w.T, rbm.b, rbm.a)
    logs = -free_energy(rbm, states(len(rbm.a)))
    top = logs.max()
    return float(top + np.log(np.exp(logs - top).sum()))


def hidden_probabilities(rbm: Rbm, v: Array) -> Array:
    """P(hⱼ = 1 | v) = σ(bⱼ + Σᵢ vᵢWᵢⱼ). v: (…, m) → (…, n)."""
    _fitting(rbm, v=v)
    return sigmoid(v @ rbm.w + rbm.b)


def visible_probabilities(rbm: Rbm, h: Array) -> Array:
    """P(vᵢ = 1 | h) = σ(aᵢ + Σⱼ Wᵢⱼhⱼ). h: (…, n) → (…, m)."""
    _fitting(rbm, h=h)
    return sigmoid(h @ rbm.w.T + rbm.a)


def sampled(p: Array, chance: Chance) -> Array:
    """1 where a uniform number lies below p, otherwise 0; of the shape of p."""
    uniforms = chance.random(p.shape) if isinstance(chance, np.random.Generator) else chance
    if uniforms.shape != p.shape:
        raise ValueError(f"uniforms must have the shape {p.shape} of the probabilities, they have {uniforms.shape}")
    return (uniforms < p).astype(np.float64)


def gibbs_step(rbm: Rbm, v: Array, for_h: Chance, for_v: Chance) -> Gibbs:
    """Sample h given v, then v given h. v: (…, m)."""
    p_h = hidden_probabilities(rbm, v)
    h = sampled(p_h, for_h)
    p_v = visible_probabilities(rbm, h)
    return Gibbs(p_h, h, p_v, sampled(p_v, for_v))


def contrastive_divergence(rbm: Rbm, v0: Array, for_h: Chance, for_v: Chance) -> Rbm:
    """The CD-1 direction of ascent, averaged over the samples: data minus reconstruction statistics. v0: (N, m).

    h₀ and v₁ are sampled; both hidden statistics are probabilities. Hinton 2002.
    """
    return phase_difference(rbm, v0, gibbs_step(rbm, v0, for_h, for_v).v)


def phase_difference(rbm: Rbm, v0: Array, v1: Array) -> Rbm:
    """⟨v p_hᵀ⟩, ⟨v⟩ and ⟨p_h⟩ of v0: (N, m), less those of v1: (K, m); the gradient of ⟨F(v1)⟩ − ⟨F(v0)⟩."""
    if v0.ndim != 2 or v1.ndim != 2 or not len(v0) or not len(v1):
        raise ValueError(f"both phases must be (N, m) with at least one sample, they are {v0.shape} and {v1.shape}")
    p0, p1 = hidden_probabilities(rbm, v0), hidden_probabilities(rbm, v1)
    return Rbm(
        v0.T @ p0 / len(v0) - v1.T @ p1 / len(v1),
        v0.mean(axis=0) - v1.mean(axis=0),
        p0.mean(axis=0) - p1.mean(axis=0),
    )


def log_likelihood(rbm: Rbm, v: Array) -> float:
    """The mean of ln p(v) over the samples, exactly. v: (N, m)."""
    return float(-free_energy(rbm, v).mean()) - log_partition(rbm)


def log_likelihood_backward(rbm: Rbm, v: Array) -> Rbm:
    """The gradient that CD-1 stands for: data statistics less the model's own, over all 2^m visible states. v: (N, m)."""
    every = states(rbm.w.shape[0])
    p_v = boltzmann_distribution(free_energy(rbm, every))
    p0, p1 = hidden_probabilities(rbm, v), hidden_probabilities(rbm, every)
    weighted = p_v[:, None] * p1
    return Rbm(
        v.T @ p0 / len(v) - every.T @ weighted, v.mean(axis=0) - p_v @ every, p0.mean(axis=0) - weighted.sum(axis=0)
    )


def _fitting(rbm: Rbm, **layers: Array) -> None:
    if rbm.w.ndim != 2:
        raise ValueError(f"w must be (m, n), its shape is {rbm.w.shape}")
    m, n = rbm.w.shape
    for name, array, due in (("a", rbm.a, m), ("b", rbm.b, n)):
        if array.shape != (due,):
            raise ValueError(f"{name} must have the shape ({due},) to fit w of shape {(m, n)}, it has {array.shape}")
    for name, array in layers.items():
        due = m if name == "v" else n
        if array.ndim == 0 or array.shape[-1] != due:
            raise ValueError(f"{name} must end in {due} to fit w of shape {(m, n)}, its shape is {array.shape}")
