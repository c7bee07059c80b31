"""Decks in one language: where a text is due in both, it may be written once and stands for both."""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from ..core.question import Question
from ..core.text import LANGUAGES
from ..questions import load as find_type
from ..questions import names as type_names


def spread(hint: Any, data: Any) -> Any:
    """The data of a file with every value that stands for both languages written out as {en: …, zh: …}.

    `hint` is the type that the data will be read as. What does not fit it is left as it is, for validation to report.
    """
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    if typing.get_origin(hint) is tuple and isinstance(data, list):
        return [spread(typing.get_args(hint)[0], part) for part in data]
    if not is_dataclass(hint):
        return data
    if hint is Question and isinstance(data, dict) and data.get("type") in type_names():
        hint = find_type(data["type"])
    hints = hints_of(hint)
    if isinstance(data, dict):
        return {key: spread(hints.get(key), part) for key, part in data.items()}
    written = str if set(hints.values()) == {str} else list
    if set(hints) == set(LANGUAGES) and isinstance(data, written):
        return dict.fromkeys(LANGUAGES, data)
    return data


@cache
def hints_of(kind: Any) -> dict[str, Any]:
    """The types of a record's fields by their names in a file."""
    hints = typing.get_type_hints(kind)
    return {field.name.rstrip("_"): hints[field.name] for field in fields(kind)}


def in_one_language(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON Schema whose records of both languages may also be written as one value for both."""
    for name, record in schema.get("$defs", {}).items():
        parts = record.get("properties", {})
        if set(parts) == set(LANGUAGES):
            schema["$defs"][name] = {"anyOf": [{**parts["en"], "title": "Both languages"}, record]}
    return schema
