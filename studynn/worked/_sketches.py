"""What the pictures of several examples share: windows on the plane, boundaries, units of a layer, networks with numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor, hypot, isfinite, log10, sqrt
from typing import NamedTuple

from studynn.core.picture import Flow, Lane, Mark, Picture, Plot, Point, Track
from studynn.core.steps import Value, Worked
from studynn.core.text import Text, number_text, same, value_text
from studynn.core.values import components, plain, shape

WIDE = 2.5  # a plot of full width is so many times as wide as it is high
TIDY = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
MOST_CIRCLES = 12
SMALLEST = 1e-9
MOST_WRITTEN = 3
MOST_SAMPLES = 4
SHADES = " ░▒▓█"
UP = ("", "¹", "²", "³")
FUNCTIONS = {"identity": "=", "sigmoid": "σ", "tanh": "tanh", "relu": "ReLU"}


class Window(NamedTuple):
    """The part of a plane that a plot shows."""

    left: float
    right: float
    low: float
    high: float

    def room(self) -> tuple[Mark, ...]:
        """Blank marks in two corners, so that the axes reach them."""
        return (Mark(" ", (self.left, self.low)), Mark(" ", (self.right, self.high)))

    def corners(self) -> tuple[Point, ...]:
        """The four corners, moved inwards a little."""
        x, y = (self.right - self.left) / 40, (self.high - self.low) / 16
        return tuple((at_x, at_y) for at_y in (self.high - y, self.low + y) for at_x in (self.left + x, self.right - x))


def around(points: Iterable[Point], *, free: float = 1.2) -> Window:
    """A window with both axes on one scale and tidy ends around points, `free` times as large as they need."""
    points = [point for point in points if isfinite(point[0]) and isfinite(point[1])] or [(0.0, 0.0)]
    (left, right), (low, high) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    need = max((right - left) / WIDE, high - low) * free
    if need <= SMALLEST * max(map(abs, (left, right, low, high))):
        need = 2.0
    power = 10.0 ** floor(log10(need / 3.5))
    unit = next(tidy * power for tidy in TIDY if tidy * power * 3.5 >= need * (1 - 1e-9))
    x, y = (round((a + b) / unit) * unit / 2 for a, b in ((left, right), (low, high)))
    return Window(x - 5 * unit, x + 5 * unit, y - 2 * unit, y + 2 * unit)


def boundary(w: Sequence[float], b: float, window: Window) -> tuple[Point, ...]:
    """The ends of the line w·x + b = 0 in a window; nothing where it passes by, or both weights are 0."""
    size = hypot(*w)
    if not size:
        return ()
    p, q, shift = w[0] / size, w[1] / size, b / size
    left, right, low, high = window
    ends = []
    if q:
        ends += [(x, -(shift + p * x) / q) for x in (left, right)]
    if p:
        ends += [(-(shift + q * y) / p, y) for y in (low, high)]
    edge = 1e-9 * max(map(abs, window))
    inside = sorted((x, y) for x, y in ends if left - edge <= x <= right + edge and low - edge <= y <= high + edge)
    return (inside[0], inside[-1]) if inside and inside[0] != inside[-1] else ()


def sides(w: Sequence[float], b: float, window: Window) -> tuple[Mark, ...]:
    """The output 1 or 0 of a threshold unit in the corners of a window."""
    outputs = tuple(Mark(str(int(w[0] * x + w[1] * y + b > 0)), (x, y)) for x, y in window.corners())
    return (*window.room(), *outputs)


SIDES = (
    ("1", Text("side on which the unit fires", "激活的一侧（输出 1）")),
    ("0", Text("side on which it does not", "不激活的一侧（输出 0）")),
)


MOST_MARKED = 9


def two_paths(ahead: Sequence[Value], plain: Sequence[Value]) -> Plot:
    """The path with momentum and that of SGD from one start: one weight by steps, two in their plane; few steps are marked."""
    single = len(ahead[0]) == 1

    def path(points: Sequence[Value]) -> tuple[Point, ...]:
        if single:
            return tuple((float(t), float(point[0])) for t, point in enumerate(points))
        return tuple((float(point[0]), float(point[1])) for point in points)

    tracks = (
        Track(Text("with momentum", "带动量"), path(ahead)),
        Track(Text("SGD without it", "不带动量的 SGD"), path(plain)),
    )
    marks, legend = [Mark("+", path(ahead)[0])], [("+", Text("start", "起点"))]
    if len(ahead) - 1 <= MOST_MARKED:
        steps = [Mark(sign, point) for sign, points in (("○", plain), ("●", ahead)) for point in path(points)[1:]]
        marks = [*steps, *marks]
        legend += [("●", Text("a step with momentum", "带动量的一步")), ("○", Text("a step without", "不带动量的一步"))]
    title = Text("The path of both weights, w₁ across and w₂ up", "两个权重走过的路径（横轴 w₁，纵轴 w₂）")
    if single:
        title = Text("The weight step by step", "权重随步数的变化")
    return Plot(title, tracks, tuple(marks), tuple(legend))


def written(numbers: Iterable[object]) -> tuple[str, ...]:
    """Numbers as they are in the table."""
    return tuple(number_text(float(number)) for number in components(tuple(numbers)))


def vector_text(numbers: Sequence[float], name: str) -> str:
    """A short vector in numbers, a long one by its name."""
    return value_text(numbers) if len(numbers) <= MOST_WRITTEN else name


def circles(count: int) -> tuple[str, ...]:
    """A circle for each unit, or the first and the last of many."""
    return ("○",) * count if count <= MOST_CIRCLES else ("○", "○", "○", "…", "○")


def layer_link(number: int, w: Value, activation: str) -> Text:
    """How layer `number` is fed from below: its weights with their shape, and its activation."""
    rows, width = shape(w)
    function = "" if activation == "identity" else f", {activation}"
    return same(f"↑ W{UP[number]} ({rows}×{width}){function}")


def chain_of_slopes(worked: Worked) -> list[Picture]:
    """Forward values of one neuron and the slopes of its loss; of several samples the first four, as far as to a."""
    x, z, a, inner, outer, delta = (
        plain(value)
        for value in (worked.inputs["x"], *(worked.step(name).value for name in ("z", "a", "da-dz", "dL-da", "delta")))
    )
    title = Text("Forward, and back with the local slope on each arrow", "前向计算，以及箭头上带局部斜率的反向计算")
    sum_, function = "w·x + b", FUNCTIONS[worked.inputs["activation"]]
    if not isinstance(z, list):
        loss, slope = worked.step("loss").value, plain(worked.step("grad-w").value)
        of_error = "½(a − y)²" if worked.inputs["loss"] == "half-squared" else "(a − y)²"
        there = (vector_text(x[0] if len(shape(x)) == 2 else x, "x"), *written((z, a, loss)))
        back = (vector_text(slope, "∂L/∂w"), *written((delta, outer)), "1")
        forward = Lane(Text("forward", "前向"), there, (sum_, function, of_error))
        factors = ("×x", *(f"×{factor}" for factor in written((inner, outer))))
        slopes = Lane(Text("slope of L", "L 的斜率"), back, factors, back=True)
        return [Flow(title, (_symbols("x", "z", "a", "L"), forward, slopes))]
    lanes = [_symbols("x", "z", "a")]
    for i, signals in enumerate(x[:MOST_SAMPLES]):
        there, back = (vector_text(signals, "x"), *written((z[i], a[i]))), ("", *written((delta[i], outer[i])))
        lanes.append(Lane(Text(f"forward {i + 1}", f"前向 {i + 1}"), there, (sum_, function)))
        words = Text(f"slope of L {i + 1}", f"L 的斜率 {i + 1}")
        lanes.append(Lane(words, back, (" ", *(f"×{factor}" for factor in written((inner[i],)))), back=True))
    if len(x) > MOST_SAMPLES:
        some = Text(f"first {MOST_SAMPLES} of {len(x)} samples", f"（{len(x)} 个样本中的前 {MOST_SAMPLES} 个）")
        title = Text(f"{title.en}, {some.en}", f"{title.zh}{some.zh}")
    return [Flow(title, tuple(lanes))]


def _symbols(*names: str) -> Lane:
    """What stands in each column."""
    return Lane(same(""), names, (" ",) * (len(names) - 1))


def cloud(title: Text, samples: Value, middle: Value, other: Value = None, tracks: tuple[Track, ...] = ()) -> Plot:
    """The first two coordinates of samples with their middle, and of another sample, both axes on one scale."""
    points = [_pair(sample) for sample in samples]
    marks = [*(Mark("●", point) for point in points), Mark("+", _pair(middle))]
    legend = [("●", Text("samples", "样本")), ("+", Text("their mean", "均值"))]
    if other is not None:
        marks.append(Mark("○", _pair(other)))
        legend.append(("○", Text("the new sample", "新样本")))
    ends = [point for track in tracks for point in track.points]
    window = around([*(mark.at for mark in marks), *ends], free=1.1)
    return Plot(title, tracks, (*window.room(), *marks), tuple(legend))


def _pair(numbers: Value) -> Point:
    return float(numbers[0]), float(numbers[1])


def axes_of_spread(middle: Value, axes: Value, spectrum: Value) -> tuple[Track, ...]:
    """The first two principal axes through a point, √λ to each side."""
    found = []
    for number, (axis, variance) in enumerate(zip(axes[:2], spectrum[:2], strict=True), 1):
        (x, y), reach = _pair(axis), sqrt(max(0.0, float(variance)))
        (a, b), away = _pair(middle), number_text(reach)
        words = Text(f"axis {number}: √λ = {away} to each side", f"第 {number} 主轴：向两侧各 √λ = {away}")
        found.append(Track(words, ((a - reach * x, b - reach * y), (a + reach * x, b + reach * y))))
    return tuple(found)


def point_on_axes(scores: Value, whitened: Value, spectrum: Value) -> list[Picture]:
    """A point of two scores before and after whitening, with √λ on both axes; nothing for other numbers of scores."""
    if len(scores) != 2:
        return []
    tracks = axes_of_spread((0.0, 0.0), ((1.0, 0.0), (0.0, 1.0)), spectrum)
    marks = (Mark("●", _pair(scores)), Mark("○", _pair(whitened)))
    window = around([*(mark.at for mark in marks), *(point for track in tracks for point in track.points)], free=1.1)
    legend = (("●", Text("the point", "该点")), ("○", Text("the point whitened", "白化之后的点")))
    return [
        Plot(Text("The point on the principal axes", "该点在主轴上的位置"), tracks, (*window.room(), *marks), legend)
    ]


def filled(states: Value) -> tuple[str, ...]:
    """Units that are on as ●, others as ○."""
    return tuple("●" if on else "○" for on in components(states))


def grey(probabilities: Value) -> tuple[str, ...]:
    """Probabilities with a shade each, the darker the larger."""
    return tuple(f"{SHADES[min(4, int(p * 5))]} {number_text(p)}" for p in components(probabilities))
