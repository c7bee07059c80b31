"""`studynn compute activation`: the usual activation functions and their slopes, at one point or at several."""

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np

from studynn.core.draw import Rng, pick, shuffled
from studynn.core.inputs import Input, Vector
from studynn.core.picture import Curve, Picture, sampled
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import Array, elu, leaky_relu, relu, sigmoid, softplus, tanh
from studynn.nn.differences import central_differences
from studynn.worked._training import require_positive, signed
from studynn.worked._units import entries, entry_by_entry, times

KINK = 4e-3
Function = Literal["all", "step", "sigmoid", "tanh", "relu", "leaky", "elu", "softplus"]


@example(
    title=Text("Activation functions and their slopes", "激活函数及其导数"),
    topic="activation",
    results=(
        "sigmoid",
        "tanh",
        "relu",
        "leaky",
        "elu",
        "softplus",
        "d-sigmoid",
        "d-tanh",
        "d-relu",
        "d-leaky",
        "d-elu",
    ),
    notes=(
        Text(
            "σ lies between 0 and 1, its slope is at most 1/4 (at 0); tanh lies between −1 and 1, its slope is at most 1.",
            "σ 的值在 0 与 1 之间，导数至多 1/4（在 0 处）；tanh 的值在 −1 与 1 之间，导数至多 1。",
        ),
    ),
)
def activation(
    x: Annotated[
        Vector, Input("x", Text("one point, or several", "一个点，或若干个点"), at_least=-700, at_most=700, longest=12)
    ] = (-1.0,),
    function: Annotated[Function, Input("f", Text("which functions to show", "要显示的函数"))] = "all",
    leaky_slope: Annotated[
        float, Input("α", Text("slope of leaky ReLU below 0", "带泄露 ReLU 在 0 以下的斜率"), at_least=0, at_most=1)
    ] = 0.01,
    elu_alpha: Annotated[float, Input("β", Text("constant of ELU", "ELU 的常数"))] = 1.0,
) -> Steps:
    """f(x) and f′(x); numbers for one point, arrays for several.

    Source: document 000, layers of a CNN; Maas, Hannun & Ng 2013 (leaky ReLU); Clevert, Unterthiner & Hochreiter
    2016 (ELU, whose constant is written α there); Dugas et al. 2001 (softplus).
    """
    require_positive("elu-alpha", elu_alpha)
    at = entries(x)

    found: dict[str, Value] = {}
    first = (_step(at), _sigmoid(at), _tanh(at), _relu(at))
    for step in (*first, _leaky(at, leaky_slope), _elu(at, elu_alpha), _softplus(at)):
        if function in ("all", step.name):
            found[step.name] = yield step
    smooth = _sigmoid_slope(at, found.get("sigmoid", at)), _tanh_slope(found.get("tanh", at))
    for step in (*smooth, _relu_slope(at), _leaky_slope(at, leaky_slope), _elu_slope(at, elu_alpha)):
        if function in ("all", step.name.removeprefix("d-")):
            yield step
    return _notes(at, function)


def _step(x: Value) -> Step:
    title = Text("Step: does it fire?", "阶跃：是否激活")
    return Step("step", title, "[x > 0]", f"[{value_text(x)} > 0]", entries(np.greater(x, 0)))


def _sigmoid(x: Value) -> Step:
    falls = Text("The exponent is −x: σ rises from 0 to 1.", "指数是 −x：σ 从 0 升到 1。")
    below = Text("σ is never negative: its values lie between 0 and 1.", "σ 不会是负数：取值在 0 与 1 之间。")
    return Step(
        "sigmoid",
        Text("Sigmoid", "Sigmoid 函数"),
        "σ(x) = 1/(1 + exp(−x))",
        f"1/(1 + exp({value_text(-x)}))",
        entries(1 / (1 + np.exp(-x))),
        (
            Slip("sign-of-exponent", falls, entries(1 / (1 + np.exp(x)))),
            Slip("tanh-for-sigmoid", below, entries(np.tanh(x))),
        ),
    )


