"""Backpropagation and one update: its default numbers, its mistakes, its refusals, and three other ways to the gradients."""

from random import Random

import notation
import numpy as np
import pytest

from studynn.core.draw import draw
from studynn.core.errors import InputError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work, wrong_values
from studynn.nn.dense import Layer, mlp, mlp_backward
from studynn.worked import load

BACKPROP = load("backprop")
DOCUMENT = {"x": "1,0.5", "w1": "0.2,-0.4;0.7,0.1", "b1": "0.1,-0.2", "w2": "0.6,-0.3", "b2": "0.05", "y": "1"}
RELU = {
    "x": "1,2",
    "y": "3,1",
    "w1": "1,1;-1,0",
    "b1": "0,0",
    "w2": "1,1;-1,2",
    "b2": "1,1",
    "activation": "relu",
    "lr": "0.1",
}
NARROW = {"x": "2", "y": "1", "w1": "0.3", "b1": "-0.1", "w2": "0.7", "b2": "0.2"}
UNEVEN = {"x": "1,-1,2", "y": "1", "w1": "1,0,-1;0.5,1,1", "b1": "0,1", "w2": "1,-2", "b2": "0.5"}


def worked(slip=None, **texts):
    return work(BACKPROP, read_inputs(BACKPROP, texts), slip=slip)


def slips(run, step):
    return {slip.tag: np.asarray(slip.value).tolist() for slip in run.step(step).slips}


def engine_gradients(inputs):
    """Loss, gradients of both layers by the engine's chain rule, on a batch of one row."""
    layers = [
        Layer(np.array(inputs[f"w{n}"], float), np.array(inputs[f"b{n}"], float), inputs["activation"]) for n in (1, 2)
    ]
    passes = mlp(np.array([inputs["x"]], float), layers)
    return mlp_backward(passes[-1].a - np.array([inputs["y"]], float), layers, passes)


@pytest.mark.parametrize(
    ("step", "value"),
    [
        ("z1", [1, 0]),
        ("a1", [0.731059, 0.5]),
        ("a2", [0.557509, 0.590378]),
        ("loss", 0.272172),
        ("delta2", [-0.109159, 0.142772]),
        ("grad-w2", [[-0.0798018, -0.0545797], [0.104375, 0.0713861]]),
        ("grad-b2", [-0.109159, 0.142772]),
        ("delta1", [-0.00742666, 0.0986759]),
        ("grad-w1", [[-0.00742666, 0.00742666], [0.0986759, -0.0986759]]),
        ("grad-b1", [-0.00742666, 0.0986759]),
        ("w1-new", [[0.503713, -0.503713], [0.950662, 0.549338]]),
        ("b1-new", [0.00371333, -0.549338]),
        ("w2-new", [[1.0399, -0.97271], [0.447813, 1.96431]]),
        ("b2-new", [0.0545797, -1.07139]),
        ("loss-new", 0.23042),
    ],
)
def test_the_default_step_of_training_gives_the_known_numbers(step, value):
    np.testing.assert_allclose(worked().step(step).value, value, rtol=6e-6)


def test_the_steps_come_in_the_order_of_the_algorithm():
    forward, backward = ["z1", "a1", "z2", "a2", "loss"], ["delta2", "grad-w2", "grad-b2", "delta1", "grad-w1"]
    update = ["grad-b1", "w1-new", "b1-new", "w2-new", "b2-new", "a2-new", "loss-new"]
    assert [step.name for step in worked().steps] == forward + backward + update


