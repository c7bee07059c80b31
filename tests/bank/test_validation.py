"""Every problem of a deck is listed at once, in both languages, where it stands."""

import re

import pytest
from decks import GOOD, problems, question, written

from studynn.bank.validation import check_file, read_topic
from studynn.core.records import build
from studynn.core.topic import Topic
from studynn.questions import load as find_type
from studynn.questions import names as type_names
from studynn.worked import load

WRONG = "{text: {en: b, zh: 乙}, why: {en: no, zh: 不}}"


def test_a_good_deck_has_no_problem_and_builds_a_topic(tmp_path):
    data, found = read_topic(written(tmp_path, GOOD), load)
    assert found == []
    topic = build(Topic, data, find_type)
    assert topic.questions[0].answer is True
    assert topic.facts[0].from_ == ("001:1",)


BROKEN = """\
id: mine
titel: {en: "Mine", zh: "我的"}
sections:
  - {id: one, title: {en: "One"}}
  - {id: one, title: {en: "Two", zh: "二"}}
facts:
  - id: mine.a
    section: three
    says: {en: "A is so.", zh: " "}
    claim: {en: "{n} is not.", zh: "A 不是。"}
  - {id: mine.b, says: 3}
  - {id: mine.a, says: {en: "Again.", zh: "又。"}}
cards:
  - {id: card, fact: mine.b, front: {en: "A?", zh: "A？"}, back: {en: "So.", zh: "这样。"}}
  - {id: card, fact: mine.z, front: {en: "A?", zh: "A？"}, back: {en: "So.", zh: "这样。"}, side: 1}
  - {id: card, fact: mine.z, front: {en: "A?", zh: "A？"}, back: {en: "So.", zh: "这样。"}}
questions:
  - {id: q, type: quiz}
  - {id: q, type: choice, fact: mine.a, also: [mine.x], level: 4, ask: {en: "a", zh: "甲"}, options: []}
  - {id: r, type: choice, fact: mine.a, also: [mine.x], level: 3, ask: {en: "a", zh: "甲"}, options: []}
"""


def test_all_problems_of_a_broken_deck_are_listed_at_once_in_order_of_their_places(tmp_path):
    assert problems(tmp_path, BROKEN) == [
        "1:1: `title` is missing: add it",
        "2:1: `titel` is not a key that is known here: remove it or mend its spelling",
        "4:15: `zh` is missing: add it",
        "8:5: there is no section three",
        "9:5: a text is empty",
        "10:5: a claim needs its `correction`",
        "10:5: the {placeholders} differ between the languages",
        "11:18: `says` must be text, or {en: …, zh: …}",
        "12:6: the id mine.a stands here twice",
        "15:89: `side` is not a key that is known here: remove it or mend its spelling",
        "16:6: the id card stands here twice",
        "16:16: there is no fact mine.z in this file",
        f"18:13: `type` must be one of {', '.join(type_names())}",
        "19:57: `level` must be one of 1, 2, 3",
        "20:48: there is no fact mine.x in this file",
        "20:92: exactly one option needs `right: true`",
        "20:92: give 3 to 6 options",
    ]


def test_the_same_problems_are_told_in_chinese_at_the_same_places(tmp_path):
    english, chinese = problems(tmp_path, BROKEN), problems(tmp_path, BROKEN, "zh")
    places = [line.split(": ")[0] for line in english]
    assert [line.split(": ")[0] for line in chinese] == places
    assert all(re.search("[\u4e00-\u9fff]", line) for line in chinese)


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        (question("quiz", "a: 1"), "type:", "`type` must be one of"),
        (question("choice", "choice: 1, options: []"), "choice:", "`choice` is not a key that is known here"),
        (question("numeric", "answer: [1]"), "answer:", "`answer` must be a number, or one as text"),
        (question("numeric", "answer: true"), "answer:", "`answer` must be a number, or one as text"),
        (question("numeric", "unit: x"), "{id: q", "`answer` is missing: add it"),
        (question("true-false", "answer: yes"), "answer:", "`answer` must be true or false"),
        (question("true-false", "answer: 1"), "answer:", "`answer` must be true or false"),
        (question("true-false", "answer: true", level="true"), "level:", "`level` must be one of 1, 2, 3"),
        (question("true-false", "answer: true", level=2.0), "level:", "`level` must be one of 1, 2, 3"),
        (question("true-false", "answer: true", level='"1"'), "level:", "`level` must be one of 1, 2, 3"),
        (question("choice", f"options: [{WRONG}, 3, {WRONG}]"), "3, {text", "`options[2]` must be a mapping"),
        (question("choice", "options: {a: 1}"), "options:", "`options` must be a list"),
        (question("order", "items: [{en: a, zh: b, fr: c}]"), "fr:", "`fr` is not a key that is known here"),
        (question("cloze", "accept: 3"), "accept:", "`accept` must be a mapping"),
        (question("worked", "example: ../dice, step: p"), "example:", "there is no worked example ../dice"),
        (question("worked", "example: dice, step: nope"), "step:", "must be one of"),
        (question("worked", "example: [dice], step: p"), "example:", "`example` must be text"),
        ("id: x\ntitle: a\norder: 1", "order:", "`order` is not a key that is known here"),
        ("id: x\ntitle: a\ncards:", "cards:", "`cards` must be a list"),
        ("id: x\ntitle: a\nparts: x", "parts:", "`parts` must be a list"),
        ("id: x\ntitle: a\nneeds: [1]", "1", "`needs[1]` must be text"),
        ("id: x\ntitle: a\nquestions: [1]", "1", "`questions[1]` must be a mapping"),
        ("id: x\ntitle: a\nquestions: [{type: [choice]}]", "type:", "`type` must be one of"),
        ("id: x\ntitle: a\nquestions: [{id: q}]", "{id", "`type` must be one of"),
        ("id: 1\ntitle: a", "id:", "`id` must be text"),
        ("id: x\ntitle: a\nskipped: [{fact: f, why: ''}]", "why:", "a reason is due here"),
        ("id: x\ntitle: ''", "title:", "a text is empty"),
    ],
)
def test_each_mistake_is_named_where_it_stands(tmp_path, text, where, expected):
    line = text[: text.index(where)].count("\n")
    column = text.splitlines()[line].index(where)
    found = problems(tmp_path, text)
    assert found[0].startswith(f"{line + 1}:{column + 1}: {expected}")
    assert len(found) == 1
    assert "Input should" not in problems(tmp_path, text, "zh")[0]


