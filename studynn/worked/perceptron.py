"""`studynn compute perceptron`: the decision of a perceptron, and how far a point lies from its boundary."""

from math import dist, hypot, sqrt
from typing import Annotated, Literal

from studynn.core.draw import Rng, pick, shuffled
from studynn.core.inputs import Input, Vector
from studynn.core.picture import Mark, Picture, Plot, Track
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.worked._sketches import SIDES, around, boundary, sides
from studynn.worked._training import signed
from studynn.worked._units import dot, dot_text, refusal, require_length, vector_of, zero_note, zero_slips

MOST = 32


@example(
    title=Text("Perceptron decision and margin", "感知机的判定与间隔"),
    topic="perceptron",
    results=("z", "out", "distance", "intercepts", "margin"),
    notes=(Text("w·x > θ says the same as w·x + b > 0 with b = −θ.", "w·x > θ 与 w·x + b > 0（b = −θ）是一回事。"),),
)
def perceptron(
    w: Annotated[Vector, Input("w", Text("weights", "权重"), longest=MOST)] = (4.0, -3.0),
    x: Annotated[Vector, Input("x", Text("the point", "输入的点"), longest=MOST)] = (3.0, 1.0),
    b: Annotated[float, Input("b", Text("bias", "偏置"), unless="threshold")] = -6.0,
    threshold: Annotated[
        float | None, Input("θ", Text("threshold in place of the bias: b = −θ", "用阈值代替偏置：b = −θ"))
    ] = None,
    label: Annotated[Literal["-1", "1"], Input("y", Text("class of the point", "该点的类别"))] = "-1",
    at_zero: Annotated[
        int, Input("s(0)", Text("output where z is exactly 0", "z 恰为 0 时的输出"), at_least=0, at_most=1)
    ] = 0,
) -> Steps:
    """z = w·x + b, its sign, |z|/‖w‖ and y·z/‖w‖. A point on the boundary has the output `at_zero`.

    Raises InputError where w and x differ in length, or all weights are 0. Source: document 001, the neuron;
    Rosenblatt 1958.
    """
    require_length(perceptron, "x", x, "w", len(w))
    if not any(w):
        raise refusal(perceptron, "w", w, Text("must not be 0 everywhere", "不能全为 0"))
    bias = b if threshold is None else -threshold + 0.0
    y = int(label)
    z = yield _score(w, x, bias, threshold)
    yield _output(z, at_zero)
    norm = yield _norm(w, bias)
    yield _distance(z, norm)
    if len(w) == 2 and all(w):
        yield _intercepts(w, bias)
    yield _margin(y, z, norm)
    return _notes(w, bias, z, at_zero)


def _score(w: Vector, x: Vector, bias: float, threshold: float | None) -> Step:
    slips = []
    if bias:
        add = Text("The bias belongs to the score: add b.", "得分里还有偏置：加上 b。")
        if threshold is not None:
            add = Text("Compare with the threshold: take θ off.", "要与阈值比较：减去 θ。")
        turned = Text("It is + b and − θ; mind the sign.", "偏置是 + b，阈值是 − θ，注意符号。")
        slips = [Slip("no-bias", add, dot(w, x)), Slip("bias-subtracted", turned, dot(w, x, -bias))]
    shown = dot_text(w, x, bias)
    if threshold is not None:
        shown = f"{dot_text(w, x)} − {signed(threshold)}"
    formula = "z = w·x + b" if threshold is None else "z = w·x − θ"
    return Step("z", Text("Signed score", "带符号的得分"), formula, shown, dot(w, x, bias), tuple(slips))


def _output(z: Value, at_zero: int) -> Step:
    fires = int(z > 0 or (z == 0 and at_zero == 1))
    hint = Text("The classes are 1 and 0 here; −1 is the other convention.", "这里的输出是 1 与 0；−1 属于另一种约定。")
    title, above = Text("Class: does it fire?", "判定：是否激活"), "≥" if at_zero else ">"
    slips = () if fires else (Slip("sign-output", hint, -1),)
    return Step(
        "out", title, f"[z {above} 0]", f"[{number_text(z)} {above} 0]", fires, (*slips, *zero_slips(z, at_zero))
    )


