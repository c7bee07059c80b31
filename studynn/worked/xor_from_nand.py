"""`studynn compute xor-from-nand`: four NAND units compute XOR, which no single unit can."""

from itertools import product
from typing import Annotated, Literal

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Vector
from studynn.core.picture import Mark, Picture, Plot, Track
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, value_text
from studynn.worked._sketches import Window, boundary
from studynn.worked._training import signed
from studynn.worked._units import dot, require_length, shifted

A, B = (0, 0, 1, 1), (0, 1, 0, 1)
GATES: dict[str, tuple[int, ...]] = {
    "and": (0, 0, 0, 1),
    "or": (0, 1, 1, 1),
    "nand": (1, 1, 1, 0),
    "nor": (1, 0, 0, 0),
    "xnor": (1, 0, 0, 1),
    "xor": (0, 1, 1, 0),
}
LIKE_SIGNS = {"and": (1, 1), "or": (1, 1), "nand": (-1, -1), "nor": (-1, -1)}
MIXED = [(0, 0, 1, 0), (0, 1, 0, 0), (1, 1, 0, 1), (1, 0, 1, 1)]
Target = Literal["and", "or", "nand", "nor", "xnor", "xor"]


@example(
    title=Text("XOR from NAND units", "用与非门搭出异或"),
    topic=("mlp", "perceptron"),
    results=("gate-table", "n1-table", "n2-table", "n3-table", "xor-table", "best-single"),
    notes=(
        Text("Every table lists the rows ab = 00, 01, 10, 11.", "各真值表的次序均为 ab = 00、01、10、11。"),
        Text("A unit fires for z > 0; at z = 0 it does not.", "z > 0 时单元激活，z = 0 时不激活。"),
    ),
)
def xor_from_nand(
    w: Annotated[Vector, Input("w", Text("the two weights of the unit", "单元的两个权重"), longest=2)] = (-1.0, -1.0),
    b: Annotated[float, Input("b₀", Text("bias of the unit", "单元的偏置"))] = 1.5,
    target: Annotated[
        Target, Input("t", Text("function that one unit should learn", "要由单个单元学习的函数"))
    ] = "xor",
) -> Steps:
    """n₁ = U(a, b), n₂ = U(a, n₁), n₃ = U(b, n₁), y = U(n₂, n₃) with one unit U; and what a single unit can do.

    Source: document 001, multilayer perceptron; Minsky & Papert 1969; Nielsen 2015, chapter 1.
    """
    require_length(xor_from_nand, "w", w, "b", 2)
    gate = yield _gate(w, b)
    n1 = yield _unit("n1-table", Text("Unit 1, fed by a and b", "单元 1：输入 a、b"), "n₁ = U(a, b)", w, b, A, B)
    on_inputs = Text("Unit 2 is fed by a and by unit 1, not by b.", "单元 2 的输入是 a 与单元 1，不是 b。")
    step = _unit("n2-table", Text("Unit 2, fed by a and n₁", "单元 2：输入 a、n₁"), "n₂ = U(a, n₁)", w, b, A, n1)
    n2 = yield _offering(step, Slip("n2-from-inputs", on_inputs, _fires(w, b, A, B)))
    on_b = Text("Unit 3 is the mirror image of unit 2: it is fed by b.", "单元 3 与单元 2 对称：输入是 b。")
    step = _unit("n3-table", Text("Unit 3, fed by b and n₁", "单元 3：输入 b、n₁"), "n₃ = U(b, n₁)", w, b, B, n1)
    n3 = yield _offering(step, Slip("n3-like-n2", on_b, _fires(w, b, A, n1)))
    yield _last(w, b, n2, n3)
    yield _best(target)
    return _notes(tuple(gate), _network(w, b))


def _scores(w: Vector, b: float, first: Value, second: Value) -> tuple[float, ...]:
    return tuple(dot(w, pair, b) for pair in zip(first, second, strict=True))


