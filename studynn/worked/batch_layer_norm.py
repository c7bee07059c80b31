"""`studynn compute batch-layer-norm`: the same formula along two axes, per feature over the batch or per sample."""

from typing import Annotated, Literal

import numpy as np

from studynn.core.draw import Rng, pick, shuffled
from studynn.core.inputs import Input, Matrix, Vector
from studynn.core.picture import Cells, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn import normalisation as engine
from studynn.nn.activations import Array
from studynn.worked._layers import array_text, minus
from studynn.worked._losses import column, follow, refusal, size
from studynn.worked._sketches import written
from studynn.worked._statistics import deviations, mean_of, mean_text, row_text, variance_of
from studynn.worked._training import low

MOST = 8
Kind = Literal["batch", "layer", "inference"]


@example(
    title=Text("Batch and layer normalisation", "批归一化与层归一化"),
    topic=("training", "cnn", "transformer"),
    results=("mean", "var", "normalised", "y", "running-mean"),
)
def batch_layer_norm(
    x: Annotated[Matrix, Input("x", Text("samples, one a row", "样本，每行一个"), longest=MOST)] = (
        (0.0, 4.0),
        (6.0, 0.0),
        (8.0, 2.0),
        (14.0, 2.0),
    ),
    kind: Annotated[
        Kind,
        Input(
            "kind",
            Text(
                "batch: over the samples; layer: over the features; inference: batch norm after training",
                "batch：对各样本；layer：对各特征；inference：训练之后的批归一化",
            ),
        ),
    ] = "batch",
    gamma: Annotated[
        Vector, Input("γ", Text("learned scale, per feature", "可学习的缩放，每个特征一个"), longest=MOST)
    ] = (
        2.0,
        1.0,
    ),
    beta: Annotated[
        Vector, Input("β", Text("learned shift, per feature", "可学习的平移，每个特征一个"), longest=MOST)
    ] = (
        1.0,
        0.0,
    ),
    eps: Annotated[float, Input("ε", Text("added to the variance", "加在方差上的小数"), at_least=0, at_most=1)] = 1e-5,
    momentum: Annotated[
        float, Input("m", Text("weight of the new statistic", "新统计量的权重"), at_least=0, at_most=1)
    ] = 0.1,
    running_mean: Annotated[
        Vector | None,
        Input("r", Text("running mean so far (0 unless given)", "此前的滑动均值（默认 0）"), longest=MOST),
    ] = None,
    running_var: Annotated[
        Vector | None,
        Input(
            "s²",
            Text("running variance, for inference (1 unless given)", "滑动方差，推断时用（默认 1）"),
            at_least=0,
            longest=MOST,
        ),
    ] = None,
) -> Steps:
    """γ(x − μ)/√(σ² + ε) + β. Source: Ioffe & Szegedy 2015, algorithms 1 and 2; Ba, Kiros & Hinton 2016."""
    samples = np.asarray(x, dtype=float)
    d = samples.shape[1]
    r, s2 = (
        np.full(d, start) if given is None else np.asarray(given, dtype=float)
        for given, start in ((running_mean, 0.0), (running_var, 1.0))
    )
    vectors = {"gamma": gamma, "beta": beta, "running_mean": running_mean, "running_var": running_var}
    _refuse(samples, kind, vectors, eps)
    if kind == "inference":
        standard = yield _normalised(samples, r, s2, eps, kind)
    else:
        mean = follow((yield _mean(samples, kind)))
        var = follow((yield _var(samples, mean, kind)))
        standard = yield _normalised(samples, mean, var, eps, kind)
    yield _y(follow(standard), np.asarray(gamma, dtype=float), np.asarray(beta, dtype=float))
    if kind == "batch":
        yield _running_mean(mean, r, momentum)
    return _notes(kind)


