"""`studynn compute rmsprop`: RMSProp on given gradients, each divided by the root of a running mean square."""

from math import sqrt
from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Vector
from studynn.core.near import near
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, example
from studynn.core.text import Text, number_text
from studynn.worked._training import low, minus, require_below_one, require_positive, signed

FAINT = 0.01


@example(
    title=Text("RMSProp step by step", "RMSProp 优化器逐步计算"),
    topic="training",
    results=("s{t}", "w{t}"),
    notes=(
        Text(
            "ρ is 0.9 in Hinton's lecture and in Keras, 0.99 in PyTorch (there alpha); 0.75 here keeps the numbers small.",
            "ρ 在 Hinton 的讲义与 Keras 中取 0.9，PyTorch 取 0.99（名为 alpha）；这里取 0.75 便于手算。",
        ),
        Text(
            "AdaGrad adds up all squares instead, so its steps only shrink. Adam also averages the gradient and corrects both for their start at 0.",
            "AdaGrad 则累加所有平方，步子只会变小；Adam 还对梯度求平均，并修正两者从 0 开始的偏差。",
        ),
    ),
)
def rmsprop(
    w: Annotated[float, Input("w₀", Text("weight before the first step", "初始权重"))] = 1.0,
    gradients: Annotated[Vector, Input("g", Text("gradients, one a step", "各步的梯度"), longest=50)] = (8.0, -1.0),
    lr: Annotated[float, Input("η", Text("learning rate", "学习率"), at_least=0)] = 0.07,
    decay: Annotated[
        float, Input("ρ", Text("share of the old mean square that is kept", "保留旧均方的比例"), at_least=0, at_most=1)
    ] = 0.75,
    eps: Annotated[float, Input("ε", Text("keeps the divisor above 0", "防止除以 0 的小量"))] = 1e-8,
    eps_inside: Annotated[
        bool, Input("ε inside", Text("ε under the root: √(s + ε)", "ε 放在根号内：√(s + ε)"))
    ] = False,
) -> Steps:
    """sₜ = ρsₜ₋₁ + (1 − ρ)gₜ² and wₜ = wₜ₋₁ − η gₜ/(√sₜ + ε) for one weight, from s₀ = 0.

    Source: Tieleman & Hinton 2012, lecture 6.5; Goodfellow, Bengio & Courville 2016, algorithm 8.5 (ε inside).
    """
    require_below_one("decay", decay)
    require_positive("eps", eps)
    s: Value = 0.0
    for t, g in enumerate(gradients, 1):
        s = yield _square(t, decay, s, g)
        w = yield _update(t, w, s, g, lr, eps, eps_inside)
    if eps_inside:
        return [Text("PyTorch and Hinton's lecture add ε after the root.", "PyTorch 在开方之后才加 ε。")]
    return [Text("TensorFlow adds ε under the root (--eps-inside).", "TensorFlow 把 ε 加在根号内（--eps-inside）。")]


def _square(t: int, decay: float, s: Value, g: float) -> Step:
    slips = []
    if abs(g) not in (0, 1):
        hint = Text("s is a mean of squares: use g².", "s 是平方的平均：要用 g²。")
        slips.append(Slip("not-squared", hint, decay * s + (1 - decay) * abs(g)))
    if decay and g:
        hint = Text("It is an average: the new square counts 1 − ρ.", "这是加权平均：新平方的权重为 1 − ρ。")
        slips.append(Slip("not-averaged", hint, decay * s + g * g))
        if s and decay != 0.5:
            hint = Text("ρ belongs to the old value, 1 − ρ to the new square.", "ρ 乘旧值，1 − ρ 乘新的平方。")
            slips.append(Slip("weights-exchanged", hint, (1 - decay) * s + decay * g * g))
        if s:
            hint = Text(
                "Adding all squares up is AdaGrad; here the old ones fade.", "累加所有平方是 AdaGrad；这里旧的会衰减。"
            )
            slips.append(Slip("adagrad", hint, s + g * g))
    return Step(
        f"s{t}",
        Text(f"Mean square s{low(t)}", f"均方 s{low(t)}"),
        f"s{low(t)} = ρs{low(t - 1)} + (1 − ρ)g{low(t)}²",
        f"{number_text(decay)}·{signed(s)} + (1 − {number_text(decay)})·{signed(g)}²",
        decay * s + (1 - decay) * g * g,
        tuple(slips),
    )


