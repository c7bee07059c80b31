"""`studynn compute binary-cross-entropy`: the loss of yes-or-no predictions, and its gradients."""

from typing import Annotated

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Vector
from studynn.core.picture import Mark, Picture, Plot, Track, sampled
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.core.values import components
from studynn.nn import losses
from studynn.nn.activations import Array, sigmoid
from studynn.nn.differences import central_differences
from studynn.worked._losses import binary_terms, binary_text, ln, numbers, over, require_same_shape, scalar

MOST_SAMPLES = 12
MEAN = Text("Divide the sum by N.", "总和还要除以 N。")


@example(
    title=Text("Binary cross-entropy", "二元交叉熵"),
    topic=("training", "autoencoder", "gan"),
    results=("p", "terms", "loss", "grad-p", "grad-z"),
    notes=(
        Text(
            "Natural logarithm, mean over the samples. For soft labels the smallest loss is not 0.",
            "用自然对数，对样本取平均。软标签时损失的最小值不为 0。",
        ),
    ),
)
def binary_cross_entropy(
    logits: Annotated[
        Vector,
        Input("z", Text("logits, one per sample", "对数几率，每个样本一个"), longest=MOST_SAMPLES, unless="probs"),
    ] = (2.0, -1.0),
    y: Annotated[
        Vector,
        Input("y", Text("labels from 0 to 1", "标签，0 到 1"), at_least=0, at_most=1, longest=MOST_SAMPLES),
    ] = (1.0, 0.0),
    probs: Annotated[
        Vector | None,
        Input(
            "p",
            Text("probabilities of label 1, instead of logits", "标签为 1 的概率，代替对数几率"),
            at_least=0,
            at_most=1,
            longest=MOST_SAMPLES,
        ),
    ] = None,
) -> Steps:
    """L = −(1/N) Σ [y ln p + (1 − y) ln(1 − p)] with p = σ(z); ∂L/∂z = (p − y)/N.

    A sure and wrong p costs infinitely much. Source: Goodfellow, Bengio & Courville 2016, section 6.2.2.2; Bishop 2006, (4.90), (4.91).
    """
    label = np.asarray(y, dtype=float)
    require_same_shape(binary_cross_entropy, "y", y, *(("logits", logits) if probs is None else ("probs", probs)))
    z = None if probs is not None else np.asarray(logits, dtype=float)
    p = np.asarray(probs, dtype=float) if z is None else (yield _p(np.asarray(logits, dtype=float)))
    terms = yield _terms(p, label, z)
    yield _loss(terms, p, label)
    if np.all((p > 0) & (p < 1)):
        yield _grad_p(p, label)
    yield _grad_z(p, label)
    return _remarks(p, label, z)


def _p(z: Array) -> Step:
    return Step("p", Text("Probabilities of label 1", "标签为 1 的概率"), "p = σ(z)", f"σ({value_text(z)})", sigmoid(z))


def _terms(p: Array, y: Array, z: Array | None) -> Step:
    terms = binary_terms(p, y)
    shown = f"[{', '.join(binary_text(float(a), float(b)) for a, b in zip(p, y, strict=True))}]"
    if z is not None and not np.all(np.isfinite(terms)):  # σ(z) is 0 or 1 in float64
        terms = np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))
        shown = value_text(terms)
    slips = []
    if np.all(np.isfinite(terms)):
        slips.append(Slip("base-two", Text("ln is meant, not log₂.", "这里是 ln，不是 log₂。"), terms / np.log(2)))
    if np.any(y < 1):
        hint = Text("A label 0 has its own half: −ln(1 − p).", "标签 0 有它的那一半：−ln(1 − p)。")
        slips.append(Slip("positive-half-only", hint, _first_half(p, y)))
    if np.all((p > 0) & (p < 1)):
        hint = Text("For label 1 take ln p, for label 0 take ln(1 − p).", "标签 1 取 ln p，标签 0 取 ln(1 − p)。")
        slips.append(Slip("labels-swapped", hint, binary_terms(p, 1 - y)))
    return Step(
        "terms",
        Text("Loss of each sample", "各样本的损失"),
        "−[y ln p + (1 − y) ln(1 − p)]",
        shown,
        terms,
        tuple(slips),
    )


def _first_half(p: Array, y: Array) -> Array:
    return np.asarray(-y * np.where(y == 0, 0.0, ln(np.where(y == 0, 1.0, p))) + 0.0)


def _loss(terms: Array, p: Array, y: Array) -> Step:
    hint = Text(
        "That is the squared error (Brier score); average the terms.", "那是平方误差（Brier 分数）；应对各项取平均。"
    )
    slips = [Slip("squared-error", hint, scalar(np.mean((p - y) ** 2)))]
    if len(terms) > 1:
        slips.append(Slip("sum-not-mean", MEAN, scalar(terms.sum())))
    return Step(
        "loss",
        Text("Mean loss", "平均损失"),
        "L = (1/N) Σ terms",
        f"mean({value_text(terms)})",
        scalar(terms.mean()),
        tuple(slips),
    )


def _grad_p(p: Array, y: Array) -> Step:
    n = len(p)
    share = over(p - y, p * (1 - p)) / n
    hint = Text("p itself is asked for: divide by p(1 − p) as well.", "求的是对 p 的导数：还要除以 p(1 − p)。")
    return Step(
        "grad-p",
        Text("Gradient by the probabilities", "对概率 p 的梯度"),
        "(p − y)/(p(1 − p))/N",
        f"({value_text(p)} − {value_text(y)})/({value_text(p)} ⊙ (1 − {value_text(p)})){_per(n)}",
        share,
        (Slip("grad-wrt-z", hint, (p - y) / n),),
    )


