"""A statement that holds or does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..core.answers import Unreadable, normalised, read_pick
from ..core.draw import Rng
from ..core.question import FindExample, OneOf, Posed, Question, Sample
from ..core.text import Text
from ..core.verdict import Verdict, unreadable

WORDS = (Text("True", "正确"), Text("False", "错误"))
KEYS = ("t", "f")
SPELLINGS = {
    "true": "t", "yes": "t", "y": "t", "对": "t", "是": "t", "正确": "t", "真": "t", "√": "t",
    "false": "f", "no": "f", "n": "f", "错": "f", "否": "f", "错误": "f", "假": "f", "不对": "f", "×": "f", "x": "f",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TrueFalse(Question):
    """The statement is `ask`; a false one is a misconception whose correction is `because`."""

    type: Literal["true-false"]
    answer: bool

    def pose(self, rng: Rng, find_example: FindExample) -> Posed:
        """True before False, always."""
        right = 0 if self.answer else 1

        def mark(typed: str) -> Verdict:
            word = normalised(typed).casefold()
            try:
                picked = read_pick(SPELLINGS.get(word, word), 2, KEYS)
            except Unreadable as problem:
                return unreadable(problem.reason)
            return Verdict("right" if picked == right else "wrong")

        return Posed(
            item=self.item(),
            type=self.type,
            level=self.level,
            stem=self.ask,
            entry=OneOf(WORDS, KEYS),
            key=KEYS[right],
            answer=WORDS[right],
            mark=mark,
            hints=(self.hint,) if self.hint else (),
            because=self.because,
        )

    @classmethod
    def samples(cls) -> tuple[Sample, ...]:
        """One of each."""
        true, false = (
            cls(
                id="sample",
                type="true-false",
                fact="sample",
                level=1,
                ask=Text("2 is even.", "2 是偶数。"),
                answer=answer,
            )
            for answer in (True, False)
        )
        yes, no = ("t", "T", "true", "1", "y", "对", "正确", "Ｔ"), ("f", "false", "2", "n", "错", "×", "F ")
        odd = ("", "maybe", "tf", "3", "\x1b[2J")
        return Sample(true, yes, no, odd), Sample(false, no, yes, odd)
