"""`studynn stats`: what is known, recalled, due and gone wrong, and the mark to be expected."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ..core.errors import StudyError
from ..core.text import Text
from ._app import StudyCommand, environment_of, new_app
from ._options import Topics

if TYPE_CHECKING:
    from ..bank.library import Library
    from ..core.statistics import Statistics
    from ..environment import Environment
    from ..views.statistics import Words

app = new_app()


@app.command(cls=StudyCommand, epilog="studynn stats --exam-date 2027-01-20")
def stats(
    context: typer.Context,
    topics: Topics = None,
    exam_date: Annotated[
        str | None, typer.Option("--exam-date", metavar="YYYY-MM-DD", help="Also predict the mark of that day.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="All of it as JSON, in full precision.")] = False,
) -> None:
    """Show mastery, recall, what will be due, time, mistakes and a predicted mark."""
    from ..views.statistics import statistics_blocks
    from ..views.statistics_json import statistics_json
    from ._gathered import statistics_of
    from ._output import show, show_json
    from ._study import library_of, tell_passed_over

    environment = environment_of(context)
    exam, exam_in = _exam(exam_date, environment)
    library = library_of(environment)
    lines = library.lines(topics or [])
    found = statistics_of(environment, library, lines, is_all=not topics, exam_in=exam_in)
    words = _words(environment, library, found, exam)
    tell_passed_over(environment, library)
    if json:
        show_json(environment, statistics_json(found, words, environment.language))
    else:
        show(environment, statistics_blocks(found, words, environment.language, environment.width))


def _exam(typed: str | None, environment: Environment) -> tuple[date | None, int | None]:
    """The day of the exam, and how many days there are up to it. Raises StudyError."""
    if typed is None:
        return None, None
    today = environment.date_of(environment.day_end(environment.moment()))
    try:
        exam = date.fromisoformat(typed.strip())
    except ValueError:
        exam = date.min
    if exam < today:
        given = f"--exam-date {typed}"
        raise StudyError(
            Text(f"{given}: must be a day from today on, as {today}", f"{given}：应为今天或以后的日期，如 {today}")
        )
    return exam, (exam - today).days


def _words(environment: Environment, library: Library, found: Statistics, exam: date | None) -> Words:
    from ..views.statistics import MOST_ERRORS, Words
    from ._gathered import asked_by, hints_of, topics_of

    errors = [item for item, _ in found.sure_and_wrong]
    asked = asked_by(library, errors[:MOST_ERRORS])
    return Words(environment.date_of, hints_of(found.slips), topics_of(library, errors), asked, exam)