def _refuse(x: Array, kind: str, vectors: dict[str, Vector | None], eps: float) -> None:
    for name, vector in vectors.items():
        if vector is not None and len(vector) != x.shape[1]:
            allowed = Text(
                f"must have {x.shape[1]} numbers, as --x of {size(x)} has features, it has {len(vector)}",
                f"应有 {x.shape[1]} 个数，与 {size(x)} 的 --x 的特征数相同，现有 {len(vector)} 个",
            )
            raise refusal(batch_layer_norm, name, vector, allowed)
    if kind == "batch" and len(x) == 1:
        allowed = Text(
            "must have at least 2 samples for batch norm: one has no variance (PyTorch refuses it too)",
            "批归一化至少要 2 个样本：单个样本没有方差（PyTorch 也会报错）",
        )
        raise refusal(batch_layer_norm, "x", x, allowed)
    if kind == "layer" and x.shape[1] == 1:
        allowed = Text("must have at least 2 features for layer norm", "层归一化至少要 2 个特征")
        raise refusal(batch_layer_norm, "x", x, allowed)
    var = vectors["running_var"] if kind == "inference" else variance_of(x if kind == "batch" else x.T)
    if eps == 0 and var is not None and np.any(np.asarray(var) == 0):
        allowed = Text("must be above 0, as some variance is 0", "有的方差为 0，ε 应大于 0")
        raise refusal(batch_layer_norm, "eps", eps, allowed)


def _mean(x: Array, kind: str) -> Step:
    parts = x if kind == "batch" else x.T
    hint = (
        Text("Batch norm: one mean for each feature, over the samples.", "批归一化：每个特征一个均值，对各样本求。")
        if kind == "batch"
        else Text(
            "Layer norm: one mean for each sample, over its features.", "层归一化：每个样本一个均值，对其特征求。"
        )
    )
    return Step(
        "mean",
        Text("Mean of each feature", "每个特征的均值")
        if kind == "batch"
        else Text("Mean of each sample", "每个样本的均值"),
        "μⱼ = (1/N) Σᵢ xᵢⱼ" if kind == "batch" else "μᵢ = (1/d) Σⱼ xᵢⱼ",
        mean_text(parts, len(parts)),
        mean_of(parts),
        (Slip("wrong-axis", hint, mean_of(parts.T)),) if parts.shape[1] > 1 else (),
    )


def _var(x: Array, mean: Array, kind: str) -> Step:
    parts = x if kind == "batch" else x.T
    apart = deviations(parts, mean)
    squares, count = (apart**2).sum(axis=0), len(parts)
    hint = Text(
        "Here the divisor is n; only the running variance takes n − 1.", "这里除以 n；只有滑动方差才除以 n − 1。"
    )
    return Step(
        "var",
        Text("Variance, with divisor n", "方差，除以 n"),
        "σ²ⱼ = (1/N) Σᵢ (xᵢⱼ − μⱼ)²" if kind == "batch" else "σ²ᵢ = (1/d) Σⱼ (xᵢⱼ − μᵢ)²",
        mean_text(apart, count, "²"),
        squares / count,
        (Slip("n-minus-one", hint, squares / (count - 1)),) if np.any(squares) else (),
    )


def _normalised(x: Array, mean: Array, var: Array, eps: float, kind: str) -> Step:
    write = column if kind == "layer" else row_text
    along = np.shape(mean) + ((1,) if kind == "layer" else ())
    safe = np.reshape(var, along) + eps
    if np.any(safe <= 0):
        raise ArithmeticError("no root of what is not above 0")  # only where a learner went wrong before
    centred = minus(x, np.reshape(mean, along) * np.ones_like(x))
    slips = []
    if np.any(centred):
        hint = Text("Divide by the root of the variance, not by the variance.", "应除以方差的平方根，而不是方差。")
        slips.append(Slip("divided-by-variance", hint, centred / safe))
    if np.any(mean):
        hint = Text("First take the mean off, then divide.", "先减去均值，再相除。")
        slips.append(Slip("not-centred", hint, x / np.sqrt(safe)))
    if kind == "inference" and len(x) > 1:
        own, spread = mean_of(x), variance_of(x)
        if np.all(spread + eps > 0):
            hint = Text(
                "After training the running statistics are used, not those of the batch at hand.",
                "训练之后用滑动统计量，而不是当前批次的统计量。",
            )
            slips.append(Slip("batch-statistics", hint, deviations(x, own) / np.sqrt(spread + eps)))
    return Step(
        "normalised",
        Text("Normalised values", "归一化后的值"),
        "x̂ = (x − r)/√(s² + ε)" if kind == "inference" else "x̂ = (x − μ)/√(σ² + ε)",
        f"({array_text(x)} − {write(mean)})/√({write(var)} + {number_text(eps)})",
        centred / np.sqrt(safe),
        tuple(slips),
    )


