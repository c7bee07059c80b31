"""The convolution of images agrees with PyTorch, with loops, and with central differences."""

import json

import make_convolution_vectors
import numpy as np
import pytest

from studynn.nn.convolution import conv2d, conv2d_backward, out_side, windows
from studynn.nn.differences import central_differences

STORED = json.loads(make_convolution_vectors.STORED.read_text(encoding="utf-8"))
ARRAYS = ("x", "kernels", "bias", "dy", "y", "dx", "d_kernels", "d_bias")


def settings(case):
    return {name: case[name] for name in make_convolution_vectors.SETTINGS}


def assert_agrees(case):
    case = case | {name: np.array(case[name], float) for name in ARRAYS}
    y = conv2d(case["x"], case["kernels"], case["bias"], **settings(case))
    slopes = conv2d_backward(case["dy"], case["x"], case["kernels"], **settings(case))
    for found, name in zip((y, *slopes), ("y", "dx", "d_kernels", "d_bias"), strict=True):
        assert found.shape == case[name].shape, name
        np.testing.assert_allclose(found, case[name], rtol=1e-12, atol=1e-12, err_msg=name)


def by_loops(x, kernels, bias, stride, padding, dilation):
    """The definition, one product at a time."""
    (samples, depth, height, width), (count, _, high, wide) = x.shape, kernels.shape
    rows, columns = (
        (side + 2 * padding - dilation * (reach - 1) - 1) // stride + 1
        for side, reach in ((height, high), (width, wide))
    )
    y = np.zeros((samples, count, rows, columns)) + bias[:, None, None]
    for n, f, i, j, c, u, v in np.ndindex(samples, count, rows, columns, depth, high, wide):
        row, column = i * stride + u * dilation - padding, j * stride + v * dilation - padding
        if 0 <= row < height and 0 <= column < width:
            y[n, f, i, j] += x[n, c, row, column] * kernels[f, c, u, v]
    return y


@pytest.mark.parametrize("index", range(len(STORED)))
def test_stored_values_and_gradients_of_pytorch_are_reproduced(index):
    assert_agrees(STORED[index])


@pytest.mark.parametrize("seed", range(1000, 1030))
def test_fresh_cases_agree_with_pytorch(seed):
    pytest.importorskip("torch")
    case = make_convolution_vectors.random_case(seed)
    assert_agrees(case | make_convolution_vectors.computed_by_torch(case))


def test_the_stored_cases_cover_strides_paddings_and_dilations_that_leave_cells_over():
    assert {case["stride"] for case in STORED} == {1, 2, 3}
    assert {case["padding"] for case in STORED} == {0, 1, 2}
    assert {case["dilation"] for case in STORED} == {1, 2}
    shapes = [(np.shape(case["x"])[2:], np.shape(case["kernels"])[2:]) for case in STORED]
    assert any(
        (side + 2 * case["padding"] - case["dilation"] * (reach - 1) - 1) % case["stride"]
        for case, pair in zip(STORED, shapes, strict=True)
        for side, reach in zip(*pair, strict=True)
    )


@pytest.mark.parametrize("seed", range(12))
def test_one_matrix_product_gives_what_the_definition_gives(seed):
    case = make_convolution_vectors.random_case(seed)
    x, kernels, bias = (case[name] for name in ("x", "kernels", "bias"))
    np.testing.assert_allclose(conv2d(x, kernels, bias, **settings(case)), by_loops(x, kernels, bias, **settings(case)))


@pytest.mark.parametrize("name", ["x", "kernels", "bias"])
def test_gradients_agree_with_central_differences(name):
    case = make_convolution_vectors.random_case(5)
    arrays = {key: case[key] for key in ("x", "kernels", "bias")}
    slopes = conv2d_backward(case["dy"], case["x"], case["kernels"], **settings(case))
    expected = central_differences(lambda: float(np.sum(case["dy"] * conv2d(**arrays, **settings(case)))), arrays[name])
    np.testing.assert_allclose(slopes[list(arrays).index(name)], expected, atol=1e-9)


def test_without_a_bias_the_bias_is_zero():
    x, kernels = np.arange(9.0).reshape(1, 1, 3, 3), np.ones((2, 1, 2, 2))
    assert np.array_equal(conv2d(x, kernels), conv2d(x, kernels, np.zeros(2)))
    assert conv2d(x, kernels)[0, 0].tolist() == [[8, 12], [20, 24]]


def test_the_inputs_are_left_as_they_were():
    case = make_convolution_vectors.random_case(3)
    before = {name: case[name].copy() for name in ("x", "kernels", "bias", "dy")}
    conv2d(case["x"], case["kernels"], case["bias"], **settings(case))
    conv2d_backward(case["dy"], case["x"], case["kernels"], **settings(case))
    assert all(np.array_equal(case[name], kept) for name, kept in before.items())


def test_windows_are_read_in_place_with_their_gaps():
    x = np.arange(25.0).reshape(1, 1, 5, 5)
    seen = windows(x, (2, 2), stride=2, dilation=2)
    assert seen.shape == (1, 1, 2, 2, 2, 2)
    assert seen[0, 0, 1, 0].tolist() == [[10, 12], [20, 22]]


def test_a_kernel_of_another_depth_is_refused():
    with pytest.raises(ValueError, match="depth 3 on an input of depth 2"):
        conv2d(np.zeros((1, 2, 4, 4)), np.zeros((1, 3, 2, 2)))


def test_a_kernel_that_reaches_beyond_the_padded_input_is_refused():
    with pytest.raises(ValueError, match="5×5 does not fit into 4×4"):
        conv2d(np.zeros((1, 1, 2, 2)), np.zeros((1, 1, 3, 3)), padding=1, dilation=2)


@pytest.mark.parametrize(
    ("sizes", "positions"),
    [((227, 11, 4), 55), ((32, 5), 28), ((5, 3, 2, 1), 3), ((7, 3, 1, 0, 2), 3), ((2, 3), 0)],
)
def test_the_positions_of_a_window_are_counted_by_the_formula(sizes, positions):
    assert out_side(*sizes) == positions
