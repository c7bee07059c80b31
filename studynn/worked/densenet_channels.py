"""`studynn compute densenet-channels`: how the channels of a dense block grow, and what the transition leaves."""

from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input
from studynn.core.picture import Cells, Picture
from studynn.core.steps import Inputs, Inverse, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.worked._drawings import CELL, MOST_ROWS

LARGEST = 100_000
MOST_LAYERS = 100


@example(
    title=Text("Channels in a dense block", "DenseNet 的通道数"),
    topic="resnet-densenet",
    results=("in{l}", "out", "connections", "maps", "size-out"),
    inverse=(
        Inverse(
            "growth",
            "out",
            Text(
                "Which growth rate k makes {result} channels at the end of the block?",
                "增长率 k 为多少时，块的输出有 {result} 个通道？",
            ),
        ),
        Inverse(
            "layers",
            "out",
            Text(
                "How many layers L make {result} channels at the end of the block?",
                "块有几层（L）时，输出有 {result} 个通道？",
            ),
        ),
    ),
    notes=(
        Text(
            "Connections run from the input of the block and from each layer to every later layer.",
            "连接从块的输入以及每一层通向其后的每一层。",
        ),
        Text(
            "Concatenation keeps all earlier maps; a residual block adds instead.",
            "拼接保留此前全部特征图；残差块则是相加。",
        ),
    ),
)
def densenet_channels(
    k0: Annotated[
        int, Input("k₀", Text("channels that enter the block", "进入块的通道数"), at_least=1, at_most=LARGEST)
    ] = 16,
    growth: Annotated[
        int,
        Input(
            "k",
            Text("growth rate: maps that each layer adds", "增长率：每层新增的特征图数"),
            at_least=1,
            at_most=LARGEST,
        ),
    ] = 12,
    layers: Annotated[
        int, Input("L", Text("layers of the block", "块的层数"), at_least=1, at_most=MOST_LAYERS, letter="L")
    ] = 4,
    theta: Annotated[
        float,
        Input(
            "θ",
            Text("share of the channels that the transition keeps", "过渡层保留的通道比例"),
            at_least=0.01,
            at_most=1,
        ),
    ] = 0.5,
    size: Annotated[int, Input("n", Text("side of the maps", "特征图的边长"), at_least=2, at_most=LARGEST)] = 28,
) -> Steps:
    """Layer l reads the block's input and the k maps of each earlier layer: k₀ + k(l − 1).

    The transition keeps ⌊θ·channels⌋ and halves the sides by 2×2 average pooling. Source: Huang et al. 2017, section 3.
    """
    for number in range(1, layers + 1):
        yield _entering(number, k0, growth)
    out = yield _leaving(k0, growth, layers)
    hint = Text(
        "Layer l has l connections, the block's input among them: L(L + 1)/2.",
        "第 l 层有 l 条连接，其中一条来自块的输入：L(L + 1)/2。",
    )
    slips = [Slip("input-not-counted", hint, layers * (layers - 1) // 2)]
    if layers > 1:
        hint = Text(
            "A layer reads only what comes before it: about half of all pairs.",
            "每层只读取它之前的输出：约为全部配对的一半。",
        )
        slips.append(Slip("squared", hint, layers**2))
    yield Step(
        "connections",
        Text("Direct connections", "直接连接数"),
        "L(L + 1)/2",
        f"{layers}·({layers} + 1)/2",
        layers * (layers + 1) // 2,
        tuple(slips),
    )
    yield _transition(out, theta)
    hint = Text("The transition pools 2×2: halve the side.", "过渡层做 2×2 池化：边长减半。")
    yield Step(
        "size-out",
        Text("Side after the transition", "过渡层之后的边长"),
        "⌊n/2⌋",
        f"⌊{size}/2⌋",
        size // 2,
        (Slip("size-kept", hint, size),),
    )
    return ()


def _entering(number: int, k0: int, growth: int) -> Step:
    zero = Text(
        "Layer 1 reads the block's input only: count the layers before it, l − 1.",
        "第 1 层只读块的输入：要数它之前的层，即 l − 1 层。",
    )
    slips = [Slip("counted-from-zero", zero, k0 + growth * number)]
    if number > 1:
        hint = Text(
            "All earlier maps are laid side by side, the block's input included.",
            "此前的特征图全部拼接在一起，也包括块的输入。",
        )
        slips.append(Slip("previous-layer-only", hint, growth))
    return Step(
        f"in{number}",
        Text(f"Channels entering layer {number}", f"进入第 {number} 层的通道数"),
        "cₗ = k₀ + k(l − 1)",
        f"{k0} + {growth}·({number} − 1)",
        k0 + growth * (number - 1),
        tuple(slips),
    )


def _leaving(k0: int, growth: int, layers: int) -> Step:
    dropped = Text("The maps that entered the block leave it too: add k₀.", "进入块的特征图也一并输出：加上 k₀。")
    added = Text("Maps are laid side by side, not added: the channels grow.", "特征图是拼接而不是相加：通道数会增加。")
    short = Text("Each of the L layers adds k maps, the last one too.", "L 层各增加 k 张，最后一层也算。")
    return Step(
        "out",
        Text("Channels leaving the block", "块输出的通道数"),
        "c = k₀ + k·L",
        f"{k0} + {growth}·{layers}",
        k0 + growth * layers,
        (
            Slip("input-dropped", dropped, growth * layers),
            Slip("added-like-resnet", added, k0),
            *((Slip("one-layer-short", short, k0 + growth * (layers - 1)),) if layers > 1 else ()),
        ),
    )


def _kept(out: Value, theta: float) -> int:
    return int(round(theta * out, 9) // 1)  # 0.7·10 is 7, as by hand


def _transition(out: Value, theta: float) -> Step:
    hint = Text("The transition keeps the share θ of the channels.", "过渡层只保留比例 θ 的通道。")
    return Step(
        "maps",
        Text("Channels after the transition", "过渡层之后的通道数"),
        "⌊θ·c⌋",
        f"⌊{number_text(theta)}·{number_text(out)}⌋",
        _kept(out, theta),
        (Slip("no-compression", hint, out),) if theta < 1 else (),
    )


@densenet_channels.check(
    "lay the maps of each layer side by side and draw every connection",
    "逐层拼接特征图，并画出每条连接",
)
def lay_side_by_side(k0: int, growth: int, layers: int, theta: float, size: int) -> dict[str, Value]:
    """Every output in the block as a count of maps; each layer reads all outputs before it."""
    outputs = [k0]
    found: dict[str, Value] = {}
    connections = 0
    for number in range(1, layers + 1):
        found[f"in{number}"] = sum(outputs)
        connections += len(outputs)
        outputs.append(growth)
    return found | {"out": sum(outputs), "connections": connections, "size-out": len(range(0, size - 1, 2))}


@densenet_channels.pictures
def pictures(worked: Worked) -> list[Picture]:
    """A row a layer: how many maps it reads from the input and from each layer before it, and how many in all."""
    k0, growth, layers = (worked.inputs[name] for name in ("k0", "growth", "layers"))
    drawn = layers if layers < MOST_ROWS - 1 else MOST_ROWS - 2
    title = Text("Maps that each layer reads, by where they come from", "各层读取的特征图数，按来源")
    if drawn < layers:
        title = Text(f"{title.en}: the first {drawn} of {layers} layers", f"{title.zh}（{layers} 层中的前 {drawn} 层）")
    totals = [worked.step(f"in{number}").value for number in range(1, drawn + 1)]
    labels = ["", *map(str, range(1, drawn + 1))]
    if drawn == layers:
        totals.append(worked.step("out").value)
        labels.append("→")
    width = len(totals)
    rows = [("x", *map(str, range(1, width)), "Σ")]
    for before, total in enumerate(totals):
        sources = [k0, *[growth] * before]
        rows.append((*map(str, sources), *[CELL] * (width - len(sources)), number_text(total)))
    marked = tuple((row, width) for row in range(1, len(rows)))
    return [Cells(title, tuple(rows), marked, tuple(labels))]


@densenet_channels.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: halves, small numbers; 2: other shares that come out even; 3: a share that leaves a fraction to drop."""
    k0, growth, layers = rng.randint(4, 24), rng.randint(2, 16), rng.randint(4, 8)
    if level > 1:
        k0, growth, layers = 8 * rng.randint(2, 10), 4 * rng.randint(2, 10), rng.randint(4, 12)
    theta = 0.5 if level == 1 else pick(rng, (0.25, 0.4, 0.5, 0.6, 0.75, 0.8))
    fraction = round(theta * (k0 + growth * layers), 9) % 1
    if k0 == growth or (fraction == 0) is (level == 3):
        return None
    return {"k0": k0, "growth": growth, "layers": layers, "theta": theta, "size": 2 * rng.randint(4, 28) + (level == 3)}
