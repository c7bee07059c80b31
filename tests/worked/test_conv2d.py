"""The convolutional layer: what it computes, which mistakes it names, what it tells and what it refuses."""

from random import Random

import numpy as np
import pytest

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work, wrong_values
from studynn.core.values import plain
from studynn.worked import load

CONV = load("conv2d")
FOUR = "1,2,0,1;3,1,1,0;0,2,4,1;1,0,1,2"
NINE = "1,2,3;4,5,6;7,8,9"
SOBEL_MIRRORED = "1,0,-1;2,0,-2;1,0,-1"


def run(**texts):
    return work(CONV, read_inputs(CONV, texts))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def values(truth):
    return {step.name: plain(step.value) for step in truth.steps}


def test_the_default_run_gives_the_known_values():
    assert values(run()) == {
        "out-size": [2, 2, 2],
        "cell-0-0-0": 4,
        "cell-0-0-1": 1,
        "cell-0-1-0": 9,
        "cell-0-1-1": 6,
        "y": [[[4, 1], [9, 6]], [[3, -1], [1, 2]]],
    }
    assert list(run().results) == list(values(run()))


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("out-size", {"no-plus-one": [2, 1, 1]}),
        ("cell-0-0-0", {"flipped": 7, "bias-forgotten": 3, "bias-per-channel": 5, "first-channel-only": 1}),
        (
            "y",
            {
                "flipped": [[[7, 0], [9, 8]], [[-3, 1], [7, -2]]],
                "bias-forgotten": [[[3, 0], [8, 5]], [[4, 0], [2, 3]]],
                "bias-per-channel": [[[5, 2], [10, 7]], [[2, -2], [0, 1]]],
                "first-channel-only": [[[1, 0], [8, 2]], [[3, -2], [0, 2]]],
            },
        ),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


def test_one_channel_and_one_kernel_are_matrices_as_they_were_typed():
    truth = run(x=FOUR, k="1,0;0,-1")
    assert plain(truth.step("y").value) == [[0, 1, 0], [1, -3, 0], [0, 1, 2]]
    assert plain(truth.step("out-size").value) == [1, 3, 3]


def test_the_products_of_all_channels_are_summed_and_the_bias_added_once():
    truth = run(x="1,0;2,1 | 0,1;1,0 | 2,2;0,1", k="1,0;0,1 | 1,1;0,-1 | 0,1;1,0", bias="1")
    assert truth.step("cell-0-0-0").value == 6
    assert slips(truth, "cell-0-0-0")["bias-per-channel"] == 8


@pytest.mark.parametrize(("flip", "expected"), [(False, -8), (True, 8)])
def test_true_convolution_turns_the_kernel_and_the_layer_does_not(flip, expected):
    truth = run(x=NINE, k=SOBEL_MIRRORED, flip=flip)
    assert plain(truth.step("y").value) == [[expected]]
    assert f"y = [[{'8' if not flip else '−8'}]]" in truth.notes[0].en


@pytest.mark.parametrize(("patch", "expected"), [("0,0,255;0,0,255;0,0,255", 1020), ("80,80,80;80,80,80;80,80,80", 0)])
def test_sobel_answers_to_an_edge_and_not_to_a_plain_patch(patch, expected):
    assert plain(run(x=patch, preset="sobel-x").step("y").value) == [[expected]]


@pytest.mark.parametrize(
    ("preset", "centre"),
    [("sobel-x", 8), ("sobel-y", 24), ("laplace", 0), ("mean", 5), ("sharpen", 5), ("identity", 5)],
)
def test_every_preset_does_what_its_name_says_on_a_ramp(preset, centre):
    assert run(x=NINE, preset=preset).step("cell-0-0-0").value == pytest.approx(centre)


def test_a_preset_is_laid_on_every_channel_and_has_no_bias():
    truth = run(preset="identity")
    assert plain(truth.step("y").value) == [[1]]
    assert any("none is added" in note.en for note in truth.notes)


