"""`studynn compute deep-rnn`: stacked recurrent layers, each reading the one below and its own old state."""

from math import tanh
from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, Vector, input_text, inputs_of
from studynn.core.picture import Flow, Lane, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, same
from studynn.worked._recurrent import halves, scalar_cell, scalar_cell_text
from studynn.worked._training import low, signed

MOST_STEPS = 12
MOST_LAYERS = 3
UP = "⁰¹²³"


@example(
    title=Text("Stacked RNN layers", "堆叠的 RNN（深度 RNN）"),
    topic="rnn",
    results=("h{l}-{t}",),
    notes=(
        Text(
            "Superscripts number the layers, subscripts the steps; h⁰ₜ is xₜ, and every layer starts from 0.",
            "上标为层号，下标为时刻；h⁰ₜ 就是 xₜ，各层都从 0 开始。",
        ),
        Text(
            "Layer by layer or step by step, both orders give the same states.",
            "逐层计算与逐时刻计算结果相同。",
        ),
    ),
)
def deep_rnn(
    x: Annotated[Vector, Input("x", Text("inputs, one a step", "各步的输入"), longest=MOST_STEPS)] = (2.0, -1.0),
    u: Annotated[
        Vector, Input("u", Text("weight on the layer below, one a layer", "各层对下一层的权重"), longest=MOST_LAYERS)
    ] = (0.5, 1.0),
    w: Annotated[
        Vector, Input("w", Text("weight on the old state, one a layer", "各层对自身旧状态的权重"), longest=MOST_LAYERS)
    ] = (1.0, -0.5),
) -> Steps:
    """hˡₜ = tanh(uₗ hˡ⁻¹ₜ + wₗ hˡₜ₋₁) with h⁰ = x; one unit a layer, no biases.

    Source: Graves, Mohamed & Hinton 2013, equation 11; document 000, deep RNN.
    """
    if len(u) != len(w):
        raise InputError(
            "w",
            input_text(inputs_of(deep_rnn)["w"], w),
            Text(
                f"must have {len(u)} numbers, one a layer as --u, it has {len(w)}",
                f"应与 --u 一样每层一个数，共 {len(u)} 个，现有 {len(w)} 个",
            ),
        )
    old = [0.0] * (len(u) + 1)
    for t, number in enumerate(x, 1):
        new = [number]
        for layer in range(1, len(u) + 1):
            h = yield _state(layer, t, new, old, (u[layer - 1], w[layer - 1]))
            new.append(h)
        old = new
    last = len(x)
    return [
        Text(
            f"The answer of the stack is its top layer at the last step, h{UP[len(u)]}{low(last)}; tanh was taken {len(u) * last} times.",
            f"整个网络的结果是最上层在最后时刻的状态 h{UP[len(u)]}{low(last)}；共用了 {len(u) * last} 次 tanh。",
        )
    ]


def _state(layer: int, t: int, new: list[float], old: list[float], weights: tuple[float, float]) -> Step:
    """One cell of the grid; `new` holds x and the layers below at t, `old` x and all layers at t − 1 (0 at first)."""
    (u, w), below, before = weights, new[layer - 1], old[layer]
    slips = []
    if w * before:
        hint = Text(
            "The layer has a memory of its own: add wₗ times its old state.",
            "这一层有自己的记忆：加上 wₗ 乘它的旧状态。",
        )
        slips.append(Slip("no-recurrence", hint, tanh(u * below)))
    if layer > 1:
        hint = Text(
            "Only layer 1 sees x; this one reads the layer right below.",
            "只有第 1 层读 x；这一层读的是紧邻的下面一层。",
        )
        slips.append(Slip("layer-two-reads-x", hint, scalar_cell(u, new[0], w, before)))
        late = old[layer - 1]
        hint = Text(
            "Upwards no time passes: read the layer below at the same t.",
            "向上传递不过时间：读下面一层同一时刻的状态。",
        )
        slips.append(Slip("below-one-step-late", hint, scalar_cell(u, late, w, before)))
        if t > 1:
            hint = Text("wₗ goes with the old state of this very layer.", "wₗ 乘的是本层自己的旧状态。")
            slips.append(Slip("state-from-below", hint, scalar_cell(u, below, w, late)))
    under = f"x{low(t)}" if layer == 1 else f"h{UP[layer - 1]}{low(t)}"
    return Step(
        f"h{layer}-{t}",
        Text(f"Layer {layer}, step {t}", f"第 {layer} 层第 {t} 步"),
        f"h{UP[layer]}{low(t)} = tanh(u{low(layer)} {under} + w{low(layer)} h{UP[layer]}{low(t - 1)})",
        scalar_cell_text(u, below, w, before),
        scalar_cell(u, below, w, before),
        tuple(slips),
    )


@deep_rnn.check(
    "the engine's RNN, the whole sequence through one layer after the other", "引擎的 RNN：整个序列逐层通过"
)
def layer_by_layer(x: Value, u: Value, w: Value) -> dict[str, Value]:
    """The states of a layer are the inputs of the next."""
    import numpy as np

    from studynn.nn.recurrent import rnn_forward

    found: dict[str, Value] = {}
    states = np.array(x, dtype=float).reshape(-1, 1, 1)
    for layer, weights in enumerate(zip(u, w, strict=True), 1):
        on_below, on_old = (np.array([[weight]], dtype=float) for weight in weights)
        states = rnn_forward(states, np.zeros((1, 1)), on_below, on_old, np.zeros(1)).h[1:]
        found |= {f"h{layer}-{t}": float(h) for t, h in enumerate(states[:, 0, 0], 1)}
    return found


@deep_rnn.pictures
def pictures(worked: Worked) -> list[Picture]:
    """Layers upwards, time to the right: on the arrows the weight of the old state, between the rows that of the layer below."""
    x, u, w = (worked.inputs[name] for name in "xuw")
    steps, blank = range(1, len(x) + 1), (" ",) * len(x)
    lanes = []
    for layer in range(len(u), 0, -1):
        states = [number_text(worked.step(f"h{layer}-{t}").value) for t in steps]
        lanes.append(Lane(same(f"h{UP[layer]}"), ("0", *states), (f"×{signed(w[layer - 1])}",) * len(x)))
        lanes.append(Lane(same(""), ("", *[f"↑ ×{signed(u[layer - 1])}"] * len(x)), blank))
    lanes.append(Lane(same("x"), ("", *map(number_text, x)), blank))
    return [Flow(Text("Layers upwards, steps to the right", "向上为层，向右为时刻"), tuple(lanes))]


@deep_rnn.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two steps, the same weights in both layers; 2: two or three steps, other weights; 3: three layers."""
    steps = rng.randint(2, 3) if level == 2 else 2
    layers = 3 if level == 3 else 2
    x = tuple(pick(rng, (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)) for _ in range(steps))
    u, w = halves(rng, layers), halves(rng, layers)
    if level == 1:
        u, w = u[:1] * 2, w[:1] * 2
    if len(set(x)) == 1 or (level > 1 and len(set(zip(u, w, strict=True))) < layers):
        return None
    return {"x": x, "u": u, "w": w}
