"""`studynn compute weight-decay`: a step with an L2 penalty, which pulls in proportion, and with L1, a constant pull; or several."""

from typing import Annotated

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, Vector, input_text, inputs_of
from studynn.core.picture import Bars, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import Array
from studynn.nn.differences import central_differences
from studynn.worked._training import low, minus, signed

LONGEST = 12
MOST_STEPS = 20


@example(
    title=Text("One step with an L1 or L2 penalty", "L1/L2 正则化的一步"),
    topic="regularisation",
    results=("penalty-l2", "penalty-l1", "step-l2", "step-l1"),
    notes=(
        Text(
            "The L2 penalty is (λ/2)‖w‖², so its gradient is λw; without the ½ it is 2λw. Biases are not penalised.",
            "L2 惩罚取 (λ/2)‖w‖²，梯度为 λw；不带 ½ 时为 2λw。偏置不参与惩罚。",
        ),
    ),
)
def weight_decay(
    w: Annotated[Vector, Input("w", Text("weights", "权重"), longest=LONGEST)] = (2.0, -0.5),
    grad: Annotated[
        Vector, Input("g", Text("gradient of the data loss", "数据损失的梯度"), longest=LONGEST, unless="steps")
    ] = (0.5, -0.25),
    lr: Annotated[float, Input("η", Text("learning rate", "学习率"), at_least=0)] = 0.1,
    lambda_: Annotated[float, Input("λ", Text("strength of the penalty", "惩罚的强度"), at_least=0)] = 0.5,
    steps: Annotated[
        int | None,
        Input(
            "t",
            Text("that many steps without a data gradient", "不计数据梯度，连走这么多步"),
            at_least=1,
            at_most=MOST_STEPS,
        ),
    ] = None,
) -> Steps:
    """w − η(g + λw) and w − η(g + λ·sign w), where sign 0 = 0. Source: Goodfellow et al. 2016, equations 7.5 and 7.20.

    With `steps` the penalty alone acts t times: w(1 − ηλ)ᵗ, and tηλ towards 0, where a weight stays.
    """
    if steps is None and len(w) != len(grad):
        raise InputError(
            "grad",
            input_text(inputs_of(weight_decay)["grad"], grad),
            Text(
                f"must have {len(w)} numbers to fit --w of length {len(w)}, it has {len(grad)}",
                f"应有 {len(w)} 个数，才合长度为 {len(w)} 的 --w，现有 {len(grad)} 个",
            ),
        )
    weights, gradient, notes = np.asarray(w, dtype=float), np.asarray(grad, dtype=float), []
    yield _penalty_l2(weights, lambda_)
    yield _penalty_l1(weights, lambda_)
    if steps is None:
        pull = yield _pull_l2(weights, gradient, lambda_)
        yield _step_l2(weights, gradient, pull, lr, lambda_)
        pull = yield _pull_l1(weights, gradient, lambda_)
        yield _step(1, weights, gradient, pull, lr)
    else:
        factor = yield _factor(lr, lambda_)
        yield _shrunk(weights, factor, steps)
        way = yield _way(lr, lambda_, steps)
        yield _shifted(weights, way, steps)
        notes.append(ALONE)
    if not weights.all():
        notes.append(
            Text("sign 0 is taken as 0: a weight of 0 is not pulled by L1.", "sign 0 取 0：为 0 的权重不受 L1 的拉力。")
        )
    return notes


ALONE = Text(
    "Only the penalty acts here. L2 takes the same share at every step; L1 takes the same amount, until a weight is 0 and stays "
    "there (a step across 0 ends at 0).",
    "这里只有惩罚项起作用。L2 每步缩小同样的比例；L1 每步减少同样的量，权重到 0 后就停在那里（越过 0 的一步止于 0）。",
)


def _penalty_l2(w: Array, strength: float) -> Step:
    squares = float(np.sum(w**2))
    half = Text("Halve it: with the ½ the gradient is just λw.", "要乘 ½：这样梯度正好是 λw。")
    square = Text("The norm enters squared: no root.", "用的是范数的平方：不开方。")
    return Step(
        "penalty-l2",
        Text("L2 penalty", "L2 惩罚项"),
        "(λ/2) Σ wᵢ²",
        f"{number_text(strength)}/2·Σ({value_text(w)}²)",
        strength / 2 * squares,
        (
            Slip("half-forgotten", half, strength * squares),
            Slip("norm-not-squared", square, strength / 2 * float(np.sqrt(squares))),
        )
        if strength and squares
        else (),
    )


