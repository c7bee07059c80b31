"""A residual block agrees with PyTorch, with central differences and with hand work."""

import json

import make_residual_vectors
import numpy as np
import pytest

from studynn.nn.differences import central_differences
from studynn.nn.residual import Block, residual_block, residual_block_backward

STORED = json.loads(make_residual_vectors.FILE.read_text(encoding="utf-8"))


def assert_agrees(case):
    given = {name: np.array(value) for name, value in case["inputs"].items()}
    block = Block(given["w1"], given["w2"], given.get("ws"), case["pre_activation"])
    passed = residual_block(given["x"], block)
    gradients = residual_block_backward(np.array(case["grad"]), block, passed)
    for found, wanted in ((passed, case["values"]), (gradients, case["gradients"])):
        for name, value in wanted.items():
            np.testing.assert_allclose(getattr(found, name), np.array(value), rtol=1e-11, atol=1e-12)
    assert (gradients.ws is None) is ("ws" not in given)


@pytest.mark.parametrize("case", STORED, ids=[str(seed) for seed in make_residual_vectors.SEEDS])
def test_values_and_gradients_are_those_stored_from_pytorch(case):
    assert_agrees(case)


def test_the_stored_blocks_have_every_kind_of_shortcut_and_end():
    assert len({("ws" in case["inputs"], case["pre_activation"]) for case in STORED}) == 4


@pytest.mark.parametrize("seed", range(1000, 1020))
def test_values_and_gradients_are_those_of_the_installed_pytorch(seed):
    pytest.importorskip("torch")
    assert_agrees(make_residual_vectors.case(seed))


@pytest.mark.parametrize("projected", [False, True])
@pytest.mark.parametrize("pre_activation", [False, True])
def test_the_chain_rule_agrees_with_central_differences(projected, pre_activation):
    rng = np.random.default_rng(1)
    x, w1, w2 = rng.normal(size=(4, 3)), rng.normal(size=(5, 3)), rng.normal(size=(2 if projected else 3, 5))
    ws = rng.normal(size=(2, 3)) if projected else None
    block = Block(w1, w2, ws, pre_activation)
    weights = rng.normal(size=(4, 2 if projected else 3))

    def loss():
        return float(np.sum(weights * residual_block(x, block).y))

    gradients = residual_block_backward(weights, block, residual_block(x, block))
    for found, parameter in zip(gradients, (x, w1, w2, ws), strict=True):
        if parameter is not None:
            np.testing.assert_allclose(found, central_differences(loss, parameter), atol=1e-9)


def test_where_the_path_is_cut_the_gradient_passes_the_shortcut_unchanged():
    block = Block(np.zeros((3, 2)), np.ones((2, 3)), pre_activation=True)
    x, grad = np.array([[1.0, -2.0]]), np.array([[0.3, -0.7]])
    np.testing.assert_array_equal(residual_block_backward(grad, block, residual_block(x, block)).x, grad)


@pytest.mark.parametrize(
    ("x", "shapes", "words"),
    [
        ((1, 2), [(3, 4), (2, 3)], "w1 of 3×4 does not fit x of 2 columns"),
        ((1, 2), [(3, 2), (2, 4)], "w2 of 2×4 does not fit w1 of 3×2"),
        ((1, 2), [(3, 2), (4, 3)], "w2 of 4×3 does not fit x of 2 columns, without ws"),
        ((1, 2), [(3, 2), (4, 3), (4, 3)], "ws of 4×3 does not fit 4×2"),
    ],
)
def test_shapes_that_do_not_fit_are_refused_with_both_shapes(x, shapes, words):
    with pytest.raises(ValueError, match=words):
        residual_block(np.ones(x), Block(*map(np.ones, shapes)))


def test_a_gradient_of_another_shape_than_the_output_is_refused():
    block = Block(np.ones((3, 2)), np.ones((2, 3)))
    with pytest.raises(ValueError, match="a gradient of 1×3 for an output of 1×2"):
        residual_block_backward(np.ones((1, 3)), block, residual_block(np.ones((1, 2)), block))


def test_nothing_given_is_changed():
    rng = np.random.default_rng(2)
    arrays = [rng.normal(size=axes) for axes in ((3, 2), (4, 2), (2, 4), (2, 2), (3, 2))]
    kept = [array.copy() for array in arrays]
    block = Block(*arrays[1:4])
    residual_block_backward(arrays[4], block, residual_block(arrays[0], block))
    for before, after in zip(kept, arrays, strict=True):
        np.testing.assert_array_equal(before, after)
