"""What the examples on layered networks share: notation, steps, exact cancellation, shapes that must fit, draws."""

from itertools import pairwise

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import input_text, inputs_of
from studynn.core.steps import Example, Inputs, Slip, Step, Value
from studynn.core.text import Text, value_text
from studynn.nn.activations import ACTIVATIONS, Array
from studynn.nn.dense import activate

SUPERSCRIPTS = "⁰¹²³"
SIGNS = {"identity": "", "relu": "ReLU", "sigmoid": "σ", "tanh": "tanh", "softmax": "softmax"}
# float64 leaves at most about 1e−16 of the largest term for each of the up to 17 terms of a sum
NOISE = 4e-15


def settled(total: Array, size: Array) -> Array:
    """A sum with the entries set to 0 that vanish but for rounding; `size` is the sum of the magnitudes of the terms.

    So 3·0.1 − 0.3 is 0, as by hand, and ReLU does not fire on noise.
    """
    return np.where(np.abs(total) <= NOISE * size, 0.0, total)


def affine(w: Array, a: Array, b: Array) -> Array:
    """W a + b for a column a: (n_in,), w: (n_out, n_in), b: (n_out,) → (n_out,)."""
    return settled(w @ a + b, np.abs(w) @ np.abs(a) + np.abs(b))


def minus(a: Array, b: Array) -> Array:
    """a − b, entry by entry."""
    return settled(a - b, np.abs(a) + np.abs(b))


def array_text(array: Array) -> str:
    """An array as in `value_text`, but a matrix of one row keeps its brackets, `[[1, 2]]`, to differ from a vector."""
    return f"[{value_text(array[0])}]" if array.ndim == 2 and len(array) == 1 else value_text(array)


def affine_text(w: Array, a: str, b: Array) -> str:
    """W a + b with numbers in, for a column already written out."""
    return f"{array_text(w)}·{a} + {value_text(b)}"


def applied_text(activation: str, inside: str) -> str:
    """f(z) for a z already written out; the identity leaves the brackets only."""
    return f"{SIGNS[activation]}({inside})"


def sums(layer: int, title: Text, w: Array, a: Array, b: Array, slips: tuple[Slip, ...] = ()) -> Step:
    """The step zˡ = Wˡaˡ⁻¹ + bˡ, where a⁰ is x."""
    up, below = SUPERSCRIPTS[layer], f"a{SUPERSCRIPTS[layer - 1]}" if layer > 1 else "x"
    return Step(f"z{layer}", title, f"W{up}{below} + b{up}", affine_text(w, value_text(a), b), affine(w, a, b), slips)


def activations(layer: int, title: Text, activation: str, z: Array, slips: tuple[Slip, ...] = ()) -> Step:
    """The step aˡ = f(zˡ)."""
    formula, shown = f"z{SUPERSCRIPTS[layer]}", value_text(z)
    if activation != "identity":
        formula, shown = applied_text(activation, formula), applied_text(activation, shown)
    return Step(f"a{layer}", title, formula, shown, activate(activation, z), slips)


def slope(layer: int, activation: str, z: Array, a: Array) -> tuple[str, str, Array]:
    """f′(zˡ) as a formula, with numbers in, and its value; from the activations where these give it."""
    up, numbers = SUPERSCRIPTS[layer], value_text(a)
    if activation == "sigmoid":
        return f"a{up} ⊙ (1 − a{up})", f"{numbers} ⊙ (1 − {numbers})", a * (1 - a)
    if activation == "tanh":
        return f"(1 − a{up} ⊙ a{up})", f"(1 − {numbers} ⊙ {numbers})", 1 - a * a
    value = ACTIVATIONS[activation][1](z)
    return f"f′(z{up})", value_text(value), value


def require_layer(example: Example, number: int, w: Value, b: Value, option: str, below: Value) -> None:
    """Raise InputError unless layer `number` fits what it stands on, and its biases fit its weights.

    `below` is the value of `option`: the vector `x`, or the weights of the layer before.
    """
    rows, columns = np.shape(w)
    width = len(below)
    if columns != width:
        under = Text(f"--{option} of length {width}", f"长度为 {width} 的 --{option}")
        if np.ndim(below) == 2:
            under = Text(f"--{option} of {_size(below)}", f" {_size(below)} 的 --{option}")
        raise _refusal(
            example,
            f"w{number}",
            w,
            Text(
                f"must be {rows}×{width} to fit {under.en}, it is {rows}×{columns}",
                f"应为 {rows}×{width}，才能接在{under.zh} 之后，现为 {rows}×{columns}",
            ),
        )
    require_length(example, f"b{number}", b, f"w{number}", w)


def require_length(example: Example, option: str, vector: Value, weights: str, w: Value) -> None:
    """Raise InputError unless a vector has one number for each row of the weights."""
    if len(vector) != len(w):
        raise _refusal(
            example,
            option,
            vector,
            Text(
                f"must have length {len(w)} to fit --{weights} of {_size(w)}, it has length {len(vector)}",
                f"长度应为 {len(w)}，才能与 {_size(w)} 的 --{weights} 相配，现为 {len(vector)}",
            ),
        )


def require_pair(example: Example, number: int, w: Value | None, b: Value | None) -> None:
    """Raise InputError where a layer's weights are given without its biases, or the other way round."""
    if (w is None) != (b is None):
        given, missing = ("w", "b") if b is None else ("b", "w")
        raise _refusal(
            example,
            f"{given}{number}",
            w if b is None else b,
            Text(f"must come together with --{missing}{number}", f"须与 --{missing}{number} 一起给出"),
        )


def _size(matrix: Value) -> str:
    return "×".join(str(length) for length in np.shape(matrix))


def _refusal(example: Example, option: str, value: Value, allowed: Text) -> InputError:
    return InputError(option, input_text(inputs_of(example)[option], value), allowed)


def random_vector(rng: Rng, length: int, options: tuple[float, ...]) -> tuple[float, ...]:
    """Numbers picked from the options."""
    return tuple(float(pick(rng, options)) for _ in range(length))


def random_layers(rng: Rng, widths: tuple[int, ...], weights: tuple[float, ...]) -> Inputs:
    """The inputs w1, b1, w2, … of a network of these widths; a bias may be 0, a weight only if among `weights`."""
    inputs: Inputs = {}
    for number, (below, width) in enumerate(pairwise(widths), 1):
        inputs[f"w{number}"] = tuple(random_vector(rng, below, weights) for _ in range(width))
        inputs[f"b{number}"] = random_vector(rng, width, (*weights, 0))
    return inputs


def half_asleep(rng: Rng, inputs: Inputs) -> Inputs:
    """The weights of a 2-2-2 ReLU network with the signs turned so that one unit of each layer, not the same, sleeps."""
    awake = rng.randint(0, 1)
    turned: Inputs = {}
    a = np.asarray(inputs["x"])
    for number, unit in ((1, awake), (2, 1 - awake)):
        w, b = np.asarray(inputs[f"w{number}"]), np.asarray(inputs[f"b{number}"])
        sign = np.where((affine(w, a, b) > 0) == (np.arange(2) == unit), 1.0, -1.0)
        w, b = w * sign[:, None], b * sign + 0.0  # adding 0 turns −0 into 0
        turned |= {f"w{number}": tuple(map(tuple, w.tolist())), f"b{number}": tuple(b.tolist())}
        a = activate("relu", affine(w, a, b))
    return turned
