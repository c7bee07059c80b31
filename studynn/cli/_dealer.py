"""Deals the cards of a session: what is due, then what is new, a handful at a time so that the first one comes at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from ..bank.library import Library
from ..core.cards import LEARN_AHEAD, Cards, add, ready
from ..core.item import CARD, Item
from ..core.schedule import DAY, REVIEW, Memory
from ..core.text import Text, same
from ..core.topic import TopicLine
from ..environment import Environment
from ..history.memory import FOREVER, Memories
from ._study import GENERATED

SOME, MANY = 50, 400
"""How many cards are looked up at a time: to be shown, and to be counted or passed over."""
ENOUGH = 20
"""So many cards wait where there are as many."""
ENDLESS = 1 << 60
WORKED = "worked"
_SKILL = re.compile(r"([a-z0-9-]+)/.+@([123])")
Dealt = list[tuple[Item, Memory | None]]
Thing = TypeVar("Thing")


class Dealer:
    """The cards of some topics, and the skills of their worked examples that were asked before.

    With `only_here` generated skills of other topics are left out. `begun` counts the cards that were new on this day of
    study, once it is known.
    """

    def __init__(
        self,
        environment: Environment,
        library: Library,
        lines: list[TopicLine],
        memories: Memories,
        *,
        only_here: bool,
    ) -> None:
        self.environment = environment
        self.library = library
        self.lines = lines
        self.memories = memories
        self.now = environment.moment()
        self.day_end = environment.day_end(self.now)
        self._aside = memories.aside(self.now)
        self._files = {line.file for line in lines}
        self._topics = {line.id for line in lines} if only_here else None
        self._piles: list[Iterator[Dealt]] = []
        self._room = 0
        self._may_have_more = True
        self._answered: set[str] = set()
        self.begun = 0

    def prepare(self, count: int | None, *, new: int, cram: str | None) -> None:
        """Lay out what the session is about: due cards and then new ones, so many a day, or all cards mixed by the seed `cram`; at
        most `count` in all."""
        self._piles = [self._due(), self._new(new)] if cram is None else [self._mixed(cram)]
        self._room = ENDLESS if count is None else count

    @property
    def has_more(self) -> bool:
        """Whether there may be more cards than were dealt."""
        return bool(self._piles) and self._room > 0 and self._may_have_more

    def fill(self, session: Cards) -> Cards:
        """The session with as many cards as it takes to keep siblings apart; new ones come once no other is left."""
        now = self.environment.moment()
        while self._piles and self._room > 0 and len(ready(session, now)) < ENOUGH:
            if len(self._piles) == 1 and any(turn.memory for turn in ready(session, now)):
                break
            self._answered = session.facts
            some = next(self._piles[0], None)
            if some is None:
                self._piles.pop(0)
                continue
            met, before = session.met, session.places
            session = add(session, [card for card in some if card[0].skill not in met][: self._room])
            self._room -= session.places - before
        return session

    def _due(self) -> Iterator[Dealt]:
        """What is due, and what is being learnt and comes back soon."""
        skills = self.memories.due(self.now + LEARN_AHEAD, self.day_end)
        for some in _handfuls((skill for skill in skills if skill not in self._aside), SOME):
            found, known = self.items_of(some), self.memories.get(some)
            self._may_have_more = len(some) == SOME
            yield [(found[skill], known[skill]) for skill in some if skill in found]

    def _new(self, most: int) -> Iterator[Dealt]:
        """New cards in the order of study: as many as are left of `most` for this day of study, one of each fact, and none
        whose fact was answered today."""
        facts, self.begun = self._today()
        facts |= self._answered
        room = most - self.begun
        for item in self._unseen() if room > 0 else ():
            if item.fact not in facts:
                facts.add(item.fact)
                room -= 1
                self._may_have_more = room > 0
                yield [(item, None)]
            if not room:
                return

    def _mixed(self, seed: str) -> Iterator[Dealt]:
        from random import Random

        items = [item for item in self._cards() if item.skill not in self._aside]
        Random(seed).shuffle(items)
        for some in _handfuls(items, SOME):
            self._may_have_more = len(some) == SOME
            yield [(item, None) for item in some]

    def catch_up(self) -> None:
        """Take in what the session has added to the log, so that the next start need not."""
        from ..history.log import log_path, reading

        self._piles.clear()
        with reading(log_path(self.environment.data_folder)) as log:
            if log is not None:
                self.memories.follow(log, self.environment.day_end)

    def has_new(self) -> bool:
        """Whether there is a card that was never answered."""
        return next(self._unseen(), None) is not None

    def next_due(self) -> int | None:
        """From when the next card is asked, if any was ever answered: one that is learnt from the beginning of its day."""
        for some in _handfuls(self.memories.due(FOREVER - 1, FOREVER - 1)):
            known, found = self.memories.get(some), self.items_of(some)
            for skill in found:
                memory = known[skill]
                return self.environment.day_end(memory.due - DAY) if memory.state == REVIEW else memory.due
        return None

    def due_tomorrow(self, most: int) -> int:
        """How many cards are due on the next day of study, counted up to `most`."""
        tomorrow = self.day_end
        found = 0
        for some in _handfuls(self.memories.due(tomorrow, self.environment.day_end(tomorrow))):
            found += len(self.items_of(some))
            if found >= most:
                return most
        return found

    def items_of(self, skills: list[str]) -> dict[str, Item]:
        """The items that can be asked here, by what the log calls them."""
        known = self.library.outline.of_skills(skills)
        found = {}
        for skill in skills:
            here = (item for item in known.get(skill, ()) if item.file in self._files and item.type in (CARD, WORKED))
            item = next(here, None) or self._generated(skill)
            if item is not None:
                found[skill] = item
        return found

    def title(self, item: Item) -> Text:
        """The title of an item's topic, or of the worked example that asks by itself."""
        return next((line.title for line in self.lines if line.id == item.topic), None) or _example_title(item.topic)

    def _generated(self, skill: str) -> Item | None:
        """The skill of a worked example that no topic asks about."""
        from ..worked import load, names

        parts = _SKILL.fullmatch(skill)
        if parts is None or parts[1] not in names():
            return None
        name, level = parts[1], int(parts[2])
        if self._topics is not None and not self._topics & set(load(name).topics):
            return None
        return Item(f"{name}@{level}", skill, WORKED, name, f"{GENERATED}{name}", level, f"{GENERATED}{name}")

    def _cards(self) -> Iterator[Item]:
        for line in self.lines:
            yield from self.library.outline.items(line.file, cards=True)

    def _unseen(self) -> Iterator[Item]:
        for some in _handfuls(item for item in self._cards() if item.skill not in self._aside):
            known = self.memories.get(item.skill for item in some)
            yield from (item for item in some if item.skill not in known)

    def _today(self) -> tuple[set[str], int]:
        """The facts that were answered on this day of study, and how many cards were answered for the first time on it."""
        from ..core.review import standing
        from ..history.log import log_path, reading

        start = self.environment.day_end(self.day_end - DAY - DAY // 2)  # however long this day is
        known = self.library.outline.of_skills(self.memories.answered_since(start))
        facts = {item.fact for items in known.values() for item in items}
        begun = 0
        with reading(log_path(self.environment.data_folder)) as log:
            for skill in (skill for skill, items in known.items() if log and items[0].type == CARD):
                rows = standing(log.answers_of(skill)) if log else []
                begun += next((row.moment for row in rows if row.purpose != "cram"), 0) >= start
        return facts, begun


def _example_title(name: str) -> Text:
    from ..worked import load, names

    return load(name).title if name in names() else same(name)


def _handfuls(things: Iterable[Thing], size: int = MANY) -> Iterator[list[Thing]]:
    remaining = iter(things)
    while some := list(islice(remaining, size)):
        yield some
