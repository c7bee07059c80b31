"""Terms as a glossary: what is written in one language leads to what the other calls it, and to the facts it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .answers import normalised
from .text import Text
from .topic import Topic

_ASIDE = re.compile(r"[()（）/、,，;；]+")
SHORTEST = 2
"""Signs; a single Chinese character stands in too many words to look for it."""


def aliases(term: Text) -> frozenset[str]:
    """The ways to write a term: each language, without and with what stands in brackets or behind a stroke."""
    parts = (part.strip() for words in (term.en, term.zh) for part in _ASIDE.split(words))
    return frozenset(plain(part) for part in parts if len(part) >= SHORTEST)


def plain(words: str) -> str:
    """Words without the differences that do not matter: case and width."""
    return normalised(words).casefold()


def synonyms(words: str, terms: Iterable[Text]) -> list[str]:
    """The words themselves and, where they are a term, what else that is called, in either language."""
    known = [aliases(term) for term in terms]
    found = [plain(words)]
    for alias in found:  # grows while it is gone through
        found += sorted({other for names in known if alias in names for other in names} - set(found))
    return found


def facts_about(words: str, topics: Iterable[Topic]) -> dict[str, set[str]]:
    """By topic the facts that have a term with all of the words or say them, in either language; none where no term has them."""
    known = list(topics)
    terms = [term for topic in known for fact in topic.facts for term in fact.terms]
    ways = [way.split() for way in synonyms(words, terms) if way]
    found: dict[str, set[str]] = {}
    if not any(_said(ways, alias) for term in terms for alias in aliases(term)):
        return found
    for topic in known:
        for fact in topic.facts:
            places = {
                plain(fact.says.en),
                plain(fact.says.zh),
                *(name for term in fact.terms for name in aliases(term)),
            }
            if any(_said(ways, place) for place in places):
                found.setdefault(topic.id, set()).add(fact.id)
    return found


def _said(ways: list[list[str]], place: str) -> bool:
    return any(all(begins(word, place) for word in way) for way in ways)


def begins(word: str, words: str) -> bool:
    """Whether a word stands in some words: at the beginning of one of theirs, or anywhere if it is not Latin."""
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(word)}", words)) if word[:1].isascii() else word in words
