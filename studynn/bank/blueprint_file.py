"""Reads the blueprint of an exam from YAML; every problem of the file at once, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from ..core.blueprint import LARGEST_SEED, MOST_MINUTES, MOST_QUESTIONS, Blueprint
from ..core.errors import StudyError
from ..core.question import Problem
from ..core.text import Text
from .marked_yaml import YamlProblem, read_yaml
from .validation import FileProblem

HEAVIEST = 1e6
KEYS = tuple(field.name for field in fields(Blueprint))
WHOLE = {"count": (1, MOST_QUESTIONS), "minutes": (1, MOST_MINUTES), "seed": (0, LARGEST_SEED)}
WEIGHTS = ("topics", "types", "levels", "marks")
LEVELS = ("1", "2", "3")


def read_blueprint(
    path: Path, types: Iterable[str], refuse_topic: Callable[[str], None]
) -> tuple[Blueprint | None, list[FileProblem]]:
    """The blueprint of a file, or nothing, and its problems in the order of their places.

    `types` are the question types there are; `refuse_topic` raises StudyError for a name that is no topic's.
    """
    try:
        marked = read_yaml(path)
    except YamlProblem as problem:
        return None, [FileProblem(path, *problem.place, problem.what)]
    value = marked.value
    problems = [*_problems(value, tuple(types), refuse_topic)]
    found = [FileProblem(path, *marked.place(problem.at), problem.what) for problem in problems]
    found.sort(key=lambda problem: (problem.line, problem.column))
    return (None if found else _built(value)), found


def _built(value: dict[str, Any]) -> Blueprint:
    given = {key: part for key, part in value.items() if part is not None}
    if "title" in given:
        title = given["title"]
        given["title"] = Text(title, title) if isinstance(title, str) else Text(title["en"], title["zh"])
    for key in ("levels", "marks"):
        if key in given:
            given[key] = {int(level): float(number) for level, number in given[key].items()}
    if "marks" in given:
        given["marks"] = dict(Blueprint().marks) | given["marks"]
    return Blueprint(**given)


def _problems(value: Any, types: tuple[str, ...], refuse_topic: Callable[[str], None]) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem((), Text("a blueprint is a mapping such as `count: 20`", "蓝图应为映射，例如 `count: 20`"))
        return
    for key, part in value.items():
        if key not in KEYS:
            known = ", ".join(KEYS)
            yield Problem((key,), Text(f"`{key}` is not known here: use {known}", f"这里没有 `{key}`：可用 {known}"))
        elif key in WHOLE and part is not None:
            low, high = WHOLE[key]
            if type(part) is not int or not low <= part <= high:
                yield Problem(
                    (key,),
                    Text(
                        f"`{key}` must be a whole number from {low} to {high}", f"`{key}` 应为 {low} 到 {high} 的整数"
                    ),
                )
        elif key == "title":
            yield from _title_problems(part)
        elif key in WEIGHTS:
            yield from _weight_problems(key, part)
    yield from _name_problems(value, types, refuse_topic)


def _title_problems(title: Any) -> Iterator[Problem]:
    texts = [title] if isinstance(title, str) else list(title.values()) if isinstance(title, dict) else []
    keys = set(title) if isinstance(title, dict) else {"en", "zh"}
    if keys != {"en", "zh"} or not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        yield Problem(
            ("title",), Text("`title` must be text, or {en: …, zh: …}", "`title` 应为文字，或 {en: …, zh: …}")
        )


def _weight_problems(key: str, weights: Any) -> Iterator[Problem]:
    if not isinstance(weights, dict) or not weights:
        yield Problem((key,), Text(f"`{key}` must be a mapping of names to numbers", f"`{key}` 应为由名称到数的映射"))
        return
    sound = True
    for name, weight in weights.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= HEAVIEST:
            sound = False
            yield Problem((key, name), Text(f"`{name}` must be a number, 0 or more", f"`{name}` 应为不小于 0 的数"))
        elif key == "marks" and (weight <= 0 or 2 * weight != int(2 * weight)):
            sound = False
            yield Problem((key, name), Text("marks are whole or half numbers above 0", "分值应为大于 0 的整数或半数"))
    if sound and not any(weights.values()):
        yield Problem((key,), Text(f"`{key}` leaves nothing to ask: all are 0", f"`{key}` 全为 0，无题可出"))


def _name_problems(
    value: dict[str, Any], types: tuple[str, ...], refuse_topic: Callable[[str], None]
) -> Iterator[Problem]:
    """Names that nothing has: of levels, types and topics."""
    for key, known in (("types", types), ("levels", LEVELS), ("marks", LEVELS)):
        for name in value[key] if isinstance(value.get(key), dict) else ():
            if name not in known:
                words = ", ".join(known)
                yield Problem((key, name), Text(f"{name}: must be one of {words}", f"{name}：应为 {words} 之一"))
    for name in value["topics"] if isinstance(value.get("topics"), dict) else ():
        try:
            refuse_topic(name)
        except StudyError as problem:
            yield Problem(("topics", name), problem.message)
