"""The questions that worked examples yield by themselves: for every example, level and many seeds."""

import re
from collections import Counter, defaultdict
from random import Random

import pytest

from studynn.core.inputs import inputs_of, used_inputs
from studynn.core.question import OneOf, Typed
from studynn.core.steps import work, wrong_values
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
        answers[found.item][found.answer.en if is_inverse(found) else value_text(value)] += 1
        if level == 1:
            shown = [value_text(part) for part in (value, *found.truth.inputs.values()) if part is not None]
            assert all(digits(number) <= DIGITS for text in shown for number in re.findall(r"[\d.]+", text)), shown
    return answers


def is_inverse(found):
    """Whether an input is asked for: it is not among the inputs shown."""
    return set(found.given) != set(used_inputs(found.truth.example, found.truth.inputs))


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


invertible = pytest.mark.parametrize("name", [name for name in names() if load(name).inverse])


def inverses(name, seeds=range(80)):
    found = [question for question in posed(name, 3, seeds) if is_inverse(question)]
    assert found
    return found


def asked(found):
    """The declaration behind an inverse question, and the letter and the value of what is asked for."""
    declared = next(one for one in found.truth.example.inverse if one.input not in found.given)
    letter, value = found.answer.en.removesuffix(" (not the only one)").split(" = ")
    return declared, letter, value


@invertible
def test_about_one_question_in_four_is_inverse_at_level_3_and_none_below(name):
    shares = [sum(map(is_inverse, posed(name, level, range(200)))) / 200 for level in (1, 2, 3)]
    assert shares[:2] == [0, 0] and 0.05 < shares[2] < 0.35


@invertible
def test_an_inverse_question_tells_the_result_and_is_typed_and_logged_as_its_step(name):
    for found in inverses(name):
        result = value_text(found.truth.step(found.step).value)
        assert isinstance(found.entry, Typed) and result in found.stem.en and result in found.stem.zh
        assert found.item == found.truth.example.skill(found.step, 3)
        assert "{" not in found.stem.en + found.stem.zh and found.stem.en.endswith("?") and found.stem.zh.endswith("？")


@invertible
def test_an_inverse_question_takes_its_own_numbers_and_not_others_and_refuses_words(name):
    for found in inverses(name):
        assert found.mark(found.key).outcome == "right"
        if not isinstance(found.truth.inputs[asked(found)[0].input], tuple):
            assert found.mark("-7").outcome == "wrong"
        assert all(found.mark(words).outcome == "unreadable" for words in ("", "a few", "3 of them", "\x1b[2J"))


@invertible
def test_the_number_asked_for_is_not_shown_in_the_hints(name):
    for found in inverses(name, range(30)):
        declared, letter, value = asked(found)
        if declared.hole:
            assert letter == "?" and "?" in found.stem.en
            assert len(found.hints) == 1 and value not in found.hints[0].en


@everyone
def test_what_may_be_asked_back_is_an_input_and_a_result(name):
    example = load(name)
    for declared in example.inverse:
        wanted = inputs_of(example)[declared.input]
        assert declared.step in example.results
        assert (wanted.kind == "text") == bool(declared.hole) and wanted.kind in ("int", "float", "array", "text")
        for words in (declared.ask.en, declared.ask.zh):
            assert "{result}" in words and ("{input}" in words) == bool(declared.hole)


def test_every_input_that_gives_the_result_is_right():
    found = next(one for one in inverses("conv-size") if one.answer.en.startswith("W = ") and "only" in one.answer.en)
    example, inputs, out = found.truth.example, found.truth.inputs, found.truth.step("out").value
    for width in range(inputs["width"] - 5, inputs["width"] + 6):
        gives = work(example, inputs | {"width": width}).step("out").value
        verdict = found.mark(str(width))
        assert verdict.outcome == ("right" if gives == out else "wrong")
        if gives != out:
            assert verdict.remarks[0].en == f"W = {width} gives {gives}."


@pytest.mark.parametrize("typed", ["-1", "2.5", "1e9"])
def test_an_input_that_is_not_allowed_is_wrong_and_told_what_is(typed):
    found = next(one for one in inverses("conv-size") if one.answer.en.startswith("P = "))
    verdict = found.mark(typed)
    assert verdict.outcome == "wrong"
    assert verdict.remarks[0].en.startswith(f"--padding {typed}: must be a whole number")


def test_an_input_that_does_not_fit_the_others_is_wrong_with_the_line_that_says_why():
    found = next(one for one in inverses("conv-size") if one.answer.en.startswith("K = "))
    verdict = found.mark("5000")
    assert verdict.outcome == "wrong" and "must fit into the padded width" in verdict.remarks[0].en


def test_a_size_missing_in_a_network_is_put_in_its_place():
    for found in inverses("network-shapes"):
        net, (_, _, value) = found.truth.inputs["net"], asked(found)
        shown = found.stem.en.split(":")[0]
        assert shown.count("?") == 1 and shown.replace("?", value) == net and "net" not in found.given


def test_the_same_seed_asks_the_same_inverse_question():
    first, second = ([(found.stem, found.key) for found in inverses("pool-size", range(30))] for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", ["convolve", "squash"])
def test_an_array_asked_back_needs_all_its_numbers_and_another_one_may_be_right(name):
    for found in inverses(name):
        numbers = [float(number) for number in found.key.split(",")]
        again = found.mark(",".join(str(-number) for number in numbers))
        assert again.outcome == ("right" if name == "squash" else "wrong")
        assert found.mark(str(numbers[0])).outcome == "unreadable"
        assert name != "convolve" or found.truth.inputs["mode"] == "full"
