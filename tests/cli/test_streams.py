"""Real processes whose streams and disks fail: a clear end, no traceback, nothing lost that was answered."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

STUDYNN = [sys.executable, "-m", "studynn"]


def shell(script, home, **more):
    environment = {**os.environ, "STUDYNN_HOME": str(home), "PYTHON": sys.executable, **more}
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=environment, timeout=120)


@pytest.mark.parametrize(
    "line", ["topics", "show cnn", "compute backprop", "compute conv2d --json", "--help", "history export"]
)
def test_a_reader_that_stops_early_is_no_error(home, line):
    ran = shell(f"set -o pipefail; $PYTHON -m studynn {line} | head -n 1", home)
    assert ran.returncode == 0 and ran.stderr == ""


def test_a_reader_that_goes_while_much_is_still_to_come_is_no_error(home):
    for _ in range(8):
        ran = shell("set -o pipefail; $PYTHON -m studynn show cnn --json | head -c 1 > /dev/null", home)
        assert ran.returncode == 0 and ran.stderr == ""
    subprocess.run(
        [*STUDYNN, "quiz", "cnn", "--type", "choice", "-n", "40"],
        input="1\n" * 40,
        text=True,
        check=True,
        capture_output=True,
    )
    ran = shell("set -o pipefail; $PYTHON -m studynn history export | head -n 1", home)
    assert ran.returncode == 0 and ran.stderr == "" and ran.stdout.count("\n") == 1


def test_closed_standard_input_ends_a_quiz_with_a_summary(home):
    ran = shell("$PYTHON -m studynn quiz cnn <&-", home)
    assert ran.returncode == 0 and "Nothing was answered" in ran.stdout and ran.stderr == ""


def test_closed_standard_output_is_survived(home):
    ran = shell("$PYTHON -m studynn compute conv-size >&-", home)
    assert ran.returncode == 0 and ran.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_standard_output_gives_one_line(home):
    ran = shell("$PYTHON -m studynn compute conv-size >/dev/full", home)
    assert ran.returncode == 1 and ran.stderr.count("\n") == 1 and "cannot be written" in ran.stderr


def test_bytes_that_are_no_text_are_an_answer_that_cannot_be_read(home):
    ran = shell(r"printf '\xff\xfe\n1\n' | $PYTHON -m studynn quiz cnn --type choice -n 1", home)
    assert ran.returncode == 0 and "choose one of" in ran.stdout and ran.stderr == ""


@pytest.mark.parametrize("folder", ["/dev/null/home", "/proc/nowhere"])
def test_a_home_that_cannot_be_written_refuses_a_quiz_in_one_line_and_practises_with_no_log(folder):
    refused = shell("echo 1 | $PYTHON -m studynn quiz cnn --type choice -n 1", folder)
    assert refused.returncode == 1 and refused.stderr.count("\n") == 1 and "--no-log" in refused.stderr
    practised = shell("echo 1 | $PYTHON -m studynn quiz cnn --type choice -n 1 --no-log", folder)
    assert practised.returncode == 0 and practised.stderr == ""
    assert shell("$PYTHON -m studynn topics", folder).returncode == 0


def test_a_disk_that_fills_up_ends_the_quiz_with_one_line_and_keeps_what_was_answered(home):
    subprocess.run(
        [*STUDYNN, "quiz", "cnn", "--type", "choice", "-n", "3"],
        input="1\n1\n1\n",
        text=True,
        check=True,
        capture_output=True,
    )
    log = next(home.glob("*.sqlite3"))

    def no_more_space():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, log.stat().st_size))

    ran = subprocess.run(
        [*STUDYNN, "quiz", "cnn", "--type", "choice", "-n", "50"],
        input="1\n" * 50,
        text=True,
        capture_output=True,
        preexec_fn=no_more_space,
    )
    kept = subprocess.run(
        [*STUDYNN, "history", "export"], text=True, capture_output=True, check=True
    ).stdout.splitlines()
    said_right_or_wrong = ran.stdout.count("✓ Right.") + ran.stdout.count("✗ Wrong.")
    assert ran.returncode == 1 and ran.stderr.count("\n") == 1 and "Traceback" not in ran.stderr
    assert len(kept) == 3 + said_right_or_wrong
    assert all(json.loads(line)["id"] for line in kept)


def test_ctrl_c_ends_a_quiz_with_its_summary_and_exit_code_130(home):
    quiz = subprocess.Popen(
        [*STUDYNN, "quiz", "cnn", "--type", "choice", "-n", "3"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert quiz.stdin is not None and quiz.stdout is not None
    quiz.stdin.write("1\n")
    quiz.stdin.flush()
    while "2/3" not in quiz.stdout.readline():
        pass
    quiz.send_signal(signal.SIGINT)
    out, err = quiz.communicate(timeout=60)
    assert quiz.returncode == 130 and "of 1 right" in out and err == ""
