"""`studynn compute feature-cross`: from a number to its bin, to a one-hot vector, to a crossed category."""

from itertools import pairwise
from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Counts, Input, Vector
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, example
from studynn.core.text import Text, number_text, value_text

MOST_EDGES = 19
LARGEST = 100_000


@example(
    title=Text("Binning, one-hot and feature crossing", "分箱、独热与特征交叉"),
    topic="feature-engineering",
    results=("bins", "bin", "one-hot", "crossed", "index", "multiplications"),
    notes=(
        Text(
            "A bin holds its left edge, not its right one; pandas.cut does it the other way round unless right=False.",
            "每个箱含左端点、不含右端点；pandas.cut 默认相反（除非 right=False）。",
        ),
    ),
)
def feature_cross(
    value: Annotated[float, Input("v", Text("the number to put into a bin", "要分箱的数值"))] = 37.0,
    edges: Annotated[
        Vector, Input("e", Text("inner edges of the bins, increasing", "箱的分界点，递增"), longest=MOST_EDGES)
    ] = (18.0, 30.0, 45.0, 60.0),
    category: Annotated[
        int,
        Input(
            "j",
            Text("category of the second feature, from 0", "第二个特征的类别，从 0 起"),
            at_least=0,
            at_most=LARGEST,
        ),
    ] = 2,
    categories: Annotated[
        int, Input("N", Text("categories of the second feature", "第二个特征的类别数"), at_least=1, at_most=LARGEST)
    ] = 4,
    others: Annotated[
        Counts | None,
        Input("o", Text("sizes of further one-hot features", "其他独热特征的维数"), at_least=1, longest=MOST_EDGES),
    ] = None,
) -> Steps:
    """Bins are [eₖ, eₖ₊₁), open at both ends; the cross of bin i and category j stands at i·N + j, all counted from 0.

    Source: document 003, discrete features and feature combination.
    """
    if any(left >= right for left, right in pairwise(edges)):
        given = value_text(edges).strip("[]").replace("−", "-")
        raise InputError("edges", given, Text("must increase from each number to the next", "各数应严格递增"))
    if category >= categories:
        allowed = Text(
            f"must be from 0 to {categories - 1}, as there are {categories} categories",
            f"共 {categories} 类，应为 0 到 {categories - 1}",
        )
        raise InputError("category", str(category), allowed)
    hint = Text("Beyond the last edge there is one more bin.", "最后一个分界点之外还有一个箱。")
    bins = yield Step(
        "bins",
        Text("Number of bins, for K edges", "箱数（K 个分界点）"),
        "M = K + 1",
        f"{len(edges)} + 1",
        len(edges) + 1,
        (Slip("bins-equal-edges", hint, len(edges)),),
    )
    place = yield _bin(value, edges)
    yield _one_hot(place, bins)
    yield _crossed(bins, categories)
    yield _index(place, bins, category, categories)
    yield _multiplications(bins, categories, others or ())
    return None


def _bin(value: float, edges: Vector) -> Step:
    place = sum(value >= edge for edge in edges)
    hint = Text("The first bin is number 0.", "第一个箱的编号是 0。")
    return Step(
        "bin",
        Text("Bin of the value, from 0: edges not above it", "所在箱的编号（从 0 起）：不超过它的分界点数"),
        "i = Σₖ [v ≥ eₖ]",
        " + ".join(f"[{number_text(value)} ≥ {number_text(edge)}]" for edge in edges),
        place,
        (Slip("counted-from-one", hint, place + 1),),
    )


def _one_hot(place: Value, bins: Value) -> Step:
    value = tuple(int(at == place) for at in range(int(bins)))
    hint = Text("A single 1, at the bin itself.", "只有一个 1，在所属箱的位置上。")
    return Step(
        "one-hot",
        Text("One-hot vector", "独热向量"),
        "hₖ = [k = i]",
        value_text(value),
        value,
        (Slip("ordinal-code", hint, tuple(int(at <= place) for at in range(int(bins)))),) if place else (),
    )


def _crossed(bins: Value, categories: int) -> Step:
    hint = Text("Each bin meets each category: multiply.", "每个箱与每个类别都可搭配：应相乘。")
    return Step(
        "crossed",
        Text("Categories of the cross", "交叉后的类别数"),
        "M·N",
        f"{bins}·{categories}",
        bins * categories,
        (Slip("sizes-added", hint, bins + categories),) if bins + categories != bins * categories else (),
    )


def _index(place: Value, bins: Value, category: int, categories: int) -> Step:
    value = place * categories + category
    slips = []
    if category * bins + place != value:
        hint = Text("The bin picks the row, and a row is N long.", "箱号决定行，而每行长为 N。")
        slips.append(Slip("index-swapped", hint, category * bins + place))
    if place * (categories - 1):
        hint = Text("Skip i whole rows of N first.", "先跳过 i 个长为 N 的整行。")
        slips.append(Slip("index-added", hint, place + category))
    return Step(
        "index",
        Text("Place of the crossed category, from 0", "交叉类别的编号（从 0 起）"),
        "i·N + j",
        f"{place}·{categories} + {category}",
        value,
        tuple(slips),
    )


def _multiplications(bins: Value, categories: int, others: Counts) -> Step:
    hint = Text("Only the entries that are 1 need work; zeros are skipped.", "只需处理为 1 的分量，零都跳过。")
    dense = bins + categories + bins * categories + sum(others)
    value = 3 + len(others)
    return Step(
        "multiplications",
        Text(
            "Multiplications by weights: bin, category, cross" + (", others" if others else ""),
            "与权重相乘的次数：箱、类别、交叉" + ("及其他特征" if others else ""),
        ),
        "Σ 1",
        " + ".join(["1"] * value),
        value,
        (Slip("dense-count", hint, dense),) if dense != value else (),
    )


@feature_cross.check("write out all bins and all pairs, and look the pair up", "列出所有箱与所有组合，再查找")
def by_listing(value: float, edges: Vector, category: int, categories: int, others: Counts | None) -> dict[str, Value]:
    """Bins as pairs of edges; pairs of bin and category are numbered row by row."""
    ends = [float("-inf"), *edges, float("inf")]
    one_hot = tuple(int(left <= value < right) for left, right in pairwise(ends))
    bins, place = len(one_hot), one_hot.index(1)
    first = next(at for at in range(place * categories, bins * categories) if at // categories == place)
    active = sum(map(sum, (one_hot, (1,), (1,), *((1,) for _ in others or ()))))
    return {
        "bins": bins,
        "bin": place,
        "one-hot": one_hot,
        "crossed": sum(categories for _ in one_hot),
        "index": first + category,
        "multiplications": active,
    }


@feature_cross.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: few bins; 2: more; 3: the value exactly on an edge. Some draws have further features."""
    count = rng.randint(3, 6) if level == 1 else rng.randint(3, 8)
    edges = [float(rng.randint(5, 20))]
    while len(edges) < count:
        edges.append(edges[-1] + pick(rng, (5, 10, 12, 15, 20)))
    value = pick(rng, edges) if level == 3 else pick(rng, [0.0, *edges]) + rng.randint(1, 9)
    categories = rng.randint(2, 6) if level == 1 else rng.randint(3, 12)
    if categories == count + 1 or (level < 3 and value in edges):
        return None
    sizes = tuple(pick(rng, (2, 7, 10, 24, 50, 100)) for _ in range(rng.randint(0, 4)))
    return {
        "value": value,
        "edges": tuple(edges),
        "category": rng.randint(0, categories - 1),
        "categories": categories,
        "others": sizes or None,
    }
