"""`studynn compute chain-rule`: the gradient of one neuron, slope by slope, and one step of descent."""

from typing import Annotated, Any, Literal

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Vector, defaults
from studynn.core.picture import Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example, work
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import ACTIVATIONS, Array, sigmoid_slope
from studynn.nn.differences import central_differences
from studynn.worked._layers import affine, applied_text, array_text
from studynn.worked._sketches import chain_of_slopes
from studynn.worked._training import minus, require_positive, signed
from studynn.worked._units import dot_text, entries, require_length, shifted, times, vector_of

LONGEST = 32
KINK = 2e-3
Activation = Literal["sigmoid", "tanh", "relu", "identity"]
Loss = Literal["half-squared", "mse"]


@example(
    title=Text("Chain rule through one neuron", "单神经元的链式法则"),
    topic=("training", "perceptron"),
    results=("z", "a", "loss", "delta", "grad-w", "grad-b", "w-new", "b-new"),
)
def chain_rule(
    x: Annotated[Any, (1, 2), Input("x", Text("a sample, or a row each", "一个样本，或每行一个"), longest=LONGEST)] = (
        1.0,
        -2.0,
    ),
    w: Annotated[Vector, Input("w", Text("weights", "权重"), longest=LONGEST)] = (1.5, 0.5),
    b: Annotated[float, Input("b", Text("bias", "偏置"))] = -0.5,
    y: Annotated[Vector, Input("y", Text("target of each sample", "各样本的目标值"), longest=LONGEST)] = (1.0,),
    activation: Annotated[Activation, Input("f", Text("activation function", "激活函数"))] = "sigmoid",
    loss: Annotated[Loss, Input("L", Text("½(a − y)² or (a − y)²", "½(a − y)² 或 (a − y)²"))] = "half-squared",
    lr: Annotated[float, Input("η", Text("learning rate", "学习率"))] = 1.0,
) -> Steps:
    """∂L/∂w = mean(dL/da · da/dz · x): w of length n, x of length n or N×n; loss and gradients are means over N samples.

    Raises InputError for shapes that do not fit. Source: document 003, single-layer chain rule;
    Rumelhart, Hinton & Williams 1986.
    """
    require_positive("lr", lr)
    rows = np.atleast_2d(np.asarray(x, dtype=float))
    require_length(chain_rule, "w", w, "x", rows.shape[1])
    require_length(chain_rule, "y", y, "x", len(rows))
    weights, target, factor = np.asarray(w, dtype=float), entries(y), 2 if loss == "mse" else 1
    z = yield _sum(rows, weights, b)
    a = yield _output(activation, z)
    yield _loss(a, target, factor)
    outer = yield _loss_slope(a, target, factor)
    inner = yield _unit_slope(activation, z, a)
    delta = yield _delta(outer, inner)
    grad_w = yield _grad_w(delta, rows, weights)
    grad_b = yield _grad_b(delta)
    yield _new_w(weights, grad_w, lr)
    yield _new_b(b, grad_b, lr)
    return _notes(activation, z, factor)


def _sum(rows: Array, w: Array, b: float) -> Step:
    biases, single = np.full(len(rows), b), len(rows) == 1
    hint = Text("The bias is part of the sum: add b.", "净输入包括偏置：加上 b。")
    shown = dot_text(w.tolist(), rows[0].tolist(), b) if single else f"{value_text(rows)}·{value_text(w)} {shifted(b)}"
    return Step(
        "z",
        Text("Weighted sum and bias", "加权和与偏置"),
        "z = w·x + b" if single else "zᵢ = w·xᵢ + b",
        shown,
        entries(affine(rows, w, biases)),
        (Slip("no-bias", hint, entries(affine(rows, w, 0 * biases))),) if b else (),
    )


def _output(activation: Activation, z: Value) -> Step:
    formula, shown = "z", value_text(z)
    if activation != "identity":
        formula, shown = applied_text(activation, formula), applied_text(activation, shown)
    value = entries(ACTIVATIONS[activation][0](np.asarray(z, dtype=float)))
    return Step("a", Text("Output", "输出"), formula, shown, value)


