"""After the last answer: mark points ticked, marks made, answers into the review log, the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from ..core.exam import Event, Marked, happened, mark, slips, total, totals, weakest
from ..core.question import Ticked
from ..core.review import Review, rating
from ..core.text import Text
from ..environment import Environment
from ..views.blocks import Heading, Line
from ..views.exam import report_blocks, ticking_blocks
from ..views.question import Next
from ._exam import Sitting
from ._exam_plan import Exam
from ._output import show

LONGEST_ANSWER = 1000
TO_TICK = Text("Before the report: which points did you make?", "出成绩之前：你答到了哪些要点？")
TICK_PROMPT = Text(
    "[the numbers of the points, as in 1 3; 0 for none; :q leave]", "[要点编号，例如 1 3；没有则 0；:q 离开]"
)


def ticked(sitting: Sitting) -> bool:
    """Have the mark points of written answers ticked; False where the learner leaves before."""
    waiting = [
        number
        for number, posed in enumerate(sitting.exam.posed, 1)
        if isinstance(posed.entry, Ticked)
        and number in sitting.attempt.given
        and not sitting.attempt.given[number].ticked
    ]
    if waiting:
        show(sitting.environment, [Heading(TO_TICK.to(sitting.environment.language), 2)])
    return all(_ticked_one(sitting, number) for number in waiting)


def _ticked_one(sitting: Sitting, number: int) -> bool:
    environment, posed = sitting.environment, sitting.exam.posed[number - 1]
    assert isinstance(posed.entry, Ticked)
    prose = sitting.attempt.given[number].typed
    show(environment, ticking_blocks(number, posed, prose, posed.entry.points, environment.language))
    while True:
        if sitting.keyboard.interactive:
            show(environment, [Line(TICK_PROMPT.to(environment.language), "quiet")])
        typed = sitting.keyboard.line()
        if typed is None or typed.strip().casefold() in (":q", "：q"):
            return False
        verdict = posed.mark(typed)
        if verdict.outcome != "unreadable":
            event = Event("tick", environment.moment(), sitting.attempt.used, number, typed.strip())
            sitting.keep(event)
            sitting.attempt = happened(sitting.attempt, event)
            return True
        show(environment, [Line(remark.to(environment.language)) for remark in verdict.remarks])


def marked_exam(sitting: Sitting) -> list[Marked]:
    """Every question with its marks."""
    exam = sitting.exam
    rows = zip(exam.plan.questions, exam.items, exam.posed, strict=True)
    return [mark(number, asked, item, posed, sitting.attempt) for number, (asked, item, posed) in enumerate(rows, 1)]


def log_answers(environment: Environment, exam: Exam, marked: Sequence[Marked]) -> None:
    """The answers into the review log, all or none. The ids come from the exam, so another time adds nothing."""
    from ..history.log import log_path, open_log

    with open_log(log_path(environment.data_folder)) as log:
        log.merge([_review(environment, exam, one, log.device) for one in marked if _is_answer(one)])


def _is_answer(one: Marked) -> bool:
    return one.given is not None and one.verdict is not None and one.verdict.outcome in ("right", "wrong")


def _review(environment: Environment, exam: Exam, one: Marked, device: str) -> Review:
    assert one.given is not None and one.verdict is not None
    typed = f"{one.given.ticked} | {one.given.typed}" if one.given.ticked else one.given.typed
    return Review(
        id=sha256(f"{exam.plan.id}/{one.number}".encode()).hexdigest()[:24],
        item=one.posed.item,
        question=one.asked.id,
        moment=one.given.moment,
        outcome=one.verdict.outcome,
        rating=rating(one.verdict, 0),
        answer=typed[:LONGEST_ANSWER],
        seed=exam.plan.seed,
        level=one.posed.level,
        language=environment.language,
        milliseconds=one.milliseconds,
        hints=0,
        slips=one.verdict.slips,
        device=device,
        version=exam.plan.version,
        purpose="exam",
    )


def summary(exam: Exam, marked: Sequence[Marked], used: int, moment: int) -> dict[str, Any]:
    """What an exam came to, for the statistics: marks as [earned, possible], times in milliseconds."""
    made, possible = total(marked)
    return {
        "id": exam.plan.id,
        "begun": exam.plan.begun,
        "finished": moment,
        "seed": exam.plan.seed,
        "version": exam.plan.version,
        "fingerprint": exam.plan.fingerprint,
        "paper": exam.plan.minutes is None,
        "minutes": exam.plan.minutes,
        "used": used,
        "marks": [made, possible],
        "topics": {key: list(pair) for key, pair in totals(marked, lambda one: one.asked.topic).items()},
        "types": {key: list(pair) for key, pair in totals(marked, lambda one: one.asked.type).items()},
        "answered": sum(one.given is not None for one in marked),
        "questions": len(marked),
        "slips": dict(slips(marked)),
    }


def report(environment: Environment, exam: Exam, marked: Sequence[Marked], named: Callable[[str], bool]) -> None:
    """Show the report. `named` says whether a topic has notes to be shown."""
    advice = _advice(marked, named)
    show(environment, report_blocks(marked, exam.titles, advice, environment.language))


def _advice(marked: Sequence[Marked], named: Callable[[str], bool]) -> list[Next]:
    """What to type next: notes on the weakest topic, the example that lost most marks, more questions."""
    advice: list[Next] = []
    weak = weakest(marked)
    if weak and named(weak):
        advice.append(Next(f"studynn show {weak}", Text("read up on the weakest topic", "温习最弱的主题")))
    failed = [one for one in marked if one.lost and one.item.example]
    if failed:
        worst = max(failed, key=lambda one: (one.lost, -one.number))
        advice.append(Next(f"studynn drill {worst.item.example}", Text("practise it step by step", "逐步练习这类计算")))
    if weak and named(weak):
        advice.append(Next(f"studynn quiz {weak}", Text("more questions on it", "再做这方面的题")))
    return advice or [Next("studynn", Text("what is due", "看看有什么到期"))]
