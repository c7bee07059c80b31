"""Text in both languages, and numbers as text by one precision rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from .values import is_array, plain

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

EXACT_DIGITS = 6
SHOWN_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Text:
    """One statement in English and in Chinese."""

    en: str
    zh: str

    def to(self, language: Language) -> str:
        """The statement in one language."""
        return self.zh if language == "zh" else self.en

    def fill(self, **values: object) -> Text:
        """Put values into the {placeholders} of both languages. Text without placeholders is unchanged."""
        return Text(fill(self.en, values), fill(self.zh, values))


def same(words: str) -> Text:
    """A text that reads the same in both languages: a formula, a number, a name."""
    return Text(words, words)


def fill(template: str, values: dict[str, object]) -> str:
    """Replace each {name} by its value. Only names given are replaced, so braces in formulas stay."""
    return re.sub(r"\{(\w+)\}", lambda match: str(values.get(match[1], match[0])), template)


def number_text(number: Any) -> str:
    """A number as the learner sees it: exact up to 6 significant digits, otherwise rounded to 4.

    Whole numbers are written out, fractions as `3/8`, minus as `−`, tiny and huge values as `1.234e−5`.
    """
    if isinstance(number, bool):
        return str(int(number))
    if isinstance(number, int):
        return str(number).replace("-", "−")
    if not isinstance(number, float):
        return str(number).replace("-", "−")  # Fraction prints as 3/8
    if number != number or number in (float("inf"), float("-inf")):
        return {"nan": "undefined", "inf": "∞", "-inf": "−∞"}[str(number)]
    if number == int(number) and abs(number) <= 1e6:
        return str(int(number)).replace("-", "−")
    exact = repr(number)
    mantissa = exact.split("e")[0].replace("-", "").replace(".", "").strip("0")
    if 9999.5 <= abs(number) < 1e6 and len(mantissa) > EXACT_DIGITS:
        return f"{number:.0f}".replace("-", "−")
    text = exact.removesuffix(".0") if len(mantissa) <= EXACT_DIGITS else f"{number:.{SHOWN_DIGITS}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")


def value_text(value: Any) -> str:
    """Any value of a step on one line: `54`, `3/8`, `[1, −0.5]`, `[1, 2; 3, 4]`, `[1, 2; 3, 4 | 5, 6; 7, 8]`.

    A matrix has its rows apart by `;`, a stack of matrices apart by `|`, a stack of stacks by `||`.
    """
    if not is_array(value):
        return value if isinstance(value, str) else number_text(plain(value))
    return f"[{_joined(plain(value))}]"


def _joined(nested: Any) -> str:
    depth = _depth(nested)
    if depth == 0:
        return number_text(nested)
    separator = {1: ", ", 2: "; ", 3: " | "}.get(depth, " || ")
    return separator.join(_joined(part) for part in nested)


def _depth(nested: Any) -> int:
    return (
        1 + _depth(nested[0]) if isinstance(nested, list | tuple) and nested else int(isinstance(nested, list | tuple))
    )


def mixed_number(numerator: int, denominator: int) -> str:
    """A quotient as a mixed number: 9/2 is `4 1/2`, 216/4 is `54`."""
    whole, rest = divmod(numerator, denominator)
    if rest == 0:
        return str(whole)
    from math import gcd

    divisor = gcd(rest, denominator)
    part = f"{rest // divisor}/{denominator // divisor}"
    return f"{whole} {part}" if whole else part
