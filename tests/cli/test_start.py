"""`studynn` alone: what is due and the one command to type next, whatever there is."""

import json
import re
import time

import pytest
from reviews import bound_by_permissions, row

from studynn.core.review import Mark
from studynn.core.schedule import DAY
from studynn.history.log import log_path, open_log
from studynn.history.memory import Memories

NOW = int(time.time() * 1000)
LONG_AGO = NOW - 200 * DAY


@pytest.fixture(scope="module")
def skills(tmp_path_factory):
    """The skills of the cards and of the questions of pooling."""
    from studynn.bank.cache import Cache
    from studynn.bank.library import Library, content_folder
    from studynn.core.item import CARD
    from studynn.worked import load

    library = Library((content_folder(),), Cache(tmp_path_factory.mktemp("cache"), "test"), load)
    items = list(library.items_of(library.lines(["pooling"])[0]))
    cards = [item.skill for item in items if item.type == CARD]
    return cards, [item.skill for item in items if item.type == "choice"]


def answered(home, *items, moment=LONG_AGO, **rest):
    with open_log(log_path(home)) as log:
        for item in items:
            log.add(row(f"{item}{moment}", item=item, question=item, moment=moment, rating=4, **rest))


def test_a_newcomer_is_told_how_to_begin(studynn):
    ran = studynn()
    assert ran.code == 0 and ran.err == ""
    assert all(line in ran.out for line in ("studynn topics", "studynn quiz foundations", "studynn compute conv-size"))


def test_due_cards_come_before_due_questions(studynn, home, skills):
    cards, questions = skills
    answered(home, *questions[:3])
    assert "Next: studynn quiz --due\n" in studynn().out
    answered(home, cards[0])
    ran = studynn()
    assert "4 due. Weakest topic: Pooling (4 of 4 seen are due)." in ran.out
    assert "Next: studynn cards\n" in ran.out


def test_numbers_drawn_anew_are_dealt_with_the_cards(studynn, home):
    answered(home, "conv-size/span@2")
    ran = studynn()
    assert "1 due.\n" in ran.out and "Next: studynn cards\n" in ran.out


def test_where_nothing_is_due_the_topic_that_is_begun_goes_on(studynn, home, skills):
    answered(home, *skills[1][:2], moment=NOW)
    ran = studynn()
    assert "Nothing is due. Pooling is next." in ran.out and "Next: studynn quiz pooling\n" in ran.out


def test_what_is_set_aside_or_not_in_the_content_any_more_is_not_due(studynn, home, skills):
    answered(home, skills[0][0], "gone.card")
    with open_log(log_path(home)) as log:
        log.add(Mark("m", skills[0][0], NOW, "suspend", "d0", "0"))
    assert "Nothing is due." in studynn().out


def test_in_chinese_it_says_the_same(studynn, home, skills):
    answered(home, *skills[0][:2])
    out = studynn("--lang", "zh").out
    assert "2 项到期" in out and "池化" in out and "接下来：studynn cards" in out
    assert not re.search("[a-z]", out.replace("studynn", "").replace("cards", ""))


def test_its_next_command_is_one_that_works(studynn, home, skills):
    answered(home, *skills[1][:3])
    line = re.search("Next: studynn (.*)\n", studynn().out)[1]
    ran = studynn(*line.split(), typed=":q\n")
    assert ran.code == 0 and "Nothing is due" not in ran.out


def test_it_reads_neither_the_rows_of_the_log_nor_the_items(studynn, home, skills, monkeypatch):
    from studynn.bank.outline import Outline
    from studynn.history.log import ReviewLog

    answered(home, *skills[0])
    first = studynn().out
    read = []
    for kind, name in (
        (ReviewLog, "rows"),
        (ReviewLog, "ratings"),
        (ReviewLog, "answers"),
        (Outline, "items"),
        (Memories, "all"),
    ):
        monkeypatch.setattr(kind, name, lambda *_, told=name, **__: read.append(told) or [])
    assert studynn().out == first and read == []


def test_it_waits_for_no_input(process):
    assert process(typed="").code == 0


def test_a_log_that_can_only_be_read_is_enough(studynn, home, skills):
    answered(home, skills[0][0])
    with bound_by_permissions():
        log_path(home).chmod(0o400)
        home.chmod(0o500)
        try:
            assert "Next: studynn cards\n" in studynn().out
        finally:
            home.chmod(0o700)


def test_a_deck_with_problems_is_named_and_passed_over(studynn, home):
    (home / "decks").mkdir(parents=True)
    (home / "decks" / "bad.yaml").write_text("id: bad\n", encoding="utf-8")
    ran = studynn()
    assert ran.code == 0 and "bad.yaml" in ran.err and "studynn topics" in ran.out


def test_mastery_of_topics_leaves_out_what_is_set_aside(studynn, home, skills):
    answered(home, *skills[0][:2])
    with open_log(log_path(home)) as log:
        log.add(Mark("m", skills[0][0], NOW, "suspend", "d0", "0"))
    (pooling,) = [one for one in json.loads(studynn("topics", "--json").out)["topics"] if one["id"] == "pooling"]
    assert (pooling["seen"], pooling["due"]) == (2, 1)


def test_an_exam_that_was_left_is_named(studynn):
    assert "under way" not in studynn().out
    studynn("exam", "cnn", "--count", "2", "--seed", "1", typed=":q\n")
    assert "An exam is under way: studynn exam goes on with it." in studynn().out
