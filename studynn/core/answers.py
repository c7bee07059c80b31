"""What a learner typed, as a value, or why it cannot be read.

Numbers are read as people write them: `28`, `.375`, `3/8`, `1 1/6`, `1.2e-3`, `61,706`, `50 %`, `5*5*3*32+32`, `２８`; arrays as
`1,2;3,4`, `[[1, 2], [3, 4]]`, `28x28x32`, `(32, 28, 28)`. Arithmetic is parsed here, never evaluated as Python.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from .text import Text
from .values import components, is_ragged, nested, shape

Number = int | float | Fraction
LONGEST = 20_000
LARGEST = 1e300
LARGEST_EXPONENT = 400
LARGEST_BASE = 1e6


class Unreadable(ValueError):
    """The text is not an answer of the wanted kind; `reason` says why. Costs the learner nothing."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason.en)


_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    ord("−"): "-",
    ord("–"): "-",
    ord("·"): "*",
    ord("×"): "x",
    ord("✕"): "x",
    ord("÷"): "/",
    ord("、"): ",",
    ord("。"): ".",
    ord("【"): "[",
    ord("】"): "]",
    ord("∶"): ":",
    0x00A0: " ",
    0x202F: " ",
}


def normalised(text: str) -> str:
    """Full-width digits, letters and punctuation, and typographic signs, as their plain counterparts; outer space cut."""
    return text.translate(_WIDE).strip()


_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(\*\*|[-+*/^()x]))")
_NOT_A_NUMBER = Text("this is not a number", "这不是一个数")


def read_number(text: str, unit: str = "") -> Number:
    """A number, fraction, mixed number, percentage or sum of such; whole values come as int, quotients as Fraction.

    A trailing `unit` is ignored. Raises Unreadable.
    """
    words = normalised(text)
    if unit and words.lower().endswith(normalised(unit).lower()):
        words = words[: -len(normalised(unit))].rstrip()
    if not words:
        raise Unreadable(Text("nothing was typed where a number is due", "这里应填一个数，却什么也没有输入"))
    if len(words) > 200:
        raise Unreadable(_NOT_A_NUMBER)
    words = re.sub(r"(?<![\d.,])(\d{1,3})((?:,\d{3})+)(?![\d,])", lambda m: m[1] + m[2].replace(",", ""), words)
    mixed = re.fullmatch(r"(-?)\s*(\d+)\s+(\d+)\s*/\s*(\d+)", words)
    if mixed and int(mixed[4]):
        value: Number = int(mixed[2]) + Fraction(int(mixed[3]), int(mixed[4]))
        return _simple(-value if mixed[1] else value)
    if words.endswith("%"):
        return _simple(_Arithmetic(words[:-1]).value() / Fraction(100))
    return _simple(_Arithmetic(words).value())


def _simple(value: Number) -> Number:
    if not -LARGEST <= value <= LARGEST:  # nor undefined
        raise Unreadable(_NOT_A_NUMBER)
    if not isinstance(value, float) and value.denominator == 1:
        return int(value)
    return value


