"""`studynn compute gradient-clip`: too long a gradient is shortened to the limit, its direction kept."""

from math import cos, pi, sin
from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick, shuffled
from studynn.core.inputs import Input
from studynn.core.picture import Bars, Mark, Picture, Plot, Track
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import Array
from studynn.nn.optimisers import clip_by_norm
from studynn.worked._sketches import around
from studynn.worked._training import low, require_positive

VectorOrMatrix = Annotated[Any, (1, 2)]


@example(
    title=Text("Gradient clipping by norm", "按范数裁剪梯度"),
    topic=("rnn", "lstm", "training"),
    results=("norm", "scale", "clipped"),
    notes=(
        Text(
            "One norm over all parameters together. PyTorch's clip_grad_norm_ adds 1e-6 to it before dividing.",
            "全部参数合在一起求一个范数。PyTorch 的 clip_grad_norm_ 在相除前给它加上 1e-6。",
        ),
    ),
)
def gradient_clip(
    g: Annotated[
        VectorOrMatrix,
        Input("g", Text("gradient; one row for each group of parameters", "梯度；每组参数一行"), longest=32),
    ] = (6.0, -8.0),
    max_norm: Annotated[float, Input("c", Text("greatest length allowed", "允许的最大长度"))] = 5.0,
) -> Steps:
    """min(1, c/‖g‖)·g with the Euclidean norm over all entries. Source: Pascanu, Mikolov & Bengio 2013, algorithm 1."""
    require_positive("max-norm", max_norm)
    gradient = np.asarray(g, dtype=float)
    norm = yield _norm(gradient)
    scale = yield _scale(norm, max_norm)
    yield _clipped(gradient, scale, max_norm)
    if not gradient.any():
        return [Text("A gradient of 0 has no direction; it is left as it is.", "零梯度没有方向，保持不变。")]
    if norm <= max_norm:
        return [Text("The gradient is within the limit and stays as it is.", "梯度未超过上限，保持不变。")]
    return []


def _norm(g: Array) -> Step:
    slips = []
    if np.count_nonzero(g) > 1:
        added = Text("Square the entries, add, take the root.", "各分量先平方，再相加，再开方。")
        largest = Text("Every entry counts, not only the largest.", "每个分量都要算，不只是最大的那个。")
        slips = [
            Slip("l1-norm", added, float(np.abs(g).sum())),
            Slip("largest-component", largest, float(np.abs(g).max())),
        ]
    squares = " + ".join(f"{number_text(abs(entry))}²" for entry in g.ravel().tolist())
    return Step(
        "norm",
        Text("Length of the gradient", "梯度的长度"),
        "‖g‖ = √Σ gᵢ²",
        f"√({squares})",
        float(np.sqrt(np.sum(g**2))),
        tuple(slips),
    )


def _scale(norm: Value, limit: float) -> Step:
    slips = []
    if norm > limit and limit != 1:
        hint = Text("The new length is c, not 1: divide c by the norm.", "新的长度是 c，不是 1：用 c 除以范数。")
        slips.append(Slip("unit-length", hint, 1 / norm))
    if 0 < norm < limit:
        hint = Text("A gradient within the limit is not stretched: at most 1.", "未超过上限的梯度不放大：最多取 1。")
        slips.append(Slip("always-rescaled", hint, limit / norm))
    return Step(
        "scale",
        Text("Factor on the gradient", "梯度所乘的因子"),
        "min(1, c/‖g‖)",
        f"min(1, {number_text(limit)}/{number_text(norm)})" if norm else "1",
        min(1.0, limit / norm) if norm else 1.0,
        tuple(slips),
    )


def _clipped(g: Array, scale: Value, limit: float) -> Step:
    slips = []
    if (np.abs(g) > limit).any():
        hint = Text(
            "Cutting each entry turns the gradient: scale them all alike.", "逐个截断会改变方向：所有分量应乘同一因子。"
        )
        slips.append(Slip("clipped-by-value", hint, np.clip(g, -limit, limit)))
    if limit != 1:
        hint = Text("c alone does not shorten: divide by the norm too.", "只乘 c 并不缩短：还要除以范数。")
        slips.append(Slip("limit-times-gradient", hint, limit * g))
    if g.ndim == 2 and len(g) > 1 and scale != 1:
        hint = Text("The groups share one norm and one factor.", "各组共用一个范数和一个因子。")
        slips.append(Slip("norm-per-group", hint, np.stack([clip_by_norm([row], limit)[0][0] for row in g])))
    shown = value_text(g) if len(g) > 1 or g.ndim == 1 else f"[{value_text(g[0])}]"
    return Step(
        "clipped",
        Text("Clipped gradient", "裁剪后的梯度"),
        "min(1, c/‖g‖)·g",
        f"{number_text(scale)}·{shown}",
        scale * g,
        tuple(slips),
    )


