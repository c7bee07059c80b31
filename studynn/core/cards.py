"""A session of flashcards as a value: (session, event) -> session. What to record is read off the result.

Moments are in milliseconds since 1970 in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from .choose import can_go_on, marks
from .item import Item
from .review import AGAIN, Review
from .schedule import REVIEW, Memory, remember

MINUTE = 60_000
LEARN_AHEAD = 20 * MINUTE
"""How long before its minute a card that is being learnt may come back, where nothing else is left."""
LEECH, LEECH_AGAIN = 8, 4
"""Lapses from which a card is a leech, and after how many more that is said again."""
Kind = Literal["answer", "skip", "bury", "suspend"]


@dataclass(frozen=True, slots=True)
class Turn:
    """A card of the session: its place in the order, its memory (none: it is new), and the moment at which it comes back
    where it is being learnt."""

    item: Item
    place: int
    memory: Memory | None = None
    back: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What was done with a card: the turn as it was, and for an answer the row of the log and the memory it leads to."""

    kind: Kind
    turn: Turn
    review: Review | None = None
    memory: Memory | None = None


@dataclass(frozen=True)
class Cards:
    """The card on the screen; those to come, in the order of their places; those being learnt, by the moment they come
    back; and what was done so far. `places` counts all cards that were ever added."""

    current: Turn | None = None
    waiting: tuple[Turn, ...] = ()
    learning: tuple[Turn, ...] = ()
    done: tuple[Done, ...] = ()
    places: int = 0

    @property
    def left(self) -> int:
        """How many cards are still to be asked, the one on the screen included."""
        return len(self.waiting) + len(self.learning) + (self.current is not None)

    @property
    def answers(self) -> list[Review]:
        """The rows of the answers that stand, in order."""
        return [done.review for done in self.done if done.review is not None]

    @property
    def facts(self) -> set[str]:
        """The facts that were answered."""
        return {done.turn.item.fact for done in self.done if done.kind == "answer"}

    @property
    def met(self) -> set[str]:
        """The skills of all cards that the session has or had."""
        turns = (*self.waiting, *self.learning, *(done.turn for done in self.done))
        return {turn.item.skill for turn in (turns if self.current is None else (*turns, self.current))}


def add(session: Cards, cards: Iterable[tuple[Item, Memory | None]]) -> Cards:
    """More cards at the end; those the session has already are left out. What is being learnt comes back at its minute."""
    met, place = session.met, session.places
    added: list[Turn] = []
    for item, memory in cards:
        if item.skill not in met:
            met.add(item.skill)
            added.append(Turn(item, place, memory, _back(memory)))
            place += 1
    return replace(
        session,
        waiting=(*session.waiting, *(turn for turn in added if turn.back is None)),
        learning=_by_moment((*session.learning, *(turn for turn in added if turn.back is not None))),
        places=place,
    )


def _by_moment(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    return tuple(sorted(turns, key=lambda turn: (turn.back or 0, turn.place)))


def _back(memory: Memory | None) -> int | None:
    return memory.due if memory is not None and memory.state != REVIEW else None


def _put(session: Cards, turn: Turn) -> Cards:
    """A card among those that wait, or those that are being learnt."""
    if turn.back is None:
        return replace(session, waiting=tuple(sorted((*session.waiting, turn), key=lambda other: other.place)))
    return replace(session, learning=_by_moment((*session.learning, turn)))


def _without(session: Cards, place: int) -> Cards:
    return replace(
        session,
        waiting=tuple(turn for turn in session.waiting if turn.place != place),
        learning=tuple(turn for turn in session.learning if turn.place != place),
    )


def ready(session: Cards, now: int) -> list[Turn]:
    """The cards that may be asked now: first what is being learnt and whose minute has come, then those that wait."""
    return [*(turn for turn in session.learning if (turn.back or 0) <= now), *session.waiting]


def following(session: Cards, now: int) -> Cards:
    """With a card on the screen, if any is left: first what is being learnt and whose minute has come, then those that
    wait, then what is being learnt and comes back soon. After its like a card comes only where no other is left."""
    if session.current is not None:
        return session
    early = [turn for turn in session.learning if now < (turn.back or 0) <= now + LEARN_AHEAD]
    pool = ready(session, now)
    last = marks(session.done[-1].turn.item) if session.done else set()
    for turns in (pool, early):
        apart = [turn for turn in turns if not last & marks(turn.item)]
        if apart:
            rest = [turn.item for turn in turns]
            return _on_screen(session, next((turn for turn in apart if can_go_on(turn.item, rest)), apart[0]))
    left = [*pool, *early]
    return _on_screen(session, left[0]) if left else session


def _on_screen(session: Cards, turn: Turn) -> Cards:
    return replace(_without(session, turn.place), current=turn)


def answer(session: Cards, review: Review) -> Cards:
    """The card on the screen was answered: it comes back within the session while it is being learnt. In a cram it comes
    back after Again, and its memory stays as it was. Without a card on the screen nothing happens."""
    turn = session.current
    if turn is None or review.rating is None:
        return session
    if review.purpose == "cram":
        memory = turn.memory
        back = review.moment + MINUTE if review.rating == AGAIN else None
    else:
        memory = remember(turn.item.skill, turn.memory, review.rating, review.moment)
        back = _back(memory)
    session = replace(session, current=None, done=(*session.done, Done("answer", turn, review, memory)))
    return session if back is None else _put(session, replace(turn, memory=memory, back=back))


def put_aside(session: Cards, kind: Literal["skip", "bury", "suspend"]) -> Cards:
    """The card on the screen is not asked again in this session, without an answer."""
    if session.current is None:
        return session
    return replace(session, current=None, done=(*session.done, Done(kind, session.current)))


def drop(session: Cards) -> Cards:
    """The card on the screen cannot be asked: it goes, and undo does not come back to it."""
    return replace(session, current=None)


def undo(session: Cards) -> tuple[Cards, Done | None]:
    """The last thing done is taken back and its card is on the screen as it was; gives what was taken back, if anything."""
    if not session.done:
        return session, None
    last = session.done[-1]
    session = _without(_put_back(session), last.turn.place)
    return replace(session, current=last.turn, done=session.done[:-1]), last


def _put_back(session: Cards) -> Cards:
    """The card on the screen gives way."""
    shown = session.current
    return session if shown is None else _put(replace(session, current=None), shown)


def bring(session: Cards, item: Item, memory: Memory | None) -> Cards:
    """A card whose answer of an earlier session was taken back comes on the screen, with the memory from before."""
    shown = () if session.current is None else (session.current,)
    turns = (*session.waiting, *session.learning, *shown)
    known = next((turn.place for turn in turns if turn.item.skill == item.skill), None)
    place = session.places if known is None else known
    session = _without(_put_back(session), place)
    turn = Turn(item, place, memory, _back(memory))
    return replace(session, current=turn, places=session.places + (known is None))


def is_leech(done: Done) -> bool:
    """Whether this answer made a card a leech: forgotten for the eighth time since it was learnt, or four times more."""
    if done.memory is None or done.turn.memory is None or done.memory.lapses == done.turn.memory.lapses:
        return False
    return done.memory.lapses >= LEECH and (done.memory.lapses - LEECH) % LEECH_AGAIN == 0
