"""`studynn compute boltzmann`: how likely states of given energies are at a temperature."""

from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, Vector
from studynn.core.picture import Bars, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import Array, sigmoid
from studynn.nn.boltzmann import boltzmann_distribution
from studynn.worked._losses import follow, over, refusal, scalar

MOST_STATES = 32
LARGEST_EXPONENT = 200.0
DELTA_HELP = Text(
    "one unit: energy off minus energy on, instead of a list", "单个单元：关的能量减开的能量，代替各状态的能量"
)


@example(
    title=Text("Boltzmann distribution", "玻尔兹曼分布"),
    topic="rbm-dbn",
    results=("factors", "Z", "p", "mean-energy"),
    notes=(Text("T stands for k_B·T; physics writes both letters.", "T 代表 k_B·T；物理中两个字母都写出。"),),
)
def boltzmann(
    energies: Annotated[
        Vector, Input("E", Text("energies of the states", "各状态的能量"), longest=MOST_STATES, unless="delta_e")
    ] = (0.0, 2.0, 1.0, 3.0),
    temperature: Annotated[float, Input("T", Text("temperature", "温度"))] = 2.0,
    delta_e: Annotated[float | None, Input("ΔE", DELTA_HELP)] = None,
) -> Steps:
    """pᵢ = e^(−Eᵢ/T)/Z. One unit is the case of the energies ΔE (off) and 0 (on): it is on with σ(ΔE/T).

    Source: Ackley, Hinton & Sejnowski 1985, equations 2 and 5; document 002, Boltzmann machines.
    """
    e = _fitting(energies, temperature, delta_e)
    factors = follow((yield _factors(e, temperature)))
    z = yield _partition(e, factors)
    p = follow((yield _probabilities(e, factors, z)))
    yield _mean(e, p)
    return _notes(e, temperature, delta_e)


def _fitting(energies: Any, temperature: float, delta_e: float | None) -> Array:
    if temperature <= 0:
        allowed = Text(
            "must be above 0: as T falls to 0, all probability goes to the lowest energy",
            "应大于 0：T → 0 时概率全部集中到能量最低的状态",
        )
        raise InputError("temperature", number_text(temperature).replace("−", "-"), allowed)
    if delta_e is None and len(energies) < 2:
        allowed = Text("must have at least 2 states, it has 1", "至少应有 2 个状态，现有 1 个")
        raise refusal(boltzmann, "energies", energies, allowed)
    e = np.asarray(energies if delta_e is None else (delta_e, 0.0), dtype=float)
    if np.abs(e).max() > LARGEST_EXPONENT * temperature:
        name, value = ("energies", energies) if delta_e is None else ("delta_e", delta_e)
        bound = number_text(LARGEST_EXPONENT)
        allowed = Text(
            f"must lie between −{bound} T and {bound} T, or e^(−E/T) leaves the range of numbers",
            f"应在 −{bound} T 到 {bound} T 之间，否则 e^(−E/T) 超出数的范围",
        )
        raise refusal(boltzmann, name, value, allowed)
    return e


def _factors(e: Array, t: float) -> Step:
    slips = []
    if np.any(e):
        hint = Text("The exponent is negative: high energies are rare.", "指数带负号：能量高的状态少见。")
        slips.append(Slip("sign-lost", hint, np.exp(e / t)))
    hint = Text("Energies are measured in units of T: E/T.", "能量以 T 为单位：用 E/T。")
    for tag, exponents in (("temperature-ignored", e), ("temperature-multiplied", e * t)):
        if t != 1 and np.any(e) and np.abs(exponents).max() <= LARGEST_EXPONENT:
            slips.append(Slip(tag, hint, np.exp(-exponents)))
    shown = f"exp(−{value_text(e)}/{number_text(t)})"
    return Step("factors", Text("Boltzmann factors", "玻尔兹曼因子"), "e^(−E/T)", shown, np.exp(-e / t), tuple(slips))


def _partition(e: Array, factors: Array) -> Step:
    hint = Text("Z adds up the factors, not the energies.", "Z 是各因子之和，不是能量之和。")
    title = Text("Partition function", "配分函数")
    slips = (Slip("sum-of-energies", hint, scalar(e.sum())),)
    return Step("Z", title, "Z = Σ e^(−E/T)", f"Σ({value_text(factors)})", scalar(factors.sum()), slips)


