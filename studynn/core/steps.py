"""A worked example: a generator of steps from which table, answer, hints, diagnosis and questions are all read.

The generator yields a `Step` and is sent the value to go on with. Sent the true values it gives the truth; sent a
slip's value wherever a slip is offered it makes that mistake and carries it on; sent a learner's values it marks with
follow-through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from .near import near
from .text import Text
from .values import like, shape

if TYPE_CHECKING:
    from .picture import Picture

Value = Any
Inputs = dict[str, Any]
Steps = Generator["Step", Any, Sequence[Text] | None]


class Slip(NamedTuple):
    """A named mistake: its tag, the hint that mends it, and the value it leads to at its step."""

    tag: str
    hint: Text
    value: Value


class Step(NamedTuple):
    """One line of a derivation.

    `name` is the key in quizzes and JSON and is never renamed. `shown` is `formula` with the numbers put in; evaluated,
    it gives `value`.
    """

    name: str
    title: Text
    formula: str
    shown: str
    value: Value
    slips: tuple[Slip, ...] = ()


class Check(NamedTuple):
    """A second, independent derivation of some results, told to the learner by `--verify`."""

    method: Text
    compute: Callable[..., Mapping[str, Value]]


class Inverse(NamedTuple):
    """A question the other way round: which value of `input` gives this result at `step`? `ask` shows it as {result}.

    In an input of words the number that the one group of `hole` finds is asked for, and `ask` shows the rest as {input}.
    `whole` asks for an array though it holds several numbers; `only` names an input and the value that it must have.
    """

    input: str
    step: str
    ask: Text
    hole: str = ""
    whole: bool = False
    only: tuple[str, Value] | None = None


@dataclass(eq=False, repr=False)
class Example:
    """A worked example: its derivation and what belongs to it.

    `results` may be asked for, by name; those also in `unasked` only where an author does so, because their values hardly vary.
    `inverse` names the inputs that may be asked back from a result.
    """

    name: str
    title: Text
    topics: tuple[str, ...]
    results: tuple[str, ...]
    derive: Callable[..., Steps]
    notes: tuple[Text, ...] = ()
    unasked: tuple[str, ...] = ()
    inverse: tuple[Inverse, ...] = ()
    draw: Callable[[Any, int], Inputs | None] | None = None
    checked_by: Check | None = None
    picture: Callable[[Worked], Sequence[Picture]] | None = None
    _inputs: Any = None

    def draws(self, function: Callable[[Any, int], Inputs | None]) -> Callable[[Any, int], Inputs | None]:
        """Decorator: `function(rng, level)` gives fresh inputs for level 1 to 3, or None to be called again."""
        self.draw = function
        return function

    def pictures(self, function: Callable[[Worked], Sequence[Picture]]) -> Callable[[Worked], Sequence[Picture]]:
        """Decorator: `function(worked)` gives what `--plot` draws."""
        self.picture = function
        return function

    def check(
        self, en: str, zh: str
    ) -> Callable[[Callable[..., Mapping[str, Value]]], Callable[..., Mapping[str, Value]]]:
        """Decorator: `function(**inputs)` derives some of the results by the way that the two phrases name."""

        def keep(function: Callable[..., Mapping[str, Value]]) -> Callable[..., Mapping[str, Value]]:
            self.checked_by = Check(Text(en, zh), function)
            return function

        return keep

    def is_result(self, step: str) -> bool:
        """Whether a step may be asked for; `results` hold names in which `{t}` stands for 1, 2, …"""
        return self._result(step) is not None

    def skill(self, step: str, level: int) -> str:
        """What the review log calls a step at a level: that of a result leaves its counter out, `rnn-step/h@2` for any of `h{t}`."""
        asked = re.sub(r"\{\w+\}", "", self._result(step) or step)
        return f"{self.name}/{asked}@{level}"

    def _result(self, step: str) -> str | None:
        return next((name for name in self.results if is_named(step, name)), None)


def is_named(step: str, pattern: str) -> bool:
    """Whether a step has this name, in which `{t}` stands for 1, 2, …"""
    return bool(re.fullmatch(re.sub(r"\\\{\w+\\\}", r"\\d+", re.escape(pattern)), step))


def example(
    *,
    title: Text,
    topic: str | tuple[str, ...],
    results: tuple[str, ...],
    notes: tuple[Text, ...] = (),
    unasked: tuple[str, ...] = (),
    inverse: tuple[Inverse, ...] = (),
) -> Callable[[Callable[..., Steps]], Example]:
    """Make a generator of steps a worked example, named after its file: `conv_size.py` is `conv-size`."""

    def wrap(derive: Callable[..., Steps]) -> Example:
        name = derive.__module__.rpartition(".")[2].replace("_", "-")
        topics = (topic,) if isinstance(topic, str) else topic
        return Example(
            name=name,
            title=title,
            topics=topics,
            results=results,
            derive=derive,
            notes=notes,
            unasked=unasked,
            inverse=inverse,
        )

    return wrap


@dataclass(eq=False, repr=False)
class Worked:
    """A worked example carried out: the inputs, every step with its value, and the notes on conventions."""

    example: Example
    inputs: Inputs
    steps: tuple[Step, ...]
    notes: tuple[Text, ...]

    @property
    def results(self) -> dict[str, Value]:
        """The values that may be asked for, by step name."""
        return {step.name: step.value for step in self.steps if self.example.is_result(step.name)}

    def step(self, name: str) -> Step:
        """The step of that name (KeyError if there is none)."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def has(self, name: str) -> bool:
        """Whether the derivation reached that step."""
        return any(step.name == name for step in self.steps)

    @cached_property
    def reruns(self) -> tuple[tuple[Slip, Worked], ...]:
        """The derivation with each of the slips made wherever it is offered."""
        return tuple((slip, work(self.example, self.inputs, slip=tag)) for tag, slip in self.slips().items())

    def slips(self) -> dict[str, Slip]:
        """The first slip of each tag that was offered on the way."""
        found: dict[str, Slip] = {}
        for step in self.steps:
            for slip in step.slips:
                found.setdefault(slip.tag, slip)
        return found


