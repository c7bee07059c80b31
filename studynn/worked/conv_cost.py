"""`studynn compute conv-cost`: the weights of a convolutional layer, its work, and what a dense layer would need."""

from collections.abc import Sequence
from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Counts, Input
from studynn.core.picture import Bars, Picture
from studynn.core.steps import Inputs, Inverse, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.worked import _layer_inputs as layer
from studynn.worked._counting import image_of, times
from studynn.worked._drawings import window_and_cell

LARGEST = 10_000
BIASES = Text("Each filter has one bias of its own: add F.", "每个滤波器各有一个偏置：加上 F。")


@example(
    title=Text("Parameters and multiply-adds of a convolutional layer", "卷积层的参数与计算量"),
    topic=("cnn", "convolution", "dynamic-convolution"),
    results=("out", "weights-per-filter", "params", "outputs", "macs", "columns", "local", "dense"),
    inverse=(
        Inverse(
            "filters",
            "params",
            Text("How many filters F make {result} parameters?", "滤波器个数 F 为多少时，参数共 {result} 个？"),
        ),
        Inverse(
            "kernel",
            "params",
            Text("Which kernel side K makes {result} parameters?", "核的边长 K 取多少时，参数共 {result} 个？"),
        ),
    ),
    notes=(
        Text(
            "One multiply-add counts once; FLOPs are usually twice as many.",
            "一次乘加计为一次；FLOPs 通常是它的两倍。",
        ),
        Text(
            "Shapes are channels, height, width. Keras puts the channels last.",
            "形状依次为通道、高、宽；Keras 把通道放在最后。",
        ),
    ),
)
def conv_cost(
    in_: Annotated[Counts, layer.image("3x16x16", LARGEST)] = (3, 16, 16),
    filters: Annotated[int, layer.filters(LARGEST)] = 8,
    kernel: Annotated[int, layer.kernel(LARGEST)] = 3,
    stride: Annotated[int, layer.stride(LARGEST)] = 1,
    padding: Annotated[int, layer.padding(LARGEST)] = 0,
    no_bias: Annotated[bool, Input("no bias", Text("without biases", "不带偏置"))] = False,
    units: Annotated[
        int | None,
        Input(
            "N",
            Text("units of the local and the dense layer, if not F·O·O", "局部连接层与全连接层的单元数，缺省为 F·O·O"),
            at_least=1,
        ),
    ] = None,
) -> Steps:
    """What a convolutional layer stores and computes, beside local connections without sharing and a dense layer.

    Source: Goodfellow, Bengio & Courville 2016, section 9.2; document 001, local connections and shared weights.
    """
    channels, high, wide = image_of("in", in_)
    out = yield _out(channels, high, wide, filters, kernel, stride, padding)
    each = yield _weights_per_filter(channels, kernel)
    yield _params(each, out, channels, filters, no_bias)
    outputs = yield Step(
        "outputs", Text("Values put out", "输出值的个数"), "n = F·O·O", times(*out), out[0] * out[1] * out[2]
    )
    yield _macs(outputs, each, out, high * wide * filters)
    yield _columns(each, out, channels, kernel)
    count = outputs if units is None else units
    letter = "n" if units is None else "N"
    yield Step(
        "local",
        Text("Local layer, nothing shared: weights", "局部连接、不共享：权重数"),
        f"{letter}·K²C",
        times(count, each),
        count * each,
    )
    yield _dense(channels, high * wide, count, letter, no_bias)
    return ()


