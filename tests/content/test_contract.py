"""What holds for every topic file: a new file in content/ is tested by being there."""

import json
import re
from collections import Counter
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from random import Random

import pytest
import yaml

from studynn.bank.cache import Cache
from studynn.bank.library import Library, content_folder
from studynn.bank.quality import coverage
from studynn.bank.validation import check_file, read_topic
from studynn.core.question import OneOf, Ordered, Paired, SomeOf
from studynn.core.records import build
from studynn.core.search import search
from studynn.core.text import Text, same
from studynn.core.topic import Topic
from studynn.questions import load as find_type
from studynn.worked import load

FILES = sorted(content_folder().glob("*.yaml"))
INVENTORY = Path(__file__).parents[3] / "shared" / "facts"
COUNTS = json.loads((Path(__file__).parent / "counts.json").read_text(encoding="utf-8"))
ABOUT_THE_SOURCES = re.compile(
    r"\b(?:sources?|documents?|texts?|notes|lecture|authors?|passages?) (?:says?|states?|claims?|gives?|uses?|calls?|describes?)\b"
    r"|according to the (?:sources?|documents?|texts?|notes|authors?)|原文|本文|文中|文档|资料中|讲义|作者认为|根据材料",
    re.IGNORECASE,
)

ONLY_SLIPS_OF_THE_PEN = {
    "cnn.image-as-grid",
    "cnn.mnist-example",
    "convolution.continuous-formula",
    "convolution.dice-distributions",
}
"""Claims of the inventory that report a misprint: nobody believes them."""
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
everyone = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return Library((content_folder(),), Cache(tmp_path_factory.mktemp("cache"), "test"), load)


