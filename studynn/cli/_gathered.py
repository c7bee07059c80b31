"""Reads what `studynn stats` tells of: the whole log once, the items of the topics, the words for mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from ..bank.library import Library
from ..core.draw import LEVELS, draw
from ..core.inputs import defaults
from ..core.item import CARD, example_of
from ..core.statistics import Past, Statistics, summed_up
from ..core.steps import Example, Slip, work
from ..core.tally import SlipCount, Tally
from ..core.text import Text
from ..core.topic import TopicLine
from ..environment import Environment
from ..worked import load, names
from ._study import Progress

DRAWS = 10
"""Inputs drawn a level in search of a mistake that the usual inputs do not offer."""


def statistics_of(
    environment: Environment, library: Library, lines: list[TopicLine], *, is_all: bool, exam_in: int | None
) -> Statistics:
    """Everything at this moment: of all that was ever answered, or of these topics only."""
    skills = {line: tuple(library.items_of(line)) for line in lines}
    wanted = None if is_all else {item.skill for items in skills.values() for item in items}
    past = _past(environment, wanted, set() if is_all else _examples({line.id for line in lines}))
    return summed_up(past, skills, environment.moment(), environment.day_end, exam_in)


def _past(environment: Environment, wanted: set[str] | None, examples: set[str]) -> Past:
    from ..history.bulk_fold import fold_with_recall
    from ..history.log import log_path, reading
    from ..history.memory import aside_until

    tally = Tally(environment.day_end)
    with reading(log_path(environment.data_folder)) as log:
        answers = log.answers() if log else iter(())
        if wanted is not None:
            answers = (one for one in answers if one.item in wanted or example_of(one.item) in examples)
        memories, learnt = fold_with_recall(tally.counted(answers), Progress(environment))
        aside = aside_until(log.marks(), environment.day_end) if log else {}
    return Past(tally, memories, learnt, aside)


def _examples(topics: set[str]) -> set[str]:
    """The worked examples of some topics."""
    return {name for name in names() if topics & set(load(name).topics)}


def hints_of(slips: Iterable[SlipCount]) -> dict[tuple[str, str], Text]:
    """What mends each mistake, in the words of its worked example; those that are not found are left out."""
    wanted: dict[str, set[str]] = {}
    for slip in slips:
        wanted.setdefault(slip.example, set()).add(slip.tag)
    found: dict[tuple[str, str], Text] = {}
    for name in wanted.keys() & set(names()):
        for offered in _offered(load(name)):
            found |= {(name, tag): offered[tag].hint for tag in wanted[name] & offered.keys()}
            wanted[name] -= offered.keys()
            if not wanted[name]:
                break
    return found


def _offered(example: Example) -> Iterator[dict[str, Slip]]:
    """The mistakes that can be made with the usual inputs, then with drawn ones."""
    yield work(example, defaults(example)).slips()
    for level in LEVELS if example.draw else ():
        for seed in range(DRAWS):
            yield draw(example, Random(seed), level).slips()


def topics_of(library: Library, skills: list[str]) -> dict[str, str]:
    """The topics of items, as far as they can still be found."""
    examples = {skill: example_of(skill) for skill in skills}
    drilled = {skill: load(name).topics[0] for skill, name in examples.items() if name in names()}
    return drilled | library.topics_of_skills(skills)


def asked_by(library: Library, skills: list[str]) -> dict[str, Text]:
    """What some items ask: the front of a card, a question, the title of a worked example."""
    found: dict[str, Text] = {}
    for skill in skills:
        if example_of(skill) in names():
            found[skill] = load(example_of(skill)).title
    for skill, (item, *_) in library.outline.of_skills([skill for skill in skills if skill not in found]).items():
        found[skill] = library.card(item).front if item.type == CARD else library.question(item).ask
    return found
