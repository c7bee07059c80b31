"""`studynn compute network-shapes`: the shape after each layer of a network, and what each has to learn."""

from math import prod
from typing import Annotated, Literal

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input
from studynn.core.picture import Picture
from studynn.core.steps import Inputs, Inverse, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.worked._counting import plus, times
from studynn.worked._network import GATES, PRESETS, WINDOWED, Layer, drawn, positions, read_network, shape_after

DEFAULT = "in 1x12x12, conv 4 k3, pool k2, conv 8 k2, pool k2, flatten, dense 10"
MISSING = Text(
    "{input}: which size at ? makes {result} parameters in all?", "{input}：“?” 处为多大时，参数共 {result} 个？"
)


@example(
    title=Text("Walk through a network: shapes and parameters", "逐层形状与参数"),
    topic=("cnn", "mlp", "rnn", "lstm", "gru", "capsule", "autoencoder"),
    results=("shape{i}", "params{i}", "total"),
    inverse=(
        Inverse("net", "total", MISSING, hole=r"dense (\d+)$"),
        Inverse("net", "total", MISSING, hole=r"(?:rnn|lstm|gru) (\d+)[^,]*, dense \d+$"),
    ),
)
def network_shapes(
    net: Annotated[
        str,
        Input(
            "net",
            Text(
                "the input, then conv, pool, flatten, dense, rnn, lstm, gru, primary-caps or digit-caps",
                "先写输入，再写 conv、pool、flatten、dense、rnn、lstm、gru、primary-caps 或 digit-caps",
            ),
            unless="preset",
        ),
    ] = DEFAULT,
    preset: Annotated[
        Literal[
            "none",
            "lenet5",
            "alexnet",
            "vgg16",
            "capsnet",
            "keras-mlp",
            "keras-rnn",
            "keras-lstm",
            "keras-gru",
            "autoencoder",
        ],
        Input("preset", Text("a well-known network instead of a description", "用常见的网络代替描述")),
    ] = "none",
) -> Steps:
    """Every layer on the shape that the one before it leaves; biases counted once, moving statistics not at all.

    Raises InputError for a layer that cannot be read or does not fit. Sources: LeCun et al. 1998; Krizhevsky et al.
    2012; Simonyan & Zisserman 2015; Sabour, Frosst & Hinton 2017.
    """
    shape: Value
    shape, layers = read_network(net if preset == "none" else PRESETS[preset])
    counts = []
    for number, layer in enumerate(layers, 1):
        before = shape
        shape = yield _shape(number, layer, before)
        counts.append((yield _params(number, layer, before)))
    yield Step(
        "total",
        Text("All parameters", "参数总数"),
        "Σ params",
        plus([count for count in counts if count] or [0]),
        sum(counts),
    )
    return _notes(layers, preset)


def _shape(number: int, layer: Layer, before: Value) -> Step:
    shape = shape_after(layer, before)
    formula, shown = _walk(layer, before) if layer.kind in WINDOWED else _plain_walk(layer, before)
    return Step(
        f"shape{number}",
        Text(f"{number}. {layer.text}: shape", f"{number}. {layer.text}：形状"),
        formula,
        shown,
        shape,
        tuple(_shape_slips(layer, before, shape)),
    )


def _walk(layer: Layer, before: Value) -> tuple[str, str]:
    """The sides of a map as formula and with numbers in, without the stride where it is 1 and the padding where it is 0."""

    def side(span: str, padding: str, stride: str) -> str:
        span += padding if layer.padding else ""
        return f"{span} + 1" if layer.stride == 1 else f"⌊({span})/{stride}⌋ + 1"

    letters = [side(f"{letter} − K", " + 2P", "S") for letter in "HW"]
    numbers = [
        side(f"{number_text(length)} − {layer.kernel}", f" + 2·{layer.padding}", str(layer.stride))
        for length in before[1:]
    ]
    if layer.kind == "primary-caps":
        formula = f"[N·({letters[0]})·({letters[1]}), D]"
        return formula, f"[{layer.size}·({numbers[0]})·({numbers[1]}), {layer.depth}]"
    first, count = ("F", layer.size) if layer.kind == "conv" else ("C", before[0])
    return f"[{first}, {', '.join(letters)}]", f"[{number_text(count)}, {', '.join(numbers)}]"


