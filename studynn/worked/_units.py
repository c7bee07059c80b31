"""What the examples on single units share: a number or an array of them, notation, refusals, draws."""

from collections.abc import Callable, Sequence

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import input_text, inputs_of
from studynn.core.steps import Example, Slip, Value
from studynn.core.text import Text, number_text
from studynn.core.values import components, is_array
from studynn.worked._training import NOISE, signed


def entries(numbers: Value) -> Value:
    """One number as a float without a negative zero, several as an array of float64."""
    import numpy as np  # loaded only where it is due: the examples without arrays start quickly

    found = np.asarray(numbers, dtype=float) + 0.0
    return float(found.reshape(())) if found.size == 1 and found.ndim < 2 else found


def entry_by_entry(write: Callable[[float], str], numbers: Value) -> str:
    """What stands for a number, or for each of several: `[2·3, 1]`."""
    written = [write(float(number)) for number in components(numbers)]
    return f"[{', '.join(written)}]" if is_array(numbers) else written[0]


def total(terms: Sequence[float]) -> float:
    """A sum that is 0 where it vanishes but for rounding, as 3·0.1 − 0.3 is by hand."""
    found = float(sum(terms))
    return 0.0 if abs(found) <= NOISE * sum(map(abs, terms)) else found


def dot(w: Sequence[float], x: Sequence[float], bias: float = 0.0) -> float:
    """w·x + b."""
    return total([*(weight * signal for weight, signal in zip(w, x, strict=True)), bias])


def times(value: Value) -> str:
    """The sign of a product with a value: `·` for a number, `⊙` entry by entry."""
    return " ⊙ " if is_array(value) else "·"


def dot_text(w: Sequence[float], x: Sequence[float], bias: float | None = None) -> str:
    """w·x with numbers in, term by term: `2·3 + (−1)·4`, and a bias behind it, `− 0.5` where it is negative."""
    total = " + ".join(f"{signed(weight)}·{signed(signal)}" for weight, signal in zip(w, x, strict=True))
    return total if bias is None else f"{total} {shifted(bias)}"


def shifted(bias: float) -> str:
    """A number added behind a sum: `+ 2`, `− 2`."""
    return f"− {number_text(-bias)}" if bias < 0 else f"+ {number_text(bias)}"


def refusal(example: Example, name: str, value: Value, allowed: Text) -> InputError:
    """The error for an input, told as it was typed."""
    wanted = inputs_of(example)[name]
    return InputError(wanted.option, input_text(wanted, value), allowed)


def require_length(example: Example, name: str, vector: Value, other: str, due: int) -> None:
    """Raise InputError unless a vector has `due` numbers, as the option `other` wants."""
    if len(vector) != due:
        raise refusal(
            example,
            name,
            vector,
            Text(
                f"must have length {due} to fit --{other}, it has length {len(vector)}",
                f"长度应为 {due}，才能与 --{other} 相配，现为 {len(vector)}",
            ),
        )


def zero_slips(z: Value, at_zero: int) -> tuple[Slip, ...]:
    """The mistake that is open to a score of exactly 0: to take the other convention."""
    if z != 0:
        return ()
    if at_zero:
        hint = Text("Here z ≥ 0 fires: a score of exactly 0 gives 1.", "这里 z ≥ 0 就激活：得分恰为 0 时输出为 1。")
        return (Slip("silent-at-zero", hint, 0),)
    hint = Text("A score of exactly 0 does not fire: the output is 0.", "得分恰为 0 时不激活：输出为 0。")
    return (Slip("fires-at-zero", hint, 1),)


def zero_note(at_zero: int) -> Text:
    """Which of both conventions holds, and how to have the other one."""
    if at_zero:
        return Text(
            "z = 0 gives the output 1 here (z ≥ 0 fires); more usual is 0, only z > 0 fires (--at-zero 0).",
            "这里 z = 0 时输出为 1（z ≥ 0 就激活）；更常见的是输出 0，只有 z > 0 才激活（--at-zero 0）。",
        )
    return Text(
        "z = 0 gives the output 0 here; some texts fire at z ≥ 0 (--at-zero 1).",
        "这里 z = 0 时输出为 0；有的教材取 z ≥ 0 时激活（--at-zero 1）。",
    )


def vector_of(rng: Rng, length: int, options: Sequence[float]) -> tuple[float, ...]:
    """Numbers picked from the options, each on its own."""
    return tuple(float(pick(rng, tuple(options))) for _ in range(length))
