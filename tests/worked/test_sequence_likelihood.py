"""The likelihood of a sequence: what is computed, which mistakes are named, what is told and what is refused."""

import math

import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.near import near
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.values import components
from studynn.worked import load

SEQUENCE = load("sequence-likelihood")


def run(**texts):
    return work(SEQUENCE, read_inputs(SEQUENCE, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits), abs=1e-12)


@pytest.mark.parametrize(
    ("step", "expected"),
    {"likelihood": 0.1, "nll": 2.30259, "mean-nll": 0.767528, "perplexity": 2.15443}.items(),
)
def test_the_default_run_gives_the_known_values(step, expected):
    assert close(run().results[step], [expected])


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("likelihood", "probabilities-added", [1.55]),
        ("likelihood", "probabilities-averaged", [0.5167]),
        ("terms", "base-two", [1, 2, 0.3219]),
        ("nll", "product-of-logs", [0.2144]),
        ("nll", "log-of-sum", [-0.4383]),
        ("mean-nll", "sum-not-mean", [2.303]),
        ("perplexity", "total-in-exponent", [10]),
        ("perplexity", "perplexity-of-mean-p", [1.935]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


def test_a_case_worked_elsewhere_comes_out_the_same():
    assert close(run(p_correct="0.659,0.2424").step("nll").value, [1.8342], digits=5)


def test_the_sum_in_the_exponent_may_come_from_either_mistake():
    found = [slip.tag for slip in diagnose(run(), "perplexity", 10.0)]
    assert found == ["total-in-exponent", "sum-not-mean"]


def test_scores_are_turned_into_probabilities_first():
    truth = run(logits="2,1,0.1;0,0,0", tokens="0,2")
    assert [step.name for step in truth.steps][:2] == ["p", "p-correct"]
    assert close(truth.step("p-correct").value, [0.659001, 1 / 3])
    assert close(truth.step("nll").value, [0.41703 + math.log(3)], digits=5)


def test_one_step_has_no_mistakes_of_combining():
    truth = run(p_correct="0.25")
    assert close(truth.step("perplexity").value, [4])
    assert [slip.tag for step in truth.steps for slip in step.slips] == ["base-two"]


def test_a_perfect_sequence_has_perplexity_one():
    truth = run(p_correct="1,1")
    assert [truth.step(name).value for name in ("likelihood", "nll", "perplexity")] == [1, 0, 1]


def test_two_hundred_tiny_probabilities_lose_the_product_but_not_the_perplexity():
    truth = run(p_correct=",".join(["0.0001"] * 200))
    assert truth.step("likelihood").value == 0
    assert close(truth.step("perplexity").value, [1e4])
    found = SEQUENCE.checked_by.compute(**truth.inputs)
    assert near(found["perplexity"], 1e4, 1e-9)


def test_the_note_tells_the_loss_in_bits():
    assert "In bits: 1.107 per token" in run().notes[-1].en


@pytest.mark.parametrize("given", [{"nll": -1e4}, {"nll": 1e6}, {"mean-nll": 1e3}, {"terms": (1e6, -2.0, 0.0)}])
def test_any_loss_that_a_learner_gives_is_followed_or_ends_the_derivation(given):
    assert follow_through(SEQUENCE, defaults(SEQUENCE), given).steps


def test_any_probabilities_that_a_learner_gives_are_followed_or_end_the_derivation():
    inputs = read_inputs(SEQUENCE, {"logits": "1,2;3,4", "tokens": "0,1"})
    for wrong in (((0.0, 1.0), (1.0, 0.0)), ((-1.0, 2.0), (0.0, 1.0)), ((2.0, 3.0), (0.5, 0.5))):
        marked = follow_through(SEQUENCE, inputs, {"p": wrong})
        assert marked.has("likelihood") and marked.has("nll") is (wrong[0][0] > 0)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"p_correct": "0.5,0"}, "--p-correct 0.5,0: every p must lie above 0, at least 1e−300"),
        ({"p_correct": "1.5"}, "from 0 to 1"),
        ({"p_correct": ",".join(["0.5"] * 201)}, "at most 200 a side"),
        ({"tokens": "1"}, "--tokens 1: is for --logits only"),
        ({"logits": "1,2;3,4"}, "--logits 1,2;3,4: needs one of --tokens for each row, 2 in all, there are 0"),
        ({"logits": "1,2;3,4", "tokens": "1"}, "2 in all, there are 1"),
        ({"logits": "1,2;3,4", "tokens": "1,2"}, "--tokens 1,2: tokens count from 0 .* which is 2×2"),
        ({"logits": "10000,0", "tokens": "1"}, "too improbable"),
    ],
)
def test_what_does_not_fit_is_refused(texts, message):
    with pytest.raises(StudyError, match=message) as refusal:
        run(**texts)
    assert refusal.value.message.zh
