"""One step with an L1 or L2 penalty: what it computes, which mistakes it names, and what it refuses."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import diagnose, work
from studynn.core.values import plain
from studynn.worked import load

DECAY = load("weight-decay")


def run(**texts):
    return work(DECAY, read_inputs(DECAY, texts))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def close(value):
    return pytest.approx(value, rel=5e-5)


def test_the_default_run_gives_the_known_values():
    found = {name: plain(value) for name, value in run().results.items()}
    assert found["penalty-l2"] == 1.0625 and found["penalty-l1"] == 1.25
    assert found["step-l2"] == close([1.85, -0.45]) and found["step-l1"] == close([1.9, -0.425])


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("penalty-l2", "half-forgotten", 2.125),
        ("penalty-l2", "norm-not-squared", 0.5154),
        ("penalty-l1", "signed-sum", 0.75),
        ("pull-l2", "two-lambda", [2.5, -0.75]),
        ("pull-l2", "pull-reversed", [-0.5, 0]),
        ("step-l2", "penalty-value-subtracted", [1.85, -0.48125]),
        ("step-l2", "no-decay", [1.95, -0.475]),
        ("step-l1", "no-decay", [1.95, -0.475]),
        ("pull-l1", "no-sign", [1, 0.25]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert slips(run(), step)[tag] == close(expected)


def test_a_step_worked_elsewhere_comes_out_the_same():
    truth = run(w="1", grad="0.5", lr="0.1", lambda_="0.1")
    assert plain(truth.step("step-l2").value) == close([0.94])


def test_without_data_l2_shrinks_in_proportion_and_l1_by_a_constant():
    truth = run(w="4,0.4", grad="0,0")
    assert plain(truth.step("step-l2").value) == close([3.8, 0.38])
    assert plain(truth.step("step-l1").value) == close([3.95, 0.35])


def test_step_after_step_l2_shrinks_by_a_power_and_l1_goes_to_zero_and_stays():
    truth = run(w="4,-0.4", steps="10")
    assert plain(truth.step("step-l2").value) == close([4 * 0.95**10, -0.4 * 0.95**10])
    assert plain(truth.step("step-l1").value) == close([3.5, 0])
    assert truth.step("step-l2").shown == "[4, −0.4]·0.95^10" and truth.step("way").value == pytest.approx(0.5)
    assert "stays there" in truth.notes[-1].en and not truth.has("pull-l2")


def test_several_steps_are_as_many_single_ones_without_a_data_gradient():
    w = (2.0, -0.5, 0.3)
    for _ in range(3):
        once = run(w=",".join(map(repr, w)), grad="0,0,0", lambda_="0.8")
        w = tuple(plain(once.step("step-l2").value))
    assert plain(run(w="2,-0.5,0.3", lambda_="0.8", steps="3").step("step-l2").value) == pytest.approx(w)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("factor", {"two-lambda": 0.6, "pull-reversed": 1.2}),
        ("step-l2", {"one-step-only": [1.6, -0.4], "linear-decay": [0.8, -0.2]}),
        ("way", {"one-step-only": 0.2}),
        ("step-l1", {"no-sign": [1.4, -1.1], "past-zero": [1.4, 0.1]}),
    ],
)
def test_each_mistake_over_three_steps_leads_to_its_known_value(step, expected):
    found = slips(run(w="2,-0.5", lr="0.4", steps="3"), step)
    assert found.keys() == expected.keys()
    assert all(found[tag] == close(value) for tag, value in expected.items())


@pytest.mark.parametrize("texts", [{"steps": "1"}, {"steps": "3", "lr": "0"}, {"steps": "3", "w": "0"}])
def test_over_steps_that_change_nothing_those_mistakes_are_not_offered(texts):
    assert not {"linear-decay", "past-zero"} & set(run(**texts).slips())


def test_a_weight_that_reaches_zero_exactly_is_zero_there():
    truth = run(w="0.3,-0.3", lr="0.1", lambda_="1", steps="3")
    assert plain(truth.step("step-l1").value) == [0, 0] and "past-zero" not in truth.slips()


def test_with_steps_the_data_gradient_plays_no_part_and_needs_no_length():
    assert run(w="1,2,3", steps="2").results.keys() == run().results.keys()


def test_only_some_draws_of_level_3_take_several_steps():
    found = [[draw(DECAY, Random(seed), level).inputs["steps"] for seed in range(100)] for level in (1, 2, 3)]
    assert not any(found[0]) and not any(found[1])
    assert set(found[2]) == {None, 2, 3, 4} and 15 <= sum(map(bool, found[2])) <= 60


def test_mistakes_are_offered_only_where_they_can_be_made():
    same_sign = run(w="1,2", grad="0,0")
    assert not {"signed-sum", "no-sign"} & set(same_sign.slips())
    assert not run(lambda_="0").slips()


def test_a_weight_of_zero_is_not_pulled_and_the_note_says_so():
    truth = run(w="0,1", grad="0,0")
    assert plain(truth.step("pull-l1").value) == [0, 0.5]
    assert "sign 0" in truth.notes[-1].en
    assert plain(DECAY.checked_by.compute(**truth.inputs)["pull-l1"]) == close([0, 0.5])


def test_twice_the_pull_is_named_in_the_new_weights():
    assert [slip.tag for slip in diagnose(run(), "step-l2", (1.75, -0.425))] == ["two-lambda"]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"grad": "1"}, "--grad 1: must have 2 numbers to fit --w of length 2, it has 1"),
        ({"steps": "21"}, "--steps 21: must be a whole number from 1 to 20"),
        ({"lambda_": "-1"}, "--lambda -1: must be a number of at least 0"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=6))
def test_a_step_of_l2_is_decay_by_one_factor(w):
    truth = run(w=",".join(map(str, w)), grad=",".join(["0"] * len(w)), lr="0.2", lambda_="0.5")
    assert plain(truth.step("step-l2").value) == pytest.approx([0.9 * weight for weight in w])
