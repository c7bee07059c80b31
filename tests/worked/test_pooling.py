"""Pooling by hand: what it computes, which mistakes it names, what it tells and what it refuses."""

from collections import Counter
from random import Random

import numpy as np
import pytest

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work, wrong_values
from studynn.core.values import plain
from studynn.worked import load

POOLING = load("pooling")
FOUR = "1,3,2,4;5,6,1,2;7,2,9,0;1,8,3,4"
FIVE = "1,2,3,4,5;6,7,8,9,10;11,12,13,14,15;16,17,18,19,20;21,22,23,24,25"
BELOW = "-4,-1,-3;-2,-7,-5;-6,-8,-9"


def run(**texts):
    return work(POOLING, read_inputs(POOLING, texts))


def value(truth, name):
    return plain(truth.step(name).value)


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert {name: plain(found) for name, found in run().results.items()} == {
        "out-size": [2, 2],
        "max": [[7, 5], [6, 9]],
        "average": [[3, 2.75], [2.75, 5]],
        "argmax": [[5, 6], [12, 15]],
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("out-size", {"stride-one": [3, 3]}),
        ("max", {"average-for-max": [[3, 2.75], [2.75, 5]], "minimum": [[0, 1], [1, 0]]}),
        ("average", {"sum-for-mean": [[12, 11], [11, 20]], "divided-by-window-side": [[6, 5.5], [5.5, 10]]}),
        ("argmax", {"column-by-column": [[5, 9], [3, 15]]}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(
    ("x", "largest", "mean"),
    [
        (FOUR, [[6, 4], [8, 9]], [[3.75, 2.25], [4.5, 4]]),
        ("1,2,0,1;3,1,1,0;0,2,4,1;1,0,1,2", [[3, 1], [2, 4]], [[1.75, 0.5], [0.75, 2]]),
    ],
)
def test_well_known_maps_pool_as_the_textbooks_say(x, largest, mean):
    truth = run(x=x)
    assert (value(truth, "max"), value(truth, "average")) == (largest, mean)


def test_an_odd_side_drops_its_last_row_and_column_unless_partial_windows_are_kept():
    dropped, kept = run(x=FIVE), run(x=FIVE, ceil=True)
    assert value(dropped, "max") == [[7, 9], [17, 19]]
    assert value(kept, "max") == [[7, 9, 10], [17, 19, 20], [22, 24, 25]]
    assert value(kept, "average")[2] == [21.5, 23.5, 25]
    assert slips(dropped, "out-size")["rounding-swapped"] == [3, 3]
    assert slips(kept, "out-size")["rounding-swapped"] == [2, 2]
    assert dict(_carried(dropped, "max"))["rounding-swapped"] == value(kept, "max")


def _carried(truth, name):
    return [(slip.tag, plain(found)) for slip, found in wrong_values(truth, name)]


def test_padding_never_wins_and_is_counted_in_the_mean_only_when_asked():
    padded = {"x": BELOW, "padding": "1"}
    counted, left_out = run(**padded), run(**padded, no_count_padding=True)
    assert value(counted, "max") == [[-4, -1], [-2, -5]]
    assert slips(counted, "max")["padding-zero"] == [[0, 0], [0, -5]]
    assert value(counted, "average") == [[-1, -1], [-2, -7.25]]
    assert value(left_out, "average") == [[-4, -2], [-4, -7.25]]


def test_windows_overlap_where_the_stride_is_smaller():
    truth = run(x="1,9,2;3,4,5", stride="1")
    assert value(truth, "max") == [[9, 9]]
    assert value(truth, "argmax") == [[1, 1]]
    assert truth.step("max").shown == "[[max(1, 9, 3, 4), max(9, 2, 4, 5)]]"


def test_a_partial_window_that_would_start_in_the_padding_on_the_right_is_dropped():
    truth = run(x="1,2,3;4,5,6;7,8,9", padding="1", ceil=True)
    assert value(truth, "out-size") == [2, 2]
    assert truth.step("out-size").formula.startswith("min(")


def test_every_map_of_a_stack_is_pooled_on_its_own():
    truth = run(x="1,2;3,4 | 8,7;6,5")
    assert value(truth, "max") == [[[4]], [[8]]]
    assert value(truth, "argmax") == [[[3]], [[0]]]


def test_the_first_of_equal_entries_is_the_winner():
    assert value(run(x="5,1;5,5"), "argmax") == [[0]]


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"stride": "1"}, "out-size", "stride-one"),
        ({}, "out-size", "rounding-swapped"),
        ({}, "max", "padding-zero"),
        ({"padding": "1"}, "max", "padding-zero"),
        ({"window": "1"}, "average", "sum-for-mean"),
        ({"window": "1"}, "max", "minimum"),
        ({"x": "5,1;1,1"}, "argmax", "column-by-column"),
    ],
)
def test_a_mistake_that_changes_nothing_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


