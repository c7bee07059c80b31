"""Backpropagation through time: what it computes, which mistakes it names, and what it refuses."""

import numpy as np
import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work, wrong_values
from studynn.core.text import number_text
from studynn.core.values import components
from studynn.nn.recurrent import rnn_backward, rnn_forward
from studynn.worked import load

BPTT = load("bptt")


def run(**texts):
    return work(BPTT, read_inputs(BPTT, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits), abs=1e-12)


def test_the_default_run_gives_the_known_values():
    known = {
        "h1": 0.462117,
        "h2": -0.646313,
        "h3": 0.589463,
        "o": 1.17893,
        "loss": 0.0160074,
        "grad-v": 0.105471,
        "delta3": 0.233511,
        "delta2": 0.0679843,
        "delta1": 0.0267331,
        "grad-u": 0.178893,
        "grad-w": -0.119505,
    }
    truth = work(BPTT, defaults(BPTT))
    assert [step.name for step in truth.steps if step.name != "u-terms"] == list(known)
    assert all(close(truth.results[step], [value]) for step, value in known.items())
    assert any("4.2 % come from step 1" in note.en for note in truth.notes)


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("h2", "no-recurrence", -0.7616),
        ("grad-v", "input-for-state", 0.1789),
        ("delta3", "tanh-slope-forgotten", 0.3579),
        ("delta2", "w-forgotten", 0.136),
        ("grad-u", "last-step-only", 0.2335),
        ("grad-u", "averaged-over-time", 0.05963),
        ("grad-w", "current-state-used", 0.1061),
        ("grad-w", "last-step-only-w", -0.1509),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], [expected], digits=4)


def test_a_case_worked_elsewhere_comes_out_the_same_term_by_term():
    results = run(x="1,-1,0.5", y="1", u="0.5", w="0.8", v="1.2").results
    known = {
        "h1": [0.462117],
        "h2": [-0.129574],
        "h3": [0.145305],
        "o": [0.174366],
        "loss": [0.340836],
        "grad-v": [-0.119969],
        "u-terms": [-0.479952, 0.762847, -0.484921],
        "grad-u": [-0.202025],
    }
    assert all(close(results[step], value, digits=5) for step, value in known.items())


def test_a_case_whose_output_is_the_state_comes_out_the_same():
    results = run(x="1,0,1", y="1", u="0.5", w="0.8", v="1").results
    assert close(results["grad-u"], [-0.2846], digits=4)
    assert close(results["grad-w"], [-0.1338], digits=4)


@pytest.mark.parametrize("activation", ["tanh", "identity"])
def test_the_gradients_are_those_of_the_engine(activation):
    x, w, u, v, y, h0 = [0.5, -1.5, 1.0, 2.0], 1.5, -0.5, 0.75, 1.0, 0.25
    texts = {"x": ",".join(map(str, x)), "w": str(w), "u": str(u), "v": str(v), "y": str(y), "h0": str(h0)}
    results = run(**texts, activation=activation).results
    array = np.array(x).reshape(4, 1, 1)
    trace = rnn_forward(array, np.array([[h0]]), np.array([[u]]), np.array([[w]]), np.zeros(1), activation)
    dh = np.zeros((4, 1, 1))
    dh[-1] = (v * trace.h[-1] - y) * v
    found = rnn_backward(trace, np.array([[u]]), np.array([[w]]), dh, activation)
    assert close(results["grad-u"], [found.u.item()], digits=12)
    assert close(results["grad-w"], [found.w.item()], digits=12)
    assert close(results["u-terms"], list(found.x.ravel() / u * x), digits=12)


def test_without_tanh_no_slope_is_asked_for():
    truth = run(activation="identity")
    assert truth.step("delta2").formula == "δ₂ = δ₃ w"
    assert slips(truth, "delta2").keys() == {"w-forgotten"}


def test_mistakes_are_offered_only_where_they_can_be_made():
    assert "no-recurrence" not in slips(run(), "h1")
    assert "w-forgotten" not in slips(run(), "delta3"), "nothing has come back through w yet"
    assert "w-forgotten" not in slips(run(w="1"), "delta2")
    assert "last-step-only-w" not in slips(run(x="1,2"), "grad-w"), "h₀ = 0: step 1 adds nothing"
    assert "last-step-only-w" in slips(run(x="1,2", h0="1"), "grad-w")
    assert slips(run(x="1"), "grad-u") == {}


def test_one_step_is_ordinary_backpropagation():
    truth = run(x="1", u="1", v="1", y="0")
    assert close(truth.step("grad-u").value, [np.tanh(1) * (1 - np.tanh(1) ** 2)])
    assert not any("step 1" in note.en for note in truth.notes)


def test_a_forgotten_slope_is_carried_to_the_gradient():
    carried = {slip.tag: value for slip, value in wrong_values(run(), "grad-u")}
    error = 2 * 0.178926
    assert close(carried["tanh-slope-forgotten"], [error * (1 - 0.5 + 0.25 * 0.5)], digits=4)


def test_earlier_signals_go_on_from_the_learners_own_last_one():
    marked = follow_through(BPTT, defaults(BPTT), {"delta3": 1.0})
    assert close(marked.step("delta2").value, [0.5 * (1 - 0.646313**2)], digits=5)


def test_a_growing_cell_without_tanh_is_answered_to_the_limit_of_the_inputs():
    truth = run(x=",".join(["1e6"] * 20), u="1e6", w="1e6", v="1e6", h0="1e6", activation="identity")
    found = BPTT.checked_by.compute(**truth.inputs)
    assert all(close(found[step], [truth.step(step).value], digits=9) for step in found)


def test_more_than_twenty_steps_are_refused():
    with pytest.raises(StudyError, match="at most 20 a side") as refusal:
        run(x=",".join(["1"] * 21))
    assert refusal.value.exit_code == 2


def test_each_error_stands_under_its_state_and_runs_back():
    truth = run()
    (flow,) = BPTT.picture(truth)
    states, deltas = flow.lanes[1], flow.lanes[2]
    for t in (1, 2, 3):
        assert states.stations[t] == number_text(truth.step(f"h{t}").value)
        assert deltas.stations[t] == number_text(truth.step(f"delta{t}").value)
    assert deltas.back and deltas.arrows == (" ", "×0.5·f′", "×0.5·f′", "×2·f′")


def test_without_tanh_no_slope_stands_on_the_arrows():
    (flow,) = BPTT.picture(run(activation="identity"))
    assert flow.lanes[2].arrows == (" ", "×0.5", "×0.5", "×2") and "f′" not in flow.title.en