@gradient_clip.check("the unit vector along g times the length allowed", "g 方向的单位向量乘以允许的长度")
def by_direction(g: Any, max_norm: float) -> dict[str, Value]:
    """Length and direction apart; the length from the dot product of g with itself."""
    gradient = np.asarray(g, dtype=float)
    norm = float(np.dot(gradient.ravel(), gradient.ravel()) ** 0.5)
    if norm == 0:
        return {"norm": 0.0, "clipped": gradient}
    return {"norm": norm, "clipped": gradient / norm * min(norm, max_norm)}


WHOLE = ((1, 2, 2), (2, 3, 6), (1, 4, 8), (2, 6, 9), (4, 4, 7), (1, 1, 1, 1), (1, 1, 3, 5), (2, 4, 5, 6))
PAIRS = ((3, 4), (6, 8), (5, 12), (8, 15), (9, 12), (12, 16), (7, 24))


MOST_BARS = 10


MOST_BARS = 10


@gradient_clip.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The gradient of two entries as an arrow, with the circle of the limit; of more entries bars before and after."""
    g, after = (
        np.asarray(numbers, dtype=float).ravel().tolist()
        for numbers in (worked.inputs["g"], worked.step("clipped").value)
    )
    if len(g) != 2:
        return [_bars(g, after)] if len(g) <= MOST_BARS else []
    c = worked.inputs["max_norm"]
    start, end, clipped = (0.0, 0.0), (g[0], g[1]), (after[0], after[1])
    circle = tuple((c * cos(turn * pi / 60), c * sin(turn * pi / 60)) for turn in range(121))
    tracks = (
        Track(Text(f"length c = {number_text(c)}", f"长度 c = {number_text(c)}"), circle),
        Track(Text("the gradient", "梯度"), (end, start)),
    )
    marks = (Mark("+", start), Mark("○", end), Mark("●", clipped))
    legend = (("○", Text("g", "g")), ("●", Text("g after clipping", "裁剪后的 g")), ("+", Text("the origin", "原点")))
    window = around([*circle, end], free=1.1)
    return [
        Plot(
            Text("The gradient and the limit on its length", "梯度与长度上限"), tracks, (*window.room(), *marks), legend
        )
    ]


def _bars(g: list[float], after: list[float]) -> Bars:
    """Each entry, and the same after clipping with a dash at its name."""
    pairs = list(zip(g, after, strict=True))
    labels = tuple(f"g{low(i)}{dash}" for i in range(1, len(g) + 1) for dash in ("", "′"))
    title = Text("Each entry of g before and after (′) clipping", "g 的各分量：裁剪前与裁剪后（′）")
    return Bars(title, labels, tuple(number for pair in pairs for number in pair))


@gradient_clip.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: Pythagorean pairs; 2: three or four entries; 3: two groups, some already within the limit."""
    whole = pick(rng, PAIRS if level == 1 else WHOLE if level == 2 else tuple(row for row in WHOLE if len(row) == 4))
    stretch = pick(rng, (0.5, 1, 1.5, 2) if level > 1 else (1,))
    entries = tuple(float(entry * stretch * pick(rng, (-1, 1))) for entry in shuffled(rng, whole))
    norm = sum(entry**2 for entry in entries) ** 0.5
    g: Any = (entries[:2], entries[2:]) if level == 3 else entries
    within = level == 3 and rng.random() < 0.25
    limit = norm * pick(rng, (1.25, 1.5, 2.0)) if within else norm * pick(rng, (0.1, 0.2, 0.25, 0.4, 0.5, 0.8))
    limit = round(limit, 4)
    if limit == 1 or (not within and level == 3 and len({sum(x * x for x in row) for row in g}) == 1):
        return None
    return {"g": g, "max_norm": limit}
