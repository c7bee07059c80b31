"""Attention agrees with PyTorch, forwards and backwards, and with loops and central differences."""

import json
from math import exp, sqrt

import make_attention_vectors
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.nn import attention as engine
from studynn.nn.attention import (
    Projections,
    attention,
    attention_backward,
    causal_mask,
    multi_head,
    multi_head_backward,
)
from studynn.nn.differences import central_differences

STORED = json.loads(make_attention_vectors.STORED.read_text(encoding="utf-8"))
CASES = [{name: np.array(part) if isinstance(part, list) else part for name, part in case.items()} for case in STORED]


def projections(case):
    return Projections(**{name: case[name] for name in Projections._fields})


def masks(case):
    return {
        "mask": case["mask"] if case["masking"] in ("given", "shared") else None,
        "causal": case["masking"] == "causal",
    }


def computed_here(case):
    """The engine's counterpart of `computed_by_torch`."""
    if case["kind"] == "attention":
        q, k, v = case["q"], case["k"], case["v"]
        passed = attention(q, k, v, **masks(case))
        slopes = attention_backward(case["grad"], q, k, v, passed)._asdict()
        return {"out": passed.out, "weights": passed.weights} | {f"d{name}": part for name, part in slopes.items()}
    p = projections(case)
    run = multi_head(case["x"], p, case["heads"], case["context"], **masks(case))
    slopes = multi_head_backward(case["grad"], p, run)
    found = {"out": run.y, "weights": run.passed.weights, "dx": slopes.x, "dcontext": slopes.context}
    return found | {f"d{name}": part for name, part in slopes.projections._asdict().items()}


