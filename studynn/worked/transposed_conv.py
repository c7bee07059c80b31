"""`studynn compute transposed-conv`: size and values of a transposed convolution of one channel."""

from typing import Annotated

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Matrix
from studynn.core.near import near
from studynn.core.picture import Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import Array
from studynn.nn.convolution import conv_transpose2d, transposed_side
from studynn.worked._drawings import beside, block, grid
from studynn.worked._losses import numbers, refusal, signed


@example(
    title=Text("Transposed convolution", "转置卷积"),
    topic=("convolution", "cnn", "gan"),
    results=("out", "y"),
    notes=(
        Text(
            "It turns the shapes of an ordinary convolution round, not its values: it is no inverse, though also called deconvolution.",
            "它只把普通卷积的形状倒过来，并不还原数值：虽也叫反卷积，却不是逆运算。",
        ),
        Text(
            "P rings are cut off the output, as in PyTorch. Several input sizes lead to the same convolution; A chooses among them.",
            "P 是从输出上裁去的圈数（同 PyTorch）。多种边长经卷积得到同一尺寸，A 用来在其中选定。",
        ),
    ),
)
def transposed_conv(
    x: Annotated[Matrix, Input("x", Text("input, H×W", "输入，H×W"), longest=4)] = ((1.0, 2.0), (3.0, -1.0)),
    k: Annotated[Matrix, Input("k", Text("kernel", "卷积核"), longest=5)] = ((1.0, 2.0), (0.0, 3.0)),
    stride: Annotated[
        int, Input("S", Text("distance between two stamps", "相邻两次印放的距离"), at_least=1, at_most=5, letter="S")
    ] = 1,
    padding: Annotated[
        int, Input("P", Text("rings cut off the output", "输出裁去的圈数"), at_least=0, at_most=5, letter="P")
    ] = 0,
    output_padding: Annotated[
        int,
        Input("A", Text("cells added at the bottom and on the right", "在下方与右侧增加的格数"), at_least=0, at_most=4),
    ] = 0,
) -> Steps:
    """Every input cell lays a copy of the kernel, times its value, S cells apart; overlaps are added.

    The kernel is not turned. Source: Dumoulin & Visin 2016, chapter 4, relation 14.
    """
    given, kernel = (np.asarray(part, dtype=float) for part in (x, k))
    _refuse(given, kernel, stride, padding, output_padding)
    yield _out(given, kernel, stride, padding, output_padding)
    full = yield _stamped(given, kernel, stride, output_padding, cropped=padding > 0)
    if padding:
        hint = Text("P rings are cut off: the output is smaller.", "要裁去 P 圈，输出会变小。")
        y = full[padding:-padding, padding:-padding]
        yield Step(
            "y",
            Text("Output: what is left", "输出：裁剪后剩下的部分"),
            "full[P:−P, P:−P]",
            value_text(y) if len(y) > 1 else f"[{value_text(y[0])}]",
            y,
            (Slip("not-cropped", hint, full),),
        )
    return None


def _refuse(x: Array, k: Array, stride: int, padding: int, extra: int) -> None:
    if extra >= stride:
        allowed = Text(f"must be below --stride {stride}", f"应小于 --stride {stride}")
        raise refusal(transposed_conv, "output_padding", extra, allowed)
    sides = [transposed_side(x.shape[axis], k.shape[axis], stride, 0, extra) for axis in (0, 1)]
    if 2 * padding >= min(sides):
        room = "×".join(map(str, sides))
        allowed = Text(f"must leave something of the {room} cells", f"裁剪后应有剩余，裁剪前为 {room}")
        raise refusal(transposed_conv, "padding", padding, allowed)


