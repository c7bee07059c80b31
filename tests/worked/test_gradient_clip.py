"""Gradient clipping: what it computes, which mistakes it names, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import work
from studynn.core.values import plain
from studynn.worked import load

CLIP = load("gradient-clip")


def run(**texts):
    return work(CLIP, read_inputs(CLIP, texts))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert plain(run().step("clipped").value) == [3, -4]
    assert (run().step("norm").value, run().step("scale").value) == (10, 0.5)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("norm", {"l1-norm": 14, "largest-component": 8}),
        ("scale", {"unit-length": 0.1}),
        ("clipped", {"clipped-by-value": [5, -5], "limit-times-gradient": [30, -40]}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


def test_a_gradient_of_length_five_is_clipped_to_length_one():
    truth = run(g="3,4", max_norm="1")
    assert truth.step("norm").value == 5
    assert plain(truth.step("clipped").value) == pytest.approx([0.6, 0.8])
    assert "unit-length" not in slips(truth, "scale")
    assert "limit-times-gradient" not in slips(truth, "clipped")


def test_groups_share_one_norm():
    truth = run(g="3,0;0,-4", max_norm="2.5")
    assert plain(truth.step("clipped").value) == [[1.5, 0], [0, -2]]
    assert slips(truth, "clipped")["norm-per-group"] == [[2.5, 0], [0, -2.5]]


def test_one_group_in_a_row_of_its_own_is_shown_as_a_matrix():
    inputs = {"g": ((6.0, 8.0),), "max_norm": 5.0}
    assert work(CLIP, inputs).step("clipped").shown == "0.5·[[6, 8]]"


def test_a_short_gradient_is_left_alone_and_the_note_says_so():
    truth = run(g="3,4", max_norm="10")
    assert plain(truth.step("clipped").value) == [3, 4]
    assert slips(truth, "scale") == {"always-rescaled": 2}
    assert "within the limit" in truth.notes[-1].en


def test_a_gradient_of_zero_is_left_alone():
    truth = run(g="0,0")
    assert truth.step("scale").value == 1 and plain(truth.step("clipped").value) == [0, 0]
    assert "no direction" in truth.notes[-1].en


@pytest.mark.parametrize("limit", ["0", "-1"])
def test_a_limit_must_be_above_zero(limit):
    with pytest.raises(StudyError) as refusal:
        run(max_norm=limit)
    assert refusal.value.message.en == f"--max-norm {limit}: must be a number above 0"


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=6), st.integers(1, 60))
def test_direction_is_kept_and_the_length_is_at_most_the_limit(g, limit):
    clipped = np.array(run(g=",".join(map(str, g)), max_norm=str(limit)).step("clipped").value)
    assert np.linalg.norm(clipped) == pytest.approx(min(np.linalg.norm(g), limit))
    assert clipped @ g == pytest.approx(np.linalg.norm(clipped) * np.linalg.norm(g))


def test_the_clipped_gradient_of_the_picture_lies_on_the_circle_and_on_the_arrow():
    (plot,) = CLIP.picture(run(g="6,-8", max_norm="5"))
    circle, arrow = plot.tracks
    assert all(np.hypot(x, y) == pytest.approx(5) for x, y in circle.points)
    assert arrow.points == ((6, -8), (0, 0))
    (clipped,) = [mark.at for mark in plot.marks if mark.sign == "●"]
    assert np.hypot(*clipped) == pytest.approx(5) and clipped[0] * -8 == pytest.approx(clipped[1] * 6)


def test_other_numbers_of_entries_are_bars_and_very_many_are_not_drawn():
    (bars,) = CLIP.picture(run(g="3,4,0", max_norm="1"))
    assert bars.labels[:2] == ("g₁", "g₁′") and bars.values == pytest.approx((3, 0.6, 4, 0.8, 0, 0))
    assert not CLIP.picture(run(g=",".join("1" * 11)))
