"""`studynn compute gradient-check`: a slope from two values of the function, held against the derivative."""

from collections.abc import Callable
from math import cosh, exp, log, log1p, sinh, tanh
from typing import Annotated, Literal, NamedTuple

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input
from studynn.core.picture import Mark, Picture, Plot, Track, sampled
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.worked._units import total

SMALL = 1e-4
ROUNDING = 1e-15
Name = Literal["cubic", "quadratic", "sigmoid-loss", "log-cosh"]


class _Function(NamedTuple):
    """f and f′: as formulas, as lines with {x} for a number, and as functions; in f, {p} is {x} in brackets if need be."""

    f: str
    f_shown: str
    slope: str
    slope_shown: str
    value: Callable[[float], float]
    derivative: Callable[[float], float]


def _sigma(x: float) -> float:
    return (1 + tanh(x / 2)) / 2


FUNCTIONS: dict[Name, _Function] = {
    "cubic": _Function(
        "{p}³ − 2{p}", "{x}³ − 2·{x}", "3x² − 2", "3·{x}² − 2", lambda x: x**3 - 2 * x, lambda x: 3 * x * x - 2
    ),
    "quadratic": _Function(
        "{p}² + 3{p}", "{x}² + 3·{x}", "2x + 3", "2·{x} + 3", lambda x: x * x + 3 * x, lambda x: 2 * x + 3
    ),
    "sigmoid-loss": _Function(
        "½(σ({x}) − 1)²",
        "½·(σ({x}) − 1)²",
        "(σ(x) − 1)σ(x)(1 − σ(x))",
        "(σ({x}) − 1)·σ({x})·(1 − σ({x}))",
        lambda x: _sigma(-x) ** 2 / 2,
        lambda x: -_sigma(x) * _sigma(-x) ** 2,
    ),
    "log-cosh": _Function(
        "ln((exp({x}) + exp(−{p}))/2)",
        "ln((exp({x}) + exp(−{x}))/2)",
        "tanh(x)",
        "tanh({x})",
        lambda x: abs(x) + log1p(exp(-2 * abs(x))) - log(2),
        tanh,
    ),
}


@example(
    title=Text("Numerical gradient check", "数值梯度检验"),
    topic=("training", "foundations"),
    results=("central", "forward", "analytic", "rel-error"),
    unasked=("rel-error",),
    notes=(
        Text(
            "In practice h is about 1e−5 and a relative error well below 1e−4 passes; near a kink, as of ReLU, more is forgiven.",
            "实践中取 h 约 1e−5，相对误差远小于 1e−4 即通过；靠近折点（如 ReLU）时可放宽。",
        ),
    ),
)
def gradient_check(
    function: Annotated[
        Name,
        Input(
            "f",
            Text(
                "cubic x³−2x, quadratic x²+3x, sigmoid-loss ½(σ(x)−1)², log-cosh ln cosh x",
                "cubic 为 x³−2x，quadratic 为 x²+3x，sigmoid-loss 为 ½(σ(x)−1)²，log-cosh 为 ln cosh x",
            ),
        ),
    ] = "cubic",
    x: Annotated[float, Input("x", Text("where the slope is asked for", "求斜率的点"), at_least=-20, at_most=20)] = 2.0,
    h: Annotated[float, Input("h", Text("step to each side", "向两侧走的步长"), at_least=1e-6, at_most=1)] = 0.1,
) -> Steps:
    """(f(x+h) − f(x−h))/2h errs by order h², (f(x+h) − f(x))/h by order h.

    Source: document 002, automatic differentiation; Goodfellow, Bengio & Courville 2016, section 11.5.
    """
    chosen = FUNCTIONS[function]
    plus = yield _height("f-plus", Text("f to the right", "右侧的函数值"), "x + h", chosen, total([x, h]))
    minus = yield _height("f-minus", Text("f to the left", "左侧的函数值"), "x − h", chosen, total([x, -h]))
    here = yield _height("f-here", Text("f at x", "x 处的函数值"), "x", chosen, x)
    central = yield _central(plus, minus, h)
    forward = yield _forward(plus, minus, here, h)
    analytic = yield _analytic(chosen, x, here)
    noise = ROUNDING * (abs(plus) + abs(minus)) / h
    yield _relative(central, analytic, noise, _digits(h))
    return _notes(forward, central, analytic, h, noise)


