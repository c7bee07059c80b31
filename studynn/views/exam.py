"""An exam on the screen: its opening, its questions with the clock, the list of answers, and the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from ..core.answers import Unreadable, read_pick
from ..core.exam import Attempt, Marked, Plan, slips, total, totals
from ..core.question import OneOf, Posed, Ticked
from ..core.text import Language, Text
from .blocks import Block, Gap, Heading, Line, Listing, cut
from .question import TYPES, Next, answer_blocks, feedback_blocks, points_blocks, question_blocks

LONGEST_SHOWN = 60
MOST_SLIPS = 5
SIZE = Text("{count} questions, {marks}", "共 {count} 题，{marks}")
MINUTES = Text(", {minutes} minutes", "，{minutes} 分钟")
ORIGIN = Text("Seed {seed} · studynn {version} · content {sign}", "种子 {seed} · studynn {version} · 内容 {sign}")
RULE = Text(
    "A partly right answer earns its share of the marks, in halves rounded down: of several answers the right ones less the "
    "wrong ones, of matches, orders and arrays what is in its place, of explanations the points made.",
    "部分正确的回答按比例得分，以半分为单位向下取整：多选按选对数减去选错数，配对、排序和数组按位置正确的项数，简答按答到的要点数。",
)
NO_FEEDBACK = Text(
    "Nothing is said about an answer until the end. Any answer can be changed: :? lists the commands.",
    "交卷前不给任何反馈。答案可以随时修改：输入 :? 查看命令。",
)
IN_A_LINE = Text(
    "Write your answer in a line; at the end you tick the points that you made.", "用一行写下回答；交卷后对照要点自评。"
)
SO_FAR = Text("Your answer so far: {answer}", "目前的回答：{answer}")
YOURS = Text("Your answer: {answer}", "你的回答：{answer}")
PARTLY = Text("✗ Partly right.", "✗ 部分正确。")
NOT_ANSWERED = Text("Not answered.", "未作答。")


def marks_text(marks: float, language: Language) -> str:
    """`1 mark`, `2.5 marks`."""
    return f"{marks:g} 分" if language == "zh" else f"{marks:g} mark" + ("" if marks == 1 else "s")


def clock(milliseconds: int) -> str:
    """Time left as `12:34` or `1:02:03`, seconds rounded up."""
    seconds = -(-milliseconds // 1000)
    hours, rest = divmod(seconds, 3600)
    return (f"{hours}:" if hours else "") + f"{rest // 60:02d}:{rest % 60:02d}"


def place_text(left: int | None, at: int, count: int, language: Language) -> str:
    """What stands on the prompt: the time left, if a clock runs, and the place in the exam."""
    place = f"{at}/{count}" if at <= count else Text("end", "末尾").to(language)
    if left is None:
        return f"[{place}]"
    return f"[剩余 {clock(left)} · {place}]" if language == "zh" else f"[{clock(left)} left · {place}]"


def opening_blocks(plan: Plan, language: Language) -> list[Block]:
    """What the exam is, how it is marked, and what makes the same exam again."""
    size = SIZE.to(language).format(count=len(plan.questions), marks=marks_text(plan.marks, language))
    if plan.minutes is not None:
        size += MINUTES.to(language).format(minutes=plan.minutes)
    lines: list[Block] = [Heading(plan.title.to(language)), Line(size), Line(origin_text(plan, language), "quiet")]
    return [*lines, Line(RULE.to(language), "quiet"), Line(NO_FEEDBACK.to(language), "quiet")]


def origin_text(plan: Plan, language: Language) -> str:
    """Seed, version and content: where these agree, the exam is the same."""
    return ORIGIN.to(language).format(seed=plan.seed, version=plan.version, sign=plan.fingerprint)


def exam_question_blocks(
    posed: Posed, topic: Text, number: int, attempt: Attempt, marks: float, language: Language
) -> list[Block]:
    """A question with its marks, and what was answered before."""
    if not posed.item:
        return [Gap(), Line(f"{number}/{attempt.count}", "quiet"), Line(posed.stem.to(language))]
    first, *rest = question_blocks(posed, topic, number, attempt.count, language)
    assert isinstance(first, Line)
    if isinstance(posed.entry, Ticked):
        rest[-1] = Line(IN_A_LINE.to(language), "quiet")
    blocks: list[Block] = [Gap(), Line(f"{first.words} · {marks_text(marks, language)}", "quiet"), *rest]
    if number in attempt.given:
        answer = shown_answer(posed, attempt.given[number].typed, language)
        blocks.append(Line(SO_FAR.to(language).format(answer=answer), "quiet"))
    return blocks


def paper_answer_blocks(posed: Posed, topic: Text, number: int, attempt: Attempt, language: Language) -> list[Block]:
    """A question that stands on paper: its number, kind and beginning."""
    kind = TYPES[posed.type].to(language) if posed.type in TYPES else posed.type
    lines: list[Block] = [
        Gap(),
        Line(f"{number}/{attempt.count} · {topic.to(language)} · {kind}", "quiet"),
        Line(cut(posed.stem.to(language), LONGEST_SHOWN)),
    ]
    if isinstance(posed.entry, OneOf):
        lines.append(Line(" / ".join(posed.entry.keys), "quiet"))
    if number in attempt.given:
        answer = shown_answer(posed, attempt.given[number].typed, language)
        lines.append(Line(SO_FAR.to(language).format(answer=answer), "quiet"))
    return lines


def shown_answer(posed: Posed, typed: str, language: Language) -> str:
    """An answer as typed, of options with their text."""
    words = cut(typed.strip(), LONGEST_SHOWN)
    if not isinstance(posed.entry, OneOf):
        return words
    try:
        place = read_pick(typed, len(posed.entry.keys), posed.entry.keys)
    except Unreadable:
        return words
    return f"{posed.entry.keys[place]}  {posed.entry.options[place].to(language)}"


def answers_blocks(posed: Sequence[Posed], attempt: Attempt, language: Language) -> list[Block]:
    """All questions by number, with the answers given so far."""
    entries = []
    for number, question in enumerate(posed, 1):
        given = attempt.given.get(number)
        stem = cut(question.stem.to(language), LONGEST_SHOWN // 2)
        answer = "–" if given is None else shown_answer(question, given.typed, language)
        entries.append((f"{number}", f"{cut(answer, LONGEST_SHOWN // 2)}  ({stem})"))
    missing = len(attempt.unanswered)
    words = Text("{done} answered, {missing} not answered.", "已答 {done} 题，未答 {missing} 题。")
    return [
        Gap(),
        Listing(tuple(entries)),
        Line(words.to(language).format(done=attempt.count - missing, missing=missing)),
    ]


def ticking_blocks(number: int, posed: Posed, typed: str, points: tuple[Text, ...], language: Language) -> list[Block]:
    """Prose that was written, with the mark points to tick."""
    lines: list[Block] = [
        Gap(),
        Line(f"{number} · {posed.stem.to(language)}", "strong"),
        Line(YOURS.to(language).format(answer=typed.strip()), indent=2),
    ]
    return lines + points_blocks(points, language)


def report_blocks(
    marked: Sequence[Marked], topics: Mapping[str, Text], advice: Sequence[Next], language: Language
) -> list[Block]:
    """Marks in all, by topic and by type; each lost mark with its reason and the right answer or working; what to do next."""
    made, possible = total(marked)
    score = Text("{made} of {possible}", "得 {made}，满分 {possible}").to(language)
    score = score.format(made=f"{made:g}", possible=marks_text(possible, language))
    brackets = "（{}）" if language == "zh" else " ({})"
    percent = brackets.format(f"{made / possible:.0%}") if possible else ""
    blocks: list[Block] = [Gap(), Heading(score + percent)]
    blocks += _table(
        Text("By topic:", "按主题："),
        {topics[key].to(language): pair for key, pair in totals(marked, lambda one: one.asked.topic).items()},
        language,
    )
    by_type = totals(marked, lambda one: one.asked.type)
    kinds = {TYPES[key].to(language) if key in TYPES else key: pair for key, pair in by_type.items()}
    blocks += _table(Text("By type of question:", "按题型："), kinds, language)
    named = ", ".join(
        f"{tag} ×{count}" if count > 1 else tag for tag, count in islice(slips(marked).most_common(), MOST_SLIPS)
    )
    if named:
        blocks.append(Line(Text(f"Mistakes by name: {named}", f"已识别的错误：{named}").to(language)))
    blocks += _losses(marked, topics, language)
    if advice:
        blocks += [Gap(), Line(Text("Next:", "接下来：").to(language))]
        blocks.append(Listing(tuple((found.command, found.why.to(language)) for found in advice)))
    return blocks


def _table(title: Text, rows: Mapping[str, tuple[float, float]], language: Language) -> list[Block]:
    entries = tuple((name, f"{made:g}/{possible:g}") for name, (made, possible) in rows.items())
    return [Line(title.to(language)), Listing(entries)] if entries else []


def _losses(marked: Sequence[Marked], topics: Mapping[str, Text], language: Language) -> list[Block]:
    found = [one for one in marked if one.lost or not one.counts]
    if not found:
        return [Gap(), Line(Text("No mark was lost.", "没有失分。").to(language), "good")]
    blocks: list[Block] = [Gap(), Heading(Text("Where marks were lost", "失分之处").to(language), 2)]
    for one in found:
        blocks += _loss(one, topics, language)
    return blocks


def _loss(one: Marked, topics: Mapping[str, Text], language: Language) -> list[Block]:
    marks = Text("{made} of {possible}", "{made} / {possible}").to(language)
    marks = marks.format(made=f"{one.earned:g}", possible=marks_text(one.asked.marks, language))
    rest = question_blocks(one.posed, topics[one.asked.topic], one.number, one.number, language)[1:]
    kind = TYPES[one.asked.type].to(language) if one.asked.type in TYPES else one.asked.type
    head = f"{one.number} · {topics[one.asked.topic].to(language)} · {kind} · {marks}"
    is_chosen = isinstance(one.posed.entry, OneOf)
    stem = [
        block
        for block in rest
        if not (is_chosen and isinstance(block, Listing)) and getattr(block, "tone", "") != "quiet"
    ]
    blocks: list[Block] = [Gap(), Line(head, "quiet"), *stem]
    if one.verdict is None:
        return [*blocks, Line(NOT_ANSWERED.to(language), "bad"), *answer_blocks(one.posed, language)]
    if one.given is not None:
        answer = shown_answer(one.posed, one.given.typed, language)
        blocks.append(Line(YOURS.to(language).format(answer=answer)))
    said = feedback_blocks(one.posed, one.verdict, language)
    if one.earned:
        said[0] = Line(PARTLY.to(language), "bad")
    return blocks + said
