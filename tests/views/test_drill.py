"""A drill on the screen: what is blank gives nothing away, a mark says why, nothing a learner types is obeyed."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from looks import ESCAPES, LANGUAGES, is_harmless, widest
from reviews import row

from studynn.core.draw import draw
from studynn.core.drill import answered, begun, hinted, opened
from studynn.core.follow import RowMark
from studynn.core.run import askable
from studynn.core.steps import Slip
from studynn.core.text import Text
from studynn.core.values import shape
from studynn.questions.worked import typed_text
from studynn.views import markdown, plain, terminal
from studynn.views.drill import (
    answers_grid,
    end_blocks,
    hints_of,
    mistakes_blocks,
    row_blocks,
    rows_grid,
    run_blocks,
    standing_text,
    state_line,
    summary_blocks,
)
from studynn.views.question import Next
from studynn.views.row_mark import feedback_blocks, places_text
from studynn.worked import load, names

RENDERERS = (plain.render, markdown.render, lambda blocks: terminal.render(blocks, 60, False))


def a_drill(name="conv-size", level=2, seed=7, stage=3):
    drill = opened(load(name), ())
    drill = begun(replace(drill, wanted=level), draw(load(name), Random(f"{seed}/{level}"), level), seed)
    names = askable(drill.run.truth)
    return replace(drill, run=replace(drill.run, blank=names if stage == 3 else names[-1:]))


def fill(drill, typed):
    value, mark = drill.run.mark(typed)
    review = row(f"r{len(drill.rows)}", answer=typed, question=drill.run.question, level=drill.run.level)
    return answered(drill, value, mark, replace(review, outcome="right" if mark.earned else "wrong"))


def filled(drill, *typed):
    for words in typed:
        drill = fill(drill, words)
    return drill


def marked(kind, **changes):
    """What is said of a first row with that mark."""
    drill = a_drill()
    drill = fill(drill, "5")
    first = drill.run.filled[0]
    second = replace(first, step=drill.run.blank[1], mark=RowMark(kind, 11, **changes))
    return replace(drill.run, filled=(first, second))


def told(blocks):
    return plain.render(blocks)


def test_the_state_is_told_in_a_line():
    assert state_line(a_drill(), "en") == "run 1 · level 2 · 3 rows to fill · clean runs 0 of 3"
    assert state_line(a_drill(stage=1), "en") == "run 1 · level 2 · 1 row to fill · clean runs 0 of 3"
    assert state_line(a_drill(), "zh") == "第 1 轮 · 难度 2 · 填 3 行 · 连续全对 0/3 轮"


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_blank_row_shows_its_title_and_nothing_else_in_any_example(name, level):
    drill = a_drill(name, level, seed=1)
    first = drill.run.truth.steps.index(drill.run.current)
    for language in LANGUAGES:
        rows = rows_grid(drill.run, language).rows
        assert len(rows) == len(drill.run.truth.steps)
        assert all([*map(str, cells[1:])].count("?") == 1 for cells in rows[first:])
        assert all(cell == "?" or cell.words == "" for cells in rows[first:] for cell in cells[1:])


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_screen_of_a_run_is_wider_than_the_terminal(name, width):
    drill = a_drill(name, 2, seed=3)
    first = typed_text(drill.run.current.value)
    after = fill(drill, first)
    for language in LANGUAGES:
        for blocks in (
            run_blocks(drill, language),
            run_blocks(after, language, resumed=True),
            row_blocks(after.run, language),
            feedback_blocks(after.run, language),
            end_blocks(after, language),
        ):
            assert widest(terminal.render(blocks, width, False)) <= width


def test_filled_rows_stand_in_the_table_with_their_marks():
    drill = a_drill()
    right = typed_text(drill.run.truth.step("span").value)
    assert f"1. Room the window can move. Value: ✓ {right}" in told([rows_grid(fill(drill, right).run, "en")])
    assert "1. Room the window can move. Value: ✗ 999" in told([rows_grid(fill(drill, "999").run, "en")])


def test_the_last_table_has_the_learners_value_beside_each_true_one():
    drill = a_drill()
    truth = drill.run.truth
    run = filled(drill, "999", *(typed_text(truth.step(name).value) for name in ("fraction", "out"))).run
    lines = told([answers_grid(run, "en")]).splitlines()
    assert lines[0].startswith("1. Room the window can move. Yours: ✗ 999; Formula: W − K + 2P;")
    assert all("Yours: ✓" in line and "Value: " in line for line in lines[1:])


def test_hints_are_the_formula_and_then_the_learners_own_numbers():
    run = fill(a_drill(), "30").run
    formula, numbers = hints_of(run)
    assert formula.en == "Steps of the window, perhaps a fraction: span / S"
    assert numbers.en == f"with numbers: 30/{run.truth.inputs['stride']}"


def test_a_hint_never_gives_the_value_away_by_itself():
    run = a_drill("backprop", 1, 1).run
    place = run.blank.index("grad-b2")
    assert run.truth.step("grad-b2").formula == "δ²"
    run = replace(run, blank=run.blank[place:])
    assert len(hints_of(run)) == 1


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("right", {}, "✓ Right."),
        ("rounded", {"own": 11.1}, "✓ Right from your rounded values (unrounded: 11)."),
        ("through", {"own": 15, "sources": ("span",)}, "✓ Right from your 5; with the right values it is 11."),
        ("trivial", {"own": 15, "sources": ("span",)}, "✗ No mark: your 5 leaves nothing to work out here."),
        ("wrong", {}, "✗ Wrong: it is 11."),
        ("wrong", {"own": 15}, "✗ Wrong: it is 11; from your values it would be 15."),
        ("wrong", {"slips": (Slip("a-slip", Text("Mend it.", "改。"), 3),)}, "a-slip: Mend it."),
        ("wrong", {"places": ((1, 2), (2, 1))}, "Not right: row 1, column 2; row 2, column 1."),
        ("wrong", {"reordered": True}, "The right numbers, in another order."),
        ("wrong", {}, "Go on from your own value: what follows from it counts."),
    ],
)
def test_a_mark_says_what_it_is_and_why(kind, changes, said):
    assert said in told(feedback_blocks(marked(kind, **changes), "en"))
    assert said not in told(feedback_blocks(marked(kind, **changes), "zh"))


def test_the_accepted_interval_and_the_error_are_told_after_an_answer():
    drill = a_drill("squash", 1, 1, stage=1)
    truth = drill.run.current.value
    close, exact = fill(drill, repr(truth * 1.01)), fill(drill, repr(truth))
    assert "accepted: " in told(feedback_blocks(close.run, "en")) and "yours is 1 % off" in told(
        feedback_blocks(close.run, "en")
    )
    assert "off" not in told(feedback_blocks(exact.run, "en"))
    assert "你的误差为 1 %" in told(feedback_blocks(close.run, "zh"))


def test_a_long_array_is_named_by_its_row():
    run = marked("through", own=15, sources=("span",))
    first = replace(run.filled[0], value=(1, 2, 3, 4, 5))
    said = told(feedback_blocks(replace(run, filled=(first, run.filled[1])), "en"))
    assert "✓ Right from your row 1;" in said


@pytest.mark.parametrize(
    ("places", "en", "zh"),
    [
        (((3,),), "Not right: number 3.", "不对的是：第 3 个数。"),
        (((2, 1, 3),), "Not right: matrix 2, row 1, column 3.", "不对的是：第 2 个矩阵第 1 行第 3 列。"),
        (tuple((n,) for n in range(1, 9)), "number 6….", "第 6 个数…。"),
    ],
)
def test_places_are_told_as_people_count_them(places, en, zh):
    assert places_text(places).en.endswith(en) and places_text(places).zh.endswith(zh)


def test_the_end_of_a_run_names_marks_mistakes_and_the_line_that_shows_it_again():
    drill = a_drill()
    truth = drill.run.truth
    wrong = next(slip for slip in truth.step("span").slips)
    rest = (typed_text(truth.step(name).value) for name in ("fraction", "out"))
    said = told(end_blocks(filled(drill, typed_text(wrong.value), *rest), "en"))
    assert "Marks: 2 of 3. A row was wrong: the clean runs begin anew. Next: 1 row to fill." in said
    assert f"{wrong.tag} {wrong.hint.en}" in said
    assert "studynn compute conv-size --seed 7 --level 2" in said


def test_a_run_with_a_hint_says_that_it_was_one():
    drill = hinted(a_drill(stage=1))
    drill = fill(drill, typed_text(drill.run.current.value))
    review = replace(drill.rows[-1], hints=1)
    assert "but with a hint" in told(end_blocks(replace(drill, rows=(review,)), "en"))


def test_the_summary_counts_runs_rows_and_mistakes_and_says_what_to_type_next():
    drill = fill(a_drill(stage=1), "1")
    advice = [Next("studynn drill conv-size", Text("go on", "继续"))]
    said = told(summary_blocks(drill, [drill.run, drill.run], advice, "en"))
    assert "2 runs, 0 clean · 0 of 2 rows right" in said and "studynn drill conv-size go on" in said
    assert "Nothing was answered" in told(summary_blocks(a_drill(), [], advice, "en"))
    assert standing_text(drill).zh == "conv-size：难度 2 · 连续全对 0/3 轮"


def test_the_commonest_mistake_comes_first():
    rare, common = Slip("rare", Text("r", "r"), np.ones(2)), Slip("common", Text("c", "c"), np.ones(2))
    said = told(mistakes_blocks([rare, common, common, common], "en"))
    assert said.splitlines()[1:] == ["  common ×3 c", "  rare r"]


@pytest.mark.parametrize("name", names())
def test_every_mistake_of_every_example_can_be_told(name):
    drill = a_drill(name, 2, 2)
    for row_name in drill.run.blank:
        for slip in drill.run.truth.step(row_name).slips:
            before = replace(drill, run=replace(drill.run, blank=(row_name,)))
            if shape(slip.value) == shape(drill.run.truth.step(row_name).value):
                after = fill(before, typed_text(slip.value))
                said = told([*feedback_blocks(after.run, "en"), *end_blocks(after, "en")])
                assert slip.tag in said or after.run.filled[0].mark.kind == "right"


@given(st.sampled_from([*names()]), st.lists(st.sampled_from(["right", "wrong"]), max_size=4))
@settings(deadline=None, max_examples=25)
def test_whatever_is_filled_every_screen_can_be_shown_everywhere(name, outcomes):
    drill = a_drill(name, 1, 2)
    for outcome in outcomes:
        if drill.run.current is None:
            break
        typed = typed_text(drill.run.current.value)
        count = len(typed.replace(";", ",").split(","))
        drill = fill(drill, typed if outcome == "right" else ", ".join(["77"] * count))
        for language in LANGUAGES:
            blocks = [*run_blocks(drill, language), *row_blocks(drill.run, language)]
            blocks += [*feedback_blocks(drill.run, language), *end_blocks(drill, language)]
            for render in RENDERERS:
                assert is_harmless(render(blocks))


def test_escapes_in_names_of_mistakes_reach_no_output():
    run = marked("wrong", slips=(Slip(ESCAPES, Text(ESCAPES, ESCAPES), 3),))
    for language in LANGUAGES:
        for render in RENDERERS:
            assert is_harmless(render(feedback_blocks(run, language)))
