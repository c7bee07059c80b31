"""A round of questions as a value: (session, event) -> session. What to record is read off the result."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .item import Item
from .review import Review
from .verdict import Verdict


@dataclass(frozen=True)
class Turn:
    """An item in the queue and how many hints were taken for it."""

    item: Item
    hints: int = 0


@dataclass(frozen=True)
class Answered:
    """A question that was answered, how it went, and the row of the log that remembers it."""

    turn: Turn
    verdict: Verdict
    review: Review
    milliseconds: int


@dataclass(frozen=True)
class Session:
    """The questions still to come, those answered, and those passed over, in order."""

    waiting: tuple[Turn, ...]
    answered: tuple[Answered, ...] = ()
    passed: tuple[Turn, ...] = ()

    @property
    def current(self) -> Turn | None:
        """The question on the screen, if any is left."""
        return self.waiting[0] if self.waiting else None

    @property
    def total(self) -> int:
        """How many questions there are in all."""
        return len(self.waiting) + len(self.answered) + len(self.passed)

    @property
    def number(self) -> int:
        """The place of the current question, from 1."""
        return len(self.answered) + len(self.passed) + 1


def begin(items: list[Item]) -> Session:
    """A session over some items, in their order."""
    return Session(tuple(Turn(item) for item in items))


def hint(session: Session) -> Session:
    """A hint was taken for the current question. This, `answer` and `skip` change nothing where no question is left."""
    if not session.waiting:
        return session
    first, *rest = session.waiting
    return replace(session, waiting=(replace(first, hints=first.hints + 1), *rest))


def answer(session: Session, verdict: Verdict, review: Review, milliseconds: int) -> Session:
    """The current question was answered; unreadable and broken outcomes leave everything as it is."""
    if verdict.outcome not in ("right", "wrong") or not session.waiting:
        return session
    first, *rest = session.waiting
    done = Answered(first, verdict, review, milliseconds)
    return replace(session, waiting=tuple(rest), answered=(*session.answered, done))


def skip(session: Session) -> Session:
    """The current question is passed over: it costs nothing and is not remembered."""
    if not session.waiting:
        return session
    first, *rest = session.waiting
    return replace(session, waiting=tuple(rest), passed=(*session.passed, first))


def undo(session: Session) -> tuple[Session, Answered | None]:
    """The last answered question comes back as it was, its hints still counted; gives what was taken back, if anything."""
    if not session.answered:
        return session, None
    last = session.answered[-1]
    return replace(session, waiting=(last.turn, *session.waiting), answered=session.answered[:-1]), last
