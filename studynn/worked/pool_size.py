"""`studynn compute pool-size`: how much pooling shrinks the maps, and the dense layer after them."""

from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input
from studynn.core.picture import Cells, Picture
from studynn.core.steps import Inputs, Inverse, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.worked._counting import times
from studynn.worked._drawings import CELL, LONGEST_LINE, MOST_ROWS, windows_along

LARGEST = 10_000


@example(
    title=Text("What pooling does to sizes and weights", "池化对尺寸与权重的影响"),
    topic=("pooling", "cnn"),
    results=("out", "values-in", "values-out", "kept", "reduction", "parameters", "dense-before", "dense-after"),
    inverse=(
        Inverse(
            "window",
            "out",
            Text("Which window side K leaves maps of side {result}?", "窗口边长 K 取多少时，池化后的边长为 {result}？"),
        ),
        Inverse(
            "stride",
            "out",
            Text("Which stride S leaves maps of side {result}?", "步幅 S 取多少时，池化后的边长为 {result}？"),
        ),
        Inverse(
            "size",
            "out",
            Text("Which side n of the maps is pooled to {result}?", "边长 n 为多少的特征图池化后边长为 {result}？"),
        ),
        Inverse(
            "units",
            "dense-after",
            Text(
                "How many units m has the dense layer, if it needs {result} weights after the pooling?",
                "池化后接的全连接层有 {result} 个权重，它有几个单元（m）？",
            ),
        ),
    ),
    unasked=("parameters",),
    notes=(
        Text(
            "No padding, and the window moves by its own side unless a stride is given, as in PyTorch and Keras.",
            "不填充；未给出步幅时，窗口每次移动自身的边长，与 PyTorch、Keras 相同。",
        ),
    ),
)
def pool_size(
    size: Annotated[
        int, Input("n", Text("side of the square maps", "方形特征图的边长"), at_least=1, at_most=LARGEST)
    ] = 20,
    window: Annotated[
        int, Input("K", Text("side of the window", "窗口的边长"), at_least=1, at_most=LARGEST, letter="K")
    ] = 10,
    stride: Annotated[
        int | None,
        Input(
            "S", Text("step of the window, if not K", "窗口的步幅，缺省为 K"), at_least=1, at_most=LARGEST, letter="S"
        ),
    ] = None,
    channels: Annotated[
        int, Input("C", Text("number of maps", "特征图的张数"), at_least=1, at_most=LARGEST, letter="C")
    ] = 1,
    units: Annotated[
        int, Input("m", Text("units of a dense layer after it", "其后全连接层的单元数"), at_least=1, at_most=LARGEST)
    ] = 10,
) -> Steps:
    """Values before and after pooling, and the weights of a dense layer on either.

    Source: document 001, pooling layer; Goodfellow, Bengio & Courville 2016, section 9.3.
    """
    if window > size:
        raise InputError(
            "window",
            str(window),
            Text(f"must fit into the map of side {size}", f"窗口应放得进边长为 {size} 的特征图"),
        )
    step = window if stride is None else stride
    side = yield _out(size, window, step)
    before = yield _values("values-in", Text("Values before pooling", "池化前的值数"), "C·n²", channels, size)
    after = yield _values("values-out", Text("Values after pooling", "池化后的值数"), "C·O²", channels, side)
    yield from _shares(before, after, side, size)
    hint = Text("Taking a maximum or a mean uses no weights.", "取最大值或平均值用不到权重。")
    yield Step(
        "parameters",
        Text("Parameters to learn in the pooling layer", "池化层要学习的参数数"),
        "0",
        "0",
        0,
        (Slip("pool-has-weights", hint, window * window),),
    )
    for name, title, letter, count in (
        ("dense-before", Text("Weights of a dense layer, not pooled", "不池化时全连接层的权重数"), "C·n²", before),
        ("dense-after", Text("Weights of a dense layer, pooled", "池化后全连接层的权重数"), "C·O²", after),
    ):
        yield Step(name, title, f"{letter}·m", times(count, units), count * units)
    return ()


