"""What pooling does to sizes: what is counted, which mistakes are named, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work
from studynn.worked import load

POOL = load("pool-size")


def run(**texts):
    return work(POOL, read_inputs(POOL, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {
        "out": 2,
        "values-in": 400,
        "values-out": 4,
        "kept": 0.01,
        "reduction": 0.99,
        "parameters": 0,
        "dense-before": 4000,
        "dense-after": 40,
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("out", {"stride-one": 11, "window-subtracted": 10}),
        ("values-out", {"side-for-area": 2}),
        ("kept", {"linear-share": 0.1}),
        ("parameters", {"pool-has-weights": 100}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        ({"size": "28", "window": "2", "stride": "2"}, {"out": 14}),
        (
            {"size": "28", "window": "2", "channels": "6", "units": "10"},
            {"dense-before": 47040, "dense-after": 11760, "parameters": 0},
        ),
    ],
)
def test_layers_counted_elsewhere_come_out_the_same(texts, values):
    truth = run(**texts)
    assert {name: truth.step(name).value for name in values} == values


def test_the_stride_is_the_window_unless_given():
    assert run(size="13", window="3").step("out").shown == "⌊(13 − 3)/3⌋ + 1"
    assert run(size="13", window="3", stride="2").step("out").value == 6


def test_windows_that_stick_out_are_left_out_and_rounding_up_is_named():
    truth = run(size="7", window="2")
    assert (truth.step("out").value, slips(truth, "out")["rounded-up"]) == (3, 4)


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"stride": "1"}, "out", "stride-one"),
        ({}, "out", "rounded-up"),
        ({"window": "20"}, "values-out", "side-for-area"),
        ({"window": "1"}, "kept", "linear-share"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_a_wrong_side_is_carried_on():
    truth = follow_through(POOL, defaults(POOL), {"out": 11})
    assert (truth.step("values-out").value, truth.step("dense-after").value) == (121, 1210)
    assert truth.step("reduction").value == 1 - 121 / 400


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"window": "21"}, "--window 21: must fit into the map of side 20"),
        ({"size": "0"}, "--size 0: "),
        ({"stride": "0"}, "--stride 0: "),
    ],
)
def test_what_does_not_fit_is_refused(texts, words):
    with pytest.raises(StudyError, match=words):
        run(**texts)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 60), st.integers(1, 8))
def test_what_is_kept_and_what_is_saved_make_up_all(size, window, stride, channels):
    inputs = {"size": max(size, window), "window": window, "stride": stride, "channels": channels}
    results = work(POOL, defaults(POOL) | inputs).results
    assert results["kept"] + results["reduction"] == pytest.approx(1)
    assert results["dense-after"] == pytest.approx(results["kept"] * results["dense-before"])


def test_the_picture_has_as_many_fields_as_windows_and_says_what_lies_in_none():
    board, along = POOL.picture(run(size="5", window="2"))
    assert [row[0] for row in board.rows] == ["░░░░▓▓▓▓··"] * 2 + ["▓▓▓▓░░░░··"] * 2 + ["··········"]
    assert board.title.en == "2×2 windows on a map of 5×5 (· in none of them)"
    assert [row[0] for row in along.rows] == ["·····", "██···", "··██·"]


def test_windows_that_overlap_are_drawn_along_one_side_only():
    (along,) = POOL.picture(run(size="7", window="3", stride="2"))
    assert [row[0] for row in along.rows[1:]] == ["███····", "··███··", "····███"]
