"""What holds for every question type: a new file in questions/ is tested by being there."""

from random import Random

import pytest

from studynn.core.question import Question
from studynn.questions import load, names
from studynn.worked import load as find_example

everyone = pytest.mark.parametrize("name", names())
SEEDS = range(30)


def typed(answer, posed):
    return answer(posed) if callable(answer) else answer


def cases(name):
    for sample in load(name).samples():
        for seed in SEEDS:
            yield sample, sample.question.pose(Random(seed), find_example)


@everyone
def test_the_type_is_named_after_its_file(name):
    assert issubclass(load(name), Question)
    assert all(sample.question.type == name for sample in load(name).samples())


@everyone
def test_its_own_samples_have_no_problems(name):
    assert [problem for sample in load(name).samples() for problem in sample.question.problems(find_example)] == []


@everyone
def test_right_samples_are_marked_right_whatever_the_order(name):
    for sample, posed in cases(name):
        for answer in (*sample.right, posed.key):
            assert posed.mark(typed(answer, posed)).outcome == "right", typed(answer, posed)


@everyone
def test_wrong_samples_are_marked_wrong_whatever_the_order(name):
    for sample, posed in cases(name):
        for answer in sample.wrong:
            assert posed.mark(typed(answer, posed)).outcome == "wrong", typed(answer, posed)


@everyone
def test_unreadable_samples_are_unreadable_and_say_why_in_both_languages(name):
    for sample, posed in cases(name):
        for answer in sample.unreadable:
            verdict = posed.mark(answer)
            assert verdict.outcome == "unreadable", answer
            assert all(remark.en and remark.zh for remark in verdict.remarks) and verdict.remarks


@everyone
def test_every_type_has_a_sample_of_each_outcome(name):
    for sample in load(name).samples():
        assert sample.right and sample.wrong and sample.unreadable


@everyone
def test_posing_depends_on_nothing_but_the_generator(name):
    for sample in load(name).samples():
        first, second = (sample.question.pose(Random(3), find_example) for _ in range(2))
        assert (first.stem, first.entry, first.key) == (second.stem, second.entry, second.key)
