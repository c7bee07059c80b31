"""`studynn compute dice`: the distribution of a sum of dice is the convolution of their distributions, in fractions."""

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import Annotated

from studynn.core.draw import Rng, pick, shuffled
from studynn.core.inputs import Counts, Input, Vector
from studynn.core.picture import Bars, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.worked._dice import Weights, combinations, is_fair, ways_of_all, weights_of

SUBSCRIPTS = ("₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉", "₁₀")
MOST_TERMS = 12


@example(
    title=Text("The sum of dice", "骰子点数之和"),
    topic="convolution",
    results=("terms", "ways", "outcomes", "p", "table", "at-most"),
)
def dice(
    dice: Annotated[int, Input("n", Text("number of dice", "骰子的个数"), at_least=1, at_most=10)] = 2,
    sides: Annotated[
        Counts,
        Input(
            "s",
            Text("sides of all dice, or of each: 4,6", "每枚骰子的面数，或逐枚列出：4,6"),
            at_least=2,
            at_most=20,
            longest=10,
        ),
    ] = (6,),
    total: Annotated[int, Input("t", Text("total asked for", "所问的点数和"))] = 4,
    loaded: Annotated[
        Vector | None,
        Input(
            "g",
            Text("probabilities of the last die's faces: 1/2,1/4,1/4", "最后一枚骰子各面的概率：1/2,1/4,1/4"),
            at_least=0,
            at_most=1,
            longest=20,
        ),
    ] = None,
) -> Steps:
    """P(total = t) = Σₘ f(t − m)·g(m), where g is the last die and f the sum of the others. All values are exact.

    Source: document 000, rolling dice.
    """
    weights = weights_of(dice, sides, loaded)
    *others, last = weights
    lowest, highest = len(weights), sum(len(faces) for faces in weights)
    f = ways_of_all(others)
    smallest, largest = lowest - 1, highest - len(last)
    first, end = max(1, total - largest), min(len(last), total - smallest)
    terms: Value = max(0, end - first + 1)
    if others:
        terms = yield _terms(total, len(last), smallest, largest, terms)
    products = [(f[total - m - smallest], last[m - 1]) for m in range(first, end + 1)]
    ways = yield _ways(weights, total, products, terms)
    outcomes = yield _outcomes(weights)
    yield _probability(weights, total, ways, outcomes)
    table = ways_of_all(weights)
    once = combinations(weights) if is_fair(weights) else None
    listed = yield Step(
        "table",
        Text(
            f"Ways to each total from {lowest} to {highest}; over the outcomes, its probability",
            f"点数和从 {lowest} 到 {highest} 各有几种；除以结果总数即为概率",
        ),
        "f ∗ g" if others else "g",
        f"{value_text(f)} ∗ {value_text(last)}" if others else value_text(last),
        table,
        (Slip("unordered-pairs", ORDER_COUNTS, once),) if once and once != table else (),
    )
    yield _at_most(listed[: max(0, total - lowest + 1)], outcomes, total)
    return _notes(weights, total)


ORDER_COUNTS = Text(
    "Tell the dice apart: 1 + 3 and 3 + 1 are two outcomes.", "要区分各枚骰子：1 + 3 与 3 + 1 是两种不同的结果。"
)
WEIGH = Text(
    "The faces of the loaded die are not alike: count each with its weight g(m).",
    "不均匀的骰子各面并不等可能：每一面按权重 g(m) 计。",
)


def _terms(total: int, side: int, smallest: int, largest: int, terms: Value) -> Step:
    hint = Text("Both m and t − m must be possible: leave the other m out.", "m 与 t − m 都要能掷出：其余的 m 不算。")
    shown = f"min({side}, {total} − {smallest}) − max(1, {total} − {largest}) + 1"
    return Step(
        "terms",
        Text(
            "Terms of the sum: m from the last die, t − m from the others", "求和的项数：最后一枚为 m，其余之和为 t − m"
        ),
        f"min(s, t − {smallest}) − max(1, t − {largest}) + 1",
        shown if terms else "0",
        terms,
        (Slip("all-faces", hint, side),) if terms < side else (),
    )


