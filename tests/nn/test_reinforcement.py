"""Q targets, the loss of a DQN, returns and policies agree with PyTorch or with plain loops, and refuse odd shapes."""

import json

import numpy as np
import pytest
from make_reinforcement_vectors import STORED, computed_by_torch, random_case

from studynn.nn.differences import central_differences
from studynn.nn.reinforcement import (
    discounted_returns,
    dqn_loss,
    dqn_loss_backward,
    epsilon_greedy,
    q_targets,
    q_update,
)

CASES = [
    {name: np.array(part) if isinstance(part, list) else part for name, part in case.items()}
    for case in json.loads(STORED.read_text())
]


def assert_same(case, expected):
    common = case["reward"], case["gamma"], case["q_next"], case["done"]
    target = q_targets(*common)
    found = {
        "target": target,
        "double": q_targets(*common, case["q_next_online"]),
        "loss": dqn_loss(case["q"], case["actions"], target),
        "dq": dqn_loss_backward(case["q"], case["actions"], target),
        "policy": epsilon_greedy(case["q"], case["epsilon"]),
    }
    for name, part in found.items():
        np.testing.assert_allclose(part, expected[name], rtol=1e-10, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: "x".join(map(str, case["q"].shape)))
def test_targets_loss_and_gradient_are_those_that_pytorch_gave(case):
    assert_same(case, case)


def test_targets_loss_and_gradient_are_those_that_pytorch_gives_on_fresh_seeds():
    pytest.importorskip("torch")
    for seed in range(100, 140):
        case = random_case(seed)
        assert_same(case, computed_by_torch(case))


@pytest.mark.parametrize("seed", range(5))
def test_the_gradient_of_the_loss_is_that_of_finite_differences(seed):
    case = random_case(seed)
    target = q_targets(case["reward"], case["gamma"], case["q_next"], case["done"])
    slopes = central_differences(lambda: dqn_loss(case["q"], case["actions"], target), case["q"])
    np.testing.assert_allclose(dqn_loss_backward(case["q"], case["actions"], target), slopes, rtol=1e-8, atol=1e-9)


def test_what_follows_the_end_of_an_episode_plays_no_part_even_if_it_is_infinite():
    target = q_targets(np.array([2.0]), 0.9, np.array([[np.inf, 1.0]]), np.array([1.0]))
    np.testing.assert_array_equal(target, [2.0])


def test_of_equal_actions_double_dqn_takes_the_first():
    q_next, online = np.array([[5.0, 7.0, 1.0]]), np.array([[3.0, 3.0, 2.0]])
    assert q_targets(np.zeros(1), 1.0, q_next, np.zeros(1), online) == 5


def test_a_full_step_takes_the_target_over_and_none_leaves_the_table():
    q, target = np.array([1.0, -2.0]), np.array([3.0, 5.0])
    np.testing.assert_array_equal(q_update(q, target, 1.0), target)
    np.testing.assert_array_equal(q_update(q, target, 0.0), q)


def test_returns_of_a_batch_are_sums_of_discounted_rewards():
    rng = np.random.default_rng(3)
    rewards, bootstrap = rng.normal(size=(2, 3, 5)), rng.normal(size=(2, 3))
    found = discounted_returns(rewards, 0.9, bootstrap)
    for t in range(5):
        powers = 0.9 ** np.arange(6 - t)
        expected = rewards[..., t:] @ powers[:-1] + bootstrap * powers[-1]
        np.testing.assert_allclose(found[..., t], expected, rtol=1e-12)


def test_an_episode_without_rewards_has_no_returns():
    assert discounted_returns(np.zeros((2, 0)), 0.9).shape == (2, 0)


def test_equal_best_actions_share_what_is_not_explored():
    np.testing.assert_allclose(epsilon_greedy(np.array([[4.0, 4.0, 0.0, 0.0]]), 0.2), [[0.45, 0.45, 0.05, 0.05]])


ROWS = np.zeros(2)
TABLE = np.zeros((2, 3))
WRONG = [
    (lambda: q_targets(np.zeros(3), 0.9, TABLE, ROWS), r"reward must have the shape \(2,\) .* \(2, 3\), it has \(3,\)"),
    (lambda: q_targets(ROWS, 0.9, TABLE, np.zeros(1)), r"done must have the shape \(2,\) .*, it has \(1,\)"),
    (lambda: q_targets(ROWS, 0.9, ROWS, ROWS), r"q_next must be \(B, A\), it is 2"),
    (lambda: q_targets(ROWS, 0.9, TABLE, ROWS, TABLE.T), r"q_next_online must have .*\(2, 3\), it has \(3, 2\)"),
    (lambda: q_update(ROWS, np.zeros(3), 0.5), r"target must have the shape \(2,\) to fit q .*, it has \(3,\)"),
    (lambda: dqn_loss(TABLE, np.array([0]), ROWS), r"actions must have the shape \(2,\) .*, it has \(1,\)"),
    (lambda: dqn_loss(TABLE, np.array([0, 3]), ROWS), r"actions must lie between 0 and 2 to fit q of 2×3"),
    (lambda: dqn_loss(TABLE[:0], np.array([], int), ROWS[:0]), r"at least one transition, it is 0×3"),
    (lambda: discounted_returns(TABLE, 0.9, np.zeros(3)), r"bootstrap must have the shape \(2,\) .*, it has \(3,\)"),
]


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_shapes_that_do_not_fit_are_refused_with_both_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
