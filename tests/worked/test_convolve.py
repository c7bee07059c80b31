"""Convolution of signals: what it computes, which mistakes it names, what it tells and what it refuses."""

import re
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import diagnose, follow_through, work, wrong_values
from studynn.core.values import plain
from studynn.nn.convolution import conv1d
from studynn.worked import load

CONVOLVE = load("convolve")
SIGNAL = st.lists(st.integers(-9, 9).map(float), min_size=1, max_size=7)


def run(**texts):
    return work(CONVOLVE, read_inputs(CONVOLVE, texts))


def y(truth):
    return plain(truth.step("y").value)


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    truth = run()
    assert {name: plain(found) for name, found in truth.results.items()} == {
        "y0": 2,
        "y1": -1,
        "y2": 6,
        "y3": -1,
        "y4": 6,
        "y": [2, -1, 6, -1, 6],
    }
    assert plain(truth.step("kernel-used").value) == [2, -1, 1]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("kernel-used", {"not-flipped": [1, -1, 2]}),
        ("y0", {"off-by-one": -1}),
        ("y3", {"off-by-one": 6, "one-product": 0}),
        ("y", {"pointwise-product": [2, -1, 6], "wrong-length": [-1, 6, -1]}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(
    ("x", "k", "mode", "no_flip", "expected"),
    [
        ("1,2,3", "0,1,0.5", "full", False, [0, 1, 2.5, 4, 1.5]),
        ("0,1,0.5", "1,2,3", "full", False, [0, 1, 2.5, 4, 1.5]),
        ("1,2,3,4", "1,0,-1", "valid", True, [-2, -2]),
        ("1,2,3,4", "1,0,-1", "valid", False, [2, 2]),
        ("1,2,3,4", "1,1,0,0", "circular", False, [5, 3, 5, 7]),
        ("1,2,3,4", "1,1", "full", False, [1, 3, 5, 7, 4]),
        ("1,2,3", "1", "same", False, [1, 2, 3]),
    ],
)
def test_known_signals_give_known_outputs(x, k, mode, no_flip, expected):
    assert y(run(x=x, k=k, mode=mode, no_flip=no_flip)) == expected


@given(SIGNAL, SIGNAL, st.sampled_from(["full", "same", "valid"]))
@settings(max_examples=80, deadline=None)
def test_convolution_is_that_of_numpy(x, k, mode):
    if len(k) > len(x):
        x, k = k, x
    truth = work(CONVOLVE, {"x": tuple(x), "k": tuple(k), "mode": mode, "no_flip": False})
    np.testing.assert_array_equal(truth.step("y").value, np.convolve(x, k, mode))


@given(SIGNAL, SIGNAL)
@settings(max_examples=60, deadline=None)
def test_cross_correlation_is_that_of_the_layer(x, k):
    if len(k) > len(x):
        x, k = k, x
    both = (len(k) - 1) // 2, len(k) // 2
    padded = np.pad(np.array(x), both)
    for mode, signal in (("valid", np.array(x)), ("same", padded)):
        truth = work(CONVOLVE, {"x": tuple(x), "k": tuple(k), "mode": mode, "no_flip": True})
        expected = conv1d(signal[None, None], np.array(k)[None, None])[0, 0]
        np.testing.assert_allclose(truth.step("y").value, expected, atol=1e-12)


@given(SIGNAL, SIGNAL)
@settings(max_examples=40, deadline=None)
def test_signal_and_kernel_may_change_places(x, k):
    one, other = (
        work(CONVOLVE, {"x": tuple(a), "k": tuple(b), "mode": "full", "no_flip": False}) for a, b in ((x, k), (k, x))
    )
    assert y(one) == y(other)


def test_products_that_cancel_leave_exactly_zero():
    assert y(run(x="0.1,0.2,0.3", k="1,1,-1", mode="valid", no_flip=True)) == [0]


def test_only_pairs_that_overlap_are_written_out():
    assert run().step("y1").shown == "2·(−1) + 1·1"
    assert run(x="-2,1", k="-1,3").step("y1").shown == "−2·3 + 1·(−1)"


def test_only_the_first_twelve_outputs_are_steps_of_their_own():
    truth = run(x=",".join(["1"] * 20), k="1,2")
    assert truth.has("y11") and not truth.has("y12")
    assert len(y(truth)) == 21


def test_forgetting_the_flip_goes_through_to_every_output():
    carried = {slip.tag: plain(found) for slip, found in wrong_values(run(), "y")}
    assert carried["not-flipped"] == [4, 0, 7, -2, 3]
    assert [slip.tag for slip in diagnose(run(), "y0", 4)] == ["not-flipped"]


def test_flipping_where_it_is_not_wanted_is_named():
    truth = run(no_flip=True)
    assert slips(truth, "kernel-used") == {"flipped": [2, -1, 1]}
    assert [slip.tag for slip in diagnose(truth, "y", [2, -1, 6, -1, 6])] == ["flipped"]


def test_circular_indices_wrap_and_the_linear_result_is_named():
    truth = run(x="1,2,3,4", k="1,1", mode="circular")
    assert truth.step("y0").shown == "4·1 + 1·1"
    assert slips(truth, "y")["linear-for-circular"] == [1, 3, 5, 7, 4]
    assert "wrong-length" not in slips(truth, "y")


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"k": "1,2,1"}, "kernel-used", "not-flipped"),
        ({"k": "1,2,1", "no_flip": True}, "kernel-used", "flipped"),
        ({"k": "3", "x": "1,1"}, "y0", "off-by-one"),
        ({"k": "3"}, "y", "wrong-length"),
        ({"k": "3", "mode": "circular"}, "y", "linear-for-circular"),
    ],
)
def test_a_mistake_that_changes_nothing_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_a_learners_output_is_carried_into_the_whole():
    truth = follow_through(CONVOLVE, run().inputs, {"y1": 50})
    assert y(truth) == [2, 50, 6, -1, 6]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (
            {"x": "1,2", "mode": "valid"},
            "--k 1,-1,2: must have at most the 2 numbers of --x .* it has 3",
        ),
        ({"x": "1,2", "mode": "circular"}, "must have at most the 2 numbers of --x in this mode, it has 3"),
        ({"k": ""}, "--k : must be a list of numbers"),
        ({"k": "1,2;3,4"}, "--k 1,2;3,4: must be a list of numbers"),
        ({"mode": "wide"}, "--mode wide: must be one of full, same, valid, circular"),
        ({"x": ",".join(["1"] * 101)}, "at most 100 a side"),
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
        ({}, r"Without the flip .* y = \[4, 0, 7, −2, 3\]"),
        ({"no_flip": True}, r"With the flip .* y = \[2, −1, 6, −1, 6\]"),
        ({"k": "1,2,1"}, "reads the same both ways"),
        ({"k": "1,2", "mode": "same"}, "extra zero stands on the left, as in np.convolve"),
        ({"k": "1,2", "mode": "same", "no_flip": True}, "extra zero stands on the right, as in nn.Conv1d"),
        ({"mode": "circular"}, "what multiplying the Fourier transforms gives"),
    ],
)
def test_the_other_conventions_are_told_where_they_matter(texts, words):
    assert any(re.search(words, note.en) for note in run(**texts).notes)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_drawn_kernels_are_changed_by_the_flip_and_have_no_zero_ends(level):
    for seed in range(100):
        inputs = draw(CONVOLVE, Random(f"{seed}/{level}"), level).inputs
        k = inputs["k"]
        assert k != k[::-1] and k[0] and k[-1]
        assert level > 1 or (min(*k, *inputs["x"]) >= 0 and not inputs["no_flip"])


