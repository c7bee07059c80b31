"""A quiz with piped answers: one a line; everything answered is remembered, nothing else is."""

import json
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from reviews import row

from studynn.bank.library import content_folder
from studynn.environment import Environment
from studynn.history.log import log_path, open_log

DECK = """
id: deck
title: {en: Deck, zh: 题库}
facts:
  - id: deck.fact
    says: {en: Six is even., zh: 六是偶数。}
questions:
  - id: deck.even
    type: true-false
    fact: deck.fact
    level: 1
    ask: {en: Six is even., zh: 六是偶数。}
    answer: true
    because: {en: Halves are whole., zh: 它的一半是整数。}
    hint: {en: Halve it., zh: 除以二。}
"""


@pytest.fixture
def deck(tmp_path):
    path = tmp_path / "deck.yaml"
    path.write_text(DECK, encoding="utf-8")
    return str(path)


@pytest.fixture
def log(studynn):
    return lambda: [json.loads(line) for line in studynn("history", "export").out.splitlines()]


def test_a_right_answer_is_said_to_be_right_with_its_reason(studynn, deck):
    ran = studynn("quiz", deck, typed="t\n")
    assert ran.code == 0
    assert "✓ Right." in ran.out and "Halves are whole." in ran.out and "1 of 1 right" in ran.out


def test_a_wrong_answer_is_followed_by_the_right_one_and_the_reason(studynn, deck):
    out = studynn("quiz", deck, typed="f\n").out
    assert out.index("✗ Wrong.") < out.index("Answer: True") < out.index("Halves are whole.")


def test_every_answer_is_in_the_log_with_what_makes_the_question_again(studynn, deck, log):
    studynn("quiz", deck, "--seed", "12", typed="f\n")
    (row,) = log()
    assert {key: row[key] for key in ("item", "question", "outcome", "rating", "answer", "seed", "language")} == {
        "item": "deck.even",
        "question": "deck.even",
        "outcome": "wrong",
        "rating": 1,
        "answer": "f",
        "seed": 12,
        "language": "en",
    }


def test_an_unreadable_answer_costs_nothing_and_is_asked_again(studynn, deck, log):
    out = studynn("quiz", deck, typed="maybe\nt\n").out
    assert "choose one of t/f" in out and "1 of 1 right" in out
    assert [row["outcome"] for row in log()] == ["right"]


def test_a_right_answer_after_a_hint_is_rated_hard(studynn, deck, log):
    out = studynn("quiz", deck, typed="h\nh\nt\n").out
    assert "Hint: Halve it." in out and "There are no more hints." in out
    assert (log()[0]["rating"], log()[0]["hints"]) == (2, 1)


def test_a_skipped_question_is_not_remembered(studynn, deck, log):
    assert "Nothing was answered, 1 not counted" in studynn("quiz", deck, typed="s\n").out
    assert log() == []


def test_the_working_shows_the_answer_and_does_not_count(studynn, deck, log):
    out = studynn("quiz", deck, typed="w\n").out
    assert "Answer: True" in out and "not counted" in out
    assert log() == []


def test_undo_asks_again_and_is_a_row_that_names_the_undone(studynn, deck, log, tmp_path):
    second = DECK.replace("deck.even", "deck.odd").replace("id: deck\n", "id: two\n").split("questions:\n")[1]
    path = tmp_path / "two.yaml"
    path.write_text(DECK + second, encoding="utf-8")
    out = studynn("quiz", str(path), typed="f\nu\nt\nt\n").out
    assert "Taken back." in out and "2 of 2 right" in out
    rows = log()
    assert [row["outcome"] for row in rows] == ["wrong", None, "right", "right"]
    assert rows[1]["undoes"] == rows[0]["id"]


def test_undo_with_nothing_to_undo_says_so_and_goes_on(studynn, deck):
    out = studynn("quiz", deck, typed="u\nt\n").out
    assert "no answer to take back" in out and "1 of 1 right" in out


