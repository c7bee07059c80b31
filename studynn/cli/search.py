"""`studynn search`: find facts, terms, cards and examples in either language."""

from __future__ import annotations

from typing import Annotated

import typer

from ._app import StudyCommand, environment_of, new_app, whole

MOST = 20
app = new_app()


@app.command(cls=StudyCommand, epilog="studynn search stride")
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="Words that must all occur.")],
    count: Annotated[
        str | None, typer.Option("--count", "-n", metavar="N", help="At most so many.", show_default=str(MOST))
    ] = None,
) -> None:
    """Find facts, terms, cards, questions and worked examples, in English or Chinese."""
    from ..core.search import Found
    from ..core.search import search as find
    from ..views.finds import finds_blocks
    from ..worked import load, names
    from ._output import show
    from ._study import library_of

    environment = environment_of(context)
    most = whole("--count", count, 1, 1000) or MOST
    examples = [Found("example", load(name).topics[0], name, load(name).title) for name in names()]
    query = " ".join(words)
    show(
        environment,
        finds_blocks(find(query, library_of(environment).all(), examples), query, most, environment.language),
    )
