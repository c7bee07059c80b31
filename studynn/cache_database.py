"""A database of what can be made again: replaced where it cannot be used, in memory where there can be no file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SECONDS_TO_WAIT = 2.0


def open_cache(path: Path, tables: str, format: int) -> sqlite3.Connection:
    """The database of a path with these tables; made anew where it is something else, or of another format."""
    for attempt in range(2):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            database = _made(str(path), tables, format)
            if database.execute("PRAGMA application_id").fetchone()[0] == format:
                with writing(database):
                    return database
            database.close()
        except (sqlite3.Error, OSError):
            pass
        if attempt == 0:
            for suffix in ("", "-wal", "-shm"):
                with suppress(OSError):
                    path.with_name(path.name + suffix).unlink()
    return in_memory(tables, format)


def in_memory(tables: str, format: int) -> sqlite3.Connection:
    """An empty database that lives as long as the program runs."""
    return _made(":memory:", tables, format)


@contextmanager
def writing(database: sqlite3.Connection) -> Iterator[None]:
    """A transaction: all that is written in it, or nothing."""
    database.execute("BEGIN IMMEDIATE")
    with database:
        yield


def _made(address: str, tables: str, format: int) -> sqlite3.Connection:
    database = sqlite3.connect(address, timeout=SECONDS_TO_WAIT, isolation_level=None)
    try:
        database.execute("PRAGMA synchronous = OFF")  # what is lost is made again
        if not database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(f"BEGIN IMMEDIATE; {tables} PRAGMA application_id = {format}; COMMIT;")
    except BaseException:
        database.close()
        raise
    return database