def test_q_ends_the_session_and_keeps_what_was_answered(studynn, log):
    ran = studynn("quiz", "cnn", "--type", "choice", typed="1\nq\n")
    assert ran.code == 0 and len(log()) == 1


def test_the_end_of_input_ends_the_session_with_a_summary(studynn, log):
    ran = studynn("quiz", "cnn", "--type", "choice", typed="1\n2\n")
    assert ran.code == 0 and "of 2 right" in ran.out and len(log()) == 2


def test_no_log_remembers_nothing_and_makes_no_file(studynn, deck, home):
    studynn("quiz", deck, "--no-log", typed="t\n")
    assert not list(home.glob("*.sqlite3"))


def test_a_typed_question_takes_commands_with_a_colon(studynn):
    ran = studynn("quiz", "pooling", "--type", "cloze", "-n", "1", typed=":h\n:?\n:q\n")
    assert "Hint:" in ran.out and "quit; everything answered is kept" in ran.out and ran.code == 0


def test_a_wrong_worked_answer_is_diagnosed_by_its_slip_and_followed_by_the_working(studynn, log, tmp_path):
    path = tmp_path / "worked.yaml"
    asked = 'type: worked\n    example: conv-size\n    step: out\n    ask: "W {width}, K {kernel}, S {stride}, P {padding}?"'
    path.write_text(DECK.split("    type:")[0] + f"    {asked}\n    fact: deck.fact\n    level: 1\n", encoding="utf-8")
    line = ["quiz", str(path), "--seed", "2"]
    answer = int(re.search(r"Answer: (\d+)\n", studynn(*line, typed=":w\n").out)[1])
    out = studynn(*line, typed=f"{answer - 1}\n").out
    assert "Steps plus one: the first position counts too." in out
    assert out.index("✗ Wrong.") < out.index("The working:") < out.index("⌊span / S⌋ + 1")
    assert "no-plus-one" in log()[-1]["slips"]
    assert log()[-1]["item"] == "conv-size/out@1"


def test_the_same_seed_asks_the_same_questions(studynn):
    first, second = (studynn("quiz", "cnn", "--seed", "5", "--no-log", typed="q\n").out for _ in range(2))
    assert first == second


def test_parts_of_a_topic_are_asked_too(studynn):
    out = studynn("quiz", "cnn", "--no-log", "-n", "60", "--type", "choice", typed="s\n" * 60).out
    assert all(f"· {title} ·" in out for title in ("Convolution", "Pooling", "Convolutional networks"))


def test_missed_questions_come_back_among_new_ones(studynn, log, monkeypatch):
    studynn("quiz", "pooling", "--type", "choice", "-n", "3", "--seed", "1", typed="1\n1\n1\n")
    missed = {row["item"] for row in log() if row["outcome"] == "wrong"}
    assert missed
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    monkeypatch.setattr(Environment, "now", lambda self: tomorrow)
    studynn("quiz", "pooling", "--type", "choice", "-n", "8", "--seed", "2", typed="1\n" * 9)
    assert missed <= {row["item"] for row in log()[3:]}


def test_due_asks_nothing_where_nothing_is_due(studynn):
    ran = studynn("quiz", "cnn", "--due")
    assert ran.code == 0 and "Nothing is due." in ran.out


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("plain", [[], ["--plain"]])
def test_the_summary_names_what_to_study_next(studynn, language, plain):
    line = ["quiz", "cnn", "-n", "12", "--type", "true-false", "--seed", "1", "--lang", language, *plain]
    out = studynn(*line, typed="t\n" * 12).out
    assert "studynn show" in out and "studynn quiz cnn" in out
    assert ("接下来" in out) == (language == "zh")


