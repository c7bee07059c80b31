"""The cache of memories is the fold of the log, however it came about, and may be lost at any time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reviews import histories, row, undo

from studynn.core.review import Mark
from studynn.core.schedule import DAY, Memory, memories
from studynn.history import memory as cache_of_memories
from studynn.history.bulk_fold import fold
from studynn.history.log import log_path, open_log
from studynn.history.memory import Memories, TopicMemory

moderately = settings(max_examples=60, deadline=None)
ratings = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(1, 4), st.one_of(st.integers(0, 100_000), st.integers(0, 90 * DAY))),
    min_size=1,
    max_size=40,
)


def day_end(moment):
    return moment // DAY * DAY + DAY


def alike(one, other):
    """Whether memories are the same but for the last bits of numbers that came by other operations."""
    assert one.keys() == other.keys()
    for item in one:
        assert one[item].stability == pytest.approx(other[item].stability, rel=1e-9)
        assert one[item].difficulty == pytest.approx(other[item].difficulty, rel=1e-9)
        assert one[item][2:] == other[item][2:]


def mark(id, item, kind, moment=0):
    return Mark(id, item, moment, kind, "d0", "0")


@pytest.fixture
def log(tmp_path):
    with open_log(log_path(tmp_path)) as opened:
        yield opened


@pytest.fixture
def kept(tmp_path):
    return Memories(tmp_path / "cache" / "memory.sqlite3")


@moderately
@given(ratings)
def test_the_fold_of_everything_at_once_is_the_fold_by_the_library(past):
    rows, moment = [], 1_700_000_000_000
    for number, (item, rating, gap) in enumerate(past):
        moment += gap
        rows.append(row(f"r{number:03}", item=item, rating=rating, outcome="right", moment=moment))
    ordered = sorted(rows, key=lambda one: (one.item, one.moment, one.id))
    found = fold(((one.item, one.moment, one.rating) for one in ordered), lambda share: None)
    alike(dict(found), memories(rows))


def test_the_fold_of_nothing_is_nothing():
    assert dict(fold([], lambda share: None)) == {}


@moderately
@given(rows=histories(most=25), cuts=st.lists(st.integers(0, 25), max_size=4), data=st.data())
def test_following_the_log_row_by_row_gives_what_folding_it_anew_gives(tmp_path_factory, rows, cuts, data):
    folder = tmp_path_factory.mktemp("memory")
    most = data.draw(st.sampled_from([0, 2000]))
    kept = Memories(folder / "memory.sqlite3")
    with pytest.MonkeyPatch.context() as patch, open_log(log_path(folder)) as log:
        patch.setattr(cache_of_memories, "MOST_ONE_BY_ONE", most)
        patch.setattr(cache_of_memories, "FEW", data.draw(st.sampled_from([0, 300])))
        for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), len(rows)], strict=True):
            log.add(*rows[start:stop])
            kept.follow(log, day_end)
            alike(dict(kept.all()), memories(rows[:stop]))
        anew = Memories(folder / "anew.sqlite3")
        anew.follow(log, day_end)
        alike(dict(kept.all()), dict(anew.all()))


def test_taking_an_answer_back_gives_the_memory_before_it_exactly(log, kept):
    log.add(row("a", item="x", moment=DAY))
    kept.follow(log, day_end)
    before = dict(kept.all())
    log.add(row("b", item="x", moment=9 * DAY), row("c", item="y"))
    kept.follow(log, day_end)
    assert dict(kept.all()) != before
    log.add(undo("d", "b", item="x"), undo("e", "c", item="y"))
    kept.follow(log, day_end)
    assert dict(kept.all()) == before


def test_another_log_or_other_rules_are_folded_anew(tmp_path, log, kept):
    log.add(row("a", item="x"))
    kept.follow(log, day_end)
    with open_log(log_path(tmp_path / "other")) as other:
        other.add(row("b", item="y"))
        kept.follow(other, day_end)
    assert [item for item, _ in kept.all()] == ["y"]
    kept._database.execute("UPDATE followed SET rules = 'old'")
    kept.follow(log, day_end)
    assert [item for item, _ in kept.all()] == ["x"]
    kept.forget()
    assert list(kept.all()) == []


def test_what_is_due_comes_by_its_day_and_what_is_being_learnt_before(log, kept):
    start = 1_700_000_000_000
    easy = {"rating": 4, "moment": start}
    log.add(row("a", item="late", **easy), row("b", item="early", rating=4, moment=start - 30 * DAY))
    log.add(row("c", item="learning", rating=1, outcome="wrong", moment=start))
    kept.follow(log, day_end)
    later = start + 40 * DAY
    assert list(kept.due(later, day_end(later))) == ["learning", "early", "late"]
    assert list(kept.due(start, day_end(start))) == ["early"]
    kept.name_topics(1, lambda items: {"late": "cnn", "early": "cnn"})
    assert kept.by_topic(later, day_end(later)) == [TopicMemory("cnn", 2, 2)]


def test_items_set_aside_are_not_due_until_they_come_back(log, kept):
    start = 1_700_000_000_000
    log.add(*(row(f"r{item}", item=item, rating=1, outcome="wrong", moment=start) for item in "abc"))
    log.add(mark("m1", "a", "bury", start + DAY), mark("m2", "b", "suspend", start), mark("m3", "c", "suspend", start))
    log.add(mark("m4", "c", "resume", start + 1))
    kept.follow(log, day_end)
    now = start + DAY
    assert list(kept.due(now, day_end(now))) == ["c"] and set(kept.aside(now)) == {"a", "b"}
    tomorrow = day_end(now)
    assert sorted(kept.due(tomorrow, day_end(tomorrow))) == ["a", "c"]


def test_topics_are_named_again_when_the_content_has_changed(log, kept):
    log.add(row("a", item="x"), row("b", item="gone"))
    kept.follow(log, day_end)
    asked = []

    def topics(name):
        return lambda items: (asked.append(sorted(items)), {"x": name})[1]

    kept.name_topics(1, topics("cnn"))
    kept.name_topics(1, topics("cnn"))
    kept.name_topics(2, topics("rnn"))
    assert asked == [["gone", "x"], ["gone", "x"]]
    assert [found.topic for found in kept.by_topic(0, 0)] == ["rnn"]


@pytest.mark.parametrize("content", [b"", b"something else", b"SQLite format 3\x00" + b"\x01" * 3000])
def test_a_file_that_cannot_be_used_is_made_anew(tmp_path, log, content):
    path = tmp_path / "memory.sqlite3"
    path.write_bytes(content)
    log.add(row("a", item="x"))
    kept = Memories(path)
    kept.follow(log, day_end)
    assert isinstance(dict(kept.all())["x"], Memory)


def test_where_there_can_be_no_file_it_lives_in_memory(tmp_path, log):
    (tmp_path / "cache").write_text("a file where the folder should be", encoding="utf-8")
    log.add(row("a", item="x"))
    kept = Memories(tmp_path / "cache" / "memory.sqlite3")
    kept.follow(log, day_end)
    assert [item for item, _ in kept.all()] == ["x"]
