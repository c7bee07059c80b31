"""Which topics and items there are, kept in a database, so that a run need not read what it does not ask.

An outline can always be made again from the topics. It is never trusted with a text: an item names the file and the place
that it is read from. Where its file cannot be used, it lives in memory for the one run.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..cache_database import in_memory, open_cache, writing
from ..core.item import CARD, Item
from ..core.text import Text
from ..core.topic import Topic, TopicLine

FORMAT = 1
SOME = 500
"""How many ids are looked up at a time."""
_TABLES = """
CREATE TABLE file (
    path TEXT PRIMARY KEY, state TEXT, topic TEXT, en TEXT, zh TEXT, needs TEXT, parts TEXT, facts INTEGER, cards INTEGER
) WITHOUT ROWID;
CREATE TABLE item (
    file TEXT, is_card INTEGER, place INTEGER, type TEXT, id TEXT, skill TEXT, topic TEXT, fact TEXT, level INTEGER,
    PRIMARY KEY (file, is_card, place)
) WITHOUT ROWID;
CREATE INDEX item_id ON item (id);
CREATE INDEX item_skill ON item (skill);
"""
_COLUMNS = "id, skill, type, topic, fact, level, file, place"


class Outline:
    """The outline of all topic files that were ever brought up to date. `generation` changes whenever it does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = open_cache(path, _TABLES, FORMAT)

    def generation(self) -> int:
        """A number that another content never has."""
        return int(self._database.execute("PRAGMA user_version").fetchone()[0])

    def stale(self, states: Mapping[Path, str]) -> list[Path]:
        """The files whose state is not the one that is kept."""
        kept = dict(self._database.execute("SELECT path, state FROM file"))
        return [path for path, state in states.items() if kept.get(str(path)) != state]

    def keep(self, topics: Iterable[tuple[Path, str, Topic]]) -> None:
        """Keep what is in some files, read when they had these states. Where nothing can be written, all that was kept
        before is stale from then on, and what comes lives in memory."""
        try:
            self._keep(topics)
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                self._database.close()
            self._database = in_memory(_TABLES, FORMAT)

    def _keep(self, topics: Iterable[tuple[Path, str, Topic]]) -> None:
        with writing(self._database):
            for path, state, topic in topics:
                file = str(path)
                names = " ".join(topic.needs), " ".join(topic.parts)
                row = (
                    file,
                    state,
                    topic.id,
                    topic.title.en,
                    topic.title.zh,
                    *names,
                    len(topic.facts),
                    len(topic.cards),
                )
                self._database.execute("DELETE FROM item WHERE file = ?", (file,))
                self._database.execute("REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
                self._database.executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _rows(file, topic))
            self._database.execute(f"PRAGMA user_version = {self.generation() % 1_000_000_000 + 1}")

    def topics(self, files: Iterable[Path]) -> list[TopicLine]:
        """The topics of some files, in that order."""
        query = "SELECT path, topic, en, zh, needs, parts, facts, cards FROM file"
        found = {row[0]: row for row in self._database.execute(query)}
        return [
            TopicLine(topic, Text(en, zh), tuple(needs.split()), tuple(parts.split()), facts, cards, path)
            for path, topic, en, zh, needs, parts, facts, cards in (found[str(path)] for path in files)
        ]

    def items(self, file: str, *, cards: bool | None = None) -> Iterator[Item]:
        """The items of a file in its order: its questions, its cards, or both."""
        kinds = (0, 1) if cards is None else (int(cards),)
        for kind in kinds:
            query = f"SELECT {_COLUMNS} FROM item WHERE file = ? AND is_card = ? ORDER BY place"
            yield from map(Item._make, self._database.execute(query, (file, kind)))

    def of_skills(self, skills: Iterable[str]) -> dict[str, list[Item]]:
        """The items that the review log calls by some names, by these names."""
        wanted = list(skills)
        found: dict[str, list[Item]] = {}
        for start in range(0, len(wanted), SOME):
            some = wanted[start : start + SOME]
            marks = ", ".join("?" * len(some))
            for row in self._database.execute(f"SELECT {_COLUMNS} FROM item WHERE skill IN ({marks})", some):
                found.setdefault(row[1], []).append(Item._make(row))
        return found

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _rows(file: str, topic: Topic) -> Iterator[tuple[Any, ...]]:
    for item in items_of(topic, file):
        yield (
            file,
            int(item.type == CARD),
            item.place,
            item.type,
            item.id,
            item.skill,
            item.topic,
            item.fact,
            item.level,
        )


def items_of(topic: Topic, file: str = "") -> Iterator[Item]:
    """Everything in a topic that can be asked: its questions, then its cards."""
    for place, question in enumerate(topic.questions):
        yield Item(question.id, question.item(), question.type, topic.id, question.fact, question.level, file, place)
    for place, card in enumerate(topic.cards):
        yield Item(card.id, card.id, CARD, topic.id, card.fact, 1, file, place)
