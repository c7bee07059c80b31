"""`studynn history`: where the review log is, its rows, those of another log, taking an answer back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..core.errors import StudyError
from ..core.text import Text
from ._app import StudyCommand, StudyGroup, environment_of, new_app

app = new_app(cls=StudyGroup, invoke_without_command=True)


@app.callback(epilog="studynn history export > reviews.jsonl")
def history(context: typer.Context) -> None:
    """See and mend what is remembered: where, export, merge, undo."""
    if context.invoked_subcommand is None:
        where(context)


@app.command(cls=StudyCommand, epilog="studynn history where")
def where(context: typer.Context) -> None:
    """Say where the review log is and how much it holds."""
    from ..core.review import standing
    from ..history.log import log_path
    from ..views.blocks import Listing
    from ._output import show
    from ._study import rows_of

    environment = environment_of(context)
    rows = rows_of(environment)
    counted = Text("{answers} answers ({rows} rows)", "{answers} 个回答（{rows} 行）").fill(
        answers=len(standing(rows)), rows=len(rows)
    )
    show(
        environment, [Listing(((str(log_path(environment.data_folder)), counted.to(environment.language)),), indent=0)]
    )


@app.command(cls=StudyCommand, epilog="studynn history export > reviews.jsonl")
def export(context: typer.Context) -> None:
    """Write every row as JSON, one a line."""
    from dataclasses import asdict

    from ..core.review import Mark, Review
    from ..history.log import log_path, reading
    from ..views.as_json import json_text

    environment = environment_of(context)
    with reading(log_path(environment.data_folder)) as log:
        rows: list[Review | Mark] = [*log.rows(), *log.marks()] if log else []
    for row in rows:
        environment.stdout.write(json_text(asdict(row), indent=None) + "\n")


@app.command(cls=StudyCommand, epilog="studynn history merge laptop.jsonl")
def merge(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Another log, or lines from `history export`.")],
) -> None:
    """Take in the rows of another log; those that are here already are left as they are."""
    from ..history.log import log_path, open_log, rows_of_file
    from ..views.blocks import Line
    from ._output import show

    environment = environment_of(context)
    rows = rows_of_file(file)
    with open_log(log_path(environment.data_folder)) as log:
        added = log.merge(rows)
    said = Text("{added} of {rows} rows are new and were taken in.", "{rows} 行中有 {added} 行是新的，已并入。")
    show(environment, [Line(said.fill(added=added, rows=len(rows)).to(environment.language))])


@app.command(cls=StudyCommand, epilog="studynn history undo")
def undo(
    context: typer.Context,
    review: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="The id of an answer as in the export; the last one if left out."),
    ] = None,
) -> None:
    """Take an answer back, of whatever day; nothing is deleted."""
    from ..core.review import standing
    from ..views.blocks import Line
    from ._output import show
    from ._recorder import recording
    from ._study import rows_of

    environment = environment_of(context)
    answers = standing(rows_of(environment))
    chosen = [row for row in answers if review in (None, row.id)]
    if not chosen:
        raise StudyError(
            Text("there is no answer to take back", "没有可撤销的回答")
            if review is None
            else Text(
                f"{review}: there is no such answer, or it was taken back before", f"{review}：没有这个回答，或已撤销"
            )
        )
    with recording(environment, no_log=False) as recorder:
        recorder.take_back(chosen[-1])
    said = Text("Taken back: {question}, answered {answer}.", "已撤销：{question}，当时的回答是 {answer}。")
    show(
        environment, [Line(said.fill(question=chosen[-1].question, answer=chosen[-1].answer).to(environment.language))]
    )
