"""What the examples on normalisation share: mean and spread without rounding noise, and rows as text."""

import numpy as np

from studynn.core.text import value_text
from studynn.nn.activations import Array
from studynn.worked._layers import minus, settled


def mean_of(rows: Array) -> Array:
    """The mean along the first axis; 0 where it vanishes but for rounding."""
    return np.asarray(settled(rows.sum(axis=0), np.abs(rows).sum(axis=0)) / len(rows))


def deviations(rows: Array, mean: Array) -> Array:
    """x − μ along the first axis; 0 where it vanishes but for rounding."""
    return np.asarray(minus(rows, mean * np.ones_like(rows)))


def variance_of(rows: Array) -> Array:
    """The mean of the squared deviations, along the first axis."""
    return np.asarray((deviations(rows, mean_of(rows)) ** 2).mean(axis=0))


def row_text(numbers: Array) -> str:
    """A vector laid along the columns of a matrix, `[[1, 2]]`; a number as it is, in brackets where it is negative."""
    text = value_text(numbers)
    return f"[{text}]" if numbers.ndim else f"({text})" if text.startswith("−") else text


def mean_text(rows: Array, count: int, after: str = "") -> str:
    """The rows added and divided by a count: `([1, 2] + [3, 4])/2`, with `²` after each for a mean square."""
    parts = (value_text(float(row) if row.ndim == 0 else row) for row in rows)
    bracketed = (f"({part})" if part.startswith("−") else part for part in parts)
    return f"({' + '.join(part + after for part in bracketed)})/{count}"
