"""`studynn compute normalise`: mean-centring, min-max and z-score of feature columns, and of new data after them."""

from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick, shuffled
from studynn.core.inputs import Input, Vector
from studynn.core.picture import Bars, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, value_text
from studynn.nn.activations import Array
from studynn.worked._layers import array_text, minus
from studynn.worked._losses import follow, refusal, size
from studynn.worked._sketches import cloud
from studynn.worked._statistics import deviations, mean_of, mean_text, row_text
from studynn.worked._training import low

MOST_SAMPLES = 12
MOST_FEATURES = 6
NEW = (12.0, 60.0)


@example(
    title=Text("Mean-centring, min-max, z-score", "去均值、归一化与标准化"),
    topic=("cnn", "gan", "feature-engineering"),
    results=("mean", "centred", "min-max", "var", "sd", "z", "new-z"),
)
def normalise(
    x: Annotated[
        Any,
        (1, 2),
        Input("x", Text("one feature, or samples as rows", "一个特征的各值，或每行一个样本"), longest=MOST_SAMPLES),
    ] = ((8.0, 110.0), (0.0, 170.0), (14.0, 30.0), (6.0, 90.0)),
    new: Annotated[
        Vector,
        Input(
            "x′",
            Text("a new sample, scaled with the old statistics", "新样本，用原来的统计量标准化"),
            longest=MOST_FEATURES,
        ),
    ] = NEW,
    ddof: Annotated[
        int, Input("k", Text("divisor N − k of the variance", "方差的除数 N − k"), at_least=0, at_most=1)
    ] = 0,
) -> Steps:
    """x − m, (x − min)/(max − min) and (x − m)/σ, column by column.

    With the divisor N, m and σ² are the maximum-likelihood estimates of a Gaussian.
    Source: document 001, data preprocessing; Bishop 2006, section 2.3.4.
    """
    data = np.asarray(x, dtype=float)
    _refuse(x, data, ddof)
    newcomer = np.asarray(new, dtype=float) if data.ndim == 2 else np.asarray(new[0], dtype=float)
    fits = newcomer.shape == data.shape[1:] and (data.ndim == 2 or len(new) == 1)
    if not fits and new != NEW:
        features = size(data[0]) if data.ndim == 2 else "1"
        allowed = Text(
            f"must have {features} number{'s' * (features != '1')} to fit --x of {size(data)}, it has {len(new)}",
            f"应有 {features} 个数，才能与 {size(data)} 的 --x 相配，现有 {len(new)} 个",
        )
        raise refusal(normalise, "new", new, allowed)
    mean = follow((yield _mean(data)))
    centred = follow((yield _centred(data, mean)))
    yield _min_max(data)
    var = follow((yield _var(centred, ddof)))
    sd = follow((yield _sd(var)))
    yield _z(data, centred, sd)
    if fits:
        yield _new_z(data, newcomer, mean, sd, ddof)
    return NOTES


NOTES = [
    Text(
        "np.cov and pandas divide by N − 1, np.var and scikit-learn's StandardScaler by N.",
        "np.cov 与 pandas 除以 N − 1；np.var 与 scikit-learn 的 StandardScaler 除以 N。",
    ),
    Text(
        "Mean, range and σ come from the training data only; test data are scaled with the same numbers.",
        "均值、范围与 σ 只由训练数据得出；测试数据用同样的数来缩放。",
    ),
]


def _refuse(x: Value, data: Array, ddof: int) -> None:
    if data.ndim == 2 and data.shape[1] > MOST_FEATURES:
        allowed = Text(f"must have at most {MOST_FEATURES} columns", f"至多 {MOST_FEATURES} 列")
        raise refusal(normalise, "x", x, allowed)
    if len(data) < 2:
        divisor = " (--ddof 1 would divide by 0)" if ddof else ""
        allowed = Text(
            f"must have at least 2 samples, one has no spread{divisor}", "至少要 2 个样本：单个样本没有离散程度"
        )
        raise refusal(normalise, "x", x, allowed)
    flat = np.atleast_1d(data.max(axis=0) == data.min(axis=0))
    if np.any(flat):
        number = int(np.argmax(flat)) + 1
        allowed = Text(
            f"has no spread in column {number}: all its numbers are equal", f"第 {number} 列各数相等，没有离散程度"
        )
        raise refusal(normalise, "x", x, allowed)


def _value(numbers: Array) -> Value:
    return numbers if np.ndim(numbers) else float(numbers)


