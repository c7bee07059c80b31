"""The convolutions agree with PyTorch, with loops, and with central differences."""

import json

import make_convolution_vectors
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from make_convolution_vectors import KINDS, random_case, settings_of

from studynn.nn.convolution import (
    conv1d,
    conv1d_backward,
    conv2d,
    conv2d_backward,
    conv_transpose2d,
    conv_transpose2d_backward,
    out_side,
    transposed_side,
    windows,
)
from studynn.nn.differences import central_differences

STORED = json.loads(make_convolution_vectors.STORED.read_text(encoding="utf-8"))
ARRAYS = ("x", "kernels", "bias", "dy", "y", "dx", "d_kernels", "d_bias")
ENGINE = {
    "conv2d": (conv2d, conv2d_backward),
    "conv1d": (conv1d, conv1d_backward),
    "conv_transpose2d": (conv_transpose2d, conv_transpose2d_backward),
}


def computed_here(case):
    """The engine's counterpart of `computed_by_torch`."""
    forward, backward = ENGINE[case["kind"]]
    y = forward(case["x"], case["kernels"], case["bias"], **settings_of(case))
    slopes = backward(case["dy"], case["x"], case["kernels"], **settings_of(case))
    return dict(zip(("y", "dx", "d_kernels", "d_bias"), (y, *slopes), strict=True))


def assert_agrees(case):
    case = case | {name: np.array(case[name], float) for name in ARRAYS}
    for name, found in computed_here(case).items():
        assert found.shape == case[name].shape, name
        np.testing.assert_allclose(found, case[name], rtol=1e-11, atol=1e-11, err_msg=name)


def by_loops(x, kernels, bias, stride, padding, dilation, groups):
    """The definition, one product at a time."""
    (samples, depth, height, width), (count, share, high, wide) = x.shape, kernels.shape
    rows, columns = (
        (side + 2 * padding - dilation * (reach - 1) - 1) // stride + 1
        for side, reach in ((height, high), (width, wide))
    )
    y = np.zeros((samples, count, rows, columns)) + bias[:, None, None]
    for n, f, i, j, c, u, v in np.ndindex(samples, count, rows, columns, share, high, wide):
        row, column = i * stride + u * dilation - padding, j * stride + v * dilation - padding
        channel = f // (count // groups) * share + c
        if 0 <= row < height and 0 <= column < width:
            y[n, f, i, j] += x[n, channel, row, column] * kernels[f, c, u, v]
    assert depth == share * groups
    return y


def transposed_by_loops(x, kernels, bias, stride, padding, output_padding, dilation, groups):
    """Every entry of x lays its kernel onto the output."""
    (samples, depth, height, width), (_, share, high, wide) = x.shape, kernels.shape
    sides = [
        (side - 1) * stride - 2 * padding + dilation * (reach - 1) + 1 + output_padding
        for side, reach in ((height, high), (width, wide))
    ]
    y = np.zeros((samples, share * groups, *sides)) + bias[:, None, None]
    for n, c, i, j, f, u, v in np.ndindex(samples, depth, height, width, share, high, wide):
        row, column = i * stride + u * dilation - padding, j * stride + v * dilation - padding
        if 0 <= row < sides[0] and 0 <= column < sides[1]:
            y[n, c // (depth // groups) * share + f, row, column] += x[n, c, i, j] * kernels[c, f, u, v]
    return y


@pytest.mark.parametrize("index", range(len(STORED)))
def test_stored_values_and_gradients_of_pytorch_are_reproduced(index):
    assert_agrees(STORED[index])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(1000, 1030))
def test_fresh_cases_agree_with_pytorch(kind, seed):
    pytest.importorskip("torch")
    case = random_case(kind, seed)
    assert_agrees(case | make_convolution_vectors.computed_by_torch(case))


@pytest.mark.parametrize("kind", KINDS)
def test_the_stored_cases_cover_every_setting(kind):
    cases = [case for case in STORED if case["kind"] == kind]
    assert len(cases) >= 20
    for name, values in {"stride": {1, 2, 3}, "padding": {0, 1, 2}, "dilation": {1, 2}, "groups": {1, 2, 3}}.items():
        assert {case[name] for case in cases} == values
    if kind == "conv_transpose2d":
        assert any(case["output_padding"] >= case["stride"] for case in cases)  # windows that no entry belongs to
    else:
        assert any(
            (side + 2 * case["padding"] - case["dilation"] * (reach - 1) - 1) % case["stride"]
            for case in cases
            for side, reach in zip(np.shape(case["x"])[2:], np.shape(case["kernels"])[2:], strict=True)
        )


@given(st.integers(0, 10_000))
@tries(max_examples=25, deadline=None)
def test_a_convolution_is_what_the_definition_gives(seed):
    case = random_case("conv2d", seed)
    found = conv2d(case["x"], case["kernels"], case["bias"], **settings_of(case))
    np.testing.assert_allclose(
        found, by_loops(case["x"], case["kernels"], case["bias"], **settings_of(case)), atol=1e-12
    )


@given(st.integers(0, 10_000))
@tries(max_examples=25, deadline=None)
def test_a_transposed_convolution_is_what_the_definition_gives(seed):
    case = random_case("conv_transpose2d", seed)
    found = conv_transpose2d(case["x"], case["kernels"], case["bias"], **settings_of(case))
    expected = transposed_by_loops(case["x"], case["kernels"], case["bias"], **settings_of(case))
    np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@given(seed=st.integers(0, 10_000))
