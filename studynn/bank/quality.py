"""Rules for whole topics: coverage, balance, keys that cannot be guessed. They hold for the program's own content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from ..core.question import Problem
from ..core.text import LANGUAGES, Language, Text
from ..core.topic import Topic

LONGEST_RIGHT = 0.4
TRUE_SHARE = (0.4, 0.6)
ASKED_SHARE = 0.75
FEWEST_TYPES = 3
FEWEST_FOR_SHARES = 5
SENTENCES_OF_REASON = 3
_HAN = re.compile("[\u4e00-\u9fff]")
_PHRASE = re.compile(r"\b[a-z]{2,} [a-z]{2,}\b")


@dataclass(frozen=True)
class Coverage:
    """How the facts of a topic are covered."""

    facts: int
    by_cards: int
    by_questions: int
    uncovered: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]


def coverage(topic: Topic) -> Coverage:
    """The facts of a topic that have a card, a question, or neither."""
    carded = {card.fact for card in topic.cards}
    asked = {name for question in topic.questions for name in (question.fact, *question.also)}
    names = [fact.id for fact in topic.facts]
    skipped = {entry.fact: entry.why for entry in topic.skipped}
    return Coverage(
        len(names),
        sum(name in carded for name in names),
        sum(name in asked for name in names),
        tuple(name for name in names if name not in carded | asked | set(skipped)),
        tuple(skipped.items()),
    )


def quality_problems(topic: Topic) -> Iterator[Problem]:
    """What is wrong with a topic as a whole."""
    yield from _coverage_problems(topic)
    yield from _variety_problems(topic)
    for language in LANGUAGES:
        yield from _guessable(topic, language)
    yield from _truth_balance(topic)
    yield from _long_reasons(topic)
    yield from _untranslated(topic, ())
    for index, fact in enumerate(topic.facts):
        if not fact.from_ and fact.basis == "text":
            yield Problem(
                ("facts", index), Text("a fact from the documents needs `from`", "来自文档的知识点应写 `from`")
            )


def _coverage_problems(topic: Topic) -> Iterator[Problem]:
    found = coverage(topic)
    for name in found.uncovered:
        yield Problem(("facts",), Text(f"{name} has neither card nor question", f"{name} 既无卡片也无题目"))
    if found.facts and found.by_questions / found.facts < ASKED_SHARE:
        yield Problem(
            ("questions",),
            Text(
                f"only {found.by_questions} of {found.facts} facts have a question: three in four should",
                f"{found.facts} 个知识点中只有 {found.by_questions} 个有题目：应达四分之三",
            ),
        )


def _variety_problems(topic: Topic) -> Iterator[Problem]:
    types = {question.type for question in topic.questions}
    if len(types) < FEWEST_TYPES:
        yield Problem(
            ("questions",),
            Text(
                f"only {len(types)} question types: at least {FEWEST_TYPES}",
                f"只有 {len(types)} 种题型：至少 {FEWEST_TYPES} 种",
            ),
        )
    missing = sorted({1, 2, 3} - {question.level for question in topic.questions})
    if missing:
        levels = ", ".join(str(level) for level in missing)
        yield Problem(("questions",), Text(f"no question of level {levels}", f"没有难度 {levels} 的题目"))


def _guessable(topic: Topic, language: Language) -> Iterator[Problem]:
    """Right options that stand out by their length."""
    choices: list[Any] = [question for question in topic.questions if question.type in ("choice", "which")]
    longest = 0
    for question in choices:
        lengths = {len(option.text.to(language)): option.right for option in question.options}
        most = max(len(option.text.to(language)) for option in question.options)
        at_most = [option for option in question.options if len(option.text.to(language)) == most]
        longest += len(at_most) == 1 and lengths[most]
    if len(choices) >= FEWEST_FOR_SHARES and longest / len(choices) > LONGEST_RIGHT:
        yield Problem(
            ("questions",),
            Text(
                f"the right option is the longest in {longest} of {len(choices)} choices ({language})",
                f"{len(choices)} 道单选题中有 {longest} 道正确项最长（{language}）",
            ),
        )


def _truth_balance(topic: Topic) -> Iterator[Problem]:
    answers = [
        bool(getattr(question, "answer", False)) for question in topic.questions if question.type == "true-false"
    ]
    if len(answers) >= FEWEST_FOR_SHARES and not TRUE_SHARE[0] <= sum(answers) / len(answers) <= TRUE_SHARE[1]:
        yield Problem(
            ("questions",),
            Text(
                f"{sum(answers)} of {len(answers)} statements are true: 40 to 60 % should be",
                f"{len(answers)} 道判断题中 {sum(answers)} 道为真：应在 40% 到 60% 之间",
            ),
        )


def _long_reasons(topic: Topic) -> Iterator[Problem]:
    for index, question in enumerate(topic.questions):
        if question.because is None:
            if question.type not in ("worked", "explain"):
                yield Problem(("questions", index), Text("`because` is missing", "缺少 `because`"))
        elif question.because.zh.count("。") > SENTENCES_OF_REASON:
            yield Problem(("questions", index, "because"), Text("more than three sentences", "超过三句"))


def _untranslated(record: Any, at: tuple[str | int, ...]) -> Iterator[Problem]:
    """Texts that stand in one language only. Formulas, numbers and names may read alike in both."""
    if isinstance(record, Text):
        alike = record.en == record.zh
        if (_PHRASE.search(record.zh) and not _HAN.search(record.zh)) or (alike and _HAN.search(record.en)):
            yield Problem(at, Text("stands in one language only: give en and zh", "只有一种语言：请写出 en 和 zh"))
    elif isinstance(record, tuple):
        for index, part in enumerate(record):
            yield from _untranslated(part, (*at, index))
    elif is_dataclass(record):
        for field in fields(record):
            yield from _untranslated(getattr(record, field.name), (*at, field.name.rstrip("_")))


def coverage_rows(topics: list[Topic]) -> list[tuple[str, ...]]:
    """One row a topic, and one for all of several: facts, those covered, by cards, by questions, those skipped."""
    table = []
    for topic in topics:
        found = coverage(topic)
        covered = found.facts - len(found.uncovered) - len({name for name, _ in found.skipped})
        table.append((topic.id, (found.facts, covered, found.by_cards, found.by_questions, len(found.skipped))))
    if len(table) > 1:
        table.append(("", tuple(sum(numbers) for numbers in zip(*(row for _, row in table), strict=True))))
    return [(name, *(str(number) for number in numbers)) for name, numbers in table]
