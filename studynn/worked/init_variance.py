"""`studynn compute init-variance`: how wide the sums z spread at the start, and which σ keeps the spread."""

from math import exp, fsum, sqrt
from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input
from studynn.core.picture import Mark, Picture, Plot, Point, Track, sampled
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.worked._training import require_positive

WIDEST = 1_000_000


@example(
    title=Text("Weight initialisation and the spread of z", "权重初始化与净输入的方差"),
    topic=("training", "rbm-dbn"),
    results=("var-z", "sd-z", "glorot", "he"),
    notes=(
        Text(
            "These are the normal forms. For uniform weights on ±r the standard deviation is r/√3: Glorot r = √(6/(n_in + n_out)), He r = √(6/n_in).",
            "这里是正态分布的形式。若权重在 ±r 上均匀分布，标准差为 r/√3：Glorot 取 r = √(6/(n_in + n_out))，He 取 r = √(6/n_in)。",
        ),
    ),
)
def init_variance(
    fan_in: Annotated[
        int, Input("n_in", Text("inputs of a unit", "每个单元的输入数"), at_least=1, at_most=WIDEST)
    ] = 50,
    fan_out: Annotated[
        int, Input("n_out", Text("units that an input feeds", "每个输入所连的单元数"), at_least=1, at_most=WIDEST)
    ] = 150,
    mean_square: Annotated[float, Input("E[x²]", Text("mean square of the inputs", "输入的平方的均值"))] = 0.5,
    sigma: Annotated[float, Input("σ", Text("standard deviation of the weights", "权重的标准差"))] = 0.1,
) -> Steps:
    """Var z = n_in·E[x²]·σ² for independent weights of mean 0, and the σ of Glorot and of He.

    Source: Glorot & Bengio 2010, equation 12; He et al. 2015, equation 10.
    """
    require_positive("mean-square", mean_square)
    require_positive("sigma", sigma)
    variance = yield _variance(fan_in, mean_square, sigma)
    yield _spread(variance, fan_in, mean_square, sigma)
    yield _glorot(fan_in, fan_out)
    yield _he(fan_in)
    return None


def _variance(n: int, square: float, sigma: float) -> Step:
    each = Text("Every input adds a term: multiply by n_in.", "每个输入都贡献一项：乘以 n_in。")
    slips = [Slip("fan-in-forgotten", each, square * sigma**2)] if n > 1 else []
    if sigma != 1:
        squared = Text("The variance of a weight is σ².", "权重的方差是 σ²。")
        slips.append(Slip("sigma-not-squared", squared, n * square * sigma))
    return Step(
        "var-z",
        Text("Variance of z", "z 的方差"),
        "n_in·E[x²]·σ²",
        f"{n}·{number_text(square)}·{number_text(sigma)}²",
        n * square * sigma**2,
        tuple(slips),
    )


def _spread(variance: Value, n: int, square: float, sigma: float) -> Step:
    slips = []
    if variance != 1:
        root = Text("Take the root of the variance.", "标准差是方差的平方根。")
        slips.append(Slip("no-root", root, variance))
    if n > 1:
        added = Text("Independent spreads do not add; their variances do.", "独立项的标准差不能相加，相加的是方差。")
        slips.append(Slip("sds-added", added, n * sqrt(square) * sigma))
    return Step(
        "sd-z",
        Text("Standard deviation of z", "z 的标准差"),
        "√Var z",
        f"√{number_text(variance)}",
        sqrt(variance),
        tuple(slips),
    )


def _glorot(n: int, out: int) -> Step:
    root = Text("2/(n_in + n_out) is the variance: σ is its root.", "2/(n_in + n_out) 是方差：σ 要开方。")
    slips = [Slip("glorot-no-root", root, 2 / (n + out))] if n + out != 2 else []
    if n + out != n:
        both = Text(
            "Glorot looks both ways: n_in + n_out below the line.", "Glorot 兼顾前向与反向：分母是 n_in + n_out。"
        )
        slips.append(Slip("he-for-glorot", both, sqrt(2 / n)))
    return Step(
        "glorot",
        Text("Glorot's σ (tanh, sigmoid)", "Glorot 的 σ（tanh、sigmoid）"),
        "√(2/(n_in + n_out))",
        f"√(2/({n} + {out}))",
        sqrt(2 / (n + out)),
        tuple(slips),
    )