def _norm(w: Vector, bias: float) -> Step:
    slips = []
    if sum(map(bool, w)) > 1:
        hint = Text("The length is Euclidean: square, add up, take the root.", "这里用欧氏长度：平方、求和、开方。")
        slips.append(Slip("l1-norm", hint, sum(map(abs, w))))
    if bias:
        hint = Text("Only the weights have a direction; b stays out.", "方向只由权重决定，b 不计入。")
        slips.append(Slip("norm-with-bias", hint, hypot(*w, bias)))
    shown = f"√({' + '.join(f'{signed(weight)}²' for weight in w)})"
    return Step("norm", Text("Length of w", "w 的长度"), "‖w‖ = √Σwᵢ²", shown, hypot(*w), tuple(slips))


def _distance(z: Value, norm: Value) -> Step:
    plain = Text("The score grows with w: divide by the length ‖w‖.", "得分随 w 变大：要除以长度 ‖w‖。")
    square = Text("One ‖w‖ is enough: |z|/‖w‖.", "只除一次 ‖w‖：|z|/‖w‖。")
    slips = (Slip("not-normalised", plain, abs(z)), Slip("norm-squared", square, abs(z) / norm / norm))
    title = Text("Distance from the boundary", "到边界的距离")
    shown = f"|{number_text(z)}|/{signed(norm)}"
    return Step("distance", title, "|z|/‖w‖", shown, abs(z) / norm, slips if z and norm != 1 else ())


def _intercepts(w: Vector, bias: float) -> Step:
    slips = []
    if bias:
        sign = Text("Put the other input to 0: wᵢxᵢ = −b, with the minus.", "令另一输入为 0：wᵢxᵢ = −b，负号不能丢。")
        turned = Text("It is −b over the weight, not the weight over −b.", "是 −b 除以权重，不是权重除以 −b。")
        slips = [
            Slip("intercept-sign", sign, tuple(bias / weight for weight in w)),
            Slip("intercept-inverted", turned, tuple(-weight / bias for weight in w)),
        ]
    return Step(
        "intercepts",
        Text("Where the line cuts the axes", "直线与两轴的交点"),
        "[−b/w₁, −b/w₂]",
        f"[{', '.join(f'{number_text(-bias + 0.0)}/{signed(weight)}' for weight in w)}]",
        tuple(-bias / weight + 0.0 for weight in w),
        tuple(slips),
    )


def _margin(y: int, z: Value, norm: Value) -> Step:
    slips = []
    if y * z < 0:
        hint = Text(
            "On the wrong side the margin is negative: keep the sign of y·z.", "分错时间隔为负：保留 y·z 的符号。"
        )
        slips.append(Slip("unsigned-margin", hint, abs(z) / norm))
    if z and norm != 1:
        hint = Text(
            "This is the functional margin; over ‖w‖ it is the geometric one.", "这是函数间隔；除以 ‖w‖ 才是几何间隔。"
        )
        slips.append(Slip("functional-margin", hint, y * z))
    return Step(
        "margin",
        Text("Geometric margin", "几何间隔"),
        "y·z/‖w‖",
        f"{signed(y)}·{signed(z)}/{signed(norm)}",
        y * z / norm + 0.0,
        tuple(slips),
    )


def _notes(w: Vector, bias: float, z: Value, at_zero: int) -> list[Text]:
    notes = [
        zero_note(at_zero),
        Text("The output is 1 or 0; some texts answer ±1.", "输出为 1 或 0；有的教材输出 ±1。"),
    ]
    if z == 0 and at_zero:
        notes.append(
            Text("The point lies on the boundary: z = 0 fires here.", "该点恰在边界上：这里 z = 0 激活，输出 1。")
        )
    elif z == 0:
        notes.append(
            Text("The point lies on the boundary: z = 0 does not fire.", "该点恰在边界上：z = 0 不激活，输出 0。")
        )
    if len(w) == 2 and not all(w):
        axis, other = ("₁", "₂") if not w[0] else ("₂", "₁")
        cut = number_text(-bias / (w[0] or w[1]) + 0.0)
        notes.append(
            Text(
                f"w{axis} = 0: the line runs along the x{axis} axis and cuts only the other one, at x{other} = {cut}.",
                f"w{axis} = 0：直线平行于 x{axis} 轴，只与另一轴相交于 x{other} = {cut}。",
            )
        )
    return notes


