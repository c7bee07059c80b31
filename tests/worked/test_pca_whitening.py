"""PCA and whitening: axes, spreads, reconstruction, mistakes and refusals."""

from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work
from studynn.core.values import components
from studynn.worked import load

PCA = load("pca-whitening")
ROOT = 0.707107


def run(**texts):
    return work(PCA, read_inputs(PCA, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return np.shape(value) == np.shape(expected) and list(components(value)) == pytest.approx(
        list(components(expected)), rel=0.5 * 10 ** (1 - digits), abs=1e-12
    )


@pytest.mark.parametrize(
    ("step", "expected"),
    {
        "mean": [4, 2],
        "cov": [[5, 3], [3, 5]],
        "eigenvalues": [8, 2],
        "ratio": [0.8, 0.2],
        "components": [[ROOT, ROOT], [ROOT, -ROOT]],
        "scores": [[2.82843, 1.41421], [2.82843, -1.41421], [-2.82843, -1.41421], [-2.82843, 1.41421]],
        "whitened": [[1, 1], [1, -1], [-1, -1], [-1, 1]],
        "rebuilt": [[6, 4], [6, 4], [2, 0], [2, 0]],
    }.items(),
)
def test_the_default_run_gives_the_known_values(step, expected):
    assert close(run().results[step], expected)


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("cov", "not-centred", [[21, 11], [11, 9]]),
        ("cov", "n-minus-one", [[20 / 3, 4], [4, 20 / 3]]),
        ("eigenvalues", "diagonal-for-eigenvalues", [5, 5]),
        ("eigenvalues", "singular-values", [2.828, 1.414]),
        ("ratio", "ratio-of-roots", [0.6667, 0.3333]),
        ("components", "not-unit", [[1, 1], [1, -1]]),
        ("scores", "scores-not-centred", [[7.071, 2.828], [7.071, 0], [1.414, 0], [1.414, 2.828]]),
        (
            "whitened",
            "divided-by-eigenvalue",
            [[0.35355, 0.70711], [0.35355, -0.70711], [-0.35355, -0.70711], [-0.35355, 0.70711]],
        ),
        (
            "whitened",
            "scaled-without-rotation",
            [[1.342, 0.4472], [0.4472, 1.342], [-1.342, -0.4472], [-0.4472, -1.342]],
        ),
        ("whitened", "multiplied", [[8, 2], [8, -2], [-8, -2], [-8, 2]]),
        ("rebuilt", "mean-not-added", [[2, 2], [2, 2], [-2, -2], [-2, -2]]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


def test_a_point_given_on_the_axes_is_only_whitened():
    truth = run(eigenvalues="4,0.25", scores="2,0.5")
    assert [step.name for step in truth.steps] == ["whitened"]
    assert list(truth.step("whitened").value) == [1, 1]
    assert slips(truth, "whitened").keys() == {"divided-by-eigenvalue", "multiplied"}


def test_keeping_all_axes_rebuilds_the_data():
    assert close(run(keep="2").step("rebuilt").value, [[7, 3], [5, 5], [1, 1], [3, -1]])


def test_with_ddof_1_the_divisor_is_n_minus_1():
    truth = run(ddof="1")
    assert close(truth.step("eigenvalues").value, [32 / 3, 8 / 3])
    assert "n-minus-one" not in slips(truth, "cov")


def test_two_points_have_an_axis_without_spread_that_is_not_whitened():
    truth = run(x="0,0;3,4")
    assert close(truth.step("eigenvalues").value, [6.25, 0])
    assert not truth.has("whitened") and truth.has("rebuilt")
    assert any("cannot be whitened" in note.en for note in truth.notes)


def test_equal_eigenvalues_are_told():
    truth = run(x="1,0;-1,0;0,1;0,-1")
    assert close(truth.step("eigenvalues").value, [0.5, 0.5])
    assert any("Equal eigenvalues" in note.en for note in truth.notes)
    assert not any("Equal eigenvalues" in note.en for note in run().notes)


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"x": "7,3;-7,-3;1,2;-1,-2"}, "cov", "not-centred"),
        ({"x": "2,0;-2,0;0,1;0,-1"}, "eigenvalues", "diagonal-for-eigenvalues"),
        ({"x": "2,0;-2,0;0,1;0,-1"}, "components", "not-unit"),
        ({"eigenvalues": "1,1", "scores": "2,3"}, "whitened", "multiplied"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_a_learners_own_eigenvalues_are_carried_on():
    marked = follow_through(PCA, defaults(PCA), {"eigenvalues": (16.0, 4.0)})
    assert close(marked.step("whitened").value[0], [2.82843 / 4, 1.41421 / 2], digits=5)
    assert not follow_through(PCA, defaults(PCA), {"eigenvalues": (8.0, 0.0)}).has("whitened")


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"x": "1,2"}, "--x 1,2: must have at least 2 rows and 2 to 4 columns, it is 1×2"),
        ({"x": "1,2,3,4,5;5,4,3,2,0"}, "2 to 4 columns, it is 2×5"),
        ({"x": "1,2;1,2"}, "--x 1,2;1,2: has no spread"),
        ({"keep": "3"}, "--keep 3: must be at most 2, as --x of 4×2 has features"),
        ({"eigenvalues": "1,2"}, "--eigenvalues 1,2: needs --scores as well"),
        ({"scores": "1,2"}, "--scores 1,2: needs --eigenvalues as well"),
        ({"eigenvalues": "1,2", "scores": "1"}, "--scores 1: must have 2 numbers to fit --eigenvalues of 2, it has 1"),
        ({"eigenvalues": "0,2", "scores": "1,1"}, "--eigenvalues 0,2: .* of at least"),
    ],
)
def test_what_cannot_be_turned_is_refused(texts, message):
    with pytest.raises(StudyError, match=message) as refusal:
        run(**texts)
    assert refusal.value.exit_code == 2
    assert refusal.value.message.zh


