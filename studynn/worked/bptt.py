"""`studynn compute bptt`: a cell of one unit unrolled, and its error carried back through the steps."""

from collections.abc import Generator
from math import prod, tanh
from typing import Annotated, Any, Literal

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Vector, defaults
from studynn.core.picture import Flow, Lane, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example, work
from studynn.core.text import Text, number_text, same, value_text
from studynn.worked._recurrent import total
from studynn.worked._training import low, minus, signed

MOST_STEPS = 20
Cell = Literal["tanh", "identity"]


@example(
    title=Text("Backpropagation through time", "随时间反向传播（BPTT）"),
    topic="rnn",
    results=("h{t}", "o", "loss", "grad-v", "delta{t}", "u-terms", "grad-u", "grad-w"),
    notes=(
        Text(
            "δₜ = ∂L/∂aₜ with aₜ = u xₜ + w hₜ₋₁. In ∂L/∂v no product over time occurs; in the other two it does.",
            "δₜ = ∂L/∂aₜ，其中 aₜ = u xₜ + w hₜ₋₁。∂L/∂v 中没有跨时间的连乘，另外两个梯度中有。",
        ),
        Text(
            "The loss is ½(o − y)²; without the ½ every gradient doubles.", "损失取 ½(o − y)²；不带 ½ 时各梯度都加倍。"
        ),
        Text(
            "u acts on the input and w on the state; others write w x + u h.",
            "u 作用于输入，w 作用于状态；也有写作 w x + u h 的。",
        ),
    ),
)
def bptt(
    x: Annotated[Vector, Input("x", Text("inputs, one a step", "各步的输入"), longest=MOST_STEPS)] = (0.5, -1.0, 1.0),
    y: Annotated[float, Input("y", Text("target at the last step", "最后一步的目标值"))] = 1.0,
    u: Annotated[float, Input("u", Text("weight on the input", "输入的权重"))] = 1.0,
    w: Annotated[float, Input("w", Text("weight on the old state", "旧状态的权重"))] = 0.5,
    v: Annotated[float, Input("v", Text("weight of the output", "输出的权重"))] = 2.0,
    h0: Annotated[float, Input("h₀", Text("state before the first step", "初始状态"))] = 0.0,
    activation: Annotated[Cell, Input("f", Text("activation of the state", "状态的激活函数"))] = "tanh",
) -> Steps:
    """hₜ = f(u xₜ + w hₜ₋₁), o = v h_T, L = ½(o − y)²; the gradients of u, w and v, without biases.

    Source: Werbos 1990; Goodfellow et al. 2016, section 10.2.2; document 003, cause of the vanishing gradient.
    """
    last = len(x)
    states = [h0]
    for t, number in enumerate(x, 1):
        h = yield _state(t, number, states[-1], u, w, activation)
        states.append(h)
    o = yield _output(last, v, states[-1])
    yield _loss(o, y)
    error = minus(o, y)
    yield _grad_v(last, o, y, states[-1], x[-1])
    deltas = yield from _backwards(states, error, (o, y, v), w, activation)
    terms = yield _terms(deltas, x)
    yield _grad_u(terms)
    yield _grad_w(deltas, states)
    return _remarks(terms)


def _state(t: int, x: float, old: float, u: float, w: float, activation: Cell) -> Step:
    slips = []
    if t > 1 and w * old:
        hint = Text("The old state has its part in the new one: add w hₜ₋₁.", "新状态也取决于旧状态：加上 w hₜ₋₁。")
        slips.append(Slip("no-recurrence", hint, _f(activation, u * x)))
    inside = f"{number_text(u)}·{signed(x)} + {signed(w)}·{signed(old)}"
    return Step(
        f"h{t}",
        Text(f"State of step {t}", f"第 {t} 步的状态"),
        f"h{low(t)} = {_applied(activation, f'u x{low(t)} + w h{low(t - 1)}')}",
        _applied(activation, inside),
        _f(activation, total((u * x, w * old))),
        tuple(slips),
    )


def _output(last: int, v: float, h: float) -> Step:
    return Step("o", Text("Output", "输出"), f"o = v h{low(last)}", f"{number_text(v)}·{signed(h)}", v * h)


def _loss(o: float, y: float) -> Step:
    shown = f"½·({number_text(o)} − {signed(y)})²"
    return Step("loss", Text("Loss", "损失"), "L = ½(o − y)²", shown, minus(o, y) ** 2 / 2)


