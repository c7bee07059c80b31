"""The cost of a convolutional layer: what is counted, which mistakes are named, what is refused."""

from random import Random

import pytest

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work, wrong_values
from studynn.worked import load

COST = load("conv-cost")


def run(**texts):
    return work(COST, read_inputs(COST, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {
        "out": (8, 14, 14),
        "weights-per-filter": 27,
        "params": 224,
        "outputs": 1568,
        "macs": 42336,
        "columns": (27, 196),
        "local": 42336,
        "dense": 1205792,
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("out", {"size-kept": (8, 16, 16), "depth-of-input": (3, 14, 14)}),
        ("weights-per-filter", {"channels-forgotten": 9}),
        ("params", {"biases-forgotten": 216, "bias-per-channel": 240, "times-positions": 43904}),
        ("macs", {"input-positions": 55296, "one-filter": 5292}),
        ("columns", {"one-channel-columns": (9, 196)}),
        ("dense", {"dense-one-channel": 256 * 1568 + 1568, "biases-forgotten": 768 * 1568}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        ({"in_": "3x32x32", "kernel": "5", "filters": "6", "no_bias": True}, {"params": 450, "macs": 352800}),
        ({"in_": "3x60x60", "kernel": "5", "filters": "6", "no_bias": True}, {"params": 450, "macs": 1411200}),
        (
            {"in_": "28x28", "kernel": "3", "filters": "1", "no_bias": True},
            {"outputs": 676, "dense": 529984, "macs": 6084, "params": 9},
        ),
        (
            {"in_": "28x28", "kernel": "5", "filters": "1", "no_bias": True, "units": "100"},
            {"dense": 78400, "local": 2500, "weights-per-filter": 25},
        ),
        ({"in_": "3x32x32", "kernel": "5", "filters": "6"}, {"params": 456, "out": (6, 28, 28)}),
        (
            {"in_": "3x5x5", "kernel": "3", "filters": "2", "padding": "1", "stride": "2"},
            {"out": (2, 3, 3), "params": 56},
        ),
        ({"in_": "3x32x32", "kernel": "3", "filters": "16", "padding": "1"}, {"params": 448, "dense": 50348032}),
        ({"in_": "4x6x6", "kernel": "3", "padding": "1"}, {"columns": (36, 36)}),
        ({"in_": "6x14x14", "kernel": "5", "filters": "16"}, {"params": 2416}),
    ],
)
def test_layers_counted_elsewhere_come_out_the_same(texts, values):
    truth = run(**texts)
    assert {name: truth.step(name).value for name in values} == values


def test_the_parameters_do_not_depend_on_the_image_but_the_work_does():
    small, large = run(in_="3x16x16"), run(in_="3x32x32")
    assert small.step("params").value == large.step("params").value
    assert small.step("macs").value < large.step("macs").value


def test_height_and_width_are_told_apart():
    assert run(in_="3x16x20").step("out").value == (8, 14, 18)


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"padding": "1"}, "out", "size-kept"),
        ({"padding": "1"}, "macs", "input-positions"),
        ({"filters": "3"}, "out", "depth-of-input"),
        ({"in_": "16x16"}, "weights-per-filter", "channels-forgotten"),
        ({"in_": "16x16"}, "params", "bias-per-channel"),
        ({"in_": "16x16"}, "columns", "one-channel-columns"),
        ({"in_": "16x16"}, "dense", "dense-one-channel"),
        ({"kernel": "16"}, "params", "times-positions"),
        ({"no_bias": True}, "params", "biases-forgotten"),
        ({"no_bias": True}, "dense", "biases-forgotten"),
        ({"filters": "1"}, "macs", "one-filter"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_a_wrong_size_and_forgotten_channels_are_carried_on():
    found = {slip.tag: value for slip, value in wrong_values(run(), "macs")}
    assert found["size-kept"] == 8 * 16 * 16 * 27
    assert found["channels-forgotten"] == 1568 * 9
    assert follow_through(COST, defaults(COST), {"weights-per-filter": 9}).step("params").value == 80


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"kernel": "17"}, "--kernel 17: must fit into the padded input of 16×16"),
        ({"kernel": "9", "in_": "1x20x6", "padding": "1"}, "--kernel 9: must fit into the padded input of 22×8"),
        ({"in_": "16"}, "--in 16: must be channels x height x width, .* 1 numbers"),
        ({"in_": "3x0x4"}, "--in 3x0x4: .* from 1 to 10000"),
        ({"stride": "0"}, "--stride 0: "),
        ({"units": "0"}, "--units 0: "),
    ],
)
def test_what_does_not_fit_is_refused(texts, words):
    with pytest.raises(StudyError, match=words):
        run(**texts)


def test_the_picture_has_one_window_of_the_kernel_and_the_pixel_that_it_makes():
    cells, bars = COST.picture(run(in_="3x9x7", kernel="3", stride="2", padding="1"))
    assert cells.rows[0] == ("x 9×7", "y 5×4")
    windows = [row[0] for row in cells.rows[1:]]
    assert windows[:6] == ["░░░░░░░░░", "░·······░", *["░·███···░"] * 3, "░·······░"] and len(windows) == 11
    assert [row[1] for row in cells.rows[1:4]] == ["····", "·█··", "····"]
    assert bars.values == (3 * 9 * 8 + 8, 8 * 20 * 27, (3 * 63 + 1) * 160)


def test_of_a_large_image_the_corner_is_drawn_and_of_a_window_too_large_nothing():
    cells, _ = COST.picture(run(in_="3x224x224"))
    assert len(cells.rows) == 21 and cells.rows[-1] == ("…", "…")
    assert len(COST.picture(run(in_="3x224x224", kernel="40"))) == 1


def test_level_three_draws_layers_without_biases_and_other_numbers_of_units():
    found = [draw(COST, Random(seed), 3).inputs for seed in range(60)]
    assert len({(inputs["no_bias"], inputs["units"] is None) for inputs in found}) == 4
