"""An exam as values: what is asked for how many marks, what was answered so far, and what that comes to.

The state is a fold of events, so that replaying what was kept of an exam gives it back as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import floor
from typing import Any, Literal, NamedTuple

from .answers import Unreadable, read_array, read_order, read_pairing, read_picks
from .item import Item
from .near import tolerances
from .question import OneOf, Ordered, Paired, Posed, SomeOf, Ticked, Typed
from .text import Text
from .values import components, is_ragged, shape
from .verdict import Verdict

LANGUAGES_APART = "\x1f"
FINGERPRINT_LENGTH = 8
NEARLY = 1e-9
GONE = Text("This question is no longer in the content; it does not count.", "题库中已没有这道题；本题不计分。")
EventKind = Literal["look", "answer", "leave", "finish", "tick", "close", "abandon"]
Phase = Literal["open", "finished", "closed", "abandoned"]
PHASES: Mapping[str, Phase] = {"finish": "finished", "close": "closed", "abandon": "abandoned"}


class Asked(NamedTuple):
    """A question of an exam: its id, topic, type and level, and what it is worth."""

    id: str
    topic: str
    type: str
    level: int
    marks: float


@dataclass(frozen=True)
class Plan:
    """An exam as it is laid down: enough to ask it again. `words` are the topics as named, `begun` is in ms since 1970.

    `minutes` is nothing for an exam that was written on paper.
    """

    id: str
    seed: int
    version: str
    fingerprint: str
    title: Text
    minutes: int | None
    begun: int
    questions: tuple[Asked, ...]
    words: tuple[str, ...] = ()

    @property
    def marks(self) -> float:
        """What can be earned."""
        return sum(asked.marks for asked in self.questions)


class Event(NamedTuple):
    """Something that happened at a moment (ms since 1970) when `used` milliseconds of the time were gone."""

    kind: EventKind
    moment: int
    used: int
    number: int = 0
    typed: str = ""


class Given(NamedTuple):
    """An answer as typed, and when; for prose also the mark points that were ticked."""

    typed: str
    moment: int
    ticked: str = ""


@dataclass(frozen=True)
class Attempt:
    """How far an exam is: the question on the screen (from 1; behind the last one at the end), answers by number, time gone.

    `spent` has the milliseconds that each question was looked at.
    """

    count: int
    at: int = 1
    used: int = 0
    given: Mapping[int, Given] = field(default_factory=dict)
    spent: Mapping[int, int] = field(default_factory=dict)
    phase: Phase = "open"

    @property
    def unanswered(self) -> tuple[int, ...]:
        """The numbers of the questions without an answer."""
        return tuple(number for number in range(1, self.count + 1) if number not in self.given)


def happened(attempt: Attempt, event: Event) -> Attempt:
    """The exam after an event. The time since the one before is counted for the question that was on the screen."""
    if attempt.phase in ("closed", "abandoned"):
        return attempt
    used = max(attempt.used, event.used)
    spent = dict(attempt.spent)
    if attempt.phase == "open":
        spent[attempt.at] = spent.get(attempt.at, 0) + used - attempt.used
    after = replace(attempt, used=used, spent=spent, phase=PHASES.get(event.kind, attempt.phase))
    if event.kind == "look" and attempt.phase == "open":
        return replace(after, at=min(max(event.number, 1), attempt.count + 1))
    if event.kind == "answer" and attempt.phase == "open" and 1 <= event.number <= attempt.count:
        given = {**attempt.given, event.number: Given(event.typed, event.moment)}
        return replace(after, given=given, at=event.number + 1)
    if event.kind == "tick" and attempt.phase == "finished" and event.number in attempt.given:
        return replace(
            after, given={**attempt.given, event.number: attempt.given[event.number]._replace(ticked=event.typed)}
        )
    return after


def replay(count: int, events: Iterable[Event]) -> Attempt:
    """The exam after all that happened."""
    attempt = Attempt(count)
    for event in events:
        attempt = happened(attempt, event)
    return attempt


def left(plan: Plan, used: int) -> int | None:
    """The milliseconds that are left; nothing where no clock runs."""
    return None if plan.minutes is None else max(0, plan.minutes * 60_000 - used)


def fingerprint(posed: Iterable[tuple[Asked, Posed]]) -> str:
    """A short sign of all that is asked, in both languages, with answers and marks: equal for equal exams only."""
    from hashlib import sha256

    found = sha256()
    for asked, question in posed:
        for part in (*map(str, asked), question.stem.en, question.stem.zh, question.answer.en, question.answer.zh):
            found.update((part + LANGUAGES_APART).encode())
        found.update(repr(question.entry).encode())
    return found.hexdigest()[:FINGERPRINT_LENGTH]


def share_of(posed: Posed, typed: str, verdict: Verdict) -> float:
    """The part of the marks that an answer earns, from 0 to 1.

    What the question type gives; otherwise for several answers the right ones less the wrong ones among them, for
    matches, orders and arrays of numbers those that are in their place.
    """
    if verdict.outcome == "right":
        return 1.0
    if verdict.outcome != "wrong" or verdict.share:
        return verdict.share
    try:
        match posed.entry:
            case SomeOf(options=options):
                picked, right = (set(read_picks(words, len(options))) for words in (typed, posed.key))
                return max(0, len(picked & right) - len(picked - right)) / len(right)
            case Paired(left=sides):
                return _in_place(read_pairing(typed, len(sides)), read_pairing(posed.key, len(sides)))
            case Ordered(items=items):
                return _in_place(read_order(typed, len(items)), read_order(posed.key, len(items)))
            case Typed():
                return _cells(read_array(typed), read_array(posed.key))
            case _:
                return 0.0
    except Unreadable:
        return 0.0


def _in_place(given: tuple[int, ...], right: tuple[int, ...]) -> float:
    return sum(a == b for a, b in zip(given, right, strict=True)) / len(right)


def _cells(given: Any, right: Any) -> float:
    if shape(given) != shape(right) or is_ragged(given):
        return 0.0
    cells = list(zip(components(given), components(right), tolerances(right), strict=True))
    return sum(abs(a - b) <= allowed for a, b, allowed in cells) / len(cells) if len(cells) > 1 else 0.0


def earned(marks: float, share: float) -> float:
    """What a share of the marks comes to: in halves, rounded down."""
    return min(marks, floor(2 * marks * share + NEARLY) / 2) if share < 1 else marks


@dataclass(frozen=True)
class Marked:
    """A question of an exam with its answer, if any, the verdict and the marks. A broken one does not count at all."""

    number: int
    asked: Asked
    item: Item
    posed: Posed
    given: Given | None
    verdict: Verdict | None
    earned: float
    milliseconds: int

    @property
    def counts(self) -> bool:
        """Whether its marks are among those that could be earned."""
        return self.verdict is None or self.verdict.outcome != "broken"

    @property
    def lost(self) -> float:
        """The marks that were not earned."""
        return self.asked.marks - self.earned if self.counts else 0.0


def mark(number: int, asked: Asked, item: Item, posed: Posed, attempt: Attempt) -> Marked:
    """The marks for one question. What fails while marking is the program's fault and takes the question out."""
    given = attempt.given.get(number)
    verdict = verdict_of(posed, given)
    typed = "" if given is None else given.typed
    share = share_of(posed, typed, verdict) if verdict else 0.0
    return Marked(number, asked, item, posed, given, verdict, earned(asked.marks, share), attempt.spent.get(number, 0))


