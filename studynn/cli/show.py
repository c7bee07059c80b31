"""`studynn show`: a topic as study notes."""

from __future__ import annotations

from typing import Annotated

import typer

from ..core.topic import Topic
from ..worked import load, names
from ._app import StudyCommand, environment_of, new_app
from ._output import show as write
from ._output import show_json
from ._study import complete_topics, library_of

app = new_app()


@app.command(cls=StudyCommand, epilog="studynn show pooling")
def show(
    context: typer.Context,
    topic: Annotated[
        str, typer.Argument(metavar="TOPIC", help="A topic, or the path of a deck.", autocompletion=complete_topics)
    ],
    json: Annotated[
        bool, typer.Option("--json", help="Every fact, card and question as JSON, in both languages.")
    ] = False,
) -> None:
    """Read a topic as study notes: facts, formulas, misconceptions, terms, sources."""
    from ..views.notes import notes_blocks, notes_json

    environment = environment_of(context)
    library = library_of(environment)
    found = library.topic(topic)
    if json:
        show_json(environment, notes_json(found))
        return
    parts = [library.topic(part) for part in found.parts]
    write(
        environment,
        notes_blocks(found, parts, [(name, load(name).title) for name in _examples(found)], environment.language),
    )


def _examples(topic: Topic) -> list[str]:
    """The worked examples of a topic: those that name it, and those its questions use."""
    used = {question.item().split("/")[0] for question in topic.questions if question.type == "worked"}
    return [name for name in names() if name in used or topic.id in load(name).topics]
