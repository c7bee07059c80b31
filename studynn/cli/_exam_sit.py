"""A sitting from its beginning, or where it was left, to the report, however it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.exam import Attempt, Event, left, replay
from ..core.text import Text
from ..environment import Environment
from ..views.blocks import Line
from ..views.exam import clock, opening_blocks, origin_text
from ._exam import Sitting
from ._exam_close import log_answers, marked_exam, report, summary, ticked
from ._exam_plan import Exam, found_again
from ._output import show

if TYPE_CHECKING:
    from ..bank.library import Library
    from ..history.exams import ExamFile

UNDER_WAY = Text(
    "An exam is under way: {done} of {count} answered{time}. It goes on; `studynn exam --new` abandons it.",
    "有一场考试尚未结束：已答 {done}/{count} 题{time}。现在继续；`studynn exam --new` 可放弃它。",
)
PAPER_UNDER_WAY = Text("{done} of {count} are typed in already; it goes on.", "已录入 {done}/{count} 题，现在继续。")
TIME_LEFT = Text(", {clock} left", "，剩余 {clock}")
KEPT = Text(
    "Kept: {done} of {count} answered{time}. `studynn exam` goes on with it.",
    "已保存：已答 {done}/{count} 题{time}。用 `studynn exam` 继续。",
)
FINISHED = Text(
    "The exam is finished and not yet marked: mark points are to be ticked. The same command goes on there.",
    "考试已交卷，尚未评分：还要对照要点自评。用同一命令继续。",
)
KEPT_PAPER = Text(
    "Kept: {done} of {count} typed in. The same command goes on with it.",
    "已保存：已录入 {done}/{count} 题。用同一命令继续。",
)
NOT_KEPT = Text("Not kept (--no-log).", "未保存（--no-log）。")


def sit(environment: Environment, library: Library, begun: Exam | ExamFile) -> None:
    """Sit an exam that is kept: a new one, or one under way."""
    from ..history.exams import add_summary, begin, exams_folder

    folder = exams_folder(environment.data_folder)
    if isinstance(begun, Exam):
        exam, file = begun, begin(folder, begun.plan)
        attempt = Attempt(len(exam.plan.questions))
        _open(environment, exam)
    else:
        exam, file = found_again(environment, library, begun.plan), begun
        attempt = replay(len(exam.plan.questions), file.events)
        _go_on(environment, exam, attempt)
    sitting = Sitting(environment, exam, attempt, file.add)
    try:
        if not _to_the_end(sitting):
            return
        marked = marked_exam(sitting)
        log_answers(environment, exam, marked)
        moment = environment.moment()
        add_summary(folder, summary(exam, marked, sitting.attempt.used, moment))
        file.add(Event("close", moment, sitting.attempt.used))
        file.retire()
    finally:
        file.close()
    report(environment, exam, marked, library.files().__contains__)


def sit_unkept(environment: Environment, library: Library, exam: Exam) -> None:
    """Sit an exam of which nothing is remembered."""
    _open(environment, exam)
    sitting = Sitting(environment, exam, Attempt(len(exam.plan.questions)), lambda event: None)
    if sitting.run() and ticked(sitting):
        report(environment, exam, marked_exam(sitting), library.files().__contains__)
    else:
        show(environment, [Line(NOT_KEPT.to(environment.language))])


def _to_the_end(sitting: Sitting) -> bool:
    """Whether all is answered and ticked; after Ctrl-C, which goes on its way, as after leaving, what is kept is told."""
    environment = sitting.environment
    try:
        if sitting.run() and ticked(sitting):
            return True
    except KeyboardInterrupt:
        if sitting.attempt.phase == "open":
            sitting.leave()
        environment.stdout.write("\n")
        _say_kept(sitting)
        raise
    _say_kept(sitting)
    return False


def _say_kept(sitting: Sitting) -> None:
    is_paper = sitting.exam.plan.minutes is None
    if sitting.attempt.phase == "finished":
        show(sitting.environment, [Line(FINISHED.to(sitting.environment.language))])
        return
    _say(sitting.environment, KEPT_PAPER if is_paper else KEPT, sitting.exam, sitting.attempt)


def _open(environment: Environment, exam: Exam) -> None:
    language = environment.language
    if exam.plan.minutes is None:
        show(environment, [Line(origin_text(exam.plan, language)), *opening_blocks(exam.plan, language)[:2]])
    else:
        show(environment, opening_blocks(exam.plan, language))


def _go_on(environment: Environment, exam: Exam, attempt: Attempt) -> None:
    is_paper = exam.plan.minutes is None
    words = FINISHED if attempt.phase == "finished" else PAPER_UNDER_WAY if is_paper else UNDER_WAY
    if is_paper:
        _open(environment, exam)
    else:
        show(environment, opening_blocks(exam.plan, environment.language)[:3])
    _say(environment, words, exam, attempt)


def _say(environment: Environment, words: Text, exam: Exam, attempt: Attempt) -> None:
    language, rest = environment.language, left(exam.plan, attempt.used)
    time = "" if rest is None else TIME_LEFT.to(language).format(clock=clock(rest))
    done = str(len(attempt.given))
    show(environment, [Line(words.to(language).format(done=done, count=attempt.count, time=time))])
