"""`studynn compute epsilon-greedy`: how likely each action is, and what it brings on average."""

from math import fsum
from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Vector
from studynn.core.picture import Bars, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.worked._training import low, minus, signed
from studynn.worked._units import refusal, total

MOST_ACTIONS = 20
LATEST = 10_000


@example(
    title=Text("ε-greedy action probabilities", "ε-贪心策略"),
    topic="deep-rl",
    results=("greedy", "other", "expected"),
    notes=(
        Text(
            "Exploring picks among all n actions, the best one included.",
            "探索是在全部 n 个动作中任取一个，最优动作也在内。",
        ),
    ),
)
def epsilon_greedy(
    q: Annotated[Vector, Input("Q", Text("Q value of each action", "各动作的 Q 值"), longest=MOST_ACTIONS)] = (
        1.0,
        4.0,
        2.0,
        0.0,
        3.0,
    ),
    epsilon: Annotated[
        float, Input("ε", Text("share of random actions", "随机动作的比例"), at_least=0, at_most=1)
    ] = 0.2,
    decay: Annotated[
        float, Input("d", Text("ε is multiplied by it after every step", "每步之后 ε 乘以它"), at_least=0, at_most=1)
    ] = 1.0,
    step: Annotated[int, Input("t", Text("steps of decay so far", "已经衰减的步数"), at_least=0, at_most=LATEST)] = 0,
    linear: Annotated[
        bool,
        Input("linear", Text("d is subtracted after every step instead, down to 0", "改为每步之后 ε 减去 d，直至 0")),
    ] = False,
) -> Steps:
    """1 − ε + ε/n for the best of n actions, ε/n for any other, and Σ pₐQₐ; equal best actions share 1 − ε.

    After t steps ε has become ε·dᵗ, or with `linear` max(ε − t·d, 0).

    Source: Sutton & Barto 2018, section 2.2; Mnih et al. 2015; document 002, DQN.
    """
    if len(q) < 2:
        allowed = Text("must have at least 2 actions, it has 1", "至少应有 2 个动作，现有 1 个")
        raise refusal(epsilon_greedy, "q", q, allowed)
    best = [value == max(q) for value in q]
    share: Value = epsilon
    if linear and decay and step:
        share = yield _reduced(epsilon, decay, step)
    elif not linear and decay < 1 and step:
        share = yield _decayed(epsilon, decay, step)
    greedy = yield _greedy(share, len(q), sum(best))
    other: Value = 0.0
    if not all(best):
        other = yield _other(share, len(q))
    yield _expected(q, [greedy if is_best else other for is_best in best], share)
    return _notes(sum(best))


def _reduced(epsilon: float, decay: float, step: int) -> Step:
    slips, value = [], max(minus(epsilon, step * decay), 0.0)
    if epsilon and step > 1:
        hint = Text("The same amount goes at every step: subtract t·d.", "每一步都减去同样的量：减 t·d。")
        slips.append(Slip("decayed-once", hint, max(minus(epsilon, decay), 0.0)))
    if epsilon:
        hint = Text("Here d is an amount to take off, not a factor.", "这里 d 是减去的量，不是倍数。")
        slips.append(Slip("multiplied", hint, epsilon * decay**step))
    return _epsilon_after(
        step,
        f"ε{low(step)} = max(ε − t·d, 0)",
        f"max({number_text(epsilon)} − {step}·{number_text(decay)}, 0)",
        value,
        slips,
    )


def _decayed(epsilon: float, decay: float, step: int) -> Step:
    slips = []
    if epsilon and step > 1:
        hint = Text("It shrinks again at every step: take the power dᵗ.", "每一步都再缩小一次：取幂 dᵗ。")
        slips.append(Slip("decayed-once", hint, epsilon * decay))
    return _epsilon_after(
        step,
        f"ε{low(step)} = ε·dᵗ",
        f"{number_text(epsilon)}·{number_text(decay)}^{step}",
        epsilon * decay**step,
        slips,
    )


def _epsilon_after(step: int, formula: str, shown: str, value: float, slips: list[Slip]) -> Step:
    title = Text(f"ε after {step} {'step' if step == 1 else 'steps'}", f"{step} 步后的 ε")
    return Step("epsilon", title, formula, shown, value, tuple(slips))


def _greedy(share: Value, n: int, ties: int) -> Step:
    e = number_text(share)
    value, formula, shown = 1 - share + share / n, "1 − ε + ε/n", f"1 − {e} + {e}/{n}"
    if ties > 1:
        value, formula, shown = (1 - share) / ties + share / n, "(1 − ε)/m + ε/n", f"(1 − {e})/{ties} + {e}/{n}"
    hint = Text("A random pick can hit the best action as well: add ε/n.", "随机时也可能选中最优动作：加上 ε/n。")
    slips = (Slip("exploration-share-forgotten", hint, value - share / n),) if share else ()
    title = Text("Best action", "最优动作的概率") if ties == 1 else Text("Each best action", "每个最优动作的概率")
    return Step("greedy", Text(f"{title.en}: probability", title.zh), formula, shown, value, slips)


