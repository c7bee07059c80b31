"""Exams on the disk: one file of JSON lines each, the plan first, then every event, each on the disk before it counts.

An exam under way is `NAME.open.jsonl`; once its answers are in the review log, a line in `finished.jsonl` sums it up and
the file is `NAME.jsonl`. A line that a crash cut short is passed over.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, get_args

from ..core.errors import StudyError
from ..core.exam import Asked, Event, EventKind, Plan
from ..core.text import Text

SCHEMA = 1
OPEN = ".open.jsonl"
FINISHED = "finished.jsonl"
KINDS = get_args(EventKind)


def exams_folder(data_folder: Path) -> Path:
    """Where exams are kept among the learner's data."""
    return data_folder / "exams"


class ExamFile:
    """An exam that this program alone has open. Every `add` is on the disk before it returns."""

    def __init__(self, path: Path, plan: Plan, events: list[Event], file: BinaryIO) -> None:
        self.path = path
        self.plan = plan
        self.events = events
        self._file = file

    def add(self, event: Event) -> None:
        """Append an event. Raises StudyError where the disk refuses."""
        with _explained(self.path):
            _append(self._file, event._asdict())

    def retire(self) -> None:
        """The exam is no longer under way: its file gets its last name."""
        self._file.close()
        with _explained(self.path):
            self.path.rename(self.path.with_name(self.path.name.removesuffix(OPEN) + ".jsonl"))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def begin(folder: Path, plan: Plan) -> ExamFile:
    """A new exam on the disk."""
    path = folder / f"{plan.id}{OPEN}"
    with _explained(path):
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("xb")
        _lock(file, path)
        _append(file, {"schema": SCHEMA, **asdict(plan), "questions": [asked._asdict() for asked in plan.questions]})
        _sync_folder(folder)
    return ExamFile(path, plan, [], file)


def under_way(folder: Path) -> list[tuple[Path, Plan]]:
    """The exams that were begun and neither finished nor abandoned, the newest first; unreadable ones are passed over."""
    found = [(path, _read(path)) for path in folder.glob(f"*{OPEN}") if path.is_file()]
    plans = [(path, read[0]) for path, read in found if read]
    return sorted(plans, key=lambda entry: (-entry[1].begun, entry[1].id))


def take_up(path: Path) -> ExamFile:
    """An exam under way, opened to go on with it. Raises StudyError where another window has it open."""
    with _explained(path):
        file = path.open("r+b")
        _lock(file, path)
        read = _read(path)
        if read is None:
            file.close()
            raise StudyError(Text(f"{path}: this is no exam", f"{path}：不是考试文件"), exit_code=1)
        plan, events, whole = read
        file.truncate(whole)
        file.seek(whole)
    return ExamFile(path, plan, events, file)


def add_summary(folder: Path, summary: dict[str, Any]) -> None:
    """Append what an exam came to, once: another time with the same `id` changes nothing."""
    path = folder / FINISHED
    with _explained(path):
        if any(known.get("id") == summary["id"] for known in summaries(folder)):
            return
        with path.open("ab") as file:
            if file.tell() and not path.read_bytes().endswith(b"\n"):
                file.write(b"\n")
            _append(file, {"schema": SCHEMA, **summary})


def summaries(folder: Path) -> list[dict[str, Any]]:
    """What finished exams came to, in the order in which they were finished; none where there is no such file."""
    path = folder / FINISHED
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    found: list[dict[str, Any]] = []
    for line in lines:
        with suppress(ValueError):
            value = json.loads(line)
            if isinstance(value, dict):
                found.append(value)
    return found


def _append(file: BinaryIO, value: dict[str, Any]) -> None:
    file.write(json.dumps(value, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _read(path: Path) -> tuple[Plan, list[Event], int] | None:
    """Plan and events of a file, and how many of its bytes are whole lines that can be read."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    plan, events, whole = None, list[Event](), 0
    for line in data.splitlines(keepends=True):
        try:
            value = json.loads(line) if line.endswith(b"\n") else None
            if plan is None:
                plan = _plan(value)
            else:
                events.append(_event(value))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            break
        whole += len(line)
    return (plan, events, whole) if plan else None


def _plan(value: Any) -> Plan:
    """Raises ValueError, TypeError or KeyError for what is no plan."""
    questions = tuple(
        Asked(str(asked["id"]), str(asked["topic"]), str(asked["type"]), int(asked["level"]), float(asked["marks"]))
        for asked in value["questions"]
    )
    if value["schema"] != SCHEMA or not questions:
        raise ValueError("schema")
    return Plan(
        id=str(value["id"]),
        seed=int(value["seed"]),
        version=str(value["version"]),
        fingerprint=str(value["fingerprint"]),
        title=Text(str(value["title"]["en"]), str(value["title"]["zh"])),
        minutes=None if value["minutes"] is None else int(value["minutes"]),
        begun=int(value["begun"]),
        questions=questions,
        words=tuple(str(word) for word in value["words"]),
    )


def _event(value: Any) -> Event:
    """Raises ValueError, TypeError or KeyError for what is no event."""
    if value["kind"] not in KINDS:
        raise ValueError("kind")
    return Event(value["kind"], int(value["moment"]), int(value["used"]), int(value["number"]), str(value["typed"]))


def _lock(file: BinaryIO, path: Path) -> None:
    """Keep other windows from going on with the same exam."""
    try:
        import fcntl
    except ImportError:  # not on this platform
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise StudyError(
            Text(f"{path}: this exam is open in another window", f"{path}：这场考试正在另一个窗口中进行"), exit_code=1
        ) from None
    except OSError:  # a file system without locks
        return


def _sync_folder(folder: Path) -> None:
    """The name of a new file is on the disk as well, where the platform can say so."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StudyError(
            Text(f"{path}: the exam cannot be kept here: {reason}", f"{path}：无法在此保存考试：{reason}"), exit_code=1
        ) from None
