"""`studynn compute bottleneck-params`: the weights of a bottleneck against those of the direct form."""

from fractions import Fraction
from math import prod
from typing import Annotated, Literal

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, example
from studynn.core.text import Text, number_text
from studynn.worked._counting import plus, times

LARGEST = 100_000


@example(
    title=Text("What a bottleneck saves", "瓶颈结构的参数"),
    topic=("resnet-densenet", "dynamic-convolution"),
    results=("narrow", "middle", "wide", "bottleneck", "direct", "ratio"),
    notes=(Text("Weights only; no biases are counted.", "只计权重，不计偏置。"),),
)
def bottleneck_params(
    kind: Annotated[
        Literal["resnet", "densenet", "involution"], Input("kind", Text("kind of bottleneck", "瓶颈的种类"))
    ] = "resnet",
    channels: Annotated[
        int, Input("C", Text("channels that come in", "输入的通道数"), at_least=1, at_most=LARGEST, letter="C")
    ] = 64,
    mid: Annotated[
        int,
        Input(
            "m or k",
            Text(
                "narrow width m; densenet: growth rate k, narrow width 4k",
                "窄处的宽度 m；densenet 时为增长率 k，宽度为 4k",
            ),
            at_least=1,
            at_most=LARGEST,
        ),
    ] = 16,
    kernel: Annotated[
        int, Input("K", Text("side of the kernel", "卷积核的边长"), at_least=1, at_most=1000, letter="K")
    ] = 3,
    groups: Annotated[
        int,
        Input(
            "G",
            Text("groups of channels with a kernel of their own (involution)", "各有一个核的通道组数（内卷）"),
            at_least=1,
            at_most=LARGEST,
        ),
    ] = 1,
) -> Steps:
    """ResNet: 1×1, K×K, 1×1 against two K×K. DenseNet: 1×1 to 4k, K×K to k against K×K. Involution: 1×1, 1×1 to K²G.

    Sources: He et al. 2016, figure 5; Huang et al. 2017, section 3; Li et al. 2021, Involution.
    """
    if kind == "involution" and channels % groups:
        raise InputError(
            "groups",
            str(groups),
            Text(f"must divide the {channels} channels", f"应能整除通道数 {channels}"),
        )
    width, letter = (4 * mid, "4k") if kind == "densenet" else (mid, "m")
    hint = Text("A 1×1 kernel is one weight for each pair of channels.", "1×1 核对每对通道只有一个权重。")
    narrow = yield Step(
        "narrow",
        Text("1×1 layer that narrows", "变窄的 1×1 层"),
        f"a = 1·1·C·{letter}",
        times(1, 1, channels, width),
        channels * width,
        (Slip("kernel-squared-at-1x1", hint, kernel**2 * channels * width),) if kernel > 1 else (),
    )
    parts = [narrow, (yield _middle(kind, channels, mid, kernel, groups))]
    if kind == "resnet":
        parts.append(
            (
                yield Step(
                    "wide",
                    Text("1×1 layer that widens again", "恢复宽度的 1×1 层"),
                    "c = 1·1·m·C",
                    times(1, 1, mid, channels),
                    mid * channels,
                )
            )
        )
    bottleneck = yield _bottleneck(parts)
    direct = yield _direct(kind, channels, mid, kernel)
    yield _ratio(direct, bottleneck)
    return _notes(kind, channels, mid, kernel)


def _middle(kind: str, channels: int, mid: int, kernel: int, groups: int) -> Step:
    cells = kernel**2
    if kind == "involution":
        title, formula = Text("1×1 layer that spans the kernels", "张成核的 1×1 层"), "b = m·K²·G"
        shown, value = f"{mid}·{kernel}²·{groups}", mid * cells * groups
        wide, side = cells * channels * groups, mid * kernel * groups
    elif kind == "densenet":
        title, formula = Text("K×K layer on the narrow width", "窄处的 K×K 层"), "b = K²·4k·k"
        shown, value = f"{kernel}²·{4 * mid}·{mid}", cells * 4 * mid * mid
        wide, side = cells * channels * mid, kernel * 4 * mid * mid
    else:
        title, formula = Text("K×K layer on the narrow width", "窄处的 K×K 层"), "b = K²·m·m"
        shown, value = f"{kernel}²·{mid}·{mid}", cells * mid * mid
        wide, side = cells * channels * channels, kernel * mid * mid
    slips = []
    if wide != value:
        hint = Text(
            "This layer comes after the narrowing: it reads the narrow width, not C.",
            "这一层在变窄之后：读入的是窄的宽度，而不是 C。",
        )
        slips.append(Slip("full-width-middle", hint, wide))
    if kernel > 1:
        hint = Text("A kernel has two sides: K² cells.", "核有两条边：共 K² 格。")
        slips.append(Slip("kernel-side-once", hint, side))
    return Step("middle", title, formula, shown, value, tuple(slips))


