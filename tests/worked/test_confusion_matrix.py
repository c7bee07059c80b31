"""Metrics from a confusion matrix: what is computed, which mistakes are named, what is refused."""

import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import follow_through, work
from studynn.worked import load

METRICS = load("confusion-matrix")
THREE = "8,1,1;2,5,3;0,4,16"


def run(**texts):
    return work(METRICS, read_inputs(METRICS, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(values):
    return pytest.approx(values, rel=5e-6)


def test_the_default_run_gives_the_known_values():
    known = {"accuracy": 0.65, "precision": 0.4, "recall": 0.8, "specificity": 0.6, "f1": 0.533333}
    assert run().results == close(known)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("accuracy", {"error-rate": 0.35, "first-class-only": 0.2}),
        ("precision", {"recall-for-precision": 0.8}),
        ("recall", {"precision-for-recall": 0.4}),
        ("specificity", {"missed-for-false-alarms": 0.9, "false-alarm-rate": 0.4}),
        ("f1", {"arithmetic-mean": 0.6, "two-forgotten": 0.266667}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == close(expected)


def test_several_classes_have_a_value_each_and_a_plain_mean():
    truth = run(matrix=THREE)
    assert truth.step("precision-per-class").value == close((0.8, 0.5, 0.8))
    assert truth.step("recall-per-class").value == close((0.8, 0.5, 0.8))
    means = {"accuracy": 0.725, "precision": 0.7, "recall": 0.7, "f1": 0.7}
    assert {name: truth.step(name).value for name in means} == close(means)
    assert slips(truth, "recall") == {"weighted-by-class-size": close(0.725)}


def test_the_other_class_may_be_the_positive_one():
    truth = run(positive="1")
    known = {"accuracy": 0.65, "precision": 0.9, "recall": 0.6, "specificity": 0.8, "f1": 0.72}
    assert truth.results == close(known)


def test_predictions_in_the_rows_swap_precision_and_recall():
    here, there = run(), run(rows="predicted")
    assert there.step("precision").value == here.step("recall").value
    assert there.step("recall").value == here.step("precision").value
    assert there.step("f1").value == close(here.step("f1").value)


def test_where_nothing_is_called_positive_the_ratios_are_zero_and_a_note_says_so():
    truth = run(matrix="0,5;0,5")
    assert (truth.step("precision").value, truth.step("f1").value) == (0, 0)
    assert any("0/0" in note.en for note in truth.notes)
    assert not any("0/0" in note.en for note in run().notes)


def test_f1_follows_from_the_learners_own_precision():
    marked = follow_through(METRICS, run().inputs, {"precision": 0.2})
    assert marked.step("f1").value == close(0.32)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ("1,2,3;4,5,6", "--matrix 1,2,3;4,5,6: must be square, of at least 2 classes, it is 2×3"),
        ("7", "--matrix 7: must be square, of at least 2 classes, it is 1×1"),
        ("0,0;0,0", "--matrix 0,0;0,0: must count at least one sample"),
    ],
)
def test_a_table_that_is_no_confusion_matrix_is_refused(matrix, message):
    with pytest.raises(StudyError) as refusal:
        run(matrix=matrix)
    assert refusal.value.message.en == message


def test_half_a_sample_is_refused():
    with pytest.raises(StudyError, match="whole numbers from 0 to 100000"):
        run(matrix="1.5,2;3,4")


def test_of_two_classes_each_count_has_its_name_whichever_is_positive_and_whatever_the_rows_are():
    def entries(**texts):
        return METRICS.picture(run(**texts))[0].rows[1:]

    assert entries() == (("TP 40", "FN 10"), ("FP 60", "TN 90"))
    assert entries(positive="1") == (("TN 40", "FP 10"), ("FN 60", "TP 90"))
    assert entries(rows="predicted") == (("TP 40", "FP 10"), ("FN 60", "TN 90"))


def test_the_diagonal_is_framed_and_the_metrics_are_bars():
    truth = run(matrix="5,1,0;2,3,4;0,1,6")
    cells, bars = METRICS.picture(truth)
    assert [cells.rows[row][column] for row, column in cells.marked] == ["5", "3", "6"]
    assert bars.values == tuple(truth.results.values())
