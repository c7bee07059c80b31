"""Cross-entropy: what it computes, which mistakes it names, what it tells and what it refuses."""

import numpy as np
import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.near import near
from studynn.core.steps import follow_through, work
from studynn.core.values import components
from studynn.worked import load

CE = load("cross-entropy")


def run(**texts):
    return work(CE, read_inputs(CE, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits), abs=1e-12)


@pytest.mark.parametrize(
    ("step", "expected"),
    {
        "p": [0.705385, 0.035119, 0.259496],
        "loss": [0.349012],
        "grad": [-0.294615, 0.035119, 0.259496],
        "chance": [1.09861],
    }.items(),
)
def test_the_default_run_gives_the_known_values(step, expected):
    assert close(run().results[step], expected, digits=5)


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("loss", "base-two", [0.5035]),
        ("loss", "missing-minus", [-0.349]),
        ("loss", "one-minus-p", [1.222]),
        ("loss", "all-classes", [5.047]),
        ("grad", "gradient-sign", [0.2946, -0.03512, -0.2595]),
        ("grad", "label-not-subtracted", [0.7054, 0.03512, 0.2595]),
        ("grad", "grad-wrt-p", [-1.418, 0, 0]),
        ("chance", "one-over-k", [0.3333]),
        ("chance", "log2-k", [1.585]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


@pytest.mark.parametrize(("p", "loss"), [("0.659", 0.417), ("0.8", 0.2231), ("1/10", 2.302585)])
def test_the_probability_of_the_right_class_alone_gives_the_loss(p, loss):
    truth = run(probs=p)
    assert [step.name for step in truth.steps] == ["loss"]
    assert close(truth.step("loss").value, [loss], digits=4)


def test_a_case_worked_elsewhere_comes_out_the_same():
    truth = run(logits="2,1,0.1", target="0")
    assert close(truth.step("p").value, [0.659001, 0.242433, 0.098566], digits=5)
    assert close(truth.step("loss").value, [0.41703], digits=5)


def test_ten_classes_that_are_equally_likely_lose_ln_ten():
    truth = run(logits=",".join(["0"] * 10), target="7")
    assert close([truth.step("loss").value, truth.step("chance").value], [2.302585, 2.302585])


def test_probabilities_leave_out_softmax_and_gradient():
    truth = run(probs="0.5,0.25,0.25", target="1")
    assert [step.name for step in truth.steps] == ["loss", "chance"]
    assert close(truth.step("loss").value, [2 * np.log(2)])


def test_a_batch_is_averaged_in_loss_and_gradient():
    truth = run(logits="2,-1,1;0,1,0", target="0,2")
    singles = [run(logits="2,-1,1", target="0"), run(logits="0,1,0", target="2")]
    assert close(truth.step("loss").value, [sum(one.step("loss").value for one in singles) / 2])
    assert close(truth.step("grad").value, list(np.concatenate([one.step("grad").value for one in singles]) / 2))
    assert close(slips(truth, "loss")["sum-not-mean"], [2 * truth.step("loss").value])
    assert "sum-not-mean" not in slips(run(), "loss")


def test_a_right_class_of_probability_zero_is_an_infinite_loss_and_a_note():
    truth = run(probs="1,0", target="1")
    assert truth.step("loss").value == np.inf
    assert not truth.step("loss").slips
    assert any("infinite" in note.en for note in truth.notes)


def test_scores_of_ten_thousand_are_computed_from_the_scores():
    truth = run(logits="10000,-10000,0", target="1")
    assert truth.step("loss").value == 20000
    assert truth.step("loss").shown == "−(−20000)"
    assert any("taken from the scores" in note.en for note in truth.notes)
    found = CE.checked_by.compute(**truth.inputs)
    assert all(near(value, truth.step(name).value, 1e-9) for name, value in found.items())


@pytest.mark.parametrize("p", [(0.5, 0.5, 0.0), (0.0, 0.5, 0.5), (-1.0, 1.0, 1.0), (2.0, 0.0, 0.0)])
def test_any_probabilities_that_a_learner_gives_are_followed_or_end_the_derivation(p):
    marked = follow_through(CE, defaults(CE), {"p": p})
    assert marked.has("grad") is (p[0] >= 0)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"target": "3"}, "--target 3: classes count from 0: the last of 3 is 2"),
        ({"target": "-1"}, "--target -1: .* whole numbers of at least 0"),
        ({"target": "0,1"}, r"--target 0,1: must be 1 classes, one for each row of --logits \(1×3\), these are 2"),
        ({"logits": "1"}, "--logits 1: must have at least 2 classes, it is 1"),
        ({"logits": ";".join(["1,2"] * 9)}, "at most 8 rows, it is 9×2"),
        ({"probs": "0.5,0.4"}, "--probs 0.5,0.4: each row must add up to 1, one adds up to 0.9"),
        ({"probs": "1.5,-0.5"}, "from 0 to 1"),
    ],
)
def test_what_does_not_fit_is_refused(texts, message):
    with pytest.raises(StudyError, match=message) as refusal:
        run(**texts)
    assert refusal.value.message.zh


def test_the_gradient_of_a_sample_adds_up_to_zero():
    rng = np.random.default_rng(1)
    for _ in range(20):
        z = tuple(map(tuple, rng.normal(size=(3, 4)).tolist()))
        grad = work(CE, {"logits": z, "target": (0, 3, 1), "probs": None}).step("grad").value
        np.testing.assert_allclose(grad.sum(axis=1), 0, atol=1e-15)
