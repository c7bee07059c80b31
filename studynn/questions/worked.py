"""A step of a worked example with fresh numbers; a wrong answer is diagnosed by the slip that leads to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ..core.answers import Unreadable, read_like, read_pick
from ..core.draw import Rng, draw, shuffled
from ..core.inputs import defaults, inputs_of, used_inputs
from ..core.near import near
from ..core.question import Entry, FindExample, OneOf, Posed, Problem, Question, Sample, Typed
from ..core.steps import Example, Slip, Value, Worked, work, wrong_values
from ..core.text import Text, fill, same, value_text
from ..core.values import components, is_array, shape
from ..core.verdict import Verdict, unreadable
from ..core.words import accepted_range, value_form

CHOICES = 4
DRAWS = 50


@dataclass(frozen=True, kw_only=True)
class WorkedQuestion(Question):
    """Asks `step` of `example`; {placeholders} in `ask` are scalar inputs. With `form: choice` the slips are the options."""

    type: Literal["worked"]
    example: str
    step: str
    form: Literal["typed", "choice"] = "typed"

    def item(self) -> str:
        """The skill: example, step and level, whatever the numbers."""
        return f"{self.example}/{self.step}@{self.level}"

    def problems(self, find_example: FindExample) -> Iterator[Problem]:
        """An unknown example or step, or a placeholder that is no scalar input."""
        try:
            example = find_example(self.example)
        except KeyError:
            yield Problem(
                ("example",), Text(f"there is no worked example {self.example}", f"没有名为 {self.example} 的算例")
            )
            return
        truth = work(example, defaults(example))
        if not truth.has(self.step) or not example.is_result(self.step):
            known = ", ".join(truth.results)
            yield Problem(("step",), Text(f"must be one of {known}", f"应为 {known} 之一"))
        for language, words in (("en", self.ask.en), ("zh", self.ask.zh)):
            for name in re.findall(r"\{(\w+)\}", words):
                if name not in inputs_of(example):
                    yield Problem(
                        ("ask", language),
                        Text(f"{{{name}}} is no input of {self.example}", f"{{{name}}} 不是 {self.example} 的输入"),
                    )

    def pose(self, rng: Rng, find_example: FindExample) -> Posed:
        """Fresh numbers of the question's level."""
        truth = self._drawn(rng, find_example(self.example))
        options = options_for(truth, self.step, rng) if self.form == "choice" else []
        stem = Text(fill(self.ask.en, _shown_inputs(truth)), fill(self.ask.zh, _shown_inputs(truth)))
        return posed_step(
            truth, self.step, options, item=self.item(), level=self.level, stem=stem, given=self._given(truth)
        )

    def _drawn(self, rng: Rng, example: Example) -> Worked:
        """A draw that reaches the asked step; not every one does where the steps depend on the numbers."""
        truth = draw(example, rng, self.level)
        for _ in range(DRAWS):
            if truth.has(self.step):
                break
            truth = draw(example, rng, self.level)
        return truth

    def _given(self, truth: Worked) -> tuple[str, ...]:
        """The inputs to be shown under the stem: arrays, and what the stem leaves out though it is not as usual."""
        known = inputs_of(truth.example)
        return tuple(
            name
            for name, value in used_inputs(truth.example, truth.inputs).items()
            if known[name].kind == "array" or (f"{{{name}}}" not in self.ask.en and value != known[name].default)
        )

    @classmethod
    def samples(cls) -> tuple[Sample, ...]:
        """The output size of a convolution, typed and chosen."""
        ask = Text(
            "W={width} K={kernel} S={stride} P={padding}: O?", "W={width} K={kernel} S={stride} P={padding}：O？"
        )
        typed, chosen = (
            cls(id="sample", type="worked", fact="sample", level=1, ask=ask, example="conv-size", step="out", form=form)
            for form in ("typed", "choice")
        )
        one_less = lambda posed: str(int(posed.key) - 1)  # noqa: E731
        return (
            Sample(
                typed,
                (lambda posed: posed.key, lambda posed: f"{posed.key}.0"),
                (one_less, "0"),
                ("", "28x", "a b", "\x1b[2J"),
            ),
            Sample(
                chosen, (lambda posed: posed.key,), (lambda posed: "2" if posed.key == "1" else "1",), ("", "9", "none")
            ),
        )


