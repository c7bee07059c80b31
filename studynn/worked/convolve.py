"""`studynn compute convolve`: one-dimensional convolution by hand: flip the kernel, slide it, multiply and add."""

from typing import Annotated, Literal, NamedTuple

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, Vector, input_text, inputs_of
from studynn.core.picture import Bars, Picture
from studynn.core.steps import Inputs, Inverse, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.convolution import Array
from studynn.worked._drawings import MOST_ROWS, tape
from studynn.worked._signals import products_text, sum_of_products

SHOWN_OUTPUTS = 12
MOST_IN_NOTE = 20
Mode = Literal["full", "same", "valid", "circular"]


class Slide(NamedTuple):
    """x under a sliding kernel: output n is Σᵢ x[n + i − left]·kernel[i], for that many `outputs`."""

    x: Array
    kernel: Array
    left: int
    outputs: int
    circular: bool

    def pairs(self, n: int) -> list[tuple[float, float]]:
        """What meets at output n; nothing beyond the ends, unless x is a circle."""
        places = [(n + i - self.left, weight) for i, weight in enumerate(self.kernel)]
        if self.circular:
            return [(self.x[j % len(self.x)], weight) for j, weight in places]
        return [(self.x[j], weight) for j, weight in places if 0 <= j < len(self.x)]

    def at(self, n: int) -> float:
        """Output n; what lies beyond the last one is answered too."""
        return sum_of_products(self.pairs(n))


@example(
    title=Text("1-D convolution: flip and slide", "一维卷积：翻转与滑动"),
    topic="convolution",
    results=("y{n}", "y"),
    inverse=(
        Inverse(
            "k",
            "y",
            Text("Which kernel k makes x into y = {result}?", "核 k 取什么时，x 变为 y = {result}？"),
            whole=True,
            only=("mode", "full"),
        ),
    ),
)
def convolve(
    x: Annotated[Vector, Input("x", Text("signal", "信号"), longest=100)] = (2.0, 1.0, 3.0),
    k: Annotated[Vector, Input("k", Text("kernel", "卷积核"), longest=100)] = (1.0, -1.0, 2.0),
    mode: Annotated[
        Mode, Input("mode", Text("how far the kernel slides beyond the ends", "核滑出两端的范围"))
    ] = "full",
    no_flip: Annotated[
        bool, Input("no flip", Text("cross-correlation, as deep-learning libraries do", "互相关，即深度学习框架的做法"))
    ] = False,
) -> Steps:
    """y[n] = Σⱼ x[j]·k[n − j]: N numbers and a kernel of M give N + M − 1 (full), N (same), N − M + 1 (valid).

    `circular` takes the indices modulo N. Source: Goodfellow, Bengio & Courville 2016, section 9.1, equations 9.3 and 9.6.
    """
    x_, k_ = np.asarray(x, dtype=float), np.asarray(k, dtype=float)
    if len(k_) > len(x_) and mode in ("valid", "circular"):
        allowed = Text(
            f"must have at most the {len(x_)} numbers of --x in this mode, it has {len(k_)}",
            f"此模式下不得多于 --x 的 {len(x_)} 个数，这里有 {len(k_)} 个",
        )
        raise InputError("k", input_text(inputs_of(convolve)["k"], k), allowed)
    notes = _notes(x_, k_, mode, no_flip)
    slide = _slide(x_, (yield _kernel(k_, no_flip)), mode, no_flip)
    y = np.array([slide.at(n) for n in range(slide.outputs)])
    for n in range(min(slide.outputs, SHOWN_OUTPUTS)):
        y[n] = yield _output(slide, n, k_, no_flip)
    yield _all(slide, y, k_, mode, no_flip)
    return notes


def _slide(x: Array, kernel: Value, mode: Mode, no_flip: bool) -> Slide:
    """How far the kernel starts to the left of x, and how many outputs there are."""
    n, m = len(x), len(kernel)
    half = (m - 1) // 2 if no_flip else m // 2  # of an even kernel nn.Conv1d pads less on the left, np.convolve more
    left, count = {
        "full": (m - 1, n + m - 1),
        "same": (half, n),
        "valid": (0, n - m + 1),
        "circular": (0 if no_flip else m - 1, n),
    }[mode]
    return Slide(x, np.asarray(kernel, dtype=float), left, count, mode == "circular")


