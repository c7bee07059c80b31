"""A product of equal factors: what becomes of the gradient, which mistakes are named, and what is said of odd cases."""

from math import inf
from random import Random

import pytest

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import read_inputs
from studynn.core.steps import work
from studynn.worked import load

VANISHING = load("vanishing-gradient")


def run(skip=False, **texts):
    return work(VANISHING, read_inputs(VANISHING, texts | {"skip": skip}))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(values, digits=6):
    return pytest.approx(values, rel=0.5 * 10 ** (1 - digits))


def test_the_default_run_gives_the_known_values():
    known = {"factor": 0.5, "product": 0.015625, "steps-to-1pct": 7, "time-constant": 1.4427}
    assert run().results == close(known, 5)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("factor", {"slope-forgotten": 2, "factors-added": 2.25}),
        ("product", {"linear": 3, "one-factor-short": 0.03125}),
        ("steps-to-1pct", {"rounded-down": 6}),
        ("time-constant", {"log-base-ten": 3.322, "reciprocal-decay": 2}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == close(expected, 4)


@pytest.mark.parametrize(
    ("weight", "slope", "depth", "product"),
    [
        ("1", "0.25", "3", 0.015625),
        ("1", "0.25", "10", 9.53674e-07),
        ("1.1", "1", "50", 117.3909),
        ("0.9", "1", "50", 0.005154),
        ("0.99", "1", "50", 0.605006),
        ("0.9", "0.6", "10", 0.002108),
        ("0.9", "0.6", "20", 4.445e-06),
        ("1.5", "0.9", "20", 404.27),
    ],
)
def test_products_worked_elsewhere_come_out_the_same(weight, slope, depth, product):
    assert run(weight=weight, slope=slope, depth=depth).step("product").value == close(product, 4)


@pytest.mark.parametrize(("gate", "constant"), [("0.9", 9.491), ("0.99", 99.499)])
def test_a_forget_gate_has_a_time_constant(gate, constant):
    truth = run(weight=gate, slope="1")
    assert truth.step("time-constant").value == close(constant, 4)
    assert "slope-forgotten" not in slips(truth, "factor")
    assert "reciprocal-decay" not in slips(truth, "time-constant")


def test_a_shortcut_adds_one_to_the_factor():
    truth = run(skip=True, weight="0.4")
    assert truth.step("factor").value == pytest.approx(1.1)
    assert slips(truth, "factor") == pytest.approx(
        {"slope-forgotten": 1.4, "factors-added": 1.65, "identity-forgotten": 0.1}
    )


def test_a_tenth_reaches_one_percent_in_exactly_two_layers():
    truth = run(weight="0.1", slope="1")
    assert truth.step("steps-to-1pct").value == 2 and slips(truth, "steps-to-1pct") == {}


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        ("0", "dead after one layer"),
        ("4", "keeps its size"),
        ("-4", "keeps its size"),
        ("1", "vanishes with depth."),
        ("8", "explodes with depth."),
    ],
)
def test_what_becomes_of_the_gradient_is_told(weight, words):
    truth = run(weight=weight)
    assert words in truth.notes[-1].en
    assert truth.has("time-constant") is (weight == "1")


def test_a_negative_factor_turns_the_sign_and_decays_by_its_size():
    truth = run(weight="-2", depth="3")
    assert truth.step("product").value == -0.125
    assert truth.step("steps-to-1pct").value == 7


@pytest.mark.parametrize(
    ("weight", "product", "words"), [("1e6", inf, "shown as infinite"), ("-1e6", -inf, "infinite"), ("1e-6", 0, "as 0")]
)
def test_products_beyond_float64_are_answered_with_a_note(weight, product, words):
    truth = run(weight=weight, slope="1", depth="999")
    assert truth.step("product").value == product
    assert words in truth.notes[-1].en
    assert VANISHING.checked_by.compute(**truth.inputs)["product"] == product


def test_a_depth_of_zero_is_refused():
    with pytest.raises(StudyError, match="--depth 0: must be a whole number from 1 to 1000"):
        run(depth="0")


@pytest.mark.parametrize("level", [1, 2, 3])
def test_drawn_products_are_not_too_small_to_be_typed(level):
    for seed in range(200):
        assert 1e-5 < abs(draw(VANISHING, Random(f"{seed}/{level}"), level).step("product").value) < 1e12
