"""The loop of an exam: show a question, read an answer, keep it, go on; nothing is said about it until the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from ..core.exam import Attempt, Event, EventKind, happened, left
from ..core.question import OneOf, Posed, Ticked
from ..core.text import Text
from ..environment import Environment
from ..views.blocks import Block, Line, Listing
from ..views.exam import answers_blocks, exam_question_blocks, paper_answer_blocks, place_text
from ._exam_plan import Exam
from ._keyboard import Keyboard
from ._output import show

LONGEST_ANSWER = 10_000
LATE_BY = 0.02
"""Seconds: when the alarm rings the time is certainly up."""
COMMANDS = {
    ":b": Text("back to the question before", "上一题"),
    ":n": Text("next question, this one left as it is (or just Enter)", "下一题，本题保持原样（直接回车亦可）"),
    ":g 7": Text("go to question 7", "到第 7 题"),
    ":l": Text("list the questions with your answers", "列出各题及你的回答"),
    ":f": Text("finish and have it marked", "交卷并评分"),
    ":q": Text(
        "leave; `studynn exam` goes on later, with the time that is left",
        "离开；以后用 `studynn exam` 继续，剩余时间不变",
    ),
    ":?": Text("this help", "本帮助"),
}
CHOOSE = Text("{keys}, Enter next, : command, ? help", "{keys}，回车 下一题，: 命令，? 帮助")
LINE = Text(
    "Enter next  :b back  :g 7 go to  :l list  :f finish  :q leave",
    "回车 下一题  :b 上一题  :g 7 到第 7 题  :l 列表  :f 交卷  :q 离开",
)
AT_END = Text(":f finish, :g 7 change an answer, :q leave", ":f 交卷，:g 7 修改第 7 题，:q 离开")
SURE = Text(
    "Not answered: {numbers}. Finish all the same? y finishes, anything else goes on.",
    "未作答：第 {numbers} 题。仍要交卷吗？输入 y 交卷，其他键继续。",
)
TIME_UP = Text("Time is up. What you answered until now counts.", "时间到。已作答的部分计分。")
NOT_THERE = Text("There is no such question: 1 to {count}.", "没有这一题：应为 1 到 {count}。")
YES = ("y", "yes", "f", ":f", "是", "好")
Command = tuple[Literal["b", "n", "g", "l", "f", "q", "?"], int]


class Sitting:
    """One sitting of an exam at one keyboard. `keep` commits an event and returns when it is on the disk."""

    def __init__(self, environment: Environment, exam: Exam, attempt: Attempt, keep: Callable[[Event], None]) -> None:
        self.environment = environment
        self.exam = exam
        self.attempt = attempt
        self.keep = keep
        self.keyboard = Keyboard(environment)
        self._before = attempt.used
        self._started = environment.milliseconds()

    def run(self) -> bool:
        """Ask until the exam is finished or its time is up; False where the learner left before."""
        while self.attempt.phase == "open":
            if self._is_time_up():
                self._finish(TIME_UP)
            elif not (self._question() if self.attempt.at <= self.attempt.count else self._end()):
                self.leave()
                return False
        return True

    def leave(self) -> None:
        """Keep how much time is gone."""
        self._happen("leave")

    def _happen(self, kind: EventKind, number: int = 0, typed: str = "") -> None:
        """Commit an event, and only then count it."""
        event = Event(kind, self.environment.moment(), self._used(), number, typed)
        self.keep(event)
        self.attempt = happened(self.attempt, event)

    def _used(self) -> int:
        return self._before + max(0, self.environment.milliseconds() - self._started)

    def _is_time_up(self) -> bool:
        return left(self.exam.plan, self._used()) == 0

    def _finish(self, why: Text | None = None) -> None:
        if why:
            self._tell(why)
        self._happen("finish")

    def _say(self, blocks: list[Block]) -> None:
        show(self.environment, blocks)

    def _tell(self, text: Text, **values: object) -> None:
        self._say([Line(text.fill(**values).to(self.environment.language))])

    def _question(self) -> bool:
        """Deal with the question on the screen until it is left; False leaves the exam."""
        number = self.attempt.at
        asked, posed = self.exam.entries[number - 1]
        topic, language = self.exam.titles[asked.topic], self.environment.language
        if self.exam.plan.minutes is None:
            self._say(paper_answer_blocks(posed, topic, number, self.attempt, language))
        else:
            self._say(exam_question_blocks(posed, topic, number, self.attempt, asked.marks, language))
        while True:
            typed = self._read(posed)
            if typed is None:
                return False
            if self._is_time_up():
                return True
            command = command_in(typed, posed)
            if command is not None:
                gone_on = self._command(command)
                if gone_on is not None:
                    return gone_on
            elif self._is_readable(posed, typed):
                self._happen("answer", number, typed[:LONGEST_ANSWER])
                return True

    def _read(self, posed: Posed) -> str | None:
        language = self.environment.language
        place = place_text(left(self.exam.plan, self._used()), self.attempt.at, self.attempt.count, language)
        if isinstance(posed.entry, OneOf) and posed.entry.keys and self.exam.plan.minutes is not None:
            prompt = CHOOSE.to(language).format(keys="/".join(posed.entry.keys))
            pressed = self._in_time(lambda: self.keyboard.key(f"{place} {prompt} "))
            if self.keyboard.interactive and pressed in (":", "："):
                typed = self._in_time(self.keyboard.line)
                return None if typed is None else f":{typed}"
            return pressed
        return self._line(f"{place} {LINE.to(language)}")

    def _line(self, prompt: str) -> str | None:
        if self.keyboard.interactive:
            self._say([Line(prompt, "quiet")])
        return self._in_time(self.keyboard.line)

    def _in_time(self, read: Callable[[], str | None]) -> str | None:
        """What is read before the time is up; where a person sits, the waiting ends then by itself."""
        rest = left(self.exam.plan, self._used())
        if rest is None or not self.keyboard.interactive:
            return read()
        try:
            with alarm(rest):
                return read()
        except TimeIsUp:
            self.environment.stdout.write("\n")
            return ""

    def _is_readable(self, posed: Posed, typed: str) -> bool:
        """Whether an answer can be marked later; the reason is told where it cannot be read."""
        if isinstance(posed.entry, Ticked):
            return True
        try:
            verdict = posed.mark(typed)
        except Exception:  # that is told and not charged when the exam is marked
            return True
        if verdict.outcome == "unreadable":
            for remark in verdict.remarks:
                self._tell(remark)
        return verdict.outcome != "unreadable"

    def _command(self, command: Command) -> bool | None:
        """Carry a command out: True shows what is then on the screen, False leaves, None stays at the prompt."""
        name, number = command
        at, count = self.attempt.at, self.attempt.count
        if name == "q":
            return False
        if name in ("b", "n"):
            self._happen("look", max(1, at - 1) if name == "b" else at + 1)
            return True
        if name == "g" and 1 <= number <= count:
            self._happen("look", number)
            return True
        if name == "f":
            return self._asked_to_finish()
        if name == "l":
            self._say(answers_blocks(self.exam.posed, self.attempt, self.environment.language))
        elif name == "g":
            self._tell(NOT_THERE, count=count)
        else:
            entries = tuple((key, text.to(self.environment.language)) for key, text in COMMANDS.items())
            self._say([Listing(entries)])
        return None

    def _asked_to_finish(self) -> bool:
        """Finish, after one question where answers are missing. False where the input has ended."""
        missing = self.attempt.unanswered
        if missing:
            self._tell(SURE, numbers=", ".join(map(str, missing)))
            said = self._in_time(self.keyboard.line)
            if said is None:
                return False
            if said.strip().casefold() not in YES:
                return True
        self._finish()
        return True

    def _end(self) -> bool:
        """Behind the last question: what was answered, and what to do. False leaves the exam."""
        language = self.environment.language
        self._say(answers_blocks(self.exam.posed, self.attempt, language))
        while True:
            place = place_text(left(self.exam.plan, self._used()), self.attempt.at, self.attempt.count, language)
            typed = self._line(f"{place} {AT_END.to(language)}")
            if typed is None and not self.keyboard.interactive and not self.attempt.unanswered:
                self._finish()
                return True
            if typed is None:
                return False
            if self._is_time_up():
                return True
            word = typed.strip()
            bare = f":g {word}" if word.isdecimal() else word if word.startswith((":", "：")) else f":{word or 'l'}"
            gone_on = self._command(command_in(bare, None) or ("?", 0))
            if gone_on is not None:
                return gone_on


class TimeIsUp(Exception):
    """The time ran out while an answer was waited for."""


@contextmanager
def alarm(milliseconds: int) -> Iterator[None]:
    """Raise TimeIsUp here when so much time has gone, on platforms that can."""
    import signal

    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, milliseconds / 1000 + LATE_BY)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def command_in(typed: str, posed: Posed | None) -> Command | None:
    """The command in what was typed: after a colon; an empty line is `next`; nothing where it is an answer."""
    word = typed.strip().casefold().replace("：", ":").replace("？", "?")
    if not word or (posed is not None and not posed.item and not word.startswith(":")):
        return "n", 0
    if word == "?" or (word == "q" and posed is not None and isinstance(posed.entry, OneOf)):
        return ("?" if word == "?" else "q"), 0
    if not word.startswith(":"):
        return None
    found = re.fullmatch(r":\s*([bnglfq?])\D*\s*(\d{0,4})", word)
    if found is None:
        return "?", 0
    return found[1], int(found[2] or 0)  # type: ignore[return-value]