def _kernel(k: Array, no_flip: bool) -> Step:
    turned = k[::-1].copy()
    used, other = (k, turned) if no_flip else (turned, k)
    flipped = Text("Cross-correlation lays the kernel on as it is written.", "互相关直接使用原来的核，不翻转。")
    not_flipped = Text("Before it slides, turn the kernel back to front.", "滑动之前，先把核前后颠倒。")
    slip = Slip("flipped", flipped, other) if no_flip else Slip("not-flipped", not_flipped, other)
    return Step(
        "kernel-used",
        Text("Kernel as it slides over x", "在 x 上滑动的核"),
        "k[i]" if no_flip else "k[M − 1 − i]",
        value_text(used),
        used,
        () if np.array_equal(used, other) else (slip,),
    )


def _formula(slide: Slide, n: int, no_flip: bool) -> str:
    if no_flip:
        first = n - slide.left
        start = f"{first} + j" if first > 0 else f"j − {-first}" if first else "j"
        return f"Σⱼ x[({start}) mod N]·k[j]" if slide.circular and first else f"Σⱼ x[{start}]·k[j]"
    last = n - slide.left + len(slide.kernel) - 1
    return f"Σⱼ x[j]·k[({last} − j) mod N]" if slide.circular else f"Σⱼ x[j]·k[{last} − j]"


def _output(slide: Slide, n: int, k: Array, no_flip: bool) -> Step:
    truth = slide.at(n)
    one = float(slide.x[n] * k[n]) if n < min(len(slide.x), len(k)) else 0.0
    slips = (
        Slip(
            "off-by-one",
            Text("The kernel has moved one place too far for this n.", "对这个 n，核多移了一格。"),
            slide.at((n + 1) % slide.outputs if slide.circular else n + 1),
        ),
        Slip(
            "one-product",
            Text("Every pair that overlaps gives a product: add them all.", "凡是重叠的位置都有乘积：全部相加。"),
            one,
        ),
    )
    return Step(
        f"y{n}",
        Text(f"Output y[{n}]", f"输出 y[{n}]"),
        _formula(slide, n, no_flip),
        products_text(slide.pairs(n)),
        truth,
        tuple(slip for slip in slips if slip.value != truth),
    )


def _all(slide: Slide, y: Array, k: Array, mode: Mode, no_flip: bool) -> Step:
    shorter = min(len(slide.x), len(k))
    slips = [
        Slip(
            "pointwise-product",
            Text(
                "Not entry times entry: each output adds up a whole overlap.",
                "不是逐项相乘：每个输出都是一段重叠的和。",
            ),
            slide.x[:shorter] * k[:shorter],
        )
    ]
    if slide.circular:
        hint = Text("What slides out at one end comes in at the other.", "从一端滑出的部分从另一端进来。")
        slips.append(Slip("linear-for-circular", hint, _outputs(_slide(slide.x, slide.kernel, "full", no_flip))))
    else:
        wrong = _slide(slide.x, slide.kernel, "same" if mode == "full" else "full", no_flip)
        counts = {"full": "N + M − 1", "same": "N", "valid": "N − M + 1"}
        hint = Text(
            f"Count the positions of the kernel: {mode} has {counts[mode]} outputs.",
            f"数一数核的位置：{mode} 模式有 {counts[mode]} 个输出。",
        )
        slips.append(Slip("wrong-length", hint, _outputs(wrong)))
    return Step(
        "y",
        Text("Cross-correlation: all outputs", "互相关的全部输出")
        if no_flip
        else Text("Convolution: all outputs", "卷积的全部输出"),
        "y = x ⋆ k" if no_flip else "y = x ∗ k",
        value_text(y),
        y,
        tuple(slip for slip in slips if not np.array_equal(slip.value, y)),
    )


def _outputs(slide: Slide) -> Array:
    return np.array([slide.at(n) for n in range(slide.outputs)])


def _other_way(x: Array, k: Array, mode: Mode, no_flip: bool) -> Text:
    if np.array_equal(k, k[::-1]):
        return Text(
            "This kernel reads the same both ways: convolution and cross-correlation agree.",
            "这个核正反相同：卷积与互相关的结果一致。",
        )
    other = _outputs(_slide(x, k[::-1] if no_flip else k, mode, not no_flip))
    found = value_text(other) if len(other) <= MOST_IN_NOTE else "…"
    if no_flip:
        return Text(
            f"nn.Conv1d does not flip either. With the flip (true convolution) you would get y = {found}",
            f"nn.Conv1d 同样不翻转。若翻转核（严格的卷积），则 y = {found}",
        )
    return Text(
        f"Without the flip (cross-correlation, nn.Conv1d; --no-flip) you would get y = {found}",
        f"若不翻转（互相关，nn.Conv1d；--no-flip），则 y = {found}",
    )