@pytest.mark.parametrize(
    ("step", "tag", "value"),
    [
        ("a1", "no-activation", [1, 0]),
        ("loss", "half-forgotten", 0.5443),
        ("loss", "mean-over-outputs", 0.1361),
        ("delta2", "slope-forgotten", [-0.4425, 0.5904]),
        ("delta2", "target-minus-output", [0.1092, -0.1428]),
        ("grad-w2", "input-for-hidden", [[-0.1092, 0.1092], [0.1428, -0.1428]]),
        ("grad-w2", "outer-transposed", [[-0.0798, 0.1044], [-0.05458, 0.07139]]),
        ("delta1", "no-transpose", [-0.04953, 0.05774]),
        ("delta1", "hidden-slope-forgotten", [-0.03777, 0.3947]),
        ("delta1", "updated-weights", [-0.009748, 0.09666]),
        ("grad-w1", "input-forgotten", [[-0.007427, -0.007427], [0.09868, 0.09868]]),
        ("w1-new", "ascent", [[0.4963, -0.4963], [1.049, 0.4507]]),
        ("w2-new", "ascent", [[0.9601, -1.027], [0.5522, 2.036]]),
    ],
)
def test_each_mistake_on_the_default_leads_to_its_known_value(step, tag, value):
    np.testing.assert_allclose(slips(worked(), step)[tag], value, rtol=6e-4)


def test_the_two_sigmoid_layers_of_the_notes_on_backpropagation_give_their_numbers():
    run = worked(**DOCUMENT, lr="0.5")
    for step, value in {
        "loss": 0.104161,
        "delta2": [-0.113239],
        "grad-w2": [[-0.059448, -0.071809]],
        "delta1": [-0.016944, 0.007882],
        "grad-w1": [[-0.016944, -0.008472], [0.007882, 0.003941]],
        "w2-new": [[0.629724, -0.264095]],
        "w1-new": [[0.208472, -0.395764], [0.696059, 0.09803]],
    }.items():
        np.testing.assert_allclose(run.step(step).value, value, atol=6e-7)


@pytest.mark.parametrize("seed", range(60))
def test_the_engines_chain_rule_gives_the_same_gradients(seed):
    run = draw(BACKPROP, Random(seed), seed % 3 + 1)
    for number, found in enumerate(engine_gradients(run.inputs), 1):
        np.testing.assert_allclose(run.step(f"grad-w{number}").value, found.w, atol=1e-12)
        np.testing.assert_allclose(run.step(f"grad-b{number}").value, found.b, atol=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_pytorch_takes_the_same_step(seed):
    torch = pytest.importorskip("torch")
    run = draw(BACKPROP, Random(seed), seed % 3 + 1)
    given = run.inputs
    x, y = (torch.tensor(given[name], dtype=torch.float64) for name in "xy")
    parts = {
        name: torch.tensor(given[name], dtype=torch.float64, requires_grad=True) for name in ("w1", "b1", "w2", "b2")
    }
    f = {"identity": lambda z: z, "relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}[given["activation"]]

    def loss():
        return ((f(parts["w2"] @ f(parts["w1"] @ x + parts["b1"]) + parts["b2"]) - y) ** 2).sum() / 2

    loss().backward()
    torch.optim.SGD(list(parts.values()), lr=given["lr"]).step()
    for name, part in parts.items():
        np.testing.assert_allclose(run.step(f"{name}-new").value, part.detach().numpy(), atol=1e-12)
    assert run.step("loss-new").value == pytest.approx(loss().item(), abs=1e-12)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "identity"])
@pytest.mark.parametrize("texts", [NARROW, UNEVEN, DOCUMENT, RELU], ids=["1-1-1", "3-2-1", "2-2-1", "2-2-2"])
def test_shown_lines_and_the_check_hold_for_every_activation(texts, activation):
    run = worked(**texts | {"activation": activation, "lr": "0.05"})
    found = BACKPROP.checked_by.compute(**run.inputs)
    assert set(found) == {step.name for step in run.steps}
    for step in run.steps:
        assert notation.agrees(step.shown, step.value), step.shown
        np.testing.assert_allclose(found[step.name], step.value, atol=1e-9, rtol=1e-9)


def test_at_the_kink_of_relu_the_check_takes_the_slope_zero_too():
    run = worked(**RELU | {"w1": "2,-1;-1,1"})
    assert run.step("z1").value.tolist() == [0, 1]
    found = BACKPROP.checked_by.compute(**run.inputs)
    assert run.step("delta1").value[0] == 0 and run.step("delta1").value[1] != 0
    np.testing.assert_allclose(found["delta1"], run.step("delta1").value)


