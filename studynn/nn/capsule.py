"""Capsules: squash, routing by agreement and the margin loss, with their gradients.

Sabour, Frosst & Hinton 2017. Shapes: N samples, I lower capsules, J parents, D components, K classes. All float64;
ValueError where shapes do not fit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .activations import Array, softmax


class Routing(NamedTuple):
    """What routing computed, with one entry an iteration along the first axis, R of them.

    c: (R, N, I, J) couplings, s: (R, N, J, D) sums, v: (R, N, J, D) outputs, b: (R + 1, N, I, J) logits from zero on.
    """

    c: Array
    s: Array
    v: Array
    b: Array


def squash(s: Array) -> Array:
    """‖s‖²/(1 + ‖s‖²) · s/‖s‖ along the last axis; 0 stays 0. s: (…, D) → (…, D). Equation 1 of the paper."""
    norm = _norm(s)
    return np.asarray(s * (norm / (1.0 + norm * norm)))


def squash_backward(grad: Array, s: Array) -> Array:
    """∂E/∂s, given grad = ∂E/∂v. Both (…, D); 0 where s is 0."""
    _require("grad", grad, s.shape, "s", s)
    norm = _norm(s)
    factor = 1.0 / (1.0 + norm * norm)
    unit = s / np.where(norm > 0, norm, 1.0)
    along = (grad * unit).sum(axis=-1, keepdims=True)
    # v = f(n)·s with f = n/(1 + n²), so that f′ = (1 − n²)/(1 + n²)²
    return np.asarray(norm * factor * (grad + along * unit * ((1.0 - norm * norm) * factor)))


def route(u_hat: Array, iterations: int) -> Routing:
    """Routing by agreement: c = softmax over the parents of b, s = Σᵢ c û, v = squash(s), b += û·v.

    u_hat: (N, I, J, D), what each lower capsule predicts for each parent. Procedure 1 of the paper.
    """
    if u_hat.ndim != 4:
        raise ValueError(f"u_hat must be (N, I, J, D), its shape is {u_hat.shape}")
    if iterations < 1:
        raise ValueError(f"iterations must be at least 1, they are {iterations}")
    n, lower, parents, size = u_hat.shape
    c = np.empty((iterations, n, lower, parents))
    s, v = (np.empty((iterations, n, parents, size)) for _ in range(2))
    b = np.zeros((iterations + 1, n, lower, parents))
    for r in range(iterations):
        c[r] = softmax(b[r])
        s[r] = _summed(c[r], u_hat)
        v[r] = squash(s[r])
        b[r + 1] = b[r] + _agreement(u_hat, v[r])
    return Routing(c, s, v, b)


def route_backward(routing: Routing, u_hat: Array, grad: Array) -> Array:
    """∂E/∂û: (N, I, J, D), given grad = ∂E/∂v of the last iteration, (N, J, D); through every iteration."""
    _require("grad", grad, routing.v.shape[1:], "v", routing.v[-1])
    last = len(routing.v) - 1
    slope = np.zeros_like(u_hat)
    in_b = np.zeros_like(routing.b[0])
    for r in range(last, -1, -1):
        in_v = grad if r == last else _summed(in_b, u_hat)
        slope += in_b[..., None] * routing.v[r][:, None]
        in_s = squash_backward(in_v, routing.s[r])
        slope += routing.c[r][..., None] * in_s[:, None]
        in_c = _agreement(u_hat, in_s)
        c = routing.c[r]
        in_b = in_b + c * (in_c - (c * in_c).sum(axis=-1, keepdims=True))
    return slope


def margin_loss(
    lengths: Array, present: Array, m_plus: float = 0.9, m_minus: float = 0.1, down_weight: float = 0.5
) -> Array:
    """Σₖ T max(0, m⁺ − ‖v‖)² + λ(1 − T) max(0, ‖v‖ − m⁻)². lengths and present (0 or 1): (…, K) → (…).

    Equation 4 of the paper, without further factor.
    """
    _require("present", present, lengths.shape, "lengths", lengths)
    short, long = np.maximum(m_plus - lengths, 0.0), np.maximum(lengths - m_minus, 0.0)
    return np.asarray((present * short**2 + down_weight * (1.0 - present) * long**2).sum(axis=-1))


def margin_loss_backward(
    lengths: Array, present: Array, m_plus: float = 0.9, m_minus: float = 0.1, down_weight: float = 0.5
) -> Array:
    """∂/∂‖v‖ of the loss of each sample: (…, K)."""
    _require("present", present, lengths.shape, "lengths", lengths)
    short, long = np.maximum(m_plus - lengths, 0.0), np.maximum(lengths - m_minus, 0.0)
    return np.asarray(2.0 * (down_weight * (1.0 - present) * long - present * short))


def _norm(s: Array) -> Array:
    return np.asarray(np.sqrt(np.einsum("...d,...d->...", s, s))[..., None])


def _summed(weights: Array, u_hat: Array) -> Array:
    """Σᵢ wᵢⱼ ûᵢⱼ: (N, I, J) and (N, I, J, D) → (N, J, D), as one matrix product a sample and parent."""
    return np.asarray((weights.transpose(0, 2, 1)[:, :, None] @ u_hat.transpose(0, 2, 1, 3))[:, :, 0])


def _agreement(u_hat: Array, v: Array) -> Array:
    """ûᵢⱼ·vⱼ: (N, I, J, D) and (N, J, D) → (N, I, J)."""
    return np.asarray((u_hat.transpose(0, 2, 1, 3) @ v[..., None])[..., 0].transpose(0, 2, 1))


def _require(name: str, array: Array, wanted: tuple[int, ...], other: str, model: Array) -> None:
    if array.shape != wanted:
        raise ValueError(
            f"{name} must have the shape {wanted} to fit {other} of shape {model.shape}, it has {array.shape}"
        )
