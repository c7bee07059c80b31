"""Fresh inputs for a worked example, on which every mistake shows."""

from __future__ import annotations

from typing import Protocol, TypeVar

from .inputs import defaults
from .steps import Example, Worked, is_clear, work

LEVELS = (1, 2, 3)
TRIES = 200
T = TypeVar("T")


class Rng(Protocol):
    """What a draw needs of a generator of random numbers (`random.Random` has it)."""

    def randint(self, low: int, high: int, /) -> int: ...
    def random(self) -> float: ...


def pick(rng: Rng, options: list[T] | tuple[T, ...] | range) -> T:
    """One of the options, equally likely."""
    return options[rng.randint(0, len(options) - 1)]  # type: ignore[return-value]


def shuffled(rng: Rng, options: list[T] | tuple[T, ...]) -> list[T]:
    """The options in a random order."""
    rest = list(options)
    return [rest.pop(rng.randint(0, len(rest) - 1)) for _ in range(len(rest))]


def draw(example: Example, rng: Rng, level: int) -> Worked:
    """Draw inputs until every slip is apart from the truth and from the other slips of its step.

    After 200 rejected draws the default inputs are used, and a warning is logged.
    """
    if example.draw is None:
        return work(example, defaults(example))
    for _ in range(TRIES):
        inputs = example.draw(rng, level)
        if inputs is None:
            continue
        truth = work(example, defaults(example) | inputs)
        if is_clear(truth):
            return truth
    import logging

    logging.getLogger("studynn").warning("%s: no clear draw at level %d", example.name, level)
    return work(example, defaults(example))
