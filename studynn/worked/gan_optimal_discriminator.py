"""`studynn compute gan-optimal-discriminator`: the best discriminator against a fixed generator, and the equilibrium."""

from itertools import pairwise
from typing import Annotated

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Vector
from studynn.core.near import near
from studynn.core.picture import Bars, Mark, Picture, Plot, Track
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, same, value_text
from studynn.nn.activations import Array
from studynn.worked._losses import SUM_NOISE, ln, refusal, require_same_shape, scalar

MOST_CELLS = 12
NOISE = 1e-12
SMALLEST_JSD = 0.02  # below, the digits of V* that hand work keeps do not suffice


@example(
    title=Text("Optimal discriminator and the equilibrium", "最优判别器与均衡"),
    topic="gan",
    results=("d-star", "v-star", "jsd"),
    notes=(
        Text(
            "No form of either distribution is assumed: only the ratio of densities counts.",
            "不假设分布的形式：只看两个密度之比。",
        ),
    ),
)
def gan_optimal_discriminator(
    p_data: Annotated[
        Vector,
        Input(
            "p_data",
            Text("share of real data in each cell, or one density", "真实数据落在各格的概率，或单个密度值"),
            at_least=0,
            longest=MOST_CELLS,
        ),
    ] = (0.5, 0.25, 0.25),
    p_g: Annotated[
        Vector,
        Input(
            "p_g",
            Text("share of fakes in each cell, or one density", "生成样本落在各格的概率，或单个密度值"),
            at_least=0,
            longest=MOST_CELLS,
        ),
    ] = (0.25, 0.25, 0.5),
) -> Steps:
    """D* = p_data/(p_data + p_g), V* = Σ p_data ln D* + Σ p_g ln(1 − D*) = 2·JSD − ln 4.

    One density of each kind gives D* alone. Source: Goodfellow et al. 2014, proposition 1 and theorem 1.
    """
    require_same_shape(gan_optimal_discriminator, "p_g", p_g, "p-data", p_data)
    real, fake = np.asarray(p_data, dtype=float), np.asarray(p_g, dtype=float)
    _refuse(real, fake)
    d = np.asarray((yield _d_star(real, fake)))
    if len(real) > 1:
        value = yield _v_star(real, fake, d)
        yield _jsd(value)
    return _remarks(real, fake)


def _refuse(real: Array, fake: Array) -> None:
    if len(real) == 1:
        if real[0] + fake[0] == 0:
            allowed = Text("both densities are 0: D* does not exist", "两个密度都为 0：D* 不存在")
            raise refusal(gan_optimal_discriminator, "p_g", fake, allowed)
        return
    for name, p in (("p_data", real), ("p_g", fake)):
        if abs(p.sum() - 1) > SUM_NOISE:
            total = number_text(float(f"{p.sum():.6g}"))
            allowed = Text(f"must add up to 1, these add up to {total}", f"各数之和应为 1，现为 {total}")
            raise refusal(gan_optimal_discriminator, name, p, allowed)


def _share(top: Array, real: Array, fake: Array) -> Array:
    """top/(p_data + p_g), undefined where nothing ever falls."""
    total = real + fake
    return np.where(total > 0, top / np.where(total > 0, total, 1.0), np.nan)


def _d_star(real: Array, fake: Array) -> Step:
    d = _share(real, real, fake)
    slips = []
    if np.all(fake > 1e-300):
        slips.append(Slip("ratio", Text("Divide by both together.", "应除以两者之和。"), real / fake))
    hint = Text("D says how likely a sample is real: p_data on top.", "D 是样本为真的概率：分子是 p_data。")
    mistakes = [("fake-share", hint, _share(fake, real, fake))]
    hint = Text("½ everywhere is the equilibrium only, p_g = p_data.", "处处为 ½ 只在均衡 p_g = p_data 时成立。")
    mistakes.append(("always-half", hint, np.full_like(d, 0.5)))
    slips += [Slip(*mistake) for mistake in mistakes if not near(mistake[2], d)]
    return Step(
        "d-star",
        Text("Best output of D", "D 的最优输出"),
        "D* = p_data/(p_data + p_g)",
        f"{value_text(real)}/({value_text(real)} + {value_text(fake)})",
        d,
        tuple(slips),
    )


def _mean_of_logs(weights: Array, q: Array) -> float:
    """Σ w ln q over the cells that have weight."""
    used = weights > 0
    return scalar(np.sum(weights[used] * ln(q[used])))


def _v_star(real: Array, fake: Array, d: Array) -> Step:
    value = _mean_of_logs(real, d) + _mean_of_logs(fake, 1 - d)
    texts = [f"{number_text(float(p))}·ln({number_text(float(q))})" for p, q in zip(real, d, strict=True) if p > 0]
    texts += [f"{number_text(float(p))}·ln(1 − {number_text(float(q))})" for p, q in zip(fake, d, strict=True) if p > 0]
    slips = []
    hint = Text(
        "−ln 4 is the value where p_g = p_data; here sum the cells.", "−ln 4 是 p_g = p_data 时的值；这里要逐格求和。"
    )
    if not near(-np.log(4), value):
        slips.append(Slip("equilibrium-value", hint, -float(np.log(4))))
    if np.all(d[real > 0] < 1):
        alike = _mean_of_logs(real, d) + _mean_of_logs(real, 1 - d)
        if not near(alike, value):
            hint = Text(
                "Fakes are drawn from p_g: weight the second sum with it.", "生成样本来自 p_g：第二个和用它加权。"
            )
            slips.append(Slip("same-weights", hint, alike))
    return Step(
        "v-star",
        Text("Value of the game at D*", "D* 处的价值 V*"),
        "V* = Σ p_data ln D* + Σ p_g ln(1 − D*)",
        " + ".join(texts),
        value,
        tuple(slips),
    )


