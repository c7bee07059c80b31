"""Prose: the learner writes or says it, sees the mark points, and ticks those that were made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..core.answers import Unreadable, normalised, read_picks
from ..core.draw import Rng
from ..core.question import FindExample, Posed, Problem, Question, Sample, Ticked
from ..core.text import Text
from ..core.verdict import Verdict, unreadable

NONE = frozenset({"0", "none", "no", "-", "无", "没有"})


@dataclass(frozen=True, kw_only=True)
class Explain(Question):
    """`points` are the ideas of a full answer, one mark each."""

    type: Literal["explain"]
    points: tuple[Text, ...]

    def problems(self, find_example: FindExample) -> Iterator[Problem]:
        """Too few or too many mark points, or the same one twice."""
        if not 2 <= len(self.points) <= 6:
            yield Problem(("points",), Text("give 2 to 6 mark points", "应有 2 到 6 个得分点"))
        for language in ("en", "zh"):
            words = [point.to(language) for point in self.points]
            if len(set(words)) != len(words):
                yield Problem(("points",), Text("a mark point stands here twice", "有重复的得分点"))

    def pose(self, rng: Rng, find_example: FindExample) -> Posed:
        """The question with its mark points in their order."""
        count = len(self.points)

        def mark(typed: str) -> Verdict:
            try:
                made = set() if normalised(typed).casefold() in NONE else set(read_picks(typed, count))
            except Unreadable as problem:
                return unreadable(problem.reason)
            if len(made) == count:
                return Verdict("right")
            missed = tuple(point for index, point in enumerate(self.points) if index not in made)
            score = Text(f"{len(made)} of {count} points. Missing:", f"{count} 个得分点中得 {len(made)} 个。缺少：")
            remarks = tuple(Text(f"– {point.en}", f"– {point.zh}") for point in missed)
            return Verdict("wrong", (score, *remarks), share=len(made) / count)

        return Posed(
            item=self.item(),
            type=self.type,
            level=self.level,
            stem=self.ask,
            entry=Ticked(self.points),
            key=" ".join(str(index + 1) for index in range(count)),
            answer=Text(" ".join(point.en for point in self.points), "".join(point.zh for point in self.points)),
            mark=mark,
            hints=(self.hint or Text(f"A full answer makes {count} points.", f"完整的回答有 {count} 个得分点。"),),
            because=self.because,
        )

    @classmethod
    def samples(cls) -> tuple[Sample, ...]:
        """Why ice floats."""
        question = cls(
            id="sample",
            type="explain",
            fact="sample",
            level=3,
            ask=Text("Explain why ice floats.", "说明冰为什么浮在水面上。"),
            points=(
                Text("Water expands when it freezes.", "水结冰时体积膨胀。"),
                Text("What is less dense than water floats on it.", "密度比水小的物体会浮起。"),
            ),
        )
        return (
            Sample(
                question,
                right=("1 2", "12", "2,1", "a b"),
                wrong=("0", "1", "b", "none", "无"),
                unreadable=("", "3", "1 1", "x" * 500, "\x1b[2J"),
            ),
        )
