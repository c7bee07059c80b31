"""Recurrent layers over a batch and time, with backpropagation through time: the simple RNN, the LSTM and the GRU.

U acts on inputs, W on states. A batch has one sample a row, so a layer computes `x Uᵀ + h Wᵀ + b`; time runs along the
first axis. T steps, N samples, n inputs, m units. What does not fit is refused by a ValueError that names both shapes.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from .activations import ACTIVATIONS, Array

GATES = "ifgo"
"""The order in which the gates of an LSTM are stacked, PyTorch's: input, forget, candidate, output."""
GRU_GATES = "rzn"
"""The order in which the gates of a GRU are stacked, PyTorch's: reset, update, candidate."""


class RNNTrace(NamedTuple):
    """What a forward pass leaves for the backward pass: inputs T×N×n, pre-activations T×N×m, states (T+1)×N×m."""

    x: Array
    a: Array
    h: Array


class RNNGradients(NamedTuple):
    """The slope of the loss in everything that a simple RNN was given, each in the shape of its namesake."""

    x: Array
    h0: Array
    u: Array
    w: Array
    b: Array


def rnn_forward(x: Array, h0: Array, u: Array, w: Array, b: Array, activation: str = "tanh") -> RNNTrace:
    """hₜ = f(Uxₜ + Whₜ₋₁ + b) for t = 1 … T. Elman 1990; Goodfellow et al. 2016, equations 10.8 and 10.9.

    x T×N×n, h0 N×m, u m×n, w m×m, b m. The first of the states returned is h0. `activation` is a name of ACTIVATIONS.
    """
    f, _ = ACTIVATIONS[activation]
    _require_fit(x, h0, (), u=u, w=w, b=b)
    (steps, samples, inputs), units = x.shape, h0.shape[1]
    layer = np.ascontiguousarray(np.concatenate([u, w, b[:, None]], axis=1).T)
    seen = _seen(samples, inputs, units)
    a, h = np.empty((steps, samples, units)), np.empty((steps + 1, samples, units))
    h[0] = h0
    for t in range(steps):
        seen[:, :inputs], seen[:, inputs:-1] = x[t], h[t]
        h[t + 1] = f(np.matmul(seen, layer, out=a[t]))
    return RNNTrace(x, a, h)


def rnn_backward(trace: RNNTrace, u: Array, w: Array, dh: Array, activation: str = "tanh") -> RNNGradients:
    """Backpropagation through time. Goodfellow et al. 2016, section 10.2.2; Werbos 1990.

    dh T×N×m is the slope of the loss in each state as it is used outside the recurrence (in outputs).
    """
    _, slope = ACTIVATIONS[activation]
    _require("dh", dh, trace.a.shape, "as the states have")
    da = 1 - trace.h[1:] ** 2 if activation == "tanh" else slope(trace.a)
    back = np.zeros_like(trace.h[0])
    by_state = np.ascontiguousarray(w.T)
    for t in reversed(range(len(da))):
        back += dh[t]
        da[t] *= back
        np.matmul(da[t], by_state.T, out=back)
    return RNNGradients(
        x=(_rows(da) @ u).reshape(trace.x.shape),
        h0=back,
        u=_products(da, trace.x),
        w=_products(da, trace.h[:-1]),
        b=da.sum(axis=(0, 1)),
    )


class LSTMTrace(NamedTuple):
    """What a forward pass leaves for the backward pass.

    Inputs T×N×n, opened gates T×N×4×m in the order of GATES, cells and states (T+1)×N×m.
    """

    x: Array
    gates: Array
    c: Array
    h: Array


class LSTMGradients(NamedTuple):
    """The slope of the loss in everything that an LSTM was given, each in the shape of its namesake."""

    x: Array
    h0: Array
    c0: Array
    u: Array
    w: Array
    b: Array


