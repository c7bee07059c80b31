"""A worked example asked the other way round: the result is given, and one of the inputs is wanted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from ..core.answers import Unreadable, read_like, read_number
from ..core.errors import InputError
from ..core.inputs import inputs_of, read_input, used_inputs
from ..core.near import near
from ..core.question import Posed, Typed
from ..core.steps import Inverse, Step, Value, Worked, is_named, work
from ..core.text import Text, same, value_text
from ..core.values import components, nested, shape
from ..core.verdict import Verdict, unreadable
from ..core.words import value_form
from .worked import formula_hints, typed_text


class _Unknown(NamedTuple):
    """The number or array asked for, its letter, what is shown of its input, and how a typed one is put in its place."""

    value: Value
    letter: str
    shown: str
    put: Callable[[str], Value]


def invertible(truth: Worked) -> list[Inverse]:
    """What may be asked back: results that this derivation reached, each from a number among the inputs in use.

    A number that may as well be twice as large is not worth asking for.
    """
    used = used_inputs(truth.example, truth.inputs)
    return [
        inverse
        for inverse in truth.example.inverse
        if inverse.input in used
        and (inverse.only is None or truth.inputs[inverse.only[0]] == inverse.only[1])
        and _is_open(truth, inverse)
    ]


def posed_inverse(truth: Worked, inverse: Inverse, *, level: int) -> Posed:
    """Which value of the input gives this result? Every value that does is right."""
    step, unknown = _reached(truth, inverse), _unknown(truth, inverse)
    if step is None or unknown is None:
        raise KeyError(inverse.step)
    value, letter, result = unknown.value, unknown.letter, step.value

    def mark(typed: str) -> Verdict:
        try:
            read_like(typed, value)
        except Unreadable as problem:
            return unreadable(problem.reason)
        try:
            found = _result(truth, inverse, unknown.put(typed), step.name)
        except InputError as refused:
            return Verdict("wrong", (refused.message,))
        if found is None:
            return Verdict("wrong")
        if near(found, result):
            return Verdict("right")
        given, gives = f"{letter} = {typed.strip()}", value_text(found)
        return Verdict("wrong", (Text(f"{given} gives {gives}.", f"{given} 时得到 {gives}。"),))

    beside = (value - 1, value + 1) if isinstance(value, int) else ()
    is_one_of_several = any(mark(typed_text(other)).outcome == "right" for other in beside)
    answer = f"{letter} = {value_text(value)}"
    return Posed(
        item=truth.example.skill(step.name, level),
        type="worked",
        level=level,
        stem=inverse.ask.fill(result=value_text(result), input=unknown.shown),
        entry=Typed(value_form(value)),
        key=typed_text(value),
        answer=Text(f"{answer} (not the only one)", f"{answer}（不唯一）") if is_one_of_several else same(answer),
        mark=mark,
        hints=(same(step.formula),) if inverse.hole else formula_hints(truth, step.name),
        truth=truth,
        step=step.name,
        given=tuple(name for name in used_inputs(truth.example, truth.inputs) if name != inverse.input),
    )


def _reached(truth: Worked, inverse: Inverse) -> Step | None:
    """The last step of that name."""
    return next((step for step in reversed(truth.steps) if is_named(step.name, inverse.step)), None)


def _unknown(truth: Worked, inverse: Inverse) -> _Unknown | None:
    """What is asked for; None where the input holds several numbers, or its words not this one."""
    wanted, value = inputs_of(truth.example)[inverse.input], truth.inputs[inverse.input]
    if not inverse.hole:
        numbers = list(components(value))
        put = lambda typed: read_input(wanted, typed)  # noqa: E731
        if len(numbers) > 1:
            return _Unknown(value, wanted.symbol, "", put) if inverse.whole else None
        return _Unknown(numbers[0], wanted.symbol, "", put)
    match = re.search(inverse.hole, value)
    if match is None:
        return None
    before, after = value[: match.start(1)], value[match.end(1) :]
    return _Unknown(int(match[1]), "?", f"{before}?{after}", lambda typed: f"{before}{read_number(typed)}{after}")


def _is_open(truth: Worked, inverse: Inverse) -> bool:
    step, unknown = _reached(truth, inverse), _unknown(truth, inverse)
    if step is None or unknown is None:
        return False
    try:
        doubled = nested((2 * number for number in components(unknown.value)), shape(unknown.value))
        twice = _result(truth, inverse, unknown.put(typed_text(doubled)), step.name)
    except InputError:
        return True
    return twice is None or not near(twice, step.value)


def _result(truth: Worked, inverse: Inverse, value: Value, step: str) -> Value | None:
    """The result with this value of the input; None where the derivation does not get there."""
    try:
        found = work(truth.example, truth.inputs | {inverse.input: value})
    except (ArithmeticError, ValueError):
        return None
    return found.step(step).value if found.has(step) else None