def test_the_check_changes_no_input():
    inputs = read_inputs(BACKPROP, {})
    BACKPROP.checked_by.compute(**inputs)
    assert inputs == defaults(BACKPROP)


def test_biases_are_updated_with_the_weights():
    run = worked(**RELU)
    assert run.step("grad-b2").value.tolist() == run.step("delta2").value.tolist() == [1, 0]
    assert run.step("b2-new").value.tolist() == [0.9, 1]


def test_without_activation_no_slope_can_be_forgotten():
    run = worked(activation="identity")
    assert not {"no-activation", "slope-forgotten", "hidden-slope-forgotten"} & set(run.slips())
    assert {"no-activation", "slope-forgotten", "hidden-slope-forgotten"} <= set(worked().slips())


def test_mistakes_that_need_equal_widths_are_offered_only_there():
    equal = {"mean-over-outputs", "input-for-hidden", "outer-transposed", "no-transpose"}
    assert equal <= set(worked().slips())
    assert not equal & set(worked(**UNEVEN).slips())
    assert equal & set(worked(**DOCUMENT).slips()) == {"input-for-hidden"}
    assert equal & set(worked(**NARROW).slips()) == {"input-for-hidden"}


def test_going_back_through_the_updated_weights_is_offered_only_where_it_shows():
    assert "updated-weights" in worked(lr="0.5").slips()
    assert "updated-weights" not in worked(lr="0.01").slips()


def test_ascent_is_made_at_every_weight_and_bias_and_raises_the_loss():
    truth, climbed = worked(), worked(slip="ascent")
    for name in ("w1", "b1", "w2", "b2"):
        old = np.array(truth.inputs[name])
        np.testing.assert_allclose(climbed.step(f"{name}-new").value - old, old - truth.step(f"{name}-new").value)
    assert climbed.step("loss-new").value > truth.step("loss").value


def test_a_wrong_sign_of_the_error_is_named_at_the_new_weights_with_the_ascent_that_looks_the_same():
    truth = worked()
    wrong = worked(slip="target-minus-output").step("w1-new").value
    assert {slip.tag for slip in diagnose(truth, "w1-new", wrong)} == {"ascent", "target-minus-output"}


def test_no_result_offers_a_mistake_that_leaves_it_unchanged():
    truth = worked()
    assert {slip.tag for slip, _ in wrong_values(truth, "a2")} == {"no-activation"}
    assert "half-forgotten" not in {slip.tag for slip, _ in wrong_values(truth, "w1-new")}


def test_one_early_mistake_of_the_learner_is_carried_on_through_the_backward_pass():
    run = follow_through(BACKPROP, defaults(BACKPROP), {"a2": (0.5, 0.5)})
    assert run.step("delta2").value.tolist() == [-0.125, 0.125]
    assert run.step("loss").value == 0.25


def test_sums_that_cancel_are_zero_as_by_hand():
    run = worked(x="3", y="0.3", w1="0.1", b1="0", w2="1", b2="0", activation="identity")
    assert run.step("delta2").value.tolist() == [0]
    run = worked(x="3", y="0", w1="0.1", b1="-0.3", w2="1", b2="1", activation="relu")
    assert run.step("z1").value.tolist() == run.step("delta1").value.tolist() == [0]


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "identity"])
def test_the_largest_numbers_allowed_are_computed_without_warning(activation):
    texts = {
        "x": ",".join(["1e6"] * 8),
        "y": "-1e6",
        "w1": ";".join([",".join(["1e6"] * 8)] * 8),
        "b1": ",".join(["0"] * 8),
        "w2": ",".join(["1e6"] * 8),
        "b2": "0",
        "activation": activation,
        "lr": "100",
    }
    truth = worked(**texts)
    for slip in (None, *truth.slips()):
        assert all(np.isfinite(step.value).all() for step in worked(slip, **texts).steps)


