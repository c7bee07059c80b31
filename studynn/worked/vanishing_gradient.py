"""`studynn compute vanishing-gradient`: equal factors multiply along the layers; below 1 they vanish, above 1 explode."""

from math import ceil, copysign, floor, inf, log, log2, log10
from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input
from studynn.core.picture import Curve, Picture, sampled
from studynn.core.steps import Inputs, Inverse, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.worked._training import signed

LEFT = 0.01
NOISE = 1e-9
SMALLEST, LARGEST = 1e-5, 1e12


@example(
    title=Text("A product of equal factors", "梯度连乘：消失与爆炸"),
    topic=("training", "rnn", "lstm", "resnet-densenet", "activation"),
    results=("factor", "product", "steps-to-1pct", "time-constant"),
    inverse=(
        Inverse(
            "depth",
            "product",
            Text("Over how many layers n does the factor become {result}?", "经过多少层（n），连乘的结果为 {result}？"),
        ),
    ),
    notes=(
        Text(
            "The sigmoid's slope is at most 0.25, tanh's at most 1. An LSTM's cell has the forget gate f for a factor: weight f, slope 1.",
            "sigmoid 的斜率不超过 0.25，tanh 不超过 1。LSTM 记忆细胞的因子就是遗忘门 f：取权重 f、斜率 1。",
        ),
    ),
)
def vanishing_gradient(
    weight: Annotated[
        float, Input("w", Text("weight of every layer (or a forget gate)", "每层的权重（或遗忘门的值）"))
    ] = 2.0,
    slope: Annotated[float, Input("f′", Text("slope of the activation", "激活函数的斜率"))] = 0.25,
    depth: Annotated[int, Input("n", Text("layers or time steps", "层数或时间步数"), at_least=1, at_most=1000)] = 6,
    skip: Annotated[bool, Input("skip", Text("every layer has a shortcut: + 1", "每层带捷径：+ 1"))] = False,
) -> Steps:
    """qⁿ for the factor q = w·f′ of one layer, with a shortcut w·f′ + 1; what decays does so with τ = −1/ln|q|.

    Source: Hochreiter 1991; Bengio, Simard & Frasconi 1994; He et al. 2016 for the shortcut.
    """
    q = yield _factor(weight, slope, skip)
    product = yield _product(q, depth)
    if 0 < abs(q) < 1:
        yield _steps_to_one_percent(q)
        yield _time_constant(q)
    return [_verdict(q, product)]


def _power(q: Value, n: int) -> float:
    """qⁿ, infinite where it exceeds float64."""
    try:
        return float(q**n)
    except OverflowError:
        return copysign(inf, q) if n % 2 else inf


def _factor(weight: float, slope: float, skip: bool) -> Step:
    bridge = 1 if skip else 0
    slips = []
    if slope != 1:
        hint = Text(
            "The signal also passes the activation: multiply by its slope.", "信号还要经过激活函数：乘以它的斜率。"
        )
        slips.append(Slip("slope-forgotten", hint, weight + bridge))
    hint = Text("One after the other, slopes multiply (chain rule).", "按链式法则，先后相接的斜率要相乘。")
    slips.append(Slip("factors-added", hint, weight + slope + bridge))
    if skip:
        hint = Text("The shortcut passes the gradient unchanged: add 1.", "捷径把梯度原样传回：要加 1。")
        slips.append(Slip("identity-forgotten", hint, weight * slope))
    return Step(
        "factor",
        Text("Factor of one layer", "一层的因子"),
        "q = w·f′ + 1" if skip else "q = w·f′",
        f"{number_text(weight)}·{signed(slope)}" + (" + 1" if skip else ""),
        weight * slope + bridge,
        tuple(slips),
    )


def _product(q: Value, n: int) -> Step:
    hint = Text("Every layer multiplies once more: a power, not a multiple.", "每层再乘一次：是乘方，不是倍数。")
    slips = [Slip("linear", hint, n * q)] if n > 1 else []
    if n > 1:
        hint = Text(f"{n} layers multiply {n} times.", f"{n} 层要乘 {n} 次。")
        slips.append(Slip("one-factor-short", hint, _power(q, n - 1)))
    return Step(
        "product",
        Text(f"Gradient after {n} layers", f"经过 {n} 层后的梯度"),
        "qⁿ",
        f"{signed(q)}^{n}",
        _power(q, n),
        tuple(slips),
    )


def _steps_to_one_percent(q: Value) -> Step:
    ratio = log(LEFT) / log(abs(q))
    least = ceil(ratio - NOISE)
    hint = Text("After so many there is still more than 1 %: round up.", "这么多层后仍多于 1 %：应向上取整。")
    return Step(
        "steps-to-1pct",
        Text("Layers until 1 % is left", "只剩 1 % 所需的层数"),
        "⌈ln 0.01 / ln|q|⌉",
        f"⌈ln(0.01)/ln({number_text(abs(q))})⌉",
        least,
        (Slip("rounded-down", hint, floor(ratio)),) if abs(ratio - least) > NOISE else (),
    )


