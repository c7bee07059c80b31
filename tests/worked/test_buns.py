"""The steamed buns: what is computed, which mistakes are named, what is told and refused."""

import subprocess
import sys
from math import exp
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.worked import load

BUNS = load("buns")


def run(**texts):
    return work(BUNS, read_inputs(BUNS, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {"total": 240, "age": 18, "batch": 3.75, "spoiled": 60, "good": 180}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("total", {"rate-for-total": 10}),
        ("age", {"clock-for-age": 6}),
        ("batch", {"spoiled-for-a-day": 5}),
        ("spoiled", {"everything-aged-a-day": 120, "production-only": 240}),
        ("good", {"good-is-spoiled": 60}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


def test_the_first_ten_buns_of_the_day_spoil_by_half():
    assert run(made_at="0").step("batch").value == 5


def test_reading_the_spoiling_forwards_matters_only_where_the_rate_changes():
    assert "no-flip" not in slips(run(), "spoiled")
    truth = run(rate_slope="1")
    assert truth.step("spoiled").value == 10 * 24**2 / 96 + 24**3 / 288 == 108
    assert slips(truth, "spoiled")["no-flip"] == 10 * 24**2 / 96 + 24**3 / 144 == 156


def test_what_is_older_than_its_life_has_spoiled_altogether():
    truth = run(life="12", made_at="2")
    assert truth.step("batch").value == 10
    assert truth.step("spoiled").value == 10 * 12 / 2 + 10 * 12
    assert any("g stays at 1" in note.en for note in truth.notes)
    assert "everything-aged-a-day" not in slips(truth, "spoiled")


def test_exponential_spoiling_starts_fast_and_never_ends():
    truth = run(spoil="exp", life="24")
    assert truth.step("batch").value == pytest.approx(10 * (1 - exp(-18 / 24)))
    assert truth.step("spoiled").value == pytest.approx(240 / exp(1))


def test_sudden_spoiling_takes_all_buns_made_early_enough():
    truth = run(spoil="step", life="20", rate_slope="2")
    assert truth.step("spoiled").value == 10 * 4 + 2 * 4**2 / 2
    assert truth.step("batch").value == 0
    assert run(spoil="step", life="30").step("spoiled").value == 0


@given(
    st.floats(0, 50),
    st.floats(0, 3),
    st.floats(0.5, 40),
    st.sampled_from(["linear", "exp", "step"]),
    st.floats(0.5, 80),
)
@settings(max_examples=25, deadline=None)
def test_the_closed_form_is_the_sum_over_thin_slices(rate, slope, hours, spoil, life):
    inputs = {"rate": rate, "rate_slope": slope, "hours": hours, "spoil": spoil, "life": life, "made_at": hours / 3}
    truth = work(BUNS, inputs)
    for name, value in BUNS.checked_by.compute(**inputs).items():
        assert value == pytest.approx(truth.step(name).value, rel=1e-8, abs=1e-8)


def test_aging_everything_for_the_whole_day_is_named_through_to_the_good_buns():
    assert [slip.tag for slip in diagnose(run(), "spoiled", 120)] == ["everything-aged-a-day"]
    assert [slip.tag for slip in diagnose(run(), "good", 120)] == ["everything-aged-a-day"]


@pytest.mark.parametrize("age", [-1e9, 0, 1e9])
def test_any_age_that_a_learner_gives_is_followed_or_ends_the_derivation(age):
    truth = follow_through(BUNS, run(spoil="exp").inputs, {"age": age})
    assert truth.has("batch") is (age >= 0)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"hours": "0"}, "--hours 0: must be more than 0"),
        ({"life": "-2"}, "--life -2: must be more than 0"),
        ({"made_at": "25"}, "--made-at 25: must lie between 0 and 24"),
        ({"made_at": "-1"}, "--made-at -1: must lie between 0 and 24"),
        ({"rate": "-1"}, "--rate -1: must be a number of at least 0"),
        ({"rate_slope": "-1"}, "--rate-slope -1: must not let the rate fall below 0 before the end: −14 buns"),
        ({"spoil": "slowly"}, "--spoil slowly: must be one of linear, exp, step"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, words):
    with pytest.raises(StudyError, match=words) as refused:
        run(**texts)
    assert "\n" not in refused.value.message.en
    assert refused.value.message.zh


def test_the_hourly_sum_is_told_for_whole_hours():
    assert any("is 62.5: convolution in steps" in note.en for note in run().notes)
    assert not any("in steps" in note.en for hours in ("24.5", "49") for note in run(hours=hours).notes)


def test_the_levels_differ_in_structure():
    found = {level: [draw(BUNS, Random(seed), level).inputs for seed in range(40)] for level in (1, 2, 3)}
    assert all(inputs["rate_slope"] == 0 and inputs["spoil"] == "linear" for inputs in found[1])
    assert all(inputs["rate_slope"] > 0 and inputs["spoil"] == "linear" for inputs in found[2])
    assert {inputs["spoil"] for inputs in found[3]} == {"exp", "step"}


def test_buns_are_counted_without_numpy():
    code = """
import sys
from studynn.core.inputs import defaults
from studynn.core.steps import work
from studynn.worked import load
work(load("buns"), defaults(load("buns")))
sys.exit("numpy" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
