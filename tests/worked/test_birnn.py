"""The bidirectional RNN: what it computes, which mistakes it names, and what it refuses."""

import math

import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work, wrong_values
from studynn.core.text import number_text, value_text
from studynn.core.values import components
from studynn.worked import load

BIRNN = load("birnn")


def run(**texts):
    return work(BIRNN, read_inputs(BIRNN, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits), abs=1e-12)


def test_the_default_run_gives_the_known_values_the_backward_ones_from_the_end():
    known = {
        "f1": [0.462117],
        "f2": [-0.0378647],
        "f3": [0.745228],
        "b3": [-0.761594],
        "b2": [0.118642],
        "b1": [-0.414207],
        "joined": [-0.0378647, 0.118642],
    }
    truth = work(BIRNN, defaults(BIRNN))
    assert list(truth.results) == list(known)
    assert all(close(truth.results[step], value) for step, value in known.items())


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("f2", "no-recurrence", [-0.4621]),
        ("b3", "backward-read-forwards", [-0.7007]),
        ("b3", "forward-weights-used", [0.7616]),
        ("b2", "no-recurrence", [0.4621]),
        ("joined", "summed", [0.08078]),
        ("joined", "end-states", [0.7452, -0.4142]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


def test_a_case_with_the_same_weights_both_ways_comes_out_as_elsewhere():
    results = run(x="1,0,1", uf="0.5", wf="0.8", ub="0.5", wb="0.8").results
    known = {"f1": 0.4621, "f2": 0.3537, "f3": 0.6544, "b1": 0.6544, "b2": 0.3537, "b3": 0.4621}
    assert all(close(results[step], [value], digits=4) for step, value in known.items())
    assert close(results["joined"], [0.3537, 0.3537], digits=4)


def test_states_may_be_added_instead():
    truth = run(combine="sum")
    assert close(truth.step("joined").value, [0.118642 - 0.0378647], digits=5)
    assert truth.step("joined").shown == "−0.03786 + 0.1186"
    assert close(slips(truth, "joined")["concatenated"], [-0.0378647, 0.118642])


def test_the_mirrored_position_is_a_mistake_only_off_the_middle():
    assert "backward-state-of-mirror" not in slips(run(at="2"), "joined")
    first = run(at="1")
    expected = [first.step("f1").value, first.step("b3").value]
    assert close(slips(first, "joined")["backward-state-of-mirror"], expected)
    assert "backward-state-of-mirror" not in slips(run(at="3"), "joined"), "there it is the pair of end states"


def test_mistakes_are_offered_only_where_they_can_be_made():
    assert slips(run(), "f1") == {}
    assert "no-recurrence" not in slips(run(), "b3")
    assert "forward-weights-used" not in slips(run(ub="0.5", wb="1"), "b2")
    alone = run(x="1", at="1")
    assert set(slips(alone, "b1")) == {"forward-weights-used"}
    assert set(slips(alone, "joined")) == {"summed"}


def test_reading_backwards_from_the_wrong_end_is_carried_to_the_joined_state():
    carried = {slip.tag: value for slip, value in wrong_values(run(), "joined")}
    assert close(carried["backward-read-forwards"], [-0.0378647, math.tanh(0.5 + 0.5 * math.tanh(-0.5))])


def test_the_backward_pass_goes_on_from_the_learners_own_state():
    marked = follow_through(BIRNN, defaults(BIRNN), {"b3": 0.0})
    assert close(marked.step("b2").value, [0.462117])


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"at": "4"}, "--at 4: must be a position from 1 to 3, x has 3"),
        ({"at": "0"}, "--at 0: must be a whole number from 1 to 20"),
        ({"combine": "mean"}, "--combine mean: must be one of concat, sum"),
    ],
)
def test_what_cannot_be_used_is_refused(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message
    assert refusal.value.exit_code == 2


def test_more_than_twenty_positions_are_refused():
    with pytest.raises(StudyError, match="at most 20 a side"):
        run(x=",".join(["1"] * 21))


def test_one_chain_runs_to_the_right_and_one_to_the_left_and_the_arrow_shows_the_joined_position():
    truth = run()
    (flow,) = BIRNN.picture(truth)
    right, _, left, place = flow.lanes
    assert (right.back, left.back) == (False, True)
    assert right.stations[0] == left.stations[-1] == "0"
    for t in (1, 2, 3):
        assert right.stations[t] == number_text(truth.step(f"f{t}").value)
        assert left.stations[t] == number_text(truth.step(f"b{t}").value)
    assert place.stations == ("", "", "↑", "") and value_text(truth.step("joined").value) in flow.title.en
