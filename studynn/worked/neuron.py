"""`studynn compute neuron`: one unit, a weighted sum and an activation; or maxout, the largest of several sums."""

import math
from collections.abc import Callable
from typing import Annotated, Any, Literal

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Vector, defaults
from studynn.core.picture import Bars, Curve, Picture, sampled
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example, work
from studynn.core.text import Text, number_text
from studynn.nn.activations import Array, maxout, sigmoid
from studynn.nn.dense import activate
from studynn.worked._layers import settled
from studynn.worked._training import low, signed
from studynn.worked._units import entries, refusal, require_length, shifted, vector_of

Activation = Literal["sigmoid", "tanh", "relu", "identity", "maxout"]


@example(
    title=Text("One neuron", "单个神经元"),
    topic=("activation", "foundations"),
    results=("z", "a"),
    notes=(
        Text(
            "A bias is a weight too, on an input that is always 1; with a threshold θ in its place, b = −θ.",
            "偏置也是权重，对应恒为 1 的输入；若用阈值 θ，则 b = −θ。",
        ),
    ),
)
def neuron(
    x: Annotated[Vector, Input("x", Text("inputs of the neuron", "神经元的输入"))] = (2.0, -1.0, 3.0),
    w: Annotated[
        Any, (1, 2), Input("w", Text("weights; for maxout a row for each piece", "权重；maxout 时每段一行"))
    ] = (0.5, 1.0, -0.25),
    b: Annotated[Vector, Input("b", Text("bias; for maxout one for each piece", "偏置；maxout 时每段一个"))] = (0.5,),
    activation: Annotated[Activation, Input("f", Text("activation function", "激活函数"))] = "sigmoid",
) -> Steps:
    """z = Σ wᵢxᵢ + b and a = f(z); maxout has k sums, from w of k×n and b of length k, and a is the largest of them.

    Raises InputError for shapes that do not fit. Source: document 001, activation functions; Goodfellow et al. 2013
    (maxout).
    """
    _refuse(x, w, b, activation)
    signals, weights, biases = (np.asarray(part, dtype=float) for part in (x, w, b))
    products = yield Step(
        "products",
        Text("Weighted inputs", "加权后的输入"),
        "wᵢxᵢ",
        _products_text(weights, signals),
        weights * signals + 0.0,
    )
    z = yield _sum(np.asarray(products, dtype=float), biases)
    yield _maxout(z) if activation == "maxout" else _output(activation, z)
    return []


def _refuse(x: Value, w: Value, b: Value, activation: Activation) -> None:
    shape = np.shape(w)
    size = "×".join(map(str, shape))
    if activation == "maxout" and (len(shape) == 1 or shape[0] < 2):
        raise refusal(
            neuron,
            "w",
            w,
            Text(
                "must have two rows or more for maxout, a row for each piece: 1,2;3,4",
                "maxout 至少要有两行权重，每段一行：1,2;3,4",
            ),
        )
    if activation != "maxout" and len(shape) == 2:
        raise refusal(
            neuron,
            "w",
            w,
            Text(
                f"must be one row of weights for --activation {activation}, it is {size}",
                f"--activation {activation} 只用一行权重，现为 {size}",
            ),
        )
    if shape[-1] != len(x):
        due = "×".join(map(str, (*shape[:-1], len(x))))
        words = Text(f"must be {due} to fit --x", f"应为 {due}，才能与 --x 相配")
        if len(shape) == 1:
            words = Text(f"must have length {due} to fit --x", f"长度应为 {due}，才能与 --x 相配")
        have = "has length" if len(shape) == 1 else "is"
        allowed = Text(f"{words.en} of length {len(x)}, it {have} {size}", f"{words.zh}（长度 {len(x)}），现为 {size}")
        raise refusal(neuron, "w", w, allowed)
    require_length(neuron, "b", b, "w", 1 if len(shape) == 1 else shape[0])


def _products_text(weights: Array, signals: Array) -> str:
    rows = [
        ", ".join(
            f"{signed(float(weight))}·{signed(float(signal))}" for weight, signal in zip(row, signals, strict=True)
        )
        for row in np.atleast_2d(weights)
    ]
    return f"[{'; '.join(rows)}]"


def _sum(products: Array, bias: Array) -> Step:
    rows = np.atleast_2d(products)
    written = [
        f"{' + '.join(signed(float(term)) for term in row)} {shifted(float(one))}"
        for row, one in zip(rows, bias, strict=True)
    ]
    without = rows.sum(axis=1)
    size = np.abs(rows).sum(axis=1) + np.abs(bias)
    slips = []
    if bias.any():
        slips = [
            Slip("no-bias", Text("The bias b still has to be added.", "还要加上偏置 b。"), entries(without)),
            Slip(
                "bias-subtracted",
                Text("The bias is added; only a threshold is taken off.", "偏置是加上去的；要减的是阈值。"),
                entries(without - bias),
            ),
        ]
    several = products.ndim == 2
    return Step(
        "z",
        Text("Sums of the pieces", "各段的加权和") if several else Text("Weighted sum and bias", "加权和与偏置"),
        "zⱼ = Σᵢ wⱼᵢxᵢ + bⱼ" if several else "z = Σᵢ wᵢxᵢ + b",
        f"[{', '.join(written)}]" if several else written[0],
        entries(settled(without + bias, size)),
        tuple(slips),
    )