def _fires(w: Vector, b: float, first: Value, second: Value) -> tuple[int, ...]:
    return tuple(int(score > 0) for score in _scores(w, b, first, second))


def _network(w: Vector, b: float) -> tuple[int, ...]:
    n1 = _fires(w, b, A, B)
    return _fires(w, b, _fires(w, b, A, n1), _fires(w, b, B, n1))


def _unit(name: str, title: Text, formula: str, w: Vector, b: float, first: Value, second: Value) -> Step:
    inside = f"{signed(w[0])}·{value_text(first)} + {signed(w[1])}·{value_text(second)} {shifted(b)}"
    return Step(name, title, formula, f"[{inside} > 0]", _fires(w, b, first, second))


def _offering(step: Step, *slips: Slip) -> Step:
    """The step with those of the slips that change its table."""
    return step._replace(slips=tuple(slip for slip in slips if slip.value != step.value))


def _gate(w: Vector, b: float) -> Step:
    title = Text("The unit U on 00, 01, 10, 11", "单元 U 在 00、01、10、11 上")
    step = _unit("gate-table", title, "U(a, b) = [w₁a + w₂b + b₀ > 0]", w, b, A, B)
    added = Text("Without the bias the row 00 always scores 0: add b₀.", "缺了偏置，00 的得分总为 0：要加 b₀。")
    positive = Text("It is a positive score that fires.", "得分为正才激活。")
    turned = tuple(int(score < 0) for score in _scores(w, b, A, B))
    return _offering(step, Slip("no-bias", added, _fires(w, 0, A, B)), Slip("fires-below-zero", positive, turned))


def _last(w: Vector, b: float, n2: Value, n3: Value) -> Step:
    title = Text("Output, fed by n₂ and n₃", "输出：输入 n₂、n₃")
    step = _unit("xor-table", title, "y = U(n₂, n₃)", w, b, n2, n3)
    same = Text("The last unit is U once more, not an AND.", "最后一个单元仍是 U，不是与门。")
    slips = [Slip("and-at-the-end", same, tuple(int(one == other == 1) for one, other in zip(n2, n3, strict=True)))]
    if step.value == GATES["xor"]:
        either = Text("XOR means one of the two, not both: row 11 gives 0.", "异或是二者恰有其一：11 一行为 0。")
        slips.append(Slip("or-table", either, GATES["or"]))
    return _offering(step, *slips)


def _best(target: Target) -> Step:
    table = GATES[target]
    separable = not (table[0] == table[3] != table[1] == table[2])
    slips = [
        Slip(
            "coin-flip",
            Text("A line can always be laid so that three rows are right.", "总能放一条直线使三行正确。"),
            2,
        )
    ]
    if not separable:
        hint = Text(
            "No line has 01 and 10 on one side, 00 and 11 on the other.", "没有直线能把 01、10 与 00、11 分开。"
        )
        slips.append(Slip("xor-separable", hint, 4))
    return Step(
        "best-single",
        Text(f"Rows of {target.upper()} one unit can get right", f"单个单元最多答对 {target.upper()} 的几行"),
        "max Σ [U(a, b) = t(a, b)]",
        "1 + 1 + 1 + 1" if separable else "1 + 1 + 1 + 0",
        4 if separable else 3,
        tuple(slips),
    )


def _notes(gate: tuple[int, ...], output: tuple[int, ...]) -> list[Text]:
    if gate == GATES["nand"]:
        return [
            Text(
                "NAND alone builds every Boolean function: layers of units can do what one unit cannot.",
                "仅用与非门就能搭出任何布尔函数：多层单元能做到单个单元做不到的事。",
            )
        ]
    known = {table: name.upper() for name, table in GATES.items()}
    kind = Text(f" (it is {known[gate]})", f"（而是 {known[gate]}）") if gate in known else Text("", "")
    made = known.get(output, value_text(output))
    return [
        Text(
            f"This unit is not NAND{kind.en}, so the network does not compute XOR but {made}.",
            f"该单元不是与非门{kind.zh}，网络算出的不是 XOR，而是 {made}。",
        )
        if output != GATES["xor"]
        else Text(f"This unit is not NAND{kind.en}.", f"该单元不是与非门{kind.zh}。")
    ]


