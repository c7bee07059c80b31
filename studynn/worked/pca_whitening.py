"""`studynn compute pca-whitening`: turn to the axes of the covariance, keep the long ones, make all spreads 1."""

from typing import Annotated

import numpy as np

from studynn.core.draw import Rng, pick, shuffled
from studynn.core.inputs import Input, Matrix, Vector
from studynn.core.picture import Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import Array
from studynn.worked._layers import array_text, settled
from studynn.worked._losses import follow, over, refusal, size
from studynn.worked._pca import FLAT, SIGN, alike, signed_axes, spectrum_of
from studynn.worked._sketches import axes_of_spread, cloud, point_on_axes
from studynn.worked._statistics import deviations, mean_of, mean_text, row_text

MOST_FEATURES = 4


@example(
    title=Text("PCA and whitening", "主成分分析与白化"),
    topic=("cnn", "autoencoder"),
    results=("mean", "cov", "eigenvalues", "ratio", "components", "scores", "whitened", "rebuilt"),
)
def pca_whitening(
    x: Annotated[Matrix, Input("x", Text("samples, one a row", "样本，每行一个"), longest=12, unless="eigenvalues")] = (
        (7.0, 3.0),
        (5.0, 5.0),
        (1.0, 1.0),
        (3.0, -1.0),
    ),
    keep: Annotated[
        int,
        Input(
            "k",
            Text("components kept for the reconstruction", "重建时保留的主成分个数"),
            at_least=1,
            at_most=MOST_FEATURES,
            unless="eigenvalues",
        ),
    ] = 1,
    ddof: Annotated[
        int,
        Input(
            "ddof",
            Text("0: divisor N, 1: N − 1", "0：除以 N，1：除以 N − 1"),
            at_least=0,
            at_most=1,
            unless="eigenvalues",
        ),
    ] = 0,
    eigenvalues: Annotated[
        Vector | None,
        Input(
            "λ",
            Text("eigenvalues, ready made, along with t", "直接给出特征值，与 t 一起"),
            at_least=FLAT,
            longest=MOST_FEATURES,
        ),
    ] = None,
    scores: Annotated[
        Vector | None, Input("t", Text("one point on the axes", "一个点在各主轴上的坐标"), longest=MOST_FEATURES)
    ] = None,
) -> Steps:
    """Axes: the eigenvectors of the covariance, by falling eigenvalue, the largest entry of each positive.

    Source: document 001, data preprocessing; Bishop 2006, section 12.1.
    """
    if eigenvalues is not None or scores is not None:
        yield _whitened_point(eigenvalues, scores)
        return []
    data = np.asarray(x, dtype=float)
    _refuse(data, keep)
    mean = follow((yield _mean(data)))
    centred = deviations(data, mean)
    cov = follow((yield _cov(data, centred, ddof)))
    spectrum = follow((yield _eigenvalues(cov)))
    yield _ratio(spectrum)
    axes = follow((yield _components(cov)))
    t = follow((yield _scores(data, centred, axes)))
    notes = [SIGN]
    if np.all(spectrum > FLAT * max(spectrum[0], 1)):
        yield _whitened(t, spectrum, centred, cov)
    else:
        notes.append(
            Text(
                "An axis with eigenvalue 0 has no spread and cannot be whitened.",
                "特征值为 0 的轴没有离散程度，无法白化。",
            )
        )
    yield _rebuilt(t, axes, mean, keep)
    if alike(spectrum):
        notes.append(
            Text(
                "Equal eigenvalues: any turned axes within their plane are as good.",
                "特征值相等：在相应平面内旋转后的轴同样可以。",
            )
        )
    return notes


