"""`studynn compute dbn-shapes`: the RBMs that a deep belief network is stacked from, counted."""

from itertools import pairwise
from math import comb
from typing import Annotated, Literal

from studynn.core.draw import Rng
from studynn.core.inputs import Counts, Input
from studynn.core.picture import Layer, Layers, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.worked._counting import plus, times
from studynn.worked._sketches import circles
from studynn.worked._units import refusal

MOST_LAYERS = 10
LARGEST = 100_000
MOST_UNITS = 64  # 2^64 states have 20 digits

PassUp = Literal["hidden", "reconstruction"]
PASS_HELP = Text("what an RBM hands to the next one", "每个 RBM 传给上一层的是什么")


@example(
    title=Text("Layers of a deep belief network", "DBN 逐层形状"),
    topic="rbm-dbn",
    results=("links{i}", "params{i}", "total", "bm-links", "states", "undirected"),
    notes=(
        Text(
            "RBMs are counted from 0. A hidden layer becomes the visible layer of the RBM above it.",
            "RBM 从 0 数起。一个 RBM 的隐藏层就是上一个 RBM 的可见层。",
        ),
    ),
)
def dbn_shapes(
    sizes: Annotated[
        Counts,
        Input(
            "sizes",
            Text("units of each layer, the visible one first", "各层单元数，可见层在前"),
            at_least=1,
            at_most=LARGEST,
            longest=MOST_LAYERS,
        ),
    ] = (12, 8, 4),
    pass_up: Annotated[PassUp, Input("pass-up", PASS_HELP)] = "hidden",
) -> Steps:
    """m·n links and m·n + m + n parameters in each RBM of m visible and n hidden units; only the top pair stays undirected.

    Source: Hinton, Osindero & Teh 2006; document 002, RBM and DBN.
    """
    if len(sizes) < 2:
        allowed = Text("must list at least 2 layers, there is 1", "至少应有 2 层，现有 1 层")
        raise refusal(dbn_shapes, "sizes", sizes, allowed)
    pairs = list(pairwise(sizes))
    links, params = [], []
    for i, (m, n) in enumerate(pairs):
        links.append((yield _links(i, m, n)))
        params.append((yield _params(i, m, n, links[-1])))
    yield _total(sizes, links, params)
    m, n = pairs[0]
    yield _unrestricted(m, n)
    if m + n <= MOST_UNITS:
        yield _states(m, n)
    if len(pairs) > 1:
        yield _undirected(len(pairs))
    return _notes(pairs, pass_up)


def _links(i: int, m: int, n: int) -> Step:
    every = (m + n) * (m + n - 1) // 2
    hint = Text("Restricted means no links within a layer.", "“受限”指层内没有连接。")
    return Step(
        f"links{i}",
        Text(f"Links of RBM {i}", f"RBM {i} 的连接数"),
        "m·n",
        times(m, n),
        m * n,
        (Slip("links-inside-layers", hint, every),) if every != m * n else (),
    )


def _params(i: int, m: int, n: int, links: Value) -> Step:
    visible = Text("Visible units have biases as well.", "可见单元也有偏置。")
    none = Text("Two bias vectors come on top of the weights.", "权重之外还有两个偏置向量。")
    return Step(
        f"params{i}",
        Text(f"Parameters of RBM {i}", f"RBM {i} 的参数量"),
        "m·n + m + n",
        plus((links, m, n)),
        links + m + n,
        (Slip("visible-bias-forgotten", visible, links + n), Slip("no-biases", none, links)),
    )


def _total(sizes: tuple[int, ...], links: list[Value], params: list[Value]) -> Step:
    hint = Text(
        "An inner layer has biases in both of its RBMs while these are trained.",
        "训练时，中间层在上下两个 RBM 里各有一组偏置。",
    )
    return Step(
        "total",
        Text("Parameters trained in all", "训练的参数总量"),
        "Σ params",
        plus(params),
        sum(params),
        (Slip("shared-biases-once", hint, sum(links) + sum(sizes)),) if len(params) > 1 else (),
    )


def _unrestricted(m: int, n: int) -> Step:
    every = m + n
    squared = Text("No unit is linked to itself, and each pair has one link.", "单元不与自己相连，每对只有一条连接。")
    twice = Text("A link has no direction: each pair was counted twice.", "连接无方向：每对被数了两次。")
    slips = [Slip("links-squared", squared, every**2), Slip("pairs-twice", twice, every * (every - 1))]
    return Step(
        "bm-links",
        Text("Links of RBM 0 if unrestricted", "RBM 0 若不受限的连接数"),
        "(m + n)(m + n − 1)/2",
        f"({m} + {n})·({m} + {n} − 1)/2",
        every * (every - 1) // 2,
        tuple(slips),
    )


