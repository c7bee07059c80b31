"""GAN losses: what they are, which mistakes are named, what is told and what is refused."""

import numpy as np
import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.near import near
from studynn.core.steps import diagnose, follow_through, work, wrong_values
from studynn.core.values import components
from studynn.worked import load

GAN = load("gan-losses")


def run(**texts):
    return work(GAN, read_inputs(GAN, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits), abs=1e-12)


@pytest.mark.parametrize(
    ("step", "expected"),
    {
        "real-term": [-0.458145],
        "fake-term": [-0.196521],
        "V": [-0.654667],
        "loss-d": [0.654667],
        "loss-g-minimax": [-0.196521],
        "loss-g-ns": [1.84444],
        "slope-minimax": [-0.125, -0.05],
        "slope-ns": [-0.375, -0.45],
        "accuracy": [0.75],
    }.items(),
)
def test_the_default_run_gives_the_known_values(step, expected):
    assert close(run().results[step], expected)


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("real-term", "log-ten", [-0.199]),
        ("fake-term", "fake-as-real", [-1.844]),
        ("V", "terms-subtracted", [-0.2616]),
        ("V", "averaged-together", [-0.3273]),
        ("loss-g-ns", "ns-sign", [-1.844]),
        ("loss-g-ns", "minimax-negated", [0.1965]),
        ("slope-minimax", "slope-wrt-d", [-0.6667, -0.5556]),
        ("slope-ns", "slope-ns-wrt-d", [-2, -5]),
        ("slope-ns", "slopes-swapped", [-0.125, -0.05]),
        ("accuracy", "fakes-above-half", [0.25]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


@pytest.mark.parametrize(
    ("real", "fake", "value"),
    [
        ("0.9", "0.2", -0.3285),
        ("0.5", "0.5", -1.3863),
        ("0.9,0.6", "0.2,0.4", -0.6751),
        ("0.99,0.95", "0.02,0.05", -0.0664),
        ("0.9,0.8", "0.2,0.3", -0.454161),
    ],
)
def test_values_worked_elsewhere_come_out_the_same(real, fake, value):
    found = run(real=real, fake=fake).step("V").value
    assert found == pytest.approx(value, abs=5e-5)


def test_a_sure_discriminator_leaves_the_minimax_loss_without_slope():
    truth = run(fake="0.01")
    slopes = {name: truth.step(name).value for name in ("slope-minimax", "slope-ns", "slope-minimax-d", "slope-ns-d")}
    assert close([slopes["slope-minimax"][0], slopes["slope-ns"][0]], [-0.01, -0.99])
    assert close([slopes["slope-minimax-d"][0], slopes["slope-ns-d"][0]], [-1.0101, -100], digits=5)
    assert any("nearly vanishes" in note.en for note in truth.notes)


def test_accuracy_may_stand_still_while_the_value_grows():
    before, after = run(real="0.9,0.6", fake="0.2,0.4"), run(real="0.99,0.95", fake="0.02,0.05")
    assert before.step("accuracy").value == after.step("accuracy").value == 1
    assert after.step("V").value > before.step("V").value


def test_the_equilibrium_is_pointed_out_and_a_half_counts_as_wrong():
    truth = run(real="0.5", fake="0.5")
    assert truth.step("accuracy").value == 0
    assert [note.en for note in truth.notes[2:]] == [
        "D = ½ counts as told wrong.",
        "This is the equilibrium: V = −2 ln 2 = −ln 4.",
    ]


def test_logits_pass_the_sigmoid_first():
    z = np.log(np.array([4, 1, 1 / 3, 1 / 9]))
    texts = [",".join(map(repr, part.tolist())) for part in (z[:2], z[2:])]
    truth = run(real=texts[0], fake=texts[1], logits=True)
    assert [step.name for step in truth.steps][:2] == ["d-real", "d-fake"]
    assert close(truth.step("V").value, [run().step("V").value])


def test_logits_near_the_end_of_their_range_agree_with_the_engine():
    truth = run(real="-30,30", fake="30,-30", logits=True)
    found = GAN.checked_by.compute(**truth.inputs)
    assert all(near(value, truth.step(name).value, 1e-3) for name, value in found.items())


def test_a_fake_taken_for_real_shows_in_the_value():
    truth = run()
    carried = {slip.tag: value for slip, value in wrong_values(truth, "V")}
    assert carried["fake-as-real"] == pytest.approx(-0.458145 - 1.84444, abs=1e-5)
    assert [slip.tag for slip in diagnose(truth, "V", carried["fake-as-real"])] == ["fake-as-real"]


@pytest.mark.parametrize("d", [(0.0, 0.5), (1.5, 0.5), (1.0, 0.0)])
def test_any_outputs_that_a_learner_gives_are_followed_or_end_the_derivation(d):
    inputs = defaults(GAN) | {"logits": True}
    assert follow_through(GAN, inputs, {"d-real": d, "d-fake": d}).has("d-fake")


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"real": "0.5,1"}, "--real 0.5,1: each must lie between 0 and 1, neither 0 nor 1"),
        ({"fake": "0"}, "--fake 0: each must lie between 0 and 1"),
        ({"fake": "31", "logits": True}, "--fake 31: logits must lie between −30 and 30"),
        ({"real": ",".join(["0.5"] * 9)}, "at most 8 a side"),
    ],
)
def test_what_cannot_be_used_is_refused(texts, message):
    with pytest.raises(StudyError, match=message) as refusal:
        run(**texts)
    assert refusal.value.message.zh


def test_the_picture_has_both_losses_of_the_generator_with_the_fakes_on_them():
    (plot,) = GAN.picture(run())
    assert [mark.at for mark in plot.marks] == [
        pytest.approx(point)
        for point in ((0.25, np.log(0.75)), (0.1, np.log(0.9)), (0.25, -np.log(0.25)), (0.1, -np.log(0.1)))
    ]
    minimax, other = (track.points for track in plot.tracks)
    assert abs(minimax[1][1] - minimax[0][1]) < 0.01 < abs(other[1][1] - other[0][1])


def test_a_fake_that_is_surely_told_does_not_squeeze_the_curves():
    (plot,) = GAN.picture(run(fake="1e-300,0.5"))
    assert {mark.at[0] for mark in plot.marks} == {0.5}
