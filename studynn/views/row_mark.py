"""What is said of a row of a drill that was filled in, as blocks: its mark, the right value, mistakes by name, wrong places."""

from __future__ import annotations

from ..core.follow import Place, RowMark
from ..core.run import Filled, Run
from ..core.steps import Slip, Value
from ..core.text import Language, Text, value_text
from ..core.values import components, is_array
from ..core.words import accepted_range
from .blocks import Block, Line

FEW_NUMBERS = 4
"""An array of more is named by its row instead of being written out."""
MOST_PLACES = 6
REORDERED = Text("The right numbers, in another order.", "数对了，但次序不对。")
GO_ON = Text("Go on from your own value: what follows from it counts.", "请接着用你的数往下算：推得对仍然得分。")


def feedback_blocks(run: Run, language: Language) -> list[Block]:
    """What is said of the row that was filled last: its mark, the right value, the mistakes by name, the wrong places."""
    filled = run.filled[-1]
    mark = filled.mark
    blocks: list[Block] = [Line(_said(run, filled).to(language), "good" if mark.earned else "bad")]
    if mark.reordered:
        blocks.append(Line(REORDERED.to(language), indent=2))
    if mark.places:
        blocks.append(Line(places_text(mark.places).to(language), indent=2))
    blocks += [Line(slip_text(slip).to(language), indent=2) for slip in mark.slips]
    if not mark.earned and run.current is not None:
        blocks.append(Line(GO_ON.to(language), "quiet", indent=2))
    return blocks


def _said(run: Run, filled: Filled) -> Text:
    mark = filled.mark
    truth = value_text(mark.truth)
    yours = yours_text(run, mark)
    if mark.kind == "right":
        return _beside(Text("✓ Right.", "✓ 正确。"), _nearness(filled.value, mark.truth))
    if mark.kind == "rounded":
        return Text(
            f"✓ Right from your rounded values (unrounded: {truth}).",
            f"✓ 按你取整后的数推算，正确（不取整为 {truth}）。",
        )
    if mark.kind == "through":
        said = Text(f"✓ Right from {yours.en}", f"✓ 由{yours.zh}推得，正确")
        said = _beside(said, _nearness(filled.value, mark.own))
        return Text(f"{said.en}; with the right values it is {truth}.", f"{said.zh}；用正确的数则为 {truth}。")
    if mark.kind == "trivial":
        return Text(
            f"✗ No mark: {yours.en} leaves nothing to work out here. With the right values it is {truth}.",
            f"✗ 不得分：由{yours.zh}出发，这一步已无须计算。用正确的数应为 {truth}。",
        )
    said = _beside(Text(f"✗ Wrong: it is {truth}", f"✗ 错误，应为 {truth}"), _accepted(mark.truth))
    if mark.own is None:
        return Text(f"{said.en}.", f"{said.zh}。")
    own = value_text(mark.own)
    return Text(f"{said.en}; from your values it would be {own}.", f"{said.zh}；按你前面的数则为 {own}。")


def yours_text(run: Run, mark: RowMark) -> Text:
    """The learner's own values that a row follows from; those of many numbers by their rows."""
    en: list[str] = []
    zh: list[str] = []
    for name in mark.sources:
        value = run.given[name]
        if sum(1 for _ in components(value)) <= FEW_NUMBERS:
            en.append(value_text(value))
            zh.append(f" {value_text(value)} ")
        else:
            en.append(f"row {run.number_of(name)}")
            zh.append(f"第 {run.number_of(name)} 行")
    return Text("your " + " and ".join(en), "你的" + "和".join(zh))


def _beside(said: Text, more: Text | None) -> Text:
    return Text(f"{said.en} ({more.en})", f"{said.zh}（{more.zh}）") if more else said


def _accepted(value: Value) -> Text | None:
    return None if value is None else accepted_range(value)


def _nearness(given: Value, value: Value) -> Text | None:
    """The accepted interval, and how far off the answer was; nothing where only the exact value is accepted."""
    accepted = _accepted(value)
    if accepted is None or is_array(given) or given == value or not value:
        return accepted
    off = abs(float(given) - float(value)) / abs(float(value))
    share = f"{100 * off:.2g} %" if off >= 5e-5 else "< 0.01 %"
    return Text(f"{accepted.en}; yours is {share} off", f"{accepted.zh}；你的误差为 {share}")


def places_text(places: tuple[Place, ...]) -> Text:
    """Where the wrong numbers of an array stand."""
    en = "; ".join(_place(place).en for place in places[:MOST_PLACES])
    zh = "；".join(_place(place).zh for place in places[:MOST_PLACES])
    more = "…" if len(places) > MOST_PLACES else ""
    return Text(f"Not right: {en}{more}.", f"不对的是：{zh}{more}。")


def _place(place: Place) -> Text:
    if len(place) == 1:
        return Text(f"number {place[0]}", f"第 {place[0]} 个数")
    *stacks, row, column = place
    matrix = "".join(f"{number}." for number in stacks).rstrip(".")
    before = Text(f"matrix {matrix}, ", f"第 {matrix} 个矩阵") if matrix else Text("", "")
    return Text(f"{before.en}row {row}, column {column}", f"{before.zh}第 {row} 行第 {column} 列")


def slip_text(slip: Slip) -> Text:
    """A mistake by its name, and what mends it."""
    return Text(f"{slip.tag}: {slip.hint.en}", f"{slip.tag}：{slip.hint.zh}")
