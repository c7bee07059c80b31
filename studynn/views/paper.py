"""An exam as Markdown: the paper to write on with a pencil, and its key with reasons and working."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..core.exam import Asked, Plan
from ..core.question import OneOf, Ordered, Paired, Posed, SomeOf, Ticked, Typed
from ..core.text import Language, Text
from .blocks import Block, Drawing, Grid, Heading, Line, Listing, Maths
from .exam import RULE, marks_text, opening_blocks, origin_text
from .markdown import render
from .question import CHOOSE_ALL, ORDER, PAIR, TYPES, answer_blocks, question_blocks

SPACE = {"worked": 9, "explain": 10}
"""Lines to write on; fewer where only an answer is due."""
LEAST_SPACE = 2
DOTS = "…" * 8
NAME = Text("Name: {dots}  Date: {dots}", "姓名：{dots}  日期：{dots}")
ANSWER = Text("Answer: {dots}", "答案：{dots}")
ANSWER_AS = Text("Answer ({form}): {dots}", "答案（{form}）：{dots}")
CIRCLE = Text("Choose one.", "选一项。")
IN_WORDS = Text("Explain in a few sentences.", "用几句话说明。")
ALLOWED = Text(
    "Questions marked “worked example” want the working. A calculator is allowed.",
    "“算例”题须写出过程。可以使用计算器。",
)
KEY = Text("Key", "答案")
MARK_IT = Text("To have it marked: {command}", "批改：{command}")
NOT_THIS = Text("Not {key}: {why}", "不选 {key}：{why}")
ONE_POINT = Text("{share} for each point:", "每个要点 {share}：")

Entry = tuple[Asked, Posed]


def paper_text(
    plan: Plan, command: str, entries: Sequence[Entry], topics: Mapping[str, Text], language: Language
) -> str:
    """The exam as Markdown, with space to write; `command` takes the answers in."""
    heading, size, origin, *_ = opening_blocks(plan, language)
    blocks: list[Block] = [
        heading,
        Line(NAME.to(language).format(dots=DOTS)),
        size,
        Line(ALLOWED.to(language)),
        Line(RULE.to(language)),
        origin,
        Line(MARK_IT.to(language).format(command=command)),
    ]
    for number, (asked, posed) in enumerate(entries, 1):
        blocks += [_title(number, asked, topics, language), *_problem(posed, language), *_room(posed, language)]
    return render(blocks)


def key_text(plan: Plan, entries: Sequence[Entry], topics: Mapping[str, Text], language: Language) -> str:
    """The answers with their reasons, why the other options are wrong, and the working of what is computed."""
    blocks: list[Block] = [
        Heading(f"{plan.title.to(language)}: {KEY.to(language)}"),
        Line(origin_text(plan, language)),
        Line(RULE.to(language)),
    ]
    for number, (asked, posed) in enumerate(entries, 1):
        blocks += [_title(number, asked, topics, language), *_problem(posed, language)]
        blocks += _solution(asked, posed, language)
    return render(blocks)


def _title(number: int, asked: Asked, topics: Mapping[str, Text], language: Language) -> Heading:
    kind = TYPES[asked.type].to(language) if asked.type in TYPES else asked.type
    return Heading(f"{number}. {topics[asked.topic].to(language)} · {kind} · {marks_text(asked.marks, language)}", 2)


def _problem(posed: Posed, language: Language) -> Iterable[Block]:
    """The stem with its numbers in full, and what there is to choose from."""
    for block in question_blocks(posed, Text("", ""), 1, 1, language)[1:]:
        if isinstance(block, Grid):
            yield block._replace(rows=tuple(tuple(_whole(cell) for cell in row) for row in block.rows))
        elif not isinstance(block, Line) or block.tone != "quiet":
            yield block


def _whole(cell: str | Maths) -> str | Maths:
    return cell._replace(whole=True) if isinstance(cell, Maths) else cell


def _room(posed: Posed, language: Language) -> list[Block]:
    """How to answer, and the space for it."""
    answer = Line(ANSWER.to(language).format(dots=DOTS))
    room = Drawing(("",) * SPACE.get(posed.type, LEAST_SPACE), ())
    match posed.entry:
        case OneOf():
            return [Line(CIRCLE.to(language)), *([room] if posed.type in SPACE else []), answer]
        case SomeOf():
            return [Line(CHOOSE_ALL.to(language)), answer]
        case Ordered():
            return [Line(ORDER.to(language)), answer]
        case Paired():
            return [Line(PAIR.to(language)), answer]
        case Ticked():
            return [Line(IN_WORDS.to(language)), room]
        case Typed(form=form):
            words = ANSWER_AS.to(language).format(form=form.to(language), dots=DOTS)
            return [room, answer if posed.type == "cloze" else Line(words)]


def _solution(asked: Asked, posed: Posed, language: Language) -> list[Block]:
    if isinstance(posed.entry, Ticked):
        points = posed.entry.points
        share = marks_text(round(asked.marks / len(points), 2), language)
        entries = tuple((str(number), point.to(language)) for number, point in enumerate(points, 1))
        return [Line(ONE_POINT.to(language).format(share=share)), Listing(entries)]
    verdict = posed.mark(posed.key)
    blocks = answer_blocks(posed, language)
    if verdict.accepted:
        blocks.insert(1, Line(verdict.accepted.to(language)))
    if isinstance(posed.entry, OneOf):
        for key in posed.entry.keys:
            blocks += [
                Line(NOT_THIS.to(language).format(key=key, why=remark.to(language)))
                for remark in posed.mark(key).remarks
                if key != posed.key
            ]
    return blocks
