"""`studynn compute perceptron-train`: the perceptron learning rule, sample by sample."""

from collections.abc import Generator
from typing import Annotated, Any, Literal, NamedTuple

from studynn.core.draw import Rng, pick, shuffled
from studynn.core.inputs import Counts, Input, Matrix, Vector, defaults
from studynn.core.picture import Mark, Picture, Plot, Track
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example, work
from studynn.core.text import Text, number_text, value_text
from studynn.worked._sketches import around, boundary
from studynn.worked._training import low, require_positive, signed
from studynn.worked._units import dot, dot_text, require_length, total, vector_of, zero_note, zero_slips

CORNERS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
GATES = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "nand": (1, 1, 1, 0), "xor": (0, 1, 1, 0)}
Gate = Literal["and", "or", "nand", "xor"]


class _Turn(NamedTuple):
    """One sample in one epoch: its number i counts on over the epochs; `where` names it in titles."""

    i: int
    x: tuple[float, ...]
    t: int
    where: Text

    def title(self, en: str, zh: str) -> Text:
        return Text(f"{en}, {self.where.en}", f"{self.where.zh}：{zh}")


@example(
    title=Text("Perceptron learning rule", "感知机学习规则"),
    topic="perceptron",
    results=("out{i}", "w{i}", "b{i}", "errors"),
)
def perceptron_train(
    x: Annotated[Matrix, Input("x", Text("samples, a row each", "样本，每行一个"), unless="gate")] = (
        (2.0, 1.0),
        (1.0, -2.0),
        (-1.0, 1.0),
        (-2.0, -1.0),
    ),
    t: Annotated[
        Counts, Input("t", Text("target of each sample", "各样本的目标值"), at_least=0, at_most=1, unless="gate")
    ] = (1, 0, 1, 0),
    w: Annotated[Vector, Input("w", Text("weights at the start", "初始权重"))] = (0.0, 0.0),
    b: Annotated[float, Input("b", Text("bias at the start", "初始偏置"))] = 0.0,
    lr: Annotated[float, Input("η", Text("learning rate", "学习率"))] = 1.0,
    epochs: Annotated[int, Input("E", Text("passes over the samples", "轮数"), at_least=1, at_most=20)] = 1,
    gate: Annotated[
        Gate | None, Input("gate", Text("learn a logic gate on 00, 01, 10, 11", "学习 00、01、10、11 上的逻辑门"))
    ] = None,
    at_zero: Annotated[
        int, Input("s(0)", Text("output where z is exactly 0", "z 恰为 0 时的输出"), at_least=0, at_most=1)
    ] = 0,
) -> Steps:
    """w ← w + η(t − out)x and b ← b + η(t − out) after every sample; an epoch without a mistake ends it.

    Raises InputError for shapes that do not fit. Source: document 001, the neuron; Rosenblatt 1958; Novikoff 1962.
    """
    require_positive("lr", lr)
    rows, targets = (x, t) if gate is None else (CORNERS, GATES[gate])
    require_length(perceptron_train, "t", targets, "x", len(rows))
    require_length(perceptron_train, "w", w, "gate" if gate else "x", len(rows[0]))
    weights, bias, i = tuple(map(float, w)), b, 0
    for epoch in range(1, epochs + 1):
        marks = []
        for sample, (row, target) in enumerate(zip(rows, targets, strict=True), 1):
            i += 1
            turn = _Turn(i, row, target, _where(sample, epoch, epochs))
            weights, bias, out = yield from _learn(turn, weights, bias, lr, at_zero)
            marks.append(int(out != target))
        if not any(marks):
            break
    errors = yield Step(
        "errors",
        Text("Mistakes in the last epoch", "最后一轮的错误数"),
        "Σᵢ [outᵢ ≠ tᵢ]",
        " + ".join(map(str, marks)),
        sum(marks),
    )
    return [zero_note(at_zero), _verdict(errors, epoch, gate)]


def _where(sample: int, epoch: int, epochs: int) -> Text:
    if epochs == 1:
        return Text(f"sample {sample}", f"样本 {sample}")
    return Text(f"epoch {epoch}, sample {sample}", f"第 {epoch} 轮样本 {sample}")


