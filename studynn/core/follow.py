"""Marks one row of a derivation with follow-through: a row that is right from the learner's own earlier values earns its mark.

It does not where the wrong value leaves nothing to work out. The rule: one of the wrong values that the row is computed
from is 0 throughout, which the true one is not, and the row is 0 throughout (or an array of nothing but 1); or it is 0 or
1 throughout or an identity matrix, and the row only repeats what stands in its numbers (1·7 = 7, 7 + 0 = 7). And nothing of
the kind holds of the true row.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from .answers import Unreadable, read_like
from .near import near, tolerances
from .steps import Slip, Step, Value, Worked, diagnose, follow_through
from .text import value_text
from .values import components, is_array, is_whole, shape

Kind = Literal["right", "rounded", "through", "trivial", "wrong"]
Place = tuple[int, ...]
"""Where a number stands in an array, along each axis from 1."""
LARGEST_CARRIED = 1e5
MUCH_LARGER = 1e3
EXACT = 1e-9


class RowMark(NamedTuple):
    """How a row was answered. `right` meets the truth; `rounded` follows from right values that the learner rounded;
    `through` follows from wrong ones; `trivial` does so, too, but nothing was left to work out.

    `own` is what follows from the learner's earlier values, where that is not the truth; `sources` are the earlier rows
    whose values it comes from. Of a wrong row: its mistakes, the places of the wrong numbers of an array (none where all
    are), and whether they are the right numbers in another order.
    """

    kind: Kind
    truth: Value
    own: Value | None = None
    sources: tuple[str, ...] = ()
    slips: tuple[Slip, ...] = ()
    places: tuple[Place, ...] = ()
    reordered: bool = False

    @property
    def earned(self) -> bool:
        """Whether the row earns its mark."""
        return self.kind in ("right", "rounded", "through")

    @property
    def is_clean(self) -> bool:
        """Whether no wrong value, at this row or before, had a part in it."""
        return self.kind in ("right", "rounded")


def own_derivation(truth: Worked, given: Mapping[str, Value]) -> Worked:
    """The derivation that goes on from the learner's values; it ends where they cannot be computed with.

    A value beyond all measure is not carried on: a derivation may count up to it.
    """
    sent = {name: _as_number(value, truth.step(name).value) for name, value in given.items() if truth.has(name)}
    sent = {name: value for name, value in sent.items() if _is_carried(value, truth.step(name).value)}
    if not sent:
        return truth
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy's, about sums that overflow
        return follow_through(truth.example, truth.inputs, sent)


def _as_number(value: Value, model: Value) -> Value:
    """A number of the kind that the derivation itself has there, as far as it can be one."""
    if is_array(value) or isinstance(model, str):
        return value
    if isinstance(model, float):
        return type(model)(value)
    if is_whole(value) and is_whole(model):
        return type(model)(int(value))
    return type(model)(repr(value)) if isinstance(value, float) and not is_whole(model) else value


def _is_carried(value: Value, model: Value) -> bool:
    largest = max((abs(number) for number in components(model)), default=0)
    return all(abs(number) <= max(LARGEST_CARRIED, MUCH_LARGER * largest) for number in components(value))


def read_row(truth: Worked, given: Mapping[str, Value], name: str, typed: str) -> Value:
    """What was typed for a row, in the shape of the true value or of the one that follows. Raises Unreadable."""
    value = truth.step(name).value
    try:
        return read_like(typed, value)
    except Unreadable:
        own = own_derivation(truth, given)
        if own.has(name) and shape(own.step(name).value) != shape(value):
            return read_like(typed, own.step(name).value)
        raise


def mark_row(truth: Worked, given: Mapping[str, Value], wrong: frozenset[str], name: str, value: Value) -> RowMark:
    """Mark a value for a row. `given` are the learner's values of earlier rows, `wrong` the names of those that are not right."""
    true_value = truth.step(name).value
    derivation = own_derivation(truth, given)
    own = derivation.step(name).value if derivation.has(name) else None
    followed = None if own is None or near(own, true_value, EXACT) else own
    if near(value, true_value):
        return RowMark("right", true_value, followed)
    if followed is not None and near(value, followed):
        sources = _sources(truth, given, wrong, name, followed)
        if not sources:
            return RowMark("rounded", true_value, followed)
        kind: Kind = "trivial" if _is_trivial(truth, derivation, given, sources, name) else "through"
        return RowMark(kind, true_value, followed, sources)
    slips = _slips(truth, derivation, name, value)
    places, reordered = _wrong_places(value, true_value, followed if wrong else None)
    return RowMark("wrong", true_value, followed, (), slips, places, reordered)