def verdict_of(posed: Posed, given: Given | None) -> Verdict | None:
    """The verdict on an answer; nothing where there is none. Prose without ticks has made no point."""
    if not posed.item:
        return Verdict("broken", (GONE,))
    if given is None:
        return None
    typed = (given.ticked or "0") if isinstance(posed.entry, Ticked) else given.typed
    try:
        return posed.mark(typed)
    except Exception as error:
        return Verdict("broken", (Text(f"({type(error).__name__}: {error})", f"（{type(error).__name__}：{error}）"),))


def gone(asked: Asked) -> Posed:
    """What stands in the place of a question that the content does not have any more: it counts for nobody."""
    return Posed("", asked.type, asked.level, GONE, OneOf((), ()), "", GONE, lambda typed: Verdict("broken", (GONE,)))


def totals(marked: Iterable[Marked], by: Callable[[Marked], str]) -> dict[str, tuple[float, float]]:
    """Marks earned and possible, by topic or type, in the order in which these come first."""
    found: dict[str, tuple[float, float]] = {}
    for one in marked:
        if one.counts:
            made, possible = found.get(by(one), (0.0, 0.0))
            found[by(one)] = made + one.earned, possible + one.asked.marks
    return found


def total(marked: Iterable[Marked]) -> tuple[float, float]:
    """Marks earned and possible in all."""
    return totals(marked, lambda one: "").get("", (0.0, 0.0))


def weakest(marked: Iterable[Marked]) -> str | None:
    """The topic with the smallest share of its marks, of several the one that lost most; nothing where none was lost."""
    by_topic = totals(marked, lambda one: one.asked.topic)
    losing = [topic for topic, (made, possible) in by_topic.items() if made < possible]
    return min(losing, key=lambda topic: (by_topic[topic][0] / by_topic[topic][1], -by_topic[topic][1]), default=None)


def slips(marked: Iterable[Marked]) -> Counter[str]:
    """How often each mistake with a name was made."""
    return Counter(tag for one in marked if one.verdict for tag in one.verdict.slips)
