"""`studynn compute backprop`: one step of training a two-layer network, forward, backward and update."""

from typing import Annotated, Literal

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Matrix, Vector, defaults
from studynn.core.near import near
from studynn.core.picture import Layer as Row
from studynn.core.picture import Layers, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example, work
from studynn.core.text import Text, number_text, same, value_text
from studynn.nn.activations import ACTIVATIONS, Array
from studynn.nn.dense import Layer, mlp, mlp_backward
from studynn.nn.differences import central_differences
from studynn.worked._layers import (
    SIGNS,
    SUPERSCRIPTS,
    activations,
    affine,
    affine_text,
    applied_text,
    array_text,
    half_asleep,
    minus,
    random_layers,
    random_vector,
    require_layer,
    require_length,
    slope,
    sums,
)
from studynn.worked._sketches import layer_link, written

WIDEST = 8
KINK = 2e-3
Activation = Literal["sigmoid", "tanh", "relu", "identity"]
NOTES = (
    Text("Superscripts number the layers; only in E is ² a square.", "上标为层号；只有 E 中的 ² 表示平方。"),
    Text(
        "E is ½ the sum over the outputs. Without the ½ every gradient doubles; as a mean over n outputs it is divided by n.",
        "E 为各输出平方误差之和的一半。不带 ½ 时梯度都加倍；改为 n 个输出取平均时梯度都除以 n。",
    ),
    Text(
        "All gradients come from the old weights. A well-known blog example updates W² first, so its later digits differ.",
        "所有梯度都用旧权重计算。网上一个著名的算例先更新 W²，所以它后面的数字不同。",
    ),
    Text(
        "Some texts take δ from y − a and then add η times the gradient: the same update.",
        "有的教材用 y − a 定义 δ，更新时改为加上 η 倍：结果相同。",
    ),
    Text("The biases are trained too; some texts leave them fixed.", "偏置也参与更新；有的教材让偏置保持不变。"),
)


@example(
    title=Text("Backpropagation and one update", "反向传播与一次更新"),
    topic=("training", "mlp"),
    results=("a1", "a2", "loss", "delta2", "grad-w2", "delta1", "grad-w1", "w1-new", "w2-new", "loss-new"),
    notes=NOTES,
)
def backprop(
    x: Annotated[Vector, Input("x", Text("inputs of the network", "网络的输入"), longest=WIDEST)] = (1.0, -1.0),
    y: Annotated[Vector, Input("y", Text("targets of the outputs", "各输出的目标值"), longest=WIDEST)] = (1.0, 0.0),
    w1: Annotated[
        Matrix, Input("W¹", Text("weights of the hidden layer, a row a unit", "隐藏层权重，每单元一行"), longest=WIDEST)
    ] = ((0.5, -0.5), (1.0, 0.5)),
    b1: Annotated[Vector, Input("b¹", Text("biases of the hidden layer", "隐藏层偏置"), longest=WIDEST)] = (0.0, -0.5),
    w2: Annotated[
        Matrix, Input("W²", Text("weights of the output layer, a row a unit", "输出层权重，每单元一行"), longest=WIDEST)
    ] = ((1.0, -1.0), (0.5, 2.0)),
    b2: Annotated[Vector, Input("b²", Text("biases of the output layer", "输出层偏置"), longest=WIDEST)] = (0.0, -1.0),
    activation: Annotated[Activation, Input("f", Text("activation of both layers", "两层的激活函数"))] = "sigmoid",
    lr: Annotated[float, Input("η", Text("learning rate", "学习率"), at_least=0, at_most=100)] = 0.5,
) -> Steps:
    """Forward, error signals backwards through Wᵀ, and one gradient step on every weight and bias from the old weights.

    Raises InputError for shapes that do not fit. Source: document 003, multilayer chain rule; Rumelhart, Hinton &
    Williams 1986; Nielsen 2015, chapter 2, BP1 to BP4.
    """
    require_layer(backprop, 1, w1, b1, "x", x)
    require_layer(backprop, 2, w2, b2, "w1", w1)
    require_length(backprop, "y", y, "w2", w2)
    input_, target = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    old_w1, old_b1 = np.asarray(w1, dtype=float), np.asarray(b1, dtype=float)
    old_w2, old_b2 = np.asarray(w2, dtype=float), np.asarray(b2, dtype=float)

    z1 = yield sums(1, Text("Sums of the hidden layer", "隐藏层的净输入"), old_w1, input_, old_b1)
    a1 = yield _hidden(activation, z1)
    z2 = yield sums(2, Text("Sums of the output layer", "输出层的净输入"), old_w2, a1, old_b2)
    a2 = yield activations(2, Text("Output of the network", "网络的输出"), activation, z2)
    loss = yield _loss(a2, target)
    delta2 = yield _delta2(activation, z2, a2, target)
    grad_w2 = yield _grad_w(2, delta2, a1, *_grad_w2_slips(delta2, a1, input_))
    grad_b2 = yield _grad_b(2, delta2)
    delta1 = yield _delta1(activation, z1, a1, old_w2, delta2, lr * grad_w2)
    grad_w1 = yield _grad_w(1, delta1, input_, _input_forgotten(delta1, input_))
    grad_b1 = yield _grad_b(1, delta1)
    new_w1 = yield _updated("W", 1, old_w1, grad_w1, lr)
    new_b1 = yield _updated("b", 1, old_b1, grad_b1, lr)
    new_w2 = yield _updated("W", 2, old_w2, grad_w2, lr)
    new_b2 = yield _updated("b", 2, old_b2, grad_b2, lr)
    new_a2 = yield _new_output(activation, input_, new_w1, new_b1, new_w2, new_b2)
    new_loss = yield _new_loss(new_a2, target)
    return _remarks(activation, z1, loss, new_loss)


