"""Flashcards: what is due, then what is new; graded by the learner, undone on any day, kept at every moment."""

import re
import signal
from datetime import datetime

import pexpect
import pytest
from reviews import row
from terminal import Terminal

from studynn.core.schedule import DAY, memories
from studynn.environment import Environment
from studynn.history.log import log_path, open_log, read_log

MINUTE = 60_000
MORNING = int(datetime(2026, 3, 2, 9, 0).timestamp() * 1000)
DECK = """
id: deck
title: {en: Deck, zh: 卡组}
facts:
  - id: deck.six
    says: {en: Six is even., zh: 六是偶数。}
    formula: 6 = 2·3
    from: ["007:12"]
  - {id: deck.ice, says: {en: Ice floats., zh: 冰浮在水上。}}
  - {id: deck.sun, says: {en: The sun is hot., zh: 太阳很热。}}
cards:
  - id: deck.six.card
    fact: deck.six
    front: {en: Is six even?, zh: 六是偶数吗？}
    back: {en: It is., zh: 是。}
    hook: {en: Half a dozen., zh: 半打。}
  - {id: deck.six.other, fact: deck.six, front: {en: Half of six?, zh: 六的一半？}, back: {en: Three., zh: 三。}}
  - {id: deck.ice.card, fact: deck.ice, front: {en: Does ice float?, zh: 冰会浮吗？}, back: {en: Yes., zh: 会。}}
  - {id: deck.sun.card, fact: deck.sun, front: {en: Is the sun hot?, zh: 太阳热吗？}, back: {en: Very., zh: 很热。}}
questions:
  - id: deck.even
    type: true-false
    fact: deck.six
    level: 1
    ask: {en: Six is even., zh: 六是偶数。}
    answer: true
    because: {en: Halves are whole., zh: 它的一半是整数。}
  - id: deck.size
    type: worked
    fact: deck.ice
    level: 2
    example: conv-size
    step: out
    ask: "W {width}, K {kernel}, S {stride}, P {padding}?"
"""
SIX, HALF, ICE, SUN = "Is six even?", "Half of six?", "Does ice float?", "Is the sun hot?"


class Clock:
    """The time of the program, moved by the test."""

    def __init__(self):
        self.moment = MORNING

    def tick(self):
        self.moment += 1
        return self.moment

    def pass_(self, milliseconds):
        self.moment += milliseconds


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A clock on which no two things happen at the same moment."""
    found = Clock()
    monkeypatch.setattr(Environment, "moment", lambda self: found.tick())
    return found


@pytest.fixture
def deck(home):
    """The name of a deck among the learner's own."""
    path = home / "decks" / "deck.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(DECK, encoding="utf-8")
    return path.stem


@pytest.fixture
def rows(home):
    return lambda: read_log(log_path(home))


def _row(item, number=0, **changes):
    return row(f"x{number:03}", **{"item": item, "question": item, "moment": MORNING, "rating": 4} | changes)


def fronts(out):
    """The cards in the order in which they were shown."""
    return [line for line in out.splitlines() if line in (SIX, HALF, ICE, SUN)]


def learn(studynn, deck, clock):
    """Answer all three facts with Easy, so that they are due after some days."""
    studynn("cards", deck, typed="4\n4\n4\n")
    clock.pass_(60 * DAY)


def test_an_empty_line_reveals_and_the_next_one_means_good(studynn, deck, rows):
    out = studynn("cards", deck, "-n", "1", typed="\n\n").out
    assert out.index(SIX) < out.index("It is.") < out.index("6 = 2·3") < out.index("Half a dozen.")
    (kept,) = rows()
    assert (kept.item, kept.rating, kept.outcome, kept.answer, kept.purpose) == (
        "deck.six.card",
        3,
        "right",
        "3",
        "study",
    )


def test_each_grade_is_shown_with_its_interval_and_hard_is_called_a_pass(studynn, deck):
    out = studynn("cards", deck, typed="\n").out
    assert re.search(r"1 Again 1 min · 2 Hard \(passed\) 6 min · 3 Good 10 min · 4 Easy \d+ d", out)
    zh = studynn("cards", deck, "--lang", "zh", typed="\n").out
    assert re.search(r"1 重来 1 分钟 · 2 困难（算通过） 6 分钟 · 3 良好 10 分钟 · 4 容易 \d+ 天", zh)