def _he(n: int) -> Step:
    half = Text("ReLU lets half of the signal through: 2 above the line.", "ReLU 只让一半信号通过：分子应为 2。")
    return Step(
        "he",
        Text("He's σ (ReLU)", "He 的 σ（ReLU）"),
        "√(2/n_in)",
        f"√(2/{n})",
        sqrt(2 / n),
        (Slip("lecun-for-he", half, sqrt(1 / n)),),
    )


@init_variance.check(
    "add the share of each input; the σ with which signal and gradient, or half the signal, keep their size",
    "逐个累加各输入的贡献；由“信号与梯度（或一半信号）大小不变”反求 σ",
)
def by_shares(fan_in: int, fan_out: int, mean_square: float, sigma: float) -> dict[str, Value]:
    """The variance as a sum of n_in terms; σ² is one over the mean of both fans, or over half of n_in."""
    variance = fsum(mean_square * sigma * sigma for _ in range(fan_in))
    mean_fan = (fan_in + fan_out) / 2
    return {"var-z": variance, "sd-z": variance**0.5, "glorot": mean_fan**-0.5, "he": (fan_in / 2) ** -0.5}


@init_variance.pictures
def pictures(worked: Worked) -> list[Picture]:
    """How z spreads, as a bell curve beside one as wide as the inputs; both are drawn equally high, to three deviations."""
    spread, inputs = worked.step("sd-z").value, sqrt(worked.inputs["mean_square"])
    if not 0 < spread < 1e9 or not inputs:
        return []

    def bell(sd: float, to: int) -> tuple[Point, ...]:
        return sampled(lambda at: exp(-((at / sd) ** 2) / 2), -to * sd, to * sd)

    wide, narrow = number_text(spread), number_text(inputs)
    title = Text(
        "Is z spread as widely as the inputs? Bell curves of one height",
        "z 与输入的离散程度相同吗？两条钟形曲线画成等高",
    )
    z = Track(Text(f"z: standard deviation {wide}", f"z：标准差 {wide}"), bell(spread, 3))
    x = Track(Text(f"inputs x: √E[x²] = {narrow}", f"输入 x：√E[x²] = {narrow}"), bell(inputs, -3))
    return [Plot(title, (z, x), (Mark(" ", (0, 0)), Mark(" ", (0, 1))))]


@init_variance.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: every root comes out even; 2: ordinary layers; 3: wide layers, inputs of 0 and 1."""
    if level == 1:
        fan_in = pick(rng, (8, 32, 50, 128, 200, 512, 800, 3200))
        fan_out = pick(rng, (50, 128, 200, 512, 800, 1250, 3200, 5000, 20000)) - fan_in
        if fan_out <= 0:
            return None
        square, sigma = pick(rng, (0.125, 0.5, 2.0)), pick(rng, (0.01, 0.05, 0.1, 0.2))
    elif level == 2:
        fan_in, fan_out = 10 * rng.randint(2, 40), 10 * rng.randint(1, 40)
        square, sigma = rng.randint(1, 20) / 10, pick(rng, (0.01, 0.02, 0.05, 0.1, 0.2))
    else:
        fan_in, fan_out = pick(rng, (256, 784, 1024, 3072, 4096)), pick(rng, (10, 64, 100, 128, 256, 500, 512, 1000))
        square, sigma = rng.randint(2, 9) / 20, pick(rng, (0.001, 0.01, 0.05, 0.1))
    return {"fan_in": fan_in, "fan_out": fan_out, "mean_square": square, "sigma": sigma}
