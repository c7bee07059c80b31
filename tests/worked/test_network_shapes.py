"""A walk through a network: shapes and parameters, named mistakes, well-known networks, and what is refused."""

from random import Random

import pytest

from studynn.core.draw import draw
from studynn.core.errors import StudyError
from studynn.core.inputs import defaults, read_inputs
from studynn.core.steps import follow_through, work, wrong_values
from studynn.worked import load
from studynn.worked._network import PRESETS, read_network

NETWORK = load("network-shapes")


def run(**texts):
    return work(NETWORK, read_inputs(NETWORK, texts))


def slips(truth, name):
    return {slip.tag: slip.value for slip in truth.step(name).slips}


def test_the_default_run_gives_the_known_values():
    assert run().results == {
        "shape1": (4, 10, 10),
        "params1": 40,
        "shape2": (4, 5, 5),
        "params2": 0,
        "shape3": (8, 4, 4),
        "params3": 136,
        "shape4": (8, 2, 2),
        "params4": 0,
        "shape5": (32,),
        "params5": 0,
        "shape6": (10,),
        "params6": 330,
        "total": 506,
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("shape1", {"no-plus-one": (4, 9, 9), "size-kept": (4, 12, 12)}),
        ("params1", {"biases-forgotten": 36}),
        ("shape2", {"pool-stride-one": (4, 9, 9)}),
        ("params2", {"pool-has-weights": 4}),
        ("params3", {"biases-forgotten": 128, "channels-forgotten": 40}),
        ("shape5", {"flatten-without-channels": (4,)}),
        ("params5", {}),
        ("params6", {"biases-forgotten": 320, "sizes-added": 42}),
    ],
)
def test_each_mistake_leads_to_its_known_value(step, expected):
    assert slips(run(), step) == expected


@pytest.mark.parametrize(
    ("preset", "values"),
    [
        ("lenet5", {"total": 61706, "shape4": (16, 5, 5)}),
        ("alexnet", {"total": 62378344, "shape1": (96, 55, 55), "shape9": (9216,)}),
        ("vgg16", {"total": 138357544, "shape18": (512, 7, 7)}),
        (
            "capsnet",
            {
                "params1": 20992,
                "shape2": (1152, 8),
                "params2": 5308672,
                "params3": 1474560,
                "params5": 82432,
                "total": 8215568,
            },
        ),
        ("keras-mlp", {"params1": 6464, "params2": 650, "total": 7114}),
        ("keras-rnn", {"params1": 10560, "params2": 650, "total": 11210}),
        ("keras-lstm", {"params1": 42240, "params2": 650, "total": 42890}),
        ("keras-gru", {"params1": 31872, "total": 32522}),
        ("autoencoder", {"total": 50992}),
    ],
)
def test_well_known_networks_have_their_known_sizes(preset, values):
    truth = run(preset=preset)
    assert {name: truth.step(name).value for name in values} == values


@pytest.mark.parametrize(
    ("net", "values"),
    [
        ("in 32x28x28, flatten, dense 128", {"total": 3211392}),
        ("in 32x28x28, pool k2, flatten, dense 128", {"total": 802944}),
        ("in 3x5x5, conv 2 k3 p1 s2", {"shape1": (2, 3, 3), "params1": 56}),
        ("in 3x32x32, conv 6 k5", {"shape1": (6, 28, 28), "params1": 456}),
        ("in 3, dense 4, dense 2", {"total": 26}),
        ("in 20x100, rnn 64 seq, rnn 64", {"shape1": (20, 64), "params2": 8256}),
        ("in 20x100, gru 64, dense 10", {"params1": 31680, "total": 32330}),
    ],
)
def test_networks_counted_elsewhere_come_out_the_same(net, values):
    truth = run(net=net)
    assert {name: truth.step(name).value for name in values} == values


@pytest.mark.parametrize(
    "typed",
    [
        "IN 1×12×12; conv 4 3x3; pool 2; conv 8 2; pool 2x2 s2; flatten; dense 10",
        "in 1x12x12，conv 4 k3 s1 p0，pool k2，conv 8 k2，pool k2，flatten，dense 10，",
    ],
)
def test_a_network_is_read_in_several_spellings(typed):
    assert run(net=typed).results == run().results


def test_stride_and_padding_are_shown_only_where_there_are_any():
    truth = run(net="in 1x9x9, conv 2 k3, conv 2 k3 p1, conv 2 k3 s2 p1")
    assert truth.step("shape1").formula == "[F, H − K + 1, W − K + 1]"
    assert truth.step("shape2").shown == "[2, 7 − 3 + 2·1 + 1, 7 − 3 + 2·1 + 1]"
    assert truth.step("shape3").shown == "[2, ⌊(7 − 3 + 2·1)/2⌋ + 1, ⌊(7 − 3 + 2·1)/2⌋ + 1]"


