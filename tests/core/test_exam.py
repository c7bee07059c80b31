"""An exam as a value: answers, changes and the clock are a fold of events; marks are shares in halves."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.exam import (
    Asked,
    Attempt,
    Event,
    Plan,
    earned,
    fingerprint,
    gone,
    happened,
    left,
    mark,
    replay,
    share_of,
    slips,
    total,
    totals,
    weakest,
)
from studynn.core.item import Item
from studynn.core.question import Ordered, Paired, SomeOf, Typed
from studynn.core.text import same
from studynn.core.verdict import Verdict
from studynn.questions import load, names
from studynn.worked import load as find_example

COUNT = 4
TEXTS = tuple(same(letter) for letter in "wxyz")


def answer(number, typed="1", used=0):
    return Event("answer", 5, used, number, typed)


events = st.lists(
    st.builds(
        Event,
        st.sampled_from(["look", "answer", "leave", "finish", "tick", "close", "abandon"]),
        st.integers(0, 9),
        st.integers(0, 1000),
        st.integers(-1, COUNT + 3),
        st.text(max_size=2),
    ),
    max_size=20,
)


def posed(name, seed=1, sample=0):
    return load(name).samples()[sample].question.pose(Random(seed), find_example)


def marked(question, typed, marks=2.0, ticked=""):
    attempt = replay(1, [answer(1, typed)] if typed is not None else [])
    if ticked:
        attempt = replay(1, [answer(1, typed), Event("finish", 0, 0), Event("tick", 0, 0, 1, ticked)])
    asked = Asked("q", "topic", question.type, 1, marks)
    return mark(1, asked, Item("q", "q", question.type, "topic", "f", 1), question, attempt)


def entry(kind, key):
    """A question of some kind of input with this key, whose type gives no share."""
    from dataclasses import replace

    return replace(posed("numeric"), entry=kind, key=key)


def share(kind, key, typed):
    return share_of(entry(kind, key), typed, Verdict("wrong"))


@given(events, st.integers(0, 20))
def test_what_was_kept_gives_the_exam_back_wherever_it_was_cut(found, cut):
    attempt = replay(COUNT, found[:cut])
    for event in found[cut:]:
        attempt = happened(attempt, event)
    assert attempt == replay(COUNT, found)


@given(events)
def test_the_clock_never_runs_backwards_and_every_millisecond_belongs_to_the_question_on_the_screen(found):
    attempt, before = Attempt(COUNT), 0
    for event in found:
        attempt = happened(attempt, event)
        assert attempt.used >= before
        before = attempt.used
    assert 1 <= attempt.at <= COUNT + 1
    assert set(attempt.given) <= set(range(1, COUNT + 1))
    assert sum(attempt.spent.values()) <= attempt.used


@given(events)
def test_nothing_changes_an_exam_that_is_closed_or_abandoned(found):
    for end in ("close", "abandon"):
        done = replay(COUNT, [answer(1), Event(end, 0, 10)])
        assert replay(COUNT, [answer(1), Event(end, 0, 10), *found]) == done


def test_the_last_answer_to_a_question_counts():
    attempt = replay(COUNT, [answer(1, "1"), answer(2, "5"), Event("look", 0, 0, 1), answer(1, "2")])
    assert {number: given.typed for number, given in attempt.given.items()} == {1: "2", 2: "5"}
    assert attempt.at == 2 and attempt.unanswered == (3, 4)


def test_no_answer_is_taken_after_the_end():
    attempt = replay(COUNT, [Event("finish", 0, 0), answer(1), Event("look", 0, 0, 3)])
    assert attempt.given == {} and attempt.at == 1


def test_time_is_counted_for_the_question_that_was_looked_at():
    seen = [answer(1, used=100), Event("look", 0, 130, 1), answer(1, used=150), Event("leave", 0, 160)]
    assert replay(COUNT, seen).spent == {1: 120, 2: 40}


def test_the_time_left_is_the_whole_time_less_what_is_gone_and_paper_has_no_clock():
    plan = Plan("i", 1, "0", "f", same("t"), 2, 0, ())
    assert [left(plan, used) for used in (0, 50_000, 120_000, 130_000)] == [120_000, 70_000, 0, 0]
    from dataclasses import replace

    assert left(replace(plan, minutes=None), 10) is None


@pytest.mark.parametrize(
    ("marks", "share", "made"),
    [(2, 1.0, 2), (2, 0.5, 1), (2, 0.74, 1), (2, 0.75, 1.5), (3, 1 / 3, 1), (3, 2 / 3, 2), (1, 0.49, 0), (2, 0.0, 0)],
)
def test_a_share_of_the_marks_is_given_in_halves_rounded_down(marks, share, made):
    assert earned(marks, share) == made


@given(st.integers(1, 20).map(lambda halves: halves / 2), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_never_earns_less_nor_more_than_the_marks(marks, one, other):
    low, high = sorted((one, other))
    assert 0 <= earned(marks, low) <= earned(marks, high) <= marks


@pytest.mark.parametrize(
    ("kind", "key", "typed", "found"),
    [
        (SomeOf(TEXTS), "1 2", "1", 1 / 2),
        (SomeOf(TEXTS), "1 2", "1 3", 0),
        (SomeOf(TEXTS), "1 2", "1 2 3", 1 / 2),
        (SomeOf(TEXTS), "1 2", "1 2 3 4", 0),
        (Ordered(TEXTS), "1 2 3 4", "1 2 4 3", 1 / 2),
        (Ordered(TEXTS), "1 2 3 4", "2 3 4 1", 0),
        (Paired(TEXTS, TEXTS), "1a 2b 3c 4d", "1a 2c 3b 4d", 1 / 2),
        (Typed(same("")), "1, 2; 3, 4", "1,2;3,5", 3 / 4),
        (Typed(same("")), "1, 2; 3, 4", "1,2,3,4", 0),
        (Typed(same("")), "12", "13", 0),
        (Typed(same("")), "padding", "stride", 0),
    ],
)
def test_what_a_partly_right_answer_is_worth(kind, key, typed, found):
    assert share(kind, key, typed) == pytest.approx(found)


@given(
    st.sampled_from(
        [
            (SomeOf(TEXTS), "1 2"),
            (Ordered(TEXTS), "1 2 3 4"),
            (Paired(TEXTS, TEXTS), "1a 2b 3c 4d"),
            (Typed(same("")), "1, 2; 3, 4"),
            (Typed(same("")), "0.5"),
            (Typed(same("")), "words"),
        ]
    ),
    st.text(max_size=12) | st.text("1234abcd,;[] .-/x^", max_size=12),
)
def test_whatever_was_typed_a_share_lies_between_nothing_and_all(kind, typed):
    assert 0 <= share(*kind, typed) <= 1


def test_the_share_that_a_question_type_gives_is_taken():
    assert share_of(entry(SomeOf(TEXTS), "1 2"), "1 3", Verdict("wrong", share=0.25)) == 0.25


@pytest.mark.parametrize("name", names())
def test_every_type_of_question_earns_all_for_its_key_and_nothing_without_an_answer(name):
    question = posed(name)
    full = marked(question, "prose", ticked=question.key) if name == "explain" else marked(question, question.key)
    assert (full.earned, full.lost) == (2, 0)
    assert (marked(question, None).earned, marked(question, None).lost) == (0, 2)


def test_prose_earns_by_the_points_that_were_ticked_and_nothing_until_then():
    question = posed("explain")
    assert marked(question, "prose", ticked="1").earned == 1
    assert marked(question, "prose").earned == 0


def test_a_question_that_cannot_be_marked_counts_for_nobody():
    from dataclasses import replace

    def fail(typed):
        raise ZeroDivisionError("no")

    broken = marked(replace(posed("numeric"), mark=fail), "3")
    withdrawn = marked(gone(Asked("q", "topic", "choice", 1, 2.0)), None)
    for one in (broken, withdrawn):
        assert not one.counts and one.lost == 0 and total([one]) == (0, 0)


def test_totals_and_the_weakest_topic():
    from dataclasses import replace

    right, wrong = marked(posed("numeric"), "9"), marked(posed("numeric"), "6", marks=3.0)
    wrong = replace(wrong, asked=wrong.asked._replace(topic="other"))
    assert totals([right, wrong], lambda one: one.asked.topic) == {"topic": (2, 2), "other": (0, 3)}
    assert total([right, wrong]) == (2, 5)
    assert weakest([right, wrong]) == "other" and weakest([right]) is None


def test_slips_are_counted_by_name():
    question = posed("worked", seed=3)
    tag, value = next((slip.tag, rerun.step("out").value) for slip, rerun in question.truth.reruns if rerun.has("out"))
    assert slips([marked(question, str(value))])[tag] == 1


def test_the_fingerprint_tells_exams_apart_and_is_the_same_for_the_same():
    asked = Asked("q", "t", "choice", 1, 1.0)
    one, again = (fingerprint([(asked, posed("choice", 1))]) for _ in range(2))
    assert one == again and len(one) == 8
    orders = {posed("choice", seed).entry: fingerprint([(asked, posed("choice", seed))]) for seed in range(9)}
    assert len(set(orders.values())) == len(orders) > 1
    assert fingerprint([(asked._replace(marks=2.0), posed("choice", 1))]) != one
