"""The steps from an empty file to the present shape of the log: functions in order, `user_version` counts those done."""

from __future__ import annotations

from collections.abc import Callable
from sqlite3 import Connection


def create_review(database: Connection) -> None:
    """The log itself, closed against change, and a random name for this device."""
    import os

    database.execute(
        """
        CREATE TABLE review (
            id TEXT PRIMARY KEY NOT NULL,
            item TEXT NOT NULL,
            question TEXT NOT NULL,
            moment INTEGER NOT NULL,
            outcome TEXT CHECK (outcome IN ('right', 'wrong')),
            rating INTEGER CHECK (rating BETWEEN 1 AND 4),
            answer TEXT NOT NULL,
            seed INTEGER NOT NULL,
            level INTEGER NOT NULL,
            language TEXT NOT NULL,
            milliseconds INTEGER NOT NULL,
            hints INTEGER NOT NULL,
            slips TEXT NOT NULL,
            device TEXT NOT NULL,
            version TEXT NOT NULL,
            undoes TEXT,
            CHECK ((undoes IS NULL) = (outcome IS NOT NULL AND rating IS NOT NULL))
        ) STRICT
        """
    )
    _close_against_change(database, "review")
    database.execute("CREATE TABLE device (name TEXT NOT NULL) STRICT")
    database.execute("INSERT INTO device VALUES (?)", (os.urandom(4).hex(),))


def _close_against_change(database: Connection, table: str) -> None:
    prefix = "" if table == "review" else f"{table}_"
    refuse = "BEGIN SELECT RAISE(ABORT, 'the review log is append-only'); END"
    for change in ("UPDATE", "DELETE"):
        database.execute(f"CREATE TRIGGER {prefix}no_{change.lower()} BEFORE {change} ON {table} {refuse}")
    database.execute(
        f"CREATE TRIGGER {prefix}no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR rowid = NEW.rowid) {refuse}"
    )


def add_marks(database: Connection) -> None:
    """Confidence and purpose of an answer; items set aside; the ways to an item's answers and to what undoes one."""
    database.execute("ALTER TABLE review ADD COLUMN confidence INTEGER CHECK (confidence BETWEEN 1 AND 3)")
    database.execute(
        "ALTER TABLE review ADD COLUMN purpose TEXT NOT NULL DEFAULT 'study' CHECK (purpose IN ('study', 'cram', 'exam'))"
    )
    database.execute(
        """
        CREATE TABLE mark (
            id TEXT PRIMARY KEY NOT NULL,
            item TEXT NOT NULL,
            moment INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('bury', 'suspend', 'resume')),
            device TEXT NOT NULL,
            version TEXT NOT NULL
        ) STRICT
        """
    )
    _close_against_change(database, "mark")
    database.execute("CREATE INDEX review_item ON review (item, moment, id)")
    database.execute("CREATE INDEX review_sure ON review (item, moment) WHERE confidence = 3 AND rating = 1")
    database.execute("CREATE INDEX review_undoes ON review (undoes) WHERE undoes IS NOT NULL")


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (create_review, add_marks)


def migrate(database: Connection) -> int:
    """Do the migrations that are still to be done, all in one transaction. Gives the version that the file then has, which
    is higher than this program's where a newer one was quicker."""
    done = _done(database)
    if done >= len(MIGRATIONS):
        return done
    database.execute("BEGIN IMMEDIATE")
    try:
        done = _done(database)  # another process may have been quicker
        for number, migration in enumerate(MIGRATIONS[done:], start=done + 1):
            migration(database)
            database.execute(f"PRAGMA user_version = {number}")
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
    return max(done, len(MIGRATIONS))


def _done(database: Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])
