"""What the examples on training share: notation, differences without rounding noise, numbers that must be positive."""

from studynn.core.errors import InputError
from studynn.core.steps import Value
from studynn.core.text import Text, number_text, value_text
from studynn.core.values import is_array

# float64 leaves about 1e−16 of the larger term; by hand 0.3 − 3·0.1 is 0
NOISE = 4e-15
LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def low(t: int) -> str:
    """A number as a subscript: 12 is ₁₂."""
    return str(t).translate(LOW)


def signed(value: Value) -> str:
    """A value after an operator or before a power: negative numbers stand in brackets, `(−2)`."""
    text = value_text(value)
    return f"({text})" if text.startswith("−") else text


def minus(a: Value, b: Value) -> Value:
    """a − b for numbers or arrays, where what vanishes but for rounding is 0."""
    if not is_array(a) and not is_array(b):
        rest = float(a) - float(b)
        return 0.0 if abs(rest) <= NOISE * (abs(a) + abs(b)) else rest
    from studynn.worked._layers import minus as minus_of_arrays

    return minus_of_arrays(a, b)


def require_positive(option: str, number: float) -> None:
    """Raise InputError unless a number is above 0."""
    if number <= 0:
        raise InputError(
            option, number_text(number).replace("−", "-"), Text("must be a number above 0", "应为大于 0 的数")
        )


def require_below_one(option: str, number: float) -> None:
    """Raise InputError for 1, the bound that a decay rate must stay below (Input refuses what lies outside 0 to 1)."""
    if number >= 1:
        raise InputError(option, number_text(number), Text("must be a number from 0 to below 1", "应不小于 0 且小于 1"))