def _grad_v(last: int, o: float, y: float, h: float, x: float) -> Step:
    hint = Text("v stands on the state: multiply by it, not by the input.", "v 乘的是状态，不是输入。")
    return Step(
        "grad-v",
        Text("Gradient by v", "对 v 的梯度"),
        f"∂L/∂v = (o − y) h{low(last)}",
        f"({number_text(o)} − {signed(y)})·{signed(h)}",
        minus(o, y) * h,
        (Slip("input-for-state", hint, minus(o, y) * x),),
    )


def _backwards(
    states: list[float], error: float, ends: tuple[float, float, float], w: float, activation: Cell
) -> Generator[Step, Any, list[float]]:
    """The error signals from the last step to the first; returned in the order of time."""
    last = len(states) - 1
    o, y, v = ends
    formula, shown = "(o − y) v", f"({number_text(o)} − {signed(y)})·{signed(v)}"
    arriving, behind = error * v, None
    deltas: list[float] = []
    for t in range(last, 0, -1):
        delta = yield _delta(t, formula, shown, arriving, behind, states[t], activation)
        deltas.insert(0, delta)
        formula, shown = f"δ{low(t)} w", f"{number_text(delta)}·{signed(w)}"
        arriving, behind = delta * w, None if w == 1 else delta
    return deltas


def _delta(t: int, formula: str, shown: str, arriving: float, behind: float | None, h: float, activation: Cell) -> Step:
    slope, slips = 1.0, []
    if activation == "tanh":
        slope = 1 - h * h
        formula, shown = f"{formula} (1 − h{low(t)}²)", f"{shown}·(1 − {signed(h)}²)"
        hint = Text(
            "On its way back the error passes tanh too: times 1 − hₜ².", "误差往回传也要经过 tanh：乘 1 − hₜ²。"
        )
        slips.append(Slip("tanh-slope-forgotten", hint, arriving))
    if behind is not None:
        hint = Text("From one step to the one before, the error is multiplied by w.", "误差每往回传一步要乘一次 w。")
        slips.append(Slip("w-forgotten", hint, behind * slope))
    return Step(
        f"delta{t}",
        Text(f"Error signal of step {t}", f"第 {t} 步的误差项"),
        f"δ{low(t)} = {formula}",
        shown,
        arriving * slope,
        tuple(slips),
    )


def _terms(deltas: list[float], x: Value) -> Step:
    return Step(
        "u-terms",
        Text("What each step adds to ∂L/∂u", "各步对 ∂L/∂u 的贡献"),
        "δ⊙x",
        f"{value_text(deltas)}⊙{value_text(x)}",
        tuple(delta * number for delta, number in zip(deltas, x, strict=True)),
    )


def _grad_u(terms: Value) -> Step:
    slips = []
    if len(terms) > 1:
        hint = Text("One u serves all steps: add up what each of them gives.", "各步共用同一个 u：各步的贡献都要加上。")
        slips.append(Slip("last-step-only", hint, terms[-1]))
        hint = Text("The steps are added up; nothing is divided by T.", "各步相加即可，不除以 T。")
        slips.append(Slip("averaged-over-time", hint, total(terms) / len(terms)))
    shown = " + ".join(map(signed, terms))
    return Step("grad-u", Text("Gradient by u", "对 u 的梯度"), "∂L/∂u = Σₜ δₜxₜ", shown, total(terms), tuple(slips))


def _grad_w(deltas: list[float], states: list[float]) -> Step:
    before, after = ([d * h for d, h in zip(deltas, part, strict=True)] for part in (states[:-1], states[1:]))
    hint = Text("w was multiplied by the state one step earlier: hₜ₋₁.", "w 乘的是前一步的状态 hₜ₋₁。")
    slips = [Slip("current-state-used", hint, total(after))]
    if any(before[:-1]):
        hint = Text("w serves every step, so every step adds its δₜhₜ₋₁.", "每一步都用到 w，都要加上 δₜhₜ₋₁。")
        slips.append(Slip("last-step-only-w", hint, before[-1]))
    return Step(
        "grad-w",
        Text("Gradient by w", "对 w 的梯度"),
        "∂L/∂w = Σₜ δₜhₜ₋₁",
        " + ".join(f"{signed(d)}·{signed(h)}" for d, h in zip(deltas, states[:-1], strict=True)),
        total(before),
        tuple(slips),
    )