def _loss(a: Value, target: Value, factor: int) -> Step:
    error = np.asarray(minus(a, target), dtype=float)
    mean = float(np.mean(error * error))
    half, several = "½·" if factor == 1 else "", error.ndim > 0
    if factor == 1:
        slip = Slip("half-forgotten", Text("This loss carries a ½ in front.", "这个损失前面带 ½。"), mean)
    else:
        slip = Slip("half-added", Text("Mean squared error has no ½.", "均方误差前面没有 ½。"), mean / 2)
    written = f"{half}({value_text(a)} − {signed(target)})²"
    symbols = f"{half.rstrip('·')}(a − y)²"
    return Step(
        "loss",
        Text("Loss, mean over samples", "损失（对样本取平均）") if several else Text("Loss", "损失"),
        f"L = mean({symbols})" if several else f"L = {symbols}",
        f"mean({written})" if several else written,
        mean * factor / 2,
        (slip,) if mean else (),
    )


def _loss_slope(a: Value, target: Value, factor: int) -> Step:
    error = factor * minus(a, target)
    hint = Text(
        "It is output minus target; the other way round turns the gradient.", "是输出减目标；反过来梯度就变号。"
    )
    shown = f"{value_text(a)} − {signed(target)}"
    return Step(
        "dL-da",
        Text("Slope of the loss", "损失的斜率"),
        "dL/da = a − y" if factor == 1 else "dL/da = 2(a − y)",
        shown if factor == 1 else f"2·({shown})",
        error,
        (Slip("target-minus-output", hint, entries(-error)),) if np.any(error) else (),
    )


def _unit_slope(activation: Activation, z: Value, a: Value) -> Step:
    slope = entries(ACTIVATIONS[activation][1](np.asarray(z, dtype=float)))
    formula, shown, slips = "1", value_text(slope), list[Slip]()
    if activation == "sigmoid":
        slope, formula, shown = a * (1 - a), "a(1 − a)", f"{value_text(a)}{times(a)}(1 − {signed(a)})"
        from_z = Text("a(1 − a) takes the output a, not the sum z.", "a(1 − a) 里用输出 a，不用净输入 z。")
        twice = Text("a is σ(z) already: do not send it through σ again.", "a 已经是 σ(z)：不要再作用一次 σ。")
        slips = [
            Slip("slope-from-z", from_z, z * (1 - z)),
            Slip("sigmoid-twice", twice, entries(sigmoid_slope(np.asarray(a, dtype=float)))),
        ]
    elif activation == "tanh":
        slope, formula, shown = 1 - a * a, "1 − a²", f"1 − {signed(a)}²"
    elif activation == "relu":
        formula, shown = "[z > 0]", f"[{value_text(z)} > 0]"
    if np.any(np.not_equal(slope, 1)):
        hint = Text(
            "The unit has its own slope: small if saturated, 0 if off.", "神经元有自己的斜率：饱和时很小，关闭时为 0。"
        )
        slips.append(Slip("slope-one", hint, entries(np.ones_like(np.asarray(slope)))))
    return Step("da-dz", Text("Slope of the unit", "神经元的斜率"), f"da/dz = {formula}", shown, slope, tuple(slips))


def _delta(outer: Value, inner: Value) -> Step:
    hint = Text("The chain has another factor: the slope da/dz.", "链上还有一个因子：斜率 da/dz。")
    return Step(
        "delta",
        Text("Error signal δ", "误差项 δ"),
        "δ = dL/da · da/dz",
        f"{signed(outer)}{times(outer)}{signed(inner)}",
        outer * inner + 0.0,
        (Slip("slope-forgotten", hint, outer),) if np.any(np.not_equal(inner, 1)) else (),
    )