@cache
def inventory(path):
    text = (INVENTORY / path.name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@cache
def topic_of(path):
    data, found = read_topic(path, load)
    assert found == []
    return build(Topic, data, find_type)


def texts(record, at=()):
    """Every text of a record with its path."""
    if isinstance(record, Text):
        yield at, record
    elif isinstance(record, tuple):
        for index, part in enumerate(record):
            yield from texts(part, (*at, index))
    elif is_dataclass(record):
        for field in fields(record):
            yield from texts(getattr(record, field.name), (*at, field.name))


def shown(posed):
    """Every text that a posed question shows before it is answered."""
    yield posed.stem
    yield from posed.hints
    match posed.entry:
        case OneOf() | SomeOf():
            yield from posed.entry.options
        case Ordered():
            yield from posed.entry.items
        case Paired():
            yield from (*posed.entry.left, *posed.entry.right)


def test_there_are_topics():
    assert {path.stem for path in FILES} == {
        "activation",
        "autoencoder",
        "capsule",
        "cnn",
        "convolution",
        "deep-rl",
        "dynamic-convolution",
        "feature-engineering",
        "foundations",
        "gan",
        "gru",
        "lstm",
        "mlp",
        "perceptron",
        "pooling",
        "rbm-dbn",
        "regularisation",
        "resnet-densenet",
        "rnn",
        "training",
        "transformer",
    }


@everyone
def test_it_validates_and_keeps_the_rules_of_quality(path):
    assert [problem.line_in("en") for problem in check_file(path, load, own=True)] == []


@everyone
def test_every_text_stands_in_both_languages_without_control_characters(path):
    for at, text in texts(topic_of(path)):
        is_corner_of_a_table = at[-2:] == ("head", 0)
        for words in (text.en, text.zh):
            assert (words.strip() or is_corner_of_a_table) and words.isprintable(), at
    assert not re.search("[\u4e00-\u9fff]", topic_of(path).title.en)


@everyone
def test_every_question_is_answered_by_its_own_key_whatever_the_seed(path):
    for question in topic_of(path).questions:
        for seed in range(20 if question.type != "worked" else 3):
            posed = question.pose(Random(seed), load)
            assert posed.mark(posed.key).outcome == "right", (question.id, seed)
            assert posed.item == question.item() and posed.level == question.level
            assert posed.answer.en and posed.answer.zh


@everyone
def test_the_place_of_a_right_option_cannot_be_guessed(path):
    for question in topic_of(path).questions:
        if question.type in ("choice", "which"):
            keys = Counter(question.pose(Random(seed), load).key for seed in range(60))
            assert len(keys) == len(question.options), question.id
            assert max(keys.values()) <= 60 * 0.6, question.id


def test_in_one_session_the_right_options_stand_in_all_places_about_as_often():
    asked = [
        question for path in FILES for question in topic_of(path).questions if question.type in ("choice", "which")
    ]
    places = Counter(
        question.pose(Random(f"7/{question.id}"), load).key for question in asked if len(question.options) == 4
    )
    assert set(places) == set("1234") and max(places.values()) <= 0.32 * places.total()


@everyone
def test_the_right_options_of_several_are_not_always_the_first_or_all_but_one(path):
    for question in topic_of(path).questions:
        if question.type == "multi":
            assert len({question.pose(Random(seed), load).key for seed in range(60)}) > 3, question.id


@everyone
def test_things_to_be_ordered_or_matched_are_not_shown_in_their_order(path):
    for question in topic_of(path).questions:
        if question.type == "order":
            assert all(question.pose(Random(seed), load).entry.items != question.items for seed in range(20))
        if question.type == "match":
            assert len({question.pose(Random(seed), load).key for seed in range(30)}) > 3


@everyone
def test_questions_from_worked_examples_pose_at_their_level_with_all_numbers_filled_in(path, caplog):
    for question in topic_of(path).questions:
        if question.type == "worked":
            stems = set()
            for seed in range(60):
                posed = question.pose(Random(seed), load)
                assert posed.mark(posed.key).outcome == "right", (question.id, seed)
                assert posed.truth.has(question.step)
                for text in shown(posed):
                    assert not PLACEHOLDER.search(text.en + text.zh), (question.id, seed)
                assert re.findall(r"[\d.]+", posed.stem.en) or "{" not in question.ask.en
                stems.add((posed.stem.en, str(posed.truth.inputs)))
            assert len(stems) > 20, question.id
    assert [record.message for record in caplog.records] == []


@everyone
def test_no_question_shows_a_brace_or_speaks_of_where_its_text_came_from(path):
    for question in topic_of(path).questions:
        for text in shown(question.pose(Random(1), load)):
            for words in (text.en, text.zh):
                assert not PLACEHOLDER.search(words), question.id
                assert not ABOUT_THE_SOURCES.search(words), (question.id, words)


@everyone
def test_nothing_that_a_learner_reads_speaks_of_where_it_came_from(path):
    for at, text in texts(topic_of(path)):
        assert not ABOUT_THE_SOURCES.search(text.en) and not ABOUT_THE_SOURCES.search(text.zh), (at, text)


@everyone
def test_the_numbers_of_a_numeric_question_stand_in_both_languages(path):
    for question in topic_of(path).questions:
        if question.type == "numeric":
            numbers = [
                sorted(re.findall(r"\d+(?:\.\d+)?", words.replace(",", "")))
                for words in (question.ask.en, question.ask.zh)
            ]
            assert set(numbers[0]) <= set(numbers[1]), question.id  # English writes some as words


@everyone
def test_hints_and_stems_do_not_hold_the_accepted_word_of_a_gap(path):
    for question in topic_of(path).questions:
        if question.type == "cloze":
            for language in ("en", "zh"):
                best = getattr(question.accept, language)[0].casefold()
                told = question.ask.to(language) + (question.hint or same("")).to(language)
                assert not re.search(rf"(?<![a-z]){re.escape(best)}(?![a-z])", told.casefold()), (question.id, best)


@everyone
def test_a_misconception_is_never_what_a_fact_says_or_a_card_answers(path):
    topic = topic_of(path)
    claims = {words for fact in topic.facts if fact.claim for words in (fact.claim.en, fact.claim.zh)}
    truths = [fact.says for fact in topic.facts] + [card.back for card in topic.cards]
    truths += [question.ask for question in topic.questions if question.type == "true-false" and question.answer]
    assert [text for text in truths if text.en in claims or text.zh in claims] == []


def test_no_id_stands_in_two_topics():
    for kind in ("facts", "cards", "questions"):
        ids = Counter(record.id for path in FILES for record in getattr(topic_of(path), kind))
        assert [name for name, count in ids.items() if count > 1] == []


def test_needs_and_parts_are_topics():
    names = {path.stem for path in FILES}
    assert {name for path in FILES for name in (*topic_of(path).needs, *topic_of(path).parts)} <= names


@everyone
def test_every_misconception_is_asked_about_and_corrected_with_its_reason(path):
    topic = topic_of(path)
    asked = {
        name: question.because
        for question in topic.questions
        if question.type in ("true-false", "choice")
        for name in (question.fact, *question.also)
    }
    assert [fact.id for fact in topic.facts if fact.claim and not asked.get(fact.id)] == []


@everyone
def test_a_topic_that_can_be_computed_has_drills_of_all_levels(path):
    topic = topic_of(path)
    levels = {question.level for question in topic.questions if question.type == "worked"}
    assert levels == {1, 2, 3}


@everyone
def test_prose_and_the_choice_of_a_method_are_asked_in_every_topic(path):
    assert {"which", "explain"} <= {question.type for question in topic_of(path).questions}


@everyone
def test_every_claim_of_the_inventory_is_taught_as_a_misconception(path):
    if not (INVENTORY / path.name).is_file():
        pytest.skip("the inventory is not here")
    claimed = {fact.id for other in FILES for fact in topic_of(other).facts if fact.claim}
    wanted = {record["id"] for record in inventory(path) if "claim" in record}
    assert wanted - claimed <= ONLY_SLIPS_OF_THE_PEN


@everyone
def test_coverage_does_not_fall_below_what_it_was(path):
    topic = topic_of(path)
    found = coverage(topic)
    now = {
        "facts": found.facts,
        "by_cards": found.by_cards,
        "by_questions": found.by_questions,
        "cards": len(topic.cards),
        "questions": len(topic.questions),
    }
    fewest = COUNTS.get(path.stem)
    assert fewest is not None, f"add to counts.json: {json.dumps({path.stem: now})}"
    assert {key: now[key] for key in fewest if now[key] < fewest[key]} == {}


@everyone
def test_every_fact_of_the_inventory_is_taught_and_three_in_four_are_asked(path):
    if not (INVENTORY / path.name).is_file():
        pytest.skip("the inventory is not here")
    wanted = {record["id"] for record in inventory(path) if record["basis"] in ("text", "gap")}
    topics = [topic_of(other) for other in FILES]
    asked = {name for topic in topics for question in topic.questions for name in (question.fact, *question.also)}
    carded = {card.fact for topic in topics for card in topic.cards}
    reasons = {entry.fact for topic in topics for entry in topic.skipped}
    assert sorted(wanted - asked - carded - reasons) == []
    assert len(wanted & asked) >= 0.75 * len(wanted)
    assert len(wanted & reasons - asked - carded) <= 0.1 * len(wanted)


FAMILIES = [
    "perceptron", "MLP", "multilayer perceptron", "CNN", "RNN", "bidirectional", "deep RNN", "recursive", "LSTM", "GRU", "GAN",
    "Boltzmann machine", "RBM", "DBN", "deep RL", "DQN", "Transformer", "autoencoder", "ResNet", "DenseNet",
    "dynamic convolution", "capsule network", "玻尔兹曼机", "双向", "胶囊网络", "自编码器", "生成对抗网络",
]  # fmt: skip


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_of_networks_can_be_asked_by_its_name(name, library):
    lines, items = library.about([name])
    assert lines and len(items) >= 5


def test_the_same_terms_are_found_in_either_language():
    topics = [topic_of(path) for path in FILES]
    for words in (("gate", "门控"), ("stride", "步幅"), ("receptive field", "感受野"), ("dropout", "随机失活")):
        found = [[hit for hit in search(word, topics, []) if hit.kind == "term"] for word in words]
        assert found[0] == found[1] and found[0], words


def test_topics_stand_in_study_order(library):
    order = [line.id for line in library.lines()]
    assert all(order.index(need) < order.index(line.id) for line in library.lines() for need in line.needs)
