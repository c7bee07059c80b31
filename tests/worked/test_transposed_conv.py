"""The transposed convolution: size and values, which mistakes are named, what is refused."""

import numpy as np
import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import work
from studynn.nn.convolution import conv2d
from studynn.worked import load

TRANSPOSED = load("transposed-conv")


def run(**texts):
    return work(TRANSPOSED, read_inputs(TRANSPOSED, texts))


def values(truth, step="y"):
    return np.asarray(truth.step(step).value).tolist()


def slips(truth, name):
    return {slip.tag: np.asarray(slip.value).tolist() for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert values(run(), "out") == [3, 3]
    assert values(run()) == [[1, 4, 4], [3, 8, 4], [0, 9, -3]]


def test_copies_without_overlap_stand_side_by_side():
    assert values(run(x="1,2;3,4", k="1,0;0,2", stride="2")) == [[1, 0, 2, 0], [0, 2, 0, 4], [3, 0, 4, 0], [0, 6, 0, 8]]


def test_the_padding_is_cut_off_and_the_output_padding_uncovers_cells_at_the_end():
    texts = {"x": "1,2", "k": "1,2,3;4,5,6;7,8,9", "stride": "2"}
    assert values(run(**texts)) == [[1, 2, 5, 4, 6], [4, 5, 14, 10, 12], [7, 8, 23, 16, 18]]
    assert values(run(**texts, padding="1")) == [[5, 14, 10]]
    assert values(run(**texts, padding="1", output_padding="1")) == [[5, 14, 10, 12], [8, 23, 16, 18]]


@pytest.mark.parametrize(
    ("texts", "step", "expected"),
    [
        ({}, "out", {"cells-for-steps": [4, 4], "ordinary-size": [1, 1]}),
        (
            {},
            "y",
            {
                "kernel-turned": [[3, 6, 0], [11, 2, 2], [6, 1, -1]],
                "overlap-overwritten": [[1, 2, 4], [3, -1, -2], [0, 0, -3]],
            },
        ),
        (
            {"stride": "2", "padding": "1", "output_padding": "1"},
            "out",
            {
                "cells-for-steps": [5, 5],
                "ordinary-size": [2, 2],
                "padding-added": [7, 7],
                "pad-once": [4, 4],
                "output-padding-forgotten": [2, 2],
            },
        ),
    ],
)
def test_each_mistake_leads_to_its_known_value(texts, step, expected):
    assert slips(run(**texts), step) == expected


def test_mistakes_of_another_shape_are_named_too():
    truth = run(stride="2", padding="1")
    assert np.shape(slips(truth, "full")["stride-forgotten"]) == (3, 3)
    assert slips(truth, "y")["not-cropped"] == values(truth, "full")


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 0), (2, 1), (3, 1)])
def test_an_ordinary_convolution_of_the_output_has_the_size_of_the_input_again(stride, padding):
    y = run(x="1,2,3;4,5,6", k="1,2,1;0,1,0;2,1,1", stride=str(stride), padding=str(padding)).step("y").value
    assert conv2d(y[None, None], np.ones((1, 1, 3, 3)), stride=stride, padding=padding).shape == (1, 1, 2, 3)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"output_padding": "1"}, "--output-padding 1: must be below --stride 1"),
        ({"padding": "2"}, "--padding 2: must leave something of the 3×3 cells"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message


def test_the_framed_cells_are_where_the_copy_of_the_last_input_cell_lies():
    given, output, copies = TRANSPOSED.picture(run(stride="2", output_padding="1"))
    assert given.marked == ((1, 1),) and output.marked == ((2, 2), (2, 3), (3, 2), (3, 3))
    assert copies.rows == (*[("1",) * 4 + ("0",)] * 4, ("0",) * 5)


def test_copies_that_overlap_are_counted_in_each_cell():
    *_, copies = TRANSPOSED.picture(run())
    assert copies.rows == (("1", "2", "1"), ("2", "4", "2"), ("1", "2", "1"))
