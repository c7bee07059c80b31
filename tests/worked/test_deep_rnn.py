"""Stacked recurrent layers: what they compute, which mistakes are named, and what is refused."""

import math

import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work, wrong_values
from studynn.core.text import number_text
from studynn.core.values import components
from studynn.worked import load

DEEP = load("deep-rnn")


def run(**texts):
    return work(DEEP, read_inputs(DEEP, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits), abs=1e-12)


def test_the_default_run_gives_the_known_values():
    known = {"h1-1": 0.761594, "h2-1": 0.642015, "h1-2": 0.255786, "h2-2": -0.0651292}
    truth = work(DEEP, defaults(DEEP))
    assert list(truth.results) == list(known)
    assert all(close(truth.results[step], [value]) for step, value in known.items())


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("h2-1", "layer-two-reads-x", 0.964),
        ("h2-1", "below-one-step-late", 0),
        ("h1-2", "no-recurrence", -0.4621),
        ("h2-2", "state-from-below", -0.1244),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], [expected], digits=4)


def test_a_case_with_the_same_weights_in_both_layers_comes_out_as_elsewhere():
    results = run(x="1,0,1", u="0.5,0.5", w="0.8,0.8").results
    known = {"h1-1": 0.4621, "h1-2": 0.3537, "h1-3": 0.6544, "h2-1": 0.227, "h2-2": 0.3439, "h2-3": 0.5387}
    assert all(close(results[step], [value], digits=4) for step, value in known.items())


def test_a_third_layer_reads_the_second():
    truth = run(u="0.5,1,2", w="1,-0.5,1")
    assert close(truth.step("h3-1").value, [math.tanh(2 * 0.642015)], digits=5)
    assert close(slips(truth, "h3-1")["layer-two-reads-x"], [math.tanh(4)])
    assert close(slips(truth, "h3-2")["below-one-step-late"], [math.tanh(2 * 0.642015 + math.tanh(2 * 0.642015))], 5)
    assert "h³₂; tanh was taken 6 times" in truth.notes[-1].en


def test_mistakes_are_offered_only_where_they_can_be_made():
    assert slips(run(), "h1-1") == {}
    assert slips(run(), "h2-1").keys() == {"layer-two-reads-x", "below-one-step-late"}
    assert "no-recurrence" not in slips(run(w="0,0"), "h2-2")


def test_reading_x_in_layer_two_is_carried_to_the_next_step():
    found = [value for slip, value in wrong_values(run(), "h2-2") if slip.tag == "layer-two-reads-x"]
    at_both_steps = math.tanh(-1 - 0.5 * math.tanh(2))
    assert any(close(value, [at_both_steps]) for value in found)


def test_later_cells_go_on_from_the_learners_own_state():
    marked = follow_through(DEEP, defaults(DEEP), {"h1-1": 1.0})
    assert close(marked.step("h2-1").value, [math.tanh(1)])
    assert close(marked.step("h1-2").value, [math.tanh(0.5)])


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"w": "1"}, "--w 1: must have 2 numbers, one a layer as --u, it has 1"),
        ({"u": "1,2,3"}, "--w 1,-0.5: must have 3 numbers, one a layer as --u, it has 2"),
        ({"u": "1,2,3,4", "w": "1,2,3,4"}, "--u 1,2,3,4: must be a list of numbers such as 1,2,3, at most 3 a side"),
    ],
)
def test_what_does_not_fit_is_refused(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message
    assert refusal.value.exit_code == 2


def test_more_than_twelve_steps_are_refused():
    with pytest.raises(StudyError, match="at most 12 a side"):
        run(x=",".join(["1"] * 13))


def test_the_picture_has_the_top_layer_highest_and_the_weights_on_the_arrows():
    truth = run()
    (flow,) = DEEP.picture(truth)
    assert [lane.label.en for lane in flow.lanes] == ["h²", "", "h¹", "", "x"]
    assert flow.lanes[0].stations[2] == number_text(truth.step("h2-2").value) and flow.lanes[0].arrows[0] == "×(−0.5)"
    assert flow.lanes[1].stations == ("", "↑ ×1", "↑ ×1")