def work(
    example: Example, inputs: Inputs, *, slip: str | None = None, given: Mapping[str, Value] | None = None
) -> Worked:
    """Carry an example out on all its inputs.

    With `slip`, that mistake is made at every step that offers it; a mistake that changes an array's shape, or on
    which the rest cannot be computed, ends the derivation there. With `given`, the learner's own values are carried on.
    Raises InputError for inputs that do not fit each other.
    """
    steps: list[Step] = []
    generator = example.derive(**inputs)
    notes: Sequence[Text] = ()
    try:
        step = next(generator)
        while True:
            sent = _sent(step, slip, given or {})
            steps.append(step if sent is step.value else step._replace(value=sent))
            if shape(sent) != shape(step.value):
                generator.close()
                break
            step = generator.send(sent)
    except StopIteration as stop:
        notes = stop.value or ()
    except (ArithmeticError, ValueError, TypeError, LookupError):
        if slip is None and not given:
            raise
    return Worked(example, dict(inputs), tuple(steps), (*example.notes, *notes))


def _sent(step: Step, tag: str | None, given: Mapping[str, Value]) -> Value:
    if tag is not None:
        for slip in step.slips:
            if slip.tag == tag:
                return slip.value
    if step.name in given:
        return like(given[step.name], step.value)
    return step.value


def follow_through(example: Example, inputs: Inputs, given: Mapping[str, Value]) -> Worked:
    """The derivation that goes on from the learner's own values, so that one early mistake is charged once."""
    return work(example, inputs, given=given)


def wrong_values(truth: Worked, name: str) -> list[tuple[Slip, Value]]:
    """What each mistake leads to at a step, where that differs from the truth.

    First the mistakes made at this very step alone, then those made wherever they can be made on the way here.
    """
    asked = truth.step(name)
    found = [(slip, slip.value) for slip in asked.slips if not near(slip.value, asked.value)]
    for slip, rerun in truth.reruns:
        if not rerun.has(name):
            continue
        value = rerun.step(name).value
        known = any(slip.tag == other.tag and near(value, before) for other, before in found)
        if not known and not near(value, asked.value):
            found.append((slip, value))
    return found


def diagnose(truth: Worked, name: str, answer: Value) -> tuple[Slip, ...]:
    """The mistakes, if any, that lead to this answer at a step; more than one where they end in the same value."""
    found = {slip.tag: slip for slip, value in wrong_values(truth, name) if near(answer, value)}
    return tuple(found.values())


def is_clear(truth: Worked) -> bool:
    """Whether no slip coincides with the truth or with another slip of its step.

    In a loop it suffices that a slip is apart at one of the steps that offer it.
    """
    seen: dict[str, bool] = {}
    for step in truth.steps:
        for slip in step.slips:
            others = [other for other in step.slips if other.tag != slip.tag]
            apart = not near(slip.value, step.value) and not any(near(slip.value, other.value) for other in others)
            seen[slip.tag] = seen.get(slip.tag, False) or apart
    return all(seen.values())
