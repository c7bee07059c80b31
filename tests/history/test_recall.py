"""The recall predicted just before each answer, by the fold of a whole log at once, is that of the library."""

import json

import pytest
from fsrs import Card, Rating, Scheduler, State
from hypothesis import given, settings
from hypothesis import strategies as st
from reviews import histories, row, undo

from studynn.core.review import Answer, standing
from studynn.core.schedule import DAY, memories
from studynn.history.bulk_fold import fold, fold_with_recall
from studynn.history.log import log_path, open_log
from studynn.history.log_file import LogError
from studynn.history.migrations import MIGRATIONS

START = 1_700_000_000_000
moderately = settings(max_examples=60, deadline=None)
answers = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(1, 4), st.one_of(st.integers(0, 100_000), st.integers(0, 90 * DAY))),
    min_size=1,
    max_size=40,
)


def by_the_library(triples):
    """Moment, rating and recall before each answer about what was in review, by the library's cards."""
    from datetime import UTC, datetime

    scheduler, cards, found = Scheduler(enable_fuzzing=False), {}, []
    for item, moment, rating in triples:
        when = datetime.fromtimestamp(moment / 1000, UTC)
        card = cards.get(item, Card(card_id=0, due=when))
        if card.state == State.Review:
            found.append((moment, rating, scheduler.get_card_retrievability(card, when)))
        cards[item] = scheduler.review_card(card, Rating(rating), when)[0]
    return sorted(found)


@moderately
@given(answers)
def test_recall_before_each_answer_is_that_of_the_library(past):
    triples, moment = [], START
    for item, rating, gap in past:
        moment += gap
        triples.append((item, moment, rating))
    triples.sort(key=lambda one: one[:2])
    learnt = sorted(zip(*fold_with_recall(triples, lambda share: None)[1], strict=True))
    expected = by_the_library(triples)
    assert [found[:2] for found in learnt] == [found[:2] for found in expected]
    assert [found[2] for found in learnt] == pytest.approx([found[2] for found in expected], rel=1e-9)


def test_memories_are_the_same_whether_recall_is_collected_or_not():
    triples = [("a", START, 4), ("a", START + 9 * DAY, 3), ("b", START, 1)]
    assert fold_with_recall(triples, lambda share: None)[0] == dict(fold(triples, lambda share: None))


def test_of_nothing_nothing_is_expected():
    assert fold_with_recall([], lambda share: None) == ({}, ([], [], []))


@moderately
@given(rows=histories(most=25))
def test_the_answers_of_a_log_are_those_that_stand_by_item_and_moment(tmp_path_factory, rows):
    with open_log(log_path(tmp_path_factory.mktemp("log"))) as log:
        log.add(*rows)
        found = list(log.answers())
    expected = sorted(standing(rows), key=lambda one: (one.item, one.moment, one.id))
    assert [one[:4] for one in found] == [
        (one.item, one.moment, one.outcome == "right", one.rating) for one in expected
    ]
    folded = fold(((one.item, one.moment, one.rating) for one in found), lambda share: None)
    assert {item for item, _ in folded} == set(memories(rows))


def test_slips_confidence_and_purpose_come_with_the_answers(tmp_path):
    with open_log(log_path(tmp_path)) as log:
        log.add(
            row("a", slips=("twice", "once"), confidence=3, milliseconds=9), row("b", purpose="cram", moment=START + 1)
        )
        log.add(row("c"), undo("d", "c"))
        assert list(log.answers()) == [
            Answer("cnn.kernel", START, True, 3, 9, ("twice", "once"), 3),
            Answer("cnn.kernel", START + 1, True, 3, 1500, counts=False),
        ]


def test_a_log_of_the_first_version_has_answers_without_confidence(tmp_path):
    import sqlite3

    from studynn.history.log import reading

    path = log_path(tmp_path)
    database = sqlite3.connect(path, isolation_level=None)
    MIGRATIONS[0](database)
    database.execute("PRAGMA user_version = 1")
    database.execute(
        "INSERT INTO review VALUES ('a', 'x', 'x', 5, 'wrong', 1, '2', 7, 1, 'en', 20, 0, ?, 'd0', '0', NULL)",
        (json.dumps(["slip"]),),
    )
    database.close()
    with reading(path) as log:
        assert list(log.answers()) == [Answer("x", 5, False, 1, 20, ("slip",))]


@pytest.mark.parametrize("damage", [{"slips": "no json"}, {"moment": 2**62}])
def test_an_answer_that_cannot_be_read_is_damage(tmp_path, damage):
    with open_log(log_path(tmp_path)) as log:
        log.add(row("a"))
        log._database.execute("DROP TRIGGER no_update")
        ((column, value),) = damage.items()
        log._database.execute(f"UPDATE review SET {column} = ?", (value,))
        with pytest.raises(LogError):
            list(log.answers())