def _refuse(data: Array, keep: int) -> None:
    if len(data) < 2 or not 2 <= data.shape[1] <= MOST_FEATURES:
        allowed = Text(
            f"must have at least 2 rows and 2 to {MOST_FEATURES} columns, it is {size(data)}",
            f"至少 2 行，2 到 {MOST_FEATURES} 列，现为 {size(data)}",
        )
        raise refusal(pca_whitening, "x", data, allowed)
    if np.all(data == data[0]):
        raise refusal(pca_whitening, "x", data, Text("has no spread: all rows are equal", "各行相同，没有离散程度"))
    if keep > data.shape[1]:
        allowed = Text(
            f"must be at most {data.shape[1]}, as --x of {size(data)} has features",
            f"不超过 {data.shape[1]}，即 {size(data)} 的 --x 的特征数",
        )
        raise refusal(pca_whitening, "keep", keep, allowed)


def _whitened_point(eigenvalues: Vector | None, scores: Vector | None) -> Step:
    if eigenvalues is None or scores is None:
        there, missing = ("scores", "eigenvalues") if eigenvalues is None else ("eigenvalues", "scores")
        allowed = Text(f"needs --{missing} as well", f"还需给出 --{missing}")
        raise refusal(pca_whitening, there, eigenvalues or scores, allowed)
    spectrum, t = np.asarray(eigenvalues, dtype=float), np.asarray(scores, dtype=float)
    if spectrum.shape != t.shape:
        allowed = Text(
            f"must have {len(spectrum)} numbers to fit --eigenvalues of {len(spectrum)}, it has {len(t)}",
            f"应有 {len(spectrum)} 个数，与 --eigenvalues 相同，现有 {len(t)} 个",
        )
        raise refusal(pca_whitening, "scores", scores, allowed)
    return _whitened(t, spectrum, None, None)


def _mean(data: Array) -> Step:
    title = Text("Mean of each feature", "每个特征的均值")
    return Step("mean", title, "m = (1/N) Σᵢ xᵢ", mean_text(data, len(data)), mean_of(data))


def _cov(data: Array, centred: Array, ddof: int) -> Step:
    count = len(data) - ddof
    slips = []
    if np.any(data != centred):
        hint = Text("Take the mean off every row before multiplying.", "相乘之前，每行要先减去均值。")
        slips.append(Slip("not-centred", hint, data.T @ data / count))
    if not ddof:
        hint = Text("np.cov divides by N − 1; --ddof 0 divides by N.", "np.cov 除以 N − 1；--ddof 0 则除以 N。")
        slips.append(Slip("n-minus-one", hint, centred.T @ centred / (len(data) - 1)))
    return Step(
        "cov",
        Text("Covariance of the features", "特征的协方差"),
        "C = (X − m)ᵀ(X − m)/(N − 1)" if ddof else "C = (X − m)ᵀ(X − m)/N",
        f"{array_text(centred)}ᵀ·{array_text(centred)}/{count}",
        settled(centred.T @ centred, np.abs(centred).T @ np.abs(centred)) / count,
        tuple(slips),
    )


def _eigenvalues(cov: Array) -> Step:
    value = spectrum_of(cov)
    slips = []
    if np.any(cov != np.diag(np.diag(cov))):
        hint = Text("The diagonal will do only where C has nothing beside it.", "只有 C 为对角阵时，对角元才是特征值。")
        slips.append(Slip("diagonal-for-eigenvalues", hint, np.sort(np.diag(cov))[::-1].copy()))
    if np.all(value >= 0) and np.any(value != value**0.5):
        hint = Text(
            "An eigenvalue is a variance; its root is the standard deviation.", "特征值是方差；它的平方根才是标准差。"
        )
        slips.append(Slip("singular-values", hint, value**0.5))
    shown = value_text(value)
    if len(cov) == 2:
        a, b, c = (number_text(float(number)) for number in (cov[0, 0], cov[1, 1], abs(cov[1, 0])))
        root = f"√((({a} − {b})/2)² + {c}²)"
        shown = f"[({a} + {b})/2 + {root}, ({a} + {b})/2 − {root}]"
    return Step("eigenvalues", Text("Eigenvalues", "特征值"), "det(C − λI) = 0", shown, value, tuple(slips))