def _bottleneck(parts: list[Value]) -> Step:
    slips = []
    if len(parts) == 3:
        hint = Text("A last 1×1 layer brings the C channels back: add it.", "最后的 1×1 层恢复 C 个通道：也要加上。")
        slips.append(Slip("expansion-forgotten", hint, parts[0] + parts[1]))
    return Step(
        "bottleneck",
        Text("All weights of the bottleneck", "瓶颈结构的权重总数"),
        "B = a + b + c" if len(parts) == 3 else "B = a + b",
        plus(parts),
        sum(parts),
        tuple(slips),
    )


def _direct(kind: str, channels: int, mid: int, kernel: int) -> Step:
    cells = kernel**2
    slips = []
    if kind == "resnet":
        title = Text("Instead: two K×K layers on C channels", "改用两个 C 通道的 K×K 层")
        formula, shown, value = "D = 2·K²·C·C", f"2·{kernel}²·{channels}·{channels}", 2 * cells * channels**2
        hint = Text("The plain block stacks two K×K layers: twice that.", "普通残差块叠了两个 K×K 层：要乘以 2。")
        slips.append(Slip("one-layer-only", hint, cells * channels**2))
    elif kind == "densenet":
        title = Text("Instead: one K×K layer, C to k channels", "改用一个由 C 到 k 通道的 K×K 层")
        formula, shown, value = "D = K²·C·k", f"{kernel}²·{channels}·{mid}", cells * channels * mid
    else:
        title = Text("Instead: a K×K layer on C channels", "改用普通的 C 通道 K×K 层")
        formula, shown, value = "D = K²·C·C", f"{kernel}²·{channels}·{channels}", cells * channels**2
    return Step("direct", title, formula, shown, value, tuple(slips))


def _ratio(direct: Value, bottleneck: Value) -> Step:
    hint = Text(
        "How many times more the direct form has: divide by the bottleneck.",
        "问的是直接形式为瓶颈的几倍：要除以瓶颈的权重数。",
    )
    return Step(
        "ratio",
        Text("Direct form over bottleneck", "直接形式是瓶颈的几倍"),
        "D/B",
        f"{number_text(direct)}/{number_text(bottleneck)}",
        direct / bottleneck,
        (Slip("ratio-inverted", hint, bottleneck / direct),) if direct else (),
    )


def _notes(kind: str, channels: int, mid: int, kernel: int) -> list[Text]:
    if kind == "involution":
        return [
            Text(
                "These layers make a kernel of their own for each place; all channels of a group share it.",
                "这两层为每个位置各生成一个核，同组的通道共用。",
            )
        ]
    if kind == "resnet" or kernel**2 <= 4:
        return []
    even = Fraction(4 * kernel**2 * mid, kernel**2 - 4)
    saves = channels > even
    return [
        Text(
            f"K²Ck = 4Ck + 4K²k² at C = {number_text(float(even))}: "
            f"{'above' if saves else 'up to'} that the bottleneck saves {'weights' if saves else 'nothing'}.",
            f"K²Ck = 4Ck + 4K²k² 时 C = {number_text(float(even))}：{'超过此值，瓶颈节省权重' if saves else '不超过此值，瓶颈并不节省'}。",
        )
    ]


@bottleneck_params.check("list the kernels of every layer and count their cells", "列出各层的核并数格")
def list_kernels(kind: str, channels: int, mid: int, kernel: int, groups: int) -> dict[str, Value]:
    """The sizes of all arrays: outputs × inputs × side × side."""
    if kind == "resnet":
        kernels = [(mid, channels, 1, 1), (mid, mid, kernel, kernel), (channels, mid, 1, 1)]
        plain = [(channels, channels, kernel, kernel)] * 2
    elif kind == "densenet":
        kernels = [(4 * mid, channels, 1, 1), (mid, 4 * mid, kernel, kernel)]
        plain = [(mid, channels, kernel, kernel)]
    else:
        kernels = [(mid, channels, 1, 1), (kernel * kernel * groups, mid, 1, 1)]
        plain = [(channels, channels, kernel, kernel)]
    count, direct = (sum(prod(array) for array in arrays) for arrays in (kernels, plain))
    return {"bottleneck": count, "direct": direct, "ratio": direct / count}


@bottleneck_params.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: ResNet, 3×3; 2: DenseNet on either side of the break-even width; 3: involution with groups."""
    kernel, groups = 3, 1
    if level == 1:
        mid = rng.randint(2, 12)
        channels = mid * pick(rng, (2, 3, 4, 5))
    elif level == 2:
        mid = 4 * rng.randint(2, 12)
        channels = 8 * rng.randint(4, 60)
    else:
        kernel, mid = pick(rng, (3, 5, 7)), rng.randint(2, 16)
        groups = pick(rng, (1, 2, 4))
        channels = mid * pick(rng, (4, 8))
    inputs = {"kind": ("resnet", "densenet", "involution")[level - 1], "channels": channels, "mid": mid}
    inputs |= {"kernel": kernel, "groups": groups}
    found = list_kernels(**inputs)
    return None if 0.9 <= found["direct"] / found["bottleneck"] <= 1.1 else inputs
