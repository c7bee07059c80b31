"""The review log as a file: what it holds, that nothing in it changes, and several programs at once."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reviews import histories, moments, row, undo, whole

from studynn.core.review import standing
from studynn.history import log_file as module
from studynn.history.log import log_path, open_log, read_log
from studynn.history.log_file import LogError
from studynn.history.migrations import MIGRATIONS

moderately = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
APPENDING = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from reviews import row
from studynn.history.log import open_log
name, path = sys.argv[2], Path(sys.argv[1])
with open_log(path) as log:
    for number in range(100):
        log.add(row(f"{name}{number}"))
for number in range(100, 200):
    with open_log(path) as log:
        log.add(row(f"{name}{number}"))
"""
TESTS = Path(__file__).parent.parent


@pytest.fixture
def path(tmp_path):
    return log_path(tmp_path / "home")


def value(path, statement):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(statement).fetchone()[0]


def test_a_new_log_is_strict_in_wal_mode_and_counts_its_migrations(path):
    with open_log(path):
        pass
    assert value(path, "SELECT strict FROM pragma_table_list('review')") == 1
    assert value(path, "PRAGMA journal_mode") == "wal"
    assert value(path, "PRAGMA user_version") == len(MIGRATIONS) > 0


def test_every_commit_waits_for_the_disk(path):
    with open_log(path) as log:
        assert log._database.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_a_row_is_committed_when_add_returns(path):
    with open_log(path) as log:
        log.add(row())
        assert value(path, "SELECT id FROM review") == "r1"


def test_every_row_is_written_in_a_transaction_that_locks_at_once(path):
    said = []
    with open_log(path) as log:
        log._database.set_trace_callback(said.append)
        log.add(row())
    assert said[0] == "BEGIN IMMEDIATE" and "COMMIT" in said
    assert not any(words.startswith("BEGIN") for words in said[1:])


@moderately
@given(text=st.text(), slips=st.lists(st.text(), max_size=3), number=whole, seed=whole, moment=moments)
def test_whatever_was_answered_is_read_back_exactly(tmp_path_factory, text, slips, number, seed, moment):
    path = log_path(tmp_path_factory.mktemp("home"))
    one = row("a", answer=text, slips=tuple(slips), milliseconds=number, seed=seed, moment=moment, item=text)
    with open_log(path) as log:
        log.add(one)
        log.add(undo("b", "a", question=text))
        assert log.rows() == [one, undo("b", "a", question=text)]
    assert read_log(path) == [one, undo("b", "a", question=text)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE review SET rating = 4",
        "UPDATE review SET rowid = 9 WHERE id = 'r1'",
        "DELETE FROM review",
        "DELETE FROM review WHERE id = 'r1'",
        "REPLACE INTO review SELECT * FROM review",
        "UPDATE OR REPLACE review SET id = 'r2'",
        "INSERT OR REPLACE INTO review (rowid, id, item, question, moment, outcome, rating, answer, seed, level, language, "
        "milliseconds, hints, slips, device, version) VALUES (1, 'x', 'i', 'q', 0, 'wrong', 1, '', 0, 1, 'en', 0, 0, '[]', '', '')",
        "INSERT INTO review SELECT * FROM review WHERE id = 'r1' ON CONFLICT (id) DO UPDATE SET rating = 1",
    ],
)
def test_no_statement_changes_or_removes_a_row(path, change):
    with open_log(path) as log:
        for id in ("r1", "r2"):
            log.add(row(id))
    with closing(sqlite3.connect(path)) as database, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        database.execute(change)
    assert read_log(path) == [row("r1"), row("r2")]


@pytest.mark.parametrize(
    "wrong",
    [
        row(outcome="broken"),
        row(outcome="unreadable"),
        row(outcome=None),
        row(rating=None),
        row(rating=0),
        row(rating=5),
        row(undoes="r0"),
        undo("u", None),
        row(moment="soon"),
        row(item=None),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_and_leaves_no_open_transaction(path, wrong):
    with open_log(path) as log:
        with pytest.raises(sqlite3.IntegrityError):
            log.add(wrong)
        log.add(row("r9"))
        assert log.rows() == [row("r9")]


def test_an_id_is_used_once(path):
    with open_log(path) as log:
        log.add(row())
        with pytest.raises(sqlite3.IntegrityError):
            log.add(row(answer="another"))
        assert log.rows() == [row()]


def test_a_device_keeps_its_name_and_two_logs_have_different_ones(tmp_path):
    names = []
    for home in ("a", "a", "b"):
        with open_log(log_path(tmp_path / home)) as log:
            names.append(log.device)
    assert names[0] == names[1] != names[2]


def test_reading_where_there_is_no_log_gives_nothing_and_makes_nothing(path):
    assert read_log(path) == []
    assert not path.parent.exists()


def test_an_empty_file_as_a_crash_at_the_very_start_leaves_it_is_a_new_log(path):
    path.parent.mkdir()
    path.touch()
    assert read_log(path) == [] and path.stat().st_size == 0
    with open_log(path) as log:
        log.add(row())
    assert read_log(path) == [row()]


@pytest.mark.parametrize("name", ["a b", "50%25", "what?x=1#y", "神经 网络", "it's", "file:x", "'; DROP TABLE review"])
def test_any_folder_name_will_do(tmp_path, name):
    path = log_path(tmp_path / name)
    with open_log(path) as log:
        log.add(row())
    assert read_log(path) == [row()] and path.exists()


def test_two_programs_that_begin_and_append_at_once_lose_nothing(path):
    writers = [
        subprocess.Popen([sys.executable, "-c", APPENDING, str(path), name, str(TESTS)], cwd=TESTS.parent)
        for name in "ab"
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert sorted(row.id for row in read_log(path)) == sorted(f"{name}{n}" for name in "ab" for n in range(200))


def test_a_log_in_use_by_another_program_gives_one_clear_line(path, monkeypatch):
    monkeypatch.setattr(module, "SECONDS_TO_WAIT", 0)
    with open_log(path) as log, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogError, match=r"^the review log .* is in use by another program; try again$"):
            log.add(row())
        other.execute("ROLLBACK")
        log.add(row())
    assert read_log(path) == [row()]


def test_a_log_that_another_program_locks_even_against_reading_is_not_read_past_the_lock(path, monkeypatch):
    monkeypatch.setattr(module, "SECONDS_TO_WAIT", 0)
    with open_log(path) as log:
        log.add(row())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        for use in (read_log, open_log):
            with pytest.raises(LogError, match="in use by another program"):
                use(path)


def test_a_log_can_be_read_while_another_program_writes(path):
    with open_log(path) as log, closing(sqlite3.connect(path, isolation_level=None)) as other:
        log.add(row())
        other.execute("BEGIN IMMEDIATE")
        assert read_log(path) == [row()]


@moderately
@given(rows=histories(), again=st.randoms(use_true_random=False))
def test_two_logs_with_the_same_rows_in_another_order_come_to_the_same(tmp_path_factory, rows, again):
    home = tmp_path_factory.mktemp("home")
    shuffled = again.sample(rows, len(rows))
    for name, order in (("a", rows), ("b", shuffled)):
        with open_log(log_path(home / name)) as log:
            for one in order:
                log.add(one)
    first, second = (read_log(log_path(home / name)) for name in "ab")
    assert (first, second) == (rows, shuffled)
    assert standing(first) == standing(second)
    shutil.rmtree(home)
