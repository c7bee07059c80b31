"""Binary cross-entropy: what it computes, which mistakes it names, what it tells and what it refuses."""

import numpy as np
import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.near import near
from studynn.core.steps import follow_through, work
from studynn.core.values import components
from studynn.worked import load

BCE = load("binary-cross-entropy")


def run(**texts):
    return work(BCE, read_inputs(BCE, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits), abs=1e-12)


@pytest.mark.parametrize(
    ("step", "expected"),
    {
        "p": [0.880797, 0.268941],
        "terms": [0.126928, 0.313262],
        "loss": [0.220095],
        "grad-z": [-0.0596015, 0.134471],
    }.items(),
)
def test_the_default_run_gives_the_known_values(step, expected):
    assert close(run().results[step], expected)


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("terms", "positive-half-only", [0.1269, 0]),
        ("terms", "labels-swapped", [2.127, 1.313]),
        ("terms", "base-two", [0.1831, 0.4519]),
        ("loss", "sum-not-mean", [0.4402]),
        ("loss", "squared-error", [0.04327]),
        ("grad-z", "slope-kept", [-0.006258, 0.02644]),
        ("grad-z", "gradient-sign", [0.0596, -0.1345]),
        ("grad-p", "grad-wrt-z", [-0.0596, 0.1345]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


def test_probabilities_leave_the_sigmoid_out():
    truth = run(probs="0.9,0.2", y="1,0")
    assert [step.name for step in truth.steps] == ["terms", "loss", "grad-p", "grad-z"]
    assert close(truth.step("terms").value, [0.105361, 0.223144])
    assert close(truth.step("grad-p").value, [-1 / 0.9 / 2, 1 / 0.8 / 2])


def test_a_soft_label_counts_in_both_halves():
    truth = run(probs="0.8", y="0.9")
    assert truth.step("terms").shown == "[−(0.9·ln(0.8) + 0.1·ln(1 − 0.8))]"
    assert close(truth.step("loss").value, [-0.9 * np.log(0.8) - 0.1 * np.log(0.2)])


@pytest.mark.parametrize("tag", ["sum-not-mean", "positive-half-only"])
def test_with_one_sample_of_label_one_these_mistakes_cannot_be_made(tag):
    truth = run(probs="0.8", y="1")
    assert all(tag not in slips(truth, step.name) for step in truth.steps)


def test_a_sure_and_wrong_prediction_costs_infinitely_much():
    truth = run(probs="0,0.5", y="1,0")
    assert truth.step("loss").value == np.inf
    assert not truth.has("grad-p")
    assert any("infinite" in note.en for note in truth.notes)
    assert run(probs="1", y="1").step("loss").value == 0


def test_logits_of_ten_thousand_are_computed_without_the_sigmoid():
    truth = run(logits="10000,-10000,3", y="0,1,1")
    assert close(truth.step("terms").value, [10000, 10000, 0.0485874])
    assert any("from the logits" in note.en for note in truth.notes)
    found = BCE.checked_by.compute(**truth.inputs)
    assert near(found["loss"], truth.step("loss").value, 1e-9)


@pytest.mark.parametrize("p", [(0.0, 1.0), (-0.5, 0.5), (1.5, 0.5)])
def test_any_probabilities_that_a_learner_gives_are_followed_or_end_the_derivation(p):
    assert follow_through(BCE, defaults(BCE), {"p": p}).steps


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"y": "1"}, "--y 1: must be 2 numbers to fit --logits, it is 1"),
        ({"probs": "0.5", "y": "1,0"}, "--y 1,0: must be 1 number to fit --probs, it is 2"),
        ({"y": "1,2"}, "from 0 to 1"),
        ({"probs": "1.1,0"}, "from 0 to 1"),
        ({"logits": ",".join(["1"] * 13)}, "at most 12 a side"),
    ],
)
def test_what_does_not_fit_is_refused(texts, message):
    with pytest.raises(StudyError, match=message) as refusal:
        run(**texts)
    assert refusal.value.message.zh


def test_the_picture_has_a_curve_for_each_label_and_the_samples_on_them():
    truth = run()
    (plot,) = BCE.picture(truth)
    assert [track.label.en for track in plot.tracks] == ["label y = 0", "label y = 1"]
    assert [mark.at[1] for mark in plot.marks] == pytest.approx(truth.step("terms").value)


def test_what_costs_too_much_is_left_out_of_the_picture_and_so_is_a_fifth_label():
    (plot,) = BCE.picture(run(probs="0,0.5", y="1,1"))
    assert [mark.at[0] for mark in plot.marks] == [0.5]
    (plot,) = BCE.picture(run(probs="0.5,0.5,0.5,0.5,0.5", y="0,0.1,0.2,0.3,0.4"))
    assert len(plot.tracks) == 4 and "4 of the labels" in plot.title.en and len(plot.marks) == 4