def _ratio(spectrum: Array) -> Step:
    slips = []
    if np.all(spectrum >= 0):
        hint = Text("Shares are of variances: do not take roots.", "占比是对方差而言的：不要开方。")
        slips.append(Slip("ratio-of-roots", hint, over(spectrum**0.5, np.sum(spectrum**0.5))))
    total = " + ".join(number_text(float(number)) for number in spectrum)
    return Step(
        "ratio",
        Text("Explained share of the variance", "解释的方差占比"),
        "λⱼ/Σλ",
        f"{value_text(spectrum)}/({total})",
        over(spectrum, np.sum(spectrum)),
        tuple(slips),
    )


def _components(cov: Array) -> Step:
    value = signed_axes(np.linalg.eigh(cov)[1].T[::-1])
    scaled = value / np.abs(value).max(axis=1, keepdims=True)
    hint = Text("Axes have length 1: divide each by its length.", "轴的长度为 1：要除以自身的长度。")
    return Step(
        "components",
        Text("Principal axes, one a row", "主轴，每行一个"),
        "C v = λ v, ‖v‖ = 1",
        value_text(value),
        value,
        () if np.allclose(scaled, value) else (Slip("not-unit", hint, scaled),),
    )


def _scores(data: Array, centred: Array, axes: Array) -> Step:
    hint = Text("Measure from the mean: subtract it, then rotate.", "要从均值量起：先减去均值再旋转。")
    return Step(
        "scores",
        Text("Scores: coordinates on the axes", "得分：在主轴上的坐标"),
        "T = (X − m)Vᵀ",
        f"{array_text(centred)}·{array_text(axes)}ᵀ",
        settled(centred @ axes.T, np.abs(centred) @ np.abs(axes).T),
        (Slip("scores-not-centred", hint, data @ axes.T),) if np.any(data != centred) else (),
    )


def _whitened(t: Array, spectrum: Array, centred: Array | None, cov: Array | None) -> Step:
    slips = []
    if np.any(spectrum != 1):
        hint = Text("Spread is measured by the root: divide by √λ.", "离散程度要开方：除以 √λ。")
        slips.append(Slip("divided-by-eigenvalue", hint, t / spectrum))
        hint = Text("Long axes have to be shortened: divide by √λ.", "长轴要缩短：是除以 √λ。")
        slips.append(Slip("multiplied", hint, t * np.sqrt(spectrum)))
    if centred is not None and cov is not None and np.all(np.diag(cov) > 0):
        hint = Text(
            "Features that are only standardised stay correlated: use the scores.",
            "只做标准化，特征仍然相关：要用主轴上的得分。",
        )
        slips.append(Slip("scaled-without-rotation", hint, centred / np.sqrt(np.diag(cov))))
    roots = row_text(spectrum) if t.ndim == 2 else value_text(spectrum)
    return Step(
        "whitened",
        Text("Whitened: spread 1 on each axis", "白化：每条轴上的方差为 1"),
        "tⱼ/√λⱼ",
        f"{array_text(t)}/√{roots}",
        t / np.sqrt(spectrum),
        tuple(slips),
    )


def _rebuilt(t: Array, axes: Array, mean: Array, keep: int) -> Step:
    part = t[:, :keep] @ axes[:keep]
    hint = Text("The scores count from the mean: add it again.", "得分是从均值量起的：要把均值加回来。")
    return Step(
        "rebuilt",
        Text(f"Rebuilt from {keep} of {len(axes)} axes", f"用 {len(axes)} 条轴中的 {keep} 条重建"),
        "m + Σⱼ tⱼvⱼ, j ≤ k",
        f"{row_text(mean)} + {array_text(t[:, :keep])}·{array_text(axes[:keep])}",
        settled(mean + part, np.abs(mean) + np.abs(t[:, :keep]) @ np.abs(axes[:keep])),
        (Slip("mean-not-added", hint, part),) if np.any(mean) else (),
    )


