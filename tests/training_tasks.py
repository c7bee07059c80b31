"""Small tasks to train networks on, drawn from a generator: digits, a bit to recall, a curved surface, a grid, poses."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
Place = tuple[int, int]

CORNERS = {
    "a": (1.0, 2.0), "b": (1.0, 5.0), "c": (3.5, 2.0), "d": (3.5, 5.0), "e": (6.0, 2.0), "f": (6.0, 5.0), "g": (2.5, 2.5),
    "h": (1.0, 3.5), "i": (6.0, 3.5),
}  # fmt: skip
"""Where the strokes of a digit meet: (row, column) on 8×8 cells."""
STROKES = ("abfea", "ghi", "abdcef", "abdcdfe", "acdbf", "bacdfe", "baefdc", "abi", "abfeacd", "dcabfe")
"""The digits 0 to 9, each as the corners that its pen visits."""


def digits(count: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Handwriting of a sort, count×1×8×8 with values around 0 to 1, and what was meant.

    The pen is moved, turned, stretched and thickened at random, every corner wanders, and noise is laid over all.
    """
    meant = rng.integers(0, 10, count)
    return np.stack([_drawn(STROKES[digit], rng) for digit in meant])[:, None], meant


def _drawn(strokes: str, rng: np.random.Generator) -> Array:
    corners = np.array([CORNERS[letter] for letter in strokes]) - 3.5
    angle = rng.normal(0.0, 0.1)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    wandered = corners * rng.uniform(0.85, 1.1, 2) + rng.normal(0.0, 0.12, corners.shape)
    path = wandered @ turn.T + 3.5 + rng.uniform(-0.8, 0.8, 2)
    cells = np.stack(np.meshgrid(np.arange(8.0), np.arange(8.0), indexing="ij"), axis=-1)
    near = np.min([_distance(cells, start, end) for start, end in pairwise(path)], axis=0)
    return np.asarray(np.clip(rng.uniform(0.9, 1.2) - near, 0.0, 1.0) + rng.normal(0.0, 0.1, (8, 8)))


def _distance(cells: Array, start: Array, end: Array) -> Array:
    """From each cell to the segment between two points."""
    along = end - start
    share = np.clip((cells - start) @ along / max(float(along @ along), 1e-9), 0.0, 1.0)
    return np.asarray(np.linalg.norm(cells - start - share[..., None] * along, axis=-1))


def recall(steps: int, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """A bit, ±1, marked in the first step, and noise after it: inputs steps×count×2 (value, mark), wanted count×1 (0, 1)."""
    bits = rng.integers(0, 2, count)
    x = np.zeros((steps, count, 2))
    x[:, :, 0] = rng.normal(0.0, 1.0, (steps, count))
    x[0, :, 0], x[0, :, 1] = 2.0 * bits - 1.0, 1.0
    return x, bits[:, None].astype(np.float64)


def curved_surface(count: int, rng: np.random.Generator) -> Array:
    """Points on a surface of two dimensions that bends through eight: count×8."""
    s, t = rng.uniform(-1.0, 1.0, (2, count))
    return np.stack(
        [s, t, s * t, s**2 - t**2, np.sin(2 * s), np.cos(2 * t), np.sin(s + 2 * t), np.cos(2 * s - t)], axis=1
    )


def two_modes(count: int, rng: np.random.Generator) -> Array:
    """Half the numbers around −2, half around 2, with a deviation of 0.4: count×1."""
    return rng.choice([-2.0, 2.0], (count, 1)) + rng.normal(0.0, 0.4, (count, 1))


def bars_and_stripes(side: int) -> Array:
    """All pictures whose rows, or whose columns, are each full or empty, every picture once: (2·2^side − 2)×side²."""
    rows = (np.arange(2**side)[:, None] >> np.arange(side)) & 1
    bars = np.repeat(rows[:, :, None], side, axis=2)
    both = np.concatenate([bars, bars[1:-1].swapaxes(1, 2)])
    return both.reshape(-1, side * side).astype(np.float64)


class Grid:
    """A walk to the goal G of a map with walls #: each of the four moves costs 1, and one into a wall leads nowhere."""

    MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))

    def __init__(self, *rows: str) -> None:
        cells = {(r, c): cell for r, row in enumerate(rows) for c, cell in enumerate(row) if cell != "#"}
        self.goal: Place = next(place for place, cell in cells.items() if cell == "G")
        self.starts: list[Place] = [place for place in cells if place != self.goal]
        self.sides = len(rows), len(rows[0])

    def after(self, place: Place, action: int) -> Place:
        down, right = self.MOVES[action]
        moved = (place[0] + down, place[1] + right)
        return moved if moved == self.goal or moved in self.starts else place

    def seen(self, places: Sequence[Place]) -> Array:
        """Row and column, one-hot each: (B, rows + columns)."""
        rows, columns = (np.eye(side)[[place[axis] for place in places]] for axis, side in enumerate(self.sides))
        return np.concatenate([rows, columns], axis=1)

    def distances(self) -> dict[Place, int]:
        """The fewest moves from each place to the goal; every move can be taken back."""
        found, edge = {self.goal: 0}, [self.goal]
        for place in edge:
            for before in (self.after(place, action) for action in range(4)):
                if before not in found:
                    found[before] = found[place] + 1
                    edge.append(before)
        return found


def turned(angle: Array) -> Array:
    """The matrices that turn the plane by an angle: (…) → (…, 2, 2)."""
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([np.stack([c, -s], axis=-1), np.stack([s, c], axis=-1)], axis=-2)


class Poses(NamedTuple):
    """How the parts of an object are turned against it: offset (I, J) in radians for part i of an object of kind j."""

    offset: Array

    def parts(self, kinds: Labels, rng: np.random.Generator, noise: float = 0.05) -> Array:
        """The directions of the parts: (N, I, 2), where kinds (N, I) says of which object each is a part.

        Every object is turned at random, so that no part says anything about the kind without the others.
        """
        n, parts = kinds.shape
        whole = rng.uniform(-np.pi, np.pi, (n, self.offset.shape[1]))
        angle = np.take_along_axis(whole, kinds, axis=1) + self.offset[np.arange(parts), kinds]
        angle = angle + rng.normal(0.0, noise, angle.shape)
        return np.stack([np.cos(angle), np.sin(angle)], axis=-1)

    def undoing(self) -> Array:
        """The matrices that turn a part's direction into that of its object: (I, J, 2, 2)."""
        return turned(-self.offset)
