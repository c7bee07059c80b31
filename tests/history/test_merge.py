"""Two logs become one: every row once, whichever way round and however often; out as lines and back without loss."""

import json
from dataclasses import asdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reviews import histories, moments, row, undo, whole

from studynn.__main__ import main
from studynn.core.review import Mark, standing
from studynn.core.schedule import memories
from studynn.history.json_lines import read_lines
from studynn.history.log import log_path, open_log, read_log, reading
from studynn.views.as_json import json_text

moderately = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
marks = st.builds(
    Mark, st.text(min_size=1), st.text(), moments, st.sampled_from(["bury", "suspend", "resume"]), st.text(), st.text()
)


def line_of(one):
    return json_text(asdict(one), indent=None)


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs `studynn history` in a home and gives the exit code, what it wrote, and what it complained of."""
    monkeypatch.setenv("STUDYNN_LANG", "en")

    def run(home, *arguments):
        monkeypatch.setenv("STUDYNN_HOME", str(tmp_path / home))
        code = main(["history", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def write(folder, *rows):
    with open_log(log_path(folder)) as log:
        log.add(*rows)


def everything(folder):
    with reading(log_path(folder)) as log:
        return {*log.rows(), *log.marks()} if log else set()


@moderately
@given(rows=histories(most=16), belongs=st.lists(st.sampled_from("xyb"), min_size=16, max_size=16))
def test_merging_is_commutative_and_idempotent_and_loses_nothing(tmp_path_factory, rows, belongs):
    folder = tmp_path_factory.mktemp("merge")
    for home in "xy":
        write(folder / home, *(one for one, place in zip(rows, belongs, strict=False) if place in (home, "b")))
    xs, ys = everything(folder / "x"), everything(folder / "y")
    with open_log(log_path(folder / "x")) as log:
        assert log.merge(ys) == len(ys - xs)
        assert log.merge(ys) == log.merge(xs) == 0
    with open_log(log_path(folder / "y")) as log:
        log.merge(xs)
    assert everything(folder / "x") == everything(folder / "y") == xs | ys
    merged = read_log(log_path(folder / "x"))
    assert standing(merged) == standing(xs | ys) and memories(merged) == memories(xs | ys)


@moderately
@given(
    text=st.text(), slips=st.lists(st.text(), max_size=3), number=whole, moment=moments, confidence=st.integers(1, 3),
    mark=marks,
)  # fmt: skip
def test_rows_out_as_lines_and_back_are_the_same(tmp_path, text, slips, number, moment, confidence, mark):
    rows = [
        row("a", answer=text, question=text, slips=tuple(slips), seed=number, moment=moment, confidence=confidence),
        undo("b", "a", purpose="exam"),
        mark,
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(line_of(one) + "\n" for one in rows), encoding="utf-8")
    assert read_lines(path) == rows


@pytest.mark.parametrize("as_lines", [True, False])
def test_a_log_of_another_machine_is_merged_as_a_file_or_as_exported_lines(run, tmp_path, as_lines):
    write(tmp_path / "here", row("a"), row("b"))
    write(tmp_path / "there", row("b"), row("c"), undo("d", "a"), Mark("m", "x", 5, "suspend", "d1", "0"))
    path = log_path(tmp_path / "there")
    if as_lines:
        path = tmp_path / "there.jsonl"
        path.write_text(run("there", "export")[1], encoding="utf-8")
    code, out, _ = run("here", "merge", str(path))
    assert code == 0 and "3 of 4 rows are new" in out
    assert "0 of 4 rows are new" in run("here", "merge", str(path))[1]
    assert everything(tmp_path / "here") == everything(tmp_path / "there") | {row("a")}


GOOD = line_of(row("a"))


@pytest.mark.parametrize(
    "line",
    [
        "", "[]", "3", "{}", "null", "not json", '{"id": "x"}', GOOD[:-1], GOOD.replace('"rating": 3', '"rating": 9'),
        GOOD.replace('"rating": 3', '"rating": "3"'), GOOD.replace('"right"', '"almost"'), GOOD.replace('"seed": 7', '"seed": 7.5'),
        GOOD.replace('"undoes": null', '"undoes": "b"'), GOOD.replace("{", '{"more": 1, ', 1), "[" * 100_000,
        GOOD.replace("1700000000000", "9" * 18), GOOD.replace("1700000000000", "9" * 30),
    ],
)  # fmt: skip
def test_a_line_that_is_no_row_is_refused_with_its_number_and_nothing_is_merged(run, tmp_path, line):
    write(tmp_path / "here", row("z"))
    path = tmp_path / "bad.jsonl"
    path.write_text(f"{line_of(row('y'))}\n{line}\n", encoding="utf-8")
    code, out, err = run("here", "merge", str(path))
    if not line:
        assert code == 0
        return
    assert (code, out) == (2, "") and f"{path}:2: this is not a row of a review log" in err and err.count("\n") == 1
    assert everything(tmp_path / "here") == {row("z")}


@given(st.binary(max_size=200))
@moderately
def test_any_file_is_merged_or_refused_in_one_line(run, tmp_path, content):
    path = tmp_path / "any"
    path.write_bytes(content)
    code, _, err = run("here", "merge", str(path))
    assert (code == 0 and err == "") or (code in (1, 2) and err.count("\n") == 1 and "Traceback" not in err)


def test_a_file_that_is_not_there_is_refused_in_one_line(run, tmp_path):
    code, out, err = run("here", "merge", str(tmp_path / "nothing"))
    assert (code, out, err.count("\n")) == (2, "", 1) and "cannot be read" in err
    assert run("here", "merge", str(tmp_path))[0] == 2


def test_exported_lines_are_json_objects_that_other_programs_can_read(run, tmp_path):
    write(tmp_path / "here", row("a", answer="一\u2028二\x85"))
    out = run("here", "export")[1]
    assert len(out.splitlines()) == 1 and json.loads(out)["answer"] == "一\u2028二\x85"
