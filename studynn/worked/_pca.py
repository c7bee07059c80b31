"""Eigenvalues and axes of a covariance in one order, with one sign, free of rounding noise."""

import numpy as np

from studynn.core.text import Text
from studynn.nn.activations import Array
from studynn.worked._layers import settled

FLAT = 1e-12
ALIKE = 1e-9
SIGN = Text(
    "Each axis may also point the other way; here its largest entry is positive.",
    "每条轴反向也同样正确；这里令其绝对值最大的分量为正。",
)


def spectrum_of(cov: Array) -> Array:
    """The eigenvalues of a symmetric matrix, descending; 0 where they vanish but for rounding."""
    found = np.asarray(np.linalg.eigvalsh(cov)[::-1], dtype=np.float64)
    return settled(found, np.full(len(cov), np.abs(found).max()))


def signed_axes(rows: Array) -> Array:
    """The rows with the sign that makes the largest entry, the first of equal ones, positive."""
    sizes = np.abs(rows)
    places = np.argmax(sizes >= sizes.max(axis=1, keepdims=True) - ALIKE, axis=1)
    turned = np.asarray(rows * np.sign(np.take_along_axis(rows, places[:, None], axis=1)))
    return settled(turned, np.ones_like(rows))


def alike(spectrum: Array) -> bool:
    """Whether some of the descending eigenvalues are equal, so that their axes may be turned."""
    return bool(np.any(-np.diff(spectrum) <= ALIKE * spectrum[0]))
