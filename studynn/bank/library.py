"""The topics that can be studied: those of the program and the learner's own decks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ..core.errors import StudyError
from ..core.item import Item
from ..core.names import resolve
from ..core.question import FindExample, Question
from ..core.records import build
from ..core.text import Text
from ..core.topic import Card, Topic, TopicLine
from ..questions import load as find_type
from .cache import Cache

if TYPE_CHECKING:
    from .outline import Outline

DECK = Text("topic", "主题")


def content_folder() -> Path:
    """Where the program's topics are: in the package once installed, beside it in a working copy."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "content"
    return installed if installed.is_dir() else package.parent / "content"


class Named(Protocol):
    """What can be put into study order."""

    @property
    def id(self) -> str: ...
    @property
    def needs(self) -> tuple[str, ...]: ...
    @property
    def parts(self) -> tuple[str, ...]: ...


AnyTopic = TypeVar("AnyTopic", bound=Named)


@dataclass
class Library:
    """Topics by name, read from files when first asked for.

    `passed_over` are decks with problems that were left out where all topics were wanted.
    """

    folders: tuple[Path, ...]
    cache: Cache
    find_example: FindExample
    passed_over: list[StudyError] = field(default_factory=list)
    _topics: dict[Path, Topic] = field(default_factory=dict)

    @cached_property
    def outline(self) -> Outline:
        """Which topics and items there are."""
        from .outline import Outline

        return Outline(self.cache.folder / "outline.sqlite3")

    def files(self) -> dict[str, Path]:
        """Every topic file by its name; the program's own come first and cannot be replaced by a deck of the same name."""
        found: dict[str, Path] = {}
        for folder in self.folders:
            for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
                if not path.name.startswith(".") and path.is_file():  # what editors and systems leave beside a file
                    found.setdefault(path.stem, path)
        return found

    def file(self, word: str) -> Path:
        """The file of a topic by its name, the beginning of one, its title, or the path of a deck. Raises StudyError."""
        if word.endswith((".yaml", ".yml")) and ("/" in word or "\\" in word or Path(word).is_file()):
            return Path(word)
        files = self.files()
        try:
            return files[resolve(word, files, DECK, listed_by="studynn topics")]
        except StudyError as problem:
            from ..core.glossary import plain

            titled = [
                line
                for line in self.lines()
                if any(plain(title).startswith(plain(word)) for title in _both(line.title))
            ]
            if len(titled) != 1 or not plain(word):
                raise problem
            return Path(titled[0].file)

    def topic(self, word: str) -> Topic:
        """The topic of a name, the beginning of one, its title, or the path of a deck. Raises StudyError."""
        return self.read(self.file(word))

    def all(self) -> list[Topic]:
        """All topics in study order: what a topic needs comes before it."""
        return [self.read(Path(line.file)) for line in self.lines()]

    def lines(self, words: Iterable[str] = ()) -> list[TopicLine]:
        """The topics of some names with their parts, none twice, what others need before them; where no name is given all
        topics, without the decks that have problems."""
        wanted = [self.file(word) for word in words]
        if not wanted:
            return study_order(self._outlined(self.files().values(), forgiving=True))
        found: dict[str, TopicLine] = {}
        while wanted:
            (line,) = self._outlined([wanted.pop(0)])
            if line.file not in found:
                found[line.file] = line
                wanted = [self._part(line, part) for part in line.parts] + wanted
        return study_order(list(found.values()))

    def about(self, words: Iterable[str]) -> tuple[list[TopicLine], list[Item]]:
        """The topics of some names and their questions. What is the name of no topic may be a term, such as `bidirectional`
        or `DQN`: then the questions are those of its facts. Raises StudyError."""
        from ..core.glossary import facts_about

        whole: list[str] = []
        narrow: dict[str, set[str]] = {}
        for word in words:
            try:
                self.file(word)
                whole.append(word)
            except StudyError as problem:
                found = facts_about(word, self.all())
                if not found:
                    raise problem
                for topic, facts in found.items():
                    narrow.setdefault(topic, set()).update(facts)
        lines = self.lines(whole) if whole or not narrow else []
        items = list(self.items(lines))
        here = {line.id for line in lines}
        others = [line for line in self.lines() if line.id in narrow and line.id not in here]
        items += [item for item in self.items(others) if item.fact in narrow[item.topic]]
        return [*lines, *others], items

    def items(self, lines: Iterable[TopicLine]) -> Iterator[Item]:
        """The questions of some topics."""
        for line in lines:
            yield from self.outline.items(line.file, cards=False)

    def items_of(self, line: TopicLine) -> Iterator[Item]:
        """The questions and cards of a topic."""
        return self.outline.items(line.file)

    def topics_of_skills(self, skills: list[str]) -> dict[str, str]:
        """The topics of items by what the log calls them: of several the first."""
        return {skill: items[0].topic for skill, items in self.outline.of_skills(skills).items()}

    def question(self, item: Item) -> Question:
        """The question of an item."""
        return self.read(Path(item.file)).questions[item.place]

    def card(self, item: Item) -> Card:
        """The card of an item."""
        return self.read(Path(item.file)).cards[item.place]

    def _outlined(self, paths: Iterable[Path], *, forgiving: bool = False) -> list[TopicLine]:
        """The topics of some files by an outline that is brought up to date first."""
        states = {path: self.cache.state(path) for path in (path.resolve() for path in paths)}
        while stale := self.outline.stale(states):
            topics = []
            for path in stale:
                try:
                    topics.append((path, states[path], self.read(path)))
                except StudyError as problem:
                    if not forgiving or path.parent == self.folders[0].resolve():
                        raise
                    self.passed_over.append(problem)
                    del states[path]
            self.outline.keep(topics)
        return self.outline.topics(states)

    def _part(self, whole: TopicLine, word: str) -> Path:
        try:
            return self.file(word)
        except StudyError as problem:
            reason = problem.message
            raise StudyError(
                Text(f"a part of {whole.id}: {reason.en}", f"{whole.id} 的组成部分：{reason.zh}"), problem.exit_code
            ) from None

    def read(self, path: Path) -> Topic:
        """The topic of a file, from the cache where that is fresh. Raises StudyError for a file with problems."""
        path = path.resolve()
        if path not in self._topics:
            data = self.cache.get(path)
            self._topics[path] = self._built(data) or self._validated(path)
        return self._topics[path]

    def _built(self, data: Any) -> Topic | None:
        try:
            return build(Topic, data, find_type) if data is not None else None
        except (KeyError, TypeError, AttributeError):
            return None

    def _validated(self, path: Path) -> Topic:
        from .validation import read_topic

        state = self.cache.state(path)
        data, problems = read_topic(path, self.find_example)
        if data is None:
            first = problems[0]
            more = Text(
                f" ({len(problems)} problems; `studynn check {path}` lists them)",
                f"（共 {len(problems)} 处；`studynn check {path}` 可列出）",
            )
            raise StudyError(
                Text(
                    first.line_in("en") + (more.en if len(problems) > 1 else ""),
                    first.line_in("zh") + (more.zh if len(problems) > 1 else ""),
                ),
                exit_code=1,
            )
        self.cache.put(path, data, state)
        topic: Topic = build(Topic, data, find_type)
        return topic


def _both(title: Text) -> tuple[str, str]:
    return title.en, title.zh


def study_order(topics: list[AnyTopic]) -> list[AnyTopic]:
    """Topics ordered so that what each needs, as far as it is there, stands before it; otherwise in the given order."""
    waiting, ordered = list(topics), list[AnyTopic]()
    while waiting:
        open_ids = {topic.id for topic in waiting}
        ready = next(
            (topic for topic in waiting if not open_ids & ({*topic.needs, *topic.parts} - {topic.id})), waiting[0]
        )
        waiting.remove(ready)
        ordered.append(ready)
    return ordered