def _y(standard: Array, gamma: Array, beta: Array) -> Step:
    slips = []
    if np.any(gamma != 1):
        hint = Text("Each feature is first scaled by its γ.", "每个特征要先乘以自己的 γ。")
        slips.append(Slip("gamma-forgotten", hint, standard + beta))
    if np.any((beta != 0) & (gamma != 1)):
        hint = Text("β comes after the scaling: γ does not multiply it.", "β 在缩放之后才加：不乘 γ。")
        slips.append(Slip("beta-scaled", hint, gamma * (standard + beta)))
    if np.any(beta):
        hint = Text("Finally, each feature is shifted by its β.", "最后每个特征还要加上自己的 β。")
        slips.append(Slip("beta-forgotten", hint, gamma * standard))
    return Step(
        "y",
        Text("Scaled and shifted values", "缩放并平移后的值"),
        "y = γ ⊙ x̂ + β",
        f"{row_text(gamma)} ⊙ {array_text(standard)} + {row_text(beta)}",
        gamma * standard + beta,
        tuple(slips),
    )


def _running_mean(mean: Array, start: Array, momentum: float) -> Step:
    hint = Text(
        "In PyTorch momentum weighs the new mean; in Keras the old one.",
        "PyTorch 的 momentum 是新均值的权重；Keras 的是旧均值的。",
    )
    apart = momentum != 0.5 and np.any(mean != start)
    return Step(
        "running-mean",
        Text("Running mean, kept for inference", "滑动均值，留作推断用"),
        "r ← (1 − m)r + mμ",
        f"(1 − {number_text(momentum)})·{value_text(start)} + {number_text(momentum)}·{value_text(mean)}",
        (1 - momentum) * start + momentum * mean,
        (Slip("momentum-reversed", hint, momentum * start + (1 - momentum) * mean),) if apart else (),
    )


def _notes(kind: str) -> list[Text]:
    if kind == "layer":
        return [
            Text(
                "Layer norm looks at one sample only: it is the same in training and inference, with any batch.",
                "层归一化只看单个样本：训练与推断相同，与批次无关。",
            )
        ]
    return [
        Text(
            "The running variance is fed with the divisor n − 1. Keras: ε = 1e−3, and its momentum 0.99 weighs the old statistic.",
            "滑动方差更新时除以 n − 1。Keras：ε = 1e−3，其 momentum 0.99 是旧统计量的权重。",
        ),
        Text(
            "In a CNN there is one mean per channel, over samples, rows and columns.",
            "在 CNN 中每个通道一个均值，对样本、行、列一起求。",
        ),
    ]


@batch_layer_norm.check("the engine's layer, whose x̂ has mean 0", "用引擎的归一化层（其 x̂ 均值为 0）")
def by_engine(
    x: Matrix, kind: Kind, gamma: Vector, beta: Vector, eps: float, momentum: float, **running: Vector | None
) -> dict[str, Value]:
    """μ and σ² as moments, E[x²] − μ² with x moved near 0; the rest by the layers of the engine."""
    samples, scale, shift = (np.asarray(part, dtype=float) for part in (x, gamma, beta))
    started = zip(engine.fresh(len(scale)), (running["running_mean"], running["running_var"]), strict=True)
    kept = engine.Running(*(start if given is None else np.asarray(given, dtype=float) for start, given in started))
    if kind == "inference":
        passed = engine.batch_norm_inference(samples, scale, shift, kept, epsilon=eps)
        return {"normalised": passed.standard, "y": passed.y}
    parts = samples if kind == "batch" else samples.T
    near_zero = parts - parts[0]
    centre, square = near_zero.mean(axis=0), (near_zero**2).mean(axis=0)
    moments = {"mean": parts[0] + centre, "var": square - centre**2}
    if kind == "layer":
        passed = engine.layer_norm(samples, scale, shift, epsilon=eps)
        return moments | {"normalised": passed.standard, "y": passed.y}
    passed, kept = engine.batch_norm(samples, scale, shift, kept, epsilon=eps, momentum=momentum)
    return moments | {"normalised": passed.standard, "y": passed.y, "running-mean": kept.mean}


