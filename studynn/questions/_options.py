"""What questions with options share: the option itself, its problems, posing one right option among several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..core.answers import Unreadable, read_pick
from ..core.draw import Rng, shuffled
from ..core.question import FindExample, OneOf, Posed, Problem, Question, Sample
from ..core.text import Text
from ..core.verdict import Verdict, unreadable


@dataclass(frozen=True, kw_only=True)
class Option:
    """An option; a wrong one says why."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid", "strict": True}

    text: Text
    right: bool = False
    why: Text | None = None


@dataclass(frozen=True, kw_only=True)
class OneRight(Question):
    """Three to six options, exactly one of them right."""

    options: tuple[Option, ...]

    def problems(self, find_example: FindExample) -> Iterator[Problem]:
        """Not exactly one right option, too few options, repeated ones, or a wrong one without its reason."""
        if sum(option.right for option in self.options) != 1:
            yield Problem(
                ("options",), Text("exactly one option needs `right: true`", "恰好一个选项应写 `right: true`")
            )
        yield from option_problems(self.options, at_least=3)

    def pose(self, rng: Rng, find_example: FindExample) -> Posed:
        """The options in a drawn order."""
        return _posed(self, self.options, rng)


def option_problems(options: tuple[Option, ...], at_least: int) -> Iterator[Problem]:
    """What may be wrong with a list of options of any kind of choice."""
    if not at_least <= len(options) <= 6:
        yield Problem(("options",), Text(f"give {at_least} to 6 options", f"应有 {at_least} 到 6 个选项"))
    for index, option in enumerate(options):
        if not option.right and option.why is None:
            yield Problem(("options", index), Text("a wrong option needs `why`", "错误选项应写 `why`"))
        if any(option.text.en == other.text.en or option.text.zh == other.text.zh for other in options[:index]):
            yield Problem(("options", index), Text("this option stands here twice", "这个选项重复了"))


def _posed(question: Question, shown: tuple[Option, ...], rng: Rng) -> Posed:
    """A question with one right option, its options in a drawn order."""
    options = shuffled(rng, shown)
    right = next(index for index, option in enumerate(options) if option.right)
    keys = tuple(str(number + 1) for number in range(len(options)))

    def mark(answer: str) -> Verdict:
        try:
            picked = options[read_pick(answer, len(options))]
        except Unreadable as problem:
            return unreadable(problem.reason)
        if picked.right:
            return Verdict("right")
        return Verdict("wrong", (picked.why,) if picked.why else ())

    return Posed(
        item=question.item(),
        type=question.type,
        level=question.level,
        stem=question.ask,
        entry=OneOf(tuple(option.text for option in options), keys),
        key=keys[right],
        answer=Text(f"{keys[right]}  {options[right].text.en}", f"{keys[right]}  {options[right].text.zh}"),
        mark=mark,
        hints=(question.hint or _one_fewer(options),),
        because=question.because,
    )


def _one_fewer(options: list[Option]) -> Text:
    index = next(index for index, option in enumerate(options) if not option.right)
    return Text(f"It is not {index + 1}.", f"不是第 {index + 1} 项。")


def pick_samples(question: Question) -> Sample:
    """Answers to a question with three options, the right one first, whose marking is known."""
    return Sample(
        question,
        right=(
            lambda posed: posed.key,
            lambda posed: "abc"[int(posed.key) - 1],
            lambda posed: f" {posed.key}. ",
        ),
        wrong=(lambda posed: str(int(posed.key) % 3 + 1),),
        unreadable=("", "4", "d", "1 2", "x" * 500, "\x1b[2J"),
    )
