"""`studynn compute rnn-step`: a simple recurrent network read forwards, one state a step, then its output."""

from typing import Annotated, Any, Literal, NamedTuple

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, Matrix, Vector, defaults
from studynn.core.picture import Flow, Lane, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example, work
from studynn.core.text import Text, same, value_text
from studynn.nn.activations import ACTIVATIONS, Array, sigmoid, softmax
from studynn.nn.recurrent import rnn_forward
from studynn.worked._drawings import MOST_STATIONS, column, short
from studynn.worked._recurrent import require_shape
from studynn.worked._training import low

MOST_STEPS = 50
WIDEST = 16
EXPLODED = 1e12
SATURATED = 2.5
WRITTEN = {"tanh": "tanh", "relu": "ReLU", "sigmoid": "σ", "identity": ""}

Activation = Literal["tanh", "relu", "sigmoid", "identity"]
Letters = Literal["uvw", "wu"]
STEPS_HELP = Text(
    "number of steps, if not the rows of x (then the input is 0); 0 reads the output from h0",
    "步数（缺省为 x 的行数，超出的步输入为 0）；0 表示直接由 h0 求输出",
)
LETTERS_HELP = Text(
    "letters in the formulas: Ux + Wh (uvw) or Wx + Uh (wu)", "公式字母：Ux + Wh（uvw）或 Wx + Uh（wu）"
)


@example(title=Text("RNN forward pass", "RNN 前向传播"), topic="rnn", results=("a{t}", "h{t}", "o", "p"))
def rnn_step(
    x: Annotated[Matrix, Input("x", Text("inputs, one step a row", "输入，每行一步"), longest=MOST_STEPS)] = (
        (1.0,),
        (-1.0,),
    ),
    u: Annotated[Matrix, Input("U", Text("weights on the input", "输入的权重"), longest=WIDEST)] = ((0.5,), (-1.0,)),
    w: Annotated[Matrix, Input("W", Text("weights on the old state", "旧状态的权重"), longest=WIDEST)] = (
        (0.5, 0.0),
        (1.0, -0.5),
    ),
    b: Annotated[Vector, Input("b", Text("bias of the state", "状态的偏置"), longest=WIDEST)] = (0.0, 0.5),
    h0: Annotated[
        Vector | None, Input("h₀", Text("state before the first step, if not 0", "初始状态，缺省为 0"))
    ] = None,
    v: Annotated[Matrix, Input("V", Text("weights of the output", "输出的权重"), longest=WIDEST)] = (
        (1.0, -1.0),
        (0.5, 2.0),
    ),
    c: Annotated[Vector | None, Input("c", Text("bias of the output, if not 0", "输出的偏置，缺省为 0"))] = None,
    activation: Annotated[Activation, Input("f", Text("activation of the state", "状态的激活函数"))] = "tanh",
    steps: Annotated[int | None, Input("T", STEPS_HELP, at_least=0, at_most=MOST_STEPS)] = None,
    states_only: Annotated[
        bool, Input("states-only", Text("no output: stop at the last state", "不求输出，到最后的状态为止"))
    ] = False,
    letters: Annotated[Letters, Input("letters", LETTERS_HELP, wording=True)] = "uvw",
) -> Steps:
    """States hₜ = f(Uxₜ + Whₜ₋₁ + b), then the output o = V h_T + c and its softmax; U m×n, W m×m, V q×m.

    Source: Elman 1990; Goodfellow et al. 2016, equations 10.8 to 10.11; document 001, simple recurrent network.
    """
    rows, h, cell = _fitting(x, u, w, b, h0, steps)
    output = None if states_only else _fitting_output(v, c, len(h))
    if output is None and not len(rows):
        raise InputError(
            "steps", "0", Text("must be at least 1 with --states-only", "与 --states-only 合用时应至少为 1")
        )
    cell = cell._replace(activation=activation, letters=("W", "U") if letters == "wu" else ("U", "W"))
    a = None
    for t, row in enumerate(rows, 1):
        fed_back = None if output is None or t == 1 else output.scores(h)
        a = yield _pre_activation(t, cell, row, h, fed_back)
        h = yield _state(t, cell, a)
        if np.max(np.abs(h)) > EXPLODED:
            return [*_notes(letters), _exploded(t)]
    if output is not None:
        o = yield _scores(len(rows), output, h, a)
        yield _prediction(o)
    return _notes(letters)