def _sources(
    truth: Worked, given: Mapping[str, Value], wrong: frozenset[str], name: str, own: Value
) -> tuple[str, ...]:
    """The wrong earlier rows that the value at a row changes with."""

    def matters(source: str) -> bool:
        mended = own_derivation(truth, {**given, source: truth.step(source).value})
        return not mended.has(name) or not near(mended.step(name).value, own, EXACT)

    return tuple(source for source in given if source in wrong and matters(source))


def _is_trivial(
    truth: Worked, derivation: Worked, given: Mapping[str, Value], sources: tuple[str, ...], name: str
) -> bool:
    neutral = [
        given[source] for source in sources if is_neutral(given[source]) and not is_neutral(truth.step(source).value)
    ]
    if not neutral:
        return False
    own, true = derivation.step(name), truth.step(name)
    has_nothing = any(_all(value, 0) for value in neutral) and _is_empty(own.value) and not _is_empty(true.value)
    return has_nothing or (_repeats(own) and not _repeats(true))


def is_neutral(value: Value) -> bool:
    """Whether a value is all 0, all 1, or an identity matrix: as a factor or summand it leaves nothing to work out."""
    axes = shape(value)
    if len(axes) == 2 and axes[0] == axes[1] > 1:
        identity = [row == column for row in range(axes[0]) for column in range(axes[0])]
        if list(components(value)) == identity:
            return True
    return _all(value, 0) or _all(value, 1)


def _is_empty(value: Value) -> bool:
    """Whether a value is 0 throughout, or an array that is 1 throughout, as comes of sums and of powers of nothing."""
    return _all(value, 0) or (_all(value, 1) and sum(1 for _ in components(value)) > 1)


def _all(value: Value, wanted: int) -> bool:
    return all(number == wanted for number in components(value))


def _repeats(step: Step) -> bool:
    """Whether the value of a row stands in its numbers already: a number by itself, an array as a whole."""
    value = value_text(step.value)
    if not is_array(step.value):
        shown = re.sub(r"\[[^\[\]]*[,;|][^\[\]]*\]", "", step.shown)
        return re.search(rf"(?<![\d.−]){re.escape(value)}(?![\d.])", shown) is not None
    return value in step.shown


def _slips(truth: Worked, derivation: Worked, name: str, value: Value) -> tuple[Slip, ...]:
    """The mistakes that lead to a value: those made at this very row, otherwise those carried to it."""
    workings = [worked for worked in (derivation, truth) if worked.has(name)]
    here = {slip.tag: slip for worked in workings for slip in worked.step(name).slips if near(value, slip.value)}
    found = here or {slip.tag: slip for worked in workings for slip in diagnose(worked, name, value)}
    return tuple(found.values())


def _wrong_places(value: Value, truth: Value, own: Value | None) -> tuple[tuple[Place, ...], bool]:
    """Where an array differs from the truth, or from what follows if that is met at more places."""
    if not is_array(truth) or shape(value) != shape(truth):
        return (), False
    found = _differing(value, truth)
    if own is not None and shape(own) == shape(value):
        found = min(found, _differing(value, own), key=len)
    ordered = [sorted(components(array)) for array in (value, truth)]
    reordered = len(ordered[0]) > 1 and near(tuple(ordered[0]), tuple(ordered[1]))
    count = len(ordered[0])
    return (found if len(found) < count else ()), reordered


def _differing(value: Value, model: Value) -> tuple[Place, ...]:
    allowed = tolerances(model)
    pairs: Any = enumerate(zip(components(value), components(model), allowed, strict=True))
    return tuple(_place(index, shape(model)) for index, (a, b, most) in pairs if not (a == b or abs(a - b) <= most))


def _place(index: int, axes: tuple[int, ...]) -> Place:
    found: list[int] = []
    for length in reversed(axes):
        index, along = divmod(index, length)
        found.insert(0, along + 1)
    return tuple(found)
