"""`studynn compute hopfield`: a Hopfield network's weights, its energy, and updates unit by unit to a fixed point."""

from typing import Annotated

import numpy as np

from studynn.core.draw import Rng, pick, shuffled
from studynn.core.inputs import Counts, Input, Matrix, Vector
from studynn.core.near import near
from studynn.core.picture import Cells, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, value_text
from studynn.nn.activations import Array
from studynn.worked._drawings import MOST_ROWS
from studynn.worked._layers import settled
from studynn.worked._losses import numbers, refusal
from studynn.worked._training import low

MOST = 8
MOST_SWEEPS = 20
SIGNS = (-1.0, 1.0)


@example(
    title=Text("Hopfield network", "Hopfield 网络"),
    topic="rbm-dbn",
    results=("w", "energy-start", "h{t}", "state{t}", "energy-end"),
    notes=(
        Text(
            "Units are −1 or 1, no thresholds. Where h = 0 a unit stays as it is; some texts let it go to 1.",
            "单元取 −1 或 1，不设阈值。h = 0 时单元保持不变；有的书令其为 1。",
        ),
    ),
)
def hopfield(
    patterns: Annotated[
        Matrix,
        Input(
            "p",
            Text("patterns of −1 and 1 to be stored, one a row", "要存储的 ±1 模式，每行一个"),
            at_least=-1,
            at_most=1,
            longest=MOST,
        ),
    ] = ((1.0, -1.0, 1.0, 1.0), (1.0, 1.0, -1.0, 1.0)),
    start: Annotated[
        Vector, Input("s₀", Text("state to begin with", "初始状态"), at_least=-1, at_most=1, longest=MOST)
    ] = (-1.0, 1.0, 1.0, 1.0),
    order: Annotated[
        Counts | None,
        Input(
            "order",
            Text("units in their order of updating, from 1", "单元更新的次序，从 1 编号"),
            at_least=1,
            at_most=MOST,
            longest=MOST,
        ),
    ] = None,
    scaled: Annotated[bool, Input("1/N", Text("weights divided by the number of units", "权重除以单元数"))] = False,
) -> Steps:
    """W = Σ p pᵀ with w_ii = 0; one unit at a time sᵢ ← sign(Σⱼ wᵢⱼsⱼ), sweep by sweep until none changes.

    Source: Hopfield 1982; Hertz, Krogh & Palmer 1991, chapter 2.
    """
    stored, state = np.asarray(patterns, dtype=float), np.asarray(start, dtype=float)
    n = len(state)
    units = tuple(range(1, n + 1)) if order is None else order
    _refuse(stored, state, units)
    w = yield _weights(stored, scaled)
    before = yield _energy("energy-start", Text("Energy at the start", "初始能量"), w, state)
    t = 0
    for _ in range(MOST_SWEEPS):
        old = state
        for unit in units:
            t += 1
            h = yield _field(t, unit, w, state, old)
            state = yield _update(t, unit, h, state)
        if np.array_equal(state, old) or _is_fixed(w, state):
            break
    after = yield _energy("energy-end", Text("Energy at the end", "最终能量"), w, state)
    return _notes(stored, state, before, after)


def _refuse(stored: Array, state: Array, units: tuple[int, ...]) -> None:
    n = len(state)
    for name, array in (("patterns", stored), ("start", state)):
        if np.any(np.abs(array) != 1):
            allowed = Text("must be made of −1 and 1", "各数应为 −1 或 1")
            raise refusal(hopfield, name, array.tolist(), allowed)
    if n < 2:
        raise refusal(hopfield, "start", state.tolist(), Text("must have at least 2 units", "至少要 2 个单元"))
    if stored.shape[1] != n:
        found = "×".join(map(str, stored.shape))
        allowed = Text(
            f"must have rows of {n} to fit --start of {n} units, it is {found}",
            f"每行应有 {n} 个数，才合 {n} 个单元的 --start，现为 {found}",
        )
        raise refusal(hopfield, "patterns", stored.tolist(), allowed)
    if sorted(units) != list(range(1, n + 1)):
        allowed = Text(f"must name each of the units 1 to {n} once", f"应把单元 1 到 {n} 各列一次")
        raise refusal(hopfield, "order", units, allowed)


