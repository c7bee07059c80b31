"""A drill with piped answers: one a line. Every row is committed at once, and the log says where to go on."""

import json
import os
import re
import signal
from fractions import Fraction
from random import Random

import pytest
from terminal import Terminal

from studynn.core.draw import draw
from studynn.core.run import askable
from studynn.core.text import value_text
from studynn.questions.worked import typed_text
from studynn.worked import load, names


@pytest.fixture
def log(studynn):
    return lambda: [json.loads(line) for line in studynn("history", "export").out.splitlines()]


def answers(name, level, seed, count=None):
    """What to type for the last rows of a problem, all rows that are asked if no count is given."""
    truth = draw(load(name), Random(f"{seed}/{level}"), level)
    rows = askable(truth)
    return [typed_text(truth.step(row).value) for row in rows[len(rows) - (count or len(rows)) :]]


def lines(*typed):
    return "".join(f"{line}\n" for line in typed)


def clean(name, level, seed, runs=3):
    """What to type for clean runs from a seed on: one row, then two, then three (of an example with three rows)."""
    return [line for run in range(runs) for line in answers(name, level, seed + run, run + 1)]


LINE = ("drill", "conv-size", "--level", "2", "--seed", "5")
OUT, NEXT = answers("conv-size", 2, 5)[2], answers("conv-size", 2, 6)[1:]
FULL = [OUT, *NEXT]
"""Two clean runs; in the third one all three rows are to be filled."""
TRUTH = draw(load("conv-size"), Random("7/2"), 2)
SPAN, FRACTION, LAST = answers("conv-size", 2, 7)
STRIDE = TRUTH.inputs["stride"]
WRONG = int(SPAN) + 2 * STRIDE
THROUGH = [str(WRONG), f"{WRONG}/{STRIDE}", str(WRONG // STRIDE + 1)]
"""A wrong first row of the third run, and what follows from it."""


def test_the_first_run_shows_all_rows_but_the_last(studynn):
    out = studynn(*LINE, "--plain", typed="").out
    assert "run 1 · level 2 · 1 row to fill · clean runs 0 of 3" in out
    assert re.search(r"1\. Room the window can move\. Formula: W − K \+ 2P; Numbers: [^;]+; Value: \d+\n2\.", out)
    assert "3. Output size: positions of the window. Value: ?" in out
    assert "⌊" not in out


def test_rows_that_are_blank_show_neither_formula_nor_numbers(studynn):
    out = studynn(*LINE, "--plain", typed=lines(*FULL)).out.split("run 3")[1]
    assert out.count("Value: ?") == 3 and "Formula" not in out.split("= ?")[0]


def test_working_fades_as_runs_are_clean_and_three_in_a_row_lead_to_the_next_level(studynn):
    out = studynn(*LINE, typed=lines(*clean("conv-size", 2, 5))).out
    assert "run 2 · level 2 · 2 rows to fill · clean runs 1 of 3" in out
    assert "run 3 · level 2 · 3 rows to fill · clean runs 2 of 3" in out
    assert "Level 2 mastered: on to level 3." in out
    assert "run 4 · level 3 · 1 row to fill · clean runs 0 of 3" in out


def test_the_drill_ends_when_the_last_level_is_mastered(studynn):
    typed = [line for run, count in enumerate((1, 2, 4)) for line in answers("conv-size", 3, 5 + run, count)]
    ran = studynn("drill", "conv-size", "--level", "3", "--seed", "5", "--no-log", typed=lines(*typed, "never read"))
    assert ran.code == 0 and "Level 3 mastered: it is the last one." in ran.out
    assert "3 runs, 3 clean · 7 of 7 rows right" in ran.out and "studynn quiz convolution" in ran.out


def test_a_later_row_that_is_right_from_the_learners_own_wrong_value_earns_its_mark(studynn):
    third = studynn(*LINE, "--plain", typed=lines(*FULL, *THROUGH)).out.split("run 3")[1]
    assert third.index(f"✗ Wrong: it is {SPAN}.") < third.index(f"✓ Right from your {WRONG}")
    own = value_text(Fraction(WRONG, STRIDE))
    assert f"✓ Right from your {own}; with the right values it is {LAST}." in third
    assert "Marks: 2 of 3. A row was wrong: the clean runs begin anew. Next: 2 rows to fill." in third
    assert f"✓ {THROUGH[2]} (from your {own})" in third


def test_a_wrong_value_that_leaves_nothing_to_work_out_earns_no_later_mark(studynn):
    out = studynn(*LINE, "--plain", typed=lines(*FULL, "0", "0", "1")).out
    assert f"✗ No mark: your 0 leaves nothing to work out here. With the right values it is {FRACTION}." in out
    assert "Marks: 0 of 3." in out


def test_a_slip_is_named_with_what_mends_it_and_counted_at_the_end(studynn):
    out = studynn(*LINE, typed=lines(str(int(OUT) - 1))).out
    assert "no-plus-one: Steps plus one: the first position counts too." in out
    assert out.count("no-plus-one") == 3  # said of the row, of the run, and of the session with its hint
    assert "The working again: studynn compute conv-size --seed 5 --level 2" in out


def test_the_run_that_is_shown_is_the_one_that_compute_gives(studynn):
    drill = studynn(*LINE, "--plain", typed=lines(OUT)).out
    table = studynn("compute", "conv-size", "--seed", "5", "--level", "2", "--plain").out
    row = next(line for line in table.splitlines() if line.startswith("Output size"))
    assert row.replace(" Formula", f" Yours: ✓ {OUT}; Formula") in drill


def test_a_matrix_answer_says_which_cells_are_wrong(studynn):
    name = "conv2d"
    truth = draw(load(name), Random("1/1"), 1)
    (right,) = answers(name, 1, 1, 1)
    rows = [row.split(", ") for row in right.split("; ")]
    rows[0][-1] = "999"
    wrong = "; ".join(", ".join(row) for row in rows)
    out = studynn("drill", name, "--level", "1", "--seed", "1", "--no-log", typed=lines(wrong)).out
    assert f"Not right: row 1, column {truth.steps[-1].value.shape[1]}." in out


def test_an_unreadable_answer_costs_nothing_and_is_asked_again_with_the_reason(studynn, log):
    out = studynn(*LINE, "--count", "1", typed=lines(f"{OUT}x", "", "twenty", OUT)).out
    assert "this is not a number" in out and "nothing was typed where a number is due" in out
    assert "1 run, 1 clean · 1 of 1 rows right" in out
    assert [(row["outcome"], row["rating"]) for row in log()] == [("right", 3)]


def test_every_row_is_in_the_log_with_skill_run_and_rating(studynn, log):
    studynn(*LINE, typed=lines(*FULL, THROUGH[0], ":h", *THROUGH[1:]))
    assert [
        (row["item"], row["question"], row["seed"], row["level"], row["rating"], row["hints"]) for row in log()
    ] == [
        ("conv-size/out@2", "conv-size@2:1/1", 5, 2, 3, 0),
        ("conv-size/fraction@2", "conv-size@2:1/2", 6, 2, 3, 0),
        ("conv-size/out@2", "conv-size@2:2/2", 6, 2, 3, 0),
        ("conv-size/span@2", "conv-size@2:1/3", 7, 2, 1, 0),
        ("conv-size/fraction@2", "conv-size@2:2/3", 7, 2, 2, 1),
        ("conv-size/out@2", "conv-size@2:3/3", 7, 2, 2, 0),
    ]


def test_a_row_that_cannot_be_asked_by_itself_does_not_fall_due(studynn, log):
    studynn("drill", "autoencoder", "--level", "3", "--seed", "2", typed="1\n")
    assert [(row["item"], row["purpose"]) for row in log()] == [("autoencoder/bce@3", "cram")]


def test_hints_are_the_formula_then_the_numbers_the_learners_own_where_there_are(studynn):
    out = studynn(*LINE, typed=lines(*FULL, THROUGH[0], ":h", ":h", ":h")).out
    assert "Hint: Steps of the window, perhaps a fraction: span / S" in out
    assert f"Hint: with numbers: {THROUGH[1]}" in out and "There are no more hints." in out


def test_a_run_with_a_hint_is_not_clean(studynn):
    out = studynn(*LINE, typed=lines("h", OUT)).out
    assert "All right, but with a hint" in out and "1 run, 0 clean" in out


def test_skip_gives_other_numbers_and_leaves_no_trace(studynn, log):
    out = studynn(*LINE, typed=lines(OUT, NEXT[0], ":s")).out
    assert out.count("run 2 · level 2 · 2 rows to fill · clean runs 1 of 3") == 2
    assert f"│ {SPAN} " in out.rsplit("run 2", 1)[1]
    assert [row["undoes"] is not None for row in log()] == [False, False, True]


def test_the_working_shows_the_whole_table_and_the_run_does_not_count(studynn, log):
    out = studynn(*LINE, typed=lines(":w")).out
    assert "⌋ + 1" in out and "this run does not count" in out and "Nothing was answered" in out
    assert log() == []


def test_a_run_left_after_a_wrong_row_stays_failed(studynn):
    out = studynn(*LINE, typed=lines(*FULL, THROUGH[0], ":w")).out
    assert "it stays a run that is not clean" in out
    assert "run 4 · level 2 · 2 rows to fill · clean runs 0 of 3" in out


def test_undo_asks_the_row_again_and_writes_a_row_that_names_the_undone(studynn, log):
    out = studynn(*LINE, typed=lines(*FULL, THROUGH[0], ":u", SPAN, ":q")).out
    assert "Taken back." in out and "clean runs 2 of 3" in out.rsplit("run 3", 1)[1]
    rows = log()
    assert rows[4]["undoes"] == rows[3]["id"] and rows[5]["answer"] == SPAN


def test_undo_goes_back_into_the_run_before(studynn):
    out = studynn(*LINE, typed=lines("1", ":u", ":u", OUT, ":q")).out
    assert out.count("run 1 · level 2") == 2 and "1 run, 1 clean" in out
    assert "There is no answer to take back in this session" in out


def test_help_lists_the_commands_and_q_keeps_everything(studynn, log):
    ran = studynn(*LINE, typed=lines(OUT, ":?", "q", "17"))
    assert ran.code == 0 and ":w  show the working" in ran.out and len(log()) == 1


def test_a_new_session_goes_on_at_the_level_and_stage_where_the_last_one_ended(studynn):
    studynn(*LINE, typed=lines(OUT, ":q"))
    assert "run 2 · level 2 · 2 rows to fill · clean runs 1 of 3" in studynn("drill", "conv-size").out


def test_a_run_left_in_the_middle_is_gone_on_with(studynn):
    studynn(*LINE, typed=lines(*FULL, SPAN, ":q"))
    out = studynn("drill", "conv-size", typed=lines(FRACTION, LAST)).out
    assert "Going on with the run that you left." in out and f"✓ {SPAN}" in out
    assert "Level 2 mastered" in out


def test_an_answer_that_was_undone_later_does_not_count(studynn):
    studynn(*LINE, typed=lines(*FULL, ":q"))
    studynn("history", "undo")
    assert "run 2 · level 2 · 2 rows to fill · clean runs 1 of 3" in studynn("drill", "conv-size").out


def test_answers_to_quizzes_about_the_example_do_not_count(studynn, log):
    studynn("quiz", "cnn", "--type", "worked", "-n", "40", "--seed", "1", typed=lines(*["1"] * 40))
    name = next(row["item"].split("/")[0] for row in log() if "/" in row["item"])
    assert "run 1 · level 1 · 1 row to fill · clean runs 0 of 3" in studynn("drill", name).out


def test_a_seed_that_is_named_begins_its_own_run(studynn):
    studynn(*LINE, typed=lines(*FULL, SPAN, ":q"))
    out = studynn("drill", "conv-size", "--seed", "8").out
    assert "Going on" not in out and "run 4 · level 2 · 3 rows to fill" in out


def test_count_bounds_the_runs(studynn):
    out = studynn(*LINE, "--count", "2", typed=lines("1", "2", "3", "4", "5")).out
    assert "2 runs, 0 clean" in out and "run 3" not in out


def test_no_log_remembers_nothing_and_does_not_read_the_log(studynn, home):
    studynn(*LINE, "--no-log", typed=lines(OUT))
    assert not list(home.glob("*.sqlite3"))


def test_the_same_seed_gives_the_same_runs(studynn):
    first, second = (studynn(*LINE, "--no-log", typed=lines(*FULL)).out for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("drill conv", "did you mean conv-cost, conv-size, conv2d, convolve?"),
        ("drill lsmt", "did you mean lstm-step"),
        ("drill conv-size --level 4", "--level 4: must be a whole number from 1 to 3"),
        ("drill conv-size --count 0", "--count 0: must be a whole number from 1"),
        ("drill conv-size --seed x", "--seed x: must be a whole number"),
        ("drill", "EXAMPLE"),
    ],
)
def test_what_cannot_be_used_gets_one_clear_line(studynn, line, said):
    ran = studynn(*line.split())
    assert ran.code == 2 and said in ran.err and ran.err.count("\n") == 1 and ran.out == ""


def test_an_unambiguous_beginning_of_a_name_is_enough(studynn):
    assert "LSTM" in studynn("drill", "lstm", "--no-log").out


def test_a_marking_that_fails_is_never_charged(studynn, log, monkeypatch):
    def fail(*_):
        raise RuntimeError("no such thing")

    monkeypatch.setattr("studynn.core.run.mark_row", fail)
    ran = studynn(*LINE, typed=lines(OUT))
    assert ran.code == 0 and "fault of the program" in ran.out and "no such thing" in ran.out
    assert log() == []


def test_a_row_that_is_too_long_to_type_is_shown_when_it_is_its_turn(studynn):
    def full_run(wrong):
        typed = [line for run, count in enumerate((1, 3)) for line in answers("dice", 2, 1 + run, count)]
        rows = answers("dice", 2, 3)
        line = ("drill", "dice", "--level", "2", "--seed", "1", "--no-log", "--plain")
        return studynn(*line, typed=lines(*typed, *rows[:3], wrong or rows[3])).out.split("run 3")[1]

    out = full_run("")
    title = "5. Ways to each total"
    assert re.search(rf"{title}[^\n]*Value: \?", out)
    assert out.index("Too long to type; this is what follows:") < out.rindex(title) < out.rindex("6. ")
    assert "Formula" in out[out.rindex(title) :].splitlines()[0]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", names())
def test_every_example_can_be_drilled_in_both_languages(studynn, name, language):
    typed = lines(*(line for level in (1,) for line in answers(name, level, 3, 1)), ":h", ":h", ":w", ":q")
    ran = studynn("drill", name, "--seed", "3", "--level", "1", "--lang", language, "--no-log", typed=typed)
    assert ran.code == 0 and ran.err == ""
    assert ("1 轮，1 轮全对" if language == "zh" else "1 run, 1 clean · 1 of 1 rows right") in ran.out


PROMPT = r"> "


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_whole_run_at_a_terminal(home, columns, language):
    terminal = Terminal(home, [*LINE[:2], "--seed", "5", "--level", "2"], columns, STUDYNN_LANG=language)
    terminal.until(PROMPT)
    terminal.child.sendline(str(int(OUT) - 1))
    terminal.until("no-plus-one")
    terminal.until(r"退出\] |quit\] ")
    terminal.child.send("u")
    terminal.until("已撤销|Taken back")
    terminal.until(PROMPT)
    terminal.child.sendline(OUT)
    terminal.until("1/3|1 of 3 in a row")
    terminal.until(r"退出\] |quit\] ")
    terminal.child.send("q")
    terminal.to_end()
    assert terminal.child.exitstatus == 0
    printed = re.sub(r"\x1b\[[0-9;?]*[mlh]", "", terminal.raw).replace("\r", "").split("\n")
    assert "studynn drill conv-size" in "\n".join(terminal.lines())
    assert len([line for line in terminal.lines() if line]) == len([line for line in printed if line.strip()])


def test_ctrl_c_in_the_middle_keeps_what_was_filled_and_a_new_session_goes_on_with_it(home, studynn):
    studynn(*LINE, typed=lines(OUT))
    terminal = Terminal(home, ["drill", "conv-size", "--seed", "6"])
    terminal.until(PROMPT)
    terminal.child.sendline(NEXT[0])
    terminal.until("Right")
    terminal.until(PROMPT)
    terminal.child.sendintr()
    said = terminal.to_end()
    assert "0 runs, 0 clean · 1 of 1 rows right" in said and "Traceback" not in said
    assert terminal.child.exitstatus == 130
    assert f"✓ {NEXT[0]}" in studynn("drill", "conv-size").out


def test_ctrl_d_ends_the_session_with_its_summary(home):
    terminal = Terminal(home, [*LINE])
    terminal.until(PROMPT)
    terminal.child.sendeof()
    assert "Nothing was answered" in terminal.to_end() and terminal.child.exitstatus == 0


def test_after_kill_9_the_rows_on_the_disk_are_gone_on_with(home, studynn):
    studynn(*LINE, typed=lines(OUT))
    terminal = Terminal(home, ["drill", "conv-size", "--seed", "6"])
    terminal.until(PROMPT)
    terminal.child.sendline(NEXT[0])
    terminal.until("Right")
    os.kill(terminal.child.pid, signal.SIGKILL)
    terminal.child.wait()
    out = studynn("drill", "conv-size", typed=lines(NEXT[1])).out
    assert "Going on with the run that you left." in out and "A clean run, 2 of 3 in a row." in out


def test_no_colour_where_none_is_wanted(home):
    terminal = Terminal(home, [*LINE, "--count", "1"], NO_COLOR="1")
    terminal.until(PROMPT)
    terminal.child.sendline(OUT)
    terminal.until("A clean run")
    assert "\x1b[" not in terminal.raw.replace("\x1b[?2004h", "").replace("\x1b[?2004l", "")