def _out(size: int, window: int, stride: int) -> Step:
    slips = []
    if stride > 1:
        hint = Text("The window moves S cells at a time: divide by S.", "窗口每次移动 S 格：要除以 S。")
        slips.append(Slip("stride-one", hint, size - window + 1))
    hint = Text(
        "n − K is the way to go: divide it by the step, then count the start too.",
        "n − K 是可移动的距离：先除以步幅，再算上起始位置。",
    )
    slips.append(Slip("window-subtracted", hint, size - window))
    if (size - window) % stride:
        hint = Text("A window that sticks out is left out: round down.", "伸出边界的窗口不算：向下取整。")
        slips.append(Slip("rounded-up", hint, -(-(size - window) // stride) + 1))
    return Step(
        "out",
        Text("Side after pooling", "池化后的边长"),
        "O = ⌊(n − K)/S⌋ + 1",
        f"⌊({size} − {window})/{stride}⌋ + 1",
        (size - window) // stride + 1,
        tuple(slips),
    )


def _values(name: str, title: Text, formula: str, channels: int, side: Value) -> Step:
    hint = Text("A map has two sides: square its side.", "特征图有两条边：边长要平方。")
    return Step(
        name,
        title,
        formula,
        f"{channels}·{number_text(side)}²",
        channels * side * side,
        (Slip("side-for-area", hint, channels * side),) if side > 1 else (),
    )


def _shares(before: Value, after: Value, side: Value, size: int) -> Steps:
    hint = Text("Compare areas, not sides: both sides shrink.", "要比较面积而不是边长：两条边都变短。")
    kept = yield Step(
        "kept",
        Text("Share of the values kept", "保留的比例"),
        "r = C·O²/(C·n²)",
        f"{number_text(after)}/{number_text(before)}",
        after / before,
        (Slip("linear-share", hint, side / size),) if side != size else (),
    )
    yield Step(
        "reduction", Text("Share of the values saved", "减少的比例"), "1 − r", f"1 − {number_text(kept)}", 1 - kept
    )
    return ()


@pool_size.check("place the windows one by one and count the cells", "逐个放置窗口并数格")
def place_windows(size: int, window: int, stride: int | None, channels: int, units: int) -> dict[str, Value]:
    """Sides and values by enumeration, without the formula."""
    step = window if stride is None else stride
    side = sum(1 for start in range(0, size, step) if start + window <= size)
    values = channels * sum(side for _ in range(side))
    return {"out": side, "values-out": values, "kept": values / (channels * size**2), "dense-after": values * units}


@pool_size.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The map with its windows as a chessboard where they stand apart, and the window along one side."""
    size, window = worked.inputs["size"], worked.inputs["window"]
    stride, side = worked.inputs["stride"] or window, worked.step("out").value
    along = windows_along(size, (0, 0), window, stride, side, letter="n")
    if stride < window or size > MOST_ROWS:
        return along

    def sign(row: int, column: int) -> str:
        (i, down), (j, across) = divmod(row, stride), divmod(column, stride)
        inside = max(i, j) < side and max(down, across) < window
        return "░▓"[(i + j) % 2] if inside else CELL

    wide = 2 if 2 * size <= LONGEST_LINE else 1  # two columns make a cell of a terminal about square
    rows = tuple(("".join(sign(row, column) * wide for column in range(size)),) for row in range(size))
    title = Text(f"{side}×{side} windows on a map of {size}×{size}", f"{size}×{size} 特征图上的 {side}×{side} 个窗口")
    if any(CELL in line for (line,) in rows):
        title = Text(f"{title.en} ({CELL} in none of them)", f"{title.zh}（{CELL} 不属于任何窗口）")
    return [Cells(title, rows), *along]


@pool_size.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: the window divides the side; 2: it does not, several maps; 3: windows that overlap."""
    window = pick(rng, (2, 3, 4, 5) if level < 3 else (3, 4, 5))
    stride = window if level < 3 else rng.randint(2, window - 1)
    rest = 0 if level == 1 else rng.randint(0 if level == 3 else 1, stride - 1)
    side = rng.randint(2, 8) if level == 1 else rng.randint(3, 14)
    return {
        "size": window + (side - 1) * stride + rest,
        "window": window,
        "stride": stride,
        "channels": 1 if level == 1 else rng.randint(2, 16),
        "units": rng.randint(2, 12) if level == 1 else rng.randint(10, 100),
    }
