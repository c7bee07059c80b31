"""A real terminal session: keys, lines, hints, undo, Ctrl-C and Ctrl-D, at three widths and in both languages."""

import re

import pexpect
import pytest
from terminal import Terminal


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_whole_session_with_keys(home, columns, language):
    terminal = Terminal(
        home, ["quiz", "cnn", "--type", "true-false", "-n", "3", "--seed", "3"], columns, STUDYNN_LANG=language
    )
    prompt, pause = (r"帮助\]", r"退出\]") if language == "zh" else (r"help\]", r"quit\]")
    terminal.until(prompt)
    terminal.child.send("h")
    terminal.until("提示：|Hint:")
    terminal.until(prompt)
    terminal.child.send("t")
    terminal.until("[✓✗]")
    terminal.until(pause)
    terminal.child.send("u")
    terminal.until("已撤销|Taken back")
    terminal.until(prompt)
    for _ in range(3):
        terminal.child.send("f")
        terminal.until("[✓✗]")
        terminal.until(pause)
        terminal.child.send("\r")
    terminal.to_end()
    text = "\n".join(terminal.lines())
    assert re.search(r"3 题中答对 \d 题|\d of 3 right", text)
    assert "studynn quiz cnn" in text
    assert terminal.child.exitstatus == 0


def test_arrow_keys_and_other_sequences_are_not_taken_for_answers(home):
    terminal = Terminal(home, ["quiz", "cnn", "--type", "choice", "-n", "1"])
    terminal.until(r"help\]")
    terminal.child.send("\x1b[A")
    terminal.child.send("\x1bOP")
    with pytest.raises(pexpect.TIMEOUT):
        terminal.child.expect("[✓✗]|choose one", timeout=0.5)
    terminal.child.send("1")
    terminal.until("[✓✗]")


def test_a_typed_answer_can_be_edited_and_commands_take_a_colon(home):
    terminal = Terminal(home, ["quiz", "pooling", "--type", "cloze", "-n", "1", "--seed", "1"])
    terminal.until("> ")
    terminal.child.sendline("x" * 30 + "\x15:h")  # Ctrl-U takes the line back
    assert "Hint:" in terminal.until("Hint:")
    terminal.until("> ")
    terminal.child.sendline(":q")
    terminal.to_end()
    assert terminal.child.exitstatus == 0


@pytest.mark.parametrize("kind", ["choice", "cloze"])
def test_ctrl_d_ends_the_session_and_keeps_what_was_answered(home, kind):
    terminal = Terminal(home, ["quiz", "cnn", "--type", kind, "-n", "2"])
    terminal.until(r"help\]" if kind == "choice" else "> ")
    terminal.child.send("1" if kind == "choice" else "some word\r")
    terminal.until(r"quit\] ")
    terminal.child.send("\r")
    terminal.until(r"help\]" if kind == "choice" else "> ")
    terminal.child.sendeof()
    assert "of 1 right" in terminal.to_end()
    assert terminal.child.exitstatus == 0


@pytest.mark.parametrize("kind", ["choice", "cloze"])
def test_ctrl_c_ends_the_session_with_exit_code_130_and_leaves_the_terminal_usable(home, kind):
    terminal = Terminal(home, ["quiz", "cnn", "--type", kind, "-n", "2"])
    terminal.until(r"help\]" if kind == "choice" else "> ")
    terminal.child.sendintr()
    said = terminal.to_end()
    assert "Nothing was answered" in said and "Traceback" not in said
    assert terminal.child.exitstatus == 130


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_where_none_is_wanted(home, variables):
    terminal = Terminal(home, ["quiz", "cnn", "--type", "choice", "-n", "1"], **variables)
    terminal.until(r"help\]")
    terminal.child.send("1")
    terminal.until(r"quit\] ")
    assert "\x1b[" not in terminal.raw.replace("\x1b[?2004h", "").replace("\x1b[?2004l", "")


def test_colour_where_it_may_be(home):
    terminal = Terminal(home, ["topics"])
    assert "\x1b[" in terminal.to_end()


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "line", ["compute backprop", "compute conv2d", "topics", "show pooling", "compute", "search 池化"]
)
def test_no_screen_is_wider_than_the_terminal(home, columns, language, line):
    terminal = Terminal(home, line.split(), columns, STUDYNN_LANG=language)
    terminal.to_end()
    printed = re.sub(r"\x1b\[[0-9;]*m", "", terminal.raw).replace("\r", "").rstrip("\n").split("\n")
    shown = [found for found in terminal.lines() if found]
    assert len(shown) == len(
        [found for found in printed if found.strip()]
    )  # a line that is too wide would have been broken


MISTAKE = """
id: deck
title: Deck
facts: [{id: f, says: Three times four is twelve.}]
questions:
  - id: q
    type: numeric
    fact: f
    level: 1
    ask: "3 · 4 = ?"
    answer: 12
    because: Four and four and four.
    mistakes: [{value: 7, why: That is the sum.}]
"""


@pytest.fixture
def mistaken(home, tmp_path):
    path = tmp_path / "deck.yaml"
    path.write_text(MISTAKE, encoding="utf-8")
    terminal = Terminal(home, ["quiz", str(path)])
    terminal.until("> ")
    terminal.child.sendline("7")
    terminal.until("Not yet")
    terminal.until("That is the sum.")
    terminal.until("> ")
    return terminal


def rows(home):
    from studynn.core.review import standing
    from studynn.history.log import log_path, read_log

    return [(row.outcome, row.rating, row.answer) for row in standing(read_log(log_path(home)))]


def test_a_named_mistake_may_be_mended_once_and_then_counts_as_hard(mistaken, home):
    mistaken.child.sendline("12")
    mistaken.until("Right")
    mistaken.until("2 Hard")
    mistaken.child.send("q")
    mistaken.to_end()
    assert rows(home) == [("right", 2, "7 → 12")]


@pytest.mark.parametrize("second", ["", "8", ":s", ":q"])
def test_a_mistake_that_is_not_mended_counts_as_it_was(mistaken, home, second):
    mistaken.child.sendline(second)
    mistaken.until("Wrong")
    mistaken.until("1 Again")
    mistaken.child.send("q")
    mistaken.to_end()
    assert rows(home) == [("wrong", 1, "7")]


def test_the_learner_may_rate_an_answer_otherwise(mistaken, home):
    mistaken.child.sendline("12")
    mistaken.until(r"quit\]")
    mistaken.child.send("4")
    mistaken.until("4 Easy")
    mistaken.until(r"quit\]")
    mistaken.child.send("q")
    mistaken.to_end()
    assert rows(home) == [("right", 4, "7 → 12")]
