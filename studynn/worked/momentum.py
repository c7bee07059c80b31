"""`studynn compute momentum`: SGD with momentum on given gradients or on a parabola, in the ordinary form or Nesterov's."""

from typing import Annotated, Any, Literal, NamedTuple

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, Vector, defaults, input_text, inputs_of
from studynn.core.near import near
from studynn.core.picture import Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example, work
from studynn.core.text import Text, number_text
from studynn.nn.activations import Array
from studynn.worked._sketches import two_paths
from studynn.worked._training import low, minus, require_below_one, signed
from studynn.worked._units import refusal

LONGEST = 50
MOST_STEPS = 10
USUAL_STEPS = 3
VectorOrMatrix = Annotated[Any, (1, 2)]
Rate = Literal["outside", "inside"]


class _Rule(NamedTuple):
    """How velocity and weight go on: `inner` is what g is multiplied by in v, `outer` what v is in the weight."""

    mu: float
    lr: float
    inside: bool
    ahead: bool

    @property
    def inner(self) -> float:
        return self.lr if self.inside else 1.0

    @property
    def outer(self) -> float:
        return 1.0 if self.inside else self.lr


@example(
    title=Text("SGD with momentum", "带动量的 SGD"),
    topic="training",
    results=("v{t}", "w{t}", "sgd-end"),
)
def momentum(
    w: Annotated[Vector, Input("w₀", Text("weights before the first step", "初始权重"), longest=8)] = (1.0,),
    gradients: Annotated[
        VectorOrMatrix,
        Input(
            "g",
            Text("gradients, one a step (for several weights one row a step)", "各步的梯度（多个权重时每步一行）"),
            longest=LONGEST,
            unless="curvature",
        ),
    ] = (4.0, 2.0, -3.0),
    lr: Annotated[float, Input("η", Text("learning rate", "学习率"), at_least=0)] = 0.1,
    mu: Annotated[
        float, Input("μ", Text("share of the old velocity that is kept", "保留旧速度的比例"), at_least=0, at_most=1)
    ] = 0.5,
    nesterov: Annotated[
        bool, Input("nesterov", Text("look ahead: step along g + μv", "Nesterov 形式：沿 g + μv 走"))
    ] = False,
    rate: Annotated[
        Rate,
        Input(
            "rate",
            Text("η outside v (v = μv + g) or inside (v = μv + ηg)", "η 在 v 之外（v = μv + g）或之内（v = μv + ηg）"),
        ),
    ] = "outside",
    curvature: Annotated[
        float | None, Input("a", Text("descend on f(w) = a·w², so that g = 2aw", "在 f(w) = a·w² 上下降，即 g = 2aw"))
    ] = None,
    steps: Annotated[
        int | None,
        Input(
            "T",
            Text(f"steps on a·w² ({USUAL_STEPS} if not given)", f"在 a·w² 上走的步数（不给出时为 {USUAL_STEPS}）"),
            at_least=1,
            at_most=MOST_STEPS,
        ),
    ] = None,
) -> Steps:
    """vₜ = μvₜ₋₁ + gₜ and wₜ = wₜ₋₁ − ηvₜ from v₀ = 0: numbers for one weight, arrays of n for several.

    With η inside, vₜ = μvₜ₋₁ + ηgₜ and wₜ = wₜ₋₁ − vₜ. Source: Polyak 1964; Sutskever et al. 2013, equations 3 and 4.
    """
    require_below_one("mu", mu)
    if steps is not None and curvature is None:
        raise refusal(momentum, "steps", steps, Text("goes only with --curvature", "只能与 --curvature 一起使用"))
    single, rule = len(w) == 1, _Rule(mu, lr, rate == "inside", nesterov)
    weight: Value = w[0] if single else np.asarray(w, dtype=float)
    begin, velocity = weight, 0.0 if single else np.zeros(len(w))
    rows = _rows(w, gradients) if curvature is None else np.empty((steps or USUAL_STEPS, 1))
    slopes: list[Value] = []
    for t, row in enumerate(rows, 1):
        g: Value = float(row[0]) if single else row
        if curvature is not None:
            g = yield _slope(t, curvature, weight, begin)
        velocity = yield _velocity(t, velocity, g, rule)
        weight = yield _weight(t, weight, velocity, g, rule)
        slopes.append(g)
    yield _end(begin, slopes, rule, curvature)
    return _notes(rule, curvature)


