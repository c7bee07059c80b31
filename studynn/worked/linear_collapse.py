"""`studynn compute linear-collapse`: two linear layers are one, unless an activation stands between them."""

from typing import Annotated

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Matrix, Vector, defaults
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, example, work
from studynn.core.text import Text, value_text
from studynn.nn.activations import Array
from studynn.nn.dense import Layer, mlp
from studynn.worked._layers import affine, affine_text, array_text, require_layer, settled
from studynn.worked._units import vector_of

WIDEST = 16


@example(
    title=Text("Two linear layers collapse into one", "两层线性层合并为一层"),
    topic=("foundations", "mlp", "activation"),
    results=("h", "y", "W", "b", "y-relu"),
    notes=(
        Text(
            "Wx + b gives the same y for every x: without an activation between them, more layers compute nothing new.",
            "对任何 x，Wx + b 都得到同样的 y：中间没有激活函数，层数再多也算不出新东西。",
        ),
        Text("With ReLU between them it is another function.", "中间加上 ReLU，就成了另一个函数。"),
        Text(
            "Vectors are columns here; as rows the same reads x W₁ᵀW₂ᵀ + b.",
            "这里向量为列向量；写成行向量则为 x W₁ᵀW₂ᵀ + b。",
        ),
    ),
)
def linear_collapse(
    w1: Annotated[Matrix, Input("W₁", Text("weights of the first layer", "第一层的权重"), longest=WIDEST)] = (
        (1.0, -1.0),
        (2.0, 0.0),
    ),
    b1: Annotated[Vector, Input("b₁", Text("biases of the first layer", "第一层的偏置"), longest=WIDEST)] = (1.0, -1.0),
    w2: Annotated[Matrix, Input("W₂", Text("weights of the second layer", "第二层的权重"), longest=WIDEST)] = (
        (2.0, 1.0),
        (0.0, -1.0),
    ),
    b2: Annotated[Vector, Input("b₂", Text("biases of the second layer", "第二层的偏置"), longest=WIDEST)] = (3.0, 2.0),
    x: Annotated[Vector, Input("x", Text("input", "输入"), longest=WIDEST)] = (1.0, 3.0),
) -> Steps:
    """W₂(W₁x + b₁) + b₂ = Wx + b with W = W₂W₁ and b = W₂b₁ + b₂; x: n, W₁: h×n, W₂: m×h.

    Raises InputError for shapes that do not chain. Source: document 002, linear layers; Goodfellow, Bengio &
    Courville 2016, section 6.1.
    """
    require_layer(linear_collapse, 1, w1, b1, "x", x)
    require_layer(linear_collapse, 2, w2, b2, "w1", w1)
    first, inner = np.asarray(w1, dtype=float), np.asarray(b1, dtype=float)
    second, outer = np.asarray(w2, dtype=float), np.asarray(b2, dtype=float)
    h = yield _hidden(first, np.asarray(x, dtype=float), inner)
    y = yield _output(second, h, outer)
    yield _matrix(first, second)
    yield _bias(second, inner, outer)
    yield _with_relu(second, h, outer, y)
    return []


def _hidden(w: Array, x: Array, b: Array) -> Step:
    slips = []
    if w.shape[0] == w.shape[1] and not np.array_equal(w, w.T):
        hint = Text("Row i of W₁ belongs to output i: go along the rows.", "W₁ 的第 i 行对应第 i 个输出：按行相乘。")
        slips.append(Slip("transposed-w1", hint, affine(w.T, x, b)))
    title = Text("First layer, no activation", "第一层，无激活函数")
    return Step("h", title, "W₁x + b₁", affine_text(w, value_text(x), b), affine(w, x, b), tuple(slips))


def _output(w: Array, h: Array, b: Array) -> Step:
    slips = []
    if b.any():
        hint = Text("The second layer has a bias too: add b₂.", "第二层也有偏置：加上 b₂。")
        slips.append(Slip("bias-forgotten", hint, affine(w, h, np.zeros_like(b))))
    title = Text("Second layer", "第二层")
    return Step("y", title, "W₂h + b₂", affine_text(w, value_text(h), b), affine(w, h, b), tuple(slips))


def _product(left: Array, right: Array) -> Array:
    return settled(left @ right, np.abs(left) @ np.abs(right))


