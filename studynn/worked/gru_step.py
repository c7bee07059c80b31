"""`studynn compute gru-step`: one step of a GRU, from the two gates to the candidate and the new state."""

from collections.abc import Generator
from typing import Annotated, Any, Literal

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, Matrix, Vector, defaults, input_text, inputs_of
from studynn.core.picture import Cells, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example, work
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import Array, sigmoid
from studynn.nn.recurrent import GRU_GATES, gru_forward
from studynn.worked._drawings import slider
from studynn.worked._recurrent import drawn_layers, halves, of_step, require_shape

MOST_UNITS = 4
MOST_INPUTS = 16
NAMES = {"z": Text("update gate", "更新门"), "r": Text("reset gate", "重置门"), "n": Text("candidate", "候选状态")}
PARTS = {
    "U": Text("weights on the input", "输入的权重"),
    "W": Text("weights on the old state", "旧状态的权重"),
    "b": Text("bias", "偏置"),
}
BIAS = Text("The sum lacks its bias: add it.", "求和时漏了偏置，要加上。")
Layer = tuple[Array, Array, Array]
Convention = Literal["cho", "chung", "pytorch"]


def _part(letter: str, gate: str) -> Input:
    name, what = NAMES[gate], PARTS[letter]
    words = Text(f"{name.en}: {what.en}", f"{name.zh}：{what.zh}")
    return Input(f"{letter}_{gate}", words, longest=MOST_INPUTS if letter == "U" else MOST_UNITS, unless="gates")


CONVENTION_HELP = Text(
    "cho: z keeps the old state, r acts before W; chung: z takes the new one; pytorch: as cho, but r acts after W",
    "cho：z 保留旧状态，r 在乘 W 之前作用；chung：z 取新状态；pytorch：同 cho，但 r 在乘 W 之后作用",
)
GATES_HELP = Text("values of update gate and candidate, for one unit", "直接给出一个单元的更新门与候选状态")
BHN_HELP = Text("bias that r scales along with W h (pytorch only)", "与 W h 一起被 r 缩放的偏置（仅 pytorch）")


@example(title=Text("One GRU step", "GRU 的一步"), topic="gru", results=("z", "r", "candidate", "h-new"))
def gru_step(
    x: Annotated[
        Vector, Input("x", Text("input of this step", "这一步的输入"), longest=MOST_INPUTS, unless="gates")
    ] = (1.0,),
    h: Annotated[Vector, Input("h₋₁", Text("old state", "旧状态"), longest=MOST_UNITS)] = (-0.5,),
    uz: Annotated[Matrix, _part("U", "z")] = ((1.5,),),
    wz: Annotated[Matrix, _part("W", "z")] = ((1.0,),),
    bz: Annotated[Vector, _part("b", "z")] = (0.0,),
    ur: Annotated[Matrix, _part("U", "r")] = ((0.5,),),
    wr: Annotated[Matrix, _part("W", "r")] = ((1.0,),),
    br: Annotated[Vector, _part("b", "r")] = (0.0,),
    un: Annotated[Matrix, _part("U", "n")] = ((1.0,),),
    wn: Annotated[Matrix, _part("W", "n")] = ((2.0,),),
    bn: Annotated[Vector, _part("b", "n")] = (0.0,),
    bhn: Annotated[Vector | None, Input("b_hn", BHN_HELP, longest=MOST_UNITS, unless="gates")] = None,
    convention: Annotated[Convention, Input("convention", CONVENTION_HELP)] = "cho",
    x2: Annotated[
        Vector | None,
        Input("x₂", Text("input of a second step", "第二步的输入"), longest=MOST_INPUTS, unless="gates"),
    ] = None,
    gates: Annotated[Vector | None, Input("z,h̃", GATES_HELP)] = None,
) -> Steps:
    """h = z⊙h₋₁ + (1 − z)⊙h̃ with h̃ = tanh(U_n x + W_n(r⊙h₋₁) + b_n), and z, r = σ(U x + W h₋₁ + b).

    n inputs, m units: U m×n, W m×m. With x₂ a first step comes before, its steps numbered 1. Source: Cho et al. 2014, equations 5 to 8; Chung et al. 2014 (z the other way
    round); document 003.
    """
    old = np.asarray(h, dtype=float)
    if gates is None:
        layers = {"z": (uz, wz, bz), "r": (ur, wr, br), "n": (un, wn, bn)}
        row, inner, fitted = _fitting(x, old, layers, bhn, convention)
        if x2 is not None:
            second = np.asarray(x2, dtype=float)
            require_shape(gru_step, "x2", second, row.shape, Text("as --x has", "（与 --x 相同）"))
            z, candidate = yield from _opened(row, old, fitted, inner, convention, 1)
            old = yield of_step(_state(z, old, candidate, convention), 1)
            row = second
        z, candidate = yield from _opened(row, old, fitted, inner, convention)
    else:
        z, candidate = _given(gates, old)
    yield _state(z, old, candidate, convention)
    return _notes(z, old, candidate, convention, gates is not None)


