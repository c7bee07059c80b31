"""`studynn compute softmax`: from scores to probabilities."""

from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input
from studynn.core.picture import Bars, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import Array, sigmoid
from studynn.nn.activations import softmax as probabilities
from studynn.nn.losses import log_softmax
from studynn.worked._losses import added, column, follow, over, refusal, scalar, signed, size
from studynn.worked._training import low

MOST_CLASSES = 20
MOST_ROWS = 8
OVERFLOW = 709.78


@example(
    title=Text("Softmax", "Softmax 概率"),
    topic=("activation", "training"),
    results=("exp", "sum", "p"),
    notes=(
        Text(
            "Only differences of scores matter: a constant added to all of them leaves p as it is.",
            "只有得分之差起作用：所有得分同加一个常数，p 不变。",
        ),
    ),
)
def softmax(
    logits: Annotated[
        Any,
        (1, 2),
        Input("z", Text("scores, or one row of scores per sample", "得分；多个样本时每行一个"), longest=MOST_CLASSES),
    ] = (0.0, 1.0, 3.0),
    temperature: Annotated[
        float,
        Input("T", Text("temperature: below 1 sharpens, above 1 flattens", "温度：小于 1 更尖锐，大于 1 更平缓")),
    ] = 1.0,
) -> Steps:
    """pₖ = e^uₖ / Σ e^uⱼ with u = z/T − max(z/T), row by row.

    Source: Goodfellow, Bengio & Courville 2016, sections 4.1 and 6.2.2.3; Hinton, Vinyals & Dean 2015 (temperature).
    """
    z = np.asarray(logits, dtype=float)
    _refuse(logits, z, temperature)
    z = z[0] if len(z) == 1 else z
    scaled = z / temperature
    u = yield _shifted(z, temperature)
    e = follow((yield _exp(follow(u), z, temperature)))
    total = yield _sum(e, u)
    yield _p(e, total, z)
    return _notes(float(scaled.max()), temperature)


def _refuse(logits: Value, z: Array, temperature: float) -> None:
    if z.shape[-1] < 2 or (z.ndim == 2 and len(z) > MOST_ROWS):
        allowed = Text(
            f"must have 2 to {MOST_CLASSES} classes and at most {MOST_ROWS} rows, it is {size(z)}",
            f"应有 2 到 {MOST_CLASSES} 个类别、至多 {MOST_ROWS} 行，现为 {size(z)}",
        )
        raise refusal(softmax, "logits", logits, allowed)
    if not 1e-3 <= temperature <= 1e3:
        allowed = Text("must lie above 0, from 0.001 to 1000", "应大于 0，在 0.001 到 1000 之间")
        raise refusal(softmax, "temperature", temperature, allowed)


def _shifted(z: Array, temperature: float) -> Step:
    scaled = z / temperature
    top = scaled.max(axis=-1)
    plain = temperature == 1
    tops = column(top) if z.ndim == 2 else signed(top)
    return Step(
        "shifted",
        Text("Scores with the largest moved to 0", "平移后的得分，最大者为 0"),
        "u = z − max z" if plain else "u = z/T − max(z/T)",
        f"{value_text(z)}{'' if plain else '/' + number_text(temperature)} − {tops}",
        scaled - top[..., None],
    )


def _exp(u: Array, z: Array, temperature: float) -> Step:
    u = np.minimum(u, 300)  # at most 0, unless a learner went wrong before
    slips = [Slip("base-two", Text("The base is e ≈ 2.718, not 2.", "底数是 e ≈ 2.718，不是 2。"), np.exp2(u))]
    if temperature != 1:
        hint = Text("Before anything else, divide the scores by T.", "第一步要把得分除以 T。")
        slips.append(Slip("temperature-ignored", hint, np.exp(z - z.max(axis=-1, keepdims=True))))
    return Step("exp", Text("Exponentials", "取指数"), "e^u", f"exp({value_text(u)})", np.exp(u), tuple(slips))


def _sum(e: Array, u: Array) -> Step:
    rows = np.atleast_2d(e)
    sums = [added(signed(number) for number in row) for row in rows]
    total = e.sum(axis=-1)
    slips = []
    if np.all(u.sum(axis=-1) != 0):
        hint = Text("It is the exponentials that are added up.", "相加的是指数值，而不是得分本身。")
        slips.append(Slip("sum-of-scores", hint, u.sum(axis=-1) if e.ndim == 2 else scalar(u.sum())))
    return Step(
        "sum",
        Text("Sum over the classes", "各类别之和"),
        "S = Σₖ e^uₖ",
        sums[0] if e.ndim == 1 else f"[{', '.join(sums)}]",
        total if e.ndim == 2 else scalar(total),
        tuple(slips),
    )


