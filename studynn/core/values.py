"""The values of steps: numbers, exact fractions, words, and arrays of numbers.

An array is a nested tuple or list, or a NumPy array, which is known here by its `tolist` only:
the core never imports NumPy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def is_array(value: Any) -> bool:
    """Whether a value is a vector, matrix or tensor (nested, or a NumPy array of at least one axis)."""
    return isinstance(value, list | tuple) or (hasattr(value, "tolist") and getattr(value, "ndim", 0) > 0)


def plain(value: Any) -> Any:
    """The same value as plain Python numbers and nested lists."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value


def shape(value: Any) -> tuple[int, ...]:
    """The lengths along each axis; `()` for a number. A ragged array has the shape of its first parts."""
    found = getattr(value, "shape", None)
    if isinstance(found, tuple):
        return found
    if isinstance(value, list | tuple):
        return (len(value), *(shape(value[0]) if value else ()))
    return ()


def is_ragged(value: Any) -> bool:
    """Whether the rows of a nested list differ in length or depth."""
    if not isinstance(value, list | tuple):
        return False
    return any(is_ragged(part) or shape(part) != shape(value[0]) for part in value)


def components(value: Any) -> Iterator[Any]:
    """All numbers of a value in reading order."""
    value = plain(value)
    if isinstance(value, list):
        for part in value:
            yield from components(part)
    else:
        yield value


def is_whole(number: Any) -> bool:
    """Whether a number is a whole one, up to the noise of float64."""
    return isinstance(number, int) or (
        number == number and abs(number) < 1e15 and abs(number - round(number)) <= 1e-9 * max(1.0, abs(number))
    )


def like(value: Any, model: Any) -> Any:
    """`value` as the same kind of thing as `model`: nested numbers become an array where the model is one."""
    if hasattr(model, "tolist") and is_array(model) and shape(value) == shape(model):
        copied = model.copy() if all(isinstance(number, int) for number in components(value)) else model.astype(float)
        copied[...] = value
        return copied
    return value


def nested(numbers: Iterator[Any], axes: tuple[int, ...]) -> Any:
    """Lay a run of numbers out with the given lengths along each axis, as nested tuples."""
    if not axes:
        return next(numbers)
    return tuple(nested(numbers, axes[1:]) for _ in range(axes[0]))