def _ways(weights: Weights, total: int, products: list[tuple[int, int]], terms: Value) -> Step:
    pair = len(weights) == 2
    fair = is_fair(weights)
    ways: Value = sum(before * weight for before, weight in products)
    shown = " + ".join(f"{before}·{weight}" for before, weight in products) or "0"
    slips = []
    if pair and not fair and ways != terms:
        slips.append(Slip("weights-forgotten", WEIGH, terms))
    once = combinations(weights) if fair and ways else None
    if once and once[total - len(weights)] != ways:
        slips.append(Slip("unordered-pairs", ORDER_COUNTS, once[total - len(weights)]))
    if pair and fair and len(weights[0]) == len(weights[1]) and 2 <= total <= len(weights[0]):
        hint = Text("No die shows 0: m runs from 1 to t − 1.", "骰子没有 0 点：m 从 1 到 t − 1。")
        slips.append(Slip("face-zero", hint, total + 1))
    if pair and fair and terms != len(products):  # a wrong count is carried on: each term is 1
        ways, shown = terms, number_text(terms)
    return Step(
        "ways",
        Text("Ways to roll the total", "掷出该点数和的方式数"),
        "(f ∗ g)(t) = Σₘ f(t − m)·g(m)" if len(weights) > 1 else "g(t)",
        shown if len(weights) > 1 else number_text(ways),
        ways,
        tuple(slips),
    )


def _outcomes(weights: Weights) -> Step:
    faces, sides = [sum(each) for each in weights], [len(each) for each in weights]
    slips = []
    if prod(sides) != prod(faces):
        slips.append(Slip("weights-forgotten", WEIGH, prod(sides)))
    elif sum(sides) != prod(sides):
        hint = Text("Every face of one die meets every face of the others: multiply.", "各枚骰子的面两两搭配：应相乘。")
        slips.append(Slip("sides-added", hint, sum(sides)))
    return Step(
        "outcomes",
        Text("Outcomes, all equally likely", "等可能的结果总数"),
        "·".join("s" + subscript for subscript in SUBSCRIPTS[: len(faces)]),
        "·".join(str(count) for count in faces),
        prod(faces),
        tuple(slips),
    )


def _probability(weights: Weights, total: int, ways: Value, outcomes: Value) -> Step:
    table = ways_of_all(weights)
    lowest = len(weights)
    slips = [
        Slip(
            "totals-equally-likely",
            Text("A middling total has more ways than an end: count them.", "中间的点数和比两端的方式多：要逐一计数。"),
            Fraction(1, len(table)),
        )
    ]
    if total > lowest:
        hint = Text(
            "Smaller totals do not belong here: exactly t is asked.", "问的是恰好为 t，不要把更小的和也算进来。"
        )
        slips.append(Slip("cumulative", hint, Fraction(sum(table[: total - lowest + 1])) / Fraction(outcomes)))
    return Step(
        "p",
        Text("Probability of the total", "该点数和的概率"),
        "ways / outcomes",
        f"{number_text(ways)}/{number_text(outcomes)}",
        Fraction(ways) / Fraction(outcomes),
        tuple(slips),
    )


def _at_most(ways: Sequence[int], outcomes: Value, total: int) -> Step:
    every = sum(ways)
    slips = []
    exactly = Text("All smaller totals count here, too: add their ways.", "更小的和也算在内：把它们的方式数加起来。")
    if len(ways) > 1:
        slips.append(Slip("exactly-t", exactly, Fraction(ways[-1]) / Fraction(outcomes)))
    below = Text("At most t includes t itself.", "“不超过 t”包括 t 本身。")
    if len(ways) > 1 and every != 2 * ways[-1]:
        slips.append(Slip("below-t", below, Fraction(every - ways[-1]) / Fraction(outcomes)))
    terms = f"({' + '.join(map(number_text, ways))})" if 1 < len(ways) <= MOST_TERMS else number_text(every)
    return Step(
        "at-most",
        Text(f"Probability of at most {total}", f"点数和不超过 {total} 的概率"),
        "P(≤ t) = Σ ways / outcomes",
        f"{terms}/{number_text(outcomes)}",
        Fraction(every) / Fraction(outcomes),
        tuple(slips),
    )


