"""RMSProp: what it computes, which mistakes it names, and what it refuses."""

import numpy as np
import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import follow_through, work
from studynn.nn import optimisers
from studynn.worked import load

RMSPROP = load("rmsprop")


def run(**texts):
    return work(RMSPROP, read_inputs(RMSPROP, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(values):
    return pytest.approx(values, rel=5e-6)


def test_the_default_run_gives_the_known_values():
    assert run().results == close({"s1": 16, "w1": 0.86, "s2": 12.25, "w2": 0.88})


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("s1", {"not-squared": 2, "not-averaged": 64}),
        ("s2", {"not-averaged": 13, "weights-exchanged": 4.75, "adagrad": 17}),
        ("w1", {"ascent": 1.14, "root-forgotten": 0.965, "plain-sgd": 0.44}),
        ("w2", {"ascent": 0.84, "root-forgotten": 0.865714, "plain-sgd": 0.93}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == close(expected)


def test_an_eps_that_shows_stands_after_or_under_the_root():
    after, under = run(gradients="6", eps="1", lr="0.1"), run(gradients="6", eps="1", lr="0.1", eps_inside=True)
    assert after.step("w1").value == close(1 - 0.6 / 4)
    assert under.step("w1").value == close(1 - 0.6 / 10**0.5)
    assert slips(after, "w1")["eps-misplaced"] == under.step("w1").value
    assert slips(under, "w1")["eps-misplaced"] == after.step("w1").value


def test_the_optimiser_of_the_engine_takes_the_same_steps():
    gradients = (3.0, -2.0, 0.5)
    weights, state = [np.array([1.0])], None
    truth = run(gradients="3,-2,0.5", decay="0.9", lr="0.1")
    for t, g in enumerate(gradients, 1):
        weights, state = optimisers.rmsprop(weights, [np.array([g])], state, lr=0.1, decay=0.9, eps=1e-8)
        assert truth.step(f"w{t}").value == pytest.approx(weights[0][0], rel=1e-12)


def test_a_gradient_of_zero_moves_nothing_and_offers_no_mistake():
    truth = run(gradients="0,0")
    assert truth.step("w2").value == 1 and truth.slips() == {}


def test_the_weight_follows_from_the_learners_own_mean_square():
    assert follow_through(RMSPROP, run().inputs, {"s1": 64.0}).step("w1").value == close(0.93)
    assert not follow_through(RMSPROP, run().inputs, {"s1": -4.0}).has("w1")


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"decay": "1"}, "--decay 1: must be a number from 0 to below 1"),
        ({"eps": "0"}, "--eps 0: must be a number above 0"),
        ({"lr": "-1"}, "--lr -1: must be a number of at least 0"),
    ],
)
def test_what_is_not_allowed_is_refused_in_one_line(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message
