"""Finds facts, terms, cards and questions by words in either language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .glossary import begins, plain, synonyms
from .text import Text
from .topic import Topic

Kind = Literal["term", "fact", "card", "question", "example"]
ORDER: tuple[Kind, ...] = ("term", "fact", "example", "card", "question")


@dataclass(frozen=True)
class Found:
    """Something that holds all the words: what it is, where it belongs, what it says."""

    kind: Kind
    topic: str
    id: str
    says: Text


def search(words: str, topics: list[Topic], examples: list[Found]) -> list[Found]:
    """Everything that holds all the words, in either language or in its id; terms first, then facts, examples, cards, questions.

    Words that are a term of the topics also find what the other language calls it. Latin words are found where a word
    begins with them.
    """
    if not plain(words):
        return []
    ways = [
        way.split()
        for way in synonyms(words, (term for topic in topics for fact in topic.facts for term in fact.terms))
    ]
    everything = [*(found for topic in topics for found in _of(topic)), *examples]
    hits = [found for found in everything if any(_holds(found, wanted) for wanted in ways)]
    return sorted(dict.fromkeys(hits), key=lambda found: (ORDER.index(found.kind), _distance(found)))


def _of(topic: Topic) -> Iterator[Found]:
    for fact in topic.facts:
        for term in fact.terms:
            yield Found("term", topic.id, term.en, term)  # a term of several facts is found once
        yield Found(
            "fact",
            topic.id,
            fact.id,
            Text(f"{fact.says.en} {fact.formula}".strip(), f"{fact.says.zh} {fact.formula}".strip()),
        )
    for card in topic.cards:
        yield Found(
            "card", topic.id, card.id, Text(f"{card.front.en} — {card.back.en}", f"{card.front.zh}——{card.back.zh}")
        )
    for question in topic.questions:
        yield Found("question", topic.id, question.id, question.ask)


def _holds(found: Found, wanted: list[str]) -> bool:
    places = map(plain, (found.says.en, found.says.zh, found.id))
    return any(all(begins(word, words) for word in wanted) for words in places)


def _distance(found: Found) -> int:
    """How much else a hit says: the shortest comes first."""
    return min(len(found.says.en), len(found.says.zh) * 3)