@pytest.mark.parametrize("grade", [1, 2, 3, 4])
def test_a_grade_is_kept_and_the_card_is_due_after_the_interval_that_was_shown(studynn, deck, rows, clock, grade):
    out = studynn("cards", deck, "-n", "1", typed=f"\n{grade}\nq\n").out
    (kept,) = rows()
    assert (kept.rating, kept.outcome) == (grade, "wrong" if grade == 1 else "right")
    due = memories(rows())["deck.six.card"].due - kept.moment
    shown = re.search(rf"{grade} \w+(?: \(passed\))? (\d+) (min|d)", out)
    assert int(shown[1]) == round(due / (MINUTE if shown[2] == "min" else DAY))


def test_piped_a_grade_alone_reveals_and_grades(studynn, deck, rows):
    out = studynn("cards", deck, typed="4\n２\n").out
    assert out.index("It is.") < out.index(ICE)
    assert [(kept.item, kept.rating) for kept in rows()] == [("deck.six.card", 4), ("deck.ice.card", 2)]


def test_a_card_that_is_being_learnt_comes_back_in_the_session_until_it_is_learnt(studynn, deck, rows):
    out = studynn("cards", deck, "-n", "1", typed="1\n3\n3\n").out
    assert fronts(out) == [SIX] * 3 and "4 answers" not in out and "3 answers" in out
    assert studynn("cards", deck, "--new", "1").out.count(SIX) == 0


def test_due_cards_come_before_new_ones_the_longest_due_first(studynn, deck, clock):
    studynn("cards", deck, "-n", "1", typed="s\n4\n4\n")
    studynn("cards", deck, "--new", "2", typed="s\n4\n")
    clock.pass_(DAY)
    studynn("cards", deck, typed="4\n")
    clock.pass_(60 * DAY)
    out = studynn("cards", deck, typed="s\n" * 4).out
    assert fronts(out)[:2] == [ICE, SIX] and SUN in fronts(out)


def test_a_new_card_whose_fact_was_answered_today_waits_until_tomorrow(studynn, deck, clock):
    out = studynn("cards", deck, typed="4\n4\n4\n").out
    assert fronts(out) == [SIX, ICE, SUN]
    nothing = studynn("cards", deck).out
    assert "Nothing is due." in nothing and "because their facts were asked today" in nothing and "--new" not in nothing
    clock.pass_(DAY)
    assert fronts(studynn("cards", deck).out) == [HALF]


def test_a_new_card_whose_fact_was_answered_in_this_very_session_waits_too(studynn, deck, clock):
    studynn("cards", deck, "-n", "1", typed="4\n")
    clock.pass_(60 * DAY)
    assert fronts(studynn("cards", deck, typed="4\n4\n4\n").out) == [SIX, ICE, SUN]


def test_what_an_earlier_session_left_being_learnt_comes_back_where_nothing_else_is_left(studynn, deck):
    studynn("cards", deck, "-n", "1", typed="1\nq\n")
    assert fronts(studynn("cards", deck, "--new", "0").out) == [SIX]


def test_a_card_buried_shortly_before_four_does_not_come_back_before(studynn, deck, clock):
    learn(studynn, deck, clock)
    clock.moment = int(datetime(2026, 6, 2, 3, 50).timestamp() * 1000)
    asked = fronts(studynn("cards", deck, "--new", "0", typed="b\nq\n").out)
    assert asked[0] not in fronts(studynn("cards", deck, "--new", "0", typed="s\ns\ns\n").out)
    clock.moment = int(datetime(2026, 6, 2, 4, 0).timestamp() * 1000)
    assert asked[0] in fronts(studynn("cards", deck, "--new", "0", typed="s\ns\ns\n").out)


def test_a_card_that_was_only_crammed_before_counts_as_new_on_the_day_of_its_first_answer(studynn, deck, clock):
    studynn("cards", deck, "--cram", typed="3\n" * 4)
    clock.pass_(DAY)
    assert fronts(studynn("cards", deck, "--new", "1", typed="4\n").out) == [SIX]
    assert fronts(studynn("cards", deck, "--new", "1").out) == []


def test_a_quiz_answer_about_the_same_fact_today_counts_as_a_sibling(studynn, deck):
    studynn("quiz", deck, "--type", "true-false", typed="t\n")
    assert fronts(studynn("cards", deck, typed="4\n4\n").out) == [ICE, SUN]


