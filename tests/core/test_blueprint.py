"""What an exam asks: by the shares of its blueprint, no fact twice, and the same for the same seed."""

from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.blueprint import Blueprint, choose_exam, minutes_for
from studynn.core.item import Item

TYPES = ("choice", "numeric", "cloze", "true-false", "multi", "order", "match", "explain", "which", "worked")


def item(number, type="choice", topic="a", fact=None, level=1, example="dice"):
    skill = f"{example}/p@{level}" if type == "worked" else f"q{number}"
    return Item(f"q{number}", skill, type, topic, fact or f"f{number}", level)


def chosen(items, blueprint=None, seed=0, weights=None, groups=None):
    topics = sorted({item.topic for item in items})
    weights = weights or dict.fromkeys(topics, 1.0)
    return choose_exam(items, blueprint or Blueprint(), groups or {}, weights, Random(seed))


def bank(count, topics="ab"):
    """A rich bank: every type at every level in every topic, over and over."""
    kinds = [(type, topic, level) for type in TYPES for topic in topics for level in (1, 2, 3)]
    return [
        item(n, kinds[n % len(kinds)][0], kinds[n % len(kinds)][1], level=kinds[n % len(kinds)][2], example=f"e{n}")
        for n in range(count)
    ]


pools = st.lists(
    st.tuples(
        st.sampled_from(TYPES),
        st.sampled_from("abc"),
        st.sampled_from([f"f{n}" for n in range(9)]),
        st.integers(1, 3),
        st.sampled_from(["dice", "conv2d", "buns"]),
    ),
    max_size=30,
).map(
    lambda drawn: [
        item(n, type, topic, fact, level, example) for n, (type, topic, fact, level, example) in enumerate(drawn)
    ]
)


@given(pools, st.integers(1, 15), st.integers(0, 99), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=200)
def test_no_fact_and_no_skill_twice_no_formula_beside_itself_and_the_order_of_the_bank_does_not_matter(
    pool, count, seed, random
):
    asked = chosen(pool, Blueprint(count=count), seed)
    assert len(asked) <= count and set(asked) <= set(pool)
    assert len({one.fact for one in asked}) == len({one.skill for one in asked}) == len(asked)
    assert not any(one.example and one.example == other.example for one, other in pairwise(asked))
    turned = list(pool)
    random.shuffle(turned)
    assert chosen(turned, Blueprint(count=count), seed) == asked


@pytest.mark.parametrize("seed", range(5))
def test_usually_half_is_of_level_one_a_third_computed_and_one_in_ten_asks_which_method_fits(seed):
    asked = chosen(bank(600), Blueprint(count=40), seed)
    levels, types = Counter(one.level for one in asked), Counter(one.type for one in asked)
    assert [levels[level] for level in (1, 2, 3)] == pytest.approx([20, 14, 6], abs=1)
    assert types["worked"] == pytest.approx(40 / 3, abs=1)
    assert types["which"] >= 4


def test_one_in_ten_asks_which_method_fits_even_where_only_a_small_topic_has_such_a_question():
    pool = [*bank(300), item(1000, "which", "c", level=3)]
    pool = [one for one in pool if one.type != "which" or one.id == "q1000"]
    weights = {"a": 100.0, "b": 100.0, "c": 0.1}
    assert "q1000" in {one.id for one in chosen(pool, Blueprint(count=10), 3, weights)}


def test_topics_have_their_parts_by_weight():
    asked = chosen(bank(600), Blueprint(count=40), 1, {"a": 3.0, "b": 1.0})
    assert Counter(one.topic for one in asked)["a"] == pytest.approx(30, abs=1)


@pytest.mark.parametrize("seed", range(5))
def test_topics_named_by_one_word_have_its_weight_together(seed):
    weights, groups = {"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0}, {"a": "one", "b": "one", "c": "one", "d": "two"}
    asked = Counter(groups[one.topic] for one in chosen(bank(1200, "abcd"), Blueprint(count=20), seed, weights, groups))
    assert asked == {"one": 15, "two": 5}


def test_a_small_topic_has_its_part_over_many_exams():
    topics = "abcdefgh"
    weights = dict.fromkeys(topics, 3.0) | {"h": 1.0}
    met = Counter()
    for seed in range(60):
        met.update(one.topic for one in chosen(bank(900, topics), Blueprint(count=10), seed, weights))
    assert 0.4 * 600 / 22 <= met["h"] <= 1.8 * 600 / 22


def test_only_what_has_weight_is_asked():
    plan = Blueprint(count=21, types={"choice": 2, "worked": 1}, levels={2: 1, 3: 0})
    asked = chosen(bank(900), plan, 2, {"a": 1.0, "b": 0.0})
    assert {one.type for one in asked} == {"choice", "worked"}
    assert {one.level for one in asked} == {2} and {one.topic for one in asked} == {"a"}
    types = Counter(one.type for one in asked)
    assert types["choice"] == pytest.approx(2 * types["worked"], abs=2)


def test_different_seeds_make_different_exams():
    assert len({tuple(chosen(bank(300), Blueprint(count=10), seed)) for seed in range(10)}) == 10


@pytest.mark.parametrize(("marks", "minutes"), [(20, 30), (33, 50), (0.5, 1), (1, 2)])
def test_an_exam_lasts_a_minute_and_a_half_a_mark_rounded_up(marks, minutes):
    assert minutes_for(marks) == minutes
