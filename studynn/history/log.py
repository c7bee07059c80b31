"""The review log as a file: opened with care, appended to, read as a whole."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from time import monotonic
from typing import Any, Literal

from ..core.errors import StudyError
from ..core.review import AGAIN, EASY, GOOD, HARD, Answer, Mark, Review
from ..core.text import Text, same
from .migrations import MIGRATIONS, migrate

MAGIC = b"SQLite format 3\x00"
VERSION_AT = 60
HEADER_SIZE = 100
SMALLEST_PAGE = 512
SECONDS_TO_WAIT: float = 10
"""How long to wait for another program that is writing."""
CHECKED_UP_TO = 8_000_000
"""Bytes; checking a larger log at every start would take longer than a learner wants to wait."""
OUTCOMES = (None, "right", "wrong")
RATINGS = (None, AGAIN, HARD, GOOD, EASY)
YEAR_9000 = 221_845_392_000_000
"""In milliseconds since 1970; later moments are damage, and too near the end of the calendar to schedule from."""
COLUMNS = tuple(field.name for field in fields(Review))
OLDEST_COLUMNS = COLUMNS.index("confidence")
"""How many of them the first version of the log had."""
TABLES = ("review", "mark")


class LogError(StudyError):
    """The log cannot be used; it is left as it is."""

    def __init__(self, message: Text) -> None:
        super().__init__(message, exit_code=1)


def log_path(data_folder: Path) -> Path:
    """Where the log stands among the learner's data."""
    return data_folder / "reviews.sqlite3"


class ReviewLog:
    """An open log. Every `add` is on the disk before it returns."""

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        self._database = database
        self.path = path
        self._columns = COLUMNS if _version(database) > 1 else COLUMNS[:OLDEST_COLUMNS]

    @property
    def device(self) -> str:
        """The random name of this device."""
        with _explained(self.path):
            found = self._database.execute("SELECT name FROM device").fetchone()
        if found is None:
            raise _damaged(self.path, Text("the name of the device is gone", "设备名丢失"))
        return str(found[0])

    def add(self, *rows: Review | Mark) -> None:
        """Append rows, all or none. Raises LogError, with nothing half-written, where the disk refuses."""
        with _explained(self.path), self._transaction():
            for row in rows:
                self._insert(row)

    def merge(self, rows: Iterable[Review | Mark]) -> int:
        """Append the rows whose ids are not there yet, all in one transaction, and give their number."""
        with _explained(self.path), self._transaction():
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
        with _explained(self.path):
            return self._database.execute("SELECT 1 FROM review WHERE undoes = ?", (id,)).fetchone() is not None

    def items_of(self, ids: Iterable[str]) -> set[str]:
        """What the answers of some ids were about, as far as there are such answers."""
        with _explained(self.path):
            found = (self._database.execute("SELECT item FROM review WHERE id = ?", (id,)).fetchone() for id in ids)
            return {str(row[0]) for row in found if row}

    def _reviews(self, where: str, value: object) -> list[Review]:
        with _explained(self.path), self._readable():
            found = self._database.execute(f"SELECT {', '.join(self._columns)} FROM review {where}", (value,))
            return [_review(dict(zip(self._columns, row, strict=True))) for row in found]

    def last(self) -> int:
        """The number of the last row; 0 where there is none."""
        with _explained(self.path):
            return int(self._database.execute("SELECT coalesce(max(rowid), 0) FROM review").fetchone()[0])

    def ratings(self) -> Iterator[tuple[str, int, int]]:
        """Item, moment and rating of all answers that stand and count for the schedule, by item and moment."""
        purpose = "" if len(self._columns) < len(COLUMNS) else "AND purpose != 'cram'"
        query = (
            "SELECT item, moment, rating FROM review WHERE rating IS NOT NULL "
            f"AND id NOT IN (SELECT undoes FROM review WHERE undoes IS NOT NULL) {purpose} ORDER BY item, moment, id"
        )
        with _explained(self.path), self._readable():
            yield from self._database.execute(query)

    def answers(self) -> Iterator[Answer]:
        """All answers that stand, by item and moment, without what statistics do not need: read one by one, so that a
        long log need not fit into memory."""
        newer = "confidence, purpose != 'cram'" if len(self._columns) == len(COLUMNS) else "NULL, 1"
        query = (
            f"SELECT item, moment, outcome = 'right', rating, milliseconds, slips, {newer} FROM review WHERE rating IS NOT NULL "
            "AND id NOT IN (SELECT undoes FROM review WHERE undoes IS NOT NULL) ORDER BY item, moment, id"
        )
        with _explained(self.path), self._readable():
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
        with _explained(self.path):
            return dict(self._database.execute(query))

    def marks(self) -> list[Mark]:
        """The items that were set aside or taken up again, in order of time. Raises LogError where one cannot be read."""
        if len(self._columns) < len(COLUMNS):
            return []
        names = [field.name for field in fields(Mark)]
        with _explained(self.path), self._readable():
            found = self._database.execute(f"SELECT {', '.join(names)} FROM mark ORDER BY moment, kind = 'resume', id")
            return [Mark(*row) for row in found]

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Text that is not UTF-8, slips that are not JSON, values that cannot be: damage."""
        try:
            yield
        except (ValueError, TypeError):
            raise _damaged(self.path, Text("a row cannot be read", "有一行无法读取")) from None

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
    with _explained(path):
        if _has_content(path, "r+b"):
            _inspect(path).close()
        path.parent.mkdir(parents=True, exist_ok=True)
        database = _connect(path, "mode=rwc")
        try:
            _use_wal(database)
            database.execute("PRAGMA synchronous = FULL")
            _refuse_newer(path, migrate(database))
        except BaseException:
            database.close()
            raise
    return ReviewLog(database, path)


@contextmanager
def reading(path: Path) -> Iterator[ReviewLog | None]:
    """A log that is only read, which may lie where nothing can be written; nothing where there is no log. Raises LogError."""
    with _explained(path):
        database = _inspect(path) if _has_content(path, "rb") else None
    if database is None:
        yield None
        return
    with ReviewLog(database, path) as log:
        yield log if _version(database) else None


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


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?{mode}"
    database = sqlite3.connect(address, uri=True, timeout=SECONDS_TO_WAIT, isolation_level=None)
    database.text_factory = bytes.decode
    return database


def _use_wal(database: sqlite3.Connection) -> None:
    """SQLite does not wait here by itself while another process, too, turns a new log into WAL mode: one of them is refused."""
    give_up = monotonic() + SECONDS_TO_WAIT
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() >= give_up:
                raise
        database.execute("BEGIN IMMEDIATE")  # this does wait until the other is done
        database.execute("ROLLBACK")


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _has_content(path: Path, mode: Literal["rb", "r+b"]) -> bool:
    """Judge the file by its header before SQLite touches it: whether there is a log. Raises LogError, or OSError where the
    file cannot be opened in that mode."""
    # Asked first: another process may be making the log at this moment, and that begins with the header.
    has_newest_rows = _has_newest_rows(path)
    header = b""
    if path.exists():
        if not path.is_file():
            raise _unusable(path, Text("it is not a file", "它不是文件"))
        with path.open(mode) as file:
            header = file.read(HEADER_SIZE)
    if not header:
        if has_newest_rows:  # SQLite would throw these away
            raise _damaged(
                path, Text("it is empty, but the file -wal beside it is not", "它是空的，旁边的 -wal 文件却不空")
            )
        return False
    if not header.startswith(MAGIC[: len(header)]):
        raise _damaged(path, Text("its beginning is not that of a database", "开头不是数据库"))
    if len(header) < HEADER_SIZE or (path.stat().st_size % SMALLEST_PAGE and not has_newest_rows):
        raise _damaged(path, Text("it is cut short", "文件不完整"))
    _refuse_newer(path, int.from_bytes(header[VERSION_AT : VERSION_AT + 4], "big"))
    return True


def _has_newest_rows(path: Path) -> bool:
    """Whether rows stand in the file beside the log that SQLite has not yet moved into it."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        return False