def _fitting(x: Any, h: Array, layers: Any, bhn: Any, convention: str) -> tuple[Array, Array | None, dict[str, Layer]]:
    """x, b_hn and the three layers as arrays; InputError where a shape does not fit x and h₋₁."""
    x = np.asarray(x, dtype=float)
    n, m = len(x), len(h)
    why = Text(f"to fit --x of length {n} and --h of length {m}", f"（--x 有 {n} 个数，--h 有 {m} 个数）")
    found = {}
    for gate, layer in layers.items():
        u, w, b = (np.asarray(part, dtype=float) for part in layer)
        for name, part, shape in (("u", u, (m, n)), ("w", w, (m, m)), ("b", b, (m,))):
            require_shape(gru_step, name + gate, part, shape, why)
        found[gate] = (u, w, b)
    if bhn is None:
        return x, None, found
    inner = np.asarray(bhn, dtype=float)
    if convention != "pytorch":
        allowed = Text("needs --convention pytorch", "须与 --convention pytorch 合用")
        raise InputError("bhn", input_text(inputs_of(gru_step)["bhn"], bhn), allowed)
    require_shape(gru_step, "bhn", inner, (m,), Text("as --h has", "（与 --h 相同）"))
    return x, inner, found


def _opened(
    x: Array, h: Array, layers: dict[str, Layer], inner: Array | None, convention: str, number: int = 0
) -> Generator[Step, Any, tuple[Array, Array]]:
    """z and h̃ of one time step."""
    z = yield of_step(_gate("z", x, h, layers["z"]), number)
    r = yield of_step(_gate("r", x, h, layers["r"]), number)
    candidate = yield of_step(_candidate(x, h, r, layers["n"], inner, convention), number)
    return z, candidate


def _given(gates: Any, old: Array) -> tuple[Array, Array]:
    """z and h̃ as typed, each as an array of one unit; InputError where they lie outside their range."""
    problem = None
    if len(gates) != 2:
        problem = Text(f"must be two numbers z,h̃, these are {len(gates)}", f"应为 z,h̃ 两个数，现有 {len(gates)} 个")
    elif len(old) != 1:
        problem = Text(f"is for one unit, and --h has {len(old)}", f"只适用于一个单元，而 --h 有 {len(old)} 个数")
    elif not 0 <= gates[0] <= 1:
        problem = Text("z is a gate: it must lie between 0 and 1", "z 是门，应在 0 到 1 之间")
    elif not -1 <= gates[1] <= 1:
        problem = Text("h̃ is a candidate: it must lie between −1 and 1", "h̃ 是候选状态，应在 −1 到 1 之间")
    if problem:
        raise InputError("gates", input_text(inputs_of(gru_step)["gates"], gates), problem)
    z, candidate = gates
    return np.array([z], dtype=float), np.array([candidate], dtype=float)