def lstm_forward(x: Array, h0: Array, c0: Array, u: Array, w: Array, b: Array) -> LSTMTrace:
    """cₜ = f⊙cₜ₋₁ + i⊙g and hₜ = o⊙tanh(cₜ) for t = 1 … T. Gers, Schmidhuber & Cummins 2000, without peepholes.

    x T×N×n, h0 and c0 N×m; u 4×m×n, w 4×m×m and b 4×m hold a layer for each gate in the order of GATES. The first of
    the cells and states returned are c0 and h0.
    """
    _require_fit(x, h0, (4,), u=u, w=w, b=b)
    _require("c0", c0, h0.shape, "as h0 has")
    (steps, samples, inputs), units = x.shape, h0.shape[1]
    layers, seen = _stacked(u, w, b), _seen(samples, inputs, units)
    gates, taken_in = np.empty((steps, 4, samples, units)), np.empty((samples, units))
    c, h = np.empty((steps + 1, samples, units)), np.empty((steps + 1, samples, units))
    c[0], h[0] = c0, h0
    for t in range(steps):
        seen[:, :inputs], seen[:, inputs:-1] = x[t], h[t]
        i, f, g, o = np.matmul(seen, layers, out=gates[t])
        candidate = np.tanh(g)
        _open(gates[t])  # all four in one go, and then g is put right
        g[...] = candidate
        np.multiply(f, c[t], out=c[t + 1])
        c[t + 1] += np.multiply(i, g, out=taken_in)
        np.tanh(c[t + 1], out=h[t + 1])
        h[t + 1] *= o
    return LSTMTrace(x, gates.swapaxes(1, 2), c, h)


def lstm_backward(trace: LSTMTrace, u: Array, w: Array, dh: Array, dc: Array | None = None) -> LSTMGradients:
    """Backpropagation through time, without truncation. Graves & Schmidhuber 2005, appendix A, without peepholes.

    dh T×N×m is the slope of the loss in each state as it is used outside the recurrence, dc N×m that in the last cell
    (0 if not given).
    """
    steps, samples, _, units = trace.gates.shape
    _require("dh", dh, (steps, samples, units), "as the states have")
    gates, slopes = trace.gates.swapaxes(1, 2), np.empty((4, samples, units))
    dz = np.empty((steps, samples, 4 * units))
    di, df, dg, do = slopes
    back, shown = np.zeros((samples, units)), np.empty((samples, units))
    dc_t = np.zeros((samples, units)) if dc is None else dc.copy()
    by_state = np.ascontiguousarray(w.reshape(4 * units, units).T)
    for t in reversed(range(steps)):
        i, f, g, o = gates[t]
        np.tanh(trace.c[t + 1], out=shown)
        back += dh[t]
        np.multiply(back, o, out=do)
        dc_t += do * (1 - shown * shown)
        np.multiply(dc_t, i, out=di)
        np.multiply(di, 1 - g * g, out=dg)
        dc_t *= f
        np.multiply(dc_t, trace.c[t], out=df)
        di *= g
        do *= shown
        for slope, gate in ((di, i), (df, f), (do, o)):
            slope *= np.subtract(1, gate, out=shown)
        dz[t].reshape(samples, 4, units)[...] = slopes.swapaxes(0, 1)
        np.matmul(dz[t], by_state.T, out=back)
    return LSTMGradients(
        x=(_rows(dz) @ u.reshape(4 * units, -1)).reshape(trace.x.shape),
        h0=back,
        c0=dc_t,
        u=_products(dz, trace.x).reshape(u.shape),
        w=_products(dz, trace.h[:-1]).reshape(w.shape),
        b=dz.sum(axis=(0, 1)).reshape(4, units),
    )


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
    _require_fit(x, h0, (3,), u=u, w=w, b=b)
    _require_recurrent_bias(c, h0.shape, reset)
    (steps, samples, inputs), units = x.shape, h0.shape[1]
    layers, seen = _stacked(u, w, b)[:2], _seen(samples, inputs, units)
    on_reset = np.concatenate([w[2], np.zeros((units, 1)) if c is None else c[:, None]], axis=1).T
    gates, inner = np.empty((steps, 3, samples, units)), np.empty((steps, samples, units))
    gates[:, 2] = x @ u[2].T + b[2]
    h, recurrent = np.empty((steps + 1, samples, units)), np.empty((samples, units))
    h[0] = h0
    for t, (r, z, n) in enumerate(gates):
        seen[:, :inputs], seen[:, inputs:-1] = x[t], h[t]
        _open(np.matmul(seen, layers, out=gates[t, :2]))
        if reset == "after":
            np.matmul(seen[:, inputs:], on_reset, out=inner[t])
            n += np.multiply(r, inner[t], out=recurrent)
        else:
            np.multiply(r, h[t], out=inner[t])
            n += np.matmul(inner[t], w[2].T, out=recurrent)
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
    _require("dh", dh, trace.inner.shape, "as the states have")
    gates, da = trace.gates.swapaxes(1, 2), np.empty((steps, samples, 3 * units))  # in the net inputs of the gates
    dc, back = np.zeros_like(trace.inner), np.zeros((samples, units))  # in Wh + c, in h
    two, by_state = 2 * units, np.ascontiguousarray(w.reshape(3 * units, units).T)
    for t in reversed(range(steps)):
        r, z, n = gates[t]
        drz, dr, dz, dn = (da[t, :, part] for part in _parts(units))
        dh_t = back + dh[t]
        back = dh_t * z
        dn[...] = (dh_t - back) * (1 - n * n)
        dz[...] = (trace.h[t] - n) * (back - back * z)
        if reset == "after":
            np.multiply(dn, r, out=dc[t])
            dr[...] = dc[t] * (trace.inner[t] - trace.inner[t] * r)
            back += dc[t] @ by_state[:, two:].T
        else:
            dinner = dn @ by_state[:, two:].T
            dinner *= r
            back += dinner
            dr[...] = dinner * (trace.h[t] - trace.inner[t])
        back += drz @ by_state[:, :two].T
    through_w = (dc, trace.h[:-1]) if reset == "after" else (da[:, :, two:], trace.inner)
    return GRUGradients(
        x=(_rows(da) @ u.reshape(3 * units, -1)).reshape(trace.x.shape),
        h0=back,
        u=_products(da, trace.x).reshape(u.shape),
        w=np.concatenate([_products(da[:, :, :two], trace.h[:-1]), _products(*through_w)]).reshape(w.shape),
        b=da.sum(axis=(0, 1)).reshape(3, units),
        c=dc.sum(axis=(0, 1)),
    )


