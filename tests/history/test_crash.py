"""A quiz that is killed at any moment loses at most the question on the screen: a real process in a real terminal."""

import os
import re
import signal
import sys
from pathlib import Path
from random import Random

import pexpect
import pytest

from studynn.history.log import log_path, open_log, read_log

ROOT = Path(__file__).parents[2]
CHOOSE, TYPE, GO_ON = r"\? help\] ", r"\n> ", r"q quit\] "
VERDICT = re.compile(r"✓ Right\.|✗ Wrong\.")


class Quiz:
    """One quiz at a terminal, answered until it is killed."""

    def __init__(self, home, seed):
        variables = {**os.environ, "STUDYNN_HOME": str(home), "STUDYNN_LANG": "en", "TERM": "dumb", "COLUMNS": "80"}
        command = ["-m", "studynn", "quiz", "cnn", "--seed", str(seed), "--count", "40"]
        self.terminal = pexpect.spawn(
            sys.executable, command, env=variables, cwd=str(ROOT), encoding="utf-8", timeout=60, dimensions=(24, 80)
        )
        self.screen = ""
        self.refused = False

    @property
    def verdicts(self):
        return len(VERDICT.findall(self.screen))

    def react(self):
        """Wait for the next prompt and do what a hurried learner does; a typed answer that cannot be read is skipped."""
        place = self.terminal.expect([CHOOSE, TYPE, GO_ON])
        self.screen += self.terminal.before + self.terminal.after
        if place == 0:
            self.terminal.send("1")
        elif place == 1:
            self.terminal.sendline(":s" if self.refused else "1")
            self.refused = not self.refused
        else:
            self.refused = False
            self.terminal.send("\r")

    def kill(self):
        """End the process at once, and read what it had still shown."""
        self.terminal.kill(signal.SIGKILL)
        self.screen += self.terminal.read()
        self.terminal.close()
        assert self.terminal.signalstatus == signal.SIGKILL


def survive(home, kills, chance):
    """Kill as many quizzes on the same log, each after some answers and some characters more; check the log after each."""
    path, earlier, shown = log_path(home), [], 0
    for seed in range(kills):
        quiz = Quiz(home, seed)
        wanted = chance.randint(0, 4)
        while quiz.verdicts < wanted:
            quiz.react()
        for _ in range(chance.randint(0, 2)):
            quiz.react()
        characters = chance.choice([0, 0, 1, 10, 100])
        if characters:
            quiz.terminal.expect([rf"(?s).{{{characters}}}", CHOOSE, TYPE, GO_ON])
            quiz.screen += quiz.terminal.before + quiz.terminal.after
        quiz.kill()
        rows = read_log(path)
        assert rows[: len(earlier)] == earlier
        fresh = rows[len(earlier) :]
        assert all(row.seed == seed and row.answer == "1" for row in fresh)
        assert quiz.verdicts <= len(fresh) <= quiz.verdicts + 1, quiz.screen
        outcomes = ["right" if "Right" in words else "wrong" for words in VERDICT.findall(quiz.screen)]
        assert [row.outcome for row in fresh][: len(outcomes)] == outcomes
        earlier, shown = rows, shown + quiz.verdicts
    assert shown > 0
    with open_log(path) as log:
        assert log.rows() == earlier


def test_three_kills_lose_no_answer_whose_verdict_was_shown(tmp_path):
    survive(tmp_path / "home", 3, Random(3))


@pytest.mark.long
def test_twenty_kills_lose_no_answer_whose_verdict_was_shown(tmp_path):
    survive(tmp_path / "home", 20, Random(20))
