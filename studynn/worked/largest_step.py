"""`studynn compute largest-step`: the largest stable learning rate, from the eigenvalues of a 2×2 Hessian."""

from math import sqrt
from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, Matrix, input_text, inputs_of
from studynn.core.near import near
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, example
from studynn.core.text import Text, number_text
from studynn.worked._training import minus, signed


@example(
    title=Text("Largest stable learning rate", "最大稳定学习率"),
    topic="training",
    results=("root", "lambda-max", "lambda-min", "lr-max", "lr-best", "condition"),
    notes=(
        Text(
            "For f = ½xᵀHx each step multiplies the error along an eigenvector by 1 − ηλ: it shrinks while 0 < η < 2/λ.",
            "对 f = ½xᵀHx，每步把沿特征向量的误差乘以 1 − ηλ：当 0 < η < 2/λ 时缩小。",
        ),
    ),
)
def largest_step(
    hessian: Annotated[Matrix, Input("H", Text("second derivatives, symmetric", "二阶导数矩阵（对称）"), longest=2)] = (
        (5.0, 2.0),
        (2.0, 2.0),
    ),
    lr: Annotated[float | None, Input("η", Text("a learning rate to be judged", "要判断的学习率"), at_least=0)] = None,
) -> Steps:
    """λ = (tr ± √(tr² − 4 det))/2, then η < 2/λ_max; on f = ½ax² that is 2/a.

    Source: LeCun, Bottou, Orr & Müller 1998, Efficient BackProp, sections 4.5 and 5.1.
    """
    a, b, d = _entries(hessian)
    trace = yield Step("trace", Text("Trace", "迹"), "tr = a + d", f"{number_text(a)} + {signed(d)}", minus(a, -d))
    det = yield _determinant(a, b, d)
    root = yield _root(trace, det)
    hint = Text("The sum of both is the trace: halve.", "两个特征值之和等于迹：要除以 2。")
    largest = yield Step(
        "lambda-max",
        Text("Larger eigenvalue", "较大的特征值"),
        "λ_max = (tr + √)/2",
        f"({number_text(trace)} + {signed(root)})/2",
        minus(trace, -root) / 2,
        (Slip("half-forgotten", hint, minus(trace, -root)),),
    )
    smallest = yield Step(
        "lambda-min",
        Text("Smaller eigenvalue", "较小的特征值"),
        "λ_min = (tr − √)/2",
        f"({number_text(trace)} − {signed(root)})/2",
        minus(trace, root) / 2,
        (Slip("half-forgotten", hint, minus(trace, root)),) if trace != root else (),
    )
    yield from _rates(trace, largest, smallest)
    if lr is None:
        return ()
    worst = yield _factor(lr, largest)
    return [_verdict(lr, worst, minus(1, lr * smallest))]


def _entries(hessian: Matrix) -> tuple[float, float, float]:
    def refuse(en: str, zh: str) -> InputError:
        return InputError("hessian", input_text(inputs_of(largest_step)["hessian"], hessian), Text(en, zh))

    size = f"{len(hessian)}×{len(hessian[0])}"
    if size != "2×2":
        raise refuse(f"must be 2×2, it is {size}", f"应为 2×2，现为 {size}")
    (a, b), (c, d) = hessian
    if b != c:
        raise refuse("must be symmetric: mixed derivatives are equal", "应对称：混合偏导数相等")
    if a <= 0 or minus(a * d, b * b) <= 0:
        raise refuse(
            "must have two positive eigenvalues (a > 0 and ad > b²); otherwise there is no minimum to step to",
            "两个特征值都应为正（a > 0 且 ad > b²），否则没有极小点",
        )
    return a, b, d


def _determinant(a: float, b: float, d: float) -> Step:
    slips = []
    if b:
        hint = Text("The product of the other diagonal is subtracted.", "另一条对角线的乘积要减去。")
        slips.append(Slip("products-added", hint, minus(a * d, -b * b)))
        hint = Text("b stands twice off the diagonal: subtract b².", "对角线外有两个 b：减去 b²。")
        slips.append(Slip("off-diagonal-ignored", hint, a * d))
    return Step(
        "det",
        Text("Determinant", "行列式"),
        "det = ad − b²",
        f"{number_text(a)}·{signed(d)} − {signed(b)}²",
        minus(a * d, b * b),
        tuple(slips),
    )


def _root(trace: Value, det: Value) -> Step:
    inside = minus(trace * trace, 4 * det)
    value = sqrt(inside)  # ValueError where a learner's own numbers leave nothing real: the derivation ends
    slips = []
    if inside not in (0, 1):
        hint = Text("Take the root of tr² − 4 det.", "tr² − 4 det 还要开方。")
        slips.append(Slip("root-forgotten", hint, inside))
    hint = Text("The determinant counts four times.", "行列式前有系数 4。")
    slips.append(Slip("four-forgotten", hint, sqrt(trace * trace - det)))
    return Step(
        "root",
        Text("Distance between the eigenvalues", "两特征值之差"),
        "√(tr² − 4 det)",
        f"√({signed(trace)}² − 4·{signed(det)})",
        value,
        tuple(slips),
    )


