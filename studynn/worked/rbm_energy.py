"""`studynn compute rbm-energy`: the energy of a joint state of an RBM, its probability, and the free energy."""

from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng
from studynn.core.inputs import Counts, Input, Matrix, Vector
from studynn.core.picture import Cells, Layer, Layers, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import Array, softplus
from studynn.nn.boltzmann import Rbm, log_partition, states
from studynn.worked import _rbm
from studynn.worked._losses import over
from studynn.worked._rbm import A_HELP, B_HELP, W_HELP, A, B, W, rbm_of, state_input
from studynn.worked._sketches import filled, written
from studynn.worked._training import low, signed
from studynn.worked._units import total

MOST_UNITS = 16
MOST_SHOWN = 32
LARGEST_EXPONENT = 300.0
LARGEST_DRAWN = 9999.0


@example(
    title=Text("Energy and probability of an RBM state", "RBM 的能量与概率"),
    topic="rbm-dbn",
    results=("visible-term", "hidden-term", "interaction", "E", "Z", "p", "free-energy"),
    notes=(_rbm.LETTERS,),
)
def rbm_energy(
    v: Annotated[Counts, state_input("v", "visible units, 0 or 1", "可见单元，取 0 或 1", MOST_UNITS)] = (1, 1, 0),
    h: Annotated[Counts, state_input("h", "hidden units, 0 or 1", "隐藏单元，取 0 或 1", MOST_UNITS)] = (1, 1),
    w: Annotated[Matrix, Input("W", W_HELP, longest=MOST_UNITS)] = W,
    a: Annotated[Vector, Input("a", A_HELP, longest=MOST_UNITS)] = A,
    b: Annotated[Vector, Input("b", B_HELP, longest=MOST_UNITS)] = B,
    energy_only: Annotated[
        bool, Input("energy-only", Text("stop at the energy, without Z", "只求能量，不求 Z"))
    ] = False,
) -> Steps:
    """E = −a·v − b·h − vᵀWh, p = e^−E/Z over all states, F(v) = −a·v − Σⱼ ln(1 + e^(bⱼ + Σᵢ vᵢWᵢⱼ)).

    Source: Smolensky 1986; Hinton 2010, equations 1, 4 and 25; document 002, RBM.
    """
    rbm = rbm_of(rbm_energy, w, a, b, v=v, h=h)
    visible = yield _dot("visible-term", Text("Visible bias term", "可见偏置项"), "Σ aᵢvᵢ", rbm.a, v)
    hidden = yield _dot("hidden-term", Text("Hidden bias term", "隐偏置项"), "Σ bⱼhⱼ", rbm.b, h)
    pairs = yield _interaction(rbm, v, h)
    energy = yield _energy(visible, hidden, pairs)
    if energy_only:
        return []
    notes = _without_partition(rbm)
    if not notes:
        z = yield _partition(rbm, v)
        yield _probability(energy, z)
    yield _free_energy(rbm, v, visible)
    return notes


def _dot(name: str, title: Text, formula: str, biases: Array, units: tuple[int, ...]) -> Step:
    value = total([bias * unit for bias, unit in zip(biases, units, strict=True)])
    return Step(name, title, formula, f"{value_text(biases)}·{value_text(units)}", value)


def _interaction(rbm: Rbm, v: tuple[int, ...], h: tuple[int, ...]) -> Step:
    active = [float(rbm.w[i, j]) for i, on in enumerate(v) if on for j, too in enumerate(h) if too]
    slips = []
    if not (all(v) and all(h)):
        hint = Text("A weight counts only where both its units are on.", "只有两端单元都为 1 的权重才计入。")
        slips.append(Slip("all-weights", hint, total(rbm.w.ravel().tolist())))
    title = Text("Weights between active units", "两端都开启的权重之和")
    return Step(
        "interaction", title, "Σᵢⱼ vᵢWᵢⱼhⱼ", " + ".join(map(signed, active)) or "0", total(active), tuple(slips)
    )


