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
ALL = 1_000_000
ARRAY = re.compile(r"(\[\[[^\[\]]*\]\]|\[[^\[\]]*\])")
BREAK = re.compile(r"(?<![\s\d+−⊙∗·×/=<>≤≥≈→(]) |(?<=\d) (?!\d+/\d)|(?<=[\]ᵀ)])(?=[·/]\S)")
WORD = re.compile(r"( *)(·?(?:\d+ \d+/\d+|[^ ·])*)")
OPENING, CLOSING = "（“‘《「【", "，。；：、！？）”’》」】"
_WIDE = r"\u2e80-\u9fff\uff00-\uffef"
_WORD = re.compile(rf"[{OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}]+)[{CLOSING}]*|\s+")


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


SPACE, NOTHING = Picture([" "]), Picture([""])


def is_tall(words: str) -> bool:
    """Whether a line of notation holds a matrix."""
    return any(_is_matrix(array) for array in ARRAY.findall(words))


def laid_out(words: str, width: int, lead: str = "", most: int = MOST) -> list[str]:
    """The lines that show a formula or value in at most `width` columns; only a longer word or number is cut.

    `lead` stands before the first row, the others are indented by it. It breaks before an operator, which stays with
    what follows it. Arrays longer than `most` are elided in matrices, and where they do not fit into one line.
    """
    room = max(1, width - columns(lead))
    rows: list[Picture] = []
    current = NOTHING
    for gap, piece in _pieces(words, room, most):
        joined = (current.beside(SPACE) if gap == " " and current.width else current).beside(piece)
        if current.width and (gap == "\n" or joined.width > room):
            rows.append(current)
            current = piece
        else:
            current = joined
    rows.append(current)
    leads = [Picture([lead]), *(Picture([" " * columns(lead)]) for _ in rows[1:])]
    return [line.rstrip() for start, row in zip(leads, rows, strict=True) for line in start.beside(row).lines]


def _pieces(words: str, room: int, most: int) -> Iterator[tuple[str, Picture]]:
    """The parts between which a line may break, each after what stands before it: nothing, a space, or a new line."""
    tall = is_tall(words)
    if not tall and columns(words) <= room:
        return iter([("", Picture([words]))])
    return _parts(words, room, most, tall, 0)


def _parts(words: str, room: int, most: int, tall: bool, depth: int) -> Iterator[tuple[str, Picture]]:
    """The parts of a line that is broken inside of at most `depth` brackets; within more where a part is too wide."""
    masked = ARRAY.sub(lambda match: "[" + "0" * (len(match[0]) - 2) + "]", words)
    places = [found.start() for found in BREAK.finditer(masked)]
    breaks = [place for place in places if masked.count("(", 0, place) - masked.count(")", 0, place) <= depth]
    for start, end in zip([0, *breaks], [*breaks, len(words)], strict=True):
        part = words[start:end]
        picture = NOTHING
        for piece in ARRAY.split(part.strip(" ")):
            picture = picture.beside(_array(piece, room, most) if tall and ARRAY.match(piece) else Picture([piece]))
        if picture.width <= room:
            yield (" " if part.startswith(" ") else ""), picture
        elif len(breaks) < len(places):
            yield from _parts(part, room, most, tall, depth + 1)
        else:
            yield from _smaller_parts(part, room, most)


def _smaller_parts(part: str, room: int, most: int) -> Iterator[tuple[str, Picture]]:
    """What does not fit into one line, on a new one: its arrays by themselves or number by number, texts word by word."""
    gap = "\n"
    for piece in ARRAY.split(part.strip(" ")):
        array = ARRAY.match(piece)
        if array and _is_matrix(piece) and (drawn := _array(piece, room, most)).width <= room:
            yield gap, drawn
            gap = ""
            continue
        for space, word in WORD.findall(_elided(piece, most) if array else piece):
            gap = gap or space[:1]
            for line in wrapped(word, room) if word else ():
                yield gap, Picture([line])
                gap = ""


