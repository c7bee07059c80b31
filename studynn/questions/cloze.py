"""A sentence with a gap, to be filled with a term in either language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ..core.answers import one_slip_of_the_pen, plain_word
from ..core.draw import Rng
from ..core.question import FindExample, Posed, Problem, Question, Sample, Typed
from ..core.text import Text
from ..core.verdict import Verdict, unreadable

GAP = "___"
LETTERS_FOR_A_SLIP = 6


@dataclass(frozen=True, kw_only=True)
class Spellings:
    """The accepted spellings in each language, the best one first."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid", "strict": True}

    en: tuple[str, ...]
    zh: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Cloze(Question):
    """`ask` holds one gap `___` in each language; case, spaces and hyphens do not matter in the answer."""

    type: Literal["cloze"]
    accept: Spellings

    def problems(self, find_example: FindExample) -> Iterator[Problem]:
        """Not exactly one gap, or no accepted spelling."""
        for language, words in (("en", self.ask.en), ("zh", self.ask.zh)):
            if words.count(GAP) != 1:
                yield Problem(("ask", language), Text(f"needs exactly one gap {GAP}", f"应恰好有一个空 {GAP}"))
        for language, spellings in (("en", self.accept.en), ("zh", self.accept.zh)):
            if not spellings or not all(plain_word(word) for word in spellings):
                yield Problem(("accept", language), Text("needs at least one spelling", "至少写一种答案"))

    def pose(self, rng: Rng, find_example: FindExample) -> Posed:
        """Nothing is drawn."""
        spellings = {plain_word(word) for word in (*self.accept.en, *self.accept.zh)}

        def mark(typed: str) -> Verdict:
            word = plain_word(typed)
            if not word:
                return unreadable(Text("nothing was typed where a word is due", "这里应填一个词，却什么也没有输入"))
            if word in spellings:
                return Verdict("right")
            if any(len(right) >= LETTERS_FOR_A_SLIP and one_slip_of_the_pen(word, right) for right in spellings):
                return unreadable(Text("nearly: look at the spelling", "很接近了：请检查拼写"))
            return Verdict("wrong")

        return Posed(
            item=self.item(),
            type=self.type,
            level=self.level,
            stem=self.ask,
            entry=Typed(Text("type the missing words", "填入缺少的词")),
            key=self.accept.en[0],
            answer=Text(self.accept.en[0], self.accept.zh[0]),
            mark=mark,
            hints=tuple(hint for hint in (self.hint, self._first_letter()) if hint),
            because=self.because,
        )

    def _first_letter(self) -> Text:
        en, zh = self.accept.en[0], self.accept.zh[0]
        return Text(f"It begins with “{en[0]}” and has {len(en)} characters.", f"以“{zh[0]}”开头，共 {len(zh)} 个字。")

    @classmethod
    def samples(cls) -> tuple[Sample, ...]:
        """The stride."""
        question = cls(
            id="sample",
            type="cloze",
            fact="sample",
            level=1,
            ask=Text("A window moves by its ___.", "窗口每次移动一个___。"),
            accept=Spellings(en=("stride", "step size"), zh=("步幅", "步长")),
        )
        return (
            Sample(
                question,
                right=("stride", " STRIDE ", "Stride.", "step-size", "步长", "ｓｔｒｉｄｅ"),
                wrong=("padding", "str", "填充", "x" * 500, "\x1b[2J"),
                unreadable=("", "  ", "strid", "strdie", "stirde", "-"),
            ),
        )