def _energy(visible: Value, hidden: Value, pairs: Value) -> Step:
    value = total([-visible, -hidden, -pairs]) + 0.0
    slips = []
    if value:
        hint = Text("Each of the three sums is taken off: a minus before all.", "三个和都要取负号。")
        slips.append(Slip("plus-signs", hint, -value))
    if visible or hidden:
        hint = Text("Units that are on bring their biases in too.", "开启的单元还带来各自的偏置。")
        slips.append(Slip("biases-forgotten", hint, -pairs + 0.0))
    if pairs:
        hint = Text("The weights lower the energy just as the biases do.", "权重项与偏置项一样取负号。")
        slips.append(Slip("interaction-positive", hint, total([-visible, -hidden, pairs])))
    return Step(
        "E",
        Text("Energy", "能量"),
        "E = −Σ aᵢvᵢ − Σ bⱼhⱼ − Σᵢⱼ vᵢWᵢⱼhⱼ",
        f"−{signed(visible)} − {signed(hidden)} − {signed(pairs)}",
        value,
        tuple(slips),
    )


def _without_partition(rbm: Rbm) -> list[Text]:
    """Why Z is left out, if it is."""
    count = sum(rbm.w.shape)
    if count > MOST_UNITS:
        return [
            Text(
                f"Z would add up 2^{count} states; that many are not enumerated here.",
                f"Z 要对 2^{count} 个状态求和，这里不再逐一列举。",
            )
        ]
    if sum(np.abs(part).sum() for part in rbm) > LARGEST_EXPONENT:
        return [
            Text("The energies are too large for e^(−E): Z and p are left out.", "能量过大，e^(−E) 溢出：略去 Z 与 p。")
        ]
    return []


def _energies(rbm: Rbm) -> Array:
    """The energy of every state: a row for each v, a column for each h, both counting up in binary."""
    every_v, every_h = (states(count) for count in rbm.w.shape)
    return np.asarray(-(every_v @ rbm.a)[:, None] - every_h @ rbm.b - every_v @ rbm.w @ every_h.T + 0.0)


def _partition(rbm: Rbm, v: tuple[int, ...]) -> Step:
    energies = _energies(rbm)
    z = float(np.exp(-energies).sum())
    row = int("".join(map(str, v)), 2)
    hint = Text("Every v counts as well, not only the given one.", "不只对 h，还要对所有的 v 求和。")
    return Step(
        "Z",
        Text("Partition function, over all states", "配分函数：对全部状态求和"),
        "Z = Σ e^(−E)",
        f"Σ(exp(−{value_text(energies)}))" if energies.size <= MOST_SHOWN else number_text(z),
        z,
        (Slip("hidden-states-only", hint, float(np.exp(-energies[row]).sum())),),
    )


def _probability(energy: Value, z: Value) -> Step:
    energy = max(-LARGEST_EXPONENT, min(LARGEST_EXPONENT, float(energy)))
    hint = Text("Low energy makes a state likely: the exponent is −E.", "能量低的状态更可能：指数是 −E。")
    slips = (Slip("positive-exponent", hint, float(over(np.exp(energy), z))),) if energy else ()
    return Step(
        "p",
        Text("Probability of the state", "该状态的概率"),
        "p = e^(−E)/Z",
        f"exp(−{signed(energy)})/{_rounded(z)}",
        float(over(np.exp(-energy), z)),
        slips,
    )


def _rounded(z: Value) -> str:
    """Z as a number that is seen to be rounded: 47.00, not 47."""
    text = number_text(z)
    return text if "." in text or "e" in text else f"{float(z):.2f}"


