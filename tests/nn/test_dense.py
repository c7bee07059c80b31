"""Dense layers and multilayer perceptrons agree with PyTorch, with central differences and with hand work."""

import json

import make_dense_vectors
import numpy as np
import pytest

from studynn.nn.activations import ACTIVATIONS
from studynn.nn.dense import Layer, activate, activate_backward, dense, dense_backward, mlp, mlp_backward
from studynn.nn.differences import central_differences

STORED = json.loads(make_dense_vectors.FILE.read_text(encoding="utf-8"))
EVERY_ACTIVATION = [*ACTIVATIONS, "softmax"]


def network(rng, widths, names):
    """Random layers of the given widths."""
    return [
        Layer(rng.normal(size=(out, below)), rng.normal(size=out), name)
        for name, below, out in zip(names, widths[:-1], widths[1:], strict=True)
    ]


def assert_agrees(case):
    layers = [Layer(np.array(w), np.array(b), name) for w, b, name in case["layers"]]
    passes = mlp(np.array(case["x"]), layers)
    gradients = mlp_backward(np.array(case["grad"]), layers, passes)
    for found, wanted in [
        *zip(passes, case["passes"], strict=True),
        *zip(gradients, case["gradients"], strict=True),
    ]:
        for ours, theirs in zip(found, wanted, strict=True):
            np.testing.assert_allclose(ours, np.array(theirs), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("case", STORED, ids=[str(seed) for seed in make_dense_vectors.SEEDS])
def test_values_and_gradients_are_those_stored_from_pytorch(case):
    assert_agrees(case)


def test_the_stored_networks_use_every_activation_and_batches_of_one_and_more():
    assert {name for case in STORED for _, _, name in case["layers"]} == set(EVERY_ACTIVATION)
    assert {len(case["x"]) for case in STORED} >= {1, 2}


@pytest.mark.parametrize("seed", range(1000, 1020))
def test_values_and_gradients_are_those_of_the_installed_pytorch(seed):
    pytest.importorskip("torch")
    assert_agrees(make_dense_vectors.case(seed))


def test_a_row_of_the_batch_is_one_sample():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    w = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]])
    assert dense(x, w, np.array([0.5, 0.0, 1.0])).tolist() == [[1.5, 2.0, 0.0], [3.5, 4.0, 0.0]]


def test_the_gradients_of_a_batch_are_the_sums_over_its_samples():
    rng = np.random.default_rng(1)
    x, w, delta = rng.normal(size=(4, 3)), rng.normal(size=(2, 3)), rng.normal(size=(4, 2))
    whole = dense_backward(delta, x, w)
    single = [dense_backward(delta[i : i + 1], x[i : i + 1], w) for i in range(4)]
    np.testing.assert_allclose(whole.w, sum(one.w for one in single), atol=1e-14)
    np.testing.assert_allclose(whole.b, sum(one.b for one in single), atol=1e-14)
    np.testing.assert_allclose(whole.x, np.concatenate([one.x for one in single]), atol=1e-14)


@pytest.mark.parametrize("name", EVERY_ACTIVATION)
def test_the_chain_rule_agrees_with_central_differences(name):
    rng = np.random.default_rng(2)
    layers = network(rng, (3, 4, 2), ("tanh", name))
    x, weights = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))

    def loss():
        return float(np.sum(weights * mlp(x, layers)[-1].a))

    gradients = mlp_backward(weights, layers, mlp(x, layers))
    for layer, found in zip(layers, gradients, strict=True):
        np.testing.assert_allclose(found.w, central_differences(loss, layer.w), atol=1e-9)
        np.testing.assert_allclose(found.b, central_differences(loss, layer.b), atol=1e-9)
    np.testing.assert_allclose(gradients[0].x, central_differences(loss, x), atol=1e-9)


def test_softmax_passes_no_gradient_for_a_shift_of_all_outputs():
    z = np.array([[0.5, -1.0, 2.0]])
    assert np.abs(activate_backward("softmax", np.ones((1, 3)), z, activate("softmax", z))).max() < 1e-15


def test_linear_layers_collapse_into_one():
    rng = np.random.default_rng(3)
    first, second = layers = network(rng, (3, 4, 2), ("identity", "identity"))
    x = rng.normal(size=(6, 3))
    merged = dense(x, second.w @ first.w, second.w @ first.b + second.b)
    np.testing.assert_allclose(mlp(x, layers)[-1].a, merged, atol=1e-13)


def test_nothing_given_is_changed():
    rng = np.random.default_rng(4)
    layers, x, grad = network(rng, (2, 3, 2), ("relu", "softmax")), rng.normal(size=(3, 2)), rng.normal(size=(3, 2))
    kept = [array.copy() for array in (x, grad, *(part for layer in layers for part in layer[:2]))]
    mlp_backward(grad, layers, mlp(x, layers))
    for before, after in zip(kept, (x, grad, *(part for layer in layers for part in layer[:2])), strict=True):
        np.testing.assert_array_equal(before, after)


def test_an_unknown_activation_is_refused():
    with pytest.raises(KeyError, match="swish"):
        mlp(np.ones((1, 1)), [Layer(np.ones((1, 1)), np.ones(1), "swish")])
