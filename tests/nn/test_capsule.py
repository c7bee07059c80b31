"""Squash, routing and the margin loss agree with PyTorch and with central differences, and refuse odd shapes."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_capsule_vectors import STORED, computed_by_torch, random_case

from studynn.nn.capsule import (
    margin_loss,
    margin_loss_backward,
    route,
    route_backward,
    squash,
    squash_backward,
)
from studynn.nn.differences import central_differences

CASES = [
    {name: np.array(part) if isinstance(part, list) else part for name, part in case.items()}
    for case in json.loads(STORED.read_text())
]


def assert_same(case, expected):
    u, grad = case["u_hat"], case["grad"]
    routing = route(u, case["iterations"])
    found = {
        "c": routing.c[-1],
        "v": routing.v[-1],
        "b": routing.b[-1],
        "du": route_backward(routing, u, grad),
        "squashed": squash(u),
        "ds": squash_backward(np.broadcast_to(grad[:, None], u.shape), u),
        "loss": margin_loss(case["lengths"], case["present"]),
        "dlengths": margin_loss_backward(case["lengths"], case["present"]),
    }
    for name, part in found.items():
        np.testing.assert_allclose(part, expected[name], rtol=1e-10, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: "x".join(map(str, case["u_hat"].shape)))
def test_values_and_gradients_are_those_that_pytorch_gave(case):
    assert_same(case, case)


def test_values_and_gradients_are_those_that_pytorch_gives_on_fresh_seeds():
    pytest.importorskip("torch")
    for seed in range(100, 140):
        case = random_case(seed)
        assert_same(case, computed_by_torch(case))


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_gradients_through_all_iterations_are_those_of_central_differences(seed):
    case = random_case(seed)
    u, rounds = case["u_hat"], case["iterations"]
    norms = [np.linalg.norm(s, axis=-1).min() for s in (u, route(u, rounds).s)]
    if min(norms) < 0.1:  # squash bends too sharply near 0 for differences
        return
    slopes = central_differences(lambda: float(np.sum(case["grad"] * route(u, rounds).v[-1])), u)
    found = route_backward(route(u, rounds), u, case["grad"])
    np.testing.assert_allclose(found, slopes, rtol=1e-4, atol=1e-5)


def test_nothing_stays_nothing_and_passes_no_gradient_on():
    zero = np.zeros((2, 3))
    np.testing.assert_array_equal(squash(zero), zero)
    np.testing.assert_array_equal(squash_backward(np.ones((2, 3)), zero), zero)


@pytest.mark.parametrize("size", [1e-30, 1e4])
def test_very_short_and_very_long_vectors_are_squashed_without_overflow(size):
    length = np.linalg.norm(squash(np.array([0.6 * size, 0.8 * size])))
    assert length == pytest.approx(size**2 / (1 + size**2), rel=1e-12)


def test_every_lower_capsule_is_shared_out_whole():
    routing = route(np.random.default_rng(1).normal(size=(2, 5, 3, 4)) * 3, 4)
    np.testing.assert_allclose(routing.c.sum(axis=-1), 1, rtol=1e-12)
    assert np.linalg.norm(routing.v, axis=-1).max() < 1
    assert not routing.b[0].any()


def test_samples_of_a_batch_do_not_meet():
    u = np.random.default_rng(2).normal(size=(3, 4, 2, 5))
    together = route(u, 3).v[-1]
    for sample in range(3):
        np.testing.assert_allclose(together[sample], route(u[sample : sample + 1], 3).v[-1, 0], rtol=1e-12)


def test_coupling_grows_where_a_minority_does_not_disturb_agreement():
    u = np.zeros((1, 3, 2, 2))
    u[0, :, 0] = [[1, 0], [1, 0.1], [1, -0.1]]  # agree on the first parent
    u[0, :, 1] = [[1, 0], [-1, 0], [0, 1]]
    shares = [c[0, :, 0].mean() for c in route(u, 4).c]
    assert shares == sorted(shares)
    assert shares[-1] > 0.65


WRONG = [
    (lambda: route(np.zeros((2, 3, 4)), 1), r"u_hat must be \(N, I, J, D\), its shape is \(2, 3, 4\)"),
    (lambda: route(np.zeros((1, 2, 3, 4)), 0), r"iterations must be at least 1, they are 0"),
    (
        lambda: route_backward(route(np.zeros((1, 2, 3, 4)), 1), np.zeros((1, 2, 3, 4)), np.zeros((3, 4))),
        r"grad must have the shape \(1, 3, 4\) to fit v .*, it has \(3, 4\)",
    ),
    (lambda: squash_backward(np.zeros(3), np.zeros(2)), r"grad must have the shape \(2,\) .*, it has \(3,\)"),
    (lambda: margin_loss(np.zeros(3), np.zeros(2)), r"present must have the shape \(3,\) .*, it has \(2,\)"),
    (lambda: margin_loss_backward(np.zeros(3), np.zeros(2)), r"present must have the shape \(3,\)"),
]


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_shapes_that_do_not_fit_are_refused_with_both_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
