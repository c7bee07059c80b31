"""Which formula, network or method fits, asked before any number is computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..core.draw import Rng
from ..core.question import FindExample, Posed, Problem, Question, Sample
from ..core.text import Text
from ._options import Option, one_right, pick_samples, pose_choice


@dataclass(frozen=True, kw_only=True)
class Which(Question):
    """A situation and three to six ways to deal with it, exactly one of which fits."""

    type: Literal["which"]
    options: tuple[Option, ...]

    def problems(self, find_example: FindExample) -> Iterator[Problem]:
        """Not exactly one right option, too few options, repeated ones, or a wrong one without its reason."""
        return one_right(self.options)

    def pose(self, rng: Rng, find_example: FindExample) -> Posed:
        """The options in a drawn order."""
        return pose_choice(self, self.options, rng)

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
