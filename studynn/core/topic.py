"""What the bank yields: topics with their facts, cards and questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from .question import Question
from .text import Text


def _without_underscore(name: str) -> str:
    return name.rstrip("_")


STRICT: Mapping[str, Any] = {"extra": "forbid", "strict": True, "alias_generator": _without_underscore}
"""How content is validated: no unknown keys, no conversion of types; `from_` in Python is `from` in a file."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading under which facts stand together."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    id: str
    title: Text


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A true statement, where it comes from, and the misconception (`claim`) that it corrects, if there is one."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    id: str
    says: Text
    section: str = ""
    basis: Literal["text", "gap", "background"] = "text"
    formula: str = ""
    tex: str = ""
    from_: tuple[str, ...] = ()
    terms: tuple[Text, ...] = ()
    claim: Text | None = None
    correction: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Card:
    """A flashcard about a fact; `hook` is something to remember it by, shown with the answer."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    id: str
    fact: str
    front: Text
    back: Text
    hook: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """A comparison or key table of the notes: a head and rows of as many cells."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    title: Text
    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    section: str = ""


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A fact of the sources that has neither card nor question, and why."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    fact: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A topic: what to study first, what it consists of, and everything that can be asked about it."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    id: str
    title: Text
    needs: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    facts: tuple[Fact, ...] = ()
    cards: tuple[Card, ...] = ()
    questions: tuple[Question, ...] = ()
    tables: tuple[Table, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    def fact(self, name: str) -> Fact | None:
        """The fact of that id, if the topic has it."""
        return next((fact for fact in self.facts if fact.id == name), None)


@dataclass(frozen=True)
class TopicLine:
    """A topic without its contents: what it is called, what it needs and consists of, how much there is of it, its file."""

    id: str
    title: Text
    needs: tuple[str, ...]
    parts: tuple[str, ...]
    facts: int
    cards: int
    file: str
