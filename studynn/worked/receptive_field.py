"""`studynn compute receptive-field`: how many input cells each layer of a stack sees, along one side."""

import re
from typing import Annotated, NamedTuple

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input
from studynn.core.picture import Cells, Picture
from studynn.core.steps import Inputs, Inverse, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.worked._counting import low
from studynn.worked._drawings import CELL, LONGEST_LINE, MOST_ROWS, TAP

MOST_LAYERS = 40
LARGEST = 1000


class Window(NamedTuple):
    """The window of a layer: kernel, stride, dilation."""

    kernel: int
    stride: int
    dilation: int

    def __str__(self) -> str:
        """As it is typed: `k3 s2 d2`, without the ones."""
        dilation = f" d{self.dilation}" if self.dilation > 1 else ""
        return f"k{self.kernel}" + (f" s{self.stride}" if self.stride > 1 else "") + dilation


@example(
    title=Text("Receptive field of a stack of layers", "多层堆叠的感受野"),
    topic="cnn",
    results=("rf{l}", "jump{l}"),
    inverse=(
        Inverse(
            "layers",
            "rf{l}",
            Text(
                "Layers {input}: which number at ? lets the last one see {result} cells?",
                "各层为 {input}：“?” 处填几，最后一层能看到 {result} 格？",
            ),
            hole=r"k(\d+)[^,]*$",
        ),
    ),
    unasked=("jump{l}",),
    notes=(
        Text(
            "Sides are counted separately; padding changes where a cell looks, not how far.",
            "各边分别计算；填充只改变所看的位置，不改变范围的大小。",
        ),
    ),
)
def receptive_field(
    layers: Annotated[
        str,
        Input(
            "layers",
            Text(
                "kernel, stride and dilation of each layer: k3, k2 s2, k3 d2",
                "各层的核、步幅与膨胀率：k3, k2 s2, k3 d2",
            ),
        ),
    ] = "k3, k2 s2, k3, k3 s2",
    input: Annotated[
        int | None,
        Input(
            "W",
            Text("side of the input, to see where it is covered", "输入的边长，用于判断何时覆盖整个输入"),
            at_least=1,
        ),
    ] = None,
) -> Steps:
    """r grows by the reach of the kernel less one, times the product of all earlier strides; r₀ = j₀ = 1.

    Source: Araujo, Norris & Sim 2019, Computing receptive fields of convolutional neural networks, equation 2.
    """
    seen: Value = 1
    jump: Value = 1
    covered = 0
    for number, window in enumerate(windows_of(layers), 1):
        seen = yield _seen(number, window, seen, jump)
        jump = yield _jump(number, window, jump)
        covered = covered or (number if input is not None and seen >= input else 0)
    if input is None:
        return ()
    if covered:
        return [
            Text(
                f"From layer {covered} on, a cell in the middle sees the whole input of {input}.",
                f"从第 {covered} 层起，中间的格能看到边长为 {input} 的整个输入。",
            )
        ]
    return [Text(f"No layer sees the whole input of {input}.", f"没有一层能看到边长为 {input} 的整个输入。")]


def windows_of(layers: str) -> list[Window]:
    """The layers as typed; InputError where one cannot be read."""
    parts = [part.strip() for part in re.split(r"[,;]", layers) if part.strip()]
    if not 0 < len(parts) <= MOST_LAYERS:
        raise InputError("layers", layers, Text(f"must be 1 to {MOST_LAYERS} layers", f"应为 1 到 {MOST_LAYERS} 层"))
    return [_window(part) for part in parts]


def _window(part: str) -> Window:
    found: dict[str, int] = {}
    for word in part.lower().split():
        match = re.fullmatch(r"([ksd])(\d{1,6})", word)
        if not match or match[1] in found or not 1 <= int(match[2]) <= LARGEST:
            raise _unreadable(part)
        found[match[1]] = int(match[2])
    if "k" not in found:
        raise _unreadable(part)
    return Window(found["k"], found.get("s", 1), found.get("d", 1))


def _unreadable(part: str) -> InputError:
    return InputError(
        "layers",
        part,
        Text(
            f"a layer is its kernel, and stride and dilation if not 1, from 1 to {LARGEST}: k3 s2 d2",
            f"每层写出核，以及不为 1 的步幅与膨胀率，各为 1 到 {LARGEST}：k3 s2 d2",
        ),
    )


