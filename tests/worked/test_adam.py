"""Adam: what it computes, which mistakes it names, and what it refuses."""

import subprocess
import sys
from random import Random

import pytest

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import follow_through, work
from studynn.worked import load

ADAM = load("adam")


def run(**texts):
    return work(ADAM, read_inputs(ADAM, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(values, digits=6):
    return pytest.approx(values, rel=0.5 * 10 ** (1 - digits))


def test_the_default_run_gives_the_known_values():
    first = {"m1": 0.2, "v1": 0.004, "m-hat1": 2, "v-hat1": 4, "w1": 0.9}
    second = {"m2": 0.28, "v2": 0.004996, "m-hat2": 1.47368, "v-hat2": 2.49925, "w2": 0.806782}
    assert run().results == close(first | second)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("m1", {"m-not-averaged": 2}),
        ("v1", {"v-not-squared": 0.002}),
        ("m-hat1", {"m-not-corrected": 0.2}),
        ("m-hat2", {"m-not-corrected": 0.28, "m-power-forgotten": 2.8}),
        ("v-hat1", {"v-not-corrected": 0.004, "v-corrected-with-beta1": 0.04}),
        ("w1", {"root-forgotten": 0.95, "plain-sgd": 0.8}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == close(expected, 4)


def test_a_step_worked_elsewhere_comes_out_the_same():
    truth = run(w="1", gradients="0.5", lr="0.001", eps="1e-7")
    known = {"m1": 0.05, "v1": 0.00025, "m-hat1": 0.5, "v-hat1": 0.25, "w1": 0.999}
    assert truth.results == close(known)


@pytest.mark.parametrize("gradient", ["1000", "0.01", "-3"])
def test_the_first_step_is_about_the_learning_rate_whatever_the_gradient(gradient):
    assert abs(run(gradients=gradient).step("w1").value - 1) == pytest.approx(0.1, rel=1e-5)


def test_where_all_gradients_are_zero_the_weight_stays():
    truth = run(gradients="0,0")
    assert truth.step("w2").value == 1
    assert "root-forgotten" not in slips(truth, "w1")


def test_mistakes_that_change_nothing_are_not_offered():
    truth = run(gradients="-1")
    assert slips(truth, "v1") == {} and slips(truth, "w1") == {}


def test_the_weight_follows_from_the_learners_own_averages():
    marked = follow_through(ADAM, run().inputs, {"m-hat1": 4.0, "v-hat1": 16})
    assert marked.step("w1").value == pytest.approx(0.9)


def test_a_negative_mean_square_of_the_learners_ends_the_derivation():
    assert not follow_through(ADAM, run().inputs, {"v-hat1": -4.0}).has("w1")


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"beta1": "1"}, "--beta1 1: must be a number from 0 to below 1"),
        ({"beta2": "1"}, "--beta2 1: must be a number from 0 to below 1"),
        ({"beta2": "-0.5"}, "--beta2 -0.5: must be a number from 0 to 1"),
        ({"eps": "0"}, "--eps 0: must be a number above 0"),
    ],
)
def test_what_is_not_allowed_is_refused_in_one_line(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message


def test_more_than_fifty_steps_are_refused():
    with pytest.raises(StudyError, match="at most 50 a side"):
        run(gradients=",".join(["1"] * 51))


def test_it_is_computed_without_numpy():
    code = """
import sys
from studynn.core.inputs import defaults
from studynn.core.steps import work
from studynn.worked import load
work(load("adam"), defaults(load("adam")))
sys.exit("numpy" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("level", [1, 2, 3])
def test_no_drawn_weight_is_zero_but_for_epsilon(level):
    for seed in range(300):
        truth = draw(ADAM, Random(f"{seed}/{level}"), level)
        assert all(abs(step.value) >= 1e-6 for step in truth.steps if step.name.startswith("w"))
