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
        if axes[0] == 1:
            return number_form(0.5)
        example = ", ".join(str(number + 1) for number in range(min(axes[0], 4)))
        return Text(f"{axes[0]} numbers, as in {example}", f"{axes[0]} 个数，例如 {example}")
    size = "×".join(str(length) for length in axes)
    if len(axes) == 2:
        return Text(f"a {size} matrix, as in 1,2;3,4", f"{size} 的矩阵，例如 1,2;3,4")
    return Text(f"a {size} array, as in 1,2;3,4 | 5,6;7,8", f"{size} 的数组，例如 1,2;3,4 | 5,6;7,8")


def accepted_range(truth: Any, relative: float = RELATIVE, given: Any = None) -> Text | None:
    """The interval of accepted answers and how far off the given one is; nothing where an exact whole number or an array
    is asked for."""
    if is_array(truth) or isinstance(truth, str):
        return None
    allowed = tolerances(truth, relative)[0]
    if is_whole(truth) or truth - truth != 0:
        return None
    digits = SHOWN_DIGITS if allowed > 1e-3 * abs(truth) else EXACT_DIGITS
    low = _rounded(float(truth) - allowed, digits, "ROUND_CEILING")
    high = _rounded(float(truth) + allowed, digits, "ROUND_FLOOR")
    error = _error(truth, given)
    return Text(f"accepted: {low} to {high}{error.en}", f"可接受范围：{low} 到 {high}{error.zh}")


def _error(truth: Any, given: Any) -> Text:
    """How far off an answer is, in per cent of the truth; nothing where it is the truth or no number."""
    if given is None or is_array(given) or not truth or not -1e300 < given < 1e300:
        return Text("", "")
    share = float((given - truth) / abs(truth))
    if abs(share) < 5e-5:
        return Text("", "")
    percent = f"{abs(share):.2g}" if abs(share) >= 10 else f"{100 * abs(share):.2g}"
    size = Text(f"{percent} times", f"{percent} 倍") if abs(share) >= 10 else Text(f"{percent} %", f"{percent} %")
    if share > 0:
        return Text(f"; yours is {size.en} too large", f"；你的答案偏大 {size.zh}")
    return Text(f"; yours is {size.en} too small", f"；你的答案偏小 {size.zh}")


def _rounded(end: float, digits: int, direction: str) -> str:
    """An end of an interval as text of few digits, rounded into the interval so that it is accepted itself."""
    from decimal import Context

    return number_text(float(Context(prec=digits, rounding=direction).create_decimal_from_float(end)))
