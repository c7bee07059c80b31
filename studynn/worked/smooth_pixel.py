"""`studynn compute smooth-pixel`: one pixel of a smoothed image, (f ∗ g)(1, 1): f and g are read in opposite directions."""

from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick, shuffled
from studynn.core.errors import InputError
from studynn.core.inputs import Counts, Input, Matrix, input_text, inputs_of
from studynn.core.picture import Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.convolution import Array
from studynn.worked._drawings import beside, grid
from studynn.worked._signals import sum_of_products, sum_text

CELLS = [(h, k) for h in range(3) for k in range(3)]


@example(
    title=Text("Smoothing one pixel by convolution", "用卷积平滑一个像素"),
    topic="convolution",
    results=("g-turned", "products", "value"),
)
def smooth_pixel(
    f: Annotated[Matrix, Input("f", Text("3×3 patch of the image, f(0,0) top left", "3×3 图像块，左上角为 f(0,0)"))] = (
        (8.0, 16.0, 64.0),
        (32.0, 40.0, 16.0),
        (24.0, 8.0, 8.0),
    ),
    g: Annotated[
        Matrix, Input("g", Text("3×3 weights, rows and columns −1, 0, 1", "3×3 权重，行列下标为 −1、0、1"))
    ] = ((0.0, 0.125, 0.25), (0.0, 0.5, 0.125), (0.0, 0.0, 0.0)),
    at: Annotated[
        Counts,
        Input(
            "a,b",
            Text("row and column of the pixel; zeros around f", "像素的行与列；f 之外为零"),
            at_least=0,
            at_most=2,
        ),
    ] = (1, 1),
) -> Steps:
    """(f ∗ g)(a, b) = Σₕ Σₖ f(h, k)·g(a − h, b − k): the two index pairs add up to (a, b).

    Source: document 000, smoothing an image; Goodfellow, Bengio & Courville 2016, equation 9.4.
    """
    patch, weights = _three_by_three("f", f), _three_by_three("g", g)
    if len(at) != 2:
        typed = input_text(inputs_of(smooth_pixel)["at"], at)
        raise InputError(
            "at",
            typed,
            Text(f"must be two numbers, row,column, not {len(at)}", f"应为行、列两个数，这里有 {len(at)} 个"),
        )
    row, column = at
    notes = _notes(patch, weights, row, column)
    laid = yield _turned(weights, row, column)
    products = yield _products(patch, laid, row, column)
    yield _value(patch, weights, products, row, column)
    return notes


def _three_by_three(option: str, given: Value) -> Array:
    array = np.asarray(given, dtype=float)
    if array.shape != (3, 3):
        size = "×".join(map(str, array.shape))
        typed = input_text(inputs_of(smooth_pixel)[option], given)
        raise InputError(option, typed, Text(f"must be 3×3, it is {size}", f"应为 3×3，这里是 {size}"))
    return array


def _laid(weights: Array, row: int, column: int, down: int = -1, across: int = -1) -> Array:
    """The weight that meets each f(h, k); a direction of −1 reads g backwards, as a convolution does. Else 0."""
    laid = np.zeros((3, 3))
    for h, k in CELLS:
        a, b = 1 + down * (h - row), 1 + across * (k - column)
        if 0 <= a < 3 and 0 <= b < 3:
            laid[h, k] = weights[a, b]
    return laid


def _turned(weights: Array, row: int, column: int) -> Step:
    truth, plain, once = (_laid(weights, row, column, *ways) for ways in ((-1, -1), (1, 1), (-1, 1)))
    slips = []
    if not np.array_equal(plain, truth):
        hint = Text(
            f"The indices of f and g add up to ({row}, {column}): read g backwards.",
            f"f 与 g 的下标之和为 ({row}, {column})：g 要倒着读。",
        )
        slips.append(Slip("not-turned", hint, plain))
    if not np.array_equal(once, truth) and not np.array_equal(once, plain):
        hint = Text("Half a turn reverses both rows and columns.", "旋转 180° 要把行与列都颠倒。")
        slips.append(Slip("turned-once", hint, once))
    return Step(
        "g-turned",
        Text("g turned by 180° and laid over f", "旋转 180° 后盖在 f 上的 g"),
        f"g({row} − h, {column} − k)",
        value_text(truth),
        truth,
        tuple(slips),
    )


def _products(patch: Array, laid: Array, row: int, column: int) -> Step:
    hint = Text("Cells that lie over each other are multiplied.", "叠在一起的两格要相乘。")
    truth = patch * laid
    return Step(
        "products",
        Text("Products of the cells that meet", "重叠两格的乘积"),
        f"f(h, k)·g({row} − h, {column} − k)",
        f"{value_text(patch)} ⊙ {value_text(laid)}",
        truth,
        () if np.array_equal(patch + laid, truth) else (Slip("values-added", hint, patch + laid),),
    )


