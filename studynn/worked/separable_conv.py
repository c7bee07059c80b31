"""`studynn compute separable-conv`: what a depthwise-separable convolution costs beside an ordinary one."""

from fractions import Fraction
from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Counts, Input
from studynn.core.picture import Bars, Flow, Lane, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text
from studynn.worked import _layer_inputs as layer
from studynn.worked._counting import image_of, times

LARGEST = 10_000
PARTS = ("standard", "depthwise", "pointwise"), ("standard-macs", "separable-macs")


@example(
    title=Text("Depthwise-separable convolution", "深度可分离卷积"),
    topic="cnn",
    results=("standard", "depthwise", "pointwise", "separable", "standard-macs", "separable-macs", "ratio"),
    notes=(
        Text(
            "One multiply-add counts once; FLOPs are usually twice as many.",
            "一次乘加计为一次；FLOPs 通常是它的两倍。",
        ),
        Text(
            "With K = 3 and many filters the ratio nears 1/9: MobileNet saves eight to nine times the work.",
            "K = 3 而滤波器很多时，比值接近 1/9：MobileNet 的计算量约为普通卷积的 1/9 到 1/8。",
        ),
    ),
)
def separable_conv(
    in_: Annotated[Counts, layer.image("16x8x8", LARGEST)] = (16, 8, 8),
    filters: Annotated[int, layer.filters(LARGEST)] = 32,
    kernel: Annotated[int, layer.kernel(LARGEST)] = 3,
    stride: Annotated[int, layer.stride(LARGEST)] = 1,
    padding: Annotated[int, layer.padding(LARGEST)] = 1,
    bias: Annotated[bool, Input("bias", Text("every map made has a bias", "每张输出图带一个偏置"))] = False,
) -> Steps:
    """One K×K kernel a channel (depthwise), then 1×1 kernels that mix the channels (pointwise).

    Source: Howard et al. 2017 (MobileNets), section 3.1; Chollet 2017.
    """
    channels, high, wide = image_of("in", in_)
    yield _standard(channels, filters, kernel, bias)
    depthwise = yield _depthwise(channels, filters, kernel, bias)
    pointwise = yield _pointwise(channels, filters, kernel, bias)
    without = Text("Both parts are needed: add the 1×1 kernels.", "两部分都要：再加上 1×1 卷积核。")
    yield Step(
        "separable",
        Text("Parameters, separable: both parts", "可分离卷积的参数：两部分之和"),
        "depthwise + pointwise",
        f"{depthwise} + {pointwise}",
        depthwise + pointwise,
        (Slip("depthwise-only", without, depthwise),),
    )
    places = yield _places(high, wide, kernel, stride, padding)
    full = yield _macs("standard-macs", places, channels, filters, kernel)
    light = yield _macs("separable-macs", places, channels, filters, kernel)
    yield _ratio(full, light, filters, kernel)
    if bias:
        return [
            Text(
                "Biases are no multiply-adds. With batch norm behind, as in MobileNet, there are none.",
                "偏置不计入乘加。其后接批归一化时（如 MobileNet）不设偏置。",
            )
        ]
    return [
        Text(
            "Biases are left out, as batch norm follows in MobileNet; --bias counts C + F of them.",
            "MobileNet 中其后接批归一化，故不设偏置；--bias 会计入 C + F 个。",
        )
    ]


def _standard(c: int, f: int, k: int, bias: bool) -> Step:
    weights = k * k * c * f
    slips = []
    if c > 1:
        hint = Text("Each filter has a K×K slice for every channel: times C.", "每个滤波器对每个通道各有一片：乘以 C。")
        slips.append(Slip("channels-forgotten", hint, k * k * f + f * bias))
    if bias:
        hint = Text("Each filter has a bias: add F.", "每个滤波器有一个偏置：加 F。")
        slips.append(Slip("biases-forgotten", hint, weights))
    if k > 1:
        hint = Text("A kernel has K·K cells.", "一个核有 K·K 格。")
        slips.append(Slip("side-for-area", hint, k * c * f + f * bias))
    return Step(
        "standard",
        Text("Parameters, ordinary convolution", "普通卷积的参数"),
        "K²CF + F" if bias else "K²CF",
        f"{k}²·{c}·{f}" + (f" + {f}" if bias else ""),
        weights + f * bias,
        tuple(slips),
    )


