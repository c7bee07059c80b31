"""Plain data becomes records again: every field in its place, in every question type."""

import json
from dataclasses import asdict, fields, is_dataclass
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.question import Question
from studynn.core.records import build
from studynn.core.text import Text
from studynn.core.topic import Card, Fact, Section, Skipped, Topic
from studynn.questions import load as find_type
from studynn.questions import names as type_names
from studynn.worked import load

texts = st.builds(Text, st.text(max_size=8), st.text(max_size=8))
words = st.text(max_size=8)
facts = st.builds(
    Fact,
    id=words,
    says=texts,
    section=words,
    basis=st.sampled_from(["text", "gap", "background"]),
    formula=words,
    tex=words,
    from_=st.lists(words, max_size=3).map(tuple),
    terms=st.lists(texts, max_size=3).map(tuple),
    claim=st.none() | texts,
    correction=st.none() | texts,
)
samples = st.sampled_from([sample.question for name in type_names() for sample in find_type(name).samples()])
topics = st.builds(
    Topic,
    id=words,
    title=texts,
    needs=st.lists(words, max_size=2).map(tuple),
    parts=st.lists(words, max_size=2).map(tuple),
    sections=st.lists(st.builds(Section, id=words, title=texts), max_size=2).map(tuple),
    facts=st.lists(facts, max_size=3).map(tuple),
    cards=st.lists(st.builds(Card, id=words, fact=words, front=texts, back=texts), max_size=2).map(tuple),
    questions=st.lists(samples, max_size=4).map(tuple),
    skipped=st.lists(st.builds(Skipped, fact=words, why=words), max_size=2).map(tuple),
)


def as_data(record):
    """A record as the data that a file or the cache holds."""
    if isinstance(record, tuple):
        return [as_data(part) for part in record]
    if is_dataclass(record):
        return {field.name.rstrip("_"): as_data(getattr(record, field.name)) for field in fields(record)}
    return record


@given(topics)
@settings(deadline=None, max_examples=100)
def test_a_topic_written_as_json_is_built_again_equal(topic):
    assert build(Topic, json.loads(json.dumps(as_data(topic))), find_type) == topic


@given(topics)
@settings(deadline=None, max_examples=50)
def test_what_is_left_out_or_null_has_its_usual_value(topic):
    data = as_data(topic)
    assert build(Topic, {"id": data["id"], "title": data["title"], "facts": None}, find_type) == Topic(
        id=topic.id, title=topic.title
    )


@pytest.mark.parametrize("name", type_names())
def test_a_question_becomes_the_class_of_its_type_and_poses_as_before(name):
    for sample in find_type(name).samples():
        built = build(Question, as_data(sample.question), find_type)
        assert type(built) is find_type(name)
        assert built == sample.question
        assert built.pose(Random(1), load).key == sample.question.pose(Random(1), load).key


def test_a_plain_text_stands_for_both_languages():
    assert build(Card, {"id": "c", "fact": "f", "front": "A?", "back": {"en": "B", "zh": "乙"}}, find_type) == Card(
        id="c", fact="f", front=Text("A?", "A?"), back=Text("B", "乙")
    )


def test_records_hold_tuples_so_that_nothing_shared_can_be_changed():
    fact = build(Fact, {"id": "f", "says": "s", "from": ["001:1"], "terms": ["t"]}, find_type)
    assert (fact.from_, fact.terms) == (("001:1",), (Text("t", "t"),))
    assert hash(fact) == hash(build(Fact, asdict(fact) | {"from": ["001:1"]}, find_type))


@pytest.mark.parametrize(
    "data", [{}, {"id": "x"}, [], "id", 3, None, {"id": "x", "title": {}}, {"id": "x", "title": 3}]
)
def test_data_that_lacks_what_a_record_needs_is_refused(data):
    with pytest.raises((KeyError, TypeError)):
        build(Topic, data, find_type)


def test_a_fact_is_found_by_its_id():
    fact = Fact(id="a", says=Text("a", "甲"))
    topic = Topic(id="x", title=fact.says, facts=(fact,))
    assert topic.fact("a") is fact
    assert topic.fact("b") is None