def _out(channels: int, high: int, wide: int, filters: int, kernel: int, stride: int, padding: int) -> Step:
    if kernel > min(high, wide) + 2 * padding:
        padded = f"{high + 2 * padding}×{wide + 2 * padding}"
        raise InputError(
            "kernel",
            str(kernel),
            Text(f"must fit into the padded input of {padded}", f"卷积核应放得进填充后的输入（{padded}）"),
        )
    sides = [(side + 2 * padding - kernel) // stride + 1 for side in (high, wide)]
    shown = [f"⌊({side} − {kernel} + 2·{padding})/{stride}⌋ + 1" for side in (high, wide)]
    slips = []
    if sides != [high, wide]:
        hint = Text(
            "The map has a cell for each position of the window; count those.",
            "窗口有几个位置，特征图就有几格：要数窗口的位置。",
        )
        slips.append(Slip("size-kept", hint, (filters, high, wide)))
    if filters != channels:
        hint = Text(
            "Each filter makes one map, whatever it reads: F maps.",
            "每个滤波器产生一张特征图，与输入通道数无关：共 F 张。",
        )
        slips.append(Slip("depth-of-input", hint, (channels, *sides)))
    return Step(
        "out",
        Text("Output: maps, height, width", "输出：图数、高、宽"),
        "[F, ⌊(H − K + 2P)/S⌋ + 1, ⌊(W − K + 2P)/S⌋ + 1]",
        f"[{filters}, {', '.join(shown)}]",
        (filters, *sides),
        tuple(slips),
    )


def _weights_per_filter(channels: int, kernel: int) -> Step:
    hint = Text(
        "A filter has a K×K slice for every channel it reads: times C.",
        "滤波器对每个输入通道各有一片 K×K：还要乘以 C。",
    )
    return Step(
        "weights-per-filter",
        Text("Weights of one filter", "一个滤波器的权重数"),
        "K²C",
        f"{kernel}²·{channels}",
        kernel * kernel * channels,
        (Slip("channels-forgotten", hint, kernel * kernel),) if channels > 1 else (),
    )


def _params(each: Value, out: Value, channels: int, filters: int, no_bias: bool) -> Step:
    count = each * filters + (0 if no_bias else filters)
    slips = [] if no_bias else [Slip("biases-forgotten", BIASES, each * filters)]
    if channels > 1 and not no_bias:
        hint = Text(
            "The slices of a filter are summed into one value: one bias for all of them.",
            "一个滤波器的各片加成一个值：合用一个偏置。",
        )
        slips.append(Slip("bias-per-channel", hint, (each + channels) * filters))
    if (places := out[1] * out[2]) > 1:
        hint = Text("The same filter is used at every place: count it once.", "各处使用同一个滤波器：只计一次。")
        slips.append(Slip("times-positions", hint, count * places))
    return Step(
        "params",
        Text("Parameters, for any image size", "参数数，与图像大小无关"),
        "K²C·F" if no_bias else "(K²C + 1)·F",
        times(each, filters) if no_bias else f"({number_text(each)} + 1)·{filters}",
        count,
        tuple(slips),
    )


def _macs(outputs: Value, each: Value, out: Value, inputs: int) -> Step:
    slips = []
    if inputs != outputs:
        hint = Text(
            "The window is placed once for each output, not for each input pixel.",
            "每个输出放一次窗口，而不是每个输入像素一次。",
        )
        slips.append(Slip("input-positions", hint, inputs * each))
    if out[0] > 1:
        hint = Text("Every one of the F filters goes over the image.", "F 个滤波器每个都要扫过整幅图像。")
        slips.append(Slip("one-filter", hint, out[1] * out[2] * each))
    return Step(
        "macs",
        Text("Multiply-adds", "乘加次数"),
        "n·K²C",
        times(outputs, each),
        outputs * each,
        tuple(slips),
    )


def _columns(each: Value, out: Value, channels: int, kernel: int) -> Step:
    shape = (each, out[1] * out[2])
    hint = Text("A column holds the window through all channels.", "一列包含窗口在所有通道里的值。")
    return Step(
        "columns",
        Text("Windows as columns (unfold): shape", "窗口写成列（unfold）：形状"),
        "[K²C, O·O]",
        f"[{number_text(each)}, {times(out[1], out[2])}]",
        shape,
        (Slip("one-channel-columns", hint, (kernel * kernel, shape[1])),) if channels > 1 else (),
    )


def _dense(channels: int, pixels: int, count: Value, letter: str, no_bias: bool) -> Step:
    inputs = channels * pixels
    biases = 0 if no_bias else count
    slips = []
    if channels > 1:
        hint = Text("A dense layer reads all C·H·W values.", "全连接层读入全部 C·H·W 个值。")
        slips.append(Slip("dense-one-channel", hint, pixels * count + biases))
    if not no_bias:
        hint = Text("Each unit of the dense layer has a bias too.", "全连接层的每个单元也有一个偏置。")
        slips.append(Slip("biases-forgotten", hint, inputs * count))
    return Step(
        "dense",
        Text("Dense layer of as many units: parameters", "同样多单元的全连接层：参数数"),
        f"C·H·W·{letter}" if no_bias else f"(C·H·W + 1)·{letter}",
        times(inputs, count) if no_bias else f"({inputs} + 1)·{number_text(count)}",
        inputs * count + biases,
        tuple(slips),
    )


@conv_cost.check(
    "write the windows as columns: the layer is the product of an F×K²C and a K²C×O² matrix",
    "把窗口写成列：该层就是 F×K²C 矩阵与 K²C×O² 矩阵之积",
)
def as_one_product(
    in_: Sequence[int], filters: int, kernel: int, stride: int, padding: int, no_bias: bool, units: int | None
) -> dict[str, Value]:
    """Sizes from the two matrices, with the positions of the window counted one by one."""
    channels, *sides = image_of("in", in_)
    rows, down = (len(range(0, side + 2 * padding - kernel + 1, stride)) for side in sides)
    taps = sum(kernel for _ in range(kernel)) * channels
    macs = filters * taps * rows * down
    found = {"out": (filters, rows, down), "macs": macs, "columns": (taps, rows * down)}
    found["params"] = filters * (taps if no_bias else taps + 1)
    found["local"] = macs if units is None else taps * units
    return found


@conv_cost.pictures
def pictures(worked: Worked) -> list[Picture]:
    """One window and the output pixel that it gives; the parameters beside those of layers that share nothing."""
    channels, high, wide = image_of("in", worked.inputs["in_"])
    kernel, stride, padding = (worked.inputs[name] for name in ("kernel", "stride", "padding"))
    filters, *sides = worked.step("out").value
    title = Text(
        f"A window (█) of {kernel}×{kernel} in {channels} channels makes one pixel in each of {filters} maps",
        f"{channels} 个通道上的 {kernel}×{kernel} 窗口（█）产生 {filters} 张图中各一个像素",
    )
    steps = [worked.step(name) for name in ("params", "local", "dense")]
    weights = Text("Parameters: shared weights, local layer, dense layer", "参数数：共享权重、局部连接、全连接")
    return [
        *window_and_cell(title, (high, wide), (sides[0], sides[1]), kernel, stride, padding),
        Bars(weights, tuple(step.formula for step in steps), tuple(step.value for step in steps)),
    ]


@conv_cost.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: one channel, up to 4 filters; 2: several channels, stride 1; 3: larger maps with stride 2 or 3 and padding, some
    without biases or with another number of units to compare with.
    """
    if level == 1:
        side = rng.randint(5, 9)
        return {"in_": (1, side, side), "filters": rng.randint(2, 4), "kernel": pick(rng, (2, 3, 4, 5)), "stride": 1}
    channels = pick(rng, (2, 3, 4))
    if level == 2:
        side, kernel, stride, padding = rng.randint(8, 20), pick(rng, (3, 5)), 1, rng.randint(0, 1)
    else:
        side, kernel, stride, padding = rng.randint(12, 32), pick(rng, (3, 5, 7)), pick(rng, (2, 3)), rng.randint(1, 3)
    filters = rng.randint(5, 16)
    return {
        "in_": (channels, side, side),
        "filters": filters,
        "kernel": kernel,
        "stride": stride,
        "padding": min(padding, kernel // 2),
        "no_bias": level == 3 and rng.random() < 0.3,
        "units": 10 * rng.randint(1, 20) if level == 3 and rng.random() < 0.3 else None,
    }