def _notes(x: Array, k: Array, mode: Mode, no_flip: bool) -> list[Text]:
    notes = [_other_way(x, k, mode, no_flip)]
    if mode == "same" and len(k) % 2 == 0:
        notes.append(
            Text(
                "A kernel of even length has no middle: the extra zero stands on the right, as in nn.Conv1d.",
                "偶数长度的核没有中心：多出的零放在右侧，与 nn.Conv1d 相同。",
            )
            if no_flip
            else Text(
                "A kernel of even length has no middle: the extra zero stands on the left, as in np.convolve.",
                "偶数长度的核没有中心：多出的零放在左侧，与 np.convolve 相同。",
            )
        )
    if mode == "circular":
        notes.append(
            Text(
                "Circular convolution is what multiplying the Fourier transforms gives; with zeros up to N + M − 1 it is the linear one.",
                "傅里叶变换相乘得到的正是循环卷积；补零到 N + M − 1 后即为线性卷积。",
            )
        )
    return notes


@convolve.check("multiply the discrete Fourier transforms", "离散傅里叶变换相乘")
def by_fourier(x: Value, k: Value, mode: Mode, no_flip: bool) -> dict[str, Value]:
    """The convolution theorem: a product of transforms, long enough not to wrap unless it should."""
    signal, kernel = np.asarray(x, dtype=float), np.asarray(k, dtype=float)
    if no_flip:
        kernel = kernel[::-1]
    n, m = len(signal), len(kernel)
    length = n if mode == "circular" else n + m - 1
    y = np.fft.irfft(np.fft.rfft(signal, length) * np.fft.rfft(kernel, length), length)
    if mode == "circular" and no_flip:
        y = np.roll(y, 1 - m)
    start = {"valid": m - 1, "same": m // 2 if no_flip else (m - 1) // 2}.get(mode, 0)
    y = y[start : start + {"valid": n - m + 1, "same": n}.get(mode, length)]
    return {f"y{i}": float(number) for i, number in enumerate(y[:SHOWN_OUTPUTS])} | {"y": y}


@convolve.pictures
def pictures(worked: Worked) -> list[Picture]:
    """x with the kernel under it at each output, then signal and result as bars."""
    x, y, kernel = worked.inputs["x"], worked.step("y").value.tolist(), worked.step("kernel-used").value
    slide = _slide(np.asarray(x, dtype=float), kernel, worked.inputs["mode"], worked.inputs["no_flip"])
    drawn = min(slide.outputs, SHOWN_OUTPUTS)
    before = 0 if slide.circular else slide.left  # columns of the tape to the left of x
    after = 0 if slide.circular else max(0, drawn - 1 - slide.left + len(kernel) - len(x))
    line = ("",) * before + tuple(map(number_text, x)) + ("",) * after
    laid = [
        {
            (n + i - slide.left) % len(x) if slide.circular else n + i: number_text(weight)
            for i, weight in enumerate(kernel.tolist())
        }
        for n in range(drawn)
    ]
    how = Text("as it is", "不翻转") if worked.inputs["no_flip"] else Text("turned", "已翻转")
    title = Text(f"The kernel, {how.en}, under x for each output", f"求各个输出时核（{how.zh}）在 x 下方的位置")
    if drawn < slide.outputs:
        title = Text(
            f"{title.en}: the first {drawn} of {slide.outputs}", f"{title.zh}：{slide.outputs} 个中的前 {drawn} 个"
        )
    labels = ("x", *(f"n = {n}" for n in range(drawn)))
    found = tape(title, line, laid, list(map(number_text, y[:drawn])), labels)
    if max(len(x), len(y)) > MOST_ROWS:
        return found
    named = ((Text("Signal", "信号"), "x", x), (Text("Result", "结果"), "y", y))
    return found + [
        Bars(title, tuple(f"{letter}[{n}]" for n in range(len(values))), tuple(map(float, values)))
        for title, letter, values in named
    ]


@convolve.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: short, whole and not negative; 2: signs, same or valid, convolution or cross-correlation; 3: circular, or full again with longer signals.

    The kernel's ends are not zero and turning it changes it.
    """
    n = rng.randint(2, 3) if level == 1 else rng.randint(4, 5) if level == 2 else rng.randint(3, 5)
    m = rng.randint(2, 3)
    low, high = (0, 5) if level == 1 else (-4, 5)
    x, k = (tuple(float(rng.randint(low, high)) for _ in range(length)) for length in (n, m))
    if not (k[0] and k[-1] and x[0] and x[-1]) or k == k[::-1] or m > n:
        return None
    mode = {1: "full", 2: pick(rng, ("same", "valid")), 3: pick(rng, ("circular", "circular", "full"))}[level]
    return {"x": x, "k": k, "mode": mode, "no_flip": level > 1 and rng.random() < 0.5}
