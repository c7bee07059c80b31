"""`studynn compute dropout`: units are dropped and the rest scaled up in training; at test time nothing is done."""

from typing import Annotated, Literal

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Counts, Input, Vector, input_text, inputs_of
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn import dropout as engine
from studynn.nn.activations import Array

LONGEST = 16
Variant = Literal["inverted", "original"]


@example(
    title=Text("Dropout in training and at test time", "随机失活：训练时与测试时"),
    topic="regularisation",
    results=("scale", "train", "test", "expected", "kept"),
    notes=(
        Text(
            "p is the probability of dropping, as in PyTorch and Keras; TensorFlow 1 took the probability of keeping.",
            "p 是丢弃的概率，与 PyTorch、Keras 相同；TensorFlow 1 用的是保留的概率。",
        ),
        Text(
            "Inverted dropout scales in training; the original form (Srivastava et al. 2014) scales at test time.",
            "反向（inverted）dropout 在训练时放大；原始形式（Srivastava 等 2014）在测试时缩小。",
        ),
    ),
)
def dropout(
    a: Annotated[Vector, Input("a", Text("activations of the layer", "该层的激活值"), longest=LONGEST)] = (
        4.0,
        2.0,
        -1.0,
        8.0,
    ),
    mask: Annotated[
        Counts,
        Input("r", Text("mask: 1 kept, 0 dropped", "掩码：1 保留，0 丢弃"), at_least=0, at_most=1, longest=LONGEST),
    ] = (1, 0, 1, 1),
    p: Annotated[
        float, Input("p", Text("probability of dropping a unit", "丢弃一个单元的概率"), at_least=0, at_most=0.95)
    ] = 0.2,
    variant: Annotated[
        Variant,
        Input(
            "variant",
            Text(
                "scale in training (inverted) or at test time (original)",
                "训练时放大（inverted）或测试时缩小（original）",
            ),
        ),
    ] = "inverted",
) -> Steps:
    """r ⊙ a/(1 − p) in training and a at test time; in the original form r ⊙ a and (1 − p)a.

    Source: Srivastava et al. 2014, sections 4 and 10; Goodfellow et al. 2016, section 7.12.
    """
    if len(mask) != len(a):
        raise InputError(
            "mask",
            input_text(inputs_of(dropout)["mask"], mask),
            Text(
                f"must have {len(a)} numbers to fit --a of length {len(a)}, it has {len(mask)}",
                f"应有 {len(a)} 个数，才合长度为 {len(a)} 的 --a，现有 {len(mask)} 个",
            ),
        )
    units, kept, inverted = np.asarray(a, dtype=float), np.asarray(mask, dtype=float), variant == "inverted"
    scale = yield _scale(p, inverted)
    yield _train(units, kept, scale, p, inverted)
    yield _test(units, kept, p, inverted)
    yield Step(
        "expected",
        Text("Mean output over all masks", "对所有掩码平均的输出"),
        "E[s·r ⊙ a] = (1 − p)·s·a",
        f"(1 − {number_text(p)})·{number_text(scale)}·{value_text(units)}",
        (1 - p) * scale * units,
    )
    dropped = Text("That many are dropped; 1 − p are kept.", "这是丢弃的个数；保留的比例是 1 − p。")
    yield Step(
        "kept",
        Text("Units kept on average", "平均保留的单元数"),
        "n(1 − p)",
        f"{len(a)}·(1 − {number_text(p)})",
        len(a) * (1 - p),
        (Slip("counts-dropped", dropped, len(a) * p),) if p != 0.5 else (),
    )
    return None


def _scale(p: float, inverted: bool) -> Step:
    title = Text("Scale s in training", "训练时的缩放 s")
    if not inverted:
        return Step("scale", title, "1", "1", 1.0)
    slips = []
    if p not in (0, 0.5):
        hint = Text("A unit is kept with probability 1 − p: divide by that.", "单元以概率 1 − p 保留：应除以 1 − p。")
        slips.append(Slip("divide-by-drop", hint, 1 / p))
    if p:
        hint = Text("The kept units stand in for the dropped: scale up.", "保留的单元要顶替被丢弃的：应放大。")
        slips.append(Slip("multiply-by-keep", hint, 1 - p))
    return Step("scale", title, "s = 1/(1 − p)", f"1/(1 − {number_text(p)})", 1 / (1 - p), tuple(slips))


