"""The worked examples: one a file, found by its name. `conv_size.py` is `studynn compute conv-size`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from ..core.steps import Example


@cache
def names() -> tuple[str, ...]:
    """The names of all worked examples in alphabetical order, found without importing them."""
    files = Path(__file__).parent.glob("[a-z]*.py")
    return tuple(sorted(file.stem.replace("_", "-") for file in files))


@cache
def load(name: str) -> Example:
    """The worked example of exactly that name (KeyError if there is none)."""
    if name not in names():
        raise KeyError(name)
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    return next(
        value
        for value in vars(module).values()
        if isinstance(value, Example) and value.derive.__module__ == module.__name__
    )