def _mean(x: Array) -> Step:
    hint = Text("A mean belongs to a feature: go down the column.", "均值是对特征求的：沿着列往下加。")
    return Step(
        "mean",
        Text("Mean of each feature", "每个特征的均值"),
        "mⱼ = (1/N) Σᵢ xᵢⱼ" if x.ndim == 2 else "m = (1/N) Σᵢ xᵢ",
        mean_text(x, len(x)),
        _value(mean_of(x)),
        (Slip("row-mean", hint, mean_of(x.T)),) if x.ndim == 2 and x.shape[1] > 1 else (),
    )


def _centred(x: Array, mean: Array) -> Step:
    hint = Text("Centring takes the mean off; it does not divide by it.", "去均值是减去均值，而不是除以均值。")
    return Step(
        "centred",
        Text("Centred: the mean moved to 0", "去均值：均值移到 0"),
        "x − m",
        f"{array_text(x)} − {row_text(mean)}",
        deviations(x, mean),
        (Slip("divided-not-shifted", hint, x / mean),) if np.all(mean != 0) else (),
    )


def _min_max(x: Array) -> Step:
    low, high = x.min(axis=0), x.max(axis=0)
    spread = high - low
    slips = []
    if np.any(low != 0):
        if np.all(high != 0):
            hint = Text("Take the minimum off above and below the line.", "分子与分母都要减去最小值。")
            slips.append(Slip("divided-by-max", hint, x / high))
        hint = Text("The smallest must come to 0: x − min above the line.", "最小值应变成 0：分子是 x − min。")
        slips.append(Slip("minimum-kept", hint, x / spread))
    hint = Text("Here the minimum goes to 0, not the mean.", "这里是最小值变成 0，而不是均值。")
    slips.append(Slip("mean-in-min-max", hint, deviations(x, mean_of(x)) / spread))
    return Step(
        "min-max",
        Text("Min-max: into the range 0 to 1", "最小–最大归一化：缩放到 0 至 1"),
        "(x − min)/(max − min)",
        f"({array_text(x)} − {row_text(low)})/({row_text(high)} − {row_text(low)})",
        (x - low) / spread,
        tuple(slips),
    )


def _var(centred: Array, ddof: int) -> Step:
    count = len(centred)
    squares = (centred**2).sum(axis=0)
    slips = []
    if not ddof:
        hint = Text("N − 1 is for the sample variance; here all N count.", "N − 1 用于样本方差；这里除以 N。")
        slips.append(Slip("n-minus-one", hint, _value(squares / (count - 1))))
    hint = Text("The variance is a mean of squares.", "方差是偏差平方的平均。")
    slips.append(Slip("not-squared", hint, _value(np.abs(centred).sum(axis=0) / (count - ddof))))
    sign = "ⱼ" if centred.ndim == 2 else ""
    return Step(
        "var",
        Text("Variance", "方差"),
        f"σ²{sign} = (1/{'(N − 1)' if ddof else 'N'}) Σᵢ (xᵢ{sign} − m{sign})²",
        mean_text(centred, count - ddof, "²"),
        _value(squares / (count - ddof)),
        tuple(slips),
    )


def _sd(var: Array) -> Step:
    if np.any(var <= 0):
        raise ArithmeticError("no spread to divide by")  # only where a learner went wrong before
    hint = Text("The standard deviation is the root of the variance.", "标准差是方差的平方根。")
    same = np.all(var == 1)
    return Step(
        "sd",
        Text("Standard deviation", "标准差"),
        "σ = √σ²",
        f"√{value_text(_value(var))}",
        _value(np.sqrt(var)),
        () if same else (Slip("variance-for-sd", hint, _value(var)),),
    )


def _z(x: Array, centred: Array, sd: Array) -> Step:
    if np.any(sd == 0):
        raise ZeroDivisionError
    slips = []
    if np.any(sd != 1):
        hint = Text("Divide by σ itself: then the spread becomes 1.", "要除以 σ 本身，离散程度才为 1。")
        slips.append(Slip("divided-by-variance", hint, centred / sd**2))
    if np.any(x != centred):
        hint = Text("The mean has to come off before the division.", "相除之前先减去均值。")
        slips.append(Slip("not-centred", hint, x / sd))
    return Step(
        "z",
        Text("z-scores: mean 0, spread 1", "z 分数：均值 0，标准差 1"),
        "z = (x − m)/σ",
        f"{array_text(centred)}/{row_text(sd)}",
        centred / sd,
        tuple(slips),
    )


