"""Topics are found by name, beginning, title or path, in an order that can be studied."""

import pytest
from decks import GOOD, library, written

from studynn.bank.library import content_folder, study_order
from studynn.bank.validation import read_topic
from studynn.core.errors import StudyError
from studynn.core.text import same
from studynn.core.topic import Topic
from studynn.worked import load


def deck(folder, name, extra="", *, topic=None):
    """A small deck in a file of that name."""
    text = f'id: {topic or name}\ntitle: {{en: "The {name}", zh: "关于{name}"}}\n{extra}'
    return written(folder, text, f"{name}.yaml")


def ids(topics):
    return [topic.id for topic in topics]


@pytest.fixture
def decks(tmp_path):
    return tmp_path / "home" / "decks"


def test_a_deck_in_the_learners_folder_is_a_topic(tmp_path, decks):
    written(decks, GOOD, "mine.yaml")
    one = library(tmp_path, content_folder(), decks)
    assert one.topic("mine").facts[0].id == "mine.a"
    assert "mine" in ids(one.all()) and "cnn" in ids(one.all())


@pytest.mark.parametrize("name", ["mine.yml", "Mine.yaml", "my_deck.yaml", "生物_1.yaml", "Ｍine.yaml"])
def test_a_deck_is_found_by_the_very_name_of_its_file(tmp_path, decks, name):
    path = written(decks, GOOD, name)
    for word in (path.stem, path.stem.upper(), path.stem[:2]):
        assert library(tmp_path, content_folder(), decks).topic(word).id == "mine"


def test_a_deck_is_read_by_its_path_wherever_it_is(tmp_path, monkeypatch):
    path = written(tmp_path / "elsewhere", GOOD, "mine.yml")
    one = library(tmp_path, content_folder())
    assert one.topic(str(path)).id == "mine"
    monkeypatch.chdir(path.parent)
    assert library(tmp_path, content_folder()).topic("mine.yml").id == "mine"
    assert library(tmp_path, content_folder()).topic("./mine.yml").id == "mine"


def test_a_path_that_leads_nowhere_is_refused_with_the_reason(tmp_path):
    with pytest.raises(StudyError, match=r"no/deck\.yaml:1:1: cannot be read: No such file") as caught:
        library(tmp_path).topic("no/deck.yaml")
    assert caught.value.exit_code == 1


def test_a_folder_that_is_missing_holds_no_topics(tmp_path):
    assert library(tmp_path, tmp_path / "nothing").all() == []
    assert library(tmp_path, tmp_path / "nothing").lines() == []


def test_a_deck_does_not_replace_a_topic_of_the_same_name_but_can_be_read_by_its_path(tmp_path, decks):
    path = written(decks, GOOD, "cnn.yaml")
    one = library(tmp_path, content_folder(), decks)
    assert one.topic("cnn").id == "cnn"
    assert one.topic(str(path)).id == "mine"


def test_what_editors_and_systems_leave_beside_a_deck_is_no_deck(tmp_path, decks):
    written(decks, GOOD, "mine.yaml")
    written(decks, "\0", "._mine.yaml")
    (decks / ".#mine.yaml").symlink_to("nobody@nowhere")
    (decks / "link.yaml").symlink_to("gone.yaml")
    (decks / "folder.yaml").mkdir()
    written(decks, "a: [", "mine.yaml~")
    assert list(library(tmp_path, decks).files()) == ["mine"]


def test_a_topic_is_found_by_the_beginning_of_its_chinese_title(tmp_path):
    one = library(tmp_path, content_folder())
    assert one.topic("卷积神经").id == "cnn"
    assert one.topic("池化").id == "pooling"
    with pytest.raises(StudyError, match="no topic is called 历史"):
        one.topic("历史")


@pytest.mark.parametrize("word", ["", " ", "/", "..", "nothing", "\x1b[2J", "x" * 5000, ".yaml", "\0"])
def test_a_word_that_names_no_topic_is_refused(tmp_path, word):
    with pytest.raises(StudyError, match="no topic is called") as caught:
        library(tmp_path, content_folder()).topic(word)
    assert caught.value.exit_code == 2
    assert len(caught.value.message.en) < 200


