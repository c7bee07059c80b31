"""Padding that keeps the size: how much, on which side, which mistakes are named, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work, wrong_values
from studynn.worked import load

SAME = load("same-padding")


def run(**texts):
    return work(SAME, read_inputs(SAME, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {"total": 3, "per-side": 1.5, "left": 1, "right": 2}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("out", {"out-without-padding": 7}),
        ("total", {"whole-kernel": 4}),
        ("per-side", {"total-for-side": 3, "half-kernel": 2}),
        ("left", {"extra-on-the-left": 2}),
        ("right", {}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(("kernel", "per_side"), [("3", 1), ("5", 2), ("4", 1.5)])
def test_odd_kernels_take_whole_cells_and_even_ones_leave_a_half(kernel, per_side):
    truth = run(kernel=kernel)
    assert truth.step("per-side").value == per_side
    assert any("half cell" in note.en for note in truth.notes) is (per_side == 1.5)


def test_a_dilated_kernel_reaches_further():
    truth = run(kernel="3", dilation="2")
    assert truth.steps[0].name == "effective-kernel"
    assert truth.results == {"total": 4, "per-side": 2, "left": 2, "right": 2}
    assert {slip.tag: value for slip, value in wrong_values(truth, "per-side")}["dilation-ignored"] == 1


def test_above_stride_one_the_output_is_rounded_up_and_less_is_padded():
    truth = run(width="10", kernel="3", stride="2")
    assert truth.step("out").value == 5
    assert truth.results == {"total": 1, "per-side": 0.5, "left": 0, "right": 1}
    assert slips(truth, "total") == {"stride-ignored": 2}


def test_steps_longer_than_the_kernel_need_no_padding():
    assert run(width="10", kernel="2", stride="5").results == {"total": 0, "per-side": 0, "left": 0, "right": 0}


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"width": "3"}, "out", "out-without-padding"),
        ({"kernel": "1"}, "per-side", "total-for-side"),
        ({"kernel": "5"}, "per-side", "half-kernel"),
        ({"kernel": "5"}, "left", "extra-on-the-left"),
        ({"stride": "2"}, "total", "whole-kernel"),
        ({}, "total", "stride-ignored"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_two_mistakes_that_end_alike_are_both_named():
    assert [slip.tag for slip in diagnose(run(), "per-side", 2)] == ["half-kernel", "whole-kernel"]


def test_a_wrong_total_is_carried_on():
    truth = follow_through(SAME, defaults(SAME), {"total": 4})
    assert truth.results == {"total": 4, "per-side": 2, "left": 2, "right": 2}


@pytest.mark.parametrize("option", ["width", "kernel", "dilation", "stride"])
def test_nothing_smaller_than_one_is_taken(option):
    with pytest.raises(StudyError, match=f"--{option} 0: must be a whole number from 1"):
        run(**{option: "0"})


@given(st.integers(1, 60), st.integers(1, 12), st.integers(1, 4), st.integers(1, 5))
def test_the_padded_map_has_just_the_size_wanted(width, kernel, dilation, stride):
    inputs = {"width": width, "kernel": kernel, "dilation": dilation, "stride": stride}
    results = work(SAME, inputs).results
    padded = width + results["left"] + results["right"]
    positions = (padded - dilation * (kernel - 1) - 1) // stride + 1
    assert positions == -(-width // stride) or (results["total"] == 0 and positions >= -(-width // stride))
    assert results["right"] - results["left"] in (0, 1)


def test_the_picture_shades_as_many_cells_on_each_side_as_are_added_and_has_a_window_for_each_cell():
    truth = run(width="7", kernel="4")
    (cells,) = SAME.picture(truth)
    first, *windows = (row[0] for row in cells.rows)
    assert first == "░" * truth.step("left").value + "·" * 7 + "░" * truth.step("right").value
    assert len(windows) == truth.step("out").value and windows[-1].endswith("████")
