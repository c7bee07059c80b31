"""Losses agree with PyTorch in value and gradient, with central differences, and hold for scores of any size."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_losses_vectors import KINDS, STORED, computed_by_torch, random_case

from studynn.nn import losses
from studynn.nn.activations import softmax
from studynn.nn.differences import central_differences

CASES = [
    {name: np.array(part) if isinstance(part, list) else part for name, part in case.items()}
    for case in json.loads(STORED.read_text())
]
PAIRED = ("mse", "mae", "binary_cross_entropy", "binary_cross_entropy_with_logits")


def assert_same(case, expected):
    scores, name = case["scores"], case["kind"].removesuffix("_soft")
    if case["kind"].startswith("log"):
        found = {"value": getattr(losses, name)(scores)}
    else:
        arguments = scores, case["target"], case["reduction"]
        found = {
            "value": getattr(losses, name)(*arguments),
            "gradient": getattr(losses, f"{name}_backward")(*arguments),
        }
    for part, value in found.items():
        np.testing.assert_allclose(value, expected[part], rtol=1e-10, atol=1e-13, err_msg=part)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}-{'x'.join(map(str, case['scores'].shape))}")
def test_values_and_gradients_are_those_that_pytorch_gave(case):
    assert_same(case, case)


def test_each_loss_has_twenty_stored_cases_some_of_them_with_huge_logits_and_some_summed():
    assert {kind: sum(case["kind"] == kind for case in CASES) for kind in KINDS} == dict.fromkeys(KINDS, 20)
    assert {case["reduction"] for case in CASES} == {"mean", "sum"}
    assert max(np.abs(case["scores"]).max() for case in CASES if case["kind"] == "cross_entropy") > 1e4


@pytest.mark.parametrize("kind", KINDS)
def test_values_and_gradients_are_those_that_pytorch_gives_on_fresh_seeds(kind):
    pytest.importorskip("torch")
    for seed in range(100, 130):
        case = random_case(kind, seed)
        assert_same(case, computed_by_torch(case))


@given(st.integers(0, 10_000), st.sampled_from([kind for kind in KINDS if not kind.startswith("log")]))
@settings(max_examples=60, deadline=None)
def test_gradients_are_those_of_central_differences(seed, kind):
    case = random_case(kind, seed)
    name, scores = kind.removesuffix("_soft"), case["scores"]
    if "probabilities" in kind or kind == "binary_cross_entropy":
        scores = 0.1 + 0.8 * scores
    elif np.abs(scores).max() > 100:
        scores = scores / 1e4
    if kind == "mae":
        scores = case["target"] + np.where(scores > case["target"], 1, -1) * (0.1 + np.abs(scores))

    def loss():
        return getattr(losses, name)(scores, case["target"], case["reduction"])

    expected = central_differences(loss, scores)
    found = getattr(losses, f"{name}_backward")(scores, case["target"], case["reduction"])
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_cross_entropy_of_logits_is_that_of_their_softmax():
    rng = np.random.default_rng(1)
    z, target = rng.normal(size=(6, 4)), rng.integers(0, 4, size=6)
    by_p = losses.cross_entropy_of_probabilities(softmax(z), target)
    assert losses.cross_entropy(z, target) == pytest.approx(by_p, rel=1e-13)


def test_class_numbers_and_one_hot_rows_give_the_same():
    rng = np.random.default_rng(2)
    z, target = rng.normal(size=(5, 3)), rng.integers(0, 3, size=5)
    y = np.eye(3)[target]
    for name in ("cross_entropy", "cross_entropy_of_probabilities"):
        scores = softmax(z)
        assert getattr(losses, name)(scores, target) == pytest.approx(getattr(losses, name)(scores, y), rel=1e-14)
        backward = getattr(losses, f"{name}_backward")
        np.testing.assert_allclose(backward(scores, target), backward(scores, y), rtol=1e-14)


def test_two_classes_are_binary_cross_entropy_of_the_difference():
    z, y = np.array([2.0, -1.0, 0.5]), np.array([1, 0, 1])
    pair = np.stack([np.zeros(3), z], axis=1)
    binary = losses.binary_cross_entropy_with_logits(z, y.astype(float))
    assert losses.cross_entropy(pair, y) == pytest.approx(binary, rel=1e-14)


def test_logits_of_ten_thousand_lose_nothing():
    z = np.array([[1e4, -1e4, 0.0]])
    assert losses.cross_entropy(z, np.array([1])) == 2e4
    assert losses.cross_entropy(z, np.array([0])) == 0
    np.testing.assert_array_equal(losses.cross_entropy_backward(z, np.array([1])), [[1, -1, 0]])
    np.testing.assert_array_equal(losses.log_sum_exp(z), [1e4])
    flat, y = np.array([1e4, -1e4]), np.array([0.0, 1.0])
    assert losses.binary_cross_entropy_with_logits(flat, y) == 1e4
    np.testing.assert_array_equal(losses.binary_cross_entropy_with_logits_backward(flat, y), [0.5, -0.5])


def test_a_sure_and_wrong_probability_costs_infinitely_much_and_a_sure_and_right_one_nothing():
    p, y = np.array([0.0, 1.0]), np.array([0.0, 1.0])
    assert losses.binary_cross_entropy(p, y) == 0
    assert losses.binary_cross_entropy(p, 1 - y) == np.inf
    np.testing.assert_array_equal(losses.binary_cross_entropy_backward(p, 1 - y), [-np.inf, np.inf])
    assert losses.cross_entropy_of_probabilities(np.array([[1.0, 0.0]]), np.array([0])) == 0
    assert losses.cross_entropy_of_probabilities(np.array([[1.0, 0.0]]), np.array([1])) == np.inf


def test_a_row_of_minus_infinity_has_no_weight_at_all():
    np.testing.assert_array_equal(losses.log_sum_exp(np.array([[-np.inf, -np.inf], [-np.inf, 1.0]])), [-np.inf, 1])


def test_the_gradient_of_the_absolute_error_is_zero_where_there_is_none():
    np.testing.assert_array_equal(losses.mae_backward(np.array([1.0, 2.0]), np.array([1.0, 0.0])), [0, 0.5])


@pytest.mark.parametrize("name", PAIRED)
def test_predictions_and_targets_of_different_shapes_are_refused_by_both_shapes(name):
    for function in (getattr(losses, name), getattr(losses, f"{name}_backward")):
        with pytest.raises(ValueError, match="3×1 and 3"):
            function(np.ones((3, 1)), np.ones(3))


@pytest.mark.parametrize("name", ["cross_entropy", "cross_entropy_of_probabilities"])
@pytest.mark.parametrize(
    ("scores", "target", "message"),
    [
        ((2, 3), np.array([0, 1, 2]), "2 whole class numbers or 2×3 .* they are 3 of int"),
        ((2, 3), np.array([0.0, 1.0]), "they are 2 of float64"),
        ((2, 3), np.ones((3, 2)), "they are 3×2"),
        ((3,), np.array([0]), r"\(N, K\), they are 3"),
        ((2, 3), np.array([0, 3]), "between 0 and 2, one is 3"),
        ((2, 3), np.array([-1, 0]), "between 0 and 2, one is -1"),
    ],
)
def test_classes_that_do_not_fit_the_scores_are_refused(name, scores, target, message):
    for function in (getattr(losses, name), getattr(losses, f"{name}_backward")):
        with pytest.raises(ValueError, match=message):
            function(np.full(scores, 0.5), target)


def test_an_unknown_reduction_and_a_mean_of_nothing_are_refused():
    with pytest.raises(ValueError, match="reduction"):
        losses.mse(np.ones(2), np.ones(2), "max")
    with pytest.raises(ValueError, match="no samples"):
        losses.mse(np.ones(0), np.ones(0))


@pytest.mark.parametrize("case", CASES[::7], ids=lambda case: case["kind"])
def test_nothing_given_is_changed(case):
    kept = case["scores"].copy(), case["target"].copy()
    assert_same(case, case)
    np.testing.assert_array_equal(case["scores"], kept[0])
    np.testing.assert_array_equal(case["target"], kept[1])
