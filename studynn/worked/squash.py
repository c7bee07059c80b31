"""`studynn compute squash`: a capsule's vector keeps its direction, and its length becomes a probability."""

from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick, shuffled
from studynn.core.inputs import Input, Vector
from studynn.core.picture import Curve, Picture, sampled
from studynn.core.steps import Inputs, Inverse, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import Array
from studynn.worked._losses import follow
from studynn.worked._training import signed

MOST_COMPONENTS = 16


@example(
    title=Text("Capsule squash", "胶囊压缩函数"),
    topic="capsule",
    results=("norm", "factor", "v", "length"),
    inverse=(
        Inverse(
            "s",
            "length",
            Text(
                "Which vector s, in any direction, is squashed to length {result}?",
                "哪个向量 s（方向任意）压缩后的长度为 {result}？",
            ),
            whole=True,
        ),
    ),
    notes=(
        Text(
            "Code often adds a small ε under the root; the paper's formula has none.",
            "代码常在根号下加一个很小的 ε；论文的公式没有。",
        ),
    ),
)
def squash(
    s: Annotated[Vector, Input("s", Text("input of the capsule", "胶囊的输入向量"), longest=MOST_COMPONENTS)] = (
        2.0,
        1.0,
        2.0,
    ),
) -> Steps:
    """v = ‖s‖²/(1 + ‖s‖²) · s/‖s‖; for s = 0, v = 0. Source: Sabour, Frosst & Hinton 2017, equation 1; document 002."""
    vector = np.asarray(s, dtype=float)
    norm = float(follow((yield _norm(vector))))
    factor = float(follow((yield _factor(norm))))
    v = follow((yield _output(vector, norm, factor)))
    title = Text("Length: probability that it is there", "长度：实体存在的概率")
    yield Step("length", title, "‖v‖", f"‖{value_text(v)}‖", float(np.linalg.norm(v)))
    if norm == 0:
        return [Text("s = 0 has no direction; v = 0 is its limit.", "s = 0 没有方向；取极限 v = 0。")]
    return []


def _norm(s: Array) -> Step:
    squares = " + ".join(f"{signed(float(entry))}²" for entry in s)
    slips = []
    if np.any(s):
        hint = Text("The root is still to be taken.", "还没有开方。")
        slips.append(Slip("squared-norm", hint, float(s @ s)))
    if np.count_nonzero(s) > 1:
        hint = Text("Square the components, add, take the root.", "各分量先平方，相加，再开方。")
        slips.append(Slip("l1-norm", hint, float(np.abs(s).sum())))
    title = Text("Length of s", "s 的长度")
    return Step("norm", title, "‖s‖ = √(Σ sᵢ²)", f"√({squares})", float(np.sqrt(s @ s)), tuple(slips))


def _factor(norm: float) -> Step:
    slips = []
    if norm:
        hint = Text("Both lengths in the formula are squared.", "公式里的两处长度都要平方。")
        slips.append(Slip("square-forgotten", hint, norm / (1 + norm)))
        hint = Text("Do not drop the 1 below: the new length stays under 1.", "分母不要漏掉 1：新长度总小于 1。")
        slips.append(Slip("one-forgotten", hint, 1.0))
    length = number_text(norm)
    return Step(
        "factor",
        Text("New length", "新的长度"),
        "‖s‖²/(1 + ‖s‖²)",
        f"{length}²/(1 + {length}²)",
        norm**2 / (1 + norm**2),
        tuple(slips),
    )


def _output(s: Array, norm: float, factor: float) -> Step:
    title = Text("Squashed vector", "压缩后的向量")
    if norm == 0:
        return Step("v", title, "0", value_text(np.zeros_like(s)), np.zeros_like(s))
    hint = Text("Make s a unit vector first: divide by its length.", "先把 s 化为单位向量：除以它的长度。")
    slips = [Slip("not-divided-by-norm", hint, factor * s)]
    if len(s) > 1:
        hint = Text("One factor for the whole vector, from its length.", "整个向量共用一个由长度得出的系数。")
        slips.append(Slip("each-component", hint, np.sign(s) * s**2 / (1 + s**2)))
    shown = f"{number_text(factor)}·{value_text(s)}/{number_text(norm)}"
    return Step("v", title, "v = factor · s/‖s‖", shown, factor * s / norm + 0.0, tuple(slips))


@squash.check("the length straight from s, and v along it", "由 s 直接求长度，v 与 s 同向")
def by_direction(s: tuple[float, ...]) -> dict[str, Value]:
    """1 − 1/(1 + s·s) for the length, and s scaled to it."""
    squares = sum(entry * entry for entry in s)
    length = 1 - 1 / (1 + squares)
    scale = squares**0.5 / (1 + squares)
    v = np.array([scale * entry + 0.0 for entry in s])
    return {"norm": squares**0.5, "factor": length, "v": v, "length": length}


TRIPLES: tuple[tuple[int, ...], ...] = ((3, 4), (1, 2, 2), (2, 3, 6), (1, 4, 8), (6, 8), (2, 4, 4))


@squash.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The length that comes out by the length that goes in."""
    norm = worked.step("norm").value
    curve = sampled(lambda length: length**2 / (1 + length**2), 0, max(4.0, norm))
    title = Text("Length of v by the length of s", "v 的长度随 s 的长度的变化")
    return [Curve(title, curve, ((norm, worked.step("length").value),))]


@squash.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: vectors of whole length; 2: any two to four whole numbers; 3: also halves, so that short vectors nearly vanish."""
    if level == 1:
        scale = pick(rng, (0.5, 1.0))
        s: Any = [scale * entry * pick(rng, (1, 1, -1)) for entry in shuffled(rng, pick(rng, TRIPLES))]
    elif level == 2:
        s = [float(rng.randint(-4, 6)) for _ in range(rng.randint(2, 4))]
    else:
        s = [rng.randint(-5, 5) / pick(rng, (2, 4)) for _ in range(rng.randint(2, 4))]
    squares = sum(entry * entry for entry in s)
    return {"s": tuple(s)} if squares not in (0, 1) else None
