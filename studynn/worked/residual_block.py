"""`studynn compute residual-block`: a residual block on numbers, forward and backward."""

from collections.abc import Generator
from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, Matrix, Vector
from studynn.core.picture import Flow, Lane, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, value_text
from studynn.nn.activations import Array, relu
from studynn.nn.residual import Block
from studynn.nn.residual import residual_block as whole_block
from studynn.nn.residual import residual_block_backward as whole_gradients
from studynn.worked._drawings import column, short
from studynn.worked._layers import affine, array_text, settled

WIDEST = 8


@example(
    title=Text("Residual block, forward and backward", "残差块的前向与梯度"),
    topic="resnet-densenet",
    results=("F", "sum", "y", "grad-x"),
)
def residual_block(
    x: Annotated[Vector, Input("x", Text("input of the block", "块的输入"), longest=WIDEST)] = (2.0, -1.0),
    w1: Annotated[
        Matrix, Input("W₁", Text("weights of the first layer", "第一层的权重"), longest=WIDEST, unless="f")
    ] = ((1.0, 1.0), (0.0, -1.0)),
    w2: Annotated[
        Matrix, Input("W₂", Text("weights of the second layer", "第二层的权重"), longest=WIDEST, unless="f")
    ] = ((0.5, -1.0), (1.0, -0.5)),
    ws: Annotated[
        Matrix | None,
        Input("Wₛ", Text("projection in the shortcut, if there is one", "捷径上的投影矩阵（如有）"), longest=WIDEST),
    ] = None,
    f: Annotated[
        Vector | None,
        Input("F(x)", Text("the residual itself, instead of W₁ and W₂", "直接给出残差，代替 W₁ 与 W₂"), longest=WIDEST),
    ] = None,
    upstream: Annotated[
        Vector, Input("∂L/∂y", Text("gradient that arrives from above", "上游传来的梯度"), longest=WIDEST, unless="f")
    ] = (1.0, 1.0),
    pre_activation: Annotated[
        bool, Input("pre-activation", Text("no ReLU after the addition", "相加之后不做 ReLU"))
    ] = False,
) -> Steps:
    """y = ReLU(F(x) + x) with F(x) = W₂ ReLU(W₁x); backwards the shortcut adds ∂L/∂H itself. No biases.

    Raises InputError for shapes that do not fit. Source: He et al. 2016, equations 1 and 2, and Identity mappings in
    deep residual networks, equation 5.
    """
    block = _fitting(x, w1, w2, ws, f, upstream, pre_activation)
    x0 = np.asarray(x, dtype=float)
    if f is None:
        z, residual = yield from _residual(x0, block)
    else:
        residual = np.asarray(f, dtype=float)
    shortcut, name = x0, "x"
    if block.ws is not None:
        name = "Wₛx"
        shortcut = yield _product("shortcut", Text("Shortcut, projected", "投影后的捷径"), name, block.ws, x0)
    total = yield _sum(residual, shortcut, name)
    yield _output(residual, shortcut, total, pre_activation)
    if f is None:
        yield from _backward(x0, block, z, total, np.asarray(upstream, dtype=float))
    return _notes(pre_activation)


def _residual(x: Array, block: Block) -> Generator[Step, Any, tuple[Array, Array]]:
    z = yield _product("z", Text("First layer: sums", "第一层：加权和"), "z = W₁x", block.w1, x)
    hint = Text(
        "A ReLU stands between the two layers: set the negative sums to 0.", "两层之间有 ReLU：负的和要置为 0。"
    )
    h = yield Step(
        "h",
        Text("First layer: activations", "第一层：激活值"),
        "h = ReLU(z)",
        f"ReLU({value_text(z)})",
        relu(z),
        (Slip("inner-relu-forgotten", hint, z),) if (z < 0).any() else (),
    )
    step = _product("F", Text("Residual F(x)", "残差 F(x)"), "F(x) = W₂h", block.w2, h)
    if (step.value < 0).any():
        hint = Text("No ReLU at the end of F: a residual may be negative.", "F 的末尾没有 ReLU：残差可以为负。")
        step = step._replace(slips=(Slip("relu-inside-F", hint, relu(step.value)),))
    residual = yield step
    return z, residual