def test_escapes_in_a_deck_and_in_an_answer_are_shown_as_text(studynn, tmp_path):
    path = tmp_path / "evil.yaml"
    path.write_text(DECK.replace("en: Six is even.", 'en: "Six \\e[31mis\\e[2J even\\a \\u202e."'), encoding="utf-8")
    ran = studynn("quiz", str(path), typed="\x1b]0;owned\x07\nt\n")
    assert ran.code == 0 and "␛[31m" in ran.out
    assert not set(ran.out + ran.err) & {"\x1b", "\x07", "\u202e"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("quiz pooled", "did you mean pooling"),
        ("quiz cnn --count 0", "--count 0: must be a whole number from 1"),
        ("quiz cnn --type choise", "did you mean choice"),
        ("quiz cnn --level 9", "--level 9: must be"),
        ("quiz pooling --type order --level 3", "there is no such question in pooling"),
        ("quiz no/such/deck.yaml", "deck.yaml"),
        ("show poolin.", "did you mean pooling"),
        ("history undo", "no answer to take back"),
        ("history udno", "did you mean undo"),
        ("check /no/such/file.yaml", "there is no file"),
        ("topics --lang fr", "--lang fr: must be en or zh"),
    ],
)
def test_bad_input_gets_one_line(studynn, line, said):
    ran = studynn(*line.split(" "))
    assert ran.code in (1, 2) and said in ran.err
    assert ran.err.count("\n") == 1 and "Traceback" not in ran.err


@pytest.mark.parametrize("folder", ["~nosuchuser/x", "/tmp/" + "x" * 300])
def test_a_home_that_cannot_be_is_told_in_one_line(studynn, monkeypatch, folder):
    monkeypatch.setenv("STUDYNN_HOME", folder)
    ran = studynn("history", "export")
    assert (ran.code in (1, 2)) and ran.err.count("\n") == 1 and "Traceback" not in ran.err