def _tanh(x: Value) -> Step:
    up, down = f"exp({value_text(x)})", f"exp({value_text(-x)})"
    hint = Text(
        "By way of σ the argument doubles: tanh x = 2σ(2x) − 1.", "用 σ 表示时自变量要加倍：tanh x = 2σ(2x) − 1。"
    )
    return Step(
        "tanh",
        Text("Hyperbolic tangent", "双曲正切"),
        "(exp(x) − exp(−x))/(exp(x) + exp(−x))",
        f"({up} − {down})/({up} + {down})",
        entries(np.tanh(x)),
        (Slip("inner-two-lost", hint, entries(2 / (1 + np.exp(-x)) - 1)),),
    )


def _relu(x: Value) -> Step:
    hint = Text("ReLU is no curve: it passes what is positive as it is.", "ReLU 不是曲线：正数原样通过。")
    slips = [Slip("sigmoid-for-relu", hint, entries(1 / (1 + np.exp(-x))))]
    if np.any(np.less(x, 0)):
        hint = Text("What is negative becomes 0; the sign is not just dropped.", "负数变为 0，而不是去掉负号。")
        slips.append(Slip("abs-for-relu", hint, entries(np.abs(x))))
    title = Text("ReLU", "ReLU（修正线性）")
    return Step("relu", title, "max(0, x)", f"max(0, {value_text(x)})", entries(np.maximum(x, 0)), tuple(slips))


def _leaky(x: Value, leak: float) -> Step:
    slips = []
    if leak and np.any(np.less(x, 0)):
        hint = Text("Below 0 a little leaks through: αx, not 0.", "0 以下要漏过一点：是 αx，不是 0。")
        slips.append(Slip("relu-for-leaky", hint, entries(np.maximum(x, 0))))
    if leak != 1 and np.any(np.greater(x, 0)):
        hint = Text("α belongs to the negative side only; above 0 x passes whole.", "α 只用于负半轴；正数原样通过。")
        slips.append(Slip("leak-everywhere", hint, entries(leak * np.asarray(x))))
    return Step(
        "leaky",
        Text("Leaky ReLU", "带泄露 ReLU"),
        "x (x > 0), αx (x ≤ 0)",
        entry_by_entry(lambda one: number_text(one) if one > 0 else f"{number_text(leak)}·{signed(one)}", x),
        entries(np.where(np.greater(x, 0), x, leak * np.asarray(x))),
        tuple(slips),
    )


def _elu(x: Value, alpha: float) -> Step:
    exponential, slips = alpha * np.exp(np.minimum(x, 0)), []
    if np.any(np.less(x, 0)):
        hint = Text("Take 1 off the exponential: both branches meet at 0.", "指数还要减 1：两段才在 0 处相接。")
        slips.append(Slip("elu-no-minus-one", hint, entries(np.where(np.less(x, 0), exponential, x))))

    def written(one: float) -> str:
        return number_text(one) if one > 0 else f"{number_text(alpha)}·(exp({number_text(one)}) − 1)"

    formula, value = "x (x > 0), β(exp(x) − 1) (x ≤ 0)", np.where(np.greater(x, 0), x, exponential - alpha)
    return Step(
        "elu", Text("ELU", "ELU（指数线性）"), formula, entry_by_entry(written, x), entries(value), tuple(slips)
    )


def _softplus(x: Value) -> Step:
    hint = Text(
        "Softplus is smooth and above 0 everywhere, also where ReLU is 0.",
        "Softplus 光滑且处处为正，包括 ReLU 为 0 处。",
    )
    return Step(
        "softplus",
        Text("Softplus: smooth ReLU", "Softplus：光滑的 ReLU"),
        "ln(1 + exp(x))",
        f"ln(1 + exp({value_text(x)}))",
        entries(np.logaddexp(0, x)),
        (Slip("relu-for-softplus", hint, entries(np.maximum(x, 0))),),
    )