def _gate(gate: str, x: Array, h: Array, layer: Layer) -> Step:
    u, w, b = layer
    sum_ = u @ x + w @ h + b
    hint = Text("A gate opens between 0 and 1: take the sigmoid.", "门的开度在 0 到 1 之间，用 sigmoid。")
    slips = [Slip("tanh-gate" if gate == "z" else "tanh-reset", hint, np.tanh(sum_))]
    if (w @ h).any():
        hint = Text("A gate looks at the old state too: add W h₋₁.", "门也要看旧状态：加上 W h₋₁。")
        slips.append(Slip("state-ignored", hint, sigmoid(u @ x + b)))
    if b.any():
        slips.append(Slip("bias-forgotten", BIAS, sigmoid(u @ x + w @ h)))
    return Step(
        gate,
        Text(NAMES[gate].en.capitalize(), NAMES[gate].zh),
        f"{gate} = σ(U_{gate} x + W_{gate} h₋₁ + b_{gate})",
        f"σ({value_text(u)}·{value_text(x)} + {value_text(w)}·{value_text(h)} + {value_text(b)})",
        sigmoid(sum_),
        tuple(slips),
    )


def _candidate(x: Array, h: Array, r: Array, layer: Layer, inner: Array | None, convention: str) -> Step:
    u, w, b = layer
    extra = np.zeros_like(b) if inner is None else inner
    before, after, unscaled = w @ (r * h) + extra, r * (w @ h + extra), w @ h + extra
    old_part = after if convention == "pytorch" else before
    sum_ = u @ x + old_part + b
    slips = [
        Slip(
            "sigmoid-candidate",
            Text("A candidate may be negative: it takes tanh.", "候选状态可以为负，用 tanh。"),
            sigmoid(sum_),
        )
    ]
    if unscaled.any():
        hint = Text("Let r scale what the old state brings in.", "旧状态带来的部分要先由 r 缩放。")
        slips.append(Slip("reset-forgotten", hint, np.tanh(u @ x + unscaled + b)))
        hint = Text("r belongs to the old state; x comes in unscaled.", "r 作用于旧状态；x 不受 r 缩放。")
        slips.append(Slip("reset-on-input", hint, np.tanh(r * (u @ x) + unscaled + b)))
    if b.any():
        slips.append(Slip("bias-forgotten", BIAS, np.tanh(u @ x + old_part)))
    if len(h) > 1 and not np.allclose(before, after):
        hint = Text(
            "Mind where r acts: before W in the papers (cho, chung), after W in PyTorch.",
            "注意 r 的位置：论文中（cho、chung）在乘 W 之前，PyTorch 在乘 W 之后。",
        )
        other = before if convention == "pytorch" else after
        slips.append(Slip("reset-on-the-other-side", hint, np.tanh(u @ x + other + b)))
    formula, shown = _old_part_text(r, w, h, inner, convention)
    return Step(
        "candidate",
        Text("Candidate", "候选状态"),
        f"h̃ = tanh(U_n x + {formula} + b_n)",
        f"tanh({value_text(u)}·{value_text(x)} + {shown} + {value_text(b)})",
        np.tanh(sum_),
        tuple(slips),
    )


def _old_part_text(r: Array, w: Array, h: Array, inner: Array | None, convention: str) -> tuple[str, str]:
    if convention != "pytorch":
        return "W_n(r⊙h₋₁)", f"{value_text(w)}·({value_text(r)}⊙{value_text(h)})"
    product = f"{value_text(w)}·{value_text(h)}"
    if inner is None:
        return "r⊙(W_n h₋₁)", f"{value_text(r)}⊙({product})"
    return "r⊙(W_n h₋₁ + b_hn)", f"{value_text(r)}⊙({product} + {value_text(inner)})"


