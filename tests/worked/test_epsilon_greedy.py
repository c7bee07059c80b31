"""ε-greedy: the probabilities of the actions, which mistakes are named, and what is refused."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.worked import load

POLICY = load("epsilon-greedy")


def run(linear=False, **texts):
    return work(POLICY, read_inputs(POLICY, texts | {"linear": linear}))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == pytest.approx({"greedy": 0.84, "other": 0.04, "expected": 3.6})


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("greedy", {"exploration-share-forgotten": 0.8}),
        ("other", {"shared-among-others": 0.05, "not-shared": 0.2}),
        ("expected", {"greedy-value": 4, "plain-mean": 2}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == pytest.approx(expected)


def test_a_case_worked_elsewhere_comes_out_the_same():
    found = run(q="3,1,0,2", epsilon="0.1").results
    assert (found["greedy"], found["other"]) == pytest.approx((0.925, 0.025))


def test_a_decayed_epsilon_comes_first():
    truth = run(epsilon="0.8", decay="0.5", step="3")
    assert truth.step("epsilon").value == pytest.approx(0.1)
    assert truth.step("epsilon").shown == "0.8·0.5^3"
    assert slips(truth, "epsilon") == {"decayed-once": 0.4}
    assert truth.step("other").value == pytest.approx(0.02)
    assert not run(decay="0.5").has("epsilon")


def test_a_linear_decay_takes_the_same_amount_at_every_step():
    truth = run(True, epsilon="0.8", decay="0.1", step="3")
    assert truth.step("epsilon").value == pytest.approx(0.5)
    assert truth.step("epsilon").shown == "max(0.8 − 3·0.1, 0)"
    assert slips(truth, "epsilon") == pytest.approx({"decayed-once": 0.7, "multiplied": 0.0008})
    assert truth.step("other").value == pytest.approx(0.1)


@pytest.mark.parametrize("step", ["8", "9", "10000"])
def test_a_linear_decay_ends_at_zero(step):
    truth = run(True, epsilon="0.8", decay="0.1", step=step)
    assert truth.step("epsilon").value == 0 and truth.step("greedy").value == 1
    found = POLICY.checked_by.compute(**truth.inputs)
    assert all(found[name] == pytest.approx(value, abs=1e-12) for name, value in truth.results.items())


def test_without_a_step_or_an_amount_nothing_decays():
    assert not run(True, decay="0.1").has("epsilon") and not run(True, decay="0", step="3").has("epsilon")


def test_level_3_has_decay_by_a_factor_and_by_an_amount():
    found = [draw(POLICY, Random(seed), 3) for seed in range(100)]
    assert 15 <= sum(truth.inputs["linear"] for truth in found) <= 60
    assert all(0 < truth.step("epsilon").value < truth.inputs["epsilon"] for truth in found)


@pytest.mark.parametrize("texts", [{"epsilon": "0"}, {"q": "2,2", "epsilon": "0.5"}])
def test_mistakes_that_cannot_be_made_are_not_offered(texts):
    assert not {"exploration-share-forgotten", "not-shared", "greedy-value"} <= set(run(**texts).slips())


def test_with_two_actions_sharing_among_the_others_is_not_sharing():
    assert slips(run(q="1,2"), "other") == {"not-shared": 0.2}


def test_always_exploring_makes_all_actions_equally_likely():
    truth = run(epsilon="1")
    assert truth.step("greedy").value == truth.step("other").value == 0.2
    assert "plain-mean" not in truth.slips()


def test_equally_good_actions_share_what_is_not_random():
    truth = run(q="4,4,0,0", epsilon="0.2")
    assert truth.step("greedy").value == pytest.approx(0.45)
    assert any("m = 2 actions" in note.en for note in truth.notes)
    assert not run(q="1,1").has("other")


def test_leaving_the_random_share_out_is_named_in_the_mean_too():
    assert [slip.tag for slip in diagnose(run(), "expected", 0.8 * 4 + 0.04 * 6)] == ["exploration-share-forgotten"]


def test_the_mean_goes_on_from_the_learners_own_probability():
    assert follow_through(POLICY, defaults(POLICY), {"greedy": 0.5}).step("expected").value == pytest.approx(2.24)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"epsilon": "1.1"}, "--epsilon 1.1: must be a number from 0 to 1"),
        ({"q": "1"}, "--q 1: must have at least 2 actions, it has 1"),
        ({"q": ",".join("1" * 21)}, "at most 20 a side"),
    ],
)
def test_what_cannot_be_used_is_refused(texts, words):
    with pytest.raises(StudyError, match=words):
        run(**texts)


@given(st.lists(st.integers(-5, 5), min_size=2, max_size=8), st.integers(0, 10))
def test_all_probabilities_add_up_to_one(q, tenths):
    found = work(
        POLICY, {"q": tuple(map(float, q)), "epsilon": tenths / 10, "decay": 1.0, "step": 0, "linear": False}
    ).results
    ties = q.count(max(q))
    assert ties * found["greedy"] + (len(q) - ties) * found.get("other", 0) == pytest.approx(1)


def test_a_simulated_policy_picks_the_best_action_as_often():
    rng, hits = Random(1), 0
    for _ in range(20_000):
        hits += rng.randrange(5) == 1 if rng.random() < 0.2 else True
    assert hits / 20_000 == pytest.approx(run().step("greedy").value, abs=0.01)
