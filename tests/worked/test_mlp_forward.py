"""The forward pass of an MLP: its default numbers, its mistakes, its refusals, and the engine's word for it."""

from random import Random

import notation
import numpy as np
import pytest

from studynn.core.draw import draw
from studynn.core.errors import InputError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.nn.dense import Layer, mlp
from studynn.worked import load

MLP_FORWARD = load("mlp-forward")
SOFTMAX = {"x": "1,1", "w1": "1,0;0,1", "b1": "0,0", "w2": "1,0;2,1;0,-1", "b2": "0,0,0", "output": "softmax"}
DOCUMENT = {
    "x": "1,0.5",
    "w1": "0.2,-0.4;0.7,0.1",
    "b1": "0.1,-0.2",
    "w2": "0.6,-0.3",
    "b2": "0.05",
    "hidden": "sigmoid",
}
TANH = {"x": "1,2", "w1": "0.5,-0.3;0.2,0.4", "b1": "0,0", "w2": "1,0.5;-1,1", "b2": "0,0", "w3": "1,1", "b3": "0.5"}


def worked(slip=None, **texts):
    return work(MLP_FORWARD, read_inputs(MLP_FORWARD, texts), slip=slip)


def values(run, *names):
    return [np.asarray(run.step(name).value) for name in names]


def slips(run, step):
    return {slip.tag: slip.value.tolist() for slip in run.step(step).slips}


def test_the_default_network_gives_the_known_numbers():
    z1, a1, z2, a2 = values(worked(), "z1", "a1", "z2", "a2")
    assert (z1.tolist(), a1.tolist(), z2.tolist()) == ([1.5, -0.5, 1], [1.5, 0, 1], [1])
    assert a2 == pytest.approx([0.731059], abs=5e-7)


def test_the_mistakes_on_the_default_lead_to_the_known_values():
    run = worked()
    assert slips(run, "z1") == {"no-bias": [1, -0.5, 2]}
    assert slips(run, "a1") == {"no-activation": [1.5, -0.5, 1], "abs-for-relu": [1.5, 0.5, 1]}
    assert slips(run, "z2") == {"no-bias": [0.5]}
    assert slips(run, "a2") == {"no-output-activation": [1]}


def test_two_sigmoid_layers_give_the_numbers_of_the_notes_on_forward_propagation():
    z1, a1, z2, a2 = values(worked(**DOCUMENT), "z1", "a1", "z2", "a2")
    assert z1 == pytest.approx([0.1, 0.55], abs=5e-7)
    assert a1 == pytest.approx([0.524979, 0.634136], abs=5e-7)
    assert z2 == pytest.approx([0.174747], abs=5e-7)
    assert a2 == pytest.approx([0.543576], abs=5e-7)


def test_a_missing_bias_is_missing_in_every_layer():
    z1, a1, z2 = values(worked(slip="no-bias"), "z1", "a1", "z2")
    assert (z1.tolist(), a1.tolist(), z2.tolist()) == ([1, -0.5, 2], [1, 0, 2], [-1])


def test_leaving_out_the_hidden_activation_is_named_at_the_output():
    truth = worked()
    without = values(worked(slip="no-activation"), "z2")[0]
    assert without.tolist() == [0]
    assert [slip.tag for slip in diagnose(truth, "z2", without)] == ["no-activation"]


def test_softmax_shares_one_total_and_sigmoids_are_its_mistake():
    run = worked(**SOFTMAX)
    e = np.exp([1, 3, -1])
    assert run.step("a2").value == pytest.approx(e / e.sum())
    assert slips(run, "a2")["sigmoid-for-softmax"] == pytest.approx((1 / (1 + 1 / e)).tolist())
    assert slips(run, "a2")["no-output-activation"] == [1, 3, -1]


