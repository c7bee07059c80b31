"""`studynn compute dynamic-conv`: a convolution whose kernel differs from place to place: unfold, multiply, add."""

from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng
from studynn.core.errors import InputError
from studynn.core.inputs import Input, Matrix, Vector, input_text, inputs_of
from studynn.core.picture import Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.convolution import Array
from studynn.worked._counting import low
from studynn.worked._drawings import tape
from studynn.worked._signals import factor_text, sum_of_products, sum_text

LONGEST = 16


@example(
    title=Text("Dynamic (position-dependent) convolution", "动态卷积（核随位置而变）"),
    topic="dynamic-convolution",
    results=("windows", "products", "y"),
)
def dynamic_conv(
    x: Annotated[Vector, Input("x", Text("signal of n numbers", "n 个数的信号"), longest=LONGEST)] = (2.0, 1.0, 4.0),
    kernels: Annotated[
        Matrix,
        Input(
            "k", Text("n kernels of K numbers, one a row", "n 个长为 K 的核，每行一个"), longest=LONGEST, unless="slope"
        ),
    ] = ((0.0, 1.0, 1.0), (1.0, -1.0, 0.0), (1.0, 2.0, 3.0)),
    slope: Annotated[
        Vector | None,
        Input("a", Text("kernels made from x: kₜ = xₜ·a + b", "由 x 生成核：kₜ = xₜ·a + b"), longest=LONGEST),
    ] = None,
    offset: Annotated[
        Vector | None, Input("b", Text("the b of kernels made from x", "生成核时的 b"), longest=LONGEST)
    ] = None,
    padding: Annotated[int, Input("P", Text("zeros on each side", "每侧填充的零"), at_least=0, at_most=LONGEST)] = 1,
) -> Steps:
    """yₜ = Σᵢ x[t + i − P]·kₜ[i]: the window at t times the kernel of t. t counts from 1, the kernel is not turned.

    Source: document 003, dynamic convolution; Li et al. 2021 (involution), here in one dimension and one channel.
    """
    signal = np.asarray(x, dtype=float)
    given = _kernels(kernels, slope, offset)
    count = _windows_of(signal, given.shape[-1], padding)
    _refuse_misfits(signal, given, count, padding, slope, offset)
    seen = yield _windows(signal, given.shape[-1], padding)
    if slope is not None:
        given = yield _generated(signal, np.asarray(slope, dtype=float), given)
    products = yield _products(seen, given)
    yield _sums(products)
    return _notes(seen, given)


def _kernels(kernels: Value, slope: Value, offset: Value) -> Array:
    """The kernels as they were given; of kernels to be made, just the offset."""
    if slope is None:
        return np.asarray(kernels, dtype=float)
    return np.zeros(len(slope)) if offset is None else np.asarray(offset, dtype=float)


def _windows_of(signal: Array, reach: int, padding: int) -> int:
    return len(signal) + 2 * padding - reach + 1


def _refuse_misfits(signal: Array, given: Array, count: int, padding: int, slope: Value, offset: Value) -> None:
    reach, n = given.shape[-1], len(signal)
    size = f"x of {n}, K = {reach}, P = {padding}"
    if slope is None:
        name, value, rows = "kernels", given, len(given)
    else:
        name, value, rows = "slope", slope, n
    if slope is None and offset is not None:
        name, value = "offset", offset
        allowed = Text("goes with --slope, which makes the kernels from x", "要与 --slope 一起使用（由 x 生成核）")
    elif slope is not None and len(slope) != reach:
        name, value = "offset", offset
        allowed = Text(
            f"must have as many numbers as --slope: {len(slope)}, not {reach}",
            f"个数应与 --slope 相同：{len(slope)}，这里有 {reach}",
        )
    elif padding and reach % 2 == 0:
        allowed = Text(
            f"must have an odd number of columns, so that a window has a middle, not {reach}",
            f"列数应为奇数，窗口才有中心，这里是 {reach}",
        )
    elif rows != count:
        allowed = Text(
            f"must be as many kernels as windows: {max(count, 0)} ({size}), not {rows}",
            f"核的个数应等于窗口数 {max(count, 0)}（{size}），这里有 {rows} 个",
        )
    else:
        return
    wanted = inputs_of(dynamic_conv)[name]
    raise InputError(wanted.option, input_text(wanted, value), allowed)


def _unfolded(signal: Array, reach: int) -> Array:
    return np.array([signal[t : t + reach] for t in range(len(signal) - reach + 1)])


def _windows(signal: Array, reach: int, padding: int) -> Step:
    truth = _unfolded(np.pad(signal, padding), reach)
    hint = Text("At the border the window reaches zeros: pad first.", "边界处的窗口会碰到零：先填充。")
    inside = padding > 0 and reach <= len(signal)
    return Step(
        "windows",
        Text("Unfold: the window at each place", "展开：每个位置的窗口"),
        "x[t + i − P]",
        value_text(truth) if len(truth) > 1 else f"[{value_text(truth[0])}]",
        truth,
        (Slip("no-padding", hint, _unfolded(signal, reach)),) if inside else (),
    )