def _probabilities(e: Array, factors: Array, z: Value) -> Step:
    hint = Text("The factors do not add up to 1: divide by Z.", "各因子之和不为 1：要除以 Z。")
    slips = [Slip("not-normalised", hint, factors)]
    if np.abs(e.sum()) > 1e-9:
        hint = Text("The share falls with the energy, and exponentially.", "概率随能量按指数下降，不与能量成正比。")
        slips.append(Slip("proportional-to-energy", hint, e / e.sum()))
    return Step(
        "p",
        Text("Probabilities", "各状态的概率"),
        "p = e^(−E/T)/Z",
        f"{value_text(factors)}/{number_text(z)}",
        over(factors, z),
        tuple(slips),
    )


def _mean(e: Array, p: Array) -> Step:
    hint = Text("Each energy counts as often as its state occurs.", "各能量按其状态的概率加权。")
    title, shown = Text("Mean energy", "平均能量"), f"{value_text(p)}·{value_text(e)}"
    slips = (Slip("plain-mean", hint, scalar(e.mean())),)
    return Step("mean-energy", title, "Σ pᵢEᵢ", shown, scalar(p @ e), slips)


def _notes(e: Array, temperature: float, delta_e: float | None) -> list[Text]:
    if delta_e is not None:
        on = number_text(float(sigmoid(np.array(delta_e / temperature))))
        return [
            Text(
                f"The states are off, on; the unit is on with σ(ΔE/T) = {on}.",
                f"两个状态依次为关、开；单元开启的概率为 σ(ΔE/T) = {on}。",
            )
        ]
    if np.all(e == e[0]):
        return [Text("Equal energies are equally likely at any temperature.", "能量相等，任何温度下都等可能。")]
    return []


@boltzmann.check(
    "from the ratios of the states alone: 1/pᵢ = Σⱼ e^((Eᵢ − Eⱼ)/T), which no shift of the energies changes",
    "只用状态之比：1/pᵢ = Σⱼ e^((Eᵢ − Eⱼ)/T)，能量同加常数不变",
)
def by_ratios(energies: Any, temperature: float, delta_e: float | None) -> dict[str, Value]:
    """Every pair of states; for one unit the sigmoid; Z from any one state."""
    e = np.asarray(energies if delta_e is None else (delta_e, 0.0), dtype=float)
    if delta_e is not None:
        p = sigmoid(np.array([-delta_e, delta_e]) / temperature)
    else:
        with np.errstate(over="ignore"):  # a state that all but never occurs
            p = 1 / np.exp((e[:, None] - e) / temperature).sum(axis=1)
    lowest = int(np.argmin(e))
    z = float(np.exp(-e[lowest] / temperature) / p[lowest])
    return {"Z": z, "p": p, "mean-energy": float(boltzmann_distribution(e, temperature) @ e)}


@boltzmann.pictures
def pictures(worked: Worked) -> list[Picture]:
    """How likely each state is, colder, as asked and hotter."""
    temperature, delta = worked.inputs["temperature"], worked.inputs["delta_e"]
    e = np.array(worked.inputs["energies"] if delta is None else (delta, 0.0), dtype=float)
    labels = tuple(f"E = {number_text(one)}" for one in e.tolist())
    found = {t: boltzmann_distribution(e, t).tolist() for t in (temperature / 2, temperature, 2 * temperature)}
    return [
        Bars(Text(f"Probabilities at T = {number_text(t)}", f"T = {number_text(t)} 时的概率"), labels, tuple(p))
        for t, p in found.items()
    ]


@boltzmann.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: three whole energies at T = 1; 2: another temperature, or one unit; 3: also negative energies, more states."""
    if level == 2 and rng.random() < 0.4:
        delta = rng.randint(-8, 8) / 2
        return {"delta_e": delta, "temperature": pick(rng, (0.5, 2.0, 4.0))} if delta else None
    low = -3 if level == 3 else 0
    count = 3 if level == 1 else rng.randint(3, 4) if level == 2 else rng.randint(4, 5)
    energies = tuple(float(rng.randint(low, 4)) for _ in range(count))
    if level == 3:
        energies = tuple(energy + pick(rng, (0.0, 0.5)) for energy in energies)
    if len(set(energies)) < count:
        return None
    temperature = 1.0 if level == 1 else pick(rng, (0.5, 2.0, 2.5, 4.0))
    return {"energies": energies, "temperature": temperature, "delta_e": None}
