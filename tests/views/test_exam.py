"""An exam on the screen: the clock, the marks, what was answered, what was lost."""

from random import Random

import pytest
from looks import LANGUAGES

from studynn.core.exam import Asked, Event, Plan, gone, mark, replay
from studynn.core.item import Item
from studynn.core.text import Text, same
from studynn.questions import load, names
from studynn.views import plain
from studynn.views.exam import (
    answers_blocks,
    clock,
    exam_question_blocks,
    marks_text,
    opening_blocks,
    place_text,
    report_blocks,
    shown_answer,
)
from studynn.worked import load as find_example

TOPICS = {"topic": Text("Topic", "主题")}


def posed(name):
    return load(name).samples()[0].question.pose(Random(1), find_example)


def marked(question, typed, number=1):
    events = [] if typed is None else [Event("answer", 0, 0, number, typed)]
    asked = Asked("q", "topic", question.type, 1, 2.0)
    return mark(number, asked, Item("q", "q", question.type, "topic", "f", 1), question, replay(number, events))


def told(blocks):
    return plain.render(blocks)


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [
        (754_000, "12:34"),
        (753_001, "12:34"),
        (1, "00:01"),
        (0, "00:00"),
        (3_600_000, "1:00:00"),
        (3_723_000, "1:02:03"),
    ],
)
def test_the_clock_shows_minutes_and_seconds_rounded_up_and_hours_where_there_are_any(milliseconds, shown):
    assert clock(milliseconds) == shown


def test_the_prompt_has_time_and_place_and_on_paper_the_place_only():
    assert place_text(754_000, 3, 20, "en") == "[12:34 left · 3/20]"
    assert place_text(754_000, 21, 20, "zh") == "[剩余 12:34 · 末尾]"
    assert place_text(None, 3, 20, "en") == "[3/20]"


@pytest.mark.parametrize(("marks", "shown"), [(1, "1 mark"), (2, "2 marks"), (0.5, "0.5 marks"), (0, "0 marks")])
def test_marks_are_counted_in_words(marks, shown):
    assert marks_text(marks, "en") == shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_opening_tells_size_time_origin_and_how_partial_marks_are_given(language):
    asked = (Asked("q", "topic", "choice", 1, 2.5),)
    text = told(opening_blocks(Plan("i", 7, "0.1.0", "abcd1234", same("Midterm"), 45, 0, asked), language))
    assert all(words in text for words in ("Midterm", "2.5", "45", "7", "0.1.0", "abcd1234"))
    assert ("halves rounded down" if language == "en" else "以半分为单位向下取整") in text


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_shows_its_marks_and_what_was_answered_but_not_whether_it_is_right(name, language):
    question = posed(name)
    before = told(exam_question_blocks(question, TOPICS["topic"], 1, replay(3, []), 2.0, language))
    assert "1/3 · " in before and marks_text(2.0, language) in before and question.stem.to(language) in before
    given = replay(3, [Event("answer", 0, 0, 1, question.key)])
    after = told(exam_question_blocks(question, TOPICS["topic"], 1, given, 2.0, language))
    added = after.removeprefix(before)
    assert added.count("\n") == 1 and shown_answer(question, question.key, language) in added
    assert "✓" not in after and "✗" not in after


def test_an_option_that_was_chosen_is_shown_with_its_text():
    question = posed("choice")
    for place, key in enumerate(question.entry.keys):
        assert shown_answer(question, "abc"[place], "en") == f"{key}  {question.entry.options[place].en}"
    assert shown_answer(question, "nonsense", "en") == "nonsense"


def test_the_list_has_every_question_with_its_answer_or_a_dash():
    question = posed("numeric")
    text = told(answers_blocks([question, question], replay(2, [Event("answer", 0, 0, 2, "77")]), "en"))
    assert "1 –" in text and "2 77" in text and "1 answered, 1 not answered." in text


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_has_for_every_lost_mark_the_question_and_the_right_answer(name, language):
    question = posed(name)
    text = told(report_blocks([marked(question, None)], TOPICS, [], language))
    assert question.stem.to(language) in text and question.answer.to(language) in text
    assert ("Not answered." if language == "en" else "未作答。") in text


def test_what_was_earned_in_full_is_not_told_again():
    question = posed("numeric")
    text = told(report_blocks([marked(question, question.key)], TOPICS, [], "en"))
    assert "2 of 2 marks (100%)" in text and "No mark was lost." in text and question.stem.en not in text


def test_a_question_that_is_gone_is_named_and_takes_no_mark():
    withdrawn = marked(gone(Asked("q", "topic", "choice", 1, 2.0)), None)
    full = marked(posed("numeric"), "9")
    text = told(report_blocks([full, withdrawn], TOPICS, [], "en"))
    assert "2 of 2 marks" in text and "no longer in the content" in text
