"""What the examples on probabilities and losses share: logarithms that end a derivation, notation, refusals, draws."""

from collections.abc import Iterable

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import input_text, inputs_of
from studynn.core.steps import Example, Value
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import Array

SUM_NOISE = 1e-6
LARGEST = 1e100


def ln(p: Value) -> Array:
    """Natural logarithms, −∞ at 0. ArithmeticError below 0, where a wrong value cannot be followed."""
    p = np.asarray(p, dtype=float)
    if np.any(p < 0):
        raise ArithmeticError("no logarithm below 0")
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(p))


def over(top: Value, bottom: Value) -> Array:
    """A quotient, ∞ where it is too large; ArithmeticError where a wrong value leads to a division by 0."""
    bottom = np.asarray(bottom, dtype=float)
    if np.any(bottom == 0):
        raise ZeroDivisionError
    with np.errstate(over="ignore"):
        return np.asarray(np.asarray(top, dtype=float) / bottom)


def follow(value: Value) -> Array:
    """A value sent back, as an array; ArithmeticError where it is too large or undefined to compute on."""
    array = np.asarray(value, dtype=float)
    if not np.all(np.abs(array) <= LARGEST):
        raise OverflowError
    return array


def binary_terms(p: Array, y: Array) -> Array:
    """−[y ln p + (1 − y) ln(1 − p)], where an impossible logarithm with weight 0 counts 0."""
    yes, no = (np.where(weight == 0, 0.0, ln(np.where(weight == 0, 1.0, q))) for weight, q in ((y, p), (1 - y, 1 - p)))
    return np.asarray(-(y * yes + (1 - y) * no) + 0.0)


def binary_text(p: float, y: float) -> str:
    """One such term with numbers in; a label of 0 or 1 leaves one logarithm."""
    parts = [(y, f"ln({number_text(p)})"), (1 - y, f"ln(1 − {number_text(p)})")]
    if y in (0, 1):
        return f"−{parts[int(1 - y)][1]}"
    return f"−({added(f'{number_text(round(weight, 12))}·{text}' for weight, text in parts)})"


def signed(number: Value) -> str:
    """A number as it stands behind an operator: negative ones in parentheses."""
    text = number_text(float(number))
    return f"({text})" if text.startswith("−") else text


def added(terms: Iterable[str]) -> str:
    """Terms with plus signs between them; every term already has its parentheses."""
    return " + ".join(terms)


def column(numbers: Array) -> str:
    """A number, or a column of numbers: `[1; 2]`."""
    return f"[{'; '.join(number_text(float(number)) for number in numbers)}]" if numbers.ndim else value_text(numbers)


def averaged(terms: list[str], minus: bool = False) -> str:
    """`−ln(0.5)`, or for several terms their mean: `−(ln(0.5) + ln(0.2))/2`."""
    sign = "−" if minus else ""
    return f"{sign}{terms[0]}" if len(terms) == 1 else f"{sign}({added(terms)})/{len(terms)}"


def scalar(number: Value) -> float:
    """A 0-d array as a float, without a negative zero."""
    return float(number) + 0.0


def refusal(example: Example, name: str, value: Value, allowed: Text) -> InputError:
    """The error for an input as it was typed."""
    option = inputs_of(example)[name]
    return InputError(option.option, input_text(option, value), allowed)


def size(value: Value) -> str:
    """A shape in words of the command line: `3` or `2×3`."""
    return "×".join(map(str, np.shape(value)))


def require_same_shape(example: Example, name: str, value: Value, other: str, model: Value) -> None:
    """Raise InputError unless an input has the shape of another one."""
    if np.shape(value) == np.shape(model):
        return
    due, found = size(model), size(value)
    numbers = "" if "×" in due else " numbers" if due != "1" else " number"
    raise refusal(
        example,
        name,
        value,
        Text(
            f"must be {due}{numbers} to fit --{other}, it is {found}",
            f"应为 {due}{' 个数' if numbers else ''}，与 --{other} 相同，现为 {found}",
        ),
    )


def numbers(rng: Rng, count: int, options: tuple[float, ...] | range) -> tuple[float, ...]:
    """Some of the options, each equally likely, as floats."""
    return tuple(float(pick(rng, options)) for _ in range(count))