class _Arithmetic:
    """Sums, products, quotients and powers of numbers with brackets, by recursive descent."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        position = 0
        text = text.rstrip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if not match:
                raise Unreadable(_NOT_A_NUMBER)
            self.tokens.append((match[1] or match[2]).replace("**", "^").replace("x", "*"))
            position = match.end()
        self.at = 0

    def value(self) -> Number:
        try:
            result = self._sum()
        except (ArithmeticError, IndexError, ValueError, RecursionError):
            raise Unreadable(_NOT_A_NUMBER) from None
        if self.at != len(self.tokens):
            raise Unreadable(_NOT_A_NUMBER)
        return result

    def _next(self, *wanted: str) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at] in wanted:
            self.at += 1
            return self.tokens[self.at - 1]
        return ""

    def _sum(self) -> Number:
        total = self._product()
        while sign := self._next("+", "-"):
            term = self._product()
            total = total + term if sign == "+" else total - term
        return total

    def _product(self) -> Number:
        total = self._signed()
        while sign := self._next("*", "/"):
            factor = self._signed()
            if sign == "*":
                total = total * factor
            else:
                exact = not isinstance(total, float) and not isinstance(factor, float)
                total = Fraction(total) / Fraction(factor) if exact else float(total) / float(factor)
        return total

    def _signed(self) -> Number:
        sign = self._next("-", "+")
        if sign:
            value = self._signed()
            return -value if sign == "-" else value
        return self._power()

    def _power(self) -> Number:
        base = self._atom()
        if not self._next("^"):
            return base
        exponent = self._signed()
        if abs(float(exponent)) > LARGEST_EXPONENT or abs(float(base)) > LARGEST_BASE:
            raise ArithmeticError
        result: Any = base**exponent
        if isinstance(result, complex):
            raise ArithmeticError
        return result  # type: ignore[no-any-return]

    def _atom(self) -> Number:
        if self._next("("):
            value = self._sum()
            if not self._next(")"):
                raise ValueError
            return value
        token = self.tokens[self.at]
        self.at += 1
        return int(token) if token.isdigit() else float(token)


_ARRAY_HELP = Text(
    "this is not an array: write the numbers with commas and the rows with semicolons, as in 1,2;3,4",
    "这不是数组：数之间用逗号，行之间用分号，例如 1,2;3,4",
)


def read_array(text: str) -> Any:
    """An array as nested tuples: `1,2;3,4`, with `|` between matrices and `||` between stacks, or in brackets.

    `28x28x32`, `(1, 2)` and numbers apart by spaces are vectors. Raises Unreadable; rows may still differ in length.
    """
    words = normalised(text)
    if not words:
        raise Unreadable(Text("nothing was typed where numbers are due", "这里应填若干个数，却什么也没有输入"))
    if len(words) > LONGEST:
        raise Unreadable(Text(f"this is longer than {LONGEST} characters", f"超过了 {LONGEST} 个字符"))
    if words.count("[") + words.count("(") > 1:
        return _bracketed(words.replace("(", "[").replace(")", "]"))
    words = words.strip("[]()")
    if "||" in words:
        return tuple(_stack(part, True) for part in words.split("||"))
    return _stack(words, False)


def _stack(words: str, always: bool) -> Any:
    if "|" in words or always:
        return tuple(_rows(part, True) for part in words.split("|"))
    return _rows(words, False)


def _rows(words: str, always: bool) -> Any:
    words = words.strip().removesuffix(";")
    if ";" in words or always:
        return tuple(_numbers(row) for row in words.split(";"))
    return _numbers(words)


def _numbers(row: str) -> tuple[Number, ...]:
    row = row.strip()
    if "," in row:
        parts = row.split(",")
    elif re.fullmatch(r"[\d.]+(\s*[x*]\s*[\d.]+)+", row):
        parts = re.split(r"[x*]", row)
    else:
        parts = row.split()
    if not parts:
        raise Unreadable(_ARRAY_HELP)
    try:
        return tuple(read_number(part) for part in parts)
    except Unreadable:
        raise Unreadable(_ARRAY_HELP) from None


def _bracketed(words: str) -> Any:
    """Nested brackets, read with a stack of open lists so that depth cannot exhaust the interpreter."""
    open_lists: list[list[Any]] = [[]]
    for token in re.findall(r"\[|\]|[^\[\],;]+|[,;]", words):
        if token == "[":
            if len(open_lists) > 5:
                raise Unreadable(_ARRAY_HELP)
            open_lists.append([])
        elif token == "]":
            if len(open_lists) == 1:
                raise Unreadable(_ARRAY_HELP)
            closed = tuple(open_lists.pop())
            open_lists[-1].append(closed)
        elif token not in ",;":
            if token.strip():
                open_lists[-1].extend(_numbers(token))
        elif token == ";" and not all(isinstance(part, tuple) for part in open_lists[-1]):
            raise Unreadable(_ARRAY_HELP)  # rows are either in brackets or apart by semicolons
    if len(open_lists) != 1 or len(open_lists[0]) != 1 or not isinstance(open_lists[0][0], tuple):
        raise Unreadable(_ARRAY_HELP)
    return open_lists[0][0]


def read_like(text: str, model: Any, unit: str = "") -> Any:
    """An answer of the same kind as `model`: a number where it is one, otherwise an array of its shape.

    An array typed as one run of numbers takes the model's shape when the count fits. Raises Unreadable, also for an
    array whose count of numbers does not fit, or with rows of different lengths.
    """
    axes = shape(model)
    if not axes:
        return read_number(text, unit)
    value = read_array(text)
    count = sum(1 for _ in components(model))
    given = list(components(value))
    if len(given) != count:
        wanted = " × ".join(str(length) for length in axes)
        raise Unreadable(
            Text(
                f"{count} numbers are due here ({wanted}), and {len(given)} were typed",
                f"这里应有 {count} 个数（{wanted}），输入了 {len(given)} 个",
            )
        )
    if is_ragged(value):
        raise Unreadable(Text("the rows must be equally long", "各行应一样长"))
    return nested(iter(given), axes) if len(shape(value)) <= 1 else value


def read_pick(text: str, count: int, keys: tuple[str, ...] = ()) -> int:
    """The index of an option typed as its number, its letter (a, b, …) or its key. Raises Unreadable."""
    word = normalised(text).strip("().").casefold()
    choices = {str(index + 1): index for index in range(count)}
    choices |= {chr(ord("a") + index): index for index in range(count)}
    choices |= {key.casefold(): index for index, key in enumerate(keys)}
    if word not in choices:
        shown = "/".join(keys) if keys else f"1–{count}"
        raise Unreadable(Text(f"choose one of {shown}", f"请在 {shown} 中选一个"))
    return choices[word]


def read_picks(text: str, count: int) -> tuple[int, ...]:
    """Several options: `1 3`, `13`, `a,c`. Each at most once. Raises Unreadable."""
    word = re.sub(r"[\s,;.()]+|and|和", " ", normalised(text).casefold()).strip()
    parts = word.split() if " " in word else list(word)
    picks = tuple(read_pick(part, count) for part in parts)
    if not picks:
        raise Unreadable(Text("choose at least one option", "请至少选一项"))
    if len(set(picks)) != len(picks):
        raise Unreadable(Text("an option was named twice", "有选项重复了"))
    return picks


def read_order(text: str, count: int) -> tuple[int, ...]:
    """All of the options once each, in order: `3 1 2`, `312`, `c a b`. Raises Unreadable."""
    picks = read_picks(text, count)
    if len(picks) != count:
        raise Unreadable(Text(f"name all {count} once each, as in 2 1 3", f"请把 {count} 项各写一次，例如 2 1 3"))
    return picks


def read_pairing(text: str, count: int) -> tuple[int, ...]:
    """For each item on the left the index of its partner: `1b 2a 3c`, `b a c`, `bac`. Raises Unreadable."""
    words = re.sub(r"[\s,;:=\-→.]+", "", normalised(text).casefold())
    pairs = re.findall(r"(\d)([a-z])", words)
    help_text = Text(
        f"give a letter for each of the {count}, as in 1b 2a 3c", f"请为 {count} 项各给一个字母，例如 1b 2a 3c"
    )
    if pairs and "".join(left + right for left, right in pairs) == words:
        if sorted(int(left) for left, _ in pairs) != list(range(1, count + 1)):
            raise Unreadable(help_text)
        words = "".join(right for _, right in sorted(pairs))
    indices = tuple(ord(letter) - ord("a") for letter in words)
    if len(indices) != count or sorted(indices) != list(range(count)):
        raise Unreadable(help_text)
    return indices


def plain_word(text: str) -> str:
    """A term without the differences that do not matter: case, spaces, hyphens, quotes and a final full stop."""
    return re.sub(r"[\s\-_'\"“”‘’《》「」().]+", "", normalised(text).casefold())


def one_slip_of_the_pen(typed: str, wanted: str) -> bool:
    """Whether two words differ by one letter added, left out, changed or swapped with its neighbour."""
    if typed == wanted or abs(len(typed) - len(wanted)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(typed, wanted, strict=False)) if a != b), min(len(typed), len(wanted))
    )
    a, b = typed[start:], wanted[start:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
