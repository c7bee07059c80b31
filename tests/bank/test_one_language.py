"""A deck may be written in one language; spoilt anywhere, it gives problems and nothing else."""

import json
import re

import pytest
from decks import GOOD, problems, question, written
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.bank.library import content_folder
from studynn.bank.marked_yaml import read_yaml
from studynn.bank.validation import read_topic, schema
from studynn.core.records import build
from studynn.core.text import Text
from studynn.core.topic import Topic
from studynn.questions import load as find_type
from studynn.questions import names as type_names
from studynn.worked import load

KEYS = "id type fact level ask options right text why answer items pairs left en zh accept mistakes value example step"
keys = st.sampled_from([*KEYS.split(), "choice", "also", "unit", "tolerance", "says", "from", "0"])
values = st.recursive(
    st.sampled_from(
        [None, True, 1, 2.0, 10**299, -1e300, "", "a", "___", "{x}", "1/0", "10^400", "dice", "p", *type_names()]
    ),
    lambda part: st.lists(part, max_size=4) | st.dictionaries(keys, part, max_size=6),
    max_leaves=12,
)
GOOD_DATA = {
    "id": "x",
    "title": "t",
    "facts": [{"id": "f", "says": "s"}],
    "questions": [
        {"id": "q0", "type": "numeric", "fact": "f", "level": 1, "ask": "a", "answer": 1, "mistakes": [{"value": 2, "why": "w"}]},
        {"id": "q1", "type": "cloze", "fact": "f", "level": 1, "ask": "a ___", "accept": ["b"]},
        {"id": "q2", "type": "order", "fact": "f", "level": 2, "ask": "a", "items": ["a", "b", "c"]},
        {"id": "q3", "type": "match", "fact": "f", "level": 3, "ask": "a", "pairs": [{"left": c, "right": c} for c in "abc"]},
        {"id": "q4", "type": "worked", "fact": "f", "level": 3, "ask": "{sides}", "example": "dice", "step": "p"},
        {"id": "q5", "type": "choice", "fact": "f", "level": 1, "ask": "a",
         "options": [{"text": "a", "right": True}, {"text": "b", "why": "w"}, {"text": "c", "why": "w"}]},
    ],
}  # fmt: skip


def part_places(value, at=()):
    yield at
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from part_places(part, (*at, key))


@given(st.data())
@settings(deadline=None, max_examples=250)
def test_a_deck_spoilt_anywhere_in_any_way_gives_problems_in_the_programs_own_words(tmp_path_factory, data):
    deck = json.loads(json.dumps(GOOD_DATA))
    place = data.draw(st.sampled_from([at for at in part_places(deck) if at]))
    around = deck
    for key in place[:-1]:
        around = around[key]
    around[place[-1]] = data.draw(values)
    path = written(tmp_path_factory.mktemp("spoilt"), json.dumps(deck))
    for problem in read_topic(path, load)[1]:
        assert problem.what.zh and problem.what.en
        assert re.search("[\u4e00-\u9fff]", problem.what.zh), problem.what
        assert "``" not in problem.what.en and "Input should" not in problem.what.en
        assert problem.line == 1 and problem.column >= 1


@pytest.mark.parametrize("single", ["ask: {en: a, zh: 甲}", "ask: {en: a}", "ask: a"])
def test_a_text_is_given_in_both_languages_or_once_for_both(tmp_path, single):
    text = question("true-false", "answer: true").replace('ask: {en: "a", zh: "甲"}', single)
    assert problems(tmp_path, text) == (["6:50: `zh` is missing: add it"] if single == "ask: {en: a}" else [])


def test_a_deck_in_one_language_reads_alike_in_both(tmp_path):
    path = written(tmp_path, json.dumps(GOOD_DATA))
    data, found = read_topic(path, load)
    assert found == []
    topic = build(Topic, data, find_type)
    assert topic.title == Text("t", "t")
    assert topic.facts[0].says == Text("s", "s")
    cloze, order, match = topic.questions[1:4]
    assert cloze.accept.en == cloze.accept.zh == ("b",)
    assert order.items == (Text("a", "a"), Text("b", "b"), Text("c", "c"))
    assert match.pairs[2].right == Text("c", "c")
    assert topic.questions[5].options[1].why == Text("w", "w")


def test_a_problem_of_a_text_in_one_language_has_its_own_place(tmp_path):
    deck = 'id: x\ntitle: a\nfacts:\n  - {id: f, says: ""}\nquestions:\n  - id: q\n    type: cloze\n    fact: f\n    level: 1\n'
    assert problems(tmp_path, deck + "    ask: no gap\n    accept: [' ']\n") == [
        "4:13: a text is empty",
        "10:5: needs exactly one gap ___",
        "11:5: needs at least one spelling",
    ]


def test_reading_a_deck_leaves_keys_and_lists_that_are_no_text_alone(tmp_path):
    path = written(tmp_path, GOOD)
    assert read_topic(path, load)[0] == read_yaml(path).value


def test_the_schema_for_editors_is_the_one_that_the_program_prints():
    path = content_folder() / "schema" / "topic.schema.json"
    assert json.loads(path.read_text(encoding="utf-8")) == schema(), (
        "studynn check --schema > content/schema/topic.schema.json"
    )
    assert path not in set(content_folder().glob("*.yaml"))


def test_the_schema_knows_every_question_type_and_texts_in_one_language():
    text = json.dumps(schema())
    assert all(f'"const": "{name}"' in text for name in type_names())
    assert {"type": "string", "title": "Both languages"} in schema()["$defs"]["Text"]["anyOf"]
