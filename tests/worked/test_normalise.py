"""Centring, min-max and z-scores: what they give, which mistakes are named, what is refused."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.values import components
from studynn.worked import load

NORMALISE = load("normalise")


def run(**texts):
    return work(NORMALISE, read_inputs(NORMALISE, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return np.shape(value) == np.shape(expected) and list(components(value)) == pytest.approx(
        list(components(expected)), rel=0.5 * 10 ** (1 - digits), abs=1e-12
    )


@pytest.mark.parametrize(
    ("step", "expected"),
    {
        "mean": [7, 100],
        "centred": [[1, 10], [-7, 70], [7, -70], [-1, -10]],
        "min-max": [[0.571429, 0.571429], [0, 1], [1, 0], [0.428571, 0.428571]],
        "var": [25, 2500],
        "sd": [5, 50],
        "z": [[0.2, 0.2], [-1.4, 1.4], [1.4, -1.4], [-0.2, -0.2]],
        "new-z": [1, -0.8],
    }.items(),
)
def test_the_default_run_gives_the_known_values(step, expected):
    assert close(run().results[step], expected)


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("mean", "row-mean", [59, 85, 22, 48]),
        ("centred", "divided-not-shifted", [[1.143, 1.1], [0, 1.7], [2, 0.3], [0.8571, 0.9]]),
        ("min-max", "divided-by-max", [[0.5714, 0.6471], [0, 1], [1, 0.1765], [0.4286, 0.5294]]),
        ("min-max", "minimum-kept", [[0.5714, 0.7857], [0, 1.214], [1, 0.2143], [0.4286, 0.6429]]),
        ("min-max", "mean-in-min-max", [[0.07143, 0.07143], [-0.5, 0.5], [0.5, -0.5], [-0.07143, -0.07143]]),
        ("var", "n-minus-one", [33.33, 3333]),
        ("var", "not-squared", [4, 40]),
        ("sd", "variance-for-sd", [25, 2500]),
        ("z", "divided-by-variance", [[0.04, 0.004], [-0.28, 0.028], [0.28, -0.028], [-0.04, -0.004]]),
        ("z", "not-centred", [[1.6, 2.2], [0, 3.4], [2.8, 0.6], [1.2, 1.8]]),
        ("new-z", "statistics-refitted", [0.8165, -0.6737]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


def test_a_window_worked_elsewhere_has_mean_5_variance_4_and_its_largest_pixel_at_2():
    truth = run(x="2,4,4,4,5,5,7,9", new="9")
    assert (truth.step("mean").value, truth.step("var").value, truth.step("sd").value) == (5, 4, 2)
    assert truth.step("z").value[-1] == truth.step("new-z").value == 2


def test_columns_centred_elsewhere_come_out_the_same():
    truth = run(x="1,200;3,400;5,600")
    assert close(truth.step("mean").value, [3, 400])
    assert close(truth.step("centred").value, [[-2, -200], [0, 0], [2, 200]])


@pytest.mark.parametrize(("x", "expected"), [("0,5,10", 0.5), ("0,2500,10000", 0.25)])
def test_a_value_lies_in_its_range_as_worked_elsewhere(x, expected):
    assert run(x=x).step("min-max").value[1] == expected


def test_with_ddof_1_the_divisor_is_n_minus_1():
    truth = run(ddof="1")
    assert close(truth.step("var").value, [100 / 3, 10000 / 3])
    assert "n-minus-one" not in slips(truth, "var")
    assert "(1/(N − 1))" in truth.step("var").formula


def test_without_a_fitting_new_sample_the_z_scores_are_the_end():
    assert run(x="1,3").steps[-1].name == "z"
    assert run(x="1,3", new="5").step("new-z").value == 3


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"x": "1,3"}, "mean", "row-mean"),
        ({"x": "-1,1"}, "centred", "divided-not-shifted"),
        ({"x": "0,2"}, "min-max", "divided-by-max"),
        ({"x": "-2,0"}, "min-max", "divided-by-max"),
        ({"x": "0,2"}, "min-max", "minimum-kept"),
        ({"x": "3,5"}, "sd", "variance-for-sd"),
        ({"x": "-2,2"}, "z", "not-centred"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_the_variance_for_the_deviation_and_a_division_by_it_end_alike():
    wrong = slips(run(), "z")["divided-by-variance"]
    assert {slip.tag for slip in diagnose(run(), "z", wrong)} == {"variance-for-sd", "divided-by-variance"}


def test_a_learners_own_deviation_is_carried_on_unless_nothing_can_be_divided_by_it():
    assert close(follow_through(NORMALISE, defaults(NORMALISE), {"sd": (10, 100)}).step("new-z").value, [0.5, -0.4])
    assert not follow_through(NORMALISE, defaults(NORMALISE), {"sd": (0, 100)}).has("z")
    assert not follow_through(NORMALISE, defaults(NORMALISE), {"var": (-25, 100)}).has("sd")


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"x": "1,2;1,3"}, "--x 1,2;1,3: has no spread in column 1"),
        ({"x": "4,4,4"}, "--x 4,4,4: has no spread in column 1"),
        ({"x": "4"}, "--x 4: must have at least 2 samples"),
        ({"x": "1,2", "ddof": "2"}, "--ddof 2: must be a whole number from 0 to 1"),
        ({"new": "1,2,3"}, "--new 1,2,3: must have 2 numbers to fit --x of 4×2, it has 3"),
        ({"x": "1,2,3", "new": "1,2"}, "--new 1,2: must have 1 number to fit --x of 3, it has 2"),
        ({"x": "1,2,3,4,5,6,7;2,3,4,5,6,7,8"}, "must have at most 6 columns"),
    ],
)
def test_what_cannot_be_scaled_is_refused(texts, message):
    with pytest.raises(StudyError, match=message) as refusal:
        run(**texts)
    assert refusal.value.exit_code == 2
    assert refusal.value.message.zh


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=12).filter(lambda x: len(set(x)) > 1))
@settings(max_examples=60, deadline=None)
def test_scores_have_mean_0_and_deviation_1_and_ranges_end_at_0_and_1(numbers):
    truth = work(NORMALISE, defaults(NORMALISE) | {"x": tuple(map(float, numbers))})
    z, scaled = truth.step("z").value, truth.step("min-max").value
    assert np.allclose([z.mean(), z.std()], [0, 1])
    assert (scaled.min(), scaled.max()) == (0, 1)


def test_the_levels_differ_in_structure():
    for seed in range(40):
        assert np.shape(draw(NORMALISE, Random(seed), 1).inputs["x"]) == (4,)
        assert float(draw(NORMALISE, Random(seed), 2).step("sd").value).is_integer()
        assert np.shape(draw(NORMALISE, Random(seed), 3).inputs["x"]) == (4, 2)


def test_the_pictures_show_the_samples_before_and_after_with_the_mean_at_zero():
    truth = run()
    before, after = NORMALISE.picture(truth)
    assert [mark.at for mark in before.marks if mark.sign == "●"] == [(8, 110), (0, 170), (14, 30), (6, 90)]
    assert np.allclose([mark.at for mark in after.marks if mark.sign == "●"], truth.step("z").value)
    assert [mark.at for mark in after.marks if mark.sign == "+"] == [(0, 0)]
    assert [mark.at for mark in before.marks if mark.sign == "○"] == [(12, 60)]


def test_one_feature_is_drawn_as_bars_and_more_than_two_say_which_are_seen():
    before, after = NORMALISE.picture(run(x="1,2,3", new="2"))
    assert before.values == (1, 2, 3) and after.values[1] == 0
    before, _ = NORMALISE.picture(run(x="1,2,3;2,5,9;0,0,1", new="1,1,1"))
    assert "features 1 and 2" in before.title.en and "特征 1 与 2" in before.title.zh


def test_only_level_three_draws_the_divisor_of_the_sample_variance():
    drawn = {level: {draw(NORMALISE, Random(seed), level).inputs["ddof"] for seed in range(40)} for level in (1, 2, 3)}
    assert drawn == {1: {0}, 2: {0}, 3: {0, 1}}
