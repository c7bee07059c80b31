"""A drill as a value: runs of one worked example on fresh numbers, whose working fades as they are clean.

A run shows the derivation but for its last rows, which the learner fills in. After a clean run more rows are to be filled:
the last, then half of them, then all. A run has failed as soon as a row is wrong, and goes one of these stages back. Three
clean runs in a row master a level. All of this is read off the log: a row of it says in its question, `conv-size@2:1/3`,
that it is the first of the three rows that were to be filled in a run of `conv-size` at level 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from .answers import Unreadable
from .draw import LEVELS
from .follow import RowMark
from .review import Review, standing
from .run import Filled, Run, askable
from .steps import Example, Value, Worked

STAGES = 3
CLEAN_RUNS = 3
"""In a row, and a level is mastered."""
_QUESTION = re.compile(r"(?P<example>.+)@(?P<level>[1-3]):(?P<place>\d+)/(?P<count>\d+)")


def rows_to_fill(stage: int, count: int) -> int:
    """How many of the rows that can be asked are to be filled at a stage from 1 to 3: one, half of them, all."""
    return min(count, {1: 1, 2: max(2, (count + 1) // 2)}.get(stage, count))


class Open(NamedTuple):
    """A run of which some rows are still to be filled: its place in the log, and its answers so far."""

    level: int
    seed: int
    to_fill: int
    answers: tuple[Review, ...]

    @property
    def failed(self) -> bool:
        """Whether a row was wrong."""
        return any(row.outcome == "wrong" for row in self.answers)

    @property
    def was_helped(self) -> bool:
        """Whether a hint was taken before any of its answers."""
        return any(row.hints for row in self.answers)


@dataclass(frozen=True)
class Progress:
    """How far a learner is with an example: the level, and for each level the stage of fading and the clean runs in a row.

    `runs` counts those begun, `mastered` holds levels. `open` is the run that was last begun, if it is not at its end.
    """

    level: int = LEVELS[0]
    stages: tuple[int, ...] = (1,) * len(LEVELS)
    clean: tuple[int, ...] = (0,) * len(LEVELS)
    mastered: frozenset[int] = frozenset()
    runs: int = 0
    open: Open | None = None

    def stage_of(self, level: int) -> int:
        """The stage of fading at a level, from 1 to 3."""
        return self.stages[level - 1]

    def clean_of(self, level: int) -> int:
        """The clean runs in a row at a level."""
        return self.clean[level - 1]


def progress_of(rows: Iterable[Review]) -> Progress:
    """What the log says of an example, from rows in the order in which they were written; those of other examples and of
    questions must not be among them, or are known by their question and passed over."""
    rows = list(rows)
    kept = {row.id for row in standing(rows)}
    progress = Progress()
    for row in sorted((row for row in rows if row.id in kept), key=lambda row: row.moment):
        progress = counted(progress, row)
    return progress


def counted(progress: Progress, row: Review) -> Progress:
    """Progress after one more answer. A row that is not the next one of the run that is open changes nothing."""
    named = _QUESTION.fullmatch(row.question)
    if named is None:
        return progress
    level, place, count = int(named["level"]), int(named["place"]), int(named["count"])
    if place == 1:
        begun = Open(level, row.seed, count, ())
        progress = replace(progress, level=level, runs=progress.runs + 1, open=begun)
    run = progress.open
    if run is None or run[:3] != (level, row.seed, count) or place != len(run.answers) + 1:
        return progress
    if row.outcome == "wrong" and not run.failed:
        progress = _moved(progress, level, stage=progress.stage_of(level) - 1, clean=0)
    run = run._replace(answers=(*run.answers, row))
    if place < count:
        return replace(progress, open=run)
    return _ended(replace(progress, open=None), run)


def _ended(progress: Progress, run: Open) -> Progress:
    """Progress after the last row of a run. One with a hint is neither clean nor failed."""
    level, stage = run.level, progress.stage_of(run.level)
    if run.failed:
        return progress
    if run.was_helped:
        return _moved(progress, level, stage=stage, clean=0)
    clean = progress.clean_of(level) + 1
    if clean < CLEAN_RUNS:
        return _moved(progress, level, stage=stage + 1, clean=clean)
    progress = _moved(progress, level, stage=STAGES, clean=0)
    return replace(progress, mastered=progress.mastered | {level}, level=min(level + 1, LEVELS[-1]))


def _moved(progress: Progress, level: int, *, stage: int, clean: int) -> Progress:
    def put(values: tuple[int, ...], value: int) -> tuple[int, ...]:
        return (*values[: level - 1], value, *values[level:])

    stage = max(1, min(STAGES, stage))
    return replace(progress, stages=put(progress.stages, stage), clean=put(progress.clean, clean))


@dataclass(frozen=True)
class Drill:
    """A session: the answers of the log that stand, of this and of earlier sessions; the run on the screen; and those of this
    session that are over. `wanted` is the level that the learner named, until a row is answered."""

    example: Example
    rows: tuple[Review, ...] = ()
    wanted: int | None = None
    run: Run | None = None
    past: tuple[Run, ...] = ()

    @cached_property
    def progress(self) -> Progress:
        """How far the learner is."""
        return progress_of(self.rows)

    @property
    def level(self) -> int:
        """The level of the next run."""
        return self.wanted or self.progress.level

    @property
    def number(self) -> int:
        """The number of the run on the screen, from 1, over all sessions."""
        return self.progress.runs + (0 if self.run and self.run.filled else 1)


def mastered_now(drill: Drill) -> int | None:
    """The level that the run on the screen has mastered; nothing where it has not."""
    run = drill.run
    if run is None or run.current is not None or run.failed or run.was_helped:
        return None
    return None if drill.progress.clean_of(run.level) else run.level


def to_fill_next(drill: Drill) -> int:
    """How many rows a next run of the level on the screen would have to fill, were it as long as this one."""
    run = drill.run
    return rows_to_fill(drill.progress.stage_of(run.level), len(askable(run.truth))) if run else 0


def opened(example: Example, rows: Iterable[Review], wanted: int | None = None) -> Drill:
    """A session on an example after rows of the log, in the order in which they were written."""
    rows = list(rows)
    kept = {row.id for row in standing(rows)}
    own = [row for row in rows if row.id in kept and _is_of(example, row)]
    return Drill(example, tuple(sorted(own, key=lambda row: row.moment)), wanted)


def _is_of(example: Example, row: Review) -> bool:
    named = _QUESTION.fullmatch(row.question)
    return named is not None and named["example"] == example.name


def begun(drill: Drill, truth: Worked, seed: int) -> Drill:
    """The next run, on a problem of its level of which at least one row can be asked."""
    names = askable(truth)
    count = rows_to_fill(drill.progress.stage_of(drill.level), len(names))
    return _put(drill, Run(truth, seed, drill.level, names[len(names) - count :]))


def to_resume(drill: Drill) -> Open | None:
    """The run that was left before its end and can still be clean; none where the learner named another level."""
    run = drill.progress.open
    return run if run and not run.failed and drill.wanted in (None, run.level) else None


def resumed(drill: Drill, truth: Worked) -> Drill | None:
    """The run that was left, on its problem, as far as it was filled; nothing where its answers are not right any more."""
    left = to_resume(drill)
    names = askable(truth)
    if left is None or left.to_fill > len(names):
        return None
    run = Run(truth, left.seed, left.level, names[len(names) - left.to_fill :])
    for row in left.answers:
        try:
            value, mark = run.mark(row.answer)
        except Unreadable:
            return None
        if not mark.earned or run.skill != row.item:
            return None
        filled = Filled(run.blank[len(run.filled)], row.answer, value, mark, row.hints, row)
        run = replace(run, filled=(*run.filled, filled))
    return _put(drill, run)


def _put(drill: Drill, run: Run) -> Drill:
    past = (*drill.past, drill.run) if drill.run and drill.run.filled else drill.past
    return replace(drill, run=run, past=past)


def hinted(drill: Drill) -> Drill:
    """A hint was taken for the current row."""
    return replace(drill, run=replace(drill.run, hints=drill.run.hints + 1)) if drill.run else drill


def answered(drill: Drill, value: Value, mark: RowMark, review: Review) -> Drill:
    """The current row was filled in, and the log has it."""
    run = drill.run
    if run is None or run.current is None:
        return drill
    filled = Filled(run.current.name, review.answer, value, mark, run.hints, review)
    run = replace(run, filled=(*run.filled, filled), hints=0)
    return replace(drill, run=run, rows=(*drill.rows, review), wanted=None)


def left(drill: Drill) -> tuple[Drill, tuple[Review, ...]]:
    """The run is passed over. Gives the answers to be taken back: all of them where nothing was wrong, so that it is as if
    it had never been; a run that has failed stays failed."""
    run = drill.run
    if run is None or run.failed:
        return replace(drill, run=None, past=(*drill.past, run) if run else drill.past), ()
    reviews = tuple(filled.review for filled in run.filled if filled.review)
    return replace(drill, run=None, rows=_without(drill.rows, reviews)), reviews


def undone(drill: Drill) -> tuple[Drill, Review | None]:
    """The last answer is taken back: that row is blank again, its hints still counted. Gives the row of the log, if any."""
    if drill.run is None or not drill.run.filled:
        if not drill.past:
            return drill, None
        drill = replace(drill, run=drill.past[-1], past=drill.past[:-1])
    run = drill.run
    assert run is not None
    last = run.filled[-1]
    run = replace(run, filled=run.filled[:-1], hints=last.hints)
    assert last.review is not None
    return replace(drill, run=run, rows=_without(drill.rows, (last.review,))), last.review


def _without(rows: tuple[Review, ...], gone: tuple[Review, ...]) -> tuple[Review, ...]:
    ids = {row.id for row in gone}
    return tuple(row for row in rows if row.id not in ids)
