"""`studynn compute regression-loss`: mean squared and mean absolute error, and where the ½ and the 1/N go."""

from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input
from studynn.core.near import near
from studynn.core.picture import Bars, Mark, Picture, Plot, Track
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, same, value_text
from studynn.core.values import components
from studynn.nn import losses
from studynn.nn.activations import Array
from studynn.nn.differences import central_differences
from studynn.worked._losses import follow, numbers, refusal, require_same_shape, scalar, size
from studynn.worked._sketches import around
from studynn.worked._training import low

MOST_VALUES = 100


@example(
    title=Text("Regression losses: MSE, MAE and the gradient", "回归损失：MSE、MAE 与梯度"),
    topic=("training", "autoencoder"),
    results=("residuals", "sse", "mse", "rmse", "mae", "grad-mse"),
)
def regression_loss(
    target: Annotated[Any, (1, 2), Input("y", Text("targets", "目标值"), longest=MOST_VALUES)] = (3.0, -1.0, 2.0, 5.0),
    prediction: Annotated[Any, (1, 2), Input("ŷ", Text("predictions", "预测值"), longest=MOST_VALUES)] = (
        2.0,
        1.0,
        2.5,
        4.0,
    ),
    half: Annotated[
        bool, Input("half", Text("with a ½ in front: L = (1/2N) Σ e²", "前面带 ½：L = (1/2N) Σ e²"))
    ] = False,
) -> Steps:
    """MSE = (1/N) Σ (ŷ − y)², MAE = (1/N) Σ |ŷ − y|, ∂MSE/∂ŷ = 2(ŷ − y)/N; N counts all numbers, of a matrix too.

    With `half`, L = (1/2N) Σ (ŷ − y)² and ∂L/∂ŷ = (ŷ − y)/N stand in place of the MSE and its gradient.

    Source: Goodfellow, Bengio & Courville 2016, section 5.1.4; document 001, loss function.
    """
    y, guess = np.asarray(target, dtype=float), np.asarray(prediction, dtype=float)
    n = y.size
    if n > MOST_VALUES:
        allowed = Text(f"at most {MOST_VALUES} numbers, it is {size(y)}", f"至多 {MOST_VALUES} 个数，现为 {size(y)}")
        raise refusal(regression_loss, "target", target, allowed)
    require_same_shape(regression_loss, "prediction", prediction, "target", target)
    e = follow((yield _residuals(y, guess)))
    sse = yield _sse(e, n)
    mse = yield _mse(sse, n, half)
    yield _rmse(mse, e, half)
    yield _mae(e, n)
    yield _gradient(e, n, half)
    return [_place_of_the_half(half), SIGN, *_remarks(e)]


def _residuals(y: Array, guess: Array) -> Step:
    hint = Text("Here the error is prediction minus target.", "这里的误差是预测减目标。")
    return Step(
        "residuals",
        Text("Residuals", "残差"),
        "e = ŷ − y",
        f"{value_text(guess)} − {value_text(y)}",
        guess - y,
        (Slip("target-minus-prediction", hint, y - guess + 0.0),),
    )


def _sse(e: Array, n: int) -> Step:
    slips = []
    if n > 1:
        hint = Text("Square every residual by itself before adding.", "先逐个平方，再相加。")
        slips.append(Slip("square-of-sum", hint, scalar(e.sum() ** 2)))
    return Step(
        "sse",
        Text("Sum of the squares", "残差平方和"),
        "Σ eᵢ²",
        f"Σ({value_text(e)}²)",
        scalar(np.vdot(e, e)),
        tuple(slips),
    )


def _mse(sse: Value, n: int, half: bool) -> Step:
    total = scalar(sse)
    hint = Text("No ½ in the MSE; it belongs to ½ Σ e².", "MSE 不带 ½；½ 属于 ½ Σ e² 的写法。")
    slip = Slip("half-kept", hint, total / (2 * n))
    if half:
        slip = Slip(
            "half-forgotten", Text("This loss carries a ½: divide by 2N.", "这个损失带 ½：除以 2N。"), total / n
        )
    slips = [slip]
    if n > 1:
        mean = Text("Average: divide by N.", "要取平均：除以 N。")
        slips.append(Slip("sum-not-mean", mean, total / 2 if half else total))
    return Step(
        "mse",
        Text("Half the mean squared error", "均方误差的一半") if half else Text("Mean squared error", "均方误差 MSE"),
        "L = (1/2N) Σ eᵢ²" if half else "MSE = (1/N) Σ eᵢ²",
        f"{number_text(total)}/(2·{n})" if half else f"{number_text(total)}/{n}",
        total / (2 * n) if half else total / n,
        tuple(slips),
    )


