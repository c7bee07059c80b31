"""The target of Q-learning and DQN: what it computes, which mistakes it names, and what it refuses."""

from random import Random

import pytest

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.values import plain
from studynn.worked import load

TARGET = load("q-target")
BATCH = {
    "reward": "1,0,-1",
    "q_sa": "2,2,2",
    "q_next_target": "1,2;4,0;6,3",
    "q_next_online": "2,1;5,7;0,1",
    "done": "0,0,1",
}


def run(double=False, **texts):
    return work(TARGET, read_inputs(TARGET, texts | {"double": double}))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {"max-next": 6, "y": 5, "td-error": 2, "q-new": 4, "loss": 4}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("max-next", {"online-network-used": 5, "mean-for-max": pytest.approx(11 / 3)}),
        ("y", {"no-discount": 8, "reward-forgotten": 3}),
        ("td-error", {"error-reversed": -2}),
        ("q-new", {"overwritten": 5, "alpha-on-target-only": 5.5}),
        ("loss", {"loss-not-squared": 2}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(
    ("done", "expected"), [("0", {"y": 5.5, "td-error": 1.5, "loss": 2.25}), ("1", {"y": 1, "td-error": -3, "loss": 9})]
)
def test_a_case_worked_elsewhere_comes_out_the_same(done, expected):
    found = run(reward="1", gamma="0.9", q_next_target="2,5,3", q_sa="4", done=done).results
    assert {name: found[name] for name in expected} == pytest.approx(expected)


def test_after_the_end_of_an_episode_nothing_is_added():
    truth = run(done="1")
    assert truth.step("y").value == 2
    assert slips(truth, "y") == {"reward-forgotten": 0, "bootstrap-at-the-end": 5}
    assert any("nothing follows" in note.en for note in truth.notes)


def test_double_dqn_values_the_action_that_the_online_network_picks():
    truth = run(double=True)
    assert truth.step("max-next").value == 1
    assert truth.step("max-next").shown == "[1, 0, 0]·[1, 6, 4]"
    assert slips(truth, "max-next") == {"online-network-used": 5, "target-picks-action": 6}


def test_a_mini_batch_is_averaged():
    truth = run(**BATCH)
    assert plain(truth.step("y").value) == [2, 2, -1]
    assert plain(truth.step("td-error").value) == [0, 0, -3]
    assert truth.step("loss").value == 3
    assert slips(truth, "loss") == {"loss-not-squared": 1, "loss-summed": 9}


def test_rows_can_be_replayed_from_the_buffer():
    truth = run(**BATCH, sample="3,1")
    assert plain(truth.step("max-next").value) == [6, 2]
    assert plain(truth.step("y").value) == [-1, 2]


def test_one_done_counts_for_all_rows():
    assert plain(run(**(BATCH | {"done": "1"})).step("y").value) == [1, 0, -1]


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"gamma": "1"}, "y", "no-discount"),
        ({"reward": "0"}, "y", "reward-forgotten"),
        ({}, "y", "bootstrap-at-the-end"),
        ({"alpha": "1"}, "q-new", "overwritten"),
        ({"q_sa": "0"}, "q-new", "alpha-on-target-only"),
        ({}, "loss", "loss-summed"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_equally_good_actions_are_noted():
    assert any("first is taken" in note.en for note in run(q_next_target="6,6,1").notes)
    assert not any("first is taken" in note.en for note in run().notes)


def test_a_target_from_the_wrong_network_is_named_at_the_error_too():
    assert [slip.tag for slip in diagnose(run(), "td-error", 1.5)] == ["online-network-used"]


def test_the_update_goes_on_from_the_learners_own_error():
    marked = follow_through(TARGET, defaults(TARGET), {"td-error": -4})
    assert (marked.step("q-new").value, marked.step("loss").value) == (1, 16)


def test_numbers_too_large_to_compute_on_end_the_derivation():
    assert not follow_through(TARGET, defaults(TARGET), {"td-error": 1e300}).has("q-new")


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"q_sa": "1,2"}, "--q-sa 1,2: must have length 1 to fit --reward, it has length 2"),
        ({"done": "0,1"}, "--done 0,1: must have length 1 to fit --reward, it has length 2"),
        (
            {"q_next_target": "1,2;3,4"},
            "--q-next-target 1,2;3,4: must have 1 row to fit --reward of length 1, it is 2×2",
        ),
        ({"q_next_online": "1,2"}, "--q-next-online 1,2: must be 1×3 to fit --q-next-target, it is 1×2"),
        ({"sample": "2"}, "--sample 2: rows must lie from 1 to 1, as the buffer has 1"),
        ({"gamma": "2"}, "--gamma 2: must be a number from 0 to 1"),
    ],
)
def test_what_does_not_fit_is_refused_by_option_and_shape(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message
    assert refusal.value.message.zh


def test_done_is_zero_or_one():
    with pytest.raises(StudyError, match=r"--done 0.5: .* whole numbers from 0 to 1"):
        run(done="0.5")


def test_level_three_draws_mini_batches_some_out_of_a_buffer_each_with_one_end_or_double_dqn():
    found = [draw(TARGET, Random(seed), 3) for seed in range(60)]
    forms = {(truth.inputs["double"], truth.inputs["sample"] is not None) for truth in found}
    assert forms == {(True, False), (False, True), (False, False)}
    for truth in found:
        if truth.inputs["sample"] is not None:
            ends = [truth.inputs["done"][row - 1] for row in truth.inputs["sample"]]
            assert len(truth.inputs["reward"]) == 5 and sorted(ends) == [0, 0, 1]