def _out(x: Array, k: Array, s: int, p: int, a: int) -> Step:
    def sides(count: int = 1, cut: int = 2, extra: int = a) -> tuple[int, ...]:
        pairs = zip(x.shape, k.shape, strict=True)
        return tuple((side - count) * s - cut * p + kernel + extra for side, kernel in pairs)

    shown = [f"({side} − 1)·{s} − 2·{p} + {kernel} + {a}" for side, kernel in zip(x.shape, k.shape, strict=True)]
    hint = Text("W cells have W − 1 steps between them: (W − 1)S.", "W 格之间只有 W − 1 步：(W − 1)S。")
    slips = [Slip("cells-for-steps", hint, sides(count=0))]
    ordinary = tuple((side - kernel + 2 * p) // s + 1 for side, kernel in zip(x.shape, k.shape, strict=True))
    if min(ordinary) > 0:
        hint = Text("That is the ordinary convolution; here the map grows.", "这是普通卷积的尺寸；这里图会变大。")
        slips.append(Slip("ordinary-size", hint, ordinary))
    if p:
        hint = Text("Padding is cut off here: subtract 2P.", "这里的填充是裁去：减 2P。")
        slips.append(Slip("padding-added", hint, sides(cut=-2)))
        hint = Text("P rings go on both sides: 2P.", "两侧都裁去 P：共 2P。")
        slips.append(Slip("pad-once", hint, sides(cut=1)))
    if a:
        hint = Text("The output padding A counts once, on one side.", "输出填充 A 要加上，只加一侧。")
        slips.append(Slip("output-padding-forgotten", hint, sides(extra=0)))
    return Step(
        "out",
        Text("Output: height and width", "输出的高与宽"),
        "(H − 1)S − 2P + K + A",
        f"[{', '.join(shown)}]",
        sides(),
        tuple(slips),
    )


def _canvas(x: Array, k: Array, stride: int, extra: int, overwrite: bool = False) -> Array:
    canvas = np.zeros([transposed_side(x.shape[axis], k.shape[axis], stride, 0, extra) for axis in (0, 1)])
    for i, j in np.ndindex(x.shape):
        place = np.s_[i * stride : i * stride + k.shape[0], j * stride : j * stride + k.shape[1]]
        canvas[place] = x[i, j] * k + (0 if overwrite else canvas[place])
    return canvas + 0.0  # no −0


def _stamped(x: Array, k: Array, stride: int, extra: int, cropped: bool) -> Step:
    value = _canvas(x, k, stride, extra)
    slips = []
    turned = _canvas(x, k[::-1, ::-1], stride, extra)
    if not near(turned, value):
        hint = Text("The kernel is laid down as it stands, not turned.", "核按原样印放，不翻转。")
        slips.append(Slip("kernel-turned", hint, turned))
    replaced = _canvas(x, k, stride, extra, overwrite=True)
    if not near(replaced, value):
        hint = Text("Where copies overlap, their values are added.", "重叠处的数要相加。")
        slips.append(Slip("overlap-overwritten", hint, replaced))
    if stride > 1 and x.size > 1:
        hint = Text("The copies lie S cells apart.", "相邻两次印放相隔 S 格。")
        slips.append(Slip("stride-forgotten", hint, _canvas(x, k, 1, 0)))
    terms: list[str] = []
    for i, j in np.ndindex(x.shape):
        lone = np.zeros_like(x)
        lone[i, j] = 1
        stamp = _canvas(lone, k, stride, extra)
        text = value_text(stamp) if len(stamp) > 1 else f"[{value_text(stamp[0])}]"
        terms.append(f"{signed(x[i, j]) if terms else number_text(float(x[i, j]))}·{text}")
    return Step(
        "full" if cropped else "y",
        Text("All copies added, before the cut", "裁剪前：各份之和")
        if cropped
        else Text("Output: all copies added", "输出：各份之和"),
        "Σ xᵢⱼ·k → (iS, jS)",
        " + ".join(terms),
        value,
        tuple(slips),
    )


@transposed_conv.check("the engine's transposed convolution", "用引擎的转置卷积")
def by_engine(x: Matrix, k: Matrix, stride: int, padding: int, output_padding: int) -> dict[str, Value]:
    """The same values from one matrix product, and the size of what comes out."""
    given, kernel = (np.asarray(part, dtype=float)[None, None] for part in (x, k))
    y = conv_transpose2d(given, kernel, None, stride, padding, output_padding)[0, 0]
    return {"out": y.shape, "y": y}


@transposed_conv.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The last input cell and the kernel, where its copy lies in the output, and how many copies reach each cell."""
    x, k = (np.asarray(worked.inputs[name], dtype=float) for name in "xk")
    stride = worked.inputs["stride"]
    full = worked.step("full" if worked.has("full") else "y").value
    last = x.shape[0] - 1, x.shape[1] - 1
    copies = np.zeros(full.shape, dtype=int)
    for i, j in np.ndindex(x.shape):
        copies[i * stride : i * stride + k.shape[0], j * stride : j * stride + k.shape[1]] += 1
    stamp = block(last[0] * stride, last[1] * stride, *k.shape)
    cut = Text(" before the cut", "裁剪前的") if worked.has("full") else Text("", "")
    return [
        *beside(Text("Input, its last cell framed, and kernel", "输入（框出最后一格）与卷积核"), x, k, on=[last]),
        *grid(Text(f"Output{cut.en}, the copy of that cell framed", f"{cut.zh}输出，框出该格印放之处"), full, stamp),
        *grid(Text("How many copies are added in each cell", "每格由几份相加"), copies),
    ]


@transposed_conv.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: stride 1; 2: stride 2 with overlap, or stride 2 or 3 without; 3: a cut, perhaps with output padding."""
    entries = (-2, -1, 1, 2, 3)
    stride, padding, extra = 1, 0, 0
    if level == 1:
        rows, columns = pick(rng, ((2, 2), (1, 2), (2, 1), (1, 3), (3, 1), (1, 4)))
        sizes = pick(rng, ((2, 2), (2, 3), (3, 2), (1, 2), (2, 1), (1, 3), (3, 1)))
    else:
        kernel = pick(rng, (2, 3))
        stride = pick(rng, (2, 3)) if kernel == 2 else 2
        rows, columns = pick(rng, ((2, 2), (1, 2), (2, 1), (1, 3), (2, 3)))
        sizes = (kernel, kernel)
    if level == 3:
        padding, extra = 1, rng.randint(0, stride - 1)
    if min(rows, columns) == 1 and sizes[0] + extra <= 2 * padding:
        return None  # nothing would be left
    x = tuple(numbers(rng, columns, entries) for _ in range(rows))
    k = tuple(numbers(rng, sizes[1], (*entries, 0)) for _ in range(sizes[0]))
    return {"x": x, "k": k, "stride": stride, "padding": padding, "output_padding": extra}