@tries(max_examples=10, deadline=None)
def test_gradients_agree_with_central_differences(kind, seed):
    case = random_case(kind, seed)
    arrays = {key: case[key] for key in ("x", "kernels", "bias")}
    found, forward = computed_here(case), ENGINE[kind][0]
    for name, slope in (("x", "dx"), ("kernels", "d_kernels"), ("bias", "d_bias")):
        expected = central_differences(
            lambda: float(np.sum(case["dy"] * forward(**arrays, **settings_of(case)))), arrays[name]
        )
        np.testing.assert_allclose(found[slope], expected, atol=1e-7)


def test_without_a_bias_the_bias_is_zero():
    x, kernels = np.arange(9.0).reshape(1, 1, 3, 3), np.ones((2, 1, 2, 2))
    assert np.array_equal(conv2d(x, kernels), conv2d(x, kernels, np.zeros(2)))
    assert conv2d(x, kernels)[0, 0].tolist() == [[8, 12], [20, 24]]


@pytest.mark.parametrize("kind", KINDS)
def test_the_inputs_are_left_as_they_were(kind):
    case = random_case(kind, 3)
    before = {name: case[name].copy() for name in ("x", "kernels", "bias", "dy")}
    computed_here(case)
    assert all(np.array_equal(case[name], kept) for name, kept in before.items())


def test_each_axis_may_have_its_own_stride_padding_and_gap():
    x = np.arange(20.0).reshape(1, 1, 4, 5)
    y = conv2d(x, np.ones((1, 1, 2, 2)), None, (2, 1), (0, 1), (1, 2))
    assert y.tolist() == [[[[7, 14, 18, 22, 11], [27, 54, 58, 62, 31]]]]


def test_a_depthwise_convolution_keeps_the_channels_apart():
    x, kernels = np.ones((1, 3, 2, 2)), np.arange(1.0, 4).reshape(3, 1, 1, 1) * np.ones((3, 1, 2, 2))
    assert conv2d(x, kernels, groups=3).ravel().tolist() == [4, 8, 12]


def test_a_transposed_convolution_spreads_each_entry_and_adds_overlaps():
    x, kernel = np.array([[[[1.0, 2.0]]]]), np.array([[[[1.0, 10.0, 100.0]]]])
    assert conv_transpose2d(x, kernel).ravel().tolist() == [1, 12, 120, 200]
    assert conv_transpose2d(x, kernel, stride=2).ravel().tolist()[:5] == [1, 10, 102, 20, 200]


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


ONES = np.ones


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: conv2d(ONES((1, 4, 3, 3)), ONES((4, 4, 2, 2)), groups=2),
            "depth 4 in 2 groups on an input of depth 4",
        ),
        (lambda: conv2d(ONES((1, 3, 3, 3)), ONES((2, 1, 2, 2)), groups=2), "2 groups do not divide 3 channels"),
        (lambda: conv2d(ONES((1, 1, 3, 3)), ONES((1, 1, 2, 2)), groups=0), "0 groups do not divide"),
        (lambda: conv2d(ONES((3, 3)), ONES((1, 1, 2, 2))), r"their shapes are \(3, 3\) and \(1, 1, 2, 2\)"),
        (lambda: conv2d(ONES((1, 1, 3, 3)), ONES((1, 1, 2, 2)), ONES(2)), r"bias has the shape \(2,\), .* \(1,\)"),
        (
            lambda: conv2d_backward(ONES((1, 1, 3, 3)), ONES((1, 1, 3, 3)), ONES((1, 1, 2, 2))),
            r"dy has the shape \(1, 1, 3, 3\), here it must have \(1, 1, 2, 2\)",
        ),
        (lambda: conv1d(ONES((1, 3)), ONES((1, 1, 2))), r"this has the shape \(1, 3\)"),
        (lambda: conv_transpose2d(ONES((1, 2, 3, 3)), ONES((3, 1, 2, 2))), "for 3 channels on an input of 2"),
        (lambda: conv_transpose2d(ONES((1, 3, 3, 3)), ONES((3, 1, 2, 2)), groups=2), "2 groups do not divide 3"),
        (lambda: conv_transpose2d(ONES((3, 3)), ONES((3, 1, 2, 2))), r"their shapes are \(3, 3\)"),
        (
            lambda: conv_transpose2d(ONES((1, 1, 2, 2)), ONES((1, 1, 2, 2)), stride=2, output_padding=2),
            "an output padding of 2 is not smaller than the stride 2",
        ),
        (lambda: conv_transpose2d(ONES((1, 1, 1, 1)), ONES((1, 1, 2, 2)), padding=1), "an output of 0×0 is left"),
        (
            lambda: conv_transpose2d_backward(ONES((1, 1, 2, 2)), ONES((1, 1, 2, 2)), ONES((1, 1, 2, 2))),
            r"dy has the shape \(1, 1, 2, 2\), here it must have \(1, 1, 3, 3\)",
        ),
    ],
)
def test_parts_that_do_not_fit_are_refused_with_their_shapes(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize(
    ("sizes", "positions"),
    [((227, 11, 4), 55), ((32, 5), 28), ((5, 3, 2, 1), 3), ((7, 3, 1, 0, 2), 3), ((2, 3), 0)],
)
def test_the_positions_of_a_window_are_counted_by_the_formula(sizes, positions):
    assert out_side(*sizes) == positions


@pytest.mark.parametrize(("sizes", "side"), [((2, 3, 2, 1), 3), ((2, 3, 2, 1, 1), 4), ((5, 4, 2, 1), 10)])
def test_the_side_of_a_transposed_convolution_is_counted_by_the_formula(sizes, side):
    assert transposed_side(*sizes) == side
    assert out_side(side, *sizes[1:4]) == sizes[0]