def _hidden(activation: str, z1: Array) -> Step:
    hint = Text("The hidden units pass on f(z¹): apply the activation.", "隐藏单元传出的是 f(z¹)：要作用激活函数。")
    slips = (Slip("no-activation", hint, z1),) if activation != "identity" else ()
    return activations(1, Text("Activations of the hidden layer", "隐藏层的激活值"), activation, z1, slips)


def _loss(a2: Array, target: Array) -> Step:
    squares = float(np.sum((a2 - target) ** 2))
    slips = [Slip("half-forgotten", Text("Halve the sum: E has a ½ in front.", "E 前面有 ½：平方和要减半。"), squares)]
    if len(target) > 1:
        hint = Text("Add the outputs up, do not average them.", "对各输出求和，不取平均。")
        slips.append(Slip("mean-over-outputs", hint, squares / 2 / len(target)))
    shown = f"½·Σ(({value_text(a2)} − {value_text(target)})²)"
    title = Text("Loss: half the sum of the squared errors", "损失：误差平方和的一半")
    return Step("loss", title, "½ Σ(a² − y)²", shown, squares / 2, tuple(slips))


def _new_loss(a2: Array, target: Array) -> Step:
    return _loss(a2, target)._replace(name="loss-new", title=Text("Loss after the update", "更新后的损失"), slips=())


def _delta2(activation: str, z2: Array, a2: Array, target: Array) -> Step:
    formula, shown, rise = slope(2, activation, z2, a2)
    error = minus(a2, target)
    slips = []
    if activation != "identity":
        hint = Text("The error passes f too: multiply by its slope f′(z²).", "误差还要经过 f：乘以斜率 f′(z²)。")
        slips.append(Slip("slope-forgotten", hint, error))
    hint = Text("Subtract the target from the output.", "应为输出减目标。")
    slips.append(Slip("target-minus-output", hint, -error * rise))
    return Step(
        "delta2",
        Text("Error signal of the output layer, δ²", "输出层的误差项 δ²"),
        f"(a² − y) ⊙ {formula}",
        f"({value_text(a2)} − {value_text(target)}) ⊙ {shown}",
        error * rise,
        tuple(slips),
    )


def _grad_w2_slips(delta2: Array, a1: Array, x: Array) -> tuple[Slip, ...]:
    slips = []
    if len(x) == len(a1):
        hint = Text("W² is fed by the hidden layer: multiply by a¹.", "W² 的输入来自隐藏层：应乘 a¹。")
        slips.append(Slip("input-for-hidden", hint, np.outer(delta2, x)))
    if len(delta2) == len(a1) > 1:
        hint = Text(
            "A row for each output: δ² on the left, (a¹)ᵀ on the right.", "每个输出占一行：δ² 在左，(a¹)ᵀ 在右。"
        )
        slips.append(Slip("outer-transposed", hint, np.outer(a1, delta2)))
    return tuple(slips)


def _input_forgotten(delta1: Array, x: Array) -> Slip:
    hint = Text("Each weight carries its own input: multiply δ¹ by x.", "每个权重对应各自的输入：δ¹ 要乘 x。")
    return Slip("input-forgotten", hint, np.outer(delta1, np.ones_like(x)))