def _p(e: Array, total: Value, z: Array) -> Step:
    total = np.asarray(total, dtype=float)
    slips = [
        Slip(
            "sigmoid-each",
            Text(
                "The classes compete: one common sum, not a sigmoid for each.",
                "各类别相互竞争：要除以共同的和，不是各取 sigmoid。",
            ),
            sigmoid(z),
        ),
        Slip(
            "divide-by-max",
            Text("Divide by the sum, then they add up to 1.", "应除以总和，这样各项之和才为 1。"),
            over(e, e.max(axis=-1, keepdims=True)),
        ),
    ]
    if np.all(z.sum(axis=-1) != 0):
        hint = Text(
            "Take exponentials first: shares of raw scores can be negative.", "先取指数：原始得分的占比可能为负。"
        )
        slips.append(Slip("no-exp", hint, z / z.sum(axis=-1, keepdims=True)))
    if z.ndim == 2:
        hint = Text("Each row is one sample: normalise along it.", "每行是一个样本：应按行归一化。")
        slips.append(Slip("wrong-axis", hint, probabilities(z.T).T))
    return Step(
        "p",
        Text("Probabilities", "概率"),
        "p = e^u / S",
        f"{value_text(e)}/{column(total) if e.ndim == 2 else signed(total)}",
        over(e, total[..., None]),
        tuple(slips),
    )


def _notes(largest: float, temperature: float) -> list[Text]:
    notes = []
    if largest > OVERFLOW:
        notes.append(
            Text(
                f"Without the shift, e^{number_text(largest)} would overflow: float64 ends near e^{OVERFLOW}.",
                f"若不平移，e^{number_text(largest)} 会溢出：float64 只到约 e^{OVERFLOW}。",
            )
        )
    if temperature != 1:
        notes.append(
            Text(
                "T → 0 picks the largest score, T → ∞ makes all classes equally likely.",
                "T → 0 时只取得分最大者，T → ∞ 时各类等可能。",
            )
        )
    return notes


@softmax.check("by logarithms: ln p = z/T − ln Σ e^(z/T)", "用对数：ln p = z/T − ln Σ e^(z/T)")
def by_logarithms(logits: Value, temperature: float) -> dict[str, Value]:
    """The engine's logarithms of p; those of e are taken against the largest p."""
    z = np.asarray(logits, dtype=float)
    log_p = log_softmax((z[0] if len(z) == 1 else z) / temperature)
    p = np.exp(log_p)
    total = 1 / p.max(axis=-1)
    return {"exp": p * np.asarray(total)[..., None], "sum": total if total.ndim else float(total), "p": p}


@softmax.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The probabilities of each row, the largest marked."""
    rows = np.atleast_2d(worked.step("p").value).tolist()
    labels = tuple(f"p{low(k)}" for k in range(len(rows[0])))
    titles = [Text(f"Probabilities, row {n}", f"第 {n} 行的概率") for n in range(1, len(rows) + 1)]
    if len(rows) == 1:
        titles = [worked.step("p").title]
    return [Bars(title, labels, tuple(row), (row.index(max(row)),)) for title, row in zip(titles, rows, strict=True)]


@softmax.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: three whole scores; 2: four scores in tenths with T ½ or 2; 3: scores near 1000, or a row for each of 2 samples."""
    if level == 1:
        z: tuple[float, ...] = _different(rng, 3, 0, 5)
        return {"logits": z}
    if level == 2:
        z = tuple(number / 10 for number in _different(rng, 4, -20, 30))
        return {"logits": z, "temperature": pick(rng, (0.5, 2.0))}
    if rng.random() < 0.5:
        base = pick(rng, (-1000, 800, 900, 1000))
        return {"logits": tuple(base + number for number in _different(rng, 3, 0, 6))}
    first, second = (_different(rng, 3, -1, 4) for _ in range(2))
    if [z - first[0] for z in first] == [z - second[0] for z in second]:
        return None  # both samples would have the same probabilities
    return {"logits": (first, second)}


def _different(rng: Rng, count: int, low: int, high: int) -> tuple[float, ...]:
    """Whole numbers from `low` to `high`, no two alike."""
    rest = [float(number) for number in range(low, high + 1)]
    return tuple(rest.pop(rng.randint(0, len(rest) - 1)) for _ in range(count))
