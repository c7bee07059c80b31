"""Activations and their slopes agree with PyTorch, with finite differences, and hold for arguments of any size."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_activations_vectors import KINDS, STORED, computed_by_torch, random_case

from studynn.nn import activations
from studynn.nn.activations import ACTIVATIONS, maxout, maxout_backward, softmax

NAMES = (*ACTIVATIONS, "step", "leaky_relu", "elu", "softplus")
FUNCTIONS = {name: (getattr(activations, name), getattr(activations, f"{name}_slope")) for name in NAMES}

CASES = [
    {name: np.array(part) if name not in ("kind", "constant") else part for name, part in case.items()}
    for case in json.loads(STORED.read_text())
]


def computed_here(case):
    """The engine's counterpart of `computed_by_torch`."""
    kind, z = case["kind"], case["z"]
    if kind == "maxout":
        return {"value": maxout(z), "gradient": maxout_backward(case["grad"], z)}
    constants = (case["constant"],) if kind in ("leaky_relu", "elu") else ()
    value, slope = FUNCTIONS[kind]
    return {"value": value(z, *constants), "gradient": case["grad"] * slope(z, *constants)}


def assert_same(found, expected):
    for part in ("value", "gradient"):
        np.testing.assert_allclose(found[part], expected[part], rtol=1e-10, atol=1e-14, err_msg=part)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}-{'x'.join(map(str, case['z'].shape))}")
def test_values_and_gradients_are_those_that_pytorch_gave(case):
    assert_same(computed_here(case), case)


def test_each_function_has_twenty_stored_cases_with_zero_and_huge_arguments():
    assert {kind: sum(case["kind"] == kind for case in CASES) for kind in KINDS} == dict.fromkeys(KINDS, 20)
    for kind in KINDS[:-1]:
        every = np.concatenate([case["z"].ravel() for case in CASES if case["kind"] == kind])
        assert np.any(every == 0) and np.abs(every).max() > 1e4


@pytest.mark.parametrize("kind", KINDS)
def test_values_and_gradients_are_those_that_pytorch_gives_on_fresh_seeds(kind):
    pytest.importorskip("torch")
    for seed in range(100, 140):
        case = random_case(kind, seed)
        assert_same(computed_here(case), computed_by_torch(case))


@pytest.mark.parametrize("name", NAMES)
@given(st.floats(0.01, 30), st.sampled_from([-1, 1]))
@settings(max_examples=60, deadline=None)
def test_every_slope_is_that_of_a_central_difference(name, size, sign):
    function, slope = FUNCTIONS[name]
    z, h = np.array([size * sign]), 1e-5
    np.testing.assert_allclose(slope(z), (function(z + h) - function(z - h)) / (2 * h), rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_values_and_slopes_are_finite_and_of_the_shape_of_the_argument_up_to_ten_thousand(name):
    z = np.array([[-1e4, -750.0, 0.0], [1e-300, 750.0, 1e4]])
    for function in FUNCTIONS[name]:
        found = function(z)
        assert found.shape == z.shape and found.dtype == np.float64 and np.isfinite(found).all()


def test_at_zero_a_slope_is_the_one_on_the_left():
    z = np.zeros(1)
    found = {name: FUNCTIONS[name][1](z)[0] for name in ("relu", "step", "leaky_relu", "elu")}
    assert found == {"relu": 0, "step": 0, "leaky_relu": 0.01, "elu": 1}


def test_softplus_keeps_the_digits_of_small_values():
    assert activations.softplus(np.array([-50.0])) == pytest.approx(np.exp(-50), rel=1e-12)


def test_softmax_is_a_sigmoid_of_the_difference_for_two_scores():
    z = np.array([[0.0, 3.0], [-1e4, 1e4], [2.0, -1.0]])
    np.testing.assert_allclose(softmax(z)[:, 1], activations.sigmoid(z[:, 1] - z[:, 0]), rtol=1e-13)


def test_the_gradient_of_maxout_goes_to_the_first_of_equal_pieces():
    z = np.array([[1.0, 2.0, 2.0], [3.0, 3.0, -1.0]])
    assert maxout_backward(np.array([5.0, -1.0]), z).tolist() == [[0, 5, 0], [-1, 0, 0]]


def test_a_gradient_that_does_not_fit_the_pieces_is_refused_with_both_shapes():
    with pytest.raises(ValueError, match=r"grad must have the shape \(4,\) to fit z of \(4, 3\), it has \(3,\)"):
        maxout_backward(np.ones(3), np.ones((4, 3)))
