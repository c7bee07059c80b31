"""One neuron: its sum, its activation, maxout, the mistakes it names and what it refuses."""

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import InputError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.values import plain
from studynn.worked import load

NEURON = load("neuron")
MAXOUT = {"x": "1,-2", "w": "0.5,0.5;-1,0.25", "b": "0,2", "activation": "maxout"}


def run(**texts):
    return work(NEURON, read_inputs(NEURON, texts))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == pytest.approx({"z": -0.25, "a": 0.437823}, abs=5e-7)
    assert plain(run().step("products").value) == [1, -1, -0.75]
    assert run().step("z").shown == "1 + (−1) + (−0.75) + 0.5"


@pytest.mark.parametrize(
    ("texts", "step", "expected"),
    [
        ({}, "z", {"no-bias": -0.75, "bias-subtracted": -1.25}),
        ({}, "a", {"sign-of-exponent": 0.5622, "tanh-for-sigmoid": -0.2449}),
        ({"activation": "tanh"}, "a", {"sigmoid-for-tanh": 0.4378}),
        ({"activation": "relu"}, "a", {"abs-for-relu": 0.25, "relu-passes-negative": -0.25}),
        ({"activation": "relu", "b": "3"}, "a", {}),
        ({"activation": "identity"}, "a", {}),
        ({"b": "0"}, "z", {}),
        (MAXOUT, "z", {"no-bias": [-0.5, -1.5], "bias-subtracted": [-0.5, -3.5]}),
        (MAXOUT, "a", {"sum-of-pieces": 0}),
        (MAXOUT | {"b": "-2,2"}, "a", {"sum-of-pieces": -2, "largest-size": -2.5}),
    ],
)
def test_each_mistake_leads_to_its_known_value_where_it_can_be_made(texts, step, expected):
    found = slips(run(**texts), step)
    assert found.keys() == expected.keys()
    for tag, value in expected.items():
        assert found[tag] == pytest.approx(value, rel=5e-4)


@pytest.mark.parametrize(("activation", "a"), [("sigmoid", 0.525), ("relu", 0.1), ("tanh", 0.0997), ("identity", 0.1)])
def test_the_same_sum_through_each_activation(activation, a):
    truth = run(x="1,2", w="0.5,-0.25", b="0.1", activation=activation)
    assert truth.step("z").value == pytest.approx(0.1)
    assert truth.step("a").value == pytest.approx(a, rel=5e-4)


def test_maxout_takes_the_largest_of_its_sums():
    truth = run(**MAXOUT)
    assert plain(truth.step("z").value) == [-0.5, 0.5]
    assert truth.step("a").value == 0.5
    assert truth.step("a").shown == "max(−0.5, 0.5)"


def test_a_sum_that_cancels_is_zero_as_by_hand():
    assert run(x="3,1", w="0.1,-0.3", b="0").step("z").value == 0


def test_a_forgotten_bias_is_named_at_the_output_too():
    assert [slip.tag for slip in diagnose(run(), "a", 1 / (1 + math.exp(0.75)))] == ["no-bias"]
    assert follow_through(NEURON, defaults(NEURON), {"z": 0}).step("a").value == 0.5


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"x": "1,2"}, "--w 0.5,1,-0.25: must have length 2 to fit --x of length 2, it has length 3"),
        ({"b": "1,2"}, "--b 1,2: must have length 1 to fit --w, it has length 2"),
        ({"activation": "maxout"}, "--w 0.5,1,-0.25: must have two rows or more for maxout"),
        ({"w": "1,2,3;4,5,6"}, "--w 1,2,3;4,5,6: must be one row of weights for --activation sigmoid, it is 2×3"),
        (MAXOUT | {"x": "1,2,3"}, "--w 0.5,0.5;-1,0.25: must be 2×3 to fit --x of length 3, it is 2×2"),
        (MAXOUT | {"b": "1"}, "--b 1: must have length 2 to fit --w, it has length 1"),
        ({"x": ",".join("1" * 65)}, "at most 64 a side"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, message):
    with pytest.raises(InputError) as refusal:
        run(**texts)
    assert message in refusal.value.message.en


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "identity"])
@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=9), st.floats(-1e6, 1e6))
@settings(max_examples=30, deadline=None)
def test_the_second_derivation_holds_for_any_numbers(activation, pairs, bias):
    x, w = zip(*pairs, strict=True)
    truth = work(NEURON, {"x": x, "w": w, "b": (bias,), "activation": activation})
    scale = max(1.0, sum(abs(a * c) for a, c in pairs) + abs(bias))
    found = NEURON.checked_by.compute(**truth.inputs)
    assert found["z"] == pytest.approx(truth.step("z").value, abs=1e-12 * scale)
    assert np.isfinite(found["a"])


def test_level_three_draws_maxout_with_a_negative_piece():
    for seed in range(40):
        truth = draw(NEURON, Random(seed), 3)
        assert truth.inputs["activation"] == "maxout" and min(truth.step("z").value) < 0
