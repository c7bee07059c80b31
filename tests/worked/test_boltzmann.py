"""The Boltzmann distribution: what it gives, which mistakes it names, and what it refuses."""

import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.values import components, plain
from studynn.worked import load

BOLTZMANN = load("boltzmann")


def run(**texts):
    return work(BOLTZMANN, read_inputs(BOLTZMANN, texts))


def slips(truth, name):
    return {slip.tag: plain(slip.value) for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(list(components(expected)), rel=0.5 * 10 ** (1 - digits), abs=1e-12)


KNOWN = {
    "factors": [1, 0.367879, 0.606531, 0.22313],
    "Z": 2.19754,
    "p": [0.455054, 0.167405, 0.276004, 0.101536],
    "mean-energy": 0.915424,
}
WRONG = [
    ("factors", "sign-lost", [1, 2.718, 1.649, 4.482]),
    ("factors", "temperature-ignored", [1, 0.1353, 0.3679, 0.04979]),
    ("factors", "temperature-multiplied", [1, 0.01832, 0.1353, 0.002479]),
    ("Z", "sum-of-energies", 6),
    ("p", "not-normalised", [1, 0.3679, 0.6065, 0.2231]),
    ("p", "proportional-to-energy", [0, 1 / 3, 1 / 6, 0.5]),
    ("mean-energy", "plain-mean", 1.5),
]


@pytest.mark.parametrize("step", KNOWN)
def test_the_default_run_gives_the_known_values(step):
    assert close(run().results[step], KNOWN[step])


@pytest.mark.parametrize(("step", "tag", "expected"), WRONG)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


@pytest.mark.parametrize(("temperature", "expected"), [("1", [0.6652, 0.2447, 0.09]), ("10", [0.3672, 0.3322, 0.3006])])
def test_three_states_worked_elsewhere_come_out_the_same(temperature, expected):
    assert close(run(energies="0,1,2", temperature=temperature).step("p").value, expected, digits=3)


@pytest.mark.parametrize(("temperature", "expected"), [("1", 0.8808), ("2", 0.7311)])
def test_one_unit_turns_on_with_the_sigmoid_of_its_energy_gap(temperature, expected):
    truth = run(delta_e="2", temperature=temperature)
    off, on = truth.step("p").value
    assert close([on, off], [expected, 1 - expected], digits=3)
    assert any(f"σ(ΔE/T) = {expected}" in note.en for note in truth.notes)


def test_at_temperature_one_it_cannot_be_forgotten():
    assert set(slips(run(temperature="1"), "factors")) == {"sign-lost"}


def test_a_shift_of_all_energies_changes_z_but_no_probability():
    moved = run(energies="5,7,6,8")
    assert close(moved.step("p").value, KNOWN["p"])
    assert moved.step("Z").value < run().step("Z").value


def test_equal_energies_are_equally_likely():
    truth = run(energies="0,0,0")
    assert close(truth.step("p").value, [1 / 3] * 3)
    assert "sign-lost" not in truth.slips()
    assert any("equally likely" in note.en for note in truth.notes)


def test_cooling_gathers_the_probability_in_the_lowest_state():
    shares = [run(temperature=t).step("p").value[0] for t in ("100", "2", "0.5", "0.1")]
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(0.25, abs=0.01)
    assert shares[-1] > 0.999


def test_energies_far_apart_are_answered_without_overflow():
    truth = run(energies="-200,200", temperature="1")
    assert close(truth.step("p").value, [1, 0])
    assert close(BOLTZMANN.checked_by.compute(**truth.inputs)["p"], [1, 0])


def test_a_lost_sign_is_named_in_the_probabilities_too():
    wrong = [0.101536, 0.276004, 0.167405, 0.455054]
    assert [slip.tag for slip in diagnose(run(), "p", wrong)] == ["sign-lost"]


def test_the_probabilities_go_on_from_the_learners_own_sum():
    assert close(follow_through(BOLTZMANN, defaults(BOLTZMANN), {"Z": 2.0}).step("p").value[0], [0.5])
    assert not follow_through(BOLTZMANN, defaults(BOLTZMANN), {"Z": 0}).has("p")


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"temperature": "0"}, "--temperature 0: must be above 0: as T falls to 0, all probability goes to the lowest"),
        ({"temperature": "-1"}, "--temperature -1: must be above 0"),
        ({"energies": "1"}, "--energies 1: must have at least 2 states, it has 1"),
        ({"energies": "0,1000", "temperature": "1"}, "--energies 0,1000: must lie between −200 T and 200 T"),
        ({"delta_e": "-1000", "temperature": "1"}, "--delta-e -1000: must lie between −200 T and 200 T"),
        ({"energies": ",".join("1" * 33)}, "at most 32 a side"),
    ],
)
def test_what_cannot_be_used_is_refused(texts, message):
    with pytest.raises(StudyError, match=message):
        run(**texts)
