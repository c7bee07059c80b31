"""`studynn compute same-padding`: how many cells keep the size of a map, and on which sides they go."""

from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input
from studynn.core.picture import Picture
from studynn.core.steps import Inputs, Inverse, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.worked import _layer_inputs as layer
from studynn.worked._drawings import windows_along

LARGEST, LARGEST_KERNEL, LARGEST_DILATION = 100_000, 1000, 100


@example(
    title=Text("Padding that keeps the size", "保持尺寸的填充"),
    topic="convolution",
    results=("total", "per-side", "left", "right"),
    inverse=(
        Inverse(
            "kernel",
            "total",
            Text(
                "Which kernel side K needs {result} cells of padding in all?",
                "核的边长 K 取多少时，两侧共需填充 {result} 格？",
            ),
        ),
    ),
)
def same_padding(
    width: Annotated[int, layer.side(LARGEST)] = 10,
    kernel: Annotated[int, layer.kernel(LARGEST_KERNEL)] = 4,
    dilation: Annotated[int, layer.dilation(LARGEST_DILATION)] = 1,
    stride: Annotated[
        int,
        Input(
            "S",
            Text(
                "step of the window; above 1 the output is ⌈W/S⌉ (TensorFlow)",
                "窗口的步幅；大于 1 时输出为 ⌈W/S⌉（TensorFlow）",
            ),
            at_least=1,
            at_most=LARGEST,
            letter="S",
        ),
    ] = 1,
) -> Steps:
    """Both sides together need Kₑ − 1 cells at stride 1; an odd total cannot be shared equally.

    Source: Dumoulin & Visin 2016, relation 3; for S > 1 the 'SAME' rule of TensorFlow (ONNX: SAME_UPPER).
    """
    reach = kernel
    if dilation > 1:
        hint = Text(
            "The taps lie D cells apart, so the kernel reaches further: D(K − 1) + 1.",
            "核内元素相隔 D 格，跨得更远：D(K − 1) + 1。",
        )
        reach = yield Step(
            "effective-kernel",
            Text("Cells that the kernel reaches over", "卷积核跨过的格数"),
            "Kₑ = D(K − 1) + 1",
            f"{dilation}·({kernel} − 1) + 1",
            dilation * (kernel - 1) + 1,
            (Slip("dilation-ignored", hint, kernel),) if kernel > 1 else (),
        )
    letter = "Kₑ" if dilation > 1 else "K"
    out = yield _out(width, reach, stride)
    total = yield _total(width, reach, stride, out, letter)
    per_side = yield _per_side(total, reach)
    left = yield _left(per_side)
    yield Step(
        "right",
        Text("Cells on the right (or below)", "右侧（或下侧）的格数"),
        "p − ⌊P⌋",
        f"{number_text(total)} − {number_text(left)}",
        total - left,
    )
    return _notes(total)