def _weights(stored: Array, scaled: bool) -> Step:
    count, n = stored.shape
    divisor = n if scaled else 1
    full = stored.T @ stored
    value = (full - count * np.eye(n)) / divisor
    hint = Text("No unit acts on itself: the diagonal is 0.", "单元不与自己相连：对角线为 0。")
    slips = [Slip("diagonal-kept", hint, full / divisor)]
    if count > 1:
        first = (np.outer(stored[0], stored[0]) - np.eye(n)) / divisor
        hint = Text("Every pattern leaves its product: add them all.", "每个模式都有贡献：全部相加。")
        if not near(first, value):
            slips.append(Slip("first-pattern-only", hint, first))
    if scaled:
        hint = Text("Here the sum is divided by N.", "这里的和还要除以 N。")
        slips.append(Slip("not-divided", hint, value * n))
    rows = (value_text(pattern) for pattern in stored)
    shown = f"{' + '.join(f'{row}·{row}ᵀ' for row in rows)} − {value_text(count * np.eye(n))}"
    return Step(
        "w",
        Text("Weights by Hebb's rule", "按 Hebb 规则的权重"),
        "W = (Σ p pᵀ − P·I)/N" if scaled else "W = Σ p pᵀ − P·I",
        f"({shown})/{n}" if scaled else shown,
        value,
        tuple(slips),
    )


def _energy(name: str, title: Text, w: Array, state: Array) -> Step:
    value = float(settled(-state @ w @ state, np.abs(state) @ np.abs(w) @ np.abs(state))) / 2 + 0.0
    slips = []
    if value:
        hint = Text("Every pair stands twice in sᵀWs: halve it.", "sᵀWs 中每对出现两次：要乘 ½。")
        slips.append(Slip("half-forgotten", hint, 2 * value))
        hint = Text(
            "Units that agree with their weight lower the energy: minus.", "与权重一致的单元使能量降低：前面有负号。"
        )
        slips.append(Slip("sign-lost", hint, -value))
    shown = f"−½·{value_text(state)}·{value_text(w)}·{value_text(state)}"
    return Step(name, title, "E = −½ sᵀWs", shown, value, tuple(slips))


def _input(row: Array, state: Array) -> float:
    """The sum over the other units; 0 where it vanishes but for rounding, as a unit then stays."""
    return float(settled(row @ state, np.abs(row) @ np.abs(state))) + 0.0


def _field(t: int, unit: int, w: Array, state: Array, old: Array) -> Step:
    row = w[unit - 1]
    value, stale = _input(row, state), _input(row, old)
    slips = []
    if stale != value:
        hint = Text("Units already updated count with their new state.", "已更新的单元要用新状态。")
        slips.append(Slip("synchronous", hint, stale))
    return Step(
        f"h{t}",
        Text(f"Update {t}: input of unit {unit}", f"第 {t} 次更新：单元 {unit} 的输入"),
        f"h{low(unit)} = Σⱼ w{low(unit)}ⱼ sⱼ",
        f"{value_text(row)}·{value_text(state)}",
        value,
        tuple(slips),
    )


def _with(state: Array, unit: int, value: float) -> Array:
    changed = state.copy()
    changed[unit - 1] = value
    return changed


def _update(t: int, unit: int, h: Value, state: Array) -> Step:
    own = float(state[unit - 1])
    new = own if h == 0 else 1.0 if h > 0 else -1.0
    slips = []
    if h == 0:
        hint = Text("At h = 0 the unit keeps its state.", "h = 0 时单元保持原状态。")
        slips.append(Slip("tie-changed", hint, _with(state, unit, -own)))
    else:
        hint = Text("A unit takes the sign of its input.", "单元取其输入的符号。")
        slips.append(Slip("sign-reversed", hint, _with(state, unit, -new)))
    if new < 0:
        hint = Text("Here units are −1 or 1, not 0 or 1.", "这里单元取 −1 或 1，不是 0 或 1。")
        slips.append(Slip("zero-for-minus-one", hint, _with(state, unit, 0.0)))
    texts = [value_text(float(number)) for number in state]
    texts[unit - 1] = f"sign({value_text(h)})" if h else value_text(own)
    return Step(
        f"state{t}",
        Text(f"Update {t}: state after unit {unit}", f"第 {t} 次更新：单元 {unit} 更新后的状态"),
        f"s{low(unit)} = sign(h{low(unit)})",
        f"[{', '.join(texts)}]",
        _with(state, unit, new),
        tuple(slips),
    )


def _is_fixed(w: Array, state: Array) -> bool:
    return all(_input(row, state) * unit >= 0 for row, unit in zip(w, state, strict=True))