def test_check_lists_every_problem_of_a_broken_deck_with_its_place_and_exits_1(studynn, tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text(DECK.replace("level: 1", "level: 9").replace("answer: true", "anwser: true"), encoding="utf-8")
    ran = studynn("check", str(path))
    assert ran.code == 1
    assert re.findall(rf"^{re.escape(str(path))}:(\d+):(\d+): ", ran.out, re.MULTILINE) == [
        ("8", "5"),
        ("11", "5"),
        ("13", "5"),
    ]


def test_the_programs_own_content_has_no_problems(studynn):
    ran = studynn("check", "--coverage", "--plain")
    assert ran.code == 0 and "0 problems" in ran.err
    assert all(path.stem in ran.out for path in content_folder().glob("*.yaml"))


def test_search_finds_the_same_term_in_both_languages(studynn):
    english, chinese = studynn("search", "stride").out, studynn("search", "步幅", "--lang", "zh").out
    assert "stride / 步幅" in english and "步幅 / stride" in chinese


def test_show_gives_notes_and_all_of_a_topic_as_json(studynn):
    notes, data = studynn("show", "pooling").out, json.loads(studynn("show", "pooling", "--json").out)
    assert "Common misconceptions" in notes and "Terms" in notes
    assert data["id"] == "pooling" and data["title"] == {"en": "Pooling", "zh": "池化"}
    assert data["facts"][0]["from"] and data["questions"][0]["ask"]["zh"]


def test_studynn_alone_says_what_to_type_next_and_never_waits(studynn, deck):
    assert "studynn quiz" in studynn().out
    studynn("quiz", "pooling", "--type", "true-false", "-n", "1", typed="t\n")
    assert re.search(r"Next: studynn quiz", studynn().out)


def test_topics_as_json_count_items_and_what_was_seen(studynn):
    studynn("quiz", "pooling", "--type", "true-false", "-n", "2", typed="t\nt\n")
    found = {topic["id"]: topic for topic in json.loads(studynn("topics", "--json").out)["topics"]}
    assert found["pooling"]["seen"] == 2 and 0 < found["pooling"]["mastery"] < 1
    assert found["cnn"]["parts"] == ["convolution", "pooling"]


PROSE = """
id: prose
title: {en: Prose, zh: 简答}
facts:
  - id: prose.fact
    says: {en: Ice floats., zh: 冰浮在水上。}
questions:
  - id: prose.ice
    type: explain
    fact: prose.fact
    level: 3
    ask: {en: Why does ice float?, zh: 冰为什么浮在水上？}
    points:
      - {en: Water expands when it freezes., zh: 水结冰时膨胀。}
      - {en: What is less dense floats., zh: 密度小的会浮起。}
      - {en: So ice is less dense than water., zh: 所以冰的密度比水小。}
"""


@pytest.fixture
def prose(tmp_path):
    path = tmp_path / "prose.yaml"
    path.write_text(PROSE, encoding="utf-8")
    return str(path)


def test_mark_points_are_shown_only_after_the_learner_has_answered_in_prose(studynn, prose):
    assert "less dense" not in studynn("quiz", prose, typed="").out
    out = studynn("quiz", prose, typed="It expands.\n1 2 3\n").out
    assert out.index("Why does ice float?") < out.index("1  Water expands") < out.index("✓ Right.")


def test_a_prose_answer_is_kept_with_the_points_ticked_and_the_missing_ones_are_named(studynn, prose, log):
    out = studynn("quiz", prose, typed="It expands.\n1 2\n").out
    assert "2 of 3 points" in out and "– So ice is less dense than water." in out
    (row,) = log()
    assert (row["answer"], row["outcome"], row["rating"]) == ("1 2 | It expands.", "wrong", 2)


def test_prose_may_be_said_aloud_and_ticks_that_cannot_be_read_cost_nothing(studynn, prose, log):
    out = studynn("quiz", prose, typed="\n7\n0\n").out
    assert "choose one of 1–3" in out
    (row,) = log()
    assert (row["answer"], row["outcome"], row["rating"]) == ("0", "wrong", 1)


def test_a_prose_question_can_be_left_at_both_of_its_stages(studynn, prose, log):
    assert "Nothing was answered" in studynn("quiz", prose, typed=":s\n").out
    assert "Nothing was answered" in studynn("quiz", prose, typed="It expands.\n:q\n").out
    assert log() == []


def test_the_rating_that_an_answer_comes_to_is_shown(studynn, deck):
    assert "Counts as: 3 Good" in studynn("quiz", deck, typed="t\n").out
    assert "Counts as: 1 Again" in studynn("quiz", deck, typed="f\n").out
    assert "Counts as: 2 Hard (a pass)" in studynn("quiz", deck, typed="h\nt\n").out


def test_how_sure_the_learner_was_is_asked_before_the_answer_is_marked_and_remembered(studynn, deck, log):
    out = studynn("quiz", deck, "--confidence", typed="t\nmaybe\n3\n").out
    assert out.index("How sure?") < out.index("✓ Right.")
    assert [row["confidence"] for row in log()] == [3]


def test_an_answer_whose_confidence_was_not_given_any_more_still_counts(studynn, deck, log):
    studynn("quiz", deck, "--confidence", typed="t")
    assert [(row["outcome"], row["confidence"]) for row in log()] == [("right", None)]


def test_of_what_is_due_an_error_that_the_learner_was_sure_of_comes_first(studynn, home, log, monkeypatch):
    """All statements are called true; the learner was sure of one of the wrong ones, and that is asked before the others."""
    line = ["quiz", "pooling", "--type", "true-false", "-n", "9", "--seed", "4"]
    studynn(*line, "--confidence", typed="t\n1\n" * 9)
    wrong = [row["question"] for row in log() if row["outcome"] == "wrong"]
    assert len(wrong) > 1
    with open_log(log_path(home)) as opened:
        for number, name in enumerate((*wrong[:-1] * 3, wrong[-1])):  # the others are remembered less
            failed = {"item": name, "question": name, "outcome": "wrong", "rating": 1}
            moment = int(time.time() * 1000) + number
            opened.add(row(f"again{number}", moment=moment, confidence=3 if name == wrong[-1] else 1, **failed))
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    monkeypatch.setattr(Environment, "now", lambda self: tomorrow)
    for seed in "123":
        studynn("quiz", "pooling", "--type", "true-false", "--due", "-n", "1", "--seed", seed, typed="t\n")
        assert log()[-1]["question"] == wrong[-1]
        studynn("history", "undo")
