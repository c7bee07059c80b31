"""`studynn compute moving-average`: an exponentially weighted average, and its correction for the start at 0."""

from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Vector
from studynn.core.picture import Bars, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.worked._training import low, minus, require_below_one, signed

FAINT = 1e-9


@example(
    title=Text("Exponentially weighted average", "指数加权移动平均"),
    topic="training",
    results=("v{t}", "v-hat{t}", "memory"),
    notes=(
        Text(
            "β weighs the old average. pandas (alpha) and batch norm in PyTorch (momentum) name the weight of the new number, 1 − β.",
            "β 是旧平均的权重；pandas 的 alpha、PyTorch 批归一化的 momentum 则是新数的权重 1 − β。",
        ),
    ),
)
def moving_average(
    x: Annotated[Vector, Input("x", Text("the numbers, in order of time", "按时间先后的各数"), longest=50)] = (
        10.0,
        20.0,
        30.0,
    ),
    beta: Annotated[
        float, Input("β", Text("share of the old average that is kept", "保留旧平均的比例"), at_least=0, at_most=1)
    ] = 0.9,
    start: Annotated[
        float | None,
        Input("v₀", Text("start from this value, without correction", "从该值开始，不作修正")),
    ] = None,
) -> Steps:
    """vₜ = βvₜ₋₁ + (1 − β)xₜ from v₀ = 0, then v̂ₜ = vₜ/(1 − βᵗ). Source: Kingma & Ba 2015, section 3."""
    require_below_one("beta", beta)
    v: Value = 0.0 if start is None else start
    for t, number in enumerate(x, 1):
        v = yield _average(t, beta, v, number)
        if start is None:
            yield _corrected(t, beta, v)
    yield _memory(beta)
    if start is not None:
        return [
            Text(
                "A start at 0 would be too small at first and need the division by 1 − βᵗ.",
                "若从 0 开始，初期会偏小，需除以 1 − βᵗ 修正。",
            )
        ]
    return [
        Text(
            "v̂ is the weighted mean with weights βᵗ⁻ᵏ; pandas' ewm gives it with adjust=True.",
            "v̂ 就是权重为 βᵗ⁻ᵏ 的加权平均，即 pandas ewm 的 adjust=True。",
        )
    ]


def _average(t: int, beta: float, v: Value, number: float) -> Step:
    slips = []
    if beta and number:
        hint = Text(
            "As an average the new number counts only 1 − β; whole it enters momentum.",
            "既是平均，新数只占 1 − β；整个加上的是动量法。",
        )
        slips.append(Slip("not-averaged", hint, minus(beta * v, -number)))
    if beta != 0.5 and v != number:
        hint = Text("β belongs to the old average, 1 − β to the new number.", "β 乘旧平均，1 − β 乘新数。")
        slips.append(Slip("weights-exchanged", hint, minus((1 - beta) * v, -beta * number)))
    if v and beta:
        hint = Text("The old average stays in, β times.", "旧平均仍要保留，乘以 β。")
        slips.append(Slip("old-forgotten", hint, (1 - beta) * number))
    return Step(
        f"v{t}",
        Text(f"Running average v{low(t)}", f"滑动平均 v{low(t)}"),
        f"v{low(t)} = βv{low(t - 1)} + (1 − β)x{low(t)}",
        f"{number_text(beta)}·{signed(v)} + (1 − {number_text(beta)})·{signed(number)}",
        minus(beta * v, (beta - 1) * number),
        tuple(slips),
    )


def _corrected(t: int, beta: float, v: Value) -> Step:
    slips = []
    if v and beta:
        hint = Text("v began at 0 and is too small: divide by 1 − βᵗ.", "v 从 0 开始而偏小：要除以 1 − βᵗ。")
        slips.append(Slip("not-corrected", hint, v))
        hint = Text("The correction makes it larger: divide by 1 − βᵗ.", "修正使它变大：应除以 1 − βᵗ。")
        slips.append(Slip("correction-multiplied", hint, v * (1 - beta**t)))
        if t > 1:
            hint = Text(f"After {t} numbers the power is β^{t}.", f"到第 {t} 个数，应为 β 的 {t} 次方。")
            slips.append(Slip("power-forgotten", hint, v / (1 - beta)))
        if beta**t > FAINT:
            hint = Text("Divide by 1 − βᵗ, what the weights add up to, not by βᵗ.", "除以权重之和 1 − βᵗ，而不是 βᵗ。")
            slips.append(Slip("one-forgotten", hint, v / beta**t))
    return Step(
        f"v-hat{t}",
        Text(f"Corrected average v̂{low(t)}", f"修正后的平均 v̂{low(t)}"),
        f"v̂{low(t)} = v{low(t)}/(1 − βᵗ)",
        f"{signed(v)}/(1 − {number_text(beta)}^{t})",
        v / (1 - beta**t),
        tuple(slips),
    )


def _memory(beta: float) -> Step:
    hint = Text("The larger β, the longer the memory: 1 − β is below.", "β 越大记忆越长：分母是 1 − β。")
    slips = (Slip("one-over-beta", hint, 1 / beta),) if beta not in (0, 0.5) else ()
    return Step(
        "memory",
        Text("Numbers that it averages over, about", "大约平均了多少个数"),
        "1/(1 − β)",
        f"1/(1 − {number_text(beta)})",
        round(1 / (1 - beta), 12),
        slips,
    )


@moving_average.check(
    "as one weighted mean: number k of t has the weight βᵗ⁻ᵏ", "按加权平均计算：第 k 个数的权重为 βᵗ⁻ᵏ"
)
def weighted_mean(x: Vector, beta: float, start: float | None) -> dict[str, Value]:
    """Without a running value; the memory as the sum of all weights from now back."""
    found: dict[str, Value] = {"memory": 1 / (1 - beta)}
    for t in range(1, len(x) + 1):
        weights = [beta ** (t - k) for k in range(1, t + 1)]
        mean = sum(weight * number for weight, number in zip(weights, x, strict=False)) / sum(weights)
        share = (1 - beta) * sum(weights)
        found[f"v{t}"] = share * mean + (1 - share) * (start or 0.0)
        if start is None:
            found[f"v-hat{t}"] = mean
    return found


@moving_average.pictures
def pictures(worked: Worked) -> list[Picture]:
    """Each number with the average up to it."""
    name, letter = ("v-hat", "v̂") if worked.inputs["start"] is None else ("v", "v")
    x = worked.inputs["x"]
    pairs = [(float(number), float(worked.step(f"{name}{t}").value)) for t, number in enumerate(x, 1)]
    labels = tuple(f"{sign}{low(t)}" for t in range(1, len(x) + 1) for sign in ("x", letter))
    title = Text("Each number and the average up to it", "各数与到此为止的平均")
    return [Bars(title, labels, tuple(number for pair in pairs for number in pair))]


@moving_average.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two numbers, tens; 2: three numbers; 3: four numbers of either sign, or a given start."""
    beta = pick(rng, (0.5, 0.6, 0.75, 0.8) if level == 1 else (0.6, 0.7, 0.8, 0.9, 0.95))
    if level < 3:
        return {"x": tuple(10.0 * rng.randint(1, 9) for _ in range(level + 1)), "beta": beta, "start": None}
    signs = tuple(float(pick(rng, (-8, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6, 8))) for _ in range(4))
    start = float(rng.randint(2, 9)) if rng.random() < 0.5 else None
    return {"x": signs if start is None else signs[:3], "beta": beta, "start": start}
