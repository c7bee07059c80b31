"""Pooling agrees with PyTorch, with loops over the windows, and with central differences."""

import json

import make_pooling_vectors
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from studynn.nn.differences import central_differences
from studynn.nn.pooling import (
    avg_pool2d,
    avg_pool2d_backward,
    max_pool2d,
    max_pool2d_argmax,
    max_pool2d_backward,
    pool_side,
)

STORED = json.loads(make_pooling_vectors.STORED.read_text(encoding="utf-8"))


def settings(case):
    return {
        name: tuple(case[name]) if isinstance(case[name], list) else case[name]
        for name in make_pooling_vectors.SETTINGS
    }


def computed_here(case):
    """The engine's counterpart of `computed_by_torch`."""
    x, sizes = np.array(case["x"], float), settings(case)
    mean = sizes | {"count_include_pad": case["count_include_pad"]}
    y, means = max_pool2d(x, **sizes), avg_pool2d(x, **mean)
    dy = make_pooling_vectors.outside_gradient(case, y.shape)
    return {
        "max": y,
        "argmax": max_pool2d_argmax(x, **sizes),
        "max-dx": max_pool2d_backward(dy, x, **sizes),
        "average": means,
        "average-dx": avg_pool2d_backward(dy, x, **mean),
    }


def assert_agrees(found, expected):
    for name, part in found.items():
        assert part.shape == np.shape(expected[name]), name
        np.testing.assert_allclose(part, expected[name], rtol=1e-12, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("index", range(len(STORED)))
def test_stored_values_and_gradients_of_pytorch_are_reproduced(index):
    assert_agrees(computed_here(STORED[index]), STORED[index])


@pytest.mark.parametrize("seed", range(1000, 1060))
def test_fresh_cases_agree_with_pytorch(seed):
    pytest.importorskip("torch")
    case = make_pooling_vectors.random_case(seed)
    assert_agrees(computed_here(case), make_pooling_vectors.computed_by_torch(case))


def test_the_stored_cases_cover_paddings_ties_and_partial_windows():
    assert {case["ceil"] and any(case["padding"]) for case in STORED} == {True, False}
    assert {case["count_include_pad"] for case in STORED if any(case["padding"])} == {True, False}
    assert any(case["stride"] is None for case in STORED)
    partial = [
        (pool_side(*sizes, ceil=True), pool_side(*sizes))
        for case in STORED
        for sizes in zip(
            np.shape(case["x"])[2:], case["window"], case["stride"] or case["window"], case["padding"], strict=True
        )
        if case["ceil"]
    ]
    assert any(ceil > floor for ceil, floor in partial)
    assert any(len(np.unique(case["x"])) < np.size(case["x"]) for case in STORED)


@given(st.integers(0, 10_000))
@tries(max_examples=60, deadline=None)
def test_each_output_is_the_maximum_or_the_mean_of_the_cells_of_its_window(seed):
    case = make_pooling_vectors.random_case(seed) | {"count_include_pad": False}
    found, x = computed_here(case), case["x"]
    (kernel_h, kernel_w), (pad_h, pad_w) = case["window"], case["padding"]
    step_h, step_w = case["stride"] or case["window"]
    for n, c, i, j in np.ndindex(found["max"].shape):
        top, left = i * step_h - pad_h, j * step_w - pad_w
        seen = x[n, c, max(top, 0) : top + kernel_h, max(left, 0) : left + kernel_w]
        assert found["max"][n, c, i, j] == seen.max() == x[n, c].flat[found["argmax"][n, c, i, j]]
        assert found["average"][n, c, i, j] == pytest.approx(seen.mean())


@given(st.integers(0, 10_000))
@tries(max_examples=25, deadline=None)
def test_gradients_agree_with_central_differences(seed):
    case = make_pooling_vectors.random_case(seed)
    rng = np.random.default_rng(seed)
    x = rng.permutation(case["x"].size).reshape(case["x"].shape) / 8  # no ties: a maximum has no slope there
    found, sizes = computed_here(case | {"x": x}), settings(case)
    dy = make_pooling_vectors.outside_gradient(case, found["max"].shape)
    mean = sizes | {"count_include_pad": case["count_include_pad"]}
    for name, pool, options in (("max-dx", max_pool2d, sizes), ("average-dx", avg_pool2d, mean)):
        slope = central_differences(lambda pool=pool, options=options: float(np.sum(dy * pool(x, **options))), x)
        np.testing.assert_allclose(found[name], slope, atol=1e-8)


def test_the_first_of_equal_entries_takes_the_whole_gradient():
    x = np.ones((1, 1, 2, 2))
    dy = np.full((1, 1, 1, 1), 3.0)
    assert max_pool2d_backward(dy, x, 2).ravel().tolist() == [3, 0, 0, 0]
    assert max_pool2d_argmax(x, 2).item() == 0


def test_padding_never_wins_and_counts_in_the_mean_only_when_asked():
    x = np.full((1, 1, 2, 2), -4.0)
    assert np.all(max_pool2d(x, 2, padding=1) == -4)
    assert np.all(avg_pool2d(x, 2, padding=1) == -1)
    assert np.all(avg_pool2d(x, 2, padding=1, count_include_pad=False) == -4)


def test_the_stride_is_the_window_unless_given():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    assert max_pool2d(x, 2).tolist() == [[[[5, 7], [13, 15]]]]
    assert max_pool2d(x, 2, 1).shape == (1, 1, 3, 3)


@pytest.mark.parametrize(
    ("sizes", "positions"),
    [((28, 2, 2), 14), ((20, 10, 10), 2), ((20, 10, 1), 11), ((5, 2, 2), 2), ((5, 2, 2, 0, True), 3)],
)
def test_the_positions_of_a_window_are_counted_by_the_formula(sizes, positions):
    assert pool_side(*sizes) == positions


def test_a_partial_window_that_would_start_beyond_the_input_is_dropped():
    assert pool_side(2, 2, 3, 1, ceil=True) == 1
    assert pool_side(3, 2, 2, 1, ceil=True) == 2
    assert pool_side(4, 2, 2, 1, ceil=True) == 3


@pytest.mark.parametrize(
    ("x", "options", "words"),
    [
        ((1, 1, 2, 3), {"window": 3}, "a window of 3 does not fit into 2 \\+ 2·0 cells"),
        ((1, 1, 4, 4), {"window": 3, "padding": 2}, "a padding of 2 is more than half of the window of 3"),
        ((4, 4), {"window": 2}, r"N×C×H×W, these have the shape \(4, 4\)"),
        ((1, 1, 4, 4), {"window": 0}, "is no window"),
        ((1, 1, 4, 4), {"window": 2, "stride": 0}, "is no window"),
    ],
)
@pytest.mark.parametrize("pool", [max_pool2d, max_pool2d_argmax, avg_pool2d])
def test_windows_that_do_not_fit_are_refused(pool, x, options, words):
    with pytest.raises(ValueError, match=words):
        pool(np.zeros(x), **options)


@pytest.mark.parametrize("backward", [max_pool2d_backward, avg_pool2d_backward])
def test_a_gradient_of_another_shape_is_refused_with_both_shapes(backward):
    with pytest.raises(ValueError, match=r"\(1, 1, 3, 3\), the pooled maps have \(1, 1, 2, 2\)"):
        backward(np.zeros((1, 1, 3, 3)), np.zeros((1, 1, 4, 4)), 2)


def test_the_inputs_are_left_as_they_were():
    case = make_pooling_vectors.random_case(5)
    before = case["x"].copy()
    computed_here(case)
    assert np.array_equal(case["x"], before)
    dy = np.ones((1, 1, 2, 2))
    max_pool2d_backward(dy, np.arange(16.0).reshape(1, 1, 4, 4), 2)
    assert np.all(dy == 1)
