"""Arrays for `--option @FILE`: JSON (also the output of another example's --json), NumPy's .npy, or CSV; `@-` is standard input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..core.answers import Unreadable, read_number
from ..core.errors import StudyError
from ..core.inputs import FromFile
from ..core.text import Text
from ..environment import Environment

LARGEST_FILE = 16_000_000


def array_from(option: str, text: str, environment: Environment) -> FromFile:
    """The array that `@FILE` or `@FILE:KEY` stands for; KEY is a result or input in another example's JSON. Raises StudyError."""
    path, _, key = text[1:].partition(":")
    try:
        if path.endswith(".npy"):
            value = _from_npy(_bytes(path, environment))
        elif path.endswith(".csv"):
            value = _from_csv(_bytes(path, environment).decode("utf-8-sig"))
        else:
            value = _from_text(_bytes(path, environment), key or option)
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise _refusal(option, text, f"cannot be read ({reason})", f"无法读取（{reason}）") from None
    except KeyError as error:
        known = error.args[0]
        raise _refusal(option, text, f"name one of {known} after a colon", f"请在冒号后写明 {known} 之一") from None
    except (ValueError, EOFError, RecursionError):
        raise _refusal(
            option, text, "must hold numbers as JSON, .npy or .csv", "应为存有数字的 JSON、.npy 或 .csv 文件"
        ) from None
    return FromFile(_tuples(value), text)


def _refusal(option: str, text: str, en: str, zh: str) -> StudyError:
    return StudyError(Text(f"--{option} {text}: {en}", f"--{option} {text}：{zh}"))


def _bytes(path: str, environment: Environment) -> bytes:
    if path == "-":
        found = environment.stdin.read(LARGEST_FILE).encode()
    else:
        with Path(path).expanduser().open("rb") as file:
            found = file.read(LARGEST_FILE + 1)
    if len(found) > LARGEST_FILE:
        raise ValueError
    return found


def _from_npy(content: bytes) -> Any:
    from io import BytesIO

    import numpy as np

    array = np.load(BytesIO(content), allow_pickle=False)
    if array.dtype.kind not in "iuf":
        raise ValueError
    return array.tolist()


def _from_csv(words: str) -> Any:
    import csv

    try:
        rows = [[read_number(cell) for cell in row] for row in csv.reader(words.splitlines()) if row]
    except (Unreadable, csv.Error):
        raise ValueError from None
    return rows[0] if len(rows) == 1 else rows


def _from_text(content: bytes, key: str) -> Any:
    """JSON, or what can be read as CSV: a pipe has no name that says which."""
    try:
        return _part(json.loads(content), key)
    except ValueError:
        return _from_csv(content.decode("utf-8-sig"))


def _part(value: Any, key: str) -> Any:
    """A list as it is; of an example's JSON the result, step or input of that name. Raises KeyError with the names there are."""
    if not isinstance(value, dict):
        return value
    parts: dict[str, Any] = dict(value.get("inputs") or {})
    parts |= {
        step["name"]: step["value"] for step in value.get("steps") or [] if isinstance(step, dict) and "name" in step
    }
    parts |= value.get("results") or {}
    if not parts:
        parts = value
    if key not in parts:
        raise KeyError(", ".join(map(str, parts)))
    return parts[key]


def _tuples(value: Any) -> Any:
    """Lists as tuples; what is no number is left for the input to refuse."""
    if isinstance(value, list):
        return tuple(_tuples(part) for part in value)
    return str(value) if isinstance(value, bool) else value
