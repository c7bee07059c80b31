"""Powers of a Jacobian: radius against norm, which mistakes are named, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work, wrong_values
from studynn.core.values import components
from studynn.worked import load

JACOBIANS = load("jacobian-product")


def run(**texts):
    return work(JACOBIANS, read_inputs(JACOBIANS, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits), abs=1e-12)


def test_the_default_run_gives_the_known_values():
    known = {
        "J": [0.5, 1, 0, 0.25],
        "radius": [0.5],
        "sigma-max": [1.14039],
        "power": [0.125, 0.4375, 0, 0.015625],
        "norm": [0.455255],
    }
    truth = work(JACOBIANS, defaults(JACOBIANS))
    assert list(truth.results) == list(known)
    assert all(close(truth.results[step], value) for step, value in known.items())


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("J", "slope-forgotten", [1, 2, 0, 0.5]),
        ("radius", "largest-entry", [1]),
        ("radius", "trace", [0.75]),
        ("sigma-max", "radius-for-sigma", [0.5]),
        ("power", "entries-to-the-n", [0.125, 1, 0, 0.015625]),
        ("power", "one-factor-short", [0.25, 0.75, 0, 0.0625]),
        ("power", "times-n", [1.5, 3, 0, 0.75]),
        ("norm", "sigma-power", [1.483]),
        ("norm", "radius-power", [0.125]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


def test_a_negative_eigenvalue_counts_by_its_magnitude():
    truth = run(w="-1.2,0;0,0.5", slope="1", steps="10")
    power = truth.step("power").value
    assert close([power[0, 0], power[1, 1]], [6.191736, 0.000977], digits=3)
    assert close(truth.step("radius").value, [1.2])
    assert close(slips(truth, "radius")["signed-eigenvalue"], [0.5])
    assert any("explodes" in note.en for note in truth.notes)


def test_a_turn_with_a_stretch_grows_by_the_modulus_of_its_complex_eigenvalues():
    truth = run(w="0,-1.1;1.1,0", slope="1", steps="20")
    assert close(truth.step("radius").value, [1.1])
    assert close(truth.step("norm").value, [6.7275], digits=5)
    assert truth.step("radius").shown == "max(√(0² + 1.1²), √(0² + (−1.1)²))"


@pytest.mark.parametrize(("steps", "norm"), [("1", 10.024938), ("2", 10.006246), ("10", 0.195317)])
def test_a_norm_can_grow_first_although_the_radius_is_below_one(steps, norm):
    truth = run(w="0.5,10;0,0.5", slope="1", steps=steps)
    assert close(truth.step("radius").value, [0.5])
    assert close(truth.step("norm").value, [norm], digits=5)
    notes = " ".join(note.en for note in truth.notes)
    assert "vanishes" in notes and "up to 10.02 times" in notes


def test_mistakes_are_offered_only_where_they_can_be_made():
    normal = run(w="2,1;1,2", slope="1")
    assert slips(normal, "J") == slips(normal, "sigma-max") == slips(normal, "norm") == {}
    assert "entries-to-the-n" not in slips(run(w="2,0;0,1"), "power")
    assert slips(run(steps="1"), "power") == {}
    assert "trace" not in slips(run(w="0,-1;1,0"), "radius"), "the trace is the greatest real part"
    assert slips(run(w="2,1;1,2"), "radius").keys() == {"largest-entry", "trace"}


def test_three_units_have_a_matrix_of_three_rows():
    truth = run(w="0,0,0.5;1,0,0;0,1,0", slope="1", steps="3")
    assert close(truth.step("radius").value, [0.5 ** (1 / 3)])
    assert close(truth.step("power").value, [0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5])
    found = JACOBIANS.checked_by.compute(**truth.inputs)
    assert all(close(found[step], list(components(truth.step(step).value)), digits=9) for step in found)


def test_one_unit_has_a_matrix_of_one_number():
    assert close(run(w="0.9", slope="0.6", steps="10").step("norm").value, [0.002108], digits=4)


@pytest.mark.parametrize("w", ["10,10,10;10,10,10;10,10,10", "0.1,0;0,0.1", "0,0;0,0", "1,1;-1,3"])
def test_two_hundred_steps_are_answered_however_large_or_small(w):
    truth = run(w=w, slope="0.1" if w.startswith("0") else "1", steps="200")
    found = JACOBIANS.checked_by.compute(**truth.inputs)
    assert all(close(found[step], list(components(truth.step(step).value)), digits=8) for step in found)


def test_a_forgotten_slope_is_carried_to_the_norm():
    carried = {slip.tag: value for slip, value in wrong_values(run(), "norm")}
    assert close(carried["slope-forgotten"], [8 * 0.455255], digits=5)


def test_the_power_goes_on_from_the_learners_own_jacobian():
    marked = follow_through(JACOBIANS, defaults(JACOBIANS), {"J": ((1.0, 1.0), (0.0, 1.0))})
    assert close(marked.step("power").value, [1, 3, 0, 1])


def test_an_absurd_jacobian_of_the_learners_ends_the_marking_quietly():
    marked = follow_through(JACOBIANS, defaults(JACOBIANS), {"J": ((1e300, 1.0), (1.0, 1e300))})
    assert [step.name for step in marked.steps] == ["J"]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"w": "1,2,3;4,5,6"}, "--w 1,2,3;4,5,6: W must be 3×3 to be square, it is 2×3"),
        ({"w": "1,2"}, "--w 1,2: W must be 2×2 to be square, it is 1×2"),
        ({"slope": "1.5"}, "--slope 1.5: must be a number from 0 to 1"),
        ({"steps": "0"}, "--steps 0: must be a whole number from 1 to 200"),
    ],
)
def test_what_does_not_fit_is_refused(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message
    assert refusal.value.exit_code == 2


@pytest.mark.parametrize("w", ["1,2,3,4;1,2,3,4;1,2,3,4;1,2,3,4", "11,0;0,1"])
def test_more_than_three_units_and_weights_beyond_ten_are_refused(w):
    with pytest.raises(StudyError, match="numbers from −10 to 10, at most 3 a side"):
        run(w=w)


@given(st.lists(st.integers(-20, 20), min_size=4, max_size=4), st.sampled_from([0.25, 0.5, 1.0]), st.integers(1, 8))
@settings(max_examples=100, deadline=None)
def test_the_norm_of_a_power_lies_between_those_of_radius_and_stretch(entries, slope, steps):
    matrix = tuple(tuple(row) for row in (np.reshape(entries, (2, 2)) / 2).tolist())
    truth = work(JACOBIANS, {"w": matrix, "slope": slope, "steps": steps})
    norm, noise = truth.step("norm").value, 1e-9 * (1 + truth.step("sigma-max").value) ** steps
    assert truth.step("radius").value ** steps - noise <= norm <= truth.step("sigma-max").value ** steps + noise