def _learn(
    turn: _Turn, w: Value, b: Value, lr: float, at_zero: int
) -> Generator[Step, Any, tuple[Value, Value, Value]]:
    """The four steps of one sample; returns the new weights, the new bias and the output."""
    i, sub = turn.i, low(turn.i)
    z = yield Step(
        f"z{i}", turn.title("Score", "得分"), f"z{sub} = w·x{sub} + b", dot_text(w, turn.x, b), dot(w, turn.x, b)
    )
    above = "≥" if at_zero else ">"
    out = yield Step(
        f"out{i}",
        turn.title("Output", "输出"),
        f"[z{sub} {above} 0]",
        f"[{number_text(z)} {above} 0]",
        int(z > 0 or (z == 0 and at_zero == 1)),
        zero_slips(z, at_zero),
    )
    new_w = yield _weights(turn, w, lr, z, out)
    error, frozen = (
        turn.t - out,
        Text("The bias learns as well, as if its input were 1.", "偏置也要学，相当于输入恒为 1。"),
    )
    new_b = yield Step(
        f"b{i}",
        turn.title("New bias", "新偏置"),
        f"b + η(t{sub} − out{sub})",
        f"{signed(b)} + {number_text(lr)}·({turn.t} − {signed(out)})",
        total([b, lr * error]),
        (Slip("bias-frozen", frozen, b),) if error else (),
    )
    return new_w, new_b, out


def _weights(turn: _Turn, w: Value, lr: float, z: Value, out: Value) -> Step:
    def moved(factor: float) -> tuple[float, ...]:
        return tuple(total([weight, lr * factor * signal]) for weight, signal in zip(w, turn.x, strict=True))

    error, slips = turn.t - out, []
    if any(turn.x):
        if error:
            hint = Text(
                "A missed 1 draws w towards x, a false alarm pushes it away.", "漏报时 w 加上 x，误报时减去 x。"
            )
            slips.append(Slip("wrong-sign", hint, moved(-error)))
        else:
            hint = Text("The sample is classified rightly: leave w as it is.", "该样本已分对：w 保持不变。")
            slips.append(Slip("update-always", hint, moved(2 * turn.t - 1)))
        if z != out:
            hint = Text(
                "The error compares the output 0 or 1 with t, not the score z.",
                "误差用输出 0/1 与 t 比较，不用得分 z。",
            )
            slips.append(Slip("score-for-output", hint, moved(turn.t - z)))
    sub = low(turn.i)
    return Step(
        f"w{turn.i}",
        turn.title("New weights", "新权重"),
        f"w + η(t{sub} − out{sub})x{sub}",
        f"{value_text(w)} + {number_text(lr)}·({turn.t} − {signed(out)})·{value_text(turn.x)}",
        moved(error),
        tuple(slips),
    )


def _verdict(errors: Value, epoch: int, gate: Gate | None) -> Text:
    if not errors:
        return Text(
            f"Epoch {epoch} makes no mistake, so nothing would change any more: training has settled.",
            f"第 {epoch} 轮没有错误，此后不再改变：训练结束。",
        )
    if gate == "xor":
        return Text(
            "XOR is not linearly separable: no line classifies all four rows, and the rule never settles.",
            "异或不是线性可分的：没有直线能分对全部四行，学习永不停止。",
        )
    return Text(
        "A mistake in the last epoch: not settled yet. On separable samples enough epochs always settle.",
        "最后一轮仍有错误，尚未收敛。若样本线性可分，轮数足够时必会收敛。",
    )


@perceptron_train.check(
    "append 1 to every sample, so that the bias is one more weight", "给每个样本补上 1，把偏置当作多出的一个权重"
)
def augmented(
    x: Value, t: Value, w: Value, b: float, lr: float, epochs: int, gate: Gate | None, at_zero: int
) -> dict[str, Value]:
    """One vector (w, b), moved by ±η(x, 1) on mistakes only; z ≥ 0 as the opposite of −z > 0."""
    rows, targets = (x, t) if gate is None else (CORNERS, GATES[gate])
    joint, found, i = [*w, b], dict[str, Value](), 0
    for _ in range(epochs):
        mistakes = 0
        for row, target in zip(rows, targets, strict=True):
            i += 1
            longer = [*row, 1.0]
            mirrored = total([-a * c for a, c in zip(joint, longer, strict=True)])
            fires = not mirrored > 0 if at_zero else mirrored < 0
            if fires != bool(target):
                mistakes += 1
                joint = [a - lr * c if fires else a + lr * c for a, c in zip(joint, longer, strict=True)]
            found |= {f"out{i}": int(fires), f"w{i}": tuple(joint[:-1]), f"b{i}": joint[-1]}
        found["errors"] = mistakes
        if not mistakes:
            break
    return found


