"""`studynn compute`: options from the signature, five forms of output, one clear line for bad input."""

import json

import pytest

from studynn.worked import names


def test_conv_size_gives_the_steps_and_results_as_json(studynn):
    ran = studynn("compute", "conv-size", "--json")
    found = json.loads(ran.out)
    assert ran.code == 0
    assert found["schema"] == 1 and found["example"] == "conv-size"
    assert found["inputs"] == {"width": 227, "kernel": 11, "stride": 4, "padding": 0, "dilation": 1}
    assert found["results"] == {"span": 216, "fraction": 54, "out": 55}
    assert found["steps"][0] | {"title": ""} == {
        "name": "span",
        "title": "",
        "formula": "W − K + 2P",
        "shown": "227 − 11 + 2·0",
        "value": 216,
    }


def test_formula_letters_are_short_options(studynn):
    ran = studynn("compute", "conv-size", "-W", "32", "-K", "5", "-P", "2", "-S", "1", "--json")
    assert json.loads(ran.out)["results"]["out"] == 32


def test_exact_fractions_come_as_text_beside_the_number(studynn):
    steps = json.loads(studynn("compute", "dice", "--json").out)["steps"]
    step = next(step for step in steps if step["name"] == "p")
    assert step["value"] == pytest.approx(1 / 12) and step["exact"] == "1/12"


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_example_is_shown_in_every_form(studynn, name, language):
    for form in (
        [],
        ["--plain"],
        ["--json"],
        ["--markdown"],
        ["--verify"],
        ["--problem"],
        ["--seed", "5", "--level", "2"],
    ):
        ran = studynn("compute", name, *form, "--lang", language)
        assert (ran.code, ran.err) == (0, ""), form
        assert ran.out.strip()


@pytest.mark.parametrize("name", names())
def test_the_problem_and_the_same_line_without_it_have_the_same_inputs(studynn, name):
    line = ["compute", name, "--seed", "11", "--level", "3", "--json"]
    problem, working = json.loads(studynn(*line, "--problem").out), json.loads(studynn(*line).out)
    assert problem["inputs"] == working["inputs"]
    assert "steps" not in problem and "results" not in problem


@pytest.mark.parametrize("name", names())
def test_verify_shows_that_the_second_derivation_agrees(studynn, name):
    out = studynn("compute", name, "--verify", "--plain").out
    assert "agrees" in out and "DIFFERS" not in out


def test_the_list_as_json_has_parameters_types_defaults_and_steps(studynn):
    found = {example["name"]: example for example in json.loads(studynn("compute", "--json").out)["examples"]}
    assert set(found) == set(names())
    kernel = found["conv-size"]["parameters"][1]
    assert (kernel["name"], kernel["type"], kernel["default"], kernel["minimum"]) == ("kernel", "int", 11, 1)
    assert [step["name"] for step in found["conv-size"]["steps"]] == ["span", "fraction", "out"]


def test_an_unambiguous_beginning_of_a_name_is_enough(studynn):
    assert json.loads(studynn("compute", "lstm", "--json").out)["example"] == "lstm-step"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("conv-size --kernel 0", "--kernel 0: must be a whole number from 1"),
        ("conv-size --width 5 --kernel 12", "--kernel 12: must fit into the padded width of 5"),
        ("conv-size --stride -1", "--stride -1: must be"),
        ("conv-size --width nan", "--width nan: must be"),
        ("conv-size --width 1e99", "--width 1e99: must be"),
        ("dice --sides abc", "--sides abc: must be"),
        ("mlp-forward --x 1,nan", "--x 1,nan: must be"),
        ("mlp-forward --w1 1,2;3", "rows must be equally long"),
        ("conv2d --x 1,2;3", "rows must be equally long"),
        ("conv-size --level 4", "--level 4: must be a whole number from 1 to 3"),
        ("conv-size --seed x", "--seed x: must be"),
        ("conv-size --json --markdown", "only one of them"),
        ("conv-size --colour", "no option --colour"),
        ("conv-size --width", "--width needs a value"),
        ("covn-size", "did you mean conv-size"),
        ("xyzzy", "`studynn compute --help` lists them"),
        ("conv-", "did you mean conv-"),
    ],
)
def test_bad_input_gets_one_line_that_says_what_is_allowed_and_exit_code_2(studynn, line, said):
    ran = studynn("compute", *line.split(" "))
    assert ran.code == 2 and ran.out == ""
    assert said in ran.err and ran.err.count("\n") == 1 and "Traceback" not in ran.err


@pytest.mark.parametrize("option", ["--x", "--w1"])
def test_an_oversized_array_is_refused(studynn, option):
    ran = studynn("compute", "mlp-forward", option, ",".join(["1"] * 5000))
    assert ran.code == 2 and ran.err.count("\n") == 1 and len(ran.err) < 400


def test_the_complaint_is_in_chinese_for_a_chinese_reader(studynn):
    assert "应为" in studynn("compute", "conv-size", "--kernel", "0", "--lang", "zh").err


def test_full_width_digits_are_read(studynn):
    assert json.loads(studynn("compute", "conv-size", "--width", "２２７", "--json").out)["inputs"]["width"] == 227
