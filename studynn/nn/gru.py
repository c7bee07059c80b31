"""The GRU over a batch and time, with backpropagation through time. Letters and shapes are those of `recurrent`."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from ._sequence import open_gates, products, require, require_fit, room, rows, stacked
from .activations import Array

GRU_GATES = "rzn"
"""The order in which the gates of a GRU are stacked, PyTorch's: reset, update, candidate."""


class GRUTrace(NamedTuple):
    """What a forward pass leaves for the backward pass.

    Inputs T×N×n, opened gates T×N×3×m in the order of GRU_GATES, what the reset gate made of the old state T×N×m (r⊙h
    before W, or W h + c that r scales after it), states (T+1)×N×m.
    """

    x: Array
    gates: Array
    inner: Array
    h: Array


class GRUGradients(NamedTuple):
    """The slope of the loss in everything that a GRU was given, each in the shape of its namesake."""

    x: Array
    h0: Array
    u: Array
    w: Array
    b: Array
    c: Array


def gru_forward(
    x: Array,
    h0: Array,
    u: Array,
    w: Array,
    b: Array,
    c: Array | None = None,
    reset: Literal["before", "after"] = "after",
) -> GRUTrace:
    """hₜ = z⊙hₜ₋₁ + (1 − z)⊙n for t = 1 … T. Cho et al. 2014, equations 5 to 8.

    x T×N×n, h0 N×m; u 3×m×n, w 3×m×m and b 3×m hold a layer for each gate in the order of GRU_GATES. The reset gate
    acts `before` W, n = tanh(Ux + b + W(r⊙h)) as in the paper, or `after` it, n = tanh(Ux + b + r⊙(Wh + c)) as in
    PyTorch and Keras; c, of m numbers, is left out where it is not given, and refused with `before`. With the weights
    of z negated, z takes the new value in (Chung et al. 2014). The first of the states returned is h0.
    """
    require_fit(x, h0, (3,), u=u, w=w, b=b)
    _require_recurrent_bias(c, h0.shape, reset)
    (steps, samples, inputs), units = x.shape, h0.shape[1]
    layers, (seen, given, state) = stacked(u, w, b), room(samples, inputs, units)
    on_input, on_state = layers[2, : inputs + 1], layers[2, inputs + 1 :]  # of the candidate
    on_reset = np.concatenate([np.zeros((1, units)) if c is None else c[None], on_state])
    gates, inner = np.empty((steps, 3, samples, units)), np.empty((steps, samples, units))
    h, recurrent = np.empty((steps + 1, samples, units)), np.empty((samples, units))
    h[0] = h0
    for t, (r, z, n) in enumerate(gates):
        given[...], state[...] = x[t], h[t]
        open_gates(np.matmul(seen, layers[:2], out=gates[t, :2]))
        np.matmul(seen[:, : inputs + 1], on_input, out=n)
        if reset == "after":
            np.matmul(seen[:, inputs:], on_reset, out=inner[t])
            n += np.multiply(r, inner[t], out=recurrent)
        else:
            np.multiply(r, h[t], out=inner[t])
            n += np.matmul(inner[t], on_state, out=recurrent)
        np.tanh(n, out=n)
        np.subtract(h[t], n, out=h[t + 1])
        h[t + 1] *= z
        h[t + 1] += n
    return GRUTrace(x, gates.swapaxes(1, 2), inner, h)


def gru_backward(
    trace: GRUTrace, u: Array, w: Array, dh: Array, reset: Literal["before", "after"] = "after"
) -> GRUGradients:
    """Backpropagation through time, without truncation, through either of the resets of `gru_forward`.

    dh T×N×m is the slope of the loss in each state as it is used outside the recurrence. The slope in c is 0 with
    `before`.
    """
    steps, samples, _, units = trace.gates.shape
    require("dh", dh, trace.inner.shape, "as the states have")
    gates, da = trace.gates.swapaxes(1, 2), np.empty((steps, samples, 3 * units))  # in the net inputs of the gates
    dc, back = np.zeros_like(trace.inner), np.zeros((samples, units))  # in Wh + c, in h
    of_r, of_z, of_n = slice(units), slice(units, 2 * units), slice(2 * units, None)
    through = np.empty((samples, units))
    for t in reversed(range(steps)):
        r, z, n = gates[t]
        dr, dz, dn = da[t, :, of_r], da[t, :, of_z], da[t, :, of_n]
        dh_t = back + dh[t]
        back = dh_t * z
        dn[...] = (dh_t - back) * (1 - n * n)
        dz[...] = (trace.h[t] - n) * (back - back * z)
        if reset == "after":
            np.multiply(dn, r, out=dc[t])
            dr[...] = dc[t] * (trace.inner[t] - trace.inner[t] * r)
            back += np.matmul(dc[t], w[2], out=through)
        else:
            np.matmul(dn, w[2], out=through)
            through *= r
            back += through
            dr[...] = through * (trace.h[t] - trace.inner[t])
        back += np.matmul(dr, w[0], out=through)
        back += np.matmul(dz, w[1], out=through)
    through_w = (dc, trace.h[:-1]) if reset == "after" else (da[:, :, of_n], trace.inner)
    return GRUGradients(
        x=(rows(da) @ u.reshape(3 * units, -1)).reshape(trace.x.shape),
        h0=back,
        u=products(da, trace.x).reshape(u.shape),
        w=np.concatenate([products(da[:, :, : 2 * units], trace.h[:-1]), products(*through_w)]).reshape(w.shape),
        b=da.sum(axis=(0, 1)).reshape(3, units),
        c=dc.sum(axis=(0, 1)),
    )


def _require_recurrent_bias(c: Array | None, states: tuple[int, ...], reset: str) -> None:
    if c is None:
        return
    if reset == "before":
        raise ValueError("c is the bias within a reset after W; with the reset before W there is none")
    require("c", c, states[1:], f"to fit h0 of shape {states}")
