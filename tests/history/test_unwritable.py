"""A log that cannot be written to, or is no file at all: one clear line, before anything is asked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from reviews import ROWS, bound_by_permissions, filled, refused, row, with_newest_rows

from studynn.history.log import log_path, open_log, read_log
from studynn.history.log_file import LogError

TESTS = Path(__file__).parent.parent
DISK_FULL = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from reviews import row
from studynn.history.log import open_log, read_log
from studynn.history.log_file import LogError
path = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
kept = 0
with open_log(path) as log:
    try:
        for number in range(10_000):
            log.add(row(f"r{number}", answer="x" * 500))
            kept += 1
    except LogError as error:
        assert log.rows() == [row(f"r{number}", answer="x" * 500) for number in range(kept)]
        print(kept, error.message.en)
"""

everywhere = pytest.mark.parametrize("use", [open_log, read_log])


@pytest.fixture
def path(tmp_path):
    return filled(log_path(tmp_path / "home"))


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["a folder", "a pipe"])
@everywhere
def test_what_is_not_a_file_is_refused(tmp_path, use, make):
    path = log_path(tmp_path)
    make(path)
    with pytest.raises(LogError, match="it is not a file"):
        use(path)


@pytest.mark.parametrize("side", ["-wal", "-shm"])
def test_a_folder_where_sqlite_wants_a_side_file_gives_one_clear_line(path, side):
    path.with_name(path.name + side).mkdir()
    with pytest.raises(LogError, match="cannot be used"), open_log(path) as log:
        log.add(row("late"))


def test_a_home_below_a_file_gives_one_clear_line(tmp_path):
    (tmp_path / "file").touch()
    path = log_path(tmp_path / "file" / "home")
    assert read_log(path) == []
    with pytest.raises(LogError, match="cannot be used"):
        open_log(path)


def test_a_name_too_long_gives_one_clear_line(tmp_path):
    for use in (open_log, read_log):
        with pytest.raises(LogError, match="cannot be used"):
            use(log_path(tmp_path / ("x" * 300)))


@pytest.fixture
def read_only(request, path):
    """Makes a file or folder read-only, for root too where that can be done."""
    with bound_by_permissions():
        path.chmod(0o400)
        if _can_write(path):
            pytest.skip("nothing is read-only here")
        path.chmod(0o600)
        yield lambda what: what.chmod(0o500 if what.is_dir() else 0o400)
        path.parent.chmod(0o700)


def _can_write(path):
    try:
        path.open("ab").close()
    except OSError:
        return False
    return True


def test_a_read_only_file_can_be_read_and_is_refused_before_anything_is_asked(path, read_only):
    read_only(path)
    assert len(read_log(path)) == ROWS
    assert "cannot be used" in refused(open_log, path)


def test_a_log_in_a_read_only_folder_can_be_read_and_is_refused_before_anything_is_asked(path, read_only):
    read_only(path.parent)
    assert len(read_log(path)) == ROWS
    assert "cannot be used" in refused(open_log, path)


def test_a_copy_in_a_read_only_folder_is_never_read_without_its_newest_rows(tmp_path, path, read_only):
    copy = with_newest_rows(path, tmp_path / "copy", "SELECT 1")
    read_only(copy.parent)
    try:
        assert "cannot be used" in refused(read_log, copy)
    finally:
        copy.parent.chmod(0o700)


def test_a_folder_that_may_not_be_looked_into_gives_one_clear_line(path, read_only):
    path.parent.chmod(0)
    for use in (open_log, read_log):
        with pytest.raises(LogError, match="cannot be used"):
            use(path)


def test_a_full_disk_gives_one_clear_line_and_keeps_every_earlier_row(tmp_path):
    path = log_path(tmp_path / "home")
    command = [sys.executable, "-c", DISK_FULL, str(path), str(TESTS)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=TESTS.parent)
    assert (done.returncode, done.stderr) == (0, "")
    kept, message = done.stdout.split(" ", 1)
    assert int(kept) > 10 and "cannot be used" in message and "what was answered before is kept" in message
    assert [one.id for one in read_log(path)] == [f"r{number}" for number in range(int(kept))]
    with open_log(path) as log:
        log.add(row("with room again"))
