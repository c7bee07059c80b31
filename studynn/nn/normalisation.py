"""Batch and layer normalisation: forward passes in training and inference, and gradients."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .activations import Array

EPSILON = 1e-5
MOMENTUM = 0.1


class Normalised(NamedTuple):
    """What a normalising layer computed: `y` and `standard`, x̂, in the shape of x, and `scale`, 1/√(σ² + ε).

    `scale` has the axes of x, with length 1 where the mean was taken.
    """

    y: Array
    standard: Array
    scale: Array


class Running(NamedTuple):
    """The statistics that batch normalisation keeps for inference: `mean` and `var`, both (C,)."""

    mean: Array
    var: Array


class Gradients(NamedTuple):
    """The gradients by x, γ and β, in their shapes."""

    x: Array
    gamma: Array
    beta: Array


def fresh(channels: int) -> Running:
    """The running statistics before any batch: mean 0, variance 1."""
    return Running(np.zeros(channels), np.ones(channels))


def batch_norm(
    x: Array, gamma: Array, beta: Array, running: Running, *, epsilon: float = EPSILON, momentum: float = MOMENTUM
) -> tuple[Normalised, Running]:
    """y = γ(x − μ)/√(σ² + ε) + β with the statistics of the batch, and the running statistics after it.

    x: (N, C) or (N, C, …), as images N×C×H×W; γ, β and the running statistics: (C,). μ and σ² are taken over all axes but
    the second, σ² with the divisor n. The running ones move by `momentum` towards μ and n/(n − 1)·σ². ValueError where shapes
    do not fit, both named, and for a single number per channel. Ioffe & Szegedy 2015, algorithm 1.
    """
    _require_channels(x, gamma=gamma, beta=beta, mean=running.mean, var=running.var)
    count = x.size // x.shape[1] if x.shape[1] else 0
    if count < 2:
        raise ValueError(f"batch normalisation needs more than one number per channel in training, x is {x.shape}")
    over = (0, *range(2, x.ndim))
    mean = x.mean(axis=over, keepdims=True)
    standard = x - mean
    flat = standard.reshape(*x.shape[:2], -1)
    var = np.einsum("ncs,ncs->c", flat, flat) / count
    scale = (1 / np.sqrt(var + epsilon)).reshape(mean.shape)
    standard *= scale
    kept = Running(
        (1 - momentum) * running.mean + momentum * mean.ravel(),
        (1 - momentum) * running.var + momentum * var * (count / (count - 1)),
    )
    return Normalised(_affine(standard, _column(gamma, x), _column(beta, x)), standard, scale), kept


def batch_norm_inference(
    x: Array, gamma: Array, beta: Array, running: Running, *, epsilon: float = EPSILON
) -> Normalised:
    """y = γ(x − μ)/√(σ² + ε) + β with the running statistics, whatever the batch. Shapes and errors as in `batch_norm`."""
    _require_channels(x, gamma=gamma, beta=beta, mean=running.mean, var=running.var)
    scale = _column(1 / np.sqrt(running.var + epsilon), x)
    standard = (x - _column(running.mean, x)) * scale
    return Normalised(_affine(standard, _column(gamma, x), _column(beta, x)), standard, scale)


def batch_norm_backward(grad: Array, gamma: Array, passed: Normalised) -> Gradients:
    """The gradients of `batch_norm`, given grad = ∂E/∂y in the shape of x.

    ∂E/∂x = γ/√(σ² + ε)·(grad − mean(grad) − x̂·mean(grad ⊙ x̂)), as μ and σ² depend on x too. ValueError where grad has not
    the shape of y. Ioffe & Szegedy 2015, section 3.
    """
    gradients = batch_norm_inference_backward(grad, gamma, passed)
    count = grad.size // grad.shape[1]
    x = passed.standard * _column(gradients.gamma / -count, grad)
    x += grad
    x -= _column(gradients.beta / count, grad)
    x *= _column(gamma, grad) * passed.scale
    return gradients._replace(x=x)


def batch_norm_inference_backward(grad: Array, gamma: Array, passed: Normalised) -> Gradients:
    """The gradients of `batch_norm_inference`: ∂E/∂x = γ/√(σ² + ε)·grad, as the statistics are fixed."""
    _require_grad(grad, passed)
    flat, standard = (part.reshape(*grad.shape[:2], -1) for part in (grad, passed.standard))
    return Gradients(
        x=grad * (_column(gamma, grad) * passed.scale),
        gamma=np.einsum("ncs,ncs->c", flat, standard),
        beta=flat.sum(axis=(0, 2)),
    )


def layer_norm(x: Array, gamma: Array, beta: Array, *, epsilon: float = EPSILON) -> Normalised:
    """y = γ(x − μ)/√(σ² + ε) + β with μ and σ² over the last axes of each sample: those that γ has.

    x: (…, *γ.shape); β in the shape of γ. The same in training and inference. ValueError where shapes do not fit, both named,
    and for a single number per sample. Ba, Kiros & Hinton 2016, equations 3 and 4.
    """
    _require_last(x, gamma, beta)
    over = _last(x, gamma)
    mean = x.mean(axis=over, keepdims=True)
    standard = x - mean
    flat = standard.reshape(-1, gamma.size)
    var = (np.einsum("ns,ns->n", flat, flat) / gamma.size).reshape(mean.shape)
    scale = 1 / np.sqrt(var + epsilon)
    standard *= scale
    return Normalised(_affine(standard, gamma, beta), standard, scale)


def layer_norm_backward(grad: Array, gamma: Array, passed: Normalised) -> Gradients:
    """The gradients of `layer_norm`, given grad = ∂E/∂y in the shape of x; γ and β sum over the samples.

    With g = γ ⊙ grad: ∂E/∂x = (g − mean(g) − x̂·mean(g ⊙ x̂))/√(σ² + ε), the means over each sample. ValueError where grad has
    not the shape of y.
    """
    _require_grad(grad, passed)
    over, rest = _last(grad, gamma), tuple(range(grad.ndim - gamma.ndim))
    product = grad * passed.standard
    x = grad * gamma
    mean = x.mean(axis=over, keepdims=True)
    slant = (product * gamma).mean(axis=over, keepdims=True)
    x -= mean
    x -= passed.standard * slant
    x *= passed.scale
    return Gradients(x=x, gamma=np.asarray(product.sum(axis=rest)), beta=np.asarray(grad.sum(axis=rest)))


def _affine(standard: Array, gamma: Array, beta: Array) -> Array:
    y = standard * gamma
    y += beta
    return y


def _column(numbers: Array, x: Array) -> Array:
    """(C,) laid along the second axis of x."""
    return numbers.reshape(-1, *[1] * (x.ndim - 2))


def _last(x: Array, gamma: Array) -> tuple[int, ...]:
    return tuple(range(x.ndim - gamma.ndim, x.ndim))


def _require_channels(x: Array, **parts: Array) -> None:
    if x.ndim < 2:
        raise ValueError(f"x must be N×C or N×C×…, its shape is {x.shape}")
    for name, part in parts.items():
        if part.shape != (x.shape[1],):
            raise ValueError(f"{name} must have the shape {(x.shape[1],)} to fit x of {x.shape}, it has {part.shape}")


def _require_last(x: Array, gamma: Array, beta: Array) -> None:
    if not 0 < gamma.ndim <= x.ndim or gamma.shape != x.shape[-gamma.ndim :]:
        raise ValueError(f"gamma must have the shape of the last axes of x of {x.shape}, it has {gamma.shape}")
    if beta.shape != gamma.shape:
        raise ValueError(f"beta must have the shape {gamma.shape} of gamma, it has {beta.shape}")
    if gamma.size < 2:
        raise ValueError(f"layer normalisation needs more than one number per sample, x is {x.shape}")


def _require_grad(grad: Array, passed: Normalised) -> None:
    if grad.shape != passed.y.shape:
        raise ValueError(f"grad must have the shape {passed.y.shape} of the output, it has {grad.shape}")