def _notes(weights: Weights, total: int) -> list[Text]:
    notes = [
        Text(
            "m counts up while t − m counts down: this turning is what makes the sum a convolution.",
            "m 递增而 t − m 递减：正是这种“翻转”使求和成为卷积。",
        )
    ]
    lowest, highest = len(weights), sum(len(faces) for faces in weights)
    if not lowest <= total <= highest:
        notes.append(
            Text(
                f"Only totals from {lowest} to {highest} can be rolled; any other has probability 0.",
                f"点数和只能是 {lowest} 到 {highest}；其余的概率为 0。",
            )
        )
    if not is_fair(weights):
        common, shares = sum(weights[-1]), ", ".join(str(weight) for weight in weights[-1])
        notes.append(
            Text(
                f"The loaded die counts as {common} equally likely faces, of which {shares} show 1, 2, ….",
                f"不均匀的骰子相当于 {common} 个等可能的面，其中点数 1、2、… 的面数依次为 {shares}。",
            )
        )
    return notes


@dice.check(
    "multiply out x + x² + … for all dice: the coefficients are the ways",
    "把各枚骰子的 x + x² + … 相乘：系数就是方式数",
)
def coefficients(dice: int, sides: Sequence[int], total: int, loaded: Sequence[float] | None) -> dict[str, Value]:
    """The product at one large x; no coefficient exceeds the number of outcomes, so its digits are the coefficients."""
    weights = weights_of(dice, sides, loaded)
    outcomes = prod(sum(faces) for faces in weights)
    x = outcomes + 1
    number = prod(sum(weight * x ** (i + 1) for i, weight in enumerate(faces)) for faces in weights)
    ways = {}
    for t in range(sum(len(faces) for faces in weights) + 1):
        number, ways[t] = divmod(number, x)
    found = ways.get(total, 0)
    table = tuple(ways[t] for t in ways if t >= len(weights))
    at_most = Fraction(sum(ways[t] for t in ways if t <= total), outcomes)
    return {"ways": found, "outcomes": outcomes, "p": Fraction(found, outcomes), "table": table, "at-most": at_most}


LOADED = (
    (0.5, 0.1, 0.1, 0.1, 0.1, 0.1),
    (0.4, 0.2, 0.2, 0.2),
    (0.5, 0.25, 0.125, 0.125),
    (0.3, 0.1, 0.2, 0.2, 0.1, 0.1),
)


@dice.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The probabilities of all totals, the asked one marked."""
    ways, outcomes = worked.step("table").value, worked.step("outcomes").value
    lowest = len(weights_of(worked.inputs["dice"], worked.inputs["sides"], worked.inputs["loaded"]))
    totals = tuple(range(lowest, lowest + len(ways)))
    asked = tuple(index for index, total in enumerate(totals) if total == worked.inputs["total"])
    title = Text("Probability of each total", "各点数和的概率")
    return [Bars(title, tuple(map(str, totals)), tuple(way / outcomes for way in ways), asked)]


@dice.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two equal dice; 2: three dice; 3: two unequal dice, or the second one loaded. Totals at the ends are left out."""
    sides: tuple[int, ...]
    count, loaded = 2, None
    if level == 1:
        sides = (rng.randint(4, 8),)
    elif level == 2:
        count, sides = 3, (rng.randint(4, 6),)
    elif rng.random() < 0.5:
        sides = pick(rng, ((4, 6), (6, 4), (4, 8), (6, 8), (8, 6), (6, 10)))
    else:
        loaded = tuple(shuffled(rng, pick(rng, LOADED)))
        sides = (pick(rng, (4, 6)), len(loaded))
    each = sides if len(sides) > 1 else sides * count
    total = rng.randint(count + 1, sum(each) - 1)
    if loaded is not None and len({loaded[m - 1] for m in range(1, each[1] + 1) if 1 <= total - m <= each[0]}) == 1:
        return None  # the faces that matter are alike
    return {"dice": count, "sides": sides, "total": total, "loaded": loaded}