def test_new_cards_of_a_day_are_counted_over_all_its_sessions_and_a_day_ends_at_four(studynn, deck, clock):
    line = ["cards", deck, "--new", "1"]
    assert fronts(studynn(*line, typed="4\n").out) == [SIX]
    nothing = studynn(*line).out
    assert fronts(nothing) == [] and "1 a day." in nothing and "studynn cards deck --new 11" in nothing
    assert fronts(studynn("cards", deck, "--new", "2").out) == [ICE]
    clock.moment = int(datetime(2026, 3, 3, 3, 59).timestamp() * 1000)
    assert fronts(studynn(*line).out) == []
    clock.moment = int(datetime(2026, 3, 3, 4, 0).timestamp() * 1000)
    assert fronts(studynn(*line).out) == [HALF]


def test_an_answer_that_was_taken_back_does_not_count_for_the_day(studynn, deck):
    studynn("cards", deck, "--new", "1", typed="4\n")
    studynn("history", "undo")
    assert fronts(studynn("cards", deck, "--new", "1").out) == [SIX]


def test_where_nothing_is_due_it_says_when_the_next_card_is_and_what_to_do(studynn, deck, clock):
    studynn("cards", deck, typed="4\n4\n4\n")
    clock.pass_(DAY)
    studynn("cards", deck, typed="4\n")
    out = studynn("cards", deck).out
    assert re.search(r"The next card is due in \d+ d\.", out)
    assert f"studynn quiz {deck}" in out and f"studynn cards {deck} --cram" in out and "--new" not in out


def test_undo_takes_the_last_answer_back_and_shows_its_card_again(studynn, deck, rows):
    out = studynn("cards", deck, typed="4\nu\n\n1\nq\n").out
    assert fronts(out)[:4] == [SIX, ICE, SIX, ICE] and "Taken back: Easy." in out
    first, undone, again = rows()
    assert undone.undoes == first.id and again.rating == 1
    assert memories(rows())["deck.six.card"].reviews == 1


def test_undo_takes_bury_and_suspend_back_too(studynn, deck):
    out = studynn("cards", deck, typed="b\nu\n!\nu\nq\n").out
    assert fronts(out) == [SIX, ICE, SIX, ICE, SIX]
    assert fronts(studynn("cards", deck).out) == [SIX]
    assert "No card is suspended" in studynn("cards", "--resume").out


def test_undo_reaches_into_earlier_sessions_says_which_answer_it_was_and_is_exact(studynn, deck, rows, clock):
    studynn("cards", deck, typed="4\n")
    before = memories(rows())
    clock.pass_(3 * DAY)
    studynn("cards", deck, typed="1\nq\n")
    clock.pass_(DAY)
    out = studynn("cards", deck, typed="u\nq\n").out
    assert "Taken back: Again, 1 d ago." in out
    assert fronts(out)[-1] == fronts(out)[0] == HALF
    assert memories(rows()) == before


def test_undo_reaches_back_answer_by_answer_to_the_first_one(studynn, deck, rows, clock):
    learn(studynn, deck, clock)
    out = studynn("cards", deck, typed="u\nu\nu\nu\nq\n").out
    assert out.count("Taken back: Easy, 2.0 mo ago.") == 3 and "There is nothing to take back." in out
    assert memories(rows()) == {}
    assert fronts(out)[1:4] == [SUN, ICE, SIX]


def test_undo_of_a_quiz_answer_says_that_it_was_one(studynn, deck, rows):
    studynn("quiz", deck, "--type", "true-false", typed="t\n")
    out = studynn("cards", deck, typed="u\n").out
    assert "(deck.even)" in out and memories(rows()) == {}


def test_a_buried_card_comes_back_tomorrow_and_a_suspended_one_when_it_is_taken_up_again(studynn, deck, clock):
    assert fronts(studynn("cards", deck, typed="b\n!\n").out) == [SIX, ICE, SUN]
    asked = lambda: fronts(studynn("cards", deck, typed="s\n" * 4).out)  # noqa: E731
    assert asked() == [HALF, SUN]
    listed = studynn("cards", "--resume").out
    assert re.search(rf"deck\.ice\.card +{re.escape(ICE)} · suspended", listed)
    assert re.search(rf"deck\.six\.card +{re.escape(SIX)} · buried until tomorrow", listed)
    clock.pass_(DAY)
    assert asked() == [SIX, SUN] and "six" not in studynn("cards", "--resume").out
    assert "Taken up again: deck.ice.card." in studynn("cards", "--resume", "deck.ice").out
    assert asked() == [SIX, ICE, SUN] and "No card is suspended" in studynn("cards", "--resume").out


