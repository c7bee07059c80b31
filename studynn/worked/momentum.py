"""`studynn compute momentum`: SGD with momentum on given gradients, in the ordinary form or Nesterov's."""

from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, Vector, defaults, input_text, inputs_of
from studynn.core.picture import Mark, Picture, Plot, Point, Track
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example, work
from studynn.core.text import Text, number_text
from studynn.nn.activations import Array
from studynn.worked._training import low, minus, require_below_one, signed

LONGEST = 50
VectorOrMatrix = Annotated[Any, (1, 2)]


@example(
    title=Text("SGD with momentum", "带动量的 SGD"),
    topic="training",
    results=("v{t}", "w{t}", "sgd-end"),
    notes=(
        Text(
            "Here η stands outside v, as in PyTorch. CS231n and Keras put it inside (v = μv − ηg, w + v): with a constant η the weights are the same.",
            "这里 η 写在 v 之外，与 PyTorch 相同。CS231n 与 Keras 写在 v 之内（v = μv − ηg，再加 v）：η 不变时权重相同。",
        ),
    ),
)
def momentum(
    w: Annotated[Vector, Input("w₀", Text("weights before the first step", "初始权重"), longest=8)] = (1.0,),
    gradients: Annotated[
        VectorOrMatrix,
        Input(
            "g",
            Text("gradients, one a step (for several weights one row a step)", "各步的梯度（多个权重时每步一行）"),
            longest=LONGEST,
        ),
    ] = (4.0, 2.0, -3.0),
    lr: Annotated[float, Input("η", Text("learning rate", "学习率"), at_least=0)] = 0.1,
    mu: Annotated[
        float, Input("μ", Text("share of the old velocity that is kept", "保留旧速度的比例"), at_least=0, at_most=1)
    ] = 0.5,
    nesterov: Annotated[
        bool, Input("nesterov", Text("look ahead: step along g + μv", "Nesterov 形式：沿 g + μv 走"))
    ] = False,
) -> Steps:
    """vₜ = μvₜ₋₁ + gₜ and wₜ = wₜ₋₁ − ηvₜ from v₀ = 0: numbers for one weight, arrays of n for several.

    Source: Polyak 1964; Sutskever et al. 2013, equations 3 and 4.
    """
    require_below_one("mu", mu)
    rows = _rows(w, gradients)
    single = len(w) == 1
    weight: Value = w[0] if single else np.asarray(w, dtype=float)
    begin, velocity = weight, 0.0 if single else np.zeros(len(w))
    slopes = [float(row[0]) for row in rows] if single else list(rows)
    for t, g in enumerate(slopes, 1):
        velocity = yield _velocity(t, mu, velocity, g)
        weight = yield _weight(t, weight, velocity, g, lr, mu if nesterov else None)
    total: Value = sum(slopes[1:], slopes[0])
    yield Step(
        "sgd-end",
        Text("Weight without momentum", "不用动量时的权重"),
        "w₀ − η Σ g",
        f"{signed(begin)} − {number_text(lr)}·({' + '.join(map(signed, slopes))})",
        minus(begin, lr * total),
    )
    return None


def _rows(w: Vector, gradients: Any) -> Array:
    """The gradients as T×n; InputError unless there is one for each weight."""
    given = np.asarray(gradients, dtype=float)
    rows = given if given.ndim == 2 else given[:, None] if len(w) == 1 else given[None]
    if rows.shape[1] != len(w):
        raise InputError(
            "gradients",
            input_text(inputs_of(momentum)["gradients"], gradients),
            Text(
                f"must have rows of {len(w)} to fit --w of length {len(w)}, these are {len(rows)}×{rows.shape[1]}",
                f"每行应有 {len(w)} 个数，才合长度为 {len(w)} 的 --w，现为 {len(rows)}×{rows.shape[1]}",
            ),
        )
    return rows


def _velocity(t: int, mu: float, old: Value, g: Value) -> Step:
    slips = []
    if np.any(mu * old):
        hint = Text("The old velocity goes on: add μ times it.", "旧速度仍有作用：加上 μ 倍的旧速度。")
        slips.append(Slip("no-memory", hint, g))
    if mu:
        hint = Text(
            "g enters whole; weighted by 1 − μ it would be an average, as m in Adam.",
            "g 要整个加上；乘以 1 − μ 的是滑动平均（如 Adam 的 m）。",
        )
        slips.append(Slip("averaged", hint, minus(mu * old, (mu - 1) * g)))
    hint = Text(
        "v collects the gradients with a plus; the minus comes with the weight.",
        "v 累加梯度，用加号；减号在更新权重时才出现。",
    )
    slips.append(Slip("velocity-subtracted", hint, minus(mu * old, g)))
    return Step(
        f"v{t}",
        Text(f"Velocity v{low(t)}", f"速度 v{low(t)}"),
        f"v{low(t)} = μ v{low(t - 1)} + g{low(t)}",
        f"{number_text(mu)}·{signed(old)} + {signed(g)}",
        minus(mu * old, -g),
        tuple(slips),
    )


