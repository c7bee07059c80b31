"""A question, what is said after its answer, and the summary of a session, as blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ..core.question import OneOf, Ordered, Paired, Posed, SomeOf, Ticked, Typed
from ..core.session import Session
from ..core.text import Language, Text, fill
from ..core.verdict import Verdict
from .blocks import Block, Gap, Heading, Line, Listing
from .worked import inputs_grid, notes_blocks, steps_grid

TYPES = {
    "choice": Text("choice", "单选"),
    "multi": Text("several answers", "多选"),
    "true-false": Text("true or false", "判断"),
    "cloze": Text("fill the gap", "填空"),
    "numeric": Text("number", "数值"),
    "order": Text("order", "排序"),
    "match": Text("match", "配对"),
    "worked": Text("worked example", "算例"),
    "which": Text("which one fits", "选方法"),
    "explain": Text("explain", "简答"),
}
LEVEL = Text("level {level}", "难度 {level}")
CHOOSE_ALL = Text("Choose all that apply, as in 1 3.", "选出所有成立的项，例如 1 3。")
ORDER = Text("Type the numbers in the right order, as in 2 1 3.", "按正确次序输入编号，例如 2 1 3。")
PAIR = Text("Give each number its letter, as in 1b 2a 3c.", "为每个编号配上字母，例如 1b 2a 3c。")
WRITE_OR_SAY = Text(
    "Write your answer in a line, or say it aloud and press Enter; then compare it with the mark points.",
    "用一行写下回答，或口头说出后按回车；然后对照得分点。",
)
TICK = Text("Which points did you make? As in 1 3, or 0 for none.", "你答到了哪几点？例如 1 3；一点也没有则输入 0。")
ANSWER_WITH = Text("Answer: {form}", "作答：{form}")
RIGHT = Text("✓ Right.", "✓ 正确。")
WRONG = Text("✗ Wrong.", "✗ 错误。")
PARTLY = Text("✗ Not complete.", "✗ 不完整。")
BROKEN = Text(
    "This question could not be marked. That is a fault of the program and is not counted.",
    "本题无法评分，这是程序的问题，不计入成绩。",
)
THE_ANSWER = Text("Answer: {answer}", "答案：{answer}")
HINT = Text("Hint: {hint}", "提示：{hint}")
NO_MORE_HINTS = Text("There are no more hints.", "没有更多提示了。")
WORKING = Text("The working:", "解题过程：")
NOT_COUNTED = Text("Shown, so not counted.", "已显示答案，不计入成绩。")


def question_blocks(posed: Posed, topic: Text, number: int, total: int, language: Language) -> list[Block]:
    """Place in the session, topic, kind and level; the stem; what there is to choose from."""
    kind = TYPES[posed.type].to(language) if posed.type in TYPES else posed.type
    level = fill(LEVEL.to(language), {"level": posed.level})
    blocks: list[Block] = [
        Line(f"{number}/{total} · {topic.to(language)} · {kind} · {level}", "quiet"),
        Line(posed.stem.to(language), "strong"),
    ]
    if posed.truth is not None:
        given = inputs_grid(posed.truth, language, posed.given)
        blocks += [given] if given.rows else []
    return [*blocks, *entry_blocks(posed, language)]


def entry_blocks(posed: Posed, language: Language) -> list[Block]:
    """The options, items or sides, and how to answer."""
    match posed.entry:
        case OneOf(options=options, keys=keys):
            return [Listing(tuple((key, option.to(language)) for key, option in zip(keys, options, strict=True)))]
        case SomeOf(options=options):
            return [_numbered(options, language), Line(CHOOSE_ALL.to(language), "quiet")]
        case Ordered(items=items):
            return [_numbered(items, language), Line(ORDER.to(language), "quiet")]
        case Paired(left=left, right=right):
            letters = tuple((chr(ord("a") + index), text.to(language)) for index, text in enumerate(right))
            return [_numbered(left, language), Listing(letters, indent=4), Line(PAIR.to(language), "quiet")]
        case Ticked():
            return [Line(WRITE_OR_SAY.to(language), "quiet")]
        case Typed(form=form):
            return [Line(fill(ANSWER_WITH.to(language), {"form": form.to(language)}), "quiet")]


def points_blocks(points: tuple[Text, ...], language: Language) -> list[Block]:
    """The mark points of a prose answer, and how to tick them."""
    return [_numbered(points, language), Line(TICK.to(language), "quiet")]


def _numbered(options: tuple[Text, ...], language: Language) -> Listing:
    return Listing(tuple((str(index + 1), option.to(language)) for index, option in enumerate(options)))


def feedback_blocks(posed: Posed, verdict: Verdict, language: Language) -> list[Block]:
    """Verdict, accepted interval, the right answer, the mistake by name, the reason, and for a worked example its working."""
    if verdict.outcome == "broken":
        return [Line(BROKEN.to(language), "bad"), *_remarks(verdict, language)]
    if verdict.outcome == "unreadable":
        return _remarks(verdict, language)
    brackets = "（{}）" if language == "zh" else " ({})"
    accepted = brackets.format(verdict.accepted.to(language)) if verdict.accepted else ""
    if verdict.outcome == "right":
        return [Line(RIGHT.to(language) + accepted, "good"), *_remarks(verdict, language), *_because(posed, language)]
    if isinstance(posed.entry, Ticked):
        return [Line(PARTLY.to(language) if verdict.share else WRONG.to(language), "bad"), *_remarks(verdict, language)]
    return [Line(WRONG.to(language), "bad"), *_remarks(verdict, language), *answer_blocks(posed, language, accepted)]


def answer_blocks(posed: Posed, language: Language, accepted: str = "") -> list[Block]:
    """The right answer with its reason or working."""
    blocks: list[Block] = [
        Line(fill(THE_ANSWER.to(language), {"answer": posed.answer.to(language)}) + accepted, "good")
    ]
    if posed.type == "true-false" or posed.because:
        blocks += _because(posed, language)
    return blocks + working_blocks(posed, language)


def working_blocks(posed: Posed, language: Language) -> list[Block]:
    """The steps of the worked example behind a question, with its conventions; nothing for other questions."""
    if posed.truth is None:
        return []
    return [Line(WORKING.to(language)), steps_grid(posed.truth, language), *notes_blocks(posed.truth, language)]


def _remarks(verdict: Verdict, language: Language) -> list[Block]:
    return [Line(remark.to(language), indent=2) for remark in verdict.remarks]


def _because(posed: Posed, language: Language) -> list[Block]:
    return [Line(posed.because.to(language), indent=2)] if posed.because else []


@dataclass(frozen=True)
class Next:
    """A command to type next, and why."""

    command: str
    why: Text


def summary_blocks(session: Session, topics: Mapping[str, Text], advice: list[Next], language: Language) -> list[Block]:
    """How many were right, in all and by topic, which mistakes had a name, and what to do next.

    `topics` gives the title of each topic by its id.
    """
    right = sum(answered.verdict.outcome == "right" for answered in session.answered)
    score = Text("{right} of {count} right", "{count} 题中答对 {right} 题").fill(
        right=right, count=len(session.answered)
    )
    if not session.answered:
        score = Text("Nothing was answered", "没有作答")
    passed = (
        Text(", {passed} not counted", "，{passed} 题不计").fill(passed=len(session.passed))
        if session.passed
        else Text("", "")
    )
    blocks: list[Block] = [Gap(), Heading(score.to(language) + passed.to(language))]
    lines = _by_topic(session, topics, language)
    if len(lines) > 1:
        blocks.append(Listing(lines))
    slips = Counter(tag for answered in session.answered for tag in answered.verdict.slips)
    if slips:
        named = ", ".join(f"{tag} ×{count}" if count > 1 else tag for tag, count in slips.most_common(5))
        blocks.append(Line(Text(f"Mistakes by name: {named}", f"已识别的错误：{named}").to(language)))
    if advice:
        blocks.append(Line(Text("Next:", "接下来：").to(language)))
        blocks.append(Listing(tuple((found.command, found.why.to(language)) for found in advice)))
    return blocks


def _by_topic(session: Session, topics: Mapping[str, Text], language: Language) -> tuple[tuple[str, str], ...]:
    asked: dict[str, list[bool]] = {}
    for answered in session.answered:
        title = topics[answered.turn.item.topic].to(language)
        asked.setdefault(title, []).append(answered.verdict.outcome == "right")
    return tuple((title, f"{sum(marks)}/{len(marks)}") for title, marks in asked.items())
