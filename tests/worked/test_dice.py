"""The sum of dice: what it computes, which mistakes it names, what it tells and what it refuses."""

import subprocess
import sys
from fractions import Fraction
from itertools import combinations_with_replacement, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work, wrong_values
from studynn.worked import load

DICE = load("dice")


def run(**texts):
    return work(DICE, read_inputs(DICE, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {
        "terms": 3,
        "ways": 3,
        "outcomes": 36,
        "p": Fraction(1, 12),
        "table": (1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1),
        "at-most": Fraction(1, 6),
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("terms", {"all-faces": 6}),
        ("ways", {"unordered-pairs": 2, "face-zero": 5}),
        ("outcomes", {"sides-added": 12}),
        ("p", {"totals-equally-likely": Fraction(1, 11), "cumulative": Fraction(1, 6)}),
        ("table", {"unordered-pairs": (1, 1, 2, 2, 3, 3, 3, 2, 2, 1, 1)}),
        ("at-most", {"exactly-t": Fraction(1, 12)}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(("total", "expected"), [("4", Fraction(1, 12)), ("7", Fraction(1, 6))])
def test_two_dice_give_four_in_one_of_twelve_and_seven_in_one_of_six(total, expected):
    assert run(sides="6", total=total).step("p").value == expected


@pytest.mark.parametrize(("total", "expected"), [("4", 3), ("9", 4)])
def test_the_sum_has_six_terms_less_the_distance_from_seven(total, expected):
    assert run(total=total).step("terms").value == expected == 6 - abs(int(total) - 7)


def test_three_dice_sum_the_ways_of_two_with_those_of_the_third():
    truth = run(dice="3", total="10")
    assert truth.step("ways").shown == "4·1 + 5·1 + 6·1 + 5·1 + 4·1 + 3·1"
    assert truth.step("p").value == Fraction(1, 8)


def test_a_list_of_sides_gives_each_die_its_own():
    truth = run(sides="4,6,8", dice="3", total="9")
    assert truth.step("outcomes").shown == "4·6·8"
    assert len(truth.step("table").value) == 4 + 6 + 8 - 3 + 1


def test_one_die_is_its_own_distribution():
    truth = run(dice="1", total="4")
    assert [step.name for step in truth.steps] == ["ways", "outcomes", "p", "table", "at-most"]
    assert truth.step("p").value == Fraction(1, 6)
    assert truth.step("table").value == (1,) * 6


def test_a_loaded_die_counts_each_face_with_its_weight():
    truth = run(loaded="1/2,1/10,1/10,1/10,1/10,1/10", total="4")
    assert truth.step("ways").shown == "1·5 + 1·1 + 1·1"
    assert truth.step("p").value == Fraction(7, 60)
    assert slips(truth, "ways") == {"weights-forgotten": 3}
    assert slips(truth, "outcomes") == {"weights-forgotten": 36}
    assert any("10 equally likely faces, of which 5, 1, 1, 1, 1, 1" in note.en for note in truth.notes)


def test_leaving_the_loading_out_ends_in_the_probability_of_fair_dice():
    truth = run(loaded="1/2,1/10,1/10,1/10,1/10,1/10", total="4")
    assert {slip.tag: value for slip, value in wrong_values(truth, "p")}["weights-forgotten"] == Fraction(1, 12)


def test_sixths_that_were_read_as_decimals_are_sixths_again():
    assert run(loaded="1/6,1/6,1/6,1/6,1/6,1/6").results == run().results


@pytest.mark.parametrize("total", ["1", "13", "-5", "1000000"])
def test_a_total_that_cannot_be_rolled_has_probability_zero_and_a_note(total):
    truth = run(total=total)
    assert (truth.step("terms").value, truth.step("ways").value, truth.step("p").value) == (0, 0, 0)
    assert any("from 2 to 12 can be rolled" in note.en for note in truth.notes)
    assert not any("can be rolled" in note.en for note in run(total="12").notes)


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"total": "7"}, "terms", "all-faces"),
        ({"total": "2"}, "ways", "unordered-pairs"),
        ({"total": "7"}, "ways", "face-zero"),
        ({"sides": "4,6"}, "ways", "face-zero"),
        ({"dice": "3", "total": "5"}, "ways", "face-zero"),
        ({"sides": "4,6,8", "dice": "3", "total": "9"}, "ways", "unordered-pairs"),
        ({"sides": "2"}, "outcomes", "sides-added"),
        ({"dice": "1"}, "outcomes", "sides-added"),
        ({"total": "2"}, "p", "cumulative"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_counting_pairs_once_is_named_with_the_probability_it_leads_to():
    assert [slip.tag for slip in diagnose(run(), "p", Fraction(2, 36))] == ["unordered-pairs"]
    assert [slip.tag for slip in diagnose(run(), "p", Fraction(5, 36))] == ["face-zero"]
    assert [slip.tag for slip in diagnose(run(), "p", Fraction(3, 12))] == ["sides-added"]


def test_a_wrong_number_of_terms_is_carried_on():
    truth = follow_through(DICE, defaults(DICE), {"terms": 5})
    assert (truth.step("ways").value, truth.step("p").value) == (5, Fraction(5, 36))


@pytest.mark.parametrize("outcomes", [0, Fraction(1, 3), 1e300, 10**400])
def test_any_number_of_outcomes_that_a_learner_gives_is_followed_or_ends_the_derivation(outcomes):
    truth = follow_through(DICE, defaults(DICE), {"outcomes": outcomes})
    assert truth.has("p") is (outcomes != 0)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"dice": "3", "sides": "4,6"}, "--dice 3: must be 2, as --sides lists 2 dice"),
        ({"dice": "11"}, "--dice 11: must be a whole number from 1 to 10"),
        ({"sides": "1"}, "--sides 1: .* whole numbers from 2 to 20"),
        ({"sides": "4.5"}, "--sides 4.5: .* whole numbers"),
        ({"loaded": "1/2,1/2"}, "--loaded .*: must be 6 probabilities, as the last die has 6 sides, these are 2"),
        ({"sides": "6,3", "loaded": "0.2,0.3,0.4"}, "--loaded 0.2, 0.3, 0.4: must add up to 1, these add up to 9/10"),
        ({"sides": "6,2", "loaded": "-1/2,3/2"}, "--loaded -1/2,3/2: .* from 0 to 1"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(texts, words):
    with pytest.raises(StudyError, match=words) as refused:
        run(**texts)
    assert "\n" not in refused.value.message.en
    assert refused.value.message.zh


@given(st.lists(st.integers(2, 6), min_size=1, max_size=4), st.integers(-1, 26))
@settings(max_examples=60, deadline=None)
def test_ways_and_table_are_those_of_counting_every_outcome(sides, total):
    inputs = {"dice": len(sides), "sides": tuple(sides), "total": total, "loaded": None}
    truth = work(DICE, inputs)
    sums = [sum(faces) for faces in product(*(range(1, side + 1) for side in sides))]
    assert truth.step("ways").value == sums.count(total)
    assert truth.step("p").value == Fraction(sums.count(total), len(sums))
    assert truth.step("table").value == tuple(sums.count(t) for t in range(len(sides), sum(sides) + 1))
    if len(sides) > 1:
        rest = {sum(faces) for faces in product(*(range(1, side + 1) for side in sides[:-1]))}
        assert truth.step("terms").value == sum(total - m in rest for m in range(1, sides[-1] + 1))


@given(st.integers(1, 4), st.integers(2, 6))
@settings(max_examples=30, deadline=None)
def test_combinations_counted_once_are_those_without_order(count, side):
    truth = work(DICE, {"dice": count, "sides": (side,), "total": count + 1, "loaded": None})
    sums = [sum(faces) for faces in combinations_with_replacement(range(1, side + 1), count)]
    expected = tuple(sums.count(t) for t in range(count, count * side + 1))
    assert slips(truth, "table").get("unordered-pairs", truth.step("table").value) == expected


def test_ten_dice_of_twenty_sides_are_exact():
    truth = run(dice="10", sides="20", total="105")
    assert sum(truth.step("table").value) == truth.step("outcomes").value == 20**10
    assert DICE.checked_by.compute(**truth.inputs)["p"] == truth.step("p").value


@pytest.mark.parametrize("level", [1, 2, 3])
def test_totals_at_the_ends_are_not_drawn(level):
    for seed in range(100):
        truth = draw(DICE, Random(f"{seed}/{level}"), level)
        place = truth.inputs["total"] - truth.inputs["dice"]
        assert 0 < place < len(truth.step("table").value) - 1


def test_the_levels_differ_in_structure():
    found = {level: [draw(DICE, Random(seed), level).inputs for seed in range(60)] for level in (1, 2, 3)}
    assert all(len(inputs["sides"]) == 1 and inputs["dice"] == 2 for inputs in found[1])
    assert all(inputs["dice"] == 3 for inputs in found[2])
    assert {inputs["loaded"] is None for inputs in found[3]} == {True, False}
    assert all(len(inputs["sides"]) == 2 for inputs in found[3])


def test_dice_are_rolled_without_numpy():
    code = """
import sys
from studynn.core.inputs import defaults
from studynn.core.steps import work
from studynn.worked import load
work(load("dice"), defaults(load("dice")))
sys.exit("numpy" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("total", "expected"), [("2", Fraction(1, 36)), ("7", Fraction(7, 12)), ("12", 1), ("1", 0), ("13", 1)]
)
def test_at_most_a_total_adds_up_all_smaller_ones(total, expected):
    assert run(total=total).step("at-most").value == expected


def test_leaving_the_total_itself_out_is_named():
    assert slips(run(total="7"), "at-most") == {"exactly-t": Fraction(1, 6), "below-t": Fraction(5, 12)}
