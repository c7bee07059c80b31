"""`studynn compute soft-threshold`: what lasso, adaptive lasso and ridge make of the least-squares coefficients."""

from typing import Annotated

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Vector
from studynn.core.picture import POINTS, Curve, Picture, Point
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import Array
from studynn.worked._training import minus, require_positive


@example(
    title=Text("Soft-thresholding: lasso and adaptive lasso", "软阈值与自适应 Lasso"),
    topic=("regularisation", "feature-engineering"),
    results=("lasso", "weights", "thresholds", "adaptive", "ridge"),
    notes=(
        Text(
            "For an orthonormal design: each β minimises ½(β − z)² + λ|β| on its own, ridge ½(β − z)² + (λ/2)β².",
            "设计矩阵正交归一时，各 β 分别使 ½(β − z)² + λ|β| 最小，岭回归则使 ½(β − z)² + (λ/2)β² 最小。",
        ),
        Text(
            "Lasso takes λ off every coefficient; adaptive lasso spares the large ones; ridge shrinks all and reaches 0 in none.",
            "Lasso 把每个系数都减去 λ；自适应 Lasso 几乎不动大系数；岭回归按比例缩小，却不会变成 0。",
        ),
    ),
)
def soft_threshold(
    z: Annotated[Vector, Input("z", Text("least-squares coefficients", "最小二乘系数"), longest=12)] = (
        4.0,
        -2.0,
        0.25,
    ),
    lambda_: Annotated[float, Input("λ", Text("strength of the penalty", "惩罚的强度"))] = 0.5,
    gamma: Annotated[float, Input("γ", Text("exponent of the adaptive weights", "自适应权重的指数"), at_most=10)] = 1.0,
) -> Steps:
    """sign(z)·max(|z| − λ, 0), and the same with a threshold λ/|z|^γ of its own for each coefficient.

    A coefficient of 0 has an infinite weight and stays 0. Source: Tibshirani 1996; Zou 2006, equation 4.
    """
    require_positive("lambda", lambda_)
    require_positive("gamma", gamma)
    given = np.asarray(z, dtype=float)
    yield _lasso(given, lambda_)
    weights = yield _weights(given, gamma)
    thresholds = yield _thresholds(weights, lambda_)
    yield _adaptive(given, thresholds, lambda_)
    yield _ridge(given, lambda_)
    if not given.all():
        return [Text("A coefficient of 0 gets an infinite weight: it stays 0.", "为 0 的系数权重为无穷大：仍为 0。")]
    return []


def _soft(z: Array, threshold: Value) -> Array:
    return np.asarray(np.sign(z) * np.maximum(minus(np.abs(z), threshold * np.ones_like(z)), 0.0))


def _soft_text(z: Array, threshold: Value) -> str:
    return f"sign{value_text(z)} ⊙ max(|{value_text(z)}| − {value_text(threshold)}, 0)"


def _lasso(z: Array, strength: float) -> Step:
    left = np.abs(z) > strength
    slips = []
    if left.any():
        hint = Text("What survives is shifted towards 0 by λ as well.", "留下的系数也要向 0 移动 λ。")
        slips.append(Slip("hard-threshold", hint, np.where(left, z, 0.0)))
    if (np.abs(z) < strength).any():
        hint = Text("Below λ the result is 0; it does not change sign.", "小于 λ 时结果为 0，不会变号。")
        slips.append(Slip("no-cut", hint, z - strength * np.sign(z)))
    if (left & (z < 0)).any():
        hint = Text(
            "A negative coefficient is shifted up: use |z| and give the sign back.",
            "负系数要向上移：先用 |z|，再补上符号。",
        )
        slips.append(Slip("sign-ignored", hint, np.maximum(z - strength, 0.0)))
    return Step(
        "lasso",
        Text("Lasso coefficients", "Lasso 系数"),
        "sign(z)·max(|z| − λ, 0)",
        _soft_text(z, strength),
        _soft(z, strength),
        tuple(slips),
    )


def _weights(z: Array, gamma: float) -> Step:
    hint = Text(
        "The other way round: a large coefficient gets a small weight, 1/|z|^γ.", "反了：大系数的权重小，应为 1/|z|^γ。"
    )
    with np.errstate(divide="ignore", over="ignore"):
        value = 1 / np.abs(z) ** gamma
    return Step(
        "weights",
        Text("Adaptive weights", "自适应权重"),
        "wⱼ = 1/|zⱼ|^γ",
        f"1/|{value_text(z)}|^{number_text(gamma)}",
        value,
        (Slip("weight-not-inverted", hint, np.abs(z) ** gamma),),
    )


