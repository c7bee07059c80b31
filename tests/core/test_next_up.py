"""What to do next, from how the topics stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.item import CARD, Item
from studynn.core.next_up import TopicState, next_up

CARDS = [Item("c", "c", CARD, "one", "f", 1)]
QUESTIONS = [Item("q", "q", "choice", "one", "f", 1)]
ONE, TWO, THREE = TopicState("one", 10, 8, 2), TopicState("two", 10, 4, 3), TopicState("three", 10, 0, 0)


def test_a_newcomer_begins_with_the_first_topic():
    found = next_up([ONE._replace(seen=0, due=0), TWO._replace(seen=0, due=0)], 0, [])
    assert (found.way, found.topic, found.due) == ("begin", "one", 0)
    assert next_up([], 0, []).topic == ""


@pytest.mark.parametrize(("first_due", "way"), [(CARDS, "cards"), (QUESTIONS, "quiz"), (QUESTIONS + CARDS, "cards")])
def test_what_is_due_comes_first_and_cards_before_questions(first_due, way):
    found = next_up([ONE, TWO, THREE], 0, first_due)
    assert (found.way, found.due) == (way, 5)


def test_a_card_of_a_topic_that_is_not_there_any_more_is_none():
    assert next_up([ONE], 0, [CARDS[0]._replace(topic="gone"), *QUESTIONS]).way == "quiz"


def test_skills_of_examples_are_dealt_as_cards_are():
    found = next_up([ONE._replace(due=0)], 2, [])
    assert (found.way, found.due, found.weakest) == ("cards", 2, None)
    assert next_up([ONE], 0, [QUESTIONS[0]._replace(type="worked")]).way == "cards"


def test_the_weakest_topic_is_that_of_which_the_greatest_share_is_due():
    assert next_up([ONE, TWO, THREE], 0, QUESTIONS).weakest == TWO


def test_a_topic_that_was_hardly_begun_is_not_called_weak_for_a_single_item():
    known = TopicState("known", 10, 40, 30)
    assert next_up([TopicState("begun", 10, 1, 1), known], 0, QUESTIONS).weakest == known


@pytest.mark.parametrize(
    ("seen", "topic"), [((10, 3, 0), "two"), ((10, 0, 0), "two"), ((0, 0, 4), "three"), ((12, 10, 30), "two")]
)
def test_where_nothing_is_due_a_topic_that_is_begun_goes_on_then_the_next_then_the_least_seen(seen, topic):
    names = ("one", "two", "three")
    states = [TopicState(name, 10, count, 0) for name, count in zip(names, seen, strict=True)]
    found = next_up(states, 0, [])
    assert (found.way, found.topic) == ("topic", topic)


states = st.builds(
    lambda name, facts, seen, share: TopicState(name, facts, seen, int(seen * share)),
    st.sampled_from("abcdef"),
    st.integers(0, 30),
    st.integers(0, 30),
    st.floats(0, 1),
)


@given(st.lists(states, unique_by=lambda state: state.topic), st.integers(0, 3))
def test_there_is_always_something_to_do_next_and_it_names_a_topic_where_it_needs_one(found, generated):
    decided = next_up(found, generated, [])
    assert (decided.due > 0) == (decided.way in ("cards", "quiz"))
    assert decided.topic in [state.topic for state in found] if decided.way == "topic" else True
