"""All options that apply: right only when every right one and no wrong one is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..core.answers import Unreadable, read_picks
from ..core.draw import Rng, shuffled
from ..core.question import FindExample, Posed, Problem, Question, Sample, SomeOf
from ..core.text import Text, same
from ..core.verdict import Verdict, unreadable
from ._options import Option, option_problems


@dataclass(frozen=True, kw_only=True)
class Multi(Question):
    """Four to six options, at least two right and one wrong."""

    type: Literal["multi"]
    options: tuple[Option, ...]

    def problems(self, find_example: FindExample) -> Iterator[Problem]:
        """Too few right or wrong options, repeated ones, or a wrong one without its reason."""
        right = sum(option.right for option in self.options)
        if right < 2 or right == len(self.options):
            yield Problem(
                ("options",),
                Text(
                    "at least two options need `right: true`, and one must be wrong",
                    "至少两个选项应写 `right: true`，并且至少一个是错的",
                ),
            )
        yield from option_problems(self.options, at_least=4)

    def pose(self, rng: Rng, find_example: FindExample) -> Posed:
        """The options in a drawn order."""
        options = shuffled(rng, self.options)
        right = {index for index, option in enumerate(options) if option.right}
        numbers = " ".join(str(index + 1) for index in sorted(right))

        def mark(answer: str) -> Verdict:
            try:
                picked = set(read_picks(answer, len(options)))
            except Unreadable as problem:
                return unreadable(problem.reason)
            if picked == right:
                return Verdict("right")
            return Verdict("wrong", tuple(_remarks(options, picked, right)))

        return Posed(
            item=self.item(),
            type=self.type,
            level=self.level,
            stem=self.ask,
            entry=SomeOf(tuple(option.text for option in options)),
            key=numbers,
            answer=same(numbers),
            mark=mark,
            hints=(self.hint or Text(f"{len(right)} of them apply.", f"其中有 {len(right)} 项成立。"),),
            because=self.because,
        )

    @classmethod
    def samples(cls) -> tuple[Sample, ...]:
        """Even numbers."""
        why = Text("It leaves a rest when halved.", "除以 2 有余数。")
        options = [Option(text=same(str(number)), right=number % 2 == 0, why=why) for number in (1, 2, 3, 4)]
        question = cls(
            id="sample",
            type="multi",
            fact="sample",
            level=1,
            ask=Text("Which are even?", "哪些是偶数？"),
            options=tuple(options),
        )
        return (
            Sample(
                question,
                right=(
                    lambda posed: posed.key,
                    lambda posed: posed.key.replace(" ", ""),
                    lambda posed: posed.key[::-1],
                ),
                wrong=(lambda posed: posed.key[0], "1 2 3 4"),
                unreadable=("", " ", "9", "1 1", "even", "\x1b[2J"),
            ),
        )


def _remarks(options: list[Option], picked: set[int], right: set[int]) -> Iterator[Text]:
    for index in sorted(picked - right):
        why = options[index].why
        if why:
            yield Text(f"{index + 1}: {why.en}", f"{index + 1}：{why.zh}")
    missed = " ".join(str(index + 1) for index in sorted(right - picked))
    if missed:
        yield Text(f"Not named: {missed}.", f"漏选：{missed}。")
