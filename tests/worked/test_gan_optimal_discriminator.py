"""The optimal discriminator: what it is, which mistakes are named, what is told and what is refused."""

import math

import numpy as np
import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.values import components
from studynn.worked import load

GAN = load("gan-optimal-discriminator")


def run(**texts):
    return work(GAN, read_inputs(GAN, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits), abs=1e-12)


@pytest.mark.parametrize(
    ("step", "expected"),
    {"d-star": [0.666667, 0.5, 0.333333], "v-star": [-1.30134], "jsd": [0.0424748]}.items(),
)
def test_the_default_run_gives_the_known_values(step, expected):
    assert close(run().results[step], expected)


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("d-star", "ratio", [2, 1, 0.5]),
        ("d-star", "fake-share", [0.3333, 0.5, 0.6667]),
        ("d-star", "always-half", [0.5, 0.5, 0.5]),
        ("v-star", "equilibrium-value", [-1.386]),
        ("v-star", "same-weights", [-1.475]),
        ("jsd", "half-forgotten", [0.08495]),
        ("jsd", "log-two", [-0.6082]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


@pytest.mark.parametrize(("p_data", "p_g", "d"), [("0.3", "0.1", 0.75), ("0.2", "0.2", 0.5), ("0.6", "0.2", 0.75)])
def test_single_densities_give_the_best_output_alone(p_data, p_g, d):
    truth = run(p_data=p_data, p_g=p_g)
    assert [step.name for step in truth.steps] == ["d-star"]
    assert close(truth.step("d-star").value, [d])


def test_a_density_need_not_lie_below_one():
    assert close(run(p_data="3", p_g="1").step("d-star").value, [0.75])


def test_at_the_equilibrium_no_mistake_is_a_truth():
    truth = run(p_data="0.5,0.3,0.2", p_g="0.5,0.3,0.2")
    assert truth.step("v-star").value == pytest.approx(-math.log(4))
    assert truth.step("jsd").value == 0
    assert [slip.tag for step in truth.steps for slip in step.slips] == ["ratio", "log-two"]
    assert any("is the equilibrium" in note.en for note in truth.notes)


def test_distributions_that_never_meet_are_told_apart_perfectly():
    truth = run(p_data="1,0", p_g="0,1")
    assert list(truth.step("d-star").value) == [1, 0]
    assert truth.step("v-star").value == 0
    assert truth.step("jsd").value == pytest.approx(math.log(2))


def test_a_cell_where_nothing_falls_is_undefined_and_left_out():
    truth = run(p_data="0.5,0.5,0", p_g="0.25,0.75,0")
    assert np.isnan(truth.step("d-star").value[2])
    assert any("undefined" in note.en for note in truth.notes)
    assert GAN.checked_by.compute(**truth.inputs)["jsd"] == pytest.approx(truth.step("jsd").value)


def test_half_everywhere_and_the_value_at_equilibrium_end_in_the_same_divergence():
    tags = [slip.tag for slip in diagnose(run(), "v-star", -math.log(4))]
    assert tags == ["equilibrium-value", "always-half"]


@pytest.mark.parametrize(
    "d", [(0.0, 0.5, 1.0), (2.0, 1.0, 0.5), (-1.0, 0.0, 1.0), (float("nan"), 0.5, 0.5), (1e6, 1e6, 1e6)]
)
def test_any_outputs_that_a_learner_gives_are_followed_or_end_the_derivation(d):
    assert follow_through(GAN, defaults(GAN), {"d-star": d}).has("d-star")


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"p_data": "0.5,0.4,0.2"}, "--p-data 0.5,0.4,0.2: must add up to 1, these add up to 1.1"),
        ({"p_g": "0.5,0.4,0.2"}, "--p-g 0.5,0.4,0.2: must add up to 1"),
        ({"p_g": "0.5,0.5"}, "--p-g 0.5,0.5: must be 3 numbers to fit --p-data, it is 2"),
        ({"p_g": "1.5,-0.5,0"}, "at least 0"),
        ({"p_data": "0", "p_g": "0"}, "both densities are 0"),
    ],
)
def test_what_does_not_fit_is_refused(texts, message):
    with pytest.raises(StudyError, match=message) as refusal:
        run(**texts)
    assert refusal.value.message.zh


def test_the_picture_has_both_densities_and_the_best_discriminator_over_the_cells():
    truth = run()
    (plot,) = GAN.picture(truth)
    real, fake, best = (track.points for track in plot.tracks)
    assert real == ((1, 0.5), (2, 0.25), (3, 0.25)) and fake == ((1, 0.25), (2, 0.25), (3, 0.5))
    assert [height for _, height in best] == pytest.approx(truth.step("d-star").value)


def test_a_cell_where_nothing_falls_has_no_discriminator_in_the_picture_and_one_cell_is_drawn_as_bars():
    (plot,) = GAN.picture(run(p_data="0.5,0.5,0", p_g="0.25,0.75,0"))
    assert [place for place, _ in plot.tracks[2].points] == [1, 2]
    (bars,) = GAN.picture(run(p_data="0.3", p_g="0.1"))
    assert bars.values == pytest.approx((0.3, 0.1, 0.75))
