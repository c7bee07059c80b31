"""`studynn stats`: everything that the log says of the learner, on a screen or as JSON."""

import json
import time
from datetime import date, timedelta

import pytest
from reviews import bound_by_permissions, row, undo

from studynn.core.review import Mark
from studynn.core.schedule import DAY, memories, retrievability
from studynn.environment import Environment
from studynn.history.log import log_path, open_log

NOW = int(time.time() * 1000)
TODAY = Environment([]).date_of(Environment([]).day_end(NOW))
EXAM = (TODAY + timedelta(days=20)).isoformat()


def written(home, *rows):
    with open_log(log_path(home)) as log:
        log.add(*rows)
    return rows


def wrong(id, **rest):
    return row(id, **{"outcome": "wrong", "rating": 1, "moment": NOW - DAY} | rest)


def data(studynn, *arguments):
    ran = studynn("stats", "--json", *arguments)
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


@pytest.fixture
def studied(home):
    """A fortnight of answers, the last of them yesterday."""
    rows = [
        row(f"r{number}", item=f"pooling.q{number % 5}", moment=NOW - (14 - number % 14) * DAY, milliseconds=60_000)
        for number in range(70)
    ]
    slips = [wrong(f"s{number}", item="conv-size/out@1", slips=("no-plus-one",)) for number in range(2)]
    sure = wrong("sure", item="conv-size/span@1", confidence=3, slips=("padding-once",))
    return written(home, *rows, *slips, sure)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_nothing_is_answered_it_says_so_kindly(studynn, language):
    ran = studynn("stats", "--lang", language)
    assert (ran.code, ran.err) == (0, "") and "studynn quiz" in ran.out and len(ran.out.split("\n")) < 5
    found = data(studynn)
    assert (found["answers"], found["streak"], found["slips"]) == (0, {"days": 0, "longest": 0}, [])
    assert all(topic["seen"] == topic["mastery"] == 0 for topic in found["topics"])
    assert found["mark"]["share"] == pytest.approx(0.25)


def test_a_newcomer_with_an_exam_is_told_how_many_new_items_a_day(studynn):
    found = data(studynn, "--exam-date", EXAM)
    assert found["exam"]["days"] == 20 and found["exam"]["date"] == EXAM
    assert found["unseen"] / 20 <= found["exam"]["new_a_day"] < found["unseen"] / 20 + 1
    assert (
        f"To see all by {EXAM}, begin {found['exam']['new_a_day']} a day." in studynn("stats", "--exam-date", EXAM).out
    )


def test_mastery_of_a_topic_is_the_mean_recall_over_its_items(studynn, home):
    from studynn.history.log import read_log

    first = json.loads(studynn("show", "pooling", "--json").out)["cards"][0]["id"]
    written(home, row("a", item=first, moment=NOW - 10 * DAY, rating=4))
    (pooling,) = [one for one in data(studynn)["topics"] if one["id"] == "pooling"]
    recall = retrievability(memories(read_log(log_path(home)))[first], NOW)
    assert pooling["seen"] == 1 and pooling["mastery"] == pytest.approx(recall / pooling["items"], rel=1e-6)


def test_answers_taken_back_do_not_count(studynn, home):
    written(home, row("a", moment=NOW), wrong("b", slips=("floor",)), undo("c", "b", moment=NOW))
    found = data(studynn)
    assert (found["answers"], found["slips"]) == (1, [])


def test_days_streak_and_time(studynn, studied):
    found = data(studynn)
    assert found["streak"] == {"days": 14, "longest": 14} and found["answers"] == len(studied)
    assert [day["day"] for day in found["days"]] == [
        (TODAY - timedelta(days=back)).isoformat() for back in range(14, 0, -1)
    ]
    assert found["milliseconds"]["all"] == sum(one.milliseconds for one in studied)
    assert found["forecast"][0]["day"] == TODAY.isoformat() and len(found["forecast"]) == 30


def test_retention_is_told_where_there_are_enough_answers(studynn, studied):
    told = data(studynn)["retention"]
    assert told["all"]["enough"] and told["all"]["measured"] == 1.0 and 0 < told["all"]["predicted"] < 1
    assert told["all"] == told["last_30_days"]
    assert "too few answers" not in studynn("stats").out


def test_few_answers_say_nothing_of_retention(studynn, home):
    written(home, row("a", moment=NOW, rating=4))
    assert "too few answers" in studynn("stats").out and "作答太少" in studynn("stats", "--lang", "zh").out