def _penalty_l1(w: Array, strength: float) -> Step:
    sizes = Text("Take the sizes |w|: signs must not cancel.", "要取绝对值 |w|：正负不能相消。")
    mixed = strength and w.min() < 0 < w.max()
    return Step(
        "penalty-l1",
        Text("L1 penalty", "L1 惩罚项"),
        "λ Σ |wᵢ|",
        f"{number_text(strength)}·Σ|{value_text(w)}|",
        strength * float(np.abs(w).sum()),
        (Slip("signed-sum", sizes, strength * float(w.sum())),) if mixed else (),
    )


def _pull_l2(w: Array, g: Array, strength: float) -> Step:
    double = Text("(λ/2)w² has the derivative λw: the 2 cancels the ½.", "(λ/2)w² 的导数是 λw：2 与 ½ 相消。")
    reversed_ = Text(
        "λw is added to the gradient, so that the step goes towards 0.", "λw 要加到梯度上，这样更新才朝向 0。"
    )
    return Step(
        "pull-l2",
        Text("Gradient with L2", "含 L2 的梯度"),
        "g + λw",
        f"{value_text(g)} + {number_text(strength)}·{value_text(w)}",
        minus(g, -strength * w),
        (
            Slip("two-lambda", double, minus(g, -2 * strength * w)),
            Slip("pull-reversed", reversed_, minus(g, strength * w)),
        )
        if strength and w.any()
        else (),
    )


def _step_l2(w: Array, g: Array, pull: Array, lr: float, strength: float) -> Step:
    step = _step(2, w, g, pull, lr)
    slope = Text("The step takes the penalty's derivative λw, not its value.", "更新用惩罚项的导数 λw，不是它的值。")
    slips = (Slip("penalty-value-subtracted", slope, minus(w, lr * (g + strength / 2 * w**2))),)
    return step._replace(slips=slips + step.slips) if lr and strength and w.any() else step


def _step(kind: int, w: Array, g: Array, pull: Array, lr: float) -> Step:
    hint = Text("The penalty belongs to the gradient: leave no part of it out.", "梯度要包括惩罚项，不能漏掉。")
    return Step(
        f"step-l{kind}",
        Text(f"Weights after L{kind}", f"L{kind} 更新后的权重"),
        "w − η(g + λw)" if kind == 2 else "w − η(g + λ·sign w)",
        f"{value_text(w)} − {number_text(lr)}·{value_text(pull)}",
        minus(w, lr * pull),
        (Slip("no-decay", hint, minus(w, lr * g)),) if lr and (pull != g).any() else (),
    )


def _pull_l1(w: Array, g: Array, strength: float) -> Step:
    hint = Text("The pull is towards 0 from both sides: λ·sign w.", "两侧的拉力都指向 0：用 λ·sign w。")
    return Step(
        "pull-l1",
        Text("Gradient with L1", "含 L1 的梯度"),
        "g + λ·sign w",
        f"{value_text(g)} + {number_text(strength)}·sign{value_text(w)}",
        minus(g, -strength * np.sign(w)),
        (Slip("no-sign", hint, minus(g, -strength)),) if strength and w.min() < 0 else (),
    )


def _factor(lr: float, strength: float) -> Step:
    double = Text("(λ/2)w² has the derivative λw: the 2 cancels the ½.", "(λ/2)w² 的导数是 λw：2 与 ½ 相消。")
    reversed_ = Text("The step goes towards 0: 1 − ηλ.", "更新朝向 0：应为 1 − ηλ。")
    share = lr * strength
    return Step(
        "factor",
        Text("Factor of a step with L2", "L2 每步的缩小倍数"),
        "1 − ηλ",
        f"1 − {number_text(lr)}·{number_text(strength)}",
        minus(1.0, share),
        (Slip("two-lambda", double, minus(1.0, 2 * share)), Slip("pull-reversed", reversed_, 1 + share))
        if share
        else (),
    )


def _shrunk(w: Array, factor: Value, steps: int) -> Step:
    slips = []
    if steps > 1 and factor != 1 and w.any():
        again = Text("The factor works at each of the steps: take its power.", "每一步都要乘这个倍数：取幂。")
        left = Text(
            "Each step takes its share of what is left: a power, not a multiple.",
            "每步按剩下的量缩小：是幂，不是倍数。",
        )
        slips = [
            Slip("one-step-only", again, factor * w),
            Slip("linear-decay", left, minus(1.0, steps * (1 - factor)) * w + 0.0),
        ]
    return Step(
        "step-l2",
        Text(f"Weights after {_counted(steps)} with L2", f"L2 更新 {steps} 步后的权重"),
        "w(1 − ηλ)ᵗ",
        f"{value_text(w)}·{signed(factor)}^{steps}",
        factor**steps * w + 0.0,
        tuple(slips),
    )


