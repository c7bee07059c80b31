"""Questions that every worked example yields by itself: any result that its draw reaches, at each level."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..core.draw import LEVELS, Rng, draw, pick
from ..core.inputs import used_inputs
from ..core.question import FindExample, Posed
from ..core.steps import Example, Step, Value, Worked, is_named
from ..core.text import Text
from ..core.values import components
from ._inverse import invertible, posed_inverse
from .worked import CHOICES, WorkedQuestion, options_for, posed_step

MOST_TYPED = 9
CHOICE_SHARE = 1 / 4
INVERSE_SHARE = 1 / 4
INVERSE_LEVEL = 3


@dataclass(frozen=True, kw_only=True)
class GeneratedQuestion(WorkedQuestion):
    """Asks one of the results of an example, drawn with its numbers; the skill is example, step and level."""

    def item(self) -> str:
        """Example and level; the step is known only when the question is posed."""
        return f"{self.example}@{self.level}"

    def pose(self, rng: Rng, find_example: FindExample) -> Posed:
        """Fresh numbers, one of the results, typed or chosen from the truth and three mistakes; or an input asked back."""
        truth = draw(find_example(self.example), rng, self.level)
        inverses = invertible(truth) if self.level == INVERSE_LEVEL else []
        if inverses and rng.random() < INVERSE_SHARE:
            return posed_inverse(truth, pick(rng, inverses), level=self.level)
        pattern, step = pick(rng, list(askable(truth)))
        options = options_for(truth, step.name, rng)
        is_large = _count(step.value) > MOST_TYPED
        is_chosen = len(options) == CHOICES and rng.random() < CHOICE_SHARE
        find = step.title
        return posed_step(
            truth,
            step.name,
            options if is_large or is_chosen else [],
            item=f"{self.example}/{pattern}@{self.level}",
            level=self.level,
            stem=Text(f"Find: {find.en}.", f"求：{find.zh}。"),
            given=tuple(used_inputs(truth.example, truth.inputs)),
        )


def askable(truth: Worked) -> Iterator[tuple[str, Step]]:
    """The results of a derivation that can be asked, by their patterns: of `h{t}` the last one reached.

    A result of many numbers is left out where its mistakes are too few to choose from.
    """
    found: dict[str, Step] = {}
    for step in truth.steps:
        for pattern in truth.example.results:
            if pattern not in truth.example.unasked and is_named(step.name, pattern):
                found[pattern] = step
    for pattern, step in found.items():
        if _count(step.value) <= MOST_TYPED or len(truth.reruns) >= CHOICES:
            yield re.sub(r"\{\w+\}", "", pattern), step


def _count(value: Value) -> int:
    return sum(1 for _ in components(value))


def generated(example: Example) -> list[GeneratedQuestion]:
    """The questions of an example, one a level."""
    return [
        GeneratedQuestion(
            id=f"{example.name}@{level}",
            type="worked",
            fact=f"example:{example.name}",
            level=level,  # type: ignore[arg-type]
            ask=example.title,
            example=example.name,
            step="",
        )
        for level in LEVELS
    ]
