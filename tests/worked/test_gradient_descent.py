"""Gradient descent: what it computes, which mistakes it names, what it says about η, and what it refuses."""

import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import diagnose, work
from studynn.core.values import plain
from studynn.worked import load

DESCENT = load("gradient-descent")


def run(**texts):
    return work(DESCENT, read_inputs(DESCENT, texts))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def notes(truth):
    return " ".join(note.en for note in truth.notes)


def test_the_default_run_gives_the_known_values():
    assert run().results == {
        "grad1": 6,
        "x1": 3.5,
        "grad2": 3,
        "x2": 2.75,
        "grad3": 1.5,
        "x3": 2.375,
        "moved": 0.375,
        "f-end": 0.140625,
        "factor": 0.5,
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("grad1", {"value-for-gradient": 9, "factor-lost": 3}),
        ("x1", {"ascent": 6.5, "no-learning-rate": -1, "step-only": -1.5}),
        ("moved", {"moved-is-lr": 0.25}),
        ("factor", {"factor-without-two": 0.75}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(
    ("lr", "path", "verdict"),
    [
        ("0.1", [2.4, 1.92, 1.536], "from one side, it converges"),
        ("0.8", [-1.8, 1.08, -0.648], "changes sides and closes in"),
        ("1", [-3, 3, -3], "it oscillates"),
        ("1.1", [-3.6, 4.32, -5.184], "it diverges"),
    ],
)
def test_the_learning_rate_decides_whether_x_squared_converges_oscillates_or_diverges(lr, path, verdict):
    truth = run(m="0", start="3", lr=lr)
    assert [truth.step(f"x{t}").value for t in (1, 2, 3)] == pytest.approx(path)
    assert verdict in notes(truth)


@pytest.mark.parametrize(("start", "moved"), [("3", 0.6), ("0.3", 0.06)])
def test_a_step_is_shorter_where_the_slope_is_smaller(start, moved):
    assert run(m="0", start=start, lr="0.1", steps="1").step("moved").value == pytest.approx(moved)


@pytest.mark.parametrize(("start", "end"), [("-0.5", -1), ("0.5", 1)])
def test_which_of_two_wells_is_found_depends_on_the_start(start, end):
    truth = run(function="two-wells", start=start, lr="0.05", steps="200")
    assert truth.step("x200").value == pytest.approx(end)
    assert not truth.has("factor")


def test_descent_along_the_ridge_ends_at_the_saddle_and_beside_it_leaves():
    assert plain(run(function="saddle", start="1,0", lr="0.1", steps="100").step("x100").value) == pytest.approx(
        [0, 0], abs=1e-9
    )
    assert run(function="saddle", start="1,0.01", lr="0.1", steps="100").step("x100").value[1] > 1e5


def test_a_gradient_in_two_variables_has_two_parts():
    truth = run(function="mixed", start="1,2", lr="0.5", steps="1")
    assert plain(truth.step("grad1").value) == [8, 3]
    assert truth.step("grad1").shown == "[2·1 + 3·2, 3·1]"
    assert plain(truth.step("x1").value) == [-3, 0.5]
    assert set(slips(truth, "grad1")) == set()


def test_a_bowl_takes_a_second_coefficient_and_1_without_one():
    assert plain(run(function="bowl", start="1,1", c="4").step("grad1").value) == [2, 8]
    assert plain(run(function="bowl", start="1,1").step("grad1").value) == [2, 2]


def test_a_run_that_diverges_ends_and_says_so():
    truth = run(lr="1e6", steps="50")
    assert "Diverged at step 2" in notes(truth) and not truth.has("x3")
    assert truth.has("f-end")
    assert DESCENT.checked_by.compute(**truth.inputs)["x2"] == pytest.approx(truth.step("x2").value)


def test_at_a_stationary_start_nothing_moves():
    truth = run(start="2")
    assert truth.step("x3").value == 2 and "nothing moves" in notes(truth)


@pytest.mark.parametrize(("a", "lr", "words"), [("0", "0.25", "flat"), ("-1", "0.25", "diverges")])
def test_a_flat_or_upturned_parabola_has_its_own_verdict(a, lr, words):
    assert words in notes(run(a=a, lr=lr))


def test_with_a_learning_rate_of_1_it_cannot_be_forgotten():
    assert "no-learning-rate" not in slips(run(lr="1"), "x1")


def test_a_lost_factor_is_named_at_the_end_too():
    assert [slip.tag for slip in diagnose(run(), "x2", 3.6875)] == ["factor-lost"]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"start": "1,2"}, "--start 1,2: must have 1 number (x) to fit --function quadratic, it has 2"),
        ({"function": "saddle"}, "--start 5: must have 2 numbers (x,y) to fit --function saddle, it has 1"),
        ({"lr": "0"}, "--lr 0: must be a number above 0"),
        ({"lr": "-0.1"}, "--lr -0.1: must be a number above 0"),
        ({"steps": "0"}, "--steps 0: must be a whole number from 1 to 1000"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message
