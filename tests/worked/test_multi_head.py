"""Multi-head attention by counting: sizes, parameters, mistakes and refusals."""

from random import Random

import pytest

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import diagnose, follow_through, work
from studynn.worked import load

MULTI_HEAD = load("multi-head")


def run(**texts):
    return work(MULTI_HEAD, read_inputs(MULTI_HEAD, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {"d-head": 4, "scores": 75, "mha": 624, "ffn": 1212, "layer": 1884}
    assert run().step("q-shape").value == (3, 5, 4)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("d-head", {"full-width-heads": 12}),
        ("scores", {"one-table": 25, "linear-in-n": 60}),
        ("mha", {"times-heads": 1872, "no-output-projection": 468, "biases-forgotten": 576}),
        ("ffn", {"one-matrix": 624}),
        ("layer", {"norms-forgotten": 1836}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(("tokens", "entries"), [("512", 262144), ("1024", 1048576)])
def test_twice_the_tokens_have_four_times_the_scores(tokens, entries):
    assert run(heads="1", tokens=tokens).step("scores").value == entries


def test_cross_attention_has_a_score_for_each_pair_of_tokens():
    truth = run(context="7")
    assert truth.step("scores").shown == "3·5·7"
    assert slips(truth, "scores") == {"one-table": 35, "linear-in-n": 60}


def test_the_base_model_of_the_paper_has_three_million_parameters_a_layer():
    truth = run(width="512", heads="8", ffn="2048")
    assert (truth.step("mha").value, truth.step("ffn").value) == (1_050_624, 2_099_712)
    assert truth.step("layer").value == 3_152_384


def test_without_biases_only_the_matrices_and_the_norms_count():
    truth = run(no_bias=True)
    assert (truth.step("mha").value, truth.step("ffn").value) == (4 * 144, 2 * 12 * 48)
    assert slips(truth, "mha").keys() == {"times-heads", "no-output-projection"}
    assert any("24 fewer" in note.en for note in truth.notes)


@pytest.mark.parametrize("bias", [True, False])
def test_pytorch_counts_as_many(bias):
    torch = pytest.importorskip("torch")
    layer = torch.nn.TransformerEncoderLayer(12, 3, 48, bias=bias)
    counted = sum(parameter.numel() for parameter in layer.parameters())
    assert counted == run(no_bias=not bias).step("layer").value - (0 if bias else 24)


def test_one_head_leaves_no_mistake_about_sharing():
    truth = run(heads="1")
    assert slips(truth, "d-head") == {}
    assert "one-table" not in slips(truth, "scores")
    assert "times-heads" not in slips(truth, "mha")


def test_a_width_that_equals_the_tokens_hides_one_mistake():
    assert "linear-in-n" not in slips(run(tokens="4"), "scores")


def test_leaving_out_biases_or_norms_ends_in_the_same_layer():
    assert {slip.tag for slip in diagnose(run(), "layer", 1836)} == {"biases-forgotten", "norms-forgotten"}


def test_a_wrong_count_is_carried_into_the_layer():
    assert follow_through(MULTI_HEAD, defaults(MULTI_HEAD), {"mha": 468}).step("layer").value == 468 + 1212 + 48


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"heads": "5"}, "--heads 5: must divide --width 12 evenly"),
        ({"heads": "0"}, "--heads 0: must be a whole number from 1"),
        ({"tokens": "1.5"}, "--tokens 1.5: must be a whole number"),
    ],
)
def test_what_cannot_be_shared_is_refused(texts, message):
    with pytest.raises(StudyError, match=message) as refusal:
        run(**texts)
    assert refusal.value.message.zh


def test_the_levels_differ_in_structure():
    found = [draw(MULTI_HEAD, Random(seed), 3).inputs for seed in range(60)]
    assert all(inputs["no_bias"] is (inputs["context"] is None) for inputs in found)
    assert {inputs["no_bias"] for inputs in found} == {True, False}
    assert all(draw(MULTI_HEAD, Random(seed), 1).inputs["width"] <= 48 for seed in range(60))


def test_the_picture_has_a_table_of_scores_for_each_head_and_joins_them_to_the_full_width():
    (picture,) = MULTI_HEAD.picture(run(context="7"))
    units = {layer.label.en: layer.units for layer in picture.layers}
    assert units["scores"] == ("5×7",) * 3 and units["heads"] == ("5×4",) * 3
    assert units["tokens"] == units["joined"] == ("5×12",)
    assert MULTI_HEAD.picture(run(width="100", heads="50")) == []
