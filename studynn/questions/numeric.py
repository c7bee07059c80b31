"""A fixed number, marked with a tolerance; known wrong numbers are named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ..core.answers import Unreadable, read_number
from ..core.draw import Rng
from ..core.near import RELATIVE, near
from ..core.question import FindExample, Posed, Problem, Question, Sample, Typed
from ..core.text import Text, number_text, same
from ..core.verdict import Verdict, unreadable
from ..core.words import accepted_range, number_form


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A wrong number that students get, and why it is wrong."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid", "strict": True}

    value: int | float | str
    why: Text


@dataclass(frozen=True, kw_only=True)
class Numeric(Question):
    """`answer` is a number or a fraction as text; whole numbers are asked for exactly, others within `tolerance`."""

    type: Literal["numeric"]
    answer: int | float | str
    unit: Text | None = None
    tolerance: float = RELATIVE
    mistakes: tuple[Mistake, ...] = ()

    def problems(self, find_example: FindExample) -> Iterator[Problem]:
        """A number that cannot be read, a tolerance out of range, or a mistake that would be marked right."""
        if not 0 < self.tolerance <= 0.1:
            yield Problem(("tolerance",), Text("must lie between 0 and 0.1", "应在 0 到 0.1 之间"))
        try:
            truth = read_number(str(self.answer))
        except Unreadable:
            yield Problem(("answer",), Text("is not a number", "不是数"))
            return
        for index, mistake in enumerate(self.mistakes):
            try:
                if near(read_number(str(mistake.value)), truth, self.tolerance):
                    yield Problem(("mistakes", index), Text("would be marked right", "会被判为正确"))
            except Unreadable:
                yield Problem(("mistakes", index, "value"), Text("is not a number", "不是数"))

    def pose(self, rng: Rng, find_example: FindExample) -> Posed:
        """Nothing is drawn."""
        truth = read_number(str(self.answer))
        unit = self.unit or same("")

        def mark(typed: str) -> Verdict:
            try:
                value = _without_unit(typed, unit)
            except Unreadable as problem:
                return unreadable(problem.reason)
            accepted = accepted_range(truth, self.tolerance, value)
            if near(value, truth, self.tolerance):
                return Verdict("right", accepted=accepted)
            known = [
                mistake.why for mistake in self.mistakes if near(value, read_number(str(mistake.value)), self.tolerance)
            ]
            return Verdict("wrong", tuple(known), accepted=accepted)

        return Posed(
            item=self.item(),
            type=self.type,
            level=self.level,
            stem=self.ask,
            entry=Typed(number_form(truth)),
            key=str(self.answer),
            answer=Text(f"{number_text(truth)} {unit.en}".strip(), f"{number_text(truth)} {unit.zh}".strip()),
            mark=mark,
            hints=(self.hint,) if self.hint else (),
            because=self.because,
        )

    @classmethod
    def samples(cls) -> tuple[Sample, ...]:
        """A whole number with a unit, and a fraction."""
        whole = cls(
            id="sample",
            type="numeric",
            fact="sample",
            level=2,
            ask=Text("How many weights has a 3×3 kernel?", "3×3 的卷积核有多少个权重？"),
            answer=9,
            unit=Text("weights", "个权重"),
            mistakes=(Mistake(value=6, why=Text("3 + 3 adds, the sides multiply.", "3 + 3 是相加，应相乘。")),),
        )
        part = cls(id="sample", type="numeric", fact="sample", level=2, ask=same("1/12"), answer="1/12")
        return (
            Sample(
                whole,
                ("9", "3*3", "9 weights", "９", "9个权重", "9.0"),
                ("6", "9.1", "1e9", "-9"),
                ("", "nine", "9x", "9,9", "1/0"),
            ),
            Sample(part, ("1/12", "0.083", "8.33%", ".0833"), ("1/11", "0"), ("one", "1/", "\x1b[2J")),
        )


def _without_unit(typed: str, unit: Text) -> Any:
    try:
        return read_number(typed, unit.en)
    except Unreadable:
        return read_number(typed, unit.zh)