def test_a_deck_with_problems_names_the_first_and_how_to_see_all(tmp_path):
    path = written(tmp_path, GOOD.replace("says:", "say:").replace("level: 1", "level: 9"))
    found = read_topic(path, load)[1]
    with pytest.raises(StudyError) as caught:
        library(tmp_path).read(path)
    assert caught.value.exit_code == 1
    assert caught.value.message.en.startswith(found[0].line_in("en"))
    assert f"({len(found)} problems; `studynn check {path}`" in caught.value.message.en
    assert f"共 {len(found)} 处" in caught.value.message.zh


def test_a_topic_comes_after_its_parts_and_none_comes_twice(tmp_path, decks):
    deck(decks, "whole", "parts: [left, right]")
    deck(decks, "left", "parts: [leaf]")
    deck(decks, "right", "parts: [leaf, left]")
    deck(decks, "leaf")
    one = library(tmp_path, decks)
    assert ids(one.lines(["whole"])) == ["leaf", "left", "right", "whole"]
    assert ids(one.lines(["leaf", "whole", "leaf"])) == ["leaf", "left", "right", "whole"]
    assert sorted(ids(one.lines())) == ["leaf", "left", "right", "whole"]


def test_parts_that_contain_each_other_or_themselves_come_once(tmp_path, decks):
    deck(decks, "hen", "parts: [egg]")
    deck(decks, "egg", "parts: [hen, egg]")
    one = library(tmp_path, decks)
    assert ids(one.lines(["hen"])) == ["hen", "egg"]
    assert ids(one.lines(["egg"])) == ["egg", "hen"]
    assert sorted(ids(one.all())) == ["egg", "hen"]


def test_a_missing_part_is_named_with_the_topic_that_wants_it(tmp_path, decks):
    deck(decks, "whole", "parts: [nowhere]")
    one = library(tmp_path, decks)
    assert ids(one.all()) == ["whole"]
    with pytest.raises(StudyError, match="a part of whole: no topic is called nowhere") as caught:
        one.lines(["whole"])
    assert "whole 的组成部分" in caught.value.message.zh


def test_what_a_topic_needs_comes_before_it(tmp_path, decks):
    deck(decks, "a", "needs: [c]")
    deck(decks, "b", "needs: [a, unknown]\nparts: [d]")
    deck(decks, "c")
    deck(decks, "d")
    assert ids(library(tmp_path, decks).all()) == ["c", "a", "d", "b"]


def test_the_programs_topics_come_in_an_order_that_can_be_studied(tmp_path):
    seen = set()
    topics = library(tmp_path, content_folder()).all()
    known = set(ids(topics))
    for topic in topics:
        assert {*topic.needs, *topic.parts} & known <= seen
        seen.add(topic.id)


@pytest.mark.parametrize(
    "needs",
    [{"a": ["b"], "b": ["a"]}, {"a": ["a"]}, {"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}, {"a": ["b", "c"], "b": ["c", "a"], "c": ["a", "b"]}],
)  # fmt: skip
def test_topics_that_need_each_other_are_put_in_some_order_all_of_them(needs):
    topics = [Topic(id=name, title=same(name), needs=tuple(wanted)) for name, wanted in needs.items()]
    assert sorted(ids(study_order(topics))) == sorted(needs)


def test_topics_alike_in_everything_are_all_kept_in_order():
    topic = Topic(id="a", title=same("a"))
    assert study_order([topic, topic]) == [topic, topic]


def test_a_topic_is_read_once_in_a_run(tmp_path, monkeypatch):
    path = written(tmp_path, GOOD)
    one = library(tmp_path)
    first = one.read(path)
    monkeypatch.setattr(type(one.cache), "get", lambda *_: pytest.fail("it was read again"))
    assert one.read(path) is first
    assert one.read(tmp_path / "." / "deck.yaml") is first
