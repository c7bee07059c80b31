"""`studynn compute rbm-gibbs`: an RBM sampled once up and once down."""

from collections.abc import Generator
from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng
from studynn.core.inputs import Counts, Input, Matrix, Vector
from studynn.core.picture import Layer, Layers, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, value_text
from studynn.nn.activations import Array, sigmoid
from studynn.nn.boltzmann import Rbm, energy
from studynn.worked import _rbm
from studynn.worked._losses import follow
from studynn.worked._rbm import A_HELP, B_HELP, CLOSE, UH_HELP, UV_HELP, W_HELP, A, B, W, state_input
from studynn.worked._sketches import filled, grey

MOST_UNITS = 8


@example(
    title=Text("Conditional probabilities and one Gibbs step", "RBM 条件概率与吉布斯采样"),
    topic="rbm-dbn",
    results=("p-h", "h", "p-v", "v-new"),
    notes=(
        _rbm.LETTERS,
        Text(
            "Given one layer, the units of the other are independent: all are sampled at once.",
            "给定一层，另一层各单元相互独立，可以同时采样。",
        ),
    ),
)
def rbm_gibbs(
    v: Annotated[Counts, state_input("v", "visible units, 0 or 1", "可见单元，取 0 或 1", MOST_UNITS)] = (1, 0, 1),
    w: Annotated[Matrix, Input("W", W_HELP, longest=MOST_UNITS)] = W,
    a: Annotated[Vector, Input("a", A_HELP, longest=MOST_UNITS, unless="up_only")] = A,
    b: Annotated[Vector, Input("b", B_HELP, longest=MOST_UNITS)] = B,
    u_h: Annotated[Vector, Input("u_h", UH_HELP, at_least=0, at_most=1, longest=MOST_UNITS, unless="up_only")] = (
        0.3,
        0.6,
    ),
    u_v: Annotated[Vector, Input("u_v", UV_HELP, at_least=0, at_most=1, longest=MOST_UNITS, unless="up_only")] = (
        0.9,
        0.2,
        0.5,
    ),
    up_only: Annotated[bool, Input("up-only", Text("stop at the hidden probabilities", "只求隐藏单元的概率"))] = False,
) -> Steps:
    """P(hⱼ = 1 | v) = σ(bⱼ + Σᵢ vᵢWᵢⱼ), a sample of h, P(vᵢ = 1 | h) = σ(aᵢ + Σⱼ Wᵢⱼhⱼ), and a sample of v.

    Source: Hinton 2010, equations 7 and 8; document 002, RBM.
    """
    layers = {} if up_only else {"u_h": u_h, "u_v": u_v}
    rbm = _rbm.rbm_of(rbm_gibbs, w, _idle(w) if up_only else a, b, v=v, **layers)
    _rbm.require_uniform(rbm_gibbs, **layers)
    old, for_h, for_v = _rbm.as_arrays(v, u_h, u_v)
    net = follow((yield _net_h(rbm, old)))
    p_h = follow((yield _p_h(net)))
    if not up_only:
        yield from _down(rbm, old, p_h, for_h, for_v)
    return []


def _idle(w: Any) -> tuple[float, ...]:
    """Visible biases that play no part."""
    return (0.0,) * len(w)


def _net_h(rbm: Rbm, v: Array) -> Step:
    slips = []
    if np.any(rbm.b):
        hint = Text("A hidden unit has its own bias bⱼ.", "隐藏单元有自己的偏置 bⱼ。")
        slips.append(Slip("hidden-bias-forgotten", hint, v @ rbm.w))
    title = Text("Net inputs going up", "向上的净输入")
    return Step("net-h", title, "b + Wᵀv", _rbm.upward_text(rbm, v), v @ rbm.w + rbm.b, tuple(slips))


def _p_h(net: Array) -> Step:
    slips = []
    if np.any(net):
        hint = Text("A positive net input makes the unit likely: σ(net).", "净输入为正，单元更可能开启：σ(net)。")
        slips.append(Slip("sign-lost", hint, sigmoid(-net)))
    hint = Text("A net input is no probability yet: apply σ.", "净输入还不是概率：要经 σ。")
    slips.append(Slip("not-squashed", hint, net))
    title = Text("Hidden probabilities", "隐藏单元开启的概率")
    return _rbm.probabilities("p-h", title, "P(h = 1 | v) = σ(net)", value_text(net), net, tuple(slips))


def _down(rbm: Rbm, old: Array, p_h: Array, for_h: Array, for_v: Array) -> Generator[Step, Any, None]:
    h = yield Step(
        "h",
        Text("Hidden sample", "隐藏层采样"),
        "hⱼ = [pⱼ > uⱼ]",
        f"[{value_text(p_h)} > {value_text(for_h)}]",
        _rbm.on(p_h, for_h),
        tuple(_rbm.sample_slips(p_h, for_h)),
    )
    net = follow((yield _net_v(rbm, follow(h), p_h)))
    title = Text("Visible probabilities", "可见单元开启的概率")
    p_v = follow((yield _rbm.probabilities("p-v", title, "P(v = 1 | h) = σ(net)", value_text(net), net)))
    new = _rbm.on(p_v, for_v)
    hint = Text("A new v is drawn from P(v | h).", "新的 v 要由 P(v | h) 采样。")
    yield Step(
        "v-new",
        Text("Visible sample: reconstruction", "可见层采样：重构"),
        "vᵢ = [pᵢ > uᵢ]",
        f"[{value_text(p_v)} > {value_text(for_v)}]",
        new,
        () if np.array_equal(new, old) else (Slip("old-v-kept", hint, old),),
    )


