"""Two linear layers as one: known values, the mistakes it names, the ReLU that breaks it, and what it refuses."""

from random import Random

import numpy as np
import pytest

from studynn.core.draw import draw
from studynn.core.errors import InputError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.values import plain
from studynn.worked import load

COLLAPSE = load("linear-collapse")


def run(**texts):
    return work(COLLAPSE, read_inputs(COLLAPSE, texts))


def values(truth):
    return {name: plain(value) for name, value in truth.results.items()}


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert values(run()) == {"h": [-1, 1], "y": [2, 1], "W": [[4, -2], [-2, 0]], "b": [4, 3], "y-relu": [4, 1]}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("h", {"transposed-w1": [8, -2]}),
        ("y", {"bias-forgotten": [-1, -1]}),
        ("W", {"wrong-order": [[2, 2], [4, 2]], "added": [[3, 0], [2, -1]]}),
        ("b", {"biases-added": [4, 1], "inner-bias-lost": [3, 2]}),
        ("y-relu", {"relu-ignored": [2, 1]}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"w1": "2", "b1": "1", "w2": "3", "b2": "-4", "x": "5"}, {"W": [[6]], "b": [-1], "y": [29]}),
        (
            {"w1": "1,2;0,1", "b1": "0,0", "w2": "2,0;1,1", "b2": "0,0", "x": "1,-1"},
            {"W": [[2, 4], [1, 3]], "y": [-2, -2]},
        ),
        ({"w1": "1,2;0,1", "b1": "0,0", "w2": "3,1", "b2": "0", "x": "1,1"}, {"W": [[3, 7]], "y": [10]}),
    ],
)
def test_other_known_layers(texts, expected):
    found = values(run(**texts))
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("texts", "step", "tags"),
    [
        ({"w1": "1,2;2,0"}, "h", set()),
        ({"b2": "0,0"}, "y", set()),
        ({"b1": "0,0"}, "b", set()),
        ({"w1": "2,0;0,2"}, "W", {"added"}),
        ({"w2": "1,1", "b2": "0"}, "W", set()),
        ({"w2": "1,1", "b2": "0", "b1": "2,1"}, "b", {"inner-bias-lost"}),
        ({"x": "3,1"}, "y-relu", set()),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tags):
    assert set(slips(run(**texts), step)) == tags


def test_the_one_layer_gives_the_output_of_the_two_for_any_input():
    rng = np.random.default_rng(0)
    for seed in range(30):
        truth = draw(COLLAPSE, Random(seed), seed % 3 + 1)
        for _ in range(2):
            x = tuple(rng.integers(-9, 9, size=len(truth.inputs["x"])).tolist())
            other = work(COLLAPSE, truth.inputs | {"x": x})
            merged = truth.step("W").value @ np.array(x) + truth.step("b").value
            np.testing.assert_allclose(other.step("y").value, merged, atol=1e-12)


def test_a_transposed_matrix_is_named_at_the_output_and_the_learners_own_h_is_carried_on():
    assert [slip.tag for slip in diagnose(run(), "y", (17, 4))] == ["transposed-w1"]
    truth = follow_through(COLLAPSE, defaults(COLLAPSE), {"h": (8, -2)})
    assert plain(truth.step("y").value) == [17, 4]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"x": "1,2,3"}, "--w1 1,-1;2,0: must be 2×3 to fit --x of length 3, it is 2×2"),
        ({"w2": "1,2,3"}, "--w2 1,2,3: must be 1×2 to fit --w1 of 2×2, it is 1×3"),
        ({"b2": "1"}, "--b2 1: must have length 2 to fit --w2 of 2×2, it has length 1"),
        ({"x": ",".join("1" * 17)}, "at most 16 a side"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, message):
    with pytest.raises(InputError) as refusal:
        run(**texts)
    assert message in refusal.value.message.en


@pytest.mark.parametrize("level", [1, 2, 3])
def test_in_every_draw_relu_changes_something_and_no_answer_is_frequent(level):
    found = [draw(COLLAPSE, Random(f"{seed}/{level}"), level) for seed in range(200)]
    for step in COLLAPSE.results:
        answers = [plain(truth.step(step).value) for truth in found]
        assert max(map(answers.count, answers)) <= 200 / 3, step
    assert all(plain(truth.step("y").value) != plain(truth.step("y-relu").value) for truth in found)
