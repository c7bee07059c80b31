"""A drill as blocks: where the learner stands, the problem with its blank rows, what is said of a row, and how a run went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..core.drill import CLEAN_RUNS, Drill, mastered_now, to_fill_next
from ..core.run import Filled, Run
from ..core.steps import Slip, Step
from ..core.text import Language, Text, fill, value_text
from ..core.words import value_form
from .blocks import Block, Cell, Gap, Grid, Heading, Line, Listing, Maths
from .question import ANSWER_WITH, Next
from .row_mark import yours_text
from .worked import FORMULA, NUMBERS, STEP, VALUE, inputs_grid, numbers_of, sized

MOST_MISTAKES = 5
YOURS = Text("Yours", "你的答案")
STATE = Text(
    "run {number} · level {level} · {rows} to fill · clean runs {clean} of {wanted}",
    "第 {number} 轮 · 难度 {level} · 填 {rows} · 连续全对 {clean}/{wanted} 轮",
)
ROW = Text("{place} of {count} to fill", "要填的第 {place} 行，共 {count} 行")
RESUMED = Text("Going on with the run that you left.", "继续上次没做完的一轮。")
SHOWN = Text("Too long to type; this is what follows:", "太长，不必输入；结果如下：")


def state_line(drill: Drill, language: Language) -> str:
    """Where the learner stands, in a line."""
    run = drill.run
    if run is None:
        return ""
    count = len(run.blank)
    rows = Text(f"{count} row{'s' if count > 1 else ''}", f"{count} 行")
    values = {
        "number": drill.number,
        "level": run.level,
        "rows": rows.to(language),
        "clean": drill.progress.clean_of(run.level),
        "wanted": CLEAN_RUNS,
    }
    return fill(STATE.to(language), values)


def run_blocks(drill: Drill, language: Language, *, resumed: bool = False) -> list[Block]:
    """A run as it begins, or as far as it is filled: title, state, inputs, and the table with blank rows."""
    run = drill.run
    if run is None:
        return []
    return [
        Heading(run.truth.example.title.to(language)),
        Line(state_line(drill, language), "quiet"),
        *([Line(RESUMED.to(language), "quiet")] if resumed else []),
        inputs_grid(run.truth, language),
        rows_grid(run, language),
    ]


def rows_grid(run: Run, language: Language) -> Grid:
    """The rows that are shown, those filled with the learner's values, and the blank ones with nothing but their titles."""
    visible = run.visible()
    filled = {found.step: found for found in run.filled}
    rows: list[tuple[Cell, ...]] = []
    for number, step in enumerate(run.truth.steps, start=1):
        title = _title(number, step, language)
        if step.name in filled:
            rows.append((title, Maths(""), Maths(""), Maths(_marked(run, filled[step.name], language))))
        elif step.name in visible:
            rows.append((title, *_working(visible[step.name])))
        else:
            rows.append((title, Maths(""), Maths(""), "?"))
    return Grid(tuple(text.to(language) for text in (STEP, FORMULA, NUMBERS, VALUE)), tuple(rows), stack=3)


def _title(number: int, step: Step, language: Language) -> str:
    return f"{number}. {step.title.to(language)}"


def _working(step: Step) -> tuple[Maths, Maths, Maths]:
    return Maths(step.formula), Maths(numbers_of(step)), Maths(sized(step.value))


def _marked(run: Run, filled: Filled, language: Language) -> str:
    """The learner's value with its mark, and what it was right from if that was wrong."""
    words = f"{'✓' if filled.mark.earned else '✗'} {value_text(filled.value)}"
    if filled.mark.kind != "through":
        return words
    yours = yours_text(run, filled.mark).to(language).strip()
    return f"{words} " + Text(f"(from {yours})", f"（由{yours}）").to(language)


def row_blocks(run: Run, language: Language) -> list[Block]:
    """The row to be filled next, before it those that are shown since the last one, and how to answer."""
    step = run.current
    if step is None:
        return []
    place = Text.fill(ROW, place=len(run.filled) + 1, count=len(run.blank)).to(language)
    follows = run.own.step(step.name) if run.own.has(step.name) else step
    form = fill(ANSWER_WITH.to(language), {"form": value_form(follows.value).to(language)})
    return [
        *_passed(run, language),
        Line(f"{_title(run.number_of(step.name), step, language)} = ?", "strong"),
        Line(f"{form} · {place}", "quiet"),
    ]


def _passed(run: Run, language: Language) -> list[Block]:
    """The rows between the last one filled and the current one, which were not asked."""
    if not run.filled:
        return []
    names = list(run.visible())
    since = names[names.index(run.filled[-1].step) + 1 :]
    if not since:
        return []
    rows = tuple(
        (_title(run.number_of(name), run.visible()[name], language), *_working(run.visible()[name])) for name in since
    )
    headers = tuple(text.to(language) for text in (STEP, FORMULA, NUMBERS, VALUE))
    return [Line(SHOWN.to(language), "quiet"), Grid(headers, rows, stack=3)]