def test_a_mistake_comes_with_the_words_that_mend_it_and_its_drill(studynn, studied):
    first, second = data(studynn)["slips"]
    assert (first["slip"], first["times"], first["repeated"]) == ("no-plus-one", 2, True)
    assert first["drill"] == "studynn drill conv-size" and first["hint"]
    assert (second["times"], second["repeated"]) == (1, False)
    out = studynn("stats", "--plain").out
    assert f"no-plus-one. Times: 2×; Remember: {first['hint']}; Mend it with: studynn drill conv-size" in out


def test_a_mistake_retires_after_three_right_answers(studynn, home, studied):
    item = {"item": "conv-size/out@1"}
    written(home, *(row(f"m{number}", moment=NOW - 1000 + number, **item) for number in range(3)))
    assert [slip["retired"] for slip in data(studynn)["slips"]] == [False, True]
    assert "Overcome: no-plus-one 2×" in studynn("stats").out


def test_what_was_sure_and_wrong_stands_first_with_its_topic(studynn, studied):
    found = data(studynn)
    assert found["calibration"] == [{"said": 3, "answers": 1, "right": 0}]
    assert [one["topic"] for one in found["sure_and_wrong"]] == ["convolution"]
    out = studynn("stats", "--plain").out
    assert out.index("convolution Convolution output size") < out.index("3 sure. Answers: 1; Right: 0%")


def test_confidence_is_not_mentioned_where_none_was_given(studynn, home):
    written(home, row("a", moment=NOW))
    assert "How sure" not in studynn("stats").out


def test_the_predicted_mark_falls_until_the_exam(studynn, studied):
    found = data(studynn, "--exam-date", EXAM)
    now, then = found["mark"], found["exam"]["mark"]
    assert now["low"] < now["share"] < now["high"] and then["share"] <= now["share"]
    assert f"On {EXAM}, if nothing more is done:" in studynn("stats", "--exam-date", EXAM).out


@pytest.mark.parametrize("typed", ["soon", "2020-01-01", "2027-13-01", "", "2027"])
def test_a_day_that_is_past_or_none_is_refused_with_one_line(studynn, typed):
    ran = studynn("stats", "--exam-date", typed)
    assert ran.code == 2 and ran.out == "" and ran.err.count("\n") == 1 and "--exam-date" in ran.err


def test_an_exam_today_wants_all_that_is_unseen_today(studynn):
    found = data(studynn, "--exam-date", TODAY.isoformat())
    assert found["exam"]["days"] == 0 and found["exam"]["new_a_day"] == found["unseen"]


def test_topics_narrow_everything_to_their_items_and_examples(studynn, studied):
    found = data(studynn, "rnn")
    assert {topic["id"] for topic in found["topics"]} >= {"rnn"} and found["answers"] == 0
    found = data(studynn, "convolution")
    assert found["answers"] == 3 and [one["id"] for one in found["topics"]] == ["convolution"]


def test_an_unknown_topic_is_refused(studynn):
    assert studynn("stats", "poling").code == 2


def test_suspended_items_are_not_forecast(studynn, home):
    written(
        home,
        row("a", item="conv-size/span@1", moment=NOW - DAY),
        Mark("m", "conv-size/span@1", NOW, "suspend", "d", "0"),
    )
    found = data(studynn)
    assert sum(day["due"] for day in found["forecast"]) == found["practised"]["due"] == 0


def test_a_log_that_can_only_be_read_is_enough(studynn, home, studied):
    before = data(studynn)["answers"]
    with bound_by_permissions():
        log_path(home).chmod(0o400)
        home.chmod(0o500)
        try:
            assert data(studynn)["answers"] == before
        finally:
            home.chmod(0o700)


def test_it_writes_nothing_into_the_log(studynn, home, studied):
    before = log_path(home).read_bytes()
    studynn("stats")
    assert log_path(home).read_bytes() == before


def test_the_plain_screen_is_linear_and_without_colour(studynn, studied):
    out = studynn("stats", "--plain", "--exam-date", EXAM).out
    assert not set(out) & set("╭│█\x1b") and "today: " in out


def test_dates_are_days_of_study_which_end_at_four():
    environment = Environment([])
    for moment in (NOW, NOW + DAY // 2, NOW + 200 * DAY):
        assert abs((environment.date_of(environment.day_end(moment)) - date.fromtimestamp(moment / 1000)).days) <= 1
    late = time.mktime((2026, 11, 22, 3, 59, 0, 0, 0, -1)) * 1000
    early = time.mktime((2026, 11, 22, 4, 0, 0, 0, 0, -1)) * 1000
    assert environment.date_of(environment.day_end(int(late))) == date(2026, 11, 21)
    assert environment.date_of(environment.day_end(int(early))) == date(2026, 11, 22)