def _product(name: str, title: Text, formula: str, w: Array, a: Array) -> Step:
    return Step(name, title, formula, f"{array_text(w)}·{value_text(a)}", affine(w, a, np.zeros(len(w))))


def _added(a: Array, b: Array) -> Array:
    return settled(a + b, np.abs(a) + np.abs(b))


def _sum(residual: Array, shortcut: Array, name: str) -> Step:
    added = Text("The shortcut joins here: add it to F(x).", "捷径在此汇入：要与 F(x) 相加。")
    plus = Text("Shortcut and residual are added entry by entry, not multiplied.", "捷径与残差逐项相加，而不是相乘。")
    return Step(
        "sum",
        Text("Sum of residual and shortcut", "残差与捷径之和"),
        f"H = F(x) + {name}",
        f"{value_text(residual)} + {value_text(shortcut)}",
        _added(residual, shortcut),
        (Slip("skip-forgotten", added, residual), Slip("skip-multiplied", plus, residual * shortcut)),
    )


def _output(residual: Array, shortcut: Array, total: Array, pre_activation: bool) -> Step:
    title = Text("Output of the block", "块的输出")
    if pre_activation:
        return Step("y", title, "y = H", value_text(total), total)
    slips = []
    if (residual < 0).any():
        hint = Text("Add the shortcut first; the ReLU acts on the sum.", "先加捷径，ReLU 作用于和。")
        slips.append(Slip("relu-before-add", hint, _added(relu(residual), shortcut)))
    if (total < 0).any():
        hint = Text("A ReLU follows the addition: no negative output.", "相加之后还有 ReLU：输出不为负。")
        slips.append(Slip("last-relu-forgotten", hint, total))
    return Step("y", title, "y = ReLU(H)", f"ReLU({value_text(total)})", relu(total), tuple(slips))


def _backward(x: Array, block: Block, z: Array, total: Array, upstream: Array) -> Steps:
    if block.pre_activation:
        title, formula, shown, value = (
            Text("Gradient at the sum", "和处的梯度"),
            "∂L/∂y",
            value_text(upstream),
            upstream,
        )
    else:
        title, formula = Text("Gradient at the sum", "和处的梯度"), "∂L/∂y ⊙ [H > 0]"
        shown = f"{value_text(upstream)} ⊙ {value_text((total > 0).astype(float))}"
        value = upstream * (total > 0)
    delta = yield Step("grad-sum", title, f"δ = {formula}", shown, value)
    opened = (z > 0).astype(float)
    inner = affine(block.w2.T, delta, np.zeros(len(z))) * opened
    path = yield Step(
        "grad-path",
        Text("Gradient through F", "经 F 传回的梯度"),
        "p = W₁ᵀ(W₂ᵀδ ⊙ [z > 0])",
        f"{array_text(block.w1)}ᵀ·({array_text(block.w2)}ᵀ·{value_text(delta)} ⊙ {value_text(opened)})",
        affine(block.w1.T, inner, np.zeros(len(x))),
    )
    around = delta if block.ws is None else affine(block.ws.T, delta, np.zeros(len(x)))
    yield _gradient(x, block.ws, delta, path, around)
    return ()


def _gradient(x: Array, ws: Array | None, delta: Array, path: Array, around: Array) -> Step:
    slips = []
    if around.any():
        hint = Text(
            "The shortcut hands the gradient at the sum back as well: add it.", "捷径也把和处的梯度原样传回：要加上。"
        )
        slips.append(Slip("gradient-of-path-only", hint, path))
    hint = Text(
        "The derivative of the shortcut is 1: it adds the gradient at the sum, not the number x.",
        "捷径的导数是 1：加上的是和处的梯度，不是 x 的值。",
    )
    slips.append(Slip("x-added", hint, _added(path, x)))
    if path.any():
        hint = Text(
            "F depends on x too: add the gradient through the weights.", "F 也依赖 x：还要加上经权重传回的梯度。"
        )
        slips.append(Slip("skip-only", hint, around))
    return Step(
        "grad-x",
        Text("Gradient for the block below", "传给下一块的梯度"),
        "∂L/∂x = p + δ" if ws is None else "∂L/∂x = p + Wₛᵀδ",
        f"{value_text(path)} + " + (value_text(delta) if ws is None else f"{array_text(ws)}ᵀ·{value_text(delta)}"),
        _added(path, around),
        tuple(slips),
    )