def _states(m: int, n: int) -> Step:
    hint = Text("Every unit doubles the number of states.", "每多一个单元，状态数翻一倍。")
    slips = (Slip("states-squared", hint, (m + n) ** 2),) if 2 ** (m + n) != (m + n) ** 2 else ()
    title = Text("Joint states of RBM 0", "RBM 0 的联合状态数")
    return Step("states", title, "2^(m + n)", f"2^({m} + {n})", 2 ** (m + n), slips)


def _undirected(count: int) -> Step:
    hint = Text(
        "Undirected throughout is a deep Boltzmann machine: here all but the top pair point down.",
        "全部无向的是深度玻尔兹曼机：这里除最顶一对外都是向下的有向连接。",
    )
    return Step(
        "undirected",
        Text("Of the L RBMs, undirected", "L 个 RBM 中仍无向的"),
        "[L − 1]",
        f"[{count} − 1]",
        (count - 1,),
        (Slip("all-undirected", hint, tuple(range(count))),),
    )


def _notes(pairs: list[tuple[int, int]], pass_up: PassUp) -> list[Text]:
    notes = []
    m, n = pairs[0]
    if m + n > MOST_UNITS:
        notes.append(
            Text(
                f"RBM 0 has 2^{m + n} joint states: Z is out of reach.", f"RBM 0 有 2^{m + n} 个联合状态：Z 无法计算。"
            )
        )
    if pass_up == "hidden":
        return notes
    given = pairs[0][0]  # a reconstruction is as long as what was given
    for i, (wanted, _) in enumerate(pairs):
        if wanted != given:
            shape, found = number_text(wanted), number_text(given)
            return [
                *notes,
                Text(
                    f"RBM {i} expects {shape} inputs, gets {found}: passing the reconstruction up stops there. Pass up the hidden layer.",
                    f"RBM {i} 需要 {shape} 个输入，却得到 {found} 个：把重构传上去会在此出错，应传隐藏层。",
                ),
            ]
    return [
        *notes,
        Text(
            f"It runs, and the output has {number_text(given)} numbers; still the hidden layer should go up, not the reconstruction.",
            f"能运行，输出有 {number_text(given)} 个数；但应传上去的是隐藏层，不是重构。",
        ),
    ]


@dbn_shapes.check(
    "all pairs of units, less the pairs within a layer; states by doubling", "全部单元对减去层内的对；状态数逐个翻倍"
)
def by_pairs(sizes: tuple[int, ...], pass_up: PassUp) -> dict[str, Value]:
    """Binomial coefficients: a link of an RBM is a pair of units that is not within a layer."""
    found: dict[str, Value] = {}
    total = 0
    for i in range(len(sizes) - 1):
        m, n = sizes[i], sizes[i + 1]
        found[f"links{i}"] = comb(m + n, 2) - comb(m, 2) - comb(n, 2)
        found[f"params{i}"] = (m + 1) * (n + 1) - 1
        total += (m + 1) * (n + 1) - 1
    found |= {"total": total, "bm-links": comb(sizes[0] + sizes[1], 2)}
    states = 1
    if sizes[0] + sizes[1] <= MOST_UNITS:
        for _ in range(sizes[0] + sizes[1]):
            states += states
        found["states"] = states
    return found


@dbn_shapes.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The trained stack, the visible layer at the bottom: links of the top pair point both ways, all others down."""
    sizes = worked.inputs["sizes"]
    top = len(sizes) - 1
    found = [Layer(Text(f"visible: {sizes[0]}", f"可见层：{sizes[0]}"), circles(sizes[0]))]
    for number in range(1, len(sizes)):
        links = worked.step(f"links{number - 1}").value
        way = Text("↕ undirected", "↕ 无向") if number == top else Text("↓ directed", "↓ 有向")
        rbm = number - 1
        link = Text(f"{way.en}: RBM {rbm}, {links} links", f"{way.zh}：RBM {rbm}，{links} 条连接")
        found.insert(
            0,
            Layer(
                Text(f"hidden {number}: {sizes[number]}", f"隐藏层 {number}：{sizes[number]}"),
                circles(sizes[number]),
                link,
            ),
        )
    return [Layers(Text("The trained network, a circle for each unit", "训练后的网络，每个圆圈一个单元"), tuple(found))]


@dbn_shapes.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: a single RBM; 2: a small stack; 3: a stack of usual sizes."""
    sizes: tuple[int, ...]
    if level == 1:
        sizes = (rng.randint(3, 10), rng.randint(2, 8))
    elif level == 2:
        sizes = tuple(rng.randint(2, 14) for _ in range(rng.randint(3, 6)))
    else:
        sizes = (rng.randint(2, 8) * 100, *(rng.randint(1, 12) * 25 for _ in range(rng.randint(2, 5))))
    if any(m == n for m, n in pairwise(sizes)):
        return None
    return {"sizes": sizes, "pass_up": "hidden"}
