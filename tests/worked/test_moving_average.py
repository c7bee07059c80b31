"""The exponentially weighted average: what it computes, which mistakes it names, and what it refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import follow_through, work
from studynn.worked import load

AVERAGE = load("moving-average")


def run(**texts):
    return work(AVERAGE, read_inputs(AVERAGE, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(values):
    return pytest.approx(values, rel=5e-6)


def test_the_default_run_gives_the_known_values():
    running = {"v1": 1, "v2": 2.9, "v3": 5.61, "memory": 10}
    corrected = {"v-hat1": 10, "v-hat2": 15.263158, "v-hat3": 20.701107}
    assert run().results == close(running | corrected)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("v1", {"not-averaged": 10, "weights-exchanged": 9}),
        ("v2", {"not-averaged": 20.9, "weights-exchanged": 18.1, "old-forgotten": 2}),
        ("v-hat1", {"not-corrected": 1, "correction-multiplied": 0.1, "one-forgotten": 1.111111}),
        (
            "v-hat2",
            {
                "not-corrected": 2.9,
                "correction-multiplied": 0.551,
                "power-forgotten": 29,
                "one-forgotten": 3.580247,
            },
        ),
        ("memory", {"one-over-beta": 1.111111}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == close(expected)


def test_from_a_given_start_nothing_is_corrected():
    truth = run(start="10")
    assert truth.step("v1").value == 10 and truth.step("v2").value == 11
    assert not truth.has("v-hat1")


def test_without_memory_the_average_is_the_last_number():
    truth = run(beta="0")
    assert truth.step("v3").value == truth.step("v-hat3").value == 30
    assert "not-corrected" not in truth.slips()


@given(st.floats(-100, 100), st.floats(0, 0.99))
def test_the_corrected_average_of_equal_numbers_is_that_number(number, beta):
    truth = work(AVERAGE, {"x": (number,) * 4, "beta": beta, "start": None})
    assert truth.step("v-hat4").value == pytest.approx(number, abs=1e-9)


def test_the_correction_follows_from_the_learners_own_average():
    assert follow_through(AVERAGE, run().inputs, {"v2": 3.8}).step("v-hat2").value == close(20)


def test_a_beta_of_one_is_refused():
    with pytest.raises(StudyError) as refusal:
        run(beta="1")
    assert refusal.value.message.en == "--beta 1: must be a number from 0 to below 1"
