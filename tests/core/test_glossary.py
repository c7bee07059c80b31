"""Terms lead from one language to the other, and to the facts they stand in."""

import pytest

from studynn.core.glossary import aliases, begins, facts_about, synonyms
from studynn.core.text import Text, same
from studynn.core.topic import Fact, Topic

GATING = Text("gate (gating)", "门（门控）")
GATED = Text("gated recurrent unit (GRU)", "门控循环单元（GRU）")


def test_a_term_is_written_with_and_without_what_stands_in_brackets():
    assert aliases(GATED) == {"gated recurrent unit", "gru", "门控循环单元"}


def test_a_single_character_is_no_alias():
    assert "门" not in aliases(GATING)


@pytest.mark.parametrize("words", ["gate", "Gating", "门控"])
def test_what_a_term_is_called_is_found_from_any_of_its_names(words):
    assert sorted(synonyms(words, [GATING, GATED])) == sorted(["gate", "gating", "门控"])


def test_words_that_are_no_term_stand_for_themselves():
    assert synonyms("Gates of Hell", [GATING]) == ["gates of hell"]


def test_synonyms_of_synonyms_are_found_too():
    assert set(synonyms("a1", [Text("a1", "甲甲"), Text("b2", "甲甲"), Text("c3", "乙乙")])) == {"a1", "b2", "甲甲"}


def test_the_facts_about_a_term_are_those_that_name_or_say_it_in_either_language():
    facts = (
        Fact(id="a", says=same("x"), terms=(Text("bidirectional RNN", "双向循环网络"),)),
        Fact(id="b", says=same("a bidirectional thing, in both directions"), terms=(Text("RNN", "循环网络"),)),
    )
    topics = [Topic(id="rnn", title=same("RNN"), facts=facts)]
    assert facts_about("bidirectional", topics) == {"rnn": {"a", "b"}} and facts_about("双向", topics) == {"rnn": {"a"}}
    assert facts_about("directions", topics) == {}
    assert facts_about("rnn", topics) == {"rnn": {"a", "b"}}
    assert facts_about("nothing", topics) == facts_about("", topics) == {}


@pytest.mark.parametrize(
    ("word", "words", "found"),
    [
        ("gate", "the gates open", True),
        ("gate", "propagate", False),
        ("gate", "input-gate", True),
        ("池化", "最大池化", True),
    ],
)
def test_a_latin_word_is_found_where_a_word_begins_with_it(word, words, found):
    assert begins(word, words) is found
