"""`studynn drill`: fresh numbers of one worked example, step by step, until it is mastered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..core.text import Text
from ._app import StudyCommand, environment_of, new_app, whole
from ._options import LARGEST_SEED, NoLog

if TYPE_CHECKING:
    from ..core.review import Review
    from ..environment import Environment

MOST = 500
app = new_app()


def complete_examples(incomplete: str) -> list[str]:
    """Names of worked examples that begin with what was typed, for the shell."""
    from ..worked import names

    return [name for name in names() if name.startswith(incomplete)]


@app.command(cls=StudyCommand, epilog="studynn drill conv-size --level 2")
def drill(
    context: typer.Context,
    example: Annotated[
        str,
        typer.Argument(
            metavar="EXAMPLE", help="A worked example; `studynn compute` lists them.", autocompletion=complete_examples
        ),
    ],
    count: Annotated[
        str | None, typer.Option("--count", "-n", metavar="N", help="At most so many runs; without it, until mastered.")
    ] = None,
    seed: Annotated[str | None, typer.Option(metavar="S", help="The same seed draws the same numbers.")] = None,
    level: Annotated[
        str | None, typer.Option(metavar="1-3", help="The level to begin at; without it, where you left off.")
    ] = None,
    no_log: NoLog = False,
) -> None:
    """Fill in a worked example step by step on fresh numbers; its working fades as you master it."""
    from ..core.drill import opened
    from ..core.names import resolve
    from ..worked import load, names
    from ._drill import Drilling, close
    from ._recorder import recording

    environment = environment_of(context)
    name = resolve(example, names(), Text("worked example", "算例"), listed_by="studynn compute")
    most = whole("--count", count, 1, MOST)
    wanted = whole("--level", level, 1, 3)
    chosen = whole("--seed", seed, 0, LARGEST_SEED)
    rows = [] if no_log else rows_about(environment, name)
    with recording(environment, no_log) as recorder:
        close(Drilling(environment, opened(load(name), rows, wanted), recorder, chosen, most))


def rows_about(environment: Environment, example: str) -> list[Review]:
    """The rows of the log about the steps of an example; none where there is no log yet."""
    from ..history.log import log_path, reading

    with reading(log_path(environment.data_folder)) as log:
        return log.answers_like(f"{example}/*") if log else []
