"""A session of cards is a value: no card is lost or asked twice without need, undo leaves no trace, siblings stay apart."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise, permutations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reviews import row

from studynn.core.cards import (
    LEARN_AHEAD,
    MINUTE,
    Cards,
    Done,
    Turn,
    add,
    answer,
    bring,
    drop,
    following,
    is_leech,
    put_aside,
    undo,
)
from studynn.core.item import CARD, Item
from studynn.core.review import AGAIN, EASY, GOOD, HARD
from studynn.core.schedule import DAY, LEARNING, RELEARNING, REVIEW, Memory, memories

NOW = 1_700_000_000_000


def card(number, fact=None):
    return Item(f"c{number}", f"c{number}", CARD, "cnn", fact or f"f{number}", 1)


def learnt(due=NOW - DAY, lapses=0):
    return Memory(12.0, 5.0, REVIEW, None, due - 12 * DAY, due, 4, lapses)


def learning(due, state=LEARNING):
    return Memory(2.0, 5.0, state, 0, due - MINUTE, due, 1, 0)


def rated(session, rating, moment=NOW, id="r", **changes):
    """The card on the screen answered, and the next one shown."""
    skill = session.current.item.skill
    review = row(id, item=skill, rating=rating, moment=moment, outcome="wrong" if rating == 1 else "right", **changes)
    return answer(session, review)


def shown(items, rating=EASY, known=None):
    """The order in which cards come when all get the same rating at once."""
    session, order = add(Cards(), ((item, known) for item in items)), []
    while (session := following(session, NOW)).current:
        order.append(session.current.item)
        session = rated(session, rating)
    return order


remembered = st.one_of(
    st.none(),
    st.just(learnt()),
    st.integers(-60, 19).map(lambda minutes: learning(NOW + minutes * MINUTE)),
    st.just(learning(NOW, RELEARNING)),
)
decks = st.lists(st.tuples(st.integers(0, 3), remembered), max_size=7).map(
    lambda found: [(card(number, f"f{fact}"), memory) for number, (fact, memory) in enumerate(found)]
)
events = st.lists(
    st.tuples(
        st.sampled_from(["answer"] * 4 + ["undo"] * 2 + ["skip", "bury", "suspend", "add", "bring"]),
        st.integers(1, 4),
        st.integers(0, 20 * MINUTE),
    ),
    max_size=25,
)


class Played:
    """A session that events happen to, with the log that they leave."""

    def __init__(self, deck):
        self.deck, self.later = deck[: len(deck) // 2 + 1], deck[len(deck) // 2 + 1 :]
        self.session = add(Cards(), self.deck)
        self.rows, self.now = [], NOW
        self.orders = []

    def happen(self, event, rating, gap):
        self.now += gap
        self.session = following(self.session, self.now)
        match event:
            case "answer" if self.session.current:
                self.session = rated(self.session, rating, self.now, f"r{len(self.rows)}")
                self.rows.append(self.session.done[-1].review)
            case "undo":
                self.session, done = undo(self.session)
                if done and done.review:
                    self.rows.remove(done.review)
            case "skip" | "bury" | "suspend":
                self.session = put_aside(self.session, event)
            case "add" if self.later:
                self.session = add(self.session, [*self.deck[:1], self.later[0]])
                self.deck, self.later = [*self.deck, self.later[0]], self.later[1:]
            case "bring" if not self.session.done and self.deck:
                self.session = bring(self.session, *self.deck[-1])


def places(session):
    """Where each card is: on the screen, waiting, being learnt."""
    current = [session.current] if session.current else []
    return Counter(turn.item.skill for turn in (*current, *session.waiting, *session.learning))


@given(decks, events)
@settings(deadline=None, max_examples=200)
def test_whatever_happens_every_card_is_in_the_session_once_or_was_dealt_with(deck, happened):
    played = Played(deck)
    for event in happened:
        played.happen(*event)
        there = places(played.session)
        assert all(count == 1 for count in there.values())
        last = {done.turn.item.skill: done for done in played.session.done}
        for item, _ in played.deck:
            done = last.get(item.skill)
            if done is None:
                assert there[item.skill] == 1
            else:
                being_learnt = done.kind == "answer" and done.memory.state != REVIEW
                assert there[item.skill] == being_learnt
        assert played.session.left == sum(there.values())


@given(decks, events)
@settings(deadline=None, max_examples=200)
def test_what_the_session_remembers_of_a_card_is_the_fold_of_the_rows_it_left(deck, happened):
    played = Played([(item, None) for item, _ in deck])
    for event in happened:
        played.happen(*event)
    folded = memories(played.rows)
    last = {done.turn.item.skill: done.memory for done in played.session.done if done.review}
    assert last == folded
    for turn in (*played.session.waiting, *played.session.learning):
        assert turn.memory == folded.get(turn.item.skill)


@given(decks, events, st.integers(0, 20 * MINUTE))
@settings(deadline=None, max_examples=200)
@pytest.mark.parametrize("event", ["answer", "skip", "bury", "suspend"])
def test_undo_gives_back_exactly_the_session_before(event, deck, happened, gap):
    played = Played(deck)
    for before in happened:
        played.happen(*before)
    session = following(played.session, played.now)
    assume(session.current)
    rows = list(played.rows)
    played.session = session
    played.happen(event, 1 + gap % 4, gap)
    assert played.session.done[:-1] == session.done
    played.session = following(played.session, played.now + gap)
    played.happen("undo", 1, 0)
    assert (played.session, played.rows) == (session, rows)


@given(decks, events)
@settings(deadline=None, max_examples=100)
def test_undoing_everything_leaves_every_card_as_it_was(deck, happened):
    played = Played(deck)
    for event in happened:
        if event[0] != "bring":
            played.happen(*event)
    while played.session.done:
        played.happen("undo", 1, 0)
    turns = (*played.session.waiting, *played.session.learning, *filter(None, [played.session.current]))
    assert {turn.item: turn.memory for turn in turns} == dict(played.deck)
    assert played.rows == [] and undo(played.session) == (played.session, None)


@given(st.lists(st.integers(0, 2), max_size=6))
@settings(deadline=None, max_examples=200)
def test_siblings_are_never_neighbours_while_another_order_is_possible(facts):
    items = [card(number, f"f{fact}") for number, fact in enumerate(facts)]
    order = shown(items)
    assert sorted(order) == sorted(items)
    possible = any(all(a != b for a, b in pairwise(facts_)) for facts_ in permutations(facts))
    if possible:
        assert all(one.fact != other.fact for one, other in pairwise(order))


def test_cards_without_siblings_come_in_their_order():
    items = [card(number) for number in range(5)]
    assert shown(items) == items


def test_a_card_comes_back_when_its_minute_has_come_and_not_before_while_others_wait():
    session = following(add(Cards(), [(card(number), None) for number in range(4)]), NOW)
    session = following(rated(session, AGAIN), NOW + 1)
    assert session.current.item == card(1)
    session = following(rated(session, EASY, NOW + 1), NOW + MINUTE - 1)
    assert session.current.item == card(2)
    session = following(rated(session, EASY, NOW + MINUTE - 1), NOW + MINUTE)
    assert session.current.item == card(0)


def test_what_is_being_learnt_comes_at_once_where_nothing_else_is_left_but_not_more_than_twenty_minutes_ahead():
    session = following(add(Cards(), [(card(0), None)]), NOW)
    session = rated(session, GOOD)
    (turn,) = session.learning
    assert turn.back == NOW + 10 * MINUTE
    assert following(session, NOW).current.item == card(0)
    far = replace(session, learning=(replace(turn, back=NOW + LEARN_AHEAD + 1),))
    assert following(far, NOW) == far
    assert following(far, NOW + 1).current.item == card(0)


def test_a_card_that_is_learnt_does_not_come_back():
    session = rated(following(add(Cards(), [(card(0), None)]), NOW), EASY)
    assert (session.left, session.done[-1].memory.state) == (0, REVIEW)


def test_a_card_that_was_forgotten_is_learnt_again_within_the_session():
    session = rated(following(add(Cards(), [(card(0), learnt())]), NOW), AGAIN)
    assert (session.learning[0].back, session.learning[0].memory.state) == (NOW + 10 * MINUTE, RELEARNING)


def test_a_sibling_of_what_was_just_learnt_waits_for_a_card_that_comes_back_early():
    session = add(Cards(), [(card(0, "f"), learnt()), (card(1, "f"), learnt()), (card(2), learning(NOW + MINUTE))])
    session = following(session, NOW)
    assert following(rated(session, GOOD), NOW).current.item == card(2)


@pytest.mark.parametrize("rating", [HARD, GOOD, EASY])
def test_in_a_cram_a_card_comes_back_after_again_only_and_its_memory_stays(rating):
    session = following(add(Cards(), [(card(0), learnt())]), NOW)
    again = rated(session, AGAIN, purpose="cram")
    assert (again.learning[0].memory, again.learning[0].back) == (learnt(), NOW + MINUTE)
    assert rated(session, rating, purpose="cram").left == 0


def test_a_card_that_cannot_be_asked_goes_and_undo_passes_over_it():
    session = following(rated(following(add(Cards(), [(card(0), None), (card(1), None)]), NOW), EASY), NOW)
    gone = drop(session)
    assert gone.left == 0 and undo(gone)[0].current.item == card(0)


def test_where_no_card_is_left_no_event_does_anything():
    assert following(Cards(), NOW) == Cards()
    assert answer(Cards(), row()) == put_aside(Cards(), "bury") == undo(Cards())[0] == Cards()


def test_a_card_whose_answer_of_an_earlier_day_was_taken_back_is_shown_with_the_memory_from_before():
    session = following(add(Cards(), [(card(0), learnt()), (card(1), learning(NOW))]), NOW)
    assert session.current.item == card(1)
    brought = bring(session, card(0), None)
    assert (brought.current.item, brought.current.memory, brought.left) == (card(0), None, 2)
    assert following(put_aside(brought, "skip"), NOW).current == session.current
    assert bring(session, card(9), None).left == 3


@pytest.mark.parametrize(("lapses", "is_one"), [(0, False), (6, False), (7, True), (8, False), (10, False), (11, True)])
def test_a_card_is_a_leech_at_its_eighth_lapse_and_every_fourth_from_there(lapses, is_one):
    session = following(add(Cards(), [(card(0), learnt(lapses=lapses))]), NOW)
    assert is_leech(rated(session, AGAIN).done[-1]) == is_one
    assert not is_leech(rated(session, GOOD).done[-1])


def test_what_has_no_memory_is_no_leech():
    assert not is_leech(Done("skip", Turn(card(0), 0)))