def _notes(pre_activation: bool) -> list[Text]:
    first = Text(
        "Original block: add, then ReLU. --pre-activation leaves the sum as it is.",
        "原始残差块：先相加，再做 ReLU。--pre-activation 保留和不变。",
    )
    if pre_activation:
        first = Text(
            "Pre-activation leaves the sum as it is, so that signal and gradient pass the shortcut unchanged.",
            "预激活形式保留和不变，信号与梯度沿捷径原样通过。",
        )
    return [first, Text("F has no biases here; ReLU′(0) = 0.", "这里 F 没有偏置；ReLU′(0) = 0。")]


def _by(value: Value) -> str:
    return "×".join(map(str, np.shape(value)))


def _fitting(x: Value, w1: Value, w2: Value, ws: Value, f: Value, upstream: Value, pre_activation: bool) -> Block:
    """The weights as arrays; InputError where the two ways through the block do not fit x or each other."""
    inputs = len(x)
    outputs, given = (len(w2), "w2") if f is None else (len(f), "f")
    if f is None:
        _require("w1", w1, np.shape(w1)[1] == inputs, f"{len(w1)}×{inputs}", "x", str(inputs))
        _require("w2", w2, np.shape(w2)[1] == len(w1), f"{len(w2)}×{len(w1)}", "w1", _by(w1))
    if ws is not None:
        _require("ws", ws, np.shape(ws) == (outputs, inputs), f"{outputs}×{inputs}", given, _by(w2 if f is None else f))
    elif outputs != inputs:
        number = Text(
            f"gives {outputs} numbers and the shortcut {inputs}: give a projection with --ws",
            f"得到 {outputs} 个数，而捷径有 {inputs} 个：请用 --ws 给出投影",
        )
        raise InputError(given, value_text(w2 if f is None else f).strip("[]"), number)
    if f is None:
        _require("upstream", upstream, len(upstream) == outputs, str(outputs), "w2", _by(w2))
    first, second = (np.asarray(w, dtype=float) for w in (w1, w2))
    return Block(first, second, None if ws is None else np.asarray(ws, dtype=float), pre_activation)


def _require(option: str, value: Value, fits: bool, wanted: str, other: str, size: str) -> None:
    if fits:
        return
    given = value_text(value).strip("[]")
    if np.ndim(value) == 1:
        raise InputError(
            option,
            given,
            Text(
                f"must be {wanted} numbers to fit --{other} of {size}, these are {len(value)}",
                f"应为 {wanted} 个数，才能与 {size} 的 --{other} 相配，这里有 {len(value)} 个",
            ),
        )
    size_zh = f"{size} 个数" if "×" not in size else size
    raise InputError(
        option,
        given,
        Text(
            f"must be {wanted} to fit --{other} of {size}{'' if '×' in size else ' numbers'}, it is {_by(value)}",
            f"应为 {wanted}，才能与 {size_zh}的 --{other} 相配，这里是 {_by(value)}",
        ),
    )


@residual_block.check("the block on a batch, as one product a layer, and its gradients", "按批计算整个块及其梯度")
def as_a_batch(
    x: Value, w1: Value, w2: Value, ws: Value, f: Value, upstream: Value, pre_activation: bool
) -> dict[str, Value]:
    """The same block by the vectorised engine, on a batch of one sample."""
    if f is not None:
        shortcut = np.asarray(x, dtype=float)
        total = np.array(
            [sum(pair) for pair in zip(f, shortcut if ws is None else np.asarray(ws) @ shortcut, strict=True)]
        )
        return {"sum": total, "y": total if pre_activation else np.where(total > 0, total, 0)}
    block = _fitting(x, w1, w2, ws, f, upstream, pre_activation)
    passed = whole_block(np.array([x]), block)
    gradients = whole_gradients(np.array([upstream]), block, passed)
    return {"F": passed.f[0], "sum": passed.total[0], "y": passed.y[0], "grad-x": gradients.x[0]}


