"""Sinusoidal positional encoding: angles, pairs, mistakes and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.core.values import components
from studynn.worked import load

ENCODING = load("positional-encoding")


def run(**texts):
    return work(ENCODING, read_inputs(ENCODING, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def close(value, expected, digits=6):
    return list(components(value)) == pytest.approx(expected, rel=0.5 * 10 ** (1 - digits), abs=1e-12)


def test_the_default_run_gives_the_known_values():
    assert close(run().step("angles").value, [2, 0.02])
    assert close(run().step("pe").value, [0.909297, -0.416147, 0.0199987, 0.9998])
    assert run().step("pe").shown == "[sin(2), cos(2), sin(0.02), cos(0.02)]"


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        ("angles", "exponent-halved", [2, 0.2]),
        ("angles", "index-from-one", [0.02, 0.0002]),
        ("pe", "degrees", [0.0349, 0.9994, 0.0003491, 1]),
        ("pe", "sin-cos-swapped", [-0.4161, 0.9093, 0.9998, 0.02]),
        ("pe", "halves-layout", [0.9093, 0.02, -0.4161, 0.9998]),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, tag, expected):
    assert close(slips(run(), step)[tag], expected, digits=4)


def test_position_0_is_zeros_and_ones_and_hides_most_mistakes():
    truth = run(position="0", width="6")
    assert list(truth.step("pe").value) == [0, 1, 0, 1, 0, 1]
    assert slips(truth, "angles") == {}
    assert slips(truth, "pe").keys() == {"sin-cos-swapped", "halves-layout"}


def test_a_single_pair_has_the_angle_p_whatever_the_base():
    truth = run(width="2", position="3", base="50")
    assert list(truth.step("angles").value) == [3]
    assert slips(truth, "angles").keys() == {"index-from-one"}
    assert "halves-layout" not in slips(truth, "pe")


def test_a_wrong_exponent_is_recognised_in_the_encoding():
    wrong = [np.sin(2), np.cos(2), np.sin(0.2), np.cos(0.2)]
    assert [slip.tag for slip in diagnose(run(), "pe", wrong)] == ["exponent-halved"]
    assert close(follow_through(ENCODING, defaults(ENCODING), {"angles": (2, 0.2)}).step("pe").value, wrong)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"width": "5"}, "--width 5: must be even"),
        ({"width": "18"}, "--width 18: must be a whole number from 2 to 16"),
        ({"position": "-1"}, "--position -1: must be a whole number from 0"),
        ({"base": "1"}, "--base 1: must be a number from 2"),
    ],
)
def test_what_cannot_be_encoded_is_refused(texts, message):
    with pytest.raises(StudyError, match=message) as refusal:
        run(**texts)
    assert refusal.value.message.zh


@given(st.integers(0, 1000), st.integers(0, 50), st.integers(1, 8))
def test_the_product_of_two_encodings_depends_on_their_distance_only(position, shift, pairs):
    def encoding(at):
        return work(ENCODING, {"position": at, "width": 2 * pairs, "base": 10_000.0}).step("pe").value

    from_start = encoding(0) @ encoding(shift)
    assert encoding(position) @ encoding(position + shift) == pytest.approx(from_start, abs=1e-9)
