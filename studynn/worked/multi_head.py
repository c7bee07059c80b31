"""`studynn compute multi-head`: what multi-head attention and an encoder layer hold, by counting."""

from math import prod
from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input
from studynn.core.picture import Layer, Layers, Picture
from studynn.core.steps import Inputs, Inverse, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, same
from studynn.worked._drawings import MOST_CELLS

LARGEST = 100_000


@example(
    title=Text("Shapes and parameters of multi-head attention", "多头注意力的形状与参数"),
    topic="transformer",
    results=("d-head", "scores", "mha", "ffn", "layer"),
    inverse=(
        Inverse(
            "heads", "scores", Text("How many heads h make {result} scores?", "头数 h 为多少时，分数共 {result} 个？")
        ),
        Inverse(
            "width",
            "mha",
            Text(
                "Which width d makes {result} parameters in W_Q, W_K, W_V and W_O?",
                "宽度 d 为多少时，W_Q、W_K、W_V、W_O 共 {result} 个参数？",
            ),
        ),
    ),
)
def multi_head(
    width: Annotated[
        int, Input("d", Text("width of the model", "模型的宽度"), at_least=1, at_most=LARGEST, letter="d")
    ] = 12,
    heads: Annotated[int, Input("h", Text("number of heads", "头数"), at_least=1, at_most=LARGEST, letter="h")] = 3,
    tokens: Annotated[
        int, Input("n", Text("tokens that ask", "提出查询的词元数"), at_least=1, at_most=LARGEST, letter="n")
    ] = 5,
    ffn: Annotated[
        int, Input("f", Text("width inside the feed-forward part", "前馈部分的中间宽度"), at_least=1, at_most=LARGEST)
    ] = 48,
    context: Annotated[
        int | None,
        Input(
            "m",
            Text("tokens that are asked, in cross-attention", "交叉注意力中被查询的词元数"),
            at_least=1,
            at_most=LARGEST,
            letter="m",
        ),
    ] = None,
    no_bias: Annotated[bool, Input("no-bias", Text("dense maps without biases", "全连接映射不带偏置"))] = False,
) -> Steps:
    """Heads split the width d; four d×d projections, two dense layers and two layer norms make an encoder layer.

    Source: Vaswani et al. 2017, sections 3.1 to 3.3.
    """
    if width % heads:
        divisors = Text(f"must divide --width {width} evenly", f"应能整除 --width {width}")
        raise InputError("heads", str(heads), divisors)
    keys = tokens if context is None else context
    d_head = yield _d_head(width, heads)
    yield Step(
        "q-shape",
        Text("Shape of all queries: heads, tokens, width", "全部查询的形状：头、词元、宽度"),
        "h × n × dₖ",
        f"[{heads}, {tokens}, {d_head}]",
        (heads, tokens, d_head),
    )
    yield _scores(heads, tokens, keys, d_head, context is not None)
    mha = yield _mha(width, heads, not no_bias)
    dense = yield _ffn(width, ffn, not no_bias)
    without = Text("Each of the two layer norms has a γ and a β of width d.", "两个层归一化各有宽度为 d 的 γ 与 β。")
    yield Step(
        "layer",
        Text("Parameters of an encoder layer", "编码器层的参数"),
        "MHA + FFN + 2·2d",
        f"{mha} + {dense} + 2·2·{width}",
        mha + dense + 4 * width,
        (Slip("norms-forgotten", without, mha + dense),),
    )
    return _notes(width, heads, no_bias)


def _d_head(width: int, heads: int) -> Step:
    hint = Text("The heads share the width: each gets its h-th part.", "各头平分宽度：每头只得 d/h。")
    return Step(
        "d-head",
        Text("Width of one head", "每个头的宽度"),
        "dₖ = d/h",
        f"{width}/{heads}",
        width // heads,
        (Slip("full-width-heads", hint, width),) if heads > 1 else (),
    )


def _scores(heads: int, n: int, m: int, d_head: Value, cross: bool) -> Step:
    slips = []
    if heads > 1:
        hint = Text("Every head has a table of its own: times h.", "每个头各有一张分数表：要乘以 h。")
        slips.append(Slip("one-table", hint, n * m))
    if m != d_head:
        hint = Text(
            "A score for every pair of tokens: the count does not depend on dₖ.",
            "每一对词元有一个分数：个数与 dₖ 无关。",
        )
        slips.append(Slip("linear-in-n", hint, heads * n * d_head))
    return Step(
        "scores",
        Text("Scores, counted over all heads", "所有头的分数个数"),
        "h·n·m" if cross else "h·n²",
        f"{heads}·{n}·{m}" if cross else f"{heads}·{n}²",
        heads * n * m,
        tuple(slips),
    )


def _mha(d: int, heads: int, bias: bool) -> Step:
    each = d * d + d * bias
    slips = []
    if heads > 1:
        hint = Text("All heads together are d wide: no factor h.", "所有头合起来宽度才是 d：不再乘 h。")
        slips.append(Slip("times-heads", hint, heads * 4 * each))
    hint = Text("After the heads are joined comes one more map, W_O.", "各头拼接之后还有一个映射 W_O。")
    slips.append(Slip("no-output-projection", hint, 3 * each))
    if bias:
        hint = Text("Every projection has a bias of d numbers, too.", "每个投影还有 d 个偏置。")
        slips.append(Slip("biases-forgotten", hint, 4 * d * d))
    return Step(
        "mha",
        Text("Parameters of W_Q, W_K, W_V and W_O", "W_Q、W_K、W_V、W_O 的参数"),
        "4(d² + d)" if bias else "4d²",
        f"4·({d}² + {d})" if bias else f"4·{d}²",
        4 * each,
        tuple(slips),
    )


