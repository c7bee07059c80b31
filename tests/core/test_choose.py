"""What is asked next: due, weak, new, the rest, mixed so that neighbours differ."""

from itertools import pairwise, permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.choose import Known, choose, of_examples
from studynn.core.item import Item

DUE, WEAK, STRONG = Known(True, True, 0.8), Known(False, True, 0.95), Known(False, False, 0.99)


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
knowns = st.dictionaries(
    st.sampled_from([*(f"q{n}" for n in range(14)), "dice/p@1"]),
    st.builds(Known, st.booleans(), st.booleans(), st.floats(0, 1), st.booleans()),
)


@given(pools, st.integers(-2, 20), st.integers(), knowns)
@settings(deadline=None, max_examples=200)
def test_the_count_is_respected_nothing_comes_twice_and_the_same_seed_gives_the_same(pool, count, seed, known):
    asked = choose(pool, count, Random(seed), known)
    assert len(asked) == max(0, min(count, len(pool)))
    assert len(set(ids(asked))) == len(asked)
    assert set(ids(asked)) <= set(ids(pool))
    assert choose(pool, count, Random(seed), known) == asked


def test_a_question_that_stands_in_two_topics_is_asked_once():
    assert ids(choose(plain(2) * 3, 6, Random(1), {})) in (["q0", "q1"], ["q1", "q0"])


def test_another_seed_gives_another_choice():
    assert len({tuple(ids(choose(plain(20), 5, Random(seed), {}))) for seed in range(20)}) > 15


@given(*[st.sets(st.integers(0, 19))] * 3, st.integers(0, 25), st.integers())
@settings(deadline=None, max_examples=100)
def test_what_is_due_is_asked_before_what_is_weak_and_the_rest_last_while_new_items_have_their_share(
    due, weak, strong, count, seed
):
    known = {f"q{n}": STRONG for n in strong} | {f"q{n}": WEAK for n in weak} | {f"q{n}": DUE for n in due}
    asked = [known.get(name) for name in ids(choose(plain(20), count, Random(seed), known))]
    everything = [known.get(f"q{n}") for n in range(20)]
    new, urgent = everything.count(None), everything.count(DUE) + everything.count(WEAK)
    assert asked.count(None) >= min(new, round(0.6 * count)) and len(asked) == min(count, 20)
    assert asked.count(None) == min(new, max(round(0.6 * count), count - urgent), len(asked))
    assert not asked.count(WEAK) or asked.count(DUE) == everything.count(DUE)
    assert not asked.count(STRONG) or asked.count(None) == new


def test_of_those_that_are_due_the_least_remembered_come_first():
    known = {f"q{n}": Known(True, False, 0.9 - n / 100) for n in range(10)}
    assert sorted(ids(choose(plain(10), 3, Random(4), known))) == ["q7", "q8", "q9"]


def test_an_error_that_the_learner_was_sure_of_comes_before_what_is_remembered_worse():
    known = {f"q{n}": Known(True, False, n / 10) for n in range(9)} | {"q9": Known(True, False, 0.95, True)}
    assert "q9" in ids(choose(plain(10), 1, Random(4), known))


def test_new_items_come_in_the_order_of_their_topics():
    pool = [statement(f"{topic}{n}", f"{topic}{n}")._replace(topic=topic) for topic in "bac" for n in range(4)]
    for seed in range(10):
        assert sorted(item.topic for item in choose(pool, 6, Random(seed), {})) == sorted("bbbbaa")


def methods(count):
    return [statement(f"m{n}", f"mf{n}")._replace(type="which") for n in range(count)]


@pytest.mark.parametrize(("count", "least"), [(4, 0), (5, 1), (10, 1), (16, 2)])
def test_one_question_in_eight_asks_which_method_fits(count, least):
    pool = [*plain(60), *methods(4)]
    known = {f"m{n}": STRONG for n in range(4)}
    for seed in range(10):
        asked = choose(pool, count, Random(seed), known)
        assert sum(item.type == "which" for item in asked) == least and len(asked) == count


def test_where_nothing_is_new_all_of_a_session_is_what_is_due():
    known = {f"q{n}": DUE if n < 12 else STRONG for n in range(30)}
    assert all(known[name] == DUE for name in ids(choose(plain(30), 12, Random(2), known)))


def test_what_is_due_is_not_put_off_for_a_question_of_method():
    known = {f"q{n}": DUE for n in range(20)} | {f"m{n}": STRONG for n in range(4)}
    assert all(item.type != "which" for item in choose([*plain(20), *methods(4)], 10, Random(1), known))


def test_at_most_a_fifth_is_prose_where_there_is_enough_else():
    pool = [*plain(20), *(statement(f"e{n}", f"ef{n}")._replace(type="explain") for n in range(20))]
    for seed in range(10):
        assert sum(item.type == "explain" for item in choose(pool, 10, Random(seed), {})) <= 2


def test_a_fact_is_not_asked_twice_while_others_are_left():
    pool = [statement(f"{fact}{n}", fact) for fact in "abcde" for n in range(6)]
    for seed in range(30):
        assert sorted(question.fact for question in choose(pool, 5, Random(seed), {})) == list("abcde")


@pytest.mark.parametrize("count", [3, 6, 9, 10])
def test_at_most_one_in_three_is_generated_even_where_facts_must_be_repeated(count):
    pool = [statement(f"s{n}", f"f{n % 3}") for n in range(20)] + [generated(f"g{n}", f"f{n % 3}") for n in range(20)]
    for seed in range(30):
        asked = choose(pool, count, Random(seed), {"dice/p@1": DUE})
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


def test_an_item_that_asks_any_step_of_an_example_stands_as_its_weakest_skill_of_that_level():
    items = [Item("dice@2", "dice@2", "worked", "dice", "f", 2), Item("q", "q", "choice", "t", "g", 1)]
    known = {"dice/p@2": STRONG, "dice/ways@2": DUE, "dice/p@3": WEAK, "q": WEAK}
    assert of_examples(items, known) == {"dice@2": DUE}
