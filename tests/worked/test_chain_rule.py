"""The chain rule through one neuron: known gradients, the mistakes it names, dead units, and what it refuses."""

from random import Random

import notation
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.values import plain
from studynn.nn.dense import Layer, mlp, mlp_backward
from studynn.worked import load

CHAIN = load("chain-rule")
FIT = {"x": "1;3", "w": "2", "b": "1", "y": "4,6", "activation": "identity", "loss": "mse", "lr": "0.1"}
RELU = {"x": "1,1;-1,0;2,1", "w": "1,1", "b": "-1", "y": "2,1,0", "activation": "relu"}


def run(**texts):
    return work(CHAIN, read_inputs(CHAIN, texts))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def notes(truth):
    return " ".join(note.en for note in truth.notes)


def test_the_default_run_gives_the_known_values():
    assert {name: plain(value) for name, value in run().results.items()} == {
        "z": 0,
        "a": 0.5,
        "loss": 0.125,
        "delta": -0.125,
        "grad-w": [-0.125, 0.25],
        "grad-b": -0.125,
        "w-new": [1.625, 0.25],
        "b-new": -0.375,
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("z", {"no-bias": 0.5}),
        ("loss", {"half-forgotten": 0.25}),
        ("dL-da", {"target-minus-output": 0.5}),
        ("da-dz", {"slope-from-z": 0, "sigmoid-twice": 0.235, "slope-one": 1}),
        ("delta", {"slope-forgotten": -0.5}),
        ("grad-w", {"input-forgotten": [-0.125, -0.125], "times-weight": [-0.1875, -0.0625]}),
        ("grad-b", {"bias-has-no-gradient": 0}),
        ("w-new", {"ascent": [1.375, 0.75]}),
        ("b-new", {"bias-frozen": -0.5}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    found = slips(run(), step)
    assert found.keys() == expected.keys()
    for tag, value in expected.items():
        assert found[tag] == pytest.approx(value, rel=5e-4)


def test_one_step_of_a_sigmoid_unit_with_one_weight():
    truth = run(x="1", w="0.5", b="0", y="1")
    assert truth.step("a").value == pytest.approx(0.6225, rel=5e-4)
    assert plain(truth.step("grad-w").value) == pytest.approx([-0.0887], rel=5e-4)
    assert plain(truth.step("w-new").value) == pytest.approx([0.5887], rel=5e-4)


def test_several_samples_are_averaged():
    truth = run(**FIT)
    assert plain(truth.step("z").value) == [3, 7]
    assert truth.step("loss").value == 1
    assert plain(truth.step("delta").value) == [-2, 2]
    assert plain(truth.step("grad-w").value) == [2]
    assert truth.step("grad-b").value == 0
    assert truth.step("grad-w").shown == "[−2, 2]·[1; 3]/2"
    assert slips(truth, "grad-w") == {"input-forgotten": [0], "times-weight": [0], "sum-not-mean": [4]}
    assert slips(truth, "loss") == {"half-added": 0.5}
    assert slips(truth, "da-dz") == slips(truth, "delta") == slips(truth, "grad-b") == {}


def test_a_unit_that_is_off_for_every_sample_learns_nothing():
    truth = run(x="1,2;3,4;0,5", w="1,1", b="-10", y="1,1,1", activation="relu")
    assert plain(truth.step("a").value) == plain(truth.step("delta").value) == [0, 0, 0]
    assert plain(truth.step("w-new").value) == [1, 1] and truth.step("b-new").value == -10
    assert "for every sample" in notes(truth)


def test_samples_for_which_relu_is_off_pass_no_gradient():
    truth = run(**RELU)
    assert plain(truth.step("da-dz").value) == [1, 0, 1]
    assert slips(truth, "da-dz") == {"slope-one": [1, 1, 1]}
    assert "no gradient from sample 2." in notes(truth)
    assert "no gradient" not in notes(run()) and "halved" in notes(run(loss="mse")) and "doubles" in notes(run())


def test_at_a_perfect_output_no_mistake_with_the_error_can_be_made():
    truth = run(activation="identity", y="0")
    assert truth.step("loss").value == 0
    assert all(slips(truth, name) == {} for name in ("loss", "dL-da", "grad-b", "w-new", "b-new"))


def test_a_forgotten_slope_is_named_at_the_new_weights():
    assert {slip.tag for slip in diagnose(run(), "w-new", (2, -0.5))} == {"slope-forgotten", "slope-one"}
    assert plain(follow_through(CHAIN, defaults(CHAIN), {"delta": 1}).step("grad-w").value) == [1, -2]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"x": "1,2,3"}, "--w 1.5,0.5: must have length 3 to fit --x, it has length 2"),
        ({"y": "1,2"}, "--y 1,2: must have length 1 to fit --x, it has length 2"),
        ({"x": "1,2;3,4"}, "--y 1: must have length 2 to fit --x, it has length 1"),
        ({"lr": "0"}, "--lr 0: must be a number above 0"),
        ({"x": ";".join(["1,1"] * 33)}, "at most 32 a side"),
        ({"loss": "bce"}, "--loss bce: must be one of half-squared, mse"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert message in refusal.value.message.en


@given(
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(0, 10**6),
    st.sampled_from(["sigmoid", "tanh", "relu", "identity"]),
    st.sampled_from(["half-squared", "mse"]),
)
@settings(max_examples=80, deadline=None)
def test_the_gradients_are_those_of_the_engine_and_shown_lines_hold(count, width, seed, activation, loss):
    rng = np.random.default_rng(seed)
    x, w, y = (rng.integers(-4, 5, size=shape) / 2 for shape in ((count, width), width, count))
    assume(activation in ("relu", "identity") or np.abs(x @ w + 0.25).max() < 3.5)  # four digits of a do not hold 1 − a
    inputs = {"x": tuple(map(tuple, x)), "w": tuple(w), "b": 0.25, "y": tuple(y), "activation": activation}
    truth = work(CHAIN, inputs | {"loss": loss, "lr": 0.5})
    layers = [Layer(w[None], np.array([0.25]), activation)]
    passes = mlp(x, layers)
    error = (passes[0].a - y[:, None]) / count * (2 if loss == "mse" else 1)
    gradient = mlp_backward(error, layers, passes)[0]
    np.testing.assert_allclose(truth.step("grad-w").value, gradient.w[0], atol=1e-12)
    np.testing.assert_allclose(truth.step("grad-b").value, gradient.b[0], atol=1e-12)
    for step in truth.steps:
        assert notation.agrees(step.shown, step.value), step.shown


@pytest.mark.parametrize("level", [1, 2, 3])
def test_no_answer_is_frequent(level):
    found = [draw(CHAIN, Random(f"{seed}/{level}"), level) for seed in range(200)]
    for step in CHAIN.results:
        answers = [str(plain(truth.step(step).value)) for truth in found]
        assert max(map(answers.count, answers)) <= 200 / 3, step
    kinds = {truth.inputs["activation"] for truth in found}
    assert kinds == {1: {"identity"}, 2: {"identity", "sigmoid"}, 3: {"relu", "tanh"}}[level]


def test_the_picture_multiplies_the_slopes_on_the_way_back():
    (flow,) = CHAIN.picture(run())
    symbols, forward, back = flow.lanes
    assert symbols.stations == ("x", "z", "a", "L") and forward.stations == ("[1, −2]", "0", "0.5", "0.125")
    assert back.back and back.stations == ("[−0.125, 0.25]", "−0.125", "−0.5", "1")
    assert back.arrows == ("×x", "×0.25", "×−0.5")


def test_the_picture_of_several_samples_has_two_lanes_for_each_of_up_to_four():
    (flow,) = CHAIN.picture(run(x="1;2;3;4;5", w="1", y="0,0,0,0,0", activation="relu"))
    assert len(flow.lanes) == 9 and "4 of 5" in flow.title.en
    assert flow.lanes[1].arrows == ("w·x + b", "ReLU")


def test_level_three_draws_the_loss_with_and_without_the_half():
    found = [draw(CHAIN, Random(seed), 3).inputs for seed in range(60)]
    assert {(inputs["activation"], inputs["loss"]) for inputs in found} == {
        (activation, loss) for activation in ("relu", "tanh") for loss in ("half-squared", "mse")
    }