def _grad_w(layer: int, delta: Array, below: Array, *slips: Slip) -> Step:
    up = SUPERSCRIPTS[layer]
    return Step(
        f"grad-w{layer}",
        Text(f"Gradient by W{up}: row j belongs to unit j", f"对 W{up} 的梯度：第 j 行属于单元 j"),
        "δ¹xᵀ" if layer == 1 else "δ²(a¹)ᵀ",
        f"{value_text(delta)}·{value_text(below)}ᵀ",
        np.outer(delta, below),
        slips,
    )


def _grad_b(layer: int, delta: Array) -> Step:
    up = SUPERSCRIPTS[layer]
    title = Text(f"Gradient by b{up}", f"对 b{up} 的梯度")
    return Step(f"grad-b{layer}", title, f"δ{up}", value_text(delta), delta)


def _delta1(activation: str, z1: Array, a1: Array, w2: Array, delta2: Array, change: Array) -> Step:
    formula, shown, rise = slope(1, activation, z1, a1)
    error = (w2.T @ delta2) * rise
    slips = []
    if len(w2) == len(a1) > 1:
        hint = Text("A hidden unit collects errors along its column: use (W²)ᵀ.", "隐藏单元沿列收集误差：用 (W²)ᵀ。")
        slips.append(Slip("no-transpose", hint, (w2 @ delta2) * rise))
    if activation != "identity":
        hint = Text("Multiply by the slope of the hidden units, f′(z¹).", "还要乘隐藏单元的斜率 f′(z¹)。")
        slips.append(Slip("hidden-slope-forgotten", hint, w2.T @ delta2))
    updated = ((w2 - change).T @ delta2) * rise
    if not near(updated, error):
        hint = Text("Send the error through the old W²; update last.", "误差要经旧的 W² 传回，最后才更新。")
        slips.append(Slip("updated-weights", hint, updated))
    return Step(
        "delta1",
        Text("Error signal of the hidden layer, δ¹", "隐藏层的误差项 δ¹"),
        f"(W²)ᵀδ² ⊙ {formula}",
        f"{array_text(w2)}ᵀ·{value_text(delta2)} ⊙ {shown}",
        error,
        tuple(slips),
    )


def _updated(letter: str, layer: int, old: Array, grad: Array, lr: float) -> Step:
    name = f"{letter}{SUPERSCRIPTS[layer]}"
    hint = Text("Go against the gradient: subtract η times it.", "沿梯度的反方向走：减去 η 倍的梯度。")
    return Step(
        f"{letter.lower()}{layer}-new",
        Text(f"{name} after the update", f"更新后的 {name}"),
        f"{name} − η ∂E/∂{name}",
        f"{array_text(old)} − {number_text(lr)}·{array_text(grad)}",
        minus(old, lr * grad),
        (Slip("ascent", hint, minus(old, -lr * grad)),),
    )


def _new_output(activation: str, x: Array, w1: Array, b1: Array, w2: Array, b2: Array) -> Step:
    hidden = applied_text(activation, affine_text(w1, value_text(x), b1))
    a1 = ACTIVATIONS[activation][0](affine(w1, x, b1))
    return Step(
        "a2-new",
        Text("Output for the same input after the update", "更新后同一输入的输出"),
        applied_text(activation, f"W²{SIGNS[activation]}(W¹x + b¹) + b²"),
        applied_text(activation, affine_text(w2, hidden, b2)),
        ACTIVATIONS[activation][0](affine(w2, a1, b2)),
    )


def _remarks(activation: str, z1: Array, loss: float, new_loss: float) -> list[Text]:
    notes = []
    if activation == "relu":
        notes.append(Text("ReLU′(0) is taken as 0, as in the libraries.", "ReLU′(0) 取 0，与各框架一致。"))
    for unit in np.flatnonzero(z1 <= 0) + 1 if activation == "relu" else ():
        en = f"Hidden unit {unit} is silent (z ≤ 0): no error passes it, and its weights and bias stay."
        notes.append(Text(en, f"隐藏单元 {unit} 未激活（z ≤ 0）：误差传不过去，它的权重和偏置不变。"))
    if new_loss > loss:
        notes.append(
            Text("The loss rose: the step is too long, take a smaller η.", "损失反而上升：步长太大，应减小 η。")
        )
    return notes