def _rmse(loss: Value, e: Array, half: bool) -> Step:
    mse = 2 * scalar(loss) if half else scalar(loss)
    if mse < 0:
        raise ArithmeticError("no root of a negative number")
    root = float(np.sqrt(mse))
    mean_size = scalar(np.abs(e).mean())
    hint = Text("Take the root at the very end, of the mean.", "最后才对平均值开方。")
    slips = [] if near(mean_size, root) else [Slip("mean-of-roots", hint, mean_size)]
    if half and mse:
        hint = Text("The RMSE has no ½: double L before the root.", "RMSE 不带 ½：开方前先把 L 乘以 2。")
        slips.append(Slip("root-of-half", hint, float(np.sqrt(mse / 2))))
    return Step(
        "rmse",
        Text("Root mean squared error", "均方根误差 RMSE"),
        "√(2L)" if half else "√MSE",
        f"√(2·{number_text(mse / 2)})" if half else f"√({number_text(mse)})",
        root,
        tuple(slips),
    )


def _mae(e: Array, n: int) -> Step:
    signed_mean = scalar(e.mean())
    mae = scalar(np.abs(e).mean())
    hint = Text("Without the bars, errors of opposite sign cancel.", "不取绝对值，正负误差会抵消。")
    return Step(
        "mae",
        Text("Mean absolute error", "平均绝对误差 MAE"),
        "MAE = (1/N) Σ |eᵢ|",
        f"Σ(|{value_text(e)}|)/{n}",
        mae,
        () if near(signed_mean, mae) else (Slip("signed-errors", hint, signed_mean),),
    )


def _gradient(e: Array, n: int, half: bool) -> Step:
    factor = 1 if half else 2
    slip = Slip(
        "two-dropped", Text("The square leaves a 2 that no ½ cancels.", "平方求导得 2，没有 ½ 与它相消。"), e / n
    )
    if half:
        slip = Slip("two-kept", Text("The 2 of the square cancels the ½.", "平方求导得到的 2 与 ½ 相消。"), 2 * e / n)
    opposite = Slip("gradient-sign", Text("Prediction minus target.", "应为预测减目标。"), -factor * e / n + 0.0)
    slips = [opposite, slip]
    if n > 1:
        slips.append(Slip("not-averaged", Text("Keep the 1/N of the mean.", "平均带来的 1/N 要保留。"), factor * e))
    return Step(
        "grad-mse",
        Text("Gradient of L", "L 的梯度") if half else Text("Gradient of the MSE", "MSE 的梯度"),
        "∂L/∂ŷᵢ = eᵢ/N" if half else "∂MSE/∂ŷᵢ = 2eᵢ/N",
        f"{value_text(e)}/{n}" if half else f"2·{value_text(e)}/{n}",
        factor * e / n,
        tuple(slips),
    )


SIGN = Text(
    "Residuals are prediction minus target; target minus prediction has the same squares and the opposite gradient.",
    "残差为预测减目标；若用目标减预测，平方不变而梯度反号。",
)


def _place_of_the_half(half: bool) -> Text:
    if half:
        return Text(
            "This loss is half the MSE, so that the 2 of the square cancels; without the ½ loss and gradient double. The RMSE is "
            "the same with both.",
            "这个损失是 MSE 的一半，平方求导得到的 2 正好相消；不带 ½ 时损失与梯度都加倍。RMSE 两种写法相同。",
        )
    return Text(
        "MSE is a mean without ½. With ½ in front (--half), loss and gradient halve; summed instead of averaged, both are N times "
        "as large.",
        "MSE 取平均，不带 ½。前面带 ½ 时（--half）损失与梯度都减半；求和而不取平均时都为 N 倍。",
    )


