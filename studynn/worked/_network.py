"""A network typed as its layers, `in 1x12x12, conv 4 k3, pool k2, flatten, dense 10`: reading, shapes, well-known ones."""

import re
from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from studynn.core.errors import InputError
from studynn.core.picture import Bars, Layers, Picture
from studynn.core.picture import Layer as Row
from studynn.core.steps import Value
from studynn.core.text import Text, number_text, same

MOST_LAYERS = 40
LARGEST = 100_000
MOST_DRAWN = 24
GATES = {"rnn": 1, "lstm": 4, "gru": 3}
SIZED = ("conv", "dense", "primary-caps", "digit-caps", *GATES)
WINDOWED = ("conv", "pool", "primary-caps")

PRESETS = {
    "lenet5": "in 1x32x32, conv 6 k5, pool k2, conv 16 k5, pool k2, flatten, dense 120, dense 84, dense 10",
    "alexnet": "in 3x227x227, conv 96 k11 s4, pool k3 s2, conv 256 k5 p2, pool k3 s2, conv 384 k3 p1, conv 384 k3 p1, "
    "conv 256 k3 p1, pool k3 s2, flatten, dense 4096, dense 4096, dense 1000",
    "vgg16": "in 3x224x224, "
    + ", ".join(
        ", ".join([f"conv {filters} k3 p1"] * count) + ", pool k2"
        for filters, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
    )
    + ", flatten, dense 4096, dense 4096, dense 1000",
    "capsnet": "in 1x28x28, conv 256 k9, primary-caps 32x8 k9 s2, digit-caps 10x16, flatten, dense 512, dense 1024, "
    "dense 784",
    "keras-mlp": "in 100, dense 64, dense 10",
    "keras-rnn": "in 20x100, rnn 64, dense 10",
    "keras-lstm": "in 20x100, lstm 64, dense 10",
    "keras-gru": "in 20x100, gru 64 reset-after, dense 10",
    "autoencoder": "in 784, dense 32, dense 784",
}


class Layer(NamedTuple):
    """A layer as typed. `size` is its filters, units or (maps of) capsules, `depth` the numbers in a capsule."""

    text: str
    kind: str
    size: int = 0
    depth: int = 0
    kernel: int = 0
    stride: int = 1
    padding: int = 0
    every_step: bool = False
    reset_after: bool = False


def read_network(net: str) -> tuple[tuple[int, ...], list[Layer]]:
    """The shape of the input and the layers; InputError where a layer cannot be read or does not fit what is below it."""
    parts = [" ".join(part.lower().split()) for part in re.split(r"[,;]", net) if part.strip()]
    source = re.fullmatch(r"in ((?:\d{1,6}x){0,2}\d{1,6})", parts[0]) if parts else None
    sizes = tuple(map(int, source[1].split("x"))) if source else ()
    if not sizes or not all(1 <= size <= LARGEST for size in sizes):
        raise _refusal(
            parts[0] if parts else net,
            Text(
                "must begin with the input: in 3x32x32 (channels, height, width), in 100, or in 20x100 (steps, inputs)",
                "应以输入开头：in 3x32x32（通道、高、宽）、in 100 或 in 20x100（时间步、输入数）",
            ),
        )
    if not 2 <= len(parts) <= MOST_LAYERS + 1:
        raise _refusal(net, Text(f"must have 1 to {MOST_LAYERS} layers", f"应有 1 到 {MOST_LAYERS} 层"))
    layers = [_layer(part) for part in parts[1:]]
    shape: tuple[int, ...] = sizes
    for number, layer in enumerate(layers, 1):
        _require_fit(number, layer, shape)
        shape = shape_after(layer, shape)
    return sizes, layers


def _refusal(given: str, allowed: Text) -> InputError:
    return InputError("net", given, allowed)


def _layer(part: str) -> Layer:
    kind, *words = part.split()
    layer = Layer(part, kind)
    if kind in SIZED:
        axes = r"(\d{1,6})x(\d{1,6})" if kind.endswith("caps") else r"(\d{1,6})()"
        match = re.fullmatch(axes, words.pop(0)) if words else None
        if not match:
            raise _unreadable(part)
        layer = layer._replace(size=int(match[1]), depth=int(match[2] or 1))
    elif kind not in ("pool", "flatten"):
        raise _unreadable(part)
    if kind in WINDOWED:
        layer = _windowed(layer, words)
    elif kind in GATES:
        layer = layer._replace(every_step="seq" in words, reset_after=kind == "gru" and "reset-after" in words)
        if len(words) != layer.every_step + layer.reset_after:
            raise _unreadable(part)
    elif words:
        raise _unreadable(part)
    numbers = (layer.size, layer.depth) if kind in SIZED else ()
    if not all(1 <= number <= LARGEST for number in numbers):
        raise _unreadable(part)
    return layer


