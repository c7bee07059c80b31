"""`studynn compute attention`: scores of queries against keys, softmax, and the weighted mean of the values."""

from math import fsum, sqrt
from typing import Annotated, Literal

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Matrix
from studynn.core.picture import HeatMap, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text
from studynn.nn import attention as engine
from studynn.nn.activations import Array, softmax
from studynn.worked._layers import array_text, settled
from studynn.worked._losses import follow, refusal, size

MOST = 16
V = ((1.0, 0.0), (0.0, 2.0), (4.0, 1.0))


@example(
    title=Text("Scaled dot-product attention", "缩放点积注意力"),
    topic="transformer",
    results=("scores", "weights", "out"),
)
def attention(
    q: Annotated[Matrix, Input("Q", Text("queries, one a row", "查询，每行一个"), longest=MOST, unless="scores")] = (
        (1.0, 0.0, 1.0, 0.0),
        (0.0, 2.0, 0.0, 0.0),
    ),
    k: Annotated[Matrix, Input("K", Text("keys, one a row", "键，每行一个"), longest=MOST, unless="scores")] = (
        (2.0, 0.0, 0.0, 0.0),
        (0.0, 2.0, 0.0, 1.0),
        (0.0, 0.0, 2.0, 1.0),
    ),
    v: Annotated[Matrix, Input("V", Text("values, one row per key", "值，每个键对应一行"), longest=MOST)] = V,
    mask: Annotated[
        Literal["none", "causal"],
        Input("mask", Text("causal: position t sees 1 to t", "causal：位置 t 只能看到 1 到 t")),
    ] = "none",
    no_scale: Annotated[bool, Input("no-scale", Text("leave √dₖ out", "不除以 √dₖ"), unless="scores")] = False,
    scores: Annotated[
        Matrix | None,
        Input("S", Text("scores, ready made, instead of Q and K", "直接给出分数，代替 Q 与 K"), longest=MOST),
    ] = None,
) -> Steps:
    """softmax(QKᵀ/√dₖ)V, row by row. Source: Vaswani et al. 2017, equation 1; document 002."""
    given = None if scores is None else np.asarray(scores, dtype=float)
    queries, keys, values = (np.asarray(part, dtype=float) for part in (q, k, v))
    _refuse(queries, keys, given)
    n, m = (len(queries), len(keys)) if given is None else given.shape
    if mask == "causal" and n != m:
        allowed = Text(
            f"needs as many keys as queries, there are {m} and {n}", f"要求键与查询个数相同，现为 {m} 个与 {n} 个"
        )
        raise refusal(attention, "mask", mask, allowed)
    if len(values) != m and not (given is not None and v == V):
        allowed = Text(
            f"must have {m} rows, one per key, it is {size(values)}", f"应有 {m} 行，每个键一行，现为 {size(values)}"
        )
        raise refusal(attention, "v", v, allowed)
    s = follow((yield _scores(queries, keys, not no_scale))) if given is None else given
    seen = np.tri(n, m, dtype=bool) if mask == "causal" else np.ones((n, m), dtype=bool)
    weights = follow((yield _weights(s, seen)))
    notes = _notes(given is None and no_scale, mask)
    if len(values) != m:
        notes.append(Text("Without --v of one row per key, the weights are all.", "未给出行数相符的 --v，只算到权重。"))
        return notes
    yield _out(weights, values, seen)
    return notes


def _refuse(q: Array, k: Array, scores: Array | None) -> None:
    if scores is None and k.shape[1] != q.shape[1]:
        allowed = Text(
            f"must have {q.shape[1]} columns to fit --q of {size(q)}, it is {size(k)}",
            f"应有 {q.shape[1]} 列，才能与 {size(q)} 的 --q 相配，现为 {size(k)}",
        )
        raise refusal(attention, "k", k, allowed)


def _scores(q: Array, k: Array, scaled: bool) -> Step:
    d = q.shape[1]
    raw = settled(q @ k.T, np.abs(q) @ np.abs(k).T)
    value = raw / sqrt(d) if scaled else raw
    slips = []
    if scaled and d > 1:
        hint = Text("Long vectors give large products: divide by √dₖ.", "维数大时点积也大：要除以 √dₖ。")
        slips.append(Slip("not-scaled", hint, raw))
        hint = Text("Not dₖ itself: the root of dₖ is divided by.", "除数是 dₖ 的平方根，不是 dₖ。")
        slips.append(Slip("divided-by-d", hint, raw / d))
    if len(q) != len(k):
        hint = Text("One row for each query, one column for each key: QKᵀ.", "每行对应一个查询，每列对应一个键：QKᵀ。")
        slips.append(Slip("key-scores", hint, value.T.copy()))
    product = f"{array_text(q)}·{array_text(k)}ᵀ"
    return Step(
        "scores",
        Text("Scores: a row per query, a column per key", "分数：每行一个查询，每列一个键"),
        "S = QKᵀ/√dₖ" if scaled else "S = QKᵀ",
        f"{product}/√{d}" if scaled else product,
        value,
        tuple(slips),
    )


