"""One right option among several; every wrong one says why it is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..core.draw import Rng
from ..core.question import FindExample, Posed, Problem, Question, Sample
from ..core.text import Text, same
from ._options import Option, one_right, pick_samples, pose_choice


@dataclass(frozen=True, kw_only=True)
class Choice(Question):
    """Three to six options, exactly one of them right."""

    type: Literal["choice"]
    options: tuple[Option, ...]

    def problems(self, find_example: FindExample) -> Iterator[Problem]:
        """Not exactly one right option, too few options, repeated ones, or a wrong one without its reason."""
        return one_right(self.options)

    def pose(self, rng: Rng, find_example: FindExample) -> Posed:
        """The options in a drawn order."""
        return pose_choice(self, self.options, rng)

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
