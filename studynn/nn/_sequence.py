"""What the recurrent layers share: how a step reads its input and state, how gates open, and the checks of shapes.

Products of a step stay below a million multiplications where they can, gate by gate at the usual sizes: so far OpenBLAS
takes a way for small matrices, at once and on the calling thread. Waking another thread at every step costs more.
"""

from __future__ import annotations

import numpy as np

from .activations import Array


def stacked(u: Array, w: Array, b: Array) -> Array:
    """What takes a row of `room` to the gates: k×(n+1+m)×m, negated but for the candidate, the third of LSTM and GRU."""
    sign = np.full((len(u), 1, 1), -1.0)
    sign[2] = 1.0
    return np.ascontiguousarray((np.concatenate([u, b[:, :, None], w], axis=2) * sign).swapaxes(1, 2))


def room(samples: int, inputs: int, units: int) -> tuple[Array, Array, Array]:
    """Room for what a step sees of each sample, side by side: its input, 1 for the bias, and its state.

    All of it, N×(n+1+m), and views of the input and of the state in it.
    """
    seen = np.ones((samples, inputs + 1 + units))
    return seen, seen[:, :inputs], seen[:, inputs + 1 :]


def open_gates(net: Array) -> None:
    """σ(a) = 1/(1 + e^−a) in place of −a. A gate quite shut is 1/∞ = 0."""
    with np.errstate(over="ignore"):
        np.exp(net, out=net)
    net += 1
    np.reciprocal(net, out=net)


def rows(sequence: Array) -> Array:
    """T×N×k as TN×k."""
    return sequence.reshape(sequence.shape[0] * sequence.shape[1], sequence.shape[2])


def products(slopes: Array, read: Array) -> Array:
    """Σ over steps and samples of slope × what the weight read: T×N×k and T×N×j give k×j, by one matrix product."""
    return np.asarray(rows(slopes).T @ rows(read))


def require_fit(x: Array, h0: Array, gates: tuple[int, ...], u: Array, w: Array, b: Array) -> None:
    if x.ndim != 3 or h0.ndim != 2:
        raise ValueError(f"x must be T×N×n and h0 N×m, their shapes are {x.shape} and {h0.shape}")
    (_, samples, inputs), (_, units) = x.shape, h0.shape
    why = f"to fit x of shape {x.shape} and h0 of shape {h0.shape}"
    require("h0", h0, (samples, units), f"to fit x of shape {x.shape}")
    require("u", u, (*gates, units, inputs), why)
    require("w", w, (*gates, units, units), why)
    require("b", b, (*gates, units), why)


def require(name: str, array: Array, shape: tuple[int, ...], why: str) -> None:
    if array.shape != shape:
        raise ValueError(f"{name} must have the shape {shape} {why}, it has {array.shape}")
