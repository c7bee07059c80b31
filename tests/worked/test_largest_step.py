"""The largest stable learning rate: what is computed, which mistakes are named, what is refused."""

import numpy as np
import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import follow_through, work
from studynn.worked import load

STEP = load("largest-step")


def run(**texts):
    return work(STEP, read_inputs(STEP, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(values):
    return pytest.approx(values, rel=5e-6)


def test_the_default_run_gives_the_known_values():
    known = {"root": 5, "lambda-max": 6, "lambda-min": 1, "lr-max": 1 / 3, "lr-best": 2 / 7, "condition": 6}
    assert run().results == close(known)
    assert (run().step("trace").value, run().step("det").value) == (7, 6)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("det", {"products-added": 14, "off-diagonal-ignored": 10}),
        ("root", {"root-forgotten": 25, "four-forgotten": 43**0.5}),
        ("lambda-max", {"half-forgotten": 12}),
        ("lambda-min", {"half-forgotten": 2}),
        ("lr-max", {"one-for-two": 1 / 6, "trace-for-eigenvalue": 2 / 7, "smallest-eigenvalue": 2}),
        ("lr-best", {"one-for-two": 1 / 7, "largest-only": 1 / 6}),
        ("condition", {"upside-down": 1 / 6}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == close(expected)


@pytest.mark.parametrize(
    ("lr", "factor", "words"),
    [("0.1", 0.4, "converges; the flat"), ("0.3", -0.8, "swinging"), ("0.5", -2, "diverges"), ("0", 1, "neither")],
)
def test_a_given_rate_is_judged(lr, factor, words):
    truth = run(lr=lr)
    assert truth.step("factor").value == close(factor)
    assert words in truth.notes[-1].en


@pytest.mark.parametrize(("share", "shrinks"), [(0.99, True), (1.01, False)])
def test_descent_on_the_quadratic_is_stable_just_below_that_rate_and_not_above(share, shrinks):
    h = np.array([[5.0, 2.0], [2.0, 2.0]])
    x = np.array([1.0, 1.0])
    for _ in range(1000):
        x = x - share * run().step("lr-max").value * h @ x
    assert bool(np.linalg.norm(x) < 1) is shrinks


def test_equal_eigenvalues_offer_no_mistake_that_changes_nothing():
    truth = run(hessian="3,0;0,3")
    assert truth.step("condition").value == 1 and slips(truth, "condition") == {} and slips(truth, "det") == {}
    assert "smallest-eigenvalue" not in slips(truth, "lr-max")


def test_the_rate_follows_from_the_learners_own_eigenvalue_and_ends_where_no_root_is_real():
    assert follow_through(STEP, run().inputs, {"lambda-max": 8.0}).step("lr-max").value == 0.25
    assert not follow_through(STEP, run().inputs, {"det": 100.0}).has("root")


@pytest.mark.parametrize(
    ("hessian", "message"),
    [
        ("1,2", "--hessian 1,2: must be 2×2, it is 1×2"),
        ("3,1;2,3", "--hessian 3,1;2,3: must be symmetric: mixed derivatives are equal"),
        (
            "1,2;2,1",
            "--hessian 1,2;2,1: must have two positive eigenvalues (a > 0 and ad > b²); otherwise there is no minimum to step to",
        ),
    ],
)
def test_a_matrix_without_an_answer_is_refused(hessian, message):
    with pytest.raises(StudyError) as refusal:
        run(hessian=hessian)
    assert refusal.value.message.en == message
