"""Softmax: what it computes, which mistakes it names, what it tells and what it refuses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work, wrong_values
from studynn.core.values import components
from studynn.worked import load

SOFTMAX = load("softmax")


def run(**texts):
    return work(SOFTMAX, read_inputs(SOFTMAX, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits), abs=1e-12)


def test_the_default_run_gives_the_known_values():
    truth = run()
    assert [step.name for step in truth.steps] == ["shifted", "exp", "sum", "p"]
    assert close(truth.step("exp").value, [0.0497871, 0.135335, 1])
    assert close(truth.step("sum").value, [1.18512])
    assert close(truth.step("p").value, [0.0420101, 0.114195, 0.843795])


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("exp", "base-two", [0.125, 0.25, 1]),
        ("sum", "sum-of-scores", [-5]),
        ("p", "no-exp", [0, 0.25, 0.75]),
        ("p", "sigmoid-each", [0.5, 0.7311, 0.9526]),
        ("p", "divide-by-max", [0.04979, 0.1353, 1]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


@pytest.mark.parametrize("scores", ["2,1,0.1", "102,101,100.1"])
def test_a_constant_added_to_all_scores_changes_nothing(scores):
    assert close(run(logits=scores).step("p").value, [0.659001, 0.242433, 0.098566], digits=5)


def test_a_temperature_divides_the_scores_first():
    truth = run(temperature="2")
    assert close(truth.step("p").value, list(run(logits="0,0.5,1.5").step("p").value))
    assert close(slips(truth, "exp")["temperature-ignored"], list(run().step("exp").value))
    assert "temperature-ignored" not in slips(run(), "exp")


def test_the_rows_of_a_matrix_are_samples_of_their_own():
    truth = run(logits="0,1,3;2,2,0")
    rows = [run(logits=row) for row in ("0,1,3", "2,2,0")]
    for name in ("exp", "sum", "p"):
        both = [number for row in rows for number in components(row.step(name).value)]
        assert close(truth.step(name).value, both, digits=12)
    assert close(slips(truth, "p")["wrong-axis"].sum(axis=0), [1, 1, 1])
    assert "wrong-axis" not in slips(run(), "p")


def test_scores_of_a_thousand_do_not_overflow_and_a_note_says_why():
    truth = run(logits="1000,1001,999")
    assert close(truth.step("p").value, [0.244728, 0.665241, 0.0900306])
    assert any("e^1001 would overflow" in note.en for note in truth.notes)
    assert not any("overflow" in note.en for note in run(logits="-1000,-1001").notes)
    assert list(run(logits="10000,-10000").step("p").value) == [1, 0]


@pytest.mark.parametrize(
    ("scores", "step", "tag"), [("-1,1,0", "p", "no-exp"), ("2,2", "sum", "sum-of-scores"), ("1,-1;1,2", "p", "no-exp")]
)
def test_a_mistake_that_would_divide_by_zero_is_not_offered(scores, step, tag):
    assert tag not in slips(run(logits=scores), step)


def test_adding_the_scores_is_recognised_in_the_probabilities_it_leads_to():
    truth = run()
    carried = {slip.tag: value for slip, value in wrong_values(truth, "p")}
    assert close(carried["sum-of-scores"], [-0.00995741, -0.0270671, -0.2])
    assert [slip.tag for slip in diagnose(truth, "p", carried["base-two"])] == ["base-two"]


@pytest.mark.parametrize("total", [0, -1.0, 1e300])
def test_any_sum_that_a_learner_gives_is_followed_or_ends_the_derivation(total):
    assert follow_through(SOFTMAX, defaults(SOFTMAX), {"sum": total}).has("p") is (total != 0)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"logits": "3"}, "--logits 3: must have 2 to 20 classes and at most 8 rows, it is 1"),
        ({"logits": ";".join(["1,2"] * 9)}, "at most 8 rows, it is 9×2"),
        ({"temperature": "0"}, "--temperature 0: must lie above 0, from 0.001 to 1000"),
        ({"temperature": "-1"}, "--temperature -1: must lie above 0"),
        ({"logits": ",".join(["1"] * 21)}, "at most 20 a side"),
    ],
)
def test_what_cannot_be_used_is_refused(texts, message):
    with pytest.raises(StudyError, match=message) as refusal:
        run(**texts)
    assert refusal.value.exit_code == 2
    assert refusal.value.message.zh


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20), st.sampled_from([0.001, 0.5, 1.0, 1000.0]))
@settings(max_examples=80, deadline=None)
def test_probabilities_of_any_scores_add_up_to_one_and_keep_their_order(scores, temperature):
    p = work(SOFTMAX, {"logits": tuple(scores), "temperature": temperature}).step("p").value
    assert p.sum() == pytest.approx(1)
    order = np.argsort(scores, kind="stable")
    assert np.all(np.diff(p[order]) >= 0)
