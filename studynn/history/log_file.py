"""The file that holds the review log: judged before it is used, left as it is where something is wrong with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Literal

from ..core.errors import StudyError
from ..core.text import Text, same
from .migrations import MIGRATIONS

MAGIC = b"SQLite format 3\x00"
VERSION_AT = 60
HEADER_SIZE = 100
SMALLEST_PAGE = 512
SECONDS_TO_WAIT: float = 10
"""How long to wait for another program that is writing."""
CHECKED_UP_TO = 8_000_000
"""Bytes; checking a larger log at every start would take longer than a learner wants to wait."""


class LogError(StudyError):
    """The log cannot be used; it is left as it is."""

    def __init__(self, message: Text) -> None:
        super().__init__(message, exit_code=1)


def connect(path: Path, mode: str) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?{mode}"
    database = sqlite3.connect(address, uri=True, timeout=SECONDS_TO_WAIT, isolation_level=None)
    database.text_factory = bytes.decode
    return database


def use_wal(database: sqlite3.Connection) -> None:
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


def version_of(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def has_content(path: Path, mode: Literal["rb", "r+b"]) -> bool:
    """Judge the file by its header before SQLite touches it: whether there is a log. Raises LogError, or OSError where the
    file cannot be opened in that mode."""
    # Asked first: another process may be making the log at this moment, and that begins with the header.
    has_newest_rows = _has_newest_rows(path)
    header = b""
    if path.exists():
        if not path.is_file():
            raise unusable(path, Text("it is not a file", "它不是文件"))
        with path.open(mode) as file:
            header = file.read(HEADER_SIZE)
    if not header:
        if has_newest_rows:  # SQLite would throw these away
            raise damaged(
                path, Text("it is empty, but the file -wal beside it is not", "它是空的，旁边的 -wal 文件却不空")
            )
        return False
    if not header.startswith(MAGIC[: len(header)]):
        raise damaged(path, Text("its beginning is not that of a database", "开头不是数据库"))
    if len(header) < HEADER_SIZE or (path.stat().st_size % SMALLEST_PAGE and not has_newest_rows):
        raise damaged(path, Text("it is cut short", "文件不完整"))
    refuse_newer(path, int.from_bytes(header[VERSION_AT : VERSION_AT + 4], "big"))
    return True


def _has_newest_rows(path: Path) -> bool:
    """Whether rows stand in the file beside the log that SQLite has not yet moved into it."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        return False


def refuse_newer(path: Path, version: int) -> None:
    if version > len(MIGRATIONS):
        raise LogError(
            Text(
                f"the review log {path} was written by a newer studynn (format {version}, this one knows {len(MIGRATIONS)}); "
                "it is left as it is: please update studynn",
                f"复习记录 {path} 由更新版本的 studynn 写成（格式 {version}，本程序只认识到 {len(MIGRATIONS)}）；文件未作改动，请升级 studynn",
            )
        )


def inspected(path: Path) -> sqlite3.Connection:
    """A connection that cannot change the log, after a look at its version and at whether it is whole."""
    try:
        return _inspected_as(path, "mode=ro")
    except sqlite3.OperationalError as error:
        no_side_files = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        if not no_side_files or _has_newest_rows(path):
            raise
        return _inspected_as(path, "immutable=1")  # in a folder where nothing can be written


def _inspected_as(path: Path, mode: str) -> sqlite3.Connection:
    database = connect(path, mode)
    try:
        database.execute("BEGIN")  # all of this about the same state, whoever writes meanwhile
        version = version_of(database)
        refuse_newer(path, version)
        if path.stat().st_size <= CHECKED_UP_TO:
            verdict = database.execute("PRAGMA quick_check(1)").fetchone()[0]
            if verdict != "ok":
                raise damaged(path, same(verdict))
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if bool(version) != ("review" in tables) or (tables and not version):
            raise damaged(path, Text("it is a database, but not a review log", "它是数据库，但不是复习记录"))
        database.execute("ROLLBACK")
    except BaseException:
        database.close()
        raise
    return database


def damaged(path: Path, reason: Text) -> LogError:
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
def explained(path: Path) -> Iterator[None]:
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
        raise unusable(path, same(reason)) from None
    except sqlite3.IntegrityError:
        raise
    except sqlite3.DatabaseError as error:
        raise damaged(path, same(str(error))) from None
    except UnicodeDecodeError:
        raise damaged(path, Text("it holds text that is not UTF-8", "含有非 UTF-8 的文字")) from None
    except OSError as error:
        raise unusable(path, same(error.strerror or str(error))) from None


def unusable(path: Path, reason: Text) -> LogError:
    return LogError(
        Text(
            f"the review log {path} cannot be used ({reason.en}); what was answered before is kept. `--no-log` practises without it",
            f"无法使用复习记录 {path}（{reason.zh}）；此前的作答都已保存。用 `--no-log` 可不记录地练习",
        )
    )
