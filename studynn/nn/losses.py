"""Losses and their gradients: mean squared and absolute error, cross-entropy, binary cross-entropy.

All are safe for logits of any size. `reduction` is "mean" (over the samples, or over all entries where there are no
classes) or "sum". Every `_backward` gives the gradient of the same number by the first argument.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .activations import Array, sigmoid, softmax

Reduction = Literal["mean", "sum"]
Classes = NDArray[np.integer]


def mse(prediction: Array, target: Array, reduction: Reduction = "mean") -> float:
    """The mean of (ŷ − y)², without ½. Both of any one shape."""
    error = _error(prediction, target)
    return _reduced(float(np.vdot(error, error)), error.size, reduction)


def mse_backward(prediction: Array, target: Array, reduction: Reduction = "mean") -> Array:
    """∂mse/∂ŷ = 2(ŷ − y)/n, where n counts all entries."""
    error = _error(prediction, target)
    return np.asarray(error * (2.0 / _divisor(error.size, reduction)))


def mae(prediction: Array, target: Array, reduction: Reduction = "mean") -> float:
    """The mean of |ŷ − y|. Both of any one shape."""
    error = _error(prediction, target)
    return _reduced(float(np.abs(error).sum()), error.size, reduction)


def mae_backward(prediction: Array, target: Array, reduction: Reduction = "mean") -> Array:
    """∂mae/∂ŷ = sign(ŷ − y)/n; 0 where both are equal, as in PyTorch."""
    error = _error(prediction, target)
    return np.asarray(np.sign(error) / _divisor(error.size, reduction))


def log_sum_exp(z: Array) -> Array:
    """ln Σₖ e^zₖ along the last axis, with the maximum taken out first. z: (…, K) → (…)."""
    top = z.max(axis=-1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)  # a row of −∞ stays −∞ instead of undefined
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.exp(z - top).sum(axis=-1)) + top[..., 0])


def log_softmax(z: Array) -> Array:
    """ln softmax(z) along the last axis, exact where softmax itself would round to 0. z: (…, K) → (…, K)."""
    moved = z - z.max(axis=-1, keepdims=True)  # taken out first, so that large scores cost no digits
    return np.asarray(moved - np.log(np.exp(moved).sum(axis=-1, keepdims=True)))


def cross_entropy(z: Array, target: Classes | Array, reduction: Reduction = "mean") -> float:
    """−ln softmax(z)ₜ for logits z: (N, K).

    `target` is whole class numbers from 0, (N,), or probabilities (N, K); then −Σ yₖ ln softmax(z)ₖ. ValueError where
    the shapes do not fit or a class is out of range.
    """
    if _are_classes(z, target):
        total = 0.0 - log_softmax(z)[np.arange(len(z)), target].sum()
    else:
        total = -(target * log_softmax(z)).sum()
    return _reduced(float(total), len(z), reduction)


def cross_entropy_backward(z: Array, target: Classes | Array, reduction: Reduction = "mean") -> Array:
    """∂/∂z = (softmax(z) − y)/N with y one-hot; for probabilities y that do not add up to 1, Σy·softmax(z) − y."""
    p = softmax(z)
    if _are_classes(z, target):
        p[np.arange(len(z)), target] -= 1.0
    else:
        p = p * np.asarray(target).sum(axis=-1, keepdims=True) - target
    return np.asarray(p / _divisor(len(z), reduction))


def cross_entropy_of_probabilities(p: Array, target: Classes | Array, reduction: Reduction = "mean") -> float:
    """−ln pₜ for probabilities p: (N, K); infinite where the right class has probability 0. `target` as for logits."""
    y = _one_hot(target, p.shape[1]) if _are_classes(p, target) else target
    return _reduced(float(-_times_log(np.asarray(y, dtype=np.float64), p).sum()), len(p), reduction)


def cross_entropy_of_probabilities_backward(p: Array, target: Classes | Array, reduction: Reduction = "mean") -> Array:
    """∂/∂p = −y/p/N, 0 for every class whose label is 0; −∞ where p is 0 and the label is not."""
    y = _one_hot(target, p.shape[1]) if _are_classes(p, target) else target
    return np.asarray(-_ratio(np.asarray(y, dtype=np.float64), p) / _divisor(len(p), reduction))


def binary_cross_entropy(p: Array, y: Array, reduction: Reduction = "mean") -> float:
    """The mean of −[y ln p + (1 − y) ln(1 − p)]. Both of any one shape; labels may lie between 0 and 1.

    Infinite for a sure and wrong p, where PyTorch cuts the logarithm at −100.
    """
    _same_shape(p, y)
    terms = _times_log(y, p) + _times_log(1.0 - y, 1.0 - p)
    return _reduced(float(-terms.sum()), terms.size, reduction)


def binary_cross_entropy_backward(p: Array, y: Array, reduction: Reduction = "mean") -> Array:
    """∂/∂p = [(1 − y)/(1 − p) − y/p]/n, which is (p − y)/(p(1 − p))/n."""
    _same_shape(p, y)
    return np.asarray((_ratio(1.0 - y, 1.0 - p) - _ratio(y, p)) / _divisor(p.size, reduction))


def binary_cross_entropy_with_logits(z: Array, y: Array, reduction: Reduction = "mean") -> float:
    """The same for p = σ(z), as max(z, 0) − yz + ln(1 + e^−|z|): no rounding to 0 or 1 on the way."""
    _same_shape(z, y)
    terms = np.maximum(z, 0.0) - y * z + np.log1p(np.exp(-np.abs(z)))
    return _reduced(float(terms.sum()), terms.size, reduction)


def binary_cross_entropy_with_logits_backward(z: Array, y: Array, reduction: Reduction = "mean") -> Array:
    """∂/∂z = (σ(z) − y)/n."""
    _same_shape(z, y)
    return np.asarray((sigmoid(z) - y) / _divisor(z.size, reduction))


def _error(prediction: Array, target: Array) -> Array:
    _same_shape(prediction, target)
    return np.asarray(prediction - target)


def _same_shape(first: Array, second: Array) -> None:
    if np.shape(first) != np.shape(second):
        raise ValueError(f"shapes must be equal, they are {_size(first)} and {_size(second)}")


def _are_classes(scores: Array, target: Classes | Array) -> bool:
    """Whether the targets are class numbers, not probabilities; ValueError where they fit the scores in neither way."""
    if scores.ndim != 2:
        raise ValueError(f"scores must be (N, K), they are {_size(scores)}")
    samples, classes = scores.shape
    found = np.asarray(target)
    if found.shape == (samples,) and np.issubdtype(found.dtype, np.integer):
        if samples and not (found.min() >= 0 and found.max() < classes):
            raise ValueError(f"classes must lie between 0 and {classes - 1}, one is {found[_worst(found, classes)]}")
        return True
    if found.shape != scores.shape:
        raise ValueError(
            f"targets must be {samples} whole class numbers or {_size(scores)} to fit scores of {_size(scores)}, "
            f"they are {_size(found)} of {found.dtype}"
        )
    return False


def _worst(classes: NDArray[Any], count: int) -> int:
    return int(np.argmax((classes < 0) | (classes >= count)))


def _one_hot(target: Classes | Array, classes: int) -> Array:
    return np.asarray(np.eye(classes)[target])


def _times_log(weight: Array, p: Array) -> Array:
    """w ln p with 0 ln 0 = 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.where(weight == 0, 0.0, weight * np.log(np.where(weight == 0, 1.0, p))))


def _ratio(weight: Array, p: Array) -> Array:
    """w/p with 0/0 = 0."""
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(weight / np.where(weight == 0, 1.0, p))


def _divisor(count: int, reduction: Reduction) -> int:
    if reduction not in ("mean", "sum"):
        raise ValueError(f'reduction must be "mean" or "sum", it is {reduction!r}')
    return count if reduction == "mean" else 1


def _reduced(total: float, count: int, reduction: Reduction) -> float:
    divisor = _divisor(count, reduction)
    if not divisor:
        raise ValueError("the mean of no samples does not exist")
    return total / divisor


def _size(array: NDArray[Any]) -> str:
    return "×".join(map(str, np.shape(array))) or "a number"