def test_all_suspended_cards_are_taken_up_at_once(studynn, deck):
    studynn("cards", deck, typed="!\n!\n!\n")
    assert fronts(studynn("cards", deck).out) == [HALF]
    studynn("cards", "--resume", "all")
    assert fronts(studynn("cards", deck).out) == [SIX]


def test_a_name_that_is_no_suspended_card_is_refused_with_the_nearest(studynn, deck):
    studynn("cards", deck, typed="!\n")
    ran = studynn("cards", "--resume", "deck.sex.card")
    assert ran.code == 2 and "did you mean deck.six.card" in ran.err


def test_a_cram_asks_all_cards_and_leaves_the_schedule_alone(studynn, deck, rows, clock):
    studynn("cards", deck, typed="4\n")
    before = memories(rows())
    out = studynn("cards", deck, "--cram", "--seed", "1", typed="3\n3\n1\n3\n3\n").out
    assert sorted(set(fronts(out))) == sorted([SIX, HALF, ICE, SUN]) and len(fronts(out)) == 5
    assert "1 Again · 2 Hard (passed) · 3 Good · 4 Easy" in out
    assert [kept.purpose for kept in rows()[1:]] == ["cram"] * 5 and memories(rows()) == before


def test_confidence_is_asked_before_the_reveal_and_kept(studynn, deck, rows):
    out = studynn("cards", deck, "--confidence", typed="2\n3\n\n1\nq\n").out
    assert out.index(SIX) < out.index("It is.")
    assert [(kept.confidence, kept.rating) for kept in rows()] == [(2, 3), (None, 1)]


def test_sources_and_formula_are_shown_on_request(studynn, deck):
    out = studynn("cards", deck, typed="e\nq\n").out
    assert out.index("It is.") < out.index("Sources (document:line): 007:12") and "Formula: 6 = 2·3" in out


def test_the_worked_example_behind_a_card_is_shown_on_request(studynn, deck):
    out = studynn("cards", deck, typed="w\ns\nw\n").out
    assert "No worked example belongs to this card; `studynn show deck`" in out
    assert out.index("studynn compute conv-size") > out.index(ICE) and "⌊54⌋ + 1" in out


def test_help_lists_every_key_and_an_unknown_one_says_so(studynn, deck, rows):
    out = studynn("cards", deck, typed="？\n\n9\nzz\nq\n").out
    assert "suspend until you take it up again" in out and out.count("1, 2, 3 or 4;") == 2 and rows() == []


def test_a_generated_skill_that_was_answered_comes_back_with_fresh_numbers(studynn, deck, rows, clock):
    studynn("quiz", deck, "--type", "worked", "-n", "1", "--seed", "3", typed="1\n")
    clock.pass_(DAY)
    problems = set()
    for _ in range(2):
        out = studynn("cards", deck, "--seed", "3", typed="\n3\nq\n").out
        problems |= set(re.findall(r"W \d+, K \d+, S \d+, P \d+\?", out.split("The working:")[0]))
        assert "Answer: " in out and "The working:" in out
        clock.pass_(DAY)
    assert len(problems) == 2
    assert {kept.item for kept in rows()} == {"conv-size/out@2"} and [kept.question for kept in rows()][1:] == [
        "deck.size"
    ] * 2


def test_a_skill_that_no_topic_asks_about_is_asked_by_its_worked_example(studynn, home, clock):
    found = _row("conv-size/fraction@3")
    with open_log(log_path(home)) as log:
        log.add(found)
    clock.pass_(40 * DAY)
    out = studynn("cards", typed="\nw\ne\n3\n").out
    assert "Find: " in out and "The working:" in out and "studynn compute conv-size" in out
    assert read_log(log_path(home))[-1].item == "conv-size/fraction@3"
    assert "Find: " not in studynn("cards", "pooling", typed="").out


