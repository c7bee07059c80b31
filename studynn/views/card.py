"""A flashcard, its back, the four grades with their intervals, and what is said around a session of cards, as blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.review import AGAIN, EASY, GOOD, HARD
from ..core.schedule import DAY, LEARNING, RELEARNING, Memory
from ..core.text import Language, Text, fill
from ..core.topic import Card, Fact
from .blocks import Block, Gap, Heading, Line, Listing, columns

if TYPE_CHECKING:
    from ..core.question import Posed
    from ..core.steps import Example, Worked
    from .question import Next

MINUTE, HOUR = 60_000, 3_600_000
GRADES = {
    AGAIN: Text("Again", "重来"),
    HARD: Text("Hard (passed)", "困难（算通过）"),
    GOOD: Text("Good", "良好"),
    EASY: Text("Easy", "容易"),
}
SHORT_GRADES = GRADES | {HARD: Text("Hard", "困难")}
NEW, LEARNT, REVIEWED = Text("new", "新卡"), Text("learning", "学习中"), Text("review", "复习")
CRAM = Text("cram", "突击")
LEFT = Text("{left} to go", "剩余 {left}")
HOOK = Text("To remember it by: {hook}", "帮助记忆：{hook}")
SOURCES = Text("Sources (document:line): {sources}", "出处（文档:行）：{sources}")
NO_SOURCES = Text("No source is given.", "没有注明出处。")
FORMULA = Text("Formula: {formula}", "公式：{formula}")
MADE_BY = Text("Made by the worked example {name}.", "由算例 {name} 生成。")
NO_EXAMPLE = Text(
    "No worked example belongs to this card; `studynn show {topic}` has the notes.",
    "这张卡片没有对应的算例；`studynn show {topic}` 可看笔记。",
)
LEECH = Text(
    "Forgotten {lapses} times: a leech. Asking it once more helps little; this helps more:",
    "已忘记 {lapses} 次，属于“顽固卡片”。再问几遍收效不大，不如这样：",
)
DRILL, READ = Text("practise it step by step", "逐步练习"), Text("read up on it", "重读笔记")
NEW_LIMIT = Text("Further new cards wait until tomorrow: {most} a day.", "其余新卡等到明天：每天 {most} 张。")
NEW_SIBLINGS = Text(
    "Further new cards wait until tomorrow, because their facts were asked today.",
    "其余新卡等到明天，因为相同的知识点今天已经问过。",
)
SUSPENDED = Text("suspended", "已暂停")
BURIED = Text("buried until tomorrow", "搁置到明天")


def interval_text(milliseconds: int, language: Language) -> str:
    """A length of time by its largest unit: `1 min`, `3 h`, `8 d`, `2.5 mo`, `1.2 y`."""
    minutes = max(1, round(milliseconds / MINUTE))
    days = milliseconds / DAY
    if minutes < 60:
        number, unit = str(minutes), Text("min", "分钟")
    elif round(milliseconds / HOUR) < 24:
        number, unit = str(round(milliseconds / HOUR)), Text("h", "小时")
    elif round(days) < 31:
        number, unit = str(round(days)), Text("d", "天")
    elif days < 365:
        number, unit = f"{days / 30.44:.1f}", Text("mo", "个月")
    else:
        number, unit = f"{days / 365.25:.1f}", Text("y", "年")
    return f"{number} {unit.to(language)}"


def stage(memory: Memory | None) -> Text:
    """Where a card stands: new, being learnt, or to be reviewed."""
    if memory is None:
        return NEW
    return LEARNT if memory.state in (LEARNING, RELEARNING) else REVIEWED


def head_line(topic: Text, where: Text, left: str, language: Language) -> Line:
    """The topic of a card, where it stands, and how many are to come."""
    to_go = fill(LEFT.to(language), {"left": left})
    return Line(f"{topic.to(language)} · {where.to(language)} · {to_go}", "quiet")


def front_blocks(front: Card | Posed, language: Language) -> list[Block]:
    """What is asked; of a generated skill the problem with its numbers."""
    if isinstance(front, Card):
        return [Line(front.front.to(language), "strong")]
    from ..core.question import OneOf
    from .question import entry_blocks
    from .worked import inputs_grid

    blocks: list[Block] = [Line(front.stem.to(language), "strong")]
    if front.truth is not None:
        given = inputs_grid(front.truth, language, front.given)
        blocks += [given] if given.rows else []
    return [*blocks, *(entry_blocks(front, language) if isinstance(front.entry, OneOf) else [])]


def back_blocks(front: Card | Posed, fact: Fact | None, language: Language) -> list[Block]:
    """The answer: of a card its back, the formula of its fact and its hook; of a generated skill the working."""
    if not isinstance(front, Card):
        from .question import answer_blocks

        return answer_blocks(front, language)
    blocks: list[Block] = [Line(front.back.to(language), "good")]
    if fact is not None and fact.formula:
        blocks.append(Line(fact.formula, indent=2))
    if front.hook is not None:
        blocks.append(Line(fill(HOOK.to(language), {"hook": front.hook.to(language)}), "quiet"))
    return blocks


def grades_blocks(dues: Mapping[int, int] | None, moment: int, language: Language, width: int) -> list[Block]:
    """The four grades with the interval that each leads to, in one line or two; without intervals where the schedule is
    left alone."""
    grades = []
    for grade, name in GRADES.items():
        interval = f" {interval_text(dues[grade] - moment, language)}" if dues else ""
        grades.append(f"{grade} {name.to(language)}{interval}")
    line = " · ".join(grades)
    lines = [line] if columns(line) <= width else [" · ".join(grades[:2]), " · ".join(grades[2:])]
    return [Line(words) for words in lines]


def source_blocks(fact: Fact | None, example: str, language: Language) -> list[Block]:
    """Where a card comes from, and the formula of its fact; of a generated skill its worked example."""
    blocks: list[Block] = []
    if fact is not None:
        sources = ", ".join(fact.from_)
        blocks.append(Line(fill(SOURCES.to(language), {"sources": sources}) if sources else NO_SOURCES.to(language)))
        if fact.formula:
            blocks.append(Line(fill(FORMULA.to(language), {"formula": fact.formula})))
    if example:
        blocks.append(Line(fill(MADE_BY.to(language), {"name": example})))
    return blocks or [Line(NO_SOURCES.to(language))]


def example_blocks(found: list[Worked], topic: str, language: Language) -> list[Block]:
    """The worked examples behind a card: title, the line to type, and the steps."""
    if not found:
        return [Line(fill(NO_EXAMPLE.to(language), {"topic": topic}))]
    from .worked import steps_grid

    blocks: list[Block] = []
    for worked in found:
        title = worked.example.title.to(language)
        blocks += [Line(f"{title}: studynn compute {worked.example.name}", "strong"), steps_grid(worked, language)]
    return blocks


def leech_blocks(lapses: int, example: Example | None, topic: str, language: Language) -> list[Block]:
    """A card that is forgotten again and again, and what to do instead of asking it once more."""
    advice = (f"studynn drill {example.name}", DRILL) if example else (f"studynn show {topic}", READ)
    return [
        Line(fill(LEECH.to(language), {"lapses": lapses}), "bad"),
        Listing(((advice[0], advice[1].to(language)),)),
    ]


@dataclass(frozen=True)
class Summary:
    """What came of a session: the grades given, the time taken, and how many cards are due tomorrow, if that is known
    (`more`: at least so many)."""

    grades: tuple[int, ...]
    milliseconds: int
    tomorrow: int | None = None
    more: bool = False


def summary_blocks(summary: Summary, advice: list[Next], language: Language) -> list[Block]:
    """How many answers of each grade, the minutes, what is due tomorrow, and what to type next."""
    blocks: list[Block] = [Gap()]
    if summary.grades:
        count = len(summary.grades)
        answers = Text("1 answer" if count == 1 else "{count} answers", "作答 {count} 次").fill(count=count)
        taken = interval_text(summary.milliseconds, language)
        by_grade = ", ".join(
            f"{name.to(language).lower()} {summary.grades.count(grade)}" for grade, name in SHORT_GRADES.items()
        )
        blocks.append(Heading(f"{answers.to(language)} · {taken}"))
        blocks.append(Line(by_grade.replace(", ", "，") if language == "zh" else by_grade))
    else:
        blocks.append(Heading(Text("Nothing was answered", "没有作答").to(language)))
    if summary.tomorrow is not None:
        number = f"{summary.tomorrow}{'+' if summary.more else ''}"
        blocks.append(Line(Text("Due tomorrow: {number}", "明天到期：{number}").fill(number=number).to(language)))
    if advice:
        blocks.append(Line(Text("Next:", "接下来：").to(language)))
        blocks.append(Listing(tuple((found.command, found.why.to(language)) for found in advice)))
    return blocks


def nothing_blocks(wait: int | None, new_waits: Text | None, advice: list[Next], language: Language) -> list[Block]:
    """Nothing is to be asked: when the next card is due (in milliseconds from now), why new cards wait, if any do, and what
    to do."""
    blocks: list[Block] = [Line(Text("Nothing is due.", "没有到期的卡片。").to(language), "strong")]
    if wait is not None:
        when = interval_text(wait, language)
        blocks.append(Line(Text(f"The next card is due in {when}.", f"下一张卡片将在 {when}后到期。").to(language)))
    if new_waits is not None:
        blocks.append(Line(new_waits.to(language)))
    blocks.append(Line(Text("Next:", "接下来：").to(language)))
    return [*blocks, Listing(tuple((found.command, found.why.to(language)) for found in advice))]


def aside_blocks(found: list[tuple[str, Text | None, bool]], language: Language) -> list[Block]:
    """The cards that were set aside, by id, with what they ask, if that is known, and whether for good; and how to take
    them up again."""
    if not found:
        return [Line(Text("No card is suspended or buried.", "没有暂停或搁置的卡片。").to(language))]
    lines = []
    for skill, front, for_good in found:
        state = (SUSPENDED if for_good else BURIED).to(language)
        lines.append((skill, f"{front.to(language)} · {state}" if front else state))
    how = Text(
        "Take up again: `studynn cards --resume ID`, or `studynn cards --resume all`.",
        "恢复：`studynn cards --resume 标识`，或 `studynn cards --resume all`。",
    )
    return [Listing(tuple(lines), indent=0), Line(how.to(language), "quiet")]
