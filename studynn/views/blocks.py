"""What a screen consists of, before it has a look: headings, lines, listings, grids. A renderer gives it one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Tone = Literal["normal", "strong", "quiet", "good", "bad"]


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows; `level` 1 for a screen, 2 for a part of it."""

    words: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph. The tone is a help to the eye; the words say all."""

    words: str
    tone: Tone = "normal"
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines that each begin with a label: options of a question, names with what they mean."""

    entries: tuple[tuple[str, str], ...]
    indent: int = 2
    tone: Tone = "normal"


@dataclass(frozen=True, slots=True)
class Maths:
    """A formula or value in one line of notation; a terminal may set its matrices out in rows."""

    words: str


Cell = str | Maths


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. Where it does not fit, `stack` says how many columns at the end may go below each other."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    stack: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """An empty line."""


Block = Heading | Line | Listing | Grid | Gap

_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n"} | {0x7F: 0x2421, ord("\t"): ord(" ")}
_INVISIBLE = re.compile("[\x80-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def visible(words: str) -> str:
    """Text that a terminal shows and never obeys: control characters as their pictures, reordering marks by number."""
    words = words.translate(_PICTURES)
    return _INVISIBLE.sub(lambda match: f"\\u{ord(match[0]):04x}", words)


def columns(words: str) -> int:
    """How many columns a line takes in a terminal: two for a Chinese sign, none for a combining mark."""
    if words.isascii():
        return len(words)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in words
    )


def padded(words: str, width: int, *, right: bool = False) -> str:
    """A line filled up with spaces to a width in columns."""
    space = " " * max(0, width - columns(words))
    return space + words if right else words + space
