"""One Gibbs step of an RBM: what it computes, which mistakes it names, and what it refuses."""

import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.values import components, plain
from studynn.worked import load

GIBBS = load("rbm-gibbs")


def run(up_only=False, **texts):
    return work(GIBBS, read_inputs(GIBBS, texts | {"up_only": up_only}))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits))


@pytest.mark.parametrize(
    ("step", "expected"),
    {
        "p-h": [0.377541, 0.817574],
        "h": [1, 1],
        "p-v": [0.731059, 0.817574, 0.377541],
        "v-new": [0, 1, 0],
    }.items(),
)
def test_the_default_run_gives_the_known_values(step, expected):
    assert close(run().results[step], expected)


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("net-h", "hidden-bias-forgotten", [0, 0]),
        ("p-h", "sign-lost", [0.6225, 0.1824]),
        ("p-h", "not-squashed", [-0.5, 1.5]),
        ("h", "threshold-half", [0, 1]),
        ("h", "comparison-reversed", [0, 0]),
        ("net-v", "probabilities-for-states", [0.4688, 0.8239, 0.03125]),
        ("net-v", "visible-bias-forgotten", [0.5, 2.5, -0.5]),
        ("v-new", "old-v-kept", [1, 0, 1]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


def test_hidden_probabilities_worked_elsewhere_come_out_the_same():
    truth = run(up_only=True, v="1,0,1", w="0.5,-0.2;0.1,0.4;-0.3,0.6", b="0.2,-0.1")
    assert close(truth.step("p-h").value, [0.5987, 0.5744], digits=4)
    assert [step.name for step in truth.steps] == ["net-h", "p-h"]


def test_visible_probabilities_worked_elsewhere_come_out_the_same():
    texts = {"w": "0.5,-0.2;0.3,0.8;-0.6,0.1", "a": "0.1,0,-0.1", "b": "0,0.2", "u_h": "0.9,0.1"}
    found = run(**texts).results
    assert close(found["p-h"], [0.475021, 0.524979])
    assert plain(found["h"]) == [0, 1]
    assert close(found["p-v"], [0.475021, 0.689974, 0.5])


def test_a_unit_turns_on_when_its_random_number_lies_below_its_probability():
    assert plain(run(u_h="0.377,0.818").step("h").value) == [1, 0]
    assert run().step("h").shown == "[[0.3775, 0.8176] > [0.3, 0.6]]"


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"b": "0,0"}, "net-h", "hidden-bias-forgotten"),
        ({"a": "0,0,0"}, "net-v", "visible-bias-forgotten"),
        ({"u_h": "0.4,0.6"}, "h", "threshold-half"),
        ({"v": "0,1,0"}, "v-new", "old-v-kept"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_going_down_with_probabilities_is_named():
    truth = run()
    wrong = [0.615086, 0.695058, 0.507812]
    assert [slip.tag for slip in diagnose(truth, "p-v", wrong)] == ["probabilities-for-states"]


def test_the_reconstruction_goes_on_from_the_learners_own_sample():
    assert plain(follow_through(GIBBS, defaults(GIBBS), {"h": (0, 0)}).step("net-v").value) == [0.5, -1, 0]


def test_one_unit_of_each_kind_is_enough():
    truth = run(v="1", w="2", a="0", b="-1", u_h="0.5", u_v="0.5")
    assert plain(truth.step("net-h").value) == [1]
    assert plain(truth.step("net-v").value) == [2]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"v": "1,0"}, "--v 1,0: v must have 3 numbers to fit --w of 3×2, it has 2"),
        ({"u_h": "0.1"}, "--u-h 0.1: u_h must have 2 numbers to fit --w of 3×2, it has 1"),
        ({"u_v": "0.1"}, "--u-v 0.1: u_v must have 3 numbers to fit --w of 3×2, it has 1"),
        ({"u_h": "0.5,1"}, "--u-h 0.5,1: must be numbers from 0 to below 1"),
    ],
)
def test_what_does_not_fit_is_refused_by_option_and_shape(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message


def test_what_plays_no_part_on_the_way_up_is_not_held_against_the_weights():
    assert run(up_only=True, v="1", w="1,2", b="0,0").has("p-h")


def test_the_pictures_go_up_and_down_with_shades_by_probability():
    up, down = GIBBS.picture(run())
    assert [layer.units for layer in up.layers] == [("●", "●"), ("░ 0.3775", "█ 0.8176"), ("●", "○", "●")]
    assert down.layers[0].units == up.layers[0].units and down.layers[-1].units == ("○", "●", "○")


def test_going_up_only_is_one_picture_without_a_sample():
    (up,) = GIBBS.picture(run(up_only=True))
    assert [layer.label.en for layer in up.layers] == ["P(h = 1 | v)", "visible v"]
