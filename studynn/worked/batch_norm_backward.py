"""`studynn compute batch-norm-backward`: the gradients of batch normalisation, for one feature."""

from typing import Annotated

import numpy as np

from studynn.core.draw import Rng, pick, shuffled
from studynn.core.inputs import Input, Vector
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import Array
from studynn.worked._layers import minus, settled
from studynn.worked._losses import follow, refusal, require_same_shape, signed
from studynn.worked._statistics import deviations, mean_of, mean_text, variance_of

MOST = 8


@example(
    title=Text("Backward through batch normalisation", "批归一化的反向传播"),
    topic=("training", "cnn"),
    results=("standard", "d-beta", "d-gamma", "inner", "dx"),
    notes=(
        Text(
            "The entries of ∂E/∂x add up to 0: moving all samples alike changes nothing, as the mean moves with them.",
            "∂E/∂x 各分量之和为 0：所有样本一起平移时均值随之移动，结果不变。",
        ),
        Text(
            "ε is 0 here unless given, for whole numbers; libraries take 1e−5 (Keras 1e−3).",
            "这里 ε 默认为 0 以便手算；框架取 1e−5（Keras 取 1e−3）。",
        ),
        Text(
            "After training μ and σ² are fixed, and the gradient is γ g/√(σ² + ε) alone.",
            "训练之后 μ、σ² 固定，梯度只剩 γ g/√(σ² + ε)。",
        ),
    ),
)
def batch_norm_backward(
    x: Annotated[Vector, Input("x", Text("one feature over the batch", "一个特征在批次中的各值"), longest=MOST)] = (
        0.0,
        6.0,
        8.0,
        14.0,
    ),
    grad: Annotated[Vector, Input("g", Text("∂E/∂y, one a sample", "∂E/∂y，每个样本一个"), longest=MOST)] = (
        1.0,
        0.0,
        2.0,
        -1.0,
    ),
    gamma: Annotated[float, Input("γ", Text("learned scale", "可学习的缩放"))] = 2.0,
    eps: Annotated[float, Input("ε", Text("added to the variance", "加在方差上的小数"), at_least=0, at_most=1)] = 0.0,
) -> Steps:
    """∂E/∂x = γ/√(σ² + ε)·(g − mean(g) − x̂ mean(g x̂)), as μ and σ² depend on every x.

    Source: Ioffe & Szegedy 2015, section 3.
    """
    samples, g = np.asarray(x, dtype=float), np.asarray(grad, dtype=float)
    _refuse(samples, g, eps)
    n = len(samples)
    mean = yield Step("mean", Text("Mean", "均值"), "μ = (1/N) Σ xᵢ", mean_text(samples, n), float(mean_of(samples)))
    var = yield _var(samples, mean)
    standard = follow((yield _standard(samples, mean, var, eps)))
    d_beta = yield _d_beta(g)
    d_gamma = yield _d_gamma(g, standard, samples)
    inner = follow((yield _inner(g, standard, d_beta, d_gamma)))
    yield _dx(g, inner, gamma, var, eps)
    return None


def _refuse(x: Array, g: Array, eps: float) -> None:
    if len(x) == 1:
        allowed = Text("must have at least 2 samples: one has no variance", "至少要 2 个样本：单个样本没有方差")
        raise refusal(batch_norm_backward, "x", tuple(x), allowed)
    require_same_shape(batch_norm_backward, "grad", tuple(g), "x", tuple(x))
    if eps == 0 and not variance_of(x):
        raise refusal(
            batch_norm_backward, "eps", eps, Text("must be above 0, as the variance is 0", "方差为 0，ε 应大于 0")
        )


def _root(var: Value, eps: float) -> float:
    if var + eps <= 0:
        raise ArithmeticError("no root of what is not above 0")  # only where a learner went wrong before
    return float(np.sqrt(var + eps))