def test_level_one_is_whole_numbers_without_activation_or_with_sleeping_relus():
    kinds = set()
    for seed in range(30):
        run = draw(BACKPROP, Random(seed), 1)
        kinds.add(run.inputs["activation"])
        assert all(float(number).is_integer() for number in run.step("grad-w1").value.ravel())
        if run.inputs["activation"] == "relu":
            assert sorted(run.step("a1").value > 0) == sorted(run.step("a2").value > 0) == [False, True]
    assert kinds == {"identity", "relu"}


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_drawn_step_has_an_error_to_learn_from_and_lowers_the_loss(level):
    for seed in range(30):
        run = draw(BACKPROP, Random(seed), level)
        assert np.abs(run.step("a2").value - run.inputs["y"]).min() >= 0.05
        assert run.step("loss-new").value < run.step("loss").value


@pytest.mark.parametrize(
    ("texts", "message", "chinese"),
    [
        (
            {"w1": "1,2,3"},
            "--w1 1,2,3: must be 1×2 to fit --x of length 2, it is 1×3",
            "--w1 1,2,3：应为 1×2，才能接在长度为 2 的 --x 之后，现为 1×3",
        ),
        (
            {"b1": "1"},
            "--b1 1: must have length 2 to fit --w1 of 2×2, it has length 1",
            "--b1 1：长度应为 2，才能与 2×2 的 --w1 相配，现为 1",
        ),
        (
            {"w2": "1;2"},
            "--w2 1;2: must be 2×2 to fit --w1 of 2×2, it is 2×1",
            "--w2 1;2：应为 2×2，才能接在 2×2 的 --w1 之后，现为 2×1",
        ),
        (
            {"b2": "1,2,3"},
            "--b2 1,2,3: must have length 2 to fit --w2 of 2×2, it has length 3",
            "--b2 1,2,3：长度应为 2，才能与 2×2 的 --w2 相配，现为 3",
        ),
        (
            {"y": "1"},
            "--y 1: must have length 2 to fit --w2 of 2×2, it has length 1",
            "--y 1：长度应为 2，才能与 2×2 的 --w2 相配，现为 1",
        ),
    ],
)
def test_shapes_that_do_not_fit_are_refused(texts, message, chinese):
    with pytest.raises(InputError) as refusal:
        worked(**texts)
    assert (refusal.value.message.en, refusal.value.message.zh) == (message, chinese)


@pytest.mark.parametrize(
    ("texts", "message"), [({"x": ",".join("1" * 9)}, "at most 8 a side"), ({"lr": "-1"}, "from 0 to 100")]
)
def test_wide_networks_and_negative_learning_rates_are_refused(texts, message):
    with pytest.raises(InputError, match=message):
        worked(**texts)


def notes(**texts):
    return " ".join(note.en for note in worked(**texts).notes)


def test_the_other_conventions_are_told():
    for words in ("Without the ½", "W² first", "y − a", "leave them fixed"):
        assert words in notes()


def test_relu_tells_its_slope_at_zero_and_its_silent_units():
    assert "ReLU′(0)" in notes(**RELU) and "Hidden unit 2 is silent" in notes(**RELU)
    assert "Hidden unit 1" not in notes(**RELU)
    assert "ReLU′(0)" not in notes() and "silent" not in notes(activation="tanh")


def test_a_step_that_raises_the_loss_is_answered_and_told():
    assert "The loss rose" in notes(activation="identity", lr="10")
    assert "The loss rose" not in notes()


def test_the_picture_has_activations_and_error_signals_of_each_layer():
    truth = worked()
    (network,) = BACKPROP.picture(truth)
    rows = {layer.label.en: layer.units for layer in network.layers}
    assert list(rows) == ["target y", "output a²", "δ²", "hidden a¹", "δ¹", "input x"]
    for label, step in (("output a²", "a2"), ("δ²", "delta2"), ("hidden a¹", "a1"), ("δ¹", "delta1")):
        shown = [float(text.replace("−", "-")) for text in rows[label]]
        assert shown == pytest.approx(truth.step(step).value, rel=1e-3)
