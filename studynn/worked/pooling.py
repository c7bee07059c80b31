"""`studynn compute pooling`: the largest and the mean entry of each window, and where the largest stands."""

from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input
from studynn.core.picture import Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.core.values import nested
from studynn.nn.pooling import avg_pool2d, max_pool2d, max_pool2d_argmax, pool_side
from studynn.worked._drawings import bordered, grid
from studynn.worked._pooling import Pool, pool_of
from studynn.worked._signals import sum_text


@example(
    title=Text("Max and average pooling", "最大池化与平均池化"),
    topic="pooling",
    results=("out-size", "max", "average", "argmax"),
)
def pooling(
    x: Annotated[Any, (2, 3), Input("x", Text("map H×W, or maps C×H×W", "特征图 H×W，或多张 C×H×W"))] = (
        (4.0, 1.0, 3.0, 2.0),
        (0.0, 7.0, 5.0, 1.0),
        (2.0, 2.0, 8.0, 0.0),
        (6.0, 1.0, 3.0, 9.0),
    ),
    window: Annotated[int, Input("K", Text("side of the window", "窗口的边长"), at_least=1, at_most=64)] = 2,
    stride: Annotated[
        int | None,
        Input(
            "S",
            Text("step of the window; the window itself if not given", "步幅；不给出时等于窗口边长"),
            at_least=1,
            at_most=64,
        ),
    ] = None,
    padding: Annotated[int, Input("P", Text("cells added on each side", "每侧填充的格数"), at_least=0, at_most=32)] = 0,
    ceil: Annotated[bool, Input("ceil", Text("keep partial windows at the end", "保留末尾不完整的窗口"))] = False,
    no_count_padding: Annotated[
        bool, Input("padding not counted", Text("leave padding out of the mean", "求平均时不计填充的格子"))
    ] = False,
) -> Steps:
    """Maximum, mean and place of the maximum of each window. Rows, columns and cells count from 0; nothing is learned.

    Source: Goodfellow, Bengio & Courville 2016, section 9.3; sizes as Dumoulin & Visin 2016, relation 15.
    """
    pool = pool_of(x, window, stride, padding, ceil, no_count_padding)
    notes = _notes(pool, stride, ceil)
    high, wide = yield _out_size(pool, ceil)
    pool = pool.resized(int(high), int(wide))
    yield _max(pool)
    yield _average(pool)
    yield _argmax(pool)
    return notes


