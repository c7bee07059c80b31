"""`studynn compute shift-equivariance`: shifting before or after a convolution is the same; pooling hides shifts only in part."""

from typing import Annotated

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, Vector, input_text, inputs_of
from studynn.core.picture import Bars, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.convolution import Array
from studynn.worked._drawings import MOST_ROWS, bordered
from studynn.worked._signals import full_convolution


@example(
    title=Text("Shift first or convolve first?", "先平移还是先卷积？"),
    topic=("cnn", "pooling", "convolution"),
    results=("conv-then-shift", "shift-then-conv", "pooled", "pooled-shifted"),
)
def shift_equivariance(
    x: Annotated[Vector, Input("x", Text("signal", "信号"), longest=20)] = (0.0, 2.0, 1.0, 0.0, 0.0, 0.0),
    k: Annotated[Vector, Input("k", Text("kernel", "卷积核"), longest=20)] = (1.0, -1.0),
    shift: Annotated[
        int,
        Input("s", Text("places to the right; zeros move in", "向右平移的格数，空出处补零"), at_least=-3, at_most=3),
    ] = 1,
    window: Annotated[int, Input("K", Text("window of max pooling", "最大池化的窗口"), at_least=1, at_most=20)] = 2,
) -> Steps:
    """(shifted x) ∗ k = shifted (x ∗ k): full convolution commutes with shifts, max pooling by K only with multiples of K.

    Source: Goodfellow, Bengio & Courville 2016, sections 9.2 (equivariance) and 9.3 (pooling); document 000, features of CNNs.
    """
    signal, kernel = np.asarray(x, dtype=float), np.asarray(k, dtype=float)
    _refuse_misfits(x, signal, len(kernel), shift, window)
    y = yield _conv("conv", Text("Convolution y", "卷积 y"), "x ∗ k", signal, kernel)
    moved_y = yield _conv_then_shift(y, shift)
    moved_x = yield Step(
        "shifted-x",
        Text("The signal shifted by s", "平移 s 格后的信号"),
        "x′[n] = x[n − s]",
        value_text(_moved(signal, shift)),
        _moved(signal, shift),
    )
    title = Text("Shift first, then convolve", "先平移，后卷积")
    yield _conv("shift-then-conv", title, "x′ ∗ k", moved_x, kernel, shift)
    pooled = yield _pooled(y, window)
    again = yield _pooled_shifted(moved_y, pooled, shift, window)
    return _notes(np.array_equal(pooled, again))


def _refuse_misfits(x: Value, signal: Array, reach: int, shift: int, window: int) -> None:
    places = np.flatnonzero(signal)
    if len(places) and not 0 <= places[0] + shift <= places[-1] + shift < len(signal):
        typed = input_text(inputs_of(shift_equivariance)["x"], x)
        allowed = Text(
            f"must have zeros enough for a shift by {number_text(shift)}: enlarge it at the end where values fall out",
            f"平移 {number_text(shift)} 格会把非零值移出去：请在相应的一端补零",
        )
        raise InputError("x", typed, allowed)
    length = len(signal) + reach - 1
    if window > length:
        raise InputError(
            "window",
            str(window),
            Text(f"must be at most {length}, the length of x ∗ k", f"不得超过 x ∗ k 的长度 {length}"),
        )


def _moved(signal: Array, shift: int) -> Array:
    """The signal moved to the right; zeros move in, what falls out is lost."""
    moved = np.zeros(len(signal))
    if abs(shift) < len(signal):
        moved[max(shift, 0) : len(signal) + min(shift, 0)] = signal[max(-shift, 0) : len(signal) - max(shift, 0)]
    return moved


def _conv(name: str, title: Text, formula: str, x: Array, k: Array, shift: int = 0) -> Step:
    y = full_convolution(x, k)
    slips = (
        Slip(
            "correlated",
            Text("A convolution turns the kernel before it slides.", "卷积要先把核翻转，再滑动。"),
            full_convolution(x, k[::-1]),
        ),
        Slip(
            "kernel-shifted-too",
            Text("The kernel stays as it is: only the signal has moved.", "核不动，只有信号移动了。"),
            _moved(y, shift),
        ),
    )
    shown = f"{value_text(x)} ∗ {value_text(k)}"
    return Step(name, title, formula, shown, y, tuple(slip for slip in slips if not np.array_equal(slip.value, y)))


def _conv_then_shift(y: Array, shift: int) -> Step:
    truth = _moved(y, shift)
    slips = (
        Slip(
            "shifted-the-other-way",
            Text("A positive shift goes to the right, a negative one to the left.", "正数向右平移，负数向左平移。"),
            _moved(y, -shift),
        ),
        Slip(
            "invariance-believed",
            Text(
                "The result moves along with the input: it is equivariant, not invariant.",
                "结果随输入一起移动：这是等变，不是不变。",
            ),
            y,
        ),
    )
    return Step(
        "conv-then-shift",
        Text("Convolve first, then shift", "先卷积，后平移"),
        "y[n − s]",
        value_text(truth),
        truth,
        tuple(slip for slip in slips if not np.array_equal(slip.value, truth)),
    )


def _max_of_windows(y: Array, window: int, stride: int) -> Array:
    return np.array([y[first : first + window].max() for first in range(0, len(y) - window + 1, stride)])


