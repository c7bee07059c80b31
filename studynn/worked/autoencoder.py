"""`studynn compute autoencoder`: squeeze to a code, expand again, compare with the input itself."""

from collections.abc import Generator
from typing import Annotated, Any, Literal

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Matrix, Vector, defaults
from studynn.core.near import near
from studynn.core.picture import Bars, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example, work
from studynn.core.text import Text, value_text
from studynn.core.values import components
from studynn.nn import losses
from studynn.nn.activations import Array
from studynn.nn.dense import Layer, activate, mlp
from studynn.worked._layers import affine, affine_text, applied_text, array_text, minus
from studynn.worked._losses import averaged, binary_terms, binary_text, follow, numbers, require_same_shape, scalar
from studynn.worked._recurrent import require_shape

WIDEST = 12
Code = Literal["identity", "relu", "sigmoid"]
Output = Literal["identity", "sigmoid"]


def _part(symbol: str, en: str, zh: str) -> Input:
    """A part of the network; it plays no part where the reconstruction is given."""
    return Input(symbol, Text(en, zh), longest=WIDEST, unless="x_hat")


@example(
    title=Text("Autoencoder: code, reconstruction, error", "自编码器：编码、重构与误差"),
    topic="autoencoder",
    results=("z", "x-hat", "mse", "compression", "params"),
    notes=(
        Text(
            "The input is its own target. MSE is the mean over the n numbers, without ½.",
            "输入本身就是目标。MSE 对 n 个数取平均，不带 ½。",
        ),
    ),
)
def autoencoder(
    x: Annotated[Vector, Input("x", Text("input", "输入"), longest=WIDEST)] = (1.0, 0.5, 0.0, 1.0),
    we: Annotated[Matrix, _part("W_e", "weights of the encoder, k×n", "编码器权重，k×n")] = (
        (1.0, 1.0, 0.0, 0.0),
        (0.0, 0.0, 1.0, 1.0),
    ),
    be: Annotated[Vector, _part("b_e", "biases of the encoder", "编码器偏置")] = (0.0,) * 2,
    wd: Annotated[Matrix, _part("W_d", "weights of the decoder, n×k", "解码器权重，n×k")] = (
        (0.5, 0.0),
        (0.5, 0.0),
        (0.0, 0.5),
        (0.0, 0.5),
    ),
    bd: Annotated[Vector, _part("b_d", "biases of the decoder", "解码器偏置")] = (0.0,) * 4,
    code: Annotated[Code, _part("f", "activation of the code", "编码的激活函数")] = "identity",
    output: Annotated[Output, _part("g", "activation of the output", "输出的激活函数")] = "identity",
    tied: Annotated[bool, _part("tied", "tied weights: W_d is W_eᵀ", "权重绑定：W_d 即 W_eᵀ")] = False,
    x_hat: Annotated[
        Vector | None,
        Input("x̂", Text("the reconstruction itself, instead of a network", "直接给出重构，代替网络"), longest=WIDEST),
    ] = None,
) -> Steps:
    """z = f(W_e x + b_e), x̂ = g(W_d z + b_d), MSE = (1/n) Σ (x̂ᵢ − xᵢ)²; n numbers squeezed into a code of k.

    Source: Goodfellow, Bengio & Courville 2016, chapter 14; document 002, autoencoder.
    """
    given, n = np.asarray(x, dtype=float), len(x)
    if x_hat is not None:
        require_same_shape(autoencoder, "x_hat", x_hat, "x", x)
        yield from _error(given, np.asarray(x_hat, dtype=float))
        return None
    encoder = np.asarray(we, dtype=float), np.asarray(be, dtype=float)
    k = len(encoder[0])
    decoder = encoder[0].T if tied else np.asarray(wd, dtype=float), np.asarray(bd, dtype=float)
    _require_fit(n, k, *encoder, *decoder)
    z = follow((yield _code(given, encoder, decoder[0], code)))
    rebuilt = yield _reconstruction(z, encoder[0], decoder, output, tied)
    yield from _error(given, rebuilt)
    yield _compression(n, k)
    yield _params(n, k, tied)
    fits_bce = output == "sigmoid" and given.min() >= 0 and given.max() <= 1
    if fits_bce and np.all((rebuilt > 0) & (rebuilt < 1)):
        yield _bce(given, rebuilt)
    return _remarks(n, k, code == output == "identity", tied)


def _require_fit(n: int, k: int, we: Array, be: Array, wd: Array, bd: Array) -> None:
    to_x = Text(f"to fit --x of length {n}", f"（--x 有 {n} 个数）")
    to_both = Text(f"to fit --x of length {n} and a code of {k}", f"（--x 有 {n} 个数，编码有 {k} 个）")
    require_shape(autoencoder, "we", we, (k, n), to_x)
    require_shape(autoencoder, "be", be, (k,), Text("as --we has rows", "（与 --we 的行数相同）"))
    require_shape(autoencoder, "wd", wd, (n, k), to_both)
    require_shape(autoencoder, "bd", bd, (n,), to_x)


