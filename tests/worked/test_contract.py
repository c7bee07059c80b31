"""What holds for every worked example: a new file in worked/ is tested by being there."""

from functools import cache
from random import Random

import notation
import pytest

from studynn.core.draw import LEVELS, draw
from studynn.core.inputs import defaults, input_text, inputs_of, read_inputs
from studynn.core.near import near
from studynn.core.steps import diagnose, is_clear, work, wrong_values
from studynn.core.values import components
from studynn.worked import load, names

SEEDS = 200
NUMBERS_OF_EVERY_RUN = [(level, seed) for level in LEVELS for seed in range(SEEDS // len(LEVELS) + 1)]

everyone = pytest.mark.parametrize("name", names())


@cache
def runs(example):
    """The default run and 201 drawn ones, 67 at each level."""
    drawn = [draw(example, Random(f"{seed}/{level}"), level) for level, seed in NUMBERS_OF_EVERY_RUN]
    return [work(example, defaults(example)), *drawn]


@everyone
def test_shown_numbers_evaluate_to_the_value(name):
    for truth in runs(load(name)):
        for step in truth.steps:
            assert notation.agrees(step.shown, step.value), (step.name, step.shown, step.value)


@everyone
def test_every_slip_of_a_draw_is_apart_from_the_truth_and_from_its_neighbours(name):
    assert all(is_clear(truth) for truth in runs(load(name)))


@everyone
def test_every_slip_is_diagnosed_back_at_its_own_step(name):
    for truth in runs(load(name)):
        for step in truth.steps:
            for slip in step.slips:
                if not near(slip.value, step.value):
                    assert slip.tag in [found.tag for found in diagnose(truth, step.name, slip.value)], (
                        step.name,
                        slip,
                    )


@everyone
def test_a_slip_carried_on_is_diagnosed_at_every_later_result_it_changes(name):
    for truth in runs(load(name)):
        for step in truth.results:
            for slip, value in wrong_values(truth, step):
                assert slip.tag in [found.tag for found in diagnose(truth, step, value)], (step, slip.tag)


@everyone
def test_wrong_values_never_equal_the_truth(name):
    example = load(name)
    truth = work(example, defaults(example))
    for step in truth.results:
        assert all(not near(value, truth.step(step).value) for _, value in wrong_values(truth, step))


@everyone
def test_a_second_derivation_agrees(name):
    example = load(name)
    assert example.checked_by is not None
    for truth in runs(example):
        found = example.checked_by.compute(**truth.inputs)
        assert found
        for step, value in found.items():
            pairs = zip(components(value), components(truth.step(step).value), strict=True)
            assert all(abs(a - b) <= 1e-9 * max(1, abs(b)) for a, b in pairs), step


@everyone
def test_draws_at_every_level_are_found_without_falling_back_to_the_default(name, caplog):
    example = load(name)
    for level, seed in NUMBERS_OF_EVERY_RUN:
        draw(example, Random(f"{seed}/{level}"), level)
    assert not caplog.records


@everyone
def test_a_draw_depends_on_nothing_but_the_seed_and_the_level(name):
    example = load(name)
    for level in LEVELS:
        first, second = (draw(example, Random(f"7/{level}"), level) for _ in range(2))
        assert first.inputs == second.inputs


@everyone
def test_titles_hints_and_notes_stand_in_both_languages(name):
    example = load(name)
    truth = work(example, defaults(example))
    texts = [example.title, *truth.notes, *(step.title for step in truth.steps)]
    texts += [slip.hint for step in truth.steps for slip in step.slips]
    texts += [wanted.help for wanted in inputs_of(example).values()]
    for text in texts:
        assert text is not None and text.en.strip() and any("\u4e00" <= sign <= "\u9fff" for sign in text.zh), text


@everyone
def test_results_name_steps_that_the_default_run_reaches(name):
    example = load(name)
    truth = work(example, defaults(example))
    for pattern in example.results:
        probe = type(example)(**{**vars(example), "results": (pattern,)})
        assert any(probe.is_result(step.name) for step in truth.steps), pattern


@everyone
def test_step_names_are_unique(name):
    for truth in runs(load(name)):
        found = [step.name for step in truth.steps]
        assert len(found) == len(set(found))


@everyone
def test_inputs_read_back_from_the_text_that_shows_them(name):
    example = load(name)
    for truth in runs(example):
        texts = {
            key: truth.inputs[key] if wanted.kind == "flag" else input_text(wanted, truth.inputs[key]) or None
            for key, wanted in inputs_of(example).items()
        }
        assert read_inputs(example, texts) == truth.inputs
