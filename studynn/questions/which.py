"""Which formula, network or method fits, asked before any number is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..core.question import Sample
from ..core.text import Text
from ._options import OneRight, Option, pick_samples


@dataclass(frozen=True, kw_only=True)
class Which(OneRight):
    """A situation and three to six ways to deal with it, exactly one of which fits."""

    type: Literal["which"]

    @classmethod
    def samples(cls) -> tuple[Sample, ...]:
        """How long a fence is."""
        question = cls(
            id="sample",
            type="which",
            fact="sample",
            level=1,
            ask=Text("How long is a fence around a field of a by b metres?", "长 a 米、宽 b 米的田地，围栏有多长？"),
            options=(
                Option(text=Text("2(a + b)", "2(a + b)"), right=True),
                Option(text=Text("a·b", "a·b"), why=Text("That is the area.", "那是面积。")),
                Option(text=Text("a + b", "a + b"), why=Text("Each side stands twice.", "每边各有两条。")),
            ),
        )
        return (pick_samples(question),)