def _grad_w(delta: Value, rows: Array, w: Array) -> Step:
    single, count = len(rows) == 1, len(rows)
    signals = np.atleast_1d(np.asarray(delta, dtype=float))
    total, mean = signals @ rows, float(np.mean(signals))
    each = Text("Every weight has its own input: δ times xᵢ.", "每个权重各有输入：δ 要乘 xᵢ。")
    derived = Text("Derived by w, w·x leaves x, not w.", "w·x 对 w 求导得 x，不是 w。")
    slips = [
        Slip("input-forgotten", each, np.full_like(w, mean)),
        Slip("times-weight", derived, mean * w + 0.0),
    ]
    if not single:
        hint = Text(f"The loss is a mean: divide by the {count} samples.", f"损失是平均值：要除以样本数 {count}。")
        slips.append(Slip("sum-not-mean", hint, total + 0.0))
    return Step(
        "grad-w",
        Text("Gradient by w", "对 w 的梯度"),
        "∂L/∂w = δx" if single else "∂L/∂w = Σᵢ δᵢxᵢ/N",
        f"{signed(delta)}·{value_text(rows[0])}" if single else f"{value_text(delta)}·{array_text(rows)}/{count}",
        total / count + 0.0,
        tuple(slips),
    )


def _grad_b(delta: Value) -> Step:
    several = np.ndim(delta) > 0
    mean = float(np.mean(delta))
    hint = Text("z grows with b one to one: ∂L/∂b = δ.", "z 随 b 一比一增长：∂L/∂b = δ。")
    return Step(
        "grad-b",
        Text("Gradient by b", "对 b 的梯度"),
        "∂L/∂b = mean(δ)" if several else "∂L/∂b = δ",
        f"mean({value_text(delta)})" if several else value_text(delta),
        mean,
        (Slip("bias-has-no-gradient", hint, 0.0),) if mean else (),
    )


def _new_w(w: Array, grad: Value, lr: float) -> Step:
    hint = Text("Descent goes against the gradient: subtract.", "下降是逆着梯度走：应相减。")
    move = lr * np.asarray(grad, dtype=float)
    return Step(
        "w-new",
        Text("Weights after a step", "更新后的权重"),
        "w − η ∂L/∂w",
        f"{value_text(w)} − {number_text(lr)}·{value_text(grad)}",
        minus(w, move),
        (Slip("ascent", hint, minus(w, -move)),) if move.any() else (),
    )


def _new_b(b: float, grad: Value, lr: float) -> Step:
    hint = Text("The bias takes a step too.", "偏置也要更新。")
    return Step(
        "b-new",
        Text("Bias after a step", "更新后的偏置"),
        "b − η ∂L/∂b",
        f"{signed(b)} − {number_text(lr)}·{signed(grad)}",
        minus(b, lr * grad),
        (Slip("bias-frozen", hint, b),) if grad else (),
    )


def _notes(activation: Activation, z: Value, factor: int) -> list[Text]:
    notes = [
        Text(
            "Some texts take target − output: the same squares, the opposite gradient, and a plus in the update.",
            "有的教材用目标减输出：平方相同，梯度反号，更新时改用加号。",
        ),
        Text("With a ½ in the loss every gradient is halved.", "损失带 ½ 时，所有梯度减半。")
        if factor == 2
        else Text("Without the ½ (--loss mse) every gradient doubles.", "损失不带 ½（--loss mse）时，所有梯度加倍。"),
    ]
    off = [str(i) for i, one in enumerate(np.atleast_1d(z), 1) if one <= 0] if activation == "relu" else []
    if off and len(off) == np.size(z):
        notes.append(
            Text(
                "z ≤ 0 for every sample: the slope is 0, no gradient comes through, and the unit learns nothing here.",
                "所有样本的 z ≤ 0：斜率为 0，没有梯度通过，神经元什么也学不到。",
            )
        )
    elif off:
        en, zh = (
            f"z ≤ 0: no gradient from sample {', '.join(off)}.",
            f"样本 {'、'.join(off)} 的 z ≤ 0，对梯度没有贡献。",
        )
        notes.append(Text(en, zh))
    return notes


