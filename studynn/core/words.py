"""Short phrases about values that several question types say in the same way."""

from __future__ import annotations

from typing import Any

from .near import RELATIVE, tolerances
from .text import EXACT_DIGITS, SHOWN_DIGITS, Text, number_text
from .values import is_array, is_whole, shape


def number_form(truth: Any) -> Text:
    """What a number that is asked for should look like."""
    if isinstance(truth, int):
        return Text("a whole number", "一个整数")
    return Text("a number or a fraction", "一个数或分数")


def value_form(truth: Any) -> Text:
    """What a value that is asked for should look like: a number, or an array of a certain shape."""
    axes = shape(truth)
    if not axes:
        return number_form(truth)
    if len(axes) == 1:
        example = ", ".join(str(number + 1) for number in range(min(axes[0], 4)))
        return Text(f"{axes[0]} numbers, as in {example}", f"{axes[0]} 个数，例如 {example}")
    size = "×".join(str(length) for length in axes)
    if len(axes) == 2:
        return Text(f"a {size} matrix, as in 1,2;3,4", f"{size} 的矩阵，例如 1,2;3,4")
    return Text(f"a {size} array, as in 1,2;3,4 | 5,6;7,8", f"{size} 的数组，例如 1,2;3,4 | 5,6;7,8")


def accepted_range(truth: Any, relative: float = RELATIVE) -> Text | None:
    """The interval of accepted answers, or nothing where an exact whole number or an array is asked for."""
    if is_array(truth) or isinstance(truth, str):
        return None
    allowed = tolerances(truth, relative)[0]
    if is_whole(truth) or truth - truth != 0:
        return None
    digits = SHOWN_DIGITS if allowed > 1e-3 * abs(truth) else EXACT_DIGITS
    low = _rounded(float(truth) - allowed, digits, "ROUND_CEILING")
    high = _rounded(float(truth) + allowed, digits, "ROUND_FLOOR")
    return Text(f"accepted: {low} to {high}", f"可接受范围：{low} 到 {high}")


def _rounded(end: float, digits: int, direction: str) -> str:
    """An end of an interval as text of few digits, rounded into the interval so that it is accepted itself."""
    from decimal import Context

    return number_text(float(Context(prec=digits, rounding=direction).create_decimal_from_float(end)))
