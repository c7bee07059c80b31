"""`studynn compute conv-size`: the output size of a convolution, by counting the positions of the window."""

from typing import TYPE_CHECKING, Annotated

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.steps import Inputs, Inverse, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, mixed_number, number_text
from studynn.worked import _layer_inputs as layer

if TYPE_CHECKING:  # the picture is rarely wanted, and this example is what start-up is felt by
    from studynn.core.picture import Picture

LARGEST_SIDE = 1_000_000
HINTS = {
    "dilation-times-kernel": Text(
        "K taps have K − 1 gaps between them: D(K − 1) + 1.", "K 个元素之间有 K − 1 个间隔：D(K − 1) + 1。"
    ),
    "kernel-not-subtracted": Text(
        "The window itself needs room: subtract the kernel.", "窗口自身要占位置：别忘了减去核。"
    ),
    "pad-once": Text("P counts for one side, and both sides are padded: 2P.", "P 只是一侧的填充，两侧都要填：2P。"),
    "dilation-ignored": Text(
        "A dilated kernel reaches further: use D(K − 1) + 1.", "膨胀后的核跨得更远：用 D(K − 1) + 1。"
    ),
    "no-plus-one": Text("Steps plus one: the first position counts too.", "步数加一：起始位置也算一个。"),
    "stride-forgotten": Text("Divide the room by the stride.", "要除以步幅。"),
    "rounded-up": Text("A window that does not fit is dropped: round down.", "放不下的窗口要舍去：向下取整。"),
}


@example(
    title=Text("Convolution output size", "卷积输出尺寸"),
    topic=("convolution", "cnn"),
    results=("span", "fraction", "out"),
    inverse=(
        Inverse(
            "padding", "out", Text("Which padding P gives an output of {result}?", "填充 P 取多少时输出为 {result}？")
        ),
        Inverse(
            "kernel",
            "out",
            Text("Which kernel side K gives an output of {result}?", "核的边长 K 取多少时输出为 {result}？"),
        ),
        Inverse(
            "stride", "out", Text("Which stride S gives an output of {result}?", "步幅 S 取多少时输出为 {result}？")
        ),
        Inverse(
            "width",
            "out",
            Text("Which input side W gives an output of {result}?", "输入边长 W 为多少时输出为 {result}？"),
        ),
    ),
)
def conv_size(
    width: Annotated[int, layer.side(LARGEST_SIDE)] = 227,
    kernel: Annotated[int, layer.kernel(LARGEST_SIDE)] = 11,
    stride: Annotated[int, layer.stride(LARGEST_SIDE)] = 4,
    padding: Annotated[int, layer.padding(LARGEST_SIDE)] = 0,
    dilation: Annotated[int, layer.dilation(LARGEST_SIDE)] = 1,
    height: Annotated[int | None, layer.height(LARGEST_SIDE)] = None,
) -> Steps:
    """Each side of a feature map, floored as the libraries do.

    Source: Dumoulin & Visin 2016, relations 6 and 15; document 001, convolutional layer.
    """
    sides = {"": width} if height is None else {"": width, "-height": height}
    for suffix, side in sides.items():
        _require_room(side, kernel, padding, dilation, "height" if suffix else "width")
    reach = kernel
    if dilation > 1:
        reach = yield Step(
            "effective-kernel",
            Text("Cells that the kernel reaches over", "卷积核跨过的格数"),
            "Kₑ = D(K − 1) + 1",
            f"{dilation}·({kernel} − 1) + 1",
            dilation * (kernel - 1) + 1,
            _slips({"dilation-times-kernel": dilation * kernel}),
        )
    for suffix, side in sides.items():
        span = yield _span(side, kernel, padding, reach, suffix)
        fraction = yield Step(
            f"fraction{suffix}",
            Text("Steps of the window, perhaps a fraction", "窗口能走的步数（可能是分数）"),
            "span / S",
            f"{span}/{stride}",
            _quotient(span, stride),
        )
        yield _out(span, fraction, stride, suffix)
    return _notes([side + 2 * padding - dilation * (kernel - 1) - 1 for side in sides.values()], stride, dilation)


def _slips(values: dict[str, Value]) -> tuple[Slip, ...]:
    return tuple(Slip(tag, HINTS[tag], value) for tag, value in values.items())


def _require_room(side: int, kernel: int, padding: int, dilation: int, option: str) -> None:
    room = side + 2 * padding
    largest = (room - 1) // dilation + 1
    if kernel > largest:
        sums = f"{side} + 2·{padding} = {room}"
        raise InputError(
            "kernel",
            str(kernel),
            Text(
                f"must fit into the padded {option} of {sums}: with dilation {dilation}, at most {largest}",
                f"卷积核应放得进填充后的边长 {sums}：膨胀率为 {dilation} 时最大为 {largest}",
            ),
        )


