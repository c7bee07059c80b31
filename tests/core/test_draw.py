"""Fresh inputs depend on the generator alone, and every mistake shows on them."""

from random import Random
from typing import Annotated

from studynn.core.draw import TRIES, draw, pick, shuffled
from studynn.core.inputs import Input
from studynn.core.steps import Example, Slip, Step
from studynn.core.text import same


def doubled(a: Annotated[int, Input("a")] = 3):
    """Doubles; the slips square and forget, which for 0, 1 and 2 cannot be told apart."""
    slips = Slip("squared", same("squared"), a * a), Slip("kept", same("kept"), a)
    yield Step("out", same("out"), "2a", f"2·{a}", 2 * a, slips)


def made():
    return Example("doubled", same("doubled"), ("t",), ("out",), doubled)


def test_the_same_seed_draws_the_same_inputs_and_only_clear_ones():
    drawn = made()
    drawn.draws(lambda rng, level: {"a": rng.randint(0, 3)})
    found = [draw(drawn, Random(seed), 1).inputs["a"] for seed in range(40)]
    assert found == [draw(drawn, Random(seed), 1).inputs["a"] for seed in range(40)]
    assert set(found) == {3}


def test_where_no_draw_is_clear_the_defaults_are_used_after_a_warning(caplog):
    for outcome in ({"a": 2}, None):
        hopeless, asked = made(), []
        hopeless.draws(lambda rng, level, outcome=outcome, asked=asked: asked.append(level) or outcome)
        assert draw(hopeless, Random(1), 2).inputs == {"a": 3}
        assert asked == [2] * TRIES and "no clear draw at level 2" in caplog.text
        caplog.clear()


def test_an_example_that_draws_nothing_has_its_defaults():
    assert draw(made(), Random(1), 3).inputs == {"a": 3}


def test_shuffling_keeps_every_option_and_reaches_every_order_and_leaves_the_original_alone():
    options = [1, 2, 3]
    orders = {tuple(shuffled(Random(seed), options)) for seed in range(200)}
    assert len(orders) == 6 and options == [1, 2, 3] and all(sorted(order) == options for order in orders)
    assert {pick(Random(seed), options) for seed in range(50)} == {1, 2, 3}