def _sigmoid_slope(x: Value, sigma: Value) -> Step:
    twice = sigmoid(np.asarray(sigma, dtype=float))
    from_x = Text("Put the value σ(x) into a(1 − a), not x itself.", "代入 a(1 − a) 的是 σ(x) 的值，不是 x。")
    again = Text("σ(x) is a already: do not apply σ to it once more.", "σ(x) 已经是 a：不要再作用一次 σ。")
    return Step(
        "d-sigmoid",
        Text("Slope of σ", "σ 的导数"),
        "σ(x)(1 − σ(x))",
        f"{value_text(sigma)}{times(sigma)}(1 − {signed(sigma)})",
        sigma * (1 - sigma),
        (
            Slip("slope-from-x", from_x, x * (1 - x)),
            Slip("sigmoid-twice", again, entries(twice * (1 - twice))),
        ),
    )


def _tanh_slope(tangent: Value) -> Step:
    pattern = Text("t(1 − t) is for σ; for tanh it is 1 − t².", "t(1 − t) 是 σ 的公式；tanh 用 1 − t²。")
    square = Text("The value of tanh is squared before it is taken from 1.", "先把 tanh 的值平方，再用 1 去减。")
    return Step(
        "d-tanh",
        Text("Slope of tanh", "tanh 的导数"),
        "1 − tanh²(x)",
        f"1 − {signed(tangent)}²",
        1 - tangent * tangent,
        (Slip("sigmoid-pattern", pattern, tangent * (1 - tangent)), Slip("square-forgotten", square, 1 - tangent)),
    )


def _relu_slope(x: Value) -> Step:
    slips = []
    if np.any(np.greater(x, 0) & np.not_equal(x, 1)):
        hint = Text("That is the output; the slope is 1 or 0.", "这是输出值；斜率只有 1 或 0。")
        slips.append(Slip("slope-is-value", hint, entries(np.maximum(x, 0))))
    title = Text("Slope of ReLU", "ReLU 的导数")
    value = entries(np.greater(x, 0))
    return Step("d-relu", title, "1 (x > 0), 0 (x ≤ 0)", value_text(value), value, tuple(slips))


def _leaky_slope(x: Value, leak: float) -> Step:
    slips = []
    if leak and np.any(np.less(x, 0)):
        hint = Text("A leaky unit does not die: below 0 its slope is α.", "带泄露的单元不会“死亡”：0 以下斜率为 α。")
        slips.append(Slip("dead-slope", hint, entries(np.greater(x, 0))))
    value = entries(np.where(np.greater(x, 0), 1, leak))
    title = Text("Slope of leaky ReLU", "带泄露 ReLU 的导数")
    return Step("d-leaky", title, "1 (x > 0), α (x ≤ 0)", value_text(value), value, tuple(slips))


def _elu_slope(x: Value, alpha: float) -> Step:
    slips = []
    if np.any(np.less(x, 0)):
        hint = Text("That is ELU itself: deriving, the −1 falls away.", "这是 ELU 的值：求导后 −1 消失。")
        slips.append(Slip("value-for-slope", hint, entries(elu(np.asarray(x), alpha))))
    return Step(
        "d-elu",
        Text("Slope of ELU", "ELU 的导数"),
        "1 (x > 0), β exp(x) (x ≤ 0)",
        entry_by_entry(lambda one: "1" if one > 0 else f"{number_text(alpha)}·exp({number_text(one)})", x),
        entries(np.where(np.greater(x, 0), 1, alpha * np.exp(np.minimum(x, 0)))),
        tuple(slips),
    )


def _notes(x: Value, function: Function) -> list[Text]:
    notes = []
    if function in ("all", "softplus"):
        notes.append(
            Text("The slope of softplus is σ(x); the step has slope 0.", "Softplus 的导数就是 σ(x)；阶跃的导数为 0。")
            if function == "all"
            else Text("Its slope is σ(x).", "它的导数就是 σ(x)。")
        )
    if np.any(np.equal(x, 0)) and function in ("all", "step", "relu", "leaky", "elu"):
        notes.append(
            Text(
                "At exactly 0 there is a kink (or a jump): the slope from the left is taken, as in PyTorch, so ReLU has 0 there.",
                "x 恰为 0 处有折点（或跳跃）：与 PyTorch 一样取左侧的斜率，例如 ReLU 为 0。",
            )
        )
    return notes


