"""What a bottleneck saves: what is counted, which mistakes are named, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work
from studynn.worked import load

BOTTLENECK = load("bottleneck-params")


def run(**texts):
    return work(BOTTLENECK, read_inputs(BOTTLENECK, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    expected = {"narrow": 1024, "middle": 2304, "wide": 1024, "bottleneck": 4352, "direct": 73728}
    assert run().results == {**expected, "ratio": pytest.approx(16.9412, rel=1e-5)}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("narrow", {"kernel-squared-at-1x1": 9216}),
        ("middle", {"full-width-middle": 36864, "kernel-side-once": 768}),
        ("wide", {}),
        ("bottleneck", {"expansion-forgotten": 3328}),
        ("direct", {"one-layer-only": 36864}),
        ("ratio", {"ratio-inverted": pytest.approx(0.05903, rel=1e-4)}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(
    ("kind", "channels", "mid", "bottleneck", "direct"),
    [
        ("resnet", 256, 64, 69632, 1179648),
        ("densenet", 256, 32, 69632, 73728),
        ("densenet", 512, 32, 102400, 147456),
        ("involution", 16, 4, 100, 2304),
    ],
)
def test_blocks_counted_elsewhere_come_out_the_same(kind, channels, mid, bottleneck, direct):
    truth = run(kind=kind, channels=str(channels), mid=str(mid))
    assert (truth.step("bottleneck").value, truth.step("direct").value) == (bottleneck, direct)
    assert truth.has("wide") is (kind == "resnet")


@pytest.mark.parametrize(("channels", "words"), [("231", "above that"), ("230", "up to that")])
def test_a_dense_layer_saves_weights_only_above_the_break_even_width(channels, words):
    truth = run(kind="densenet", channels=channels, mid="32")
    assert (truth.step("ratio").value > 1) is (channels == "231")
    assert any(words in note.en and "230.4" in note.en for note in truth.notes)


def test_a_small_kernel_never_breaks_even_and_no_width_is_told():
    truth = run(kind="densenet", kernel="2", channels="4000", mid="1")
    assert truth.step("ratio").value < 1
    assert not any("230.4" in note.en or "C = " in note.en for note in truth.notes)


def test_an_involution_has_a_kernel_for_each_group():
    truth = run(kind="involution", channels="16", mid="4", groups="2")
    assert (truth.step("middle").shown, truth.step("middle").value) == ("4·3²·2", 72)
    assert slips(truth, "middle") == {"full-width-middle": 288, "kernel-side-once": 24}


@pytest.mark.parametrize(
    ("texts", "step", "tag"),
    [
        ({"kernel": "1"}, "narrow", "kernel-squared-at-1x1"),
        ({"kernel": "1"}, "middle", "kernel-side-once"),
        ({"mid": "64"}, "middle", "full-width-middle"),
        ({"kind": "densenet"}, "bottleneck", "expansion-forgotten"),
        ({"kind": "involution"}, "direct", "one-layer-only"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(texts, step, tag):
    assert tag not in slips(run(**texts), step)


def test_a_wrong_part_is_carried_on():
    truth = follow_through(BOTTLENECK, defaults(BOTTLENECK), {"narrow": 9216})
    assert truth.step("bottleneck").value == 9216 + 2304 + 1024


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"kind": "involution", "groups": "3"}, "--groups 3: must divide the 64 channels"),
        ({"channels": "0"}, "--channels 0: "),
        ({"mid": "0"}, "--mid 0: "),
        ({"kind": "plain"}, "--kind plain: must be one of resnet, densenet, involution"),
    ],
)
def test_what_does_not_fit_is_refused(texts, words):
    with pytest.raises(StudyError, match=words):
        run(**texts)


@given(st.integers(1, 400), st.integers(1, 40))
def test_a_dense_bottleneck_pays_beyond_7_2_growth_rates(channels, growth):
    truth = work(BOTTLENECK, defaults(BOTTLENECK) | {"kind": "densenet", "channels": channels, "mid": growth})
    assert (truth.step("ratio").value > 1) is (10 * channels > 72 * growth)