@pytest.mark.parametrize(
    ("net", "step", "tag"),
    [
        ("in 1x9x9, conv 2 k3 p1", "shape1", "size-kept"),
        ("in 1x9x9, conv 2 k3 p1", "params1", "channels-forgotten"),
        ("in 1x9x9, pool k2 s1", "shape1", "pool-stride-one"),
        ("in 1x9x9, flatten", "shape1", "flatten-without-channels"),
        ("in 20x9, flatten", "shape1", "flatten-without-channels"),
        ("in 1x9, lstm 3", "params1", "times-steps"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_not_offered(net, step, tag):
    assert tag not in slips(run(net=net), step)


def test_multiplying_by_the_time_steps_is_named():
    truth = run(net="in 6x4, lstm 3, dense 2")
    assert slips(truth, "params1") == {"biases-forgotten": 84, "times-steps": 576}


def test_a_wrong_shape_is_carried_on_to_the_parameters():
    truth = follow_through(NETWORK, defaults(NETWORK), {"shape4": (8, 3, 3)})
    assert (truth.step("shape5").value, truth.step("params6").value) == ((72,), 730)
    found = {slip.tag: value for slip, value in wrong_values(run(), "total")}
    assert found["flatten-without-channels"] == 40 + 136 + 50


@pytest.mark.parametrize(
    ("preset", "words"), [("lenet5", "60,000"), ("alexnet", "61,100,840"), ("keras-lstm", "two"), ("capsnet", "d×D")]
)
def test_notes_tell_what_others_count(preset, words):
    assert any(words in note.en for note in run(preset=preset).notes)


@pytest.mark.parametrize(
    ("net", "words"),
    [
        ("conv 4 k3", "--net conv 4 k3: must begin with the input"),
        ("in 0x4x4, flatten", "--net in 0x4x4: must begin with the input"),
        ("in 4", "--net in 4: must have 1 to 40 layers"),
        ("in 4" + ", dense 4" * 41, "must have 1 to 40 layers"),
        ("in 1x8x8, convolve 3", "--net convolve 3: is no layer. Layers are conv 6 k5"),
        ("in 1x8x8, conv 3", "--net conv 3: is no layer"),
        ("in 1x8x8, conv 3 k3 k3", "is no layer"),
        ("in 1x8x8, conv 3 k3x2", "is no layer"),
        ("in 1x8x8, conv 0 k3", "is no layer"),
        ("in 1x8x8, conv 3 k3 s0", "is no layer"),
        ("in 1x8x8, pool k2 p1", "is no layer"),
        ("in 4, dense", "is no layer"),
        ("in 4, dense 4 relu", "is no layer"),
        ("in 4x4, rnn 4 reset-after", "is no layer"),
        ("in 1x8x8, flatten 3", "is no layer"),
        ("in 1x4x4, conv 2 k3, conv 2 k3", "--net conv 2 k3: the window of layer 2 does not fit into 2×2"),
        ("in 1x8x8, dense 4", "layer 1 needs a vector: put flatten before it; it is given 1×8×8"),
        ("in 8x8, conv 2 k3", "layer 1 needs channels × height × width; it is given 8×8"),
        ("in 8, rnn 4", "layer 1 needs steps × inputs; it is given 8"),
        ("in 8, digit-caps 10x16", "layer 1 needs capsules × numbers"),
    ],
)
def test_what_is_no_network_is_refused_in_one_line(net, words):
    with pytest.raises(StudyError, match=words) as refused:
        run(net=net)
    assert "\n" not in refused.value.message.en


@pytest.mark.parametrize("level", [1, 2, 3])
def test_drawn_networks_keep_more_than_one_cell_a_side_until_they_are_flattened(level):
    for seed in range(100):
        truth = draw(NETWORK, Random(f"{seed}/{level}"), level)
        shapes = [step.value for step in truth.steps if step.name.startswith("shape")]
        assert all(min(shape[1:]) > 1 for shape in shapes if len(shape) == 3)


def drawn(seed):
    return draw(NETWORK, Random(f"{seed}"), seed % 2 + 1).inputs["net"]


@pytest.mark.parametrize("net", [PRESETS["lenet5"], PRESETS["alexnet"], PRESETS["vgg16"], *map(drawn, range(10))])
def test_shapes_and_parameters_are_those_of_pytorch(net):
    torch = pytest.importorskip("torch")
    shape, layers = read_network(net)
    truth = run(net=net)
    x = torch.zeros(1, *shape, device="meta")
    for number, layer in enumerate(layers, 1):
        window = {"kernel_size": layer.kernel, "stride": layer.stride}
        if layer.kind == "conv":
            module = torch.nn.Conv2d(x.shape[1], layer.size, **window, padding=layer.padding, device="meta")
        elif layer.kind == "dense":
            module = torch.nn.Linear(x.shape[1], layer.size, device="meta")
        else:
            module = torch.nn.MaxPool2d(**window) if layer.kind == "pool" else torch.nn.Flatten()
        x = module(x)
        assert tuple(x.shape[1:]) == truth.step(f"shape{number}").value
        assert sum(p.numel() for p in module.parameters()) == truth.step(f"params{number}").value


def test_the_picture_has_the_input_at_the_bottom_and_the_parameters_of_what_learns():
    stack, bars = NETWORK.picture(run())
    assert [layer.label.en for layer in stack.layers][::6] == ["6 dense 10", "in"]
    assert [layer.units for layer in stack.layers][-2:] == [("4×10×10",), ("1×12×12",)]
    assert (bars.labels, bars.values) == (("1", "3", "6"), (40, 136, 330))


def test_of_many_layers_the_last_are_drawn_and_where_none_learns_there_are_no_bars():
    deep = NETWORK.picture(run(net="in 1x1x1" + ", conv 1 k1" * 40))
    assert (
        deep[0].title.en == "Shapes of the last 24 layers, upwards" and len(deep[0].layers) == len(deep[1].labels) == 24
    )
    assert len(NETWORK.picture(run(net="in 3x2x2, flatten"))) == 1


def test_level_three_draws_recurrent_layers_convolutions_under_dense_layers_and_known_networks():
    found = [draw(NETWORK, Random(f"{seed}/3"), 3).inputs for seed in range(120)]
    known = {inputs["preset"] for inputs in found} - {"none"}
    nets = [inputs["net"] for inputs in found if inputs["preset"] == "none"]
    assert len(known) > 4 and any("flatten" in net for net in nets) and any("reset-after" in net for net in nets)
    assert all(net.count("dense") == 2 for net in nets if "flatten" in net)