@pca_whitening.check("singular values of the centred data, X − m = U S Vᵀ", "对去均值的数据做奇异值分解 X − m = U S Vᵀ")
def by_singular_values(
    x: Matrix, keep: int, ddof: int, eigenvalues: Vector | None, scores: Vector | None
) -> dict[str, Value]:
    """λ = s²/(N − ddof), T = (X − m)Vᵀ, whitened √(N − ddof)·U, without the covariance."""
    if eigenvalues is not None and scores is not None:
        return {"whitened": [t * variance**-0.5 for t, variance in zip(scores, eigenvalues, strict=True)]}
    data = np.asarray(x, dtype=float)
    mean = data[0] + (data - data[0]).mean(axis=0)
    rows = np.vstack([data - mean, np.zeros((data.shape[1], data.shape[1]))])  # no fewer singular values than features
    u, s, v = np.linalg.svd(rows, full_matrices=False)
    spectrum = s**2 / (len(data) - ddof)
    found = {"mean": mean, "eigenvalues": spectrum, "ratio": spectrum / spectrum.sum()}
    if alike(spectrum):
        return found
    axes = signed_axes(v)
    u = u[: len(data)] * np.sign((axes * v).sum(axis=1))
    t = u * s
    found |= {"components": axes, "scores": t, "rebuilt": mean + t[:, :keep] @ axes[:keep]}
    if spectrum[-1] > FLAT * max(spectrum[0], 1):
        found["whitened"] = u * np.sqrt(len(data) - ddof)
    return found


@pca_whitening.pictures
def pictures(worked: Worked) -> list[Picture]:
    """Samples of two features with the axes, each √λ long, and whitened; of more features on the first two axes."""
    if not worked.has("scores"):
        return point_on_axes(worked.inputs["scores"], worked.step("whitened").value, worked.inputs["eigenvalues"])
    x, m, spectrum, axes, t = (
        np.asarray(part, dtype=float)
        for part in (
            worked.inputs["x"],
            *(worked.step(name).value for name in ("mean", "eigenvalues", "components", "scores")),
        )
    )
    if x.shape[1] == 2:
        title = Text("The samples with their principal axes", "样本与主轴")
        found = [cloud(title, x, m, tracks=axes_of_spread(m, axes, spectrum))]
    else:
        title = Text("The samples on the first two axes", "样本在前两条主轴上")
        found = [cloud(title, t, np.zeros(2), tracks=axes_of_spread(np.zeros(2), np.eye(2), spectrum))]
    if worked.has("whitened"):
        found.append(cloud(Text("The same whitened", "白化之后"), worked.step("whitened").value, np.zeros(2)))
    return [*found]


@pca_whitening.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: whiten one point; 2: four points about a mean, tidy axes; 3: other axes, half steps, some with divisor N − 1."""
    if level == 1:
        spectrum = sorted((pick(rng, (0.25, 4.0, 9.0, 16.0, 25.0)) for _ in range(2)), reverse=True)
        t = tuple(pick(rng, (-6, -4, -3, -2, -1, 1, 2, 3, 4, 6)) / 2 for _ in range(2))
        return None if spectrum[0] == spectrum[1] else {"eigenvalues": tuple(spectrum), "scores": t}
    a, b = pick(
        rng, ((1, 1), (2, 1), (1, 2), (1, -2)) if level == 2 else ((3, 4), (4, 3), (2, 1), (1, -2), (1, 3), (3, -1))
    )
    step = 1.0 if level == 2 else 0.5
    long, short = (step * rng.randint(1, 4) for _ in range(2))
    middle = (float(rng.randint(-3, 6)), float(rng.randint(-3, 6)))
    if long == short or not any(middle):
        return None
    corners = shuffled(rng, [(long, short), (long, -short), (-long, short), (-long, -short)])
    x = tuple((middle[0] + p * a - q * b, middle[1] + p * b + q * a) for p, q in corners)
    return {"x": x, "keep": 1, "ddof": 1 if level == 3 and rng.random() < 0.4 else 0}
