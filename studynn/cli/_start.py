"""`studynn` alone: what to do next. Never waits for input."""

from __future__ import annotations

from ..environment import Environment


def welcome(environment: Environment) -> None:
    """Say what is due and the one command to type next."""
    from ..views.progress import start_blocks
    from ._output import show
    from ._study import library_of, rows_of

    show(
        environment,
        start_blocks(library_of(environment).all(), rows_of(environment), environment.now(), environment.language),
    )