def _weights(s: Array, seen: Array) -> Step:
    masked = np.where(seen, s, -np.inf)
    hint = Text(
        "Each query shares out a total of 1 among the keys: rows sum to 1.", "每个查询把 1 分给各个键：每行之和为 1。"
    )
    slips = [Slip("softmax-over-queries", hint, softmax(masked.T).T)]
    sums = np.where(seen, s, 0.0).sum(axis=1, keepdims=True)
    if np.all(sums != 0):
        hint = Text("Take e to the power of each score before dividing by the sum.", "先取 e 的指数，再除以总和。")
        slips.append(Slip("scores-normalised", hint, np.where(seen, s, 0.0) / sums))
    if not np.all(seen):
        hints = {
            "mask-after-softmax": Text(
                "Mask before the softmax, so that what is left sums to 1.",
                "应在 softmax 之前遮住，剩下的权重之和才为 1。",
            ),
            "mask-with-zero-score": Text(
                "A score of 0 still weighs e⁰ = 1: a hidden key gets −∞.", "分数 0 仍有 e⁰ = 1 的份额：遮住的应取 −∞。"
            ),
            "future-allowed": Text("Position t must not see what comes after it.", "位置 t 不能看到它之后的位置。"),
        }
        wrong = (softmax(s) * seen, softmax(np.where(seen, s, 0.0)), softmax(s))
        slips += [Slip(tag, hint, value) for (tag, hint), value in zip(hints.items(), wrong, strict=True)]
    return Step(
        "weights",
        Text("Weights: softmax of each row", "权重：逐行 softmax"),
        "A = softmax(S)" if np.all(seen) else "A = softmax(S), Sᵢⱼ = −∞ (j > i)",
        f"softmax({array_text(masked)})",
        softmax(masked),
        tuple(slips),
    )


def _out(weights: Array, v: Array, seen: Array) -> Step:
    best = Text("Attention is soft: every value counts, with its weight.", "注意力是“软”的：每个值都按权重计入。")
    mean = Text("The values do not count alike: weigh them with A.", "各个值的分量不同：要按 A 加权。")
    return Step(
        "out",
        Text("Output: weighted means of the values", "输出：值的加权平均"),
        "A·V",
        f"{array_text(weights)}·{array_text(v)}",
        weights @ v,
        (
            Slip("hard-attention", best, v[weights.argmax(axis=1)]),
            Slip("plain-mean", mean, seen @ v / seen.sum(axis=1, keepdims=True)),
        ),
    )


def _notes(no_scale: bool, mask: str) -> list[Text]:
    notes = [
        Text(
            "Keras' Attention layer does not scale unless told to; the Transformer divides by √dₖ.",
            "Keras 的 Attention 层默认不缩放；Transformer 要除以 √dₖ。",
        )
        if no_scale
        else Text(
            "The scale √dₖ keeps the softmax from saturating; Keras' Attention layer leaves it out by default.",
            "除以 √dₖ 可避免 softmax 饱和；Keras 的 Attention 层默认不除。",
        )
    ]
    if mask == "causal":
        notes.append(
            Text(
                "In a mask, True means 'keep' in Keras and in scaled_dot_product_attention, 'hide' in nn.MultiheadAttention.",
                "掩码中的 True：在 Keras 与 scaled_dot_product_attention 中表示“保留”，在 nn.MultiheadAttention 中表示“遮住”。",
            )
        )
    return notes


@attention.check(
    "dot product by dot product, then the vectorised attention of the engine", "逐个点积，再用引擎的向量化注意力"
)
def by_engine(q: Matrix, k: Matrix, v: Matrix, mask: str, no_scale: bool, scores: Matrix | None) -> dict[str, Value]:
    """Scores by loops; a query that is a row of scores, against the unit vectors as keys, has these scores."""
    found: dict[str, Value] = {}
    if scores is None:
        root = 1.0 if no_scale else sqrt(len(q[0]))
        scores = tuple(tuple(fsum(a * b for a, b in zip(row, key, strict=True)) / root for key in k) for row in q)
        found["scores"] = np.asarray(scores)
    s = np.asarray(scores, dtype=float)
    keys = np.eye(s.shape[1])
    fitting = len(v) == len(keys)
    values = np.asarray(v, dtype=float) if fitting else keys
    passed = engine.attention(s, keys, values, causal=mask == "causal", scale=1.0)
    found["weights"] = passed.weights
    return found | {"out": passed.out} if fitting else found


@attention.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The weights: a row for each query, a column for each key."""
    title = Text("Weights: a row a query, a column a key", "权重：每行一个查询，每列一个键")
    return [HeatMap(title, tuple(map(tuple, worked.step("weights").value.tolist())))]


@attention.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: one query, two or three keys, scores 0, 1, 2; 2: two queries, dₖ 2 to 4; 3: three tokens under a causal mask, or no scale."""
    mask, no_scale = "none", False
    if level == 3:
        mask, no_scale = pick(rng, (("causal", False), ("causal", False), ("causal", True), ("none", True)))
    n = 2 if level == 3 and mask == "none" else level
    m = 3 if level == 3 else pick(rng, (2, 3))
    d = 4 if level == 1 else pick(rng, (2, 3, 4))
    q, k = (_grid(rng, rows, d, 0 if level == 1 else -1, 2) for rows in (n, m))
    s = np.array(q) @ np.array(k).T / (1 if no_scale else sqrt(d))
    if np.any(s.max(axis=1) == s.min(axis=1)) or np.abs(s).max() > 3:
        return None  # equal weights, or as good as one key
    if level == 1 and not np.isin(s, (0, 1, 2)).all():
        return None
    if level == 3 and np.array_equal(s, s.T):
        return None
    return {"q": q, "k": k, "v": _grid(rng, m, 2, 0, 4), "mask": mask, "no_scale": no_scale}


def _grid(rng: Rng, rows: int, columns: int, low: int, high: int) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(rng.randint(low, high)) for _ in range(columns)) for _ in range(rows))
