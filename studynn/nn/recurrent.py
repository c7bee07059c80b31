"""Recurrent layers over a batch and time, with backpropagation through time: the simple RNN, the LSTM and the GRU.

U acts on inputs, W on states. A batch has one sample a row, so a layer computes `x Uᵀ + h Wᵀ + b`; time runs along the
first axis. T steps, N samples, n inputs, m units. What does not fit is refused by a ValueError that names both shapes.
The LSTM and the GRU are written in files of their own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ._sequence import products, require, require_fit, room, rows
from .activations import ACTIVATIONS, Array
from .gru import GRU_GATES, GRUGradients, GRUTrace, gru_backward, gru_forward
from .lstm import GATES, LSTMGradients, LSTMTrace, lstm_backward, lstm_forward

__all__ = [
    "GATES",
    "GRU_GATES",
    "GRUGradients",
    "GRUTrace",
    "LSTMGradients",
    "LSTMTrace",
    "RNNGradients",
    "RNNTrace",
    "gru_backward",
    "gru_forward",
    "lstm_backward",
    "lstm_forward",
    "rnn_backward",
    "rnn_forward",
]


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
    require_fit(x, h0, (), u=u, w=w, b=b)
    (steps, samples, inputs), units = x.shape, h0.shape[1]
    layer = np.ascontiguousarray(np.concatenate([u, b[:, None], w], axis=1).T)
    seen, given, state = room(samples, inputs, units)
    a, h = np.empty((steps, samples, units)), np.empty((steps + 1, samples, units))
    h[0] = h0
    for t in range(steps):
        given[...], state[...] = x[t], h[t]
        h[t + 1] = f(np.matmul(seen, layer, out=a[t]))
    return RNNTrace(x, a, h)


def rnn_backward(trace: RNNTrace, u: Array, w: Array, dh: Array, activation: str = "tanh") -> RNNGradients:
    """Backpropagation through time. Goodfellow et al. 2016, section 10.2.2; Werbos 1990.

    dh T×N×m is the slope of the loss in each state as it is used outside the recurrence (in outputs).
    """
    _, slope = ACTIVATIONS[activation]
    require("dh", dh, trace.a.shape, "as the states have")
    da = 1 - trace.h[1:] ** 2 if activation == "tanh" else slope(trace.a)
    back = np.zeros_like(trace.h[0])
    for t in reversed(range(len(da))):
        back += dh[t]
        da[t] *= back
        np.matmul(da[t], w, out=back)
    return RNNGradients(
        x=(rows(da) @ u).reshape(trace.x.shape),
        h0=back,
        u=products(da, trace.x),
        w=products(da, trace.h[:-1]),
        b=da.sum(axis=(0, 1)),
    )