def assert_agrees(found, expected):
    for name, part in found.items():
        assert part.shape == np.shape(expected[name]), name
        np.testing.assert_allclose(part, expected[name], rtol=1e-10, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("index", range(len(CASES)))
def test_stored_values_and_gradients_of_pytorch_are_reproduced(index):
    found = computed_here(CASES[index])
    assert len(found) == (5 if CASES[index]["kind"] == "attention" else 12)
    assert_agrees(found, CASES[index])


@pytest.mark.parametrize("kind", make_attention_vectors.KINDS)
def test_fresh_cases_agree_with_pytorch(kind):
    pytest.importorskip("torch")
    for seed in range(1000, 1040):
        case = make_attention_vectors.random_case(kind, seed)
        assert_agrees(computed_here(case), make_attention_vectors.computed_by_torch(case))


@given(st.integers(0, 10_000), st.booleans())
@settings(max_examples=40, deadline=None)
def test_heads_taken_one_by_one_give_what_all_at_once_give(seed, causal):
    case = make_attention_vectors.random_case("attention", 4 * seed + causal)
    with pytest.MonkeyPatch.context() as patch:
        at_once = computed_here(case)
        patch.setattr(engine, "LARGE", 0)
        assert_agrees(computed_here(case), at_once)


@pytest.mark.parametrize("size", [1.0, 30.0, 1e4])
def test_real_sizes_agree_with_their_parts(size):
    rng = np.random.default_rng(0)
    q, k, v = (rng.normal(size=(2, 3, 80, 16)) for _ in range(3))
    q *= size  # scores that need the shift by their maximum, and scores that do not
    mask = rng.random((2, 1, 80, 80)) < 0.5
    mask |= np.eye(80, dtype=bool)
    whole = attention(q, k, v, mask, causal=True)
    for sample, head in np.ndindex(2, 3):
        part = attention(q[sample, head, :5], k[sample, head], v[sample, head], (mask & causal_mask(80))[sample, 0, :5])
        np.testing.assert_allclose(whole.out[sample, head, :5], part.out, rtol=1e-11)


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_weights_are_those_of_a_loop_over_the_queries(seed):
    case = make_attention_vectors.random_case("attention", 4 * seed + 2)
    passed = attention(case["q"], case["k"], case["v"], case["mask"])
    for at in np.ndindex(passed.weights.shape[:-1]):
        sample, head, _ = at
        keys = case["k"][sample, head]
        scores = [
            exp(float(case["q"][at] @ key) / sqrt(len(key))) * seen
            for key, seen in zip(keys, case["mask"][at], strict=True)
        ]
        np.testing.assert_allclose(passed.weights[at], np.array(scores) / sum(scores), rtol=1e-12)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_gradients_agree_with_central_differences(seed):
    case = make_attention_vectors.random_case("attention", seed)
    found = computed_here(case)
    parts = {name: case[name].copy() for name in "qkv"}
    for name, part in parts.items():
        slope = central_differences(lambda: float(np.sum(case["grad"] * attention(**parts, **masks(case)).out)), part)
        np.testing.assert_allclose(found[f"d{name}"], slope, atol=1e-7)


def test_in_self_attention_x_takes_the_gradients_of_both_parts_it_plays():
    case = make_attention_vectors.random_case("multi-head", 3)
    p = projections(case)
    x = np.random.default_rng(1).normal(size=case["x"].shape)
    slopes = multi_head_backward(case["grad"], p, multi_head(x, p, case["heads"]))
    by_differences = central_differences(lambda: float(np.sum(case["grad"] * multi_head(x, p, case["heads"]).y)), x)
    np.testing.assert_allclose(slopes.x + slopes.context, by_differences, atol=1e-7)


def test_scores_of_ten_thousand_do_not_overflow():
    q = np.array([[1e4], [-1e4]])
    passed = attention(q, q, np.eye(2), scale=1.0)
    np.testing.assert_array_equal(passed.weights, np.eye(2))


def test_a_scale_of_one_leaves_the_dot_products():
    q, k = np.array([[2.0, 0.0, 0.0, 0.0]]), np.eye(4)
    expected = np.exp([2.0, 0, 0, 0]) / np.exp([2.0, 0, 0, 0]).sum()
    np.testing.assert_allclose(attention(q, k, k, scale=1.0).out[0], expected, rtol=1e-14)


def test_position_t_sees_the_first_t_positions():
    passed = attention(np.zeros((3, 2)), np.ones((3, 2)), np.eye(3), causal=True)
    np.testing.assert_allclose(passed.weights, [[1, 0, 0], [1 / 2, 1 / 2, 0], [1 / 3, 1 / 3, 1 / 3]])


def test_inputs_are_left_as_they_were():
    for kind in make_attention_vectors.KINDS:
        case = make_attention_vectors.random_case(kind, 2)
        before = {name: np.copy(part) for name, part in case.items() if isinstance(part, np.ndarray)}
        computed_here(case)
        assert all(np.array_equal(case[name], part) for name, part in before.items())


SHAPES = {"q": (2, 3, 4), "k": (2, 5, 4), "v": (2, 5, 6)}


@pytest.mark.parametrize(
    ("changed", "options", "message"),
    [
        ({"k": (2, 5, 3)}, {}, r"q and k must be .* their shapes are \(2, 3, 4\) and \(2, 5, 3\)"),
        ({"k": (1, 5, 4)}, {}, r"q and k must be .* their shapes are \(2, 3, 4\) and \(1, 5, 4\)"),
        ({"v": (2, 4, 6)}, {}, r"v must have a row for each key of k of shape \(2, 5, 4\), its shape is \(2, 4, 6\)"),
        ({"k": (2, 0, 4), "v": (2, 0, 6)}, {}, "at least one key"),
        ({}, {"causal": True}, "as many keys as queries, there are 5 and 3"),
        ({}, {"mask": np.ones((3, 4), bool)}, r"broadcast to \(2, 3, 5\), it has the shape \(3, 4\)"),
        ({}, {"mask": np.ones((4, 2, 3, 5), bool)}, r"broadcast to \(2, 3, 5\), it has the shape \(4, 2, 3, 5\)"),
        ({}, {"mask": np.ones((3, 5))}, "of booleans .* of float64"),
        ({}, {"mask": np.eye(3, 5, 3, dtype=bool)}, "leaves some query no key"),
    ],
)
def test_what_does_not_fit_is_refused_with_both_shapes(changed, options, message):
    parts = {name: np.ones(shape) for name, shape in (SHAPES | changed).items()}
    with pytest.raises(ValueError, match=message):
        attention(**parts, **options)


def test_a_gradient_of_another_shape_is_refused():
    parts = [np.ones(shape) for shape in SHAPES.values()]
    with pytest.raises(ValueError, match=r"shape \(2, 3, 6\) of the output, it has \(2, 3, 4\)"):
        attention_backward(np.ones((2, 3, 4)), *parts, attention(*parts))


@pytest.mark.parametrize(
    ("changed", "heads", "message"),
    [
        ({}, 3, "a width of 4 cannot be shared among 3 heads"),
        ({}, 0, "cannot be shared among 0 heads"),
        ({"wk": (4, 4)}, 2, r"wk must have the shape \(4, 6\) to fit x of shape \(2, 3, 4\), it has \(4, 4\)"),
        ({"bo": (1,)}, 2, r"bo must have the shape \(4,\) .* it has \(1,\)"),
    ],
)
def test_projections_that_do_not_fit_are_refused(changed, heads, message):
    shapes = {name: (4,) if name[0] == "b" else (4, 6 if name in ("wk", "wv") else 4) for name in Projections._fields}
    p = Projections(**{name: np.ones(shape) for name, shape in (shapes | changed).items()})
    with pytest.raises(ValueError, match=message):
        multi_head(np.ones((2, 3, 4)), p, heads, np.ones((2, 5, 6)))
    with pytest.raises(ValueError, match=r"their shapes are \(2, 3, 4\) and \(1, 5, 6\)"):
        multi_head(np.ones((2, 3, 4)), p, 2, np.ones((1, 5, 6)))
