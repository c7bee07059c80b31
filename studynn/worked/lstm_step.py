"""`studynn compute lstm-step`: one step of an LSTM, from the gates to the new cell and the new state."""

from collections.abc import Generator
from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, Matrix, Vector, defaults, input_text, inputs_of
from studynn.core.picture import Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example, work
from studynn.core.text import Text, value_text
from studynn.nn.activations import Array, sigmoid
from studynn.nn.recurrent import GATES, lstm_forward
from studynn.worked._recurrent import drawn_layers, gate_bars, halves, of_step, require_shape

MOST_UNITS = 4
MOST_INPUTS = 16
NAMES = {
    "f": Text("forget gate", "遗忘门"),
    "i": Text("input gate", "输入门"),
    "g": Text("candidate", "候选值"),
    "o": Text("output gate", "输出门"),
}
Layer = tuple[Array, Array, Array]


def _u(gate: str) -> Input:
    name = NAMES[gate]
    return Input(
        f"U_{gate}",
        Text(f"{name.en}: weights on the input", f"{name.zh}：输入的权重"),
        longest=MOST_INPUTS,
        unless="gates",
    )


def _w(gate: str) -> Input:
    name = NAMES[gate]
    return Input(
        f"W_{gate}",
        Text(f"{name.en}: weights on the old state", f"{name.zh}：旧状态的权重"),
        longest=MOST_UNITS,
        unless="gates",
    )


def _b(gate: str) -> Input:
    name = NAMES[gate]
    return Input(f"b_{gate}", Text(f"{name.en}: bias", f"{name.zh}：偏置"), longest=MOST_UNITS, unless="gates")


@example(title=Text("One LSTM step", "LSTM 的一步"), topic="lstm", results=("f", "i", "g", "o", "c", "h-new"))
def lstm_step(
    x: Annotated[
        Vector, Input("x", Text("input of this step", "这一步的输入"), longest=MOST_INPUTS, unless="gates")
    ] = (2.0,),
    h: Annotated[Vector, Input("h₋₁", Text("old state", "旧状态"), longest=MOST_UNITS, unless="gates")] = (-0.5,),
    c: Annotated[Vector, Input("c₋₁", Text("old cell", "旧记忆细胞"), longest=MOST_UNITS)] = (2.0,),
    uf: Annotated[Matrix, _u("f")] = ((0.5,),),
    wf: Annotated[Matrix, _w("f")] = ((1.0,),),
    bf: Annotated[Vector, _b("f")] = (0.5,),
    ui: Annotated[Matrix, _u("i")] = ((-0.5,),),
    wi: Annotated[Matrix, _w("i")] = ((-1.0,),),
    bi: Annotated[Vector, _b("i")] = (0.5,),
    ug: Annotated[Matrix, _u("g")] = ((1.0,),),
    wg: Annotated[Matrix, _w("g")] = ((1.0,),),
    bg: Annotated[Vector, _b("g")] = (-0.5,),
    uo: Annotated[Matrix, _u("o")] = ((0.5,),),
    wo: Annotated[Matrix, _w("o")] = ((2.0,),),
    bo: Annotated[Vector, _b("o")] = (2.0,),
    x2: Annotated[
        Vector | None,
        Input("x₂", Text("input of a second step", "第二步的输入"), longest=MOST_INPUTS, unless="gates"),
    ] = None,
    gates: Annotated[
        Vector | None,
        Input("f,i,g,o", Text("values of the gates and the candidate, for one unit", "直接给出一个单元的各门与候选值")),
    ] = None,
) -> Steps:
    """c = f⊙c₋₁ + i⊙g and h = o⊙tanh(c), with f, i, o = σ(zₖ), g = tanh(z_g), zₖ = Uₖx + Wₖh₋₁ + bₖ.

    n inputs, m units: Uₖ m×n, Wₖ m×m. With x₂ a first step comes before, its steps numbered 1. Source: Hochreiter & Schmidhuber 1997; Gers et al. 2000 (forget gate); document 003.
    """
    old_cell = np.asarray(c, dtype=float)
    if gates is None:
        layers = {"f": (uf, wf, bf), "i": (ui, wi, bi), "g": (ug, wg, bg), "o": (uo, wo, bo)}
        row, state, fitted = _fitting(x, h, c, layers)
        if x2 is not None:
            second = np.asarray(x2, dtype=float)
            require_shape(lstm_step, "x2", second, row.shape, Text("as --x has", "（与 --x 相同）"))
            opened = yield from _opened(row, state, fitted, 1)
            old_cell = yield of_step(_cell(opened, old_cell), 1)
            state = yield of_step(_state(opened["o"], old_cell), 1)
            row = second
        opened = yield from _opened(row, state, fitted)
    else:
        opened = _given(gates, old_cell)
    cell = yield _cell(opened, old_cell)
    yield _state(opened["o"], cell)
    return _notes(gates is not None)