@given(st.integers(0, 10_000), st.integers(2, 4))
@settings(max_examples=50, deadline=None)
def test_whitened_data_have_the_unit_matrix_as_covariance_and_both_derivations_agree(seed, features):
    data = np.random.default_rng(seed).integers(-9, 10, size=(8, features)).astype(float)
    spread = np.linalg.eigvalsh(np.cov(data.T))
    assume(spread[0] > 1e-3 and np.diff(spread).min() > 1e-3)
    truth = work(PCA, defaults(PCA) | {"x": tuple(map(tuple, data)), "keep": features})
    assert np.allclose(np.cov(truth.step("whitened").value.T, ddof=0), np.eye(features))
    assert truth.step("eigenvalues").value.sum() == pytest.approx(np.trace(truth.step("cov").value))
    assert np.allclose(truth.step("rebuilt").value, data)
    found = PCA.checked_by.compute(**truth.inputs)
    assert all(np.allclose(found[name], truth.step(name).value) for name in found)


@pytest.mark.parametrize(
    ("x", "axes"),
    [("0,0;-3,-4", [[0.6, 0.8], [0.8, -0.6]]), ("5,-5;-5,5;1,1;-1,-1", [[ROOT, -ROOT], [ROOT, ROOT]])],
)
def test_the_largest_entry_of_each_axis_is_positive_and_the_first_of_equal_ones(x, axes):
    assert close(run(x=x).step("components").value, axes)


def test_the_levels_differ_in_structure():
    divisors = set()
    for seed in range(40):
        first, second, third = (draw(PCA, Random(seed), level) for level in (1, 2, 3))
        assert [step.name for step in first.steps] == ["whitened"]
        assert np.any(second.step("mean").value) and second.inputs["ddof"] == 0
        divisors.add(third.inputs["ddof"])
    assert divisors == {0, 1}


def test_the_axes_of_the_picture_are_orthogonal_and_a_deviation_long_to_each_side():
    truth = run()
    before, after = PCA.picture(truth)
    (first, second) = (np.subtract(track.points[1], track.points[0]) for track in before.tracks)
    assert first @ second == pytest.approx(0, abs=1e-9)
    lengths = [np.linalg.norm(first) / 2, np.linalg.norm(second) / 2]
    assert lengths == pytest.approx(np.sqrt(truth.step("eigenvalues").value))
    assert np.allclose([mark.at for mark in after.marks if mark.sign == "●"], truth.step("whitened").value)


def test_of_three_features_the_picture_has_the_first_two_scores_and_of_a_point_its_place():
    truth = run(x="1,2,3;3,4,1;5,6,0;1,1,1")
    cloud = PCA.picture(truth)[0]
    assert np.allclose([mark.at for mark in cloud.marks if mark.sign == "●"], truth.step("scores").value[:, :2])
    (plot,) = PCA.picture(run(eigenvalues="4,1", scores="2,3"))
    assert [mark.at for mark in plot.marks if mark.sign in "●○"] == [(2, 3), (1, 3)]
    assert not PCA.picture(run(eigenvalues="4,1,1", scores="2,3,1"))


def test_an_axis_without_spread_is_a_point_and_nothing_is_whitened():
    (cloud,) = PCA.picture(run(x="1,2;3,4;5,6"))
    assert cloud.tracks[1].points[0] == cloud.tracks[1].points[1]