def test_sums_that_cancel_are_exactly_zero():
    assert run(x="0.1,0.2,0.3", k="1,1,-1").step("cell-0-0-0").value == 0
    assert plain(run(x="0.1,0.2,0.3", k="1,1,-1").step("y").value) == [[0]]


def test_zeros_are_laid_around_the_input_before_the_window_moves():
    truth = run(x="1,2;3,4", k="1,2;3,5", padding="1", stride="2")
    assert plain(truth.step("y").value) == [[5, 6], [6, 4]]
    assert truth.step("cell-0-0-0").shown == "Σ([0, 0; 0, 1] ⊙ [1, 2; 3, 5])"


def test_only_the_first_four_cells_are_steps_of_their_own():
    truth = run(x=FOUR, k="1,0;0,-1")
    cells = [step.name for step in truth.steps if step.name.startswith("cell")]
    assert cells == ["cell-0-0-0", "cell-0-0-1", "cell-0-0-2", "cell-0-1-0"]
    assert "other 5 cells" in truth.step("y").title.en


@pytest.mark.parametrize(
    ("texts", "missing"),
    [
        ({"bias": "0,0"}, {"bias-forgotten", "bias-per-channel"}),
        ({"x": FOUR, "k": "1,0;0,-1", "bias": "2"}, {"bias-per-channel", "first-channel-only"}),
        ({"x": FOUR, "k": "1,2;2,1", "bias": "2"}, {"flipped", "bias-per-channel", "first-channel-only"}),
        ({"flip": True}, {"flipped"}),
        ({"k": "1,0;-1,2 | 0,0;0,0", "bias": "2"}, {"first-channel-only"}),
    ],
)
def test_a_mistake_that_changes_nothing_is_not_offered(texts, missing):
    offered = {tag for step in run(**texts).steps for tag in slips(run(**texts), step.name)}
    every = {"flipped", "bias-forgotten", "bias-per-channel", "first-channel-only"}
    assert every - offered == missing


def test_a_bias_of_zero_at_one_kernel_leaves_that_kernels_cells_without_the_mistake():
    truth = run(bias="0,2")
    assert "bias-forgotten" not in slips(truth, "cell-0-0-0")
    assert slips(truth, "y")["bias-forgotten"] == [[[3, 0], [8, 5]], [[4, 0], [2, 3]]]


def test_forgetting_to_turn_the_kernel_goes_through_to_the_cells_and_the_maps():
    truth = run(x=NINE, k=SOBEL_MIRRORED, bias="1", flip=True)
    assert plain(truth.step("kernel-used").value) == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert [slip.tag for slip in diagnose(truth, "cell-0-0-0", -7)] == ["not-flipped"]
    assert {slip.tag: plain(value) for slip, value in wrong_values(truth, "y")}["not-flipped"] == [[-7]]


def test_a_symmetric_kernel_has_no_turning_mistake_and_a_note_says_that_turning_changes_nothing():
    truth = run(x=FOUR, k="1,2;2,1", flip=True)
    assert slips(truth, "kernel-used") == {}
    assert "half turn" in truth.notes[0].en


def test_a_wrong_size_leaves_out_the_last_row_and_column():
    found = {slip.tag: plain(value) for slip, value in wrong_values(run(), "y")}
    assert found["no-plus-one"] == [[[4]], [[3]]]


@pytest.mark.parametrize("size", [(9, 9, 9), (0, 0, 0), (-1, 2, 10**30)])
def test_a_size_that_cannot_be_is_followed_as_far_as_there_are_windows(size):
    truth = follow_through(CONV, defaults(CONV), {"out-size": size})
    assert np.all(np.array(plain(truth.step("y").value)).ravel()[:1] == 4)


