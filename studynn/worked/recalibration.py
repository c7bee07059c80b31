"""`studynn compute recalibration`: what a predicted probability means once the dropped negatives are back."""

from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input
from studynn.core.steps import Inputs, Inverse, Slip, Step, Steps, Value, example
from studynn.core.text import Text, number_text

SMALLEST = 1e-6


@example(
    title=Text("Correcting probabilities after down-sampling", "负采样后的概率校正"),
    topic="feature-engineering",
    results=("odds", "true-odds", "q"),
    inverse=(
        Inverse(
            "w",
            "q",
            Text(
                "Which share w of the negatives was kept, if p is corrected to q = {result}?",
                "把 p 校正为 q = {result}，说明负样本的保留比例 w 是多少？",
            ),
        ),
    ),
    notes=(
        Text(
            "In one formula: q = p/(p + (1 − p)/w). Ranking by q is ranking by p: only the level changes.",
            "合为一式：q = p/(p + (1 − p)/w)。按 q 与按 p 排序相同：只是数值水平改变。",
        ),
    ),
)
def recalibration(
    p: Annotated[
        float,
        Input(
            "p",
            Text("probability by the model trained on the sample", "在采样数据上训练的模型给出的概率"),
            at_least=0,
            at_most=1,
        ),
    ] = 0.75,
    w: Annotated[
        float,
        Input("w", Text("share of the negatives that was kept", "负样本的保留比例"), at_least=SMALLEST, at_most=1),
    ] = 0.125,
) -> Steps:
    """Keeping a share w of the negatives multiplies the odds by 1/w; q undoes it.

    Source: document 003, sampling and calibration; He et al. 2014 (Practical lessons from predicting clicks), section 6.3.
    """
    if not 0 < p < 1:
        raise InputError("p", number_text(p), Text("must lie between 0 and 1, both left out", "应大于 0 且小于 1"))
    hint = Text(
        "Odds set the positives against the negatives: divide by 1 − p.", "几率是正类与负类之比：要除以 1 − p。"
    )
    odds = yield Step(
        "odds",
        Text("Odds in the sample", "采样数据中的几率"),
        "p/(1 − p)",
        f"{number_text(p)}/(1 − {number_text(p)})",
        p / (1 - p),
        (Slip("odds-as-p", hint, p),),
    )
    hint = Text("With negatives missing the odds were too high: multiply by w.", "少了负样本，几率偏高：应乘以 w。")
    true_odds = yield Step(
        "true-odds",
        Text("Odds with all negatives", "补回负样本后的几率"),
        "o = w·odds",
        f"{number_text(w)}·{number_text(odds)}",
        w * odds,
        (Slip("odds-divided", hint, odds / w),) if w != 1 else (),
    )
    if true_odds <= -1:
        raise ArithmeticError("no odds")  # only where a learner went wrong before
    yield _q(p, w, true_odds)
    return None


def _q(p: float, w: float, odds: Value) -> Step:
    slips = []
    if w != 1:
        hint = Text("It is the odds that shrink by w, not the probability.", "按 w 缩小的是几率，不是概率。")
        slips.append(Slip("probability-scaled", hint, w * p))
    hint = Text("Odds are not a probability yet: o/(1 + o).", "几率还不是概率：要算 o/(1 + o)。")
    slips.append(Slip("odds-not-converted", hint, odds))
    return Step(
        "q",
        Text("Corrected probability", "校正后的概率"),
        "q = o/(1 + o)",
        f"{number_text(odds)}/(1 + {number_text(odds)})",
        odds / (1 + odds),
        tuple(slips),
    )


@recalibration.check(
    "count a sample of 1 000 000 and give each negative the weight 1/w", "数一百万个样本，每个负样本按 1/w 计"
)
def by_counting(p: float, w: float) -> dict[str, Value]:
    """Positives and negatives of a sample with the share p; every negative stands for 1/w of the whole."""
    positives, negatives = 1e6 * p, 1e6 * (1 - p)
    back = negatives / w
    return {"odds": positives / negatives, "true-odds": positives / back, "q": positives / (positives + back)}


@recalibration.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: tidy odds and w = ½, ¼, ⅛; 2: hundredths and tenths; 3: rare positives and few negatives kept."""
    if level == 1:
        return {"p": pick(rng, (0.5, 0.6, 0.75, 0.8, 0.9)), "w": pick(rng, (0.5, 0.25, 0.125))}
    if level == 2:
        return {"p": rng.randint(10, 90) / 100, "w": rng.randint(1, 8) / 10}
    return {"p": rng.randint(2, 40) / 100, "w": pick(rng, (0.01, 0.02, 0.025, 0.04, 0.05, 0.08))}
