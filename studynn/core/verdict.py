"""What marking an answer comes to: right, wrong, unreadable or broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .text import Text

Outcome = Literal["right", "wrong", "unreadable", "broken"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of an answer, what to say about it, and the tags of the mistakes recognised in it.

    Unreadable costs nothing and is asked again; broken is the program's fault and is never charged to the learner.
    `share` is the part of the marks that a wrong answer still earns.
    """

    outcome: Outcome
    remarks: tuple[Text, ...] = ()
    slips: tuple[str, ...] = ()
    accepted: Text | None = None
    share: float = 0.0


def unreadable(reason: Text) -> Verdict:
    """An answer that cannot be read, with the reason."""
    return Verdict("unreadable", (reason,))
