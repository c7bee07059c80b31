"""The perceptron's decision: score, class, distance and margin, the mistakes it names and what it refuses."""

import subprocess
import sys
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import InputError
from studynn.core.inputs import read_inputs
from studynn.core.steps import diagnose, work
from studynn.worked import load

PERCEPTRON = load("perceptron")


def run(**texts):
    return work(PERCEPTRON, read_inputs(PERCEPTRON, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def notes(truth):
    return " ".join(note.en for note in truth.notes)


def test_the_default_run_gives_the_known_values():
    assert run().results == {"z": 3, "out": 1, "distance": 0.6, "intercepts": (1.5, -2), "margin": -0.6}
    assert run().step("z").shown == "4·3 + (−3)·1 − 6"
    assert run().step("norm").value == 5


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("z", {"no-bias": 9, "bias-subtracted": 15}),
        ("out", {}),
        ("norm", {"l1-norm": 7, "norm-with-bias": 7.81}),
        ("distance", {"not-normalised": 3, "norm-squared": 0.12}),
        ("intercepts", {"intercept-sign": (-1.5, 2), "intercept-inverted": (0.6667, -0.5)}),
        ("margin", {"unsigned-margin": 0.6, "functional-margin": -3}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    found = slips(run(), step)
    assert found.keys() == expected.keys()
    for tag, value in expected.items():
        assert found[tag] == pytest.approx(value, rel=5e-4)


@pytest.mark.parametrize(("x", "z", "out"), [("1,1", 0.5, 1), ("0,1", -1.5, 0)])
def test_the_sign_of_the_score_decides(x, z, out):
    truth = run(w="2,-1", b="-0.5", x=x)
    assert (truth.step("z").value, truth.step("out").value) == (z, out)


def test_a_threshold_of_one_and_a_half_makes_an_and_gate():
    truths = [run(w="1,1", threshold="1.5", x=x) for x in ("0,0", "0,1", "1,0", "1,1")]
    assert [truth.step("out").value for truth in truths] == [0, 0, 0, 1]
    assert truths[1].step("z").formula == "z = w·x − θ"
    assert truths[1].step("z").shown == "1·0 + 1·1 − 1.5"


def test_a_threshold_takes_the_place_of_the_bias():
    assert run(threshold="6", b="100").results == run(b="-6").results


def test_the_margin_is_positive_where_the_label_agrees():
    truth = run(w="3,4", b="-5", x="3,4", label="1")
    assert truth.step("margin").value == 4
    assert set(slips(truth, "margin")) == {"functional-margin"}


def test_a_point_on_the_boundary_does_not_fire():
    truth = run(x="3,2")
    assert [truth.step(name).value for name in ("z", "out", "distance", "margin")] == [0, 0, 0, 0]
    assert "lies on the boundary" in notes(truth) and "boundary" not in notes(run())
    assert slips(truth, "out") == {"sign-output": -1, "fires-at-zero": 1} and slips(truth, "distance") == {}
    assert run(w="0.1,-0.3", x="3,1", b="0").step("z").value == 0


@pytest.mark.parametrize(("x", "out"), [("3,1", 1), ("3,2", 1), ("3,3", 0)])
def test_where_zero_fires_only_the_point_on_the_boundary_changes(x, out):
    truth = run(x=x, at_zero="1")
    assert truth.step("out").value == out and truth.step("out").formula == "[z ≥ 0]"
    assert PERCEPTRON.checked_by.compute(**truth.inputs)["out"] == out
    assert ("silent-at-zero" in slips(truth, "out")) is (x == "3,2")
    assert "z = 0 gives the output 1 here" in notes(truth) and "z = 0 gives the output 0 here" in notes(run(x=x))
    assert run(x=x).step("out").value == (0 if x == "3,2" else out)


def test_both_ways_find_the_same_output_where_a_score_vanishes_but_for_rounding():
    for at_zero in ("0", "1"):
        truth = run(w="0.1,-0.3", x="3,1", b="0", at_zero=at_zero)
        assert PERCEPTRON.checked_by.compute(**truth.inputs)["out"] == truth.step("out").value == int(at_zero)


def test_only_two_weights_other_than_zero_have_two_intercepts():
    assert not run(w="1,2,3", x="1,1,1").has("intercepts")
    truth = run(w="0,2", b="-6")
    assert not truth.has("intercepts")
    assert "w₁ = 0: the line runs along the x₁ axis and cuts only the other one, at x₂ = 3." in notes(truth)


@pytest.mark.parametrize(
    ("texts", "step", "tags"),
    [
        ({"b": "0"}, "z", set()),
        ({"b": "0"}, "intercepts", set()),
        ({"b": "0"}, "norm", {"l1-norm"}),
        ({"w": "0,2", "b": "0"}, "norm", set()),
        ({"w": "1,0"}, "distance", set()),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tags):
    assert set(slips(run(**texts), step)) == tags


def test_a_forgotten_bias_is_named_at_the_distance_too():
    assert [slip.tag for slip in diagnose(run(), "distance", 1.8)] == ["no-bias"]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"w": "0,0"}, "--w 0,0: must not be 0 everywhere"),
        ({"x": "1,2,3"}, "--x 1,2,3: must have length 2 to fit --w, it has length 3"),
        ({"label": "0"}, "--label 0: must be one of -1, 1"),
        ({"at_zero": "2"}, "--at-zero 2: must be a whole number from 0 to 1"),
        ({"w": ",".join("1" * 33)}, "at most 32 a side"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, message):
    with pytest.raises(InputError) as refusal:
        run(**texts)
    assert message in refusal.value.message.en


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=5), st.integers(-9, 9))
@settings(max_examples=80, deadline=None)
def test_the_perpendicular_has_the_length_of_the_distance(pairs, bias):
    w, x = zip(*pairs, strict=True)
    assume(any(w))
    truth = work(PERCEPTRON, {"w": w, "x": x, "b": bias, "threshold": None, "label": "1", "at_zero": bias % 2})
    found = PERCEPTRON.checked_by.compute(**truth.inputs)
    for name, value in found.items():
        assert value == pytest.approx(truth.step(name).value, abs=1e-9)