def _code(x: Array, encoder: tuple[Array, Array], wd: Array, code: str) -> Step:
    we, be = encoder
    z = activate(code, affine(we, x, be))
    wrong = {
        "decoder-used": (
            Text("To encode, use the encoder's W_e.", "编码时用编码器的 W_e。"),
            activate(code, affine(wd.T, x, be)),
        ),
        "code-bias-forgotten": (
            Text("The encoder has biases too: add b_e.", "编码器也有偏置：加上 b_e。"),
            activate(code, affine(we, x, 0 * be)),
        ),
        "code-not-activated": (
            Text("The sums still go through the activation.", "净输入还要经过激活函数。"),
            affine(we, x, be),
        ),
    }
    shown = affine_text(we, value_text(x), be)
    return Step(
        "z",
        Text("Code", "编码"),
        "z = W_e x + b_e" if code == "identity" else f"z = {applied_text(code, 'W_e x + b_e')}",
        shown if code == "identity" else applied_text(code, shown),
        z,
        tuple(Slip(tag, hint, value) for tag, (hint, value) in wrong.items() if not near(value, z)),
    )


def _reconstruction(z: Array, we: Array, decoder: tuple[Array, Array], output: str, tied: bool) -> Step:
    wd, bd = decoder
    rebuilt = activate(output, affine(wd, z, bd))
    wrong = {
        "encoder-transposed": (
            Text("Untied, the decoder uses its own W_d.", "权重未绑定时，解码器用自己的 W_d。"),
            activate(output, affine(we.T, z, bd)),
        ),
        "output-not-squashed": (
            Text("The output still passes the sigmoid.", "输出还要经过 sigmoid。"),
            affine(wd, z, bd),
        ),
    }
    letter = "W_eᵀ" if tied else "W_d"
    matrix = f"{array_text(we)}ᵀ" if tied else array_text(wd)
    formula, shown = f"{letter} z + b_d", f"{matrix}·{value_text(z)} + {value_text(bd)}"
    return Step(
        "x-hat",
        Text("Reconstruction", "重构"),
        f"x̂ = {formula if output == 'identity' else applied_text(output, formula)}",
        shown if output == "identity" else applied_text(output, shown),
        rebuilt,
        tuple(Slip(tag, hint, value) for tag, (hint, value) in wrong.items() if not near(value, rebuilt)),
    )


def _error(x: Array, rebuilt: Array) -> Generator[Step, Any, None]:
    n = len(x)
    e = yield Step(
        "error",
        Text("Error: x itself is the target", "误差：目标就是 x"),
        "e = x̂ − x",
        f"{value_text(rebuilt)} − {value_text(x)}",
        minus(rebuilt, x),
    )
    sse = scalar(np.vdot(e, e))
    slips = [Slip("half-kept", Text("This loss has no ½.", "这个损失不带 ½。"), sse / (2 * n))]
    if n > 1:
        slips.append(Slip("sum-not-mean", Text("Take the mean: divide by n.", "要取平均：除以 n。"), sse))
    if not near(size := scalar(np.abs(e).mean()), sse / n):
        hint = Text("Squares are averaged, not sizes.", "平均的是平方，不是绝对值。")
        slips.append(Slip("absolute-error", hint, size))
    yield Step(
        "mse",
        Text("Reconstruction error", "重构误差"),
        "MSE = (1/n) Σ eᵢ²",
        f"Σ({value_text(e)}²)/{n}",
        sse / n,
        tuple(slips),
    )


def _compression(n: int, k: int) -> Step:
    hint = Text("Input over code, not code over input.", "是输入长度除以编码长度，不是反过来。")
    slips = (Slip("compression-inverted", hint, k / n),) if k != n else ()
    return Step("compression", Text("Compression", "压缩比"), "n/k", f"{n}/{k}", n / k, slips)


def _params(n: int, k: int, tied: bool) -> Step:
    once, twice = n * k + k + n, 2 * n * k + k + n
    if tied:
        once_only = Text("Tied weights are one matrix: count it once.", "绑定的权重是同一个矩阵：只数一次。")
        other = "untied-count", once_only, twice
    else:
        other = ("tied-count", Text("Two matrices are trained, unless tied.", "未绑定时有两个权重矩阵。"), once)
    hint = Text("Biases count: k of the code, n of the output.", "偏置也要算：编码 k 个，输出 n 个。")
    return Step(
        "params",
        Text("Parameters", "参数个数"),
        "nk + k + n" if tied else "nk + k + kn + n",
        f"{n}·{k} + {k} + {n}" if tied else f"{n}·{k} + {k} + {k}·{n} + {n}",
        once if tied else twice,
        (Slip(*other), Slip("biases-forgotten", hint, (n * k) * (1 if tied else 2))),
    )


