"""`studynn compute cross-entropy`: the loss of a classifier and its gradient by the scores."""

from math import log
from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick, shuffled
from studynn.core.inputs import Counts, Input
from studynn.core.picture import Curve, Picture, sampled
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn import losses
from studynn.nn.activations import Array
from studynn.nn.activations import softmax as probabilities
from studynn.nn.differences import central_differences
from studynn.worked._losses import SUM_NOISE, averaged, ln, numbers, refusal, scalar, signed, size

MOST_CLASSES = 20
MOST_SAMPLES = 8
FAR_APART = 50
NOTES = (
    Text(
        "Natural logarithm, and the mean over the samples; a sum over N samples is N times as large.",
        "用自然对数，并对样本取平均；若对 N 个样本求和，则为 N 倍。",
    ),
    Text(
        "Classes count from 0. PyTorch's cross_entropy takes the scores z, Keras takes p unless from_logits=True.",
        "类别从 0 编号。PyTorch 的 cross_entropy 接收得分 z；Keras 默认接收 p，除非 from_logits=True。",
    ),
)


@example(
    title=Text("Softmax cross-entropy and its gradient", "Softmax 交叉熵及其梯度"),
    topic="training",
    results=("p", "loss", "grad", "chance"),
    notes=NOTES,
)
def cross_entropy(
    logits: Annotated[
        Any,
        (1, 2),
        Input("z", Text("scores, one row per sample", "得分，每个样本一行"), longest=MOST_CLASSES, unless="probs"),
    ] = (2.0, -1.0, 1.0),
    target: Annotated[
        Counts,
        Input(
            "t",
            Text("right class of each sample, from 0", "每个样本的正确类别，从 0 编号"),
            at_least=0,
            longest=MOST_SAMPLES,
        ),
    ] = (0,),
    probs: Annotated[
        Any,
        (1, 2),
        Input(
            "p",
            Text(
                "probabilities instead of scores, or only that of the right class", "直接给出概率，或只给正确类别的概率"
            ),
            at_least=0,
            at_most=1,
            longest=MOST_CLASSES,
        ),
    ] = None,
) -> Steps:
    """L = −ln pₜ with p = softmax(z), averaged over the samples, and ∂L/∂z = (p − y)/N with y one-hot.

    z: K scores or N×K. An impossible right class costs infinitely much. Source: Goodfellow, Bengio & Courville 2016,
    section 6.2.2.3; Bishop 2006, (4.108) and (4.109).
    """
    given = np.asarray(logits if probs is None else probs, dtype=float)
    rows = np.atleast_2d(given)
    right = np.asarray(target)
    _refuse("logits" if probs is None else "probs", given, target)
    single = len(rows) == 1
    z = None
    if probs is None:
        z = rows
        rows = np.atleast_2d((yield _p(rows[0] if single else rows)))
    yield _loss(rows, right, z)
    if z is not None:
        yield _grad(rows, np.eye(rows.shape[1])[right])
    if rows.shape[1] > 1:
        yield _chance(rows.shape[1])
    return _remarks(rows[np.arange(len(rows)), right], z is not None)


def _refuse(name: str, given: Array, target: Value) -> None:
    rows = np.atleast_2d(given)
    samples, classes = rows.shape
    if samples > MOST_SAMPLES:
        allowed = Text(
            f"must have at most {MOST_SAMPLES} rows, it is {size(given)}", f"至多 {MOST_SAMPLES} 行，现为 {size(given)}"
        )
        raise refusal(cross_entropy, name, given, allowed)
    one = name == "probs" and rows.shape == (1, 1)
    if classes < 2 and not one:
        allowed = Text(f"must have at least 2 classes, it is {size(given)}", f"至少应有 2 个类别，现为 {size(given)}")
        raise refusal(cross_entropy, name, given, allowed)
    totals = rows.sum(axis=1)
    for total in totals[np.abs(totals - 1) > SUM_NOISE] if name == "probs" and not one else ():
        found = number_text(float(total))
        allowed = Text(f"each row must add up to 1, one adds up to {found}", f"每行之和应为 1，有一行之和为 {found}")
        raise refusal(cross_entropy, name, given, allowed)
    if len(target) != samples:
        allowed = Text(
            f"must be {samples} classes, one for each row of --{name} ({size(rows)}), these are {len(target)}",
            f"应有 {samples} 个类别，--{name}（{size(rows)}）每行一个，现有 {len(target)} 个",
        )
        raise refusal(cross_entropy, "target", target, allowed)
    if max(target) >= classes:
        allowed = Text(
            f"classes count from 0: the last of {classes} is {classes - 1}",
            f"类别从 0 编号：{classes} 个类别中最后一个是 {classes - 1}",
        )
        raise refusal(cross_entropy, "target", target, allowed)