TIDY = ((2, 2), (3, 3), (4, 4), (5, 5), (1, 7), (2, 14), (7, 17), (3, 21))
ROUGH = (*TIDY, (1, 3), (2, 4), (1, 5), (3, 5), (2, 6), (4, 6))


@batch_layer_norm.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The matrix with its means beside it, and in brackets what shares the first of them."""
    x, kind, kept = (worked.inputs[name] for name in ("x", "kind", "running_mean"))
    labels = tuple(f"x{low(i)}" for i in range(1, len(x) + 1))
    rows = [written(row) for row in x]
    if kind == "layer":
        means = written(worked.step("mean").value)
        rows = [("",) * len(x[0]) + ("μ",), *((*row, mean) for row, mean in zip(rows, means, strict=True))]
        title = Text(
            "Layer norm: a mean for each row, the first row in brackets", "层归一化：每行一个均值，方括号内为第一行"
        )
        return [Cells(title, tuple(rows), tuple((1, j) for j in range(len(x[0]))), ("", *labels))]
    if kind == "inference":
        title = Text("Inference: each column has the mean r kept from training", "推断：每列用训练时留下的均值 r")
        return [Cells(title, (*rows, written(kept or (0.0,) * len(x[0]))), (), (*labels, "r"))]
    title = Text(
        "Batch norm: a mean for each column, the first in brackets", "批归一化：每列一个均值，方括号内为第一列"
    )
    return [
        Cells(title, (*rows, written(worked.step("mean").value)), tuple((i, 0) for i in range(len(x))), (*labels, "μ"))
    ]


@batch_layer_norm.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: batch, one feature, whole σ; 2: two features with γ and β; 3: layer norm, or batch norm in inference, or
    its running mean on the way.
    """
    if level == 1:
        return {"x": tuple((number,) for number in _four(rng, TIDY)), "gamma": (1.0,), "beta": (0.0,), "eps": 0.0}
    form = {2: "batch", 3: pick(rng, ("layer", "inference", "batch"))}[level]
    features = 4 if form == "layer" else 2
    gamma = (pick(rng, (0.5, 1.5, 2.5)), *(pick(rng, (0.5, 2.0, 3.0, -1.0)) for _ in range(features - 1)))
    beta = tuple(pick(rng, (-1.8, -1.2, 0.3, 0.7, 1.2, 2.1)) for _ in range(features))  # y is never 0 but for ε
    rows = [_four(rng, ROUGH) for _ in range(2)]
    given: Inputs = {"gamma": gamma, "beta": beta}
    before = tuple(float(rng.randint(1, 9)) for _ in range(2))
    if level == 3 and form == "batch":
        given |= {"running_mean": before, "momentum": pick(rng, (0.1, 0.2, 0.25))}
    if form == "batch":
        return given | {"x": tuple(zip(*rows, strict=True))}
    if form == "layer":
        return given | {"x": tuple(rows), "kind": "layer"}
    return given | {
        "x": tuple(row[:2] for row in rows),
        "kind": "inference",
        "running_mean": before,
        "running_var": tuple(pick(rng, (0.25, 4.0, 9.0, 16.0, 25.0)) for _ in range(2)),
    }


def _four(rng: Rng, spreads: tuple[tuple[int, int], ...]) -> tuple[float, ...]:
    a, b = pick(rng, spreads)
    middle = rng.randint(2, 20)
    return tuple(float(middle + deviation) for deviation in shuffled(rng, [-a, a, -b, b]))