def _bce(x: Array, rebuilt: Array) -> Step:
    texts = [binary_text(float(p), float(y))[1:] for p, y in zip(rebuilt, x, strict=True)]  # the minus stands in front
    return Step(
        "bce",
        Text("Binary cross-entropy instead", "改用二元交叉熵"),
        "−(1/n) Σ [x ln x̂ + (1 − x) ln(1 − x̂)]",
        averaged(texts, minus=True),
        scalar(binary_terms(rebuilt, x).mean()),
    )


def _remarks(n: int, k: int, linear: bool, tied: bool) -> list[Text]:
    notes = []
    if linear and k < n:
        notes.append(
            Text(
                f"Without activations x̂ is a linear map of x of rank {k} at most; trained with MSE it spans the space of the first {k} principal components.",
                f"没有激活函数时，x̂ 是 x 的线性映射，秩至多为 {k}；用 MSE 训练后张成前 {k} 个主成分的子空间。",
            )
        )
    if k >= n:
        notes.append(
            Text(
                "This code is no shorter than the input: nothing forces it to leave anything out.",
                "编码不比输入短：没有什么迫使它舍弃信息。",
            )
        )
    if not tied:
        notes.append(
            Text(
                f"With tied weights (--tied, W_d = W_eᵀ) one matrix is trained: {n * k + k + n} parameters.",
                f"若绑定权重（--tied，W_d = W_eᵀ），只训练一个矩阵：{n * k + k + n} 个参数。",
            )
        )
    return notes


@autoencoder.check(
    "both layers as one network over a batch; where they are linear, W_d W_e x at once",
    "两层作为一个网络成批计算；线性时直接用 W_d W_e x",
)
def as_network(
    x: Value, we: Value, be: Value, wd: Value, bd: Value, code: str, output: str, tied: bool, x_hat: Value
) -> dict[str, Value]:
    """The engine's forward pass and losses; parameters counted array by array."""
    given = np.asarray(x, dtype=float)
    if x_hat is not None:
        return {"mse": losses.mse(np.asarray(x_hat, dtype=float), given)}
    parts = [np.asarray(part, dtype=float) for part in (we, be, np.transpose(we) if tied else wd, bd)]
    first, second = mlp(given[None], [Layer(parts[0], parts[1], code), Layer(parts[2], parts[3], output)])
    rebuilt = second.a[0]
    if code == output == "identity":
        rebuilt = parts[2] @ parts[0] @ given + parts[2] @ parts[1] + parts[3]
    trained = [part for index, part in enumerate(parts) if not (tied and index == 2)]
    return {
        "z": first.a[0],
        "x-hat": rebuilt,
        "mse": losses.mse(rebuilt, given),
        "compression": given.size / first.a.size,
        "params": sum(part.size for part in trained),
    }


SIZES = ((3, 2), (4, 1), (4, 2), (5, 2), (6, 2))


@autoencoder.pictures
def pictures(worked: Worked) -> list[Picture]:
    """Each number of x above what is made of it."""
    rebuilt = worked.inputs["x_hat"] or components(worked.step("x-hat").value)
    values = tuple(float(number) for pair in zip(worked.inputs["x"], rebuilt, strict=True) for number in pair)
    return [Bars(Text("x and its reconstruction", "x 与重构 x̂"), ("x", "x̂") * (len(values) // 2), values)]


@autoencoder.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: x and x̂ given; 2: linear with weights 0, ½ and 1; 3: ReLU code, sigmoid output, now and then tied weights."""
    if level == 1:
        n = rng.randint(2, 4)
        tenths = tuple(number / 10 for number in range(11))
        x, rebuilt = numbers(rng, n, (0, 0.5, 1)), numbers(rng, n, tenths)
        sizes = {round(abs(a - b), 9) for a, b in zip(x, rebuilt, strict=True)}
        return {"x": x, "x_hat": rebuilt} if len(sizes) > 1 else None
    n, k = pick(rng, SIZES)
    tied = level == 3 and rng.random() < 0.35
    weights = (0, 0.5, 1) if level == 2 else (-1, -0.5, 0, 0.5, 1)
    biases = (0,) if level == 2 else (-0.5, 0.5)
    we, wd = (tuple(numbers(rng, width, weights) for _ in range(rows)) for rows, width in ((k, n), (n, k)))
    if not np.any(we, axis=1).all() or (k > 1 and we[0] == we[1]):
        return None
    x = numbers(rng, n, (0, 0.5, 1) if level == 2 else (0, 1))
    inputs: Inputs = {"x": x, "we": we, "be": numbers(rng, k, biases), "tied": tied, "x_hat": None}
    inputs |= {"wd": tuple(zip(*we, strict=True)) if tied else wd, "bd": numbers(rng, n, biases)}
    if level == 3:
        inputs |= {"code": "relu", "output": "sigmoid"}
    truth = work(autoencoder, defaults(autoencoder) | inputs)
    sizes = {round(abs(each), 9) for each in components(truth.step("error").value)}
    return inputs if max(truth.step("z").value) > 0 and len(sizes) > 1 else None
