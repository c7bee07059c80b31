"""An exam: nothing said until the end, answers that can be changed, a clock, a report, paper and key, and no loss."""

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from studynn.bank.library import Library
from studynn.cli._exam_plan import laid_down
from studynn.cli._keyboard import Keyboard
from studynn.cli._study import library_of
from studynn.core.blueprint import Blueprint
from studynn.core.question import OneOf
from studynn.core.steps import wrong_values
from studynn.environment import Environment

DECK = """
id: deck
title: {en: Deck, zh: 题库}
facts:
  - {id: deck.even, says: {en: Six is even., zh: 六是偶数。}}
  - {id: deck.sum, says: {en: Two and two is four., zh: 二加二是四。}}
  - {id: deck.ice, says: {en: Ice floats., zh: 冰浮在水面。}}
questions:
  - {id: even, type: true-false, fact: deck.even, level: 1, ask: {en: Six is even., zh: 六是偶数。},
     answer: true, because: {en: Its half is whole., zh: 它的一半是整数。}}
  - {id: sum, type: numeric, fact: deck.sum, level: 2, ask: {en: What is 2 + 2?, zh: 2 + 2 是多少？}, answer: 4,
     mistakes: [{value: 22, why: {en: That is 2 written twice., zh: 那是把 2 写了两遍。}}]}
  - {id: ice, type: explain, fact: deck.ice, level: 3, ask: {en: Why does ice float?, zh: 冰为什么浮在水面？},
     points: [{en: Water expands on freezing., zh: 水结冰时膨胀。}, {en: Less dense things float., zh: 密度小的浮起。}]}
"""
SEED = ("--seed", "1")


@pytest.fixture
def deck(tmp_path):
    path = tmp_path / "deck.yaml"
    path.write_text(DECK, encoding="utf-8")
    return str(path)


@pytest.fixture
def log(studynn):
    return lambda: [json.loads(line) for line in studynn("history", "export").out.splitlines()]


