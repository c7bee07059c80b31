"""`studynn compute gradient-descent`: steps against the gradient, which converge, oscillate or diverge with η."""

from collections.abc import Callable
from math import hypot
from typing import Annotated, Literal, NamedTuple

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, Vector, input_text, inputs_of
from studynn.core.picture import Curve, Picture, sampled
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.core.values import components
from studynn.nn.differences import central_differences
from studynn.worked._training import low, minus, require_positive, signed

DIVERGED = 1e12
Name = Literal["quadratic", "two-wells", "saddle", "bowl", "mixed"]


class _Surface(NamedTuple):
    """A function and its gradient: as formulas, as templates for numbers, and as functions of a number or an array."""

    f: str
    f_shown: str
    grad: str
    grad_shown: str
    value: Callable[[Value], Value]
    gradient: Callable[[Value], Value]
    numbers: dict[str, str]
    axes: int = 1

    def shown(self, template: str, x: Value) -> str:
        """A template with the numbers of the point and of the coefficients put in."""
        point = [x] if self.axes == 1 else list(x)
        return template.format(**self.numbers, **dict(zip("xy", map(signed, point), strict=False)))


def _surface(name: Name, a: float, m: float, c: float) -> _Surface:
    numbers = {"a": signed(a), "m": signed(m), "c": signed(c)}
    pair = np.array
    if name == "quadratic":
        texts = "a(x − m)²", "{a}·({x} − {m})²", "2a(x − m)", "2·{a}·({x} − {m})"
        return _Surface(*texts, lambda x: a * minus(x, m) ** 2, lambda x: 2 * a * minus(x, m), numbers)
    if name == "two-wells":
        texts = "(x² − 1)²", "({x}² − 1)²", "4x(x² − 1)", "4·{x}·({x}² − 1)"
        return _Surface(*texts, lambda x: (x * x - 1) ** 2, lambda x: 4 * x * (x * x - 1), numbers)
    if name == "saddle":
        texts = "x² − y²", "{x}² − {y}²", "[2x, −2y]", "[2·{x}, −2·{y}]"
        return _Surface(*texts, lambda p: p[0] ** 2 - p[1] ** 2, lambda p: pair([2 * p[0], -2 * p[1]]), numbers, 2)
    if name == "bowl":
        texts = "ax² + cy²", "{a}·{x}² + {c}·{y}²", "[2ax, 2cy]", "[2·{a}·{x}, 2·{c}·{y}]"
        slope = lambda p: pair([2 * a * p[0], 2 * c * p[1]])  # noqa: E731
        return _Surface(*texts, lambda p: a * p[0] ** 2 + c * p[1] ** 2, slope, numbers, 2)
    texts = "x² + 3xy", "{x}² + 3·{x}·{y}", "[2x + 3y, 3x]", "[2·{x} + 3·{y}, 3·{x}]"
    slope = lambda p: pair([2 * p[0] + 3 * p[1], 3 * p[0]])  # noqa: E731
    return _Surface(*texts, lambda p: p[0] ** 2 + 3 * p[0] * p[1], slope, numbers, 2)


@example(
    title=Text("Gradient descent", "梯度下降"),
    topic="training",
    results=("grad{t}", "x{t}", "moved", "f-end", "factor"),
)
def gradient_descent(
    function: Annotated[
        Name,
        Input(
            "f",
            Text(
                "quadratic a(x−m)², two-wells (x²−1)², saddle x²−y², bowl ax²+cy², mixed x²+3xy",
                "quadratic 为 a(x−m)²，two-wells 为 (x²−1)²，saddle 为 x²−y²，bowl 为 ax²+cy²，mixed 为 x²+3xy",
            ),
        ),
    ] = "quadratic",
    start: Annotated[Vector, Input("x₀", Text("starting point: x, or x,y", "起点：x，或 x,y"), longest=2)] = (5.0,),
    lr: Annotated[float, Input("η", Text("learning rate (step size)", "学习率（步长）"))] = 0.25,
    steps: Annotated[int, Input("T", Text("number of steps", "迭代步数"), at_least=1, at_most=1000)] = 3,
    a: Annotated[float, Input("a", Text("coefficient of quadratic and bowl", "quadratic 与 bowl 的系数"))] = 1.0,
    m: Annotated[float, Input("m", Text("where quadratic has its minimum", "quadratic 的极小点"))] = 2.0,
    c: Annotated[
        float | None, Input("c", Text("second coefficient of bowl, 1 if not given", "bowl 的第二个系数，缺省为 1"))
    ] = None,
) -> Steps:
    """xₜ = xₜ₋₁ − η∇f(xₜ₋₁); it stops where a coordinate passes 1e12. Numbers for one variable, arrays for two.

    Source: document 000, gradient descent; Cauchy 1847; Goodfellow et al. 2016, equation 4.5.
    """
    require_positive("lr", lr)
    surface = _surface(function, a, m, 1.0 if c is None else c)
    if len(start) != surface.axes:
        raise _misfit(function, start, surface.axes)
    x: Value = start[0] if surface.axes == 1 else np.asarray(start, dtype=float)
    notes: list[Text] = []
    for t in range(1, steps + 1):
        gradient = yield _gradient(t, surface, function, x)
        if t == 1 and not np.any(gradient):
            notes.append(Text("The gradient is 0 at the start: nothing moves.", "起点处梯度为 0，因此原地不动。"))
        x = yield _moved_on(t, x, gradient, lr)
        if np.max(np.abs(x)) > DIVERGED:
            notes.append(
                Text(
                    f"Diverged at step {t}: beyond 1e12, and the run ends there.",
                    f"第 {t} 步发散：已超过 1e12，计算到此为止。",
                )
            )
            break
    yield _length(t, gradient, lr)
    yield Step(
        "f-end",
        Text("Value of f at the end", "终点的函数值"),
        surface.f,
        surface.shown(surface.f_shown, x),
        float(surface.value(x)),
    )
    if function == "quadratic":
        factor = yield _factor(a, lr)
        notes.append(_verdict(factor))
    return notes


