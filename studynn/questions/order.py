"""Things to be put into their right order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..core.answers import Unreadable, read_order
from ..core.draw import Rng, shuffled
from ..core.question import FindExample, Ordered, Posed, Problem, Question, Sample
from ..core.text import Text, same
from ..core.verdict import Verdict, unreadable


@dataclass(frozen=True, kw_only=True)
class Order(Question):
    """`items` stand in their right order and are shown in another one."""

    type: Literal["order"]
    items: tuple[Text, ...]

    def problems(self, find_example: FindExample) -> Iterator[Problem]:
        """Too few or too many items, or the same one twice."""
        if not 3 <= len(self.items) <= 7:
            yield Problem(("items",), Text("give 3 to 7 items", "应有 3 到 7 项"))
        for language in ("en", "zh"):
            words = [item.to(language) for item in self.items]
            if len(set(words)) != len(words):
                yield Problem(("items",), Text("an item stands here twice", "有重复的项"))

    def pose(self, rng: Rng, find_example: FindExample) -> Posed:
        """The items in a drawn order that is not the right one."""
        right = tuple(range(len(self.items)))
        shown = right
        while shown == right:
            shown = tuple(shuffled(rng, right))
        key = tuple(shown.index(place) for place in right)

        def mark(typed: str) -> Verdict:
            try:
                given = read_order(typed, len(shown))
            except Unreadable as problem:
                return unreadable(problem.reason)
            if given == key:
                return Verdict("right")
            fitting = next(place for place, (a, b) in enumerate(zip(given, key, strict=True)) if a != b)
            return Verdict("wrong", (_remark(fitting, len(key)),))

        return Posed(
            item=self.item(),
            type=self.type,
            level=self.level,
            stem=self.ask,
            entry=Ordered(tuple(self.items[place] for place in shown)),
            key=" ".join(str(place + 1) for place in key),
            answer=Text(" → ".join(item.en for item in self.items), " → ".join(item.zh for item in self.items)),
            mark=mark,
            hints=(self.hint or Text(f"It begins with: {self.items[0].en}", f"第一项是：{self.items[0].zh}"),),
            because=self.because,
        )

    @classmethod
    def samples(cls) -> tuple[Sample, ...]:
        """Counting to three."""
        question = cls(
            id="sample",
            type="order",
            fact="sample",
            level=1,
            ask=Text("Put these in order of size.", "按大小排列。"),
            items=(same("one"), same("two"), same("three")),
        )
        return (
            Sample(
                question,
                right=(
                    lambda posed: posed.key,
                    lambda posed: posed.key.replace(" ", ""),
                    lambda posed: posed.key.replace(" ", ", "),
                ),
                wrong=("1 2 3",),
                unreadable=("", "1 2", "1 1 2", "1 2 3 4", "one two three", "\x1b[2J"),
            ),
        )


def _remark(fitting: int, count: int) -> Text:
    if fitting == 0:
        return Text("The first one is out of place already.", "第一项就不对。")
    return Text(f"The first {fitting} of {count} are in place.", f"{count} 项中前 {fitting} 项位置正确。")
