"""Lays an exam down from content, blueprint and seed, and finds one again that was laid down before."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from .. import __version__
from ..core.blueprint import Blueprint, choose_exam, minutes_for
from ..core.errors import StudyError
from ..core.exam import Asked, Plan, fingerprint, gone
from ..core.item import Item
from ..core.question import Posed
from ..core.text import Text
from ..core.topic import TopicLine
from ..environment import Environment
from ..worked import load
from ._study import question_finder, tell_passed_over, titles_of

if TYPE_CHECKING:
    from ..bank.library import Library


@dataclass(frozen=True)
class Exam:
    """A plan with everything that is asked in it; `titles` are those of topics by id."""

    plan: Plan
    items: tuple[Item, ...]
    posed: tuple[Posed, ...]
    titles: Mapping[str, Text]

    @property
    def entries(self) -> list[tuple[Asked, Posed]]:
        """Each question with what it is worth."""
        return list(zip(self.plan.questions, self.posed, strict=True))


def blueprint_of(environment: Environment, library: Library, file: Path | None) -> Blueprint:
    """The blueprint of a file, or the usual one. Raises StudyError after telling every problem of the file."""
    if file is None:
        return Blueprint()
    from ..bank.blueprint_file import read_blueprint
    from ..questions import names
    from ..views.blocks import visible

    blueprint, problems = read_blueprint(file, names(), lambda word: _refuse(library, word))
    if blueprint is not None:
        return blueprint
    for problem in problems[:-1]:
        environment.stderr.write(visible(problem.line_in(environment.language)) + "\n")
    raise StudyError(Text(problems[-1].line_in("en"), problems[-1].line_in("zh")))


def _refuse(library: Library, word: str) -> None:
    library.file(word)


def laid_down(
    environment: Environment, library: Library, blueprint: Blueprint, words: Sequence[str], *, on_paper: bool
) -> Exam:
    """The exam of a blueprint (with its seed) on some topics. Raises StudyError where there is nothing to ask."""
    assert blueprint.seed is not None
    named = [_lasting(library, word) for word in blueprint.topics or words]
    lines = library.lines(named)
    tell_passed_over(environment, library)
    groups, weights = _shares(library, blueprint, lines)
    items = choose_exam(list(library.items(lines)), blueprint, groups, weights, Random(f"exam/{blueprint.seed}"))
    items, posed = _posed(environment, library, items, blueprint.seed)
    if not items:
        names = ", ".join(line.id for line in lines)
        raise StudyError(Text(f"there is nothing to ask in {names}", f"{names} 中无题可出"))
    if len(items) < blueprint.count:
        few = Text("only {count} questions: no fact is asked twice", "只有 {count} 题：同一知识点不重复考").fill(
            count=len(items)
        )
        environment.stderr.write(f"studynn: {few.to(environment.language)}\n")
    asked = tuple(Asked(item.id, item.topic, item.type, item.level, blueprint.marks[item.level]) for item in items)
    moment = environment.moment()
    plan = Plan(
        id=f"{moment}-{secrets.token_hex(6)}",
        seed=blueprint.seed,
        version=__version__,
        fingerprint=fingerprint(zip(asked, posed, strict=True)),
        title=blueprint.title,
        minutes=None if on_paper else blueprint.minutes or minutes_for(sum(one.marks for one in asked)),
        begun=moment,
        questions=asked,
        words=tuple(named),
    )
    return Exam(plan, tuple(items), tuple(posed), titles_of(items, lines))


def found_again(environment: Environment, library: Library, plan: Plan) -> Exam:
    """An exam that was laid down before. What the content has no longer does not count; a change is told."""
    lines = library.lines(plan.words)
    known = {(item.topic, item.id): item for item in library.items(lines)}
    find = question_finder(library)
    items, posed = [], []
    for asked in plan.questions:
        item = known.get((asked.topic, asked.id))
        items.append(item or Item(asked.id, asked.id, asked.type, asked.topic, "", asked.level))
        try:
            posed.append(find(item).pose(Random(f"{plan.seed}/{item.id}"), load) if item else gone(asked))
        except Exception:  # a fault of the program or its content is never charged to the learner
            posed.append(gone(asked))
    if fingerprint(zip(plan.questions, posed, strict=True)) != plan.fingerprint:
        tell_changed(environment)
    titles = {asked.topic: Text(asked.topic, asked.topic) for asked in plan.questions}
    titles |= {line.id: line.title for line in lines}
    return Exam(plan, tuple(items), tuple(posed), titles)


def tell_changed(environment: Environment) -> None:
    """Warn that what is asked is not what was asked."""
    words = Text(
        "the content or the version differs from that of the exam: questions or numbers may have changed",
        "题库或版本与出卷时不同：题目或数值可能已变",
    )
    environment.stderr.write(f"studynn: {words.to(environment.language)}\n")


def _lasting(library: Library, word: str) -> str:
    """A topic's name, or the whole path of a deck, so that it is found again from any folder."""
    path = library.file(word)
    return str(path.resolve()) if library.files().get(path.stem) != path else path.stem


def _shares(
    library: Library, blueprint: Blueprint, lines: Sequence[TopicLine]
) -> tuple[dict[str, str], dict[str, float]]:
    """Under which word of the blueprint each topic is named, and its weight: of that word by facts, or just by facts."""
    facts = {line.id: max(1, line.facts) for line in lines}
    if not blueprint.topics:
        return {}, {topic: float(count) for topic, count in facts.items()}
    groups: dict[str, str] = {}
    parts: dict[str, str] = {}
    for word in blueprint.topics:
        file = str(library.file(word).resolve())
        for line in library.lines([word]):
            (groups if line.file == file else parts).setdefault(line.id, word)
    groups = parts | groups
    sizes = {word: sum(facts[topic] for topic in facts if groups[topic] == word) for word in blueprint.topics}
    return groups, {topic: blueprint.topics[word] * facts[topic] / sizes[word] for topic, word in groups.items()}


def _posed(
    environment: Environment, library: Library, items: Sequence[Item], seed: int
) -> tuple[list[Item], list[Posed]]:
    """The questions with their numbers; one that cannot be posed is left out, and named."""
    find = question_finder(library)
    kept: list[tuple[Item, Posed]] = []
    for item in items:
        try:
            kept.append((item, find(item).pose(Random(f"{seed}/{item.id}"), load)))
        except Exception as error:
            words = Text("left out {item}: {why}", "已略过 {item}：{why}").fill(item=item.id, why=error)
            environment.stderr.write(f"studynn: {words.to(environment.language)}\n")
    return [item for item, _ in kept], [posed for _, posed in kept]


def seeded(environment: Environment, blueprint: Blueprint, seed: int | None) -> Blueprint:
    """The blueprint with a seed: the one given, its own, or a fresh one."""
    if seed is None:
        seed = environment.fresh_seed() if blueprint.seed is None else blueprint.seed
    return replace(blueprint, seed=seed)