def _rows(w: Vector, gradients: Any) -> Array:
    """The gradients as T×n; InputError unless there is one for each weight."""
    given = np.asarray(gradients, dtype=float)
    rows = given if given.ndim == 2 else given[:, None] if len(w) == 1 else given[None]
    if rows.shape[1] != len(w):
        raise InputError(
            "gradients",
            input_text(inputs_of(momentum)["gradients"], gradients),
            Text(
                f"must have rows of {len(w)} to fit --w of length {len(w)}, these are {len(rows)}×{rows.shape[1]}",
                f"每行应有 {len(w)} 个数，才合长度为 {len(w)} 的 --w，现为 {len(rows)}×{rows.shape[1]}",
            ),
        )
    return rows


def _slope(t: int, a: float, w: Value, begin: Value) -> Step:
    """The gradient of a·w² at the weight reached."""
    slips = []
    if a and np.any(w):
        two = Text(
            "a·w² has the slope 2aw: the 2 of the square comes in front.", "a·w² 的导数是 2aw：平方的 2 要乘到前面。"
        )
        height = Text(
            "That is the height a·w²; the gradient is its slope 2aw.", "这是函数值 a·w²；梯度是它的导数 2aw。"
        )
        slips = [Slip("two-dropped", two, a * w), Slip("height-for-slope", height, a * w * w)]
    if a and t > 1:
        hint = Text("Take the gradient anew at the weight just reached.", "要在刚到达的权重处重新求梯度。")
        slips.append(Slip("gradient-kept", hint, 2 * a * begin))
    return Step(
        f"g{t}",
        Text(f"Gradient g{low(t)}", f"梯度 g{low(t)}"),
        f"g{low(t)} = 2a·w{low(t - 1)}",
        f"2·{signed(a)}·{signed(w)}",
        2 * a * w,
        tuple(slips),
    )


def _velocity(t: int, old: Value, g: Value, rule: _Rule) -> Step:
    mu, push, slips = rule.mu, rule.inner * g, []
    if np.any(mu * old):
        hint = Text("The old velocity goes on: add μ times it.", "旧速度仍有作用：加上 μ 倍的旧速度。")
        slips.append(Slip("no-memory", hint, push))
    if mu:
        hint = Text(
            "g enters whole; weighted by 1 − μ it would be an average, as m in Adam.",
            "g 要整个加上；乘以 1 − μ 的是滑动平均（如 Adam 的 m）。",
        )
        slips.append(Slip("averaged", hint, minus(mu * old, (mu - 1) * push)))
    hint = Text(
        "v collects the gradients with a plus; the minus comes with the weight.",
        "v 累加梯度，用加号；减号在更新权重时才出现。",
    )
    slips.append(Slip("velocity-subtracted", hint, minus(mu * old, push)))
    if rule.inside and rule.lr != 1 and np.any(g):
        hint = Text("Here η stands inside v: add ηg.", "这里 η 写在 v 之内：加的是 ηg。")
        slips.append(Slip("rate-forgotten", hint, minus(mu * old, -g)))
    return Step(
        f"v{t}",
        Text(f"Velocity v{low(t)}", f"速度 v{low(t)}"),
        f"v{low(t)} = μ v{low(t - 1)} + " + ("η " if rule.inside else "") + f"g{low(t)}",
        f"{number_text(mu)}·{signed(old)} + " + (f"{number_text(rule.lr)}·" if rule.inside else "") + signed(g),
        minus(mu * old, -push),
        tuple(slips),
    )


