"""`studynn compute mlp-forward`: the forward pass of a multilayer perceptron, layer by layer."""

import math
from typing import Annotated, Literal

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Matrix, Vector, defaults
from studynn.core.picture import Layer, Layers, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example, work
from studynn.core.text import Text
from studynn.nn.activations import Array, sigmoid
from studynn.worked._layers import (
    activations,
    affine,
    random_layers,
    random_vector,
    require_layer,
    require_pair,
    sums,
)
from studynn.worked._sketches import UP, layer_link, written

WIDEST = 16
Hidden = Literal["relu", "sigmoid", "tanh", "identity"]
Output = Literal["sigmoid", "identity", "softmax", "relu", "tanh"]


@example(
    title=Text("Forward pass of an MLP", "多层感知机前向传播"),
    topic="mlp",
    results=("z{l}", "a{l}"),
    notes=(
        Text(
            "Vectors are columns and row j of Wˡ belongs to unit j. Libraries keep samples as rows: x Wᵀ + b.",
            "向量为列向量，Wˡ 的第 j 行属于第 j 个单元。各框架把样本排成行：x Wᵀ + b。",
        ),
        Text(
            "Superscripts number the layers: a² is the output of layer 2, not a square.",
            "上标为层号：a² 指第 2 层的输出，不是平方。",
        ),
    ),
)
def mlp_forward(
    x: Annotated[Vector, Input("x", Text("inputs of the network", "网络的输入"), longest=WIDEST)] = (2.0, 1.0),
    w1: Annotated[
        Matrix,
        Input("W¹", Text("weights of layer 1, a row for each unit", "第 1 层的权重，每个单元一行"), longest=WIDEST),
    ] = ((1.0, -1.0), (-0.5, 0.5), (0.5, 1.0)),
    b1: Annotated[Vector, Input("b¹", Text("biases of layer 1", "第 1 层的偏置"), longest=WIDEST)] = (0.5, 0.0, -1.0),
    w2: Annotated[
        Matrix,
        Input("W²", Text("weights of layer 2, a row for each unit", "第 2 层的权重，每个单元一行"), longest=WIDEST),
    ] = ((1.0, 2.0, -1.0),),
    b2: Annotated[Vector, Input("b²", Text("biases of layer 2", "第 2 层的偏置"), longest=WIDEST)] = (0.5,),
    w3: Annotated[
        Matrix | None, Input("W³", Text("weights of layer 3, if there is one", "第 3 层的权重（如有）"), longest=WIDEST)
    ] = None,
    b3: Annotated[
        Vector | None, Input("b³", Text("biases of layer 3, if there is one", "第 3 层的偏置（如有）"), longest=WIDEST)
    ] = None,
    hidden: Annotated[Hidden, Input("f", Text("activation of the hidden layers", "隐藏层的激活函数"))] = "relu",
    output: Annotated[Output, Input("fᴸ", Text("activation of the last layer", "输出层的激活函数"))] = "sigmoid",
) -> Steps:
    """aˡ = f(Wˡaˡ⁻¹ + bˡ) from a⁰ = x, for two layers or three.

    Raises InputError for shapes that do not chain. Source: document 003, forward propagation; Goodfellow, Bengio &
    Courville 2016, algorithm 6.3.
    """
    require_pair(mlp_forward, 3, w3, b3)
    layers: list[tuple[Value, Value]] = [(w1, b1), (w2, b2)] + ([(w3, b3)] if w3 is not None else [])
    option, below = "x", x
    for number, (w, b) in enumerate(layers, 1):
        require_layer(mlp_forward, number, w, b, option, below)
        option, below = f"w{number}", w

    a = np.asarray(x, dtype=float)
    for number, (w, b) in enumerate(layers, 1):
        w, b = np.asarray(w, dtype=float), np.asarray(b, dtype=float)
        z = yield _sums(number, w, a, b)
        a = yield _activations(number, output if number == len(layers) else hidden, z, number == len(layers))
    if output == "softmax" and len(a) == 1:
        return [Text("Softmax of a single output is always 1.", "只有一个输出时，softmax 恒为 1。")]
    return []


def _sums(number: int, w: Array, a: Array, b: Array) -> Step:
    slips = []
    if b.any():
        hint = Text("Add each unit's bias to its sum.", "每个单元的加权和还要加上偏置。")
        slips.append(Slip("no-bias", hint, affine(w, a, np.zeros_like(b))))
    if len(w) == len(a) > 1:
        hint = Text(
            "Go along the rows: row j of W holds the weights into unit j.",
            "按行相乘：W 的第 j 行是进入第 j 个单元的权重。",
        )
        slips.append(Slip("transposed", hint, affine(w.T, a, b)))
    return sums(number, Text(f"Sums of layer {number}", f"第 {number} 层的净输入"), w, a, b, tuple(slips))


def _activations(number: int, activation: str, z: Array, last: bool) -> Step:
    title = Text(f"Activations of layer {number}", f"第 {number} 层的激活值")
    if last:
        title = Text("Output of the network", "网络的输出")
    return activations(number, title, activation, z, _activation_slips(z, activation, last))


