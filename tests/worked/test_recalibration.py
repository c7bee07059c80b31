"""Correcting probabilities after down-sampling: values, mistakes and refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.worked import load

RECALIBRATION = load("recalibration")


def run(**texts):
    return work(RECALIBRATION, read_inputs(RECALIBRATION, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {"odds": 3, "true-odds": 0.375, "q": pytest.approx(0.272727, rel=1e-5)}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("odds", {"odds-as-p": 0.75}),
        ("true-odds", {"odds-divided": 24}),
        ("q", {"probability-scaled": 0.09375, "odds-not-converted": 0.375}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(("p", "w", "q"), [("0.5", "0.1", 0.090909), ("0.2", "0.05", 0.012346)])
def test_probabilities_corrected_elsewhere_come_out_the_same(p, w, q):
    assert run(p=p, w=w).step("q").value == pytest.approx(q, abs=5e-7)


def test_with_all_negatives_kept_nothing_changes_and_nothing_can_be_confused():
    truth = run(w="1")
    assert truth.step("q").value == pytest.approx(0.75)
    assert slips(truth, "true-odds") == {}
    assert slips(truth, "q").keys() == {"odds-not-converted"}


def test_a_division_by_w_is_recognised_in_the_probability():
    assert [slip.tag for slip in diagnose(run(), "q", 24 / 25)] == ["odds-divided"]


def test_odds_of_a_learner_are_carried_on_where_they_can_be():
    assert follow_through(RECALIBRATION, defaults(RECALIBRATION), {"true-odds": 1.0}).step("q").value == 0.5
    assert not follow_through(RECALIBRATION, defaults(RECALIBRATION), {"true-odds": -1.0}).has("q")


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"p": "0"}, "--p 0: must lie between 0 and 1"),
        ({"p": "1"}, "--p 1: must lie between 0 and 1"),
        ({"p": "1.5"}, "--p 1.5: must be a number from 0 to 1"),
        ({"w": "0"}, "--w 0: must be a number from"),
        ({"w": "2"}, "--w 2: must be a number from"),
    ],
)
def test_what_is_no_probability_or_share_is_refused(texts, message):
    with pytest.raises(StudyError, match=message) as refusal:
        run(**texts)
    assert refusal.value.message.zh


@given(st.floats(0.001, 0.999), st.floats(0.001, 1))
def test_the_correction_is_the_one_formula_and_never_raises_a_probability(p, w):
    q = work(RECALIBRATION, {"p": p, "w": w}).step("q").value
    assert q == pytest.approx(p / (p + (1 - p) / w))
    assert q <= p + 1e-12