@perceptron.check("drop the perpendicular from x to the boundary and measure it", "从 x 向边界作垂线，量其长度")
def by_perpendicular(
    w: Vector, x: Vector, b: float, threshold: float | None, label: Literal["-1", "1"], at_zero: int
) -> dict[str, Value]:
    """The foot x − (z/w·w) w; where the line cuts an axis, by the values at 0 and 1 on it; z ≥ 0 as the opposite of −z > 0."""
    bias = b if threshold is None else -threshold
    score = sum(p * q for p, q in zip((*w, bias), (*x, 1.0), strict=True))
    square = sum(weight * weight for weight in w)
    foot = [signal - score / square * weight for signal, weight in zip(x, w, strict=True)]
    away = dist(x, foot)
    found: dict[str, Value] = {"z": score, "norm": sqrt(square), "distance": away}
    found["margin"] = away if (score > 0) == (label == "1") else -away
    mirrored = dot([-weight for weight in w], x, -bias)
    found["out"] = 1 - int(mirrored > 0) if at_zero else int(mirrored < 0)
    if len(w) == 2 and all(w):
        found["intercepts"] = tuple(bias / (bias - (bias + weight)) for weight in w)
    return found


FARTHEST = 1e300


@perceptron.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The boundary of two inputs, the point, and the perpendicular that is its distance; nothing for other numbers of inputs."""
    w, x, b, threshold = (worked.inputs[name] for name in ("w", "x", "b", "threshold"))
    z, norm, distance = (worked.step(name).value for name in ("z", "norm", "distance"))
    if len(w) != 2 or not distance < FARTHEST:
        return []
    bias = b if threshold is None else -threshold
    foot = (x[0] - z / norm * (w[0] / norm), x[1] - z / norm * (w[1] / norm))
    cuts = zip(worked.step("intercepts").value, ((1, 0), (0, 1)), strict=True) if worked.has("intercepts") else ()
    reach = 4 * max(map(abs, (*x, *foot)))
    axes = [(cut * right, cut * up) for cut, (right, up) in cuts if abs(cut) <= reach]
    window = around([x, foot, *axes])
    line = Track(Text("boundary w·x + b = 0", "判定边界 w·x + b = 0"), boundary(w, bias, window))
    away = number_text(distance)
    perpendicular = Track(Text(f"distance from the boundary: {away}", f"到边界的距离：{away}"), (x, foot))
    marks = (*sides(w, bias, window), *(Mark("+", cut) for cut in axes), Mark("×", foot), Mark("●", x))
    legend = [
        ("●", Text("the point", "输入的点")),
        ("×", Text("the nearest point of the boundary", "边界上离它最近的点")),
    ]
    legend += [("+", Text("where the boundary cuts the axes", "边界与坐标轴的交点"))] if axes else []
    title = Text("The point and the boundary", "输入的点与判定边界")
    return [Plot(title, (line, perpendicular), marks, (*legend, *SIDES))]


@perceptron.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two whole weights with intercepts in halves; 2: a threshold, or three inputs; 3: w whose length comes out even."""
    label = pick(rng, ("-1", "1"))
    sizes = range(1, 6) if level == 1 else range(1, 5)
    signs = (-1, 1)
    if level == 3:
        lengths = pick(rng, ((3, 4), (6, 8), (5, 12)))
        w = tuple(float(pick(rng, signs) * length) for length in shuffled(rng, lengths))
    else:
        w = tuple(float(pick(rng, signs) * pick(rng, sizes)) for _ in range(pick(rng, (2, 3)) if level == 2 else 2))
    x = vector_of(rng, len(w), (-4, -3, -2, -1, 1, 2, 3, 4))
    bias = float(pick(rng, signs) * rng.randint(1, 12))
    if level == 1 and any(2 * bias % weight for weight in w):
        return None
    z = dot(w, x, bias)
    if not z:
        return None
    if level == 3:
        label = "1" if (z > 0) == (rng.random() < 0.5) else "-1"
    form = {"b": -6.0, "threshold": -bias} if level == 2 and len(w) == 2 else {"b": bias, "threshold": None}
    return {"w": w, "x": x, "label": label} | form