def _seen(number: int, window: Window, seen: Value, jump: Value) -> Step:
    kernel, stride, dilation = window
    reach = dilation * (kernel - 1)
    hint = Text("K cells are K − 1 steps from end to end: add those.", "K 格首尾相距 K − 1 步：只加这些。")
    slips = [Slip("whole-kernel-added", hint, seen + (reach + 1) * jump)]
    if stride > 1 and kernel > 1:
        hint = Text(
            "A stride spreads the cells of its own output; it counts from the next layer on.",
            "步幅拉开的是本层输出的间距，从下一层起才起作用。",
        )
        slips.append(Slip("own-stride-used", hint, seen + reach * jump * stride))
    if jump > 1 and kernel > 1:
        hint = Text(
            "After a stride, neighbouring cells lie several input cells apart: times j.",
            "经过步幅后，相邻两格在输入上相隔数格：要乘以 j。",
        )
        slips.append(Slip("jump-ignored", hint, seen + reach))
    if dilation > 1 and kernel > 1:
        hint = Text("The taps lie D cells apart: D(K − 1) steps.", "核内元素相隔 D 格：共 D(K − 1) 步。")
        slips.append(Slip("dilation-ignored", hint, seen + (kernel - 1) * jump))
    now, before = low(number), low(number - 1)
    spread = f"{dilation}·" if dilation > 1 else ""
    return Step(
        f"rf{number}",
        Text(f"Layer {number} ({window}): cells seen", f"第 {number} 层（{window}）：看到的格数"),
        f"r{now} = r{before} + {'D' if dilation > 1 else ''}(K − 1)·j{before}",
        f"{number_text(seen)} + {spread}({kernel} − 1)·{number_text(jump)}",
        seen + reach * jump,
        tuple(slips),
    )


def _jump(number: int, window: Window, jump: Value) -> Step:
    hint = Text(
        "Strides multiply: each step of this map is S steps of the one below.", "步幅相乘：本层的一步等于下层的 S 步。"
    )
    now, before = low(number), low(number - 1)
    return Step(
        f"jump{number}",
        Text(f"Layer {number}: input cells per step", f"第 {number} 层：每步对应的输入格数"),
        f"j{now} = j{before}·S",
        f"{number_text(jump)}·{window.stride}",
        jump * window.stride,
        (Slip("jumps-added", hint, jump + window.stride),) if window.stride > 1 else (),
    )


@receptive_field.check(
    "follow two neighbouring cells of each layer back to the input",
    "从每层的相邻两格逐层追溯到输入",
)
def trace_back(layers: str, input: int | None) -> dict[str, Value]:
    """Cell 0 of a layer sees cells first to last of the layer below, and so on down; cell 1 begins one jump further."""
    windows = windows_of(layers)
    found: dict[str, Value] = {}
    for depth in range(1, len(windows) + 1):
        first = [0, 1]
        last = 0
        for window in reversed(windows[:depth]):
            first = [cell * window.stride for cell in first]
            last = last * window.stride + window.dilation * (window.kernel - 1)
        found[f"rf{depth}"] = last - first[0] + 1
        found[f"jump{depth}"] = first[1] - first[0]
    return found


@receptive_field.pictures
def pictures(worked: Worked) -> list[Picture]:
    """One cell of the topmost layer that can be drawn, and below it the cells that it sees in each layer and in the input."""
    windows = windows_of(worked.inputs["layers"])
    seen = [1, *(worked.step(f"rf{number}").value for number in range(1, len(windows) + 1))]
    jumps = [1, *(worked.step(f"jump{number}").value for number in range(1, len(windows) + 1))]
    top = max(number for number in range(min(len(seen), MOST_ROWS)) if seen[number] <= LONGEST_LINE)
    if not top:
        return []
    cells, rows = {0}, []
    for number in range(top, -1, -1):
        middle = (seen[number] - 1) // 2  # a cell stands over the middle of what it sees
        places = {cell * jumps[number] + middle for cell in cells}
        rows.append("".join(TAP if place in places else CELL for place in range(seen[top])))
        if number:
            kernel, stride, dilation = windows[number - 1]
            cells = {cell * stride + dilation * tap for cell in cells for tap in range(kernel)}
    title = Text(f"What a cell of layer {top} sees, down to the input x", f"第 {top} 层的一格逐层看到的格，直到输入 x")
    if top < len(windows):
        title = Text(f"{title.en} (of {len(windows)} layers)", f"{title.zh}（共 {len(windows)} 层）")
    labels = (*(str(number) for number in range(top, 0, -1)), "x")
    return [Cells(title, tuple((row,) for row in rows), labels=labels)]


@receptive_field.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two layers of stride 1; 2: three layers, the first strided; 3: four, a second stride or a dilation as well."""
    if level == 1:
        windows = [Window(rng.randint(2, 9), 1, 1) for _ in range(2)]
    else:
        windows = [Window(pick(rng, (3, 5, 7)), 1, 1) for _ in range(level)]
        windows.insert(0, _strided(rng))
    if level == 3:
        windows[2] = _strided(rng) if rng.random() < 0.5 else Window(3, 1, rng.randint(2, 3))
    return {"layers": ", ".join(map(str, windows))}


def _strided(rng: Rng) -> Window:
    return Window(rng.randint(3, 7), rng.randint(2, 5), 1)