def _value(patch: Array, weights: Array, products: Array, row: int, column: int) -> Step:
    truth = sum_of_products((float(product), 1.0) for product in products.ravel())
    slips = (
        Slip(
            "plain-mean",
            Text("Each pixel counts with its own weight, not with 1/9.", "每个像素按自己的权重计，而不是都取 1/9。"),
            float(patch.sum() / 9),
        ),
        Slip(
            "centre-only",
            Text("The neighbours have a say too: add all the products.", "邻近像素也要计入：把乘积全部相加。"),
            float(patch[row, column] * weights[1, 1]),
        ),
        Slip(
            "divided-by-nine",
            Text("The weights have done the averaging already.", "权重已经起到平均的作用，不再除以 9。"),
            truth / 9,
        ),
    )
    return Step(
        "value",
        Text("Sum: the new value of the pixel", "求和：该像素的新值"),
        f"(f ∗ g)({row}, {column}) = Σₕ Σₖ f(h, k)·g({row} − h, {column} − k)",
        sum_text(products),
        truth,
        tuple(slip for slip in slips if not np.isclose(slip.value, truth)),
    )


def _notes(patch: Array, weights: Array, row: int, column: int) -> list[Text]:
    notes = []
    plain, turned = (_laid(weights, row, column, way, way) for way in (1, -1))
    if np.array_equal(plain, turned):
        notes.append(
            Text(
                "This g is the same after half a turn: turning it changes nothing.",
                "这个 g 旋转 180° 后不变：翻转没有影响。",
            )
        )
    else:
        other = sum_of_products(zip(patch.ravel(), plain.ravel(), strict=True))
        notes.append(
            Text(
                f"Without turning g (cross-correlation, nn.Conv2d) you would get {number_text(other)}.",
                f"若不翻转 g（互相关，nn.Conv2d），则得 {number_text(other)}。",
            )
        )
    total = sum_of_products((float(weight), 1.0) for weight in weights.ravel())
    if abs(total - 1) > 1e-9:
        notes.append(
            Text(
                f"The weights sum to {number_text(total)}, not 1: this is no smoothing, which would keep the brightness.",
                f"权重之和为 {number_text(total)} 而不是 1：这不是平滑，平滑应保持亮度不变。",
            )
        )
    return notes


@smooth_pixel.check(
    "add f·g over all pairs of indices that add up to (a, b)", "对下标之和为 (a, b) 的每一对，把 f·g 相加"
)
def by_pairs(f: Value, g: Value, at: Value) -> dict[str, Value]:
    """The definition, pair by pair."""
    total = sum(
        f[h][k] * g[i + 1][j + 1]
        for h, k in CELLS
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
        if (h + i, k + j) == tuple(at)
    )
    return {"value": float(total)}


@smooth_pixel.pictures
def pictures(worked: Worked) -> list[Picture]:
    """f beside the turned g that is laid over it: cells that meet are framed on both sides. Then the products."""
    laid, products = (worked.step(name).value for name in ("g-turned", "products"))
    row, column = worked.inputs["at"]
    pair = Text(
        f"f and g turned; framed: pixel ({row}, {column}) and the middle of g",
        f"f 与翻转后的 g；框出像素 ({row}, {column}) 与 g 的中心",
    )
    total = number_text(worked.step("value").value)
    sums = Text(f"Products of the cells that meet, {total} in all", f"重叠两格的乘积，合计 {total}")
    return [
        *beside(pair, worked.inputs["f"], laid, on=[(row, column)], also=[(row, column)]),
        *grid(sums, products),
    ]


SYMMETRIC = (
    (0, 1, 0, 1, 4, 1, 0, 1, 0),
    (1, 0, 1, 0, 4, 0, 1, 0, 1),
    (1, 1, 1, 1, 0, 1, 1, 1, 1),
    (0, 0, 0, 2, 4, 2, 0, 0, 0),
    (0, 2, 0, 0, 4, 0, 0, 2, 0),
    (2, 0, 0, 0, 4, 0, 0, 0, 2),
)
EIGHTHS = ((4, 2, 1, 1), (3, 2, 2, 1), (3, 3, 1, 1), (2, 2, 2, 1, 1))


@smooth_pixel.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: a symmetric g; 2: turning g matters; 3: the same for a pixel at the edge. f in multiples of 8, g in eighths."""
    if level == 1:
        eighths: Any = pick(rng, SYMMETRIC)
    else:
        some = pick(rng, EIGHTHS)
        eighths = shuffled(rng, some + (0,) * (9 - len(some)))
    weights = [float(weight) / 8 for weight in eighths]
    if level > 1 and weights == weights[::-1]:
        return None
    pixels = [8.0 * rng.randint(1, 9) for _ in CELLS]
    f, g = (tuple(tuple(cells[3 * h : 3 * h + 3]) for h in range(3)) for cells in (pixels, weights))
    return {"f": f, "g": g, "at": pick(rng, ((0, 1), (1, 0), (1, 2), (2, 1))) if level == 3 else (1, 1)}