@xor_from_nand.check(
    "Python's own logic row by row, and for the single unit a search over weights −1, 0, 1",
    "逐行用 Python 的逻辑运算；单个单元则搜索权重 −1、0、1",
)
def by_logic(w: Vector, b: float, target: Target) -> dict[str, Value]:
    """The unit as a table to look up in; the search is wide enough for two bits."""
    table = {
        (a, c): bool(w[0] * a + w[1] * c + b > 4e-15 * (abs(w[0]) + abs(w[1]) + abs(b)))
        for a, c in product((0, 1), repeat=2)
    }
    found: dict[str, list[int]] = {"gate-table": [], "n1-table": [], "n2-table": [], "n3-table": [], "xor-table": []}
    for a, c in product((0, 1), repeat=2):
        n1 = table[a, c]
        n2, n3 = table[a, n1], table[c, n1]
        for name, fires in zip(found, (n1, n1, n2, n3, table[n2, n3]), strict=True):
            found[name].append(int(fires))
    if tuple(found["gate-table"]) == GATES["nand"]:
        found["xor-table"] = [int(a != c) for a, c in product((False, True), repeat=2)]
    best = max(
        sum((u * a + v * c + bias > 0) == bool(wanted) for a, c, wanted in zip(A, B, GATES[target], strict=True))
        for u, v, bias in product((-1, 0, 1), (-1, 0, 1), (-1.5, -0.5, 0.5, 1.5))
    )
    return {name: tuple(rows) for name, rows in found.items()} | {"best-single": best}


@xor_from_nand.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The four corners with the unit's line, and the corners as the target wants them."""
    w, b, target = (worked.inputs[name] for name in ("w", "b", "target"))
    window = Window(-0.75, 1.75, -0.5, 1.5)
    name = target.upper()
    unit = Text("The unit U on the four inputs, with its line", "单元 U 在四个输入上的输出与它的分界线")
    if not boundary(w, b, window):
        unit = Text("The unit U on the four inputs: no line between them", "单元 U 在四个输入上的输出：其间没有分界线")
    wanted = Text(f"{name}: can one line part ● from ○?", f"{name}：一条直线能分开 ● 与 ○ 吗？")
    line = Track(unit, boundary(w, b, window))
    return [
        _corners(unit, worked.step("gate-table").value, window, line),
        _corners(wanted, GATES[target], window),
    ]


def _corners(title: Text, table: Value, window: Window, *tracks: Track) -> Plot:
    """● where a table of the rows 00, 01, 10, 11 has a 1, ○ where it has a 0."""
    marks = tuple(Mark("●" if bit else "○", (a, c)) for a, c, bit in zip(A, B, table, strict=True))
    legend = (("●", Text("output 1", "输出 1")), ("○", Text("output 0", "输出 0")))
    return Plot(title, tracks, (*window.room(), *marks), legend)


@xor_from_nand.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: a unit that is AND, OR, NAND or NOR; 2: also a AND NOT b and its like; 3: the same with uneven weights."""
    kind = pick(rng, (*LIKE_SIGNS, "mixed") if level > 1 else (*LIKE_SIGNS,))
    first = pick(rng, (-1, 1))
    signs = LIKE_SIGNS.get(kind, (first, -first))
    w = tuple(sign * pick(rng, (1.0, 2.0) if level < 3 else (0.5, 1.5, 2.5)) for sign in signs)
    wanted = [GATES[kind]] if kind in GATES else MIXED
    odd = [number / 2 if level < 3 else number / 4 for number in range(-15, 16, 2)]
    biases = [b for b in odd if _fires(w, b, A, B) in wanted]
    target = pick(rng, ("xor", "xnor") if rng.random() < 0.5 else ("and", "or", "nand", "nor"))
    return {"w": w, "b": pick(rng, biases), "target": target} if biases else None