def _depthwise(c: int, f: int, k: int, bias: bool) -> Step:
    slips = []
    if c > 1:
        hint = Text("Each kernel reads one channel only: C kernels of K².", "每个核只读一个通道：C 个 K² 的核。")
        slips.append(Slip("reads-all-channels", hint, k * k * c * c + c * bias))
    if c != f:
        hint = Text(
            "One kernel for each input channel; F comes with the 1×1 part.", "每个输入通道一个核；F 在 1×1 部分才出现。"
        )
        slips.append(Slip("kernel-per-output", hint, k * k * f + f * bias))
    return Step(
        "depthwise",
        Text("Parameters, depthwise: a kernel a channel", "逐通道卷积的参数：每通道一个核"),
        "K²C + C" if bias else "K²C",
        f"{k}²·{c}" + (f" + {c}" if bias else ""),
        k * k * c + c * bias,
        tuple(slips),
    )


def _pointwise(c: int, f: int, k: int, bias: bool) -> Step:
    slips = []
    if k > 1:
        hint = Text("These kernels are 1×1: no K².", "这里的核是 1×1：不含 K²。")
        slips.append(Slip("not-one-by-one", hint, k * k * c * f + f * bias))
    if c > 1:
        hint = Text("Each of the F kernels reads all C channels.", "F 个核都要读全部 C 个通道。")
        slips.append(Slip("one-weight-each", hint, f + f * bias))
    return Step(
        "pointwise",
        Text("Parameters, pointwise: 1×1 kernels", "逐点卷积的参数：1×1 卷积核"),
        "CF + F" if bias else "CF",
        f"{c}·{f}" + (f" + {f}" if bias else ""),
        c * f + f * bias,
        tuple(slips),
    )