def _span(side: int, kernel: int, padding: int, reach: int, suffix: str) -> Step:
    wrong = {"kernel-not-subtracted": side + 2 * padding}
    if padding:
        wrong["pad-once"] = side + padding - reach
    if reach != kernel:
        wrong["dilation-ignored"] = side + 2 * padding - kernel
    return Step(
        f"span{suffix}",
        Text("Room the window can move", "窗口可移动的范围"),
        f"{'H' if suffix else 'W'} − {'K' if reach == kernel else 'Kₑ'} + 2P",
        f"{side} − {reach} + 2·{padding}",
        side - reach + 2 * padding,
        _slips(wrong),
    )


def _out(span: int, fraction: Value, stride: int, suffix: str) -> Step:
    steps = int(fraction // 1)
    wrong = {"no-plus-one": steps}
    if stride > 1:
        wrong["stride-forgotten"] = span + 1
    if fraction != steps:
        wrong["rounded-up"] = steps + 2
    return Step(
        f"out{suffix}",
        Text("Output size: positions of the window", "输出尺寸：窗口的位置数"),
        "⌊span / S⌋ + 1",
        f"⌊{mixed_number(span, stride) if fraction == _quotient(span, stride) else number_text(fraction)}⌋ + 1",
        steps + 1,
        _slips(wrong),
    )


def _quotient(span: int, stride: int) -> Value:
    if span % stride == 0:
        return span // stride
    from fractions import Fraction  # loaded only where one is due: conv-size starts quickly

    return Fraction(span, stride)


def _notes(spans: list[int], stride: int, dilation: int) -> list[Text]:
    notes = [
        Text(
            "Padding P counts one side; some books count both together (their p = 2P).",
            "填充 P 指每一侧；有的书把两侧合计（p = 2P）。",
        )
    ]
    for steps in [mixed_number(span, stride) for span in spans if span % stride]:
        notes.append(
            Text(
                f"{steps} steps do not come out even. Libraries floor; CS231n calls this setting invalid; TensorFlow 'same' "
                "and Caffe's pooling round up.",
                f"步数 {steps} 不是整数：多数框架向下取整；CS231n 认为这种设置无效；TensorFlow 的 same 与 Caffe 的池化向上取整。",
            )
        )
    if dilation > 1:
        notes.append(
            Text(
                "Dilation 1 is an ordinary kernel; CS231n calls that dilation 0.",
                "膨胀率 1 即普通卷积核；CS231n 记作 0。",
            )
        )
    return notes


@conv_size.check("count the start positions of the window one by one", "逐个数出窗口的起始位置")
def start_positions(
    width: int, kernel: int, stride: int, padding: int, dilation: int, height: int | None
) -> dict[str, Value]:
    """Positions by enumeration, without the formula."""
    reach = dilation * (kernel - 1) + 1
    sides = {"out": width} | ({"out-height": height} if height is not None else {})
    return {name: len(range(0, side + 2 * padding - reach + 1, stride)) for name, side in sides.items()}


@conv_size.pictures
def pictures(worked: Worked) -> "list[Picture]":
    """The window at each of its positions along the first side."""
    from studynn.worked._drawings import windows_along

    width, kernel, stride, padding, dilation = (
        worked.inputs[name] for name in ("width", "kernel", "stride", "padding", "dilation")
    )
    return windows_along(width, (padding, padding), kernel, stride, worked.step("out").value, dilation, "W")


@conv_size.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: stride 1 with padding, or stride 2 that divides; 2: padding with stride 2 or 3; 3: dilation 2 or 3, a fraction."""
    kernel = pick(rng, (3, 5, 7) if level < 3 else (3, 4, 5))
    if level == 1:
        stride, padding = pick(rng, (1, 2)), rng.randint(0, 2)
        width = rng.randint(4, 14) * stride + kernel - 2 * padding
        return {"width": width, "kernel": kernel, "stride": stride, "padding": padding, "dilation": 1}
    dilation = pick(rng, (2, 2, 3)) if level == 3 else 1
    stride, padding = pick(rng, (2, 3)), rng.randint(1, 3)
    rest = rng.randint(1, stride - 1) if level == 3 or rng.random() < 0.5 else 0
    span = rng.randint(5, 30) * stride + rest
    if (span - padding) // stride == span // stride:
        return None  # the floor would hide the forgotten padding
    width = span + dilation * (kernel - 1) + 1 - 2 * padding
    return {"width": width, "kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