def _refuse_newer(path: Path, version: int) -> None:
    if version > len(MIGRATIONS):
        raise LogError(
            Text(
                f"the review log {path} was written by a newer studynn (format {version}, this one knows {len(MIGRATIONS)}); "
                "it is left as it is: please update studynn",
                f"复习记录 {path} 由更新版本的 studynn 写成（格式 {version}，本程序只认识到 {len(MIGRATIONS)}）；文件未作改动，请升级 studynn",
            )
        )


def _inspect(path: Path) -> sqlite3.Connection:
    """A connection that cannot change the log, after a look at its version and at whether it is whole."""
    try:
        return _inspected(path, "mode=ro")
    except sqlite3.OperationalError as error:
        no_side_files = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        if not no_side_files or _has_newest_rows(path):
            raise
        return _inspected(path, "immutable=1")  # in a folder where nothing can be written


def _inspected(path: Path, mode: str) -> sqlite3.Connection:
    database = _connect(path, mode)
    try:
        database.execute("BEGIN")  # all of this about the same state, whoever writes meanwhile
        version = _version(database)
        _refuse_newer(path, version)
        if path.stat().st_size <= CHECKED_UP_TO:
            verdict = database.execute("PRAGMA quick_check(1)").fetchone()[0]
            if verdict != "ok":
                raise _damaged(path, same(verdict))
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if bool(version) != ("review" in tables) or (tables and not version):
            raise _damaged(path, Text("it is a database, but not a review log", "它是数据库，但不是复习记录"))
        database.execute("ROLLBACK")
    except BaseException:
        database.close()
        raise
    return database


def _damaged(path: Path, reason: Text) -> LogError:
    return LogError(
        Text(
            f"the review log {path} is damaged ({_last_line(reason.en)}); it is left as it is. Move it aside with the files "
            "-wal and -shm beside it, or restore a copy; `--no-log` practises without it",
            f"复习记录 {path} 已损坏（{_last_line(reason.zh)}）；文件未作改动。请把它连同旁边的 -wal、-shm 文件移走，或恢复备份；"
            "用 `--no-log` 可不记录地练习",
        )
    )


def _last_line(words: str) -> str:
    return words.splitlines()[-1]


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system complain about into one line for the learner."""
    try:
        yield
    except sqlite3.OperationalError as error:
        reason = str(error)
        if "locked" in reason:
            raise LogError(
                Text(
                    f"the review log {path} is in use by another program; try again",
                    f"复习记录 {path} 正被其他程序占用，请稍后再试",
                )
            ) from None
        raise _unusable(path, same(reason)) from None
    except sqlite3.IntegrityError:
        raise
    except sqlite3.DatabaseError as error:
        raise _damaged(path, same(str(error))) from None
    except UnicodeDecodeError:
        raise _damaged(path, Text("it holds text that is not UTF-8", "含有非 UTF-8 的文字")) from None
    except OSError as error:
        raise _unusable(path, same(error.strerror or str(error))) from None


def _unusable(path: Path, reason: Text) -> LogError:
    return LogError(
        Text(
            f"the review log {path} cannot be used ({reason.en}); what was answered before is kept. `--no-log` practises without it",
            f"无法使用复习记录 {path}（{reason.zh}）；此前的作答都已保存。用 `--no-log` 可不记录地练习",
        )
    )
