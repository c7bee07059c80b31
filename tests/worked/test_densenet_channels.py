"""Channels in a dense block: how they grow, which mistakes are named, what is refused."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work
from studynn.worked import load

DENSENET = load("densenet-channels")


def run(**texts):
    return work(DENSENET, read_inputs(DENSENET, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {
        "in1": 16,
        "in2": 28,
        "in3": 40,
        "in4": 52,
        "out": 64,
        "connections": 10,
        "maps": 32,
        "size-out": 14,
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("in1", {"counted-from-zero": 28}),
        ("in2", {"counted-from-zero": 40, "previous-layer-only": 12}),
        ("out", {"input-dropped": 48, "added-like-resnet": 16, "one-layer-short": 52}),
        ("connections", {"input-not-counted": 6, "squared": 16}),
        ("maps", {"no-compression": 64}),
        ("size-out", {"size-kept": 28}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        ({"layers": "5"}, {"connections": 15}),
        ({"k0": "64", "growth": "32", "layers": "6"}, {"in4": 160, "out": 256, "maps": 128}),
        ({"k0": "64", "growth": "32", "layers": "6", "theta": "1", "size": "56"}, {"maps": 256, "size-out": 28}),
    ],
)
def test_blocks_counted_elsewhere_come_out_the_same(texts, values):
    truth = run(**texts)
    assert {name: truth.step(name).value for name in values} == values


@pytest.mark.parametrize(("theta", "maps"), [("0.3", 19), ("0.7", 44), ("0.99", 63)])
def test_a_fraction_of_a_channel_is_dropped(theta, maps):
    assert run(theta=theta).step("maps").value == maps


def test_a_share_that_comes_out_even_loses_nothing_to_rounding():
    assert run(k0="10", growth="30", layers="3", theta="0.29").step("maps").value == 29


def test_an_odd_side_is_halved_downwards():
    assert run(size="7").step("size-out").value == 3


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"theta": "1"}, "maps", "no-compression"),
        ({"layers": "1"}, "out", "one-layer-short"),
        ({"layers": "1"}, "connections", "squared"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_a_wrong_number_of_channels_is_carried_on():
    assert follow_through(DENSENET, defaults(DENSENET), {"out": 48}).step("maps").value == 24


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"theta": "0"}, "--theta 0: must be a number from 0.01 to 1"),
        ({"theta": "1.5"}, "--theta 1.5: .* to 1"),
        ({"layers": "101"}, "--layers 101: .* from 1 to 100"),
        ({"k0": "0"}, "--k0 0: .* from 1"),
    ],
)
def test_what_cannot_be_a_block_is_refused(texts, words):
    with pytest.raises(StudyError, match=words):
        run(**texts)


@given(st.integers(1, 60), st.integers(1, 40), st.integers(1, 100))
def test_each_layer_adds_its_growth_and_reads_all_before_it(k0, growth, layers):
    results = work(DENSENET, defaults(DENSENET) | {"k0": k0, "growth": growth, "layers": layers}).results
    entering = [results[f"in{number}"] for number in range(1, layers + 1)]
    assert entering[0] == k0
    assert {b - a for a, b in pairwise([*entering, results["out"]])} == {growth}
    assert results["connections"] == sum((channels - k0) // growth + 1 for channels in entering)


def test_each_row_of_the_picture_adds_up_to_the_channels_that_enter_the_layer():
    truth = run()
    (cells,) = DENSENET.picture(truth)
    sums = [sum(int(entry) for entry in row[:-1] if entry != "·") for row in cells.rows[1:]]
    assert sums == [int(row[-1]) for row in cells.rows[1:]]
    assert sums == [*(truth.step(f"in{number}").value for number in range(1, 5)), truth.step("out").value]
    links = sum(entry != "·" for row in cells.rows[1:-1] for entry in row[:-1])
    assert links == truth.step("connections").value


def test_of_a_long_block_the_first_layers_are_drawn():
    (cells,) = DENSENET.picture(run(layers="40"))
    assert cells.title.en.endswith("the first 18 of 40 layers") and cells.labels[-1] == "18"