def _out(width: int, reach: Value, stride: int) -> Step:
    hint = Text(
        "This is the size without padding; 'same' asks for ⌈W/S⌉.",
        "这是不填充时的尺寸；same 要求输出为 ⌈W/S⌉。",
    )
    bare = (width - reach) // stride + 1
    return Step(
        "out",
        Text("Size wanted", "要得到的尺寸"),
        "O = ⌈W/S⌉",
        f"⌈{width}/{stride}⌉",
        -(-width // stride),
        (Slip("out-without-padding", hint, bare),) if reach <= width and bare != -(-width // stride) else (),
    )


def _total(width: int, reach: Value, stride: int, out: Value, letter: str) -> Step:
    total = max((out - 1) * stride + reach - width, 0)
    if stride == 1:
        hint = Text("The kernel covers the pixel itself with one cell: one less.", "核有一格落在像素自身上：要少一格。")
        slips = [Slip("whole-kernel", hint, reach)]
    else:
        hint = Text(
            "K − 1 is for stride 1; here the last window starts at (O − 1)S.",
            "K − 1 只适用于步幅 1；这里最后一个窗口起于 (O − 1)S。",
        )
        slips = [Slip("stride-ignored", hint, reach - 1)] if reach - 1 != total else []
    return Step(
        "total",
        Text("Cells to add, both sides together", "两侧共需填充的格数"),
        f"p = max((O − 1)S + {letter} − W, 0)",
        f"max(({number_text(out)} − 1)·{stride} + {number_text(reach)} − {width}, 0)",
        total,
        tuple(slips),
    )


def _per_side(total: Value, reach: Value) -> Step:
    slips = []
    if total:
        hint = Text("Both sides share this: halve it.", "这是两侧之和：要除以 2。")
        slips.append(Slip("total-for-side", hint, total))
    if reach % 2 == 0:
        hint = Text(
            "Half the kernel, rounded, works for odd kernels only; an even one leaves a half.",
            "“核的一半取整”只适用于奇数核；偶数核会得到半格。",
        )
        slips.append(Slip("half-kernel", hint, reach // 2))
    return Step(
        "per-side",
        Text("Cells on each side", "每侧的格数"),
        "P = p/2",
        f"{number_text(total)}/2",
        total // 2 if total % 2 == 0 else total / 2,
        tuple(slips),
    )


def _left(per_side: Value) -> Step:
    hint = Text(
        "The odd cell goes to the right and below (left is SAME_LOWER).",
        "多出的一格放在右侧和下侧（放左侧的是 SAME_LOWER）。",
    )
    return Step(
        "left",
        Text("Cells on the left (or above)", "左侧（或上侧）的格数"),
        "⌊P⌋",
        f"⌊{number_text(per_side)}⌋",
        int(per_side // 1),
        (Slip("extra-on-the-left", hint, -int(-per_side // 1)),) if per_side % 1 else (),
    )


def _notes(total: Value) -> list[Text]:
    notes = [
        Text(
            "nn.Conv2d's padding is P per side; some books count both sides together.",
            "nn.Conv2d 的 padding 指每侧的 P；有的书把两侧合计。",
        )
    ]
    if total % 2:
        notes.insert(
            0,
            Text(
                "A half cell cannot be added: no padding alike on both sides keeps the size. The extra cell goes right and "
                "below (TensorFlow, PyTorch 'same', ONNX SAME_UPPER); SAME_LOWER puts it left and above.",
                "半格无法填充：两侧相同的填充不能保持尺寸。多出的一格放在右侧和下侧（TensorFlow、PyTorch 的 same、ONNX 的 SAME_UPPER）；SAME_LOWER 放在左侧和上侧。",
            ),
        )
    return notes


@same_padding.check(
    "add cells right and left in turn until the window has ⌈W/S⌉ positions",
    "右、左轮流各加一格，直到窗口有 ⌈W/S⌉ 个位置",
)
def add_cells_in_turn(width: int, kernel: int, dilation: int, stride: int) -> dict[str, Value]:
    """The cells on either side by trial, without the formula."""
    taps = range(0, dilation * kernel, dilation)
    wanted = len(range(0, width, stride))
    left = right = 0
    while len(range(0, width + left + right - taps[-1], stride)) < wanted:
        left, right = (left, right + 1) if left == right else (left + 1, right)
    return {"total": left + right, "left": left, "right": right}


@same_padding.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The line with the cells added on either side, and the window at each of the positions that are wanted."""
    width, kernel, stride, dilation = (worked.inputs[name] for name in ("width", "kernel", "stride", "dilation"))
    padding = worked.step("left").value, worked.step("right").value
    return windows_along(width, padding, kernel, stride, worked.step("out").value, dilation, "W")


@same_padding.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: odd kernels; 2: even kernels, which leave a half; 3: dilation 2 or 3, or stride 2 or 3."""
    dilation = stride = 1
    if level == 1:
        kernel = pick(rng, (3, 5, 7, 9, 11, 13))
    elif level == 2:
        kernel = pick(rng, (4, 6, 8, 10, 12))
    else:
        kernel = rng.randint(3, 9)
        dilation, stride = pick(rng, ((2, 1), (3, 1), (1, 2), (1, 3)))
    width = rng.randint(dilation * (kernel - 1) + 2, 40)
    return {"width": width, "kernel": kernel, "dilation": dilation, "stride": stride}
