"""Builds content records from plain nested data that has been validated before."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from .question import Question
from .text import Text

FindType = Callable[[str], type[Question]]


def build(kind: type[Any], data: Any, find_type: FindType) -> Any:
    """A record of a dataclass from a mapping; lists become tuples, questions the class of their `type`."""
    if kind is Text:
        return Text(data, data) if isinstance(data, str) else Text(data["en"], data["zh"])
    if kind is Question:
        kind = find_type(data["type"])
    makers = _makers(kind)  # type: ignore[arg-type]
    return kind(
        **{name: make(data[key], find_type) for key, name, make in makers if key in data and data[key] is not None}
    )


@cache
def _makers(kind: type[Any]) -> tuple[tuple[str, str, Callable[[Any, FindType], Any]], ...]:
    hints = typing.get_type_hints(kind)
    return tuple((field.name.rstrip("_"), field.name, _maker(hints[field.name])) for field in fields(kind))


def _maker(hint: Any) -> Callable[[Any, FindType], Any]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        parts = [part for part in typing.get_args(hint) if part is not type(None)]
        return _maker(parts[0]) if len(parts) == 1 else lambda data, _: data
    if typing.get_origin(hint) is tuple:
        part = _maker(typing.get_args(hint)[0])
        return lambda data, find_type: tuple(part(entry, find_type) for entry in data)
    if is_dataclass(hint):
        assert isinstance(hint, type)
        return lambda data, find_type: build(hint, data, find_type)
    return lambda data, _: data