def _state(z: Array, old: Array, candidate: Array, convention: str) -> Step:
    keeps, takes = z * old + (1 - z) * candidate, (1 - z) * old + z * candidate
    value, other = (takes, keeps) if convention == "chung" else (keeps, takes)
    kept = Text(
        "Here z is the share of the old state, 1 − z that of the new.", "这里 z 是旧状态的份额，1 − z 是新的份额。"
    )
    taken = Text(
        "Here z is the share of the new state, 1 − z that of the old.", "这里 z 是新状态的份额，1 − z 是旧的份额。"
    )
    blend = Text("Old and new are averaged: their shares z and 1 − z make 1.", "新旧按份额加权：z 与 1 − z 之和为 1。")
    mixed = Text("The candidate is not yet the state: mix it with h₋₁.", "候选状态还不是新状态：要与 h₋₁ 混合。")
    slips = [
        Slip("other-z-convention", taken if convention == "chung" else kept, other),
        Slip("plain-sum", blend, old + candidate),
        Slip("candidate-is-state", mixed, candidate),
    ]
    parts = [value_text(part) for part in (z, old, candidate)]
    formula = "(1 − {})⊙{} + {}⊙{}" if convention == "chung" else "{}⊙{} + (1 − {})⊙{}"
    return Step(
        "h-new",
        Text("New state: a blend of old and candidate", "新状态：旧状态与候选状态的混合"),
        "h = " + formula.format("z", "h₋₁", "z", "h̃"),
        formula.format(parts[0], parts[1], parts[0], parts[2]),
        value,
        tuple(slips),
    )


def _notes(z: Array, old: Array, candidate: Array, convention: str, gates_given: bool) -> list[Text]:
    other = z * old + (1 - z) * candidate if convention == "chung" else (1 - z) * old + z * candidate
    first = Text(
        "Cho et al., PyTorch and Keras: h = z⊙h₋₁ + (1−z)⊙h̃; Chung et al.: h = (1−z)⊙h₋₁ + z⊙h̃. "
        f"The other one would give h = {value_text(other)} here.",
        "Cho 等、PyTorch、Keras：h = z⊙h₋₁ + (1−z)⊙h̃；Chung 等：h = (1−z)⊙h₋₁ + z⊙h̃。"
        f"按另一种约定，这里 h = {value_text(other)}。",
    )
    if gates_given:
        return [first, Text("With --gates, x and the weights are not used.", "给出 --gates 时，不使用 x 和权重。")]
    return [
        first,
        Text(
            "The papers reset before W: W(r⊙h₋₁); PyTorch and Keras' default after it: r⊙(W h₋₁ + b_hn). On one unit without "
            "b_hn they agree.",
            "论文在乘 W 之前重置：W(r⊙h₋₁)；PyTorch 与 Keras 的默认做法在其后：r⊙(W h₋₁ + b_hn)。只有一个单元且无 b_hn 时两者相同。",
        ),
        Text(
            "U acts on the input and W on the state; Cho et al. write Wx + Uh.",
            "U 作用于输入，W 作用于状态；Cho 等写作 Wx + Uh。",
        ),
    ]


@gru_step.check(
    "the engine's stacked gates, and the state as h₋₁ + share·(h̃ − h₋₁)",
    "引擎中叠起来的门；状态按 h₋₁ + 份额·(h̃ − h₋₁) 求",
)
def stacked(**inputs: Any) -> dict[str, Value]:
    """The engine's pass over the steps, with the weights of z negated where z takes the new state in."""
    old, convention = np.asarray(inputs["h"], dtype=float), inputs["convention"]
    if inputs["gates"] is not None:
        z, candidate = inputs["gates"]
        return {"h-new": old + (z if convention == "chung" else 1 - z) * (candidate - old)}
    signs = {"z": -1.0 if convention == "chung" else 1.0}
    u, w, b = (
        np.array([signs.get(gate, 1.0) * np.asarray(inputs[part + gate], dtype=float) for gate in GRU_GATES])
        for part in "uwb"
    )
    inner = None if inputs["bhn"] is None else np.asarray(inputs["bhn"], dtype=float)
    reset: Literal["before", "after"] = "after" if convention == "pytorch" else "before"
    x = np.array([[row] for row in (inputs["x"], inputs["x2"]) if row is not None], dtype=float)
    trace = gru_forward(x, old[None], u, w, b, inner, reset)
    r, z, candidate = trace.gates[-1, 0]
    return {"z": 1 - z if convention == "chung" else z, "r": r, "candidate": candidate, "h-new": trace.h[-1, 0]}


