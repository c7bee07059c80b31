"""The one rule of when two values count as the same: used by marking, by diagnosis and by tests."""

from __future__ import annotations

from typing import Any

from .values import components, is_array, is_whole, shape

RELATIVE = 0.02
OF_LARGEST = 0.01
NOISE = 1e-9


def tolerances(truth: Any, relative: float = RELATIVE) -> list[float]:
    """How far each number of an answer may lie from the true one.

    Where all true numbers are whole, they are asked for exactly. Otherwise a number may be off by 2 % of itself or
    by 1 % of the largest number of the array, so that a nearly vanishing entry is not asked for more closely than hand work gives.
    """
    numbers = list(components(truth))
    if all(isinstance(number, str) or is_whole(number) for number in numbers):
        return [0.0 if isinstance(number, str) else NOISE * max(1.0, abs(number)) for number in numbers]
    largest = max(abs(number) for number in numbers)
    share = min(OF_LARGEST, relative) if is_array(truth) else 0.0
    return [float(max(relative * abs(number), share * largest, NOISE)) for number in numbers]


def near(answer: Any, truth: Any, relative: float = RELATIVE) -> bool:
    """Whether an answer has the shape of the truth and each of its numbers lies within the tolerance."""
    if isinstance(truth, str) or isinstance(answer, str):
        return bool(answer == truth)
    if shape(answer) != shape(truth):
        return False
    return all(
        abs(a - t) <= allowed or (a != a and t != t)
        for a, t, allowed in zip(components(answer), components(truth), tolerances(truth, relative), strict=True)
    )
