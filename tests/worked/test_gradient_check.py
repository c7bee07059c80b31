"""The numerical gradient check: known differences, orders of the errors, the mistakes it names and what it refuses."""

from random import Random

import notation
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import InputError
from studynn.core.inputs import read_inputs
from studynn.core.steps import diagnose, work
from studynn.worked import load

CHECK = load("gradient-check")
FUNCTIONS = ("cubic", "quadratic", "sigmoid-loss", "log-cosh")


def run(**texts):
    return work(CHECK, read_inputs(CHECK, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def notes(truth):
    return " ".join(note.en for note in truth.notes)


def test_the_default_run_gives_the_known_values():
    expected = {"central": 10.01, "forward": 10.61, "analytic": 10, "rel-error": 0.000999001}
    assert run().results == pytest.approx(expected, rel=5e-7)
    assert run().step("central").shown == "(5.061 − 3.059)/(2·0.1)"


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("central", {"divide-by-h": 20.02, "sign-flipped": -10.01}),
        ("forward", {"no-division": 1.061, "backward-difference": 9.41}),
        ("analytic", {"value-for-slope": 4}),
        ("rel-error", {"absolute-error": 0.01}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == pytest.approx(expected)


def test_on_a_parabola_the_central_difference_is_exact():
    truth = run(function="quadratic", h="0.5")
    assert truth.step("central").value == truth.step("analytic").value == 7
    assert truth.step("rel-error").value == 0 and slips(truth, "rel-error") == {}
    assert "exact but for rounding; the forward one is off by 0.5" in notes(truth)


def test_a_step_of_one_leaves_no_division_to_forget():
    assert set(slips(run(h="1"), "forward")) == {"backward-difference"}


def test_at_a_slope_of_zero_the_relative_error_is_zero_and_no_sign_can_be_turned():
    truth = run(function="quadratic", x="-1.5")
    assert (truth.step("central").value, truth.step("rel-error").value) == (0, 0)
    assert slips(truth, "central") == {}


@pytest.mark.parametrize("function", ["cubic", "sigmoid-loss", "log-cosh"])
def test_halving_the_step_halves_the_one_sided_error_and_quarters_the_two_sided(function):
    def errors(h):
        truth = run(function=function, x="0.8", h=h)
        return [abs(truth.step(name).value - truth.step("analytic").value) for name in ("forward", "central")]

    (forward, central), (half_forward, half_central) = errors("0.01"), errors("0.005")
    assert forward / half_forward == pytest.approx(2, rel=0.02)
    assert central / half_central == pytest.approx(4, rel=0.02)


def test_with_a_tiny_step_digits_cancel_and_a_note_says_so():
    truth = run(h="1e-6")
    assert truth.step("central").value == pytest.approx(10, rel=1e-8)
    assert "cancellation" in notes(truth) and "cancellation" not in notes(run())
    assert notation.agrees(truth.step("central").shown, truth.step("central").value)


def test_a_forgotten_two_is_named_at_the_relative_error_too():
    assert "divide-by-h" in [slip.tag for slip in diagnose(run(), "rel-error", 10.02 / 20.02)]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"h": "0"}, "--h 0: must be a number from 1e−6 to 1"),
        ({"h": "-0.1"}, "--h -0.1: must be a number from 1e−6 to 1"),
        ({"x": "21"}, "--x 21: must be a number from −20 to 20"),
        ({"function": "sine"}, "--function sine: must be one of cubic, quadratic, sigmoid-loss, log-cosh"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, message):
    with pytest.raises(InputError) as refusal:
        run(**texts)
    assert message in refusal.value.message.en


@given(st.sampled_from(FUNCTIONS), st.integers(-40, 40), st.sampled_from([1.0, 0.5, 0.1, 0.01]))
@settings(max_examples=100, deadline=None)
def test_shown_lines_and_the_second_derivation_hold_at_any_point(function, tenths, h):
    truth = work(CHECK, {"function": function, "x": tenths / 10, "h": h})
    for step in truth.steps:
        assert notation.agrees(step.shown, step.value), step.shown
    for name, value in CHECK.checked_by.compute(**truth.inputs).items():
        assert value == pytest.approx(truth.step(name).value, abs=1e-9, rel=1e-9)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_no_answer_is_frequent_but_the_error_of_a_parabola(level):
    found = [draw(CHECK, Random(f"{seed}/{level}"), level) for seed in range(200)]
    for step in CHECK.results if level > 1 else CHECK.results[:-1]:
        answers = [truth.step(step).value for truth in found]
        assert max(map(answers.count, answers)) <= 200 / 3, step
    assert {truth.inputs["function"] for truth in found} == {
        1: {"quadratic"},
        2: {"cubic"},
        3: {"sigmoid-loss", "log-cosh"},
    }[level]


def test_the_picture_measures_the_secants_from_the_tangent():
    truth = run(function="quadratic", x="1", h="0.5")
    (plot,) = CHECK.picture(truth)
    curve, central, forward, tangent = (dict(track.points) for track in plot.tracks)
    assert set(tangent.values()) == {0.0}
    assert min(curve.values()) == pytest.approx(0, abs=1e-4) and max(curve.values()) == pytest.approx(0.65**2)

    def slope(track):
        (a, low), (b, high) = sorted(track.items())
        return (high - low) / (b - a)

    assert slope(central) == pytest.approx(0) and slope(forward) == pytest.approx(0.5)


def test_nothing_is_drawn_where_only_rounding_would_be_seen():
    assert not CHECK.picture(run(function="log-cosh", x="20", h="0.000001"))
