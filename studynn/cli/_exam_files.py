"""The files of exams: those under way are found again, papers are written and never overwritten unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import StudyError
from ..core.exam import Event, Plan, replay
from ..core.text import Text
from ..environment import Environment

if TYPE_CHECKING:
    from ..history.exams import ExamFile


def resumed(environment: Environment, wanted: Callable[[Plan], bool]) -> ExamFile | None:
    """The newest exam under way that is wanted. One that a crash left behind its end gets its last name on the way."""
    from ..history.exams import exams_folder, take_up, under_way

    for path, plan in under_way(exams_folder(environment.data_folder)):
        if not wanted(plan):
            continue
        file = take_up(path)
        if replay(len(plan.questions), file.events).phase in ("open", "finished"):
            return file
        file.retire()
    return None


def abandoned_all(environment: Environment) -> None:
    """Abandon what is under way; nothing of it is counted."""
    while file := resumed(environment, lambda plan: plan.minutes is not None):
        used = replay(len(file.plan.questions), file.events).used
        file.add(Event("abandon", environment.moment(), used))
        file.retire()


def refuse_existing(paper: Path | None, key: Path | None, force: bool) -> None:
    """Refuse files that are there already, and one name for both. Raises StudyError."""
    if paper and key and paper.resolve() == key.resolve():
        raise StudyError(Text("--paper and --key name the same file", "--paper 与 --key 是同一个文件"))
    for path in (paper, key):
        if path and path.exists() and not force:
            raise StudyError(
                Text(f"{path} is there already; --force overwrites it", f"{path} 已存在；加 --force 可覆盖")
            )


def write_text(path: Path, text: str) -> None:
    """Write a file. Raises StudyError where that fails."""
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StudyError(
            Text(f"{path} cannot be written: {reason}", f"无法写入 {path}：{reason}"), exit_code=1
        ) from None
