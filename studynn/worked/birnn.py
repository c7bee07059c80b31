"""`studynn compute birnn`: one pass from left to right, one from right to left, joined at a position."""

from math import tanh
from typing import Annotated, Literal

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, Vector
from studynn.core.picture import Flow, Lane, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, same, value_text
from studynn.worked._recurrent import halves, scalar_cell, scalar_cell_text
from studynn.worked._training import low, signed

MOST_STEPS = 20
Combine = Literal["concat", "sum"]
Weights = tuple[float, float]
OLD_STATE = Text("The state passed on along this direction is missing: add it.", "漏了沿这个方向传来的状态，要加上。")


@example(
    title=Text("Bidirectional RNN", "双向 RNN"),
    topic="rnn",
    results=("f{t}", "b{t}", "joined"),
    notes=(
        Text(
            "Both passes start from 0: →h₀ = 0 before the first input, ←h = 0 after the last.",
            "两个方向都从 0 开始：第一个输入之前 →h₀ = 0，最后一个输入之后 ←h = 0。",
        ),
        Text(
            "What is joined are states, not parameters; each direction has weights of its own.",
            "拼接的是状态（激活值），不是参数；两个方向各有自己的权重。",
        ),
        Text(
            "A classifier of the whole sequence takes →h_T and ←h₁, where each pass ends; then t is not the same.",
            "对整个序列分类时取两个方向各自的终点 →h_T 与 ←h₁，这时两者的 t 不同。",
        ),
    ),
)
def birnn(
    x: Annotated[Vector, Input("x", Text("inputs, one a position", "各位置的输入"), longest=MOST_STEPS)] = (
        1.0,
        -1.0,
        2.0,
    ),
    uf: Annotated[float, Input("u_f", Text("forward pass: weight on the input", "正向：输入的权重"))] = 0.5,
    wf: Annotated[float, Input("w_f", Text("forward pass: weight on the state", "正向：状态的权重"))] = 1.0,
    ub: Annotated[float, Input("u_b", Text("backward pass: weight on the input", "反向：输入的权重"))] = -0.5,
    wb: Annotated[float, Input("w_b", Text("backward pass: weight on the state", "反向：状态的权重"))] = 0.5,
    at: Annotated[int, Input("t", Text("position to join at", "拼接的位置"), at_least=1, at_most=MOST_STEPS)] = 2,
    combine: Annotated[
        Combine,
        Input("combine", Text("concat: the two states side by side; sum: added", "concat：两个状态拼接；sum：相加")),
    ] = "concat",
) -> Steps:
    """→hₜ = tanh(u_f xₜ + w_f →hₜ₋₁) and ←hₜ = tanh(u_b xₜ + w_b ←hₜ₊₁), joined at one t; one unit a direction.

    Source: Schuster & Paliwal 1997; Graves & Schmidhuber 2005; document 000, bidirectional RNN.
    """
    last = len(x)
    if at > last:
        raise InputError(
            "at",
            str(at),
            Text(f"must be a position from 1 to {last}, x has {last}", f"应为 1 到 {last} 的位置，x 有 {last} 个数"),
        )
    forward = [0.0]
    for t, number in enumerate(x, 1):
        h = yield _forward(t, number, forward[-1], (uf, wf))
        forward.append(h)
    misread = [0.0]
    for number in x:
        misread.append(scalar_cell(ub, number, wb, misread[-1]))
    backward = [0.0]
    for t in range(last, 0, -1):
        h = yield _backward(t, x[t - 1], backward[0], (ub, wb), (uf, wf), misread[t] if last > 1 else None)
        backward.insert(0, h)
    yield _joined(at, forward[1:], backward[:-1], combine)
    return None


def _forward(t: int, x: float, old: float, weights: Weights) -> Step:
    u, w = weights
    slips = (Slip("no-recurrence", OLD_STATE, tanh(u * x)),) if w * old else ()
    return Step(
        f"f{t}",
        Text(f"Forward state at {t}", f"位置 {t} 的正向状态"),
        f"→h{low(t)} = tanh(u_f x{low(t)} + w_f →h{low(t - 1)})",
        scalar_cell_text(u, x, w, old),
        scalar_cell(u, x, w, old),
        slips,
    )


def _backward(t: int, x: float, later: float, weights: Weights, forward: Weights, misread: float | None) -> Step:
    u, w = weights
    slips = []
    if w * later:
        slips.append(Slip("no-recurrence", OLD_STATE, tanh(u * x)))
    if misread is not None:
        hint = Text("Begin this pass at the end: ←hₜ needs ←hₜ₊₁.", "反向从末尾开始：求 ←hₜ 要用 ←hₜ₊₁。")
        slips.append(Slip("backward-read-forwards", hint, misread))
    if forward != weights:
        hint = Text("Take u_b and w_b: this direction does not share weights.", "要用 u_b 与 w_b：两个方向不共用权重。")
        slips.append(Slip("forward-weights-used", hint, scalar_cell(forward[0], x, forward[1], later)))
    return Step(
        f"b{t}",
        Text(f"Backward state at {t}", f"位置 {t} 的反向状态"),
        f"←h{low(t)} = tanh(u_b x{low(t)} + w_b ←h{low(t + 1)})",
        scalar_cell_text(u, x, w, later),
        scalar_cell(u, x, w, later),
        tuple(slips),
    )


