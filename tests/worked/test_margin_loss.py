"""The margin loss of capsules: what it is, which mistakes it names, and what it refuses."""

import numpy as np
import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.values import plain
from studynn.worked import load

LOSS = load("margin-loss")


def run(**texts):
    return work(LOSS, read_inputs(LOSS, texts))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    found = run().results
    assert plain(found["terms"]) == pytest.approx([0.09, 0.08, 0.02])
    assert found["total"] == pytest.approx(0.19)


def test_each_mistake_leads_to_its_known_value():
    assert slips(run(), "terms") == {
        "down-weight-forgotten": pytest.approx([0.09, 0.16, 0.04]),
        "not-squared": pytest.approx([0.3, 0.2, 0.1]),
        "margins-swapped": [0, 0, 0],
    }
    assert slips(run(), "total") == pytest.approx({"mean-for-sum": 0.19 / 3, "present-only": 0.09})


def test_a_case_worked_elsewhere_comes_out_the_same():
    found = run(lengths="0.8,0.3,0.05").results
    assert plain(found["terms"]) == pytest.approx([0.01, 0.02, 0])
    assert found["total"] == pytest.approx(0.03)


def test_a_capsule_within_its_margin_costs_nothing_and_the_hinge_can_be_forgotten():
    truth = run(lengths="0.95,0.05,0.3")
    assert plain(truth.step("terms").value) == pytest.approx([0, 0, 0.02])
    assert slips(truth, "terms")["no-hinge"] == pytest.approx([0.0025, 0.00125, 0.02])


def test_a_length_just_at_its_margin_costs_exactly_nothing():
    truth = run(lengths="0.9,0.1", present="0")
    assert plain(truth.step("terms").value) == [0, 0]
    assert set(truth.slips()) == {"margins-swapped", "mean-for-sum"}


def test_several_classes_may_be_present():
    truth = run(lengths="0.6,0.5,0.3", present="0,2")
    assert plain(truth.step("terms").value) == pytest.approx([0.09, 0.08, 0.36])


@pytest.mark.parametrize(
    ("texts", "tag"),
    [
        ({"down_weight": "1"}, "down-weight-forgotten"),
        ({"present": "0,1,2"}, "down-weight-forgotten"),
        ({"present": "0,1,2"}, "present-only"),
        ({"lengths": "0.6"}, "mean-for-sum"),
        ({}, "no-hinge"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, tag):
    assert tag not in run(**texts).slips()


def test_the_total_goes_on_from_the_learners_own_terms():
    assert follow_through(LOSS, defaults(LOSS), {"terms": (1, 2, 4)}).step("total").value == 7


def test_a_forgotten_weight_is_named_in_the_total_too():
    assert [slip.tag for slip in diagnose(run(), "total", 0.29)] == ["down-weight-forgotten"]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"present": "3"}, "--present 3: classes are counted from 0 to 2, as --lengths has 3"),
        ({"m_minus": "0.9"}, "--m-minus 0.9: must be below --m-plus, which is 0.9"),
        ({"m_plus": "1.5"}, "--m-plus 1.5: must be a number from 0 to 1"),
    ],
)
def test_what_does_not_fit_is_refused(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message


@pytest.mark.parametrize("lengths", ["-0.1,0.5,0.5", "0.5,1.2,0.5", ",".join(["0.5"] * 13)])
def test_lengths_lie_between_zero_and_one_and_are_at_most_twelve(lengths):
    with pytest.raises(StudyError, match="numbers from 0 to 1, at most 12 a side"):
        run(lengths=lengths)


def test_making_a_present_capsule_longer_lowers_the_loss_and_an_absent_one_raises_it():
    base = run().step("total").value
    assert run(lengths="0.7,0.5,0.3").step("total").value < base < run(lengths="0.6,0.6,0.3").step("total").value
    assert np.isclose(run(lengths="1,0,0").step("total").value, 0)


def test_the_picture_has_both_hinges_and_every_class_on_its_own():
    truth = run()
    (plot,) = LOSS.picture(truth)
    assert [mark.sign for mark in plot.marks] == ["●", "○", "○"]
    assert [mark.at[1] for mark in plot.marks] == pytest.approx(truth.step("terms").value)
    there, gone = (dict(track.points) for track in plot.tracks)
    assert there[0] == pytest.approx(0.81) and there[1] == 0 and gone[0] == 0 and gone[1] == pytest.approx(0.405)


def test_absent_classes_are_explained_only_where_there_are_some():
    (plot,) = LOSS.picture(run(present="0,1,2"))
    assert [sign for sign, _ in plot.legend] == ["●"]