def _output(activation: Activation, z: Value) -> Step:
    z = float(z)
    formula, shown, value, slips = "a = z", number_text(z), z, list[Slip]()
    if activation == "sigmoid":
        formula, shown, value = "a = 1/(1 + exp(−z))", f"1/(1 + exp({number_text(-z)}))", _sigma(z)
        rising = Text("It is e to the minus z: σ rises with z.", "是 e 的 −z 次方：σ 随 z 上升。")
        below = Text(
            "tanh reaches from −1 to 1; the sigmoid stays between 0 and 1.",
            "tanh 在 −1 与 1 之间；sigmoid 在 0 与 1 之间。",
        )
        slips = [Slip("sign-of-exponent", rising, _sigma(-z)), Slip("tanh-for-sigmoid", below, math.tanh(z))]
    elif activation == "tanh":
        formula, shown, value = "a = tanh(z)", f"tanh({number_text(z)})", math.tanh(z)
        hint = Text("Use tanh, which also takes negative values: 2σ(2z) − 1.", "应用 tanh，它可取负值：2σ(2z) − 1。")
        slips = [Slip("sigmoid-for-tanh", hint, _sigma(z))]
    elif activation == "relu":
        formula, shown, value = "a = max(0, z)", f"max(0, {number_text(z)})", max(0.0, z)
        if z < 0:
            folded = Text("A negative sum becomes 0; ReLU does not drop the sign.", "负的和变为 0；ReLU 不是取绝对值。")
            passed = Text("ReLU stops negative sums: 0.", "ReLU 不让负的和通过：应为 0。")
            slips = [Slip("abs-for-relu", folded, -z), Slip("relu-passes-negative", passed, z)]
    return Step("a", Text("Output", "输出"), formula, shown, value, tuple(slips))


def _sigma(z: float) -> float:
    return float(sigmoid(np.asarray(z)))


def _maxout(z: Array) -> Step:
    largest = float(maxout(z))
    by_size = float(z[np.argmax(np.abs(z))])
    added = Text("The pieces compete: only the largest one passes.", "各段相互竞争：只取最大的一个，不相加。")
    slips = [Slip("sum-of-pieces", added, float(z.sum()))]
    if -by_size > abs(largest):
        hint = Text("Take the largest value with its sign, not the largest size.", "比较的是带符号的值，不是绝对值。")
        slips.append(Slip("largest-size", hint, by_size))
    shown = f"max({', '.join(number_text(float(piece)) for piece in z)})"
    return Step("a", Text("Output: the largest piece", "输出：最大的一段"), "a = maxⱼ zⱼ", shown, largest, tuple(slips))


@neuron.check("a sum term by term, and σ(z) as (1 + tanh(z/2))/2", "逐项累加，并用 σ(z) = (1 + tanh(z/2))/2")
def term_by_term(x: Value, w: Value, b: Value, activation: Activation) -> dict[str, Value]:
    """Plain loops over weights and inputs, in the order of adding that keeps most digits."""
    rows = w if activation == "maxout" else (w,)
    z = [math.fsum([bias, *(a * c for a, c in zip(row, x, strict=True))]) for row, bias in zip(rows, b, strict=True)]
    if activation == "maxout":
        return {"z": np.array(z), "a": sorted(z)[-1]}
    functions: dict[str, Callable[[float], float]] = {
        "sigmoid": lambda one: (1 + math.tanh(one / 2)) / 2,
        "tanh": lambda one: 1 - 2 / (math.exp(min(2 * one, 700)) + 1),
        "relu": lambda one: (one + abs(one)) / 2,
        "identity": lambda one: one,
    }
    return {"z": z[0], "a": functions[activation](z[0])}


@neuron.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The activation with the point (z, a) on it; of maxout the pieces."""
    z, name = worked.step("z").value, worked.inputs["activation"]
    if name == "maxout":
        labels = tuple(f"z{low(j)}" for j in range(1, len(z) + 1))
        return [
            Bars(Text("Pieces, the largest marked", "各段，标出最大者"), labels, tuple(z.tolist()), (int(z.argmax()),))
        ]
    reach = max(4.0, abs(z))
    curve = sampled(lambda at: float(activate(name, np.array(at))), -reach, reach)
    return [
        Curve(Text(f"{name}, with this neuron on it", f"{name} 曲线与本神经元"), curve, ((z, worked.step("a").value),))
    ]


@neuron.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two whole inputs, halves as weights, ReLU or none; 2: three inputs, sigmoid or tanh; 3: maxout of three pieces."""
    halves = (-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2)
    quarters = (-1.25, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1.25)
    count, weights = (3, quarters) if level == 2 else (2, halves)
    inputs: Inputs = {"x": vector_of(rng, count, (-3, -2, -1, 1, 2, 3))}
    if level == 3:
        inputs |= {"w": tuple(vector_of(rng, count, weights) for _ in range(3)), "b": vector_of(rng, 3, weights)}
        inputs["activation"] = "maxout"
    else:
        inputs |= {"w": vector_of(rng, count, weights), "b": vector_of(rng, 1, weights)}
        inputs["activation"] = pick(rng, ("relu", "identity") if level == 1 else ("sigmoid", "tanh"))
    z = work(neuron, defaults(neuron) | inputs).step("z").value
    if level == 3:
        return inputs if min(z) < 0 and len(set(z)) == 3 else None
    return inputs if z and (level == 1 or abs(z) <= 3) else None
