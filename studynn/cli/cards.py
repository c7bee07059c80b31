"""`studynn cards`: flashcards and generated skills when they are due, graded by the learner."""

from __future__ import annotations

from typing import Annotated

import typer

from ._app import StudyCommand, environment_of, new_app, refuse_together, whole
from ._options import NoLog, Topics, chosen_seed

MOST = 100_000
NEW_A_DAY = 20
app = new_app()


@app.command(cls=StudyCommand, epilog="studynn cards cnn --new 10")
def cards(
    context: typer.Context,
    topics: Topics = None,
    count: Annotated[
        str | None,
        typer.Option("--count", "-n", metavar="N", help="At most so many cards; all that are due if left out."),
    ] = None,
    new: Annotated[
        str | None, typer.Option(metavar="N", help="At most so many new cards a day.", show_default="20")
    ] = None,
    seed: Annotated[str | None, typer.Option(metavar="S", help="The same seed draws the same numbers.")] = None,
    confidence: Annotated[
        bool, typer.Option("--confidence", help="Ask how sure you are before the answer is shown.")
    ] = False,
    cram: Annotated[bool, typer.Option("--cram", help="All cards, due or not; the schedule is left alone.")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="List suspended cards, or take them up again: by id, or `all`.")
    ] = False,
    no_log: NoLog = False,
) -> None:
    """Review flashcards when they are due, then learn new ones; you grade yourself."""
    from ._card_session import dealing, play, take_up

    environment = environment_of(context)
    refuse_together(("--resume", resume), ("--cram", cram))
    most, most_new = whole("--count", count, 1, MOST), whole("--new", new, 0, MOST)
    number = chosen_seed(environment, seed)
    words = topics or []
    if resume:
        take_up(environment, words)
        return
    most_new = NEW_A_DAY if most_new is None else most_new
    with dealing(environment, words) as dealer:
        dealer.prepare(most, new=most_new, cram=f"{number}" if cram else None)
        play(dealer, words, number, most_new=most_new, with_confidence=confidence, is_cram=cram, no_log=no_log)
