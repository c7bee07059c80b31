"""What the examples on recurrent cells share: shapes that must fit, sums free of rounding noise, small drawn numbers."""

from collections.abc import Iterable, Mapping
from math import fsum, tanh

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import input_text, inputs_of
from studynn.core.picture import Bars, Picture
from studynn.core.steps import Example, Inputs, Step, Value
from studynn.core.text import Text, number_text
from studynn.nn.activations import Array
from studynn.worked._training import NOISE, low, signed


def require_shape(example: Example, name: str, given: Array, wanted: tuple[int, ...], why: Text) -> None:
    """Raise InputError unless an input is an array of the wanted shape; `why` says what it has to fit.

    The message names the letter of the input, both shapes and the reason.
    """
    if given.shape == wanted:
        return
    option = inputs_of(example)[name]
    due, found = ("×".join(map(str, shape)) for shape in (wanted, given.shape))
    if len(wanted) == 1:
        numbers = "number" if due == "1" else "numbers"
        allowed = Text(
            f"{option.symbol} must have {due} {numbers} {why.en}, it has {found}",
            f"{option.symbol} 应有 {due} 个数{why.zh}，现有 {found} 个",
        )
    else:
        allowed = Text(
            f"{option.symbol} must be {due} {why.en}, it is {found}",
            f"{option.symbol} 应为 {due}{why.zh}，现为 {found}",
        )
    raise InputError(option.option, input_text(option, given), allowed)


def of_step(step: Step, number: int) -> Step:
    """A step that belongs to an earlier time step: its number stands behind the name and before the title."""
    if not number:
        return step
    title = Text(f"Step {number}: {step.title.en[0].lower()}{step.title.en[1:]}", f"第 {number} 步：{step.title.zh}")
    return step._replace(name=f"{step.name}{number}", title=title)


def halves(rng: Rng, length: int) -> tuple[float, ...]:
    """Numbers from −1.5 to 1.5 in halves, none of them 0."""
    return tuple(pick(rng, (-1.5, -1.0, -0.5, 0.5, 1.0, 1.5)) for _ in range(length))


def drawn_layers(rng: Rng, gates: str, units: int, width: int) -> Inputs:
    """Weights on the input, weights on the state and biases of each gate."""
    found: Inputs = {}
    for gate in gates:
        found["u" + gate] = tuple(halves(rng, width) for _ in range(units))
        found["w" + gate] = tuple(halves(rng, units) for _ in range(units))
        found["b" + gate] = halves(rng, units)
    return found


def gate_bars(opened: Mapping[str, Value]) -> list[Picture]:
    """How far each gate opens, unit by unit."""
    bars = [(f"{gate}{low(n)}", float(share)) for gate, shares in opened.items() for n, share in enumerate(shares, 1)]
    labels, shares = zip(*bars, strict=True)
    return [Bars(Text("How far the gates open, from 0 to 1", "各门的开度，0 到 1"), labels, shares)]


def total(terms: Iterable[float]) -> float:
    """A sum that is 0 where only rounding is left of it, as 3·0.1 − 0.3."""
    parts = [float(term) for term in terms]
    found = fsum(parts)
    return 0.0 if abs(found) <= NOISE * fsum(map(abs, parts)) else found


def scalar_cell(u: float, x: float, w: float, h: float) -> float:
    """tanh(u x + w h)."""
    return tanh(total((u * x, w * h)))


def scalar_cell_text(u: float, x: float, w: float, h: float) -> str:
    """tanh(u x + w h) with the numbers in."""
    return f"tanh({number_text(u)}·{signed(x)} + {signed(w)}·{signed(h)})"
