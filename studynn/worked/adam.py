"""`studynn compute adam`: Adam on given gradients, with its two running averages and their correction."""

from math import sqrt
from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Vector, defaults
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, example, work
from studynn.core.text import Text, number_text
from studynn.worked._training import low, minus, require_below_one, require_positive, signed

SMALLEST = 1e-6


@example(
    title=Text("Adam step by step", "Adam 优化器逐步计算"),
    topic="training",
    results=("m{t}", "v{t}", "m-hat{t}", "v-hat{t}", "w{t}"),
    notes=(
        Text(
            "ε stands outside the root: 1e-8 in PyTorch, 1e-7 in Keras.",
            "ε 加在根号外：PyTorch 取 1e-8，Keras 取 1e-7。",
        ),
        Text(
            "At t = 1 the corrections undo the averages: m̂ = g and √v̂ = |g|, so the step is about η whatever the gradient.",
            "t = 1 时修正恰好抵消平均：m̂ = g，√v̂ = |g|，所以无论梯度大小，第一步约为 η。",
        ),
    ),
)
def adam(
    w: Annotated[float, Input("w₀", Text("weight before the first step", "初始权重"))] = 1.0,
    gradients: Annotated[Vector, Input("g", Text("gradients, one a step", "各步的梯度"), longest=50)] = (2.0, 1.0),
    lr: Annotated[float, Input("η", Text("learning rate", "学习率"), at_least=0)] = 0.1,
    beta1: Annotated[
        float, Input("β₁", Text("decay rate of the mean m", "一阶矩 m 的衰减率"), at_least=0, at_most=1)
    ] = 0.9,
    beta2: Annotated[
        float, Input("β₂", Text("decay rate of the mean square v", "二阶矩 v 的衰减率"), at_least=0, at_most=1)
    ] = 0.999,
    eps: Annotated[float, Input("ε", Text("keeps the divisor above 0", "防止除以 0 的小量"))] = 1e-8,
) -> Steps:
    """wₜ = wₜ₋₁ − η m̂ₜ/(√v̂ₜ + ε) for one weight, from m₀ = v₀ = 0. Source: Kingma & Ba 2015, algorithm 1."""
    require_below_one("beta1", beta1)
    require_below_one("beta2", beta2)
    require_positive("eps", eps)
    m: Value = 0.0
    v: Value = 0.0
    for t, g in enumerate(gradients, 1):
        m = yield _mean(t, beta1, m, g)
        v = yield _square(t, beta2, v, g)
        m_hat = yield _corrected_mean(t, beta1, m)
        v_hat = yield _corrected_square(t, beta1, beta2, v)
        w = yield _update(t, w, m_hat, v_hat, g, lr, eps)
    return None


def _mean(t: int, beta: float, m: Value, g: float) -> Step:
    hint = Text("It is an average: the new gradient counts 1 − β₁.", "这是加权平均：新梯度的权重为 1 − β₁。")
    return Step(
        f"m{t}",
        Text(f"Mean m{low(t)}", f"一阶矩 m{low(t)}"),
        f"m{low(t)} = β₁m{low(t - 1)} + (1 − β₁)g{low(t)}",
        f"{number_text(beta)}·{signed(m)} + (1 − {number_text(beta)})·{signed(g)}",
        minus(beta * m, (beta - 1) * g),
        (Slip("m-not-averaged", hint, minus(beta * m, -g)),) if g else (),
    )


def _square(t: int, beta: float, v: Value, g: float) -> Step:
    hint = Text("v is the average of the squares: use g².", "v 是平方的平均：要用 g²。")
    return Step(
        f"v{t}",
        Text(f"Mean square v{low(t)}", f"二阶矩 v{low(t)}"),
        f"v{low(t)} = β₂v{low(t - 1)} + (1 − β₂)g{low(t)}²",
        f"{number_text(beta)}·{signed(v)} + (1 − {number_text(beta)})·{signed(g)}²",
        beta * v + (1 - beta) * g * g,
        (Slip("v-not-squared", hint, beta * v + (1 - beta) * abs(g)),) if abs(g) not in (0, 1) else (),
    )


def _corrected_mean(t: int, beta: float, m: Value) -> Step:
    start = Text(
        "The average began at 0 and is still too small: divide by 1 − β₁ᵗ.", "平均从 0 开始，初期偏小：应除以 1 − β₁ᵗ。"
    )
    power = Text(f"β₁ has to be raised to the step number: β₁^{t}.", f"β₁ 要取步数次方：β₁^{t}。")
    slips = [Slip("m-not-corrected", start, m)]
    if t > 1:
        slips.append(Slip("m-power-forgotten", power, m / (1 - beta)))
    return Step(
        f"m-hat{t}",
        Text(f"Corrected m̂{low(t)}", f"修正后的 m̂{low(t)}"),
        f"m̂{low(t)} = m{low(t)}/(1 − β₁ᵗ)",
        f"{signed(m)}/(1 − {number_text(beta)}^{t})",
        m / (1 - beta**t),
        tuple(slips),
    )