@chain_rule.check(
    "move every weight and the bias a little and watch the loss (central differences)",
    "逐个微调权重与偏置，看损失的变化（中心差分）",
)
def by_differences(
    x: Value, w: Vector, b: float, y: Vector, activation: Activation, loss: Loss, lr: float
) -> dict[str, Value]:
    """The loss by sums over samples; no derivative is used. Gradients are left out where a kink of ReLU is too near."""
    rows = np.atleast_2d(np.asarray(x, dtype=float))
    parameters = np.array([*w, b], dtype=float)
    share = (1 if loss == "mse" else 0.5) / len(rows)

    def sums() -> Array:
        return np.array([float(np.dot(parameters, [*row, 1.0])) for row in rows])

    def height() -> float:
        outputs = ACTIVATIONS[activation][0](sums())
        return float(share * np.sum((outputs - np.asarray(y)) ** 2))

    z = sums()
    found: dict[str, Value] = {"z": entries(z), "a": entries(ACTIVATIONS[activation][0](z)), "loss": height()}
    if activation == "relu" and np.abs(z).min() < KINK:
        return found
    gradient = central_differences(height, parameters, KINK / 4 / max(1.0, float(np.abs(rows).sum(axis=1).max())))
    moved = parameters - lr * gradient
    found |= {"grad-w": gradient[:-1], "grad-b": float(gradient[-1]), "w-new": moved[:-1], "b-new": float(moved[-1])}
    return found | ({"delta": float(gradient[-1])} if len(rows) == 1 else {})


@chain_rule.pictures
def pictures(worked: Worked) -> list[Picture]:
    """x, z, a and L with what leads from one to the next, and the slopes of L on the way back."""
    return chain_of_slopes(worked)


@chain_rule.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: no activation, whole numbers; 2: a sigmoid at 0 or ±1, or a line through two samples; 3: ReLU partly off, or tanh;
    with and without the ½ in the loss.
    """
    inputs = _drawn(rng, level)
    truth = work(chain_rule, defaults(chain_rule) | inputs)
    z = np.atleast_1d(truth.step("z").value)
    asleep = inputs["activation"] == "relu" and (0 in z or not min(z) < 0 < max(z))
    return None if asleep or not truth.step("loss").value else inputs


def _drawn(rng: Rng, level: int) -> Inputs:
    whole, halves, smooth = (-3, -2, -1, 1, 2, 3), (-1.5, -1, -0.5, 0.5, 1, 1.5), rng.random() < 0.5
    x, lr = vector_of(rng, 2, whole), pick(rng, (0.5, 1.0, 2.0) if level == 2 else (0.1, 0.5))
    loss = pick(rng, ("half-squared", "mse")) if level == 3 else "half-squared"
    kind = {"x": x, "lr": lr, "activation": "identity", "loss": loss}
    if level > 1 and smooth:
        w = vector_of(rng, 2, halves)
        at = pick(rng, (-1, 0, 1) if level == 2 else (-1.5, -1, -0.5, 0.5, 1, 1.5))
        bias = float(at) - sum(p * q for p, q in zip(w, x, strict=True))
        target = vector_of(rng, 1, (0, 1) if level == 2 else (-1, 0, 1))
        return kind | {"w": w, "b": bias, "y": target, "activation": "sigmoid" if level == 2 else "tanh"}
    count, width = {1: (1, 2), 2: (2, 1), 3: (3, 2)}[level]
    if level > 1:
        kind["x"] = tuple(vector_of(rng, width, whole) for _ in range(count))
        kind |= {"loss": "mse", "lr": pick(rng, (0.1, 0.5))} if level == 2 else {"activation": "relu"}
    return kind | {"w": vector_of(rng, width, whole), "b": float(pick(rng, whole)), "y": vector_of(rng, count, whole)}
