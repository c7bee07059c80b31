"""The variance of an ensemble average: what it computes, which mistakes it names, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import diagnose, work
from studynn.worked import load

ENSEMBLE = load("ensemble-variance")


def run(**texts):
    return work(ENSEMBLE, read_inputs(ENSEMBLE, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {"variance": 1.75, "floor": 1, "correlation": 0.25}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("own-part", {"k-squared": 0.25}),
        ("shared-part", {"covariance-forgotten": 0, "covariance-undivided": 1}),
        ("variance", {"averaged-variance": 4}),
        ("correlation", {"correlation-of-roots": 0.5}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(("c", "variance"), [("0", 0.2), ("0.5", 0.6)])
def test_five_models_with_and_without_covariance_come_out_as_worked_elsewhere(c, variance):
    assert run(v="1", c=c, k="5").step("variance").value == pytest.approx(variance)


def test_the_average_of_errors_drawn_at_random_varies_as_computed():
    rng = np.random.default_rng(3)
    errors = rng.multivariate_normal(np.zeros(4), np.eye(4) * 3 + 1, size=100_000)
    assert errors.mean(axis=1).var() == pytest.approx(run().step("variance").value, rel=0.02)


def test_one_model_or_alike_models_gain_nothing():
    assert run(k="1").step("variance").value == 4 and run(k="1").slips().keys() == {"correlation-of-roots"}
    alike = run(c="4")
    assert alike.step("variance").value == 4 and "averaging gains nothing" in alike.notes[-1].en


def test_independent_models_have_no_shared_part_to_forget():
    truth = run(c="0")
    assert truth.results == {"variance": 1, "floor": 0, "correlation": 0}
    assert set(truth.slips()) == {"k-squared", "averaged-variance"}


def test_a_negative_covariance_holds_only_for_so_many_models():
    truth = run(c="-1")
    assert truth.step("variance").value == 0.25 and not truth.has("floor")
    assert "at most 5 models" in truth.notes[-1].en


def test_forgetting_the_covariance_is_named_in_the_variance():
    assert [slip.tag for slip in diagnose(run(k="5"), "variance", 0.8)] == ["covariance-forgotten"]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"c": "5"}, "--c 5: must be from −1.333 (−v/(k − 1)) to 4 (v): with k = 4 no other covariance is possible"),
        ({"c": "-2"}, "--c -2: must be from −1.333 (−v/(k − 1)) to 4 (v): with k = 4 no other covariance is possible"),
        ({"c": "-5", "k": "1"}, "--c -5: must be from −4 (−v) to 4 (v): with k = 1 no other covariance is possible"),
        ({"v": "0"}, "--v 0: must be a number above 0"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(texts, words):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == words


@given(st.integers(1, 30), st.integers(0, 10), st.integers(1, 60))
def test_the_variance_lies_between_the_covariance_and_that_of_one_model(v, tenths, k):
    truth = run(v=str(v), c=str(v * tenths / 10), k=str(k))
    assert truth.step("floor").value - 1e-9 <= truth.step("variance").value <= v + 1e-9
