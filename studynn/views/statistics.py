"""What `studynn stats` tells, as blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ..core.picture import Bars
from ..core.statistics import Prediction, Retention, Statistics
from ..core.tally import SlipCount
from ..core.text import Language, Text
from .blocks import Block, Grid, Heading, Line, Listing
from .pictures import picture_blocks

MOST_SLIPS = 8
MOST_ERRORS = 5
DAYS_SHOWN = 14
TITLE = Text("What you know", "学习统计")
NOTHING_YET = Text(
    "Nothing is answered yet. After `studynn quiz` this page tells what you know and what is due.",
    "还没有作答。做过 `studynn quiz` 之后，这里会显示掌握情况和到期内容。",
)
SAID = {1: Text("1 guess", "1 猜的"), 2: Text("2 unsure", "2 不确定"), 3: Text("3 sure", "3 确定")}


@dataclass(frozen=True)
class Words:
    """What the statistics are told with: the date of the day that ends at a moment, the hint that mends a mistake of an
    example, the topics of items, and what those shown ask."""

    date_of: Callable[[int], date]
    hints: Mapping[tuple[str, str], Text]
    topics: Mapping[str, str]
    asked: Mapping[str, Text]
    exam_date: date | None = None


def statistics_blocks(found: Statistics, words: Words, language: Language, width: int) -> list[Block]:
    """The screen: the mark to be expected, topics, recall, what will be due, study, mistakes, calibration."""
    heading = Heading(TITLE.to(language))
    if not found.answers:
        return [heading, Line(NOTHING_YET.to(language)), *_exam(found, words, language)]
    parts = (
        _mark(found, words, language),
        _topics(found, language),
        _recall(found, language),
        _study(found, words, language, width),
        _forecast(found, words, language, width),
        _slips(found, words, language),
        _calibration(found, words, language),
    )
    return [heading, *(block for part in parts for block in part)]


def _part(title: Text, language: Language) -> Heading:
    return Heading(title.to(language), 2)


def _mark(found: Statistics, words: Words, language: Language) -> Iterator[Block]:
    if found.mark is None:
        return
    yield _part(Text("Predicted mark", "预测成绩"), language)
    now = Text("If all of it were asked now: {mark}", "如果现在全部考一遍：{mark}").fill(mark=_mark_text(found.mark))
    yield Line(now.to(language))
    yield from _exam(found, words, language)


def _exam(found: Statistics, words: Words, language: Language) -> Iterator[Block]:
    if found.exam is None or found.exam.mark is None:
        return
    if found.answers:
        then = Text("On {date}, if nothing more is done: {mark}", "若从现在起不再学习，到 {date}：{mark}")
        yield Line(then.fill(date=words.exam_date, mark=_mark_text(found.exam.mark)).to(language))
    if not found.unseen:
        yield Line(Text("Every item has been seen.", "所有题目都已学过。").to(language))
        return
    pace = Text(
        "Unseen items: {unseen}. To see all by {date}, begin {new} a day.",
        "还有 {unseen} 项没学过。要在 {date} 前全部学到，每天需学 {new} 项新内容。",
    )
    yield Line(pace.fill(unseen=found.unseen, date=words.exam_date, new=found.exam.new_a_day).to(language), "strong")


def _mark_text(mark: Prediction) -> str:
    return f"{mark.share:.0%} ({mark.low:.0%}–{mark.high:.0%})"


def _topics(found: Statistics, language: Language) -> Iterator[Block]:
    yield _part(Text("Topics", "主题"), language)
    headers = (
        Text("Topic", "主题"),
        Text("Items", "题目"),
        Text("Seen", "已做"),
        Text("Due", "到期"),
        Text("Mastery", "掌握"),
    )
    rows = tuple(
        (one.topic.title.to(language), str(one.items), str(one.seen), str(one.due), f"{one.mastery:.0%}")
        for one in found.topics
        if one.items
    )
    yield Grid(tuple(header.to(language) for header in headers), rows)
    if found.practised.skills:
        said = Text(
            "Skills of worked examples practised beyond that: {skills}, {due} due, recall {recall}",
            "此外练过的算例技能：{skills} 项，{due} 项到期，回忆率 {recall}",
        )
        practised = found.practised
        filled = said.fill(skills=practised.skills, due=practised.due, recall=f"{practised.recall:.0%}")
        yield Line(filled.to(language))


def _recall(found: Statistics, language: Language) -> Iterator[Block]:
    yield _part(Text("Recall of what was learnt before", "已学内容的回忆率"), language)
    headers = (Text("When", "时间"), Text("Answers", "作答"), Text("Measured", "实际"), Text("Predicted", "预测"))
    spans = (
        (Text("in all", "全部"), found.retention),
        (Text("last 30 days", "最近 30 天"), found.lately),
    )
    rows = tuple((when.to(language), str(one.answers), *_shares(one, language)) for when, one in spans)
    yield Grid(tuple(header.to(language) for header in headers), rows)


def _shares(one: Retention, language: Language) -> tuple[str, str]:
    if not one.is_telling:
        return Text("too few answers", "作答太少").to(language), ""
    return f"{one.measured:.1%}", f"{one.predicted:.1%}"


def _study(found: Statistics, words: Words, language: Language, width: int) -> Iterator[Block]:
    yield _part(Text("Study", "学习"), language)
    now, longest = found.streak
    spent = sum(milliseconds for _, _, milliseconds in found.days)
    entries = (
        (
            Text("Days in a row", "连续天数"),
            Text("{now}, longest {longest}", "{now}，最长 {longest}").fill(now=now, longest=longest),
        ),
        (
            Text("Answers", "作答"),
            Text("{all} on {days} days, {week} in the last 7 days", "{days} 天共 {all} 次，最近 7 天 {week} 次").fill(
                all=found.answers, days=len(found.days), week=found.week[0]
            ),
        ),
        (
            Text("Time", "用时"),
            Text("{all}, {week} in the last 7 days", "{all}，最近 7 天 {week}").fill(
                all=_duration(spent, language), week=_duration(found.week[1], language)
            ),
        ),
    )
    yield Listing(tuple((label.to(language), told.to(language)) for label, told in entries))
    last = found.days[-DAYS_SHOWN:]
    labels = tuple(words.date_of(day).isoformat() for day, _, _ in last)
    bars = Bars(
        Text("Answers on the last days of study", "最近学习日的作答数"), labels, tuple(count for _, count, _ in last)
    )
    yield from picture_blocks(bars, language, width)


def _duration(milliseconds: int, language: Language) -> str:
    hours, minutes = divmod(round(milliseconds / 60_000), 60)
    if not hours:
        return Text(f"{minutes} min", f"{minutes} 分钟").to(language)
    return Text(f"{hours} h {minutes} min", f"{hours} 小时 {minutes} 分钟").to(language)


def _forecast(found: Statistics, words: Words, language: Language, width: int) -> Iterator[Block]:
    title = Text("Due in the coming 30 days", "未来 30 天到期")
    if not any(count for _, count in found.forecast):
        yield from (_part(title, language), Line(Text("Nothing.", "没有。").to(language)))
        return
    today = Text("today", "今天").to(language)
    labels = tuple(words.date_of(day).isoformat() if place else today for place, (day, _) in enumerate(found.forecast))
    bars = Bars(title, labels, tuple(count for _, count in found.forecast))
    yield from picture_blocks(bars, language, width)


def _slips(found: Statistics, words: Words, language: Language) -> Iterator[Block]:
    if not found.slips:
        return
    yield _part(Text("Commonest mistakes", "最常见的错误"), language)
    headers = (
        Text("Mistake", "错误"),
        Text("Times", "次数"),
        Text("Remember", "要点"),
        Text("Mend it with", "纠正练习"),
    )
    still = [slip for slip in found.slips if not slip.is_retired][:MOST_SLIPS]
    if still:
        yield Grid(
            tuple(header.to(language) for header in headers),
            tuple((slip.tag, f"{slip.times}×", hint_of(slip, words, language), drill_of(slip)) for slip in still),
        )
    repeated = sum(slip.is_repeated for slip in found.slips)
    if repeated:
        said = Text(
            "Made more than once: {repeated}. A mistake leaves this list after three right answers in a row on its skill.",
            "不止一次犯的错：{repeated} 种。在该技能上连续答对三次，就会从这里划去。",
        )
        yield Line(said.fill(repeated=repeated).to(language), "strong")
    retired = [f"{slip.tag} {slip.times}×" for slip in found.slips if slip.is_retired][:MOST_SLIPS]
    if retired:
        separator = Text(", ", "、").to(language)
        said = Text("Overcome: {mistakes}", "已克服：{mistakes}")
        yield Line(said.fill(mistakes=separator.join(retired)).to(language), "good")


def hint_of(slip: SlipCount, words: Words, language: Language) -> str:
    """What mends a mistake, in the words of its worked example; nothing where it is not known."""
    hint = words.hints.get((slip.example, slip.tag))
    return hint.to(language) if hint else ""


def drill_of(slip: SlipCount) -> str:
    """The command that mends a mistake; nothing where it was made outside worked examples."""
    return f"studynn drill {slip.example}" if slip.example else ""


def _calibration(found: Statistics, words: Words, language: Language) -> Iterator[Block]:
    if not found.confidence:
        return
    yield _part(Text("How sure you were", "把握与对错"), language)
    if found.sure_and_wrong:
        yield Line(
            Text("Sure, and wrong; not answered rightly since:", "有把握却答错，且之后还没答对：").to(language), "bad"
        )
        shown = [item for item, _ in found.sure_and_wrong[:MOST_ERRORS]]
        yield Listing(tuple((words.topics.get(item, item), _asks(item, words, language)) for item in shown))
        if len(found.sure_and_wrong) > len(shown):
            more = Text("and {more} more", "另有 {more} 项").fill(more=len(found.sure_and_wrong) - len(shown))
            yield Line(more.to(language), "quiet", 2)
    headers = (Text("Said", "自评"), Text("Answers", "作答"), Text("Right", "答对"))
    rows = tuple(
        (SAID[level].to(language), str(share.answers), f"{share.right / share.answers:.0%}")
        for level, share in sorted(found.confidence.items())
    )
    yield Grid(tuple(header.to(language) for header in headers), rows)


def _asks(item: str, words: Words, language: Language) -> str:
    return words.asked[item].to(language) if item in words.asked else ""
