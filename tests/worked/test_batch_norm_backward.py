"""Backward through batch normalisation: what is computed, which mistakes are named, what is refused."""

import numpy as np
import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import follow_through, work
from studynn.nn import normalisation as engine
from studynn.worked import load

BACKWARD = load("batch-norm-backward")


def run(**texts):
    return work(BACKWARD, read_inputs(BACKWARD, texts))


def slips(truth, name):
    return {slip.tag: np.asarray(slip.value).tolist() for slip in truth.step(name).slips}


def close(values):
    return pytest.approx(values, rel=5e-6, abs=1e-12)


@pytest.mark.parametrize(
    ("step", "value"),
    [
        ("mean", 7),
        ("var", 25),
        ("standard", [-1.4, -0.2, 0.2, 1.4]),
        ("d-beta", 2),
        ("d-gamma", -2.4),
        ("inner", [-0.34, -0.62, 1.62, -0.66]),
        ("dx", [-0.136, -0.248, 0.648, -0.264]),
    ],
)
def test_the_default_run_gives_the_known_values(step, value):
    assert np.asarray(run().step(step).value).tolist() == close(value)


@pytest.mark.parametrize(
    ("step", "tag", "value"),
    [
        ("var", "n-minus-one", 100 / 3),
        ("standard", "divided-by-variance", [-0.28, -0.04, 0.04, 0.28]),
        ("d-beta", "mean-for-sum", 0.5),
        ("d-gamma", "mean-for-sum", -0.6),
        ("d-gamma", "x-for-standard", 2),
        ("inner", "mean-path-forgotten", [0.16, -0.12, 2.12, -0.16]),
        ("inner", "variance-path-forgotten", [0.5, -0.5, 1.5, -1.5]),
        ("inner", "not-divided-by-n", [-4.36, -2.48, 0.48, 0.36]),
        ("dx", "gamma-forgotten", [-0.068, -0.124, 0.324, -0.132]),
        ("dx", "scale-forgotten", [-0.68, -1.24, 3.24, -1.32]),
        ("dx", "divided-by-variance", [-0.0272, -0.0496, 0.1296, -0.0528]),
        ("dx", "statistics-fixed", [0.4, 0, 0.8, -0.4]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, value):
    assert slips(run(), step)[tag] == close(value)


def test_the_engines_layer_has_the_same_gradients():
    truth = run(x="1,4,2,7,3", grad="0.5,-1,2,0,1", gamma="-1.5", eps="0.1")
    x, g = (np.asarray(truth.inputs[name])[:, None] for name in ("x", "grad"))
    gamma = np.array([-1.5])
    passed, _ = engine.batch_norm(x, gamma, np.zeros(1), engine.fresh(1), epsilon=0.1)
    found = engine.batch_norm_backward(g, gamma, passed)
    assert truth.step("dx").value == pytest.approx(found.x[:, 0], rel=1e-12)
    assert truth.step("d-gamma").value == pytest.approx(found.gamma[0], rel=1e-12)
    assert truth.step("d-beta").value == pytest.approx(found.beta[0], rel=1e-12)


def test_the_gradient_by_x_adds_up_to_zero_and_is_at_right_angles_to_the_normalised_samples():
    truth = run(grad="3,1,-2,5")
    assert truth.step("dx").value.sum() == pytest.approx(0, abs=1e-12)
    assert truth.step("dx").value @ truth.step("standard").value == pytest.approx(0, abs=1e-12)


def test_equal_gradients_leave_nothing_for_x():
    assert not np.any(run(grad="1,1,1,1").step("dx").value)


def test_the_gradient_follows_from_the_learners_own_sum():
    marked = follow_through(BACKWARD, run().inputs, {"d-beta": 4.0})
    assert marked.step("dx").value.tolist() == close([-0.336, -0.448, 0.448, -0.464])


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"x": "1", "grad": "1"}, "--x 1: must have at least 2 samples: one has no variance"),
        ({"grad": "1,2"}, "--grad 1,2: must be 4 numbers to fit --x, it is 2"),
        ({"x": "3,3,3,3"}, "--eps 0: must be above 0, as the variance is 0"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message
