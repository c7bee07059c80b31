"""`studynn compute margin-loss`: one hinge a class on the lengths of the class capsules, added up."""

from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Counts, Input, Vector
from studynn.core.picture import Mark, Picture, Plot, Track, sampled
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn import capsule
from studynn.nn.activations import Array
from studynn.worked._layers import minus
from studynn.worked._units import refusal

MOST_CLASSES = 12
PRESENT_HELP = Text("classes that are present, counted from 0", "出现的类别，从 0 数起")


@example(
    title=Text("Capsule margin loss", "胶囊间隔损失"),
    topic="capsule",
    results=("terms", "total"),
    notes=(
        Text(
            "Each class has its own hinge, so several may be present; the lengths need not add up to 1.",
            "每类各有一个合页项，因此可以同时出现几类；各长度之和不必为 1。",
        ),
        Text(
            "The authors' code halves the sum; a mean over samples comes on top.",
            "作者的代码把总和减半；对多个样本还要取平均。",
        ),
    ),
)
def margin_loss(
    lengths: Annotated[
        Vector,
        Input(
            "‖v‖", Text("length of each class capsule", "各类胶囊的长度"), at_least=0, at_most=1, longest=MOST_CLASSES
        ),
    ] = (0.6, 0.5, 0.3),
    present: Annotated[Counts, Input("T", PRESENT_HELP, at_least=0, longest=MOST_CLASSES)] = (0,),
    m_plus: Annotated[
        float, Input("m⁺", Text("a present class should be longer", "出现的类应长于它"), at_least=0, at_most=1)
    ] = 0.9,
    m_minus: Annotated[
        float, Input("m⁻", Text("an absent class should be shorter", "未出现的类应短于它"), at_least=0, at_most=1)
    ] = 0.1,
    down_weight: Annotated[
        float, Input("λ", Text("weight of the absent classes", "未出现类的权重"), at_least=0, at_most=1)
    ] = 0.5,
) -> Steps:
    """Lₖ = Tₖ max(0, m⁺ − ‖vₖ‖)² + λ(1 − Tₖ) max(0, ‖vₖ‖ − m⁻)², and the sum over the classes.

    Source: Sabour, Frosst & Hinton 2017, equation 4; document 002, capsules.
    """
    is_present = _fitting(lengths, present, m_plus, m_minus)
    terms = yield _terms(np.asarray(lengths, dtype=float), is_present, m_plus, m_minus, down_weight)
    yield _total(np.asarray(terms, dtype=float), is_present)
    return []


def _fitting(lengths: tuple[float, ...], present: tuple[int, ...], m_plus: float, m_minus: float) -> Array:
    """T as 0 and 1; InputError where a class does not exist or the margins are the wrong way round."""
    if max(present) >= len(lengths):
        last = len(lengths) - 1
        allowed = Text(
            f"classes are counted from 0 to {last}, as --lengths has {len(lengths)}",
            f"类别编号应为 0 到 {last}：--lengths 有 {len(lengths)} 个数",
        )
        raise refusal(margin_loss, "present", present, allowed)
    if m_minus >= m_plus:
        bound = number_text(m_plus)
        allowed = Text(f"must be below --m-plus, which is {bound}", f"应小于 --m-plus（现为 {bound}）")
        raise refusal(margin_loss, "m_minus", m_minus, allowed)
    found = np.zeros(len(lengths))
    found[list(present)] = 1
    return found


def _terms(v: Array, t: Array, m_plus: float, m_minus: float, weight: float) -> Step:
    short, long = minus(np.full_like(v, m_plus), v), minus(v, np.full_like(v, m_minus))
    gap = np.where(t == 1, short, long)
    weights = np.where(t == 1, 1.0, weight)
    hinge = np.maximum(gap, 0.0)
    value = weights * hinge**2
    slips = []
    if weight != 1 and np.any(hinge[t == 0]):
        hint = Text("Absent classes are weighed down by λ.", "未出现的类要乘 λ。")
        slips.append(Slip("down-weight-forgotten", hint, hinge**2))
    if np.any(value):
        hint = Text("The hinge is squared.", "合页项要平方。")
        slips.append(Slip("not-squared", hint, np.where(t == 1, 1.0, weight) * hinge))
    swapped = np.where(t == 1, minus(np.full_like(v, m_minus), v), minus(v, np.full_like(v, m_plus)))
    hint = Text(
        "A present class has to pass m⁺, an absent one stay under m⁻.", "出现的类要超过 m⁺，未出现的要低于 m⁻。"
    )
    slips.append(Slip("margins-swapped", hint, weights * np.maximum(swapped, 0.0) ** 2))
    if np.any(gap < 0):
        hint = Text("A capsule on the right side of its margin costs nothing.", "已在间隔正确一侧的胶囊损失为 0。")
        slips.append(Slip("no-hinge", hint, weights * gap**2))
    shown = [
        f"max(0, {number_text(m_plus)} − {number_text(float(length))})²"
        if one
        else f"{number_text(weight)}·max(0, {number_text(float(length))} − {number_text(m_minus)})²"
        for length, one in zip(v, t, strict=True)
    ]
    return Step(
        "terms",
        Text("Loss of each class", "各类的损失"),
        "T·max(0, m⁺ − ‖v‖)² + λ(1 − T)·max(0, ‖v‖ − m⁻)²",
        f"[{', '.join(shown)}]",
        value,
        tuple(slips),
    )


