"""A session is a value: no event loses a question, and an answer taken back leaves no trace."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reviews import row

from studynn.core.advice import Weakness, weakness
from studynn.core.item import Item
from studynn.core.session import Session, answer, begin, hint, skip, undo
from studynn.core.verdict import Verdict

TOPICS = ("cnn", "cnn", "pooling", "pooling", "rnn")
QUESTIONS = [Item(f"q{n}", f"q{n}", "true-false", topic, "f", 1) for n, topic in enumerate(TOPICS)]
events = st.lists(st.sampled_from(["hint", "right", "wrong", "unreadable", "broken", "skip", "undo"]), max_size=30)


def after(session, event, number=0):
    match event:
        case "hint":
            return hint(session)
        case "skip":
            return skip(session)
        case "undo":
            return undo(session)[0]
    return answer(session, Verdict(event), row(f"row {number}"), number)


def played(count, happened):
    session = begin(QUESTIONS[:count])
    for number, event in enumerate(happened):
        session = after(session, event, number)
    return session


def questions_of(session):
    turns = (*session.waiting, *session.passed, *(answered.turn for answered in session.answered))
    return sorted(turn.item.id for turn in turns)


@given(st.integers(0, 5), events)
@settings(deadline=None, max_examples=200)
def test_whatever_happens_every_question_is_waiting_answered_or_passed_exactly_once(count, happened):
    session = begin(QUESTIONS[:count])
    for number, event in enumerate(happened):
        session = after(session, event, number)
        assert questions_of(session) == [question.id for question in QUESTIONS[:count]]
        assert session.total == count
        assert session.number == count - len(session.waiting) + 1
        assert (session.current is None) == (not session.waiting)


@given(st.integers(1, 5), events, st.sampled_from(["right", "wrong"]))
@settings(deadline=None, max_examples=200)
def test_undo_gives_back_exactly_the_session_before_the_answer(count, happened, outcome):
    before = played(count, happened)
    if before.current is None:
        return
    done = answer(before, Verdict(outcome), row(), 1200)
    assert done != before
    assert undo(done) == (before, done.answered[-1])
    assert (done.answered[-1].review, done.answered[-1].milliseconds) == (row(), 1200)


@given(st.integers(0, 5), events)
@settings(deadline=None, max_examples=100)
def test_undoing_everything_leaves_nothing_answered_and_then_changes_nothing(count, happened):
    session = played(count, happened)
    for _ in range(len(session.answered)):
        session, taken_back = undo(session)
        assert taken_back is not None
    assert session.answered == ()
    assert undo(session) == (session, None)


@given(st.integers(0, 5), events, st.sampled_from(["unreadable", "broken"]))
@settings(deadline=None, max_examples=100)
def test_an_answer_that_is_unreadable_or_could_not_be_marked_changes_nothing(count, happened, outcome):
    session = played(count, happened)
    assert after(session, outcome) == session


@pytest.mark.parametrize("event", ["hint", "right", "wrong", "skip", "undo"])
def test_where_no_question_is_left_no_event_does_anything(event):
    assert after(begin([]), event) == begin([])
    passed = skip(begin(QUESTIONS[:1]))
    assert after(passed, event) == passed


def test_hints_are_counted_for_the_current_question_only():
    session = skip(hint(hint(begin(QUESTIONS[:2]))))
    assert session.passed[0].hints == 2
    assert session.current.hints == 0


def test_a_hint_taken_before_the_answer_is_still_counted_after_it_was_taken_back():
    session = answer(hint(begin(QUESTIONS)), Verdict("right"), row(), 0)
    assert undo(session)[0].current.hints == 1


def test_undo_brings_back_the_last_answer_and_leaves_what_was_passed_since():
    session = skip(answer(begin(QUESTIONS[:3]), Verdict("wrong"), row(), 0))
    back, taken_back = undo(session)
    assert [turn.item.id for turn in back.waiting] == ["q0", "q2"]
    assert [turn.item.id for turn in back.passed] == ["q1"]
    assert taken_back.review == row()


def test_a_session_is_not_changed_by_what_is_made_of_it():
    session = begin(QUESTIONS)
    hint(session), skip(session), answer(session, Verdict("right"), row(), 0)
    assert session == begin(QUESTIONS) == Session(session.waiting)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((), Weakness(None, None, 1, 0)),
        (("right", "right"), Weakness(None, None, 1, 0)),
        (("right", "wrong", "wrong", "wrong"), Weakness("pooling", None, 1, 3)),
        (("wrong", "right", "right", "right", "wrong"), Weakness("rnn", None, 1, 2)),
        (("wrong", "wrong", "right", "right", "wrong"), Weakness("cnn", None, 1, 3)),
        (("skip", "skip", "wrong"), Weakness("pooling", None, 1, 1)),
        (("wrong", "undo", "right"), Weakness(None, None, 1, 0)),
    ],
)
def test_what_to_study_next_is_the_topic_with_the_smallest_share_of_right_answers(outcomes, expected):
    assert weakness(played(5, outcomes)) == expected


def test_the_first_worked_example_that_failed_is_what_to_compute_next_at_its_level():
    drills = [
        Item("q0", "dice/p@2", "worked", "cnn", "f", 2),
        Item("q1", "conv-size/out@3", "worked", "cnn", "f", 3),
        Item("q2", "conv2d/y@2", "worked", "pooling", "f", 2),
    ]
    session = begin(drills)
    for outcome in ("right", "wrong", "wrong"):
        session = answer(session, Verdict(outcome), row(), 0)
    assert weakness(session) == Weakness("pooling", "conv-size", 3, 2)
