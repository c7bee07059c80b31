"""Runs the program: in this process with streams of its own, or as a real process."""

import io
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

import pytest


@dataclass
class Ran:
    code: int
    out: str
    err: str


class Streams(io.StringIO):
    def reconfigure(self, **_):
        pass


@pytest.fixture(scope="session")
def read_before(tmp_path_factory):
    """The cache of a learner whose program has read its content before; reading it anew takes a second."""
    folder = tmp_path_factory.mktemp("before")
    command = [sys.executable, "-m", "studynn", "topics"]
    subprocess.run(
        command, env={**os.environ, "STUDYNN_HOME": str(folder)}, capture_output=True, check=True, timeout=120
    )
    return folder / "cache"


@pytest.fixture
def home(tmp_path, monkeypatch, read_before):
    """The learner's folder, empty but for the cache."""
    folder = tmp_path / "home"
    shutil.copytree(read_before, folder / "cache")
    monkeypatch.setenv("STUDYNN_HOME", str(folder))
    for name in ("STUDYNN_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def studynn(home, monkeypatch):
    """Runs a command line in this process and gives exit code, standard output and standard error."""
    from studynn.__main__ import main

    def run(*arguments, typed=""):
        out, err = Streams(), Streams()
        monkeypatch.setattr(sys, "stdin", Streams(typed))
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        code = main(list(arguments))
        return Ran(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def process(home):
    """Runs a command line as a process of its own."""

    def run(*arguments, typed="", code="", **environment):
        command = [sys.executable, "-c", code] if code else [sys.executable, "-m", "studynn", *arguments]
        done = subprocess.run(
            command,
            input=typed,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, **environment},
            timeout=120,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run
