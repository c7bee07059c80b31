"""Attention over batches and heads: scaled dot products with masks, and multi-head attention with its projections."""

from __future__ import annotations

from math import prod, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._threads import share
from .activations import Array

Mask = NDArray[np.bool_]

LARGE = 64 * 64  # scores of a head from which it pays to take one head after the other, so that they stay in the cache
PRODUCT = 10**6  # multiplications up to which OpenBLAS has a way for small matrices, on the thread that calls it
SMALL = 50.0  # scores up to here are exponentiated as they are: e^±50 is far from overflow, and hardly less exact


class Attention(NamedTuple):
    """What attention computed: `out` (…, n, d_v) and the `weights` (…, n, m), each row of which sums to 1."""

    out: Array
    weights: Array


class Gradients(NamedTuple):
    """The gradients by queries (…, n, d), keys (…, m, d) and values (…, m, d_v)."""

    q: Array
    k: Array
    v: Array


class Projections(NamedTuple):
    """The weights of multi-head attention of width d: `wq`, `wo` (d, d), `wk`, `wv` (d, d_c), the biases (d,).

    d_c is the width of the context, d itself for self-attention. Head i has the i-th block of rows of `wq`, `wk` and `wv`
    and the i-th block of columns of `wo`.
    """

    wq: Array
    wk: Array
    wv: Array
    wo: Array
    bq: Array
    bk: Array
    bv: Array
    bo: Array


class MultiHead(NamedTuple):
    """What multi-head attention computed.

    `y` (N, n, d); `x` (N, n, d) and `context` (N, m, d_c) as given; `q`, `k`, `v` (N, h, n or m, d/h); `passed` by the heads;
    `joined` (N, n, d), the outputs of the heads side by side.
    """

    y: Array
    x: Array
    context: Array
    q: Array
    k: Array
    v: Array
    passed: Attention
    joined: Array


class MultiHeadGradients(NamedTuple):
    """The gradients by x, the context and the projections, in their shapes. In self-attention x takes both: `x + context`."""

    x: Array
    context: Array
    projections: Projections


def causal_mask(n: int) -> Mask:
    """True where a query may see a key: position t sees 1 to t. (n, n)."""
    return np.tri(n, dtype=bool)


def attention(
    q: Array, k: Array, v: Array, mask: Mask | None = None, *, causal: bool = False, scale: float | None = None
) -> Attention:
    """softmax(scale·QKᵀ)V along the keys, for any number of leading axes, as N×h.

    q: (…, n, d), k: (…, m, d), v: (…, m, d_v). `mask` is True where a query may see a key and broadcasts to (…, n, m);
    `causal` (n = m) hides what comes later. scale is 1/√d unless given. ValueError where shapes do not fit, both named, and
    where a query may see no key. Vaswani et al. 2017, equation 1.
    """
    _require_fitting(q, k, v)
    seen = _mask_of(mask, causal, (*q.shape[:-1], k.shape[-2]))
    scale = 1 / sqrt(q.shape[-1]) if scale is None else scale
    if q.shape[-2] * k.shape[-2] < LARGE:
        queries = q * scale
        weights = np.matmul(queries, k.swapaxes(-1, -2))
        _softmax_in_place(weights, seen, float(np.vdot(queries, queries)) * float(np.vdot(k, k)))
        return Attention(np.matmul(weights, v), weights)
    lead, n, (m, d_v) = q.shape[:-2], q.shape[-2], v.shape[-2:]
    weights, out, heads = np.empty((*lead, n, m)), np.empty((*lead, n, d_v)), list(np.ndindex(lead))
    if seen is not None:
        seen = np.broadcast_to(seen, weights.shape)

    def attend(part: range) -> None:
        for at in heads[part.start : part.stop]:
            _head(q[at] * scale, k[at], v[at], None if seen is None else seen[at], weights[at], out[at])

    share(attend, len(heads), weights.size)
    return Attention(out, weights)


