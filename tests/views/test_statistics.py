"""The screen and the JSON of the statistics, whatever they are."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from looks import LANGUAGES, is_harmless, prose, widest

from studynn.core.schedule import DAY
from studynn.core.statistics import Exam, Practised, Prediction, Retention, Standing, Statistics
from studynn.core.tally import Share, SlipCount
from studynn.core.text import Text
from studynn.core.topic import TopicLine
from studynn.views.as_json import json_text
from studynn.views.plain import render as linear
from studynn.views.statistics import MOST_ERRORS, MOST_SLIPS, Words, statistics_blocks
from studynn.views.statistics_json import statistics_json
from studynn.views.terminal import render

few = st.integers(0, 400)
many = st.integers(0, 10**9)
share = st.floats(0, 1)
texts = st.builds(Text, prose, prose)
retentions = st.builds(Retention, few, share, share)
predictions = st.builds(Prediction, share, share, share)
topics = st.builds(TopicLine, prose, texts, st.just(()), st.just(()), few, few, st.just("f.yaml"))
slips = st.builds(SlipCount, prose, prose, few, many, st.booleans())
shares = st.integers(1, 99).flatmap(lambda answers: st.builds(Share, st.just(answers), st.integers(0, answers)))
statistics = st.builds(
    Statistics,
    st.lists(st.builds(Standing, topics, few, few, few, share), max_size=4),
    st.builds(Practised, few, few, share),
    retentions,
    retentions,
    st.lists(few, min_size=30, max_size=30).map(lambda counts: [(place * DAY, n) for place, n in enumerate(counts)]),
    st.tuples(few, few),
    st.lists(st.tuples(few, st.integers(1, 99), many), max_size=20, unique_by=lambda day: day[0]),
    st.tuples(few, many),
    st.lists(slips, max_size=12),
    st.dictionaries(st.sampled_from([1, 2, 3]), shares),
    st.lists(st.tuples(prose, many), max_size=8),
    few,
    st.none() | predictions,
    st.none() | st.builds(Exam, few, st.none() | predictions, few),
)


def day(moment):
    return date(2026, 11, 21) + timedelta(days=moment // DAY)


def words(hints=None, asked=None):
    return Words(day, hints or {}, {}, asked or {}, date(2027, 1, 20))


@settings(deadline=None, max_examples=60)
@given(statistics, st.integers(40, 120), st.sampled_from(LANGUAGES), texts)
def test_no_screen_is_wider_than_the_terminal_or_obeyed_by_it(found, width, language, hint):
    told = words({slip[:2]: hint for slip in found.slips}, {item: hint for item, _ in found.sure_and_wrong})
    blocks = statistics_blocks(found, told, language, width)
    assert widest(render(blocks, width, False)) <= width
    assert is_harmless(render(blocks, width, False)) and is_harmless(linear(blocks))


@settings(deadline=None, max_examples=60)
@given(statistics, st.sampled_from(LANGUAGES))
def test_the_data_are_the_same_whatever_is_shown_of_them(found, language):
    data = json.loads(json_text(statistics_json(found, words(), language)))
    assert data["answers"] == sum(count for _, count, _ in found.days) == sum(one["answers"] for one in data["days"])
    assert [slip["times"] for slip in data["slips"]] == [slip.times for slip in found.slips]
    assert len(data["sure_and_wrong"]) == len(found.sure_and_wrong)
    assert [one["due"] for one in data["forecast"]] == [count for _, count in found.forecast]
    assert [topic["mastery"] for topic in data["topics"]] == [one.mastery for one in found.topics]


NOTHING = Statistics(
    topics=[],
    practised=Practised(0, 0, 0.0),
    retention=Retention(0, 0.0, 0.0),
    lately=Retention(0, 0.0, 0.0),
    forecast=[(0, 0)],
    streak=(0, 0),
    days=[],
    week=(0, 0),
    slips=[],
    confidence={},
    sure_and_wrong=[],
    unseen=3,
    mark=Prediction(0.25, 0.0, 0.75),
    exam=None,
)


def changed(**values):
    from dataclasses import replace

    return replace(NOTHING, **{"days": [(0, 5, 60_000 * 75)]} | values)


def lines(found, told=None, language="en"):
    return linear(statistics_blocks(found, told or words(), language, 80))


def test_where_nothing_is_answered_only_the_pace_up_to_the_exam_is_told():
    exam = Exam(60, Prediction(0.25, 0.0, 0.75), 1)
    told = lines(changed(days=[], exam=exam))
    assert "Nothing is answered yet." in told and "25%" not in told
    assert "Unseen items: 3. To see all by 2027-01-20, begin 1 a day." in told


def test_the_mark_comes_with_its_interval():
    assert "If all of it were asked now: 25% (0%–75%)" in lines(changed())


def test_time_is_told_in_hours_and_minutes():
    assert "Time 1 h 15 min, 0 min in the last 7 days" in lines(changed())
    assert "1 小时 15 分钟" in lines(changed(), language="zh")


@pytest.mark.parametrize(("count", "told"), [(19, "too few answers"), (20, "Measured: 87.5%; Predicted: 90.0%")])
def test_a_share_is_told_from_twenty_answers_on(count, told):
    assert told in lines(changed(retention=Retention(count, 0.875, 0.9)))


def test_the_commonest_mistakes_only_are_shown_with_what_mends_them():
    found = [SlipCount("e", f"slip-{number}", 9 - number // 2, 0, False) for number in range(MOST_SLIPS + 2)]
    told = lines(changed(slips=found), words({("e", "slip-0"): Text("Add one.", "加一。")}))
    assert "slip-0. Times: 9×; Remember: Add one.; Mend it with: studynn drill e\n" in told
    assert f"slip-{MOST_SLIPS}." not in told and "Made more than once: 10." in told


def test_a_mistake_outside_worked_examples_has_no_drill():
    assert "studynn drill" not in lines(changed(slips=[SlipCount("", "slip", 3, 0, False)]))


def test_more_errors_than_are_shown_are_counted():
    errors = [(f"q{number}", 0) for number in range(MOST_ERRORS + 3)]
    told = lines(changed(sure_and_wrong=errors, confidence={3: Share(9, 1)}))
    assert "and 3 more" in told and "3 sure. Answers: 9; Right: 11%" in told
