"""Paper and key as Markdown: the paper gives nothing away, the key gives everything, both say what they belong to."""

import re
from random import Random

import pytest
from looks import ESCAPES, LANGUAGES

from studynn.core.exam import Asked, Plan, fingerprint
from studynn.core.question import OneOf
from studynn.core.text import Text, same
from studynn.questions import load, names
from studynn.views.paper import key_text, paper_text
from studynn.worked import load as find_example

TOPICS = {"cnn": Text("Convolution", "卷积")}


def entries(seed=1):
    return [
        (
            Asked(f"q-{name}", "cnn", name, 2, 2.5),
            load(name).samples()[0].question.pose(Random(seed), find_example),
        )
        for name in names()
    ]


def plan(found):
    asked = tuple(asked for asked, _ in found)
    return Plan("i", 7, "0.1.0", fingerprint(found), Text("Midterm *one*", "期中"), 30, 0, asked)


def written(language, seed=1):
    found = entries(seed)
    return (
        paper_text(plan(found), "studynn exam mark --seed 7", found, TOPICS, language),
        key_text(plan(found), found, TOPICS, language),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_say_seed_version_and_content_and_number_every_question_with_its_marks(language):
    found = entries()
    for text in written(language):
        assert all(sign in text for sign in ("7", "0.1.0", plan(found).fingerprint))
        heads = re.findall(r"^### (\d+)\. .*$", text, re.MULTILINE)
        assert heads == [str(number) for number in range(1, len(found) + 1)]
        assert text.count("2.5 marks" if language == "en" else "2.5 分") >= len(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stem_is_on_paper_and_key_and_every_answer_on_the_key(language):
    paper, key = written(language)
    for _, posed in entries():
        stem = posed.stem.to(language).replace("*", "\\*").replace("_", "\\_")
        assert stem in paper and stem in key
        if posed.type != "explain":
            answer = posed.answer.to(language)
            assert answer in key.replace("\\", "")


def test_the_paper_gives_no_reason_hint_working_or_mark_point_away():
    paper, key = written("en")
    for _, posed in entries():
        for told in (posed.because, *posed.hints):
            assert told is None or told.en not in paper
    points = next(posed.entry.points for _, posed in entries() if posed.type == "explain")
    assert all(point.en in key and point.en not in paper for point in points)
    assert "The working" in key and "The working" not in paper


def test_the_key_says_why_each_other_option_is_wrong():
    _, key = written("en")
    for _, posed in entries():
        if isinstance(posed.entry, OneOf):
            for other in posed.entry.keys:
                for remark in posed.mark(other).remarks:
                    assert f"Not {other}: {remark.en}" in key.replace("\\", "")


def test_there_is_space_to_write_for_what_is_computed_or_explained():
    paper, _ = written("en")
    for kind, lines in (("worked example", 9), ("explain", 10)):
        part = paper.split(f"{kind} ·")[1].split("###")[0]
        assert "\n" * lines in part.split("```text")[1].split("```")[0]


def test_the_arrays_of_a_problem_are_written_out_in_full():
    from dataclasses import replace

    from studynn.core.inputs import defaults
    from studynn.core.steps import work

    example = find_example("softmax")
    long = tuple(float(number) for number in range(1, 31))
    name = next(name for name, value in defaults(example).items() if isinstance(value, tuple))
    truth = work(example, defaults(example) | {name: long})
    asked, posed = next(entry for entry in entries() if entry[0].type == "worked")
    found = [(asked, replace(posed, truth=truth, given=(name,)))]
    paper = paper_text(plan(found), "", found, TOPICS, "en")
    assert ", ".join(str(number) for number in range(1, 31)) in paper


def test_nothing_in_a_deck_can_act_on_a_terminal_or_break_the_markdown():
    from dataclasses import replace

    found = [(asked, replace(posed, stem=same(f"{ESCAPES}\n# head `x` <b>"))) for asked, posed in entries()]
    for text in (paper_text(plan(found), "", found, TOPICS, "en"), key_text(plan(found), found, TOPICS, "en")):
        assert "\x1b" not in text and "<b>" not in text.replace("\\<b>", "")
        assert not re.search(r"^# head", text, re.MULTILINE)