def _way(lr: float, strength: float, steps: int) -> Step:
    hint = Text("Every step goes that far: multiply by t.", "每一步都走这么远：要乘以 t。")
    return Step(
        "way",
        Text("Way towards 0 with L1", "L1 朝 0 走过的距离"),
        "t·η·λ",
        f"{steps}·{number_text(lr)}·{number_text(strength)}",
        steps * lr * strength,
        (Slip("one-step-only", hint, lr * strength),) if steps > 1 and lr * strength else (),
    )


def _shifted(w: Array, way: Value, steps: int) -> Step:
    rest = np.asarray(minus(np.abs(w), way))
    both = Text("The pull is towards 0 from both sides: λ·sign w.", "两侧的拉力都指向 0：用 λ·sign w。")
    stays = Text("A weight that has reached 0 stays there.", "权重到 0 之后就停在那里。")
    slips = [Slip("no-sign", both, minus(w, way))] if way and w.min() < 0 else []
    if (rest[w != 0] < 0).any():
        slips.append(Slip("past-zero", stays, np.sign(w) * rest + 0.0))
    return Step(
        "step-l1",
        Text(f"Weights after {_counted(steps)} with L1", f"L1 更新 {steps} 步后的权重"),
        "sign w ⊙ max(|w| − tηλ, 0)",
        f"sign{value_text(w)} ⊙ max(|{value_text(w)}| − {number_text(way)}, 0)",
        np.sign(w) * np.maximum(rest, 0.0) + 0.0,
        tuple(slips),
    )


def _counted(steps: int) -> str:
    return "1 step" if steps == 1 else f"{steps} steps"


@weight_decay.check(
    "move each weight a little and watch loss and penalty (central differences); several steps one by one",
    "逐个微调权重，看损失与惩罚项的变化（中心差分）；多步时一步一步地走",
)
def by_differences(w: Vector, grad: Vector, lr: float, lambda_: float, steps: int | None) -> dict[str, Value]:
    """Both penalties as functions of w beside a linear loss g·w; a weight of 0 lies at the kink of |w|, with slope 0."""
    weights, begin = np.array(w, dtype=float), np.array(w, dtype=float)
    gradient = np.array(grad, dtype=float) if steps is None else np.zeros(len(w))
    distance = min((abs(weight) for weight in w if weight), default=1.0) / 4

    def l2() -> float:
        return lambda_ / 2 * float(weights @ weights)

    def l1() -> float:
        return lambda_ * float(np.abs(weights).sum())

    found: dict[str, Value] = {"penalty-l2": l2(), "penalty-l1": l1()}
    if steps is not None:
        large, small = begin.copy(), begin.copy()
        for _ in range(steps):
            large = large - lr * lambda_ * large
            small = small - np.clip(small, -lr * lambda_, lr * lambda_)
        return found | {"step-l2": large, "step-l1": small}
    for name, penalty in (("l2", l2), ("l1", l1)):
        found[f"pull-{name}"] = gradient + central_differences(penalty, weights, distance)
        found[f"step-{name}"] = begin - lr * found[f"pull-{name}"]
    return found


@weight_decay.pictures
def pictures(worked: Worked) -> list[Picture]:
    """Each weight before the step, after it with L2 and with L1."""
    groups = zip(worked.inputs["w"], worked.step("step-l2").value, worked.step("step-l1").value, strict=True)
    labels = tuple(name for i in range(1, len(worked.inputs["w"]) + 1) for name in (f"w{low(i)}", "L2", "L1"))
    title = Text("Each weight, and after a step with L2 and L1", "各权重，及 L2、L1 更新之后")
    if steps := worked.inputs["steps"]:
        title = Text(
            f"Each weight, and after {_counted(steps)} with L2 and L1", f"各权重，及 L2、L1 更新 {steps} 步之后"
        )
    return [Bars(title, labels, tuple(float(weight) for group in groups for weight in group))]


@weight_decay.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: one weight; 2: two weights of both signs; 3: three weights, or two that only the penalty moves, step after step."""
    choices = (-3.0, -2.5, -2.0, -1.5, -0.5, 0.5, 1.5, 2.0, 2.5, 3.0)
    slopes = (-1.5, -1.0, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1.0, 1.5)
    decay_only = level == 3 and rng.random() < 0.4
    count = level if not decay_only else 2
    w = tuple(pick(rng, choices) for _ in range(count))
    if len({abs(weight) for weight in w}) < count or (level > 1 and min(w) * max(w) > 0):
        return None
    grad = tuple(0.0 if decay_only else pick(rng, slopes) for _ in range(count))
    lr, strength = pick(rng, (0.2, 0.5) if decay_only else (0.1, 0.2, 0.5)), pick(rng, (0.2, 0.4, 0.5, 0.8))
    steps = rng.randint(2, 4) if decay_only else None
    return {"w": w, "grad": grad, "lr": lr, "lambda_": strength, "steps": steps}