def _plain_walk(layer: Layer, before: Value) -> tuple[str, str]:
    if layer.kind == "flatten":
        letters = {1: "n", 2: "m·n", 3: "C·H·W"}[len(before)]
        return f"[{letters}]", f"[{times(*before)}]"
    formula = "[N, D]" if layer.kind == "digit-caps" else "[T, m]" if layer.every_step else "[m]"
    return formula, value_text(shape_after(layer, before))


def _shape_slips(layer: Layer, before: Value, shape: Value) -> list[Slip]:
    slips = []
    if layer.kind == "conv":
        hint = Text("The window's first position counts as well: add 1.", "窗口的起始位置也算一个：要加 1。")
        spans = [(side + 2 * layer.padding - layer.kernel) // layer.stride for side in before[1:]]
        slips.append(Slip("no-plus-one", hint, (shape[0], *spans)))
        if tuple(shape[1:]) != tuple(before[1:]):
            hint = Text(
                "The map keeps its size only with the right padding: count the positions.",
                "只有填充合适时尺寸才不变：要数窗口的位置。",
            )
            slips.append(Slip("size-kept", hint, (shape[0], *before[1:])))
    if layer.kind == "pool" and layer.stride > 1:
        hint = Text(
            "The window of a pooling layer moves S cells at a time, its own side unless told otherwise.",
            "池化窗口每次移动 S 格，未说明时为自身的边长。",
        )
        slow = [positions(layer._replace(stride=1), side) for side in before[1:]]
        slips.append(Slip("pool-stride-one", hint, (shape[0], *slow)))
    if layer.kind == "flatten" and len(before) == 3 and before[0] > 1:
        hint = Text("All C maps are strung together: times C.", "C 张特征图全部接在一起：还要乘以 C。")
        slips.append(Slip("flatten-without-channels", hint, (before[1] * before[2],)))
    return slips


def _params(number: int, layer: Layer, before: Value) -> Step:
    formula, shown, value, slips = {
        "conv": _of_kernels,
        "primary-caps": _of_kernels,
        "pool": _of_pooling,
        "flatten": _of_nothing,
        "dense": _of_dense,
        "digit-caps": _of_capsules,
    }.get(layer.kind, _of_recurrent)(layer, before)
    title = Text(f"{number}. {layer.text}: parameters", f"{number}. {layer.text}：参数数")
    return Step(f"params{number}", title, formula, shown, value, tuple(slips))


Counted = tuple[str, str, Value, list[Slip]]
BIASES = Text("Biases are learnt too: one for each filter or unit.", "偏置也要学习：每个滤波器或单元一个。")


def _of_kernels(layer: Layer, before: Value) -> Counted:
    filters, cells = layer.size * layer.depth, layer.kernel**2
    slips = [Slip("biases-forgotten", BIASES, cells * before[0] * filters)]
    if before[0] > 1:
        hint = Text(
            "A filter goes through all C maps below it: K²·C weights.", "滤波器穿过下层全部 C 张图：K²·C 个权重。"
        )
        slips.append(Slip("channels-forgotten", hint, (cells + 1) * filters))
    formula = "(K²·C + 1)·F" if layer.kind == "conv" else "(K²·C + 1)·N·D"
    count = str(filters) if layer.kind == "conv" else times(layer.size, layer.depth)
    shown = f"({layer.kernel}²·{number_text(before[0])} + 1)·{count}"
    return formula, shown, (cells * before[0] + 1) * filters, slips


def _of_pooling(layer: Layer, before: Value) -> Counted:
    hint = Text("Pooling only picks or averages: it learns nothing.", "池化只是取最大值或平均值：不学习任何参数。")
    return "0", "0", 0, [Slip("pool-has-weights", hint, layer.kernel**2)]


def _of_nothing(layer: Layer, before: Value) -> Counted:
    return "0", "0", 0, []


def _of_dense(layer: Layer, before: Value) -> Counted:
    n, m = before[0], layer.size
    hint = Text(
        "Each of the n inputs has a weight to each of the m units: multiply.",
        "n 个输入与 m 个单元两两各有一个权重：应相乘。",
    )
    slips = [Slip("biases-forgotten", BIASES, n * m), Slip("sizes-added", hint, n + m)]
    return "(n + 1)·m", f"({number_text(n)} + 1)·{m}", (n + 1) * m, slips


def _of_recurrent(layer: Layer, before: Value) -> Counted:
    (t, n), m, gates = before, layer.size, GATES[layer.kind]
    biases = 2 if layer.reset_after else 1
    value = gates * (m * n + m * m + biases * m)
    slips = [Slip("biases-forgotten", BIASES, gates * (m * n + m * m))]
    if t > 1:
        hint = Text("All T time steps use the same weights: count them once.", "T 个时间步共用同一组权重：只计一次。")
        slips.append(Slip("times-steps", hint, t * value))
    bias = ("m", str(m)) if biases == 1 else ("2m", f"2·{m}")
    shown = f"{gates}·({times(m, n)} + {m}² + {bias[1]})"
    return f"{gates}·(m·n + m² + {bias[0]})", shown, value, slips


def _of_capsules(layer: Layer, before: Value) -> Counted:
    factors = (*before, layer.size, layer.depth)
    return "n·d·N·D", times(*factors), prod(factors), []


def _notes(layers: list[Layer], preset: str) -> list[Text]:
    kinds = {layer.kind for layer in layers}
    notes = []
    if kinds & set(WINDOWED):
        notes.append(
            Text(
                "Shapes are channels, height, width; Keras prints height, width, channels.",
                "形状依次为通道、高、宽；Keras 依次显示高、宽、通道。",
            )
        )
    if kinds & set(GATES) and not any(layer.reset_after for layer in layers):
        notes.append(
            Text(
                "One bias a unit; PyTorch keeps two, and so does Keras' GRU (reset-after).",
                "每个单元一个偏置；PyTorch 有两个，Keras 的 GRU（reset-after）也是。",
            )
        )
    if "digit-caps" in kinds:
        notes.append(
            Text(
                "Each pair of capsules has its own d×D matrix, without biases; n capsules of d numbers go in.",
                "每对胶囊各有一个 d×D 矩阵，没有偏置；输入为 n 个 d 维胶囊。",
            )
        )
    others = {
        "lenet5": Text(
            "All filters read all maps here; the LeNet-5 of 1998 left connections out and had 60,000 parameters.",
            "这里每个滤波器都读取全部特征图；1998 年的 LeNet-5 省去部分连接，共 60,000 个参数。",
        ),
        "alexnet": Text(
            "One tower. The two towers of 2012 have 60,965,224 parameters, torchvision's AlexNet 61,100,840.",
            "这里为单塔。2012 年的双塔为 60,965,224 个参数，torchvision 的 AlexNet 为 61,100,840 个。",
        ),
    }
    return [*notes, others[preset]] if preset in others else notes


@network_shapes.check(
    "slide every window cell by cell, and list the arrays that each layer stores",
    "逐格移动每个窗口，并列出每层存放的数组",
)
def list_arrays(net: str, preset: str) -> dict[str, Value]:
    """Positions by enumeration; parameters as the sizes of all arrays of weights and biases."""
    shape, layers = read_network(net if preset == "none" else PRESETS[preset])
    found: dict[str, Value] = {}
    for number, layer in enumerate(layers, 1):
        arrays = _arrays(layer, shape)
        if layer.kind in WINDOWED:
            sides = [
                len(range(-layer.padding, side + layer.padding - layer.kernel + 1, layer.stride)) for side in shape[1:]
            ]
            found[f"shape{number}"] = (
                (layer.size * sides[0] * sides[1], layer.depth)
                if layer.kind == "primary-caps"
                else (layer.size or shape[0], *sides)
            )
        found[f"params{number}"] = sum(prod(array) for array in arrays)
        shape = shape_after(layer, shape)
    total = sum(value for name, value in found.items() if name.startswith("params"))
    return found | {"total": total}


def _arrays(layer: Layer, shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    if layer.kind in ("conv", "primary-caps"):
        filters = layer.size * layer.depth
        return [(filters, shape[0], layer.kernel, layer.kernel), (filters,)]
    if layer.kind == "dense":
        return [(layer.size, shape[0]), (layer.size,)]
    if layer.kind == "digit-caps":
        return [(*shape, layer.size, layer.depth)]
    if layer.kind in GATES:
        block = [(layer.size, shape[1]), (layer.size, layer.size), (layer.size,)]
        return (block + [(layer.size,)] * layer.reset_after) * GATES[layer.kind]
    return []


@network_shapes.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The layers on top of each other with their shapes, and what each of them has to learn."""
    net, preset = worked.inputs["net"], worked.inputs["preset"]
    first, layers = read_network(net if preset == "none" else PRESETS[preset])
    shapes = [first, *(tuple(worked.step(f"shape{number}").value) for number in range(1, len(layers) + 1))]
    counts = [worked.step(f"params{number}").value for number in range(1, len(layers) + 1)]
    return drawn(layers, shapes, counts)


@network_shapes.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: one convolution on a small image; 2: two with padding or stride; 3: stacked recurrent layers, convolutions under
    several dense layers, or a known network.
    """
    form = pick(rng, ("recurrent", "recurrent", "deep", "deep", "known")) if level == 3 else ""
    if form == "known":
        return {"preset": pick(rng, tuple(PRESETS))}
    if form == "deep":
        side, few, many = 8 * rng.randint(2, 8), 2 * rng.randint(2, 8), 4 * rng.randint(4, 8)
        window, last = pick(rng, ("k3 p1", "k5 p2")), pick(rng, ("k3 s2 p1", "k3 p1", "k3"))
        net = f"in 3x{side}x{side}, conv {few} {window}, pool k2, conv {many} {last}, pool k2, flatten"
        return {"net": f"{net}, dense {10 * rng.randint(2, 12)}, dense {rng.randint(2, 20)}"}
    if form == "recurrent":
        first, second = pick(rng, ("rnn", "lstm", "gru")), pick(rng, ("rnn", "lstm", "gru"))
        n, m, k, q = rng.randint(5, 60), 4 * rng.randint(3, 20), 4 * rng.randint(2, 16), rng.randint(2, 12)
        after = " reset-after" if second == "gru" and rng.random() < 0.5 else ""
        return {"net": f"in {rng.randint(4, 40)}x{n}, {first} {m} seq, {second} {k}{after}, dense {q}"}
    if level == 1:
        side, kernel = rng.randint(8, 12), pick(rng, (2, 3, 4, 5))
        layers = f"conv {rng.randint(2, 6)} k{kernel}, pool k2, flatten, dense {rng.randint(2, 10)}"
        return {"net": f"in 1x{side}x{side}, {layers}"}
    side, channels, kernel, more = rng.randint(20, 40), rng.randint(2, 4), pick(rng, (3, 5)), pick(rng, (2, 3))
    window = f"k{kernel} " + pick(rng, ("s2", f"p{kernel // 2}", "p1", "s2 p1"))
    few, many = rng.randint(5, 9), 2 * rng.randint(5, 10)
    shape, layers = (channels, side, side), f"conv {few} {window}, pool k2, conv {many} k{more}, pool k2"
    net = f"in {channels}x{side}x{side}, {layers}"
    for layer in read_network(net)[1]:
        shape = shape_after(layer, shape)
    return {"net": f"{net}, flatten, dense {rng.randint(2, 10)}"} if shape[1] > 1 else None