def _rates(trace: Value, largest: Value, smallest: Value) -> Steps:
    slips = [
        Slip(
            "one-for-two",
            Text("1/λ lands in the valley; stable up to 2/λ.", "1/λ 恰好到谷底；到 2/λ 都稳定。"),
            1 / largest,
        ),
        Slip(
            "trace-for-eigenvalue",
            Text("Divide by λ_max; the trace is the sum of both.", "应除以 λ_max；迹是两者之和。"),
            2 / trace,
        ),
    ]
    if not near(largest, smallest):
        hint = Text("The steepest direction diverges first: λ_max.", "最陡的方向最先发散：用 λ_max。")
        slips.append(Slip("smallest-eigenvalue", hint, 2 / smallest))
    yield Step(
        "lr-max",
        Text("Largest stable rate", "最大稳定学习率"),
        "η < 2/λ_max",
        f"2/{signed(largest)}",
        2 / largest,
        tuple(slips),
    )
    hint = Text(
        "Both directions should shrink equally fast: 2 over the sum.", "要使两个方向缩小得一样快：2 除以两者之和。"
    )
    yield Step(
        "lr-best",
        Text("Fastest rate", "收敛最快的学习率"),
        "η = 2/(λ_max + λ_min)",
        f"2/({number_text(largest)} + {signed(smallest)})",
        2 / minus(largest, -smallest),
        (
            Slip("one-for-two", hint, 1 / minus(largest, -smallest)),
            *((Slip("largest-only", hint, 1 / largest),) if not near(largest, smallest) else ()),
        ),
    )
    yield _condition(largest, smallest)
    return None


def _condition(largest: Value, smallest: Value) -> Step:
    hint = Text("The larger one on top: κ is at least 1.", "较大者作分子：κ 不小于 1。")
    return Step(
        "condition",
        Text("Condition number", "条件数"),
        "κ = λ_max/λ_min",
        f"{number_text(largest)}/{signed(smallest)}",
        largest / smallest,
        (Slip("upside-down", hint, smallest / largest),) if not near(largest, smallest) else (),
    )


def _factor(lr: float, largest: Value) -> Step:
    hint = Text("One step leaves 1 − ηλ of the error.", "一步之后误差剩下 1 − ηλ 倍。")
    return Step(
        "factor",
        Text("What a step leaves of the error, steepest way", "最陡方向上一步后误差的倍数"),
        "1 − ηλ_max",
        f"1 − {number_text(lr)}·{signed(largest)}",
        minus(1, lr * largest),
        (Slip("one-forgotten", hint, lr * largest),) if 2 * lr * largest != 1 else (),
    )


def _verdict(lr: float, worst: Value, other: Value) -> Text:
    rate = number_text(lr)
    if abs(worst) > 1:
        return Text(f"η = {rate} diverges: |1 − ηλ_max| > 1.", f"η = {rate} 时发散：|1 − ηλ_max| > 1。")
    if abs(worst) == 1 or not lr:
        return Text(f"η = {rate} neither converges nor diverges.", f"η = {rate} 时既不收敛也不发散。")
    if worst < 0:
        return Text(
            f"η = {rate} converges, swinging across the valley: 1 − ηλ_max is negative.",
            f"η = {rate} 时来回振荡着收敛：1 − ηλ_max 为负。",
        )
    return Text(
        f"η = {rate} converges; the flat direction keeps {number_text(other)} of its error a step.",
        f"η = {rate} 时收敛；平缓方向每步误差剩下 {number_text(other)} 倍。",
    )


@largest_step.check("NumPy's eigenvalues of a symmetric matrix", "NumPy 求对称矩阵的特征值")
def by_eigenvalues(hessian: Matrix, lr: float | None) -> dict[str, Value]:
    """Without the quadratic formula; the largest rate from the spectral norm, the best one from the trace."""
    import numpy as np  # the derivation itself needs none

    h = np.asarray(hessian, dtype=float)
    smallest, largest = map(float, np.linalg.eigvalsh(h))
    found = {
        "lambda-max": largest,
        "lambda-min": smallest,
        "root": largest - smallest,
        "lr-max": 2 / float(np.linalg.norm(h, 2)),
        "lr-best": 2 / float(np.trace(h)),
        "condition": float(np.linalg.cond(h)),
    }
    return found if lr is None else found | {"factor": 1 - lr * largest}


@largest_step.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: whole eigenvalues; 2: any roots; 3: halves, and a learning rate to be judged."""
    unit = 0.5 if level == 3 else 1.0
    a, d = (rng.randint(1, 12) for _ in range(2))
    b = pick(rng, (-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6))
    inside = (a - d) ** 2 + 4 * b * b
    if a * d <= b * b or (level == 1) != (sqrt(inside) % 1 == 0):
        return None
    rates = (0.05, 0.1, 0.2, 0.25, 0.4, 0.5)
    return {"hessian": ((a * unit, b * unit), (b * unit, d * unit)), "lr": pick(rng, rates) if level == 3 else None}
