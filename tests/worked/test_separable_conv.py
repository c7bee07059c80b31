"""The cost of a depthwise-separable convolution: what is counted, which mistakes are named, what is refused."""

from fractions import Fraction

import numpy as np
import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import follow_through, work
from studynn.nn.convolution import conv2d
from studynn.worked import load

SEPARABLE = load("separable-conv")


def run(**texts):
    return work(SEPARABLE, read_inputs(SEPARABLE, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {
        "standard": 4608,
        "depthwise": 144,
        "pointwise": 512,
        "separable": 656,
        "standard-macs": 294912,
        "separable-macs": 41984,
        "ratio": Fraction(41, 288),
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("standard", {"channels-forgotten": 288, "side-for-area": 1536}),
        ("depthwise", {"reads-all-channels": 2304, "kernel-per-output": 288}),
        ("pointwise", {"not-one-by-one": 4608, "one-weight-each": 32}),
        ("separable", {"depthwise-only": 144}),
        ("places", {}),
        ("standard-macs", {"places-forgotten": 4608}),
        ("separable-macs", {"places-forgotten": 656, "parts-multiplied": 4718592}),
        (
            "ratio",
            {
                "upside-down": Fraction(288, 41),
                "side-for-area": Fraction(35, 96),
                "pointwise-forgotten": Fraction(1, 9),
            },
        ),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


def test_a_layer_of_mobilenet():
    truth = run(in_="32x112x112", filters="64")
    known = {"standard": 18432, "separable": 2336, "standard-macs": 231211008, "separable-macs": 29302784}
    assert {name: truth.step(name).value for name in known} == known


def test_biases_are_one_for_each_map_that_is_made():
    truth = run(bias=True)
    known = {"standard": 4640, "depthwise": 160, "pointwise": 544, "separable": 704}
    assert {name: truth.step(name).value for name in known} == known
    assert slips(truth, "standard")["biases-forgotten"] == 4608


def test_a_stride_leaves_fewer_positions_and_the_same_ratio():
    truth = run(stride="2", padding="0")
    assert truth.step("places").value == 9 and slips(truth, "places") == {"size-kept": 64}
    assert truth.step("ratio").value == run().step("ratio").value


def test_the_two_parts_have_the_weights_and_the_shape_that_the_engine_needs():
    x = np.ones((1, 16, 8, 8))
    depthwise, pointwise = np.ones((16, 1, 3, 3)), np.ones((32, 16, 1, 1))
    y = conv2d(conv2d(x, depthwise, padding=1, groups=16), pointwise)
    assert y.shape == (1, 32, 8, 8)
    assert depthwise.size + pointwise.size == run().step("separable").value


def test_the_total_follows_from_the_learners_own_parts():
    assert follow_through(SEPARABLE, run().inputs, {"depthwise": 288}).step("separable").value == 800


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"kernel": "11"}, "--kernel 11: must fit into the padded input of 10×10"),
        ({"in_": "16"}, "--in 16: must be channels x height x width, as in 3x32x32, these are 1 numbers"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message


def test_the_picture_leads_from_c_to_f_channels_in_one_step_and_in_two():
    truth = run()
    flow, weights, work_ = SEPARABLE.picture(truth)
    assert [lane.stations for lane in flow.lanes] == [("C = 16", "F = 32"), ("C = 16", "C = 16", "F = 32")]
    assert flow.lanes[1].arrows == ("16 × 3×3", "32 × 1×1×16")
    assert weights.values == tuple(truth.step(name).value for name in ("standard", "depthwise", "pointwise"))
    assert work_.values == tuple(truth.step(name).value for name in ("standard-macs", "separable-macs"))