class _Cell(NamedTuple):
    """The shared weights of all steps, and the letters under which the first two stand in the formulas."""

    u: Array
    w: Array
    b: Array
    activation: Activation = "tanh"
    letters: tuple[str, str] = ("U", "W")


class _Output(NamedTuple):
    v: Array
    c: Array

    def scores(self, h: Array) -> Array:
        return np.asarray(self.v @ h + self.c)


def _pre_activation(t: int, cell: _Cell, x: Array, h: Array, fed_back: Array | None) -> Step:
    on_x, on_h = cell.letters
    return Step(
        f"a{t}",
        Text(f"Pre-activation of step {t}", f"第 {t} 步的预激活值"),
        f"a{low(t)} = {on_x}x{low(t)} + {on_h}h{low(t - 1)} + b",
        f"{value_text(cell.u)}·{value_text(x)} + {value_text(cell.w)}·{value_text(h)} + {value_text(cell.b)}",
        cell.u @ x + cell.w @ h + cell.b,
        tuple(_slips_of_sum(cell, cell.u @ x, h, fed_back)),
    )


def _slips_of_sum(cell: _Cell, from_x: Array, h: Array, fed_back: Array | None) -> list[Slip]:
    w, b, letter = cell.w, cell.b, cell.letters[1]
    slips = []
    if b.any():
        slips.append(
            Slip("bias-forgotten", Text("The bias b is missing: add it.", "漏了偏置 b，要加上。"), from_x + w @ h)
        )
    if (w @ h).any():
        hint = Text(f"The old state counts as well: add {letter}hₜ₋₁.", f"旧状态也要算进来：加上 {letter}hₜ₋₁。")
        slips.append(Slip("no-recurrence", hint, from_x + b))
    if h.any() and not np.array_equal(w, w.T):
        hint = Text(
            f"Do not transpose {letter}: its row i holds the weights into unit i.",
            f"{letter} 不要转置：第 i 行是通向第 i 个单元的权重。",
        )
        slips.append(Slip("transposed-w", hint, from_x + w.T @ h + b))
    if fed_back is not None and fed_back.shape == h.shape:
        hint = Text(
            "The state h returns at the next step, not the output o (feeding back o makes a Jordan network).",
            "送回下一步的是状态 h，不是输出 o（送回 o 的是 Jordan 网络）。",
        )
        slips.append(Slip("output-fed-back", hint, from_x + w @ fed_back + b))
    return slips


def _state(t: int, cell: _Cell, a: Array) -> Step:
    name, h = WRITTEN[cell.activation], ACTIVATIONS[cell.activation][0](a)
    slips = []
    if not np.array_equal(h, a):
        slips.append(Slip("no-activation", Text(f"The sum still has to pass {name}.", f"求和之后还要经过 {name}。"), a))
    if cell.activation == "tanh":
        hint = Text("A state takes tanh (−1 to 1), not the sigmoid.", "状态用 tanh（−1 到 1），不用 sigmoid。")
        slips.append(Slip("sigmoid-for-tanh", hint, sigmoid(a)))
    return Step(
        f"h{t}",
        Text(f"State after step {t}", f"第 {t} 步的状态"),
        f"h{low(t)} = {name}(a{low(t)})" if name else f"h{low(t)} = a{low(t)}",
        f"{name}({value_text(a)})" if name else value_text(a),
        h,
        tuple(slips),
    )


def _scores(t: int, output: _Output, h: Array, a: Array | None) -> Step:
    slips = []
    if a is not None and not np.array_equal(a, h):
        hint = Text("The output reads the state h, after the activation.", "输出读取的是激活之后的状态 h，不是 a。")
        slips.append(Slip("output-from-a", hint, output.scores(a)))
    return Step(
        "o",
        Text("Scores of the output", "输出的得分"),
        f"o = Vh{low(t)} + c",
        f"{value_text(output.v)}·{value_text(h)} + {value_text(output.c)}",
        output.scores(h),
        tuple(slips),
    )


