"""The energy of an RBM state: what it computes, which mistakes it names, and what it refuses."""

from itertools import product

import numpy as np
import pytest

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.worked import load

ENERGY = load("rbm-energy")


def run(energy_only=False, **texts):
    return work(ENERGY, read_inputs(ENERGY, texts | {"energy_only": energy_only}))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == pytest.approx(
        {
            "visible-term": -0.5,
            "hidden-term": 1,
            "interaction": 3,
            "E": -3.5,
            "Z": 191.841,
            "p": 0.17262,
            "free-energy": -3.86185,
        },
        rel=5e-6,
    )


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("interaction", {"all-weights": 2.5}),
        ("E", {"plus-signs": 3.5, "biases-forgotten": -3, "interaction-positive": 2.5}),
        ("Z", {"hidden-states-only": 47.55}),
        ("p", {"positive-exponent": 0.0001574}),
        ("free-energy", {"relu-for-softplus": -3.5}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == pytest.approx(expected, rel=5e-4)


def test_an_energy_worked_elsewhere_comes_out_the_same():
    truth = run(v="1,0,1", h="1,0", w="0.5,-0.2;0.1,0.4;-0.3,0.6", a="0.1,0,-0.1", b="0.2,-0.1")
    assert truth.step("E").value == pytest.approx(-0.4)


def test_a_probability_worked_elsewhere_comes_out_the_same():
    found = run(v="1,0,1", h="0,1", w="0.5,-0.2;0.3,0.8;-0.6,0.1", a="0.1,0,-0.1", b="0,0.2").results
    assert (found["E"], found["Z"], found["p"]) == pytest.approx((-0.1, 51.828665, 0.021324), rel=5e-5)


def test_the_probabilities_of_all_states_add_up_to_one():
    states = product("01", repeat=5)
    probabilities = [run(v=",".join(bits[:3]), h=",".join(bits[3:])).step("p").value for bits in states]
    assert sum(probabilities) == pytest.approx(1)


def test_the_free_energy_sums_out_the_hidden_units():
    energies = [run(h=f"{i},{j}").step("E").value for i, j in product((0, 1), repeat=2)]
    assert np.exp(-np.array(energies)).sum() == pytest.approx(np.exp(-run().step("free-energy").value))


def test_with_everything_off_only_the_other_weights_can_be_counted_by_mistake():
    truth = run(v="0,0,0", h="0,0")
    assert (truth.step("interaction").value, truth.step("E").value) == (0, 0)
    assert truth.step("interaction").shown == "0"
    assert not slips(truth, "E")
    assert not slips(truth, "p")


def test_with_everything_on_all_weights_count():
    assert "all-weights" not in slips(run(v="1,1,1"), "interaction")


def test_the_energy_alone_can_be_asked_for():
    truth = run(energy_only=True)
    assert [step.name for step in truth.steps] == ["visible-term", "hidden-term", "interaction", "E"]


def test_too_many_states_are_not_enumerated_but_the_energy_is_given():
    many = {"v": "1," * 8 + "1", "h": "1," * 7 + "1", "w": ";".join(["1" + ",1" * 7] * 9)}
    truth = run(**many, a="0" + ",0" * 8, b="0" + ",0" * 7)
    assert truth.step("E").value == -72
    assert truth.has("free-energy") and not truth.has("Z")
    assert any("2^17 states" in note.en for note in truth.notes)


def test_energies_too_large_for_the_exponential_leave_z_out():
    truth = run(w="1000,0;0,0;0,0")
    assert truth.step("E").value == -1000.5
    assert not truth.has("Z")
    assert ENERGY.checked_by.compute(**truth.inputs)["free-energy"] == truth.step("free-energy").value


def test_a_sign_that_was_lost_is_named_in_the_probability_too():
    found = [slip.tag for slip in diagnose(run(), "p", float(np.exp(-3.5) / 191.841))]
    assert set(found) == {"plus-signs", "positive-exponent"}


@pytest.mark.parametrize("value", [1e200, -1e200])
def test_any_energy_that_a_learner_gives_can_be_followed(value):
    assert follow_through(ENERGY, defaults(ENERGY), {"E": value}).has("p")


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"v": "1,0"}, "--v 1,0: v must have 3 numbers to fit --w of 3×2, it has 2"),
        ({"h": "1"}, "--h 1: h must have 2 numbers to fit --w of 3×2, it has 1"),
        ({"a": "1"}, "--a 1: a must have 3 numbers to fit --w of 3×2, it has 1"),
        ({"b": "1"}, "--b 1: b must have 2 numbers to fit --w of 3×2, it has 1"),
    ],
)
def test_what_does_not_fit_is_refused_by_option_and_shape(texts, message):
    with pytest.raises(StudyError) as refusal:
        run(**texts)
    assert refusal.value.message.en == message


@pytest.mark.parametrize("v", ["2,0,1", "0.5,0,1"])
def test_states_are_zero_or_one(v):
    with pytest.raises(StudyError, match="whole numbers from 0 to 1"):
        run(v=v)


def test_the_picture_fills_active_units_and_brackets_the_weights_that_count():
    truth = run(v="1,1,0", h="1,0")
    graph, weights = ENERGY.picture(truth)
    assert [layer.units for layer in graph.layers] == [("●", "○"), ("●", "●", "○")]
    counted = [float(weights.rows[row][column].replace("−", "-")) for row, column in weights.marked]
    assert sum(counted) == truth.step("interaction").value and weights.rows[0] == ("h₁=1", "h₂=0")


def test_the_weights_of_a_large_machine_are_not_drawn():
    row = ",".join(["0.5"] * 9)
    assert len(ENERGY.picture(run(v=row.replace("0.5", "1"), h="1", w=";".join(["1"] * 9), a=row, b="1"))) == 1
