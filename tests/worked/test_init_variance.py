"""Weight initialisation: how wide sums spread, which mistakes are named, and what is refused."""

import numpy as np
import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import diagnose, work
from studynn.worked import load

SPREAD = load("init-variance")


def run(**texts):
    return work(SPREAD, read_inputs(SPREAD, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(values):
    return pytest.approx(values, rel=5e-4)


def test_the_default_run_gives_the_known_values():
    assert run().results == pytest.approx({"var-z": 0.25, "sd-z": 0.5, "glorot": 0.1, "he": 0.2})


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("var-z", {"sigma-not-squared": 2.5, "fan-in-forgotten": 0.005}),
        ("sd-z", {"no-root": 0.25, "sds-added": 3.536}),
        ("glorot", {"glorot-no-root": 0.01, "he-for-glorot": 0.2}),
        ("he", {"lecun-for-he": 0.1414}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == close(expected)


@pytest.mark.parametrize(("sigma", "spread"), [("1", 14), ("0.01", 0.14)])
def test_784_pixels_a_quarter_of_them_set_spread_the_sum_as_worked_elsewhere(sigma, spread):
    truth = run(fan_in="784", mean_square="0.25", sigma=sigma)
    assert truth.step("sd-z").value == pytest.approx(spread)
    assert ("sigma-not-squared" in slips(truth, "var-z")) is (sigma != "1")


def test_sums_drawn_at_random_spread_as_computed():
    rng = np.random.default_rng(5)
    x = rng.normal(scale=np.sqrt(0.5), size=(100_000, 50))
    w = rng.normal(scale=0.1, size=(100_000, 50))
    assert np.sum(x * w, axis=1).std() == pytest.approx(run().step("sd-z").value, rel=0.02)


def test_a_layer_with_the_recommended_spread_keeps_it():
    he = run().step("he").value
    assert run(sigma=str(he), mean_square="1").step("var-z").value == pytest.approx(2)  # of which ReLU leaves half
    assert run(fan_out="50").step("glorot").value ** 2 * 50 == pytest.approx(1)


def test_with_one_input_there_is_nothing_to_forget_or_add():
    truth = run(fan_in="1")
    assert set(slips(truth, "var-z")) == {"sigma-not-squared"} and set(slips(truth, "sd-z")) == {"no-root"}


def test_a_forgotten_square_is_named_in_the_spread_too():
    assert "sigma-not-squared" in [slip.tag for slip in diagnose(run(), "sd-z", 2.5**0.5)]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"sigma": "0"}, "--sigma 0: must be a number above 0"),
        ({"mean_square": "-1"}, "--mean-square -1: must be a number above 0"),
        ({"fan_in": "0"}, "--fan-in 0: must be a whole number from 1 to 1000000"),
    ],
)
def test_what_is_not_allowed_is_refused_in_one_line(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message


def test_the_bell_of_z_is_as_wide_as_its_standard_deviation_says():
    truth = run()
    (plot,) = SPREAD.picture(truth)
    z, inputs = (track.points for track in plot.tracks)
    assert z[-1][0] == pytest.approx(3 * truth.step("sd-z").value)
    assert inputs[0][0] == pytest.approx(3 * 0.5**0.5)
    at, height = z[80]
    assert height == pytest.approx(np.exp(-((at / truth.step("sd-z").value) ** 2) / 2))


def test_a_spread_that_vanishes_is_not_drawn():
    assert not SPREAD.picture(run(mean_square="1e-300", sigma="1e-300"))
