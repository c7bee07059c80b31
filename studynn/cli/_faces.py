"""What a card shows: its text and fact from the content, or a generated skill with its fresh numbers."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ..bank.library import Library
from ..core.item import CARD, Item
from ..core.question import Posed
from ..core.steps import Example, Worked
from ..core.text import Text
from ..core.topic import Card, Fact, Topic
from ._study import GENERATED, question_finder

TRIES = 60
"""Draws after which a worked example is taken not to reach a skill any more."""


class Gone(Exception):
    """A skill that was asked once and that its worked example does not reach any more."""


class Face(NamedTuple):
    """A card with its fact and topic, or a generated skill with its numbers; that may belong to no topic."""

    front: Card | Posed
    fact: Fact | None = None
    topic: Topic | None = None


def face_of(library: Library, item: Item, seed: int, reviews: int) -> Face:
    """The face of an item; each review of a generated skill has other numbers. Raises Gone."""
    topic = None if item.file.startswith(GENERATED) else library.read(Path(item.file))
    fact = topic.fact(item.fact) if topic else None
    if item.type == CARD:
        return Face(library.card(item), fact, topic)
    from random import Random

    from ..worked import load

    rng = Random(f"{seed}/{item.skill}/{reviews}")
    question = question_finder(library)(item)
    for _ in range(TRIES):
        posed = question.pose(rng, load)
        if posed.item == item.skill:
            return Face(posed, fact, topic)
    raise Gone(item.skill)


def title_of(library: Library, item: Item) -> Text:
    """What stands for an item in a list: the front of the card, or the title of the worked example that is asked."""
    from ..worked import load

    return library.card(item).front if item.type == CARD else load(item.example).title


def examples_of(face: Face) -> list[Example]:
    """The worked examples behind a card: those that questions about its fact ask, or the one that was asked."""
    from ..worked import load

    if not isinstance(face.front, Card):
        return [face.front.truth.example] if face.front.truth else []
    questions = face.topic.questions if face.topic else ()
    about = face.front.fact
    names = (getattr(question, "example", "") for question in questions if about in (question.fact, *question.also))
    return [load(name) for name in dict.fromkeys(names) if name]


def worked_out(example: Example) -> Worked:
    """The steps of an example on its usual numbers."""
    from ..core.inputs import defaults
    from ..core.steps import work

    return work(example, defaults(example))