def _update(t: int, w: Value, s: Value, g: float, lr: float, eps: float, inside: bool) -> Step:
    after, under = (minus(w, lr * g / root) for root in (sqrt(s) + eps, sqrt(s + eps)))
    value = under if inside else after
    slips = []
    if g:
        hint = Text("Against the gradient: subtract.", "逆着梯度走：用减号。")
        slips.append(Slip("ascent", hint, minus(w, minus(value, w))))
    if g and s not in (0, 1):
        hint = Text("Take the root of s before dividing.", "相除之前 s 要先开方。")
        slips.append(Slip("root-forgotten", hint, minus(w, lr * g / (s + eps))))
    if g and abs(sqrt(s) - 1) > FAINT:
        hint = Text("η g is the step of plain SGD; divide by √s.", "η g 是普通 SGD 的步子；还要除以 √s。")
        slips.append(Slip("plain-sgd", hint, minus(w, lr * g)))
    if not near(after, under):
        hint = (
            Text("Here ε stands under the root.", "这里 ε 在根号之内。")
            if inside
            else Text("First the root of s, then ε is added.", "先对 s 开方，再加 ε。")
        )
        slips.append(Slip("eps-misplaced", hint, after if inside else under))
    root = f"√({signed(s)} + {number_text(eps)})" if inside else f"(√{signed(s)} + {number_text(eps)})"
    return Step(
        f"w{t}",
        Text(f"New weight w{low(t)}", f"新权重 w{low(t)}"),
        f"w{low(t)} = w{low(t - 1)} − η g{low(t)}/" + (f"√(s{low(t)} + ε)" if inside else f"(√s{low(t)} + ε)"),
        f"{number_text(w)} − {number_text(lr)}·{signed(g)}/{root}",
        value,
        tuple(slips),
    )


@rmsprop.check(
    "each mean square as one sum: gradient k of t has the weight (1 − ρ)ρᵗ⁻ᵏ",
    "均方直接求和：第 k 个梯度的权重为 (1 − ρ)ρᵗ⁻ᵏ",
)
def unrolled(w: float, gradients: Vector, lr: float, decay: float, eps: float, eps_inside: bool) -> dict[str, Value]:
    """Without running values: the weight is the start less all moves."""
    found: dict[str, Value] = {}
    moves = 0.0
    for t, g in enumerate(gradients, 1):
        s = sum((1 - decay) * decay ** (t - k) * past**2 for k, past in enumerate(gradients[:t], 1))
        moves += g / (sqrt(s + eps) if eps_inside else sqrt(s) + eps)
        found |= {f"s{t}": s, f"w{t}": w - lr * moves}
    return found


@rmsprop.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: the roots come out whole or half; 2: ρ = 0.9 or 0.8; 3: three gradients with a change of sign, or an ε that shows."""
    inputs: Inputs = {"w": float(pick(rng, (-3, -2, -1, 1, 2, 3))), "lr": 0.1, "eps": 1e-8, "eps_inside": False}
    slopes = tuple(float(pick(rng, (-8, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 8))) for _ in range(3))
    if level == 1:
        inputs |= {"gradients": slopes[:2], "decay": 0.75, "lr": pick(rng, (0.1, 0.2, 0.4))}
        squares = [slopes[0] ** 2 / 4, (3 * slopes[0] ** 2 / 4 + slopes[1] ** 2) / 4]
        if any((2 * sqrt(square)) % 1 for square in squares):
            inputs["gradients"] = slopes[:1]
        return inputs
    inputs |= {"gradients": slopes[:2], "decay": pick(rng, (0.9, 0.8, 0.6)), "lr": pick(rng, (0.1, 0.2, 0.5))}
    if level == 3 and rng.random() < 0.5:
        return inputs | {"eps": pick(rng, (0.5, 1.0)), "eps_inside": rng.random() < 0.5}
    if level == 3:
        inputs["gradients"] = slopes
    return inputs if min(inputs["gradients"]) < 0 < max(inputs["gradients"]) or level == 2 else None