def _weight(t: int, old: Value, v: Value, g: Value, rule: _Rule) -> Step:
    push, scale = rule.inner * g, rule.outer
    move = push + rule.mu * v if rule.ahead else v
    down = Text("The way down is against v: subtract.", "下降要逆着 v 走：用减号。")
    slips = [Slip("ascent", down, minus(old, -scale * move))]
    if np.any(move != push):
        hint = Text("Step along the velocity, not along this gradient alone.", "要沿速度走，而不只是沿这一步的梯度。")
        slips.append(Slip("gradient-for-velocity", hint, minus(old, scale * push)))
    if rule.ahead and rule.mu:
        hint = Text("Nesterov looks one step ahead: use g + μv.", "Nesterov 要向前多看一步：用 g + μv。")
        if rule.inside:
            hint = Text("Nesterov looks one step ahead: use ηg + μv.", "Nesterov 要向前多看一步：用 ηg + μv。")
        slips.append(Slip("look-ahead-forgotten", hint, minus(old, scale * v)))
    if rule.inside and rule.lr != 1 and np.any(move):
        hint = Text("η is in v already: take v off as it is.", "v 里已含 η：直接减去 v。")
        slips.append(Slip("rate-twice", hint, minus(old, rule.lr * move)))
    n, eta, rate = low(t), "η", f"{number_text(rule.lr)}·"
    inner, outer = (eta, "") if rule.inside else ("", eta + " ")
    along, along_shown = f"v{n}", signed(v)
    if rule.ahead:
        along = f"({inner}g{n} + μv{n})"
        along_shown = f"({rate if rule.inside else ''}{signed(g)} + {number_text(rule.mu)}·{signed(v)})"
    return Step(
        f"w{t}",
        Text(f"New weight w{n}", f"新权重 w{n}"),
        f"w{n} = w{low(t - 1)} − {outer}{along}",
        f"{signed(old)} − {'' if rule.inside else rate}{along_shown}",
        minus(old, scale * move),
        tuple(slips),
    )


def _end(begin: Value, slopes: list[Value], rule: _Rule, curvature: float | None) -> Step:
    title, eta = Text("Weight without momentum", "不用动量时的权重"), number_text(rule.lr)
    same_slopes = minus(begin, rule.lr * sum(slopes[1:], slopes[0]))
    if curvature is None:
        shown = f"{signed(begin)} − {eta}·({' + '.join(map(signed, slopes))})"
        return Step("sgd-end", title, "w₀ − η Σ g", shown, same_slopes)
    value = begin * minus(1.0, 2 * curvature * rule.lr) ** len(slopes)
    hint = Text(
        "Without momentum the weights are others, and so are their gradients.", "不用动量时权重不同，梯度也随之不同。"
    )
    shown = f"{signed(begin)}·(1 − 2·{signed(curvature)}·{eta})^{len(slopes)}"
    slips = (Slip("same-gradients", hint, same_slopes),) if not near(same_slopes, value) else ()
    return Step("sgd-end", title, "w₀(1 − 2aη)ᵀ", shown, value, slips)


def _notes(rule: _Rule, curvature: float | None) -> list[Text]:
    notes = [
        Text(
            "Here η stands outside v, as in PyTorch. CS231n and Keras put it inside (--rate inside; they write v = μv − ηg, w + v): "
            "with a constant η the weights are the same.",
            "这里 η 写在 v 之外，与 PyTorch 相同。CS231n 与 Keras 写在 v 之内（--rate inside；其写法为 v = μv − ηg，再加 v）："
            "η 不变时权重相同。",
        )
    ]
    if rule.inside:
        notes = [
            Text(
                "Here η stands inside v, as in CS231n and Keras, which turn the sign of v (v = μv − ηg, w + v). PyTorch has it "
                "outside (--rate outside): with a constant η the weights are the same.",
                "这里 η 写在 v 之内，与 CS231n、Keras 相同，只是它们的 v 反号（v = μv − ηg，再加 v）。PyTorch 写在 v 之外"
                "（--rate outside）：η 不变时权重相同。",
            )
        ]
    if rule.ahead and curvature is not None:
        notes.append(
            Text(
                "As in PyTorch the gradient is taken at w itself, which already is the point ahead.",
                "与 PyTorch 相同，梯度在 w 处求：这里的 w 已是向前看的那一点。",
            )
        )
    return notes