def test_a_skill_that_its_worked_example_does_not_reach_any_more_is_passed_over(studynn, home, clock):
    with open_log(log_path(home)) as log:
        log.add(_row("conv-size/nothing@1"), _row("gone-example/y@1", 1), _row("gone.card", 2))
    clock.pass_(40 * DAY)
    ran = studynn("cards", "--new", "0", typed="3\n")
    assert ran.code == 0 and ran.out.startswith("Nothing is due.") and "fault" not in ran.out


def test_a_card_forgotten_for_the_eighth_time_is_named_with_what_helps(studynn, deck, home, clock):
    with open_log(log_path(home)) as log:
        for number in range(8):
            day = clock.moment + 40 * number * DAY
            rating = {"rating": 1, "outcome": "wrong"} if number else {}
            log.add(_row("deck.ice.card", 2 * number, moment=day, **rating))
            log.add(_row("deck.ice.card", 2 * number + 1, moment=day + 60 * MINUTE))
    clock.pass_(400 * DAY)
    out = studynn("cards", deck, typed="1\n").out
    assert "Forgotten 8 times: a leech." in out and "studynn drill conv-size" in out


def test_the_session_ends_with_its_grades_what_is_due_tomorrow_and_the_next_command(studynn, deck, clock, rows):
    out = studynn("cards", deck, "-n", "2", typed="4\n1\n4\n").out
    assert "3 answers" in out and "again 1, hard 0, good 0, easy 2" in out
    tomorrow = sum(memory.due < clock.moment // DAY * DAY + 2 * DAY for memory in memories(rows()).values())
    assert f"Due tomorrow: {tomorrow}\n" in out and "studynn show deck" in out and f"studynn quiz {deck}" in out
    zh = studynn("cards", deck, "--lang", "zh", typed="1\nq\n").out
    assert "作答 1 次" in zh and "重来 1，困难 0，良好 0，容易 0" in zh and f"明天到期：{tomorrow + 1}\n" in zh


@pytest.mark.parametrize("typed", ["", "q\n", "\nq\n", "\n"])
def test_leaving_a_card_keeps_nothing_of_it(studynn, deck, rows, typed):
    ran = studynn("cards", deck, typed=typed)
    assert ran.code == 0 and "Nothing was answered" in ran.out and rows() == []


def test_no_log_remembers_nothing(studynn, deck, home):
    out = studynn("cards", deck, "--no-log", typed="4\n!\nu\nu\nu\nq\n").out
    assert "There is nothing to take back." in out and "Due tomorrow" not in out
    assert not list(home.glob("*.sqlite3"))


def test_cards_of_other_topics_are_not_asked(studynn, deck, clock):
    learn(studynn, deck, clock)
    assert not set(fronts(studynn("cards", "pooling", typed="s\n" * 5).out)) & {SIX, HALF, ICE, SUN}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("cards pooled", "did you mean pooling"),
        ("cards --count 0", "--count 0: must be a whole number from 1"),
        ("cards --new -1", "--new -1: must be a whole number from 0"),
        ("cards --cram --resume", "only one of them at a time"),
        ("cards --resume nothing", "no suspended card is called nothing"),
    ],
)
def test_wrong_use_is_told_in_one_line(studynn, line, said):
    ran = studynn(*line.split())
    assert ran.code == 2 and said in ran.err and ran.err.count("\n") == 1


def test_a_card_that_cannot_be_shown_is_passed_over_and_not_counted(studynn, deck, rows, monkeypatch):
    from studynn.cli import _cards

    face_of = _cards.face_of

    def broken(library, item, *rest):
        if item.id == "deck.six.card":
            raise LookupError("gone")
        return face_of(library, item, *rest)

    monkeypatch.setattr(_cards, "face_of", broken)
    out = studynn("cards", deck, typed="4\nu\nu\n4\n").out
    assert "not counted" in out and fronts(out)[0] == ICE
    assert list(memories(rows())) == ["deck.ice.card"]


def test_nothing_heavy_is_loaded_before_the_front_is_shown(process, deck):
    process("cards", deck, typed="4\n4\n")
    probe = (
        "import sys\nfrom studynn.__main__ import main\n"
        f"main(['cards', {deck!r}])\n"
        "sys.stderr.write('LOADED ' + ' '.join(sorted({'fsrs', 'yaml', 'pydantic', 'numpy'} & set(sys.modules))))"
    )
    ran = process(code=probe)
    assert SUN in ran.out and ran.err == "LOADED "


