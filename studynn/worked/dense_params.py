"""`studynn compute dense-params`: the shapes in a stack of dense layers, and what there is to learn."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Annotated

from studynn.core.draw import Rng
from studynn.core.inputs import Counts, Input
from studynn.core.picture import Layer, Layers, Picture
from studynn.core.steps import Inputs, Inverse, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.worked._counting import low, plus, times
from studynn.worked._sketches import circles

MOST_LAYERS = 20


@example(
    title=Text("Shapes and parameters of dense layers", "全连接层的形状与参数"),
    topic=("mlp", "perceptron", "cnn"),
    results=("flatten", "W-shape{l}", "y-shape{l}", "params{l}", "total"),
    inverse=(
        Inverse(
            "input",
            "total",
            Text("How many inputs make {result} parameters in all?", "输入有多少个数时，参数共 {result} 个？"),
        ),
    ),
)
def dense_params(
    input: Annotated[
        Counts,
        Input(
            "x",
            Text(
                "number of inputs, or an image: 3x8x8 (channels, height, width)",
                "输入个数，或图像 3x8x8（通道、高、宽）",
            ),
            at_least=1,
            longest=3,
        ),
    ] = (3, 8, 8),
    layers: Annotated[
        Counts,
        Input("n", Text("units of each layer", "各层的单元数"), at_least=1, longest=MOST_LAYERS),
    ] = (20, 5),
    no_bias: Annotated[bool, Input("no bias", Text("layers without biases", "各层不带偏置"))] = False,
    row: Annotated[bool, Input("row", Text("vectors as rows: y = xWᵀ + b", "写成行向量：y = xWᵀ + b"))] = False,
) -> Steps:
    """n_out·n_in weights and n_out biases a layer, for y = Wx + b. An image is laid out as one vector first.

    Source: Goodfellow, Bengio & Courville 2016, section 6.1; document 003, fully connected layers.
    """
    width = yield _flatten(input)
    counts = []
    for number, units in enumerate(layers, 1):
        shape = yield _weights(number, width, units)
        lying = yield _outputs(number, width, units, row)
        count = yield _params(number, shape, no_bias)
        width = lying[1] if row else lying[0]
        counts.append(count)
    yield Step("total", Text("All parameters", "参数总数"), "Σ params", plus(counts), sum(counts))
    return _notes(row)


def _flatten(sizes: Sequence[int]) -> Step:
    if len(sizes) == 1:
        return Step("flatten", Text("Inputs of layer 1", "第 1 层的输入数"), "n₀", number_text(sizes[0]), sizes[0])
    pixels = sizes[-2:]
    slips = [
        Slip(
            "sides-added",
            Text("Multiply the sides: every row holds W pixels.", "边长要相乘：每行都有 W 个像素。"),
            sum(pixels),
        )
    ]
    if len(sizes) == 3 and sizes[0] > 1:
        hint = Text("Each pixel has a value in every channel: times C.", "每个像素在每个通道都有一个值：还要乘以 C。")
        slips.insert(0, Slip("channels-forgotten", hint, prod(pixels)))
    return Step(
        "flatten",
        Text("Image as one vector: its length", "图像展平为向量：长度"),
        "n₀ = C·H·W" if len(sizes) == 3 else "n₀ = H·W",
        times(*sizes),
        prod(sizes),
        tuple(slips),
    )


def _weights(number: int, width: Value, units: int) -> Step:
    hint = Text("W has a row for each output and a column for each input.", "W 每个输出占一行，每个输入占一列。")
    return Step(
        f"W-shape{number}",
        Text(f"Shape of W{low(number)}", f"W{low(number)} 的形状"),
        f"n{low(number)} × n{low(number - 1)}",
        value_text((units, width)),
        (units, width),
        (Slip("shape-swapped", hint, (width, units)),) if width != units else (),
    )


def _outputs(number: int, width: Value, units: int, row: bool) -> Step:
    out = f"n{low(number)}"
    shape, like_w = ((1, units), (width, units)) if row else ((units, 1), (units, width))
    hint = Text(
        "The product sums over the inputs: one number is left for each unit.",
        "乘积对各输入求和：每个单元只剩一个数。",
    )
    return Step(
        f"y-shape{number}",
        Text(f"Shape of the output of layer {number}", f"第 {number} 层输出的形状"),
        f"1 × {out}" if row else f"{out} × 1",
        value_text(shape),
        shape,
        (Slip("y-like-w", hint, like_w),) if width != 1 else (),
    )


def _params(number: int, shape: Value, no_bias: bool) -> Step:
    units, width = shape
    slips = []
    if not no_bias:
        hint = Text("Each unit has a bias besides its weights: add them.", "每个单元除权重外还有一个偏置：要加上。")
        slips.append(Slip("biases-forgotten", hint, units * width))
        if width != units:
            hint = Text("A bias belongs to a unit of the layer, not to an input.", "偏置属于本层的单元，不属于输入。")
            slips.append(Slip("bias-per-input", hint, units * width + width))
    hint = Text(
        "Every input is connected with every unit: multiply the two numbers.",
        "每个输入都与每个单元相连：两数应相乘。",
    )
    slips.append(Slip("units-added", hint, units + width))
    formula, shown = f"n{low(number)}·n{low(number - 1)}", times(units, width)
    return Step(
        f"params{number}",
        Text(f"Weights of layer {number}", f"第 {number} 层的权重数")
        if no_bias
        else Text(f"Weights and biases of layer {number}", f"第 {number} 层的权重与偏置数"),
        formula if no_bias else f"{formula} + n{low(number)}",
        shown if no_bias else f"{shown} + {number_text(units)}",
        units * width + (0 if no_bias else units),
        tuple(slips),
    )


def _notes(row: bool) -> list[Text]:
    if row:
        return [
            Text(
                "Rows: y = xWᵀ + b, as in PyTorch. Keras keeps Wᵀ, inputs × outputs, and computes xW + b.",
                "行向量：y = xWᵀ + b，与 PyTorch 相同。Keras 存放的是 Wᵀ（输入数 × 输出数），计算 xW + b。",
            )
        ]
    return [
        Text(
            "Vectors are columns: y = Wx + b. As row vectors y = xWᵀ + b: --row prints those shapes.",
            "向量为列向量：y = Wx + b。写成行向量是 y = xWᵀ + b，其形状用 --row 查看。",
        )
    ]


@dense_params.check(
    "count for each unit its inputs and one constant input for the bias: (inputs + 1)·units",
    "每个单元连着全部输入和一个恒为 1 的偏置输入：(输入数 + 1)·单元数",
)
def with_a_constant_input(input: Sequence[int], layers: Sequence[int], no_bias: bool, row: bool) -> dict[str, Value]:
    """Parameters of each layer and in all, with the bias as the weight of an input that is always 1."""
    sizes = (prod(input), *layers)
    counts = [(below + (not no_bias)) * units for below, units in pairwise(sizes)]
    return {f"params{number}": count for number, count in enumerate(counts, 1)} | {"total": sum(counts)}


MOST_DRAWN = 8


MOST_DRAWN = 8


@dense_params.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The stack of layers, up to eight of them, with the shape of each W and how many parameters it brings."""
    sizes = worked.inputs["layers"]
    width = worked.step("flatten").value
    found = [Layer(Text(f"{width} inputs", f"{width} 个输入"), circles(width))]
    for number, count in enumerate(sizes[:MOST_DRAWN], 1):
        shape = "×".join(map(str, worked.step(f"W-shape{number}").value))
        params = worked.step(f"params{number}").value
        link = Text(f"↑ W{low(number)} {shape}, {params} parameters", f"↑ W{low(number)} {shape}，{params} 个参数")
        label = Text(f"layer {number}: {count}", f"第 {number} 层：{count}")
        found.insert(0, Layer(label, circles(count), link))
    title = Text("The network, a circle for each unit", "网络示意，每个圆圈一个单元")
    if len(sizes) > MOST_DRAWN:
        title = Text(f"The first {MOST_DRAWN} of {len(sizes)} layers", f"{len(sizes)} 层中的前 {MOST_DRAWN} 层")
    return [Layers(title, tuple(found))]


@dense_params.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: one layer on a given number of inputs; 2: two layers on an image of several channels; 3: three layers, some on
    a given number of inputs or without biases.
    """
    sizes: tuple[int, ...]
    layers: tuple[int, ...]
    if level == 1:
        sizes, layers = (rng.randint(3, 20),), (rng.randint(2, 12),)
    else:
        sizes = (rng.randint(2, 4), rng.randint(4, 12), rng.randint(4, 12))
        layers = (rng.randint(8, 40), *(rng.randint(2, 20) for _ in range(level - 1)))
    if level == 3 and rng.random() < 0.5:
        sizes = (rng.randint(20, 400),)
    widths = (prod(sizes), *layers)
    if any(below == units for below, units in pairwise(widths)):
        return None  # it would not show to which side the biases belong
    return {"input": sizes, "layers": layers, "no_bias": level == 3 and rng.random() < 0.3}