def _parts(units: int) -> tuple[slice, slice, slice, slice]:
    """Where r and z together, r, z and n lie in a row of 3m numbers."""
    return slice(2 * units), slice(units), slice(units, 2 * units), slice(2 * units, None)


def _stacked(u: Array, w: Array, b: Array) -> Array:
    """What takes a row of `_seen` to the gates: k×(n+m+1)×m, negated but for the candidate, the third of LSTM and GRU."""
    sign = np.full((len(u), 1, 1), -1.0)
    sign[2] = 1.0
    return np.ascontiguousarray((np.concatenate([u, w, b[:, :, None]], axis=2) * sign).swapaxes(1, 2))


def _seen(samples: int, inputs: int, units: int) -> Array:
    """Room for what the gates see of each sample, side by side: its input, its state, and 1 for the bias."""
    return np.ones((samples, inputs + units + 1))


def _open(net: Array) -> None:
    """σ(a) = 1/(1 + e^−a) in place of −a. A gate quite shut is 1/∞ = 0."""
    with np.errstate(over="ignore"):
        np.exp(net, out=net)
    net += 1
    np.reciprocal(net, out=net)


def _rows(sequence: Array) -> Array:
    """T×N×k as TN×k."""
    return sequence.reshape(sequence.shape[0] * sequence.shape[1], sequence.shape[2])


def _products(slopes: Array, read: Array) -> Array:
    """Σ over steps and samples of slope × what the weight read: T×N×k and T×N×j give k×j, by one matrix product."""
    return np.asarray(_rows(slopes).T @ _rows(read))


def _require_fit(x: Array, h0: Array, gates: tuple[int, ...], u: Array, w: Array, b: Array) -> None:
    if x.ndim != 3 or h0.ndim != 2:
        raise ValueError(f"x must be T×N×n and h0 N×m, their shapes are {x.shape} and {h0.shape}")
    (_, samples, inputs), (_, units) = x.shape, h0.shape
    why = f"to fit x of shape {x.shape} and h0 of shape {h0.shape}"
    _require("h0", h0, (samples, units), f"to fit x of shape {x.shape}")
    _require("u", u, (*gates, units, inputs), why)
    _require("w", w, (*gates, units, units), why)
    _require("b", b, (*gates, units), why)


def _require(name: str, array: Array, shape: tuple[int, ...], why: str) -> None:
    if array.shape != shape:
        raise ValueError(f"{name} must have the shape {shape} {why}, it has {array.shape}")


def _require_recurrent_bias(c: Array | None, states: tuple[int, ...], reset: str) -> None:
    if c is None:
        return
    if reset == "before":
        raise ValueError("c is the bias within a reset after W; with the reset before W there is none")
    _require("c", c, states[1:], f"to fit h0 of shape {states}")
