"""What the examples that count shapes and parameters share: subscripts, sizes written out, images."""

from collections.abc import Sequence

from studynn.core.errors import InputError
from studynn.core.steps import Value
from studynn.core.text import Text, number_text

LOW = {ord("0") + digit: ord("₀") + digit for digit in range(10)}


def low(number: int) -> str:
    """A number as a subscript: 12 is `₁₂`."""
    return str(number).translate(LOW)


def times(*factors: Value) -> str:
    """A product with numbers in: `3·8·8`."""
    return "·".join(number_text(factor) for factor in factors)


def plus(terms: Sequence[Value]) -> str:
    """A sum with numbers in: `3860 + 105`."""
    return " + ".join(number_text(term) for term in terms)


def image_of(option: str, sizes: Sequence[int]) -> tuple[int, int, int]:
    """C, H and W of an image given as C×H×W, or as H×W with one channel; InputError otherwise."""
    if len(sizes) not in (2, 3):
        raise InputError(
            option,
            "x".join(map(str, sizes)),
            Text(
                f"must be channels x height x width, as in 3x32x32, these are {len(sizes)} numbers",
                f"应为 通道数x高x宽（如 3x32x32），这里有 {len(sizes)} 个数",
            ),
        )
    channels, height, width = (1, *sizes)[-3:]
    return channels, height, width