def _head(q: Array, k: Array, v: Array, seen: Mask | None, weights: Array, out: Array) -> None:
    """Attention of one head, n×d, m×d and m×d_v, into n×m and n×d_v: as many queries at a time as make a small product."""
    keys = np.ascontiguousarray(k.T)
    squares = _longest(q) * _longest(k)
    at_once = max(1, PRODUCT // max(k.size, v.size))
    for first in range(0, len(q), at_once):
        some = slice(first, first + at_once)
        np.matmul(q[some], keys, out=weights[some])
        _softmax_in_place(weights[some], None if seen is None else seen[some], squares)
        np.matmul(weights[some], v, out=out[some])


def attention_backward(
    grad: Array, q: Array, k: Array, v: Array, passed: Attention, *, scale: float | None = None
) -> Gradients:
    """The gradients of `attention`, given grad = ∂E/∂out: (…, n, d_v), and the same q, k, v and scale.

    ∂E/∂S = A ⊙ (∂E/∂A − Σ grad ⊙ out), with the sum along each row. Hidden keys have weight 0 and get none. ValueError where
    grad has not the shape of `out`. Dao et al. 2022, appendix B.2.
    """
    _require_fitting(q, k, v)
    if grad.shape != passed.out.shape:
        raise ValueError(f"grad must have the shape {passed.out.shape} of the output, it has {grad.shape}")
    scale = 1 / sqrt(q.shape[-1]) if scale is None else scale
    rows = (grad * passed.out).sum(axis=-1, keepdims=True)
    if q.shape[-2] * k.shape[-2] < LARGE:
        scores = np.matmul(grad, v.swapaxes(-1, -2))
        scores -= rows
        scores *= passed.weights
        scores *= scale
        return Gradients(
            q=np.matmul(scores, k),
            k=np.matmul(scores.swapaxes(-1, -2), q),
            v=np.matmul(passed.weights.swapaxes(-1, -2), grad),
        )
    found = Gradients(np.empty(q.shape), np.empty(k.shape), np.empty(v.shape))
    scores = np.empty((q.shape[-2], k.shape[-2]))
    for at in np.ndindex(q.shape[:-2]):
        weights = passed.weights[at]
        np.matmul(grad[at], v[at].T, out=scores)
        scores -= rows[at]
        scores *= weights
        scores *= scale
        np.matmul(scores, k[at], out=found.q[at])
        np.matmul(scores.T, q[at], out=found.k[at])
        np.matmul(weights.T, grad[at], out=found.v[at])
    return found


def multi_head(
    x: Array,
    p: Projections,
    heads: int,
    context: Array | None = None,
    mask: Mask | None = None,
    *,
    causal: bool = False,
) -> MultiHead:
    """Each head attends with its own part of the width, and W_O mixes what they found.

    x: (N, n, d) asks; the keys and values come from `context`: (N, m, d_c), or from x. `mask` broadcasts to (N, h, n, m).
    ValueError where shapes do not fit, both named. Vaswani et al. 2017, section 3.2.2.
    """
    context = x if context is None else context
    _require_projections(x, context, p, heads)
    q, k, v = (
        _split(part @ w.T + b, heads) for part, w, b in ((x, p.wq, p.bq), (context, p.wk, p.bk), (context, p.wv, p.bv))
    )
    passed = attention(q, k, v, mask, causal=causal)
    joined = _join(passed.out)
    return MultiHead(joined @ p.wo.T + p.bo, x, context, q, k, v, passed, joined)


def multi_head_backward(grad: Array, p: Projections, run: MultiHead) -> MultiHeadGradients:
    """The gradients of `multi_head`, given grad = ∂E/∂y: (N, n, d); weights and biases are summed over N and n.

    ValueError where grad has not the shape of y.
    """
    if grad.shape != run.y.shape:
        raise ValueError(f"grad must have the shape {run.y.shape} of the output, it has {grad.shape}")
    slopes = attention_backward(_split(grad @ p.wo, run.q.shape[1]), run.q, run.k, run.v, run.passed)
    dq, dk, dv = (_join(slope) for slope in slopes)
    return MultiHeadGradients(
        x=dq @ p.wq,
        context=dk @ p.wk + dv @ p.wv,
        projections=Projections(
            wq=_outer(dq, run.x),
            wk=_outer(dk, run.context),
            wv=_outer(dv, run.context),
            wo=_outer(grad, run.joined),
            bq=dq.sum(axis=(0, 1)),
            bk=dk.sum(axis=(0, 1)),
            bv=dv.sum(axis=(0, 1)),
            bo=grad.sum(axis=(0, 1)),
        ),
    )


def _softmax_in_place(scores: Array, seen: Mask | None, squares: float) -> None:
    """Softmax along the last axis, where no score squared is beyond `squares`: small ones need no shift to be safe.

    No dot product is beyond the product of the lengths (Cauchy–Schwarz).
    """
    if seen is not None:
        np.copyto(scores, -np.inf, where=~seen)
    if not squares < SMALL**2:
        scores -= np.maximum.reduce(scores, axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores *= 1 / np.add.reduce(scores, axis=-1, keepdims=True)


def _longest(rows: Array) -> float:
    """The largest squared length of a row."""
    return float(np.einsum("ij,ij->i", rows, rows).max(initial=0.0))


def _mask_of(mask: Mask | None, causal: bool, shape: tuple[int, ...]) -> Mask | None:
    if mask is not None:
        try:
            fits = np.broadcast_shapes(np.shape(mask), shape) == shape
        except ValueError:
            fits = False
        if not fits or mask.dtype != np.bool_:
            raise ValueError(
                f"mask must be of booleans that broadcast to {shape}, it has the shape {mask.shape} of {mask.dtype}"
            )
    if causal:
        if shape[-2] != shape[-1]:
            raise ValueError(f"a causal mask wants as many keys as queries, there are {shape[-1]} and {shape[-2]}")
        if mask is None:
            return causal_mask(shape[-1])
        mask = mask & causal_mask(shape[-1])
    if mask is not None and not np.all(mask.any(axis=-1)):
        raise ValueError("the mask leaves some query no key to see")
    return mask


def _require_fitting(q: Array, k: Array, v: Array) -> None:
    if q.shape == k.shape == v.shape and q.ndim > 1 and q.size:
        return
    if q.ndim < 2 or k.ndim < 2 or q.shape[-1] != k.shape[-1] or q.shape[:-2] != k.shape[:-2]:
        raise ValueError(f"q and k must be (…, n, d) and (…, m, d), their shapes are {q.shape} and {k.shape}")
    if v.shape[:-1] != k.shape[:-1]:
        raise ValueError(f"v must have a row for each key of k of shape {k.shape}, its shape is {v.shape}")
    if not k.shape[-2] or not q.shape[-1]:
        raise ValueError(f"attention wants at least one key and one column, k has the shape {k.shape}")


def _require_projections(x: Array, context: Array, p: Projections, heads: int) -> None:
    if x.ndim != 3 or context.ndim != 3 or len(x) != len(context):
        raise ValueError(f"x and context must be N×n×d and N×m×d_c, their shapes are {x.shape} and {context.shape}")
    d, from_context = x.shape[-1], context.shape[-1]
    if heads < 1 or d % heads:
        raise ValueError(f"a width of {d} cannot be shared among {heads} heads")
    for name, part in p._asdict().items():
        due = (d,) if name[0] == "b" else (d, from_context if name[1] in "kv" else d)
        if part.shape != due:
            raise ValueError(f"{name} must have the shape {due} to fit x of shape {x.shape}, it has {part.shape}")


def _split(x: Array, heads: int) -> Array:
    """(N, n, d) to (N, h, n, d/h)."""
    return np.ascontiguousarray(x.reshape(*x.shape[:2], heads, -1).swapaxes(1, 2))


def _join(x: Array) -> Array:
    """(N, h, n, d/h) to (N, n, d)."""
    samples, heads, n, width = x.shape
    return x.swapaxes(1, 2).reshape(samples, n, heads * width)


def _outer(delta: Array, x: Array) -> Array:
    """Σ δ xᵀ over samples and positions: (N, n, a), (N, n, b) → (a, b)."""
    rows = prod(x.shape[:-1])
    return np.asarray(delta.reshape(rows, -1).T @ x.reshape(rows, -1))