@backprop.check(
    "move every weight and bias a little and watch the loss (central differences)",
    "逐个微调权重与偏置，看损失的变化（中心差分）",
)
def by_differences(
    x: Value, y: Value, w1: Value, b1: Value, w2: Value, b2: Value, activation: str, lr: float
) -> dict[str, Value]:
    """The network as a batch of one row; its gradients without the chain rule, except at a kink of ReLU."""
    row, target = np.array([x], dtype=float), np.array([y], dtype=float)
    layers = [Layer(np.array(w, dtype=float), np.array(b, dtype=float), activation) for w, b in ((w1, b1), (w2, b2))]

    def loss() -> float:
        return float(np.sum((mlp(row, layers)[-1].a - target) ** 2)) / 2

    first, second = mlp(row, layers)
    found: dict[str, Value] = {"z1": first.z[0], "a1": first.a[0], "z2": second.z[0], "a2": second.a[0], "loss": loss()}
    if activation == "relu" and min(np.abs(first.z).min(), np.abs(second.z).min()) < KINK:
        gradients = [(g.w, g.b) for g in mlp_backward(second.a - target, layers, (first, second))]
    else:
        reach = max(1.0, np.abs(row).max(), np.abs(first.a).max()) * max(1.0, np.abs(layers[1].w).max())
        step = KINK / 4 / reach  # moves no sum across a kink
        gradients = [
            (central_differences(loss, layer.w, step), central_differences(loss, layer.b, step)) for layer in layers
        ]
    for number, (layer, (by_w, by_b)) in enumerate(zip(layers, gradients, strict=True), 1):
        found |= {f"grad-w{number}": by_w, f"grad-b{number}": by_b, f"delta{number}": by_b}
        layer.w[...] -= lr * by_w
        layer.b[...] -= lr * by_b
        found |= {f"w{number}-new": layer.w, f"b{number}-new": layer.b}
    return found | {"a2-new": mlp(row, layers)[-1].a[0], "loss-new": loss()}


@backprop.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The network with two rows a layer: what it puts out going up, its error signals coming down."""
    f = worked.inputs["activation"]
    rows = [Row(Text("target y", "目标 y"), written(worked.inputs["y"]))]
    for number, name in ((2, Text("output", "输出")), (1, Text("hidden", "隐藏层"))):
        up = SUPERSCRIPTS[number]
        link = layer_link(number, worked.inputs[f"w{number}"], f).en
        back = Text(f"{link}   ↓ δ through (W²)ᵀ", f"{link}   ↓ δ 经 (W²)ᵀ 传回") if number == 2 else same(link)
        label = Text(f"{name.en} a{up}", f"{name.zh} a{up}")
        rows.append(Row(label, written(worked.step(f"a{number}").value)))
        rows.append(Row(same(f"δ{up}"), written(worked.step(f"delta{number}").value), back))
    rows.append(Row(Text("input x", "输入 x"), written(worked.inputs["x"])))
    return [Layers(Text("Activations a and error signals δ of each layer", "各层的激活值 a 与误差项 δ"), tuple(rows))]


@backprop.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: 2-1-1 without activation or 2-2-2 with ReLU, whole numbers; 2: 2-2-1 with sigmoid; 3: 2-2-2 with sigmoid or tanh."""
    easy, activation = level == 1, pick(rng, (("identity", "relu"), ("sigmoid",), ("sigmoid", "tanh"))[level - 1])
    widths = (2, 1, 1) if activation == "identity" else (2, 2, 1) if level == 2 else (2, 2, 2)
    weights = (-3, -2, -1, 1, 2, 3) if easy else (-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2)
    inputs = random_layers(rng, widths, weights) | {
        "x": random_vector(rng, 2, (-2, -1, 1, 2)),
        "y": random_vector(rng, widths[2], (-2, -1, 1, 2, 3) if easy else (0, 1)),
        "activation": activation,
        "lr": pick(rng, (0.1, 0.05, 0.01) if easy else (0.5, 1.0)),
    }
    inputs |= half_asleep(rng, inputs) if activation == "relu" else {}
    truth = work(backprop, defaults(backprop) | inputs)
    loss = truth.step("loss").value
    if truth.step("loss-new").value >= loss or np.abs(truth.step("a2").value - inputs["y"]).min() < 0.05:
        return None  # nothing to learn from
    reach = np.abs([*truth.step("z1").value, *truth.step("z2").value])
    if (easy and (reach.min() == 0 or loss > 60)) or (not easy and reach.max() > 3):
        return None  # at a kink, large, or saturated
    return inputs