def _net_v(rbm: Rbm, h: Array, p_h: Array) -> Step:
    slips = []
    if not np.array_equal(h, p_h):
        hint = Text("Going down starts from the sample h, zeros and ones.", "向下时用采样得到的 h（0 或 1）。")
        slips.append(Slip("probabilities-for-states", hint, rbm.w @ p_h + rbm.a))
    if np.any(rbm.a):
        hint = Text("A visible unit has its own bias aᵢ.", "可见单元有自己的偏置 aᵢ。")
        slips.append(Slip("visible-bias-forgotten", hint, rbm.w @ h))
    title = Text("Net inputs going down", "向下的净输入")
    return Step("net-v", title, "a + Wh", _rbm.downward_text(rbm, h), rbm.w @ h + rbm.a, tuple(slips))


@rbm_gibbs.check(
    "turn each unit on and off: the drop in energy gives its probability", "逐个单元开、关，由能量之差求概率"
)
def by_energies(**inputs: Any) -> dict[str, Value]:
    """P(unit = 1) = e^(−E(on))/(e^(−E(on)) + e^(−E(off))), whatever the other units of its layer are."""
    a = _idle(inputs["w"]) if inputs["up_only"] else inputs["a"]
    w, a, b, v, u_h, u_v = _rbm.as_arrays(*(inputs["w"], a, *(inputs[name] for name in ("b", "v", "u_h", "u_v"))))
    rbm = Rbm(w, a, b)

    def likely(gap: Array) -> float:
        return float(np.exp(-np.logaddexp(0.0, -gap)))

    others = np.ones(len(b))
    p_h = np.array(
        [likely(energy(rbm, v, _set(others, j, 0)) - energy(rbm, v, _set(others, j, 1))) for j in range(len(b))]
    )
    if inputs["up_only"]:
        return {"p-h": p_h}
    h = np.array([float(u < p) for u, p in zip(u_h, p_h, strict=True)])
    p_v = np.array([likely(energy(rbm, _set(v, i, 0), h) - energy(rbm, _set(v, i, 1), h)) for i in range(len(a))])
    return {"p-h": p_h, "h": h, "p-v": p_v, "v-new": np.array([float(u < p) for u, p in zip(u_v, p_v, strict=True)])}


def _set(state: Array, unit: int, value: float) -> Array:
    found = state.copy()
    found[unit] = value
    return found


@rbm_gibbs.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The way up and the way down, the probabilities in shades of grey, what is on filled."""
    up = [
        Layer(
            Text("P(h = 1 | v)", "P(h = 1 | v)"), grey(worked.step("p-h").value), Text("↑ σ(b + Wᵀv)", "↑ σ(b + Wᵀv)")
        ),
        Layer(Text("visible v", "可见层 v"), filled(worked.inputs["v"])),
    ]
    title = Text("Up: the darker, the more probably on", "向上：颜色越深，越可能开启")
    if worked.inputs["up_only"]:
        return [Layers(title, tuple(up))]
    h = filled(worked.step("h").value)
    link = Text("↑ on where u < p", "↑ u < p 时开启")
    down = (
        Layer(Text("hidden h", "隐藏层 h"), h, Text("↓ σ(a + Wh)", "↓ σ(a + Wh)")),
        Layer(
            Text("P(v = 1 | h)", "P(v = 1 | h)"),
            grey(worked.step("p-v").value),
            Text("↓ on where u < p", "↓ u < p 时开启"),
        ),
        Layer(Text("new v", "新的 v"), filled(worked.step("v-new").value)),
    )
    return [
        Layers(title, (Layer(Text("hidden h", "隐藏层 h"), h, link), *up)),
        Layers(Text("And down again from the sample h", "再由采样的 h 向下"), down),
    ]


@rbm_gibbs.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: the hidden probabilities of two units; 2: three and two units, up and down; 3: three of each."""
    m, n = ((2, 2), (3, 2), (3, 3))[level - 1]
    inputs = _rbm.random_machine(rng, m, n) | {"v": _rbm.random_state(rng, m), "up_only": level == 1}
    inputs |= {
        "u_h": tuple(rng.randint(1, 19) / 20 for _ in range(n)),
        "u_v": tuple(rng.randint(1, 19) / 20 for _ in range(m)),
    }
    if not any(inputs["v"]):
        return None
    if level == 1:
        return {name: value for name, value in inputs.items() if name not in ("a", "u_h", "u_v")}
    found = by_energies(**inputs)
    gaps = np.concatenate([found["p-h"] - inputs["u_h"], found["p-v"] - inputs["u_v"]])
    return inputs if np.abs(gaps).min() >= CLOSE else None
