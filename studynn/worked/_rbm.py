"""What the examples on restricted Boltzmann machines share: inputs, shapes that must fit, notation, draws."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, input_text, inputs_of
from studynn.core.steps import Example, Inputs, Slip, Step, Value
from studynn.core.text import Text, value_text
from studynn.nn.activations import Array, sigmoid
from studynn.nn.boltzmann import Rbm
from studynn.worked._layers import array_text
from studynn.worked._recurrent import require_shape

W = ((1.0, -0.5), (0.5, 2.0), (-1.0, 0.5))
A = (0.5, -1.0, 0.0)
B = (-0.5, 1.5)
LETTERS = Text(
    "a is the visible bias, b the hidden one, W is visible×hidden; other texts exchange a and b.",
    "a 是可见层偏置，b 是隐藏层偏置，W 为可见×隐；有的教材把 a、b 对调。",
)
W_HELP = Text("weights, one row a visible unit", "权重，每行对应一个可见单元")
A_HELP = Text("visible biases", "可见层偏置")
B_HELP = Text("hidden biases", "隐藏层偏置")
UH_HELP = Text("random numbers for the hidden units: on if u < p", "隐藏单元的随机数：u < p 时开启")
UV_HELP = Text("random numbers for the visible units", "可见单元的随机数")
CLOSE = 0.05  # a drawn random number keeps this distance from its probability


def state_input(symbol: str, en: str, zh: str, most: int) -> Input:
    """An input of zeros and ones."""
    return Input(symbol, Text(en, zh), at_least=0, at_most=1, longest=most)


def rbm_of(example: Example, w: Any, a: Any, b: Any, **layers: Any) -> Rbm:
    """The machine as arrays; InputError where biases or states (`v…`, `u_v` visible, others hidden) do not fit W."""
    rbm = Rbm(*(np.asarray(array, dtype=float) for array in (w, a, b)))
    m, n = rbm.w.shape
    why = Text(f"to fit --w of {m}×{n}", f"（--w 为 {m}×{n}）")
    for name, given in {"a": a, "b": b, **layers}.items():
        due = m if name in ("a", "u_v") or name.startswith("v") else n
        require_shape(example, name, np.asarray(given, dtype=float), (due,), why)
    return rbm


def require_uniform(example: Example, **uniforms: Sequence[float]) -> None:
    """Raise InputError for a uniform number of 1 (Input refuses what lies outside 0 to 1)."""
    for name, given in uniforms.items():
        if max(given) >= 1:
            option = inputs_of(example)[name]
            allowed = Text("must be numbers from 0 to below 1", "各数应不小于 0 且小于 1")
            raise InputError(option.option, input_text(option, given), allowed)


def upward_text(rbm: Rbm, v: Array) -> str:
    """b + Wᵀv with numbers in."""
    return f"{value_text(rbm.b)} + {array_text(rbm.w)}ᵀ·{value_text(v)}"


def downward_text(rbm: Rbm, h: Array) -> str:
    """a + Wh with numbers in."""
    return f"{value_text(rbm.a)} + {array_text(rbm.w)}·{value_text(h)}"


def on(p: Array, u: Array) -> Array:
    """1 where u < p, otherwise 0."""
    return (u < p).astype(float)


def sample_slips(p: Array, u: Array) -> list[Slip]:
    """What goes wrong where units are sampled."""
    slips = []
    if not np.array_equal(on(p, u), on(p, np.full_like(p, 0.5))):
        hint = Text(
            "A sample is not rounded: hold p against the random number u.", "采样不是四舍五入：要用随机数 u 与 p 比较。"
        )
        slips.append(Slip("threshold-half", hint, on(p, np.full_like(p, 0.5))))
    hint = Text("A likely unit is mostly on: it turns on when u is below p.", "概率大的单元多半开启：u 小于 p 时为 1。")
    return [*slips, Slip("comparison-reversed", hint, (u > p).astype(float))]


def probabilities(name: str, title: Text, formula: str, shown: str, net: Array, slips: tuple[Slip, ...] = ()) -> Step:
    """The step p = σ(net)."""
    return Step(name, title, formula, f"σ({shown})", sigmoid(net), slips)


def random_machine(rng: Rng, m: int, n: int) -> Inputs:
    """Weights and biases in halves, none of them 0."""
    return {
        "w": tuple(random_halves(rng, n) for _ in range(m)),
        "a": random_halves(rng, m),
        "b": random_halves(rng, n),
    }


def random_halves(rng: Rng, count: int) -> tuple[float, ...]:
    """Numbers from −2 to 2 in halves, none of them 0."""
    return tuple(pick(rng, (-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0)) for _ in range(count))


def random_state(rng: Rng, count: int) -> tuple[int, ...]:
    """Zeros and ones."""
    return tuple(rng.randint(0, 1) for _ in range(count))


def as_arrays(*values: Value) -> tuple[Array, ...]:
    """Float arrays of what was given."""
    return tuple(np.asarray(value, dtype=float) for value in values)