def hints_of(run: Run) -> tuple[Text, ...]:
    """The formula of the current row, then the same with numbers, the learner's own where there are; unless they give it away."""
    step = run.current
    if step is None:
        return ()
    own = run.own.step(step.name) if run.own.has(step.name) else step
    hints = [Text(f"{step.title.en}: {own.formula}", f"{step.title.zh}：{own.formula}")]
    numbers = numbers_of(own)
    if numbers and numbers != own.formula:
        hints.append(Text(f"with numbers: {numbers}", f"代入数值：{numbers}"))
    return tuple(hints)


def end_blocks(drill: Drill, language: Language) -> list[Block]:
    """A run that is over: the whole table with the learner's values beside, marks, mistakes by name, and what comes next."""
    run = drill.run
    if run is None:
        return []
    marks = Text(f"Marks: {run.marks} of {len(run.blank)}. ", f"得分：{run.marks}/{len(run.blank)}。")
    line = f"studynn compute {run.truth.example.name} --seed {run.seed} --level {run.level}"
    again = Text(f"The working again: {line}", f"再看本题的过程：{line}")
    return [
        Gap(),
        answers_grid(run, language),
        Line(marks.to(language) + _outcome(drill, run).to(language), "strong"),
        *mistakes_blocks(_slips([run]), language),
        Line(again.to(language), "quiet"),
    ]


def answers_grid(run: Run, language: Language) -> Grid:
    """Every row with its working, and beside it what the learner typed."""
    filled = {found.step: found for found in run.filled}
    headers = tuple(text.to(language) for text in (STEP, YOURS, FORMULA, NUMBERS, VALUE))
    rows = tuple(
        (
            _title(number, step, language),
            Maths(_marked(run, filled[step.name], language) if step.name in filled else ""),
            *_working(step),
        )
        for number, step in enumerate(run.truth.steps, start=1)
    )
    return Grid(headers, rows, stack=3)


def _outcome(drill: Drill, run: Run) -> Text:
    """Whether the run was clean, and what that changes."""
    if level := mastered_now(drill):
        if drill.progress.level > level:
            return Text(
                f"Level {level} mastered: on to level {level + 1}.", f"难度 {level} 已掌握：进入难度 {level + 1}。"
            )
        return Text(f"Level {level} mastered: it is the last one.", f"难度 {level} 已掌握：这是最高一级。")
    rows = to_fill_next(drill)
    following = Text(f" Next: {rows} row{'s' if rows > 1 else ''} to fill.", f"下一轮填 {rows} 行。")
    if run.failed:
        said = Text("A row was wrong: the clean runs begin anew.", "有一行答错：连续全对重新计数。")
    elif run.was_helped:
        said = Text(
            "All right, but with a hint: the clean runs begin anew.", "全部答对，但用了提示：连续全对重新计数。"
        )
    else:
        clean = drill.progress.clean_of(run.level)
        said = Text(f"A clean run, {clean} of {CLEAN_RUNS} in a row.", f"全部答对，连续 {clean}/{CLEAN_RUNS} 轮。")
    return Text(said.en + following.en, said.zh + following.zh)


def _slips(runs: Iterable[Run]) -> list[Slip]:
    return [slip for run in runs for filled in run.filled for slip in filled.mark.slips]


def mistakes_blocks(slips: list[Slip], language: Language) -> list[Block]:
    """The mistakes by name, the commonest first, with what mends them."""
    if not slips:
        return []
    hints = {slip.tag: slip.hint.to(language) for slip in slips}
    counts = Counter(slip.tag for slip in slips).most_common(MOST_MISTAKES)
    entries = tuple((f"{tag} ×{count}" if count > 1 else tag, hints[tag]) for tag, count in counts)
    return [Line(Text("Mistakes by name:", "已识别的错误：").to(language)), Listing(entries)]


def summary_blocks(drill: Drill, runs: list[Run], advice: list[Next], language: Language) -> list[Block]:
    """How a session went: runs and rows, mistakes by name, where the learner stands now, and what to type next."""
    rows = sum(len(run.filled) for run in runs)
    marks = sum(run.marks for run in runs)
    clean = sum(run.current is None and not run.failed and not run.was_helped for run in runs)
    over = sum(run.current is None for run in runs)
    heading = Text(
        f"{over} run{'s' if over != 1 else ''}, {clean} clean · {marks} of {rows} rows right",
        f"{over} 轮，{clean} 轮全对 · {rows} 行中对 {marks} 行",
    )
    if not rows:
        heading = Text("Nothing was answered", "没有作答")
    return [
        Gap(),
        Heading(heading.to(language)),
        *mistakes_blocks(_slips(runs), language),
        Line(standing_text(drill).to(language)),
        Line(Text("Next:", "接下来：").to(language)),
        Listing(tuple((found.command, found.why.to(language)) for found in advice)),
    ]


def standing_text(drill: Drill) -> Text:
    """The level, the clean runs in a row, and the levels mastered."""
    progress = drill.progress
    levels = ", ".join(map(str, sorted(progress.mastered)))
    mastered = Text(f" · mastered: level {levels}", f" · 已掌握：难度 {levels}") if levels else Text("", "")
    clean = progress.clean_of(progress.level)
    return Text(
        f"{drill.example.name}: level {progress.level} · clean runs {clean} of {CLEAN_RUNS}{mastered.en}",
        f"{drill.example.name}：难度 {progress.level} · 连续全对 {clean}/{CLEAN_RUNS} 轮{mastered.zh}",
    )
