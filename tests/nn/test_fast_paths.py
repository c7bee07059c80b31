"""What the engine does for speed at large sizes gives what it gives at small ones."""

import numpy as np
import pytest

from studynn.nn import _columns, _one_map, _winograd, attention, pooling
from studynn.nn.convolution import conv2d, conv2d_backward, conv_transpose2d, conv_transpose2d_backward
from studynn.nn.dense import Layer, mlp, mlp_backward

DEEP = [
    ((2, 17, 11, 12), (16, 17, 3, 3), 0),
    ((1, 16, 8, 11), (18, 16, 3, 3), 1),
    ((2, 16, 10, 8), (16, 16, 3, 3), (2, 1)),
]
BLOCKED = {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2), "groups": 2}


def drawn(*shapes):
    rng = np.random.default_rng(5)
    return [rng.normal(size=shape) for shape in shapes]


@pytest.mark.parametrize(("shape", "kernel", "padding"), DEEP)
def test_a_deep_layer_by_tiles_is_the_same_as_by_columns(shape, kernel, padding, monkeypatch):
    x, kernels = drawn(shape, kernel)
    y = conv2d(x, kernels, padding=padding)
    assert _winograd.pays(y.shape, kernels.shape)
    slopes = conv2d_backward(y, x, kernels, padding=padding)
    monkeypatch.setattr(_winograd, "pays", lambda *_: False)
    np.testing.assert_allclose(y, conv2d(x, kernels, padding=padding), rtol=1e-11, atol=1e-11)
    for found, expected in zip(slopes, conv2d_backward(y, x, kernels, padding=padding), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-10)


@pytest.mark.parametrize(("kernel", "padding"), [((3, 3), 0), ((3, 3), 1), ((2, 5), (1, 3)), ((1, 1), 0)])
def test_the_slopes_of_one_large_map_are_the_same_as_by_columns(kernel, padding, monkeypatch):
    x, kernels = drawn((2, 1, 70, 75), (1, 1, *kernel))
    y = conv2d(x, kernels, padding=padding)
    assert _one_map.pays(y.shape, kernels.shape, padding if isinstance(padding, tuple) else (padding, padding))
    slopes = conv2d_backward(y, x, kernels, padding=padding)
    monkeypatch.setattr(_one_map, "pays", lambda *_: False)
    for found, expected in zip(slopes, conv2d_backward(y, x, kernels, padding=padding), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-9)


def test_a_deep_layer_of_whole_numbers_is_exact():
    rng = np.random.default_rng(1)
    x, kernels = rng.integers(-9, 10, (1, 16, 12, 12)).astype(float), rng.integers(-4, 5, (16, 16, 3, 3)).astype(float)
    y = conv2d(x, kernels)
    assert y[0, 3, 4, 5] == (x[0, :, 4:7, 5:8] * kernels[3]).sum()
    assert np.array_equal(y, y.round())


@pytest.mark.parametrize("size", [1.0, 1e4])
def test_large_heads_in_small_products_are_the_same_as_small_ones_at_once(size, monkeypatch):
    q, k, v = drawn((2, 3, 90, 6), (2, 3, 70, 6), (2, 3, 70, 5))
    mask = np.random.default_rng(6).random((2, 1, 90, 70)) < 0.7
    monkeypatch.setattr(attention, "PRODUCT", 2000)
    by_head = attention.attention(q * size, k, v, mask)
    monkeypatch.setattr(attention, "LARGE", 10**6)
    for found, due in zip(by_head, attention.attention(q * size, k, v, mask), strict=True):
        np.testing.assert_allclose(found, due, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("block", [1, 300, 2000])
def test_convolutions_in_blocks_are_the_same_as_at_once(block, monkeypatch):
    x, kernels, turned = drawn((5, 4, 8, 9), (6, 2, 3, 2), (4, 3, 3, 2))

    def everything():
        y, wide = conv2d(x, kernels, **BLOCKED), conv_transpose2d(x, turned, **BLOCKED)
        return (
            y,
            wide,
            *conv2d_backward(y, x, kernels, **BLOCKED),
            *conv_transpose2d_backward(wide, x, turned, **BLOCKED),
        )

    expected = everything()
    monkeypatch.setattr(_columns, "BLOCK", block)
    for found, due in zip(everything(), expected, strict=True):
        np.testing.assert_allclose(found, due, rtol=1e-12, atol=1e-12)


def test_the_slope_of_pooled_maps_in_blocks_is_the_same_as_at_once(monkeypatch):
    x = np.random.default_rng(2).integers(0, 4, (3, 5, 9, 8)).astype(float)  # with many ties
    dy = pooling.max_pool2d(x, 3, 2, 1) + 1
    expected = pooling.max_pool2d_backward(dy, x, 3, 2, 1)
    monkeypatch.setattr(pooling, "BLOCK", 1)
    assert np.array_equal(pooling.max_pool2d_backward(dy, x, 3, 2, 1), expected)


def test_the_slope_in_the_input_of_a_network_can_be_left_out():
    x, first, second, grad = drawn((5, 4), (3, 4), (2, 3), (5, 2))
    layers = [Layer(first, np.zeros(3), "tanh"), Layer(second, np.zeros(2))]
    passes = mlp(x, layers)
    whole, short = mlp_backward(grad, layers, passes), mlp_backward(grad, layers, passes, to_input=False)
    assert short[0].x.shape == (0, 4)
    assert all(np.array_equal(a.w, b.w) and np.array_equal(a.b, b.b) for a, b in zip(whole, short, strict=True))
    assert np.array_equal(whole[1].x, short[1].x)
