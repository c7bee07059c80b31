"""Names are understood as learners type them, and what is not understood is answered with the nearest ones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.names import nearest, resolve
from studynn.core.text import Text

KNOWN = ["backprop", "conv-size", "conv2d", "dice", "lstm-step", "rnn-step", "rnn"]
WHAT = Text("example", "算例")


def found(word, names=KNOWN):
    return resolve(word, names, WHAT, listed_by="studynn compute")


def refusal(word, names=KNOWN):
    with pytest.raises(StudyError) as caught:
        found(word, names)
    assert caught.value.exit_code == 2
    return caught.value.message


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("dice", "dice"), ("d", "dice"), ("LSTM", "lstm-step"), ("conv_size", "conv-size"), ("conv-s", "conv-size"),
        ("ｄｉｃｅ", "dice"), ("  dice ", "dice"), ("dice.yaml", "dice"), ("rnn", "rnn"), ("rnn-", "rnn-step"), ("Rnn_Step", "rnn-step"),
    ],
)  # fmt: skip
def test_a_name_its_beginning_or_another_spelling_of_it_is_understood(word, name):
    assert found(word) == name


@pytest.mark.parametrize("name", ["My_Deck", "MyDeck", "生物_1", "Ａ", "a.yaml", "a b"])
def test_a_name_with_capitals_or_signs_is_found_as_it_is_written_and_without_them(name):
    names = [*KNOWN, name]
    assert found(name, names) == found(name.upper(), names) == name


def test_names_that_differ_only_in_spelling_are_told_apart_by_exact_spelling():
    assert found("My_Deck", ["my-deck", "My_Deck"]) == "My_Deck"
    assert found("my-deck", ["my-deck", "My_Deck"]) == "my-deck"
    assert "did you mean my-deck, My_Deck?" in refusal("MY-DECK", ["my-deck", "My_Deck"]).en


def test_an_ambiguous_beginning_lists_all_that_begin_so():
    assert refusal("conv") == Text(
        "no example is called conv; did you mean conv-size, conv2d?", "没有名为 conv 的算例；是不是 conv-size, conv2d？"
    )


@pytest.mark.parametrize(
    ("word", "name"), [("dise", "dice"), ("conv-sise", "conv-size"), ("lsmt", "lstm-step"), ("prop", "backprop")]
)
def test_a_misspelt_name_gets_the_nearest_first(word, name):
    assert f"did you mean {name}" in refusal(word).en


@pytest.mark.parametrize("word", ["", " ", "zzz", "-", "_", "\x1b[2J", "😀"])
def test_where_nothing_is_near_the_list_is_named(word):
    message = refusal(word, ["dice"])
    assert "`studynn compute` lists them" in message.en
    assert "`studynn compute`" in message.zh


def test_without_names_nothing_is_found():
    assert "lists them" in refusal("dice", []).en


def test_a_very_long_word_is_cut_in_the_refusal():
    assert len(refusal("x" * 10_000).en) < 120


@given(st.text(max_size=20))
@settings(deadline=None, max_examples=200)
def test_any_word_is_a_known_name_or_refused(word):
    try:
        assert found(word) in KNOWN
    except StudyError as refused:
        assert refused.message.zh


@given(
    st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=6), max_size=5, unique=True),
    st.text(max_size=6),
)
@settings(deadline=None, max_examples=200)
def test_whatever_the_names_are_each_is_found_by_itself_and_suggestions_are_among_them(names, word):
    assert all(found(name, names) == name for name in names)
    assert set(nearest(word, names)) <= set(names)
    assert len(nearest(word, names)) <= 3


def test_a_part_between_hyphens_is_enough_where_only_one_name_has_it():
    assert found("dbn", ["rbm-dbn", "resnet-densenet"]) == "rbm-dbn"
    assert found("Deep RL", ["deep-rl", "rnn"]) == "deep-rl"
    with pytest.raises(StudyError):
        found("net", ["a-net", "b-net"])