@activation.check(
    "values by other identities, such as tanh x = 2σ(2x) − 1; slopes from nearby values (central differences)",
    "函数值用其他恒等式（如 tanh x = 2σ(2x) − 1），导数由邻近点的值求出（中心差分）",
)
def by_identities(x: Value, function: Function, leaky_slope: float, elu_alpha: float) -> dict[str, Value]:
    """Slopes of functions with a kink at 0 are left out where a point lies that near."""
    at = np.array(x, dtype=float)
    half = np.abs(at) / 2
    found: dict[str, Value] = {
        "step": (np.sign(at) + 1) // 2 * np.abs(np.sign(at)),
        "sigmoid": (1 + np.tanh(at / 2)) / 2,
        "tanh": 2 * sigmoid(2 * at) - 1,
        "relu": at / 2 + half,
        "leaky": (at / 2 + half) + leaky_slope * (at / 2 - half),
        "elu": np.maximum(at, 0) - elu_alpha * (1 - np.exp(at / 2 - half)),
        "softplus": np.maximum(at, 0) - np.log(sigmoid(np.abs(at))),
        "d-sigmoid": _slope(sigmoid, at),
        "d-tanh": _slope(tanh, at),
    }
    if np.all(np.abs(at) > KINK):
        found["d-relu"] = _slope(relu, at)
        found["d-leaky"] = _slope(lambda z: leaky_relu(z, leaky_slope), at)
        found["d-elu"] = _slope(lambda z: elu(z, elu_alpha), at)
    kept = {name: value for name, value in found.items() if function in ("all", name.removeprefix("d-"))}
    return {name: entries(value) for name, value in kept.items()}


def _slope(function: Callable[[Array], Array], at: Array) -> Array:
    """Each value depends on its own point only, so that the gradient of their sum holds every slope."""
    points = at.copy()
    return central_differences(lambda: float(function(points).sum()), points)


@activation.pictures
def pictures(worked: Worked) -> list[Picture]:
    """Each function that was computed, with the points on it."""
    points = [float(x) for x in worked.inputs["x"]]
    reach = max(4.0, *(abs(x) for x in points))
    leaky_slope, elu_alpha = worked.inputs["leaky_slope"], worked.inputs["elu_alpha"]
    functions: dict[str, Callable[[Array], Array]] = {
        "sigmoid": sigmoid,
        "tanh": tanh,
        "relu": relu,
        "leaky": lambda z: leaky_relu(z, leaky_slope),
        "elu": lambda z: elu(z, elu_alpha),
        "softplus": softplus,
    }

    def at(name: str, x: float) -> float:
        return float(functions[name](np.array(x)))

    drawn = [name for name in functions if worked.has(name)]
    return [
        Curve(
            worked.step(name).title,
            sampled(lambda x, name=name: at(name, x), -reach, reach),  # type: ignore[misc]
            tuple((x, at(name, x)) for x in points),
        )
        for name in drawn
    ]


@activation.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two whole points; 2: two in quarters; 3: three on both sides of 0, with other constants of leaky ReLU and ELU."""
    sizes = (1.0, 2.0, 3.0) if level == 1 else tuple(quarters / 4 for quarters in range(1, 11))
    points = tuple(pick(rng, (-1, 1)) * size for size in shuffled(rng, sizes)[: 3 if level == 3 else 2])
    if level == 3 and not min(points) < 0 < max(points):
        return None
    return {
        "x": points,
        "leaky_slope": pick(rng, (0.1, 0.2) if level == 1 else (0.01, 0.05, 0.1)),
        "elu_alpha": pick(rng, (0.5, 2.0)) if level == 3 else 1.0,
    }
