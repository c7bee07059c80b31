"""Recurrent layers agree with PyTorch, forwards and backwards, and with finite differences where PyTorch has none."""

import json

import numpy as np
import pytest
from make_recurrent_vectors import KINDS, STORED, computed_by_torch, random_case

from studynn.nn.activations import ACTIVATIONS
from studynn.nn.recurrent import (
    gru_backward,
    gru_forward,
    lstm_backward,
    lstm_forward,
    rnn_backward,
    rnn_forward,
)

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
    elif case["kind"].startswith("gru"):
        reset = case["kind"].removeprefix("gru-")
        trace = gru_forward(case["x"], case["h0"], u, w, b, case.get("c"), reset)
        gradients = gru_backward(trace, u, w, case["dh"], reset)
        found = {"h": trace.h[1:]}
    else:
        trace = rnn_forward(case["x"], case["h0"], u, w, b, case["kind"])
        gradients = rnn_backward(trace, u, w, case["dh"], case["kind"])
        found = {"h": trace.h[1:]}
    return found | {f"d{name}": slope for name, slope in gradients._asdict().items() if name in case}


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
    case = random_case("gru-after", 2)
    trace = gru_forward(case["x"][:0], case["h0"], case["u"], case["w"], case["b"])
    np.testing.assert_array_equal(trace.h, case["h0"][None])
    assert not any(np.any(part) for part in gru_backward(trace, case["u"], case["w"], case["dh"][:0]))


def test_inputs_are_left_as_they_were():
    case = random_case("lstm", 7)
    before = {name: np.copy(part) for name, part in case.items() if name != "kind"}
    computed_here(case)
    for name, part in before.items():
        np.testing.assert_array_equal(case[name], part)


@pytest.mark.parametrize("reset", ["before", "after"])
@pytest.mark.parametrize("name", ["x", "h0", "u", "w", "b", "c"])
def test_a_gru_has_the_gradients_that_finite_differences_give(reset, name):
    case = random_case("gru-after", 4)
    parts = {part: case[part] for part in ("x", "h0", "u", "w", "b", "c") if part != "c" or reset == "after"}
    trace = gru_forward(**parts, reset=reset)
    gradients = gru_backward(trace, case["u"], case["w"], case["dh"], reset)
    if name not in parts:
        np.testing.assert_array_equal(gradients.c, 0)
        return

    def loss(changed):
        return np.sum(case["dh"] * gru_forward(**(parts | {name: changed}), reset=reset).h[1:])

    np.testing.assert_allclose(getattr(gradients, name), slope_by_differences(loss, parts[name]), rtol=1e-6, atol=1e-7)


def test_both_resets_agree_on_a_single_unit_and_differ_on_two():
    for units, same in ((1, True), (2, False)):
        case = next(case for seed in range(99) if (case := random_case("gru-before", seed))["w"].shape[-1] == units)
        before, after = (
            gru_forward(case["x"], case["h0"], case["u"], case["w"], case["b"], reset=reset).h
            for reset in ("before", "after")
        )
        assert np.allclose(before, after, rtol=1e-12) is same


def test_negating_the_weights_of_the_update_gate_gives_the_other_convention():
    case = random_case("gru-before", 2)
    sign = np.array([1, -1, 1])[:, None]
    u, w, b = case["u"] * sign[..., None], case["w"] * sign[..., None], case["b"] * sign
    ours = gru_forward(case["x"], case["h0"], case["u"], case["w"], case["b"], reset="before")
    other = gru_forward(case["x"], case["h0"], u, w, b, reset="before")
    _, z, n = np.moveaxis(ours.gates[0], 1, 0)
    np.testing.assert_allclose(other.h[1], (1 - z) * case["h0"] + z * n, rtol=1e-12, atol=1e-14)


def test_gates_of_a_gru_shut_and_open_quite_without_overflow():
    size = np.full((3, 1, 1), 1e4)
    for x in (1.0, -1.0):
        trace = gru_forward(np.full((2, 1, 1), x), np.zeros((1, 1)), size, size * 0, np.zeros((3, 1)))
        r, z, n = trace.gates[0, 0, :, 0]
        assert (r, z, n) == ((1, 1, 1) if x > 0 else (0, 0, -1))


def parts_of_a_gru(**changed):
    shapes = {"x": (2, 3, 4), "h0": (3, 5), "u": (3, 5, 4), "w": (3, 5, 5), "b": (3, 5)} | changed
    return {name: np.zeros(shape) for name, shape in shapes.items()}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"x": (2, 4)}, r"x must be T×N×n and h0 N×m, their shapes are \(2, 4\) and \(3, 5\)"),
        ({"h0": (2, 5)}, r"h0 must have the shape \(3, 5\) to fit x of shape \(2, 3, 4\), it has \(2, 5\)"),
        ({"u": (5, 4)}, r"u must have the shape \(3, 5, 4\) to fit x of shape .* it has \(5, 4\)"),
        ({"w": (3, 5, 4)}, r"w must have the shape \(3, 5, 5\) to fit .* h0 of shape \(3, 5\), it has \(3, 5, 4\)"),
        ({"b": (3,)}, r"b must have the shape \(3, 5\) to fit .* it has \(3,\)"),
        ({"c": (1,)}, r"c must have the shape \(5,\) to fit h0 of shape \(3, 5\), it has \(1,\)"),
    ],
)
def test_shapes_that_do_not_fit_are_refused_with_both_named(changed, message):
    with pytest.raises(ValueError, match=message):
        gru_forward(**parts_of_a_gru(**changed))


def test_a_slope_of_another_shape_than_the_states_is_refused():
    parts = parts_of_a_gru()
    with pytest.raises(ValueError, match=r"dh must have the shape \(2, 3, 5\) as the states have, it has \(3, 5\)"):
        gru_backward(gru_forward(**parts), parts["u"], parts["w"], np.zeros((3, 5)))


def test_the_bias_within_the_reset_belongs_to_the_reset_after_w():
    with pytest.raises(ValueError, match="with the reset before W there is none"):
        gru_forward(**parts_of_a_gru(c=(5,)), reset="before")


def test_the_lstm_and_the_simple_rnn_refuse_what_does_not_fit_too():
    parts = parts_of_a_gru(u=(4, 5, 4), w=(4, 5, 5), b=(4, 5), c0=(3, 4))
    with pytest.raises(ValueError, match=r"c0 must have the shape \(3, 5\) as h0 has, it has \(3, 4\)"):
        lstm_forward(**parts)
    with pytest.raises(ValueError, match=r"u must have the shape \(5, 4\) to fit .* it has \(4, 5, 4\)"):
        rnn_forward(parts["x"], parts["h0"], parts["u"], parts["w"], parts["b"])


def test_nearly_shut_gates_keep_all_their_digits():
    shut, bare = np.full((3, 1), -40.0), np.zeros((3, 1, 1))
    gru = gru_forward(np.zeros((1, 1, 1)), np.zeros((1, 1)), bare, bare, shut)
    np.testing.assert_allclose(gru.gates[0, 0, :2, 0], np.exp(-40), rtol=1e-14)
    shut, bare = np.full((4, 1), -40.0), np.zeros((4, 1, 1))
    lstm = lstm_forward(np.zeros((1, 1, 1)), np.zeros((1, 1)), np.ones((1, 1)), bare, bare, shut)
    np.testing.assert_allclose(lstm.gates[0, 0, [0, 1, 3], 0], np.exp(-40), rtol=1e-14)
