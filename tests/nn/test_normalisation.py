"""Batch and layer normalisation agree with PyTorch, and with central differences."""

import json

import make_normalisation_vectors
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.nn.differences import central_differences
from studynn.nn.normalisation import (
    Running,
    batch_norm,
    batch_norm_backward,
    batch_norm_inference,
    batch_norm_inference_backward,
    fresh,
    layer_norm,
    layer_norm_backward,
)

STORED = json.loads(make_normalisation_vectors.STORED.read_text(encoding="utf-8"))
CASES = [{name: np.array(part) if isinstance(part, list) else part for name, part in case.items()} for case in STORED]


def forward(case):
    """What the layer computed, and its running statistics after a training step."""
    parts = case["x"], case["gamma"], case["beta"]
    running, epsilon = Running(case["mean"], case["var"]), case["epsilon"]
    if case["kind"] == "layer":
        return layer_norm(*parts, epsilon=epsilon), None
    if case["kind"] == "inference":
        return batch_norm_inference(*parts, running, epsilon=epsilon), None
    return batch_norm(*parts, running, epsilon=epsilon, momentum=case["momentum"])


def computed_here(case):
    """The engine's counterpart of `computed_by_torch`."""
    backward = {
        "batch": batch_norm_backward,
        "inference": batch_norm_inference_backward,
        "layer": layer_norm_backward,
    }[case["kind"]]
    passed, running = forward(case)
    slopes = backward(case["grad"], case["gamma"], passed)._asdict()
    found = {"y": passed.y} | {f"d{name}": part for name, part in slopes.items()}
    return found if running is None else found | {"new-mean": running.mean, "new-var": running.var}


def assert_agrees(found, expected):
    for name, part in found.items():
        assert part.shape == np.shape(expected[name]), name
        np.testing.assert_allclose(part, expected[name], rtol=1e-10, atol=1e-11, err_msg=name)


@pytest.mark.parametrize("index", range(len(CASES)))
def test_stored_values_and_gradients_of_pytorch_are_reproduced(index):
    found = computed_here(CASES[index])
    assert len(found) == (6 if CASES[index]["kind"] == "batch" else 4)
    assert_agrees(found, CASES[index])


@pytest.mark.parametrize("kind", make_normalisation_vectors.KINDS)
def test_fresh_cases_agree_with_pytorch(kind):
    pytest.importorskip("torch")
    for seed in range(1000, 1040):
        case = make_normalisation_vectors.random_case(kind, seed)
        assert_agrees(computed_here(case), make_normalisation_vectors.computed_by_torch(case))


def test_the_stored_cases_cover_vectors_and_images_and_several_normalised_axes():
    assert {case["x"].ndim for case in CASES} == {2, 3, 4}
    assert {case["gamma"].ndim for case in CASES if case["kind"] == "layer"} >= {1, 2}


@given(st.sampled_from(make_normalisation_vectors.KINDS), st.integers(0, 10_000))
@settings(max_examples=45, deadline=None)
def test_gradients_agree_with_central_differences(kind, seed):
    case = make_normalisation_vectors.random_case(kind, seed)
    case["x"] += np.arange(case["x"].size).reshape(case["x"].shape)[::-1] % 3  # no channel nearly constant
    case["epsilon"] = 0.5
    found = computed_here(case)
    for name in ("x", "gamma", "beta"):
        slope = central_differences(lambda: float(np.sum(case["grad"] * forward(case)[0].y)), case[name])
        np.testing.assert_allclose(found[f"d{name}"], slope, atol=1e-6)


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_each_channel_of_a_batch_has_mean_0_and_nearly_variance_1(seed):
    case = make_normalisation_vectors.random_case("batch", seed)
    passed, _ = forward(case)
    over = (0, *range(2, case["x"].ndim))
    var = case["x"].var(axis=over)
    np.testing.assert_allclose(passed.standard.mean(axis=over), 0, atol=1e-12)
    np.testing.assert_allclose(passed.standard.var(axis=over), var / (var + case["epsilon"]), rtol=1e-10)


