"""An exam on the disk: every event at once, a torn end passed over, one window at a time, a summary that stays."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.exam import Asked, Event, Plan
from studynn.core.text import Text
from studynn.history.exams import add_summary, begin, summaries, take_up, under_way

QUESTIONS = (Asked("cnn.a", "cnn", "choice", 1, 1.0), Asked("cnn.b", "cnn", "worked", 3, 2.5))


def plan(id="1-a", begun=1000, minutes=30):
    return Plan(id, 7, "0.1.0", "abcd1234", Text("Exam", "考试"), minutes, begun, QUESTIONS, ("cnn", "/x/deck.yaml"))


def kept(folder, *events):
    """A file of these events, closed as a process leaves it."""
    file = begin(folder, plan())
    for event in events:
        file.add(event)
    file.close()
    return file.path


def reread(path):
    file = take_up(path)
    file.close()
    return file.plan, file.events


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
EVENT = st.builds(
    Event,
    st.sampled_from(["look", "answer", "leave", "finish", "tick"]),
    st.integers(0, 2**53),
    st.integers(0, 2**40),
    st.integers(0, 200),
    texts,
)


@given(st.lists(EVENT, max_size=8))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_plan_and_events_come_back_as_they_were(tmp_path_factory, events):
    path = kept(tmp_path_factory.mktemp("exams"), *events)
    assert reread(path) == (plan(), events)


def test_every_event_is_on_the_disk_before_add_returns(tmp_path):
    file = begin(tmp_path, plan())
    for number in range(1, 4):
        file.add(Event("answer", 1, 2, number, "3"))
        assert len(file.path.read_bytes().splitlines()) == number + 1
    file.close()


def test_wherever_the_file_is_cut_what_was_whole_is_there_and_it_goes_on_from_there(tmp_path):
    events = [Event("answer", 1, number, number, "答案") for number in range(3)]
    whole = kept(tmp_path / "whole", *events).read_bytes()
    first = whole.index(b"\n") + 1
    for size in range(first, len(whole)):
        path = tmp_path / f"{size}.open.jsonl"
        path.write_bytes(whole[:size])
        lines = whole[:size].count(b"\n") - 1
        file = take_up(path)
        assert file.events == events[:lines]
        file.add(Event("leave", 9, 9))
        file.close()
        assert reread(path)[1] == [*events[:lines], Event("leave", 9, 9)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"not json\n",
        b"[]\n",
        b'{"schema": 2}\n',
        b'{"schema": 1, "questions": []}\n',
        b"\xff\xfe\n",
        b"[" * 5000 + b"\n",
    ],
)
def test_a_file_that_is_no_exam_is_passed_over_and_refused_by_name(tmp_path, content):
    path = tmp_path / "odd.open.jsonl"
    path.write_bytes(content)
    assert under_way(tmp_path) == []
    with pytest.raises(StudyError, match="odd"):
        take_up(path)
    assert path.read_bytes() == content


def test_what_is_under_way_is_found_the_newest_first_until_it_is_retired(tmp_path):
    files = [begin(tmp_path, plan(f"{begun}-x", begun)) for begun in (1, 3, 2)]
    assert [found.begun for _, found in under_way(tmp_path)] == [3, 2, 1]
    files[1].retire()
    assert [found.begun for _, found in under_way(tmp_path)] == [2, 1]
    assert (tmp_path / "3-x.jsonl").exists()
    for file in files:
        file.close()


def test_nothing_is_under_way_where_there_is_no_folder(tmp_path):
    assert under_way(tmp_path / "none") == [] and summaries(tmp_path / "none") == []


@pytest.mark.skipif(os.name != "posix", reason="locks of this kind are POSIX")
def test_two_windows_cannot_go_on_with_the_same_exam(tmp_path):
    path = kept(tmp_path)
    held = take_up(path)
    code = "import sys; from pathlib import Path; from studynn.history.exams import take_up; take_up(Path(sys.argv[1]))"
    run = [sys.executable, "-c", code, str(path)]
    assert "open in another window" in subprocess.run(run, capture_output=True, text=True).stderr
    held.close()
    assert subprocess.run(run, capture_output=True, text=True).returncode == 0


def test_a_summary_is_added_once_and_after_a_torn_line(tmp_path):
    add_summary(tmp_path, {"id": "a", "marks": [1.0, 2.0]})
    add_summary(tmp_path, {"id": "a", "marks": [9.0, 9.0]})
    with (tmp_path / "finished.jsonl").open("a") as file:
        file.write('{"id": "torn", "ma')
    add_summary(tmp_path, {"id": "b", "marks": [0.5, 1.0]})
    assert [(found["id"], found["marks"]) for found in summaries(tmp_path)] == [("a", [1.0, 2.0]), ("b", [0.5, 1.0])]
    assert json.loads((tmp_path / "finished.jsonl").read_text().splitlines()[0])["schema"] == 1


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path):
    (tmp_path / "exams").write_text("a file")
    with pytest.raises(StudyError, match="cannot be kept here") as told:
        begin(tmp_path / "exams", plan())
    assert told.value.exit_code == 1
