"""An exam at a real terminal: keys, the clock on the prompt, Ctrl-C and Ctrl-D, and a kill in the middle."""

import json
import re
import signal
from pathlib import Path

import pytest
from terminal import Terminal

CHOICES = "types: {choice: 1, true-false: 1}\ncount: 4\nseed: 2\nminutes: 30\ntopics: {cnn: 1}\n"
PROMPT = r"\[(\d\d:\d\d) left · (\d+)/4\] [^\r]*\? help "
END = r"\[\d\d:\d\d left · end\] "


@pytest.fixture
def blueprint(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(CHOICES, encoding="utf-8")
    return ["--blueprint", str(path)]


def begun(home, *arguments, **settings):
    return Terminal(home, ["exam", *arguments], **settings)


def command(terminal, word):
    """A command where options are chosen by key: a colon, then the rest in a line."""
    terminal.child.send(":")
    terminal.until("> ")
    terminal.child.sendline(word)


def key_of(terminal, seen):
    """A key that chooses something in the question just shown."""
    return "t" if "t/f" in seen else "1"


def kept(home):
    (path,) = (Path(home) / "exams").glob("*.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_whole_exam_with_going_back_and_changing_an_answer(home, blueprint):
    terminal = begun(home, *blueprint)
    seen = terminal.until(PROMPT)
    first = key_of(terminal, seen)
    terminal.child.send(first)
    terminal.until(PROMPT)
    command(terminal, "b")
    assert "Your answer so far" in terminal.until(PROMPT)
    terminal.child.send("f" if first == "t" else "2")
    for _ in range(3):
        terminal.child.send(key_of(terminal, terminal.until(PROMPT)))
    terminal.until(END)
    terminal.until("> ")
    terminal.child.sendline(":f")
    report = terminal.to_end()
    assert re.search(r"\d(\.5)? of \d+ marks \(\d+%\)", report) and "By topic" in report
    assert terminal.child.exitstatus == 0
    answers = [event for event in json_lines(home) if event.get("kind") == "answer" and event["number"] == 1]
    assert [event["typed"] for event in answers] == [first, "f" if first == "t" else "2"]


def json_lines(home):
    files = [path for path in (Path(home) / "exams").glob("*.jsonl") if path.name != "finished.jsonl"]
    assert len(files) == 1
    return [json.loads(line) for line in files[0].read_text(encoding="utf-8").splitlines()]


def test_a_kill_loses_at_most_the_question_on_the_screen_and_the_time_left_is_there_again(home, blueprint):
    terminal = begun(home, *blueprint)
    for _ in range(2):
        terminal.child.send(key_of(terminal, terminal.until(PROMPT)))
    terminal.until(PROMPT)
    terminal.child.kill(signal.SIGKILL)
    terminal.child.wait()
    events = kept(home)[1:]
    assert [event["number"] for event in events if event["kind"] == "answer"] == [1, 2]
    again = begun(home)
    seen = again.until(PROMPT)
    assert "An exam is under way: 2 of 4 answered" in seen
    assert again.child.match[2] == "3"
    minutes, seconds = map(int, again.child.match[1].split(":"))
    left_at_the_kill = 30 * 60 - events[-1]["used"] / 1000
    assert 0 < minutes * 60 + seconds <= left_at_the_kill + 1
    for _ in range(2):
        again.child.send(key_of(again, seen))
        seen = again.until(f"{PROMPT}|{END}")
    again.until("> ")
    again.child.sendline(":f")
    assert "marks (" in again.to_end()


@pytest.mark.parametrize("kinds", ["types: {choice: 1}", "types: {cloze: 1}"])
def test_ctrl_c_keeps_the_exam_and_ends_with_130(home, tmp_path, kinds):
    path = tmp_path / "kinds.yaml"
    path.write_text(kinds + "\ncount: 3\ntopics: {cnn: 1}\n", encoding="utf-8")
    terminal = begun(home, "--blueprint", str(path))
    terminal.until(r"left · 1/3\]")
    terminal.until("help " if "choice" in kinds else "> ")
    terminal.child.sendintr()
    said = terminal.to_end()
    assert "Kept: 0 of 3 answered" in said and "Traceback" not in said
    assert terminal.child.exitstatus == 130
    assert kept(home)[-1]["kind"] == "leave"


@pytest.mark.parametrize("kinds", ["types: {choice: 1}", "types: {cloze: 1}"])
def test_ctrl_d_keeps_the_exam(home, tmp_path, kinds):
    path = tmp_path / "kinds.yaml"
    path.write_text(kinds + "\ncount: 3\ntopics: {cnn: 1}\n", encoding="utf-8")
    terminal = begun(home, "--blueprint", str(path))
    terminal.until(r"left · 1/3\]")
    terminal.until("help " if "choice" in kinds else "> ")
    terminal.child.sendeof()
    assert "Kept: 0 of 3 answered" in terminal.to_end()
    assert terminal.child.exitstatus == 0


@pytest.mark.parametrize("kinds", ["types: {choice: 1}", "types: {cloze: 1}"])
def test_when_the_time_is_up_the_exam_ends_by_itself_while_it_waits(home, tmp_path, kinds):
    path = tmp_path / "kinds.yaml"
    path.write_text(kinds + "\ncount: 3\nminutes: 1\ntopics: {cnn: 1}\n", encoding="utf-8")
    terminal = begun(home, "--blueprint", str(path))
    terminal.until(r"left · 1/3\]")
    terminal.until("help " if "choice" in kinds else "> ")
    terminal.child.sendeof()
    terminal.to_end()
    (file,) = (home / "exams").glob("*.open.jsonl")
    used = {"kind": "leave", "moment": 1, "used": 59_500, "number": 0, "typed": ""}
    with file.open("a") as stream:  # half a second is left
        stream.write(json.dumps(used) + "\n")
    again = begun(home)
    again.until("left · 1/3")
    said = again.to_end()
    assert "Time is up." in said and "0 of" in said and "Traceback" not in said
    assert again.child.exitstatus == 0


def test_an_exam_open_in_one_window_is_not_gone_on_with_in_another(home, blueprint):
    first = begun(home, *blueprint)
    first.until(PROMPT)
    second = begun(home)
    assert "open in another window" in second.to_end()
    assert second.child.exitstatus == 1
    first.child.send("q")
    assert "Kept" in first.to_end()


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_line_of_an_exam_is_wider_than_the_terminal(home, columns, language):
    terminal = begun(home, "rnn", "--seed", "3", "-n", "12", columns=columns, STUDYNN_LANG=language, NO_COLOR="1")
    for number in range(1, 13):
        terminal.until(rf"[·] {number}/12\][^>]*(> |(help|帮助) )")
        terminal.child.send("\r")
    terminal.until(r"(end|末尾)\]")
    terminal.until("> ")
    terminal.child.sendline(":f")
    terminal.until("\n> ")
    terminal.child.sendline("y")
    terminal.to_end()
    shown = terminal.raw.replace("\x1b[?2004h", "").replace("\x1b[?2004l", "").replace("\r", "")
    assert "\x1b[" not in shown
    printed = [line.rstrip() for line in shown.split("\n") if line.strip()]
    assert [line for line in terminal.lines() if line] == printed