def _remarks(terms: Value) -> list[Text]:
    size = sum(map(abs, terms))
    if len(terms) < 2 or not size:
        return []
    share = number_text(round(100 * abs(terms[0]) / size, 1))
    return [
        Text(
            f"Of all that the steps add to ∂L/∂u, in magnitude, {share} % come from step 1.",
            f"按绝对值计，∂L/∂u 中有 {share}% 来自第 1 步。",
        )
    ]


def _f(activation: Cell, a: float) -> float:
    return tanh(a) if activation == "tanh" else a


def _applied(activation: Cell, inside: str) -> str:
    return f"tanh({inside})" if activation == "tanh" else inside


@bptt.check(
    "carry ∂hₜ/∂u and ∂hₜ/∂w forward in time; each δₜ as one product of Jacobians",
    "把 ∂hₜ/∂u 与 ∂hₜ/∂w 随时间向前递推；每个 δₜ 直接写成雅可比连乘",
)
def forwards(x: Value, y: float, u: float, w: float, v: float, h0: float, activation: Cell) -> dict[str, Value]:
    """Real-time recurrent learning (Williams & Zipser 1989): nothing is carried back."""
    h, by_u, by_w = h0, 0.0, 0.0
    slopes = []
    found: dict[str, Value] = {}
    for t, number in enumerate(x, 1):
        old, h = h, _f(activation, total((u * number, w * h)))
        slopes.append(1 - h**2 if activation == "tanh" else 1.0)
        by_u, by_w = slopes[-1] * (number + w * by_u), slopes[-1] * (old + w * by_w)
        found[f"h{t}"] = h
    error = v * h - y
    found |= {"loss": error**2 / 2, "grad-v": error * h, "grad-u": error * v * by_u, "grad-w": error * v * by_w}
    for t in range(len(x)):
        found[f"delta{t + 1}"] = error * v * prod(slopes[t:]) * w ** (len(x) - t - 1)
    return found


@bptt.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The steps unrolled up to the output, and under each state the error signal on its way back."""
    last = len(worked.inputs["x"])
    w, v = (signed(worked.inputs[name]) for name in "wv")
    steps = range(1, last + 1)
    slope = "·f′" if worked.inputs["activation"] == "tanh" else ""
    h, deltas = ([number_text(worked.step(f"{name}{t}").value) for t in steps] for name in ("h", "delta"))
    x = [number_text(number) for number in worked.inputs["x"]]
    lanes = (
        Lane(same("x"), ("", *x), (" ",) * last),
        Lane(
            same("h, o"),
            (number_text(worked.inputs["h0"]), *h, number_text(worked.step("o").value)),
            (*[f"×{w}"] * last, f"×{v}"),
        ),
        Lane(same("δ"), ("", *deltas, "o − y"), (" ", *[f"×{w}{slope}"] * (last - 1), f"×{v}{slope}"), back=True),
    )
    title = Text("Forward the states h, back the errors δ", "向前传状态 h，向后传误差项 δ")
    if slope:
        title = Text(f"{title.en} (f′ = 1 − h²)", f"{title.zh}（f′ = 1 − h²）")
    return [Flow(title, lanes)]


@bptt.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two steps without tanh, whole numbers; 2: two or three steps with tanh; 3: three or four, from h₀ ≠ 0."""
    steps = 2 if level == 1 else rng.randint(level, level + 1)
    if level == 1:
        numbers, weights = [-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], [-2.0, -1.0, 2.0, 3.0]
        y = float(rng.randint(-6, 6))
    else:
        numbers, weights = [-1.5, -1.0, -0.5, 0.5, 1.0, 1.5], [-1.5, -1.0, -0.5, 0.5, 1.5, 2.0]
        y = pick(rng, (-1.0, -0.5, 0.5, 1.0))
    inputs: Inputs = {
        "x": tuple(pick(rng, numbers) for _ in range(steps)),
        "y": y,
        "u": pick(rng, weights),
        "w": pick(rng, weights),
        "v": pick(rng, weights),
        "h0": pick(rng, (-1.0, -0.5, 0.5, 1.0)) if level == 3 else 0.0,
        "activation": "identity" if level == 1 else "tanh",
    }
    truth = work(bptt, defaults(bptt) | inputs)
    small = min(map(abs, truth.step("u-terms").value))
    return inputs if abs(truth.step("o").value - y) >= 0.1 and small >= 1e-3 else None
