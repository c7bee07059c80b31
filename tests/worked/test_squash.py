"""Squash: what it does to a vector, which mistakes it names, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.values import plain
from studynn.worked import load

SQUASH = load("squash")


def run(**texts):
    return work(SQUASH, read_inputs(SQUASH, texts))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    found = {name: plain(value) for name, value in run().results.items()}
    assert found == {"norm": 3, "factor": 0.9, "v": pytest.approx([0.6, 0.3, 0.6]), "length": pytest.approx(0.9)}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("norm", {"squared-norm": 9, "l1-norm": 5}),
        ("factor", {"square-forgotten": 0.75, "one-forgotten": 1}),
        (
            "v",
            {"not-divided-by-norm": pytest.approx([1.8, 0.9, 1.8]), "each-component": pytest.approx([0.8, 0.5, 0.8])},
        ),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


def test_a_case_worked_elsewhere_comes_out_the_same():
    found = run(s="3,4").results
    assert plain(found["v"]) == pytest.approx([0.576923, 0.769231], rel=1e-5)
    assert found["length"] == pytest.approx(0.961538, rel=1e-5)


def test_nothing_stays_nothing():
    truth = run(s="0,0")
    assert [plain(value) for value in truth.results.values()] == [0, 0, [0, 0], 0]
    assert not truth.slips()
    assert any("no direction" in note.en for note in truth.notes)


def test_a_single_component_has_no_other_norm_and_no_other_squash():
    assert set(run(s="-2").slips()) == {"squared-norm", "square-forgotten", "one-forgotten", "not-divided-by-norm"}


def test_a_vector_of_length_one_is_halved():
    assert run(s="0.6,0.8").step("length").value == pytest.approx(0.5)


def test_the_vector_goes_on_from_the_learners_own_length():
    marked = follow_through(SQUASH, defaults(SQUASH), {"norm": 2.0})
    assert marked.step("factor").value == 0.8
    assert plain(marked.step("v").value) == pytest.approx([0.8, 0.4, 0.8])


def test_numbers_too_large_to_compute_on_end_the_derivation():
    assert not follow_through(SQUASH, defaults(SQUASH), {"factor": 1e300}).has("v")


def test_squares_that_were_forgotten_are_named_in_the_length_too():
    assert [slip.tag for slip in diagnose(run(), "length", 0.75)] == ["square-forgotten"]


def test_more_than_sixteen_components_are_refused():
    with pytest.raises(StudyError, match="at most 16 a side"):
        run(s=",".join("1" * 17))


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=5).filter(any))
def test_the_direction_stays_and_the_length_lies_below_one(entries):
    truth = work(SQUASH, {"s": tuple(map(float, entries))})
    v = truth.step("v").value
    assert 0 < truth.step("length").value < 1
    np.testing.assert_allclose(v / np.linalg.norm(v), np.array(entries) / np.linalg.norm(entries), rtol=1e-12)