def _matrix(first: Array, second: Array) -> Step:
    merged, slips = _product(second, first), []
    if first.shape == second.shape:
        if first.shape[0] == first.shape[1] and not np.array_equal(merged, _product(first, second)):
            order = Text("x meets W₁ first, so W₁ stands on the right: W₂W₁.", "x 先遇到 W₁，所以 W₁ 在右边：W₂W₁。")
            slips.append(Slip("wrong-order", order, _product(first, second)))
        hint = Text("One layer after another multiplies the matrices.", "层层相接是矩阵相乘，不是相加。")
        slips.append(Slip("added", hint, first + second))
    title = Text("The one matrix", "合并后的矩阵")
    return Step("W", title, "W = W₂W₁", f"{array_text(second)}·{array_text(first)}", merged, tuple(slips))


def _bias(second: Array, inner: Array, outer: Array) -> Step:
    merged, slips = affine(second, inner, outer), []
    if not np.array_equal(merged, outer):
        lost = Text("b₁ is still there: it comes out as W₂b₁.", "b₁ 并未消失：它变成 W₂b₁。")
        slips.append(Slip("inner-bias-lost", lost, outer + 0.0))
    if len(inner) == len(outer) and inner.any() and not np.array_equal(merged, inner + outer):
        through = Text("b₁ passes the second layer too: multiply it by W₂.", "b₁ 也要经过第二层：先乘 W₂。")
        slips.append(Slip("biases-added", through, inner + outer))
    title = Text("The one bias", "合并后的偏置")
    return Step("b", title, "b = W₂b₁ + b₂", affine_text(second, value_text(inner), outer), merged, tuple(slips))


def _with_relu(second: Array, h: Array, outer: Array, y: Array) -> Step:
    slips = []
    value = affine(second, np.maximum(h, 0), outer)
    if np.any(h < 0) and not np.array_equal(value, y):
        hint = Text("ReLU turns the negative entries of h into 0 first.", "ReLU 先把 h 的负分量变为 0。")
        slips.append(Slip("relu-ignored", hint, y))
    return Step(
        "y-relu",
        Text("With ReLU between", "中间加上 ReLU"),
        "W₂ ReLU(h) + b₂",
        affine_text(second, f"ReLU({value_text(h)})", outer),
        value,
        tuple(slips),
    )


@linear_collapse.check(
    "run both layers on 0 and on the unit vectors: b is the output for 0, each column of W a difference to it",
    "让两层依次作用于 0 和各单位向量：对 0 的输出是 b，与它之差是 W 的各列",
)
def by_unit_vectors(w1: Value, b1: Value, w2: Value, b2: Value, x: Value) -> dict[str, Value]:
    """The engine's pass over a batch; y by the one matrix found so."""
    given = [np.asarray(part, dtype=float) for part in (w1, b1, w2, b2)]
    layers = [Layer(given[0], given[1]), Layer(given[2], given[3])]
    size = len(x)
    outputs = mlp(np.concatenate([np.zeros((1, size)), np.eye(size)]), layers)[-1].a
    matrix, bias = (outputs[1:] - outputs[0]).T, outputs[0]
    point = np.asarray(x, dtype=float)
    bent = mlp(point[None], [layers[0]._replace(activation="relu"), layers[1]])
    return {"h": bent[0].z[0], "y": matrix @ point + bias, "W": matrix, "b": bias, "y-relu": bent[1].a[0]}


@linear_collapse.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: one unit a layer; 2: two units, with biases in the first layer; 3: both biases, often three inputs."""
    entries = (-5, -4, -3, -2, 2, 3, 4, 5) if level == 1 else (-3, -2, -1, 0, 1, 2, 3)
    n, width = {1: (1, 1), 2: (2, 2), 3: (pick(rng, (2, 3)), 2)}[level]
    shifts = [entry for entry in entries if entry]
    inputs: Inputs = {
        "w1": tuple(vector_of(rng, n, entries) for _ in range(width)),
        "b1": vector_of(rng, width, shifts),
        "w2": tuple(vector_of(rng, width, entries) for _ in range(width)),
        "b2": (0.0,) * width if level == 2 else vector_of(rng, width, shifts),
        "x": vector_of(rng, n, (-3, -2, -1, 1, 2, 3)),
    }
    truth = work(linear_collapse, defaults(linear_collapse) | inputs)
    due = {"relu-ignored", "inner-bias-lost"} | ({"wrong-order"} if level > 1 and n == 2 else set())
    silent = level > 1 and max(truth.step("h").value) <= 0  # ReLU would leave b₂ alone
    return inputs if due <= set(truth.slips()) and not silent else None
