"""The topics that can be studied: those of the program and the learner's own decks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.errors import StudyError
from ..core.names import resolve
from ..core.question import FindExample
from ..core.records import build
from ..core.text import Text
from ..core.topic import Topic
from ..questions import load as find_type
from .cache import Cache

DECK = Text("topic", "主题")


def content_folder() -> Path:
    """Where the program's topics are: in the package once installed, beside it in a working copy."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "content"
    return installed if installed.is_dir() else package.parent / "content"


@dataclass
class Library:
    """Topics by name, read from files when first asked for."""

    folders: tuple[Path, ...]
    cache: Cache
    find_example: FindExample
    _topics: dict[Path, Topic] = field(default_factory=dict)

    def files(self) -> dict[str, Path]:
        """Every topic file by its name; the program's own come first and cannot be replaced by a deck of the same name."""
        found: dict[str, Path] = {}
        for folder in self.folders:
            for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
                if not path.name.startswith(".") and path.is_file():  # what editors and systems leave beside a file
                    found.setdefault(path.stem, path)
        return found

    def topic(self, word: str) -> Topic:
        """The topic of a name, the beginning of one, its title, or the path of a deck. Raises StudyError."""
        if word.endswith((".yaml", ".yml")) and ("/" in word or "\\" in word or Path(word).is_file()):
            return self.read(Path(word))
        files = self.files()
        try:
            return self.read(files[resolve(word, files, DECK, listed_by="studynn topics")])
        except StudyError as problem:
            for topic in self.all() if not word.isascii() else ():
                if topic.title.zh.startswith(word):
                    return topic
            raise problem

    def all(self) -> list[Topic]:
        """All topics in study order: what a topic needs comes before it."""
        return study_order([self.read(path) for path in self.files().values()])

    def with_parts(self, words: Iterable[str]) -> list[Topic]:
        """The topics of some names, each followed by its parts, none twice; all topics where no name is given."""
        wanted = [self.topic(word) for word in words] or self.all()
        found: dict[str, Topic] = {}
        while wanted:
            topic = wanted.pop(0)
            if topic.id not in found:
                found[topic.id] = topic
                wanted = [self._part(topic, part) for part in topic.parts] + wanted
        return list(found.values())

    def _part(self, whole: Topic, word: str) -> Topic:
        try:
            return self.topic(word)
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


def study_order(topics: list[Topic]) -> list[Topic]:
    """Topics ordered so that what each needs, as far as it is there, stands before it; otherwise in the given order."""
    waiting, ordered = list(topics), list[Topic]()
    while waiting:
        open_ids = {topic.id for topic in waiting}
        ready = next(
            (topic for topic in waiting if not open_ids & ({*topic.needs, *topic.parts} - {topic.id})), waiting[0]
        )
        waiting.remove(ready)
        ordered.append(ready)
    return ordered
