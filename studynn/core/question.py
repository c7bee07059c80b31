"""A question as content holds it, and as it is put to the learner: stem, kind of input, marking.

A question type is one class in `questions/`. It declares its content fields, says what is wrong with them, poses itself
with numbers or an order drawn from a generator, and brings samples of right, wrong and unreadable answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from .draw import Rng
from .steps import Example, Worked
from .text import Text
from .verdict import Verdict

Level = Literal[1, 2, 3]
FindExample = Callable[[str], Example]
"""Gives the worked example of a name; KeyError if there is none."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of the options, by its key."""

    options: tuple[Text, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SomeOf:
    """All options that apply, by number."""

    options: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """A line of text; `form` says what it should look like."""

    form: Text


@dataclass(frozen=True, slots=True)
class Ordered:
    """The items in their right order, by number."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Paired:
    """For each item on the left the letter of the one on the right."""

    left: tuple[Text, ...]
    right: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Ticked:
    """Prose, written or said; then the mark points are shown, and the learner names those made."""

    points: tuple[Text, ...]


Entry = OneOf | SomeOf | Typed | Ordered | Paired | Ticked


@dataclass(frozen=True)
class Posed:
    """A question with its numbers and its order of options fixed.

    `key` is one way to type the right answer, `answer` the way to show it. `item` is what the log remembers:
    the question, or for generated questions the skill. `given` names the inputs of `truth` that the stem does not hold.
    """

    item: str
    type: str
    level: int
    stem: Text
    entry: Entry
    key: str
    answer: Text
    mark: Callable[[str], Verdict]
    hints: tuple[Text, ...] = ()
    because: Text | None = None
    truth: Worked | None = None
    step: str = ""
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a piece of content: where in it (keys and indices), what, and how to mend it."""

    at: tuple[str | int, ...]
    what: Text


@dataclass(frozen=True)
class Sample:
    """A question with answers whose marking is known, so that every question type is tested alike.

    Each answer is typed text, or a function of the posed question where the text depends on the order of options.
    """

    question: Question
    right: tuple[str | Callable[[Posed], str], ...]
    wrong: tuple[str | Callable[[Posed], str], ...]
    unreadable: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What all question types have in common."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid", "strict": True}

    id: str
    type: str
    fact: str
    also: tuple[str, ...] = ()
    level: Level
    ask: Text
    hint: Text | None = None
    because: Text | None = None

    def item(self) -> str:
        """What the review log calls this question."""
        return self.id

    def problems(self, find_example: FindExample) -> Iterator[Problem]:
        """What is wrong with the content beyond missing and misspelt keys."""
        return iter(())

    def pose(self, rng: Rng, find_example: FindExample) -> Posed:
        """The question with everything fixed that is drawn at random."""
        raise NotImplementedError

    @classmethod
    def samples(cls) -> tuple[Sample, ...]:
        """Questions of this type with answers whose marking is known."""
        raise NotImplementedError