def _long(number: Value, digits: int = 12) -> str:
    """A number with many digits: the difference of nearly equal values would vanish in four."""
    text = f"{float(number):.{digits}g}".replace("-", "−").replace("e−0", "e−")
    return f"({text})" if text.startswith("−") else text


def _digits(h: float) -> int:
    """How many digits leave something over when values at a distance of h are subtracted."""
    return 7 if h >= 0.01 else 12


def _height(name: str, title: Text, where: str, chosen: _Function, at: float) -> Step:
    formula = chosen.f.format(x=where, p=where if where == "x" else f"({where})")
    return Step(name, title, f"f({where}) = {formula}", chosen.f_shown.format(x=_long(at)), chosen.value(at))


def _central(plus: Value, minus: Value, h: float) -> Step:
    value, digits = total([plus, -minus]) / (2 * h), _digits(h)
    wide = Text("From x − h to x + h it is 2h.", "从 x − h 到 x + h 的距离是 2h。")
    slips = [Slip("divide-by-h", wide, 2 * value)]
    if value:
        turned = Text("Take the left value from the right one.", "用右边的值减左边的值。")
        slips.append(Slip("sign-flipped", turned, -value))
    title = Text("Central difference", "中心差分")
    shown = f"({_long(plus, digits)} − {_long(minus, digits)})/(2·{_long(h)})"
    return Step("central", title, "c = (f(x + h) − f(x − h))/(2h)", shown, value, tuple(slips) if value else ())


def _forward(plus: Value, minus: Value, here: Value, h: float) -> Step:
    slips = []
    if h != 1:
        hint = Text("A slope is rise over run: divide by h.", "斜率是升高除以走过的距离：要除以 h。")
        slips.append(Slip("no-division", hint, plus - here))
    left = Text("This looks back; the forward difference goes to x + h.", "这是向后差分；向前差分走到 x + h。")
    slips.append(Slip("backward-difference", left, (here - minus) / h))
    title = Text("Forward difference", "向前差分")
    shown = f"({_long(plus, _digits(h))} − {_long(here, _digits(h))})/{_long(h)}"
    return Step("forward", title, "(f(x + h) − f(x))/h", shown, total([plus, -here]) / h, tuple(slips))


def _analytic(chosen: _Function, x: float, here: Value) -> Step:
    hint = Text("That is the height of the curve; its slope is the derivative.", "这是曲线的高度；斜率是导数。")
    shown = chosen.slope_shown.format(x=_long(x))
    title = Text("The derivative", "导数")
    return Step(
        "analytic",
        title,
        f"f′(x) = {chosen.slope}",
        shown,
        chosen.derivative(x),
        (Slip("value-for-slope", hint, here),),
    )


def _relative(central: Value, analytic: Value, noise: float, digits: int) -> Step:
    size = max(abs(central), abs(analytic))
    error = abs(central - analytic)
    title, formula = Text("Relative error", "相对误差"), "|c − f′(x)|/max(|c|, |f′(x)|)"
    if error <= noise:
        return Step("rel-error", title, formula, "0", 0.0)
    hint = Text("Relative means compared with the slope: divide by its size.", "相对误差要与斜率相比：除以它的大小。")
    numeric, exact = _long(central, digits), _long(analytic, digits)
    return Step(
        "rel-error",
        title,
        formula,
        f"|{numeric} − {exact}|/max(|{numeric}|, |{exact}|)",
        error / size,
        (Slip("absolute-error", hint, error),) if size != 1 else (),
    )


def _notes(forward: Value, central: Value, analytic: Value, h: float, noise: float) -> list[Text]:
    one, two = abs(forward - analytic), abs(central - analytic)
    far = number_text(float(f"{one:.2g}"))
    notes = []
    if two <= noise:
        notes.append(
            Text(
                f"The central difference is exact but for rounding; the forward one is off by {far}.",
                f"除舍入外，中心差分是精确的；向前差分的误差为 {far}。",
            )
        )
    else:
        close = number_text(float(f"{two:.2g}"))
        notes.append(
            Text(
                f"Off by {close} on both sides, by {far} on one: the errors are of order h² and h.",
                f"中心差分误差 {close}，向前差分误差 {far}：分别为 h² 阶与 h 阶。",
            )
        )
    if h < SMALL:
        notes.append(
            Text(
                "With so small an h the values agree in most digits, and their difference loses these to cancellation.",
                "h 这么小时，函数值的大部分数位相同，相减时有效数字会大量抵消。",
            )
        )
    return notes


