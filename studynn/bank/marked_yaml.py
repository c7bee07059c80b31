"""Reads the part of YAML that content needs, keeping the line and column of every value.

Values are null, true, false, numbers and text as in YAML 1.2 (so `yes`, `12:30` and `010` stay text, `1e-3` is a number).
Tags, anchors, aliases, repeated keys and several documents in a file are refused, so that a file can neither build Python
objects nor grow in memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.errors import StudyError
from ..core.text import Text

LARGEST_FILE = 4_000_000
DEEPEST = 20

Path_ = tuple[str | int, ...]
Place = tuple[int, int]

_CONTROL = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


@dataclass
class Marked:
    """A file's value with the place (line and column from 1) of every part of it, by its path of keys and indices."""

    value: Any
    places: dict[Path_, Place] = field(default_factory=dict)

    def place(self, path: Path_) -> Place:
        """Where a part stands; for one that is missing, where the part around it stands."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))


class YamlProblem(StudyError):
    """A file that is not readable, with the place of the first obstacle."""

    def __init__(self, place: Place, what: Text) -> None:
        self.place = place
        self.what = what
        super().__init__(what, exit_code=1)


def read_yaml(path: Path) -> Marked:
    """Read a file. Raises YamlProblem for one that is too large, is no UTF-8, or holds what content may not hold."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise YamlProblem((1, 1), _too_large(size))
        with path.open("rb") as file:  # a pipe has no size: it is read only as far as a file may be long
            data = file.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise YamlProblem((1, 1), _too_large(len(data)))
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise YamlProblem(
            (1, 1), Text(f"is not UTF-8 text (byte {error.start})", f"不是 UTF-8 文本（第 {error.start} 字节）")
        ) from None
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise YamlProblem((1, 1), Text(f"cannot be read: {reason}", f"无法读取：{reason}")) from None
    return parse_yaml(text)


def _too_large(size: int) -> Text:
    return Text(
        f"{size / 1e6:.1f} MB is too large: at most {LARGEST_FILE / 1e6:.0f} MB",
        f"{size / 1e6:.1f} MB 太大：最多 {LARGEST_FILE / 1e6:.0f} MB",
    )


def _refuse_control_characters(text: str) -> None:
    found = _CONTROL.search(text)
    if found:
        lines = (text[: found.start()] + "x").splitlines()
        code = f"U+{ord(found[0]):04X}"
        raise YamlProblem(
            (len(lines), len(lines[-1])), Text(f"the control character {code} is not allowed", f"不允许控制字符 {code}")
        )


def parse_yaml(text: str) -> Marked:
    """The value of a text with its places. Raises YamlProblem at the first obstacle."""
    import yaml

    _refuse_control_characters(text)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder().build(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reason = (error.problem or "cannot be read").strip()
        raise YamlProblem(place, Text(f"is not YAML here: {reason}", f"此处不是有效的 YAML：{reason}")) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        reason = (str(error).splitlines() or ["cannot be read"])[0]
        raise YamlProblem((1, 1), Text(f"is not YAML: {reason}", f"不是有效的 YAML：{reason}")) from None


class _Builder:
    """Builds the value from the parser's events, which come flat: no depth of nesting can exhaust the interpreter."""

    def __init__(self) -> None:
        self.marked = Marked(None)
        self.open: list[tuple[Any, Path_]] = []
        self.keys: list[str | None] = []
        self.documents = 0

    def build(self, events: Any) -> Marked:
        for event in events:
            kind = type(event).__name__
            place = (event.start_mark.line + 1, event.start_mark.column + 1) if event.start_mark else (1, 1)
            if kind == "DocumentStartEvent":
                self.documents += 1
                if self.documents > 1:
                    raise YamlProblem(
                        place, Text("a second document: one file holds one", "出现第二个文档：一个文件只能有一个")
                    )
            elif kind == "AliasEvent" or getattr(event, "anchor", None):
                raise YamlProblem(
                    place,
                    Text(
                        "anchors and aliases (& and *) are not allowed: write the value out",
                        "不允许锚点与别名（& 和 *）：请直接写出内容",
                    ),
                )
            elif getattr(event, "tag", None):
                raise YamlProblem(
                    place,
                    Text(
                        f"tags are not allowed ({event.tag}): write plain values",
                        f"不允许标签（{event.tag}）：请写普通的值",
                    ),
                )
            elif kind == "ScalarEvent":
                self._scalar(event, place)
            elif kind in ("MappingStartEvent", "SequenceStartEvent"):
                self._start({} if kind == "MappingStartEvent" else [], place)
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                self.open.pop()
                self.keys.pop()
        return self.marked

    def _scalar(self, event: Any, place: Place) -> None:
        event.value.encode()  # half a character, written as an escape, is a ValueError here and not later
        if self.open and isinstance(self.open[-1][0], dict) and self.keys[-1] is None:
            container, path = self.open[-1]
            if event.value in container:
                raise YamlProblem(place, Text(f"the key {event.value} stands here twice", f"键 {event.value} 重复了"))
            self.keys[-1] = event.value
            container[event.value] = None
            self.marked.places[(*path, event.value)] = place
            return
        self._put(_resolved(event.value) if event.implicit[0] else event.value, place)

    def _start(self, container: Any, place: Place) -> None:
        if self.open and isinstance(self.open[-1][0], dict) and self.keys[-1] is None:
            raise YamlProblem(place, Text("a key must be a word", "键应为一个词"))
        if len(self.open) >= DEEPEST:
            raise YamlProblem(place, Text(f"nested deeper than {DEEPEST} levels", f"嵌套超过 {DEEPEST} 层"))
        path = self._put(container, place)
        self.open.append((container, path))
        self.keys.append(None)

    def _put(self, value: Any, place: Place) -> Path_:
        if not self.open:
            self.marked.value = value
            self.marked.places[()] = place
            return ()
        container, path = self.open[-1]
        if isinstance(container, dict):
            key = self.keys[-1]
            assert key is not None
            container[key] = value
            self.keys[-1] = None
            return (*path, key)
        container.append(value)
        inner = (*path, len(container) - 1)
        self.marked.places[inner] = place
        return inner


def _resolved(word: str) -> Any:
    """A plain scalar by the core schema of YAML 1.2, without octal and hexadecimal numbers, infinities and NaN."""
    if word.lower() in _WORDS and word in (word.lower(), word.title(), word.upper()):
        return _WORDS[word.lower()]
    if _INTEGER.fullmatch(word) and len(word) <= 300:
        return int(word)
    if _DECIMAL.fullmatch(word) and len(word) <= 300:
        value = float(word)
        return value if abs(value) != float("inf") else word
    return word
