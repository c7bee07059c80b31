"""One smoothed pixel: what is computed, which mistakes are named, what is told and refused."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.text import number_text
from studynn.core.values import plain
from studynn.nn.convolution import conv2d
from studynn.worked import load

PIXEL = load("smooth-pixel")
NINE = "1,2,3;4,5,6;7,8,9"
EDGE = "1,0,-1;2,0,-2;1,0,-1"
MEAN = "1/9,1/9,1/9;1/9,1/9,1/9;1/9,1/9,1/9"
GRID = st.lists(st.integers(-9, 9).map(float), min_size=9, max_size=9).map(
    lambda cells: tuple(tuple(cells[3 * row : 3 * row + 3]) for row in range(3))
)


def run(**texts):
    return work(PIXEL, read_inputs(PIXEL, texts))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert {name: plain(found) for name, found in run().results.items()} == {
        "g-turned": [[0, 0, 0], [0.125, 0.5, 0], [0.25, 0.125, 0]],
        "products": [[0, 0, 0], [4, 20, 0], [6, 1, 0]],
        "value": 31,
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (
            "g-turned",
            {
                "not-turned": [[0, 0.125, 0.25], [0, 0.5, 0.125], [0, 0, 0]],
                "turned-once": [[0, 0, 0], [0, 0.5, 0.125], [0, 0.125, 0.25]],
            },
        ),
        ("products", {"values-added": [[8, 16, 64], [32.125, 40.5, 16], [24.25, 8.125, 8]]}),
        ("value", {"plain-mean": 24, "centre-only": 20, "divided-by-nine": pytest.approx(3.444, abs=5e-4)}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(
    ("f", "g", "expected", "told"),
    [
        ("10,10,10;10,100,10;10,10,10", MEAN, 20, "the same after half a turn"),
        (NINE, EDGE, 8, "you would get −8."),
    ],
)
def test_known_patches_give_known_pixels(f, g, expected, told):
    truth = run(f=f, g=g)
    assert truth.step("value").value == pytest.approx(expected)
    assert told in truth.notes[0].en


@given(GRID, GRID, st.integers(0, 2), st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_any_pixel_is_that_of_the_whole_image_convolved_with_zeros_around_it(f, g, row, column):
    truth = work(PIXEL, {"f": f, "g": g, "at": (row, column)})
    turned = np.array(g)[::-1, ::-1][None, None]
    assert truth.step("value").value == pytest.approx(
        conv2d(np.array(f)[None, None], turned, padding=1)[0, 0, row, column]
    )


@pytest.mark.parametrize(
    ("texts", "step", "tags"),
    [
        ({"g": MEAN}, "g-turned", set()),
        ({"g": MEAN}, "value", {"centre-only", "divided-by-nine"}),
        ({"g": "0,1,0;0,1,0;0,1,0"}, "g-turned", set()),
        ({"g": "1,2,3;0,0,0;1,2,3"}, "g-turned", {"not-turned"}),
        ({"g": "1,2,1;0,0,0;3,0,3"}, "g-turned", {"not-turned"}),
        ({"f": "0,0,0;0,2,0;0,0,0", "g": "0,0,1;0,2,0;0,0,0"}, "value", {"plain-mean", "divided-by-nine"}),
    ],
)
def test_only_mistakes_that_change_something_are_offered(texts, step, tags):
    assert set(slips(run(**texts), step)) == tags


def test_forgetting_the_turn_is_named_with_the_value_it_leads_to():
    assert [slip.tag for slip in diagnose(run(), "value", 40)] == ["not-turned"]


def test_a_learners_products_are_summed():
    truth = follow_through(PIXEL, run().inputs, {"products": np.ones((3, 3))})
    assert truth.step("value").value == 9


@pytest.mark.parametrize(("g", "told"), [(NINE, "sum to 45, not 1"), (EDGE, "sum to 0, not 1"), (MEAN, "")])
def test_weights_that_do_not_sum_to_one_are_no_smoothing(g, told):
    notes = [note.en for note in run(g=g).notes if "sum to" in note.en]
    assert [told in note for note in notes] == ([True] if told else [])


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"f": "1,2;3,4"}, "--f 1,2;3,4: must be 3×3, it is 2×2"),
        ({"g": "1,2,3"}, "--g 1,2,3: must be 3×3, it is 1×3"),
        ({"at": "1"}, "--at 1: must be two numbers, row,column, not 1"),
        ({"at": "1,3"}, "--at 1,3: .* whole numbers from 0 to 2"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, words):
    with pytest.raises(StudyError, match=words) as refused:
        run(**texts)
    assert "\n" not in refused.value.message.en
    assert refused.value.message.zh


@pytest.mark.parametrize("level", [1, 2, 3])
def test_drawn_weights_sum_to_one_and_are_turned_to_others_from_the_second_level_on(level):
    for seed in range(60):
        inputs = draw(PIXEL, Random(f"{seed}/{level}"), level).inputs
        g = np.array(inputs["g"])
        assert g.sum() == 1
        assert np.array_equal(g, g[::-1, ::-1]) is (level == 1)
        assert (inputs["at"] == (1, 1)) is (level < 3)


def test_the_picture_lays_the_turned_weights_beside_the_patch_and_frames_the_pixel_and_the_middle_of_g():
    cells, products = PIXEL.picture(run(at="1,0"))
    assert cells.rows[1] == ("32", "40", "16", "", "0.5", "0", "0") and cells.marked == ((1, 0), (1, 4))
    assert products.title.en.endswith(f"{number_text(run(at='1,0').step('value').value)} in all")
