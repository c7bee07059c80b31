"""What a screen consists of, before it has a look: headings, lines, listings, grids. A renderer gives it one."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Tone = Literal["normal", "strong", "quiet", "good", "bad"]


class Heading(NamedTuple):
    """The title of what follows; `level` 1 for a screen, 2 for a part of it."""

    words: str
    level: int = 1


class Line(NamedTuple):
    """A paragraph. The tone is a help to the eye; the words say all."""

    words: str
    tone: Tone = "normal"
    indent: int = 0


class Listing(NamedTuple):
    """Lines that each begin with a label: options of a question, names with what they mean."""

    entries: tuple[tuple[str, str], ...]
    indent: int = 2
    tone: Tone = "normal"


class Maths(NamedTuple):
    """A formula or value in one line of notation; a terminal may set its matrices out in rows.

    Long arrays are elided unless the `whole` of them is needed, as in a problem.
    """

    words: str
    whole: bool = False


Cell = str | Maths


class Grid(NamedTuple):
    """A table. Where it does not fit, `stack` says how many columns at the end may go below each other."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    stack: int = 0


class Drawing(NamedTuple):
    """Lines that are a picture together, and the same told in words for those who read it line by line."""

    lines: tuple[str, ...]
    told: tuple[tuple[str, str], ...]


class Gap(NamedTuple):
    """An empty line."""


Block = Heading | Line | Listing | Grid | Drawing | Gap

_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n"} | {0x7F: 0x2421, ord("\t"): ord(" ")}
ACTIVE = re.compile(
    "[\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Signs that a terminal may obey, that reorder what is shown, that cannot be seen, or that cannot be written."""


def visible(words: str) -> str:
    """Text that a terminal shows and never obeys: control characters as their pictures, invisible marks by number."""
    return ACTIVE.sub(lambda match: f"\\u{ord(match[0]):04x}", words.translate(_PICTURES))


def columns(words: str) -> int:
    """How many columns a line takes in a terminal: two for a Chinese sign, none for a combining mark."""
    if words.isascii():
        return len(words)
    import unicodedata

    return sum(
        2 if unicodedata.east_asian_width(sign) in "WF" else unicodedata.category(sign) not in ("Mn", "Me")
        for sign in words
    )


def padded(words: str, width: int, *, right: bool = False) -> str:
    """A line filled up with spaces to a width in columns."""
    space = " " * max(0, width - columns(words))
    return space + words if right else words + space


def cut(words: str, width: int) -> str:
    """A line that takes at most so many columns; where it is longer it ends in `…`."""
    if columns(words) <= width:
        return words
    kept = words
    while kept and columns(kept) > width - 1:
        kept = kept[:-1]
    return kept + "…"