def _windowed(layer: Layer, words: list[str]) -> Layer:
    """The layer with its kernel, `k5`, `5` or `5x5`, and its stride and padding where given. A pool moves by its window."""
    kernel = re.fullmatch(r"k?(\d{1,6})|(\d{1,6})x\2", words[0]) if words else None
    if not kernel:
        raise _unreadable(layer.text)
    side = int(kernel[1] or kernel[2])
    found = {"s": side if layer.kind == "pool" else 1, "p": 0}
    for word in words[1:]:
        match = re.fullmatch(r"([sp])(\d{1,6})", word)
        if not match or (match[1] == "p" and layer.kind != "conv"):
            raise _unreadable(layer.text)
        found[match[1]] = int(match[2])
    if not (1 <= side <= LARGEST and 1 <= found["s"] <= LARGEST and found["p"] <= LARGEST):
        raise _unreadable(layer.text)
    return layer._replace(kernel=side, stride=found["s"], padding=found["p"])


def _unreadable(part: str) -> InputError:
    forms = (
        "conv 6 k5 s1 p2; pool k2 s2; flatten; dense 10; rnn|lstm|gru 64 seq; gru 64 reset-after; "
        "primary-caps 32x8 k9 s2; digit-caps 10x16"
    )
    return _refusal(part, Text(f"is no layer. Layers are {forms}", f"不是一层。可用的层：{forms}"))


def _require_fit(number: int, layer: Layer, shape: tuple[int, ...]) -> None:
    """Raise InputError where a layer cannot stand on values of this shape."""
    wanted = {"dense": 1, "digit-caps": 2, **dict.fromkeys(WINDOWED, 3), **dict.fromkeys(GATES, 2)}.get(layer.kind)
    by = "×".join(map(str, shape))
    if wanted is not None and len(shape) != wanted:
        needs = {
            1: Text("a vector: put flatten before it", "向量：请在前面加 flatten"),
            2: Text("steps × inputs", "时间步 × 输入数")
            if layer.kind in GATES
            else Text("capsules × numbers", "胶囊数 × 维数"),
            3: Text("channels × height × width", "通道 × 高 × 宽"),
        }[wanted]
        raise _refusal(
            layer.text,
            Text(
                f"layer {number} needs {needs.en}; it is given {by}", f"第 {number} 层需要{needs.zh}；这里得到的是 {by}"
            ),
        )
    if layer.kind in WINDOWED and layer.kernel > min(shape[1:]) + 2 * layer.padding:
        room = "×".join(str(side + 2 * layer.padding) for side in shape[1:])
        raise _refusal(
            layer.text,
            Text(
                f"the window of layer {number} does not fit into {room}",
                f"第 {number} 层的窗口放不进 {room}",
            ),
        )


def positions(layer: Layer, side: Value) -> Value:
    """Where the window can stand along a side."""
    return (side + 2 * layer.padding - layer.kernel) // layer.stride + 1


def shape_after(layer: Layer, shape: Sequence[Value]) -> tuple[Value, ...]:
    """The shape of what a layer puts out, from the shape of what it is given."""
    if layer.kind in ("conv", "pool"):
        channels = layer.size if layer.kind == "conv" else shape[0]
        return (channels, *(positions(layer, side) for side in shape[1:]))
    if layer.kind == "primary-caps":
        return (layer.size * prod(positions(layer, side) for side in shape[1:]), layer.depth)
    if layer.kind == "digit-caps":
        return (layer.size, layer.depth)
    if layer.kind == "flatten":
        return (prod(shape),)
    return (shape[0], layer.size) if layer.every_step else (layer.size,)


def drawn(layers: Sequence[Layer], shapes: Sequence[Sequence[int]], counts: Sequence[int]) -> list[Picture]:
    """The layers on top of each other, the input lowest, each with its shape; bars of what they learn. Of many the last ones."""
    names = ["in", *(f"{number} {layer.text}" for number, layer in enumerate(layers, 1))]
    rows = [Row(same(name), ("×".join(map(number_text, shape)),)) for name, shape in zip(names, shapes, strict=True)]
    title = Text("Shapes, from the input up", "各层形状，自下而上")
    if len(rows) > MOST_DRAWN:
        title = Text(f"Shapes of the last {MOST_DRAWN} layers, upwards", f"最后 {MOST_DRAWN} 层的形状，自下而上")
    found: list[Picture] = [Layers(title, tuple(rows[-MOST_DRAWN:][::-1]))]
    if learning := [(str(number), count) for number, count in enumerate(counts, 1) if count][-MOST_DRAWN:]:
        labels, sizes = zip(*learning, strict=True)
        found.append(Bars(Text("Parameters, by the number of the layer", "各层的参数数（按层号）"), labels, sizes))
    return found