def _corrected_square(t: int, beta1: float, beta2: float, v: Value) -> Step:
    start = Text("v began at 0 as well: divide it by 1 − β₂ᵗ.", "v 也从 0 开始：要除以 1 − β₂ᵗ。")
    other = Text("v decays with β₂, so its correction takes β₂.", "v 按 β₂ 衰减，修正也用 β₂。")
    return Step(
        f"v-hat{t}",
        Text(f"Corrected v̂{low(t)}", f"修正后的 v̂{low(t)}"),
        f"v̂{low(t)} = v{low(t)}/(1 − β₂ᵗ)",
        f"{signed(v)}/(1 − {number_text(beta2)}^{t})",
        v / (1 - beta2**t),
        (Slip("v-not-corrected", start, v), Slip("v-corrected-with-beta1", other, v / (1 - beta1**t))),
    )


def _update(t: int, w: Value, m_hat: Value, v_hat: Value, g: float, lr: float, eps: float) -> Step:
    slips = []
    if v_hat > 0 and v_hat != 1:
        root = Text("Take the root of v̂ before dividing.", "相除之前 v̂ 要先开方。")
        slips.append(Slip("root-forgotten", root, minus(w, lr * m_hat / (v_hat + eps))))
    if abs(g) != 1:
        plain = Text(
            "η g is the step of plain SGD; Adam divides m̂ by √v̂.", "η g 是普通 SGD 的步子；Adam 用 m̂ 除以 √v̂。"
        )
        slips.append(Slip("plain-sgd", plain, minus(w, lr * g)))
    return Step(
        f"w{t}",
        Text(f"New weight w{low(t)}", f"新权重 w{low(t)}"),
        f"w{low(t)} = w{low(t - 1)} − η m̂{low(t)}/(√v̂{low(t)} + ε)",
        f"{number_text(w)} − {number_text(lr)}·{signed(m_hat)}/(√{signed(v_hat)} + {number_text(eps)})",
        minus(w, lr * m_hat / (sqrt(v_hat) + eps)),
        tuple(slips),
    )


@adam.check(
    "m̂ and v̂ as weighted means: gradient k of t has the weight βᵗ⁻ᵏ",
    "m̂、v̂ 按加权平均计算：第 k 个梯度的权重为 βᵗ⁻ᵏ",
)
def weighted_means(w: float, gradients: Vector, lr: float, beta1: float, beta2: float, eps: float) -> dict[str, Value]:
    """The corrected averages without running ones; m and v follow from them."""
    found: dict[str, Value] = {}
    for t in range(1, len(gradients) + 1):
        for name, beta, power in (("m", beta1, 1), ("v", beta2, 2)):
            weights = [beta ** (t - k) for k in range(1, t + 1)]
            total = sum(weight * g**power for weight, g in zip(weights, gradients, strict=False))
            found |= {f"{name}-hat{t}": total / sum(weights), f"{name}{t}": (1 - beta) * total}
        w -= lr * found[f"m-hat{t}"] / (found[f"v-hat{t}"] ** 0.5 + eps)
        found[f"w{t}"] = w
    return found


@adam.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: one step; 2: two steps with β₂ = 0.99; 3: three steps with a change of sign or a gradient of 0."""
    first, second, third = (pick(rng, (-4.0, -3.0, -2.0, -0.5, 0.5, 2.0, 3.0, 4.0)) for _ in range(3))
    gradients: tuple[float, ...] = (first,)
    if level == 2:
        gradients = first, second
    elif level == 3:
        gradients = pick(rng, ((first, 0.0, second), (first, second, third)))
        if min(gradients) * max(gradients) > 0:
            return None
    inputs = {
        "w": pick(rng, (-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0)),
        "gradients": gradients,
        "lr": pick(rng, (0.1, 0.2, 0.5)),
        "beta2": 0.99 if level == 2 else 0.999,
    }
    truth = work(adam, defaults(adam) | inputs)
    each = range(1, len(gradients) + 1)
    ratios = [truth.step(f"m-hat{t}").value / sqrt(truth.step(f"v-hat{t}").value) for t in each]
    weights = [truth.step(f"w{t}").value for t in each]
    if min(map(abs, weights)) < SMALLEST:
        return None  # 0 but for ε
    return inputs if min(map(abs, ratios)) >= 0.05 else None
