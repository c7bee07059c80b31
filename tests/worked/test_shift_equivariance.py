"""Shifts before and after a convolution: what is computed, which mistakes are named, what is told and refused."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import diagnose, work
from studynn.core.values import plain
from studynn.worked import load

SHIFT = load("shift-equivariance")


def run(**texts):
    return work(SHIFT, read_inputs(SHIFT, texts))


def value(truth, name):
    return plain(truth.step(name).value)


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert {name: plain(found) for name, found in run().results.items()} == {
        "conv-then-shift": [0, 0, 2, -1, -1, 0, 0],
        "shift-then-conv": [0, 0, 2, -1, -1, 0, 0],
        "pooled": [2, -1, 0],
        "pooled-shifted": [0, 2, 0],
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("conv", {"correlated": [0, -2, 1, 1, 0, 0, 0]}),
        (
            "conv-then-shift",
            {
                "shifted-the-other-way": [2, -1, -1, 0, 0, 0, 0],
                "invariance-believed": [0, 2, -1, -1, 0, 0, 0],
            },
        ),
        (
            "shift-then-conv",
            {"kernel-shifted-too": [0, 0, 0, 2, -1, -1, 0], "correlated": [0, 0, -2, 1, 1, 0, 0]},
        ),
        ("pooled", {"pool-stride-one": [2, 2, -1, 0, 0, 0]}),
        ("pooled-shifted", {"pooling-invariant": [2, -1, 0], "pooled-moves-with-input": [0, 2, -1]}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


def test_a_signal_shifted_by_one_gives_the_same_both_ways():
    truth = run(x="0,1,3,0,0,0")
    assert value(truth, "conv-then-shift") == value(truth, "shift-then-conv") == [0, 0, 1, 2, -3, 0, 0]


@pytest.mark.parametrize(("shift", "expected"), [("-1", [9, 0]), ("1", [0, 9])])
def test_pooling_hides_a_shift_only_within_a_window(shift, expected):
    truth = run(x="0,9,0,0", k="1", shift=shift)
    assert value(truth, "pooled") == [9, 0]
    assert value(truth, "pooled-shifted") == expected
    assert ("stayed in its window" in truth.notes[1].en) is (shift == "-1")


@given(
    st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=5),
    st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=4),
    st.integers(-3, 3),
)
@settings(max_examples=60, deadline=None)
def test_shift_and_convolution_commute_wherever_nothing_falls_out(values, kernel, shift):
    x = (0.0, 0.0, 0.0, *values, 0.0, 0.0, 0.0)
    truth = work(SHIFT, {"x": x, "k": tuple(kernel), "shift": shift, "window": 2})
    assert value(truth, "conv-then-shift") == value(truth, "shift-then-conv")


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"k": "1,1"}, "conv", "correlated"),
        ({"shift": "0"}, "conv-then-shift", "invariance-believed"),
        ({"shift": "0"}, "shift-then-conv", "kernel-shifted-too"),
        ({"window": "1"}, "pooled", "pool-stride-one"),
        ({"x": "0,9,0,0", "k": "1", "shift": "-1"}, "pooled-shifted", "pooling-invariant"),
    ],
)
def test_a_mistake_that_changes_nothing_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_believing_in_invariance_is_named():
    assert [slip.tag for slip in diagnose(run(), "conv-then-shift", [0, 2, -1, -1, 0, 0, 0])] == ["invariance-believed"]
    assert [slip.tag for slip in diagnose(run(), "shift-then-conv", [0, 0, -2, 1, 1, 0, 0])] == ["correlated"]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"x": "0,2,1", "shift": "2"}, "--x 0,2,1: must have zeros enough for a shift by 2"),
        ({"x": "2,1,0", "shift": "-1"}, "--x 2,1,0: must have zeros enough for a shift by −1"),
        ({"shift": "4"}, "--shift 4: must be a whole number from −3 to 3"),
        ({"window": "8"}, "--window 8: must be at most 7, the length of x ∗ k"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, words):
    with pytest.raises(StudyError, match=words) as refused:
        run(**texts)
    assert "\n" not in refused.value.message.en
    assert refused.value.message.zh


def test_the_levels_differ_in_structure():
    found = {level: [draw(SHIFT, Random(seed), level).inputs for seed in range(60)] for level in (1, 2, 3)}
    assert {inputs["shift"] for inputs in found[1]} == {-1, 1}
    assert {inputs["shift"] for inputs in found[2]} == {-2, 2}
    assert {(len(inputs["k"]), inputs["window"]) for inputs in found[3]} == {(3, 2), (3, 3)}


@pytest.mark.parametrize("level", [2, 3])
def test_pooling_changes_from_the_second_level_on(level):
    for seed in range(60):
        truth = draw(SHIFT, Random(f"{seed}/{level}"), level)
        assert value(truth, "pooled") != value(truth, "pooled-shifted")


def test_both_orders_are_drawn_as_the_same_bars():
    first, second, _ = SHIFT.picture(run())
    assert first.values == second.values and first.title != second.title


def test_the_framed_entries_are_the_maxima_that_pooling_keeps():
    truth = run()
    cells = SHIFT.picture(truth)[-1]
    framed = [
        [float(cells.rows[r][c].replace("−", "-")) for row, c in sorted(cells.marked) if row == r] for r in (0, 1)
    ]
    assert framed == [list(truth.step(name).value) for name in ("pooled", "pooled-shifted")]