def _misfit(function: Name, start: Vector, axes: int) -> InputError:
    names = "x" if axes == 1 else "x,y"
    plural = "number" if axes == 1 else "numbers"
    return InputError(
        "start",
        input_text(inputs_of(gradient_descent)["start"], start),
        Text(
            f"must have {axes} {plural} ({names}) to fit --function {function}, it has {len(start)}",
            f"应有 {axes} 个数（{names}）才合 --function {function}，现有 {len(start)} 个",
        ),
    )


def _gradient(t: int, surface: _Surface, function: Name, x: Value) -> Step:
    value = surface.gradient(x)
    slips = []
    if surface.axes == 1:
        hint = Text("Take the slope f′(x), not the height f(x).", "要用斜率 f′(x)，不是函数值 f(x)。")
        slips.append(Slip("value-for-gradient", hint, surface.value(x)))
    if function == "quadratic":
        hint = Text(
            "The square brings down a 2: (x − m)² has the derivative 2(x − m).",
            "平方求导要带出 2：(x − m)² 的导数是 2(x − m)。",
        )
        slips.append(Slip("factor-lost", hint, value / 2))
    return Step(
        f"grad{t}",
        Text(f"Gradient {t}", f"第 {t} 个梯度"),
        f"g{low(t)} = {surface.grad}",
        surface.shown(surface.grad_shown, x),
        value,
        tuple(slips),
    )


def _moved_on(t: int, x: Value, gradient: Value, lr: float) -> Step:
    slips = [
        Slip(
            "ascent",
            Text("Down is against the gradient: subtract η g.", "下坡与梯度方向相反：应减去 η g。"),
            minus(x, -lr * gradient),
        ),
        Slip(
            "step-only",
            Text("This is only the step: start from the old point.", "这只是步子：要从原来的点出发。"),
            -lr * gradient,
        ),
    ]
    if lr != 1:
        hint = Text("The gradient still has to be multiplied by η.", "梯度还要乘以学习率 η。")
        slips.append(Slip("no-learning-rate", hint, minus(x, gradient)))
    return Step(
        f"x{t}",
        Text(f"Point after step {t}", f"第 {t} 步后的点"),
        f"x{low(t)} = x{low(t - 1)} − η g{low(t)}",
        f"{signed(x)} − {number_text(lr)}·{signed(gradient)}",
        minus(x, lr * gradient),
        tuple(slips),
    )


def _length(t: int, gradient: Value, lr: float) -> Step:
    hint = Text(
        "η is not yet the distance: multiply by the length of the gradient.", "η 还不是距离：要乘以梯度的长度。"
    )
    return Step(
        "moved",
        Text("Length of the last step", "最后一步的长度"),
        f"η‖g{low(t)}‖",
        f"{number_text(lr)}·‖{signed(gradient)}‖",
        lr * hypot(*map(float, components(gradient))),
        (Slip("moved-is-lr", hint, lr),),
    )


def _factor(a: float, lr: float) -> Step:
    hint = Text("The slope is 2a(x − m), so the 2 belongs in the factor.", "斜率是 2a(x − m)，所以因子里也有 2。")
    return Step(
        "factor",
        Text("Factor of x − m in one step", "x − m 每步所乘的因子"),
        "1 − 2aη",
        f"1 − 2·{signed(a)}·{number_text(lr)}",
        minus(1.0, 2 * a * lr),
        (Slip("factor-without-two", hint, minus(1.0, a * lr)),),
    )