def _p(z: Array) -> Step:
    title = Text("Probabilities of the classes", "各类别的概率")
    return Step("p", title, "p = softmax(z)", f"softmax({value_text(z)})", probabilities(z))


def _loss(p: Array, right: Array, z: Array | None) -> Step:
    each = np.arange(len(p))
    chosen = p[each, right]
    logs = ln(chosen)
    texts = [f"ln({number_text(float(number))})" for number in chosen]
    if z is not None:
        for row in np.flatnonzero((chosen == 0) & (losses.log_softmax(z)[each, right] < -FAR_APART)):
            logs[row] = losses.log_softmax(z)[row, right[row]]
            texts[row] = signed(logs[row])
    loss = scalar(-logs.mean())
    return Step(
        "loss",
        Text("Loss: −ln of the right class", "损失：正确类别概率的 −ln")
        if len(p) == 1
        else Text("Loss: mean of −ln pₜ", "损失：−ln pₜ 的平均"),
        "L = −ln pₜ" if len(p) == 1 else "L = −(1/N) Σₙ ln pₜ",
        averaged(texts, minus=True),
        loss,
        tuple(_loss_slips(p, chosen, logs)) if loss < np.inf else (),
    )


def _loss_slips(p: Array, chosen: Array, logs: Array) -> list[Slip]:
    loss = scalar(-logs.mean())
    slips = [
        Slip("missing-minus", Text("ln p is negative; the loss is −ln p.", "ln p 为负；损失是 −ln p。"), -loss),
        Slip("base-two", Text("Take ln, not log₂.", "应取 ln，而不是 log₂。"), loss / float(np.log(2))),
    ]
    if np.all(chosen < 1):
        hint = Text("The loss looks at the right class itself: −ln pₜ.", "损失看的是正确类别本身的概率：−ln pₜ。")
        slips.append(Slip("one-minus-p", hint, scalar(-ln(1 - chosen).mean())))
    if p.shape[1] > 1 and np.all(p > 0):
        hint = Text(
            "y is 0 for the other classes: only the right one counts.", "其余类别的 y 为 0：只有正确类别的一项。"
        )
        slips.append(Slip("all-classes", hint, scalar(-ln(p).sum(axis=1).mean())))
    if len(p) > 1:
        slips.append(Slip("sum-not-mean", MEAN, scalar(-logs.sum())))
    return slips


MEAN = Text("Divide by the number of samples N.", "要除以样本数 N。")


def _grad(p: Array, y: Array) -> Step:
    n = len(p)
    shape = p.shape[1:] if n == 1 else p.shape
    grad = (p - y) / n
    slips = {
        "gradient-sign": (Text("It is p minus y.", "应为 p 减 y。"), -grad),
        "label-not-subtracted": (Text("Take 1 off at the right class.", "正确类别处要减 1。"), p / n),
    }
    if np.all(p[y == 1] > 1e-300):
        hint = Text("Go on through the softmax to z: p − y.", "还要经过 softmax 求到 z：得 p − y。")
        slips["grad-wrt-p"] = (hint, -y / np.where(y == 1, p, 1.0) / n + 0.0)
    if n > 1:
        slips["sum-not-mean"] = (MEAN, p - y)
    shown = f"{value_text(p.reshape(shape))} − {value_text(y.reshape(shape))}"
    return Step(
        "grad",
        Text("Gradient by the scores", "对得分的梯度"),
        "∂L/∂z = p − y" if n == 1 else "∂L/∂z = (p − y)/N",
        shown if n == 1 else f"({shown})/{n}",
        grad.reshape(shape),
        tuple(Slip(tag, hint, value.reshape(shape)) for tag, (hint, value) in slips.items()),
    )


