"""Soft-thresholding: what the three penalties make of coefficients, which mistakes are named, and what is refused."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import work
from studynn.core.values import plain
from studynn.worked import load

SOFT = load("soft-threshold")


def run(**texts):
    return work(SOFT, read_inputs(SOFT, texts))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def results(truth):
    return {name: pytest.approx(plain(value), rel=5e-6) for name, value in truth.results.items()}


def test_the_default_run_gives_the_known_values():
    assert results(run()) == {
        "lasso": [3.5, -1.5, 0],
        "weights": [0.25, 0.5, 4],
        "thresholds": [0.125, 0.25, 2],
        "adaptive": [3.875, -1.75, 0],
        "ridge": [2.66667, -1.33333, 0.166667],
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("lasso", {"hard-threshold": [4, -2, 0], "no-cut": [3.5, -1.5, -0.25], "sign-ignored": [3.5, 0, 0]}),
        ("weights", {"weight-not-inverted": [4, 2, 0.25]}),
        ("thresholds", {"lambda-forgotten": [0.25, 0.5, 4]}),
        ("adaptive", {"same-threshold": [3.5, -1.5, 0]}),
        ("ridge", {"ridge-subtracts": [2, -1, 0.125]}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


def test_coefficients_worked_elsewhere_come_out_the_same():
    found = results(run(z="4,0.5,0.1", lambda_="0.2"))
    assert found["lasso"] == [3.8, 0.3, 0]
    assert found["weights"] == [0.25, 2, 10]
    assert found["adaptive"] == [3.95, 0.1, 0]


def test_mistakes_are_offered_only_where_they_can_be_made():
    assert set(slips(run(z="4,2"), "lasso")) == {"hard-threshold"}
    assert set(slips(run(z="-0.1,0.2"), "lasso")) == {"no-cut"}
    assert slips(run(lambda_="1"), "thresholds") == {}


def test_a_coefficient_of_zero_has_an_infinite_weight_and_stays_zero():
    truth = run(z="3,0")
    assert plain(truth.step("weights").value)[1] == plain(truth.step("thresholds").value)[1] == inf
    assert plain(truth.step("adaptive").value)[1] == 0
    assert "stays 0" in truth.notes[-1].en
    assert SOFT.checked_by.compute(**truth.inputs)["adaptive"] == pytest.approx(plain(truth.step("adaptive").value))


@pytest.mark.parametrize("option", ["lambda", "gamma"])
def test_strength_and_exponent_must_be_above_zero(option):
    name = "lambda_" if option == "lambda" else option
    with pytest.raises(StudyError) as refusal:
        run(**{name: "0"})
    assert refusal.value.message.en == f"--{option} 0: must be a number above 0"


@given(st.lists(st.integers(-40, 40), min_size=1, max_size=6), st.integers(1, 20))
def test_lasso_brings_every_coefficient_closer_to_zero_by_at_most_lambda(z, strength):
    found = plain(run(z=",".join(map(str, z)), lambda_=str(strength)).step("lasso").value)
    for before, after in zip(z, found, strict=True):
        assert abs(before) - abs(after) == min(abs(before), strength)
        assert before * after >= 0
