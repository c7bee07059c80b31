"""Batch and layer normalisation: what is computed along which axis, which mistakes are named, what is refused."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work
from studynn.core.values import components
from studynn.worked import load

NORM = load("batch-layer-norm")


def run(**texts):
    return work(NORM, read_inputs(NORM, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return np.shape(value) == np.shape(expected) and list(components(value)) == pytest.approx(
        list(components(expected)), rel=0.5 * 10 ** (1 - digits), abs=1e-12
    )


ROOT = 1.41421


def test_the_default_run_gives_the_known_values():
    truth = run()
    assert close(truth.step("mean").value, [7, 2])
    assert close(truth.step("var").value, [25, 2])
    assert close(truth.step("normalised").value, [[-1.4, ROOT], [-0.2, -ROOT], [0.2, 0], [1.4, 0]])
    assert close(truth.step("y").value, [[-1.8, ROOT], [0.6, -ROOT], [1.4, 0], [3.8, 0]])
    assert close(truth.step("running-mean").value, [0.7, 0.2])


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("mean", "wrong-axis", [2, 3, 5, 8]),
        ("var", "n-minus-one", [33.33, 2.667]),
        ("normalised", "divided-by-variance", [[-0.28, 1], [-0.04, -1], [0.04, 0], [0.28, 0]]),
        ("normalised", "not-centred", [[0, 2.828], [1.2, 0], [1.6, 1.414], [2.8, 1.414]]),
        ("y", "gamma-forgotten", [[-0.4, 1.414], [0.8, -1.414], [1.2, 0], [2.4, 0]]),
        ("y", "beta-scaled", [[-0.8, 1.414], [1.6, -1.414], [2.4, 0], [4.8, 0]]),
        ("y", "beta-forgotten", [[-2.8, 1.414], [-0.4, -1.414], [0.4, 0], [2.8, 0]]),
        ("running-mean", "momentum-reversed", [6.3, 1.8]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


def test_layer_norm_normalises_each_row():
    truth = run(kind="layer", x="0,4;6,0", eps="0")
    assert [step.name for step in truth.steps] == ["mean", "var", "normalised", "y"]
    assert close(truth.step("mean").value, [2, 3])
    assert close(truth.step("var").value, [4, 9])
    assert close(truth.step("normalised").value, [[-1, 1], [1, -1]])
    assert close(truth.step("y").value, [[-1, 1], [3, -1]])
    assert close(slips(truth, "mean")["wrong-axis"], [3, 2])


def test_in_inference_the_running_statistics_are_used_whatever_the_batch():
    truth = run(kind="inference", x="5,5", running_mean="1,3", running_var="4,16", eps="0")
    assert [step.name for step in truth.steps] == ["normalised", "y"]
    assert close(truth.step("normalised").value, [[2, 0.5]])
    assert close(truth.step("y").value, [[5, 0.5]])
    two = run(kind="inference", x="5,5;1,3", running_mean="1,3", running_var="4,16", eps="0")
    assert close(slips(two, "normalised")["batch-statistics"], [[1, 1], [-1, -1]])
    assert "batch-statistics" not in slips(truth, "normalised")


def test_a_fresh_layer_in_inference_changes_almost_nothing():
    assert close(run(kind="inference", x="5,5").step("normalised").value, [[5, 5]], digits=4)


def test_the_running_mean_goes_on_from_what_it_was():
    assert close(run(running_mean="10,-2", momentum="0.25").step("running-mean").value, [9.25, -1])


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"x": "1;3", "gamma": "2", "beta": "1"}, "mean", "wrong-axis"),
        ({"x": "2,2;2,2"}, "var", "n-minus-one"),
        ({"x": "-1,-2;1,2"}, "normalised", "not-centred"),
        ({"gamma": "1,1"}, "y", "gamma-forgotten"),
        ({"gamma": "2,1", "beta": "0,1"}, "y", "beta-scaled"),
        ({"beta": "0,0"}, "y", "beta-forgotten"),
        ({"momentum": "0.5"}, "running-mean", "momentum-reversed"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"gamma": "1"}, "--gamma 1: must have 2 numbers, as --x of 4×2 has features, it has 1"),
        ({"running_var": "1,2,3"}, "--running-var 1,2,3: must have 2 numbers, .* it has 3"),
        ({"x": "1,2"}, "--x 1,2: must have at least 2 samples for batch norm"),
        ({"x": "1;2", "kind": "layer", "gamma": "1", "beta": "0"}, "at least 2 features for layer norm"),
        ({"x": "0.1,1;0.1,2;0.1,3", "eps": "0"}, "--eps 0: must be above 0, as some variance is 0"),
        ({"kind": "inference", "running_var": "0,1", "eps": "0"}, "--eps 0: must be above 0"),
        ({"eps": "-1"}, "--eps -1: must be a number from 0 to 1"),
    ],
)
def test_what_cannot_be_normalised_is_refused(texts, message):
    with pytest.raises(StudyError, match=message) as refusal:
        run(**texts)
    assert refusal.value.exit_code == 2
    assert refusal.value.message.zh


def test_a_negative_variance_of_a_learner_ends_the_derivation():
    assert not follow_through(NORM, defaults(NORM), {"var": (-25.0, 2.0)}).has("normalised")
    assert close(
        follow_through(NORM, defaults(NORM), {"var": (4.0, 4.0)}).step("normalised").value[0], [-3.5, 1], digits=4
    )


@given(st.lists(st.tuples(*[st.integers(-50, 50)] * 3), min_size=2, max_size=8), st.sampled_from(["batch", "layer"]))
@settings(max_examples=60, deadline=None)
def test_normalised_numbers_have_mean_0_and_variance_a_little_below_1(rows, kind):
    inputs = {"x": tuple(tuple(map(float, row)) for row in rows), "kind": kind, "gamma": (2.0,) * 3, "beta": (1.0,) * 3}
    truth = work(NORM, defaults(NORM) | inputs)
    axis = 0 if kind == "batch" else 1
    var = np.var(rows, axis=axis)
    standard = truth.step("normalised").value
    assert np.allclose(standard.mean(axis=axis), 0, atol=1e-9)
    assert np.allclose(standard.var(axis=axis), var / (var + 1e-5))


def test_the_levels_differ_in_structure():
    kinds = set()
    for seed in range(40):
        first, second, third = (draw(NORM, Random(seed), level) for level in (1, 2, 3))
        assert np.shape(first.inputs["x"]) == (4, 1)
        assert np.sqrt(first.step("var").value)[0].is_integer()
        assert np.shape(second.inputs["x"]) == (4, 2) and second.inputs["kind"] == "batch"
        kinds.add(third.inputs["kind"])
    assert kinds == {"layer", "inference", "batch"}


def test_the_brackets_hold_what_shares_a_mean():
    (cells,) = NORM.picture(run())
    assert cells.marked == ((0, 0), (1, 0), (2, 0), (3, 0)) and cells.rows[-1] == ("7", "2") and cells.labels[-1] == "μ"
    (cells,) = NORM.picture(run(kind="layer"))
    assert cells.marked == ((1, 0), (1, 1)) and [row[-1] for row in cells.rows] == ["μ", "2", "3", "5", "8"]


def test_in_inference_the_kept_means_stand_below():
    (cells,) = NORM.picture(run(kind="inference", running_mean="1,2"))
    assert not cells.marked and cells.labels[-1] == "r" and cells.rows[-1] == ("1", "2")
    (cells,) = NORM.picture(run(kind="inference"))
    assert cells.rows[-1] == ("0", "0")


def test_level_three_draws_layer_norm_inference_and_a_running_mean_on_the_way():
    found = [draw(NORM, Random(seed), 3).inputs for seed in range(40)]
    assert {inputs["kind"] for inputs in found} == {"layer", "inference", "batch"}
    assert all(inputs["running_mean"] is not None for inputs in found if inputs["kind"] == "batch")
    assert len({inputs["momentum"] for inputs in found if inputs["kind"] == "batch"}) > 1
