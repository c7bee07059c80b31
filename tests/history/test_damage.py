"""A log that is damaged or newer: one clear line, and every byte stays as it is."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from reviews import filled, refused, row, with_newest_rows

from studynn.core.review import Review
from studynn.history import log as module
from studynn.history.log import log_path, open_log, read_log
from studynn.history.log_file import LogError
from studynn.history.migrations import MIGRATIONS

NEWER = len(MIGRATIONS) + 1


@pytest.fixture
def path(tmp_path):
    """A log with some pages of rows, all of them in the main file."""
    return filled(log_path(tmp_path / "home"))


everywhere = pytest.mark.parametrize("use", [open_log, read_log])


def cut(size):
    return lambda whole: whole[:size]


def overwritten(start, end, byte):
    return lambda whole: whole[:start] + bytes([byte]) * (end - start) + whole[end:]


@everywhere
@pytest.mark.parametrize(
    "damage",
    {
        "a text file": lambda whole: b"Dear diary, today I revised pooling.\n" * 9,
        "a short text file": lambda whole: b"SQLite",
        "a text file with its beginning": lambda whole: b"SQLite format 3 is what I use" * 9,
        "the beginning only": cut(16),
        "a short header": cut(99),
        "a header only": cut(100),
        "half a page": cut(2048),
        "the first page": cut(4096),
        "half the file": lambda whole: whole[: len(whole) // 2],
        "all but the last byte": lambda whole: whole[:-1],
        "a page of zeros": overwritten(4096, 8192, 0),
        "a page of ones": overwritten(4096, 8192, 255),
        "bytes in the middle": lambda whole: overwritten(8192, 8292, 90)(whole),
        "the list of tables": overwritten(100, 4096, 7),
        "the size of a page": overwritten(16, 18, 3),
        "all zeros": lambda whole: bytes(len(whole)),
        "the version": overwritten(60, 64, 0),
    }.items(),
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_damaged_log_is_refused_in_one_line_and_left_alone(path, use, damage):
    path.write_bytes(damage[1](path.read_bytes()))
    assert "is damaged" in refused(use, path)


@pytest.mark.parametrize(
    "change", ["outcome = 'rigth'", "rating = 7", f"moment = {2**62}", "slips = '7'", "slips = '['"]
)
def test_a_value_that_cannot_be_is_damage(path, change):
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.execute("DROP TRIGGER no_update")
        database.execute(f"UPDATE review SET {change} WHERE id = 'r7'")
    assert "a row cannot be read" in refused(read_log, path)


def test_text_that_is_not_utf_8_is_damage(path):
    path.write_bytes(path.read_bytes().replace(b"[]d0", b"[]\xff0"))
    assert "is damaged" in refused(read_log, path)


def test_a_lost_device_name_is_damage(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("DELETE FROM device")
    with open_log(path) as log, pytest.raises(LogError, match="is damaged"):
        log.device  # noqa: B018


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_bytes_are_flipped_it_is_refused_untouched_or_read(path, data):
    whole = path.read_bytes()
    try:
        damaged = bytearray(whole)
        for _ in range(data.draw(st.integers(1, 3))):
            near = data.draw(st.sampled_from([100, 4096, len(whole)]))
            damaged[data.draw(st.integers(0, near - 1))] = data.draw(st.integers(0, 255))
        assume(damaged != whole)
        path.write_bytes(damaged)
        try:
            assert all(isinstance(one, Review) for one in read_log(path))
            with open_log(path) as log:
                assert isinstance(log.device, str)
        except LogError as error:
            assert "\n" not in error.message.en
            assert path.read_bytes() == damaged or damaged[18:20] != whole[18:20]  # the mode, which opening sets
    finally:
        shutil.rmtree(path.parent)
        path.parent.mkdir()
        path.write_bytes(whole)


@everywhere
def test_another_programs_database_is_left_alone(path, use):
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE bookmarks (url)")
    assert "not a review log" in refused(use, path)


@everywhere
def test_an_emptied_log_is_refused_while_newest_rows_stand_beside_it(tmp_path, path, use):
    copy = with_newest_rows(path, tmp_path / "copy", "SELECT 1")
    copy.write_bytes(b"")
    assert "-wal beside it" in refused(use, copy)
    copy.unlink()
    assert "-wal beside it" in refused(use, copy)


@everywhere
def test_a_newer_log_is_refused_and_left_alone(path, use):
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {NEWER}")
    assert f"newer studynn (format {NEWER}," in refused(use, path)


@everywhere
def test_a_log_is_newer_too_when_only_the_wal_says_so(tmp_path, path, use):
    copy = with_newest_rows(path, tmp_path / "copy", f"PRAGMA user_version = {NEWER}")
    assert copy.read_bytes()[60:64] == len(MIGRATIONS).to_bytes(4, "big")
    assert f"newer studynn (format {NEWER}," in refused(use, copy)


def test_a_log_that_a_newer_program_raises_at_the_last_moment_is_refused_and_not_lowered(path, monkeypatch):
    looked = module.inspected

    def then_raised(path):
        found = looked(path)
        with closing(sqlite3.connect(path)) as newer:
            newer.execute(f"PRAGMA user_version = {NEWER}")
        return found

    monkeypatch.setattr(module, "inspected", then_raised)
    with pytest.raises(LogError, match="newer studynn"):
        open_log(path)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone()[0] == NEWER


@everywhere
def test_a_crash_leaves_the_newest_rows_to_be_read(tmp_path, path, use):
    copy = with_newest_rows(path, tmp_path / "copy", "SELECT 1")
    if use is open_log:
        with open_log(copy) as log:
            assert log.rows()[-1] == row("newest")
    assert read_log(copy)[-1] == row("newest")
