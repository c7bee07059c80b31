"""`studynn` alone: what to do next. Never waits for input."""

from __future__ import annotations

from ..environment import Environment


def welcome(environment: Environment) -> None:
    """Say what is due and the one command to type next."""
    from ..views.progress import start_blocks
    from ._output import show
    from ._study import library_of, standings_of, tell_passed_over

    library = library_of(environment)
    found = standings_of(environment, library)
    tell_passed_over(environment, library)
    show(environment, start_blocks(found, environment.language))
