"""`studynn cards`: flashcards and generated skills when they are due, graded by the learner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ._app import StudyCommand, complete_topics, environment_of, new_app, refuse_together, whole

if TYPE_CHECKING:
    pass

MOST = 100_000
NEW_A_DAY = 20
LARGEST_SEED = 2**63 - 1
app = new_app()


@app.command(cls=StudyCommand, epilog="studynn cards cnn --new 10")
def cards(
    context: typer.Context,
    topics: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TOPIC]...",
            help="Topics, or the path of a deck; all of them if left out.",
            autocompletion=complete_topics,
        ),
    ] = None,
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
    no_log: Annotated[bool, typer.Option("--no-log", help="Remember nothing of this session.")] = False,
) -> None:
    """Review flashcards when they are due, then learn new ones; you grade yourself."""
    from ._card_session import dealing, play, take_up

    environment = environment_of(context)
    refuse_together(("--resume", resume), ("--cram", cram))
    most, most_new = whole("--count", count, 1, MOST), whole("--new", new, 0, MOST)
    chosen_seed = whole("--seed", seed, 0, LARGEST_SEED)
    chosen_seed = environment.fresh_seed() if chosen_seed is None else chosen_seed
    words = topics or []
    if resume:
        take_up(environment, words)
        return
    most_new = NEW_A_DAY if most_new is None else most_new
    with dealing(environment, words) as dealer:
        dealer.prepare(most, new=most_new, cram=f"{chosen_seed}" if cram else None)
        play(dealer, words, chosen_seed, most_new=most_new, with_confidence=confidence, is_cram=cram, no_log=no_log)
