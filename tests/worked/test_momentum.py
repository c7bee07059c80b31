"""SGD with momentum: what it computes, which mistakes it names, and what it refuses."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import diagnose, work
from studynn.core.values import plain
from studynn.nn.optimisers import sgd
from studynn.worked import load

MOMENTUM = load("momentum")


def run(nesterov=False, **texts):
    return work(MOMENTUM, read_inputs(MOMENTUM, texts | {"nesterov": nesterov}))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    known = {"v1": 4, "w1": 0.6, "v2": 4, "w2": 0.2, "v3": -1, "w3": 0.3, "sgd-end": 0.7}
    assert run().results == pytest.approx(known)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("v1", {"averaged": 2, "velocity-subtracted": -4}),
        ("w1", {"ascent": 1.4}),
        ("v2", {"no-memory": 2, "averaged": 3, "velocity-subtracted": 0}),
        ("w2", {"ascent": 1, "gradient-for-velocity": 0.4}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == pytest.approx(expected)


def test_nesterov_looks_one_step_ahead():
    truth = run(nesterov=True)
    assert truth.step("w1").shown == "1 − 0.1·(4 + 0.5·4)"
    assert truth.step("w1").value == pytest.approx(0.4)
    assert slips(truth, "w1")["look-ahead-forgotten"] == pytest.approx(0.6)


def test_several_weights_have_a_row_of_gradients_a_step():
    truth = run(w="1,-1", gradients="4,2;2,-2")
    assert plain(truth.step("v2").value) == [4, -1]
    assert plain(truth.step("w2").value) == pytest.approx([0.2, -1.1])
    assert plain(truth.step("sgd-end").value) == pytest.approx([0.4, -1])


def test_one_row_for_several_weights_is_one_step():
    truth = run(w="1,-1", gradients="4,2")
    assert [step.name for step in truth.steps] == ["v1", "w1", "sgd-end"]


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("texts", [{}, {"curvature": "2"}, {"w": "1,-1", "gradients": "4,2;2,-2"}])
def test_with_the_rate_inside_v_is_smaller_and_the_weights_are_the_same(texts, nesterov):
    outside, inside = (run(nesterov, rate=rate, **texts).results for rate in ("outside", "inside"))
    for name, value in outside.items():
        share = 0.1 if name.startswith("v") else 1
        assert plain(inside[name]) == pytest.approx(plain(share * value))


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("v1", {"averaged": 0.2, "velocity-subtracted": -0.4, "rate-forgotten": 4}),
        ("v2", {"no-memory": 0.2, "averaged": 0.3, "velocity-subtracted": 0, "rate-forgotten": 2.2}),
        ("w2", {"ascent": 1, "gradient-for-velocity": 0.4, "rate-twice": 0.56}),
    ],
)
def test_with_the_rate_inside_it_may_be_forgotten_or_used_twice(step, expected):
    truth = run(rate="inside")
    assert slips(truth, step) == pytest.approx(expected)
    assert truth.step("v2").shown == "0.5·0.4 + 0.1·2" and truth.step("w2").formula == "w₂ = w₁ − v₂"
    assert run(True, rate="inside").step("w1").shown == "1 − (0.1·4 + 0.5·0.4)"


def test_the_note_says_where_the_rate_stands_and_that_the_weights_agree():
    for rate, words in (
        ("outside", "η stands outside v, as in PyTorch"),
        ("inside", "η stands inside v, as in CS231n"),
    ):
        (note,) = run(rate=rate).notes
        assert words in note.en and "the weights are the same" in note.en


def test_down_a_parabola_the_gradient_is_taken_anew_at_every_weight():
    truth = run(curvature="2", steps="2")
    known = {"g1": 4, "v1": 4, "w1": 0.6, "g2": 2.4, "v2": 4.4, "w2": 0.16, "sgd-end": 0.36}
    assert {step.name: step.value for step in truth.steps} == pytest.approx(known)
    assert slips(truth, "g2") == pytest.approx({"two-dropped": 1.2, "height-for-slope": 0.72, "gradient-kept": 4})
    assert slips(run(curvature="2"), "sgd-end") == pytest.approx({"same-gradients": 1 - 0.1 * (4 + 2.4 + 0.64)})
    assert run(curvature="2").has("w3") and not run(curvature="2").has("w4")


def test_several_weights_go_down_the_parabola_each_by_itself():
    truth = run(w="1,-2", curvature="2", steps="2")
    assert plain(truth.step("w2").value) == pytest.approx([0.16, -0.32])
    found = MOMENTUM.checked_by.compute(**truth.inputs)
    assert all(np.allclose(value, truth.step(name).value) for name, value in found.items())


def test_level_3_has_parabolas_lists_and_rows_with_the_rate_at_either_place():
    found = [draw(MOMENTUM, Random(f"{seed}/3"), 3).inputs for seed in range(120)]
    kinds = {(inputs["curvature"] is not None, len(inputs["w"]), inputs["rate"]) for inputs in found}
    assert kinds == {(a, n, rate) for a, n in ((True, 1), (False, 1), (False, 2)) for rate in ("outside", "inside")}


def test_without_memory_it_is_plain_descent():
    truth = run(mu="0")
    assert truth.step("w3").value == pytest.approx(truth.step("sgd-end").value)
    assert set(truth.slips()) == {"velocity-subtracted", "ascent"}


def test_stepping_along_the_gradient_alone_may_come_from_either_of_two_mistakes():
    assert {slip.tag for slip in diagnose(run(), "w2", 0.4)} == {"no-memory", "gradient-for-velocity"}


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"mu": "1"}, "--mu 1: must be a number from 0 to below 1"),
        ({"mu": "-0.1"}, "--mu -0.1: must be a number from 0 to 1"),
        ({"rate": "within"}, "--rate within: must be one of outside, inside"),
        ({"steps": "2"}, "--steps 2: goes only with --curvature"),
        ({"curvature": "1", "steps": "11"}, "--steps 11: must be a whole number from 1 to 10"),
        ({"w": "1,2"}, "--gradients 4,2,-3: must have rows of 2 to fit --w of length 2, these are 1×3"),
        ({"gradients": "1,2;3,4"}, "--gradients 1,2;3,4: must have rows of 1 to fit --w of length 1, these are 2×2"),
    ],
)
def test_what_does_not_fit_is_refused_with_both_shapes_named(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=8), st.sampled_from([0, 0.5, 0.9]), st.booleans())
def test_the_weights_are_those_of_the_engine(gradients, mu, nesterov):
    truth = run(nesterov=nesterov, gradients=",".join(map(str, gradients)), mu=str(mu))
    w, state = [np.ones(1)], None
    for t, g in enumerate(gradients, 1):
        w, state = sgd(w, [np.array([float(g)])], state, lr=0.1, momentum=mu, nesterov=nesterov)
        assert truth.step(f"w{t}").value == pytest.approx(w[0][0], abs=1e-12)


def test_the_picture_has_the_path_with_momentum_and_that_without():
    truth = run(w="1", gradients="4,2,-3", lr="0.1", mu="0.5")
    (plot,) = MOMENTUM.picture(truth)
    ahead, plain_path = (track.points for track in plot.tracks)
    assert ahead == tuple((t, truth.step(f"w{t}").value if t else 1) for t in range(4))
    assert [y for _, y in plain_path] == pytest.approx([1, 0.6, 0.4, 0.7])
    assert plain_path[-1][1] == truth.step("sgd-end").value


def test_the_picture_of_a_parabola_has_plain_descent_on_the_parabola_beside_it():
    (plot,) = MOMENTUM.picture(run(curvature="2", steps="2"))
    ahead, plain_path = (track.points for track in plot.tracks)
    assert [y for _, y in ahead] == pytest.approx([1, 0.6, 0.16])
    assert [y for _, y in plain_path] == pytest.approx([1, 0.6, 0.36])


def test_two_weights_are_drawn_in_their_plane_and_three_not_at_all():
    truth = run(w="1,2", gradients="1,0;0,1")
    (plot,) = MOMENTUM.picture(truth)
    assert plot.tracks[0].points[-1] == tuple(truth.step("w2").value)
    assert not MOMENTUM.picture(run(w="1,2,3", gradients="1,0,0"))
