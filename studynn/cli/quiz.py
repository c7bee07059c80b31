"""`studynn quiz`: mixed questions on some topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..core.errors import StudyError
from ..core.text import Text
from ..environment import Environment
from ._app import StudyCommand, environment_of, new_app, whole
from ._options import NoLog, Topics, chosen_seed

if TYPE_CHECKING:
    from ..bank.library import Library
    from ..core.item import Item
    from ..core.topic import TopicLine

MOST = 500
app = new_app()


@app.command(cls=StudyCommand, epilog="studynn quiz cnn --count 5 --level 2")
def quiz(
    context: typer.Context,
    topics: Topics = None,
    count: Annotated[
        str | None, typer.Option("--count", "-n", metavar="N", help="How many questions.", show_default="10")
    ] = None,
    seed: Annotated[str | None, typer.Option(metavar="S", help="The same seed asks the same questions.")] = None,
    level: Annotated[
        str | None, typer.Option(metavar="1-3", help="Only this level: 1 recall, 2 apply, 3 analyse or compute.")
    ] = None,
    type: Annotated[str | None, typer.Option(metavar="TYPE,...", help="Only these question types.")] = None,
    due: Annotated[bool, typer.Option("--due", help="Only what is due for review.")] = False,
    confidence: Annotated[
        bool, typer.Option("--confidence", help="Ask how sure you are before an answer is marked.")
    ] = False,
    no_log: NoLog = False,
) -> None:
    """Answer mixed questions; every answer is explained and remembered."""
    from random import Random

    from ..core.choose import choose, of_examples
    from ._study import generated_items, known_of, library_of, tell_passed_over

    environment = environment_of(context)
    wanted = whole("--count", count, 1, MOST) or 10
    only_level = whole("--level", level, 1, 3)
    number = chosen_seed(environment, seed)
    types = _types(type)
    library = library_of(environment)
    lines, items = library.about(topics or [])
    if "worked" in types:
        items += generated_items({line.id for line in lines} if topics else None)
    tell_passed_over(environment, library)
    known = {} if no_log and not due else known_of(environment, library)
    items = matching(items, lines, only_level, types)
    known |= of_examples(items, known)
    if due:
        items = [item for item in items if item.skill in known and known[item.skill].due]
    asked = choose(items, wanted, Random(f"{number}"), known)
    _ask(environment, library, asked, lines, number, no_log, confidence, topics or [])


def _types(words: str | None) -> list[str]:
    from ..core.names import resolve
    from ..questions import names

    what = Text("question type", "题型")
    return [
        resolve(word, names(), what, listed_by="studynn quiz --help")
        for word in (words or "").replace("，", ",").split(",")
        if word.strip()
    ]


def matching(items: list[Item], lines: list[TopicLine], level: int | None, types: list[str]) -> list[Item]:
    """The items of a level and of some types. Raises StudyError where there are none in these topics."""
    found = [item for item in items if level in (None, item.level) and (not types or item.type in types)]
    if not found:
        names = ", ".join(line.id for line in lines)
        raise StudyError(
            Text(
                f"there is no such question in {names}: try another level or type",
                f"{names} 中没有这样的题目：请换难度或题型",
            )
        )
    return found


def _ask(
    environment: Environment,
    library: Library,
    asked: list[Item],
    lines: list[TopicLine],
    seed: int,
    no_log: bool,
    confidence: bool,
    words: list[str],
) -> None:
    from ..core.session import begin
    from ..worked import load
    from ._conversation import Conversation
    from ._recorder import recording
    from ._study import question_finder, titles_of
    from ._summary import close

    if not asked:
        from ..views.blocks import Line
        from ._output import show

        nothing = Text(
            "Nothing is due. `studynn quiz` asks something new.", "没有到期的题目。`studynn quiz` 会出新题。"
        )
        show(environment, [Line(nothing.to(environment.language))])
        return
    session, titles, find = begin(asked), titles_of(asked, lines), question_finder(library)
    names = {line.id for line in lines if line.facts}
    with recording(environment, no_log) as recorder:
        conversation = Conversation(
            environment, session, titles, seed, recorder, find, load, with_confidence=confidence
        )
        close(conversation, names, words)
