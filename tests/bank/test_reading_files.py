"""A file that is too large, no text or not there is refused in one line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.bank.marked_yaml import LARGEST_FILE, YamlProblem, read_yaml


def test_a_byte_order_mark_at_the_beginning_is_no_part_of_the_text(tmp_path):
    path = tmp_path / "deck.yaml"
    path.write_bytes(b"\xef\xbb\xbfid: x\r\ntitle: y\r\n")
    marked = read_yaml(path)
    assert marked.value == {"id": "x", "title": "y"}
    assert marked.place(("title",)) == (2, 1)


@pytest.mark.parametrize(
    "data", ["id: 卷积".encode("utf-16"), "id: 卷积".encode("gb18030"), b"id: \xff", b"\xed\xa0\x80"]
)
def test_a_file_that_is_no_utf_8_is_refused_in_one_line(tmp_path, data):
    path = tmp_path / "deck.yaml"
    path.write_bytes(data)
    with pytest.raises(YamlProblem, match="is not UTF-8"):
        read_yaml(path)


def test_a_file_of_50_mb_is_refused_without_being_opened(tmp_path, monkeypatch):
    path = tmp_path / "deck.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    monkeypatch.setattr(type(path), "open", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(YamlProblem, match=r"50\.0 MB is too large: at most 4 MB"):
        read_yaml(path)


def test_the_largest_file_allowed_is_read_and_one_byte_more_is_not(tmp_path):
    path = tmp_path / "deck.yaml"
    path.write_bytes(b"a: 1\n#" + b" " * (LARGEST_FILE - 6))
    assert read_yaml(path).value == {"a": 1}
    path.write_bytes(b"a: 1\n#" + b" " * (LARGEST_FILE - 5))
    with pytest.raises(YamlProblem, match="too large"):
        read_yaml(path)


def test_a_stream_without_end_or_size_is_read_only_as_far_as_a_file_may_be_long(tmp_path):
    endless = tmp_path / "endless.yaml"
    endless.symlink_to("/dev/zero")
    if not endless.exists():
        pytest.skip("there is no /dev/zero here")
    with pytest.raises(YamlProblem, match="too large"):
        read_yaml(endless)


def test_what_cannot_be_opened_says_why(tmp_path):
    with pytest.raises(YamlProblem, match="cannot be read: No such file"):
        read_yaml(tmp_path / "nothing.yaml")
    with pytest.raises(YamlProblem, match="cannot be read: "):
        read_yaml(tmp_path)


@given(st.binary(max_size=80))
@settings(deadline=None, max_examples=100)
def test_any_bytes_in_a_file_give_a_value_or_a_problem(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("deck") / "deck.yaml"
    path.write_bytes(data)
    try:
        read_yaml(path)
    except YamlProblem as problem:
        assert problem.what.en