def _out_size(pool: Pool, ceil: bool) -> Step:
    window, stride, padding = pool.window, pool.stride, pool.padding
    sides = pool.x.shape[1:]
    spans = [side - window + 2 * padding for side in sides]
    size = (pool.high, pool.wide)
    left, right = "⌈⌉" if ceil else "⌊⌋"
    parts = [f"{left}({side} − {window} + 2·{padding})/{stride}{right} + 1" for side in sides]
    formula = f"{left}([H, W] − K + 2P)/S{right} + 1"
    if ceil and size != tuple(-(-span // stride) + 1 for span in spans):
        formula = "min(⌈([H, W] − K + 2P)/S⌉ + 1, ⌈([H, W] + P)/S⌉)"
        parts = [f"min({part}, ⌈({side} + {padding})/{stride}⌉)" for part, side in zip(parts, sides, strict=True)]
    slips = []
    if stride > 1 and (ones := tuple(span + 1 for span in spans)) != size:
        hint = Text("The window jumps by the stride S: divide by it.", "窗口每次移动 S 格：要除以步幅。")
        slips.append(Slip("stride-one", hint, ones))
    other = tuple(pool_side(side, window, stride, padding, not ceil) for side in sides)
    if other != size:
        hint = (
            Text("Here a partial window is kept: round up.", "此处保留不完整的窗口：向上取整。")
            if ceil
            else Text("A window that sticks out is left out: round down.", "伸出边界的窗口要舍去：向下取整。")
        )
        slips.append(Slip("rounding-swapped", hint, other))
    return Step(
        "out-size",
        Text("Windows down and across", "竖直与水平方向的窗口数"),
        formula,
        f"[{', '.join(parts)}]",
        size,
        tuple(slips),
    )


def _max(pool: Pool) -> Step:
    truth = pool.each(lambda place: float(pool.seen(place).max()))
    zero = pool.each(lambda place: max(float(pool.seen(place).max()), 0.0 if pool.touches_padding(place) else -np.inf))
    slips = [
        Slip(
            "average-for-max",
            Text("Keep just the largest entry of each window.", "每个窗口只保留最大的数。"),
            pool.each(lambda place: float(pool.seen(place).sum()) / pool.counted(place)),
        ),
        Slip(
            "minimum",
            Text("The strongest response counts: take the largest.", "要的是最强的响应：取最大，不取最小。"),
            pool.each(lambda place: float(pool.seen(place).min())),
        ),
        Slip(
            "padding-zero",
            Text("Padding is −∞ here and never wins, even against negatives.", "此处的填充为 −∞，连负数也不会输给它。"),
            zero,
        ),
    ]
    return Step(
        "max",
        Text("Max pooling: largest of each window", "最大池化：各窗口的最大值")
        if not pool.padding
        else Text("Max pooling, padding as −∞", "最大池化（填充视为 −∞）"),
        "max x[iS − P + u, jS − P + v]",
        pool.written(lambda place: f"max({', '.join(number_text(float(cell)) for cell in pool.seen(place).ravel())})"),
        truth,
        tuple(slip for slip in slips if not np.array_equal(slip.value, truth)),
    )


def _average(pool: Pool) -> Step:
    total = pool.each(lambda place: float(pool.seen(place).sum()))
    counted = pool.each(pool.counted)
    truth = total / counted
    title = Text("Average pooling: mean of each window", "平均池化：各窗口的平均值")
    if pool.padding and pool.count_padding:
        title = Text("Average pooling, padding counted as 0", "平均池化（填充按 0 计入）")
    elif pool.padding:
        title = Text("Average pooling, padding left out", "平均池化（填充不计）")
    slips = (
        Slip(
            "sum-for-mean",
            Text("A mean is wanted: divide the sum by the number of cells.", "求的是平均：和还要除以格数。"),
            total,
        ),
        Slip(
            "divided-by-window-side",
            Text("A window of side K holds K·K cells, not K.", "边长为 K 的窗口有 K·K 格，而不是 K 格。"),
            total / pool.window,
        ),
    )
    return Step(
        "average",
        title,
        "Σ x[iS − P + u, jS − P + v] / K²" if np.all(counted == pool.window**2) else "Σ x[iS − P + u, jS − P + v] / n",
        pool.written(lambda place: f"({sum_text(pool.seen(place))})/{pool.counted(place)}"),
        truth,
        tuple(slip for slip in slips if not np.array_equal(slip.value, truth)) if pool.window > 1 else (),
    )


def _argmax(pool: Pool) -> Step:
    height, width = pool.x.shape[1:]
    down = _whole(pool.each(lambda place: pool.winner(place)[1] * height + pool.winner(place)[0]))
    truth = _whole(pool.each(lambda place: pool.winner(place)[0] * width + pool.winner(place)[1]))
    hint = Text("Number the cells row by row: row·W + column.", "格子按行编号：行·W + 列。")
    return Step(
        "argmax",
        Text(
            "Cell of each maximum, counted row by row from 0: the gradient goes there",
            "各最大值所在的格（从 0 起按行编号）：梯度只传到那里",
        ),
        "iW + j",
        pool.written(lambda place: f"{pool.winner(place)[0]}·{width} + {pool.winner(place)[1]}"),
        truth,
        (Slip("column-by-column", hint, down),) if down != truth else (),
    )


def _whole(array: Value) -> Value:
    """Whole numbers as nested tuples."""
    return nested(iter([int(number) for number in array.ravel()]), array.shape)


def _notes(pool: Pool, stride: int | None, ceil: bool) -> list[Text]:
    notes = [Text("Pooling has no parameters: nothing is learned.", "池化没有参数：不需要学习。")]
    if stride is None:
        notes.append(
            Text(
                "Unless given, the stride is the window, as in PyTorch and Keras; in ONNX it is 1.",
                "不给出步幅时取窗口边长，与 PyTorch、Keras 相同；ONNX 的默认步幅是 1。",
            )
        )
    if pool.padding:
        notes.append(
            Text(
                "Max pooling pads with −∞. The mean counts the zeros of the padding (PyTorch); "
                "with --no-count-padding it does not (ONNX, Keras).",
                "最大池化以 −∞ 填充。求平均时计入填充的零（PyTorch）；加 --no-count-padding 则不计（ONNX、Keras）。",
            )
        )
    floor, up = (
        tuple(pool_side(side, pool.window, pool.stride, pool.padding, kept) for side in pool.x.shape[1:])
        for kept in (False, True)
    )
    if floor != up:
        size = f"{up[0]}×{up[1]}"
        notes.append(
            Text(
                "Partial windows at the end are kept; without --ceil they are dropped.",
                "末尾不完整的窗口予以保留；不加 --ceil 则舍去。",
            )
            if ceil
            else Text(
                f"The last rows or columns fill no whole window and are dropped; --ceil keeps them: {size} windows.",
                f"末尾的行或列凑不成完整的窗口，予以舍去；加 --ceil 则保留，共 {size} 个窗口。",
            )
        )
    return notes


@pooling.check(
    "the rows of all windows at once, then their columns, by the engine", "由引擎先合并所有窗口的行，再合并列"
)
def by_engine(
    x: Value, window: int, stride: int | None, padding: int, ceil: bool, no_count_padding: bool
) -> dict[str, Value]:
    """The same through the vectorised kernels."""
    maps = np.asarray(x, dtype=float)
    maps = maps.reshape((1,) * (4 - maps.ndim) + maps.shape)
    sizes = (window, stride, padding, ceil)
    largest, where = max_pool2d(maps, *sizes), max_pool2d_argmax(maps, *sizes)
    means = avg_pool2d(maps, *sizes, count_include_pad=not no_count_padding)
    one = np.s_[0, 0] if maps.shape[1] == 1 else np.s_[0]
    return {
        "out-size": largest.shape[2:],
        "max": largest[one],
        "average": means[one],
        "argmax": where[one],
    }


Form = tuple[bool, tuple[int, int]]
FORMS: dict[int, tuple[Form, ...]] = {
    1: tuple((False, sides) for sides in ((4, 4), (4, 6), (6, 4), (2, 6), (6, 2))),
    2: ((False, (5, 5)), (True, (5, 5)), (True, (5, 4)), (False, (5, 6)), (False, (5, 3))),
    # draws with --ceil are rejected less often
    3: (*(3 * tuple((False, sides) for sides in ((4, 4), (5, 4), (4, 5)))), (True, (4, 4))),
}


@pooling.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The first map with the winner of each window framed, with borders between windows side by side; maxima, means."""
    x, largest, means, where = (
        np.asarray(value)
        for value in (worked.inputs["x"], *(worked.step(name).value for name in ("max", "average", "argmax")))
    )
    if x.ndim == 3:
        x, largest, means, where = (maps[0] if maps.ndim == 3 else maps for maps in (x, largest, means, where))
    winners = {divmod(int(cell), x.shape[1]) for cell in where.ravel()}
    window, stride = worked.inputs["window"], worked.inputs["stride"] or worked.inputs["window"]
    title = Text("The map, with the largest of each window framed", "特征图，框出各窗口的最大值")
    if stride == window and not worked.inputs["padding"]:
        found = bordered(title, x, window, winners)
    else:
        found = grid(title, x, winners)
    return [
        *found,
        *grid(Text("Maxima of the windows", "各窗口的最大值"), largest),
        *grid(Text("Means of the windows", "各窗口的平均值"), means),
    ]


@pooling.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: windows of 2 side by side; 2: an odd side, floor or --ceil, negatives; 3: windows of 3 overlap, padding 1.

    No window has two largest entries, and at level 3 padding with 0 would show.
    """
    ceil, sides = pick(rng, FORMS[level])
    window, padding = (3, 1) if level == 3 else (2, 0)
    low, high = {1: (0, 9), 2: (-9, 9), 3: (-9, 5)}[level]
    x = nested(iter([float(rng.randint(low, high)) for _ in range(sides[0] * sides[1])]), sides)
    pool = pool_of(x, window, 2, padding, ceil, False)
    places = list(np.ndindex(1, pool.high, pool.wide))
    if any(np.count_nonzero(pool.seen(place) == pool.seen(place).max()) > 1 for place in places):
        return None
    if padding and all(pool.seen(place).max() >= 0 for place in places if pool.touches_padding(place)):
        return None
    if level == 2 and min(map(min, x)) >= 0:
        return None
    skips = level == 3 and rng.random() < 0.5
    return {"x": x, "window": window, "stride": 2, "padding": padding, "ceil": ceil, "no_count_padding": skips}
