"""Recurrent layers agree with PyTorch, forwards and backwards, and with finite differences where PyTorch has none."""

import json

import numpy as np
import pytest
from make_recurrent_vectors import KINDS, STORED, computed_by_torch, random_case

from studynn.nn.activations import ACTIVATIONS
from studynn.nn.recurrent import lstm_backward, lstm_forward, rnn_backward, rnn_forward

CASES = [
    {name: part if name == "kind" else np.array(part) for name, part in case.items()}
    for case in json.loads(STORED.read_text())
]


def computed_here(case):
    """The engine's counterpart of `computed_by_torch`."""
    u, w, b = case["u"], case["w"], case["b"]
    if case["kind"] == "lstm":
        trace = lstm_forward(case["x"], case["h0"], case["c0"], u, w, b)
        gradients = lstm_backward(trace, u, w, case["dh"], case["dc"])
        found = {"h": trace.h[1:], "c": trace.c[-1]}
    else:
        trace = rnn_forward(case["x"], case["h0"], u, w, b, case["kind"])
        gradients = rnn_backward(trace, u, w, case["dh"], case["kind"])
        found = {"h": trace.h[1:]}
    return found | {f"d{name}": slope for name, slope in gradients._asdict().items()}


def assert_same(found, expected):
    for name, part in found.items():
        np.testing.assert_allclose(part, expected[name], rtol=1e-10, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}-{'x'.join(map(str, case['x'].shape))}")
def test_states_and_gradients_are_those_that_pytorch_gave(case):
    found = computed_here(case)
    assert {"dx", "dh0", "du", "dw", "db"} <= found.keys()
    assert_same(found, case)


@pytest.mark.parametrize("kind", KINDS)
def test_states_and_gradients_are_those_that_pytorch_gives_on_fresh_seeds(kind):
    pytest.importorskip("torch")
    for seed in range(100, 140):
        case = random_case(kind, seed)
        assert_same(computed_here(case), computed_by_torch(case))


def slope_by_differences(loss, given, step=1e-6):
    slope = np.empty_like(given)
    for at in np.ndindex(given.shape):
        up, down = given.copy(), given.copy()
        up[at] += step
        down[at] -= step
        slope[at] = (loss(up) - loss(down)) / (2 * step)
    return slope


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("name", ["x", "h0", "u", "w", "b"])
def test_every_activation_has_the_gradients_that_finite_differences_give(activation, name):
    case = next(case for case in CASES if case["kind"] == "tanh" and min(case["x"].shape) > 1)
    parts = {part: case[part] for part in ("x", "h0", "u", "w", "b")}

    def loss(changed):
        return np.sum(case["dh"] * rnn_forward(**(parts | {name: changed}), activation=activation).h[1:])

    trace = rnn_forward(**parts, activation=activation)
    gradients = rnn_backward(trace, case["u"], case["w"], case["dh"], activation)
    np.testing.assert_allclose(getattr(gradients, name), slope_by_differences(loss, parts[name]), rtol=1e-6, atol=1e-7)


def test_without_a_slope_in_the_last_cell_it_counts_as_zero():
    case = random_case("lstm", 3)
    trace = lstm_forward(case["x"], case["h0"], case["c0"], case["u"], case["w"], case["b"])
    implied = lstm_backward(trace, case["u"], case["w"], case["dh"])
    stated = lstm_backward(trace, case["u"], case["w"], case["dh"], np.zeros_like(case["dc"]))
    for one, other in zip(implied, stated, strict=True):
        np.testing.assert_array_equal(one, other)


def test_samples_of_a_batch_do_not_meet():
    case = next(case for case in CASES if case["kind"] == "lstm" and case["x"].shape[1] > 1)
    u, w, b = case["u"], case["w"], case["b"]
    together = lstm_forward(case["x"], case["h0"], case["c0"], u, w, b).h
    for sample in range(case["x"].shape[1]):
        only = slice(sample, sample + 1)
        alone = lstm_forward(case["x"][:, only], case["h0"][only], case["c0"][only], u, w, b).h
        np.testing.assert_allclose(together[:, only], alone, rtol=1e-13)


def test_no_steps_leave_the_first_state_and_hand_the_gradient_of_nothing_back():
    case = random_case("tanh", 2)
    trace = rnn_forward(case["x"][:0], case["h0"], case["u"], case["w"], case["b"])
    np.testing.assert_array_equal(trace.h, case["h0"][None])
    gradients = rnn_backward(trace, case["u"], case["w"], case["dh"][:0])
    assert not any(np.any(part) for part in gradients)


def test_inputs_are_left_as_they_were():
    case = random_case("lstm", 7)
    before = {name: np.copy(part) for name, part in case.items() if name != "kind"}
    computed_here(case)
    for name, part in before.items():
        np.testing.assert_array_equal(case[name], part)