def test_the_levels_differ_in_structure():
    runs = {level: [draw(PERCEPTRON, Random(seed), level) for seed in range(60)] for level in (1, 2, 3)}
    assert all(truth.has("intercepts") for truth in runs[1])
    assert {(len(t.inputs["w"]), t.inputs["threshold"] is None) for t in runs[2]} == {(2, False), (3, True)}
    assert all(truth.step("norm").value in (5, 10, 13) for truth in runs[3])
    assert 15 <= sum(truth.step("margin").value < 0 for truth in runs[3]) <= 45


def test_a_perceptron_is_computed_without_numpy():
    code = """
import sys
from studynn.core.inputs import defaults
from studynn.core.steps import work
from studynn.worked import load
work(load("perceptron"), defaults(load("perceptron")))
sys.exit("numpy" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_picture_has_the_boundary_where_the_score_is_zero_and_a_perpendicular_as_long_as_the_distance():
    truth = run(w="4,-3", x="3,1", b="-6")
    (plot,) = PERCEPTRON.picture(truth)
    line, perpendicular = plot.tracks
    assert all(4 * x - 3 * y - 6 == pytest.approx(0, abs=1e-9) for x, y in line.points)
    (a, b), (c, d) = perpendicular.points
    assert ((a - c) ** 2 + (b - d) ** 2) ** 0.5 == pytest.approx(truth.step("distance").value)
    assert all(mark.sign == str(int(4 * mark.at[0] - 3 * mark.at[1] > 6)) for mark in plot.marks if mark.sign in "01")


def test_only_two_inputs_make_a_picture():
    assert not PERCEPTRON.picture(run(w="1,2,3", x="1,2,3")) and not PERCEPTRON.picture(run(w="2", x="1"))


def test_an_axis_that_the_boundary_cuts_far_away_does_not_squeeze_the_picture():
    (plot,) = PERCEPTRON.picture(run(w="1,0.00001", x="3,1", b="-2"))
    assert max(abs(number) for mark in plot.marks for number in mark.at) < 20