def _new_z(x: Array, new: Array, mean: Array, sd: Array, ddof: int) -> Step:
    together = np.concatenate([x, new[None]])
    refitted = deviations(together, mean_of(together))
    spread = np.sqrt((refitted**2).sum(axis=0) / (len(together) - ddof))
    hint = Text(
        "Scale it as the model was trained: mean and σ without the new sample.",
        "要按训练时的方式缩放：均值与 σ 不包含新样本。",
    )
    return Step(
        "new-z",
        Text("The new sample, with the same m and σ", "新样本：用原来的 m 与 σ"),
        "(x′ − m)/σ",
        f"({value_text(_value(new))} − {row_text(mean) if not new.ndim else value_text(mean)})/{value_text(_value(sd))}",
        _value(minus(new, mean) / sd),
        (Slip("statistics-refitted", hint, _value(refitted[-1] / spread)),),
    )


@normalise.check("number by number, with σ² = E[x²] − m²", "逐个计算，σ² = E[x²] − m²")
def by_moments(x: Value, new: Vector, ddof: int) -> dict[str, Value]:
    """Feature by feature, number by number; m and σ² as moments of x moved near 0."""
    columns = [list(column) for column in zip(*x, strict=True)] if isinstance(x[0], tuple) else [list(x)]
    found: dict[str, list[Any]] = {name: [] for name in ("mean", "centred", "min-max", "var", "sd", "z", "new-z")}
    for at, column in enumerate(columns):
        count, start = len(column), column[0]
        first = sum(number - start for number in column) / count
        second = sum((number - start) ** 2 for number in column) / count
        mean, var = start + first, (second - first**2) * count / (count - ddof)
        ranks = sorted(column)
        found["mean"].append(mean)
        found["centred"].append([number - mean for number in column])
        found["min-max"].append([1 - (ranks[-1] - number) / (ranks[-1] - ranks[0]) for number in column])
        found["var"].append(var)
        found["sd"].append(var**0.5)
        found["z"].append([(number - mean) * var**-0.5 for number in column])
        found["new-z"].append((new[at] - mean) * var**-0.5 if at < len(new) else 0.0)
    if len(new) != len(columns):
        del found["new-z"]
    if isinstance(x[0], tuple):
        return {name: np.array(parts).T for name, parts in found.items()}
    return {name: parts[0] for name, parts in found.items()}


TIDY = ((2, 2), (3, 3), (4, 4), (6, 6), (1, 7), (2, 14), (7, 17))


@normalise.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The samples before and after, two features on one scale: the cloud comes to 0 and gets round. One feature as bars."""
    x, z, m = (
        np.asarray(part, dtype=float)
        for part in (worked.inputs["x"], worked.step("z").value, worked.step("mean").value)
    )
    if x.ndim == 1 or x.shape[1] == 1:
        labels = tuple(f"x{low(i)}" for i in range(1, len(x) + 1))
        before, after = Text("The feature as given", "原来的特征值"), Text("Its z-scores", "它的 z 分数")
        return [Bars(title, labels, tuple(values.ravel().tolist())) for title, values in ((before, x), (after, z))]
    which = Text("", "") if x.shape[1] == 2 else Text(" of features 1 and 2", "（特征 1 与 2）")
    before = Text(f"The samples{which.en} before, both axes on one scale", f"标准化之前的样本{which.zh}，两轴同一比例")
    after = Text(f"The same{which.en} as z-scores", f"标准化之后{which.zh}")
    new, fresh = None, None
    if worked.has("new-z"):
        new, fresh = worked.inputs["new"], worked.step("new-z").value
    return [cloud(before, x, m, new), cloud(after, z, np.zeros(2), fresh)]


@normalise.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: one feature with a round range; 2: one feature with a whole σ; 3: two features and a new sample, now and then N − 1."""
    if level == 1:
        low, spread = rng.randint(1, 9), pick(rng, (4, 5, 8, 10, 20))
        inner = [low + rng.randint(1, spread - 1) for _ in range(2)]
        x = shuffled(rng, [low, low + spread, *inner])
        if sum(x) % 4:
            return None
        return {"x": tuple(map(float, x)), "new": (float(low + rng.randint(0, spread)),)}
    columns = [_column(rng) for _ in range(1 if level == 2 else 2)]
    new = tuple(float(rng.randint(0, 30)) for _ in columns)
    if any(abs(number - sum(column) / 4) < 1 for number, column in zip(new, columns, strict=True)):
        return None
    ddof = 1 if level == 3 and rng.random() < 0.3 else 0
    return {"x": columns[0] if level == 2 else tuple(zip(*columns, strict=True)), "new": new, "ddof": ddof}


def _column(rng: Rng) -> tuple[float, ...]:
    a, b = pick(rng, TIDY)
    middle = rng.randint(5, 20)
    return tuple(float(middle + deviation) for deviation in shuffled(rng, [-a, a, -b, b]))
