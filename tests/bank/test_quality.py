"""The rules for whole topics notice what they are for."""

from dataclasses import replace

import pytest

from studynn.bank.quality import coverage, coverage_rows, quality_problems
from studynn.core.text import Text, same
from studynn.core.topic import Card, Fact, Skipped, Topic
from studynn.questions._options import Option
from studynn.questions.choice import Choice
from studynn.questions.true_false import TrueFalse

BECAUSE = Text("It is.", "就是。")
FACTS = tuple(Fact(id=f"f{n}", says=Text(f"So {n}.", f"如此{n}。"), from_=("001:1",)) for n in range(8))


def statement(n, answer=True, **more):
    return TrueFalse(
        id=f"q{n}",
        type="true-false",
        fact=f"f{n % 8}",
        level=1,
        ask=FACTS[n % 8].says,
        answer=answer,
        because=BECAUSE,
        **more,
    )


def choice(n, right, *wrong):
    options = (Option(text=same(right), right=True), *(Option(text=same(word), why=BECAUSE) for word in wrong))
    return Choice(
        id=f"c{n}", type="choice", fact=f"f{n % 8}", level=2, ask=FACTS[n % 8].says, options=options, because=BECAUSE
    )


def messages(**parts):
    topic = Topic(id="x", title=Text("X", "某"), facts=FACTS, **parts)
    return [(problem.at, problem.what.en) for problem in quality_problems(topic)]


def about(word, **parts):
    return [what for _, what in messages(**parts) if word in what]


def test_a_fact_needs_a_card_or_a_question_or_a_reason():
    cards = tuple(Card(id=f"c{n}", fact=f"f{n}", front=BECAUSE, back=BECAUSE) for n in range(6))
    parts = {"cards": cards, "questions": (statement(6),), "skipped": (Skipped(fact="f5", why="x"),)}
    assert about("neither", **parts) == ["f7 has neither card nor question"]
    parts["skipped"] = (Skipped(fact="f7", why="a typing slip"),)
    assert about("neither", **parts) == []


def test_a_question_about_more_facts_covers_them_all():
    found = coverage(Topic(id="x", title=BECAUSE, facts=FACTS, questions=(statement(0, also=("f1", "f2")),)))
    assert (found.facts, found.by_cards, found.by_questions) == (8, 0, 3)
    assert found.uncovered == ("f3", "f4", "f5", "f6", "f7")


def test_three_facts_in_four_need_a_question():
    assert about("three in four", questions=tuple(map(statement, range(5)))) == [
        "only 5 of 8 facts have a question: three in four should"
    ]
    assert about("three in four", questions=tuple(map(statement, range(6)))) == []


def test_a_topic_needs_three_types_and_all_levels():
    assert about("types", questions=(statement(0),)) == ["only 1 question types: at least 3"]
    assert about("level", questions=(statement(0), choice(1, "a", "b"))) == ["no question of level 3"]


@pytest.mark.parametrize(("longest", "noticed"), [(2, False), (3, True), (5, True)])
def test_right_options_may_not_stand_out_by_their_length(longest, noticed):
    questions = tuple(
        choice(n, "long one", "b", "c") if n < longest else choice(n, "a", "long one", "c") for n in range(5)
    )
    assert len(about("longest", questions=questions)) == 2 * noticed


def test_an_option_as_long_as_another_does_not_stand_out():
    assert about("longest", questions=tuple(choice(n, "same", "size", "c") for n in range(5))) == []


@pytest.mark.parametrize(("true", "noticed"), [(3, True), (4, False), (6, False), (7, True)])
def test_about_half_of_the_statements_are_true(true, noticed):
    assert bool(about("statements are true", questions=tuple(statement(n, n < true) for n in range(10)))) is noticed


def test_a_reason_is_there_and_has_at_most_three_sentences():
    without, long = (
        replace(statement(0), because=None),
        replace(statement(1), because=Text("A. B. C. D.", "一。二。三。四。")),
    )
    found = messages(questions=(without, long, statement(2)))
    assert (("questions", 0), "`because` is missing") in found
    assert (("questions", 1, "because"), "more than three sentences") in found
    assert not [at for at, _ in found if at[:2] == ("questions", 2)]


def test_a_fact_from_the_documents_says_where_it_stands_there():
    topic = Topic(id="x", title=BECAUSE, facts=(replace(FACTS[0], from_=()), replace(FACTS[1], from_=(), basis="gap")))
    assert [problem.at for problem in quality_problems(topic) if "`from`" in problem.what.en] == [("facts", 0)]


def test_coverage_is_one_row_of_text_a_topic_and_a_sum_of_several():
    topic = Topic(id="x", title=BECAUSE, facts=FACTS, questions=(statement(0), statement(1)))
    assert coverage_rows([topic]) == [("x", "8", "2", "0", "2", "0")]
    both = coverage_rows([topic, replace(topic, id="y")])
    assert both[2] == ("", "16", "4", "0", "4", "0")


@pytest.mark.parametrize(
    ("text", "suspicious"),
    [
        (Text("The kernel slides.", "The kernel slides."), True),
        (Text("the step size", "the step size"), True),
        (Text("The kernel moves.", "The kernel still moves."), True),
        (Text("卷积核移动。", "卷积核移动。"), True),
        (same("∫ f(τ) g(n − τ) dτ"), False),
        (same("Inception-ResNet v2"), False),
        (same("78,400"), False),
        (Text("dropout", "dropout"), False),
        (Text("The 卷 in 卷积 means to roll.", "“卷积”的“卷”是卷起来。"), False),
        (Text("weights are shared", "权值共享（weights are shared）"), False),
    ],
)
def test_a_text_in_one_language_only_is_noticed_and_a_formula_is_not(text, suspicious):
    fact = Fact(id="a", says=text, basis="gap")
    card = Card(id="c", fact="a", front=Text("So?", "是吗？"), back=Text("So.", "是。"))
    topic = Topic(id="x", title=Text("X", "某"), facts=(fact,), cards=(card,))
    found = [problem.at for problem in quality_problems(topic) if "one language only" in problem.what.en]
    assert found == ([("facts", 0, "says")] if suspicious else [])
