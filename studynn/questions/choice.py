"""One right option among several; every wrong one says why it is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..core.question import Sample
from ..core.text import Text, same
from ._options import OneRight, Option, pick_samples


@dataclass(frozen=True, kw_only=True)
class Choice(OneRight):
    """Three to six options, exactly one of them right."""

    type: Literal["choice"]

    @classmethod
    def samples(cls) -> tuple[Sample, ...]:
        """Two times two."""
        question = cls(
            id="sample",
            type="choice",
            fact="sample",
            level=1,
            ask=same("2 · 2 = ?"),
            options=(
                Option(text=same("4"), right=True),
                Option(text=same("22"), why=Text("That is 2 written twice.", "那是把 2 写了两遍。")),
                Option(text=same("0"), why=Text("That is 2 − 2.", "那是 2 − 2。")),
            ),
        )
        return (pick_samples(question),)