def _free_energy(rbm: Rbm, v: tuple[int, ...], visible: Value) -> Step:
    net = np.asarray(v, dtype=float) @ rbm.w + rbm.b
    hint = Text("Either state of a hidden unit adds in: ln(1 + e^x).", "隐藏单元的两种状态都要计入：ln(1 + e^x)。")
    return Step(
        "free-energy",
        Text("Free energy of v", "v 的自由能"),
        "F = −Σ aᵢvᵢ − Σⱼ ln(1 + e^(bⱼ + Σᵢ vᵢWᵢⱼ))",
        f"−{signed(visible)}" + "".join(f" − ln(1 + exp({number_text(float(each))}))" for each in net),
        float(-visible - softplus(net).sum()),
        (Slip("relu-for-softplus", hint, float(-visible - np.maximum(net, 0.0).sum())),),
    )


@rbm_energy.check(
    "E as one quadratic form of all units; Z with the larger layer summed out; F from the energies of all h",
    "E 写成全部单元的二次型；Z 先对较大的一层求和；F 由所有 h 的能量求出",
)
def by_quadratic_form(**inputs: Any) -> dict[str, Value]:
    """x = (1, v, h) against one symmetric matrix of weights and biases."""
    rbm = Rbm(*(np.asarray(inputs[name], dtype=float) for name in ("w", "a", "b")))
    m, n = rbm.w.shape
    q = np.zeros((1 + m + n, 1 + m + n))
    q[0, 1:] = np.concatenate([rbm.a, rbm.b])
    q[1 : 1 + m, 1 + m :] = rbm.w

    def energy(h: tuple[float, ...]) -> float:
        x = np.array([1, *inputs["v"], *h], dtype=float)
        return float(-x @ (q + q.T) @ x / 2)

    found: dict[str, Value] = {"E": energy(inputs["h"])}
    if inputs["energy_only"]:
        return found
    if not _without_partition(rbm):
        log_z = log_partition(rbm)
        found |= {"Z": float(np.exp(log_z)), "p": float(np.exp(-found["E"] - log_z))}
    logs = np.array([-energy(tuple(h)) for h in states(n)])
    return found | {"free-energy": -float(logs.max() + np.log(np.exp(logs - logs.max()).sum()))}


MOST_WEIGHTS = 8


@rbm_energy.pictures
def pictures(worked: Worked) -> list[Picture]:
    """Both layers with the active units filled, and a W of up to 8×8 with the weights between them in brackets."""
    v, h = worked.inputs["v"], worked.inputs["h"]
    link = Text("↕ W, no links within a layer", "↕ W，层内没有连接")
    layers = (Layer(Text("hidden h", "隐藏层 h"), filled(h), link), Layer(Text("visible v", "可见层 v"), filled(v)))
    head = tuple(f"h{low(j)}={on}" for j, on in enumerate(h, 1))
    labels = ("", *(f"v{low(i)}={on}" for i, on in enumerate(v, 1)))
    active = tuple((i, j) for i, on in enumerate(v, 1) if on for j, too in enumerate(h) if too)
    rows = (head, *(written(row) for row in worked.inputs["w"]))
    graph = Layers(Text("Units that are on are filled", "开启的单元为实心"), layers)
    if max(len(v), len(h)) > MOST_WEIGHTS:
        return [graph]
    return [
        graph,
        Cells(
            Text("W, the weights between active units in brackets", "权重 W，方括号内为两端都开启者"),
            rows,
            active,
            labels,
        ),
    ]


@rbm_energy.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two visible units and one hidden, the energy; 2: three and two, the energy; 3: two and two, also Z and p."""
    m, n = ((2, 1), (3, 2), (2, 2))[level - 1]
    inputs = _rbm.random_machine(rng, m, n)
    v, h = _rbm.random_state(rng, m), _rbm.random_state(rng, n)
    if not any(v) or not any(h):
        return None
    visible, hidden = float(np.dot(inputs["a"], v)), float(np.dot(inputs["b"], h))
    if visible + hidden == 0 or by_quadratic_form(**inputs, v=v, h=h, energy_only=True)["E"] == 0:
        return None
    rbm = Rbm(*(np.asarray(inputs[name]) for name in ("w", "a", "b")))
    if level == 3 and log_partition(rbm) > np.log(LARGEST_DRAWN):
        return None
    return inputs | {"v": v, "h": h, "energy_only": level < 3}