@pytest.mark.parametrize("size", [(9, 9), (0, -1), (10**30, 1)])
def test_a_size_that_cannot_be_is_followed_as_far_as_there_are_windows(size):
    truth = follow_through(POOLING, defaults(POOLING), {"out-size": size})
    assert value(truth, "max")[0][0] == 7


def test_a_mean_in_place_of_the_maximum_is_recognised():
    assert [slip.tag for slip in diagnose(run(), "max", [[3, 2.75], [2.75, 5]])] == ["average-for-max"]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"window": "5"}, "--window 5: must fit into the padded --x of 4×4, it is 5×5"),
        ({"x": "1,2,3"}, "--window 2: must fit into the padded --x of 1×3, it is 2×2"),
        ({"padding": "2"}, "--padding 2: must be at most 1, half of the window of 2"),
        ({"window": "0"}, "--window 0: must be a whole number from 1 to 64"),
        ({"stride": "0"}, "--stride 0: must be a whole number from 1 to 64"),
        ({"x": "1,2;3"}, "rows must be equally long, these have 2, 1"),
        ({"x": ";".join([",".join(["1"] * 64)] * 64), "window": "4", "stride": "1"}, "at most 20000 cells in all"),
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
        ({}, "the stride is the window, as in PyTorch and Keras; in ONNX it is 1"),
        ({"stride": "2", "padding": "1"}, "The mean counts the zeros of the padding"),
        ({"stride": "3"}, "--ceil keeps them: 2×2 windows"),
        ({"stride": "3", "ceil": True}, "without --ceil they are dropped"),
    ],
)
def test_the_other_conventions_are_told_where_they_matter(texts, words):
    assert any(words in note.en for note in run(**texts).notes)
    assert not any(words in note.en for note in run(x="1,2;3,4", stride="2").notes)


def test_nothing_is_learned_and_that_is_always_said():
    assert any("nothing is learned" in note.en for note in run().notes)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_no_window_of_a_draw_has_two_winners_and_no_size_prevails(level):
    sizes = Counter()
    for seed in range(200):
        truth = draw(POOLING, Random(f"{seed}/{level}"), level)
        sizes[truth.step("out-size").value] += 1
        shifted = np.array(truth.inputs["x"]) + 1e-9 * np.arange(np.size(truth.inputs["x"])).reshape(
            np.shape(truth.inputs["x"])
        )
        later = work(POOLING, truth.inputs | {"x": tuple(map(tuple, shifted.tolist()))})
        assert later.step("argmax").value == truth.step("argmax").value
    assert max(sizes.values()) <= 200 / 3


def test_the_levels_differ_in_structure():
    found = {level: [draw(POOLING, Random(seed), level) for seed in range(40)] for level in (1, 2, 3)}
    assert all("rounding-swapped" not in slips(truth, "out-size") for truth in found[1])
    assert {truth.inputs["ceil"] for truth in found[2]} == {True, False}
    assert all("padding-zero" in slips(truth, "max") for truth in found[3])
    assert {truth.inputs["no_count_padding"] for truth in found[3]} == {True, False}


def test_the_picture_frames_the_cell_of_each_maximum_between_the_borders_of_the_windows():
    cells, largest, _ = POOLING.picture(run())
    framed = [cells.rows[row][column] for row, column in sorted(cells.marked)]
    assert sorted(framed) == sorted(entry for row in largest.rows for entry in row) == ["5", "6", "7", "9"]
    assert cells.rows[2] == ("─", "─", "┼", "─", "─") and {row[2] for row in cells.rows} == {"│", "┼"}


def test_windows_that_overlap_have_winners_and_no_borders():
    cells, *_ = POOLING.picture(run(x="1,2,3;4,9,6;7,8,5", stride="1"))
    assert cells.rows == (("1", "2", "3"), ("4", "9", "6"), ("7", "8", "5")) and cells.marked == ((1, 1),)


def test_of_several_maps_the_first_is_drawn_and_a_large_one_not():
    cells, *_ = POOLING.picture(run(x="1,2;3,4|9,8;7,6"))
    assert cells.rows == (("1", "2"), ("3", "4")) and cells.marked == ((1, 1),)
    assert POOLING.picture(run(x=";".join([",".join(["1"] * 41)] * 4)))[0].title.en == "Maxima of the windows"
