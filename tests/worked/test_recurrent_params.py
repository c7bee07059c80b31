"""Parameters of recurrent layers: what is counted, which mistakes are named, what is refused."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work, wrong_values
from studynn.worked import load

RECURRENT = load("recurrent-params")


def run(**texts):
    return work(RECURRENT, read_inputs(RECURRENT, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    expected = {"U": 12, "W": 9, "block": 24, "cell": 96, "output": 8, "total": 104, "unshared": 624}
    assert run().results == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("U", {"inputs-squared": 16}),
        ("W", {"recurrence-like-input": 12}),
        ("b", {}),
        ("block", {"no-recurrence": 15, "biases-forgotten": 21}),
        ("cell", {"gates-only": 72, "times-steps": 576}),
        ("output", {"output-from-inputs": 10}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(
    ("cell", "inputs", "hidden", "outputs", "biases", "values"),
    [
        ("lstm", 3, 4, 2, "one", {"cell": 128}),
        ("rnn", 3, 4, 2, "one", {"cell": 32}),
        ("rnn", 3, 4, 2, "none", {"U": 12, "W": 16, "output": 8, "total": 36}),
        ("rnn", 100, 64, 10, "one", {"cell": 10560, "output": 650, "total": 11210}),
        ("rnn", 100, 128, 10, "one", {"cell": 29312}),
        ("rnn", 64, 64, 10, "one", {"cell": 8256}),
        ("lstm", 100, 64, 10, "one", {"cell": 42240, "output": 650, "total": 42890}),
        ("lstm", 100, 64, 10, "two", {"cell": 42496}),
        ("gru", 100, 64, 10, "one", {"cell": 31680, "total": 32330}),
        ("gru", 100, 64, 10, "two", {"cell": 31872, "total": 32522}),
    ],
)
def test_layers_counted_elsewhere_come_out_the_same(cell, inputs, hidden, outputs, biases, values):
    truth = run(cell=cell, inputs=str(inputs), hidden=str(hidden), outputs=str(outputs), biases=biases)
    assert {name: truth.step(name).value for name in values} == values


def test_steps_that_share_nothing_would_have_as_many_times_the_parameters():
    truth = run(cell="rnn", inputs="3", hidden="4", outputs="2", biases="none", steps="10")
    assert (truth.step("total").value, truth.step("unshared").value) == (36, 360)


def test_a_gru_has_three_blocks():
    truth = run(cell="gru")
    assert truth.step("cell").value == 72
    assert slips(truth, "cell") == {"two-blocks": 48, "times-steps": 432}
    assert "r, z, h̃" in truth.notes[0].en


def test_two_biases_a_unit_are_counted_and_one_of_them_may_be_forgotten():
    truth = run(biases="two")
    assert (truth.step("b").shown, truth.step("block").value) == ("2·3", 27)
    assert slips(truth, "b") == {"one-bias": 3}
    assert not any("--biases two" in note.en for note in truth.notes)


def test_without_an_output_layer_the_total_is_that_of_the_cell():
    truth = run(outputs="0")
    assert not truth.has("output")
    assert truth.step("total").value == truth.step("cell").value == 96


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"inputs": "3"}, "U", "inputs-squared"),
        ({"inputs": "3"}, "W", "recurrence-like-input"),
        ({"inputs": "3"}, "output", "output-from-inputs"),
        ({"biases": "none"}, "block", "biases-forgotten"),
        ({"cell": "rnn"}, "cell", "gates-only"),
        ({"steps": "1"}, "cell", "times-steps"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_a_wrong_block_is_carried_on():
    assert follow_through(RECURRENT, defaults(RECURRENT), {"block": 21}).step("total").value == 92
    assert {slip.tag: value for slip, value in wrong_values(run(), "total")}["no-recurrence"] == 4 * 15 + 8


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"hidden": "0"}, "--hidden 0: .* from 1"),
        ({"inputs": "0"}, "--inputs 0: .* from 1"),
        ({"outputs": "-1"}, "--outputs -1: .* from 0"),
        ({"steps": "0"}, "--steps 0: .* from 1"),
        ({"cell": "cnn"}, "--cell cnn: must be one of rnn, lstm, gru"),
    ],
)
def test_what_cannot_be_a_layer_is_refused(texts, words):
    with pytest.raises(StudyError, match=words):
        run(**texts)


@given(st.integers(1, 50), st.integers(1, 50), st.sampled_from(["one", "two", "none"]))
def test_an_lstm_has_four_times_and_a_gru_three_times_the_parameters_of_an_rnn(inputs, hidden, biases):
    cells = {
        cell: work(
            RECURRENT,
            defaults(RECURRENT) | {"cell": cell, "inputs": inputs, "hidden": hidden, "biases": biases},
        ).results["cell"]
        for cell in ("rnn", "lstm", "gru")
    }
    assert cells["lstm"] == 4 * cells["rnn"] and cells["gru"] == 3 * cells["rnn"]


def test_level_three_draws_two_biases_one_or_none():
    assert {draw(RECURRENT, Random(seed), 3).inputs["biases"] for seed in range(40)} == {"one", "two", "none"}
