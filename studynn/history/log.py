"""The review log as a file: opened with care, appended to, read as a whole."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from ..core.errors import StudyError
from ..core.review import AGAIN, EASY, GOOD, HARD, Answer, Mark, Review
from ..core.text import Text
from .log_file import MAGIC, connect, damaged, explained, has_content, inspected, refuse_newer, use_wal, version_of
from .migrations import migrate

OUTCOMES = (None, "right", "wrong")
RATINGS = (None, AGAIN, HARD, GOOD, EASY)
YEAR_9000 = 221_845_392_000_000
"""In milliseconds since 1970; later moments are damage, and too near the end of the calendar to schedule from."""
COLUMNS = tuple(field.name for field in fields(Review))
OLDEST_COLUMNS = COLUMNS.index("confidence")
"""How many of them the first version of the log had."""
TABLES = ("review", "mark")


def log_path(data_folder: Path) -> Path:
    """Where the log stands among the learner's data."""
    return data_folder / "reviews.sqlite3"


class ReviewLog:
    """An open log. Every `add` is on the disk before it returns."""

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        self._database = database
        self.path = path
        self._columns = COLUMNS if version_of(database) > 1 else COLUMNS[:OLDEST_COLUMNS]

    @property
    def device(self) -> str:
        """The random name of this device."""
        with explained(self.path):
            found = self._database.execute("SELECT name FROM device").fetchone()
        if found is None:
            raise damaged(self.path, Text("the name of the device is gone", "设备名丢失"))
        return str(found[0])

    def add(self, *rows: Review | Mark) -> None:
        """Append rows, all or none. Raises LogError, with nothing half-written, where the disk refuses."""
        with explained(self.path), self._transaction():
            for row in rows:
                self._insert(row)

    def merge(self, rows: Iterable[Review | Mark]) -> int:
        """Append the rows whose ids are not there yet, all in one transaction, and give their number."""
        with explained(self.path), self._transaction():
            known = {name for table in TABLES for (name,) in self._database.execute(f"SELECT id FROM {table}")}
            added = 0
            for row in rows:
                if row.id not in known:
                    known.add(row.id)
                    self._insert(row)
                    added += 1
            return added

    def _insert(self, row: Review | Mark) -> None:
        values = asdict(row)
        if isinstance(row, Review):
            values["slips"] = json.dumps(row.slips)
        marks = ", ".join(f":{name}" for name in values)
        table = "review" if isinstance(row, Review) else "mark"
        self._database.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", values)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    def rows(self, after: int = 0) -> list[Review]:
        """The rows in the order in which they were written, from the one behind the number `after`. Raises LogError where
        one cannot be read."""
        return self._reviews("WHERE rowid > ? ORDER BY rowid", after)

    def answers_of(self, item: str) -> list[Review]:
        """The answers about an item, and the rows that take any of them back."""
        where = "WHERE item = :item OR undoes IN (SELECT id FROM review WHERE item = :item) ORDER BY rowid"
        return self._reviews(where, item)

    def last_answer(self) -> Review | None:
        """The last answer that stands, of whatever day, those of exams left out."""
        purpose = "" if len(self._columns) < len(COLUMNS) else "AND purpose != 'exam'"
        where = (
            "WHERE rating IS NOT NULL AND id NOT IN (SELECT undoes FROM review WHERE undoes IS NOT NULL) "
            f"{purpose} ORDER BY moment DESC, id DESC LIMIT ?"
        )
        return next(iter(self._reviews(where, 1)), None)

    def answers_like(self, items: str) -> list[Review]:
        """The answers about the items that fit a pattern such as `conv-size/*`, and the rows that take any of them back."""
        where = "WHERE item GLOB ?1 OR undoes IN (SELECT id FROM review WHERE item GLOB ?1) ORDER BY rowid"
        return self._reviews(where, items)

    def is_undone(self, id: str) -> bool:
        """Whether a row takes the answer of that id back."""
        with explained(self.path):
            return self._database.execute("SELECT 1 FROM review WHERE undoes = ?", (id,)).fetchone() is not None

    def items_of(self, ids: Iterable[str]) -> set[str]:
        """What the answers of some ids were about, as far as there are such answers."""
        with explained(self.path):
            found = (self._database.execute("SELECT item FROM review WHERE id = ?", (id,)).fetchone() for id in ids)
            return {str(row[0]) for row in found if row}

    def _reviews(self, where: str, value: object) -> list[Review]:
        with explained(self.path), self._readable():
            found = self._database.execute(f"SELECT {', '.join(self._columns)} FROM review {where}", (value,))
            return [_review(dict(zip(self._columns, row, strict=True))) for row in found]

    def last(self) -> int:
        """The number of the last row; 0 where there is none."""
        with explained(self.path):
            return int(self._database.execute("SELECT coalesce(max(rowid), 0) FROM review").fetchone()[0])

    def ratings(self) -> Iterator[tuple[str, int, int]]:
        """Item, moment and rating of all answers that stand and count for the schedule, by item and moment."""
        purpose = "" if len(self._columns) < len(COLUMNS) else "AND purpose != 'cram'"
        query = (
            "SELECT item, moment, rating FROM review WHERE rating IS NOT NULL "
            f"AND id NOT IN (SELECT undoes FROM review WHERE undoes IS NOT NULL) {purpose} ORDER BY item, moment, id"
        )
        with explained(self.path), self._readable():
            yield from self._database.execute(query)

    def answers(self) -> Iterator[Answer]:
        """All answers that stand, by item and moment, without what statistics do not need: read one by one, so that a
        long log need not fit into memory."""
        newer = "confidence, purpose != 'cram'" if len(self._columns) == len(COLUMNS) else "NULL, 1"
        query = (
            f"SELECT item, moment, outcome = 'right', rating, milliseconds, slips, {newer} FROM review WHERE rating IS NOT NULL "
            "AND id NOT IN (SELECT undoes FROM review WHERE undoes IS NOT NULL) ORDER BY item, moment, id"
        )
        with explained(self.path), self._readable():
            for item, moment, right, rated, milliseconds, slips, sure, counts in self._database.execute(query):
                if abs(moment) >= YEAR_9000:
                    raise ValueError
                made = () if slips == "[]" else tuple(json.loads(slips))
                yield Answer(item, moment, bool(right), rated, milliseconds, made, sure, bool(counts))

    def sure_and_wrong(self) -> dict[str, int]:
        """For each item the moment of the last answer that was wrong though the learner was sure of it."""
        if len(self._columns) < len(COLUMNS):
            return {}
        query = "SELECT item, max(moment) FROM review WHERE confidence = 3 AND rating = 1 GROUP BY item"
        with explained(self.path):
            return dict(self._database.execute(query))

    def marks(self) -> list[Mark]:
        """The items that were set aside or taken up again, in order of time. Raises LogError where one cannot be read."""
        if len(self._columns) < len(COLUMNS):
            return []
        names = [field.name for field in fields(Mark)]
        with explained(self.path), self._readable():
            found = self._database.execute(f"SELECT {', '.join(names)} FROM mark ORDER BY moment, kind = 'resume', id")
            return [Mark(*row) for row in found]

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Text that is not UTF-8, slips that are not JSON, values that cannot be: damage."""
        try:
            yield
        except (ValueError, TypeError):
            raise damaged(self.path, Text("a row cannot be read", "有一行无法读取")) from None

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> ReviewLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _review(values: dict[str, Any]) -> Review:
    if values["outcome"] not in OUTCOMES or values["rating"] not in RATINGS or abs(values["moment"]) >= YEAR_9000:
        raise ValueError
    return Review(**values | {"slips": tuple(json.loads(values["slips"]))})


def open_log(path: Path) -> ReviewLog:
    """Open the log for reading and appending, making it where there is none. Raises LogError and leaves the file alone
    where it was written by a newer version, is damaged, or cannot be written to."""
    with explained(path):
        if has_content(path, "r+b"):
            inspected(path).close()
        path.parent.mkdir(parents=True, exist_ok=True)
        database = connect(path, "mode=rwc")
        try:
            use_wal(database)
            database.execute("PRAGMA synchronous = FULL")
            refuse_newer(path, migrate(database))
        except BaseException:
            database.close()
            raise
    return ReviewLog(database, path)


@contextmanager
def reading(path: Path) -> Iterator[ReviewLog | None]:
    """A log that is only read, which may lie where nothing can be written; nothing where there is no log. Raises LogError."""
    with explained(path):
        database = inspected(path) if has_content(path, "rb") else None
    if database is None:
        yield None
        return
    with ReviewLog(database, path) as log:
        yield log if version_of(database) else None


def read_log(path: Path) -> list[Review]:
    """All rows of a log; none where there is no log. Raises LogError."""
    with reading(path) as log:
        return log.rows() if log else []


def rows_of_file(path: Path) -> list[Review | Mark]:
    """The rows of another log, or of a file of exported lines. Raises StudyError."""
    try:
        with path.open("rb") as file:
            is_log = file.read(len(MAGIC)) == MAGIC
    except OSError as error:
        reason = error.strerror or str(error)
        raise StudyError(Text(f"{path}: it cannot be read ({reason})", f"{path}：无法读取（{reason}）")) from None
    if not is_log:
        from .json_lines import read_lines

        return read_lines(path)
    with reading(path) as log:
        return [*log.rows(), *log.marks()] if log else []