def _places(high: int, wide: int, k: int, s: int, p: int) -> Step:
    if k > min(high, wide) + 2 * p:
        room = f"{high + 2 * p}×{wide + 2 * p}"
        fits = Text(f"must fit into the padded input of {room}", f"卷积核应放得进填充后的输入（{room}）")
        raise InputError("kernel", str(k), fits)
    tall, broad = ((side + 2 * p - k) // s + 1 for side in (high, wide))
    shown = "·".join(f"(⌊({side} − {k} + 2·{p})/{s}⌋ + 1)" for side in (high, wide))
    slips = []
    if tall * broad != high * wide:
        hint = Text(
            "Count the positions of the window, not the cells of the input.", "要数窗口的位置，而不是输入的格数。"
        )
        slips.append(Slip("size-kept", hint, high * wide))
    return Step(
        "places",
        Text("Positions of the window", "窗口的位置数"),
        "O·O with O = ⌊(H − K + 2P)/S⌋ + 1",
        shown,
        tall * broad,
        tuple(slips),
    )


def _macs(name: str, places: Value, c: int, f: int, k: int) -> Step:
    if name == "standard-macs":
        once = k * k * c * f
        title = Text("Multiply-adds, ordinary convolution", "普通卷积的乘加次数")
        formula, shown = "O·O·K²CF", f"{places}·{k}²·{c}·{f}"
    else:
        once = k * k * c + c * f
        title = Text("Multiply-adds, separable", "可分离卷积的乘加次数")
        formula, shown = "O·O·(K²C + CF)", f"{places}·({k}²·{c} + {times(c, f)})"
    slips = []
    if places != 1:
        hint = Text("Every position of the window does that work: times O·O.", "窗口的每个位置都要算一遍：乘以 O·O。")
        slips.append(Slip("places-forgotten", hint, once))
    if name == "separable-macs":
        hint = Text("The two parts follow each other: their work adds up.", "两部分先后进行：计算量相加。")
        slips.append(Slip("parts-multiplied", hint, places * k * k * c * c * f))
    return Step(name, title, formula, shown, places * once, tuple(slips))


def _ratio(full: Value, light: Value, f: int, k: int) -> Step:
    if not full:
        raise ZeroDivisionError
    slips = [
        Slip(
            "upside-down",
            Text(
                "The separable one on top: the ratio is below 1 where it saves.", "分子是可分离卷积：节省时比值小于 1。"
            ),
            Fraction(full) / Fraction(light) if light else 0,
        )
    ]
    if k > 1:
        hint = Text("The kernel saves by its area: 1/K².", "核的部分按面积节省：1/K²。")
        slips.append(Slip("side-for-area", hint, Fraction(1, f) + Fraction(1, k)))
    hint = Text("The 1×1 part costs as well: 1/F is added.", "1×1 部分也有开销：还要加 1/F。")
    slips.append(Slip("pointwise-forgotten", hint, Fraction(1, k * k)))
    return Step(
        "ratio",
        Text("Work, separable over ordinary", "计算量之比：可分离比普通"),
        "1/F + 1/K²",
        f"{light}/{full}",
        Fraction(light) / Fraction(full),
        tuple(slips),
    )


@separable_conv.check("count the products kernel by kernel, and 1/F + 1/K²", "逐核累加，并用 1/F + 1/K² 核对")
def kernel_by_kernel(
    in_: tuple[int, ...], filters: int, kernel: int, stride: int, padding: int, bias: bool
) -> dict[str, Value]:
    """Sums over kernels and window positions; the ratio from its closed form."""
    channels, high, wide = image_of("in", in_)
    one = kernel * kernel
    depthwise = sum(one + bias for _ in range(channels))
    pointwise = sum(channels + bias for _ in range(filters))
    starts = [range(-padding, side + padding - kernel + 1, stride) for side in (high, wide)]
    places = sum(1 for _ in starts[0] for _ in starts[1])
    return {
        "standard": sum(one * channels + bias for _ in range(filters)),
        "depthwise": depthwise,
        "pointwise": pointwise,
        "separable": depthwise + pointwise,
        "places": places,
        "standard-macs": sum(one * channels * places for _ in range(filters)),
        "separable-macs": sum(one * places for _ in range(channels)) + sum(channels * places for _ in range(filters)),
        "ratio": Fraction(1, filters) + Fraction(1, one),
    }


@separable_conv.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The one step and the two steps from C to F channels, and their parameters and multiply-adds."""
    channels, _, _ = image_of("in", worked.inputs["in_"])
    filters, kernel = worked.inputs["filters"], worked.inputs["kernel"]
    window = f"{kernel}×{kernel}"
    ordinary, separable = Text("ordinary", "普通"), Text("separable", "可分离")
    lanes = (
        Lane(ordinary, (f"C = {channels}", f"F = {filters}"), (f"{filters} × {window}×{channels}",)),
        Lane(
            separable,
            (f"C = {channels}", f"C = {channels}", f"F = {filters}"),
            (f"{channels} × {window}", f"{filters} × 1×1×{channels}"),
        ),
    )
    weights, work = ([worked.step(name) for name in names] for names in PARTS)
    return [
        Flow(Text("Kernels (number × size) from C to F channels", "由 C 到 F 个通道的核（个数 × 大小）"), lanes),
        Bars(
            Text("Parameters: ordinary; depthwise, pointwise", "参数：普通；逐通道、逐点"),
            tuple(step.formula for step in weights),
            tuple(step.value for step in weights),
        ),
        Bars(
            Text("Multiply-adds: ordinary; separable", "乘加次数：普通；可分离"),
            tuple(step.formula for step in work),
            tuple(step.value for step in work),
        ),
    ]


@separable_conv.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: few channels, size kept; 2: channels of real networks; 3: biases, or a stride of 2."""
    kernel = pick(rng, (2, 3, 4, 5) if level == 1 else (3, 5, 7))
    side = rng.randint(6, 10) if level == 1 else pick(rng, (14, 16, 28, 32, 56))
    few, many = (2, 3, 4, 5, 6), (8, 16, 24, 32, 48, 64, 96, 128)
    channels, filters = (pick(rng, few if level == 1 else many) for _ in range(2))
    if channels == filters:
        return None  # it would not show which of the two a kernel belongs to
    padding = (kernel - 1) // 2 if level > 1 else 0
    strided = level == 3 and rng.random() < 0.5
    return {
        "in_": (channels, side, side),
        "filters": filters,
        "kernel": kernel,
        "stride": 2 if strided else 1,
        "padding": padding,
        "bias": level == 3 and not strided,
    }