def _prediction(o: Array) -> Step:
    scores = Text("These are still scores: softmax makes them probabilities.", "这还只是得分，经 softmax 才是概率。")
    shared = Text(
        "The classes share one total: softmax, not a sigmoid for each.",
        "各类共用一个总和：用 softmax，不是逐个取 sigmoid。",
    )
    return Step(
        "p",
        Text("Prediction as probabilities", "预测概率"),
        "p = softmax(o)",
        f"softmax({value_text(o)})",
        softmax(o),
        (Slip("o-is-prediction", scores, o), Slip("sigmoid-for-softmax", shared, sigmoid(o))),
    )


def _fitting(x: Any, u: Any, w: Any, b: Any, h0: Any, steps: int | None) -> tuple[Array, Array, _Cell]:
    """The inputs of T steps (T×n), h₀ and the cell; InputError where a shape does not fit W and x."""
    rows, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    m, n = len(w), rows.shape[1]
    h = np.zeros(m) if h0 is None else np.asarray(h0, dtype=float)
    cell = _Cell(np.asarray(u, dtype=float), w, np.asarray(b, dtype=float))
    require_shape(rnn_step, "w", w, (m, m), Text("to lead from state to state", "（由状态到状态）"))
    fit = Text(f"to fit --w of {m}×{m} and --x of width {n}", f"（--w 为 {m}×{m}，--x 每行 {n} 个数）")
    for name, given, shape in (("u", cell.u, (m, n)), ("b", cell.b, (m,)), ("h0", h, (m,))):
        require_shape(rnn_step, name, given, shape, fit)
    if steps is not None:
        rows = np.concatenate([rows, np.zeros((max(0, steps - len(rows)), n))])[:steps]
    return rows, h, cell


def _fitting_output(v: Any, c: Any, m: int) -> _Output:
    v = np.asarray(v, dtype=float)
    output = _Output(v, np.zeros(len(v)) if c is None else np.asarray(c, dtype=float))
    why = Text(
        f"to fit --w of {m}×{m} (or leave it out: --states-only)", f"（--w 为 {m}×{m}；不求输出可用 --states-only）"
    )
    require_shape(rnn_step, "v", v, (len(v), m), why)
    require_shape(rnn_step, "c", output.c, (len(v),), Text(f"to fit --v of {len(v)}×{m}", f"（--v 为 {len(v)}×{m}）"))
    return output


def _notes(letters: Letters) -> list[Text]:
    ours, theirs = ("Wx + Uh", "Ux + Wh") if letters == "wu" else ("Ux + Wh", "Wx + Uh")
    return [
        Text(
            f"Written here as {ours}; others write {theirs} (Goodfellow et al. Ux + Wh, Cho et al. Wx + Uh). --letters changes the letters, "
            "not the numbers: --u always acts on the input, --w on the state.",
            f"这里写作 {ours}，也有写作 {theirs} 的（Goodfellow 等用 Ux + Wh，Cho 等用 Wx + Uh）。--letters 只换字母，数值不变：--u 总是作用于输入，--w 总是作用于状态。",
        ),
        Text(
            "PyTorch keeps two biases, one with the input and one with the state; b is their sum.",
            "PyTorch 有两个偏置，输入一个、状态一个；这里的 b 是两者之和。",
        ),
    ]


def _exploded(t: int) -> Text:
    return Text(
        f"The state exploded at step {t}: a unit is beyond 1e12, and the run ends there. Only a bounded activation holds it.",
        f"状态在第 {t} 步爆炸：有单元超过 1e12，计算到此为止。只有有界的激活函数才能限制它。",
    )