def test_the_levels_differ_in_structure():
    modes = {level: {draw(CONVOLVE, Random(seed), level).inputs["mode"] for seed in range(40)} for level in (1, 2, 3)}
    assert modes == {1: {"full"}, 2: {"same", "valid"}, 3: {"circular", "full"}}


def rows(**texts):
    cells, *_ = CONVOLVE.picture(run(**texts))
    return cells.rows


def test_the_picture_slides_the_turned_kernel_under_x_and_frames_each_output():
    assert rows() == (
        ("", "", "2", "1", "3", "", "", "y"),
        ("2", "−1", "1", "", "", "", "", "2"),
        ("", "2", "−1", "1", "", "", "", "−1"),
        ("", "", "2", "−1", "1", "", "", "6"),
        ("", "", "", "2", "−1", "1", "", "−1"),
        ("", "", "", "", "2", "−1", "1", "6"),
    )


@pytest.mark.parametrize("mode", ["full", "same", "valid", "circular"])
@pytest.mark.parametrize("no_flip", [False, True])
def test_what_lies_over_each_other_in_the_picture_gives_the_output(mode, no_flip):
    def number(text):
        return float(text.replace("−", "-") or 0)

    line, *laid = rows(x="3,-1,2,5", k="1,4,-2", mode=mode, no_flip=no_flip)
    for *row, y in laid:
        assert sum(number(a) * number(b) for a, b in zip(line[:-1], row, strict=True)) == number(y)


def test_long_signals_are_drawn_in_part_or_not_at_all():
    cells, *bars = CONVOLVE.picture(run(x=",".join("1" * 30), k="1,2"))
    assert cells.title.en.endswith("the first 12 of 31") and not bars
    assert CONVOLVE.picture(run(x=",".join("1" * 50), k="1,2")) == []
