"""Search finds what holds all the words, in either language, terms first and the shortest first."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.search import Found, search
from studynn.core.text import Text
from studynn.core.topic import Card, Fact, Topic
from studynn.questions.true_false import TrueFalse

FACT = Fact(
    id="cnn.stride",
    says=Text("The step of a 3×3 window (kernel) is its Stride.", "3×3 窗口（卷积核）每次移动的格数、即步幅。"),
    formula="O = ⌊(W − K)/S⌋ + 1",
    terms=(Text("stride", "步幅"), Text("stride length", "步幅")),
)
CARD = Card(
    id="cnn.stride.card",
    fact="cnn.stride",
    front=Text("What is the stride?", "步幅是什么？"),
    back=Text("A step.", "步长。"),
)
QUESTION = TrueFalse(
    id="cnn.q",
    type="true-false",
    fact="cnn.stride",
    level=1,
    ask=Text("Stride is padding.", "步幅就是填充。"),
    answer=False,
)
TOPICS = [Topic(id="cnn", title=Text("CNN", "卷积网络"), facts=(FACT,), cards=(CARD,), questions=(QUESTION,))]
EXAMPLES = [Found("example", "cnn", "conv-size", Text("Output size with stride", "带步幅的输出尺寸"))]


def kinds(words):
    return [found.kind for found in search(words, TOPICS, EXAMPLES)]


def test_terms_come_first_then_facts_examples_cards_and_questions():
    assert kinds("stride") == kinds("步幅") == ["term", "term", "fact", "example", "card", "question"]


def test_of_one_kind_the_shortest_comes_first():
    assert [found.says.en for found in search("stride", TOPICS, [])][:2] == ["stride", "stride length"]


def test_all_words_must_be_there_in_one_language_in_any_order():
    assert kinds("window step") == ["fact"]
    assert kinds("padding stride") == ["question"]
    assert kinds("stride nothing") == []


@pytest.mark.parametrize("words", ["STRIDE", "  stride\t", "ｓｔｒｉｄｅ", "Stride"])
def test_case_width_and_space_do_not_matter(words):
    assert kinds(words) == kinds("stride")


@pytest.mark.parametrize(
    "words",
    ["3×3", "3x3", "３×３", "W − K", "W - K", "（卷积核）", "(卷积核)", "格数、即", "格数,即", "(kernel)", "stride."],
)
def test_typographic_signs_are_found_as_they_are_shown_and_as_they_are_typed(words):
    assert "fact" in kinds(words)


def test_formulas_and_ids_are_searched_too():
    assert kinds("⌊(W") == ["fact"]
    assert kinds("conv-size") == ["example"]
    assert kinds("cnn.q") == ["question"]


@pytest.mark.parametrize("words", ["", " ", "\u3000", "\n"])
def test_no_words_find_nothing(words):
    assert search(words, TOPICS, EXAMPLES) == []


def test_what_stands_twice_is_found_once():
    assert search("conv-size", TOPICS, EXAMPLES * 2) == EXAMPLES


@given(st.text(max_size=12))
@settings(deadline=None, max_examples=200)
def test_any_words_find_only_what_more_letters_narrow_down(words):
    found = search(words, TOPICS, EXAMPLES)
    more = search(words + " stride", TOPICS, EXAMPLES)
    assert not words.strip() or set(more) <= set(found)
    assert set(found) <= set(search("c", TOPICS, EXAMPLES)) | set(search("s", TOPICS, EXAMPLES))
