"""A worked example as blocks: the problem, the table of steps, the check and the notes."""

from __future__ import annotations

from typing import Any

from ..core.inputs import Input, input_text, inputs_of, used_inputs
from ..core.near import near
from ..core.steps import Step, Value, Worked
from ..core.text import Language, Text, same, value_text
from ..core.values import shape
from .blocks import Block, Gap, Grid, Heading, Line, Listing, Maths
from .notation import MOST

MOST_ROWS, FIRST, LAST = 60, 5, 2
STEP = Text("Step", "步骤")
FORMULA = Text("Formula", "公式")
NUMBERS = Text("Numbers", "代入数值")
VALUE = Text("Value", "数值")
INPUT = Text("Input", "输入")
MEANING = Text("Meaning", "含义")
NOTES = Text("Conventions", "约定")
CHECKED = Text("Checked a second way", "换一种方法验证")


def worked_blocks(worked: Worked, language: Language, *, verify: bool = False) -> list[Block]:
    """Title, inputs and steps, with the second derivation if wanted, and the notes."""
    given = given_line(worked)
    blocks: list[Block] = [Heading(worked.example.title.to(language)), *([Line(given, "quiet")] if given else [])]
    blocks.append(steps_grid(worked, language))
    if verify:
        blocks += verification_blocks(worked, language)
    return [*blocks, *notes_blocks(worked, language)]


def notes_blocks(worked: Worked, language: Language) -> list[Block]:
    """The conventions that were followed, and what others do."""
    entries = tuple(("•", note.to(language)) for note in worked.notes)
    return [Listing(entries, indent=0, tone="quiet")] if entries else []


def given_line(worked: Worked) -> str:
    """The scalar inputs in one line: `W = 227, K = 11`; arrays stand in the table of the problem."""
    known = inputs_of(worked.example)
    used = used_inputs(worked.example, worked.inputs)
    return ", ".join(
        f"{known[name].symbol} = {input_text(known[name], value)}"
        for name, value in used.items()
        if known[name].kind != "array"
    )


def steps_grid(worked: Worked, language: Language) -> Grid:
    """One row a step: title, formula, numbers, value. Of a very long derivation the first and last rows."""
    headers = tuple(text.to(language) for text in (STEP, FORMULA, NUMBERS, VALUE))
    rows = tuple(
        (step.title.to(language), Maths(step.formula), Maths(numbers_of(step)), Maths(sized(step.value)))
        for step in worked.steps
    )
    if len(rows) > MOST_ROWS:
        left_out = Text("… {count} more rows; --json has all", "…… 另有 {count} 行；--json 给出全部").fill(
            count=len(rows) - FIRST - LAST
        )
        rows = (*rows[:FIRST], (left_out.to(language), Maths("⋮"), Maths(""), Maths("")), *rows[-LAST:])
    return Grid(headers, rows, stack=3)


def numbers_of(step: Step) -> str:
    """The numbers of a step; nothing where they are the value itself, which stands beside them."""
    return "" if step.shown == value_text(step.value) else step.shown


def sized(value: Value) -> str:
    """A value on one line; a large array after its shape, as the middle of it will not be shown."""
    axes = shape(value)
    return f"{'×'.join(map(str, axes))} {value_text(value)}" if max(axes, default=0) > MOST else value_text(value)


def problem_blocks(worked: Worked, language: Language) -> list[Block]:
    """The inputs without the working, and what is to be found."""
    asked = "; ".join(step.title.to(language) for step in worked.steps if worked.example.is_result(step.name))
    find = Text(f"Find: {asked}", f"求：{asked}")
    return [
        Heading(worked.example.title.to(language)),
        inputs_grid(worked, language),
        Line(find.to(language), "strong"),
    ]


def inputs_grid(worked: Worked, language: Language, only: tuple[str, ...] | None = None) -> Grid:
    """One row an input, all that play a part or only some: symbol, meaning, value."""
    rows = []
    for name, value in used_inputs(worked.example, worked.inputs).items():
        if only is not None and name not in only:
            continue
        wanted = inputs_of(worked.example)[name]
        shown = _given(wanted, value).to(language)
        rows.append((wanted.symbol, wanted.help.to(language) if wanted.help else "", Maths(shown)))
    return Grid((INPUT.to(language), MEANING.to(language), VALUE.to(language)), tuple(rows))


def _given(wanted: Input, value: Any) -> Text:
    """An input as it is read, not as it is typed."""
    if wanted.kind == "flag":
        return Text("yes", "是") if value else Text("no", "否")
    is_number = wanted.kind in ("array", "int", "float") and value is not None
    return same(value_text(value) if is_number else input_text(wanted, value))


def verification_blocks(worked: Worked, language: Language) -> list[Block]:
    """The results by the second way beside those of the table."""
    check = worked.example.checked_by
    if check is None:
        return []
    found = check.compute(**worked.inputs)
    agree = Text("agrees", "一致"), Text("DIFFERS", "不一致")
    rows = []
    for name, value in found.items():
        step = worked.step(name)
        verdict = agree[0] if near(value, step.value, 1e-9) else agree[1]
        rows.append(
            (step.title.to(language), Maths(value_text(step.value)), Maths(value_text(value)), verdict.to(language))
        )
    headers = (STEP.to(language), VALUE.to(language), CHECKED.to(language), "")
    return [Gap(), Line(f"{CHECKED.to(language)}: {check.method.to(language)}", "strong"), Grid(headers, tuple(rows))]
