"""Epochs, batches and iterations: what is counted, which mistakes are named, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import diagnose, work
from studynn.worked import load

ITERATIONS = load("iterations")


def run(drop_last=False, **texts):
    return work(ITERATIONS, read_inputs(ITERATIONS, texts | {"drop_last": drop_last}))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {"steps-per-epoch": 11, "last-batch": 10, "total-steps": 55}
    assert run().step("ratio").value == 650 / 64


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("steps-per-epoch", {"rounded-down": 10, "epoch-is-step": 1}),
        ("last-batch", {"full-last-batch": 64}),
        ("total-steps", {"rounded-once": 51, "epochs-forgotten": 11, "samples-times-epochs": 3250}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


def test_a_thousand_samples_in_batches_of_32_take_320_updates_in_ten_epochs():
    truth = run(samples="1000", batch_size="32", epochs="10")
    assert truth.results == {"steps-per-epoch": 32, "last-batch": 8, "total-steps": 320}


def test_the_small_last_batch_can_be_left_out():
    truth = run(drop_last=True)
    assert truth.results == {"steps-per-epoch": 10, "last-batch": 64, "total-steps": 50}
    assert slips(truth, "steps-per-epoch") == {"epoch-is-step": 1, "rounded-up": 11}
    assert slips(truth, "last-batch") == {}


def test_where_the_batches_come_out_even_rounding_is_no_mistake():
    truth = run(samples="640")
    assert truth.results == {"steps-per-epoch": 10, "last-batch": 64, "total-steps": 50}
    assert not {"rounded-down", "full-last-batch", "rounded-once"} & set(truth.slips())


def test_a_batch_larger_than_the_data_is_one_small_batch():
    assert run(samples="10").results == {"steps-per-epoch": 1, "last-batch": 10, "total-steps": 5}


def test_rounding_down_is_named_in_the_total_too():
    assert [slip.tag for slip in diagnose(run(), "total-steps", 50)] == ["rounded-down"]


def test_with_drop_last_a_batch_must_fit_into_the_data():
    with pytest.raises(StudyError) as refusal:
        run(samples="10", drop_last=True)
    assert (
        refusal.value.message.en
        == "--batch-size 64: must be at most 10 with --drop-last, or no batch is left of 10 samples"
    )


def test_no_samples_are_refused():
    with pytest.raises(StudyError, match="--samples 0: must be a whole number from 1 to"):
        run(samples="0")


@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 9))
def test_all_batches_but_the_last_are_full_and_together_they_are_the_samples(samples, size, epochs):
    found = run(samples=str(samples), batch_size=str(size), epochs=str(epochs)).results
    assert (found["steps-per-epoch"] - 1) * size + found["last-batch"] == samples
    assert 1 <= found["last-batch"] <= size
    assert found["total-steps"] == epochs * found["steps-per-epoch"]