def _fitting(x: Any, h: Any, c: Any, layers: Any) -> tuple[Array, Array, dict[str, Layer]]:
    """x, h₋₁ and the four layers as arrays; InputError where a shape does not fit x and h₋₁."""
    x, h = np.asarray(x, dtype=float), np.asarray(h, dtype=float)
    n, m = len(x), len(h)
    require_shape(lstm_step, "c", np.asarray(c, dtype=float), (m,), Text("as --h has", "（与 --h 相同）"))
    why = Text(f"to fit --x of length {n} and --h of length {m}", f"（--x 有 {n} 个数，--h 有 {m} 个数）")
    found = {}
    for gate, layer in layers.items():
        u, w, b = (np.asarray(part, dtype=float) for part in layer)
        for name, part, shape in (("u", u, (m, n)), ("w", w, (m, m)), ("b", b, (m,))):
            require_shape(lstm_step, name + gate, part, shape, why)
        found[gate] = (u, w, b)
    return x, h, found


def _given(gates: Any, old_cell: Array) -> dict[str, Array]:
    """The gates as typed, each as an array of one unit; InputError where they lie outside their range."""
    typed = input_text(inputs_of(lstm_step)["gates"], gates)
    if len(gates) != 4:
        allowed = Text(
            f"must be four numbers f,i,g,o, these are {len(gates)}", f"应为 f,i,g,o 四个数，现有 {len(gates)} 个"
        )
        raise InputError("gates", typed, allowed)
    if len(old_cell) != 1:
        allowed = Text(
            f"is for one unit, and --c has {len(old_cell)}", f"只适用于一个单元，而 --c 有 {len(old_cell)} 个数"
        )
        raise InputError("gates", typed, allowed)
    f, i, g, o = gates
    for letter, value in (("f", f), ("i", i), ("o", o)):
        if not 0 <= value <= 1:
            raise InputError(
                "gates",
                typed,
                Text(f"{letter} is a gate: it must lie between 0 and 1", f"{letter} 是门，应在 0 到 1 之间"),
            )
    if not -1 <= g <= 1:
        raise InputError(
            "gates", typed, Text("g is a candidate: it must lie between −1 and 1", "g 是候选值，应在 −1 到 1 之间")
        )
    return {letter: np.array([value], dtype=float) for letter, value in zip("figo", gates, strict=True)}


def _opened(x: Array, h: Array, layers: dict[str, Layer], number: int = 0) -> Generator[Step, Any, dict[str, Array]]:
    z, opened = {}, {}
    for gate, layer in layers.items():
        z[gate] = yield of_step(_net_input(gate, x, h, layer), number)
    for gate in layers:
        opened[gate] = yield of_step(_gate(gate, z[gate]), number)
    return opened


def _net_input(gate: str, x: Array, h: Array, layer: Layer) -> Step:
    u, w, b = layer
    slips = []
    if (w @ h).any():
        hint = Text("Gates read the old state too: add Wₖh₋₁.", "门也读取旧状态：加上 Wₖh₋₁。")
        slips.append(Slip("state-ignored", hint, u @ x + b))
    if b.any():
        slips.append(
            Slip("bias-forgotten", Text("Each gate has a bias: add bₖ.", "每个门都有偏置：加上 bₖ。"), u @ x + w @ h)
        )
    return Step(
        f"z{gate}",
        Text(f"Net input of the {NAMES[gate].en}", f"{NAMES[gate].zh}的净输入"),
        f"z_{gate} = U_{gate} x + W_{gate} h₋₁ + b_{gate}",
        f"{value_text(u)}·{value_text(x)} + {value_text(w)}·{value_text(h)} + {value_text(b)}",
        u @ x + w @ h + b,
        tuple(slips),
    )


