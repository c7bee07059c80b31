"""The steps from an empty file to the present shape of the log."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from reviews import row

from studynn.history import migrations
from studynn.history.log import log_path, open_log, read_log
from studynn.history.migrations import MIGRATIONS, migrate

TESTS = Path(__file__).parent.parent
BEGINNING = """
import sys
from pathlib import Path
from studynn.history.log import open_log
sys.stdin.readline()
with open_log(Path(sys.argv[1])) as log:
    print(log.device)
"""


@pytest.fixture
def database(tmp_path):
    with closing(sqlite3.connect(tmp_path / "log", isolation_level=None)) as found:
        yield found


def version(database):
    return database.execute("PRAGMA user_version").fetchone()[0]


def shape(database):
    return database.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").fetchall()


def add_mood(database):
    database.execute("ALTER TABLE review ADD COLUMN mood TEXT")


def rename_mood(database):
    database.execute("ALTER TABLE review RENAME COLUMN mood TO feeling")


def fail(database):
    database.execute("CREATE TABLE half_done (a)")
    raise RuntimeError("power cut")


def test_an_empty_file_comes_to_the_present_version(database):
    assert migrate(database) == len(MIGRATIONS) == version(database)


def test_migrating_again_changes_nothing(database):
    migrate(database)
    before = shape(database), database.total_changes
    assert migrate(database) == len(MIGRATIONS)
    assert (shape(database), database.total_changes) == before


@pytest.mark.parametrize("done", range(len(MIGRATIONS)))
def test_every_earlier_version_comes_to_the_same_shape(database, monkeypatch, done):
    monkeypatch.setattr(migrations, "MIGRATIONS", MIGRATIONS[:done])
    migrate(database)
    monkeypatch.setattr(migrations, "MIGRATIONS", MIGRATIONS)
    migrate(database)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        migrate(fresh)
        assert shape(database) == shape(fresh)


def test_migrations_are_done_in_order_and_each_once(database, monkeypatch):
    present = MIGRATIONS
    for later in ((), (add_mood,), (add_mood, rename_mood)):
        monkeypatch.setattr(migrations, "MIGRATIONS", (*present, *later))
        assert migrate(database) == len(present) + len(later) == version(database)
    columns = [name for _, name, *_ in database.execute("PRAGMA table_info(review)")]
    assert "feeling" in columns and "mood" not in columns


def test_a_migration_that_fails_leaves_everything_as_it_was(database, monkeypatch):
    migrate(database)
    before = shape(database)
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, add_mood, fail))
    with pytest.raises(RuntimeError):
        migrate(database)
    assert (shape(database), version(database), database.in_transaction) == (before, len(MIGRATIONS), False)


def test_a_first_migration_that_fails_leaves_an_empty_file(database, monkeypatch):
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, fail))
    with pytest.raises(RuntimeError):
        migrate(database)
    assert (shape(database), version(database)) == ([], 0)


def test_migrating_locks_before_it_changes_anything(database):
    said = []
    database.set_trace_callback(said.append)
    migrate(database)
    changes = [
        index
        for index, words in enumerate(said)
        if words.lstrip().startswith(("CREATE", "INSERT", "PRAGMA user_version ="))
    ]
    assert said.index("BEGIN IMMEDIATE") < min(changes) and max(changes) < said.index("COMMIT")


def test_a_newer_version_is_never_lowered(database):
    database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 3}")
    assert migrate(database) == len(MIGRATIONS) + 3 == version(database)
    assert shape(database) == []


def test_a_newer_program_that_migrates_between_the_look_and_the_lock_is_not_undone(tmp_path):
    class Overtaken(sqlite3.Connection):
        def execute(self, words, *values):
            if words == "BEGIN IMMEDIATE":
                with closing(sqlite3.connect(tmp_path / "log")) as newer:
                    newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
            return super().execute(words, *values)

    with closing(sqlite3.connect(tmp_path / "log", factory=Overtaken, isolation_level=None)) as database:
        assert migrate(database) == len(MIGRATIONS) + 1 == version(database)
        assert (shape(database), database.in_transaction) == ([], False)


def test_an_opened_log_migrates_and_keeps_its_rows(tmp_path, monkeypatch):
    path = log_path(tmp_path)
    with open_log(path) as log:
        log.add(row())
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, add_mood))
    monkeypatch.setattr("studynn.history.log_file.MIGRATIONS", migrations.MIGRATIONS)
    with open_log(path) as log:
        assert log.rows() == [row()] and version(log._database) == len(MIGRATIONS) + 1
    assert read_log(path) == [row()]


@pytest.mark.parametrize("attempt", range(3))
def test_programs_that_begin_the_same_log_at_once_all_get_it(tmp_path, attempt):
    path = log_path(tmp_path / "home")
    command = [sys.executable, "-c", BEGINNING, str(path)]
    programs = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=TESTS.parent
        )
        for _ in range(5)
    ]
    for program in programs:
        program.stdin.write("\n")
        program.stdin.flush()
    said = [program.communicate() for program in programs]
    assert [errors for _, errors in said] == [""] * len(programs)
    assert len({device for device, _ in said}) == 1
