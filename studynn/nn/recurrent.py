"""Recurrent layers over a batch and time, with backpropagation through time: the simple RNN and the LSTM.

U acts on inputs, W on states. A batch has one sample a row, so a layer computes `x Uᵀ + h Wᵀ + b`; time runs along the
first axis. T steps, N samples, n inputs, m units.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .activations import ACTIVATIONS, Array, sigmoid

GATES = "ifgo"
"""The order in which the gates of an LSTM are stacked, PyTorch's: input, forget, candidate, output."""


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
    a = x @ u.T + b
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
    da = np.empty_like(trace.a)
    back = np.zeros_like(trace.h[0])
    for t in reversed(range(len(da))):
        da[t] = (dh[t] + back) * slope(trace.a[t])
        back = da[t] @ w
    return RNNGradients(
        x=da @ u,
        h0=back,
        u=np.einsum("tnm,tnk->mk", da, trace.x),
        w=np.einsum("tnm,tnk->mk", da, trace.h[:-1]),
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
    steps, (samples, units) = len(x), h0.shape
    stacked_w = w.reshape(4 * units, units)
    z = x @ u.reshape(4 * units, -1).T + b.reshape(-1)
    gates = np.empty((steps, samples, 4, units))
    c, h = np.empty((steps + 1, samples, units)), np.empty((steps + 1, samples, units))
    c[0], h[0] = c0, h0
    for t in range(steps):
        opened = (z[t] + h[t] @ stacked_w.T).reshape(samples, 4, units)
        gates[t] = sigmoid(opened)
        gates[t, :, 2] = np.tanh(opened[:, 2])
        i, f, g, o = np.moveaxis(gates[t], 1, 0)
        c[t + 1] = f * c[t] + i * g
        h[t + 1] = o * np.tanh(c[t + 1])
    return LSTMTrace(x, gates, c, h)


def lstm_backward(trace: LSTMTrace, u: Array, w: Array, dh: Array, dc: Array | None = None) -> LSTMGradients:
    """Backpropagation through time, without truncation. Graves & Schmidhuber 2005, appendix A, without peepholes.

    dh T×N×m is the slope of the loss in each state as it is used outside the recurrence, dc N×m that in the last cell
    (0 if not given).
    """
    steps, samples, _, units = trace.gates.shape
    dz = np.empty_like(trace.gates)
    dh_back = np.zeros((samples, units))
    dc_back = np.zeros((samples, units)) if dc is None else dc
    for t in reversed(range(steps)):
        i, f, g, o = np.moveaxis(trace.gates[t], 1, 0)
        shown = np.tanh(trace.c[t + 1])
        dh_t = dh[t] + dh_back
        dc_t = dc_back + dh_t * o * (1 - shown**2)
        dz[t, :, 0] = dc_t * g * i * (1 - i)
        dz[t, :, 1] = dc_t * trace.c[t] * f * (1 - f)
        dz[t, :, 2] = dc_t * i * (1 - g**2)
        dz[t, :, 3] = dh_t * shown * o * (1 - o)
        dh_back = np.einsum("nkm,kmj->nj", dz[t], w)
        dc_back = dc_t * f
    return LSTMGradients(
        x=np.einsum("tnkm,kmj->tnj", dz, u),
        h0=dh_back,
        c0=dc_back,
        u=np.einsum("tnkm,tnj->kmj", dz, trace.x),
        w=np.einsum("tnkm,tnj->kmj", dz, trace.h[:-1]),
        b=dz.sum(axis=(0, 1)),
    )