def _notes(stored: Array, state: Array, before: Value, after: Value) -> list[Text]:
    where = Text("a state that was not stored (a spurious one)", "一个没有存储过的状态（伪状态）")
    for number, pattern in enumerate(stored, 1):
        if np.array_equal(state, pattern):
            where = Text(f"pattern {number}", f"模式 {number}")
            break
        if np.array_equal(state, -pattern):
            where = Text(
                f"pattern {number} with all signs turned, stable as well", f"模式 {number} 的全反状态（同样稳定）"
            )
    fell = (
        Text("The energy never rises on the way", "途中能量从不上升")
        if after < before
        else Text("The energy stays", "能量不变")
    )
    return [
        Text(f"No unit changes any more: it came to rest in {where.en}.", f"不再有单元改变：停在{where.zh}。"),
        Text(f"{fell.en}, as W is symmetric with a zero diagonal.", f"{fell.zh}，因为 W 对称且对角线为 0。"),
    ]


@hopfield.check(
    "choose for each unit the state of lower energy, pair by pair", "逐对计算能量，为每个单元选能量较低的状态"
)
def by_energy(patterns: Matrix, start: Vector, order: Counts | None, scaled: bool) -> dict[str, Value]:
    """Energies as sums over pairs; an input is half the difference of two energies."""
    n = len(start)
    w = [[0.0] * n for _ in range(n)]
    for pattern in patterns:
        for i in range(n):
            for j in range(n):
                w[i][j] += pattern[i] * pattern[j] / (n if scaled else 1) if i != j else 0.0

    def energy(state: list[float]) -> float:
        return -sum(w[i][j] * state[i] * state[j] for i in range(n) for j in range(i))

    state, t = list(start), 0
    found: dict[str, Value] = {"w": w, "energy-start": energy(state)}
    while True:
        for unit in order or range(1, n + 1):
            t += 1
            up, down = ([*state[: unit - 1], sign, *state[unit:]] for sign in (1.0, -1.0))
            gap = energy(down) - energy(up)
            state = state if abs(gap) < 1e-9 else up if gap > 0 else down
            found |= {f"h{t}": gap / 2, f"state{t}": state}
        flips = [[-s if i == unit else s for i, s in enumerate(state)] for unit in range(n)]
        if all(energy(flipped) >= energy(state) - 1e-9 for flipped in flips):
            return found | {"energy-end": energy(state)}


@hopfield.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The state after each update with the updated unit framed, below the stored patterns."""
    patterns, start, order = (worked.inputs[name] for name in ("patterns", "start", "order"))
    states = [step.value for step in worked.steps if step.name.startswith("state")]
    units = order or tuple(range(1, len(start) + 1))
    room = MOST_ROWS - len(patterns) - 1
    title = Text("State after each update, the updated unit framed", "每次更新后的状态（框出被更新的单元）")
    if len(states) > room:
        title = Text(f"{title.en}: the first {room} of {len(states)}", f"{title.zh}：{len(states)} 次中的前 {room} 次")
    shown = [*patterns, start, *states[:room]]
    labels = [
        *(f"p{low(n)}" for n in range(1, len(patterns) + 1)),
        *(f"s{low(t)}" for t in range(min(len(states), room) + 1)),
    ]
    first = len(patterns) + 1
    marked = [(first + t, units[t % len(units)] - 1) for t in range(len(shown) - first)]
    signs = tuple(tuple("+" if unit > 0 else "−" if unit < 0 else "0" for unit in state) for state in shown)
    return [Cells(title, signs, tuple(marked), tuple(labels))]


@hopfield.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: three to five units, one or two patterns; 2: two patterns of four to six units; 3: three patterns, another order or 1/N."""
    n = rng.randint(3, 5) if level == 1 else pick(rng, (4, 5, 6)) if level == 2 else 5
    count = rng.randint(1, 2) if level == 1 else level
    patterns = tuple(numbers(rng, n, SIGNS) for _ in range(count))
    start = numbers(rng, n, SIGNS)
    turned = [tuple(-number for number in pattern) for pattern in patterns]
    if len({*patterns, *turned}) < 2 * count or start in patterns:
        return None
    order = tuple(shuffled(rng, list(range(1, n + 1)))) if level == 3 else None
    return {"patterns": patterns, "start": start, "order": order, "scaled": level == 3 and rng.random() < 0.5}
