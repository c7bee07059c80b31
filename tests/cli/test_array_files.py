"""Arrays from files: JSON, the output of another example, .npy, .csv, standard input; whatever else is refused in one line."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ARRAY = [[1, 2, 0], [0, 1, 3], [2, 1, 1]]


def results(ran):
    assert ran.err == ""
    return json.loads(ran.out)["results"]


@pytest.fixture
def typed(studynn):
    return results(studynn("compute", "conv2d", "--x", "1,2,0;0,1,3;2,1,1", "--preset", "sobel-x", "--json"))


@pytest.mark.parametrize("ending", ["json", "npy", "csv"])
def test_a_file_gives_the_same_as_typing_its_numbers(studynn, tmp_path, typed, ending):
    path = tmp_path / f"x.{ending}"
    if ending == "npy":
        np.save(path, np.array(ARRAY))
    elif ending == "csv":
        path.write_text("\n".join(",".join(map(str, row)) for row in ARRAY))
    else:
        path.write_text(json.dumps(ARRAY))
    assert results(studynn("compute", "conv2d", "--x", f"@{path}", "--preset", "sobel-x", "--json")) == typed


@pytest.mark.parametrize("words", [json.dumps(ARRAY), "1,2,0\n0,1,3\n2,1,1\n"])
def test_standard_input_gives_the_same_as_a_file(studynn, typed, words):
    assert results(studynn("compute", "conv2d", "--x", "@-", "--preset", "sobel-x", "--json", typed=words)) == typed


def test_the_output_of_one_example_is_the_input_of_the_next(studynn, tmp_path):
    path = tmp_path / "first.json"
    path.write_text(studynn("compute", "conv2d", "--json").out)
    first = json.loads(path.read_text())
    found = json.loads(studynn("compute", "conv2d", "--x", f"@{path}:y", "--json").out)
    assert found["inputs"]["x"] == first["results"]["y"]
    again = json.loads(studynn("compute", "conv2d", "--x", f"@{path}", "--json").out)
    assert again["results"] == first["results"]  # without a key, the input of the same name


def test_a_large_array_is_shown_by_its_shape_and_corner_and_is_whole_in_json(studynn, tmp_path):
    path = tmp_path / "x.npy"
    np.save(path, np.arange(900.0).reshape(30, 30) % 7)
    line = ["compute", "conv2d", "--x", f"@{path}", "--preset", "mean"]
    shown = studynn(*line).out
    assert "28×28" in shown and "⋮" in shown and len(shown.splitlines()) < 80
    assert np.shape(results(studynn(*line, "--json"))["y"]) == (28, 28)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.json", "[[1, 2], [3]]", "rows must be equally long"),
        ("x.json", "[[1, NaN], [3, 4]]", "must lie between"),
        ("x.json", "[[1, Infinity], [3, 4]]", "must lie between"),
        ("x.json", "[[true, 1], [3, 4]]", "must be a matrix"),
        ("x.json", '[["a", 1], [3, 4]]', "must be a matrix"),
        ("x.json", '{"results": {"y": 1}}', "name one of y after a colon"),
        ("x.json", "[" * 100_000, "must hold numbers"),
        ("x.json", "import os", "must hold numbers"),
        ("x.csv", "1,a\n2,3\n", "must hold numbers"),
        ("x.npy", "no array", "must hold numbers"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_one_line(studynn, tmp_path, name, content, said):
    (tmp_path / name).write_text(content)
    ran = studynn("compute", "conv2d", "--x", f"@{tmp_path / name}")
    assert ran.code == 2 and said in ran.err and ran.err.count("\n") == 1


def test_an_object_array_is_never_unpickled(studynn, tmp_path):
    np.save(tmp_path / "x.npy", np.array([print, "x"], dtype=object), allow_pickle=True)
    ran = studynn("compute", "conv2d", "--x", f"@{tmp_path / 'x.npy'}")
    assert ran.code == 2 and "must hold numbers" in ran.err


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_file_that_cannot_be_read_is_told_in_one_line(studynn, tmp_path, name):
    ran = studynn("compute", "conv2d", "--x", f"@{tmp_path / name}")
    assert ran.code == 2 and "cannot be read" in ran.err and ran.err.count("\n") == 1


@given(
    content=st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)),
    ending=st.sampled_from(["json", "npy", "csv"]),
)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_file_holds_there_is_no_traceback(studynn, tmp_path, content, ending):
    (tmp_path / f"x.{ending}").write_bytes(content)
    ran = studynn("compute", "mlp-forward", "--x", f"@{tmp_path / f'x.{ending}'}", "--json")
    assert ran.code in (0, 2) and ran.err.count("\n") <= 1
