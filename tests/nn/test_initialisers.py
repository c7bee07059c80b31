"""Starting weights have the spread of their papers, read from the shape, and keep the size of a signal through layers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from studynn.nn.activations import relu
from studynn.nn.initialisers import glorot, he


@pytest.mark.parametrize(
    ("shape", "stacked", "inputs", "outputs"),
    [((300, 200), 0, 200, 300), ((64, 32, 5, 3), 0, 480, 960), ((4, 150, 100), 1, 100, 150)],
)
def test_the_spread_follows_the_fans_of_dense_layers_kernels_and_stacked_gates(
    shape: tuple[int, ...], stacked: int, inputs: int, outputs: int
) -> None:
    even, normal = (draw(shape, np.random.default_rng(0), stacked) for draw in (glorot, he))
    bound = math.sqrt(6 / (inputs + outputs))
    assert even.shape == normal.shape == shape
    assert 0.99 * bound < np.abs(even).max() <= bound
    assert even.std() == pytest.approx(bound / math.sqrt(3), rel=0.02)
    assert normal.std() == pytest.approx(math.sqrt(2 / inputs), rel=0.02)
    assert abs(normal.mean()) < 0.02 * normal.std()


def test_a_signal_keeps_its_size_through_ten_layers_of_relu() -> None:
    rng = np.random.default_rng(0)
    start = a = rng.normal(size=(100, 400))
    for _ in range(10):
        a = relu(a) @ he((400, 400), rng).T
    assert 0.5 < a.std() / start.std() < 2.0


def test_the_same_generator_draws_the_same_weights() -> None:
    first, second = (glorot((3, 2), np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize(("shape", "stacked"), [((5,), 0), ((3, 0), 0), ((4, 5), 1)])
def test_a_shape_without_inputs_and_outputs_is_refused_by_name(shape: tuple[int, ...], stacked: int) -> None:
    for draw in (glorot, he):
        with pytest.raises(ValueError, match=rf"the shape is \({shape[0]}, ?"):
            draw(shape, np.random.default_rng(0), stacked)