def test_the_first_due_card_needs_a_handful_of_look_ups_however_many_there_are(studynn, tmp_path, home, monkeypatch):
    from studynn.bank.outline import Outline

    cards = "".join(
        f"  - {{id: c{n}, fact: deck.ice, front: {{en: Card {n}?, zh: 卡{n}？}}, back: {{en: a, zh: 甲}}}}\n"
        for n in range(1500)
    )
    path = tmp_path / "many.yaml"
    path.write_text(re.sub(r"cards:.*?questions:", f"cards:\n{cards}questions:", DECK, flags=re.DOTALL), "utf-8")
    with open_log(log_path(home)) as log:
        log.add(*(row(f"r{n:04}", item=f"c{n}", question=f"c{n}") for n in range(1500)))
    looked_up = []
    of_skills = Outline.of_skills
    studynn("cards", str(path))
    monkeypatch.setattr(Outline, "of_skills", lambda self, skills: looked_up.extend(skills) or of_skills(self, skills))
    out = studynn("cards", str(path), "--no-log").out
    assert "Card " in out and 0 < len(looked_up) <= 400


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_whole_session_with_keys(home, deck, columns, language):
    terminal = Terminal(home, ["cards", deck, "-n", "2"], columns, STUDYNN_LANG=language)
    front, back = (r"\[空格 显示", r"\[1-4 ") if language == "zh" else (r"\[Space reveal", r"\[1-4 ")
    terminal.until(front)
    terminal.child.send("3")  # not before the answer was seen
    terminal.until(front)
    terminal.child.send(" ")
    terminal.until(back)
    terminal.child.send("4")
    terminal.until(front)
    terminal.child.send("u")
    terminal.until("已撤销|Taken back")
    terminal.until(front)
    for _ in range(2):
        terminal.child.send("\r")
        terminal.until(back)
        terminal.child.send("4")
        terminal.until(f"{front}|studynn quiz")
    terminal.to_end()
    assert terminal.child.exitstatus == 0
    assert [kept.rating for kept in read_log(log_path(home))] == [4, None, 4, 4]
    printed = re.sub(r"\x1b\[[0-9;]*m", "", terminal.raw).replace("\r", "").split("\n")
    shown = [line for line in terminal.lines() if line]
    assert len(shown) == len([line for line in printed if line.strip()])  # no line was broken by the terminal


@pytest.mark.parametrize("revealed", [False, True])
def test_ctrl_c_keeps_what_was_answered_and_exits_130(home, deck, revealed):
    terminal = Terminal(home, ["cards", deck])
    terminal.until(r"\? help\]")
    terminal.child.send(" ")
    terminal.until(r"\? help\]")
    terminal.child.send(" ")
    terminal.until(r"\? help\]")
    if revealed:
        terminal.child.send(" ")
        terminal.until(r"\? help\]")
    terminal.child.sendintr()
    said = terminal.to_end()
    assert "1 answer" in said and "Traceback" not in said and terminal.child.exitstatus == 130
    assert len(read_log(log_path(home))) == 1


def test_ctrl_d_ends_the_session_and_keeps_what_was_answered(home, deck):
    terminal = Terminal(home, ["cards", deck], TERM="dumb")
    for _ in range(3):
        terminal.until(r"\? help\]")
        terminal.child.send(" ")
    terminal.until(r"\? help\]")
    terminal.child.sendeof()
    assert "1 answer" in terminal.to_end() and terminal.child.exitstatus == 0
    assert "\x1b[" not in terminal.raw


def test_a_kill_loses_at_most_the_card_on_the_screen(home, deck):
    seen = 0
    for answers, is_revealed in ((1, False), (0, True), (2, True)):
        terminal = Terminal(home, ["cards", deck])
        for _ in range(answers):
            terminal.until(r"\[Space reveal")
            terminal.child.send(" ")
            terminal.until(r"\[1-4 ")
            terminal.child.send("1")
        terminal.until(r"\[Space reveal")
        if is_revealed:
            terminal.child.send(" ")
            terminal.until(r"\[1-4 ")
        terminal.child.kill(signal.SIGKILL)
        terminal.child.expect(pexpect.EOF)
        seen += answers
        assert [kept.rating for kept in read_log(log_path(home))] == [1] * seen
    assert "learning" in Terminal(home, ["cards", deck]).until(r"\[Space reveal")