@rnn_step.check("the engine's batched pass, all inputs in one product", "引擎的批量前向传播，全部输入一次相乘")
def batched(**inputs: Any) -> dict[str, Value]:
    """The states by one product for all inputs and the recurrence with transposed weights, on a batch of one."""
    rows, h0, cell = _fitting(*(inputs[name] for name in ("x", "u", "w", "b", "h0", "steps")))
    with np.errstate(over="ignore", invalid="ignore"):  # beyond the explosion, where the derivation has ended
        states = rnn_forward(rows[:, None], h0[None], cell.u, cell.w, cell.b, inputs["activation"]).h[:, 0]
    found: dict[str, Value] = {}
    for t, h in enumerate(states[1:], 1):
        found[f"h{t}"] = h
        if np.max(np.abs(h)) > EXPLODED:
            return found
    if not inputs["states_only"]:
        output = _fitting_output(inputs["v"], inputs["c"], len(h0))
        found["o"] = (states[-1:] @ output.v.T + output.c)[0]
        found["p"] = np.exp(found["o"] - np.logaddexp.reduce(found["o"]))
    return found


@rnn_step.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The chain unrolled: the states along their arrows, the inputs below, the output above the last one."""
    steps = sum(step.name.startswith("h") for step in worked.steps)
    drawn = min(steps, MOST_STATIONS)
    w = worked.inputs["w"]
    start = worked.inputs["h0"] or (0.0,) * len(w)
    states = [short(start), *(short(worked.step(f"h{t}").value) for t in range(1, drawn + 1))]
    rows = [*worked.inputs["x"], *[(0.0,) * len(worked.inputs["x"][0])] * steps][:drawn]
    on_x, on_h = ("W", "U") if worked.inputs["letters"] == "wu" else ("U", "W")
    lanes = [Lane(same("h"), tuple(states), (on_h,) * drawn)]
    if drawn:
        blank = (" ",) * drawn
        lanes.append(Lane(same(""), ("", *[f"↑ {on_x}"] * drawn), blank))
        lanes.append(Lane(same("x"), ("", *map(short, rows)), blank))
    title = Text("The chain unrolled", "展开的链")
    if drawn < steps:
        title = Text(f"The first {drawn} of {steps} steps, unrolled", f"展开的链：{steps} 步中的前 {drawn} 步")
    elif worked.has("p"):
        above = [column(same(sign), short(worked.step(sign).value), drawn) for sign in ("p", "o")]
        lanes = [*above, column(same(""), "↑ V", drawn), *lanes]
    return [Flow(title, tuple(lanes))]


@rnn_step.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: one unit, two steps; 2: two units with an output; 3: three steps from h₀ ≠ 0, or the growth of a ReLU cell."""
    if level == 1:
        inputs = _network(rng, units=1, width=1, steps=2) | {"states_only": True, "h0": (0.0,)}
    elif level == 2:
        inputs = _network(rng, units=2, width=1, steps=2) | {"h0": (0.0, 0.0)}
    elif rng.random() < 0.3:
        inputs = _network(rng, units=1, width=1, steps=1) | {
            "w": ((pick(rng, (1.5, 2.0)),),),
            "h0": (pick(rng, (1.0, 2.0)),),
            "activation": "relu",
            "steps": pick(rng, (4, 5)),
            "states_only": True,
        }
    else:
        inputs = _network(rng, units=2, width=2, steps=3) | {"h0": _halves(rng, 2), "c": _halves(rng, 2)}
    truth = work(rnn_step, defaults(rnn_step) | inputs)
    pre_activations = [step.value for step in truth.steps if step.name.startswith("a")]
    if inputs.get("activation") == "relu":
        return inputs if all((a > 0).all() for a in pre_activations) else None
    return inputs if all((np.abs(a) <= SATURATED).all() for a in pre_activations) else None


def _network(rng: Rng, units: int, width: int, steps: int) -> Inputs:
    return {
        "x": tuple(_halves(rng, width) for _ in range(steps)),
        "u": tuple(_halves(rng, width) for _ in range(units)),
        "w": tuple(_halves(rng, units) for _ in range(units)),
        "b": _halves(rng, units),
        "v": tuple(_halves(rng, units) for _ in range(2)),
    }


def _halves(rng: Rng, length: int) -> tuple[float, ...]:
    return tuple(pick(rng, (-1.5, -1.0, -0.5, 0.5, 1.0, 1.5)) for _ in range(length))