@gradient_check.check(
    "both differences by algebra, and the slope from four neighbours (Richardson)",
    "两种差分用代数化简，斜率由四个邻点外推（Richardson）",
)
def by_algebra(function: Name, x: float, h: float) -> dict[str, Value]:
    """x² and x³ multiplied out, squares as sum times difference, cosh(x ± h) by the addition theorem."""
    if function == "cubic":
        central = 3 * x * x - 2 + h * h
        forward = central + 3 * x * h
    elif function == "quadratic":
        central = 2 * x + 3
        forward = central + h
    elif function == "sigmoid-loss":
        left, here, right = (1 / (1 + exp(at)) for at in (x - h, x, x + h))
        central, forward = (right - left) * (right + left) / (4 * h), (right - here) * (right + here) / (2 * h)
    else:
        bend = tanh(x) * tanh(h)
        central = (log1p(bend) - log1p(-bend)) / (2 * h)
        forward = log(cosh(h) + tanh(x) * sinh(h)) / h
    f, near = FUNCTIONS[function].value, 1e-3
    rises = [f(x + distance) - f(x - distance) for distance in (near, 2 * near)]
    return {"central": central, "forward": forward, "analytic": (8 * rises[0] - rises[1]) / (12 * near)}


@gradient_check.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The curve and both secants as they leave the tangent: drawn as they are, they would lie on each other."""
    x, h = worked.inputs["x"], worked.inputs["h"]
    f = FUNCTIONS[worked.inputs["function"]].value
    plus, minus, here, central, forward, slope = (
        worked.step(name).value for name in ("f-plus", "f-minus", "f-here", "central", "forward", "analytic")
    )
    if max(abs(plus - here - slope * h), abs(minus - here + slope * h)) <= 1e3 * ROUNDING * max(
        abs(here), abs(slope * h)
    ):
        return []  # nothing but rounding would be seen
    left, right = x - 1.3 * h, x + 1.3 * h

    def risen(height: float, at: float) -> float:
        return float(height - here - slope * (at - x))

    def secant(steepness: float, start: float, end: float) -> tuple[tuple[float, float], ...]:
        return tuple((at, risen(plus + steepness * (at - x - h), at)) for at in (start, end))

    curve = sampled(lambda at: risen(f(at), at), left, right)
    tracks = (
        Track(Text("the curve f", "曲线 f"), curve),
        Track(Text("secant of the central difference", "中心差分的割线"), secant(central, right, left)),
        Track(Text("secant of the forward difference", "向前差分的割线"), secant(forward, left, right)),
        Track(Text("tangent: the derivative", "切线：导数"), ((left, 0.0), (right, 0.0))),
    )
    ends = ((x - h, risen(minus, x - h)), (x + h, risen(plus, x + h)))
    marks = (*(Mark("○", end) for end in ends), Mark("●", (x, 0.0)))
    legend = (("●", Text("f at x", "x 处")), ("○", Text("f at x − h and x + h", "x − h 与 x + h 处")))
    title = Text("Secants against the tangent, heights measured from the tangent", "割线与切线（高度从切线量起）")
    return [Plot(title, tracks, marks, legend)]


@gradient_check.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: a parabola with h 1 or ½, where the central difference is exact; 2: the cubic; 3: a loss of a sigmoid, or log cosh."""
    sign = pick(rng, (-1, 1))
    if level == 1:
        x, h, function = rng.randint(1, 8) / 2, pick(rng, (1.0, 0.5)), "quadratic"
    elif level == 2:
        x, h, function = rng.randint(1, 8) / 2, pick(rng, (0.5, 0.1)), "cubic"
    else:
        x, h, function = rng.randint(2, 8) / 4, 0.1, pick(rng, ("sigmoid-loss", "log-cosh"))
    return {"function": function, "x": sign * x, "h": h} if sign * x != -1.5 else None
