"""Learning-rate schedules: what is computed, which mistakes are named, and what is refused."""

import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import follow_through, work
from studynn.worked import load

SCHEDULE = load("learning-rate-schedule")


def run(**texts):
    return work(SCHEDULE, read_inputs(SCHEDULE, texts))


def rate(t, **texts):
    return run(t=str(t), **texts).step(f"lr{t}").value


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(values):
    return pytest.approx(values, rel=5e-6)


def test_the_default_run_gives_the_known_values():
    assert run().results == close({"lr5": 0.8, "lr25": 0.2})
    assert (run().step("drops5").value, run().step("drops25").value) == (0, 2)


@pytest.mark.parametrize(
    ("texts", "step", "expected"),
    [
        ({}, "drops25", {"not-floored": 2.5, "rounded-up": 3}),
        ({}, "lr25", {"product-for-power": 0.8}),
        ({"decay": "0.1"}, "lr25", {"product-for-power": 0.16, "share-lost": 0.648}),
        (
            {"kind": "exponential", "decay": "0.9", "t": "2"},
            "lr2",
            {"product-for-power": 1.44, "share-lost": 0.008, "e-to-minus-gamma-t": 0.132239},
        ),
        (
            {"kind": "cosine", "t": "20"},
            "lr20",
            {"half-forgotten": 1.2, "linear": 0.533333, "sine": 0.746410},
        ),
        ({"kind": "cosine", "t": "20", "lowest": "0.2"}, "lr20", {"lowest-not-subtracted": 0.8}),
        (
            {"kind": "inverse-time", "decay": "0.1", "t": "30"},
            "lr30",
            {"one-forgotten": 0.266667, "power-for-product": 8e-31, "linear": -1.6},
        ),
        ({"warmup": "10", "t": "4"}, "lr4", {"warm-up-ignored": 0.8, "falling": 0.48}),
        ({"warmup": "10", "t": "25"}, "since25", {"not-restarted": 25}),
    ],
)
def test_each_mistake_leads_to_its_known_value(texts, step, expected):
    found = slips(run(**texts), step)
    assert {tag: found[tag] for tag in expected} == close(expected)


@pytest.mark.parametrize(
    ("texts", "t", "value"),
    [
        ({"kind": "exponential", "decay": "0.9"}, 2, 0.648),
        ({"kind": "inverse-time", "decay": "0.1"}, 30, 0.2),
        ({"kind": "cosine"}, 0, 0.8),
        ({"kind": "cosine"}, 20, 0.6),
        ({"kind": "cosine", "lowest": "0.2"}, 60, 0.2),
        ({"kind": "constant"}, 99, 0.8),
        ({"kind": "constant", "warmup": "10"}, 5, 0.4),
        ({"kind": "cosine", "warmup": "10", "last": "70"}, 30, 0.6),
        ({"warmup": "10"}, 25, 0.4),
    ],
)
def test_each_schedule_gives_its_rate(texts, t, value):
    assert rate(t, **texts) == close(value)


def test_the_warm_up_ends_where_the_schedule_begins():
    assert [rate(t, kind="cosine", warmup="4") for t in (0, 1, 4)] == close([0, 0.2, 0.8])


def test_the_rate_follows_from_the_learners_own_count_of_drops():
    assert follow_through(SCHEDULE, run().inputs, {"drops25": 3}).step("lr25").value == close(0.1)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"t": "3,3"}, "--t 3,3: must be different times"),
        ({"decay": "1.5"}, "--decay 1.5: must be above 0 and at most 1 for --kind step"),
        ({"kind": "cosine", "t": "61"}, "--t 61: must not pass --last 60"),
        ({"kind": "cosine", "warmup": "60"}, "--warmup 60: must be below --last 60"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message