def _generated(signal: Array, slope: Array, offset: Array) -> Step:
    truth, without = np.outer(signal, slope) + offset, np.outer(signal, slope)
    hint = Text("Each kernel gets the offset b on top.", "每个核还要加上 b。")
    rows = [f"{factor_text(number)}·{value_text(slope)} + {value_text(offset)}" for number in signal]
    return Step(
        "kernels",
        Text("Kernels made from x", "由 x 生成的核"),
        "kₜ = xₜ·a + b",
        f"[{', '.join(rows)}]",
        truth,
        (Slip("offset-forgotten", hint, without),) if offset.any() else (),
    )


def _products(seen: Array, kernels: Array) -> Step:
    truth = seen * kernels
    slips = (
        Slip(
            "one-kernel-for-all",
            Text("The kernel changes with t: row t belongs to window t.", "核随 t 而变：第 t 行配第 t 个窗口。"),
            seen * kernels[0],
        ),
        Slip(
            "kernel-turned",
            Text("Lay each kernel on as it is written.", "核按原样使用，不翻转。"),
            seen * kernels[:, ::-1],
        ),
    )
    left, right = (value_text(part) if len(part) > 1 else f"[{value_text(part[0])}]" for part in (seen, kernels))
    return Step(
        "products",
        Text("Each window times its kernel", "窗口与各自的核逐项相乘"),
        "x[t + i − P]·kₜ[i]",
        f"{left} ⊙ {right}",
        truth,
        tuple(slip for slip in slips if not np.array_equal(slip.value, truth)),
    )


def _sums(products: Array) -> Step:
    truth = _totals(products)
    slips = (
        Slip(
            "centre-only",
            Text(
                "Every product of the window counts, not just the middle one.", "窗口里的每个乘积都要计入，不只中间的。"
            ),
            products[:, products.shape[1] // 2],
        ),
        Slip(
            "mean-for-sum",
            Text("The kernel holds the weights: just add.", "核已是权重：只需相加，不取平均。"),
            truth / products.shape[1],
        ),
    )
    return Step(
        "y",
        Text("Sums: the output", "求和：输出"),
        "yₜ = Σᵢ x[t + i − P]·kₜ[i]",
        f"[{', '.join(sum_text(row) for row in products)}]",
        truth,
        tuple(slip for slip in slips if not np.array_equal(slip.value, truth)),
    )


def _totals(products: Array) -> Array:
    return np.array([sum_of_products((float(product), 1.0) for product in row) for row in products])


def _notes(seen: Array, kernels: Array) -> list[Text]:
    static = value_text(_totals(seen * kernels[0]))
    return [
        Text(
            f"An ordinary convolution has one kernel for all places; with the first one y would be {static}.",
            f"普通卷积各处共用一个核；若都用第一个核，则 y = {static}。",
        ),
        Text(
            "Kernels made from the input at each place and shared by channels: that is involution (Li et al. 2021).",
            "核由各处的输入生成、并由多个通道共用，就是内卷（involution，Li 等 2021）。",
        ),
    ]


@dynamic_conv.check("a matrix with the kernels along its diagonal, times x", "把各个核沿对角线排成矩阵，再乘 x")
def by_band(x: Value, kernels: Value, slope: Value, offset: Value, padding: int) -> dict[str, Value]:
    """y = A x, where row t of A holds kernel t, starting at column t − P."""
    rows: Any = kernels
    if slope is not None:
        rows = [[number * a + b for a, b in zip(slope, offset or (0.0,) * len(slope), strict=True)] for number in x]
    band = np.zeros((len(rows), len(x) + 2 * padding))
    for t, row in enumerate(rows):
        band[t, t : t + len(row)] = row
    return {"y": band[:, padding : padding + len(x)] @ np.asarray(x, dtype=float)}


@dynamic_conv.pictures
def pictures(worked: Worked) -> list[Picture]:
    """x with its zeros, and under the window of each place the kernel of that place, with the sum of the products."""
    kernels = worked.step("kernels").value if worked.has("kernels") else worked.inputs["kernels"]
    zeros = ("0",) * worked.inputs["padding"]
    line = (*zeros, *map(number_text, worked.inputs["x"]), *zeros)
    laid = [{t + i: number_text(float(weight)) for i, weight in enumerate(row)} for t, row in enumerate(kernels)]
    title = Text("Each window of x has a kernel of its own", "x 的每个窗口各用自己的核")
    results = [number_text(float(y)) for y in worked.step("y").value]
    return tape(title, line, laid, results, ("x", *(f"k{low(t)}" for t in range(1, len(laid) + 1))))


@dynamic_conv.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: three kernels given; 2: four; 3: kernels made from x. Kernels differ, and turning them does too."""
    n = {1: 3, 2: 4, 3: rng.randint(3, 4)}[level]
    x = tuple(float(rng.randint(1, 5)) for _ in range(n))
    rows = [tuple(float(rng.randint(-2, 3)) for _ in range(3)) for _ in range(2 if level == 3 else n)]
    if len(set(rows)) < len(rows) or all(row == row[::-1] for row in rows):
        return None
    if level < 3:
        return {"x": x, "kernels": tuple(rows)}
    slope, offset = rows
    if not any(slope) or not any(offset) or len(set(x)) == 1:
        return None
    return {"x": x, "slope": slope, "offset": offset}