def _root_text(var: Value, eps: float) -> str:
    return f"√({signed(var)} + {number_text(eps)})" if eps else f"√{signed(var)}"


def _var(x: Array, mean: Value) -> Step:
    apart = deviations(x, mean)
    total = float((apart**2).sum())
    hint = Text("Batch norm divides by N in training, not by N − 1.", "训练时批归一化除以 N，而不是 N − 1。")
    return Step(
        "var",
        Text("Variance, with divisor N", "方差，除以 N"),
        "σ² = (1/N) Σ (xᵢ − μ)²",
        mean_text(apart, len(x), "²"),
        total / len(x),
        (Slip("n-minus-one", hint, total / (len(x) - 1)),) if total else (),
    )


def _standard(x: Array, mean: Value, var: Value, eps: float) -> Step:
    apart = deviations(x, mean)
    slips = []
    if np.any(apart) and var + eps != 1:
        hint = Text("Divide by the root of the variance.", "应除以方差的平方根。")
        slips.append(Slip("divided-by-variance", hint, apart / _root(var, eps) ** 2))
    return Step(
        "standard",
        Text("Normalised x̂", "归一化后的 x̂"),
        "x̂ = (x − μ)/√(σ² + ε)",
        f"({value_text(x)} − {signed(mean)})/{_root_text(var, eps)}",
        apart / _root(var, eps),
        tuple(slips),
    )


def _d_beta(g: Array) -> Step:
    total = float(settled(g.sum(), np.abs(g).sum()))
    hint = Text("β is added to every sample: the sum, not the mean.", "β 加在每个样本上：求和，不求平均。")
    return Step(
        "d-beta",
        Text("Gradient by the shift β", "对平移 β 的梯度"),
        "∂E/∂β = Σ gᵢ",
        " + ".join(map(signed, g)),
        total,
        (Slip("mean-for-sum", hint, total / len(g)),) if total else (),
    )


def _d_gamma(g: Array, standard: Array, x: Array) -> Step:
    total = float(settled((g * standard).sum(), np.abs(g * standard).sum()))
    slips = []
    if total:
        hint = Text("γ scales every sample: the sum, not the mean.", "γ 乘在每个样本上：求和，不求平均。")
        slips.append(Slip("mean-for-sum", hint, total / len(g)))
    if np.any(g * x != g * standard):
        hint = Text("γ multiplies x̂, not x.", "γ 乘的是 x̂，不是 x。")
        slips.append(Slip("x-for-standard", hint, float((g * x).sum())))
    return Step(
        "d-gamma",
        Text("Gradient by the scale γ", "对缩放 γ 的梯度"),
        "∂E/∂γ = Σ gᵢ x̂ᵢ",
        f"Σ({value_text(g)} ⊙ {value_text(standard)})",
        total,
        tuple(slips),
    )


def _inner(g: Array, standard: Array, d_beta: Value, d_gamma: Value) -> Step:
    n = len(g)
    level, tilt = np.full(n, d_beta / n), standard * (d_gamma / n)
    slips = []
    if d_beta:
        hint = Text("Every x moves the mean too: take off the mean of g.", "每个 x 也改变均值：要减去 g 的均值。")
        slips.append(Slip("mean-path-forgotten", hint, minus(g, tilt)))
    if d_gamma:
        hint = Text(
            "Every x moves the variance too: take off x̂ times the mean of g x̂.",
            "每个 x 也改变方差：要减去 x̂ 乘 g x̂ 的均值。",
        )
        slips.append(Slip("variance-path-forgotten", hint, minus(g, level)))
    if d_beta or d_gamma:
        hint = Text("Both sums are shared among the N samples: divide by N.", "两个和都要分摊到 N 个样本：除以 N。")
        slips.append(Slip("not-divided-by-n", hint, minus(g, n * level + n * tilt)))
    return Step(
        "inner",
        Text("g without what μ and σ² take up", "g 减去经 μ 与 σ² 的部分"),
        "gᵢ − (Σ g)/N − x̂ᵢ (Σ g x̂)/N",
        f"{value_text(g)} − {signed(d_beta)}/{n} − {value_text(standard)}·{signed(d_gamma)}/{n}",
        minus(minus(g, level), tilt),
        tuple(slips),
    )


