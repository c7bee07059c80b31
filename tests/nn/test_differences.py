"""Central differences: exact on polynomials of degree 4, of fourth order elsewhere, and without a trace."""

import math

import numpy as np
import pytest

from studynn.nn.differences import central_differences


@pytest.mark.parametrize("degree", range(5))
def test_polynomials_up_to_degree_four_leave_only_rounding(degree):
    p = np.array([1.5, -0.5])
    found = central_differences(lambda: float(np.sum(p**degree)), p, step=0.25)
    np.testing.assert_allclose(found, degree * p ** max(degree - 1, 0), atol=1e-13)


def test_halving_the_step_makes_the_error_sixteen_times_smaller():
    p = np.array([0.7])
    errors = [abs(central_differences(lambda: math.exp(p[0]), p, step)[0] - math.exp(0.7)) for step in (0.2, 0.1, 0.05)]
    assert errors[0] / errors[1] == pytest.approx(16, rel=0.02)
    assert errors[1] / errors[2] == pytest.approx(16, rel=0.02)


def test_the_gradient_has_the_shape_of_the_parameter_and_each_entry_its_own_slope():
    p = np.arange(6.0).reshape(2, 3)
    weights = np.array([[1.0, -2.0, 3.0], [0.0, 5.0, -1.0]])
    np.testing.assert_allclose(central_differences(lambda: float(np.sum(weights * p)), p), weights, atol=1e-11)


def test_the_parameter_is_put_back_exactly():
    p = np.array([0.1, 1e-9, 1e6 / 3])
    before = p.copy()
    central_differences(lambda: float(np.sum(p)), p)
    np.testing.assert_array_equal(p, before)