@pytest.mark.parametrize("empty", ["", "# nothing", "null", "3", "- a", "[]", "just words", "true"])
def test_a_deck_that_is_no_mapping_says_what_a_deck_is(tmp_path, empty):
    assert problems(tmp_path, empty) == ["1:1: a topic file is a mapping that begins with `id:`"]


def test_an_empty_mapping_lacks_what_every_deck_has(tmp_path):
    assert problems(tmp_path, "{}") == ["1:1: `id` is missing: add it", "1:1: `title` is missing: add it"]


@pytest.mark.parametrize(
    "name", [r'"\e[2J"', '""', '"a b"', r'"a\nb"', r'"q\u202e"', '"a/b"', "x" * 101, '"conv-size/out@2"']
)
def test_ids_that_could_trick_a_terminal_or_another_item_are_refused(tmp_path, name):
    for place, text in (
        ("1:1", GOOD.replace("id: mine\n", f"id: {name}\n")),
        ("4:6", GOOD.replace("id: one,", f"id: {name},").replace("section: one", "section: ''")),
        ("12:6", GOOD.replace("id: mine.a.card", f"id: {name}").replace("cards:\n", "cards:\n\n")),
        ("13:5", GOOD.replace("id: mine.q", f"id: {name}")),
    ):
        assert [
            line for line in problems(tmp_path, text) if not line.startswith(f"{place}: an id is made of letters")
        ] == []
        assert len(problems(tmp_path, text)) == 1


def test_ids_may_be_written_in_chinese(tmp_path):
    assert problems(tmp_path, GOOD.replace("mine.q", "我的.问题-1").replace("id: mine\n", "id: 我的\n")) == []


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("fact: mine.a,", r'fact: "x\ndeck.yaml:1:1: all is well",'),
        GOOD.replace("section: one", r'section: "one\r\n\x85\u2028two"'),
        '"a\\nb": 1\n"a\\nb": 2',
        f"id: x\ntitle: a\n{'k' * 1000}: 1",
        "id: " + "!" + "x" * 5000 + " y",
    ],
)
def test_a_problem_is_one_line_of_bearable_length_whatever_the_file_holds(tmp_path, text):
    found = problems(tmp_path, text)
    assert len(found) == 1
    assert len(found[0].splitlines()) == 1
    assert len(found[0]) < 500


def test_a_fact_may_share_the_id_of_its_main_question(tmp_path):
    assert problems(tmp_path, GOOD.replace("id: mine.q", "id: mine.a")) == []
    assert problems(tmp_path, GOOD.replace("id: mine.q", "id: mine.a.card")) == [
        "13:5: the id mine.a.card stands here twice"
    ]


def test_a_reference_to_a_fact_that_is_itself_misspelt_is_no_second_problem(tmp_path):
    text = GOOD.replace("says: {en", "say: {en")
    assert [line.split(": ")[0] for line in problems(tmp_path, text)] == ["6:5", "8:5"]


def test_unreadable_yaml_is_a_problem_of_the_file_with_its_place(tmp_path):
    assert problems(tmp_path, "id: !!python/name:os.system x") == [
        "1:5: tags are not allowed (tag:yaml.org,2002:python/name:os.system): write plain values"
    ]


def test_the_programs_own_topics_are_named_after_their_files_and_decks_need_not_be(tmp_path):
    path = written(tmp_path, GOOD)
    assert check_file(path, load, own=False) == []
    lines = [problem.line_in("en") for problem in check_file(path, load, own=True)]
    assert f"{path}:1:1: must be the name of the file" in lines
