"""`studynn history`: where the log is, its rows as JSON lines, taking an answer back."""

import json
from dataclasses import asdict, fields

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reviews import moments, row, undo, whole

from studynn.__main__ import main
from studynn.core.review import Review, standing
from studynn.history.log import log_path, open_log, read_log


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs `studynn history` and gives the exit code, what it wrote, and what it complained of."""
    monkeypatch.setenv("STUDYNN_HOME", str(tmp_path))
    monkeypatch.setenv("STUDYNN_LANG", "en")
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments):
        code = main(["history", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def path(tmp_path):
    return log_path(tmp_path)


def write(path, *rows):
    with open_log(path) as log:
        for one in rows:
            log.add(one)


def test_where_tells_the_file_and_how_much_it_holds(run, path):
    write(path, row("a"), row("b"), undo("c", "a"))
    for arguments in ((), ("where",)):
        code, out, _ = run(*arguments)
        assert code == 0 and path.name in out and "1 answers (3 rows)" in out


@pytest.mark.parametrize("command", ["where", "export"])
def test_looking_where_there_is_no_log_makes_none(run, path, command):
    code, out, err = run(command)
    assert (code, err) == (0, "")
    assert ("0 answers" in out) == (command == "where")
    assert not path.exists()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(), slips=st.lists(st.text(), max_size=3), number=whole, moment=moments)
def test_the_export_holds_every_column_of_every_row_one_json_object_a_line(run, path, text, slips, number, moment):
    rows = [row("a", answer=text, question=text, slips=tuple(slips), seed=number, moment=moment), undo("b", "a")]
    write(path, *rows)
    code, out, err = run("export")
    path.unlink()
    assert (code, err) == (0, "")
    assert len(out.splitlines()) == len(rows)
    exported = [json.loads(line) for line in out.splitlines()]
    assert [set(one) for one in exported] == [{field.name for field in fields(Review)}] * len(rows)
    assert exported == [asdict(one) | {"slips": list(one.slips)} for one in rows]


def test_undo_is_a_new_row_that_names_the_last_answer(run, path):
    write(path, row("a", moment=1), row("b", moment=3), row("c", moment=2))
    before = read_log(path)
    code, out, _ = run("undo")
    after = read_log(path)
    assert code == 0 and "Taken back: cnn.kernel, answered 2." in out
    assert after[:3] == before and len(after) == 4
    assert (after[3].undoes, after[3].outcome, after[3].rating) == ("b", None, None)
    assert [one.id for one in standing(after)] == ["a", "c"]


def test_undo_after_undo_goes_further_back_until_nothing_is_left(run, path):
    write(path, row("a", moment=1), row("b", moment=2))
    assert [run("undo")[0] for _ in range(3)] == [0, 0, 2]
    assert [one.undoes for one in read_log(path)[2:]] == ["b", "a"]


def test_an_answer_of_any_day_is_taken_back_by_its_id_and_only_once(run, path):
    write(path, row("a", moment=1), row("b", moment=10**12))
    assert run("undo", "a")[0] == 0
    code, out, err = run("undo", "a")
    assert (code, out) == (2, "") and "a: there is no such answer, or it was taken back before" in err
    assert [one.id for one in standing(read_log(path))] == ["b"]
    assert len(read_log(path)) == 3


@pytest.mark.parametrize("named", ["nothing", "c", "", "\x1b[2J", "%s", "{id}"])
def test_what_is_no_answer_cannot_be_taken_back(run, path, named):
    write(path, row("a"), row("b"), undo("c", "b"))
    before = read_log(path)
    code, out, err = run("undo", named)
    assert (code, out) == (2, "") and err.count("\n") == 1 and "\x1b" not in err
    assert read_log(path) == before


def test_undo_where_nothing_was_answered_is_refused_and_makes_no_log(run, path):
    code, out, err = run("undo")
    assert (code, out) == (2, "") and "there is no answer to take back" in err
    assert not path.exists()


def test_what_was_answered_is_shown_and_never_obeyed(run, path):
    write(path, row("a", answer="\x1b[2J[red]{question}\u202e"))
    code, out, _ = run("undo")
    assert code == 0 and "\x1b" not in out and "\u202e" not in out and "[red]{question}" in out


@pytest.mark.parametrize("command", ["where", "export", "undo"])
def test_a_damaged_log_is_one_line_and_exit_code_1(run, path, command):
    path.write_text("not a log, but dear to somebody\n" * 9)
    before = path.read_bytes()
    code, out, err = run(command)
    assert (code, out) == (1, "") and err.count("\n") == 1 and "is damaged" in err
    assert path.read_bytes() == before
