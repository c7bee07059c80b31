"""Validated content is kept for the next run, used only while it is fresh and whole, and its loss is never noticed."""

import json
import os
import stat

import pytest
from decks import GOOD, library, written
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.bank.cache import Cache

DATA = {"id": "mine", "title": {"en": "Mine", "zh": "我的"}}


@pytest.fixture
def path(tmp_path):
    return written(tmp_path / "decks", GOOD)


@pytest.fixture
def cache(tmp_path, path):
    """A cache that holds the data of one file."""
    kept = Cache(tmp_path / "cache", "1")
    kept.put(path, DATA, kept.state(path))
    return kept


def entry(cache):
    (found,) = cache.folder.iterdir()
    return found


def test_what_was_kept_is_found_again(cache, path):
    assert cache.get(path) == DATA


def test_nothing_is_found_where_nothing_was_kept(tmp_path, path):
    assert Cache(tmp_path / "empty", "1").get(path) is None


def test_a_file_of_another_size_is_stale_even_at_the_same_time(cache, path):
    found = path.stat()
    path.write_text(GOOD + "\n", encoding="utf-8")
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert cache.get(path) is None


def test_a_file_changed_by_a_nanosecond_is_stale_even_at_the_same_size(cache, path):
    found = path.stat()
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns + 1000))
    assert cache.get(path) is None


def test_another_version_of_the_program_does_not_trust_the_entry(cache, path):
    assert Cache(cache.folder, "2").get(path) is None
    assert cache.get(path) == DATA


def test_a_file_that_is_gone_has_no_entry(cache, path):
    path.unlink()
    assert cache.state(path) == ""
    assert cache.get(path) is None


def test_a_file_that_changed_while_it_was_read_is_stale(tmp_path, path):
    cache = Cache(tmp_path / "cache", "1")
    before = cache.state(path)
    path.write_text(GOOD + "# more\n", encoding="utf-8")
    cache.put(path, DATA, before)
    assert cache.get(path) is None


def test_a_file_that_was_gone_while_it_was_read_leaves_no_trusted_entry(tmp_path):
    cache = Cache(tmp_path / "cache", "1")
    cache.put(tmp_path / "gone.yaml", DATA, cache.state(tmp_path / "gone.yaml"))
    assert cache.get(tmp_path / "gone.yaml") is None


def test_two_files_of_one_name_have_an_entry_each(tmp_path, cache, path):
    other = written(tmp_path / "other", GOOD)
    cache.put(other, {"id": "other"}, cache.state(other))
    assert (cache.get(path), cache.get(other)) == (DATA, {"id": "other"})


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_an_entry_damaged_anywhere_is_a_miss_or_still_the_same(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("damaged")
    path = written(folder / "decks", GOOD)
    cache = Cache(folder / "cache", "1")
    cache.put(path, DATA, cache.state(path))
    whole = entry(cache).read_bytes()
    at = data.draw(st.integers(0, 9999)) % len(whole)
    damage = data.draw(st.sampled_from(["cut", "flip", "insert"]))
    byte = bytes([whole[at] ^ data.draw(st.integers(1, 255))])
    spoilt = {"cut": whole[:at], "flip": whole[:at] + byte + whole[at + 1 :], "insert": whole[:at] + byte + whole[at:]}
    entry(cache).write_bytes(spoilt[damage])
    assert cache.get(path) in (None, DATA)


@pytest.mark.parametrize("content", [b"", b"\n", b"\n\n", b"\xff\xfe", b"{}", b"null\nnull\nnull"])
def test_an_entry_that_is_something_else_is_a_miss(cache, path, content):
    entry(cache).write_bytes(content)
    assert cache.get(path) is None


def test_a_wrong_checksum_is_a_miss(cache, path):
    state, checksum, payload = entry(cache).read_text(encoding="utf-8").split("\n")
    entry(cache).write_text("\n".join([state, checksum, payload.replace("Mine", "Mime")]), encoding="utf-8")
    assert cache.get(path) is None


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path, path):
    (tmp_path / "cache").write_text("a file where the folder should be", encoding="utf-8")
    cache = Cache(tmp_path / "cache" / "content", "1")
    cache.put(path, DATA, cache.state(path))
    assert cache.get(path) is None


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_folder_that_cannot_be_written_is_no_error(tmp_path, path):
    cache = Cache(tmp_path / "cache", "1")
    cache.folder.mkdir()
    cache.folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    cache.put(path, DATA, cache.state(path))
    assert cache.get(path) is None
    assert list(cache.folder.iterdir()) == []


def test_a_name_too_long_for_an_entry_is_no_error(tmp_path):
    path = written(tmp_path, GOOD, "池" * 83 + ".yaml")
    cache = Cache(tmp_path / "cache", "1")
    cache.put(path, DATA, cache.state(path))
    assert cache.get(path) is None


def test_a_full_disk_leaves_the_former_entry_and_no_litter(cache, path, monkeypatch):
    def full(self, *_, **__):
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(path), "write_text", full)
    cache.put(path, {"id": "new"}, cache.state(path))
    assert cache.get(path) == DATA
    assert len(list(cache.folder.iterdir())) == 1


def test_an_entry_appears_only_when_it_is_whole(cache, path, monkeypatch):
    seen = []
    replace = type(path).replace
    monkeypatch.setattr(type(path), "replace", lambda self, to: (seen.append(cache.get(path)), replace(self, to))[1])
    cache.put(path, {"id": "new"}, cache.state(path))
    assert seen == [DATA]
    assert cache.get(path) == {"id": "new"}


def test_a_topic_is_built_from_the_entry_without_reading_the_file_again(tmp_path, path, monkeypatch):
    first = library(tmp_path, path.parent).topic("deck")
    monkeypatch.setattr("studynn.bank.validation.read_topic", lambda *_: pytest.fail("the file was read again"))
    assert library(tmp_path, path.parent).topic("deck") == first


@pytest.mark.parametrize(
    "old",
    [
        {"id": "mine"},
        {"id": "mine", "title": "t", "facts": [{"id": "a"}]},
        {"id": "mine", "title": "t", "facts": 3},
        {"id": "mine", "title": 3},
        {"id": "mine", "title": "t", "questions": [{"id": "q", "type": "essay"}]},
        {"id": "mine", "title": "t", "questions": [{"id": "q"}]},
        [],
        ["id", "title"],
        "id title",
        3,
        None,
    ],
)
def test_an_entry_whose_records_do_not_fit_any_more_is_made_anew(tmp_path, path, old):
    one = library(tmp_path, path.parent)
    one.cache.put(path, old, one.cache.state(path))
    assert one.topic("deck").facts[0].id == "mine.a"
    assert json.loads(entry(one.cache).read_text(encoding="utf-8").split("\n")[2])["facts"][0]["id"] == "mine.a"


def test_a_deck_with_problems_is_never_kept(tmp_path):
    folder = written(tmp_path / "decks", GOOD.replace("title", "titel", 1)).parent
    one = library(tmp_path, folder)
    for _ in range(2):
        with pytest.raises(Exception, match="`title` is missing"):
            one.topic("deck")
    assert not one.cache.folder.exists()
