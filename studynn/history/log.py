"""The review log as a file: opened with care, appended to, read as a whole."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from ..core.errors import StudyError
from ..core.review import Review
from ..core.text import Text
from .migrations import MIGRATIONS, migrate

MAGIC = b"SQLite format 3\x00"
VERSION_AT = 60
SECONDS_TO_WAIT = 10
CHECKED_UP_TO = 8_000_000
COLUMNS = tuple(field.name for field in fields(Review))


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

    @property
    def device(self) -> str:
        """The random name of this device."""
        with _explained(self.path):
            return str(self._database.execute("SELECT name FROM device").fetchone()[0])

    def add(self, review: Review) -> None:
        """Append a row. Raises LogError, with nothing half-written, where the disk refuses."""
        row = asdict(review) | {"slips": json.dumps(review.slips)}
        marks = ", ".join(f":{name}" for name in COLUMNS)
        with _explained(self.path):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                self._database.execute(f"INSERT INTO review ({', '.join(COLUMNS)}) VALUES ({marks})", row)
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    def rows(self) -> list[Review]:
        """All rows in the order in which they were written."""
        with _explained(self.path):
            found = self._database.execute(f"SELECT {', '.join(COLUMNS)} FROM review ORDER BY rowid").fetchall()
        return [_review(row) for row in found]

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> ReviewLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _review(row: tuple[Any, ...]) -> Review:
    values = dict(zip(COLUMNS, row, strict=True))
    return Review(**values | {"slips": tuple(json.loads(values["slips"]))})


def open_log(path: Path) -> ReviewLog:
    """Open the log for reading and appending, making it where there is none. Raises LogError and leaves the file alone
    where it was written by a newer version, is damaged, or cannot be written to."""
    with _explained(path):
        _refuse_foreign(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size:
            _inspect(path)
        database = _connect(f"{path.absolute().as_uri()}?mode=rwc")
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            migrate(database)
        except BaseException:
            database.close()
            raise
    return ReviewLog(database, path)


def read_log(path: Path) -> list[Review]:
    """All rows of a log, which may lie where nothing can be written; none where there is no log. Raises LogError."""
    if not path.exists() or not path.stat().st_size:
        return []
    with _explained(path):
        _refuse_foreign(path)
        with ReviewLog(_inspect(path, keep=True), path) as log:
            return log.rows() if log._database.execute("PRAGMA user_version").fetchone()[0] else []


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, timeout=SECONDS_TO_WAIT, isolation_level=None)


def _refuse_foreign(path: Path) -> None:
    """Judge the file by its header before SQLite touches it."""
    if not path.exists():
        return
    with path.open("rb") as file:
        header = file.read(100)
    if header and not header.startswith(MAGIC[: len(header)]):
        raise _damaged(path, "its beginning is not that of a database")
    if header and len(header) < 100:
        raise _damaged(path, "it is cut short")
    _refuse_newer(path, int.from_bytes(header[VERSION_AT : VERSION_AT + 4], "big"))


def _refuse_newer(path: Path, version: int) -> None:
    if version > len(MIGRATIONS):
        raise LogError(
            Text(
                f"the review log {path} was written by a newer studynn (format {version}, this one knows {len(MIGRATIONS)}); "
                "it is left as it is: please update studynn",
                f"复习记录 {path} 由更新版本的 studynn 写成（格式 {version}，本程序只认识到 {len(MIGRATIONS)}）；文件未作改动，请升级 studynn",
            )
        )


def _inspect(path: Path, keep: bool = False) -> Any:
    """Look at a log without being able to change it: its version, and whether it is whole."""
    for mode in ("mode=ro", "immutable=1"):  # the second for a folder in which SQLite may not put its side files
        database = _connect(f"{path.absolute().as_uri()}?{mode}")
        try:
            version = database.execute("PRAGMA user_version").fetchone()[0]
            break
        except sqlite3.OperationalError:
            database.close()
            if mode == "immutable=1":
                raise
        except sqlite3.DatabaseError:
            database.close()
            raise
    try:
        _refuse_newer(path, version)
        if path.stat().st_size <= CHECKED_UP_TO:
            verdict = database.execute("PRAGMA quick_check(1)").fetchone()[0]
            if verdict != "ok":
                raise _damaged(path, verdict)
    except BaseException:
        database.close()
        raise
    if keep:
        return database
    database.close()
    return None


def _damaged(path: Path, reason: str) -> LogError:
    reason = reason.splitlines()[-1]
    return LogError(
        Text(
            f"the review log {path} is damaged ({reason}); it is left as it is. Move it aside or restore a copy; "
            "`--no-log` practises without it",
            f"复习记录 {path} 已损坏（{reason}）；文件未作改动。请移走它或恢复备份；用 `--no-log` 可不记录地练习",
        )
    )


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
        raise _unwritable(path, reason) from None
    except sqlite3.IntegrityError:
        raise
    except sqlite3.DatabaseError as error:
        raise _damaged(path, str(error)) from None
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from None


def _unwritable(path: Path, reason: str) -> LogError:
    return LogError(
        Text(
            f"the review log {path} cannot be used ({reason}); what was answered before is kept. `--no-log` practises without it",
            f"无法使用复习记录 {path}（{reason}）；此前的作答都已保存。用 `--no-log` 可不记录地练习",
        )
    )
