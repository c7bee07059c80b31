"""Options that several commands of a session share."""

from __future__ import annotations

from typing import Annotated

import typer

from ..environment import Environment
from ._app import complete_topics, whole

LARGEST_SEED = 2**63 - 1

Topics = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[TOPIC]...",
        help="Topics, or the path of a deck; all of them if left out.",
        autocompletion=complete_topics,
    ),
]
NoLog = Annotated[bool, typer.Option("--no-log", help="Remember nothing of this session.")]


def chosen_seed(environment: Environment, text: str | None) -> int:
    """The seed that was typed, or a fresh one. Raises StudyError."""
    seed = whole("--seed", text, 0, LARGEST_SEED)
    return environment.fresh_seed() if seed is None else seed