def _thresholds(weights: Array, strength: float) -> Step:
    hint = Text("The weights still have to be multiplied by λ.", "权重还要乘以 λ。")
    return Step(
        "thresholds",
        Text("Adaptive thresholds", "自适应阈值"),
        "λwⱼ",
        f"{number_text(strength)}·{value_text(weights)}",
        strength * weights,
        (Slip("lambda-forgotten", hint, weights),) if strength != 1 else (),
    )


def _adaptive(z: Array, thresholds: Array, strength: float) -> Step:
    hint = Text("Here each coefficient has a threshold of its own, λwⱼ.", "这里每个系数各有阈值 λwⱼ。")
    return Step(
        "adaptive",
        Text("Adaptive lasso coefficients", "自适应 Lasso 系数"),
        "sign(z)·max(|z| − λw, 0)",
        _soft_text(z, thresholds),
        _soft(z, thresholds),
        (Slip("same-threshold", hint, _soft(z, strength)),),
    )


def _ridge(z: Array, strength: float) -> Step:
    hint = Text("Ridge divides: β − z + λβ = 0 gives z/(1 + λ).", "岭回归是相除：由 β − z + λβ = 0 得 z/(1 + λ)。")
    return Step(
        "ridge",
        Text("Ridge coefficients", "岭回归系数"),
        "z/(1 + λ)",
        f"{value_text(z)}/(1 + {number_text(strength)})",
        z / (1 + strength),
        (Slip("ridge-subtracts", hint, z - strength * z),),
    )


@soft_threshold.check(
    "try z − t, z + t and 0 in ½(β − z)² + t|β|; the vertex of ridge's parabola",
    "把 z − t、z + t 与 0 代入 ½(β − z)² + t|β| 比较；求岭回归抛物线的顶点",
)
def by_objective(z: Vector, lambda_: float, gamma: float) -> dict[str, Value]:
    """The least of the candidates, since the objective is a parabola on either side of 0."""

    def least(one: float, threshold: float) -> float:
        if one == 0:
            return 0.0
        candidates = (0.0, one - threshold, one + threshold)
        return min(candidates, key=lambda beta: (beta - one) ** 2 / 2 + threshold * abs(beta))

    def vertex(one: float) -> float:
        low, middle, high = ((beta - one) ** 2 / 2 + lambda_ / 2 * beta**2 for beta in (-1, 0, 1))
        return (low - high) / (2 * (low - 2 * middle + high))

    return {
        "lasso": [least(one, lambda_) for one in z],
        "adaptive": [least(one, lambda_ * abs(one) ** -gamma if one else 0.0) for one in z],
        "ridge": [vertex(one) for one in z],
    }


@soft_threshold.pictures
def pictures(worked: Worked) -> list[Picture]:
    """What lasso makes of any z, and what adaptive lasso does, with the coefficients on the curves."""
    z, strength, gamma = (worked.inputs[name] for name in ("z", "lambda_", "gamma"))
    reach = 1.2 * max(strength, *map(abs, z))
    grid = np.linspace(-reach, reach, POINTS)
    thresholds = {"lasso": np.full(POINTS, strength), "adaptive": strength * _weights(grid, gamma).value}
    return [
        Curve(step.title, _pairs(grid, _soft(grid, thresholds[step.name])), _pairs(np.array(z), step.value))
        for step in worked.steps
        if step.name in thresholds
    ]


def _pairs(x: Array, y: Array) -> tuple[Point, ...]:
    return tuple(zip(x.tolist(), y.tolist(), strict=True))


@soft_threshold.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: short decimals throughout; 2: three coefficients in tenths; 3: γ = 2. Some coefficient is always cut to 0."""
    if level == 1:
        sizes: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0, 2.5, 4.0, 5.0)
        strength = pick(rng, (0.6, 1.0, 1.5))
    else:
        sizes = tuple(tenths / 10 for tenths in range(2, 50))
        strength = pick(rng, (0.3, 0.4, 0.5, 0.6, 0.8, 1.2))
    z = tuple(pick(rng, sizes) * pick(rng, (-1, 1)) for _ in range(3))
    reach = [abs(one) for one in z]
    if strength in reach or not min(reach) < strength < max(reach) or len(set(reach)) < 3:
        return None
    return {"z": z, "lambda_": strength, "gamma": 2.0 if level == 3 else 1.0}
