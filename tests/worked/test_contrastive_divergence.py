"""CD-1: what one update computes, which mistakes it names, and what it refuses."""

import numpy as np
import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work, wrong_values
from studynn.core.values import components, plain
from studynn.worked import load

CD = load("contrastive-divergence")


def run(**texts):
    return work(CD, read_inputs(CD, texts))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(list(components(expected)), rel=0.5 * 10 ** (1 - digits), abs=1e-12)


KNOWN = {
    "positive": [[0.377541, 0.817574], [0, 0], [0.377541, 0.817574]],
    "negative": [[0, 0], [0.5, 0.970688], [0, 0]],
    "delta-w": [[0.18877, 0.408787], [-0.25, -0.485344], [0.18877, 0.408787]],
    "w-new": [[1.18877, -0.0912128], [0.25, 1.51466], [-0.81123, 0.908787]],
    "da": [0.5, -0.5, 0.5],
    "db": [-0.0612297, -0.0765566],
}
WRONG = [
    ("positive", "outer-transposed", [[0.3775, 0, 0.3775], [0.8176, 0, 0.8176]]),
    ("negative", "first-hidden-reused", [[0, 0], [0.3775, 0.8176], [0, 0]]),
    ("delta-w", "sign-reversed", [[-0.1888, -0.4088], [0.25, 0.4853], [-0.1888, -0.4088]]),
    ("delta-w", "learning-rate-forgotten", [[0.3775, 0.8176], [-0.5, -0.9707], [0.3775, 0.8176]]),
    ("da", "visible-bias-from-hidden", [0, 0, 0]),
    ("db", "db-reversed", [0.06123, 0.07656]),
]
ELSEWHERE = {"w": "0.5,-0.2;0.3,0.8;-0.6,0.1", "a": "0.1,0,-0.1", "b": "0,0.2", "lr": "0.1"}


@pytest.mark.parametrize("step", KNOWN)
def test_the_default_run_gives_the_known_values(step):
    assert close(run().results[step], KNOWN[step])


@pytest.mark.parametrize(("step", "tag", "expected"), WRONG)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert np.shape(slips(run(), step)[tag]) == np.shape(expected)
    assert close(slips(run(), step)[tag], expected, digits=4)


def test_a_case_worked_elsewhere_comes_out_the_same():
    truth = run(**ELSEWHERE, v0="1,0,1", v1="0,1,1")
    assert close(truth.step("p-h0").value, [0.475021, 0.524979])
    assert close(truth.step("p-h1").value, [0.425557, 0.75026], digits=5)
    known = [[0.047502, 0.052498], [-0.042556, -0.075026], [0.004946, -0.022528]]
    assert close(truth.step("delta-w").value, known, digits=4)
    assert close(truth.step("da").value, [0.1, -0.1, 0])
    assert close(truth.step("db").value, [0.004946, -0.022528], digits=4)


def test_with_a_given_reconstruction_nothing_is_sampled():
    names = [step.name for step in run(v1="0,1,0").steps]
    assert names == ["p-h0", "p-h1", "positive", "negative", "delta-w", "w-new", "da", "db"]
    assert [step.name for step in run().steps][:3] == ["p-h0", "h0", "v1"]


def test_a_given_reconstruction_gives_what_the_same_sample_gives():
    assert all(close(value, run(v1="0,1,0").results[name]) for name, value in run().results.items())


def test_a_perfect_reconstruction_changes_nothing():
    truth = run(v1="1,0,1")
    assert not any(truth.step(name).value.any() for name in ("delta-w", "da", "db"))
    assert set(truth.slips()) == {"outer-transposed", "first-hidden-reused"}
    assert any("changes nothing" in note.en for note in truth.notes)


def test_statistics_laid_out_the_other_way_end_the_derivation_there():
    assert "outer-transposed" not in {slip.tag for slip, _ in wrong_values(run(), "delta-w")}


def test_as_many_hidden_units_as_visible_ones_leave_no_other_layout_to_see():
    assert "outer-transposed" not in run(v0="1,0", w="1,2;3,4", a="0,0", u_v="0.5,0.5").slips()


def test_a_reconstruction_with_the_first_hidden_units_is_named_in_the_new_weights_too():
    truth = run()
    wrong = truth.inputs["w"] + 0.5 * (np.array(KNOWN["positive"]) - slips(truth, "negative")["first-hidden-reused"])
    assert [slip.tag for slip in diagnose(truth, "w-new", wrong)] == ["first-hidden-reused"]


def test_the_update_goes_on_from_the_learners_own_reconstruction():
    marked = follow_through(CD, defaults(CD), {"v1": (0, 0, 0)})
    assert plain(marked.step("negative").value) == [[0, 0], [0, 0], [0, 0]]
    assert plain(marked.step("da").value) == [0.5, 0, 0.5]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"v0": "1,0"}, "--v0 1,0: v₀ must have 3 numbers to fit --w of 3×2, it has 2"),
        ({"v1": "1,0"}, "--v1 1,0: v₁ must have 3 numbers to fit --w of 3×2, it has 2"),
        ({"u_h": "0.1"}, "--u-h 0.1: u_h must have 2 numbers to fit --w of 3×2, it has 1"),
        ({"u_v": "0.1,1,0.2"}, "--u-v 0.1,1,0.2: must be numbers from 0 to below 1"),
        ({"lr": "-1"}, "--lr -1: must be a number of at least 0"),
    ],
)
def test_what_does_not_fit_is_refused_by_option_and_shape(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message


def test_the_pictures_have_both_phases_and_their_statistics_side_by_side():
    phases, statistics = CD.picture(run())
    assert [lane.stations for lane in phases.lanes] == [
        ("[1, 0, 1]", "[0.3775, 0.8176]"),
        ("[0, 1, 0]", "[0.5, 0.9707]"),
    ]
    assert statistics.rows[1:3] == (("0.3775", "0.8176", "−", "0", "0"), ("0", "0", "−", "0.5", "0.9707"))


def test_a_given_reconstruction_and_many_hidden_units_are_drawn_as_phases():
    phases, _ = CD.picture(run(v1="1,1,1"))
    assert phases.lanes[1].stations[0] == "[1, 1, 1]"
    assert len(CD.picture(run(v0="1,0", w="1,1,1;0,1,2", b="0,0,0", v1="1,1"))) == 1
