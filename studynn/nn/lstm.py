"""The LSTM over a batch and time, with backpropagation through time. Letters and shapes are those of `recurrent`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ._sequence import open_gates, products, require, require_fit, room, rows, stacked
from .activations import Array

GATES = "ifgo"
"""The order in which the gates of an LSTM are stacked, PyTorch's: input, forget, candidate, output."""


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
    require_fit(x, h0, (4,), u=u, w=w, b=b)
    require("c0", c0, h0.shape, "as h0 has")
    (steps, samples, inputs), units = x.shape, h0.shape[1]
    layers, (seen, given, state) = stacked(u, w, b), room(samples, inputs, units)
    gates, taken_in = np.empty((steps, 4, samples, units)), np.empty((samples, units))
    c, h = np.empty((steps + 1, samples, units)), np.empty((steps + 1, samples, units))
    c[0], h[0] = c0, h0
    for t in range(steps):
        given[...], state[...] = x[t], h[t]
        i, f, g, o = np.matmul(seen, layers, out=gates[t])
        candidate = np.tanh(g)
        open_gates(gates[t])  # all four in one go, and then g is put right
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
    require("dh", dh, (steps, samples, units), "as the states have")
    gates, slopes = trace.gates.swapaxes(1, 2), np.empty((4, samples, units))
    dz = np.empty((steps, samples, 4 * units))
    di, df, dg, do = slopes
    back, shown = np.zeros((samples, units)), np.empty((samples, units))
    dc_t = np.zeros((samples, units)) if dc is None else dc.copy()
    parts = np.empty((4, samples, units))
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
        np.add.reduce(np.matmul(slopes, w, out=parts), out=back)
    return LSTMGradients(
        x=(rows(dz) @ u.reshape(4 * units, -1)).reshape(trace.x.shape),
        h0=back,
        c0=dc_t,
        u=products(dz, trace.x).reshape(u.shape),
        w=products(dz, trace.h[:-1]).reshape(w.shape),
        b=dz.sum(axis=(0, 1)).reshape(4, units),
    )
