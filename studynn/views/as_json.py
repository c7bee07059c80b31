"""Values as JSON: full precision, arrays as nested lists, exact fractions also as text."""

from __future__ import annotations

import json
from typing import Any

from ..core.inputs import used_inputs
from ..core.steps import Step, Worked
from ..core.text import Language
from ..core.values import components, is_array, plain
from .blocks import ACTIVE

SCHEMA = 1


def json_text(value: Any, *, indent: int | None = 1) -> str:
    """JSON in which no character is left that a terminal would obey."""
    words = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    return ACTIVE.sub(lambda match: json.dumps(match[0])[1:-1], words)


def number(value: Any) -> Any:
    """A value of a step as JSON has it; infinite and undefined numbers become null."""
    value = plain(value)
    if isinstance(value, list):
        return [number(part) for part in value]
    if is_exact_fraction(value):
        return float(value) if value.denominator != 1 else value.numerator
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return None
    return value


def is_exact_fraction(value: Any) -> bool:
    """Whether a value is a Fraction, told by its parts so that the module need not be loaded."""
    return hasattr(value, "denominator") and not isinstance(value, int)


def worked_json(
    worked: Worked, language: Language, seed: int | None = None, level: int | None = None
) -> dict[str, Any]:
    """A worked example carried out."""
    drawn = {"seed": seed, "level": level} if seed is not None else {}
    return {
        "schema": SCHEMA,
        "example": worked.example.name,
        **drawn,
        "inputs": _given(worked),
        "steps": [_step(step, language) for step in worked.steps],
        "results": {name: number(value) for name, value in worked.results.items()},
        "notes": [note.to(language) for note in worked.notes],
    }


def problem_json(worked: Worked, seed: int | None = None, level: int | None = None) -> dict[str, Any]:
    """The inputs only, as a problem to be solved."""
    drawn = {"seed": seed, "level": level} if seed is not None else {}
    return {
        "schema": SCHEMA,
        "example": worked.example.name,
        **drawn,
        "inputs": _given(worked),
        "asked": list(worked.results),
    }


def _given(worked: Worked) -> dict[str, Any]:
    return {name: number(value) for name, value in used_inputs(worked.example, worked.inputs).items()}


def _exact(value: Any) -> Any:
    """A value with its fractions as text; arrays stay arrays."""
    return [_exact(part) for part in plain(value)] if is_array(value) else str(value)


def _step(step: Step, language: Language) -> dict[str, Any]:
    fractions = any(is_exact_fraction(part) and part.denominator != 1 for part in components(step.value))
    exact = {"exact": _exact(step.value)} if fractions else {}
    return {
        "name": step.name,
        "title": step.title.to(language),
        "formula": step.formula,
        "shown": step.shown,
        "value": number(step.value),
        **exact,
    }