MOST_LINES = 5


@perceptron_train.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The samples of two inputs and the decision line at the start and after each update, the last five of them."""
    gate, epochs = worked.inputs["gate"], worked.inputs["epochs"]
    rows, targets = (worked.inputs["x"], worked.inputs["t"]) if gate is None else (CORNERS, GATES[gate])
    if len(rows[0]) != 2:
        return []
    lines = [(Text("at the start", "开始时"), worked.inputs["w"], worked.inputs["b"])]
    i = 1
    while worked.has(f"w{i}"):
        epoch, sample = (i - 1) // len(rows) + 1, (i - 1) % len(rows) + 1
        if worked.step(f"out{i}").value != targets[sample - 1]:
            where = _where(sample, epoch, epochs)
            after = Text(f"after {where.en}", f"{where.zh} 之后")
            lines.append((after, worked.step(f"w{i}").value, worked.step(f"b{i}").value))
        i += 1
    lines = [line for line in lines if any(line[1])]
    window = around(rows, free=1.3)
    tracks = tuple(Track(label, boundary(w, b, window)) for label, w, b in lines[-MOST_LINES:])
    tracks = tuple(track if track.points else Track(_outside(track.label), ()) for track in tracks)
    marks = tuple(Mark("●" if target else "○", row) for row, target in zip(rows, targets, strict=True))
    legend = (("●", Text("target 1", "目标 1")), ("○", Text("target 0", "目标 0")))
    title = Text("The decision line after each update", "每次更新后的判定线")
    if len(lines) > MOST_LINES:
        title = Text(f"The decision line after the last {MOST_LINES} updates", f"最后 {MOST_LINES} 次更新后的判定线")
    return [Plot(title, tracks, (*window.room(), *marks), legend)]


def _outside(label: Text) -> Text:
    return Text(f"{label.en} (outside this window)", f"{label.zh}（在窗口之外）")


@perceptron_train.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: a gate in a drawn order of its rows; 2: four separable points; 3: the same twice, with half the learning rate, and
    sometimes with an output of 1 at z = 0, where a score is 0.
    """
    once = {"lr": pick(rng, (0.5, 1.0, 2.0)) if level == 1 else 1.0 if level == 2 else 0.5, "epochs": 1 + level // 3}
    inputs = (_gate(rng) if level == 1 else _points(rng)) | once | {"gate": None}
    if level == 3 and rng.random() < 0.5:
        inputs["at_zero"] = 1
    truth = work(perceptron_train, defaults(perceptron_train) | inputs)
    if "at_zero" in inputs and "silent-at-zero" not in truth.slips():
        return None
    mistakes = sum(truth.step(f"out{i}").value != target for i, target in enumerate(inputs["t"], 1))
    # few samples are all classified wrongly: without this, two or three mistakes would be the answer too often
    often = mistakes < 4 and rng.random() < (0.7 if mistakes == 2 else 0.5)
    return None if mistakes < 2 or often else inputs


def _gate(rng: Rng) -> Inputs:
    ones = pick(rng, ({3}, {1, 2, 3}, {0, 1, 2}, {0}))
    order = shuffled(rng, [0, 1, 2, 3])
    points, targets = tuple(CORNERS[row] for row in order), tuple(int(row in ones) for row in order)
    small = (-1, 0, 1)
    return {"x": points, "t": targets, "w": vector_of(rng, 2, small), "b": float(rng.randint(-2, 2))}


def _points(rng: Rng) -> Inputs:
    """Four points on both sides of a line, and often a start that turns away from it."""
    *line, offset = (float(pick(rng, (-2, -1, 1, 2))) for _ in range(3))
    points = [vector_of(rng, 2, range(-3, 4)) for _ in range(40)]
    above = [point for point in points if dot(line, point, offset) > 0][:2]
    below = [point for point in points if dot(line, point, offset) < 0][:2]
    chosen = shuffled(rng, [*above, *below])
    targets = tuple(int(dot(line, point, offset) > 0) for point in chosen)
    start = {"w": vector_of(rng, 2, (-2, -1, 0, 1, 2)), "b": float(rng.randint(-2, 2))}
    if rng.random() < 0.4:
        start = {"w": tuple(-weight for weight in line), "b": -offset}
    return {"x": tuple(chosen), "t": targets} | start