def _remarks(e: Array) -> list[Text]:
    sizes = np.abs(e).ravel()
    if len(sizes) < 3 or not sizes.any():
        return []
    sizes = sizes / sizes.max()
    of_squares, of_sizes = 1 / float(np.vdot(sizes, sizes)), 1 / float(sizes.sum())
    if of_squares < 0.75:
        return []
    return [
        Text(
            f"One residual makes up {of_squares:.0%} of the squares, and {of_sizes:.0%} of the absolute errors: MSE minds outliers more.",
            f"有一个残差占平方和的 {of_squares:.0%}，却只占绝对误差的 {of_sizes:.0%}：MSE 对离群值更敏感。",
        )
    ]


@regression_loss.check(
    "MSE = variance + squared mean of the residuals, and the gradient by central differences",
    "MSE = 残差的方差 + 均值的平方；梯度用中心差分",
)
def by_variance(target: Value, prediction: Value, half: bool) -> dict[str, Value]:
    """Moments of the residuals; the gradient without differentiating."""
    y, guess = np.array(target, dtype=float), np.array(prediction, dtype=float)
    e = guess - y
    mse = float(np.var(e) + np.mean(e) ** 2)
    moved = e.copy()  # the loss depends on the residuals only, so that large targets cost no digits
    grad = central_differences(lambda: losses.mse(moved, np.zeros_like(e)), moved, max(1e-3, float(np.abs(e).max())))
    mae = losses.mae(guess, y)
    share = 0.5 if half else 1.0
    return {"sse": mse * e.size, "mse": share * mse, "rmse": mse**0.5, "mae": mae, "grad-mse": share * grad}


MOST_SQUARES = 6
MOST_BARS = 20


@regression_loss.pictures
def pictures(worked: Worked) -> list[Picture]:
    """A square on each of up to six residuals, from the target to the prediction; of more the residuals as bars."""
    residuals = list(components(worked.step("residuals").value))
    targets = list(components(worked.inputs["target"]))
    if len(residuals) > MOST_SQUARES:
        labels = tuple(f"e{low(i)}" for i in range(1, len(residuals) + 1))
        title = Text(
            f"The first {MOST_BARS} of {len(residuals)} residuals", f"{len(residuals)} 个残差中的前 {MOST_BARS} 个"
        )
        if len(residuals) <= MOST_BARS:
            title = Text("The residuals", "各残差")
        return [Bars(title, labels[:MOST_BARS], tuple(residuals[:MOST_BARS]))]
    left, gap, tracks, marks = 0.0, max(map(abs, residuals)) / 2 or 1.0, [], []
    for i, (y, e) in enumerate(zip(targets, residuals, strict=True), 1):
        right = left + abs(e)
        words = same(f"e{low(i)} = {number_text(e)}, e{low(i)}² = {number_text(e * e)}")
        tracks.append(Track(words, ((right, y), (left, y), (left, y + e), (right, y + e), (right, y))))
        marks += [Mark("●", (left, y)), Mark("○", (left, y + e))]
        left = right + gap
    window = around([point for track in tracks for point in track.points], free=1.1)
    legend = (("●", Text("target y", "目标 y")), ("○", Text("prediction ŷ", "预测 ŷ")))
    title = Text(
        "A square on each residual, side by side; heights as on the axis", "各残差上的正方形并排放置；高度见纵轴"
    )
    return [Plot(title, tuple(tracks), (*window.room(), *marks), legend)]


@regression_loss.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two or three whole numbers; 2: four halves; 3: two samples of three outputs, one of them an outlier, sometimes with a ½."""
    count = (rng.randint(2, 3), 4, 6)[level - 1]
    step = 1.0 if level == 1 else 0.5
    e = [step * error for error in numbers(rng, count, range(-4, 5))]
    if level == 3:
        e[rng.randint(0, 5)] = pick(rng, (-1, 1)) * rng.randint(6, 10)
    if sum(e) == 0 or len({abs(error) for error in e}) == 1:
        return None  # errors that cancel, or squares that tell nothing new
    y = [step * number for number in numbers(rng, count, range(-4, 10))]
    guess = [a + b for a, b in zip(y, e, strict=True)]
    if level < 3:
        return {"target": tuple(y), "prediction": tuple(guess)}
    rows = {name: (tuple(row[:3]), tuple(row[3:])) for name, row in (("target", y), ("prediction", guess))}
    return rows | {"half": rng.random() < 0.4}