def _jsd(value: Value) -> Step:
    value = scalar(value)
    twice = value + float(np.log(4))
    jsd = twice / 2 if abs(twice) > NOISE else 0.0
    slips = [
        Slip(
            "log-two",
            Text("Add ln 4 = 2 ln 2, one ln 2 for each mean.", "应加 ln 4 = 2 ln 2，每个平均各 ln 2。"),
            value + float(np.log(2)),
        )
    ]
    if jsd:
        hint = Text("That is twice the divergence: halve it.", "这是散度的两倍：还要除以 2。")
        slips.append(Slip("half-forgotten", hint, twice))
    precise = f"{value:.6g}".replace("-", "−")  # ln 4 takes most digits away
    return Step(
        "jsd",
        Text("Jensen–Shannon divergence", "JS 散度"),
        "JSD = (V* + ln 4)/2",
        f"({precise} + ln(4))/2" if jsd else "(−ln(4) + ln(4))/2",
        jsd,
        tuple(slips),
    )


def _remarks(real: Array, fake: Array) -> list[Text]:
    notes = []
    if np.any(real + fake == 0):
        notes.append(
            Text(
                "Where neither kind ever falls, D* is undefined and counts nothing.",
                "两者都不会落入的格中 D* 无定义，不计入。",
            )
        )
    if len(real) == 1:
        return notes
    if np.allclose(real, fake, rtol=0, atol=NOISE):
        notes.append(
            Text(
                "p_g = p_data is the equilibrium: D* = ½, V* = −ln 4 ≈ −1.386, the least that V* can be.",
                "p_g = p_data 即均衡：D* = ½，V* = −ln 4 ≈ −1.386，这是 V* 的最小值。",
            )
        )
    notes.append(
        Text(
            "JSD is in nats, at most ln 2; divided by ln 2 it is in bits.",
            "JSD 以纳特计，至多 ln 2；除以 ln 2 得比特。",
        )
    )
    return notes


@gan_optimal_discriminator.check(
    "search for the best D in every cell, and JSD as half the sum of two KL divergences",
    "逐格搜索最优的 D；JSD 为两个 KL 散度之和的一半",
)
def by_search(p_data: Value, p_g: Value) -> dict[str, Value]:
    """Bisection for the D where a ln D + b ln(1 − D) stops rising, and KL divergences to the middle distribution."""
    real, fake = np.asarray(p_data, dtype=float), np.asarray(p_g, dtype=float)
    low, high = np.zeros_like(real), np.ones_like(real)
    for _ in range(60):  # halves the interval in which a/D − b/(1 − D) changes its sign
        middle = (low + high) / 2
        rising = real * (1 - middle) > fake * middle
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    best = np.where(real + fake > 0, (low + high) / 2, np.nan)
    if len(real) == 1:
        return {"d-star": best}
    half = (real + fake) / 2

    def divergence(p: Array) -> float:
        used = p > 0
        return float(np.sum(p[used] * np.log(p[used] / half[used])))

    jsd = (divergence(real) + divergence(fake)) / 2
    return {"d-star": best, "v-star": 2 * jsd - 2 * float(np.log(2)), "jsd": jsd}


@gan_optimal_discriminator.pictures
def pictures(worked: Worked) -> list[Picture]:
    """Both densities and D* over the cells, as bars where there is one cell; D* is left out where nothing falls."""
    real, fake, best = worked.inputs["p_data"], worked.inputs["p_g"], worked.step("d-star").value.tolist()
    title = Text("Densities and D* in each cell", "各格的两个密度与 D*")
    if len(real) == 1:
        return [Bars(title, ("p_data", "p_g", "D*"), (real[0], fake[0], best[0]))]
    tracks = tuple(
        Track(same(name), tuple((float(i), float(p)) for i, p in enumerate(values, 1) if p == p))
        for name, values in (("p_data", real), ("p_g", fake), ("D*", best))
    )
    marks = tuple(Mark("●", point) for track in tracks for point in track.points)
    room = (Mark(" ", (1.0, 0.0)), Mark(" ", (1.0, 1.0)))
    return [Plot(title, tracks, (*room, *marks), (("●", Text("the cells, from 1 on", "各格，从 1 数起")),))]


@gan_optimal_discriminator.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: one density of each; 2: three cells; 3: three or four cells, now and then the equilibrium."""
    if level == 1:
        real, fake = rng.randint(1, 9), rng.randint(1, 9)
        return {"p_data": (real / 10,), "p_g": (fake / 10,)} if real != fake and real + fake != 10 else None
    cells = 3 if level == 2 else pick(rng, (3, 4))
    p, q = _shares(rng, cells), _shares(rng, cells)
    if level == 3 and rng.random() < 0.15:
        q = p
    inputs: Inputs = {"p_data": p, "p_g": q}
    if p == q:
        return inputs if level == 3 else None
    return inputs if by_search(p, q)["jsd"] > SMALLEST_JSD else None


def _shares(rng: Rng, cells: int) -> tuple[float, ...]:
    """Tenths or twentieths that add up to 1, none of them 0."""
    parts = pick(rng, (10, 20))
    cuts: set[int] = set()
    while len(cuts) < cells - 1:
        cuts.add(rng.randint(1, parts - 1))
    ends = [0, *sorted(cuts), parts]
    return tuple((after - before) / parts for before, after in pairwise(ends))
