"""`studynn compute conv-size`: known sizes, each slip on numbers where it shows, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import InputError
from studynn.core.inputs import read_inputs
from studynn.core.steps import diagnose, work
from studynn.worked import load

CONV_SIZE = load("conv-size")


def run(**texts):
    return work(CONV_SIZE, read_inputs(CONV_SIZE, texts))


def test_the_default_is_alexnets_first_layer():
    assert run().results == {"span": 216, "fraction": 54, "out": 55}


@pytest.mark.parametrize(
    ("width", "kernel", "stride", "padding", "out"),
    [
        (32, 5, 1, 0, 28),
        (32, 5, 1, 2, 32),
        (28, 3, 1, 1, 28),
        (7, 3, 2, 0, 3),
        (7, 3, 3, 0, 2),
        (5, 3, 1, 1, 5),
        (224, 7, 2, 3, 112),
        (6, 6, 1, 0, 1),
    ],
)
def test_sizes_that_textbooks_give(width, kernel, stride, padding, out):
    truth = run(width=str(width), kernel=str(kernel), stride=str(stride), padding=str(padding))
    assert truth.results["out"] == out


def test_dilation_widens_the_kernel():
    truth = run(width="20", kernel="3", stride="1", dilation="2")
    assert (truth.step("effective-kernel").value, truth.results["out"]) == (5, 16)


def test_a_second_side_has_steps_of_its_own():
    truth = run(width="20", height="10", kernel="3", stride="1")
    assert (truth.step("out").value, truth.step("out-height").value) == (18, 8)


def test_a_fraction_is_shown_as_a_mixed_number_and_floored_with_a_note():
    truth = run(width="10", kernel="3", stride="2")
    assert truth.step("out").shown == "⌊3 1/2⌋ + 1" and truth.results["out"] == 4
    assert any("floor" in note.en for note in truth.notes)


@pytest.mark.parametrize(
    ("texts", "step", "answer", "tag"),
    [
        ({}, "span", 227, "kernel-not-subtracted"),
        ({}, "out", 54, "no-plus-one"),
        ({}, "out", 217, "stride-forgotten"),
        ({"width": "32", "kernel": "5", "stride": "1", "padding": "2"}, "out", 30, "pad-once"),
        ({"width": "10", "kernel": "3", "stride": "2"}, "out", 5, "rounded-up"),
        (
            {"width": "20", "kernel": "3", "stride": "1", "dilation": "2"},
            "effective-kernel",
            6,
            "dilation-times-kernel",
        ),
        ({"width": "20", "kernel": "3", "stride": "1", "dilation": "2"}, "out", 18, "dilation-ignored"),
    ],
)
def test_a_wrong_answer_is_named_by_its_slip(texts, step, answer, tag):
    assert tag in [slip.tag for slip in diagnose(run(**texts), step, answer)]


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"kernel": "0"}, "--kernel 0: must be a whole number from 1"),
        ({"stride": "-1"}, "--stride -1: must be a whole number from 1"),
        ({"padding": "-1"}, "--padding -1: must be a whole number from 0"),
        ({"width": "5", "kernel": "12"}, "--kernel 12: must fit into the padded width of 5 + 2·0 = 5"),
        ({"width": "50", "height": "5"}, "--kernel 11: must fit into the padded height of 5"),
        ({"width": "9", "kernel": "5", "dilation": "3"}, "with dilation 3, at most 3"),
        ({"width": "2.5"}, "--width 2.5: must be a whole number"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(texts, said):
    with pytest.raises(InputError) as refused:
        run(**texts)
    assert said in refused.value.message.en and "\n" not in refused.value.message.en


@given(st.integers(1, 60), st.integers(1, 9), st.integers(1, 5), st.integers(0, 4), st.integers(1, 3))
def test_the_size_is_the_number_of_start_positions(width, kernel, stride, padding, dilation):
    texts = {"width": width, "kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    reach = dilation * (kernel - 1) + 1
    starts = range(0, width + 2 * padding - reach + 1, stride)
    if len(starts):
        assert run(**{name: str(number) for name, number in texts.items()}).results["out"] == len(starts)
    else:
        with pytest.raises(InputError):
            run(**{name: str(number) for name, number in texts.items()})


def lines(**texts):
    (cells,) = CONV_SIZE.picture(run(**texts))
    return [row[0] for row in cells.rows]


def test_the_picture_has_the_window_at_each_position_with_its_dilated_taps_on_the_padded_line():
    assert lines(width="6", kernel="2", stride="3", padding="1", dilation="2") == [
        "░······░",
        "█·█····░",
        "░··█·█·░",
    ]


def test_of_a_long_line_the_first_positions_are_drawn_and_the_title_says_so():
    (cells,) = CONV_SIZE.picture(run())
    assert cells.title.en.startswith("The first 6 of 55 positions") and len(cells.rows) == 7
    assert all(len(row[0]) == 34 and row[0].endswith("…") for row in cells.rows)
    assert CONV_SIZE.picture(run(width="999999", kernel="50")) == []
