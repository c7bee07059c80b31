"""The program in a pseudo-terminal, for tests that press keys."""

import os
import sys

import pexpect
import pyte

ROWS = 60


class Terminal:
    """The program in a pseudo-terminal, and what a person sees on its screen."""

    def __init__(self, home, arguments, columns=80, **variables):
        self.screen = pyte.HistoryScreen(columns, ROWS, history=1000)
        self.stream = pyte.Stream(self.screen)
        environment = {
            **os.environ,
            "STUDYNN_HOME": str(home),
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
            **variables,
        }
        environment.pop("COLUMNS", None)
        self.raw = ""
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "studynn", *arguments],
            dimensions=(ROWS, columns),
            env=environment,
            encoding="utf-8",
            timeout=30,
        )

    def until(self, pattern):
        """Read until the pattern is printed; gives what was printed on the way."""
        self.child.expect(pattern)
        seen = self.child.before + self.child.after
        self.raw += seen
        self.stream.feed(seen)
        return seen

    def to_end(self):
        """Read to the end; gives what was printed on the way."""
        self.child.expect(pexpect.EOF)
        self.raw += self.child.before
        self.stream.feed(self.child.before)
        self.child.close()
        return self.child.before

    def lines(self):
        """The lines on the screen and above it."""
        above = ["".join(row[column].data for column in range(self.screen.columns)) for row in self.screen.history.top]
        return [line.rstrip() for line in [*above, *self.screen.display]]