def _ffn(d: int, f: int, bias: bool) -> Step:
    hint = Text("A second layer leads from f back to d.", "还有第二层，从 f 回到 d。")
    up, down = d * f + f * bias, f * d + d * bias
    return Step(
        "ffn",
        Text("Parameters of the feed-forward part", "前馈部分的参数"),
        "d·f + f + f·d + d" if bias else "d·f + f·d",
        f"{d}·{f} + {f} + {f}·{d} + {d}" if bias else f"{d}·{f} + {f}·{d}",
        up + down,
        (Slip("one-matrix", hint, up),),
    )


def _notes(width: int, heads: int, no_bias: bool) -> list[Text]:
    notes = [
        Text(
            "Score tables grow with the square of the length: twice the tokens, four times the scores; the parameters stay.",
            "分数表随长度平方增长：词元加倍，分数变为四倍；参数个数不变。",
        )
    ]
    if no_bias:
        notes.append(
            Text(
                f"bias=False in PyTorch's TransformerEncoderLayer drops each norm's β as well: {2 * width} fewer.",
                f"PyTorch 的 TransformerEncoderLayer 设 bias=False 时连归一化的 β 也去掉：再少 {2 * width} 个。",
            )
        )
    if heads > 1:
        notes.append(
            Text(
                "Keras' MultiHeadAttention takes the width of one head (key_dim), PyTorch's the width of all (embed_dim).",
                "Keras 的 MultiHeadAttention 给的是单头宽度（key_dim），PyTorch 给的是总宽度（embed_dim）。",
            )
        )
    return notes


@multi_head.check("list the shape of every array, head by head", "逐头列出每个数组的形状并累加")
def array_by_array(
    width: int, heads: int, tokens: int, ffn: int, context: int | None, no_bias: bool
) -> dict[str, Value]:
    """Each head has its own d/h rows of W_Q, W_K, W_V and columns of W_O; sizes are products of shapes."""
    part = next(part for part in range(1, width + 1) if part * heads == width)
    own: list[tuple[int, ...]] = [
        shape for _ in range(heads) for shape in ((part, width), (part, width), (part, width), (width, part))
    ]
    dense: list[tuple[int, ...]] = [(ffn, width), (width, ffn)]
    if not no_bias:
        own += [(width,)] * 4
        dense += [(ffn,), (width,)]
    mha, feed_forward = (sum(prod(shape) for shape in shapes) for shapes in (own, dense))
    tables = sum(tokens * (tokens if context is None else context) for _ in range(heads))
    norms = sum(width for _ in ("γ₁", "β₁", "γ₂", "β₂"))
    return {"d-head": part, "scores": tables, "mha": mha, "ffn": feed_forward, "layer": mha + feed_forward + norms}


@multi_head.pictures
def pictures(worked: Worked) -> list[Picture]:
    """From the input up: split into heads, a score table each, put side by side again. Shapes in tokens × width."""
    width, tokens, context = (worked.inputs[name] for name in ("width", "tokens", "context"))
    heads, _, part = worked.step("q-shape").value
    if heads > MOST_CELLS:
        return []
    asked = tokens if context is None else context
    whole, each, table = f"{tokens}×{width}", f"{tokens}×{part}", f"{tokens}×{asked}"
    split = Text(f"↑ W_Q, split into {heads}", f"↑ W_Q，分成 {heads} 份")
    layers = (
        Layer(Text("output", "输出"), (whole,), same("↑ W_O")),
        Layer(Text("joined", "拼接"), (whole,), Text("↑ side by side", "↑ 并排拼接")),
        Layer(Text("heads", "各头"), (each,) * heads, Text("↑ softmax, times V", "↑ softmax，再乘 V")),
        Layer(
            Text("scores", "分数"), (table,) * heads, Text(f"↑ Q·Kᵀ/√dₖ with {asked} keys", f"↑ Q·Kᵀ/√dₖ，{asked} 个键")
        ),
        Layer(Text("queries", "查询"), (each,) * heads, split),
        Layer(Text("tokens", "词元"), (whole,)),
    )
    return [Layers(Text("Split into heads and joined again (tokens × width)", "分头与拼接（词元数×宽度）"), layers)]


@multi_head.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: small widths; 2: f = 4d; 3: cross-attention, or no biases, at the widths of real models."""
    heads = rng.randint(2, 6) if level < 3 else pick(rng, (4, 6, 8, 12, 16))
    part = rng.randint(2, 8) if level < 3 else pick(rng, (8, 16, 20, 24, 32, 40, 48, 64))
    tokens = rng.randint(3, 12) if level < 3 else pick(rng, (10, 20, 50, 100, 128))
    width = heads * part
    ffn = pick(rng, (10, 20, 30, 40, 50)) if level == 1 else pick(rng, (2, 3, 4) if level == 2 else (2, 4)) * width
    no_bias = level == 3 and rng.random() < 0.3
    context = pick(rng, (8, 15, 30, 60, 80, 200)) if level == 3 and not no_bias else None
    if part in (tokens, context) or width == ffn:
        return None
    return {"width": width, "heads": heads, "tokens": tokens, "ffn": ffn, "context": context, "no_bias": no_bias}
