"""Lays a line of notation out for a terminal: its matrices become rows in tall brackets.

[0.5, −0.5; 1, 0.5]·[1, −1] + [0, −0.5]     is set as     ⎡0.5 −0.5⎤ ⎡ 1⎤   ⎡   0⎤
                                                          ⎣  1  0.5⎦·⎣−1⎦ + ⎣−0.5⎦
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .blocks import columns, padded

MOST = 10
FIRST, LAST = 5, 2
ARRAY = re.compile(r"\[[^\[\]]*\]")


class Picture:
    """Lines of equal width; `middle` is the line on which a text beside them stands."""

    def __init__(self, lines: list[str]) -> None:
        self.width = max((columns(line) for line in lines), default=0)
        self.lines = [padded(line, self.width) for line in lines]

    @property
    def middle(self) -> int:
        return (len(self.lines) - 1) // 2

    def beside(self, other: Picture) -> Picture:
        """Both next to each other, their middles on one line."""
        above = max(self.middle, other.middle)
        below = max(len(self.lines) - self.middle, len(other.lines) - other.middle)
        rows = []
        for row in range(-above, below):
            rows.append(self._line(self.middle + row) + other._line(other.middle + row))
        return Picture(rows)

    def _line(self, index: int) -> str:
        return self.lines[index] if 0 <= index < len(self.lines) else " " * self.width


def is_tall(words: str) -> bool:
    """Whether a line of notation holds a matrix."""
    return any(";" in array or "|" in array for array in ARRAY.findall(words))


def laid_out(words: str, width: int) -> list[str]:
    """The lines that show a formula or value in at most `width` columns, as far as a single matrix fits into them."""
    if not is_tall(words):
        return wrapped(words, width)
    rows: list[Picture] = []
    current = Picture([""])
    for piece in _pieces(words, width):
        joined = current.beside(piece)
        if joined.width > width and current.width:
            rows.append(current)
            current = piece if piece.lines[0].strip() or len(piece.lines) > 1 else Picture([""])
        else:
            current = joined
    rows.append(current)
    return [line.rstrip() for picture in rows for line in picture.lines]


def _pieces(words: str, width: int) -> Iterator[Picture]:
    """Texts and arrays of a line in order; an operator goes with what follows it, so that a line may break before it."""
    position = 0
    for match in ARRAY.finditer(words):
        before = words[position : match.start()]
        yield from (Picture([part]) for part in re.split(r"(?<=\S)(?= [+−⊙·=] ?)", before) if part)
        yield _array(match[0], width)
        position = match.end()
    rest = words[position:]
    if rest:
        yield Picture([rest])


def _array(words: str, width: int) -> Picture:
    inner = words[1:-1]
    stacks = [[_entries(matrix) for matrix in stack.split("|")] for stack in inner.split("||")]
    pictures = [[_matrix(rows) for rows in stack] for stack in stacks]
    lines: list[Picture] = []
    for stack in pictures:
        current = stack[0]
        for picture in stack[1:]:
            bar = Picture(["│"] * max(len(current.lines), len(picture.lines)))
            joined = current.beside(bar).beside(picture)
            if joined.width > width:
                lines.append(current)
                current = picture
            else:
                current = joined
        lines.append(current)
    return Picture([line for picture in lines for line in picture.lines]) if len(lines) > 1 else lines[0]


def _entries(matrix: str) -> list[list[str]]:
    rows = [[entry.strip() for entry in row.split(",")] for row in matrix.split(";")]
    if len(rows) == 1:
        return [[entry] for entry in rows[0]]  # a vector stands as a column
    return rows


def _matrix(rows: list[list[str]]) -> Picture:
    rows = [_shortened(row, "…") for row in _shortened(rows, ["⋮"] * len(rows[0]))]
    widths = [max(columns(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        " ".join(padded(entry, width, right=True) for entry, width in zip(row, widths, strict=True)) for row in rows
    ]
    if len(lines) == 1:
        return Picture([f"[{lines[0]}]"])
    left = ["⎡", *["⎢"] * (len(lines) - 2), "⎣"]
    right = ["⎤", *["⎥"] * (len(lines) - 2), "⎦"]
    return Picture([a + line + b for a, line, b in zip(left, lines, right, strict=True)])


def _shortened(entries: list[Any], mark: Any) -> list[Any]:
    return entries if len(entries) <= MOST else [*entries[:FIRST], mark, *entries[-LAST:]]


def wrapped(words: str, width: int) -> list[str]:
    """A text in lines of at most `width` columns, broken at spaces, between Chinese signs, or where nothing else helps."""
    lines: list[str] = []
    for paragraph in words.split("\n"):
        line = ""
        for word in re.findall(
            r"[\u2e80-\u9fff\uff00-\uffef][，。；：、！？）”]*|[^\s\u2e80-\u9fff\uff00-\uffef]+|\s+", paragraph
        ):
            if columns(line + word.rstrip()) > width and line.strip():
                lines.append(line.rstrip())
                line = ""
                word = word.lstrip()
            while columns(word) > width:
                cut = next(n for n in range(len(word), 0, -1) if columns(word[:n]) <= width)
                lines.append(word[:cut])
                word = word[cut:]
            line += word
        lines.append(line.rstrip())
    return lines
