"""Dropout: what it computes in both forms, which mistakes it names, and what it refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import diagnose, work
from studynn.core.values import plain
from studynn.worked import load

DROPOUT = load("dropout")


def run(**texts):
    return work(DROPOUT, read_inputs(DROPOUT, texts))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def results(truth):
    return {name: plain(value) for name, value in truth.results.items()}


def test_the_default_run_gives_the_known_values():
    assert results(run()) == {
        "scale": 1.25,
        "train": [5, 0, -1.25, 10],
        "test": [4, 2, -1, 8],
        "expected": [4, 2, -1, 8],
        "kept": 3.2,
    }


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("scale", "divide-by-drop", 5),
        ("scale", "multiply-by-keep", 0.8),
        ("train", "no-rescaling", [4, 0, -1, 8]),
        ("train", "mask-inverted", [0, 2.5, 0, 0]),
        ("test", "scaled-at-test", [3.2, 1.6, -0.8, 6.4]),
        ("test", "dropped-at-test", [4, 0, -1, 8]),
        ("kept", "counts-dropped", 0.8),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert slips(run(), step)[tag] == pytest.approx(expected)


def test_with_probability_one_half_the_kept_units_are_doubled():
    truth = run(a="1,2,3,4", p="0.5", mask="1,0,1,0")
    assert results(truth)["train"] == [2, 0, 6, 0]
    assert results(truth)["expected"] == [1, 2, 3, 4]
    assert "divide-by-drop" not in slips(truth, "scale") and "counts-dropped" not in slips(truth, "kept")


def test_the_original_form_scales_at_test_time_instead():
    truth = run(variant="original")
    assert results(truth)["train"] == [4, 0, -1, 8]
    assert results(truth)["test"] == results(truth)["expected"] == pytest.approx([3.2, 1.6, -0.8, 6.4])
    assert set(slips(truth, "test")) == {"not-scaled-at-test", "dropped-at-test"}
    assert not {"no-rescaling", "divide-by-drop"} & set(truth.slips())


def test_where_nothing_is_dropped_only_the_mask_can_be_mistaken():
    truth = run(p="0", mask="1,1,1,1")
    assert results(truth)["train"] == results(truth)["test"] == [4, 2, -1, 8]
    assert set(truth.slips()) == {"mask-inverted", "counts-dropped"}


def test_scaling_the_wrong_way_is_named_in_the_training_output():
    assert [slip.tag for slip in diagnose(run(), "train", (3.2, 0, -0.8, 6.4))] == ["multiply-by-keep"]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"mask": "1,0"}, "--mask 1,0: must have 4 numbers to fit --a of length 4, it has 2"),
        ({"mask": "1,0,2,1"}, "--mask 1,0,2,1: .* whole numbers from 0 to 1"),
        ({"p": "1"}, "--p 1: must be a number from 0 to 0.95"),
        ({"p": "-0.1"}, "--p -0.1: must be a number from 0 to 0.95"),
        ({"a": ",".join(["1"] * 17)}, "at most 16 a side"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, words):
    with pytest.raises(StudyError, match=words):
        run(**texts)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=6), st.sampled_from([0, 0.2, 0.5, 0.9]), st.booleans())
def test_the_mean_over_the_masks_is_what_the_test_time_gives(a, p, inverted):
    truth = run(
        a=",".join(map(str, a)), mask=",".join(["1"] * len(a)), p=str(p), variant="inverted" if inverted else "original"
    )
    assert plain(truth.step("expected").value) == pytest.approx(plain(truth.step("test").value))