def _grad_z(p: Array, y: Array) -> Step:
    n = len(p)
    slips = [Slip("gradient-sign", Text("It is p minus y.", "应为 p 减 y。"), (y - p) / n + 0.0)]
    if np.all((p > 0) & (p < 1)):
        hint = Text(
            "The slope σ′ cancels here; it stays only with squared error.", "这里 σ′ 恰好约去；用平方误差时它才保留。"
        )
        slips.append(Slip("slope-kept", hint, (p - y) * p * (1 - p) / n))
    if n > 1:
        slips.append(Slip("sum-not-mean", MEAN, p - y))
    return Step(
        "grad-z",
        Text("Gradient by the logits", "对 z 的梯度"),
        "(p − y)/N",
        f"({value_text(p)} − {value_text(y)}){_per(n)}",
        (p - y) / n,
        tuple(slips),
    )


def _per(n: int) -> str:
    return f"/{n}" if n > 1 else ""


def _remarks(p: Array, y: Array, z: Array | None) -> list[Text]:
    notes = []
    wrong = bool(np.any(((p == 0) & (y > 0)) | ((p == 1) & (y < 1))))
    if wrong and z is None:
        notes.append(
            Text(
                "A sure prediction was wrong: the loss is infinite. Libraries cut p or the logarithm off.",
                "完全确信的预测错了：损失无穷大。各框架会截断 p 或对数。",
            )
        )
    elif wrong:
        notes.append(
            Text(
                "p rounds to 0 or 1 in float64; the loss was taken from the logits: max(z, 0) − yz + ln(1 + e^−|z|).",
                "p 在 float64 中舍入为 0 或 1；损失直接由 z 求得：max(z, 0) − yz + ln(1 + e^−|z|)。",
            )
        )
    if not np.all((p > 0) & (p < 1)):
        notes.append(
            Text("At p = 0 or 1 the slope by p is left out.", "p = 0 或 1 处不求对 p 的导数。"),
        )
    return notes


@binary_cross_entropy.check(
    "without σ: max(z, 0) − yz + ln(1 + e^−|z|), and gradients by central differences",
    "不经 σ：max(z, 0) − yz + ln(1 + e^−|z|)；梯度用中心差分",
)
def from_logits(logits: Value, y: Value, probs: Value) -> dict[str, Value]:
    """The engine on the logits; probabilities are turned into logits first where they have one."""
    label = np.asarray(y, dtype=float)
    p = sigmoid(np.asarray(logits, dtype=float)) if probs is None else np.asarray(probs, dtype=float)
    if np.any((p == 0) | (p == 1)):
        found = {"loss": losses.binary_cross_entropy(p, label)}
        return (
            found if probs is not None else {"loss": losses.binary_cross_entropy_with_logits(np.array(logits), label)}
        )
    z = np.array(logits, dtype=float) if probs is None else np.log(p / (1 - p))
    loss = losses.binary_cross_entropy_with_logits(z, label)
    terms = [losses.binary_cross_entropy_with_logits(z[i : i + 1], label[i : i + 1]) for i in range(len(z))]
    grad = losses.binary_cross_entropy_with_logits_backward(z, label)
    if np.abs(z).max() < 20:
        grad = central_differences(lambda: losses.binary_cross_entropy_with_logits(z, label), z)
    found_p = {"p": (1 + np.tanh(z / 2)) / 2} if probs is None else {}
    grad_p = losses.binary_cross_entropy_backward(p, label)
    return {**found_p, "terms": np.array(terms), "loss": loss, "grad-p": grad_p, "grad-z": grad}


MOST_CURVES = 4


MOST_CURVES = 4
MOST_LOSS = 10.0


@binary_cross_entropy.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The loss by p, a curve for each of up to four labels, with the samples; what costs more than 10 is left out."""
    p = components(worked.step("p").value if worked.has("p") else worked.inputs["probs"])
    samples = list(zip(p, worked.inputs["y"], components(worked.step("terms").value), strict=True))
    labels = sorted(set(worked.inputs["y"]))[:MOST_CURVES]

    def loss_for(label: float) -> Track:
        curve = sampled(lambda q: float(binary_terms(np.array(q), np.array(label))), 0.01, 0.99)
        return Track(Text(f"label y = {number_text(label)}", f"标签 y = {number_text(label)}"), curve)

    marks = tuple(Mark("●", (q, loss)) for q, y, loss in samples if y in labels and loss <= MOST_LOSS)
    legend = (("●", Text("the samples", "各样本")),) if marks else ()
    title = Text("The loss of a sample by its p", "单个样本的损失随 p 的变化")
    if len(labels) < len(set(worked.inputs["y"])):
        title = Text(f"{title.en}, for {MOST_CURVES} of the labels", f"{title.zh}（只画 {MOST_CURVES} 种标签）")
    return [Plot(title, tuple(map(loss_for, labels)), marks, legend)]


@binary_cross_entropy.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: one probability; 2: two logits, labels 1 and 0; 3: three logits, one label soft."""
    if level == 1:
        p = pick(rng, (0.05, 0.1, 0.2, 0.25, 0.3, 0.35, 0.65, 0.7, 0.75, 0.8, 0.9, 0.95))
        return {"probs": (p,), "y": (float(rng.randint(0, 1)),)}
    z = numbers(rng, level, tuple(number / 2 for number in range(-6, 7) if abs(number) > 0))
    y = numbers(rng, level, (0, 1))
    if len(set(y)) == 1 or len(set(z)) == 1:
        return None
    if level == 3:
        soft = rng.randint(0, 2)
        y = tuple(pick(rng, (0.1, 0.9)) if index == soft else label for index, label in enumerate(y))
    p_all = sigmoid(np.array(z))
    return {"logits": z, "y": y} if np.abs(p_all - 0.5).min() > 0.1 else None
