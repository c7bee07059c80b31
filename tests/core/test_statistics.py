"""Folds of answers and memories: days, streaks, time, mistakes, retention, forecast, the mark to be expected."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.item import Item
from studynn.core.review import Answer
from studynn.core.schedule import DAY, LEARNING, REVIEW, Memory, retrievability
from studynn.core.statistics import (
    FEWEST,
    GUESSED,
    Past,
    coming_days,
    forecast,
    new_items_a_day,
    predicted_mark,
    retention,
    standings,
    streak,
    summed_up,
)
from studynn.core.tally import LONGEST, RETIRED_AFTER, Share, Tally
from studynn.core.text import same
from studynn.core.topic import TopicLine

NOW = 1_700_000_000_000
TODAY = NOW // DAY * DAY + DAY


def day_end(moment):
    return moment // DAY * DAY + DAY


def answer(item="a", moment=NOW, is_right=True, **rest):
    return Answer(item, moment, is_right, 3 if is_right else 1, **rest)


def tally(*answers):
    counted = Tally(day_end)
    list(counted.counted(sorted(answers, key=lambda one: (one.item, one.moment))))
    return counted


def memory(due=NOW, state=REVIEW, last=NOW, stability=10.0):
    return Memory(stability, 5.0, state, None if state == REVIEW else 0, last, due, 1, 0)


def topic(name):
    return TopicLine(name, same(name), (), (), 1, 0, f"{name}.yaml")


def items(name, *skills):
    return tuple(Item(skill, skill, "choice", name, name, 1) for skill in skills)


def test_an_answer_counts_for_at_most_five_minutes():
    assert tally(answer(milliseconds=10 * LONGEST), answer(moment=NOW + 1, milliseconds=7)).milliseconds == {
        TODAY: LONGEST + 7
    }


def test_answers_of_a_cram_are_counted_but_not_handed_to_the_schedule():
    counted = Tally(day_end)
    assert list(counted.counted([answer(), answer("b", counts=False)])) == [("a", NOW, 3)]
    assert counted.per_day == {TODAY: 2}


def test_the_share_of_first_answers_is_that_of_the_first_about_each_item():
    late = NOW + DAY
    assert tally(answer("a", is_right=False), answer("a", late), answer("b")).first_answers == Share(2, 1)


def test_a_mistake_is_counted_by_its_example_whatever_the_step_and_level():
    found = tally(
        answer("conv-size/out@1", slips=("floor",), is_right=False),
        answer("conv-size/span@2", slips=("floor",), is_right=False),
        answer("conv-size/span@3", slips=("padding-once",), is_right=False),
    ).slips()
    assert [(slip.example, slip.tag, slip.times) for slip in found] == [
        ("conv-size", "floor", 2),
        ("conv-size", "padding-once", 1),
    ]
    assert [slip.is_repeated for slip in found] == [True, False]


@pytest.mark.parametrize(
    ("after", "is_retired"),
    [("", False), ("rr", False), ("rrr", True), ("rrwr", False), ("rrwrrr", True), ("rrrw", False)],
)
def test_a_mistake_retires_after_three_right_answers_in_a_row_on_its_skill(after, is_retired):
    later = [answer("e/s@1", NOW + 1 + place, sign == "r") for place, sign in enumerate(after)]
    others = [answer("e/other@1", NOW + 9 + place) for place in range(RETIRED_AFTER)]
    wrong = [answer("e/s@1", NOW - place, False, slips=("floor",)) for place in range(2)]
    (slip,) = tally(*wrong, *later, *others).slips()
    assert (slip.is_retired, slip.is_repeated) == (is_retired, not is_retired)


def test_a_mistake_made_at_two_skills_retires_when_both_are_overcome():
    right = [answer("e/s@1", NOW + place) for place in range(1, 4)]
    wrong = [answer(f"e/{step}@1", is_right=False, slips=("floor",)) for step in "st"]
    assert not tally(*wrong, *right).slips()[0].is_retired
    assert tally(*wrong, *right, *(one._replace(item="e/t@1") for one in right)).slips()[0].is_retired


def test_a_mistake_that_was_mended_at_once_still_counts():
    assert tally(answer("e/s@1", is_right=True, slips=("floor",))).slips()[0].times == 1


def test_what_was_sure_and_wrong_stands_until_it_is_answered_rightly():
    wrong = answer(is_right=False, confidence=3)
    assert tally(wrong).sure_and_wrong == {"a": NOW}
    assert tally(wrong, answer(moment=NOW + 1, is_right=False)).sure_and_wrong == {"a": NOW}
    assert tally(wrong, answer(moment=NOW + 1)).sure_and_wrong == {}
    assert tally(answer(is_right=False, confidence=2)).sure_and_wrong == {}


def test_calibration_counts_answers_by_what_was_said():
    said = [
        answer(moment=NOW + place, is_right=right, confidence=level)
        for place, (level, right) in enumerate([(1, True), (1, False), (3, True), (None, False)])
    ]
    assert tally(*said).confidence == {1: Share(2, 1), 3: Share(1, 1)}


@pytest.mark.parametrize(
    ("back", "expected"),
    [([], (0, 0)), ([0], (1, 1)), ([1], (1, 1)), ([2], (0, 1)), ([0, 1, 2, 4, 5], (3, 3)), ([1, 2, 9, 10, 11], (2, 3))],
)
def test_a_streak_is_of_days_in_a_row_and_today_is_not_needed_yet(back, expected):
    assert streak([TODAY - place * DAY for place in back], TODAY, day_end) == expected


def test_a_streak_goes_on_over_the_change_of_the_clocks():
    hour = DAY // 24
    ends = [0, DAY, 2 * DAY - hour, 3 * DAY - hour, 4 * DAY, 5 * DAY]

    def end_after(moment):
        return next(end for end in ends if end > moment)

    assert streak(ends[:5], ends[4], end_after) == (5, 5)
    assert coming_days(0, end_after, 6) == ends


@given(st.sets(st.integers(0, 40)))
def test_the_longest_streak_is_the_longest_run_of_numbers(back):
    runs = [length for start in back for length in range(1, 42) if set(range(start, start + length)) <= back]
    assert streak([TODAY - place * DAY for place in back], TODAY, day_end)[1] == max(runs, default=0)


def test_retention_is_the_share_that_was_not_forgotten_beside_the_mean_of_the_predictions():
    found = retention([1, 2, 3, 4], [1, 2, 3, 4], [0.5, 0.7, 0.9, 0.9])
    assert found == (4, 0.75, pytest.approx(0.75))
    assert retention([1, 2, 3, 4], [1, 2, 3, 4], [0.5, 0.7, 0.9, 0.9], since=4) == (1, 1.0, 0.9)
    assert retention([], [], []) == (0, 0.0, 0.0)


@pytest.mark.parametrize(("answers", "is_telling"), [(FEWEST - 1, False), (FEWEST, True)])
def test_few_answers_say_nothing_of_retention(answers, is_telling):
    assert retention([1] * answers, [3] * answers, [0.9] * answers).is_telling == is_telling


def test_the_forecast_has_what_is_overdue_today_and_the_rest_on_its_day():
    days = coming_days(TODAY, day_end)
    known = {
        "overdue": memory(NOW - 9 * DAY),
        "today": memory(TODAY - 1),
        "tomorrow": memory(TODAY),
        "last": memory(TODAY + 29 * DAY - 1),
        "later": memory(TODAY + 29 * DAY),
        "buried": memory(NOW - DAY),
        "suspended": memory(NOW - DAY),
    }
    found = forecast(known, days, {"buried": TODAY, "suspended": 1 << 62})
    assert len(days) == 30 and found[:3] == [2, 2, 0] and found[29] == 1 and sum(found) == 5


@given(st.lists(st.integers(-50, 80), max_size=30))
def test_the_forecast_leaves_out_only_what_is_due_after_its_days(due_in):
    known = {str(place): memory(TODAY + days * DAY) for place, days in enumerate(due_in)}
    assert sum(forecast(known, coming_days(TODAY, day_end), {})) == sum(days < 29 for days in due_in)


def test_the_mark_is_the_mean_chance_with_two_standard_deviations_of_the_sum():
    share, low, high = predicted_mark([0.9, 0.8], 2, Share(12, 7))
    spread = 2 * sqrt(0.09 + 0.16 + 0.25 + 0.25 + 2**2 * 0.25 / 17) / 4
    assert (share, low, high) == pytest.approx((0.675, 0.675 - spread, min(1, 0.675 + spread)))


def test_a_single_first_answer_does_not_decide_what_is_expected_of_unseen_items():
    assert predicted_mark([], 9, Share(1, 0)).share == pytest.approx(0.2)
    assert predicted_mark([], 9, Share(1, 1)).share == pytest.approx(0.4)
    assert predicted_mark([], 9, Share(1, 0)).high > 0.4


def test_unseen_items_count_as_guessed_until_something_is_answered():
    assert predicted_mark([], 4, Share()).share == GUESSED
    assert predicted_mark([], 0, Share(3, 1)) is None


@given(st.lists(st.floats(0, 1), max_size=20), st.integers(0, 20), st.integers(0, 9), st.integers(0, 9))
def test_a_predicted_mark_lies_within_its_interval_and_that_within_0_and_1(recalls, unseen, right, wrong):
    found = predicted_mark(recalls, unseen, Share(right + wrong, right))
    assert found is None or -1e-9 <= found.low <= found.share + 1e-9 <= found.high + 2e-9 <= 1 + 3e-9


@pytest.mark.parametrize(("unseen", "days", "expected"), [(0, 5, 0), (10, 5, 2), (11, 5, 3), (7, 0, 7)])
def test_new_items_a_day_are_enough_to_have_seen_all(unseen, days, expected):
    assert new_items_a_day(unseen, days) == expected


def test_a_topic_stands_by_its_items_and_what_is_set_aside_is_not_due():
    known = {"a": memory(NOW), "b": memory(NOW), "gone": memory(NOW)}
    (found,) = standings([topic("t")], lambda line: items("t", "a", "b", "c"), known, NOW, TODAY, {"b"})
    assert (found.items, found.seen, found.due) == (3, 2, 1)
    assert found.mastery == pytest.approx(2 * retrievability(memory(), NOW) / 3)


def summary(answers, known, skills, exam_in=None, aside=None):
    past = Past(tally(*answers), known, ([], [], []), aside or {})
    return summed_up(past, skills, NOW, day_end, exam_in)


def test_skills_of_examples_that_no_topic_asks_for_stand_apart_and_are_forecast():
    known = {"a": memory(NOW), "conv-size/out@2": memory(NOW, LEARNING), "gone": memory(NOW)}
    found = summary([], known, {topic("t"): items("t", "a", "b")})
    assert found.practised[:2] == (1, 1) and found.unseen == 1
    assert found.forecast[0] == (TODAY, 2) and len(found.forecast) == 30


def test_the_mark_falls_until_the_exam_where_nothing_more_is_done():
    known = {"a": memory(NOW)}
    found = summary([answer()], known, {topic("t"): items("t", "a", "b", "c")}, exam_in=20)
    assert found.exam.mark.share < found.mark.share
    later = retrievability(known["a"], NOW + 20 * DAY)
    assert found.exam.mark.share == pytest.approx((later + 2 * 2 / 5) / 3)
    assert (found.exam.days, found.exam.new_a_day, found.unseen) == (20, 1, 2)


def test_the_week_is_of_the_last_seven_days_of_study():
    answers = [answer(moment=NOW - back * DAY, milliseconds=10) for back in range(9)]
    found = summary(answers, {}, {})
    assert (found.week, found.answers, found.mark) == ((7, 70), 9, None)
    assert [day for day, _, _ in found.days] == [TODAY - back * DAY for back in reversed(range(9))]
