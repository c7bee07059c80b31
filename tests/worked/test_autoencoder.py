"""An autoencoder: what it computes, which mistakes are named, what is told and what is refused."""

import numpy as np
import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work, wrong_values
from studynn.core.values import components
from studynn.worked import load

AUTOENCODER = load("autoencoder")


def run(**texts):
    return work(AUTOENCODER, read_inputs(AUTOENCODER, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits), abs=1e-12)


@pytest.mark.parametrize(
    ("step", "expected"),
    {
        "z": [1.5, 1],
        "x-hat": [0.75, 0.75, 0.5, 0.5],
        "mse": [0.15625],
        "compression": [2],
        "params": [22],
    }.items(),
)
def test_the_default_run_gives_the_known_values(step, expected):
    assert close(run().results[step], expected)


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("z", "decoder-used", [0.75, 0.5]),
        ("x-hat", "encoder-transposed", [1.5, 1.5, 1, 1]),
        ("mse", "sum-not-mean", [0.625]),
        ("mse", "half-kept", [0.07812]),
        ("mse", "absolute-error", [0.375]),
        ("compression", "compression-inverted", [0.5]),
        ("params", "tied-count", [14]),
        ("params", "biases-forgotten", [16]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


def test_a_reconstruction_worked_elsewhere_has_the_same_error():
    truth = run(x="1,0,0.5,0.25", x_hat="0.9,0.2,0.5,0.05")
    assert [step.name for step in truth.steps] == ["error", "mse"]
    assert close(truth.step("mse").value, [0.0225])


def test_weights_that_do_not_fit_do_not_matter_where_the_reconstruction_is_given():
    assert run(x="1,0", x_hat="0.5,0.5").step("mse").value == 0.25


NETWORK = {
    "x": "1,0.5",
    "we": "1,-2",
    "be": "0.5",
    "wd": "2;-1",
    "bd": "0,1",
    "code": "relu",
    "output": "sigmoid",
}


def test_activations_and_biases_are_applied():
    truth = run(**NETWORK)
    assert close(truth.step("z").value, [0.5])
    assert close(truth.step("x-hat").value, [0.731059, 0.622459])
    bce = -(np.log(0.731059) + 0.5 * np.log(0.622459) + 0.5 * np.log(1 - 0.622459)) / 2
    assert close(truth.step("bce").value, [bce], digits=5)
    assert close(slips(truth, "x-hat")["output-not-squashed"], [1, 0.5])
    assert close(slips(truth, "z")["code-bias-forgotten"], [0])


def test_a_negative_sum_shows_whether_the_code_was_activated():
    truth = run(**NETWORK | {"be": "-1"})
    assert close(truth.step("z").value, [0])
    assert close(slips(truth, "z")["code-not-activated"], [-1])


@pytest.mark.parametrize("change", [{"output": "identity"}, {"x": "1,2"}, {"bd": "1000,1"}])
def test_cross_entropy_needs_a_sigmoid_output_inside_and_an_input_from_zero_to_one(change):
    assert not run(**NETWORK | change).has("bce")


def test_tied_weights_are_one_matrix():
    truth = run(tied=True)
    assert close(truth.step("x-hat").value, [1.5, 1.5, 1, 1])
    assert truth.step("params").value == 14
    assert slips(truth, "params") == {"untied-count": 22, "biases-forgotten": 8}
    assert not slips(truth, "x-hat")
    assert "decoder-used" not in slips(truth, "z")


def test_a_linear_code_is_told_to_have_a_rank_and_a_long_one_to_force_nothing():
    assert any("of rank 2 at most" in note.en for note in run().notes)
    wide = run(x="1", we="1;2", be="0,0", wd="1,1", bd="0")
    assert any("no shorter than the input" in note.en for note in wide.notes)


def test_using_the_decoder_to_encode_is_recognised_in_the_error():
    truth = run()
    carried = {slip.tag: value for slip, value in wrong_values(truth, "mse")}["decoder-used"]
    assert [slip.tag for slip in diagnose(truth, "mse", carried)] == ["decoder-used"]


def test_the_error_goes_on_from_the_learners_own_reconstruction():
    marked = follow_through(AUTOENCODER, defaults(AUTOENCODER), {"x-hat": (1.0, 0.5, 0.0, 0.0)})
    assert marked.step("mse").value == 0.25


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"we": "1,2;3,4"}, "--we 1,2;3,4: W_e must be 2×4 to fit --x of length 4, it is 2×2"),
        ({"be": "1"}, "--be 1: b_e must have 2 numbers as --we has rows, it has 1"),
        ({"wd": "1,2;3,4"}, "--wd 1,2;3,4: W_d must be 4×2 to fit --x of length 4 and a code of 2, it is 2×2"),
        ({"bd": "1,2"}, "--bd 1,2: b_d must have 4 numbers to fit --x of length 4, it has 2"),
        ({"x_hat": "1,2"}, "--x-hat 1,2: must be 4 numbers to fit --x, it is 2"),
        ({"code": "tanh"}, "--code tanh: must be one of identity, relu, sigmoid"),
        ({"x": ",".join(["1"] * 13)}, "at most 12 a side"),
    ],
)
def test_what_does_not_fit_is_refused(texts, message):
    with pytest.raises(StudyError, match=message) as refusal:
        run(**texts)
    assert refusal.value.message.zh
