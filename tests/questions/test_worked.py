"""A question about a step: fresh numbers, a mistake diagnosed by its slip, arrays marked number by number."""

from dataclasses import replace
from random import Random

import pytest

from studynn.core.inputs import defaults
from studynn.core.near import near
from studynn.core.steps import work, wrong_values
from studynn.core.text import Text
from studynn.core.values import is_array
from studynn.questions.worked import WorkedQuestion, formula_hints, mark_value, typed_text
from studynn.worked import load, names

TYPED, CHOSEN = (sample.question for sample in WorkedQuestion.samples())
each = pytest.mark.parametrize("name", names())


def truth(name):
    return work(load(name), defaults(load(name)))


@each
def test_the_value_of_every_result_typed_out_is_marked_right(name):
    for level in (1, 2, 3):
        for step in truth(name).results:
            question = replace(TYPED, example=name, step=step, level=level, ask=Text("?", "？"))
            try:
                posed = question.pose(Random(level), load)
            except KeyError:
                continue  # this draw has fewer steps
            assert posed.mark(posed.key).outcome == "right", (step, posed.key)


@each
def test_the_value_of_every_mistake_is_marked_wrong_and_diagnosed(name):
    found = truth(name)
    for step in found.results:
        for slip, value in wrong_values(found, step):
            verdict = mark_value(found, step, value)
            assert verdict.outcome == "wrong" and slip.tag in verdict.slips and verdict.remarks, (step, slip.tag)


@each
def test_hints_begin_with_the_formula_and_never_tell_the_value_of_the_step(name):
    found = truth(name)
    for step in found.results:
        hints = formula_hints(found, step)
        assert hints[0].en.endswith(found.step(step).formula) and 1 <= len(hints) <= 2


@each
def test_an_array_typed_out_needs_no_brackets_and_no_sign_that_keyboards_lack(name):
    for value in truth(name).results.values():
        assert not is_array(value) or (typed_text(value).isascii() and "[" not in typed_text(value))


def test_options_hold_the_truth_once_and_mistakes_apart_from_it_and_each_other():
    for seed in range(40):
        posed = CHOSEN.pose(Random(seed), load)
        right = [place for place in range(len(posed.entry.options)) if posed.mark(str(place + 1)).outcome == "right"]
        assert [str(place + 1) for place in right] == [posed.key] and len(posed.entry.options) >= 3
        assert len({option.en for option in posed.entry.options}) == len(posed.entry.options)


def test_a_wrong_option_is_diagnosed():
    posed = CHOSEN.pose(Random(3), load)
    wrong = next(str(place + 1) for place in range(len(posed.entry.options)) if str(place + 1) != posed.key)
    assert posed.mark(wrong).slips and posed.mark(wrong).remarks


def test_the_item_names_the_skill_and_not_its_numbers():
    assert TYPED.item() == "conv-size/out@1"
    assert TYPED.pose(Random(1), load).item == TYPED.pose(Random(2), load).item


def test_placeholders_are_filled_with_the_numbers_of_this_draw():
    posed = TYPED.pose(Random(5), load)
    assert f"W={posed.truth.inputs['width']}" in posed.stem.en and "{" not in posed.stem.en + posed.stem.zh


def test_an_array_with_the_right_numbers_in_another_order_is_told_so():
    found = truth("mlp-forward")
    step = next(name for name, value in found.results.items() if is_array(value) and len(value) == 3)
    value = list(found.step(step).value)
    assert "another order" in mark_value(found, step, (*value[1:], value[0])).remarks[0].en
    one_off = (value[0], value[1], value[2] + 7)
    assert mark_value(found, step, one_off).remarks[0].en == "Not right, in reading order: number 3."
    assert mark_value(found, step, (90, 91, 92)).remarks == ()


def test_several_mistakes_with_one_value_are_offered_as_alternatives():
    found = truth("conv-size")
    shared = {}
    for step in found.results:
        for slip, value in wrong_values(found, step):
            shared.setdefault((step, value), {})[slip.tag] = slip
    for (step, value), slips in shared.items():
        verdict = mark_value(found, step, value)
        assert set(slips) <= set(verdict.slips) and len(verdict.remarks) == 1
        assert verdict.remarks[0].en.startswith("Either: ") == (len(verdict.slips) > 1)


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"example": "no-such"}, [("example",)]),
        ({"step": "no-such"}, [("step",)]),
        ({"ask": Text("{width} {nothing}", "{width}")}, [("ask", "en")]),
    ],
)
def test_what_is_wrong_with_the_content_is_named_where_it_stands(changes, at):
    assert [problem.at for problem in replace(TYPED, **changes).problems(load)] == at


def test_a_number_typed_out_is_the_number_itself():
    for number in (0.1, 1 / 3, -2.5e-7, 1e22):
        assert near(float(typed_text(number)), number, 1e-12)
