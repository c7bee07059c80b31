"""Sums of products over one-dimensional signals, as numbers and as text."""

from collections.abc import Iterable

import numpy as np

from studynn.core.text import number_text
from studynn.nn.convolution import Array

NOISE = 4e-15


def factor_text(number: float) -> str:
    """A number as it stands after a sign of operation: `3`, `(−3)`."""
    text = number_text(float(number))
    return f"({text})" if number < 0 else text


def products_text(pairs: Iterable[tuple[float, float]]) -> str:
    """A sum of products written out: `−2·(−1) + 1·3`; `0` for none."""
    words = " + ".join(f"{factor_text(a)}·{factor_text(b)}" for a, b in pairs) or "0"
    return words[1:].replace(")", "", 1) if words.startswith("(") else words


def sum_text(numbers: Array) -> str:
    """A sum written out: `1 + 2 − 3`."""
    first, *rest = (float(number) for number in numbers.ravel())
    return number_text(first) + "".join(
        f" + {number_text(number)}" if number >= 0 else f" − {number_text(-number)}" for number in rest
    )


def sum_of_products(pairs: Iterable[tuple[float, float]]) -> float:
    """The sum; what float64 leaves of products that cancel is 0, as by hand."""
    products = [float(a * b) for a, b in pairs]
    total = sum(products)
    return 0.0 if abs(total) <= NOISE * sum(map(abs, products)) else total


def full_convolution(x: Array, k: Array) -> Array:
    """y[n] = Σⱼ x[j]·k[n − j], product by product: n and m numbers give n + m − 1."""
    y = np.zeros(len(x) + len(k) - 1)
    for j, weight in enumerate(k):
        y[j : j + len(x)] += weight * x
    return y
