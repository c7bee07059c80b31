"""`studynn compute conv2d`: a convolutional layer by hand, one window at a time."""

from typing import Annotated, Any, Literal

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Vector
from studynn.core.picture import HeatMap, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, mixed_number, number_text, value_text
from studynn.core.values import nested
from studynn.nn.convolution import Array
from studynn.nn.convolution import conv2d as one_product
from studynn.worked._conv_layer import (
    DEFAULT_BIAS,
    PRESETS,
    Layer,
    bare,
    bare_text,
    bias_left_out,
    layer_of,
    refuse_misfits,
)
from studynn.worked._drawings import beside, block

CELLS_SHOWN = 4
MOST_MAPS = 4
WIDEST_MAP = 19
MOST_IN_NOTE = 32


@example(
    title=Text("2-D convolution with channels", "多通道二维卷积"),
    topic=("convolution", "cnn"),
    results=("out-size", "cell-{f}-{i}-{j}", "y"),
)
def conv2d(
    x: Annotated[Any, (2, 3), Input("x", Text("input, C×H×W or H×W", "输入，C×H×W 或 H×W"))] = (
        ((1.0, 0.0, 2.0), (3.0, 1.0, 0.0), (0.0, 2.0, 1.0)),
        ((0.0, 1.0, 1.0), (2.0, 0.0, 1.0), (1.0, 3.0, 0.0)),
    ),
    k: Annotated[
        Any, (2, 3, 4), Input("k", Text("kernels, F×C×K×K, C×K×K or K×K", "卷积核，F×C×K×K、C×K×K 或 K×K"))
    ] = (
        (((1.0, 0.0), (-1.0, 2.0)), ((0.0, 1.0), (1.0, 0.0))),
        (((0.0, -1.0), (1.0, 1.0)), ((2.0, 0.0), (0.0, -1.0))),
    ),
    bias: Annotated[
        Vector,
        Input(
            "b",
            Text(
                "one bias per kernel; unless given, 0 for another number of kernels",
                "每个卷积核一个偏置；核数不同而未给出时为 0",
            ),
        ),
    ] = DEFAULT_BIAS,
    stride: Annotated[int, Input("S", Text("step of the window", "窗口的步幅"), at_least=1, at_most=64)] = 1,
    padding: Annotated[
        int, Input("P", Text("rings of zeros around the input", "四周填充的零的圈数"), at_least=0, at_most=64)
    ] = 0,
    flip: Annotated[bool, Input("flip", Text("true convolution: turn the kernel", "严格的卷积：翻转核"))] = False,
    preset: Annotated[
        Literal["none", "sobel-x", "sobel-y", "laplace", "mean", "sharpen", "identity"],
        Input("preset", Text("a well-known 3×3 kernel, taken for k", "用常见的 3×3 核作为 k")),
    ] = "none",
) -> Steps:
    """Each output: one window times one kernel, summed over the channels, plus the kernel's bias. Indices count from 0.

    Source: Goodfellow, Bengio & Courville 2016, section 9.5; document 001, convolutional layer.
    """
    layer = layer_of(x, k, bias, stride, padding, preset)
    refuse_misfits(layer, preset)
    notes = _notes(layer, flip, bias)
    size = yield _out_size(layer)
    if flip:
        turned = yield _turned(layer.kernels)
        layer = layer._replace(kernels=np.reshape(turned, layer.kernels.shape))
    # A wrong size leaves cells out; it cannot add windows that are not there.
    count, high, wide = (
        max(1, min(int(of), most)) for of, most in zip(size, (len(layer.kernels), *layer.sides()), strict=True)
    )
    slips = _slips(layer, flip)
    y = layer.maps(count, high, wide)
    first = list(np.ndindex(count, high, wide))[:CELLS_SHOWN]
    for place in first:
        y[place] = yield _cell(place, layer, slips)
    rest = y.size - len(first)
    yield Step(
        "y",
        Text(f"All maps; the other {rest} cells likewise", f"全部特征图，其余 {rest} 格同理")
        if rest
        else Text("All maps: the cells put together", "全部特征图：把各格拼起来"),
        "y[f, i, j]",
        bare_text(y),
        bare(y),
        tuple(Slip(tag, hint, bare(wrong.maps(count, high, wide))) for tag, hint, wrong in slips),
    )
    return notes


def _out_size(layer: Layer) -> Step:
    high, wide = layer.sides()
    spans = [
        f"⌊({side - 2 * layer.padding} − {reach} + 2·{layer.padding})/{layer.stride}⌋ + 1"
        for side, reach in zip(layer.x.shape[1:], layer.kernels.shape[2:], strict=True)
    ]
    hint = Text(
        "The window starts at one position before its first move: add one on each side.",
        "窗口移动之前已占一个位置：每边都要加一。",
    )
    return Step(
        "out-size",
        Text("Size of the output: maps, height, width", "输出的尺寸：图数、高、宽"),
        "[F, ⌊(H − K + 2P)/S⌋ + 1, ⌊(W − K + 2P)/S⌋ + 1]",
        f"[{len(layer.kernels)}, {spans[0]}, {spans[1]}]",
        (len(layer.kernels), high, wide),
        (Slip("no-plus-one", hint, (len(layer.kernels), high - 1, wide - 1)),),
    )


