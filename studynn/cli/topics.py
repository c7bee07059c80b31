"""`studynn topics`: what can be studied, in study order."""

from __future__ import annotations

from typing import Annotated

import typer

from ._app import StudyCommand, environment_of, new_app

app = new_app()


@app.command(cls=StudyCommand, epilog="studynn topics --json")
def topics(
    context: typer.Context, json: Annotated[bool, typer.Option("--json", help="The table as JSON.")] = False
) -> None:
    """List the topics in study order: items, mastery, what is due."""
    from ..views.progress import topics_blocks, topics_json
    from ._output import show, show_json
    from ._study import library_of, standings_of, tell_passed_over

    environment = environment_of(context)
    library = library_of(environment)
    found = standings_of(environment, library)
    tell_passed_over(environment, library)
    if json:
        show_json(environment, topics_json(found, environment.language))
    else:
        show(environment, topics_blocks(found, environment.language))
