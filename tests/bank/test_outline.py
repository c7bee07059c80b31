"""The outline: what there is, without reading it; made again from the files whenever it cannot be used."""

import os

import pytest
from decks import GOOD, library, written

from studynn.bank.outline import Outline, items_of
from studynn.core.errors import StudyError
from studynn.core.item import CARD, Item

WITHOUT_CARDS = GOOD[: GOOD.index("cards:")] + GOOD[GOOD.index("questions:") :]


@pytest.fixture
def deck(tmp_path):
    return written(tmp_path / "decks", GOOD)


def test_it_lists_the_items_of_a_topic_as_reading_it_does(tmp_path, deck):
    one = library(tmp_path, deck.parent)
    (line,) = one.lines()
    assert list(one.items_of(line)) == list(items_of(one.topic("deck"), str(deck)))
    assert [item.type for item in one.items_of(line)].count(CARD) == line.cards == 1
    assert line.facts == len(one.topic("deck").facts)


def test_an_item_leads_to_its_question_or_card(tmp_path, deck):
    one = library(tmp_path, deck.parent)
    (line,) = one.lines()
    for item in one.items_of(line):
        assert (one.card(item) if item.type == CARD else one.question(item)).id == item.id


def test_a_fresh_file_is_not_read_again_and_a_changed_one_is(tmp_path, deck, monkeypatch):
    library(tmp_path, deck.parent).lines()
    first = library(tmp_path, deck.parent)
    monkeypatch.setattr(type(first), "read", lambda *_: pytest.fail("it was read"))
    assert first.lines()[0].cards == 1
    monkeypatch.undo()
    before = first.outline.generation()
    deck.write_text(WITHOUT_CARDS, encoding="utf-8")
    assert library(tmp_path, deck.parent).lines()[0].cards == 0
    assert first.outline.generation() != before


def test_a_deck_with_problems_is_passed_over_where_all_are_wanted_and_named(tmp_path, deck):
    bad = written(tmp_path / "own", GOOD.replace("title", "titel", 1), "bad.yaml")
    one = library(tmp_path, deck.parent, bad.parent)
    assert [line.file for line in one.lines()] == [str(deck)]
    assert "`title` is missing" in one.passed_over[0].message.en
    with pytest.raises(StudyError, match="`title` is missing"):
        library(tmp_path, deck.parent, bad.parent).lines(["bad"])


def test_content_of_the_program_with_problems_is_never_passed_over(tmp_path):
    bad = written(tmp_path / "decks", GOOD.replace("title", "titel", 1))
    with pytest.raises(StudyError, match="`title` is missing"):
        library(tmp_path, bad.parent).lines()


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_file_that_is_no_outline_is_replaced(tmp_path, deck, content):
    path = tmp_path / "cache" / "outline.sqlite3"
    path.parent.mkdir()
    path.write_bytes(content)
    assert library(tmp_path, deck.parent).lines()[0].id == "mine"
    assert path.read_bytes()[:15] == b"SQLite format 3"


def test_where_there_can_be_no_file_it_lives_in_memory(tmp_path, deck):
    (tmp_path / "cache").write_text("a file where the folder should be", encoding="utf-8")
    assert library(tmp_path, deck.parent).lines()[0].id == "mine"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_where_the_file_cannot_be_written_it_goes_on_in_memory(tmp_path, deck):
    library(tmp_path, deck.parent).lines()
    (tmp_path / "cache" / "outline.sqlite3").chmod(0o400)
    deck.write_text(WITHOUT_CARDS, encoding="utf-8")
    assert library(tmp_path, deck.parent).lines()[0].cards == 0


def test_a_database_that_refuses_goes_on_in_memory(tmp_path, deck, monkeypatch):
    import sqlite3

    one = library(tmp_path, deck.parent)
    keep = Outline._keep
    refusals = [sqlite3.OperationalError("database or disk is full")]

    def once_full(self, topics):
        if refusals:
            raise refusals.pop()
        keep(self, topics)

    monkeypatch.setattr(Outline, "_keep", once_full)
    assert one.lines()[0].cards == 1


def test_items_are_found_by_what_the_log_calls_them(tmp_path, deck):
    one = library(tmp_path, deck.parent)
    (line,) = one.lines()
    skills = {item.skill: item for item in one.items_of(line)}
    assert one.outline.of_skills([*skills, "nothing"]) == {skill: [item] for skill, item in skills.items()}


@pytest.mark.parametrize(
    ("skill", "kind", "example"),
    [("conv-size/out@2", "worked", "conv-size"), ("dice@3", "worked", "dice"), ("conv-size/out@2", "choice", "")],
)
def test_the_example_behind_a_generated_question_is_read_off_its_skill(skill, kind, example):
    assert Item("q", skill, kind, "t", "f", 2).example == example
