"""`studynn show`: a topic as study notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ._app import StudyCommand, complete_topics, environment_of, new_app

if TYPE_CHECKING:
    from ..core.topic import Topic

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
    from ..worked import load
    from ._output import show as write
    from ._output import show_json
    from ._study import library_of

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
    from ..worked import load, names

    used = {question.item().split("/")[0] for question in topic.questions if question.type == "worked"}
    return [name for name in names() if name in used or topic.id in load(name).topics]
