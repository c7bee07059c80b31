"""Binning, one-hot and feature crossing: values, mistakes and refusals."""

from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work
from studynn.worked import load

CROSS = load("feature-cross")


def run(**texts):
    return work(CROSS, read_inputs(CROSS, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {
        "bins": 5,
        "bin": 2,
        "one-hot": (0, 0, 1, 0, 0),
        "crossed": 20,
        "index": 10,
        "multiplications": 3,
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("bins", {"bins-equal-edges": 4}),
        ("bin", {"counted-from-one": 3}),
        ("one-hot", {"ordinal-code": (1, 1, 1, 0, 0)}),
        ("crossed", {"sizes-added": 9}),
        ("index", {"index-swapped": 12, "index-added": 4}),
        ("multiplications", {"dense-count": 29}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


def test_three_bins_and_four_categories_cross_to_twelve():
    assert run(edges="18,30").step("crossed").value == 12


def test_three_one_hot_features_need_three_multiplications_however_many_dimensions_there_are():
    truth = run(categories="100000", edges="1,2,3,4,5,6,7,8,9")
    assert truth.step("multiplications").value == 3
    assert slips(truth, "multiplications") == {"dense-count": 10 + 100_000 + 1_000_000}


def test_each_further_one_hot_feature_adds_one_multiplication():
    truth = run(others="100,7")
    assert truth.step("multiplications").value == 5
    assert slips(truth, "multiplications") == {"dense-count": 29 + 107}


@pytest.mark.parametrize(("value", "place"), [("-5", 0), ("17.9", 0), ("18", 1), ("30", 2), ("59.5", 3), ("60", 4)])
def test_a_bin_holds_its_left_edge(value, place):
    assert run(value=value).step("bin").value == place


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"value": "3"}, "one-hot", "ordinal-code"),
        ({"value": "3"}, "index", "index-added"),
        ({"value": "3", "category": "0"}, "index", "index-swapped"),
        ({"edges": "5", "categories": "2", "category": "0"}, "crossed", "sizes-added"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_a_wrong_bin_is_carried_on():
    marked = follow_through(CROSS, defaults(CROSS), {"bin": 3})
    assert (marked.step("one-hot").value, marked.step("index").value) == ((0, 0, 0, 1, 0), 14)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"edges": "1,3,3"}, "--edges 1, 3, 3: must increase"),
        ({"edges": "-3,-5"}, "--edges -3, -5: must increase"),
        ({"category": "4"}, "--category 4: must be from 0 to 3, as there are 4 categories"),
        ({"category": "-1"}, "--category -1: must be a whole number"),
        ({"edges": ",".join(map(str, range(20)))}, "at most 19 a side"),
    ],
)
def test_what_cannot_be_crossed_is_refused(texts, message):
    with pytest.raises(StudyError, match=message) as refusal:
        run(**texts)
    assert refusal.value.message.zh


@given(st.integers(1, 5), st.integers(1, 6))
def test_every_pair_has_a_place_of_its_own_without_gaps(edges, categories):
    places = [
        work(
            CROSS,
            defaults(CROSS)
            | {
                "value": float(place),
                "edges": tuple(map(float, range(1, edges + 1))),
                "category": category,
                "categories": categories,
            },
        )
        .step("index")
        .value
        for place, category in product(range(edges + 1), range(categories))
    ]
    assert places == list(range((edges + 1) * categories))


def test_at_level_3_the_value_lies_on_an_edge_and_elsewhere_it_does_not():
    for level in (1, 2, 3):
        for seed in range(30):
            inputs = draw(CROSS, Random(seed), level).inputs
            assert (inputs["value"] in inputs["edges"]) is (level == 3)
