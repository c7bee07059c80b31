"""The question types: one a file, found by its name. `true_false.py` is `type: true-false`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from ..core.question import Question


@cache
def names() -> tuple[str, ...]:
    """The names of all question types in alphabetical order, found without importing them."""
    return tuple(sorted(file.stem.replace("_", "-") for file in Path(__file__).parent.glob("[a-z]*.py")))


@cache
def load(name: str) -> type[Question]:
    """The class of exactly that question type (KeyError if there is none)."""
    if name not in names():
        raise KeyError(name)
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    return next(
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Question) and value.__module__ == module.__name__
    )
