"""The discounted return: what it is, which mistakes it names, and what it refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.worked import load

RETURN = load("discounted-return")


def run(**texts):
    return work(RETURN, read_inputs(RETURN, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values_from_the_end_backwards():
    assert list(run().results.items()) == [("G3", 4), ("G2", 1), ("G1", 0.5), ("return", 2.25)]


def test_each_mistake_leads_to_its_known_value():
    assert slips(run(), "G2") == {"no-discount": 3}
    assert slips(run(), "return") == {
        "no-discount": 5,
        "first-reward-discounted": 1.125,
        "one-discount-for-all": 2.5,
        "averaged": 1.25,
    }


def test_a_case_worked_elsewhere_comes_out_the_same():
    assert run(rewards="1,0,2", gamma="0.9").step("return").value == pytest.approx(2.62, rel=1e-12)


def test_the_value_behind_the_last_reward_is_discounted_too():
    truth = run(rewards="1,2", gamma="0.5", bootstrap="8")
    assert truth.results == {"G1": 6, "return": 4}
    assert truth.step("G1").shown == "2 + 0.5·8"


def test_without_discount_the_discount_cannot_be_forgotten():
    assert set(run(gamma="1").slips()) == {"averaged"}
    assert any("nothing is discounted" in note.en for note in run(gamma="1").notes)


def test_at_the_end_there_is_nothing_to_discount():
    assert slips(run(), "G3") == {}


def test_one_reward_is_its_own_return():
    truth = run(rewards="3")
    assert truth.results == {"return": 3}
    assert set(truth.slips()) == {"first-reward-discounted"}


def test_a_steady_reward_is_told_what_it_would_come_to_for_ever():
    assert any("r/(1 − γ) = 10." in note.en for note in run(rewards="1,1,1", gamma="0.9").notes)
    assert not any("for ever" in note.en for note in run().notes)


def test_a_return_without_discount_is_named():
    assert [slip.tag for slip in diagnose(run(), "return", 5)] == ["no-discount"]


def test_the_return_goes_on_from_the_learners_own_value():
    assert follow_through(RETURN, defaults(RETURN), {"G1": 2.0}).step("return").value == 3


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"gamma": "1.1"}, "--gamma 1.1: must be a number from 0 to 1"),
        ({"gamma": "-0.1"}, "--gamma -0.1: must be a number from 0 to 1"),
        ({"rewards": ",".join(["1"] * 101)}, "at most 100 a side"),
    ],
)
def test_what_cannot_be_used_is_refused(texts, words):
    with pytest.raises(StudyError, match=words):
        run(**texts)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=8), st.integers(0, 10))
def test_moving_an_episode_one_step_off_multiplies_its_return_by_gamma(rewards, tenths):
    inputs = {"rewards": tuple(map(float, rewards)), "gamma": tenths / 10, "bootstrap": 0.0}
    later = work(RETURN, inputs | {"rewards": (0.0, *inputs["rewards"])})
    assert later.step("return").value == pytest.approx(tenths / 10 * work(RETURN, inputs).step("return").value)