def _gate(gate: str, z: Array) -> Step:
    name = NAMES[gate]
    if gate == "g":
        hint = Text("The candidate can be negative: it takes tanh.", "候选值可以为负，用 tanh。")
        function, value, slip = "tanh", np.tanh(z), Slip("sigmoid-candidate", hint, sigmoid(z))
    else:
        hint = Text("A gate opens between 0 and 1: take the sigmoid.", "门的开度在 0 到 1 之间，用 sigmoid。")
        function, value, slip = "σ", sigmoid(z), Slip("tanh-gate", hint, np.tanh(z))
    title = Text(name.en.capitalize(), name.zh)
    return Step(gate, title, f"{gate} = {function}(z_{gate})", f"{function}({value_text(z)})", value, (slip,))


def _cell(opened: dict[str, Array], old: Array) -> Step:
    f, i, g = (opened[gate] for gate in "fig")
    swapped = Text("f scales the old cell, i the new content.", "f 乘旧记忆，i 乘新内容。")
    ungated = Text("New content passes the input gate: i⊙g.", "新内容要经过输入门：i⊙g。")
    coupled = Text(
        "The input gate i stands on its own; 1 − f in its place is how a GRU does it.",
        "输入门 i 独立于 f；用 1 − f 代替是 GRU 的做法。",
    )
    slips = [
        Slip("gates-swapped", swapped, i * old + f * g),
        Slip("input-gate-forgotten", ungated, f * old + g),
        Slip("coupled-gates", coupled, f * old + (1 - f) * g),
    ]
    if (f * old).any():
        dropped = Text(
            "What the forget gate keeps of the old cell belongs in: f⊙c₋₁.", "还要加上遗忘门保留的旧记忆 f⊙c₋₁。"
        )
        slips.append(Slip("old-cell-dropped", dropped, i * g))
    return Step(
        "c",
        Text("New cell: kept memory and new content", "新记忆细胞：保留的旧记忆加新内容"),
        "c = f⊙c₋₁ + i⊙g",
        f"{value_text(f)}⊙{value_text(old)} + {value_text(i)}⊙{value_text(g)}",
        f * old + i * g,
        tuple(slips),
    )


def _state(o: Array, cell: Array) -> Step:
    plain = Text("The cell goes through tanh before the output gate.", "记忆细胞先经 tanh，再乘输出门。")
    tangent = Text("tanh is meant, the hyperbolic tangent, not tan.", "是双曲正切 tanh，不是正切 tan。")
    ungated = Text("The output gate decides how much shows: multiply by o.", "露出多少由输出门决定：要乘 o。")
    return Step(
        "h-new",
        Text("New state: a gated view of the cell", "新状态：经输出门露出的记忆"),
        "h = o⊙tanh(c)",
        f"{value_text(o)}⊙tanh({value_text(cell)})",
        o * np.tanh(cell),
        (
            Slip("no-tanh-on-cell", plain, o * cell),
            Slip("tan-for-tanh", tangent, o * np.tan(cell)),
            Slip("output-gate-forgotten", ungated, np.tanh(cell)),
        ),
    )


def _notes(gates_given: bool) -> list[Text]:
    notes = [
        Text(
            "Libraries stack the four gates: PyTorch i,f,g,o; Keras i,f,c,o; ONNX i,o,f,c. The candidate g is also written c̃, a or j.",
            "框架把四个门叠在一起：PyTorch 为 i,f,g,o；Keras 为 i,f,c,o；ONNX 为 i,o,f,c。候选值 g 也写作 c̃、a 或 j。",
        )
    ]
    if gates_given:
        unused = Text("With --gates, x, h₋₁ and the weights are not used.", "给出 --gates 时，不使用 x、h₋₁ 和权重。")
        return [*notes, unused]
    return [
        *notes,
        Text(
            "U acts on the input and W on the state; many texts write Wx + Uh.",
            "U 作用于输入，W 作用于状态；不少资料写作 Wx + Uh。",
        ),
        Text(
            "Keras starts with 1 added to the forget bias; PyTorch keeps two biases a gate, b is their sum.",
            "Keras 初始化时把遗忘门偏置加 1；PyTorch 每个门有两个偏置，这里的 b 是两者之和。",
        ),
    ]