@pytest.fixture
def exams(home):
    """The names of the files in the folder of exams."""
    return lambda: sorted(file.name for file in (home / "exams").glob("*"))


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes on by so many seconds whenever a line is read."""
    now = [0]
    read = Keyboard.line

    def set_pace(seconds):
        def line(keyboard):
            now[0] += seconds * 1000
            return read(keyboard)

        monkeypatch.setattr(Keyboard, "line", line)
        monkeypatch.setattr(Environment, "milliseconds", lambda _: now[0])

    return set_pace


def order(deck):
    """The questions of the deck in the order in which the exam asks them."""
    environment = Environment([])
    library: Library = library_of(environment)
    found = laid_down(environment, library, Blueprint(seed=1), [deck], on_paper=False)
    return [item.id for item in found.items]


def typed(deck, end=":f\n", **answers):
    """Answers by question as lines in the order of the exam; an empty line leaves a question out."""
    return "".join(answers.get(id, "") + "\n" for id in order(deck)) + end


def test_nothing_is_said_about_an_answer_until_the_end(studynn, deck):
    ran = studynn("exam", deck, *SEED, typed=typed(deck, even="f", sum="22", ice="It does.", end=":f\n1\n"))
    before, report = ran.out.split("Before the report")
    assert ran.code == 0
    for words in ("✓", "✗", "half is whole", "written twice", "expands"):
        assert words not in before
    assert "1.5 of 6 marks (25%)" in report


def test_every_lost_mark_has_its_reason_and_the_right_answer_and_the_end_says_what_to_do_next(studynn, deck):
    out = studynn("exam", deck, *SEED, typed=typed(deck, even="f", sum="22", ice="It does.", end=":f\n1\n")).out
    report = out.split("Where marks were lost")[1]
    for words in (
        "Your answer: f  False",
        "Answer: True",
        "Its half is whole.",
        "Your answer: 22",
        "That is 2 written twice.",
        "Answer: 4",
        "✗ Partly right.",
        "Less dense things float.",
        "1.5 of 3 marks",
    ):
        assert words in report
    assert "expands on freezing." not in report.split("Less dense")[0].split("Missing")[-1]
    assert "studynn" in report.split("Next:")[1]


def test_a_mistake_in_a_computation_is_named_and_the_working_shown(studynn):
    environment = Environment([])
    plan = Blueprint(seed=3, count=5, types={"worked": 1}, topics={"cnn": 1})
    found = laid_down(environment, library_of(environment), plan, [], on_paper=False)
    number, slip, value = next(
        (number, slip, value)
        for number, posed in enumerate(found.posed, 1)
        for slip, value in wrong_values(posed.truth, posed.step)
        if isinstance(value, int) and posed.mark(str(value)).slips[:1] == (slip.tag,)
    )
    path = Path(environment.data_folder).parent / "worked.yaml"
    path.write_text("types: {worked: 1}\ncount: 5\ntopics: {cnn: 1}\nseed: 3\n")
    ran = studynn("exam", "--blueprint", str(path), "--plain", typed=f":g {number}\n{value}\n:f\ny\n")
    assert slip.hint.en in ran.out and "The working:" in ran.out and f"Mistakes by name: {slip.tag}" in ran.out
    assert "studynn drill" in ran.out


def test_a_deck_with_problems_is_left_out_and_named_before_the_exam(studynn, home):
    (home / "decks").mkdir(parents=True)
    (home / "decks" / "odd.yaml").write_text("id: odd\n", encoding="utf-8")
    ran = studynn("exam", "-n", "1", "--no-log", typed=":q\n")
    assert "left out" in ran.err and ran.code == 0


def test_marks_are_told_by_topic_and_by_type(studynn):
    out = studynn("exam", "cnn", "-n", "6", *SEED, "--no-log", typed=":f\ny\n").out
    assert re.search(r"By topic:\n(  .+0/\d+\n){2,}By type of question:\n(  .+0/\d+\n){3,}", out)


def test_an_answer_can_be_changed_after_going_back(studynn, deck, log):
    lines = typed(deck, even="f", sum="4", end="")
    lines += f":g {order(deck).index('even') + 1}\nt\n:f\ny\n"
    out = studynn("exam", deck, *SEED, typed=lines).out
    assert "Your answer so far: f  False" in out and "3 of 6 marks" in out
    assert sorted(row["question"] for row in log()) == ["even", "sum"]
    assert {row["outcome"] for row in log()} == {"right"}


def test_back_next_and_list_move_without_answering(studynn, deck, log):
    out = studynn("exam", deck, *SEED, typed=":n\n:b\n:l\n:q\n").out
    assert out.count("1/3 ·") == 2 and "0 answered, 3 not answered." in out
    assert log() == []


@pytest.mark.parametrize("line", [":g 9", ":g", ":x", ":", "：？", "?"])
def test_a_command_that_cannot_be_carried_out_explains_itself_and_costs_nothing(studynn, deck, line):
    ran = studynn("exam", deck, *SEED, typed=f"{line}\n:q\n")
    assert ran.code == 0 and ("1 to 3" in ran.out or "go to question 7" in ran.out)
    assert "0 of 3 answered" in ran.out


def test_what_cannot_be_read_costs_nothing_and_is_asked_again(studynn, deck):
    out = studynn("exam", deck, *SEED, typed=f":g {order(deck).index('sum') + 1}\nfour\n4\n:f\ny\n").out
    assert "this is not a number" in out and "2 of 6 marks" in out


def test_finishing_asks_once_where_answers_are_missing(studynn, deck):
    out = studynn("exam", deck, *SEED, typed=":f\nno\n:f\ny\n").out
    assert out.count("Finish all the same?") == 2 and out.count("of 6 marks") == 1
    full = typed(deck, even="t", sum="4", ice="x", end=":f\n1 2\n")
    out = studynn("exam", deck, *SEED, typed=full).out
    assert "Finish all the same?" not in out and "6 of 6 marks (100%)" in out and "No mark was lost." in out


def test_what_is_unanswered_earns_nothing_and_is_not_in_the_log(studynn, deck, log):
    out = studynn("exam", deck, *SEED, typed=typed(deck, even="t", end=":f\ny\n")).out
    assert "1 of 6 marks" in out and out.count("Not answered.") == 2
    assert [row["question"] for row in log()] == ["even"]


def test_answers_enter_the_log_at_the_end_with_the_purpose_and_the_ratings_of_the_house(studynn, deck, log):
    studynn("exam", deck, *SEED, typed=typed(deck, even="t", sum="22", ice="So.", end=":q\n"))
    assert log() == []
    studynn("exam", typed=":f\n1\n")
    rows = {row["question"]: row for row in log()}
    assert {id: row["rating"] for id, row in rows.items()} == {"even": 3, "sum": 1, "ice": 2}
    assert {row["purpose"] for row in rows.values()} == {"exam"} and rows["ice"]["answer"] == "1 | So."
    assert {row["seed"] for row in rows.values()} == {1}


def test_leaving_keeps_the_exam_and_it_goes_on_by_itself(studynn, deck, exams):
    first = studynn("exam", deck, *SEED, typed="t\n:q\n" if order(deck)[0] == "even" else "4\n:q\n")
    assert "Kept: 1 of 3 answered" in first.out and exams()[0].endswith(".open.jsonl")
    again = studynn("exam", "cnn", "--seed", "99", typed=":f\ny\n")
    assert "An exam is under way: 1 of 3 answered" in again.out and "Seed 1 " in again.out
    assert "of 6 marks" in again.out
    assert [name for name in exams() if name.endswith(".open.jsonl")] == []


def test_a_new_exam_abandons_the_one_under_way_and_counts_nothing_of_it(studynn, deck, log, exams):
    studynn("exam", deck, *SEED, typed="1\n:q\n")
    out = studynn("exam", deck, *SEED, "--new", typed=":q\n").out
    assert "under way" not in out and "0 of 3 answered" in out
    assert log() == [] and len([name for name in exams() if name.endswith(".open.jsonl")]) == 1


def test_the_end_of_input_keeps_an_unfinished_exam_and_marks_a_complete_one(studynn, deck):
    assert "Kept: 1 of 3 answered" in studynn("exam", deck, *SEED, typed=typed(deck, sum="4", end="")).out
    out = studynn("exam", deck, *SEED, "--new", "--no-log", typed=typed(deck, even="t", sum="4", ice="x", end="")).out
    assert "Not kept" in out  # the points of the prose are not ticked yet
    short = ["--blueprint", _blueprint(Path(deck).parent, "types: {true-false: 1, numeric: 1}\n")]
    out = studynn("exam", deck, *short, "--seed", "1", "--no-log", typed="t\nt\n4\n4\n").out
    assert "3 of 3 marks" in out


def _blueprint(folder, text):
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_time_that_is_left_is_there_again_after_leaving(studynn, deck, clock, exams):
    clock(60)
    assert "7:00 left" in studynn("exam", deck, *SEED, "--minutes", "10", typed="\n\n:q\n").out
    assert "0 of 3 answered, 07:00 left" in studynn("exam", typed=":q\n").out
    assert "0 of 3 answered, 06:00 left" in studynn("exam", typed=":q\n").out


def test_when_the_time_is_up_what_was_answered_until_then_counts(studynn, deck, clock, log):
    clock(60)
    lines = typed(deck, even="t", sum="4", ice="x", end="0\n")
    out = studynn("exam", deck, *SEED, "--minutes", "3", typed=lines).out
    assert "Time is up." in out and "of 6 marks" in out
    assert [row["question"] for row in log()] == order(deck)[:2]


def test_an_exam_lasts_a_minute_and_a_half_a_mark_unless_said_otherwise(studynn, deck):
    assert "3 questions, 6 marks, 9 minutes" in studynn("exam", deck, *SEED, typed=":q\n").out
    assert ", 5 minutes" in studynn("exam", deck, "--minutes", "5", "--new", typed=":q\n").out


def test_no_log_remembers_nothing(studynn, deck, home, exams):
    ran = studynn("exam", deck, *SEED, "--no-log", typed="1\n:q\n")
    assert ran.code == 0 and "Not kept" in ran.out
    assert exams() == [] and not list(home.glob("*.sqlite3"))


def test_a_crash_between_the_log_and_the_end_neither_loses_nor_doubles_an_answer(studynn, deck, log, exams, home):
    studynn("exam", deck, *SEED, typed=typed(deck, even="t", sum="4", end=":q\n"))
    (path,) = (home / "exams").glob("*.open.jsonl")
    before = path.with_suffix(".saved")
    shutil.copy(path, before)
    studynn("exam", typed=":f\ny\n")
    first = log()
    shutil.copy(before, path)
    assert "3 of 6 marks" in studynn("exam", typed=":f\ny\n").out
    assert [row["id"] for row in log()] == [row["id"] for row in first] and len(first) == 2
    assert len((home / "exams" / "finished.jsonl").read_text().splitlines()) == 1


def test_a_finished_exam_leaves_a_line_for_the_statistics(studynn, deck, home):
    studynn("exam", deck, *SEED, typed=typed(deck, even="t", sum="22", end=":f\ny\n"))
    (line,) = (home / "exams" / "finished.jsonl").read_text().splitlines()
    found = json.loads(line)
    assert (found["marks"], found["topics"], found["answered"]) == ([1.0, 6.0], {"deck": [1.0, 6.0]}, 2)
    assert found["types"]["numeric"] == [0.0, 2.0]


def test_a_question_that_is_gone_does_not_count_and_the_change_is_told(studynn, deck):
    studynn("exam", deck, *SEED, typed=typed(deck, even="t", sum="4", end=":q\n"))
    Path(deck).write_text(DECK.replace("{id: sum,", "{id: other,"), encoding="utf-8")
    ran = studynn("exam", typed=":g 1\n:g 2\n:g 3\n:f\ny\n")
    assert "content or the version differs" in ran.err and "no longer in the content" in ran.out
    assert "1 of 4 marks" in ran.out


def test_prose_is_ticked_before_the_report_and_that_can_be_left_and_resumed(studynn, deck):
    out = studynn("exam", deck, *SEED, typed=typed(deck, even="t", sum="4", ice="It is light.", end=":f\n:q\n")).out
    assert "Your answer: It is light." in out and "finished and not yet marked" in out and "marks (" not in out
    out = studynn("exam", typed="7\n2\n").out
    assert "finished and not yet marked" in out
    assert "Which points did you make?" in out and "4.5 of 6 marks" in out


# Paper


@pytest.fixture
def paper(studynn, tmp_path):
    """Writes paper and key with some options and gives both texts."""

    def write(*arguments):
        names = tmp_path / "paper.md", tmp_path / "key.md"
        ran = studynn("exam", *arguments, "--paper", str(names[0]), "--key", str(names[1]), "--force")
        assert ran.code == 0, ran.err
        return tuple(name.read_text(encoding="utf-8") for name in names)

    return write


def test_paper_and_key_are_written_and_nothing_is_asked_or_remembered(studynn, paper, home, exams):
    text, key = paper("cnn", "-n", "8", *SEED)
    assert text.count("\n### ") == key.count("\n### ") == 8
    assert exams() == [] and not list(home.glob("*.sqlite3"))


def test_no_file_is_overwritten_unless_forced_and_then_neither_is_written(studynn, deck, tmp_path):
    there, new = tmp_path / "there.md", tmp_path / "new.md"
    there.write_text("mine")
    for names in ((there, new), (new, there)):
        ran = studynn("exam", deck, "--paper", str(names[0]), "--key", str(names[1]))
        assert ran.code == 2 and "there already" in ran.err and len(ran.err.splitlines()) == 1
        assert there.read_text() == "mine" and not new.exists()
    assert studynn("exam", deck, "--paper", str(there), "--force").code == 0
    assert there.read_text() != "mine"


def test_one_file_for_paper_and_key_is_refused(studynn, deck, tmp_path):
    ran = studynn("exam", deck, "--paper", str(tmp_path / "x.md"), "--key", f"{tmp_path}/./x.md")
    assert ran.code == 2 and "same file" in ran.err


def test_a_folder_that_is_not_there_is_told_in_one_line(studynn, deck, tmp_path):
    ran = studynn("exam", deck, "-n", "3", "--paper", str(tmp_path / "none" / "x.md"))
    assert ran.code == 1 and "cannot be written" in ran.err and len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("plan", ["count: 30\n", "count: 30\ntopics: {cnn: 3, rnn: 1.7, training: 0.1}\n"])
def test_the_same_seed_makes_the_same_paper_and_key_whatever_the_hash_seed_and_the_log(process, tmp_path, plan):
    texts = []
    file = _blueprint(tmp_path, plan)
    for hash_seed in ("1", "2"):
        names = [str(tmp_path / f"{name}{hash_seed}.md") for name in ("paper", "key")]
        line = ["exam", "--seed", "11", "--blueprint", file, "--paper", names[0], "--key", names[1]]
        assert process(*line, PYTHONHASHSEED=hash_seed, STUDYNN_HOME=str(tmp_path / hash_seed)).code == 0
        texts.append([Path(name).read_bytes() for name in names])
        process("quiz", "cnn", "-n", "3", typed="1\n1\n1\n", STUDYNN_HOME=str(tmp_path / "2"))
    assert texts[0] == texts[1]


def test_another_seed_makes_another_exam_and_the_language_does_not_change_it(studynn, paper):
    signs = [re.search(r"content (\w{8})", paper("cnn", "--seed", seed)[0])[1] for seed in ("1", "2", "1")]
    assert signs[0] == signs[2] != signs[1]
    assert re.search(r"内容 (\w{8})", paper("cnn", "--seed", "1", "--lang", "zh")[0])[1] == signs[0]


def answers_of(words, seed, **settings):
    """The key of an exam as lines to type; prose is a word."""
    environment = Environment([])
    plan = Blueprint(seed=seed, **settings)
    found = laid_down(environment, library_of(environment), plan, words, on_paper=True)
    prose = [posed for posed in found.posed if posed.type == "explain"]
    lines = ["said" if posed.type == "explain" else posed.key for posed in found.posed]
    return "".join(f"{line}\n" for line in [*lines, ":f", *(posed.key for posed in prose)])


def test_answers_typed_in_from_paper_are_marked_like_the_exam(studynn, paper, log, home):
    text, _ = paper("cnn", "-n", "10", "--seed", "4")
    command = re.search(r"studynn (exam mark .*)$", text, re.MULTILINE)[1].split()
    ran = studynn(*command, typed=answers_of(["cnn"], 4, count=10))
    assert ran.out.splitlines()[0] in text
    assert "(100%)" in ran.out and ran.err == "" and "left ·" not in ran.out
    assert len(log()) == 10 and {row["purpose"] for row in log()} == {"exam"}


def test_an_empty_line_is_not_answered_on_paper_either(studynn, deck):
    out = studynn("exam", "mark", deck, *SEED, typed=typed(deck, even="t", end=":f\ny\n")).out
    assert "1 of 6 marks" in out and out.count("Not answered.") == 2


def test_marking_paper_can_be_left_and_goes_on_with_the_same_command_beside_an_exam_under_way(studynn, deck):
    studynn("exam", deck, "--seed", "8", typed=":q\n")
    line = ("exam", "mark", deck, *SEED)
    assert "Kept: 1 of 3 typed in" in studynn(*line, typed=typed(deck, even="t", end=":q\n")).out
    again = studynn(*line, typed=":f\ny\n").out
    assert "1 of 3 are typed in already" in again and "1 of 6 marks" in again
    assert "An exam is under way" in studynn("exam", typed=":q\n").out


def test_marking_warns_where_the_content_is_not_that_of_the_paper(studynn, deck):
    ran = studynn("exam", "mark", deck, *SEED, "--fingerprint", "00000000", typed=":f\ny\n")
    assert "content or the version differs" in ran.err and "of 6 marks" in ran.out


# What is refused


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("exam mark cnn", "--seed that is on the paper"),
        ("exam mark --seed 1 --paper x.md", "only one of them"),
        ("exam mark --seed 1 --new", "only one of them"),
        ("exam --fingerprint 1234abcd", "belongs to `studynn exam mark`"),
        ("exam --count 0", "--count 0: must be a whole number from 1 to 200"),
        ("exam --minutes 1e9", "--minutes"),
        ("exam --seed -1", "--seed"),
        ("exam nonsense-topic", "no topic is called"),
        ("exam --blueprint none.yaml", "none.yaml:1:1: cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_and_nothing_begins(studynn, exams, line, told):
    ran = studynn(*line.split())
    assert ran.code == 2 and told in ran.err and len(ran.err.splitlines()) == 1
    assert exams() == []


def test_every_problem_of_a_blueprint_is_told(studynn, tmp_path):
    path = _blueprint(tmp_path, "count: many\ntopics: {cnn: 1, nonsens: 1}\ntypes: {quiz: 1}\n")
    ran = studynn("exam", "--blueprint", path)
    assert ran.code == 2 and len(ran.err.splitlines()) == 3
    assert all(f"plan.yaml:{place}" in ran.err for place in ("1:1", "2:18", "3:9"))


def test_a_blueprint_says_topics_types_levels_and_marks_and_options_overrule_it(studynn, tmp_path, paper):
    path = _blueprint(
        tmp_path,
        "title: {en: Midterm, zh: 期中}\ncount: 9\nminutes: 77\nseed: 5\ntopics: {cnn: 2, rnn: 1}\n"
        "types: {choice: 2, true-false: 1}\nlevels: {1: 1}\nmarks: {1: 1.5}\n",
    )
    text = paper("--blueprint", path)[0]
    assert "Midterm" in text and "9 questions, 13.5 marks, 77 minutes" in text and "Seed 5 ·" in text
    heads = re.findall(r"^### \d+\. (.*) · (.*) · 1.5 marks$", text, re.MULTILINE)
    assert Counter(kind for _, kind in heads) == {"choice": 6, "true or false": 3}
    assert sum("Recurrent" in topic for topic, _ in heads) == 3
    text = paper("--blueprint", path, "--count", "4", "--minutes", "5", "--seed", "6")[0]
    assert "4 questions, 6 marks, 5 minutes" in text and "Seed 6 ·" in text


def test_topics_stand_in_the_blueprint_or_on_the_command_line(studynn, tmp_path):
    path = _blueprint(tmp_path, "topics: {cnn: 1}\n")
    ran = studynn("exam", "rnn", "--blueprint", path)
    assert ran.code == 2 and "leave rnn out" in ran.err


def test_fewer_questions_than_wanted_are_told(studynn, deck):
    assert "only 3 questions" in studynn("exam", deck, "--count", "9", "--no-log", typed=":q\n").err


@pytest.mark.parametrize("options", [("--plain",), ("--lang", "zh"), ("--lang", "zh", "--plain")])
def test_all_of_it_works_in_chinese_and_as_linear_text(studynn, deck, options):
    lines = typed(deck, even="f", sum="22", ice="So.", end=":l\n:f\n1\n")
    out = studynn("exam", deck, *SEED, *options, "--no-log", typed=lines).out
    assert ("满分 6 分" if "zh" in options else "1.5 of 6 marks") in out
    if "zh" in options:
        assert not re.search(r"\b(marks?|answer|question|left|not)\b", out, re.IGNORECASE)


# No key can be guessed (over many exams)


def test_neither_place_nor_length_nor_truth_gives_the_answer_away(home):
    environment = Environment([])
    library = library_of(environment)
    places, longest, true = Counter(), Counter(), Counter()
    for seed in range(25):
        found = laid_down(environment, library, Blueprint(seed=seed, count=40), [], on_paper=True)
        for posed in found.posed:
            if not isinstance(posed.entry, OneOf):
                continue
            if posed.type == "true-false":
                true[posed.key] += 1
            elif len(posed.entry.keys) == 4:
                place = posed.entry.keys.index(posed.key)
                places[place] += 1
                lengths = [len(option.en) for option in posed.entry.options]
                longest[lengths[place] == max(lengths) and lengths.count(max(lengths)) == 1] += 1
    assert all(0.18 <= places[place] / places.total() <= 0.32 for place in range(4)), places
    assert longest[True] / longest.total() <= 0.4
    assert 0.35 <= true["t"] / true.total() <= 0.65
