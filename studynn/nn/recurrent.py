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
    a = (_rows(x) @ u.T + b).reshape(*x.shape[:2], len(u))
    h = np.empty((len(x) + 1, *h0.shape))
    h[0] = h0
    for t in range(len(x)):
        a[t] += h[t] @ w.T
        h[t + 1] = f(a[t])
    return RNNTrace(x, a, h)


def rnn_backward(trace: RNNTrace, u: Array, w: Array, dh: Array, activation: str = "tanh") -> RNNGradients:
    """Backpropagation through time. Goodfellow et al. 2016, section 10.2.2; Werbos 1990.

    dh T×N×m is the slope of the loss in each state as it is used outside the recurrence (in outputs).
    """
    _, slope = ACTIVATIONS[activation]
    _require("dh", dh, trace.a.shape, "as the states have")
    da = np.empty_like(trace.a)
    back = np.zeros_like(trace.h[0])
    by_state = np.ascontiguousarray(w.T)
    for t in reversed(range(len(da))):
        da[t] = (dh[t] + back) * slope(trace.a[t])
        back = da[t] @ by_state.T
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
    steps, (samples, units) = len(x), h0.shape
    gates, on_state = _on_inputs(x, u, b), _negated(w)
    c, h = np.empty((steps + 1, samples, units)), np.empty((steps + 1, samples, units))
    c[0], h[0] = c0, h0
    for t in range(steps):
        gates[t] += h[t] @ on_state.T
        i, f, g, o = (gates[t, :, k * units : (k + 1) * units] for k in range(4))
        _open(gates[t, :, : 2 * units])
        _open(o)
        np.tanh(g, out=g)
        np.multiply(f, c[t], out=c[t + 1])
        c[t + 1] += i * g
        np.multiply(o, np.tanh(c[t + 1]), out=h[t + 1])
    return LSTMTrace(x, gates.reshape(steps, samples, 4, units), c, h)


def lstm_backward(trace: LSTMTrace, u: Array, w: Array, dh: Array, dc: Array | None = None) -> LSTMGradients:
    """Backpropagation through time, without truncation. Graves & Schmidhuber 2005, appendix A, without peepholes.

    dh T×N×m is the slope of the loss in each state as it is used outside the recurrence, dc N×m that in the last cell
    (0 if not given).
    """
    steps, samples, _, units = trace.gates.shape
    _require("dh", dh, (steps, samples, units), "as the states have")
    gates = trace.gates.reshape(steps, samples, 4 * units)
    dz = np.empty_like(gates)
    dh_back = np.zeros((samples, units))
    dc_back = np.zeros((samples, units)) if dc is None else dc
    by_state = np.ascontiguousarray(w.reshape(4 * units, units).T)
    for t in reversed(range(steps)):
        i, f, g, o = (gates[t, :, k * units : (k + 1) * units] for k in range(4))
        di, df, dg, do = (dz[t, :, k * units : (k + 1) * units] for k in range(4))
        shown = np.tanh(trace.c[t + 1])
        dh_t = (dh[t] + dh_back) * o
        dc_t = dc_back + dh_t * (1 - shown * shown)
        kept, added = dc_t * f, dc_t * i
        di[...] = added * g * (1 - i)
        df[...] = kept * trace.c[t] * (1 - f)
        dg[...] = added * (1 - g * g)
        do[...] = dh_t * shown * (1 - o)
        dh_back = dz[t] @ by_state.T
        dc_back = kept
    return LSTMGradients(
        x=(_rows(dz) @ u.reshape(4 * units, -1)).reshape(trace.x.shape),
        h0=dh_back,
        c0=dc_back,
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
    steps, (samples, units) = len(x), h0.shape
    gates, on_state = _on_inputs(x, u, b), _negated(w)
    inner, h = np.empty((steps, samples, units)), np.empty((steps + 1, samples, units))
    h[0] = h0
    two = 2 * units  # r and z lie side by side
    for t in range(steps):
        rz, r, z, n = (gates[t, :, part] for part in _parts(units))
        if reset == "after":
            recurrent = h[t] @ on_state.T
            rz += recurrent[:, :two]
            inner[t] = recurrent[:, two:] if c is None else recurrent[:, two:] + c
        else:
            rz += h[t] @ on_state[:two].T
        _open(rz)
        if reset == "after":
            n += r * inner[t]
        else:
            inner[t] = r * h[t]
            n += inner[t] @ on_state[two:].T
        np.tanh(n, out=n)
        np.subtract(h[t], n, out=h[t + 1])
        h[t + 1] *= z
        h[t + 1] += n
    return GRUTrace(x, gates.reshape(steps, samples, 3, units), inner, h)


def gru_backward(
    trace: GRUTrace, u: Array, w: Array, dh: Array, reset: Literal["before", "after"] = "after"
) -> GRUGradients:
    """Backpropagation through time, without truncation, through either of the resets of `gru_forward`.

    dh T×N×m is the slope of the loss in each state as it is used outside the recurrence. The slope in c is 0 with
    `before`.
    """
    steps, samples, _, units = trace.gates.shape
    _require("dh", dh, trace.inner.shape, "as the states have")
    gates = trace.gates.reshape(steps, samples, 3 * units)
    da = np.empty_like(gates)  # in the net inputs of the gates
    dc = np.zeros_like(trace.inner)  # in Wh + c
    back = np.zeros((samples, units))
    two, by_state = 2 * units, np.ascontiguousarray(w.reshape(3 * units, units).T)
    for t in reversed(range(steps)):
        _, r, z, n = (gates[t, :, part] for part in _parts(units))
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


def _on_inputs(x: Array, u: Array, b: Array) -> Array:
    """Ux + b of all gates, T×N×km, negated as by `_negated`."""
    net: Array = _rows(x) @ _negated(u).T
    net += _negated(b)
    return net.reshape(*x.shape[:2], net.shape[1])


def _negated(layers: Array) -> Array:
    """The layers of all gates in one matrix, negated but for the candidate, the third gate of LSTM and GRU alike."""
    sign = np.full((len(layers), 1, 1)[: layers.ndim], -1.0)
    sign[2] = 1.0
    return np.asarray((layers * sign).reshape(-1, *layers.shape[2:]))


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
