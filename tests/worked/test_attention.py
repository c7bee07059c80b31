"""Scaled dot-product attention: what it computes, which mistakes it names, and what it refuses."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.near import near
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.values import components
from studynn.worked import load

ATTENTION = load("attention")
CAUSAL = {"scores": "1,2,3;1,1,5;0,0,0", "mask": "causal"}


def run(**texts):
    return work(ATTENTION, read_inputs(ATTENTION, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return np.shape(value) == np.shape(expected) and list(components(value)) == pytest.approx(
        list(components(expected)), rel=0.5 * 10 ** (1 - digits), abs=1e-12
    )


def test_the_default_run_gives_the_known_values():
    truth = run()
    assert close(truth.step("scores").value, [[1, 0, 1], [0, 2, 0]])
    assert close(truth.step("weights").value, [[0.422319, 0.155362, 0.422319], [0.106507, 0.786986, 0.106507]])
    assert close(truth.step("out").value, [[2.11159, 0.733044], [0.532535, 1.68048]])


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("scores", "not-scaled", [[2, 0, 2], [0, 4, 0]]),
        ("scores", "divided-by-d", [[0.5, 0, 0.5], [0, 1, 0]]),
        ("scores", "key-scores", [[1, 0], [0, 2], [1, 0]]),
        ("weights", "softmax-over-queries", [[0.7311, 0.1192, 0.7311], [0.2689, 0.8808, 0.2689]]),
        ("weights", "scores-normalised", [[0.5, 0, 0.5], [0, 1, 0]]),
        ("out", "hard-attention", [[1, 0], [0, 2]]),
        ("out", "plain-mean", [[5 / 3, 1], [5 / 3, 1]]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


def test_the_mistakes_of_a_masked_row_are_those_of_the_softmax_by_hand():
    e = np.e
    found = {tag: value[1] for tag, value in slips(run(**CAUSAL), "weights").items()}
    assert close(found["mask-after-softmax"], np.array([e, e, 0]) / (2 * e + e**5))
    assert close(found["mask-with-zero-score"], np.array([e, e, 1]) / (2 * e + 1))
    assert close(found["future-allowed"], np.array([e, e, e**5]) / (2 * e + e**5))


def test_a_query_worked_elsewhere_comes_out_the_same():
    truth = run(q="1,0", k="1,0;0,1;1,1", v="1,0;0,2;3,1")
    assert close(truth.step("scores").value, [[0.707107, 0, 0.707107]])
    assert close(truth.step("weights").value, [[0.401112, 0.197776, 0.401112]])
    assert close(truth.step("out").value, [[1.604448, 0.796664]])


def test_under_a_causal_mask_given_scores_lead_to_the_known_weights():
    truth = run(**CAUSAL)
    assert [step.name for step in truth.steps] == ["weights", "out"]
    assert close(truth.step("weights").value, [[1, 0, 0], [0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3]])
    assert "−∞" in truth.step("weights").shown
    assert any("'hide' in nn.MultiheadAttention" in note.en for note in truth.notes)


def test_scores_that_the_default_values_do_not_fit_end_in_the_weights():
    truth = run(scores="1,2")
    assert [step.name for step in truth.steps] == ["weights"]
    assert any("the weights are all" in note.en for note in truth.notes)
    assert ATTENTION.checked_by.compute(**truth.inputs).keys() == {"weights"}


def test_without_the_scale_the_products_are_the_scores():
    truth = run(no_scale=True)
    assert close(truth.step("scores").value, [[2, 0, 2], [0, 4, 0]])
    assert slips(truth, "scores").keys() == {"key-scores"}
    assert "Keras' Attention layer does not scale" in truth.notes[0].en


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"q": "1;2", "k": "1;3;2"}, "scores", "not-scaled"),
        ({"k": "1,0,0,0;0,1,0,0", "v": "1;2"}, "scores", "key-scores"),
        ({"scores": "1,-1,2;1,0,-1"}, "weights", "scores-normalised"),
        ({}, "weights", "future-allowed"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_forgetting_the_scale_is_recognised_in_the_output():
    truth = run()
    carried = run(no_scale=True).step("out").value
    assert [slip.tag for slip in diagnose(truth, "out", carried)] == ["not-scaled"]


def test_the_output_goes_on_from_the_learners_own_weights():
    marked = follow_through(ATTENTION, defaults(ATTENTION), {"weights": ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0))})
    assert close(marked.step("out").value, [[1, 0], [4, 1]])


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"k": "1,2;3,4"}, "--k 1,2;3,4: must have 4 columns to fit --q of 2×4, it is 2×2"),
        ({"v": "1,2;3,4"}, "--v 1,2;3,4: must have 3 rows, one per key, it is 2×2"),
        ({"scores": "1,2", "v": "1;2;3"}, "--v 1;2;3: must have 2 rows, one per key, it is 3×1"),
        ({"mask": "causal"}, "--mask causal: needs as many keys as queries, there are 3 and 2"),
        ({"q": ";".join(["1,0,0,0"] * 17)}, "at most 16 a side"),
    ],
)
def test_what_does_not_fit_is_refused_with_both_shapes(texts, message):
    with pytest.raises(StudyError, match=message) as refusal:
        run(**texts)
    assert refusal.value.exit_code == 2
    assert refusal.value.message.zh


@given(
    st.lists(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3), min_size=1, max_size=4),
    st.sampled_from(["none", "causal"]),
)
@settings(max_examples=60, deadline=None)
def test_rows_of_weights_sum_to_one_and_the_output_stays_among_the_values(rows, mask):
    scores = tuple(map(tuple, rows)) if mask == "none" else tuple(map(tuple, (rows * 3)[:3]))
    truth = work(ATTENTION, defaults(ATTENTION) | {"scores": scores, "mask": mask})
    values = np.array(truth.inputs["v"])
    assert near(truth.step("weights").value.sum(axis=1), np.ones(len(scores)))
    out = truth.step("out").value
    assert np.all(out <= values.max(axis=0) + 1e-9) and np.all(out >= values.min(axis=0) - 1e-9)


def test_the_levels_differ_in_structure():
    for seed in range(40):
        first, second, third = (draw(ATTENTION, Random(seed), level) for level in (1, 2, 3))
        assert len(first.inputs["q"]) == 1 and set(components(first.step("scores").value)) <= {0, 1, 2}
        assert len(second.inputs["q"]) == 2 and second.inputs["mask"] == "none"
        assert len(third.inputs["k"]) == 3 and (third.inputs["mask"] == "causal" or third.inputs["no_scale"])


def test_level_three_draws_masks_and_products_that_are_not_scaled():
    found = [draw(ATTENTION, Random(seed), 3).inputs for seed in range(60)]
    assert {(inputs["mask"], inputs["no_scale"]) for inputs in found} == {
        ("causal", False),
        ("causal", True),
        ("none", True),
    }