def _total(terms: Array, t: Array) -> Step:
    slips = []
    if len(terms) > 1:
        hint = Text("The classes are added up, not averaged.", "各类相加，不取平均。")
        slips.append(Slip("mean-for-sum", hint, float(terms.mean())))
    if np.any(terms[t == 0]):
        hint = Text("The absent classes are part of the sum.", "未出现的类也要计入。")
        slips.append(Slip("present-only", hint, float(terms[t == 1].sum())))
    title = Text("Margin loss", "间隔损失")
    return Step("total", title, "Σ terms", f"Σ({value_text(terms)})", float(terms.sum()), tuple(slips))


@margin_loss.check("class by class with if and else, and the engine's sum", "逐类用 if/else 计算；总和由引擎求出")
def by_cases(lengths: Any, present: Any, m_plus: float, m_minus: float, down_weight: float) -> dict[str, Value]:
    """Branches instead of products with T."""
    terms = []
    for k, length in enumerate(lengths):
        if k in present:
            terms.append((m_plus - length) ** 2 if length < m_plus else 0.0)
        else:
            terms.append(down_weight * (length - m_minus) ** 2 if length > m_minus else 0.0)
    t = np.array([float(k in present) for k in range(len(lengths))])
    total = float(capsule.margin_loss(np.asarray(lengths, dtype=float), t, m_plus, m_minus, down_weight))
    return {"terms": np.array(terms), "total": total}


@margin_loss.pictures
def pictures(worked: Worked) -> list[Picture]:
    """What a class costs by the length of its capsule: a present one and an absent one, with the classes on the curves."""
    present, up, down, weight = (worked.inputs[name] for name in ("present", "m_plus", "m_minus", "down_weight"))
    points = list(zip(worked.inputs["lengths"], worked.step("terms").value.tolist(), strict=True))
    there = Track(Text("a present class", "出现的类"), sampled(lambda v: max(0.0, up - v) ** 2, 0, 1))
    gone = Track(Text("an absent class", "未出现的类"), sampled(lambda v: weight * max(0.0, v - down) ** 2, 0, 1))
    marks = tuple(Mark("●" if k in present else "○", point) for k, point in enumerate(points))
    legend = [("●", Text("classes that are present", "本例中出现的类"))]
    if len(set(present)) < len(points):
        legend.append(("○", Text("classes that are absent", "本例中未出现的类")))
    return [
        Plot(
            Text("The loss of a class by the length of its capsule", "各类的损失随胶囊长度的变化"),
            (there, gone),
            marks,
            tuple(legend),
        )
    ]


@margin_loss.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two classes, one present; 2: three, one of them within its margin; 3: two of them present, other margins."""
    count = 2 if level == 1 else 3 if level == 2 else rng.randint(3, 4)
    lengths = [rng.randint(2, 8) / 10 for _ in range(count)]
    present = tuple(sorted({rng.randint(0, count - 1) for _ in range(1 if level < 3 else 2)}))
    inputs: Inputs = {"present": present, "m_plus": 0.9, "m_minus": 0.1, "down_weight": 0.5}
    if level == 2:
        k = rng.randint(0, count - 1)
        lengths[k] = 0.95 if k in present else 0.05
    if level == 3:
        inputs |= {"m_plus": pick(rng, (0.8, 0.9, 0.95)), "m_minus": pick(rng, (0.1, 0.2, 0.25))}
        if len(present) < 2:
            return None
    return inputs | {"lengths": tuple(lengths)}
