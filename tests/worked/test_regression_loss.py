"""Regression losses: what they are, which mistakes are named, what is told and what is refused."""

from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.near import near
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.values import components
from studynn.worked import load

LOSS = load("regression-loss")


def run(half=False, **texts):
    return work(LOSS, read_inputs(LOSS, texts | {"half": half}))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits), abs=1e-12)


@pytest.mark.parametrize(
    ("step", "expected"),
    {
        "residuals": [-1, 2, 0.5, -1],
        "sse": [6.25],
        "mse": [1.5625],
        "rmse": [1.25],
        "mae": [1.125],
        "grad-mse": [-0.5, 1, 0.25, -0.5],
    }.items(),
)
def test_the_default_run_gives_the_known_values(step, expected):
    assert close(run().results[step], expected)


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("residuals", "target-minus-prediction", [1, -2, -0.5, 1]),
        ("sse", "square-of-sum", [0.25]),
        ("mse", "sum-not-mean", [6.25]),
        ("mse", "half-kept", [0.7812]),
        ("rmse", "mean-of-roots", [1.125]),
        ("mae", "signed-errors", [0.125]),
        ("grad-mse", "two-dropped", [-0.25, 0.5, 0.125, -0.25]),
        ("grad-mse", "not-averaged", [-2, 4, 1, -2]),
        ("grad-mse", "gradient-sign", [0.5, -1, -0.25, 0.5]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


def test_one_prediction_has_nothing_to_average():
    truth = run(target="1", prediction="0.8")
    assert close(truth.step("mse").value, [0.04])
    assert [slip.tag for step in truth.steps for slip in step.slips] == [
        "target-minus-prediction",
        "half-kept",
        "signed-errors",
        "gradient-sign",
        "two-dropped",
    ]


def test_a_matrix_is_averaged_over_all_its_numbers():
    truth = run(target="0,0;0,0", prediction="1,2;3,4")
    assert truth.step("mse").value == 7.5
    np.testing.assert_array_equal(truth.step("grad-mse").value, [[0.5, 1], [1.5, 2]])


def test_the_sign_of_the_residuals_shows_in_the_gradient_only():
    truth = run()
    wrong = -truth.step("grad-mse").value
    assert [slip.tag for slip in diagnose(truth, "grad-mse", wrong)] == ["gradient-sign", "target-minus-prediction"]
    assert "target-minus-prediction" not in [slip.tag for slip in diagnose(truth, "mse", 1.5625)]


def test_with_a_half_in_front_loss_and_gradient_halve_and_the_rest_stays():
    whole, halved = run().results, run(half=True).results
    for name, value in whole.items():
        share = 0.5 if name in ("mse", "grad-mse") else 1
        np.testing.assert_allclose(halved[name], share * np.asarray(value))
    assert run(half=True).step("mse").formula == "L = (1/2N) Σ eᵢ²"
    assert run(half=True).step("mse").shown == "6.25/(2·4)"
    assert run(half=True).step("rmse").shown == "√(2·0.78125)"


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("mse", {"half-forgotten": [1.5625], "sum-not-mean": [3.125]}),
        ("rmse", {"mean-of-roots": [1.125], "root-of-half": [0.8839]}),
        (
            "grad-mse",
            {
                "gradient-sign": [0.25, -0.5, -0.125, 0.25],
                "two-kept": [-0.5, 1, 0.25, -0.5],
                "not-averaged": [-1, 2, 0.5, -1],
            },
        ),
    ],
)
def test_with_a_half_in_front_the_mistakes_turn_round(step, expected):
    found = slips(run(half=True), step)
    assert found.keys() == expected.keys()
    assert all(close(found[tag], value, digits=4) for tag, value in expected.items())


def test_the_note_tells_which_of_both_forms_holds():
    assert "without ½" in run().notes[0].en and "half the MSE" in run(half=True).notes[0].en


def test_only_some_draws_of_level_3_carry_the_half():
    shares = [sum(draw(LOSS, Random(seed), level).inputs["half"] for seed in range(60)) for level in (1, 2, 3)]
    assert shares[:2] == [0, 0] and 10 <= shares[2] <= 40


def test_an_outlier_is_pointed_out():
    assert any("87% of the squares" in note.en for note in run(target="0,0,0,0", prediction="1,1,-1,4.5").notes)
    assert len(run().notes) == 2


def test_perfect_predictions_have_no_loss():
    truth = run(target="1,2", prediction="1,2")
    assert [truth.step(name).value for name in ("mse", "rmse", "mae")] == [0, 0, 0]


@pytest.mark.parametrize("mse", [0, -1.0, 1e300])
def test_any_mean_that_a_learner_gives_is_followed_or_ends_the_derivation(mse):
    assert follow_through(LOSS, defaults(LOSS), {"mse": mse}).has("rmse") is (mse >= 0)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"prediction": "1,2"}, "--prediction 1,2: must be 4 numbers to fit --target, it is 2"),
        ({"prediction": "1,2;3,4"}, "--prediction 1,2;3,4: must be 4 numbers to fit --target, it is 2×2"),
        ({"target": ",".join(["1"] * 101)}, "at most 100 a side"),
        ({"target": ";".join(["1,2,3"] * 34)}, "at most 100 numbers, it is 34×3"),
    ],
)
def test_what_does_not_fit_is_refused(texts, message):
    with pytest.raises(StudyError, match=message) as refusal:
        run(**texts)
    assert refusal.value.message.zh


THOUSANDTHS = st.integers(-(10**9), 10**9).map(lambda number: number / 1000)


@given(st.lists(st.tuples(THOUSANDTHS, THOUSANDTHS), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_the_root_of_the_mean_square_is_never_below_the_mean_absolute_error(pairs):
    target, prediction = zip(*pairs, strict=True)
    truth = work(LOSS, {"target": target, "prediction": prediction, "half": len(pairs) % 2 == 1})
    assert truth.step("rmse").value >= truth.step("mae").value * (1 - 1e-12)
    found = LOSS.checked_by.compute(**truth.inputs)
    assert all(near(value, truth.step(name).value, 1e-6) for name, value in found.items())


def test_the_picture_has_a_square_on_each_residual_between_target_and_prediction():
    truth = run()
    (plot,) = LOSS.picture(truth)
    for track, e, y in zip(plot.tracks, truth.step("residuals").value, (3, -1, 2, 5), strict=True):
        (left, right), (low, high) = ((min(axis), max(axis)) for axis in zip(*track.points, strict=True))
        assert right - left == high - low == abs(e) and {low, high} == {y, y + e}
    assert [track.label.en.rpartition(" ")[2] for track in plot.tracks] == ["1", "4", "0.25", "1"]


def test_the_squares_do_not_overlap():
    (plot,) = LOSS.picture(run(target="0,0,0", prediction="2,-3,1"))
    ends = [(min(x for x, _ in track.points), max(x for x, _ in track.points)) for track in plot.tracks]
    assert all(right < left for (_, right), (left, _) in pairwise(ends))


def test_more_residuals_than_squares_fit_are_bars_and_of_very_many_the_first():
    (bars,) = LOSS.picture(run(target="0,0,0,0,0,0,0", prediction="1,2,3,4,5,6,7"))
    assert bars.values == (1, 2, 3, 4, 5, 6, 7)
    (bars,) = LOSS.picture(run(target=",".join("0" * 40), prediction=",".join("1" * 40)))
    assert len(bars.values) == 20 and "20 of 40" in bars.title.en
