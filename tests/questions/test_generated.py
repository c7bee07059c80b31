"""The questions that worked examples yield by themselves: for every example, level and many seeds."""

import re
from collections import Counter, defaultdict
from random import Random

import pytest

from studynn.core.question import OneOf
from studynn.core.steps import wrong_values
from studynn.core.text import value_text
from studynn.questions._generated import generated
from studynn.questions.worked import mark_value
from studynn.worked import load, names

DIGITS = 6
FREQUENT = {
    "activation/relu": "two points in three, one may be negative",
    "cross-entropy/chance": "ln K for the few numbers of classes that fit on paper",
    "dice/outcomes": "three dice of a few usual sizes",
    "dice/table": "three dice with 4, 5 or 6 sides",
    "dice/terms": "a die has few faces",
    "gradient-clip/scale": "1 where the norm is within the limit",
    "pca-whitening/ratio": "shares of two small whole variances",
    "perceptron/out": "0 or 1",
    "perceptron-train/errors": "few rows can be wrong",
    "perceptron-train/out": "0 or 1",
    "xor-from-nand/best-single": "3 or 4 rows of 4",
}
"""Results with few possible values, and why."""


def posed(name, level, seeds):
    question = generated(load(name))[level - 1]
    for seed in seeds:
        yield question.pose(Random(f"{seed}/{question.id}"), load)


def check(name, level, seeds):
    answers = defaultdict(Counter)
    for found in posed(name, level, seeds):
        value = found.truth.step(found.step).value
        assert found.mark(found.key).outcome == "right"
        for words in (found.stem.en, found.stem.zh):
            assert words.strip() and "{" not in words
        if isinstance(found.entry, OneOf):
            shown = [option.en for option in found.entry.options]
            assert len(set(shown)) == len(shown)
            outcomes = [found.mark(key).outcome for key in found.entry.keys]
            assert outcomes.count("right") == 1 and outcomes.count("wrong") == len(shown) - 1
        for slip, wrong in wrong_values(found.truth, found.step):
            assert slip.tag in mark_value(found.truth, found.step, wrong).slips
        answers[found.item][value_text(value)] += 1
        if level == 1:
            shown = [value_text(part) for part in (value, *found.truth.inputs.values()) if part is not None]
            assert all(digits(number) <= DIGITS for text in shown for number in re.findall(r"[\d.]+", text)), shown
    return answers


def digits(number):
    return len(number.replace(".", "").lstrip("0"))


everyone = pytest.mark.parametrize("name", names())


@everyone
@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_generated_question_has_one_right_answer_and_reads_in_both_languages(name, level):
    assert check(name, level, range(12))


@everyone
@pytest.mark.parametrize("level", [1, 2, 3])
@pytest.mark.long
def test_over_1000_seeds_no_answer_is_seen_in_more_than_a_third_of_the_draws(name, level):
    for item, counts in check(name, level, range(1000)).items():
        total = counts.total()
        answer, most = counts.most_common(1)[0]
        if total >= 60 and item.split("@")[0] not in FREQUENT:
            assert most / total <= 1 / 3, (item, answer, most, total)