def posed_step(
    truth: Worked, step: str, options: list[Value], *, item: str, level: int, stem: Text, given: tuple[str, ...]
) -> Posed:
    """A step of a derivation as a question: typed, or one of some options where there are any."""
    value = truth.step(step).value
    entry: Entry = Typed(value_form(value))
    key, answer = typed_text(value), value_text(value)
    if options:
        keys = tuple(str(number + 1) for number in range(len(options)))
        entry = OneOf(tuple(same(value_text(option)) for option in options), keys)
        key = keys[next(index for index, option in enumerate(options) if near(option, value))]
        answer = f"{key}  {answer}"

    def mark(typed: str) -> Verdict:
        try:
            found = options[read_pick(typed, len(options))] if options else read_like(typed, value)
        except Unreadable as problem:
            return unreadable(problem.reason)
        return mark_value(truth, step, found)

    return Posed(
        item=item,
        type="worked",
        level=level,
        stem=stem,
        entry=entry,
        key=key,
        answer=same(answer),
        mark=mark,
        hints=formula_hints(truth, step),
        truth=truth,
        step=step,
        given=given,
    )


def mark_value(truth: Worked, step: str, given: Value) -> Verdict:
    """The verdict on a value for a step: right within tolerance, or wrong with the slips that lead to it."""
    value = truth.step(step).value
    accepted = accepted_range(value, given=given)
    if near(given, value):
        return Verdict("right", accepted=accepted)
    slips: dict[str, Slip] = {slip.tag: slip for slip, wrong in wrong_values(truth, step) if near(given, wrong)}
    if slips:
        return Verdict("wrong", (_either([slip.hint for slip in slips.values()]),), tuple(slips), accepted)
    if is_array(value):
        return Verdict("wrong", tuple(_cell_remarks(given, value)), (), accepted)
    return Verdict("wrong", (), (), accepted)


def _either(hints: list[Text]) -> Text:
    if len(hints) == 1:
        return hints[0]
    return Text(
        "Either: " + " Or: ".join(hint.en for hint in hints), "可能是：" + "或者：".join(hint.zh for hint in hints)
    )


def _cell_remarks(given: Value, value: Value) -> Iterator[Text]:
    ours, theirs = list(components(value)), list(components(given))
    if len(ours) == len(theirs) and len(ours) > 1:
        wrong = [place for place, (a, b) in enumerate(zip(theirs, ours, strict=True)) if not near(a, b)]
        if all(near(a, b) for a, b in zip(sorted(theirs), sorted(ours), strict=True)):
            yield Text("The right numbers, in another order.", "数对了，但次序不对。")
        elif len(wrong) < len(ours):
            yield _wrong_cells(wrong, shape(value))


def _wrong_cells(wrong: list[int], axes: tuple[int, ...]) -> Text:
    """Which numbers of an array are not right: by row and column in a matrix, otherwise in reading order."""
    if len(axes) == 2:
        cells = [(place // axes[1] + 1, place % axes[1] + 1) for place in wrong[:8]]
        rows = "; ".join(f"row {row}, column {column}" for row, column in cells)
        return Text(f"Not right: {rows}.", f"不对的是：{'；'.join(f'第 {r} 行第 {c} 列' for r, c in cells)}。")
    numbers = ", ".join(str(place + 1) for place in wrong[:8])
    return Text(f"Not right, in reading order: number {numbers}.", f"按阅读次序，不对的是第 {numbers} 个数。")


def options_for(truth: Worked, step: str, rng: Rng) -> list[Value]:
    """The truth and up to three mistakes that are apart from each other, in a drawn order; none where slips are too few."""
    chosen = [truth.step(step).value]
    for _, value in wrong_values(truth, step):
        if len(chosen) < CHOICES and not any(near(value, other) or near(other, value) for other in chosen):
            chosen.append(value)
    return shuffled(rng, chosen) if len(chosen) >= 3 else []


def formula_hints(truth: Worked, step: str) -> tuple[Text, ...]:
    """First the formula of the asked step, then the lines that lead to it with their values."""
    index = next(place for place, found in enumerate(truth.steps) if found.name == step)
    asked, before = truth.steps[index], truth.steps[:index]
    hints = [Text(f"{asked.title.en}: {asked.formula}", f"{asked.title.zh}：{asked.formula}")]
    if before:
        last = before[-1]
        line = f"{last.formula} = {value_text(last.value)}"
        hints.append(Text(f"{last.title.en}: {line}", f"{last.title.zh}：{line}"))
    return tuple(hints)


def typed_text(value: Any) -> str:
    """A value as a learner would type it."""
    if is_array(value) or not isinstance(value, float):
        return value_text(value).strip("[]").replace("−", "-")
    return repr(value)


def _shown_inputs(truth: Worked) -> dict[str, object]:
    return {
        name: value_text(value).strip("[]")
        for name, value in truth.inputs.items()
        if value is not None and not isinstance(value, bool)
    }
