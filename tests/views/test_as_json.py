"""JSON holds the numbers themselves, and nothing that a terminal obeys."""

import json
from fractions import Fraction
from typing import Annotated

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from looks import ACTIVE, ESCAPES, LANGUAGES, examples, is_harmless

from studynn.core.inputs import Input, defaults
from studynn.core.steps import Example, Step, work
from studynn.core.text import same
from studynn.views.as_json import json_text, number, problem_json, worked_json

anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda parts: st.one_of(st.lists(parts, max_size=3), st.dictionaries(st.text(), parts, max_size=3)),
    max_leaves=8,
)


@settings(deadline=None, max_examples=200)
@given(anything)
def test_json_reads_back_as_what_was_written(value):
    assert json.loads(json_text(value)) == value


@settings(deadline=None, max_examples=200)
@given(st.text())
def test_json_holds_no_sign_that_a_terminal_obeys(text):
    words = json_text({text: [ESCAPES, text]})
    assert is_harmless(words) and words.encode()


def test_every_single_active_sign_is_escaped():
    for sign in ACTIVE:
        assert is_harmless(json_text(sign)) and json.loads(json_text(sign)) == sign


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_have_full_precision(value):
    assert json.loads(json_text(number(value))) == value
    assert json.loads(json_text(number(np.array([value, -value])))) == [value, -value]


def test_what_is_not_finite_is_null_and_a_fraction_is_a_number():
    found = [float("nan"), float("inf"), -float("inf"), Fraction(1, 4), Fraction(6, 2), True, "same"]
    assert number(found) == [None, None, None, 0.25, 3, True, "same"]
    assert number(np.array([[1.0, np.nan]])) == [[1.0, None]] and number(np.float64("inf")) is None


def thirds(a: Annotated[int, Input("a")] = 3):
    yield Step("one", same("t"), "1/a", f"1/{a}", Fraction(1, a))
    yield Step("all", same("t"), "x", "x", (Fraction(1, a), Fraction(6, a)))
    yield Step("whole", same("t"), "x", "x", Fraction(2 * a, a))
    yield Step("never", same("t"), "x", "x", float("nan"))


def test_exact_fractions_stand_as_text_beside_their_numbers():
    example = Example("thirds", same("t"), ("t",), ("one", "never"), thirds)
    found = json.loads(json_text(worked_json(work(example, defaults(example)), "en")))
    assert [step.get("exact") for step in found["steps"]] == ["1/3", ["1/3", "2"], None, None]
    assert [step["value"] for step in found["steps"]] == [1 / 3, [1 / 3, 2], 2, None]
    assert found["results"] == {"one": 1 / 3, "never": None} and found["inputs"] == {"a": 3}


def test_worked_examples_have_the_keys_that_are_promised():
    for worked in examples():
        for language in LANGUAGES:
            found = json.loads(json_text(worked_json(worked, language, seed=7, level=2)))
            assert [*found] == ["schema", "example", "seed", "level", "inputs", "steps", "results", "notes"]
            assert all({"name", "title", "formula", "shown", "value"} <= set(step) for step in found["steps"])
            assert found["results"] == {s["name"]: s["value"] for s in found["steps"] if s["name"] in found["results"]}
        asked = problem_json(worked)
        assert "steps" not in asked and "results" not in asked and asked["asked"] == [*worked.results]
