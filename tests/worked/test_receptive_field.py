"""The receptive field of a stack: how it grows, which mistakes are named, what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, inputs_of, read_inputs
from studynn.core.steps import follow_through, work, wrong_values
from studynn.worked import load

FIELD = load("receptive-field")


def run(**texts):
    return work(FIELD, read_inputs(FIELD, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {
        "rf1": 3,
        "jump1": 1,
        "rf2": 4,
        "jump2": 2,
        "rf3": 8,
        "jump3": 2,
        "rf4": 12,
        "jump4": 4,
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("rf1", {"whole-kernel-added": 4}),
        ("rf2", {"whole-kernel-added": 5, "own-stride-used": 5}),
        ("jump2", {"jumps-added": 3}),
        ("rf3", {"whole-kernel-added": 10, "jump-ignored": 6}),
        ("rf4", {"whole-kernel-added": 14, "own-stride-used": 16, "jump-ignored": 10}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


def test_two_layers_of_3x3_see_as_much_as_one_of_5x5():
    assert run(layers="k3, k3").step("rf2").value == run(layers="k5").step("rf1").value == 5


def test_dilation_widens_the_field_without_widening_the_jump():
    truth = run(layers="k3 d2, k3")
    assert truth.step("rf1").shown == "1 + 2·(3 − 1)·1"
    assert (truth.step("rf1").value, truth.step("jump1").value, truth.step("rf2").value) == (5, 1, 7)
    assert slips(truth, "rf1")["dilation-ignored"] == 3


@pytest.mark.parametrize("typed", ["K3,  s2 k2 ;k3，k3 ｓ2", "k3, k2 s2 d1, k3, k3 s2,"])
def test_layers_are_read_whatever_the_order_case_width_and_separator(typed):
    assert run(layers=typed).results == run().results


@pytest.mark.parametrize(
    ("side", "words"),
    [("12", "From layer 4 on"), ("8", "From layer 3 on"), ("13", "No layer sees the whole input of 13")],
)
def test_a_note_tells_from_which_layer_on_the_input_is_covered(side, words):
    assert any(words in note.en for note in run(input=side).notes)


def test_without_an_input_nothing_is_said_of_covering_it():
    assert len(run().notes) == 1


@pytest.mark.parametrize(
    ("layers", "step", "tag"),
    [
        ("k3", "rf1", "own-stride-used"),
        ("k1 s2", "rf1", "own-stride-used"),
        ("k3, k3", "rf2", "jump-ignored"),
        ("k3 s2, k1", "rf2", "jump-ignored"),
        ("k1 d2", "rf1", "dilation-ignored"),
        ("k3", "jump1", "jumps-added"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(layers, step, tag):
    assert tag not in slips(run(layers=layers), step)


def test_a_wrong_jump_is_carried_on():
    assert follow_through(FIELD, defaults(FIELD), {"jump2": 3}).step("rf3").value == 4 + 2 * 3
    assert [value for slip, value in wrong_values(run(), "rf4") if slip.tag == "jump-ignored"] == [10, 8]


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ("s2", "--layers s2: a layer is its kernel"),
        ("k3, s2 s2 k3", "--layers s2 s2 k3: a layer is"),
        ("k3, pool", "--layers pool: a layer is"),
        ("k0", "--layers k0: .* from 1 to 1000: k3 s2 d2"),
        ("k1001", "--layers k1001: "),
        (", ;", "--layers , ;: must be 1 to 40 layers"),
        (",".join(["k3"] * 41), "must be 1 to 40 layers"),
        ("", "--layers : must be a text of 1 to 1000 characters"),
        ("k3," * 400, "must be a text of 1 to 1000 characters"),
    ],
)
def test_what_cannot_be_read_as_layers_is_refused(layers, words):
    with pytest.raises(StudyError, match=words):
        run(layers=layers)


def test_the_layers_are_a_text_in_the_list_of_examples():
    assert inputs_of(FIELD)["layers"].kind == "text"


stacks = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=4)


@given(stacks)
def test_the_field_is_where_a_disturbed_cell_reaches_the_output(stack):
    truth = work(FIELD, {"layers": ", ".join(f"k{k} s{s} d{d}" for k, s, d in stack), "input": None})
    side = truth.step(f"rf{len(stack)}").value + truth.step(f"jump{len(stack)}").value
    reached = np.eye(side, dtype=bool)  # row i: which cells the disturbance of input cell i has reached
    for kernel, stride, dilation in stack:
        positions = range(0, reached.shape[1] - dilation * (kernel - 1), stride)
        columns = [reached[:, p : p + dilation * (kernel - 1) + 1 : dilation].any(axis=1) for p in positions]
        reached = np.array(columns).T
    first, second = np.flatnonzero(reached[:, 0]), np.flatnonzero(reached[:, 1])
    assert first[-1] - first[0] + 1 == truth.step(f"rf{len(stack)}").value
    assert second[0] - first[0] == truth.step(f"jump{len(stack)}").value


def test_the_lowest_row_of_the_pyramid_is_the_receptive_field_and_the_top_one_cell():
    truth = run(layers="k3, k2 s2, k3")
    (cells,) = FIELD.picture(truth)
    assert [row[0] for row in cells.rows] == ["···█····", "·█·█·█··", "·██████·", "████████"]
    assert cells.labels == ("3", "2", "1", "x") and truth.step("rf3").value == 8


def test_a_layer_that_sees_too_much_is_left_out_of_the_pyramid():
    (cells,) = FIELD.picture(run(layers="k3, k5 s4, k3, k40"))
    assert cells.title.en.endswith("layer 3 sees, down to the input x (of 4 layers)")
    assert FIELD.picture(run(layers="k35")) == []