def _stacks(array: str) -> list[list[list[list[str]]]]:
    """The entries of an array by stack, matrix and row. A vector is a column; in double brackets it is a row."""
    inner = array.strip("[]")
    stacks = [
        [[[entry.strip() for entry in row.split(",")] for row in matrix.split(";")] for matrix in stack.split("|")]
        for stack in inner.split("||")
    ]
    if "|" not in inner and ";" not in inner and not array.startswith("[["):
        return [[[[entry] for entry in stacks[0][0][0]]]]
    return stacks


def _is_matrix(array: str) -> bool:
    """Whether an array has rows, all equally long."""
    lengths = {len(row) for stack in _stacks(array) for matrix in stack for row in matrix}
    return len(lengths) == 1 and (";" in array or "|" in array)


def _array(array: str, room: int, most: int) -> Picture:
    """The matrices of an array next to each other as far as there is room, the stacks below each other."""
    if len({len(row) for stack in _stacks(array) for matrix in stack for row in matrix}) != 1:
        return Picture([array])
    lines: list[str] = []
    for stack in _stacks(array):
        current, *others = (_matrix(rows, most) for rows in stack)
        for picture in others:
            bar = Picture(["│"] * max(len(current.lines), len(picture.lines)))
            joined = current.beside(bar).beside(picture)
            if joined.width > room:
                lines += current.lines
                current = picture
            else:
                current = joined
        lines += current.lines
    return Picture(lines)


def _matrix(rows: list[list[str]], most: int) -> Picture:
    rows = [_shortened(row, "…", most) for row in _shortened(rows, ["⋮"] * len(rows[0]), most)]
    widths = [max(columns(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        " ".join(padded(entry, width, right=True) for entry, width in zip(row, widths, strict=True)) for row in rows
    ]
    if len(lines) == 1:
        return Picture([f"[{lines[0]}]"])
    left = ["⎡", *["⎢"] * (len(lines) - 2), "⎣"]
    right = ["⎤", *["⎥"] * (len(lines) - 2), "⎦"]
    return Picture([a + line + b for a, line, b in zip(left, lines, right, strict=True)])


def elided(words: str) -> str:
    """A formula or value on one line, its long arrays without their middles."""
    return ARRAY.sub(lambda match: _elided(match[0], MOST), words)


def _elided(array: str, most: int) -> str:
    """An array on one line of notation, without the middle of what is long."""
    return "; ".join(
        ", ".join(_shortened(row.split(", "), "…", most)) for row in _shortened(array.split("; "), "…", most)
    )


def _shortened(entries: list[Any], mark: Any, most: int) -> list[Any]:
    return entries if len(entries) <= most else [*entries[:FIRST], mark, *entries[-LAST:]]


def wrapped(words: str, width: int) -> list[str]:
    """A text in lines of at most `width` columns, broken at spaces, between Chinese signs, or where nothing else helps.

    No line begins with a Chinese comma or full stop, or ends with an opening bracket, where that can be avoided.
    """
    lines: list[str] = []
    for paragraph in words.split("\n"):
        line = ""
        for word in _WORD.findall(paragraph):
            if line and columns(line + word.rstrip()) > width:
                lines += [line.rstrip()] if line.strip() else []
                line = ""
                word = word.lstrip()
            while columns(word) > width and len(word) > 1:
                cut = _cut(word, width)
                lines.append(word[:cut].rstrip())
                word = word[cut:]
            line += word
        lines.append(line.rstrip())
    return lines


def _cut(word: str, width: int) -> int:
    """How many signs of a word that is wider than a line go into it: at least one, and the rest begins with no closing sign."""
    widest = next((n for n in range(min(len(word), 2 * width), 1, -1) if columns(word[:n]) <= width), 1)
    return next((n for n in range(widest, 0, -1) if word[n] not in CLOSING), widest)