def _activation_slips(z: Array, activation: str, last: bool) -> tuple[Slip, ...]:
    slips = []
    if activation != "identity" and last:
        hint = Text(
            "The last layer has an activation too: apply it to the sums.", "输出层也有激活函数，别忘了对净输入作用。"
        )
        slips.append(Slip("no-output-activation", hint, z))
    elif activation != "identity":
        hint = Text("Pass the sums through the activation before the next layer.", "净输入先经激活函数，再送入下一层。")
        slips.append(Slip("no-activation", hint, z))
    if activation == "relu":
        hint = Text(
            "ReLU turns a negative sum into 0; it does not just drop the sign.",
            "ReLU 把负的净输入变为 0，而不是取绝对值。",
        )
        slips.append(Slip("abs-for-relu", hint, np.abs(z)))
    if activation == "softmax":
        hint = Text(
            "Divide each exponential by the sum of them all: the outputs share a total of 1.",
            "每个指数都要除以全部指数之和：各输出之和为 1。",
        )
        slips.append(Slip("sigmoid-for-softmax", hint, sigmoid(z)))
    return tuple(slips)


@mlp_forward.check("sum the weights into each unit one by one, without matrices", "不用矩阵，逐个单元累加各权重的贡献")
def unit_by_unit(
    x: Value, w1: Value, b1: Value, w2: Value, b2: Value, w3: Value, b3: Value, hidden: str, output: str
) -> dict[str, Value]:
    """The same network by scalar loops."""
    layers = [(w1, b1), (w2, b2)] + ([(w3, b3)] if w3 is not None else [])
    found: dict[str, Value] = {}
    a = list(x)
    for number, (w, b) in enumerate(layers, 1):
        z = []
        for weights, bias in zip(w, b, strict=True):
            total = bias
            for weight, signal in zip(weights, a, strict=True):
                total += weight * signal
            z.append(total)
        a = _scalars(z, output if number == len(layers) else hidden)
        found |= {f"z{number}": z, f"a{number}": a}
    return found


def _scalars(z: list[float], activation: str) -> list[float]:
    if activation == "softmax":
        powers = [math.exp(one - max(z)) for one in z]
        return [power / sum(powers) for power in powers]
    functions = {
        "identity": lambda one: one,
        "relu": lambda one: one if one > 0 else 0.0,
        "sigmoid": lambda one: (1 + math.tanh(one / 2)) / 2,
        "tanh": math.tanh,
    }
    return [functions[activation](one) for one in z]


@mlp_forward.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The network from its input at the bottom to its output, with the activations in the units."""
    last = 3 if worked.inputs["w3"] is not None else 2
    found = [Layer(Text("input x", "输入 x"), written(worked.inputs["x"]))]
    for number in range(1, last + 1):
        role = Text("output", "输出") if number == last else Text("hidden", "隐藏层")
        label = Text(f"{role.en} a{UP[number]}", f"{role.zh} a{UP[number]}")
        link = layer_link(number, worked.inputs[f"w{number}"], worked.inputs["output" if number == last else "hidden"])
        found.insert(0, Layer(label, written(worked.step(f"a{number}").value), link))
    return [Layers(Text("The network with its activations", "网络与各单元的激活值"), tuple(found))]


@mlp_forward.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: 2-2-1 with ReLU, in whole numbers; 2: 2-3-1 with ReLU and a sigmoid; 3: 2-2-2-1 with tanh, or 2-3-3 to softmax."""
    halves = (-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2)
    tenths = (-1.2, -0.9, -0.6, -0.4, -0.2, 0.3, 0.5, 0.7, 0.8, 1.1)
    if level == 1:
        inputs = random_layers(rng, (2, 2, 1), (-2, -1, 1, 2)) | {"hidden": "relu", "output": "identity"}
    elif level == 2:
        inputs = random_layers(rng, (2, 3, 1), halves) | {"hidden": "relu", "output": "sigmoid"}
    elif rng.random() < 0.5:
        inputs = random_layers(rng, (2, 2, 2, 1), tenths) | {"hidden": "tanh", "output": pick(rng, ("tanh", "sigmoid"))}
    else:
        inputs = random_layers(rng, (2, 3, 3), halves) | {"hidden": "relu", "output": "softmax"}
    inputs["x"] = random_vector(rng, 2, (-2, -1, 1, 2, 3))
    truth = work(mlp_forward, defaults(mlp_forward) | inputs)
    first, *later = (step.value for step in truth.steps if step.name.startswith("z"))
    if inputs["hidden"] == "relu" and not min(first) < 0 < max(first):
        return None  # ReLU would do nothing, or silence the whole layer
    if inputs["hidden"] == "tanh" and max(abs(first)) > 3:
        return None  # saturated
    if inputs["output"] != "identity" and max(abs(later[-1])) > 4:
        return None  # saturated
    return inputs
