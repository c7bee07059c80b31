"""Reads what a learner types: single keys where a terminal allows it, otherwise a line; piped, one answer a line."""

from __future__ import annotations

import os
from contextlib import suppress

from ..environment import Environment
from ..views.blocks import visible

LONGEST_LINE = 100_000
END_OF_INPUT = "\x04"
ESCAPE = "\x1b"


class Keyboard:
    """The learner's end of the conversation. Every method gives None when there is no more input (Ctrl-D, end of file)."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.interactive = environment.is_interactive
        if self.interactive:
            with suppress(ImportError):
                import readline  # noqa: F401  (lines can then be edited)

    def line(self) -> str | None:
        """A line without its end. A prompt is drawn only where a person sits."""
        if self.interactive:
            try:
                return input("> ")
            except EOFError:
                return None
        try:
            typed = self.environment.stdin.readline(LONGEST_LINE)
        except (OSError, ValueError):
            return None
        return typed.rstrip("\r\n") if typed else None

    def key(self, prompt: str) -> str | None:
        """A single key where a person sits, otherwise a line."""
        if not self.interactive:
            return self.line()
        try:
            import termios
        except ImportError:  # no termios on this platform: a line does as well
            return self.line()
        stream = self.environment.stdout
        stream.write(prompt)
        stream.flush()
        descriptor = self.environment.stdin.fileno()
        before = termios.tcgetattr(descriptor)
        changed = termios.tcgetattr(descriptor)
        changed[3] &= ~(termios.ICANON | termios.ECHO)
        try:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, changed)
            pressed = _sign(descriptor)
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
        stream.write(f"{visible(pressed.strip())}\n" if pressed and pressed != END_OF_INPUT else "\n")
        stream.flush()
        return None if pressed in (None, END_OF_INPUT) else pressed


def _sign(descriptor: int) -> str | None:
    """One character, however many bytes it has; the keys that send a sequence of characters are passed over."""
    import select

    while True:
        first = os.read(descriptor, 1)
        if not first:
            return None
        if first == ESCAPE.encode():
            while select.select([descriptor], [], [], 0.02)[0]:
                os.read(descriptor, 32)
            continue
        more = {0b110: 1, 0b1110: 2, 0b11110: 3}
        length = next((count for lead, count in more.items() if first[0] >> (6 - count) == lead), 0)
        return (first + b"".join(os.read(descriptor, 1) for _ in range(length))).decode("utf-8", errors="replace")