def _dx(g: Array, inner: Array, gamma: float, var: Value, eps: float) -> Step:
    root = _root(var, eps)
    slips = []
    if np.any(inner):
        if gamma != 1:
            hint = Text("The scale γ comes first on the way back: times γ.", "反向时先经过缩放：要乘以 γ。")
            slips.append(Slip("gamma-forgotten", hint, inner / root))
        if root != 1:
            hint = Text("x was divided by √(σ² + ε): so is its gradient.", "x 除以了 √(σ² + ε)，梯度也要除以它。")
            slips.append(Slip("scale-forgotten", hint, gamma * inner))
            hint = Text("Divide by the root, not by the variance.", "除以平方根，而不是方差。")
            slips.append(Slip("divided-by-variance", hint, gamma * inner / root**2))
    if gamma and np.any(g != inner):
        hint = Text(
            "μ and σ² depend on x in training: their paths count too.", "训练时 μ、σ² 也依赖 x：它们的路径也要算。"
        )
        slips.append(Slip("statistics-fixed", hint, gamma * g / root))
    return Step(
        "dx",
        Text("Gradient by x", "对 x 的梯度"),
        "∂E/∂x = γ/√(σ² + ε)·(…)",
        f"{number_text(gamma)}/{_root_text(var, eps)}·{value_text(inner)}",
        gamma / root * inner + 0.0,
        tuple(slips),
    )


@batch_norm_backward.check(
    "the chain rule through σ² and μ one after the other, as in the paper", "按论文逐个经过 σ² 与 μ 用链式法则"
)
def path_by_path(x: Vector, grad: Vector, gamma: float, eps: float) -> dict[str, Value]:
    """∂E/∂σ² first, then ∂E/∂μ, then three paths to each x."""
    samples, g = np.asarray(x, dtype=float), np.asarray(grad, dtype=float)
    n, safe = len(samples), samples.var() + eps
    centred = samples - samples.mean()
    d_standard = gamma * g
    d_var = (d_standard * centred).sum() * -0.5 * safe**-1.5
    d_mean = -d_standard.sum() / np.sqrt(safe) - 2 * d_var * centred.mean()
    return {
        "mean": samples.mean(),
        "var": samples.var(),
        "standard": centred / np.sqrt(safe),
        "d-beta": g @ np.ones(n),
        "d-gamma": g @ centred / np.sqrt(safe),
        "dx": d_standard / np.sqrt(safe) + 2 * d_var * centred / n + d_mean / n,
    }


TIDY = ((2, 2), (3, 3), (4, 4), (5, 5), (1, 7), (2, 14), (7, 17))


@batch_norm_backward.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: σ and the sums come out even; 2: any four samples; 3: five samples, γ below 0 or a fraction."""
    middle = rng.randint(1, 20)
    if level == 1:
        a, b = pick(rng, TIDY)
        x = tuple(float(middle + apart) for apart in shuffled(rng, [-a, a, -b, b]))
        gamma = float(pick(rng, (2, 3, 4, 5)))
    else:
        count = 4 if level == 2 else 5
        x = tuple(float(rng.randint(0, 12)) for _ in range(count))
        gamma = pick(rng, (2.0, 3.0, 0.5, 1.5) if level == 2 else (-2.0, -0.5, 0.4, 2.5))
    g = tuple(float(pick(rng, (-3, -2, -1, 0, 1, 2, 3))) for _ in x)
    if max(x) == min(x) or not any(g):
        return None
    return {"x": x, "grad": g, "gamma": gamma, "eps": 0.0}
