"""Reads the notation in which steps are shown, so that tests can hold every shown line against its value.

Arrays are `[1, 2]`, `[1, 2; 3, 4]`, stacks `|`, `||`; `·` is the product (of matrices where both sides are arrays),
`⊙` and `/` go entry by entry, `∗` convolves, `max(1, 2)` takes several numbers, `ᵀ` transposes, `²` squares, `^` takes a power (of a matrix by the matrix product), `⌊ ⌋ ⌈ ⌉ | |` are what they look like, `4 1/2` is a mixed number.
"""

from __future__ import annotations

import math
import re

import numpy as np

NUMBER = r"\d+ \d+/\d+|\d+(?:\.\d+)?(?:e−?\d+)?"
TOKEN = re.compile(rf"\s*({NUMBER}|[A-Za-zσΣ√]+|\|\||.)", re.DOTALL)


def softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def squash(s):
    norm = np.linalg.norm(s, axis=-1, keepdims=True)
    return s * norm / (1 + norm**2)


FUNCTIONS = {
    "σ": lambda z: 1 / (1 + np.exp(-np.asarray(z, float))),
    "tanh": np.tanh,
    "tan": np.tan,
    "sin": np.sin,
    "cos": np.cos,
    "ReLU": lambda z: np.maximum(z, 0),
    "softmax": softmax,
    "squash": squash,
    "Σ": np.sum,
    "ln": np.log,
    "exp": np.exp,
    "√": np.sqrt,
    "max": np.max,
    "min": np.min,
    "mean": np.mean,
    "sign": np.sign,
}
ENTRY_BY_ENTRY = {"max": np.maximum, "min": np.minimum}


def product(a, b):
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    if np.ndim(a) == 1 and np.ndim(b) == 2 and b.shape[0] == 1:
        return np.outer(a, b)
    return a @ b


class Notation:
    def __init__(self, text):
        self.tokens = [token for token in TOKEN.findall(text) if token.strip()]
        self.at = 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, *wanted):
        if self.peek() in wanted and self.peek():
            self.at += 1
            return self.tokens[self.at - 1]
        return ""

    def need(self, token):
        assert self.take(token), f"expected {token!r}, found {self.peek()!r} in {self.tokens}"

    def value(self):
        result = self.sum()
        assert self.at == len(self.tokens), f"left over: {self.tokens[self.at :]}"
        return result

    def sum(self):
        total = self.term()
        while sign := self.take("+", "−"):
            term = self.term()
            total = total + term if sign == "+" else total - term
        return total

    def term(self):
        total = self.signed()
        while sign := self.take("·", "⊙", "/", "∗"):
            factor = self.signed()
            if sign == "∗":
                total = np.convolve(total, factor)
            else:
                total = product(total, factor) if sign == "·" else total * factor if sign == "⊙" else total / factor
        return total

    def signed(self):
        return -self.signed() if self.take("−") else self.power()

    def power(self):
        value = self.atom()
        while sign := self.take("ᵀ", "²", "³", "^"):
            if sign == "ᵀ":
                value = np.atleast_2d(value) if np.ndim(value) == 1 else np.transpose(value)
            else:
                exponent = {"²": 2, "³": 3}.get(sign) or self.signed()
                squared = sign == "^" and np.ndim(value) == 2  # ² goes entry by entry, ^ multiplies matrices
                value = np.linalg.matrix_power(value, exponent) if squared else value**exponent
        return value

    def atom(self):
        token = self.peek()
        self.at += 1
        if re.fullmatch(NUMBER, token):
            return number(token)
        if token == "½":
            return 0.5
        if token == "∞":
            return math.inf
        if token == "π":
            return math.pi
        if token in FUNCTIONS:
            argument = self.atom()
            if isinstance(argument, tuple):
                return ENTRY_BY_ENTRY[token].reduce(np.broadcast_arrays(*argument))
            return FUNCTIONS[token](argument)
        if token == "(":
            values = [self.sum()]
            while self.take(","):
                values.append(self.sum())
            self.need(")")
            if len(values) > 1 and any(np.ndim(value) for value in values):
                return tuple(values)  # max(|[1, −2]| − 1, 0) is taken entry by entry
            return values[0] if len(values) == 1 else np.array(values, float)
        if token == "⌊":
            value = self.sum()
            self.need("⌋")
            return math.floor(value)
        if token == "⌈":
            value = self.sum()
            self.need("⌉")
            return math.ceil(value)
        if token in ("|", "‖"):
            value = self.sum()
            self.need(token)
            return np.abs(value) if token == "|" else np.linalg.norm(value)
        assert token == "[", f"cannot read {token!r} in {self.tokens}"
        value = self.stack()
        if self.take(">"):  # [z > 0] is 1 where it holds, otherwise 0
            value = np.greater(value[0], self.sum())
        elif self.take("≥"):
            value = np.greater_equal(value[0], self.sum())
        self.need("]")
        return np.array(value, float)

    def stack(self):
        parts, separators = [self.sum()], []
        while separator := self.take(",", ";", "|", "||"):
            separators.append(separator)
            parts.append(self.sum())
        return grouped(parts, separators)


def number(token):
    token = token.replace("−", "-")
    if " " in token:
        whole, fraction = token.split(" ")
        top, bottom = fraction.split("/")
        return int(whole) + int(top) / int(bottom)
    return float(token) if "." in token or "e" in token else int(token)


def grouped(parts, separators):
    for coarse in ("||", "|", ";"):
        if coarse in separators:
            groups, start = [], 0
            for index, separator in [*enumerate(separators), (len(separators), coarse)]:
                if separator == coarse:
                    groups.append(grouped(parts[start : index + 1], separators[start:index]))
                    start = index + 1
            deeper = {"||": ("|", ";"), "|": (";",), ";": ()}[coarse]
            return [deepen(group, len(deeper) + 1) for group in groups]
    return parts


def deepen(group, depth):
    while np.ndim(group) < depth:
        group = [group]
    return group


def evaluate(text):
    """The value of a shown line."""
    return Notation(text).value()


def agrees(shown, value):
    """Whether a shown line evaluates to the value, as far as the rounding of the shown numbers allows."""
    found = np.asarray(evaluate(shown), float)
    value = np.asarray(np.array(value, dtype=object).astype(float) if not hasattr(value, "dtype") else value, float)
    if found.shape != value.shape:
        return False
    literals = [abs(number(token)) for token in re.findall(NUMBER, shown)]
    exact = all("." not in token and "e" not in token for token in re.findall(NUMBER, shown))
    allowed = 1e-9 if exact else 2e-3 * np.max(np.abs(value)) + 6e-4 * max(literals)
    return bool(np.all(np.abs(found - value) <= max(allowed, 1e-9)))
