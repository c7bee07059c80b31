"""A residual block on numbers: what it computes, which mistakes are named, what is refused."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work, wrong_values
from studynn.core.values import plain
from studynn.nn.differences import central_differences
from studynn.worked import load

BLOCK = load("residual-block")


def run(**texts):
    return work(BLOCK, read_inputs(BLOCK, texts))


def value(truth, name):
    return plain(truth.step(name).value)


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


@pytest.mark.parametrize(
    ("step", "expected"), {"F": [-0.5, 0.5], "sum": [1.5, -0.5], "y": [1.5, 0], "grad-x": [1.5, 1.5]}.items()
)
def test_the_default_run_gives_the_known_values(step, expected):
    assert plain(run().results[step]) == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("h", {}),
        ("F", {"relu-inside-F": [0, 0.5]}),
        ("sum", {"skip-forgotten": [-0.5, 0.5], "skip-multiplied": [-1, -0.5]}),
        ("y", {"relu-before-add": [2, -0.5], "last-relu-forgotten": [1.5, -0.5]}),
        ("grad-x", {"gradient-of-path-only": [0.5, 1.5], "x-added": [2.5, 0.5], "skip-only": [1, 0]}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


def test_a_residual_may_be_given_itself():
    truth = run(x="1,-2,3", f="0.5,0.5,-4")
    assert [step.name for step in truth.steps] == ["sum", "y"]
    assert value(truth, "sum") == [1.5, -1.5, -1]
    assert value(truth, "y") == [1.5, 0, 0]


def test_without_the_last_relu_the_sum_is_passed_on_and_so_is_the_gradient():
    truth = run(pre_activation=True, upstream="1,-2")
    assert value(truth, "y") == value(truth, "sum") == [1.5, -0.5]
    assert value(truth, "grad-sum") == [1, -2]
    assert truth.step("y").slips == ()
    assert "Pre-activation" in truth.notes[0].en


def test_a_projection_carries_the_shortcut_there_and_the_gradient_back():
    truth = run(w2="0.5,-1;1,-0.5;0,1", ws="1,0;0,1;1,1", upstream="1,2,1")
    assert value(truth, "shortcut") == [2, -1, 1]
    assert value(truth, "sum") == [1.5, -0.5, 2]
    assert value(truth, "grad-sum") == [1, 0, 1]
    assert truth.step("grad-x").formula == "∂L/∂x = p + Wₛᵀδ"
    assert value(truth, "grad-x") == [0.5 + 2, 0.5 + 1]


def test_a_closed_inner_unit_passes_no_gradient_and_forgetting_its_relu_is_named():
    truth = run(w1="1,1;0,1")
    assert slips(truth, "h") == {"inner-relu-forgotten": [1, -1]}
    assert value(truth, "grad-path") == [0.5, 0.5]


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"w2": "1,0;0,1"}, "F", "relu-inside-F"),
        ({"w2": "1,0;0,1"}, "y", "relu-before-add"),
        ({"x": "2,1"}, "y", "last-relu-forgotten"),
        ({"upstream": "0,1"}, "grad-x", "gradient-of-path-only"),
        ({"upstream": "0,1"}, "grad-x", "skip-only"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_a_relu_inside_the_residual_is_carried_on_to_the_output():
    assert [slip.tag for slip in diagnose(run(), "y", [2, 0])] == ["relu-inside-F"]
    found = [plain(wrong) for slip, wrong in wrong_values(run(), "y") if slip.tag == "skip-forgotten"]
    assert found == [[0, 0.5]]


def test_a_wrong_sum_is_carried_on_to_output_and_gradient():
    truth = follow_through(BLOCK, defaults(BLOCK), {"sum": [1.5, 0.5]})
    assert value(truth, "y") == [1.5, 0.5]
    assert value(truth, "grad-x") == [1.5 + 1, 1.5 + 1.5 + 1]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"x": "1,2,3"}, "--w1 1, 1; 0, −1: must be 2×3 to fit --x of 3 numbers, it is 2×2"),
        ({"w1": "1,1;0,1;2,2"}, "--w2 .*: must be 2×3 to fit --w1 of 3×2, it is 2×2"),
        ({"w2": "1,1;0,1;2,2"}, "--w2 .*: gives 3 numbers and the shortcut 2: .* --ws"),
        ({"f": "1,2,3"}, "--f 1, 2, 3: gives 3 numbers and the shortcut 2: .* --ws"),
        ({"ws": "1,1"}, "--ws 1, 1: must be 2×2 to fit --w2 of 2×2, it is 1×2"),
        ({"f": "1,2,3", "ws": "1,0;0,1"}, "--ws .*: must be 3×2 to fit --f of 3 numbers, it is 2×2"),
        ({"upstream": "1"}, "--upstream 1: must be 2 numbers to fit --w2 of 2×2, these are 1"),
        ({"x": "1,2,3,4,5,6,7,8,9"}, "--x .* at most 8"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, words):
    with pytest.raises(StudyError, match=words) as refused:
        run(**texts)
    assert "\n" not in refused.value.message.en
    assert refused.value.message.zh != refused.value.message.en


numbers = st.floats(-2, 2).filter(lambda number: abs(number) > 0.05)


@given(st.tuples(numbers, numbers), st.tuples(*[numbers] * 8), st.booleans(), st.tuples(numbers, numbers))
def test_the_gradient_is_the_slope_of_the_output(x, weights, pre_activation, upstream):
    w1, w2 = (weights[0:2], weights[2:4]), (weights[4:6], weights[6:8])
    inputs = {"x": x, "w1": w1, "w2": w2, "upstream": upstream, "pre_activation": pre_activation}
    truth = work(BLOCK, defaults(BLOCK) | inputs)
    if min(np.min(np.abs(truth.step(name).value)) for name in ("z", "sum")) < 0.02:
        return  # too near a corner of the ReLU to take a slope across

    moved = np.array(x)

    def loss():
        return float(np.dot(upstream, work(BLOCK, truth.inputs | {"x": tuple(moved)}).step("y").value))

    np.testing.assert_allclose(truth.step("grad-x").value, central_differences(loss, moved), atol=1e-9)


def test_the_two_ways_end_above_their_sum_and_so_do_the_two_gradients():
    forward, backward = BLOCK.picture(run())
    assert [lane.stations[-1] for lane in forward.lanes] == ["[−0.5, 0.5]", "[2, −1]", "[1.5, −0.5]", "[1.5, 0]"]
    assert [lane.stations[0] for lane in backward.lanes] == ["[0.5, 1.5]", "[1, 0]", "[1.5, 1.5]"]
    assert [lane.back for lane in backward.lanes] == [True, True, False]


def test_a_given_residual_has_no_backward_picture_and_a_projection_stands_on_the_shortcut():
    (forward,) = BLOCK.picture(run(x="1,2", f="1,2,3", ws="1,0;0,1;1,1"))
    assert forward.lanes[1].arrows == ("Wₛ",) and forward.lanes[1].stations == ("[1, 2]", "[1, 2, 3]")


def test_level_three_draws_projections_and_blocks_without_the_last_relu():
    found = [draw(BLOCK, Random(seed), 3).inputs for seed in range(40)]
    assert {(inputs["ws"] is None, inputs["pre_activation"]) for inputs in found} == {(True, True), (False, False)}