def _weight(t: int, old: Value, v: Value, g: Value, lr: float, ahead: float | None) -> Step:
    """The new weight; `ahead` is μ in Nesterov's form, None in the ordinary one."""
    move = v if ahead is None else g + ahead * v
    slips = [
        Slip(
            "ascent", Text("The way down is against v: subtract.", "下降要逆着 v 走：用减号。"), minus(old, -lr * move)
        )
    ]
    if np.any(move != g):
        hint = Text("Step along the velocity, not along this gradient alone.", "要沿速度走，而不只是沿这一步的梯度。")
        slips.append(Slip("gradient-for-velocity", hint, minus(old, lr * g)))
    if ahead:
        hint = Text("Nesterov looks one step ahead: use g + μv.", "Nesterov 要向前多看一步：用 g + μv。")
        slips.append(Slip("look-ahead-forgotten", hint, minus(old, lr * v)))
    along = signed(v) if ahead is None else f"({signed(g)} + {number_text(ahead)}·{signed(v)})"
    return Step(
        f"w{t}",
        Text(f"New weight w{low(t)}", f"新权重 w{low(t)}"),
        f"w{low(t)} = w{low(t - 1)} − η " + (f"v{low(t)}" if ahead is None else f"(g{low(t)} + μv{low(t)})"),
        f"{signed(old)} − {number_text(lr)}·{along}",
        minus(old, lr * move),
        tuple(slips),
    )


@momentum.check(
    "each gradient traced alone: after k further steps μᵏ of it is left in v",
    "逐个追踪梯度：再过 k 步，v 中还留有它的 μᵏ 倍",
)
def unrolled(w: Vector, gradients: Any, lr: float, mu: float, nesterov: bool) -> dict[str, Value]:
    """v as a sum over all gradients; in the weight each gradient counts with a geometric sum."""
    rows, begin = _rows(w, gradients), np.asarray(w, dtype=float)
    found: dict[str, Value] = {"sgd-end": begin - lr * rows.sum(axis=0)}
    for t in range(1, len(rows) + 1):
        left = np.arange(t)[::-1]  # how many steps ago each gradient came
        found[f"v{t}"] = mu**left @ rows[:t]
        pushed = (1 - mu ** (left + 1 + nesterov)) / (1 - mu)
        found[f"w{t}"] = begin - lr * pushed @ rows[:t]
    return {name: float(value[0]) for name, value in found.items()} if len(w) == 1 else found


@momentum.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The path with momentum beside that of SGD: one weight by steps, two weights in their plane, nothing for more."""
    w, lr = worked.inputs["w"], worked.inputs["lr"]
    if len(w) > 2:
        return []
    rows = _rows(w, worked.inputs["gradients"])
    ahead = [np.asarray(w, dtype=float), *(np.atleast_1d(worked.step(f"w{t}").value) for t in range(1, len(rows) + 1))]
    plain = [ahead[0] - lr * rows[:t].sum(axis=0) for t in range(len(rows))] + [
        np.atleast_1d(worked.step("sgd-end").value)
    ]

    def path(points: list[Array]) -> tuple[Point, ...]:
        if len(w) == 1:
            return tuple((float(t), float(point[0])) for t, point in enumerate(points))
        return tuple((float(point[0]), float(point[1])) for point in points)

    tracks = (
        Track(Text("with momentum", "带动量"), path(ahead)),
        Track(Text("SGD without it", "不带动量的 SGD"), path(plain)),
    )
    marks = tuple(Mark(sign, point) for sign, points in (("○", plain), ("●", ahead)) for point in path(points)[1:10])
    legend = [("+", Text("start", "起点"))]
    if len(rows) < 10:
        legend += [("●", Text("a step with momentum", "带动量的一步")), ("○", Text("a step without", "不带动量的一步"))]
    title = (
        Text("The weight step by step", "权重随步数的变化")
        if len(w) == 1
        else Text("The path of both weights, w₁ across and w₂ up", "两个权重走过的路径（横轴 w₁，纵轴 w₂）")
    )
    return [Plot(title, tracks, (*(marks if len(rows) < 10 else ()), Mark("+", path(ahead)[0])), tuple(legend))]


@momentum.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two steps with μ = 0.5; 2: three steps with μ = 0.9 and a change of sign; 3: Nesterov, or two weights."""
    slopes = [float(pick(rng, (-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6))) for _ in range(6)]
    steps = 2 if level == 1 else 3
    gradients: Any = tuple(slopes[:steps])
    if level > 1 and min(gradients) * max(gradients) > 0:
        return None
    halves = (-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0)
    inputs: Inputs = {"w": (pick(rng, halves),), "lr": 0.1, "mu": 0.9 if level == 2 else 0.5, "nesterov": False}
    if level == 3 and rng.random() < 0.5:
        inputs |= {"nesterov": True, "mu": pick(rng, (0.5, 0.8, 0.9))}
    elif level == 3:
        inputs |= {"w": (pick(rng, halves), pick(rng, halves)), "mu": pick(rng, (0.5, 0.8))}
        gradients = tuple(zip(slopes[:3], slopes[3:], strict=True))
    inputs["gradients"] = gradients
    truth = work(momentum, defaults(momentum) | inputs)
    velocities = [step.value for step in truth.steps if step.name.startswith("v")]
    return inputs if all(np.min(np.abs(v)) >= 0.1 for v in velocities) else None
