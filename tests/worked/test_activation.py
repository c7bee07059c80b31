"""Activation functions and their slopes: known values, named mistakes, the point 0, and what is refused."""

from random import Random

import notation
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.values import plain
from studynn.worked import load

ACTIVATION = load("activation")


def run(**texts):
    return work(ACTIVATION, read_inputs(ACTIVATION, texts))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == pytest.approx(
        {
            "sigmoid": 0.268941,
            "tanh": -0.761594,
            "relu": 0,
            "leaky": -0.01,
            "elu": -0.632121,
            "softplus": 0.313262,
            "d-sigmoid": 0.196612,
            "d-tanh": 0.419974,
            "d-relu": 0,
            "d-leaky": 0.01,
            "d-elu": 0.367879,
        },
        abs=5e-7,
    )
    assert run().step("step").value == 0


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("sigmoid", {"sign-of-exponent": 0.7311, "tanh-for-sigmoid": -0.7616}),
        ("tanh", {"inner-two-lost": -0.4621}),
        ("relu", {"abs-for-relu": 1, "sigmoid-for-relu": 0.2689}),
        ("leaky", {"relu-for-leaky": 0}),
        ("elu", {"elu-no-minus-one": 0.3679}),
        ("softplus", {"relu-for-softplus": 0}),
        ("d-sigmoid", {"slope-from-x": -2, "sigmoid-twice": 0.2455}),
        ("d-tanh", {"sigmoid-pattern": -1.342, "square-forgotten": 1.762}),
        ("d-relu", {}),
        ("d-leaky", {"dead-slope": 0}),
        ("d-elu", {"value-for-slope": -0.6321}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == pytest.approx(expected, rel=6e-4)


def test_above_zero_other_mistakes_can_be_made():
    truth = run(x="2")
    assert slips(truth, "leaky") == {"leak-everywhere": 0.02}
    assert slips(truth, "d-relu") == {"slope-is-value": 2}
    assert set(slips(truth, "relu")) == {"sigmoid-for-relu"}
    assert slips(truth, "elu") == slips(truth, "d-elu") == slips(truth, "d-leaky") == {}
    assert slips(run(x="1"), "d-relu") == {}


@pytest.mark.parametrize("leak", ["0", "1"])
def test_a_leak_of_nothing_or_of_all_leaves_no_mistake_to_make(leak):
    truth = run(x="-2,2", leaky_slope=leak)
    tags = {"0": {"leak-everywhere"}, "1": {"relu-for-leaky"}}
    assert set(slips(truth, "leaky")) == tags[leak]


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ("-2", {"sigmoid": 0.1192, "tanh": -0.964, "relu": 0, "leaky": -0.02, "elu": -0.8647}),
        ("3", {"sigmoid": 0.9526, "tanh": 0.9951, "relu": 3, "leaky": 3, "elu": 3}),
        (
            "-2,0,1.5",
            {
                "sigmoid": [0.119203, 0.5, 0.817574],
                "tanh": [-0.964028, 0, 0.905148],
                "relu": [0, 0, 1.5],
                "step": [0, 0, 1],
            },
        ),
        ("0,1,2", {"d-tanh": [1, 0.419974, 0.070651]}),
        ("0,2,-2,5", {"d-sigmoid": [0.25, 0.104994, 0.104994, 0.006648]}),
        ("-0.001,0.001", {"step": [0, 1], "sigmoid": [0.49975, 0.50025]}),
    ],
)
def test_known_values_at_other_points(x, expected):
    truth = run(x=x)
    for step, value in expected.items():
        assert plain(truth.step(step).value) == pytest.approx(value, rel=5e-4)


def test_each_function_can_be_shown_on_its_own_with_its_slope():
    names = {
        "step": ["step"],
        "sigmoid": ["sigmoid", "d-sigmoid"],
        "tanh": ["tanh", "d-tanh"],
        "relu": ["relu", "d-relu"],
        "leaky": ["leaky", "d-leaky"],
        "elu": ["elu", "d-elu"],
        "softplus": ["softplus"],
    }
    for name, steps in names.items():
        truth = run(function=name)
        assert [step.name for step in truth.steps] == steps
        assert set(ACTIVATION.checked_by.compute(**truth.inputs)) == set(steps)


def test_at_zero_the_slope_is_the_one_from_the_left_and_a_note_says_so():
    truth = run(x="0", leaky_slope="0.2", elu_alpha="2")
    assert [truth.step(name).value for name in ("step", "d-relu", "d-leaky", "d-elu")] == [0, 0, 0.2, 2]
    assert any("the slope from the left is taken" in note.en for note in truth.notes)
    assert not any("from the left" in note.en for note in (*run(x="1").notes, *run(x="0", function="tanh").notes))


def test_the_slope_of_the_sigmoid_comes_from_the_learners_own_value():
    truth = follow_through(ACTIVATION, defaults(ACTIVATION), {"sigmoid": 0.25})
    assert truth.step("d-sigmoid").value == 0.1875
    assert [slip.tag for slip in diagnose(run(), "d-sigmoid", -0.7616 * 1.7616)] == ["tanh-for-sigmoid"]


def test_no_point_allowed_overflows():
    truth = run(x="-700,700")
    assert all(np.isfinite(step.value).all() for step in truth.steps)
    assert plain(truth.step("softplus").value)[1] == 700


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"x": "701"}, "--x 701: must be a list of numbers such as 1,2,3, with numbers from −700 to 700"),
        ({"x": ",".join("1" * 13)}, "at most 12 a side"),
        ({"elu_alpha": "0"}, "--elu-alpha 0: must be a number above 0"),
        ({"leaky_slope": "1.5"}, "--leaky-slope 1.5: must be a number from 0 to 1"),
        ({"function": "gelu"}, "--function gelu: must be one of all, step, sigmoid"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert message in refusal.value.message.en


@given(st.lists(st.integers(-16, 16), min_size=1, max_size=4), st.sampled_from([0, 0.01, 0.5, 1]), st.floats(0.1, 3))
@settings(max_examples=60, deadline=None)
def test_shown_lines_and_the_second_derivation_hold_at_any_points(quarters, leak, alpha):
    inputs = {"x": tuple(n / 4 for n in quarters), "function": "all", "leaky_slope": leak, "elu_alpha": alpha}
    truth = work(ACTIVATION, inputs)
    for step in truth.steps:
        assert notation.agrees(step.shown, step.value), step.shown
    for name, value in ACTIVATION.checked_by.compute(**inputs).items():
        assert plain(value) == pytest.approx(plain(truth.step(name).value), abs=1e-9)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_every_function_is_drawn_and_no_answer_is_frequent(level):
    found = [draw(ACTIVATION, Random(f"{seed}/{level}"), level).results for seed in range(200)]
    for step in ACTIVATION.results:
        answers = [str(plain(results[step])) for results in found]
        assert max(map(answers.count, answers)) <= 200 / 3, step
