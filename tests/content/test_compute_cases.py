"""Every numerical case of the inventory is reproduced by a worked example, or the reason why not stands beside it.

One entry of the file is one number or array; the entries of one case share `fact` and `case`, counted from 1. `index`
picks an entry of an array. An entry with `why_not` and `answer` says it of these numbers, without `answer` of words.
"""

import json
import re
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import pytest
import yaml

from studynn.bank.library import content_folder
from studynn.core.inputs import inputs_of, read_inputs
from studynn.core.steps import work
from studynn.worked import load

INVENTORY = Path(__file__).parents[3] / "shared" / "facts"
ENTRIES = json.loads((Path(__file__).parent / "compute_cases.json").read_text(encoding="utf-8"))
COMPUTED = [entry for entry in ENTRIES if "why_not" not in entry]
REASONS = [entry for entry in ENTRIES if "why_not" in entry]
ROUNDED = 5e-4
"""The inventory rounds to four digits or more; a number that is written with fewer stands for one of four digits."""
FOUR_DECIMALS = 5e-5
NOISE = 1e-6


def case_of(entry):
    return entry["fact"], entry["case"]


def number(written):
    return Fraction(written) if isinstance(written, str) else written


def allowed(written):
    """Half a unit of the last digit written, at most of the fourth digit or decimal; whole numbers are exact."""
    if isinstance(written, str) or float(written).is_integer():
        return NOISE
    last_digit = 10.0 ** Decimal(repr(written)).as_tuple().exponent
    return min(last_digit / 2, max(FOUR_DECIMALS, ROUNDED * abs(written))) * (1 + NOISE)


def agrees(value, written):
    """Whether a computed value has the shape of the written one and each of its numbers rounds to it."""
    if isinstance(written, list):
        return (
            hasattr(value, "__len__")
            and len(value) == len(written)
            and all(agrees(part, other) for part, other in zip(value, written, strict=True))
        )
    return not hasattr(value, "__len__") and abs(value - number(written)) <= allowed(written)


def numbers_in(answer):
    """All numbers of an answer as the inventory writes it: words and yes or no are left aside."""
    if isinstance(answer, dict):
        answer = list(answer.values())
    if isinstance(answer, list):
        return [found for part in answer for found in numbers_in(part)]
    return [answer] if isinstance(answer, int | float) and not isinstance(answer, bool) else []


def worked_out(entry):
    example = load(entry["example"])
    names = {wanted.option: name for name, wanted in inputs_of(example).items()}
    value = work(example, read_inputs(example, {names[option]: text for option, text in entry["inputs"].items()}))
    value = value.step(entry["step"]).value
    for place in entry.get("index", ()):
        value = value[place]
    return value


@pytest.mark.parametrize("entries", [list(same) for _, same in groupby(COMPUTED, case_of)], ids=lambda e: e[0]["fact"])
def test_every_case_is_reproduced_to_the_last_digit_written(entries):
    values = [(entry["step"], worked_out(entry), entry["answer"]) for entry in entries]
    assert [found for found in values if not agrees(found[1], found[2])] == []


def test_a_wrong_last_digit_a_wrong_shape_and_a_wrong_whole_number_are_noticed():
    assert agrees(0.659001, 0.659) and agrees((1 / 3, 2), [0.3333, 2]) and agrees(Fraction(1, 12), "1/12")
    assert not agrees(0.6601, 0.659) and not agrees(0.119203, 0.119204) and not agrees(675.0001, 675)
    assert not agrees((1.0,), 1) and not agrees(1.0, [1]) and not agrees((1.0, 2.0), [1])


def test_every_reason_is_a_sentence():
    for entry in REASONS:
        assert re.fullmatch(r"[A-Z][^.]{20,}\.", entry["why_not"]), entry


def test_every_numeric_question_named_is_in_the_bank():
    asked = {
        question["id"]
        for path in content_folder().glob("*.yaml")
        for question in yaml.load(
            path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )["questions"]
        if question["type"] == "numeric"
    }
    named = {entry["question"] for entry in REASONS if "question" in entry}
    assert named and named <= asked


def test_few_numbers_are_left_without_a_worked_example():
    assert len(REASONS) <= 0.02 * len(ENTRIES)


def test_the_entries_of_a_case_stand_together_and_its_cases_are_counted_from_one():
    cases = [case for case, _ in groupby(ENTRIES, case_of)]
    assert len(cases) == len(set(cases))
    for fact, same in groupby(cases, lambda case: case[0]):
        assert [case for _, case in same] == list(range(1, 1 + sum(case[0] == fact for case in cases)))


@pytest.fixture(scope="module")
def inventory():
    if not INVENTORY.is_dir():
        pytest.skip("the inventory is not here")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {
        (record["id"], number): case["answer"]
        for path in sorted(INVENTORY.glob("*.yaml"))
        for record in yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
        for number, case in enumerate(record.get("compute") or (), 1)
    }


def test_every_case_of_the_inventory_is_in_the_file_in_its_order(inventory):
    here = [case for case, _ in groupby(ENTRIES, case_of)]
    assert Counter(fact for fact, _ in inventory) - Counter(fact for fact, _ in here) == Counter()
    assert [case for case in here if case in inventory] == list(inventory)


def test_every_number_of_an_answer_in_the_inventory_is_compared_or_excused(inventory):
    compared = {}
    for entry in ENTRIES:
        answer = entry.get("answer", [])
        compared.setdefault(case_of(entry), []).extend(
            [number(answer)] if isinstance(answer, str) else numbers_in(answer)
        )
    missing = {
        case: found
        for case, answer in inventory.items()
        if (found := [a for a in numbers_in(answer) if not any(abs(a - b) <= allowed(a) for b in compared[case])])
    }
    assert missing == {}
