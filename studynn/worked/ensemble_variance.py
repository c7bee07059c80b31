"""`studynn compute ensemble-variance`: averaging models removes the independent part of their error only."""

from math import fsum, sqrt
from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input
from studynn.core.picture import Curve, Picture, sampled
from studynn.core.steps import Inputs, Inverse, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.worked._training import require_positive, signed

MOST_MODELS = 1000


@example(
    title=Text("Variance of an ensemble average", "集成平均的方差"),
    topic="regularisation",
    results=("variance", "floor", "correlation"),
    inverse=(
        Inverse(
            "k",
            "variance",
            Text(
                "How many models k bring the variance of the average to {result}?",
                "平均多少个模型（k）时，方差为 {result}？",
            ),
        ),
    ),
    notes=(
        Text(
            "v and c are the variance and the covariance of the models' errors; every pair of models has the same c.",
            "v 与 c 是各模型误差的方差与协方差；任意两个模型的 c 相同。",
        ),
    ),
)
def ensemble_variance(
    v: Annotated[float, Input("v", Text("variance of one model's error", "单个模型误差的方差"))] = 4.0,
    c: Annotated[float, Input("c", Text("covariance of the errors of two models", "两个模型误差的协方差"))] = 1.0,
    k: Annotated[int, Input("k", Text("number of models", "模型个数"), at_least=1, at_most=MOST_MODELS)] = 4,
) -> Steps:
    """v/k + (k − 1)c/k, which falls to c with many models. Source: Goodfellow et al. 2016, equation 7.51."""
    require_positive("v", v)
    _require_possible(v, c, k)
    own = yield _own(v, k)
    shared = yield _shared(c, k)
    variance = yield _variance(own, shared, v)
    if c >= 0:
        yield Step(
            "floor",
            Text("Variance with ever more models", "模型无限增多时的方差"),
            "v/k + (k − 1)c/k → c",
            number_text(c),
            c,
        )
    yield _correlation(v, c)
    return _notes(v, c, k, variance)


def _require_possible(v: float, c: float, k: int) -> None:
    least = -v / (k - 1) if k > 1 else -v
    if least <= c <= v:
        return
    low, high = number_text(least), number_text(v)
    why = "−v/(k − 1)" if k > 1 else "−v"
    raise InputError(
        "c",
        number_text(c).replace("−", "-"),
        Text(
            f"must be from {low} ({why}) to {high} (v): with k = {k} no other covariance is possible",
            f"应在 {low}（{why}）到 {high}（v）之间：k = {k} 时不可能有别的协方差",
        ),
    )


def _own(v: float, k: int) -> Step:
    hint = Text("There are k such terms of v/k²: together v/k.", "这样的项 v/k² 共有 k 个：合为 v/k。")
    return Step(
        "own-part",
        Text("Independent part", "各自独立的部分"),
        "v/k",
        f"{number_text(v)}/{k}",
        v / k,
        (Slip("k-squared", hint, v / k**2),) if k > 1 else (),
    )


def _shared(c: float, k: int) -> Step:
    slips = []
    if c and k > 1:
        stays = Text("What the models get wrong together, averaging leaves in.", "各模型共同的误差，取平均也消不掉。")
        pairs = Text(
            "There are k(k − 1) pairs, divided by k²: (k − 1)/k of c.", "共有 k(k − 1) 对，除以 k²：是 c 的 (k − 1)/k。"
        )
        slips = [Slip("covariance-forgotten", stays, 0.0), Slip("covariance-undivided", pairs, c)]
    return Step(
        "shared-part",
        Text("Shared part", "共有的部分"),
        "(k − 1)c/k",
        f"({k} − 1)·{signed(c)}/{k}",
        (k - 1) * c / k,
        tuple(slips),
    )


def _variance(own: Value, shared: Value, v: float) -> Step:
    value = float(own + shared)
    hint = Text("Averaging lowers the variance: add the two parts.", "取平均会降低方差：把两部分相加。")
    return Step(
        "variance",
        Text("Variance of the average", "平均的方差"),
        "v/k + (k − 1)c/k",
        f"{number_text(own)} + {signed(shared)}",
        value,
        (Slip("averaged-variance", hint, v),) if value != v else (),
    )


def _correlation(v: float, c: float) -> Step:
    hint = Text("The product √v·√v is v already: no root.", "√v·√v 就是 v：不再开方。")
    return Step(
        "correlation",
        Text("Correlation of two models", "两个模型的相关系数"),
        "ρ = c/v",
        f"{number_text(c)}/{number_text(v)}",
        c / v,
        (Slip("correlation-of-roots", hint, sqrt(c / v)),) if 0 < c < v else (),
    )


def _notes(v: float, c: float, k: int, variance: Value) -> list[Text]:
    if c == v:
        return [
            Text(
                "The models err alike (ρ = 1): averaging gains nothing.",
                "各模型的误差完全一致（ρ = 1）：取平均毫无益处。",
            )
        ]
    if c < 0:
        most = int(1 - v / c + 1e-9)
        return [
            Text(
                f"Errors that offset each other: at most {most} models can have this covariance, so there is no limit of many.",
                f"误差相互抵消：最多 {most} 个模型能有这样的协方差，因此谈不上无限增多。",
            )
        ]
    return []


@ensemble_variance.check(
    "add up the k×k covariance matrix over k²; ρ from how far averaging helped",
    "把 k×k 协方差矩阵各元素相加再除以 k²；由降低的程度反求 ρ",
)
def by_matrix(v: float, c: float, k: int) -> dict[str, Value]:
    """1ᵀΣ1/k² entry by entry; k·variance/v = 1 + (k − 1)ρ."""
    variance = fsum(v if i == j else c for i in range(k) for j in range(k)) / k**2
    found: dict[str, Value] = {"variance": variance}
    return found | {"correlation": (k * variance / v - 1) / (k - 1)} if k > 1 else found


@ensemble_variance.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The variance by the number of models: down to c, no lower."""
    v, c, k = (worked.inputs[name] for name in "vck")
    most = max(k, 12) if c >= 0 else k
    curve = sampled(lambda models: v / models + (models - 1) * c / models, 1, most)
    title = Text("Variance of the average, by the number of models", "平均的方差随模型个数的变化")
    return [Curve(title, curve, ((k, worked.step("variance").value),))]


@ensemble_variance.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: whole numbers, also independent models; 2: correlated models, in tenths; 3: many models."""
    if level == 1:
        v, k = float(pick(rng, (2, 4, 5, 8, 10, 20))), pick(rng, (2, 4, 5, 8, 10))
        c = 0.0 if rng.random() < 0.25 else float(rng.randint(1, int(v) - 1))
    elif level == 2:
        v, k = rng.randint(10, 60) / 10, rng.randint(2, 12)
        c = rng.randint(2, 40) / 10
    else:
        v, k = rng.randint(10, 90) / 10, 5 * rng.randint(3, 9)
        c = rng.randint(5, 200) / 100
    return {"v": v, "c": c, "k": k} if c < v else None
