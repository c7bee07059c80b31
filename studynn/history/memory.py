"""What is remembered of every item, folded from the log and kept in a database, so that a start need not read the log.

It follows the log row by row; where it cannot (another log, other rules, too many new rows) it is made anew. It holds
nothing that the log does not: it may be deleted at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ..cache_database import open_cache, writing
from ..core.review import Mark, Review
from ..core.schedule import LEARNING, RELEARNING, REVIEW, Memory, memories, remember
from .log import ReviewLog

FORMAT = 2
RULES = "FSRS-6, retention 0.9, steps 1 10 / 10 minutes, own fuzz"
MOST_ONE_BY_ONE = 2_000
"""New rows; from there a fold of everything at once is quicker."""
FEW = 300
"""Rows up to which the library is quicker than loading what folds arrays."""
FOREVER = 1 << 62
SOME = 500
_TABLES = """
CREATE TABLE memory (
    item TEXT PRIMARY KEY, stability REAL, difficulty REAL, state INTEGER, step INTEGER, last INTEGER, due INTEGER,
    reviews INTEGER, lapses INTEGER, topic TEXT
) WITHOUT ROWID;
CREATE INDEX memory_due ON memory (state, due, item);
CREATE INDEX memory_topic ON memory (topic, state, due);
CREATE TABLE aside (item TEXT PRIMARY KEY, until INTEGER) WITHOUT ROWID;
CREATE TABLE followed (log TEXT, row INTEGER, rules TEXT, content INTEGER);
INSERT INTO followed VALUES ('', 0, '', -1);
"""
_COLUMNS = "stability, difficulty, state, step, last, due, reviews, lapses"
_DUE = f"((state = {REVIEW} AND due < :day_end) OR (state != {REVIEW} AND due <= :now))"
_IN_PLAY = "item NOT IN (SELECT item FROM aside WHERE until > :now)"

Progress = Callable[[float], None]
TopicsOf = Callable[[list[str]], dict[str, str]]
"""Gives the topics of some items, those that are known."""


class TopicMemory(NamedTuple):
    """How the answered items of a topic stand: how many there are, how many are due and not set aside."""

    topic: str
    seen: int
    due: int


def aside_until(marks: list[Mark], day_end_of: Callable[[int], int]) -> dict[str, int]:
    """The items that are set aside, with the moment until which; `marks` in order of time."""
    until: dict[str, int] = {}
    for mark in marks:
        until[mark.item] = {"bury": day_end_of(mark.moment), "suspend": FOREVER, "resume": 0}[mark.kind]
    return {item: moment for item, moment in until.items() if moment}


class Memories:
    """The cache of memories. Where its file cannot be used it lives in memory for one run."""

    def __init__(self, path: Path) -> None:
        self._database = open_cache(path, _TABLES, FORMAT)

    def follow(self, log: ReviewLog, day_end_of: Callable[[int], int], progress: Progress = lambda share: None) -> None:
        """Take in what was added to the log. `day_end_of` gives the end of the day of study of a moment."""
        device = log.device
        known, row, rules = self._database.execute("SELECT log, row, rules FROM followed").fetchone()
        last = log.last()
        if (known, rules) != (device, RULES) or last < row or last - row > MOST_ONE_BY_ONE:
            self._rebuild(log, device, last, progress)
        elif last > row:
            self._add(log.rows(row), log, last)
        self._set_aside(log.marks(), day_end_of)

    def forget(self) -> None:
        """There is no log: nothing is remembered."""
        if self._database.execute("SELECT log FROM followed").fetchone()[0]:
            with writing(self._database):
                self._database.execute("DELETE FROM memory")
                self._database.execute("DELETE FROM aside")
                self._database.execute("UPDATE followed SET log = '', row = 0")

    def _rebuild(self, log: ReviewLog, device: str, last: int, progress: Progress) -> None:
        if last > FEW:
            from .bulk_fold import fold

            found = fold(log.ratings(), progress)
        else:
            found = iter(memories(log.rows()).items())
        with writing(self._database):
            self._database.execute("DELETE FROM memory")
            self._keep(found)
            self._database.execute(
                "UPDATE followed SET log = ?, row = ?, rules = ?, content = -1", (device, last, RULES)
            )

    def _add(self, rows: list[Review], log: ReviewLog, last: int) -> None:
        """Step by step where a row is the newest about its item, otherwise from all rows of the item."""
        counting = [row for row in rows if row.undoes is None and row.purpose != "cram"]
        before = self.get({row.item for row in counting})
        again = log.items_of(row.undoes for row in rows if row.undoes is not None)
        again |= {row.item for row in counting if log.is_undone(row.id)}
        found: dict[str, Memory | None] = {}
        for row in counting:
            memory = found.get(row.item, before.get(row.item))
            if row.item in again or (memory is not None and row.moment <= memory.last):
                again.add(row.item)
            elif row.rating is not None:
                found[row.item] = remember(row.item, memory, row.rating, row.moment)
        for item in again:
            found[item] = memories(log.answers_of(item)).get(item)
        with writing(self._database):
            self._keep((item, memory) for item, memory in found.items() if memory is not None)
            gone = [(item,) for item, memory in found.items() if memory is None]
            self._database.executemany("DELETE FROM memory WHERE item = ?", gone)
            self._database.execute("UPDATE followed SET row = ?", (last,))

    def _keep(self, found: Iterable[tuple[str, Memory]]) -> None:
        self._database.executemany(
            f"INSERT INTO memory (item, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (item) DO UPDATE SET "
            + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", ")),
            ((item, *memory) for item, memory in found),
        )

    def _set_aside(self, marks: list[Mark], day_end_of: Callable[[int], int]) -> None:
        wanted = aside_until(marks, day_end_of)
        if wanted != dict(self._database.execute("SELECT item, until FROM aside")):
            with writing(self._database):
                self._database.execute("DELETE FROM aside")
                self._database.executemany("INSERT INTO aside VALUES (?, ?)", wanted.items())

    def name_topics(self, content: int, topics_of: TopicsOf) -> None:
        """Note the topic of each item where it is not known, or all of them where the content is another one than before."""
        (known,) = self._database.execute("SELECT content FROM followed").fetchone()
        where = "WHERE topic IS NULL" if known == content else ""
        items = [item for (item,) in self._database.execute(f"SELECT item FROM memory {where}")]
        if items or known != content:
            with writing(self._database):
                for start in range(0, len(items), SOME):  # a piece at a time: there may be very many
                    some = items[start : start + SOME]
                    topics = topics_of(some)
                    self._database.executemany(
                        "UPDATE memory SET topic = ? WHERE item = ?", ((topics.get(item, ""), item) for item in some)
                    )
                self._database.execute("UPDATE followed SET content = ?", (content,))

    def get(self, items: Iterable[str]) -> dict[str, Memory]:
        """The memories of some items, as far as they were ever answered."""
        wanted = list(items)
        found: dict[str, Memory] = {}
        for start in range(0, len(wanted), SOME):
            some = wanted[start : start + SOME]
            marks = ", ".join("?" * len(some))
            query = f"SELECT item, {_COLUMNS} FROM memory WHERE item IN ({marks})"
            found |= {item: Memory(*rest) for item, *rest in self._database.execute(query, some)}
        return found

    def all(self) -> Iterator[tuple[str, Memory]]:
        """Every item that was answered, with its memory."""
        for item, *rest in self._database.execute(f"SELECT item, {_COLUMNS} FROM memory"):
            yield item, Memory(*rest)

    def due(self, now: int, day_end: int) -> Iterator[str]:
        """The items that are due and not set aside, those that are being learnt first, then by the day they were due."""
        for states in (f"state IN ({LEARNING}, {RELEARNING}) AND due <= :now", f"state = {REVIEW} AND due < :day_end"):
            query = f"SELECT item FROM memory WHERE {states} AND {_IN_PLAY} ORDER BY due"
            for (item,) in self._database.execute(query, {"now": now, "day_end": day_end}):
                yield item

    def answered_since(self, moment: int) -> list[str]:
        """The items whose last answer is not before a moment."""
        return [item for (item,) in self._database.execute("SELECT item FROM memory WHERE last >= ?", (moment,))]

    def by_topic(self, now: int, day_end: int) -> list[TopicMemory]:
        """How the answered items of each topic stand."""
        # Three counts take half the time of one sum over a condition, where there are many items.
        moment = {"now": now, "day_end": day_end}
        per_topic = "topic != '' {} GROUP BY topic"
        seen = self._database.execute(f"SELECT topic, count(*) FROM memory WHERE {per_topic.format('')}")
        is_due = per_topic.format(f"AND {_DUE}")
        due = dict(self._database.execute(f"SELECT topic, count(*) FROM memory WHERE {is_due}", moment))
        aside = "SELECT topic, count(*) FROM aside CROSS JOIN memory USING (item) WHERE until > :now AND "
        away = dict(self._database.execute(aside + is_due, moment))
        return [TopicMemory(topic, count, due.get(topic, 0) - away.get(topic, 0)) for topic, count in seen]

    def generated_due_count(self, now: int, day_end: int) -> int:
        """How many skills of worked examples are due that no topic's own question asks for."""
        query = f"SELECT count(*) FROM memory WHERE topic = '' AND item GLOB '*/*@*' AND {_DUE} AND {_IN_PLAY}"
        return int(self._database.execute(query, {"now": now, "day_end": day_end}).fetchone()[0])

    def aside(self, now: int) -> dict[str, int]:
        """The items that are buried or suspended, with the moment until which."""
        return dict(self._database.execute("SELECT item, until FROM aside WHERE until > ?", (now,)))

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
