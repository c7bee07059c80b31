"""Reads rows of the log from lines of JSON, as `history export` writes them, with care."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..core.errors import StudyError
from ..core.review import Mark, Review
from ..core.text import Text
from .log import OUTCOMES, RATINGS, YEAR_9000

CONFIDENCES = (None, 1, 2, 3)


def read_lines(path: Path) -> list[Review | Mark]:
    """The rows of a file of lines. Raises StudyError with the line that is not one."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            return list(_rows(file, path))
    except UnicodeDecodeError:
        raise StudyError(Text(f"{path}: it is not UTF-8 text", f"{path}：不是 UTF-8 文本")) from None


def _rows(lines: Iterable[str], path: Path) -> Iterator[Review | Mark]:
    from pydantic import TypeAdapter, ValidationError

    kinds: dict[bool, TypeAdapter[Any]] = {True: TypeAdapter(Mark), False: TypeAdapter(Review)}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            row = kinds["kind" in value].validate_json(line, strict=True, extra="forbid")
            _check(row)
        except (ValidationError, ValueError, TypeError, RecursionError) as error:
            raise StudyError(_not_a_row(path, number, error)) from None
        yield row


def _check(row: Review | Mark) -> None:
    """What types do not say. Raises ValueError."""
    if abs(row.moment) >= YEAR_9000:
        raise ValueError("moment")
    if isinstance(row, Review):
        answers = row.outcome is not None and row.rating is not None
        known = row.outcome in OUTCOMES and row.rating in RATINGS and row.confidence in CONFIDENCES
        if not known or answers == (row.undoes is not None):
            raise ValueError("outcome, rating, undoes")


def _not_a_row(path: Path, number: int, error: Exception) -> Text:
    reason = str(error).splitlines()
    where = f"{path}:{number}"
    if hasattr(error, "errors"):
        first = error.errors(include_url=False)[0]
        reason = [f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"]
    why = reason[0][:200] if reason else type(error).__name__
    return Text(
        f"{where}: this is not a row of a review log ({why}); nothing was merged",
        f"{where}：不是复习记录的一行（{why}）；未合并任何内容",
    )
