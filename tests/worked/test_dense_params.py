"""Shapes and parameters of dense layers: what is counted, which mistakes are named, what is refused."""

from random import Random

import pytest

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work
from studynn.worked import load

DENSE = load("dense-params")


def run(**texts):
    return work(DENSE, read_inputs(DENSE, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {
        "flatten": 192,
        "W-shape1": (20, 192),
        "y-shape1": (20, 1),
        "params1": 3860,
        "W-shape2": (5, 20),
        "y-shape2": (5, 1),
        "params2": 105,
        "total": 3965,
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("flatten", {"channels-forgotten": 64, "sides-added": 16}),
        ("W-shape1", {"shape-swapped": (192, 20)}),
        ("y-shape1", {"y-like-w": (20, 192)}),
        ("params1", {"biases-forgotten": 3840, "bias-per-input": 4032, "units-added": 212}),
        ("total", {}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(
    ("sizes", "layers", "counts"),
    [
        ("1176", "10", {"params1": 11770}),
        ("784", "100", {"params1": 78500}),
        ("1000x1000", "1000000", {"params1": 1_000_001_000_000}),
        ("784", "10", {"params1": 7850, "W-shape1": (10, 784), "y-shape1": (10, 1)}),
        ("3", "4,2", {"total": 26}),
        ("100", "64,10", {"params1": 6464, "params2": 650, "total": 7114}),
        ("784", "32,784", {"total": 50992}),
        ("28x28x32", "128", {"params1": 3211392}),
        ("14x14x32", "128", {"params1": 802944}),
    ],
)
def test_layers_counted_elsewhere_come_out_the_same(sizes, layers, counts):
    truth = run(input=sizes, layers=layers)
    assert {name: truth.step(name).value for name in counts} == counts


def test_vectors_as_rows_turn_the_output_round_and_leave_the_weights():
    truth = run(input="784", layers="10", row=True)
    assert truth.step("y-shape1").value == (1, 10)
    assert truth.step("W-shape1").value == (10, 784)
    assert "PyTorch" in truth.notes[0].en


def test_without_biases_only_the_products_are_counted():
    truth = run(no_bias=True)
    assert truth.step("params1").value == 3840
    assert (truth.step("params1").formula, truth.step("params1").shown) == ("n₁·n₀", "20·192")
    assert slips(truth, "params1") == {"units-added": 212}


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"input": "8x8"}, "flatten", "channels-forgotten"),
        ({"input": "1x8x8"}, "flatten", "channels-forgotten"),
        ({"input": "64"}, "flatten", "sides-added"),
        ({"input": "5", "layers": "5"}, "W-shape1", "shape-swapped"),
        ({"input": "5", "layers": "5"}, "params1", "bias-per-input"),
        ({"input": "1"}, "y-shape1", "y-like-w"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_a_wrong_number_of_inputs_is_carried_on():
    truth = follow_through(DENSE, defaults(DENSE), {"flatten": 64})
    assert truth.step("W-shape1").value == (20, 64)
    assert truth.step("total").value == 20 * 64 + 20 + 105


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"input": "0"}, "--input 0: .* at least 1"),
        ({"input": "1x2x3x4"}, "--input 1x2x3x4: .* at most 3 a side"),
        ({"layers": "4,0"}, "--layers 4,0: .* at least 1"),
        ({"layers": ",".join("3" * 21)}, "at most 20 a side"),
        ({"layers": "2.5"}, "whole numbers"),
    ],
)
def test_what_cannot_be_a_layer_is_refused(texts, words):
    with pytest.raises(StudyError, match=words):
        run(**texts)


def test_the_picture_stacks_the_layers_with_their_shapes():
    (network,) = DENSE.picture(run())
    assert [layer.label.en for layer in network.layers] == ["layer 2: 5", "layer 1: 20", "192 inputs"]
    assert network.layers[0].units == ("○",) * 5 and network.layers[1].units == ("○", "○", "○", "…", "○")
    assert network.layers[1].link.en == "↑ W₁ 20×192, 3860 parameters"


def test_the_picture_of_many_layers_has_the_first_eight_and_says_so():
    (network,) = DENSE.picture(run(layers=",".join(["3"] * 20)))
    assert len(network.layers) == 9 and "8 of 20" in network.title.en


def test_level_three_draws_images_and_plain_inputs_with_and_without_biases():
    found = [draw(DENSE, Random(seed), 3).inputs for seed in range(40)]
    assert {(len(inputs["input"]), inputs["no_bias"]) for inputs in found} == {
        (1, True),
        (1, False),
        (3, True),
        (3, False),
    }
    assert not any(draw(DENSE, Random(seed), level).inputs["no_bias"] for seed in range(20) for level in (1, 2))