def _joined(t: int, forward: list[float], backward: list[float], combine: Combine) -> Step:
    last = len(forward)

    def join(f: float, b: float) -> Value:
        return (f, b) if combine == "concat" else f + b

    ours = forward[t - 1], backward[t - 1]
    if combine == "concat":
        hint = Text("Put the two states side by side; they are not added here.", "这里把两个状态并排拼接，不相加。")
        slips = [Slip("summed", hint, sum(ours))]
        formula, shown = f"[→h{low(t)}; ←h{low(t)}]", value_text(ours)
    else:
        hint = Text("Add the two states; they are not put side by side here.", "这里把两个状态相加，不拼接。")
        slips = [Slip("concatenated", hint, ours)]
        formula, shown = f"→h{low(t)} + ←h{low(t)}", f"{value_text(ours[0])} + {signed(ours[1])}"
    if last > 1 and combine == "concat":
        hint = Text(
            "Both states of one and the same t are wanted, not the last of each pass.",
            "要取同一个 t 的两个状态，不是各方向的最后一个。",
        )
        slips.append(Slip("end-states", hint, join(forward[-1], backward[0])))
    if 2 * t != last + 1 and last > 2 and (t != last or combine == "sum"):
        hint = Text("Count positions from the left in both passes.", "两个方向的位置都从左数起。")
        slips.append(Slip("backward-state-of-mirror", hint, join(ours[0], backward[last - t])))
    return Step(
        "joined", Text(f"Both states at {t}", f"位置 {t} 的两个状态"), formula, shown, join(*ours), tuple(slips)
    )


@birnn.check(
    "the engine's forward pass, on x and on x read from its end", "引擎的前向传播：一次读 x，一次从末尾倒着读 x"
)
def reversed_pass(x: Value, uf: float, wf: float, ub: float, wb: float, at: int, combine: Combine) -> dict[str, Value]:
    """The backward states are those of a forward pass over the reversed inputs, reversed."""
    import numpy as np

    from studynn.nn.recurrent import rnn_forward

    def states(inputs: Value, u: float, w: float) -> Value:
        rows = np.array(inputs, dtype=float).reshape(-1, 1, 1)
        return rnn_forward(rows, np.zeros((1, 1)), np.array([[u]]), np.array([[w]]), np.zeros(1)).h[1:, 0, 0].tolist()

    forward, backward = states(x, uf, wf), states(x[::-1], ub, wb)[::-1]
    found: dict[str, Value] = {f"f{t}": h for t, h in enumerate(forward, 1)}
    found |= {f"b{t}": h for t, h in enumerate(backward, 1)}
    ours = forward[at - 1], backward[at - 1]
    return found | {"joined": ours if combine == "concat" else sum(ours)}


@birnn.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The inputs between the two chains, one read to the right and one to the left, and what is joined."""
    x, at = worked.inputs["x"], worked.inputs["at"]
    last, steps = len(x), range(1, len(x) + 1)
    forward, backward = ([number_text(worked.step(f"{name}{t}").value) for t in steps] for name in "fb")
    wf, wb = (f"×{signed(worked.inputs[name])}" for name in ("wf", "wb"))
    blank = (" ",) * last
    lanes = (
        Lane(same("→h"), ("0", *forward), (wf,) * last),
        Lane(same("x"), ("", *map(number_text, x)), blank),
        Lane(same("←h"), ("", *backward, "0"), (" ", *(wb,) * last), back=True),
        Lane(same("t"), ("", *("↑" if t == at else "" for t in steps)), blank),
    )
    joined = value_text(worked.step("joined").value)
    title = Text(
        f"Two chains over the same inputs; at {at} (↑): {joined}", f"同一输入上的两条链；位置 {at}（↑）：{joined}"
    )
    return [Flow(title, lanes)]


@birnn.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two positions, the same weights both ways; 2: three positions, other weights; 3: four positions, or the sum."""
    steps = 2 if level == 1 else 3 if level == 2 else rng.randint(3, 4)
    weights = [-1.5, -1.0, -0.5, 0.5, 1.0, 1.5]
    uf, wf, ub, wb = (pick(rng, weights) for _ in range(4))
    if level == 1:
        ub, wb = uf, wf
    x = halves(rng, steps)
    if x == x[::-1] or (level > 1 and (uf, wf) == (ub, wb)):
        return None
    at = 2 if level == 2 else rng.randint(1, steps)
    combine = pick(rng, ("concat", "sum")) if level == 3 else "concat"
    return {"x": x, "uf": uf, "wf": wf, "ub": ub, "wb": wb, "at": at, "combine": combine}
