"""Pairs to be put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ..core.answers import Unreadable, read_pairing
from ..core.draw import Rng, shuffled
from ..core.question import FindExample, Paired, Posed, Problem, Question, Sample
from ..core.text import Text, same
from ..core.verdict import Verdict, unreadable


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two things that belong together."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid", "strict": True}

    left: Text
    right: Text


@dataclass(frozen=True, kw_only=True)
class Match(Question):
    """The right sides are shown in a drawn order, lettered."""

    type: Literal["match"]
    pairs: tuple[Pair, ...]

    def problems(self, find_example: FindExample) -> Iterator[Problem]:
        """Too few or too many pairs, or a side that stands twice, so that two answers would be right."""
        if not 3 <= len(self.pairs) <= 6:
            yield Problem(("pairs",), Text("give 3 to 6 pairs", "应有 3 到 6 对"))
        for sides in ([pair.left for pair in self.pairs], [pair.right for pair in self.pairs]):
            if any(len({side.to(language) for side in sides}) != len(sides) for language in ("en", "zh")):
                yield Problem(("pairs",), Text("a side stands here twice", "有一侧重复了"))

    def pose(self, rng: Rng, find_example: FindExample) -> Posed:
        """The left sides in their order, the right sides in a drawn one."""
        shown = shuffled(rng, list(range(len(self.pairs))))
        key = tuple(shown.index(place) for place in range(len(shown)))
        letters = [chr(ord("a") + place) for place in key]
        typed_key = " ".join(f"{number + 1}{letter}" for number, letter in enumerate(letters))

        def mark(typed: str) -> Verdict:
            try:
                given = read_pairing(typed, len(key))
            except Unreadable as problem:
                return unreadable(problem.reason)
            wrong = [str(number + 1) for number, (a, b) in enumerate(zip(given, key, strict=True)) if a != b]
            if not wrong:
                return Verdict("right")
            numbers = ", ".join(wrong)
            return Verdict("wrong", (Text(f"Not right: {numbers}.", f"不对的是：{numbers}。"),))

        return Posed(
            item=self.item(),
            type=self.type,
            level=self.level,
            stem=self.ask,
            entry=Paired(
                tuple(pair.left for pair in self.pairs),
                tuple(self.pairs[place].right for place in shown),
            ),
            key=typed_key,
            answer=Text(
                "; ".join(f"{pair.left.en} – {pair.right.en}" for pair in self.pairs),
                "；".join(f"{pair.left.zh} – {pair.right.zh}" for pair in self.pairs),
            ),
            mark=mark,
            hints=(self.hint or Text(f"The first pair is {typed_key[:2]}.", f"第一对是 {typed_key[:2]}。"),),
            because=self.because,
        )

    @classmethod
    def samples(cls) -> tuple[Sample, ...]:
        """Letters of a formula."""
        question = cls(
            id="sample",
            type="match",
            fact="sample",
            level=1,
            ask=Text("Match the letters.", "配对。"),
            pairs=(
                Pair(left=same("K"), right=Text("kernel", "卷积核")),
                Pair(left=same("P"), right=Text("padding", "填充")),
                Pair(left=same("S"), right=Text("stride", "步幅")),
            ),
        )
        return (
            Sample(
                question,
                right=(
                    lambda posed: posed.key,
                    lambda posed: posed.key.replace(" ", ","),
                    lambda posed: " ".join(part[1] for part in posed.key.split()),
                    lambda posed: " ".join(reversed(posed.key.upper().split())),
                ),
                wrong=(lambda posed: "".join(part[1] for part in posed.key.split())[::-1],),
                unreadable=("", "a", "abcd", "aab", "1a 2b", "1a 1b 2c", "\x1b[2J"),
            ),
        )