def _time_constant(q: Value) -> Step:
    size = abs(q)
    natural = Text("1/e is asked for, so take the natural logarithm.", "问的是降到 1/e，所以用自然对数。")
    slips = [Slip("log-base-ten", natural, -1 / log10(size))]
    if size < 0.9:
        rough = Text(
            "1/(1 − |q|) is good only near 1: take −1/ln|q|.", "1/(1 − |q|) 只在 |q| 接近 1 时可用：应取 −1/ln|q|。"
        )
        slips.append(Slip("reciprocal-decay", rough, 1 / (1 - size)))
    return Step(
        "time-constant",
        Text("Layers until 1/e is left", "只剩 1/e 所需的层数"),
        "τ = −1/ln|q|",
        f"−1/ln({number_text(size)})",
        -1 / log(size),
        tuple(slips),
    )


def _verdict(q: Value, product: Value) -> Text:
    size = abs(q)
    if q == 0:
        return Text("The factor is 0: the gradient is dead after one layer.", "因子为 0：一层之后梯度就没有了。")
    if size == 1:
        return Text("|q| = 1: the gradient keeps its size at any depth.", "|q| = 1：无论多深，梯度大小不变。")
    if size < 1:
        gone = Text(" It is below the smallest float64 and shown as 0.", "已小于 float64 所能表示的数，显示为 0。")
        more = gone if product == 0 else Text("", "")
        return Text(f"|q| < 1: the gradient vanishes with depth.{more.en}", f"|q| < 1：梯度随深度消失。{more.zh}")
    gone = Text(" It is beyond the largest float64 and shown as infinite.", "已超出 float64 的范围，显示为无穷大。")
    more = gone if abs(product) == inf else Text("", "")
    return Text(f"|q| > 1: the gradient explodes with depth.{more.en}", f"|q| > 1：梯度随深度爆炸。{more.zh}")


@vanishing_gradient.check(
    "multiply layer by layer; search for the depth at which 1 % is left; half-life over ln 2",
    "逐层相乘；搜索只剩 1 % 的深度；半衰期除以 ln 2",
)
def layer_by_layer(weight: float, slope: float, depth: int, skip: bool) -> dict[str, Value]:
    """The product by a loop, the depth by bisection."""
    factor = float(skip) + slope * weight
    product = 1.0
    for _ in range(depth):
        product *= factor
    found: dict[str, Value] = {"factor": factor, "product": product}
    if 0 < abs(factor) < 1:
        enough = 1
        while abs(factor) ** enough > LEFT:
            enough *= 2
        few = 0
        while enough - few > 1:
            middle = (few + enough) // 2
            few, enough = (few, middle) if abs(factor) ** middle <= LEFT * (1 + NOISE) else (middle, enough)
        found |= {"steps-to-1pct": enough, "time-constant": -1 / log2(abs(factor)) / log(2)}
    return found


@vanishing_gradient.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The size of the gradient by depth, as a power of ten: a straight line."""
    size, depth = abs(worked.step("factor").value), worked.inputs["depth"]
    if size == 0:
        return []
    title = Text("log₁₀ of the gradient's size, by depth", "梯度大小的 log₁₀ 随深度的变化")
    return [Curve(title, sampled(lambda n: n * log10(size), 0, depth), ((depth, depth * log10(size)),))]


@vanishing_gradient.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: factors whose powers are short decimals; 2: factors near 1, 20 to 50 layers; 3: with shortcuts, or a forget gate."""
    skip = False
    if level == 1:
        slope, depth = pick(rng, (0.25, 0.5)), rng.randint(2, 6)
        weight = pick(rng, (0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 0.9, -0.5, -0.2, 1.5, 2.0, 3.0)) / slope
    elif level == 2:
        weight = pick(rng, (0.8, 0.9, 0.95, 1.1, 1.2, 1.5, 2.0, 3.0, 4.0))
        slope, depth = pick(rng, (0.25, 0.5, 0.6, 0.8, 0.9)), 5 * rng.randint(4, 10)
    elif rng.random() < 0.5:
        weight, slope = pick(rng, (-1.0, -0.8, -0.5, -0.4, -0.2, 0.2, 0.4, 0.5, 0.8)), pick(rng, (0.25, 0.5))
        depth, skip = 5 * rng.randint(2, 6), True
    else:
        weight, slope, depth = pick(rng, (0.8, 0.9, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995)), 1.0, 10 * rng.randint(1, 10)
    product = (weight * slope + skip) ** depth
    if level == 1 and abs(float(f"{product:.6g}") - product) > NOISE * abs(product):
        return None  # too long for a pencil
    if abs(weight * slope + skip) == 1 or not SMALLEST < abs(product) < LARGEST:
        return None
    return {"weight": weight, "slope": slope, "depth": depth, "skip": skip}
