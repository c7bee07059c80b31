"""`studynn` alone: what to do next. Never waits for input, and reads neither the log nor the items, however many there are."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ..core.text import Text
from ..environment import Environment
from ..views.blocks import Line

if TYPE_CHECKING:
    from ..bank.library import Library
    from ..core.next_up import NextUp
    from ..core.topic import TopicLine

EXAM = Text("An exam is under way: studynn exam goes on with it.", "有一场考试尚未结束：输入 studynn exam 继续。")
LOOKED_AT = 100
"""Due items that are looked at for what they are."""


def welcome(environment: Environment) -> None:
    """Say what is due and the one command to type next."""
    from ..views.progress import start_blocks
    from ._output import show
    from ._study import library_of, tell_passed_over

    library = library_of(environment)
    lines = library.lines()
    tell_passed_over(environment, library)
    titles = {line.id: line.title for line in lines}
    blocks = start_blocks(_next(environment, library, lines), titles, environment.language)
    if _exam_is_under_way(environment):
        blocks.append(Line(EXAM.to(environment.language)))
    show(environment, blocks)


def _exam_is_under_way(environment: Environment) -> bool:
    folder = environment.data_folder / "exams"
    if not folder.is_dir():
        return False
    from ..history.exams import under_way

    return bool(under_way(folder))


def _next(environment: Environment, library: Library, lines: list[TopicLine]) -> NextUp:
    from ..core.next_up import TopicState, next_up
    from ._study import memories_of

    now = environment.moment()
    day_end = environment.day_end(now)
    with memories_of(environment, library) as memories:
        found = {state.topic: state for state in memories.by_topic(now, day_end)}
        generated = memories.generated_due_count(now, day_end)
        due = list(islice(memories.due(now, day_end), LOOKED_AT))
    states = [
        TopicState(line.id, line.facts, *(found[line.id][1:] if line.id in found else (0, 0)))
        for line in lines
        if line.facts or line.id in found
    ]
    items = library.outline.of_skills(due).values()
    return next_up(states, generated, (item for same in items for item in same))