def _turn(kernels: Array) -> Array:
    return np.ascontiguousarray(kernels[..., ::-1, ::-1])


def _turned(kernels: Array) -> Step:
    turned = _turn(kernels)
    hint = Text(
        "True convolution is asked for: turn the kernel by 180° first.", "要求的是严格的卷积：先把核旋转 180°。"
    )
    return Step(
        "kernel-used",
        Text("Kernels turned by 180°", "旋转 180° 后的卷积核"),
        "k[f, c, K − 1 − u, K − 1 − v]",
        bare_text(turned),
        bare(turned),
        () if np.array_equal(turned, kernels) else (Slip("not-flipped", hint, bare(kernels)),),
    )


def _slips(layer: Layer, flip: bool) -> list[tuple[str, Text, Layer]]:
    """Each mistake as the layer that it computes with."""
    channels = len(layer.x)
    hints = {
        "flipped": Text("Lay the kernel on as written; only --flip turns it.", "核按原样套用；只有 --flip 才翻转。"),
        "bias-forgotten": Text("Finish each cell with the bias of its kernel.", "每格最后还要加上该核的偏置。"),
        "bias-per-channel": Text("Sum the channels first, then add the bias once.", "先把各通道求和，偏置只加一次。"),
        "first-channel-only": Text(
            "The kernel has a slice for every channel: add all their products.",
            "核在每个通道都有一层：各通道的乘积都要加。",
        ),
    }
    first = layer.kernels.copy()
    first[:, 1:] = 0
    wrong = {
        "flipped": layer if flip else layer._replace(kernels=_turn(layer.kernels)),
        "bias-forgotten": layer._replace(biases=0 * layer.biases),
        "bias-per-channel": layer._replace(biases=channels * layer.biases),
        "first-channel-only": layer._replace(kernels=first),
    }
    return [(tag, hint, wrong[tag]) for tag, hint in hints.items() if layer.differs(wrong[tag], slice(None))]


def _cell(place: tuple[int, ...], layer: Layer, slips: list[tuple[str, Text, Layer]]) -> Step:
    f, i, j = place
    window, bias = layer.window(i, j), float(layer.biases[f])
    plus = "" if not bias else f" + {number_text(bias)}" if bias > 0 else f" + ({number_text(bias)})"
    return Step(
        f"cell-{f}-{i}-{j}",
        Text(f"Map {f}, row {i}, column {j}: window times kernel", f"第 {f} 图第 {i} 行第 {j} 列：窗口乘核再求和"),
        "Σ x[c, iS + u, jS + v]·k[f, c, u, v]" + (" + b[f]" if bias else ""),
        f"Σ({value_text(window)} ⊙ {value_text(layer.kernels[f])}){plus}",
        layer.cell(f, i, j),
        tuple(Slip(tag, hint, wrong.cell(f, i, j)) for tag, hint, wrong in slips if layer.differs(wrong, f)),
    )


def _notes(layer: Layer, flip: bool, bias: Value) -> list[Text]:
    notes = [_other_way(layer, flip)]
    if bias_left_out(bias, layer.kernels):
        notes.append(
            Text("No --bias was given for these kernels, so none is added.", "没有为这些核给出 --bias，故不加偏置。")
        )
    if layer.padding:
        notes.append(
            Text(
                "P counts the zeros on one side; some books count both sides (p = 2P).",
                "P 指每侧的零；有的书把两侧合计（p = 2P）。",
            )
        )
    spans = {side - reach for side, reach in zip(layer.x.shape[1:], layer.kernels.shape[2:], strict=True)}
    for span in sorted(span for span in spans if span % layer.stride):
        steps = mixed_number(span, layer.stride)
        notes.append(
            Text(
                f"{steps} steps of the window are rounded down, as libraries do; CS231n calls this setting invalid.",
                f"窗口的步数 {steps} 向下取整，与多数框架相同；CS231n 认为这种设置无效。",
            )
        )
    if len(layer.kernels) > 1 or len(layer.x) > 1:
        notes.append(
            Text("Order: maps, rows, columns. Keras puts the maps last.", "顺序为图、行、列；Keras 把图放在最后。")
        )
    return notes


def _other_way(layer: Layer, flip: bool) -> Text:
    other = layer if flip else layer._replace(kernels=_turn(layer.kernels))
    if np.array_equal(_turn(layer.kernels), layer.kernels):
        return Text(
            "These kernels look the same after a half turn: convolution and cross-correlation agree.",
            "这些核旋转 180° 后不变：卷积与互相关的结果相同。",
        )
    y = other.maps(len(layer.kernels), *layer.sides())
    found = bare_text(y) if y.size <= MOST_IN_NOTE else "…"
    if flip:
        return Text(
            f"Without turning the kernel (cross-correlation, nn.Conv2d) you would get y = {found}",
            f"若不翻转核（互相关，nn.Conv2d），则 y = {found}",
        )
    return Text(
        f"The kernel is not turned (cross-correlation, as in nn.Conv2d); --flip turns it: y = {found}",
        f"核不翻转（互相关，与 nn.Conv2d 相同）；用 --flip 翻转后 y = {found}",
    )