def _verdict(factor: float) -> Text:
    size = abs(factor)
    if size > 1:
        return Text(
            "The factor lies beyond ±1: every step leads further away, it diverges.",
            "因子的绝对值大于 1：每步都离得更远，发散。",
        )
    if factor == -1:
        return Text(
            "The factor is −1: x jumps to and fro for ever, it oscillates.", "因子为 −1：x 永远来回跳动，振荡。"
        )
    if factor == 1:
        return Text("The factor is 1: the function is flat, nothing moves.", "因子为 1：函数是平的，原地不动。")
    if factor < 0:
        return Text(
            "The factor lies between −1 and 0: x changes sides and closes in, it converges.",
            "因子在 −1 与 0 之间：x 左右交替地逼近，收敛。",
        )
    return Text(
        "The factor lies from 0 to 1: x closes in from one side, it converges.",
        "因子在 0 到 1 之间：x 从一侧逼近，收敛。",
    )


@gradient_descent.check(
    "m + (1 − 2aη)ᵗ(x₀ − m) for the quadratic, slopes from nearby values of f for the others",
    "quadratic 用 m + (1 − 2aη)ᵗ(x₀ − m)，其余用 f 在邻近点的值求斜率",
)
def without_the_gradient(
    function: Name, start: Vector, lr: float, steps: int, a: float, m: float, c: float | None
) -> dict[str, Value]:
    """The path in closed form, or by finite differences, which are exact for polynomials of these degrees."""
    surface, found = _surface(function, a, m, 1.0 if c is None else c), dict[str, Value]()
    point = np.array(start, dtype=float)

    def plain(point: Value) -> Value:
        return float(point[0]) if surface.axes == 1 else point.copy()

    def height() -> float:
        return float(surface.value(plain(point)))

    for t in range(1, steps + 1):
        before = point.copy()
        if function == "quadratic":
            point[0] = m + (1 - 2 * a * lr) ** t * (start[0] - m)
        else:
            distance = 1e-2 * max(1.0, float(np.abs(point).max()))
            point = point - lr * central_differences(height, point, distance)
        found[f"x{t}"] = plain(point)
        if np.abs(point).max() > DIVERGED:
            break
    return found | {"moved": float(np.linalg.norm(point - before)), "f-end": height()}


@gradient_descent.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The function of one variable with the path, up to nine steps; of two variables f step by step."""
    start, function, a, m, c = (worked.inputs[name] for name in ("start", "function", "a", "m", "c"))
    f = _surface(function, a, m, 1.0 if c is None else c).value
    path = [start[0] if len(start) == 1 else start, *(step.value for step in worked.steps if step.name[0] == "x")][:10]
    heights = [float(f(x)) for x in path]
    if len(start) > 1:
        return [Curve(Text("f after each step", "各步之后的 f"), tuple(enumerate(heights)), tuple(enumerate(heights)))]
    margin = (max(path) - min(path)) / 4 or 1.0
    curve, points = sampled(f, min(path) - margin, max(path) + margin), tuple(zip(path, heights, strict=True))
    return [Curve(Text("The path on the function", "函数上的路径"), curve, points)]


@gradient_descent.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two steps on x²; 2: away from 0, also oscillating and diverging; 3: two wells, a bowl or a saddle."""
    start: tuple[float, ...]
    if level < 3:
        a = pick(rng, (1.0, 2.0, 0.5)) if level == 2 else 1.0
        m = float(pick(rng, (-3, -2, -1, 1, 2, 3))) if level == 2 else 0.0
        start = (float(pick(rng, (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5))),)
        rates = (0.05, 0.1, 0.2, 0.25, 0.4) if level == 1 else tuple(one / a for one in (0.1, 0.2, 0.4, 0.75, 1, 1.1))
        inputs = {"function": "quadratic", "start": start, "lr": pick(rng, rates), "steps": level + 1, "a": a, "m": m}
        return inputs if start[0] != m else None
    function = pick(rng, ("two-wells", "bowl", "saddle"))
    if function == "two-wells":
        start, lr = (pick(rng, (-1.5, -0.8, -0.6, -0.5, 0.5, 0.6, 0.8, 1.5)),), pick(rng, (0.05, 0.1))
    else:
        start = float(pick(rng, (-3, -2, -1, 1, 2, 3))), float(pick(rng, (-2, -1, 1, 2)))
        lr = pick(rng, (0.1, 0.2)) if function == "bowl" else pick(rng, (0.1, 0.25, 0.5))
    a, c = (pick(rng, (1.0, 0.5)), pick(rng, (3.0, 4.0))) if function == "bowl" else (1.0, None)
    return {"function": function, "start": start, "lr": lr, "steps": 2, "a": a, "m": 2.0, "c": c}
