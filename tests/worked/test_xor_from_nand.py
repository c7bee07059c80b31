"""XOR from four NAND units: truth tables, what one unit can do, the mistakes it names and what it refuses."""

from itertools import product
from random import Random

import pytest

from studynn.core.draw import draw
from studynn.core.errors import InputError
from studynn.core.inputs import read_inputs
from studynn.core.steps import diagnose, work
from studynn.worked import load

XOR = load("xor-from-nand")


def run(**texts):
    return work(XOR, read_inputs(XOR, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def notes(truth):
    return " ".join(note.en for note in truth.notes)


@pytest.mark.parametrize("unit", [{}, {"w": "-2,-2", "b": "3"}])
def test_four_nand_units_compute_xor(unit):
    assert run(**unit).results == {
        "gate-table": (1, 1, 1, 0),
        "n1-table": (1, 1, 1, 0),
        "n2-table": (1, 1, 0, 1),
        "n3-table": (1, 0, 1, 1),
        "xor-table": (0, 1, 1, 0),
        "best-single": 3,
    }
    assert "NAND alone builds every Boolean function" in notes(run(**unit))


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("gate-table", {"no-bias": (0, 0, 0, 0), "fires-below-zero": (0, 0, 0, 1)}),
        ("n1-table", {}),
        ("n2-table", {"n2-from-inputs": (1, 1, 1, 0)}),
        ("n3-table", {"n3-like-n2": (1, 1, 0, 1)}),
        ("xor-table", {"and-at-the-end": (1, 0, 0, 1), "or-table": (0, 1, 1, 1)}),
        ("best-single", {"xor-separable": 4, "coin-flip": 2}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


def test_a_shown_line_names_what_feeds_the_unit():
    assert run().step("n2-table").shown == "[(−1)·[0, 0, 1, 1] + (−1)·[1, 1, 1, 0] + 1.5 > 0]"


@pytest.mark.parametrize(("target", "rows"), [("and", 4), ("or", 4), ("nand", 4), ("nor", 4), ("xor", 3), ("xnor", 3)])
def test_one_unit_gets_every_gate_right_but_xor_and_xnor(target, rows):
    truth = run(target=target)
    assert truth.step("best-single").value == rows
    assert ("xor-separable" in slips(truth, "best-single")) is (rows == 3)


@pytest.mark.parametrize(
    ("unit", "output", "words"),
    [
        ({"w": "1,1", "b": "-1.5"}, (0, 0, 0, 1), "not NAND (it is AND), so the network does not compute XOR but AND."),
        (
            {"w": "-1,-1", "b": "0.5"},
            (1, 0, 0, 1),
            "not NAND (it is NOR), so the network does not compute XOR but XNOR.",
        ),
        ({"w": "1,-1", "b": "-0.5"}, (0, 0, 0, 0), "This unit is not NAND, so the network"),
    ],
)
def test_another_unit_is_run_all_the_same_and_a_note_says_what_comes_out(unit, output, words):
    truth = run(**unit)
    assert words in notes(truth)
    assert truth.step("xor-table").value == output
    assert "or-table" not in slips(truth, "xor-table")


def test_a_score_of_zero_does_not_fire():
    assert run(w="0.1,-0.1", b="0").step("gate-table").value == (0, 0, 1, 0)
    assert run(w="1,1", b="-1").step("gate-table").value == (0, 0, 0, 1)


def test_a_mistake_that_changes_no_row_is_not_offered():
    assert set(slips(run(w="1,1", b="-0.5"), "gate-table")) == {"fires-below-zero"}
    assert slips(run(w="1,1", b="-1.5"), "n2-table") == {}


def test_a_wrong_unit_two_is_named_at_the_output():
    assert "n2-from-inputs" in [slip.tag for slip in diagnose(run(), "xor-table", (0, 1, 0, 1))]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"w": "1"}, "--w 1: must have length 2 to fit --b, it has length 1"),
        ({"w": "1,2,3"}, "--w 1,2,3: must be a list of numbers such as 1,2,3, at most 2 a side"),
        ({"target": "implies"}, "--target implies: must be one of and, or, nand, nor, xnor, xor"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, message):
    with pytest.raises(InputError) as refusal:
        run(**texts)
    assert message in refusal.value.message.en


def test_the_second_derivation_agrees_for_every_unit_of_small_weights():
    for u, v, b in product((-2.0, -1.0, 0.0, 0.1, 1.0), (-2.0, -0.1, 0.0, 1.0), (-1.5, -1.0, 0.0, 0.1, 1.0)):
        truth = work(XOR, {"w": (u, v), "b": b, "target": "nor"})
        assert XOR.checked_by.compute(**truth.inputs) == truth.results


def test_the_levels_differ_in_structure_and_their_answers_vary():
    found = {level: [draw(XOR, Random(seed), level) for seed in range(200)] for level in (1, 2, 3)}
    assert {truth.step("gate-table").value for truth in found[1]} == {
        (0, 0, 0, 1),
        (0, 1, 1, 1),
        (1, 1, 1, 0),
        (1, 0, 0, 0),
    }
    for level, truths in found.items():
        for step in XOR.results[:-1]:
            answers = [truth.step(step).value for truth in truths]
            assert max(map(answers.count, answers)) <= 200 / 3, (level, step)
        assert 70 <= sum(truth.step("best-single").value == 3 for truth in truths) <= 130
    assert all(weight % 1 for truth in found[3] for weight in truth.inputs["w"])


def test_the_picture_of_the_unit_has_its_outputs_on_the_right_sides_of_its_line():
    unit, wanted = XOR.picture(run(w="-1,-1", b="1.5", target="xor"))
    assert all(x + y == pytest.approx(1.5) for x, y in unit.tracks[0].points)
    signs = {mark.at: mark.sign for mark in unit.marks}
    assert [signs[corner] for corner in ((0, 0), (0, 1), (1, 0), (1, 1))] == ["●", "●", "●", "○"]
    signs = {mark.at: mark.sign for mark in wanted.marks}
    assert [signs[corner] for corner in ((0, 0), (0, 1), (1, 0), (1, 1))] == ["○", "●", "●", "○"]


def test_a_unit_without_weights_is_drawn_without_a_line_and_says_so():
    unit, _ = XOR.picture(run(w="0,0"))
    assert not unit.tracks[0].points and "no line" in unit.title.en
