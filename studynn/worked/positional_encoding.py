"""`studynn compute positional-encoding`: the place of a token as sines and cosines of slower and slower angles."""

from typing import Annotated

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input
from studynn.core.picture import HeatMap, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.nn.activations import Array
from studynn.worked._losses import follow, signed


@example(
    title=Text("Sinusoidal positional encoding", "正弦位置编码"),
    topic="transformer",
    results=("angles", "pe"),
    notes=(
        Text(
            "Sines and cosines take turns here, as in the paper; other code puts all sines first, then all cosines.",
            "这里正弦与余弦交替排列（与论文相同）；有的代码先排全部正弦，再排全部余弦。",
        ),
        Text(
            "A shift by k turns each pair by the same angle wherever it starts: relative positions are linear maps.",
            "位置移动 k 相当于把每一对旋转同样的角度，与起点无关：相对位置是线性变换。",
        ),
    ),
)
def positional_encoding(
    position: Annotated[
        int, Input("p", Text("position of the token, from 0", "词元的位置，从 0 起"), at_least=0, at_most=100_000)
    ] = 2,
    width: Annotated[
        int, Input("d", Text("width of the encoding, even", "编码的宽度，偶数"), at_least=2, at_most=16)
    ] = 4,
    base: Annotated[
        float, Input("B", Text("base of the wavelengths", "波长的底数"), at_least=2, at_most=1_000_000)
    ] = 10_000.0,
) -> Steps:
    """PE(2i) = sin θᵢ, PE(2i + 1) = cos θᵢ with θᵢ = p/B^(2i/d). Source: Vaswani et al. 2017, section 3.5."""
    if width % 2:
        allowed = Text("must be even: sines and cosines come in pairs", "应为偶数：正弦与余弦成对出现")
        raise InputError("width", str(width), allowed)
    angles = follow((yield _angles(position, width, base)))
    yield _encoding(angles)
    return None


def _angles(p: int, d: int, base: float) -> Step:
    i = np.arange(d // 2)
    slips = []
    if d > 2 and p:
        hint = Text("Each pair is two entries further on: the exponent is 2i/d.", "每一对前进两个分量：指数是 2i/d。")
        slips.append(Slip("exponent-halved", hint, p / base ** (i / d)))
    if p:
        hint = Text("i counts from 0, so that the first angle is p.", "i 从 0 数起：第一个角度就是 p。")
        slips.append(Slip("index-from-one", hint, p / base ** (2 * (i + 1) / d)))
    shown = ", ".join(f"{p}/{number_text(base)}^({2 * pair}/{d})" for pair in range(d // 2))
    return Step(
        "angles",
        Text("Angle of each pair, in radians", "每一对的角度（弧度）"),
        "θᵢ = p/B^(2i/d)",
        f"[{shown}]",
        p / base ** (2 * i / d),
        tuple(slips),
    )


def _pairs(even: Array, odd: Array) -> Array:
    return np.stack([even, odd], axis=-1).ravel()


def _encoding(angles: Array) -> Step:
    sin, cos = np.sin(angles), np.cos(angles)
    degrees = np.radians(angles)
    slips = []
    if np.any(angles):
        hint = Text("Switch the calculator to radians.", "计算器要设为弧度。")
        slips.append(Slip("degrees", hint, _pairs(np.sin(degrees), np.cos(degrees))))
    hint = Text("Entries 0, 2, 4 … are sines, the odd ones cosines.", "第 0、2、4… 个分量是正弦，奇数的是余弦。")
    slips.append(Slip("sin-cos-swapped", hint, _pairs(cos, sin)))
    if len(angles) > 1:
        hint = Text("Here sine and cosine of one angle stand side by side.", "这里同一角度的正弦与余弦相邻。")
        slips.append(Slip("halves-layout", hint, np.concatenate([sin, cos])))
    shown = ", ".join(f"sin{_argument(angle)}, cos{_argument(angle)}" for angle in angles)
    return Step(
        "pe",
        Text("Encoding", "位置编码"),
        "PE(2i) = sin θᵢ, PE(2i + 1) = cos θᵢ",
        f"[{shown}]",
        _pairs(sin, cos),
        tuple(slips),
    )


def _argument(angle: float) -> str:
    text = signed(angle)
    return text if text.startswith("(") else f"({text})"


@positional_encoding.check(
    "turn every pair from position 0 on, as powers of a complex number", "从位置 0 起逐对旋转：复数的乘方"
)
def by_rotation(position: int, width: int, base: float) -> dict[str, Value]:
    """Each pair is (Im, Re) of w^p with w = e^(i·speed); each speed is a fixed part of the one before."""
    speeds = np.cumprod([1.0, *[base ** (-2 / width)] * (width // 2 - 1)])
    turned = np.exp(1j * speeds) ** position
    return {"angles": position * speeds, "pe": np.stack([turned.imag, turned.real], axis=-1).ravel()}


@positional_encoding.pictures
def pictures(worked: Worked) -> list[Picture]:
    """Sixteen positions up to the one asked for, a row each: the left columns change fast, the right ones slowly."""
    position, width, base = (worked.inputs[name] for name in ("position", "width", "base"))
    last = max(position, 15)
    i = np.arange(width)
    angles = np.arange(last - 15, last + 1)[:, None] / base ** ((i - i % 2) / width)
    rows = np.where(i % 2, np.cos(angles), np.sin(angles))
    title = Text(f"Positions {last - 15} to {last}, a row each", f"位置 {last - 15} 到 {last}，每行一个")
    return [HeatMap(title, tuple(map(tuple, rows.tolist())))]


@positional_encoding.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: base 100, so that the angles are p and p/10; 2: base 10000, two or three pairs; 3: three or four pairs, any base."""
    if level == 1:
        return {"position": rng.randint(1, 20), "width": 4, "base": 100.0}
    if level == 2:
        return {"position": rng.randint(2, 30), "width": pick(rng, (4, 6)), "base": 10_000.0}
    return {
        "position": rng.randint(5, 100),
        "width": pick(rng, (6, 8)),
        "base": pick(rng, (100.0, 1000.0, 10_000.0)),
    }