def test_only_a_square_matrix_of_more_than_one_unit_can_be_transposed_by_mistake():
    run = worked(w1="1,2;3,4", b1="0,1", w2="1,1", b2="0")
    assert slips(run, "z1")["transposed"] == [5, 9]
    assert "transposed" not in slips(run, "z2")
    assert "transposed" not in slips(worked(), "z1")
    assert "transposed" not in slips(worked(x="2", w1="3", b1="1", w2="1", b2="0"), "z1")


def test_a_bias_of_zero_cannot_be_forgotten():
    assert "no-bias" not in slips(worked(b1="0,0,0"), "z1")


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "identity"])
def test_without_relu_nobody_takes_the_absolute_value(hidden):
    run = worked(hidden=hidden)
    assert slips(run, "a1") == ({} if hidden == "identity" else {"no-activation": [1.5, -0.5, 1]})


def test_an_identity_output_has_no_activation_to_forget():
    assert slips(worked(output="identity"), "a2") == {}


def test_relu_at_the_output_can_be_forgotten_or_taken_as_absolute_value():
    run = worked(output="relu", b2="-2")
    assert run.step("a2").value.tolist() == [0]
    assert slips(run, "a2") == {"no-output-activation": [-1.5], "abs-for-relu": [1.5]}


def test_a_third_layer_is_hidden_layer_and_output_after_it():
    run = worked(**TANH, hidden="tanh", output="identity")
    assert [step.name for step in run.steps] == ["z1", "a1", "z2", "a2", "z3", "a3"]
    a1 = np.tanh([-0.1, 1.0])
    a2 = np.tanh([a1[0] + 0.5 * a1[1], a1[1] - a1[0]])
    assert run.step("a3").value == pytest.approx([a2.sum() + 0.5])
    assert [slip.tag for slip in run.step("a2").slips] == ["no-activation"]
    assert run.step("z3").formula == "W³a² + b³"


@pytest.mark.parametrize("seed", range(40))
def test_the_engine_computes_the_same_network(seed):
    run = draw(MLP_FORWARD, Random(seed), seed % 3 + 1)
    given = run.inputs
    layers = [
        Layer(np.array(given[f"w{n}"]), np.array(given[f"b{n}"]), given["hidden"])
        for n in (1, 2, 3)
        if given[f"w{n}"] is not None
    ]
    layers[-1] = layers[-1]._replace(activation=given["output"])
    for number, found in enumerate(mlp(np.array([given["x"]]), layers), 1):
        assert found.z[0] == pytest.approx(run.step(f"z{number}").value, abs=1e-12)
        assert found.a[0] == pytest.approx(run.step(f"a{number}").value, abs=1e-12)


@pytest.mark.parametrize("output", ["sigmoid", "identity", "softmax", "relu", "tanh"])
@pytest.mark.parametrize("hidden", ["relu", "sigmoid", "tanh", "identity"])
def test_shown_lines_and_the_check_hold_for_every_pair_of_activations(hidden, output):
    for texts in (TANH, {"x": "3", "w1": "-2", "b1": "1", "w2": "1;-1", "b2": "0,0.5"}):
        run = worked(**texts, hidden=hidden, output=output)
        found = MLP_FORWARD.checked_by.compute(**run.inputs)
        for step in run.steps:
            assert notation.agrees(step.shown, step.value), step.shown
            assert found[step.name] == pytest.approx(step.value, abs=1e-12)


def test_sums_that_cancel_are_zero_as_by_hand():
    run = worked(x="3,1", w1="0.1,-0.3;1,1", b1="0,0", w2="1,1", b2="0")
    assert run.step("z1").value[0] == 0
    assert run.step("z1").shown == "[0.1, −0.3; 1, 1]·[3, 1] + [0, 0]"


@pytest.mark.parametrize("hidden", ["relu", "tanh", "identity", "sigmoid"])
def test_the_largest_numbers_allowed_are_computed_without_warning(hidden):
    run = worked(x="1e6,-1e6", w1="1e6,-1e6;-1e6,1e6", b1="1e6,0", w2="1e6,5e5;1,1", b2="0,0", hidden=hidden)
    for slip in run.slips():
        worked(slip, x="1e6,-1e6", w1="1e6,-1e6;-1e6,1e6", b1="1e6,0", w2="1e6,5e5;1,1", b2="0,0", hidden=hidden)
    assert run.step("a2").value[0] == 1