def test_layer_norm_of_a_sample_does_not_depend_on_the_others():
    case = make_normalisation_vectors.random_case("layer", 9)
    together = layer_norm(case["x"], case["gamma"], case["beta"]).y
    alone = layer_norm(case["x"][1:2], case["gamma"], case["beta"]).y
    np.testing.assert_allclose(together[1:2], alone, rtol=1e-13)


def test_a_constant_channel_is_carried_by_epsilon():
    passed, running = batch_norm(np.full((3, 1), 7.0), np.ones(1), np.full(1, 2.0), fresh(1))
    np.testing.assert_array_equal(passed.y, np.full((3, 1), 2.0))
    np.testing.assert_allclose([running.mean, running.var], [[0.7], [0.9]])


def test_many_batches_bring_the_running_statistics_to_those_of_the_data():
    rng = np.random.default_rng(0)
    running = fresh(2)
    for _ in range(400):
        _, running = batch_norm(rng.normal([3, -1], [2, 0.5], size=(50, 2)), np.ones(2), np.zeros(2), running)
    np.testing.assert_allclose(running.mean, [3, -1], atol=0.25)
    np.testing.assert_allclose(running.var, [4, 0.25], rtol=0.25)


def test_inputs_are_left_as_they_were():
    for kind in make_normalisation_vectors.KINDS:
        case = make_normalisation_vectors.random_case(kind, 2)
        before = {name: np.copy(part) for name, part in case.items() if isinstance(part, np.ndarray)}
        computed_here(case)
        assert all(np.array_equal(case[name], part) for name, part in before.items())


@pytest.mark.parametrize("norm", [batch_norm, batch_norm_inference])
@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((4,), (3,), (3,), (3,)), r"x must be N×C or N×C×…, its shape is \(4,\)"),
        (((4, 3), (2,), (3,), (3,)), r"gamma must have the shape \(3,\) to fit x of \(4, 3\), it has \(2,\)"),
        (((4, 3), (3,), (1,), (3,)), r"beta must have the shape \(3,\) .* it has \(1,\)"),
        (((4, 3, 2, 2), (3,), (3,), (2,)), r"mean must have the shape \(3,\) to fit x of \(4, 3, 2, 2\)"),
    ],
)
def test_channels_that_do_not_fit_are_refused_with_both_shapes(norm, shapes, message):
    x, gamma, beta, mean = (np.ones(shape) for shape in shapes)
    with pytest.raises(ValueError, match=message):
        norm(x, gamma, beta, Running(mean, np.ones(mean.shape)))


def test_one_number_per_channel_is_refused_in_training_only():
    with pytest.raises(ValueError, match=r"more than one number per channel in training, x is \(1, 3\)"):
        batch_norm(np.ones((1, 3)), np.ones(3), np.ones(3), fresh(3))
    assert batch_norm_inference(np.ones((1, 3)), np.ones(3), np.ones(3), fresh(3)).y.shape == (1, 3)


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((4, 3), (4,), (4,)), r"gamma must have the shape of the last axes of x of \(4, 3\), it has \(4,\)"),
        (((4, 3), (3,), (1,)), r"beta must have the shape \(3,\) of gamma, it has \(1,\)"),
        (((4, 1), (1,), (1,)), "more than one number per sample"),
    ],
)
def test_layer_norm_refuses_what_does_not_fit(shapes, message):
    with pytest.raises(ValueError, match=message):
        layer_norm(*(np.ones(shape) for shape in shapes))


@pytest.mark.parametrize("backward", [batch_norm_backward, batch_norm_inference_backward, layer_norm_backward])
def test_a_gradient_of_another_shape_is_refused(backward):
    passed = layer_norm(np.arange(6.0).reshape(2, 3), np.ones(3), np.zeros(3))
    with pytest.raises(ValueError, match=r"the shape \(2, 3\) of the output, it has \(3, 2\)"):
        backward(np.ones((3, 2)), np.ones(3), passed)
