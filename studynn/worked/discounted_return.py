"""`studynn compute discounted-return`: the return of an episode, worked out from its end."""

from math import fsum
from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Vector
from studynn.core.picture import Bars, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.worked._training import low, signed
from studynn.worked._units import total, vector_of

MOST_REWARDS = 100


@example(
    title=Text("Discounted return", "折扣回报"),
    topic="deep-rl",
    results=("G{t}", "return"),
    notes=(
        Text(
            "The first reward is r₀ here, undiscounted; Sutton & Barto call it R_(t+1).",
            "这里第一个奖励记作 r₀，不打折；Sutton 与 Barto 记作 R_(t+1)。",
        ),
    ),
)
def discounted_return(
    rewards: Annotated[
        Vector, Input("r", Text("rewards r₀, r₁, … in their order", "依次得到的奖励 r₀, r₁, …"), longest=MOST_REWARDS)
    ] = (2.0, 0.0, -1.0, 4.0),
    gamma: Annotated[float, Input("γ", Text("discount factor", "折扣因子"), at_least=0, at_most=1)] = 0.5,
    bootstrap: Annotated[
        float,
        Input("G_T", Text("value of the state after the last reward", "最后一个奖励之后的状态的价值")),
    ] = 0.0,
) -> Steps:
    """Gₜ = rₜ + γGₜ₊₁ from the end, where G_T is 0 or a bootstrapped value; the return is G₀ = Σ γᵏrₖ.

    Source: Sutton & Barto 2018, equations 3.8 and 3.9; document 002, deep reinforcement learning.
    """
    later = bootstrap
    for t in reversed(range(len(rewards))):
        later = yield _from_step(t, rewards, gamma, bootstrap, later)
    return _notes(rewards, gamma)


def _from_step(t: int, rewards: tuple[float, ...], gamma: float, bootstrap: float, later: Value) -> Step:
    is_last = t == 0
    return Step(
        "return" if is_last else f"G{t}",
        Text("Return", "回报") if is_last else Text(f"Return from step {t} on", f"第 {t} 步起的回报"),
        f"G{low(t)} = r{low(t)} + γG{low(t + 1)}",
        f"{number_text(rewards[t])} + {number_text(gamma)}·{signed(later)}",
        total([rewards[t], gamma * later]),
        tuple(_slips(rewards[t:], gamma, bootstrap, later, is_last)),
    )


def _slips(rewards: tuple[float, ...], gamma: float, bootstrap: float, later: Value, is_last: bool) -> list[Slip]:
    undiscounted, slips = total([*rewards, bootstrap]), []
    if gamma != 1 and later:
        hint = Text("A reward k steps away weighs γᵏ only.", "k 步之后的奖励只按 γᵏ 计。")
        slips.append(Slip("no-discount", hint, undiscounted))
    if not is_last:
        return slips
    if gamma != 1:
        hint = Text("The reward at hand is not discounted: γ⁰ = 1.", "眼前的奖励不打折：γ⁰ = 1。")
        slips.append(Slip("first-reward-discounted", hint, gamma * total([rewards[0], gamma * later])))
    if len(rewards) > 1:
        if gamma != 1:
            hint = Text("One γ is not enough: each further step adds another.", "只乘一次 γ 不够：每远一步多乘一次。")
            slips.append(Slip("one-discount-for-all", hint, gamma * undiscounted))
        hint = Text("A return is a sum: nothing is divided by the number of steps.", "回报是求和，不除以步数。")
        slips.append(Slip("averaged", hint, total(rewards) / len(rewards)))
    return slips


def _notes(rewards: tuple[float, ...], gamma: float) -> list[Text]:
    if gamma == 1:
        return [Text("γ = 1: nothing is discounted, all rewards count alike.", "γ = 1：不打折，各奖励同等计入。")]
    if gamma == 0:
        return [Text("γ = 0: only the reward at hand counts.", "γ = 0：只看眼前的奖励。")]
    if len(set(rewards)) == 1 and rewards[0]:
        forever = number_text(rewards[0] / (1 - gamma))
        return [
            Text(
                f"If this reward r went on for ever, the return would be r/(1 − γ) = {forever}.",
                f"若奖励 r 永远持续下去，回报为 r/(1 − γ) = {forever}。",
            )
        ]
    return []


@discounted_return.check("add up the discounted rewards, Σ γᵏrₖ, from every step", "从每一步起直接求和 Σ γᵏrₖ")
def by_powers(rewards: tuple[float, ...], gamma: float, bootstrap: float) -> dict[str, Value]:
    """Powers of γ against the rewards that are left, with the bootstrapped value behind them."""
    values = (*rewards, bootstrap)
    return {
        f"G{t}" if t else "return": fsum(gamma**k * value for k, value in enumerate(values[t:]))
        for t in reversed(range(len(rewards)))
    }


@discounted_return.pictures
def pictures(worked: Worked) -> list[Picture]:
    """What each reward counts from the start; the bars together are the return."""
    rewards, gamma, after = (worked.inputs[name] for name in ("rewards", "gamma", "bootstrap"))
    bars = [(f"r{low(k)}", float(gamma**k * reward)) for k, reward in enumerate(rewards)]
    if after:
        bars.append((f"G{low(len(rewards))}", float(gamma ** len(rewards) * after)))
    labels, values = zip(*bars, strict=True)
    return [Bars(Text("Each reward times γᵏ", "各奖励乘以 γᵏ"), labels, values)]


@discounted_return.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: γ = ½ and three rewards; 2: γ = 0.9 and four rewards; 3: a value behind the last reward, other γ."""
    count = 3 if level == 1 else 4 if level == 2 else rng.randint(2, 4)
    gamma = 0.5 if level == 1 else 0.9 if level == 2 else pick(rng, (0.5, 0.8, 0.9))
    rewards = vector_of(rng, count, range(-4, 11))
    bootstrap = float(pick(rng, (-10, -5, 4, 5, 8, 10, 20))) if level == 3 else 0.0
    inputs: Inputs = {"rewards": rewards, "gamma": gamma, "bootstrap": bootstrap}
    if len(set(rewards)) == 1 or abs(by_powers(**inputs)["return"]) < 0.1:
        return None
    return inputs
