"""Dynamic convolution: what is computed, which mistakes are named, what is told and refused."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import diagnose, work
from studynn.core.values import plain
from studynn.nn.convolution import conv1d
from studynn.worked import load

DYNAMIC = load("dynamic-conv")


def run(**texts):
    return work(DYNAMIC, read_inputs(DYNAMIC, texts))


def value(truth, name):
    return plain(truth.step(name).value)


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert {name: plain(found) for name, found in run().results.items()} == {
        "windows": [[0, 2, 1], [2, 1, 4], [1, 4, 0]],
        "products": [[0, 2, 1], [2, -1, 0], [1, 8, 0]],
        "y": [3, 1, 9],
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("windows", {"no-padding": [[2, 1, 4]]}),
        (
            "products",
            {
                "one-kernel-for-all": [[0, 2, 1], [0, 1, 4], [0, 4, 0]],
                "kernel-turned": [[0, 2, 0], [0, -1, 4], [3, 8, 0]],
            },
        ),
        ("y", {"centre-only": [2, -1, 8], "mean-for-sum": [1, pytest.approx(1 / 3), 3]}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


def test_kernels_given_place_by_place():
    assert value(run(x="1,2,3", kernels="0,1,0;0.5,0,0.5;1,0,-1"), "y") == [1, 2, 2]


def test_kernels_may_be_made_from_the_input():
    truth = run(slope="1,0,-1", offset="0,1,0")
    assert value(truth, "kernels") == [[2, 1, -2], [1, 1, -1], [4, 1, -4]]
    assert slips(truth, "kernels") == {"offset-forgotten": [[2, 0, -2], [1, 0, -1], [4, 0, -4]]}
    assert value(truth, "y") == [0, -1, 8]
    assert [slip.tag for slip in diagnose(truth, "y", [-2, -2, 4])] == ["offset-forgotten"]


def test_without_an_offset_the_kernels_are_multiples_of_the_slope():
    truth = run(slope="1,0,-1")
    assert value(truth, "kernels") == [[2, 0, -2], [1, 0, -1], [4, 0, -4]]
    assert slips(truth, "kernels") == {}


def test_without_padding_there_are_fewer_windows_and_kernels_may_be_even():
    truth = run(kernels="1,2;3,4", padding="0")
    assert value(truth, "y") == [4, 19]
    assert "no-padding" not in slips(truth, "windows")


@given(
    st.lists(st.integers(-9, 9).map(float), min_size=2, max_size=8),
    st.lists(st.integers(-9, 9).map(float), min_size=3, max_size=3),
)
@settings(max_examples=40, deadline=None)
def test_with_the_same_kernel_everywhere_it_is_the_ordinary_layer(x, kernel):
    kernels = (tuple(kernel),) * len(x)
    truth = work(DYNAMIC, {"x": tuple(x), "kernels": kernels, "slope": None, "offset": None, "padding": 1})
    layer = conv1d(np.array(x)[None, None], np.array(kernel)[None, None], padding=1)
    np.testing.assert_array_equal(truth.step("y").value, layer[0, 0])
    assert "one-kernel-for-all" not in slips(truth, "products")


def test_symmetric_kernels_have_no_turning_mistake():
    assert "kernel-turned" not in slips(run(kernels="1,2,1;3,4,3;0,1,0"), "products")


def test_the_ordinary_convolution_is_told_for_comparison():
    assert "with the first one y would be [3, 5, 4]" in run().notes[0].en


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"kernels": "1,2,3;4,5,6"}, r"--kernels 1,2,3;4,5,6: .* as windows: 3 \(x of 3, K = 3, P = 1\), not 2"),
        ({"kernels": "1,2;3,4;5,6"}, "--kernels 1,2;3,4;5,6: must have an odd number of columns, .* not 2"),
        ({"slope": "1,2,3", "offset": "1,2"}, "--offset 1,2: must have as many numbers as --slope: 3, not 2"),
        ({"offset": "1,2,3"}, "--offset 1,2,3: goes with --slope"),
        ({"slope": "1,2,3,4,5"}, r"--slope 1,2,3,4,5: .* as windows: 1 \(x of 3, K = 5, P = 1\), not 3"),
        ({"x": "1", "padding": "0"}, r"as windows: 0 \(x of 1, K = 3, P = 0\), not 3"),
        ({"x": ",".join(["1"] * 17)}, "at most 16 a side"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, words):
    with pytest.raises(StudyError, match=words) as refused:
        run(**texts)
    assert "\n" not in refused.value.message.en
    assert refused.value.message.zh


def test_the_levels_differ_in_structure():
    found = {level: [draw(DYNAMIC, Random(seed), level) for seed in range(40)] for level in (1, 2, 3)}
    assert all(len(truth.inputs["x"]) == 3 and not truth.has("kernels") for truth in found[1])
    assert all(len(truth.inputs["x"]) == 4 and not truth.has("kernels") for truth in found[2])
    assert all(truth.has("kernels") for truth in found[3])
    assert all(
        {"kernel-turned", "one-kernel-for-all"} <= slips(truth, "products").keys()
        for truths in found.values()
        for truth in truths
    )


def test_the_picture_has_each_kernel_under_its_window_with_the_output_framed_at_the_end():
    (cells,) = DYNAMIC.picture(run())
    assert cells.rows == (
        ("0", "2", "1", "4", "0", "y"),
        ("0", "1", "1", "", "", "3"),
        ("", "1", "−1", "0", "", "1"),
        ("", "", "1", "2", "3", "9"),
    )
    assert cells.marked == ((1, 5), (2, 5), (3, 5)) and cells.labels == ("x", "k₁", "k₂", "k₃")


def test_kernels_made_from_x_are_drawn_as_they_come_out():
    (cells,) = DYNAMIC.picture(run(x="1,2,3", slope="1,0,-1", offset="0,1,0"))
    assert cells.rows[2][1:4] == ("2", "1", "−2")
