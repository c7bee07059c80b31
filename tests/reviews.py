"""Rows of the review log, and logs with rows, for tests."""

import ctypes
import os
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from hypothesis import strategies as st

from studynn.core.review import Review
from studynn.history.log import open_log
from studynn.history.log_file import LogError

ROWS = 60


def row(id="r1", **changes):
    """A right answer, with what is named changed."""
    values = {
        "item": "cnn.kernel",
        "question": "cnn.kernel",
        "moment": 1_700_000_000_000,
        "outcome": "right",
        "rating": 3,
        "answer": "2",
        "seed": 7,
        "level": 1,
        "language": "en",
        "milliseconds": 1500,
        "hints": 0,
        "slips": (),
        "device": "d0",
        "version": "0",
    }
    return Review(id=id, **values | changes)


def undo(id, undone, **changes):
    """A row that takes another one back."""
    return row(id, outcome=None, rating=None, answer="", undoes=undone, **changes)


whole = st.integers(-(2**63), 2**63 - 1)
moments = st.datetimes(datetime(1900, 1, 1), datetime(8999, 12, 31), timezones=st.just(UTC)).map(
    lambda when: int(when.timestamp() * 1000)
)


@st.composite
def histories(draw, most=12):
    """Rows with ids of their own, few items and moments so that these coincide, and undos of present and absent rows."""
    ids = draw(st.lists(st.sampled_from([f"r{number}" for number in range(30)]), unique=True, max_size=most))
    rows = []
    for id in ids:
        place = {"item": draw(st.sampled_from("abc")), "moment": draw(st.integers(0, 5)) * 86_400_000}
        if draw(st.booleans()):
            right = draw(st.booleans())
            rating = draw(st.sampled_from([2, 3, 4])) if right else 1
            rows.append(row(id, outcome="right" if right else "wrong", rating=rating, **place))
        else:
            rows.append(undo(id, draw(st.sampled_from([f"r{number}" for number in range(30)])), **place))
    return rows


@contextmanager
def bound_by_permissions():
    """Let file permissions bind root too: puts the capabilities aside that override them. Linux only; elsewhere nothing."""
    override = 0b1110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    held = (ctypes.c_uint32 * 6)()
    libc.capget(header, held)
    fewer = type(held)(held[0] & ~override, *held[1:])
    libc.capset(header, fewer)
    try:
        yield
    finally:
        libc.capset(header, held)


def filled(path):
    """Make a log of ROWS rows on some pages, all of them in the main file."""
    with open_log(path) as log:
        for number in range(ROWS):
            log.add(row(f"r{number}", answer=f"{number} " * 100))
    assert list(path.parent.iterdir()) == [path]
    return path


def contents(path):
    """The bytes of the log and of the newest rows beside it; the -shm file is SQLite's own, made anew at need."""
    return {
        file.name: file.read_bytes()
        for file in path.parent.iterdir()
        if not file.name.endswith("-shm") and file.stat().st_size
    }


def refused(use, path):
    """The one line with which a log is refused, after seeing that nothing in it has changed."""
    before = contents(path)
    with pytest.raises(LogError) as caught:
        use(path)
    assert contents(path) == before
    message = caught.value.message
    assert caught.value.exit_code == 1
    assert all(str(path) in words and "\n" not in words for words in (message.en, message.zh))
    return message.en


def with_newest_rows(path, folder, statement):
    """A copy of a log as a crash leaves it: one more row and a statement are in the -wal file only."""
    folder.mkdir()
    with open_log(path) as log:
        log.add(row("newest"))
        log._database.execute(statement)
        for name in (path.name, f"{path.name}-wal"):
            shutil.copy(path.parent / name, folder / name)
    return folder / path.name