@momentum.check(
    "each gradient traced alone: after k further steps μᵏ of it is left in v; on a·w² the map of (w, v) to the power t",
    "逐个追踪梯度：再过 k 步，v 中还留有它的 μᵏ 倍；在 a·w² 上取 (w, v) 的线性映射的 t 次幂",
)
def unrolled(
    w: Vector,
    gradients: Any,
    lr: float,
    mu: float,
    nesterov: bool,
    rate: Rate,
    curvature: float | None,
    steps: int | None,
) -> dict[str, Value]:
    """v as a sum over all gradients; in the weight each gradient counts with a geometric sum."""
    begin, share = np.asarray(w, dtype=float), lr if rate == "inside" else 1.0
    rows = _rows(w, gradients) if curvature is None else _along_parabola(begin, lr, mu, nesterov, curvature, steps)
    plain = begin - lr * rows.sum(axis=0)
    if curvature is not None:
        plain = begin.copy()
        for _ in rows:
            plain = plain - lr * 2 * curvature * plain
    found: dict[str, Value] = {"sgd-end": plain}
    for t in range(1, len(rows) + 1):
        left = np.arange(t)[::-1]  # how many steps ago each gradient came
        found[f"v{t}"] = share * mu**left @ rows[:t]
        pushed = (1 - mu ** (left + 1 + nesterov)) / (1 - mu)
        found[f"w{t}"] = begin - lr * pushed @ rows[:t]
    return {name: float(value[0]) for name, value in found.items()} if len(w) == 1 else found


def _along_parabola(begin: Array, lr: float, mu: float, nesterov: bool, curvature: float, steps: int | None) -> Array:
    """The gradients met on a·w²: (w, v) goes through the same linear map at every step."""
    velocity = np.array([2 * curvature, mu])
    move = np.array([2 * curvature, 0.0]) + mu * velocity if nesterov else velocity
    both = np.array([np.array([1.0, 0.0]) - lr * move, velocity])
    shares = [np.linalg.matrix_power(both, t)[0, 0] for t in range(steps or USUAL_STEPS)]
    return 2 * curvature * np.outer(shares, begin)


@momentum.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The path with momentum beside that of SGD: one weight by steps, two weights in their plane, nothing for more."""
    w, lr = worked.inputs["w"], worked.inputs["lr"]
    if len(w) > 2:
        return []
    begin, curvature = np.asarray(w, dtype=float), worked.inputs["curvature"]
    count = sum(step.name.startswith("w") for step in worked.steps)
    ahead = [begin, *(np.atleast_1d(worked.step(f"w{t}").value) for t in range(1, count + 1))]
    if curvature is None:
        rows = _rows(w, worked.inputs["gradients"])
        plain = [begin - lr * rows[:t].sum(axis=0) for t in range(count)]
    else:
        plain = [begin * (1 - 2 * curvature * lr) ** t for t in range(count)]
    plain.append(np.atleast_1d(worked.step("sgd-end").value))
    return [two_paths(ahead, plain)]


@momentum.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two steps with μ = 0.5; 2: three steps with μ = 0.9 and a change of sign; 3: Nesterov, two weights, or down a·w²;
    now and then with η inside v.
    """
    slopes = [float(pick(rng, (-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6))) for _ in range(6)]
    steps = 2 if level == 1 else 3
    gradients: Any = tuple(slopes[:steps])
    if level > 1 and min(gradients) * max(gradients) > 0:
        return None
    halves = (-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0)
    inputs: Inputs = {"w": (pick(rng, halves),), "lr": 0.1, "mu": 0.9 if level == 2 else 0.5, "nesterov": False}
    form = rng.random()
    if level == 3 and form < 0.35:
        inputs |= {"nesterov": True, "mu": pick(rng, (0.5, 0.8, 0.9))}
    elif level == 3 and form < 0.7:
        inputs |= {"w": (float(pick(rng, (-5, -4, -3, 3, 4, 5))),), "mu": pick(rng, (0.5, 0.8, 0.9))}
        inputs |= {"curvature": pick(rng, (0.5, 1.0, 1.5, 2.0, 3.0)), "steps": rng.randint(2, 3)}
        inputs["nesterov"] = rng.random() < 0.3
    elif level == 3:
        inputs |= {"w": (pick(rng, halves), pick(rng, halves)), "mu": pick(rng, (0.5, 0.8))}
        gradients = tuple(zip(slopes[:3], slopes[3:], strict=True))
    inputs |= {"gradients": gradients, "rate": "inside" if level == 3 and rng.random() < 0.35 else "outside"}
    truth = work(momentum, defaults(momentum) | inputs)
    velocities = [step.value for step in truth.steps if step.name.startswith("v")]
    least = 0.1 * (inputs["lr"] if inputs["rate"] == "inside" else 1)
    return inputs if all(np.min(np.abs(v)) >= least for v in velocities) else None
