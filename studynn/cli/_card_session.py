"""Before and after the cards: what is laid out, what is said where nothing is due, the summary, cards taken up again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ..core.errors import StudyError
from ..core.names import resolve
from ..core.review import AGAIN
from ..core.text import Text
from ..environment import Environment
from ..history.memory import FOREVER
from ..views.blocks import Line
from ..views.card import NEW_LIMIT, NEW_SIBLINGS, Summary, aside_blocks, nothing_blocks, summary_blocks
from ._cards import CardTable
from ._dealer import Dealer
from ._faces import title_of
from ._output import show
from ._recorder import recording
from ._study import library_of, memories_of, tell_passed_over

if TYPE_CHECKING:
    from ..views.question import Next

MOST_COUNTED = 1000
SUSPENDED_CARD = Text("suspended card", "暂停的卡片")
ALL = "all"


@contextmanager
def dealing(environment: Environment, words: list[str]) -> Iterator[Dealer]:
    """A dealer of the cards of some topics, or of all of them."""
    library = library_of(environment)
    lines = library.lines(words)
    tell_passed_over(environment, library)
    with memories_of(environment, library) as memories:
        yield Dealer(environment, library, lines, memories, only_here=bool(words))


def play(
    dealer: Dealer,
    words: list[str],
    seed: int,
    *,
    most_new: int,
    with_confidence: bool,
    is_cram: bool,
    no_log: bool,
) -> None:
    """Ask the cards that were laid out; sum up however it ends. Where there are none, say when there will be."""
    environment = dealer.environment
    with recording(environment, no_log) as recorder:
        if is_cram:
            recorder.purpose = "cram"
        table = CardTable(environment, dealer, recorder, seed, with_confidence=with_confidence)
        if table.deal() is None:
            _tell_nothing(dealer, words, most_new)
            return
        try:
            table.run()
        except KeyboardInterrupt:
            environment.stdout.write("\n")
            _sum_up(table, words, no_log)
            raise
        if table.session.left or table.session.done:
            _sum_up(table, words, no_log)
        else:
            _tell_nothing(dealer, words, most_new)  # what there was cannot be asked any more


def _sum_up(table: CardTable, words: list[str], no_log: bool) -> None:
    dealer, answers = table.dealer, table.session.answers
    grades = tuple(review.rating or AGAIN for review in answers)
    summary = Summary(grades, sum(review.milliseconds for review in answers))
    if not no_log:
        dealer.catch_up()
        due = dealer.due_tomorrow(MOST_COUNTED)
        summary = Summary(grades, summary.milliseconds, due, due >= MOST_COUNTED)
    show(dealer.environment, summary_blocks(summary, _advice(table, words), dealer.environment.language))


def _advice(table: CardTable, words: list[str]) -> list[Next]:
    """Notes on what was forgotten most, if anything was; then the rest of the cards, or questions."""
    from ..views.question import Next

    named = " ".join(["", *words])
    forgotten = Counter(
        done.turn.item for done in table.session.done if done.review is not None and done.review.rating == AGAIN
    )
    advice = []
    if forgotten:
        worst = Counter(item.topic for item in forgotten.elements()).most_common(1)[0][0]
        item = next(item for item in forgotten if item.topic == worst)
        is_topic = any(line.id == worst for line in table.dealer.lines)
        command = f"studynn show {worst}" if is_topic else f"studynn drill {item.example}"
        advice.append(Next(command, Text("go over what was forgotten most", "温习忘得最多的内容")))
    if table.session.left:
        advice.append(Next(f"studynn cards{named}", Text("go on with the rest", "继续剩下的卡片")))
    else:
        advice.append(Next(f"studynn quiz{named}", Text("the same matter as questions", "用题目检验同样的内容")))
    return advice


def _tell_nothing(dealer: Dealer, words: list[str], most_new: int) -> None:
    from ..views.question import Next

    environment, named = dealer.environment, " ".join(["", *words])
    advice = [
        Next(f"studynn quiz{named}", Text("questions, mixed", "混合答题")),
        Next(
            f"studynn cards{named} --cram",
            Text("all cards now, outside the schedule", "现在过一遍全部卡片，不影响日程"),
        ),
    ]
    new_waits = None
    if dealer.has_new():
        new_waits = NEW_SIBLINGS
        if dealer.begun >= most_new:
            new_waits = NEW_LIMIT.fill(most=most_new)
            more = f"studynn cards{named} --new {dealer.begun + 10}"
            advice.insert(0, Next(more, Text("ten more new cards today", "今天再学十张新卡")))
    due = dealer.next_due()
    wait = None if due is None else max(0, due - environment.moment())
    show(environment, nothing_blocks(wait, new_waits, advice, environment.language))


def titles_aside(dealer: Dealer, skills: list[str]) -> dict[str, Text]:
    """What cards ask, by what the log calls them, where their topics can still be read."""
    titles = {}
    for skill, item in dealer.items_of(skills).items():
        with suppress(StudyError, LookupError):
            titles[skill] = title_of(dealer.library, item)
    return titles


def take_up(environment: Environment, words: list[str]) -> None:
    """List what is suspended or buried; take up again what is named by its id, or all of it. Raises StudyError."""
    with dealing(environment, []) as dealer:
        aside = dealer.memories.aside(environment.moment())
        chosen = (
            sorted(aside)
            if ALL in words
            else [resolve(word, sorted(aside), SUSPENDED_CARD, listed_by="studynn cards --resume") for word in words]
        )
        if not chosen:
            known = titles_aside(dealer, sorted(aside))
            found = [(skill, known.get(skill), until >= FOREVER) for skill, until in sorted(aside.items())]
            show(environment, aside_blocks(found, environment.language))
            return
    with recording(environment, no_log=False) as recorder:
        for skill in chosen:
            recorder.mark(skill, "resume")
    said = Text("Taken up again: {skills}.", "已恢复：{skills}。").fill(skills=", ".join(chosen))
    show(environment, [Line(said.to(environment.language))])
