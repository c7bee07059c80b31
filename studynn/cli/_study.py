"""Opens the learner's library and log for the commands that need them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..bank.cache import Cache
from ..bank.library import Library, content_folder
from ..core.item import Item
from ..core.question import Question
from ..core.review import Review
from ..core.text import Text
from ..core.topic import TopicLine
from ..environment import Environment
from ..worked import load

if TYPE_CHECKING:
    from ..core.choose import Known
    from ..core.statistics import Standing
    from ..history.memory import Memories

PATIENCE = 500
"""Milliseconds without a sign of progress."""
GENERATED = "example:"
"""Where a generated question is read from: this, and the name of its worked example."""


def library_of(environment: Environment) -> Library:
    """The program's topics and the learner's decks."""
    from .. import __version__

    folders = (content_folder(), environment.data_folder / "decks")
    return Library(folders, Cache(environment.cache_folder / "content", __version__), load)


def tell_passed_over(environment: Environment, library: Library) -> None:
    """Name the decks with problems, which were left out."""
    from ..views.blocks import visible

    for problem in library.passed_over:
        words = Text("left out: {why}", "已略过：{why}").fill(why=problem.message.to(environment.language))
        environment.stderr.write(f"studynn: {visible(words.to(environment.language))}\n")


def rows_of(environment: Environment) -> list[Review]:
    """All rows of the review log; none where there is no log yet."""
    from ..history.log import log_path, read_log

    return read_log(log_path(environment.data_folder))


@contextmanager
def memories_of(environment: Environment, library: Library) -> Iterator[Memories]:
    """What is remembered of every item, up to the last row of the log; nothing where there is no log yet."""
    from ..history.log import log_path, reading
    from ..history.memory import Memories

    found = Memories(environment.cache_folder / "memory.sqlite3")
    try:
        with reading(log_path(environment.data_folder)) as log:
            if log is None:
                found.forget()
            else:
                found.follow(log, environment.day_end, Progress(environment))
        found.name_topics(library.outline.generation(), library.topics_of_skills)
        yield found
    finally:
        found.close()


def known_of(environment: Environment, library: Library) -> dict[str, Known]:
    """How every item stands that was answered before and is not set aside, for choosing what to ask."""
    from ..core.choose import Known
    from ..core.schedule import is_due, is_weak, retrievability
    from ..history.log import log_path, reading

    now = environment.moment()
    day_end = environment.day_end(now)
    with memories_of(environment, library) as memories:
        known, aside = dict(memories.all()), memories.aside(now)
    with reading(log_path(environment.data_folder)) as log:
        errors = log.sure_and_wrong() if log and known else {}
    return {
        skill: Known(
            is_due(memory, now, day_end) and skill not in aside,
            is_weak(memory, now),
            retrievability(memory, now),
            errors.get(skill) == memory.last,
        )
        for skill, memory in known.items()
    }


def standings_of(environment: Environment, library: Library) -> list[Standing]:
    """How every topic stands now."""
    from ..core.statistics import standings

    lines, now = library.lines(), environment.moment()
    with memories_of(environment, library) as memories:
        known, aside = dict(memories.all()), memories.aside(now)
    return standings(lines, library.items_of, known, now, environment.day_end(now), aside)


class Progress:
    """A bar on the error stream while memories are folded anew, where a person waits for it."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.started = environment.milliseconds()

    def __call__(self, share: float) -> None:
        """Draw how far it is, once it has taken a while."""
        stream = self.environment.stderr
        if stream.isatty() and self.environment.milliseconds() - self.started > PATIENCE:
            words = Text("reading the history", "读取学习记录").to(self.environment.language)
            filled = round(share * 20)
            stream.write(f"\r{words} [{'#' * filled}{'.' * (20 - filled)}]" + ("\r\x1b[K" if share >= 1 else ""))
            stream.flush()


def generated_items(topics: set[str] | None) -> list[Item]:
    """What worked examples ask by themselves, one a level: those of some topics, or all of them."""
    from ..core.draw import LEVELS
    from ..worked import names

    return [
        Item(f"{name}@{level}", f"{name}@{level}", "worked", name, f"{GENERATED}{name}", level, f"{GENERATED}{name}")
        for name in names()
        if topics is None or topics & set(load(name).topics)
        for level in LEVELS
    ]


def question_finder(library: Library) -> Callable[[Item], Question]:
    """Gives the question of an item: from its file, or made by a worked example."""
    from ..questions._generated import generated

    def find(item: Item) -> Question:
        if item.file.startswith(GENERATED):
            return generated(load(item.file.removeprefix(GENERATED)))[item.level - 1]
        return library.question(item)

    return find


def titles_of(items: list[Item], lines: list[TopicLine]) -> dict[str, Text]:
    """The titles of the topics of some items; a worked example that asks by itself is a topic of its own."""
    titles = {line.id: line.title for line in lines}
    return {item.topic: titles.get(item.topic) or load(item.topic).title for item in items} | titles