def test_a_learners_cell_is_carried_into_the_map():
    truth = follow_through(CONV, defaults(CONV), {"cell-0-0-1": 50})
    assert plain(truth.step("y").value) == [[[4, 50], [9, 6]], [[3, -1], [1, 2]]]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"x": "1,2;3,4"}, "--k .*: each kernel must be 1×2×2 to fit --x of 1 channels, it is 2×2×2"),
        ({"k": "1,2;3,4"}, "--k 1, 2; 3, 4: each kernel must be 2×2×2 to fit --x of 2 channels, it is 1×2×2"),
        ({"x": "1,2;3,4", "k": NINE}, "--k .*: must fit into the padded --x of 2×2, it is 3×3"),
        ({"x": "1,2;3,4", "preset": "mean"}, "--preset mean: must fit into the padded --x of 2×2, it is 3×3"),
        ({"bias": "1,2,3"}, "--bias 1, 2, 3: must be as many numbers as there are kernels: 2, not 3"),
        ({"preset": "mean", "bias": "1,2"}, "--bias 1, 2: must be as many numbers as there are kernels: 1, not 2"),
        (
            {"padding": "64", "x": "1", "k": "1,1;1,1 || 1,1;1,1", "bias": "0,0"},
            "--x 1×1×1: must take at most 100000 products in all, this takes 131072",
        ),
        ({"stride": "0"}, "--stride 0: must be a whole number from 1 to 64"),
        ({"k": "1,2;3"}, "--k .*: rows must be equally long, these have 2, 1"),
        ({"preset": "blur"}, "--preset blur: must be one of none, sobel-x"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, words):
    with pytest.raises(StudyError, match=words) as refused:
        run(**texts)
    assert "\n" not in refused.value.message.en
    assert refused.value.message.zh


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"x": FOUR, "k": "1,0;0,-1", "padding": "1"}, "some books count both sides"),
        ({"x": FOUR, "k": "1,0;0,-1", "stride": "3", "padding": "1"}, "1 1/3 steps of the window are rounded down"),
        ({}, "Keras puts the maps last"),
    ],
)
def test_the_other_conventions_are_told_where_they_matter(texts, words):
    assert any(words in note.en for note in run(**texts).notes)
    assert not any(words in note.en for note in run(x=FOUR, k="1,0;0,-1").notes)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_drawn_layers_have_biases_and_kernels_that_turning_changes(level):
    for seed in range(100):
        inputs = draw(CONV, Random(f"{seed}/{level}"), level).inputs
        kernels = np.array(inputs["k"])
        assert all(inputs["bias"])
        assert kernels.shape[-1] == 1 or not np.array_equal(kernels, kernels[..., ::-1, ::-1])


def test_the_levels_differ_in_structure():
    found = {level: [draw(CONV, Random(seed), level).inputs for seed in range(60)] for level in (1, 2, 3)}
    assert all(inputs["stride"] == 1 and np.shape(inputs["k"]) == (2, 2) for inputs in found[1])
    assert all(
        inputs["stride"] == 2 or inputs["padding"] == 1 or inputs["preset"].startswith("sobel") for inputs in found[2]
    )
    assert all(np.ndim(inputs["k"]) > 2 or inputs["flip"] for inputs in found[3])
    assert any(np.shape(inputs["k"])[-1] == 1 for inputs in found[3])


def test_the_framed_cells_are_the_window_of_the_last_cell_worked_out():
    truth = run(x="1,2,3;4,5,6;7,8,9", k="1,2;3,4", padding="1", stride="2")
    cells, _ = CONV.picture(truth)
    last = [step for step in truth.steps if step.name.startswith("cell-")][-1]
    assert last.name == "cell-0-1-1" and cells.title.en.endswith("row 1, column 1")
    framed = [float(cells.rows[row][column]) for row, column in cells.marked]
    assert framed == [5, 6, 8, 9] and last.value == 5 + 12 + 24 + 36
    assert [row[-2:] for row in cells.rows] == [("", ""), ("", ""), ("1", "2"), ("3", "4"), ("", "")]


def test_each_channel_has_its_own_slice_of_the_kernel_turned_where_it_is_turned():
    first, second, *maps = CONV.picture(run(flip=True))
    assert [row[-2:] for row in first.rows][1:] == [("2", "−1"), ("0", "1")] and len(maps) == 2
    assert second.title.en.startswith("Channel 1")