@lstm_step.check("all gates from one stacked matrix, split afterwards", "四个门由一个叠起来的矩阵一次求出，再拆开")
def stacked(**inputs: Any) -> dict[str, Value]:
    """The engine's pass over the steps; for given gates, tanh by way of the sigmoid."""
    old = np.asarray(inputs["c"], dtype=float)
    if inputs["gates"] is not None:
        f, i, g, o = inputs["gates"]
        cell = np.array([np.dot([f, i], [old[0], g])])
        return {"c": cell, "h-new": o * (2 * sigmoid(2 * cell) - 1)}
    x = np.array([[row] for row in (inputs["x"], inputs["x2"]) if row is not None], dtype=float)
    h = np.asarray(inputs["h"], dtype=float)
    u, w, b = (np.array([inputs[part + gate] for gate in GATES], dtype=float) for part in "uwb")
    trace = lstm_forward(x, h[None], old[None], u, w, b)
    gates = dict(zip(GATES, trace.gates[-1, 0], strict=True))
    return gates | {"c": trace.c[-1, 0], "h-new": trace.h[-1, 0]}


@lstm_step.pictures
def pictures(worked: Worked) -> list[Picture]:
    """How far the forget, input and output gates open."""
    typed = dict(zip("figo", worked.inputs["gates"] or (), strict=False))
    return gate_bars({gate: [typed[gate]] if typed else worked.step(gate).value for gate in "fio"})


@lstm_step.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: gates given in tenths; 2: one unit with net inputs 0, ±1, ±2; 3: two units, two steps, or a forget bias of 1 alone."""
    if level == 1:
        f, i, o = (rng.randint(1, 9) / 10 for _ in range(3))
        g = pick(rng, (-1, 1)) * rng.randint(2, 9) / 10
        inputs = {"c": (pick(rng, (-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0)),), "gates": (f, i, g, o)}
        opened = {"f": f, "i": i}
    elif level == 2:
        inputs = _round_net_inputs(rng)
    elif (form := rng.random()) < 0.5:
        inputs = _network(rng, units=2, width=rng.randint(1, 2))
    elif form < 0.75:
        inputs = _network(rng, units=1, width=1) | {"x2": halves(rng, 1)}
    else:
        zero = (0.0,)
        inputs = _network(rng, units=1, width=2) | {"bf": (1.0,), "bi": zero, "bg": zero, "bo": zero}
    truth = work(lstm_step, defaults(lstm_step) | inputs)
    if level > 1:
        opened = {gate: truth.step(gate).value for gate in "fi"}
    apart = np.minimum(np.abs(opened["f"] - opened["i"]), np.abs(opened["f"] + opened["i"] - 1))
    return inputs if np.min(apart) > 0.05 and np.max(np.abs(truth.step("c").value)) <= 2.5 else None


def _round_net_inputs(rng: Rng) -> Inputs:
    x, h = pick(rng, (-2.0, -1.0, 1.0, 2.0)), pick(rng, (-0.5, 0.5))
    inputs: Inputs = {"x": (x,), "h": (h,), "c": halves(rng, 1)}
    for gate in "figo":
        u, w = pick(rng, (-1.0, -0.5, 0.5, 1.0)), pick(rng, (-2.0, -1.0, 1.0, 2.0))
        net = pick(rng, (-2.0, -1.0, 0.0, 1.0, 2.0))
        inputs |= {"u" + gate: ((u,),), "w" + gate: ((w,),), "b" + gate: (net - u * x - w * h,)}
    return inputs


def _network(rng: Rng, units: int, width: int) -> Inputs:
    states = {"x": halves(rng, width), "h": halves(rng, units), "c": halves(rng, units)}
    return states | drawn_layers(rng, "figo", units, width)