@residual_block.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The two ways through the block, which end above their sum; backwards the two ways of the gradient."""
    x, ws, given = (worked.inputs[name] for name in ("x", "ws", "f"))
    total, y = (short(worked.step(name).value) for name in ("sum", "y"))
    ends = short(x if ws is None else worked.step("shortcut").value)
    through, around = Text("through F", "经 F"), Text("shortcut", "捷径")
    if given is not None:
        lanes = [Lane(through, (short(x), short(given)), ("F",))]
        lanes.append(Lane(around, (short(x), ends), ("×1" if ws is None else "Wₛ",)))
        place = 1
    else:
        h, residual = (short(worked.step(name).value) for name in ("h", "F"))
        lanes = [Lane(through, (short(x), h, residual), ("W₁, ReLU", "W₂"))]
        lanes.append(Lane(around, (short(x), ends, ends), ("×1" if ws is None else "Wₛ", "×1")))
        place = 2
    below = [(Text("sum H", "和 H"), total), (Text("output y", "输出 y"), y)]
    lanes += [column(words, value, place) for words, value in below]
    found: list[Picture] = [Flow(Text("Forward: two ways, added", "前向：两条路相加"), tuple(lanes))]
    if given is None:
        delta, path, gradient = (short(worked.step(name).value) for name in ("grad-sum", "grad-path", "grad-x"))
        back = (
            Lane(through, (path, delta), ("W₁ᵀ [z > 0] W₂ᵀ",), back=True),
            Lane(around, (delta if ws is None else "Wₛᵀδ", delta), ("×1" if ws is None else "Wₛᵀ",), back=True),
            Lane(Text("sum ∂L/∂x", "和 ∂L/∂x"), (gradient, ""), (" ",)),
        )
        found.append(Flow(Text("Backward: two gradients, added", "反向：两个梯度相加"), back))
    return found


HALVES = (-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0)
WEIGHTS = (-1.0, -0.5, 0.0, 0.5, 1.0, 2.0)


@residual_block.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: F(x) given; 2: two units with weights; 3: a projection from two units to three, or no ReLU after the sum."""
    if level == 1:
        x, f = (tuple(float(rng.randint(-6, 6)) / 2 for _ in range(3)) for _ in range(2))
        total = [a + b for a, b in zip(x, f, strict=True)]
        return {"x": x, "f": f} if min(total) < 0 < max(total) and all(x) and all(f) else None
    x = tuple(float(pick(rng, (-3, -2, -1, 1, 2, 3))) for _ in range(2))
    w1 = _matrix(rng, 2, 2)
    pre_activation = level == 3 and rng.random() < 0.4
    outputs = 2 if pre_activation else level
    w2 = _matrix(rng, outputs, 2)
    ws = _matrix(rng, 3, 2) if outputs == 3 else None
    upstream = tuple(pick(rng, HALVES) for _ in range(outputs))
    if w1[0][1] == w1[1][0] or (outputs == 2 and w2[0][1] == w2[1][0]):
        return None  # a transpose would not show
    z = affine(np.array(w1), np.array(x), np.zeros(2))
    residual = affine(np.array(w2), relu(z), np.zeros(outputs))
    total = residual + (np.array(x) if ws is None else np.array(ws) @ np.array(x))
    if not residual.any() or not (total < 0).any() or not (total > 0).any():
        return None
    return {"x": x, "w1": w1, "w2": w2, "ws": ws, "upstream": upstream, "pre_activation": pre_activation}


def _matrix(rng: Rng, rows: int, columns: int) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(pick(rng, WEIGHTS) for _ in range(columns)) for _ in range(rows))