def _other(share: Value, n: int) -> Step:
    slips = []
    if share and n > 2:
        hint = Text(
            "The best action takes part in the random pick: n, not n − 1.", "随机时最优动作也参与：是 n，不是 n − 1。"
        )
        slips.append(Slip("shared-among-others", hint, share / (n - 1)))
    if share:
        hint = Text("ε is for all actions together: each gets ε/n.", "ε 由所有动作共享：每个为 ε/n。")
        slips.append(Slip("not-shared", hint, share))
    title = Text("Any other action: probability", "其余每个动作的概率")
    return Step("other", title, "ε/n", f"{number_text(share)}/{n}", share / n, tuple(slips))


def _expected(q: tuple[float, ...], p: list[float], share: Value) -> Step:
    slips = []
    if share and min(q) != max(q):
        hint = Text(
            "Now and then a worse action is taken: weight all of them.", "有时会选到较差的动作：要对所有动作加权。"
        )
        slips.append(Slip("greedy-value", hint, max(q)))
    if share != 1 and min(q) != max(q):
        hint = Text("The actions are not equally likely: weight by p.", "各动作的概率不等：按 p 加权。")
        slips.append(Slip("plain-mean", hint, total(q) / len(q)))
    return Step(
        "expected",
        Text("Mean Q under this policy", "该策略下 Q 的期望"),
        "Σ pₐQₐ",
        " + ".join(f"{signed(weight)}·{signed(value)}" for weight, value in zip(p, q, strict=True)),
        total([weight * value for weight, value in zip(p, q, strict=True)]),
        tuple(slips),
    )


def _notes(ties: int) -> list[Text]:
    if ties == 1:
        return []
    return [
        Text(
            f"m = {ties} actions are equally good: they share 1 − ε.",
            f"有 m = {ties} 个动作并列最优：它们平分 1 − ε。",
        )
    ]


@epsilon_greedy.check(
    "list both ways to come to an action, exploring or not, and add them up; all probabilities make 1",
    "列出探索与不探索两种途径再相加；全部概率之和为 1",
)
def by_both_ways(q: tuple[float, ...], epsilon: float, decay: float, step: int, linear: bool) -> dict[str, Value]:
    """ε·(1/n) from exploring, (1 − ε)·(1/m) from not exploring, for every action by itself; ε decays step by step."""
    for _ in range(step):
        epsilon = max(epsilon - decay, 0.0) if linear else epsilon * decay
    best = [a for a, value in enumerate(q) if value == max(q)]
    p = [0.0] * len(q)
    for a in range(len(q)):
        p[a] += epsilon / len(q)
    for a in best:
        p[a] += (1 - epsilon) / len(best)
    greedy = (1 - fsum(p[a] for a in range(len(q)) if a not in best)) / len(best)
    others = {} if len(best) == len(q) else {"other": min(p)}
    return {"greedy": greedy} | others | {"expected": fsum(weight * value for weight, value in zip(p, q, strict=True))}


@epsilon_greedy.pictures
def pictures(worked: Worked) -> list[Picture]:
    """How likely each action is, the best one marked."""
    q = worked.inputs["q"]
    best = tuple(a for a, value in enumerate(q) if value == max(q))
    p = [worked.step("greedy" if a in best else "other").value for a in range(len(q))]
    title = Text("Probability of each action, the best marked", "各动作的概率，标出最优者")
    return [Bars(title, tuple(f"Q = {number_text(value)}" for value in q), tuple(p), best)]


@epsilon_greedy.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: ε in tenths, 2, 4 or 5 actions; 2: also other counts and values; 3: ε decays for some steps, by a factor or by an amount."""
    n = pick(rng, (2, 4, 5)) if level == 1 else rng.randint(3, 6)
    q = tuple(float(rng.randint(0, 9) if level == 1 else rng.randint(-4, 9)) for _ in range(n))
    if q.count(max(q)) > 1:
        return None
    inputs: Inputs = {"q": q, "epsilon": rng.randint(1, 6) / 10, "decay": 1.0, "step": 0}
    if level == 2:
        inputs["epsilon"] = rng.randint(1, 12) / 20
    if level == 3:
        inputs |= {"epsilon": rng.randint(5, 10) / 10, "decay": pick(rng, (0.5, 0.8, 0.9)), "step": rng.randint(2, 4)}
        if rng.random() < 0.4:
            inputs |= {"decay": pick(rng, (0.05, 0.1)), "linear": True}
    return inputs