def _chance(classes: int) -> Step:
    return Step(
        "chance",
        Text("Loss of a net that only guesses", "完全靠猜时的损失"),
        "ln K",
        f"ln({classes})",
        float(np.log(classes)),
        (
            Slip(
                "one-over-k",
                Text("1/K is the probability; its loss is −ln(1/K).", "1/K 是概率；损失是 −ln(1/K)。"),
                1 / classes,
            ),
            Slip("log2-k", Text("Take ln K, not log₂ K.", "应取 ln K，而不是 log₂ K。"), float(np.log2(classes))),
        ),
    )


def _remarks(chosen: Array, from_scores: bool) -> list[Text]:
    if np.all(chosen > 0):
        return []
    if from_scores:
        return [
            Text(
                "pₜ is too small for float64; ln pₜ was taken from the scores: zₜ − ln Σ e^z.",
                "pₜ 小到 float64 无法表示；ln pₜ 直接由得分求得：zₜ − ln Σ e^z。",
            )
        ]
    return [
        Text(
            "The right class was called impossible: the loss is infinite. Libraries cut p off to avoid this.",
            "正确类别的概率为 0：损失无穷大。各框架会截断 p 以避免这种情况。",
        )
    ]


@cross_entropy.check(
    "ln Σ e^z − zₜ instead of softmax, and the gradient by central differences",
    "不经 softmax：ln Σ e^z − zₜ；梯度用中心差分",
)
def by_log_sum_exp(logits: Value, target: Value, probs: Value) -> dict[str, Value]:
    """The engine's loss; its gradient without the chain rule, unless the scores lie too far apart for differences."""
    z = np.array(np.atleast_2d(np.asarray(logits if probs is None else probs, dtype=float)))
    right = np.asarray(target)
    chance = {"chance": losses.cross_entropy(np.zeros_like(z), right)} if z.shape[1] > 1 else {}
    if probs is not None:
        return {"loss": losses.cross_entropy_of_probabilities(z, right), **chance}
    z -= z.max(axis=1, keepdims=True)
    grad = losses.cross_entropy_backward(z, right)
    if z.min() > -FAR_APART:
        grad = central_differences(lambda: losses.cross_entropy(z, right), z)
    p = np.exp(losses.log_softmax(z))
    p, grad = (p[0], grad[0]) if len(z) == 1 else (p, grad)
    return {"p": p, "loss": losses.cross_entropy(z, right), "grad": grad, **chance}


TIDY = (
    ((0.75, 0.25), (0.8, 0.2), (0.9, 0.1)),
    ((0.5, 0.25, 0.25), (0.4, 0.35, 0.25), (0.7, 0.2, 0.1), (0.6, 0.3, 0.1)),
    ((0.5, 0.25, 0.125, 0.125), (0.4, 0.3, 0.2, 0.1), (0.6, 0.2, 0.1, 0.1), (0.3, 0.3, 0.2, 0.2)),
    ((0.4, 0.3, 0.15, 0.1, 0.05), (0.3, 0.25, 0.2, 0.15, 0.1), (0.6, 0.1, 0.1, 0.1, 0.1)),
)


@cross_entropy.pictures
def pictures(worked: Worked) -> list[Picture]:
    """What the right class costs by its probability, with the samples on the curve."""
    rows = np.atleast_2d(worked.step("p").value if worked.has("p") else worked.inputs["probs"])
    chosen = [float(row[right]) for row, right in zip(rows, worked.inputs["target"], strict=True)]
    possible = [p for p in chosen if p > 0]
    curve = sampled(lambda p: -log(p), min([0.01, *possible]), 1.0)[:-1]
    title = Text("−ln p of the right class", "正确类别的 −ln p")
    return [Curve(title, (*curve, (1.0, 0.0)), tuple((p, -log(p)) for p in possible))]


@cross_entropy.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: tidy probabilities of 2 to 5 classes; 2: whole scores of one sample; 3: two samples."""
    if level == 1:
        table = tuple(shuffled(rng, pick(rng, pick(rng, TIDY))))
        right = rng.randint(0, len(table) - 1)
        return {"probs": table, "target": (right,)}
    samples, classes = level - 1, pick(rng, (2, 3, 4, 5))
    z = tuple(numbers(rng, classes, range(-3, 5)) for _ in range(samples))
    target = tuple(rng.randint(0, classes - 1) for _ in range(samples))
    p = probabilities(np.array(z))[np.arange(samples), target]
    if any(len(set(row)) == 1 for row in z) or p.max() > 0.95 or p.min() < 0.005:
        return None  # nothing to tell apart, or hardly any loss
    return {"logits": z[0] if samples == 1 else z, "target": target}
