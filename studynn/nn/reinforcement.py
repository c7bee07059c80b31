"""Reinforcement learning: discounted returns, ε-greedy probabilities, Q targets, and the loss of a deep Q-network.

All are pure functions of float64 arrays. Shapes: B transitions, A actions, T rewards; ValueError where they do not fit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import Array


def discounted_returns(rewards: Array, gamma: float, bootstrap: Array | float = 0.0) -> Array:
    """Gₜ = rₜ + γGₜ₊₁ along the last axis, with G_T = `bootstrap`. rewards: (…, T), bootstrap: (…) → (…, T).

    Sutton & Barto 2018, equation 3.9.
    """
    later = np.asarray(bootstrap, dtype=np.float64)
    if later.ndim:
        _require("bootstrap", later, rewards.shape[:-1], "rewards", rewards)
    found = np.empty(rewards.shape)
    for t in reversed(range(rewards.shape[-1])):
        later = rewards[..., t] + gamma * later
        found[..., t] = later
    return found


def epsilon_greedy(q: Array, epsilon: float) -> Array:
    """The probability of each action: ε/A, and 1 − ε more for the best one, shared by equal ones. q: (…, A) → (…, A)."""
    best = q == q.max(axis=-1, keepdims=True)
    return np.asarray(epsilon / q.shape[-1] + (1.0 - epsilon) * best / best.sum(axis=-1, keepdims=True))


def q_targets(reward: Array, gamma: float, q_next: Array, done: Array, q_next_online: Array | None = None) -> Array:
    """y = r + γ(1 − done)·maxₐ Q(s′, a) from the target network: (B,).

    reward and done: (B,), q_next: (B, A). With `q_next_online` (B, A) that network picks the action and `q_next` values
    it (double DQN). Of equal actions the first counts. Mnih et al. 2015; van Hasselt, Guez & Silver 2016.
    """
    if q_next.ndim != 2:
        raise ValueError(f"q_next must be (B, A), it is {_size(q_next)}")
    _require("reward", reward, q_next.shape[:1], "q_next", q_next)
    _require("done", done, q_next.shape[:1], "q_next", q_next)
    if q_next_online is None:
        best = q_next.max(axis=1)
    else:
        _require("q_next_online", q_next_online, q_next.shape, "q_next", q_next)
        best = q_next[np.arange(len(q_next)), q_next_online.argmax(axis=1)]
    return np.asarray(reward + gamma * np.where(done != 0, 0.0, best))  # what follows the end is not even read


def q_update(q: Array, target: Array, alpha: float) -> Array:
    """Q + α(y − Q), the tabular update. Both of any one shape. Watkins & Dayan 1992."""
    _require("target", target, q.shape, "q", q)
    return np.asarray(q + alpha * (target - q))


def dqn_loss(q: Array, actions: NDArray[np.integer], target: Array) -> float:
    """The mean of (y − Q(s, a))². q: (B, A) for all actions, actions: (B,) those taken, target: (B,)."""
    error = _error(q, actions, target)
    return float(np.vdot(error, error)) / len(error)


def dqn_loss_backward(q: Array, actions: NDArray[np.integer], target: Array) -> Array:
    """∂loss/∂q = 2(Q(s, a) − y)/B at the actions taken, otherwise 0; no slope goes through the target. (B, A)."""
    error = _error(q, actions, target)
    found = np.zeros(q.shape)
    found[np.arange(len(q)), actions] = error * (2.0 / len(error))
    return found


def _error(q: Array, actions: NDArray[np.integer], target: Array) -> Array:
    if q.ndim != 2 or not len(q):
        raise ValueError(f"q must be (B, A) with at least one transition, it is {_size(q)}")
    _require("actions", actions, q.shape[:1], "q", q)
    _require("target", target, q.shape[:1], "q", q)
    if actions.min() < 0 or actions.max() >= q.shape[1]:
        raise ValueError(f"actions must lie between 0 and {q.shape[1] - 1} to fit q of {_size(q)}")
    return np.asarray(q[np.arange(len(q)), actions] - target)


def _require(name: str, array: NDArray[Any], wanted: tuple[int, ...], other: str, model: NDArray[Any]) -> None:
    if array.shape != wanted:
        raise ValueError(
            f"{name} must have the shape {wanted} to fit {other} of shape {model.shape}, it has {array.shape}"
        )


def _size(array: NDArray[Any]) -> str:
    return "×".join(map(str, array.shape)) or "a number"
