"""What is asked next: last mistakes, then new questions, mixed so that neighbours differ."""

from itertools import pairwise, permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.choose import Past, choose
from studynn.core.item import Item

WRONG, RIGHT = Past(1, False), Past(1, True)


def statement(name, fact):
    return Item(name, name, "true-false", "topic", fact, 1)


def generated(name, fact, example="dice", level=1):
    return Item(name, f"{example}/p@{level}", "worked", "topic", fact, level)


def plain(count):
    return [statement(f"q{n}", f"f{n}") for n in range(count)]


def ids(questions):
    return [question.id for question in questions]


def alike(one, other):
    formula = one.type == other.type == "worked" and one.example == other.example
    return one.fact == other.fact or formula


pools = st.lists(
    st.tuples(st.booleans(), st.sampled_from("abcd"), st.sampled_from(["dice", "conv-size", "conv2d"])), max_size=14
).map(
    lambda drawn: [
        generated(f"q{n}", fact, example) if worked else statement(f"q{n}", fact)
        for n, (worked, fact, example) in enumerate(drawn)
    ]
)
pasts = st.dictionaries(
    st.sampled_from([*(f"q{n}" for n in range(14)), "dice/p@1"]), st.builds(Past, st.integers(1, 9), st.booleans())
)


@given(pools, st.integers(-2, 20), st.integers(), pasts)
@settings(deadline=None, max_examples=200)
def test_the_count_is_respected_nothing_comes_twice_and_the_same_seed_gives_the_same(pool, count, seed, past):
    asked = choose(pool, count, Random(seed), past)
    assert len(asked) == max(0, min(count, len(pool)))
    assert len(set(ids(asked))) == len(asked)
    assert set(ids(asked)) <= set(ids(pool))
    assert choose(pool, count, Random(seed), past) == asked


def test_a_question_that_stands_in_two_topics_is_asked_once():
    assert ids(choose(plain(2) * 3, 6, Random(1), {})) in (["q0", "q1"], ["q1", "q0"])


def test_another_seed_gives_another_choice():
    assert len({tuple(ids(choose(plain(20), 5, Random(seed), {}))) for seed in range(20)}) > 15


@given(st.sets(st.integers(0, 19)), st.sets(st.integers(0, 19)), st.integers(0, 25), st.integers())
@settings(deadline=None, max_examples=100)
def test_what_went_wrong_last_time_is_asked_before_what_is_new_and_that_before_what_went_right(
    wrong, right, count, seed
):
    past = {f"q{n}": RIGHT for n in right} | {f"q{n}": WRONG for n in wrong}
    rank = {f"q{n}": 0 if n in wrong else 2 if n in right else 1 for n in range(20)}
    asked = ids(choose(plain(20), count, Random(seed), past))
    best = sorted(rank.values())[: len(asked)]
    assert sorted(rank[name] for name in asked) == best


def test_of_those_answered_right_the_ones_asked_least_often_come_first():
    past = {f"q{n}": Past(n + 1, True) for n in range(10)}
    assert sorted(ids(choose(plain(10), 3, Random(4), past))) == ["q0", "q1", "q2"]


def test_a_fact_is_not_asked_twice_while_others_are_left():
    pool = [statement(f"{fact}{n}", fact) for fact in "abcde" for n in range(6)]
    for seed in range(30):
        assert sorted(question.fact for question in choose(pool, 5, Random(seed), {})) == list("abcde")


@pytest.mark.parametrize("count", [3, 6, 9, 10])
def test_at_most_one_in_three_is_generated_even_where_facts_must_be_repeated(count):
    pool = [statement(f"s{n}", f"f{n % 3}") for n in range(20)] + [generated(f"g{n}", f"f{n % 3}") for n in range(20)]
    for seed in range(30):
        asked = choose(pool, count, Random(seed), {f"g{n}": WRONG for n in range(20)})
        assert len(asked) == count
        assert sum(question.type == "worked" for question in asked) <= count // 3


def test_where_only_generated_questions_are_left_they_fill_the_count():
    assert len(choose([generated(f"g{n}", "f") for n in range(9)], 9, Random(0), {})) == 9


@given(pools, st.integers(1, 14), st.integers())
@settings(deadline=None, max_examples=200)
def test_the_first_question_is_not_generated_if_there_are_others(pool, count, seed):
    asked = choose(pool, count, Random(seed), {})
    assert not asked or asked[0].type != "worked" or all(question.type == "worked" for question in asked)


def possible(questions):
    """Whether some order that begins as it should keeps all neighbours apart."""
    plain_ones = [question for question in questions if question.type != "worked"]
    return any(
        not any(alike(one, other) for one, other in pairwise(order))
        for order in permutations(questions)
        if not plain_ones or order[0].type != "worked"
    )


@given(st.lists(st.sampled_from("abc"), min_size=2, max_size=7), st.integers())
@settings(deadline=None, max_examples=150)
def test_neighbours_have_different_facts_wherever_an_order_allows_it(facts, seed):
    pool = [statement(f"q{n}", fact) for n, fact in enumerate(facts)]
    asked = choose(pool, len(pool), Random(seed), {})
    if possible(asked):
        assert not any(alike(one, other) for one, other in pairwise(asked))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=2, max_size=6), st.integers())
@settings(deadline=None, max_examples=150)
def test_neighbours_have_different_formulas_wherever_an_order_allows_it(drawn, seed):
    pool = [
        generated(f"q{n}", f"f{n}", kind) if worked else statement(f"q{n}", kind)
        for n, (kind, worked) in enumerate(drawn)
    ]
    asked = choose(pool, len(pool), Random(seed), {})
    if possible(asked):
        assert not any(alike(one, other) for one, other in pairwise(asked))


def test_nothing_to_choose_from_gives_nothing():
    assert choose([], 10, Random(0), {}) == []
    assert choose(plain(3), 0, Random(0), {}) == []
