"""The one rule of when two values count as the same: used by marking, by diagnosis and by tests."""

from __future__ import annotations

from typing import Any

from .values import components, is_array, is_ragged, is_whole, shape

RELATIVE = 0.02
OF_LARGEST = 0.01
NOISE = 1e-9
OF_ONE = 0.1


def tolerances(truth: Any, relative: float = RELATIVE) -> list[float]:
    """How far each number of an answer may lie from the true one; 0 for words and for what is not finite.

    Where all true numbers are whole, they are asked for exactly. Otherwise a number may be off by 2 % of itself or
    by 1 % of the largest number of the array, so that a nearly vanishing entry is not asked for more closely than hand work gives.
    """
    numbers = [0 if isinstance(number, str) or number - number != 0 else abs(number) for number in components(truth)]
    if all(is_whole(number) for number in numbers):
        return [min(NOISE * max(1.0, number), OF_ONE) for number in numbers]
    share = min(OF_LARGEST, relative) * max(numbers) if is_array(truth) else 0.0
    return [float(max(relative * number, share, NOISE) * (1 + NOISE)) for number in numbers]


def near(answer: Any, truth: Any, relative: float = RELATIVE) -> bool:
    """Whether an answer has the shape of the truth and each of its numbers lies within the tolerance.

    What is infinite or undefined is met only by the same.
    """
    if isinstance(truth, str) or isinstance(answer, str):
        return bool(answer == truth)
    if shape(answer) != shape(truth) or is_ragged(answer):
        return False
    return all(
        a == t or abs(a - t) <= allowed or (a != a and t != t)
        for a, t, allowed in zip(components(answer), components(truth), tolerances(truth, relative), strict=True)
    )
