"""Optimisers, clipping and dropout agree with PyTorch, change nothing that they are given, and refuse what does not fit."""

import json

import numpy as np
import pytest
from make_optimisers_vectors import KINDS, STORED, computed_by_torch, random_case

from studynn.nn.dropout import dropout, dropout_backward
from studynn.nn.optimisers import adam, clip_by_norm, global_norm, rmsprop, sgd

CASES = json.loads(STORED.read_text())
OPTIMISERS = {
    "sgd": sgd,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": lambda *given, **options: adam(*given, **options, decoupled=True),
}


def arrays(parts):
    return [np.array(part, dtype=float) for part in parts]


def computed_here(case):
    """The engine's counterpart of `computed_by_torch`."""
    parameters, options = arrays(case["parameters"]), case["options"]
    if case["kind"] == "clip":
        clipped, norm = clip_by_norm(arrays(case["gradients"][0]), **options, eps=1e-6)
        return {"norm": norm, "clipped": clipped}
    state, path = None, []
    for gradients in case["gradients"]:
        parameters, state = OPTIMISERS[case["kind"]](parameters, arrays(gradients), state, **options)
        path.append(parameters)
    return {"path": path}


def dropped_here(case, masks):
    p = case["options"]["p"]
    outputs = [dropout(x, p, mask)[0] for x, mask in zip(arrays(case["parameters"]), masks, strict=True)]
    slopes = [dropout_backward(g, mask, p) for g, mask in zip(arrays(case["gradients"][0]), masks, strict=True)]
    return {"masks": masks, "outputs": outputs, "slopes": slopes}


def flat(value):
    if isinstance(value, list | tuple):
        return np.concatenate([flat(part) for part in value])
    return np.ravel(np.asarray(value, dtype=float))


def assert_agrees(case, expected):
    found = dropped_here(case, arrays(expected["masks"])) if case["kind"] == "dropout" else computed_here(case)
    for name, part in found.items():
        np.testing.assert_allclose(flat(part), flat(expected[name]), rtol=1e-10, atol=1e-13, err_msg=name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["kind"])
def test_every_step_is_the_one_that_pytorch_made(case):
    assert_agrees(case, case)


@pytest.mark.parametrize("kind", KINDS)
def test_every_step_is_the_one_that_pytorch_makes_on_fresh_seeds(kind):
    pytest.importorskip("torch")
    for seed in range(100, 140):
        case = random_case(kind, seed)
        assert_agrees(case, computed_by_torch(case))


@pytest.mark.parametrize("kind", OPTIMISERS)
def test_what_is_given_is_left_as_it_was(kind):
    case = random_case(kind, 1)
    parameters, gradients = arrays(case["parameters"]), arrays(case["gradients"][0])
    _, state = OPTIMISERS[kind](parameters, gradients, **case["options"])
    kept = flat([part for part in state if isinstance(part, list)]).copy()
    OPTIMISERS[kind](parameters, gradients, state, **case["options"])
    np.testing.assert_array_equal(flat(parameters), flat(case["parameters"]))
    np.testing.assert_array_equal(flat(gradients), flat(case["gradients"][0]))
    np.testing.assert_array_equal(flat([part for part in state if isinstance(part, list)]), kept)


@pytest.mark.parametrize(("kind", "lr"), [("sgd", 0.05), ("rmsprop", 0.01), ("adam", 0.1), ("adamw", 0.1)])
def test_a_long_narrow_valley_is_descended(kind, lr):
    w, state = [np.array([3.0, -2.0])], None
    for _ in range(2000):
        w, state = OPTIMISERS[kind](w, [w[0] * [1.0, 20.0]], state, lr=lr)
    assert np.abs(w[0]).max() < 0.02


def test_the_first_step_of_adam_is_as_long_as_the_learning_rate_whatever_the_gradient():
    for slope in (1e-3, 1.0, -1e3):
        (w,), _ = adam([np.zeros(1)], [np.array([slope])], lr=0.1)
        assert w[0] == pytest.approx(-0.1 * np.sign(slope), rel=1e-4)


def test_momentum_without_memory_is_plain_descent():
    w, g = [np.array([1.0, 2.0])], [np.array([0.5, -1.0])]
    state = sgd(w, g, lr=0.1, momentum=0.9)[1]
    np.testing.assert_array_equal(sgd(w, g, state, lr=0.1)[0][0], [0.95, 2.1])


def test_a_clipped_gradient_keeps_its_direction_and_has_the_length_allowed():
    gradients = arrays([[3.0, 0.0], [[4.0], [-12.0]]])
    clipped, norm = clip_by_norm(gradients, 6.5)
    assert (norm, global_norm(clipped)) == (13, 6.5)
    np.testing.assert_allclose(flat(clipped), flat(gradients) / 2)


def test_a_short_gradient_is_not_touched_and_no_gradient_has_length_zero():
    clipped, norm = clip_by_norm(arrays([[3.0, 4.0]]), 5.0)
    assert norm == 5 and clipped[0].tolist() == [3, 4]
    assert clip_by_norm(arrays([[0.0]]), 0.0)[1] == global_norm([]) == 0


def test_a_gradient_whose_squares_overflow_still_has_a_length():
    clipped, norm = clip_by_norm(arrays([[3e200, 4e200]]), 1.0)
    assert norm == pytest.approx(5e200)
    np.testing.assert_allclose(clipped[0], [0.6, 0.8])


def test_a_generator_drops_the_stated_share_and_keeps_the_mean():
    x = np.ones(100_000)
    y, mask = dropout(x, 0.25, np.random.default_rng(1))
    assert set(mask) == {0.0, 1.0} and mask.mean() == pytest.approx(0.75, abs=0.01)
    assert y.mean() == pytest.approx(1, abs=0.01) and set(y) == {0.0, 1 / 0.75}


def test_a_drawn_mask_given_back_repeats_the_pass():
    x = np.arange(12.0).reshape(3, 4)
    y, mask = dropout(x, 0.4, np.random.default_rng(2))
    np.testing.assert_array_equal(dropout(x, 0.4, mask)[0], y)


def test_with_probability_zero_nothing_is_dropped():
    np.testing.assert_array_equal(dropout(np.ones(50), 0.0, np.random.default_rng(3))[0], np.ones(50))


W = [np.zeros((2, 3))]


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: sgd(W, [np.zeros((3, 2))], lr=1), r"gradient 1 must have the shape \(2, 3\) .* not \(3, 2\)"),
        (lambda: adam(W, [], lr=1), "a gradient for each of 1 parameters, there are 0"),
        (
            lambda: adam(W, W, adam([np.zeros(2)], [np.zeros(2)])[1]),
            r"state 1 must have the shape \(2, 3\) .* not \(2,\)",
        ),
        (lambda: rmsprop(W, W, rmsprop([], [])[1]), "a state for each of 1 parameters, there are 0"),
        (lambda: clip_by_norm(W, -1.0), "max_norm must be at least 0, it is -1"),
        (lambda: dropout(W[0], 0.5, np.zeros(3)), r"shape \(2, 3\) of its input, not \(3,\)"),
        (lambda: dropout_backward(W[0], np.zeros(3), 0.5), r"shape \(2, 3\) of its input, not \(3,\)"),
        (lambda: dropout(W[0], 1.0, W[0]), "0 ≤ p < 1, it is 1.0"),
    ],
)
def test_what_does_not_fit_is_refused_with_both_shapes_named(act, words):
    with pytest.raises(ValueError, match=words):
        act()