def test_level_one_is_whole_numbers_with_a_sleeping_unit():
    for seed in range(30):
        run = draw(MLP_FORWARD, Random(seed), 1)
        assert all(float(number).is_integer() for number in run.step("z2").value)
        assert min(run.step("z1").value) < 0 < max(run.step("z1").value)


def test_level_three_draws_deep_networks_and_softmax_classifiers():
    kinds = {draw(MLP_FORWARD, Random(seed), 3).inputs["output"] for seed in range(30)}
    assert kinds == {"tanh", "sigmoid", "softmax"}


@pytest.mark.parametrize(
    ("texts", "message", "chinese"),
    [
        (
            {"w1": "1,2,3;4,5,6;7,8,9"},
            "--w1 1,2,3;4,5,6;7,8,9: must be 3×2 to fit --x of length 2, it is 3×3",
            "--w1 1,2,3;4,5,6;7,8,9：应为 3×2，才能接在长度为 2 的 --x 之后，现为 3×3",
        ),
        (
            {"b1": "1,2"},
            "--b1 1,2: must have length 3 to fit --w1 of 3×2, it has length 2",
            "--b1 1,2：长度应为 3，才能与 3×2 的 --w1 相配，现为 2",
        ),
        (
            {"w2": "1,2"},
            "--w2 1,2: must be 1×3 to fit --w1 of 3×2, it is 1×2",
            "--w2 1,2：应为 1×3，才能接在 3×2 的 --w1 之后，现为 1×2",
        ),
        (
            {"w3": "1,2", "b3": "0"},
            "--w3 1,2: must be 1×1 to fit --w2 of 1×3, it is 1×2",
            "--w3 1,2：应为 1×1，才能接在 1×3 的 --w2 之后，现为 1×2",
        ),
        ({"w3": "1"}, "--w3 1: must come together with --b3", "--w3 1：须与 --b3 一起给出"),
        ({"b3": "1,-2"}, "--b3 1,-2: must come together with --w3", "--b3 1,-2：须与 --w3 一起给出"),
    ],
)
def test_shapes_that_do_not_chain_are_refused(texts, message, chinese):
    with pytest.raises(InputError) as refusal:
        worked(**texts)
    assert (refusal.value.message.en, refusal.value.message.zh) == (message, chinese)
    assert refusal.value.exit_code == 2


def test_more_than_sixteen_units_are_refused():
    with pytest.raises(InputError, match="at most 16 a side"):
        worked(x=",".join("1" * 17))


def test_a_single_softmax_output_is_told_to_be_always_one():
    run = worked(output="softmax")
    assert run.step("a2").value.tolist() == [1]
    assert "Softmax of a single output is always 1." in [note.en for note in run.notes]
    assert "Softmax of a single output is always 1." not in [note.en for note in worked(**SOFTMAX).notes]


def test_the_learners_own_sums_are_carried_on():
    run = follow_through(MLP_FORWARD, defaults(MLP_FORWARD), {"z1": (1, 1, 1)})
    assert run.step("z2").value.tolist() == [2.5]
    assert run.step("a2").value == pytest.approx([1 / (1 + np.exp(-2.5))])


def test_the_picture_has_the_activations_of_every_layer_with_the_output_on_top():
    (network,) = MLP_FORWARD.picture(worked())
    assert [layer.units for layer in network.layers] == [("0.7311",), ("1.5", "0", "1"), ("2", "1")]
    assert network.layers[0].link.en == "↑ W² (1×3), sigmoid"


def test_a_third_layer_stands_on_top_of_the_picture():
    (network,) = MLP_FORWARD.picture(worked(w3="2", b3="1", output="identity"))
    assert network.layers[0].label.en == "output a³" and network.layers[0].link.en == "↑ W³ (1×1)"