def _train(a: Array, mask: Array, scale: Value, p: float, inverted: bool) -> Step:
    slips = []
    if inverted and p:
        hint = Text("Inverted dropout also divides what is kept by 1 − p.", "反向 dropout 还要把保留的除以 1 − p。")
        slips.append(Slip("no-rescaling", hint, mask * a))
    hint = Text("A 1 in the mask keeps the unit, a 0 drops it.", "掩码中 1 表示保留，0 表示丢弃。")
    slips.append(Slip("mask-inverted", hint, scale * (1 - mask) * a))
    return Step(
        "train",
        Text("Output in training", "训练时的输出"),
        "s·r ⊙ a",
        f"{number_text(scale)}·{value_text(mask)} ⊙ {value_text(a)}",
        scale * mask * a,
        tuple(slips),
    )


def _test(a: Array, mask: Array, p: float, inverted: bool) -> Step:
    slips = []
    if inverted and p:
        hint = Text("Training has made up for it: nothing to scale here.", "训练时已经补偿：这里不再缩放。")
        slips.append(Slip("scaled-at-test", hint, (1 - p) * a))
    if not inverted and p:
        hint = Text("In the original form the outputs are multiplied by 1 − p now.", "原始形式此时要把输出乘以 1 − p。")
        slips.append(Slip("not-scaled-at-test", hint, a))
    if not mask.all():
        hint = Text("The mask is for training; at test time all units work.", "掩码只用于训练；测试时所有单元都工作。")
        slips.append(Slip("dropped-at-test", hint, mask * a if inverted else (1 - p) * mask * a))
    return Step(
        "test",
        Text("Output at test time", "测试时的输出"),
        "a" if inverted else "(1 − p)·a",
        value_text(a) if inverted else f"(1 − {number_text(p)})·{value_text(a)}",
        a.copy() if inverted else (1 - p) * a,
        tuple(slips),
    )


@dropout.check("average over all 2ⁿ masks, each with its probability", "对全部 2ⁿ 种掩码按其概率求平均")
def over_all_masks(a: Vector, mask: tuple[int, ...], p: float, variant: Variant) -> dict[str, Value]:
    """Every mask run through the engine's dropout; the mean is what the test time has to give."""
    units, n = np.asarray(a, dtype=float), len(a)
    masks = (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(float)
    probabilities = np.prod(np.where(masks == 1, 1 - p, p), axis=1)
    rate = p if variant == "inverted" else 0.0
    outputs, _ = engine.dropout(np.broadcast_to(units, masks.shape), rate, masks)
    mean = probabilities @ outputs
    given = sum(bit << place for place, bit in enumerate(mask))
    return {"train": outputs[given], "test": mean, "expected": mean, "kept": float(probabilities @ masks.sum(axis=1))}


@dropout.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: whole scales; 2: other probabilities; 3: six units, some in the original form."""
    rates = {1: (0.5, 0.75, 0.8, 0.9), 2: (0.2, 0.25, 0.375, 0.6, 0.75), 3: (0.1, 0.2, 0.25, 0.3, 0.4, 0.6)}
    count = {1: rng.randint(3, 6), 2: rng.randint(4, 6), 3: rng.randint(6, 8)}[level]
    mask = tuple(rng.randint(0, 1) for _ in range(count))
    if sum(mask) in (0, count):
        return None
    units = (-3.0, -2.0, -1.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
    variant = "original" if level == 3 and rng.random() < 0.3 else "inverted"
    return {
        "a": tuple(pick(rng, units) for _ in range(count)),
        "mask": mask,
        "p": pick(rng, rates[level]),
        "variant": variant,
    }