@gru_step.pictures
def pictures(worked: Worked) -> list[Picture]:
    """For each unit a line from the old state to the candidate, on which z slides the new state."""
    gates, convention = worked.inputs["gates"], worked.inputs["convention"]
    z, candidates = (
        (worked.step("z").value, worked.step("candidate").value) if gates is None else ([gates[0]], [gates[1]])
    )
    rows: list[str] = []
    before = worked.step("h-new1").value if worked.has("h-new1") else worked.inputs["h"]
    for old, candidate, share, new in zip(before, candidates, z, worked.step("h-new").value, strict=True):
        taken = share if convention == "chung" else 1 - share
        rows += slider(old, candidate, taken, new, f"z = {number_text(float(share))}")
    title = Text(
        "z slides h between the old state h₋₁ and the candidate h̃", "z 使 h 在旧状态 h₋₁ 与候选状态 h̃ 之间滑动"
    )
    return [Cells(title, tuple((row,) for row in rows), labels=("h", "z", "h₋₁, h̃") * len(z))]


@gru_step.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: z and h̃ given in tenths; 2: one unit with round net inputs; 3: two units with either reset, Chung's z, or two steps."""
    if level == 1:
        z, candidate = pick(rng, (1, 2, 3, 4, 6, 7, 8, 9)) / 10, pick(rng, (-1, 1)) * rng.randint(1, 9) / 10
        old = pick(rng, (-1, 1)) * rng.randint(1, 9) / 10
        return {"h": (old,), "gates": (z, candidate)} if abs(old - candidate) >= 0.2 else None
    if level == 2:
        inputs = _round_net_inputs(rng)
    elif (form := rng.random()) < 0.25:
        inputs = _round_net_inputs(rng) | {"convention": "chung"}
    elif form < 0.5:
        inputs = _network(rng, units=1, width=1) | {"x2": halves(rng, 1)}
    else:
        inputs = _network(rng, units=2, width=rng.randint(1, 2))
        if rng.random() < 0.5:
            inputs |= {"convention": "pytorch", "bhn": halves(rng, 2)}
    truth = work(gru_step, defaults(gru_step) | inputs)
    z, candidate = truth.step("z").value, truth.step("candidate").value
    old = truth.step("h-new1").value if "x2" in inputs else inputs["h"]
    return inputs if np.min(np.abs(z - 0.5)) >= 0.1 and np.min(np.abs(candidate - old)) >= 0.1 else None


def _round_net_inputs(rng: Rng) -> Inputs:
    x, h = pick(rng, (-2.0, -1.0, 1.0, 2.0)), pick(rng, (-1.0, -0.5, 0.5, 1.0))
    inputs: Inputs = {"x": (x,), "h": (h,)}
    for gate in "zrn":
        u, w = pick(rng, (-1.0, -0.5, 0.5, 1.0)), pick(rng, (-2.0, -1.0, 1.0, 2.0))
        net = pick(rng, (-2.0, -1.5, -1.0, 1.0, 1.5, 2.0) if gate == "z" else (-2.0, -1.0, 0.0, 1.0, 2.0))
        inputs |= {"u" + gate: ((u,),), "w" + gate: ((w,),), "b" + gate: (net - u * x - w * h,)}
    return inputs | {"bn": (pick(rng, (-1.0, -0.5, 0.0, 0.5, 1.0)),)}


def _network(rng: Rng, units: int, width: int) -> Inputs:
    old = tuple(pick(rng, (-1.0, -0.5, 0.5, 1.0)) for _ in range(units))
    return {"x": halves(rng, width), "h": old} | drawn_layers(rng, "zrn", units, width)