def _written(y: Array, window: int) -> str:
    parts = [
        f"max({', '.join(number_text(float(cell)) for cell in y[first : first + window])})"
        for first in range(0, len(y) - window + 1, window)
    ]
    return f"[{', '.join(parts)}]"


def _pooled(y: Array, window: int) -> Step:
    hint = Text("The windows stand side by side: move by K, not by 1.", "窗口首尾相接：每次移动 K 格，不是 1 格。")
    slip = Slip("pool-stride-one", hint, _max_of_windows(y, window, 1))
    return Step(
        "pooled",
        Text("Max pooling of y", "对 y 作最大池化"),
        "max(y[Ki], …, y[Ki + K − 1])",
        _written(y, window),
        _max_of_windows(y, window, window),
        (slip,) if window > 1 else (),
    )


def _pooled_shifted(y: Array, before: Array, shift: int, window: int) -> Step:
    truth = _max_of_windows(y, window, window)
    slips = (
        Slip(
            "pooling-invariant",
            Text(
                "Some values moved into another window: look at each window again.",
                "有的值移到了别的窗口：逐个窗口重新看。",
            ),
            before,
        ),
        Slip(
            "pooled-moves-with-input",
            Text("One place of the pooled row is worth K places of y.", "池化后的一格相当于 y 的 K 格。"),
            _moved(before, shift),
        ),
    )
    return Step(
        "pooled-shifted",
        Text("Max pooling of the shifted y", "对平移后的 y 作最大池化"),
        "max(y[Ki − s], …, y[Ki + K − 1 − s])",
        _written(y, window),
        truth,
        tuple(slip for slip in slips if not np.array_equal(slip.value, truth)),
    )


def _notes(hidden: bool) -> list[Text]:
    return [
        Text(
            "Convolution and shift may change places (equivariance): the kernel is the same everywhere.",
            "卷积与平移可以交换次序（等变性），因为各处用的是同一个核。",
        ),
        Text(
            "The pooled values are the same: every maximum stayed in its window.",
            "池化结果不变：各最大值都留在原来的窗口里。",
        )
        if hidden
        else Text(
            "The pooled values differ: maxima crossed into other windows, so invariance is only approximate.",
            "池化结果变了：有最大值越过了窗口边界，所以只是近似不变。",
        ),
    ]


@shift_equivariance.check(
    "turn the signal round as a ring, convolve with NumPy, and fold it into rows of K",
    "把信号当作环转动，用 NumPy 卷积，再折成每行 K 个",
)
def by_rolling(x: Value, k: Value, shift: int, window: int) -> dict[str, Value]:
    """Nothing falls out, so that a ring does as well as zeros moving in."""
    y, moved = np.convolve(x, k), np.convolve(np.roll(x, shift), k)
    whole = len(y) // window * window
    pooled, again = (signal[:whole].reshape(-1, window).max(axis=1) for signal in (y, moved))
    rolled = np.roll(y, shift)
    return {"conv-then-shift": rolled, "shift-then-conv": moved, "pooled": pooled, "pooled-shifted": again}


@shift_equivariance.pictures
def pictures(worked: Worked) -> list[Picture]:
    """Both orders as bars, which look alike; the windows of pooling on y before and after the shift, maxima framed."""
    found: list[Picture] = []
    for name in ("conv-then-shift", "shift-then-conv"):
        step = worked.step(name)
        if len(step.value) <= MOST_ROWS:
            places = tuple(f"y[{n}]" for n in range(len(step.value)))
            found.append(Bars(step.title, places, tuple(step.value.tolist())))
    window, rows = worked.inputs["window"], [worked.step(name).value for name in ("conv", "conv-then-shift")]
    winners = [
        (r, first + int(np.argmax(row[first : first + window])))
        for r, row in enumerate(rows)
        for first in range(0, len(row) - window + 1, window)
    ]
    title = Text("y before and after the shift in the windows of pooling", "平移前后的 y 与池化窗口（框出最大值）")
    return [*found, *bordered(title, rows, window, winners, down=False)]


@shift_equivariance.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: shift by one; 2: shift by two, and pooling changes; 3: kernel of three, windows of 3 or a shift by three."""
    shift = {1: pick(rng, (-1, 1)), 2: pick(rng, (-2, 2)), 3: pick(rng, (-3, -2, -1, 1, 2, 3))}[level]
    window = pick(rng, (2, 3)) if level == 3 else 2
    values = tuple(float(rng.randint(1, 5)) for _ in range(rng.randint(2, 3)))
    before, after = rng.randint(1, 2) + max(-shift, 0), rng.randint(1, 2) + max(shift, 0)
    x = (0.0,) * before + values + (0.0,) * after
    k = tuple(float(rng.randint(-2, 3)) for _ in range(3 if level == 3 else 2))
    if not (k[0] and k[-1]) or k == k[::-1]:
        return None
    y = np.convolve(x, k)
    pooled, again = (_max_of_windows(signal, window, window) for signal in (y, _moved(y, shift)))
    if np.array_equal(y, y[::-1]) or (level > 1 and np.array_equal(pooled, again)):
        return None
    return {"x": x, "k": k, "shift": shift, "window": window}
