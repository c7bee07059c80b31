"""Routing by agreement: what it computes, which mistakes it names, and what it refuses."""

import numpy as np
import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.values import components, plain
from studynn.worked import load

ROUTING = load("routing")


def run(**texts):
    return work(ROUTING, read_inputs(ROUTING, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(list(components(expected)), rel=0.5 * 10 ** (1 - digits), abs=1e-9)


KNOWN = {
    "c1": [[0.5, 0.5], [0.5, 0.5]],
    "s1": [[1, 0.5], [0, 0.5]],
    "v1": [[0.496904, 0.248452], [0, 0.2]],
    "b1": [[0.496904, 0.4], [0.745356, -0.2]],
    "c2": [[0.524207, 0.475793], [0.72018, 0.27982]],
    "s2": [[1.24439, 0.72018], [0, 0.671766]],
    "v2": [[0.583319, 0.337592], [0, 0.310948]],
    "b2": [[1.08022, 1.0219], [1.66627, -0.510948]],
}
WRONG = [
    ("c1", "coupling-one", [[1, 1], [1, 1]]),
    ("s1", "sum-over-parents", [[0.5, 1], [0.5, 0]]),
    ("v1", "squash-forgotten", [[1, 0.5], [0, 0.5]]),
    ("v1", "unit-vectors", [[0.8944, 0.4472], [0, 1]]),
    ("b1", "agreement-with-sum", [[1, 1], [1.5, -0.5]]),
    ("c2", "softmax-over-children", [[0.4382, 0.6457], [0.5618, 0.3543]]),
    ("c2", "coupling-not-updated", [[0.5, 0.5], [0.5, 0.5]]),
    ("b2", "logits-replaced", [[0.5833, 0.6219], [0.9209, -0.3109]]),
]


@pytest.mark.parametrize("step", KNOWN)
def test_the_default_run_gives_the_known_values(step):
    assert list(run().results) == list(KNOWN)
    assert close(run().results[step], KNOWN[step])


@pytest.mark.parametrize(("step", "tag", "expected"), WRONG)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


def test_three_iterations_worked_elsewhere_come_out_the_same():
    found = run(u_hat="1,0;0,1 | 1,0.2;-1,0", iterations="3").results
    assert close(found["v1"], [[0.499994, 0.049999], [-0.235702, 0.235702]], digits=5)
    assert close(found["b1"], [[0.499994, 0.235702], [0.509994, 0.235702]], digits=5)
    assert close(found["c3"], [[0.653163, 0.346837], [0.658211, 0.341789]], digits=5)
    assert close(found["v3"], [[0.631467, 0.06339], [-0.134533, 0.13652]], digits=4)
    assert close(np.linalg.norm(found["v3"], axis=1), [0.63464, 0.191668], digits=5)


def test_every_lower_capsule_gives_itself_away_whole_and_every_output_is_shorter_than_one():
    found = run(u_hat="1,0;0,2;1,1 | 1,1;0,-1;3,0", iterations="5").results
    for r in range(1, 6):
        assert close(found[f"c{r}"].sum(axis=1), [1, 1])
        assert np.linalg.norm(found[f"v{r}"], axis=1).max() < 1


def test_with_one_iteration_only_the_equal_shares_of_as_many_parents_are_used():
    truth = run(iterations="1")
    assert [step.name for step in truth.steps] == ["c1", "s1", "v1", "b1"]
    assert set(slips(truth, "c1")) == {"coupling-one"}
    assert close(slips(run(u_hat="1,0;0,2;1,1 | 1,1;0,-1;3,0"), "c1")["softmax-over-children"], [[0.5] * 3] * 2)


def test_summing_over_the_parents_of_more_lower_capsules_has_another_shape():
    truth = run(u_hat="1,0;0,2 | 1,1;0,-1 | 1,2;3,4")
    assert plain(slips(truth, "s1")["sum-over-parents"]) == [[0.5, 1], [0.5, 0], [2, 3]]


def test_one_parent_takes_everything():
    truth = run(u_hat="1,0 | 0,1")
    assert plain(truth.step("c2").value) == [[1], [1]]
    assert "coupling-one" not in truth.slips()


def test_predictions_that_cancel_leave_an_output_of_nothing():
    truth = run(u_hat="1,0;1,0 | -1,0;-1,0")
    assert not truth.step("v2").value.any()
    assert "squash-forgotten" not in truth.slips()


def test_logits_that_were_replaced_are_named_at_the_last_iteration():
    assert [slip.tag for slip in diagnose(run(), "b2", slips(run(), "b2")["logits-replaced"])] == ["logits-replaced"]


def test_the_next_iteration_goes_on_from_the_learners_own_logits():
    marked = follow_through(ROUTING, defaults(ROUTING), {"b1": ((0, 0), (0, 0))})
    assert plain(marked.step("c2").value) == [[0.5, 0.5], [0.5, 0.5]]


def test_logits_too_large_to_compute_on_end_the_derivation():
    assert not follow_through(ROUTING, defaults(ROUTING), {"s1": ((1e200, 0), (0, 0))}).has("v1")


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"iterations": "6"}, "--iterations 6: must be a whole number from 1 to 5"),
        ({"u_hat": " | ".join(["1,2;3,4"] * 25)}, r"must have at most 96 numbers, it is 25×2×2 with 100"),
        ({"u_hat": "1,2;3,4 || 1,2;3,4"}, "must be a stack of matrices such as"),
    ],
)
def test_what_cannot_be_used_is_refused(texts, message):
    with pytest.raises(StudyError, match=message):
        run(**texts)


def test_the_picture_has_a_line_for_each_pair_the_thicker_the_stronger():
    (cells,) = ROUTING.picture(run())
    assert cells.labels == ("", "1 → 1", "1 → 2", "2 → 1", "2 → 2")
    assert cells.rows == (
        ("r = 1", "r = 2"),
        ("━━ 0.5", "━━ 0.5242"),
        ("━━ 0.5", "── 0.4758"),
        ("━━ 0.5", "━━ 0.7202"),
        ("━━ 0.5", "── 0.2798"),
    )


def test_of_many_pairs_the_picture_has_the_first_and_says_so():
    (cells,) = ROUTING.picture(run(u_hat=" | ".join(["1;2;3;4"] * 6)))
    assert len(cells.rows) == len(cells.labels) == 20 and "19 of 24" in cells.title.en
