"""One run of a drill: a problem of a worked example with its last rows blank, and the marks of those filled in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from .follow import RowMark, mark_row, own_derivation, read_row
from .review import HARD, Review, rating
from .steps import Step, Value, Worked
from .values import components, is_ragged
from .verdict import Verdict

MOST_TYPED = 9
"""Numbers; a row that holds more is shown, not asked."""


def askable(truth: Worked) -> tuple[str, ...]:
    """The names of the rows that can be typed: no words, nothing infinite, and few numbers."""
    return tuple(step.name for step in truth.steps if _is_typed(step.value))


def _is_typed(value: Value) -> bool:
    numbers = list(components(value))
    return 0 < len(numbers) <= MOST_TYPED and not is_ragged(value) and all(map(_is_finite, numbers))


def _is_finite(number: Value) -> bool:
    return not isinstance(number, str) and bool(number - number == 0)


@dataclass(frozen=True)
class Filled:
    """A row that was filled in: what was typed, its value and mark, the hints before it, and the row of the log."""

    step: str
    typed: str
    value: Value
    mark: RowMark
    hints: int
    review: Review | None = None


@dataclass(frozen=True)
class Run:
    """One problem: `blank` are the names of the rows to fill, in order; `hints` were taken for the current one."""

    truth: Worked
    seed: int
    level: int
    blank: tuple[str, ...]
    filled: tuple[Filled, ...] = ()
    hints: int = 0

    @property
    def current(self) -> Step | None:
        """The row to be filled next, if any is left."""
        return self.truth.step(self.blank[len(self.filled)]) if len(self.filled) < len(self.blank) else None

    @property
    def failed(self) -> bool:
        """Whether a row was wrong."""
        return not all(filled.mark.earned for filled in self.filled)

    @property
    def marks(self) -> int:
        """How many rows earned their mark."""
        return sum(filled.mark.earned for filled in self.filled)

    @property
    def was_helped(self) -> bool:
        """Whether a hint was taken before any of its answers."""
        return any(filled.hints for filled in self.filled)

    @property
    def given(self) -> dict[str, Value]:
        """The learner's values by row."""
        return {filled.step: filled.value for filled in self.filled}

    @cached_property
    def own(self) -> Worked:
        """The derivation that goes on from the learner's values."""
        return own_derivation(self.truth, self.given)

    @property
    def skill(self) -> str:
        """What the log calls the current row."""
        return self.truth.example.skill(self.blank[len(self.filled)], self.level)

    @property
    def is_scheduled(self) -> bool:
        """Whether the current row can be asked by itself, too, so that it may fall due."""
        example, name = self.truth.example, self.blank[len(self.filled)]
        return example.is_result(name) and not replace(example, results=example.unasked).is_result(name)

    @property
    def question(self) -> str:
        """How the log names the current row: example, level, the row's place among those to fill, and their number."""
        return f"{self.truth.example.name}@{self.level}:{len(self.filled) + 1}/{len(self.blank)}"

    def number_of(self, name: str) -> int:
        """The number of a row in the table, from 1."""
        return next(number for number, step in enumerate(self.truth.steps, start=1) if step.name == name)

    def visible(self) -> dict[str, Step]:
        """The rows that the learner may see with their values: those above the first blank one, those filled, and between
        them those that are not asked, as they follow from the learner's values."""
        found: dict[str, Step] = {}
        for step in self.truth.steps:
            if self.current is not None and step.name == self.current.name:
                break
            follows = self.own.step(step.name) if self.own.has(step.name) else step
            found[step.name] = follows if step.name not in self.blank else step
        return found

    def mark(self, typed: str) -> tuple[Value, RowMark]:
        """The value typed for the current row, and its mark. Raises Unreadable."""
        name = self.blank[len(self.filled)]
        value = read_row(self.truth, self.given, name, typed)
        wrong = frozenset(filled.step for filled in self.filled if not filled.mark.is_clean)
        return value, mark_row(self.truth, self.given, wrong, name, value)


def verdict_of(mark: RowMark) -> Verdict:
    """A mark as the log keeps it. What follows from an earlier mistake does not repeat its tag."""
    return Verdict("right" if mark.earned else "wrong", slips=tuple(slip.tag for slip in mark.slips))


def rating_of(mark: RowMark, hints: int) -> int:
    """Again where it is wrong, Hard where it is right after a hint or from the learner's own wrong value, otherwise Good."""
    return HARD if mark.kind == "through" else rating(verdict_of(mark), hints)