@conv2d.check("every window as a row, one matrix product for all cells", "把每个窗口排成一行，用一次矩阵乘法算出所有格")
def matrix_product(
    x: Value, k: Value, bias: Value, stride: int, padding: int, flip: bool, preset: str
) -> dict[str, Value]:
    """The same layer through the engine's matrix product."""
    layer = layer_of(x, k, bias, stride, 0, preset)
    kernels = _turn(layer.kernels) if flip else layer.kernels
    y = one_product(layer.x[None], kernels, layer.biases, stride, padding)[0]
    cells = {f"cell-{f}-{i}-{j}": float(y[f, i, j]) for f, i, j in list(np.ndindex(y.shape))[:CELLS_SHOWN]}
    return {"out-size": y.shape, **cells, "y": bare(y)}


@conv2d.pictures
def pictures(worked: Worked) -> list[Picture]:
    """Each channel with the window of the last cell worked out and the kernel on it; the maps, the larger the darker."""
    layer = layer_of(*(worked.inputs[name] for name in ("x", "k", "bias", "stride", "padding", "preset")))
    kernels = (
        np.reshape(worked.step("kernel-used").value, layer.kernels.shape) if worked.inputs["flip"] else layer.kernels
    )
    cell = [step.name for step in worked.steps if step.name.startswith("cell-")][-1]
    f, i, j = map(int, cell.split("-")[1:])
    high, wide = kernels.shape[2:]
    window = block(i * layer.stride, j * layer.stride, high, wide)
    found: list[Picture] = []
    for channel in range(min(len(layer.x), MOST_MAPS)):
        title = Text(
            f"Channel {channel}, kernel {f}: window of row {i}, column {j}",
            f"通道 {channel}、核 {f}：第 {i} 行第 {j} 列的窗口",
        )
        found += beside(title, layer.x[channel], kernels[f, channel], down=i * layer.stride, on=window)
    maps = np.asarray(worked.step("y").value, dtype=float)
    for index, chart in enumerate(maps if maps.ndim == 3 else maps[None]):
        if index < MOST_MAPS and max(chart.shape) <= WIDEST_MAP:
            found.append(HeatMap(Text(f"Map {index}", f"特征图 {index}"), tuple(map(tuple, chart.tolist()))))
    return found


@conv2d.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: one 2×2 kernel; 2: stride 2, padding 1 or a Sobel kernel; 3: channels and kernels, two channels
    with padding or stride, 1×1 kernels, or --flip.
    """
    deep = ("deep-stride", "deep-padding")
    forms = {1: ("plain",), 2: ("stride", "padding", "sobel"), 3: ("two", "two", "one-by-one", "flip", *deep)}
    form = pick(rng, forms[level])
    side, reach, depth, count = {
        "plain": (pick(rng, (3, 4)), 2, 1, 1),
        "stride": (*pick(rng, ((4, 2), (5, 2), (5, 3))), 1, 1),
        "padding": (3, pick(rng, (2, 3)), 1, 1),
        "sobel": (pick(rng, (3, 4)), 3, 1, 1),
        "two": (3, 2, 2, 2),
        "one-by-one": (pick(rng, (2, 3)), 1, pick(rng, (2, 3)), 2),
        "flip": (3, 2, pick(rng, (1, 2)), 1),
        "deep-stride": (4, 2, 2, 1),
        "deep-padding": (2, 2, 2, 1),
    }[form]
    k = _grid(rng, (count, depth, reach, reach), -2, 2)
    if form == "sobel":
        preset = pick(rng, ("sobel-x", "sobel-y"))
        k = ((PRESETS[preset],),)
    if any(_hides_a_slip(np.array(kernel)) for kernel in k):
        return None
    x = _grid(rng, (depth, side, side + rng.randint(0, 2)), 0, 4)
    return {
        "x": x if depth > 1 else x[0],
        "k": k if count > 1 else k[0] if depth > 1 else k[0][0],
        "bias": tuple(float(pick(rng, (-2, -1, 1, 2, 3))) for _ in range(count)),
        "stride": 2 if form in ("stride", "deep-stride") else 1,
        "padding": 1 if form in ("padding", "deep-padding") else 0,
        "flip": form == "flip",
        "preset": preset if form == "sobel" else "none",
    }


def _hides_a_slip(kernel: Array) -> bool:
    """Whether turning the kernel changes nothing, or one of its channels is all zero."""
    symmetric = kernel.shape[1] > 1 and np.array_equal(_turn(kernel), kernel)
    return symmetric or not kernel.any(axis=(1, 2)).all()


def _grid(rng: Rng, axes: tuple[int, ...], low: int, high: int) -> Any:
    count = int(np.prod(axes))
    return nested(iter([float(rng.randint(low, high)) for _ in range(count)]), axes)
