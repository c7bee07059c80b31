"""`studynn compute jacobian-product`: powers of one matrix, their spectral radius and their norm."""

from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Matrix
from studynn.core.picture import Curve, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text
from studynn.nn.activations import Array
from studynn.worked._layers import array_text
from studynn.worked._recurrent import require_shape
from studynn.worked._training import minus, signed

LARGEST_SIDE = 3
LARGEST_ENTRY = 10  # so that 200 steps stay within float64
TABLE = 12
SMALLEST = 1e-100
PRECISE = 0.01  # below this share of q² the difference q² − 4d² is lost in four digits


@example(
    title=Text("Product of Jacobians", "雅可比连乘与谱半径"),
    topic=("rnn", "training"),
    results=("J", "radius", "sigma-max", "power", "norm"),
)
def jacobian_product(
    w: Annotated[
        Matrix,
        Input(
            "W",
            Text("recurrent weights, up to 3×3", "循环权重，至多 3×3"),
            at_least=-LARGEST_ENTRY,
            at_most=LARGEST_ENTRY,
            longest=LARGEST_SIDE,
        ),
    ] = ((1.0, 2.0), (0.0, 0.5)),
    slope: Annotated[
        float,
        Input(
            "f′",
            Text("slope of the activation, the same everywhere", "激活函数的斜率，处处相同"),
            at_least=0,
            at_most=1,
        ),
    ] = 0.5,
    steps: Annotated[int, Input("n", Text("steps back", "往回传的步数"), at_least=1, at_most=200)] = 3,
) -> Steps:
    """J = f′·W, its spectral radius ρ and largest singular value σ, and ‖Jⁿ‖₂, what can arrive after n steps.

    Source: Pascanu, Mikolov & Bengio 2013, section 2; Goodfellow et al. 2016, sections 8.2.5 and 10.7.
    """
    weights = np.asarray(w, dtype=float)
    side = max(weights.shape)
    require_shape(jacobian_product, "w", weights, (side, side), Text("to be square", "（须为方阵）"))
    jacobian = yield _jacobian(weights, slope)
    if np.abs(jacobian).max() > LARGEST_ENTRY:
        raise ArithmeticError  # only a learner's own matrix can be as large
    radius = yield _radius(jacobian)
    sigma = yield _sigma(jacobian, radius)
    power = yield _power(jacobian, steps)
    yield _norm(power, steps, jacobian, radius, sigma)
    return _notes(jacobian, radius)


def _jacobian(weights: Array, slope: float) -> Step:
    slips = []
    if slope != 1:
        hint = Text("The error also passes the activation: times f′.", "误差还要经过激活函数：乘 f′。")
        slips.append(Slip("slope-forgotten", hint, weights))
    title, shown = Text("Jacobian of one step", "一步的雅可比矩阵"), f"{number_text(slope)}·{array_text(weights)}"
    return Step("J", title, "J = f′·W", shown, slope * weights, tuple(slips))


def _radius(jacobian: Array) -> Step:
    values = _eigenvalues(jacobian)
    radius = max(map(abs, values))
    largest, trace = float(np.abs(jacobian).max()), float(np.trace(jacobian))
    greatest = max(value.real for value in values)
    slips = []
    if largest != radius:
        hint = Text("It is the eigenvalues that count, not single entries.", "要看特征值，不是看单个元素。")
        slips.append(Slip("largest-entry", hint, largest))
    if trace not in (radius, greatest):
        hint = Text(
            "The trace adds the eigenvalues; take the one farthest from 0.", "迹是特征值之和；要取离 0 最远的一个。"
        )
        slips.append(Slip("trace", hint, trace))
    if greatest != radius:
        hint = Text("Magnitude decides: −1.2 and 1.2i explode like 1.2.", "看的是模：−1.2、1.2i 与 1.2 一样会爆炸。")
        slips.append(Slip("signed-eigenvalue", hint, greatest))
    return Step(
        "radius",
        Text("Spectral radius", "谱半径"),
        "ρ = max |λᵢ(J)|",
        f"max({', '.join(map(_magnitude, values))})" if len(values) > 1 else _magnitude(values[0]),
        radius,
        tuple(slips),
    )


def _eigenvalues(matrix: Array) -> list[complex]:
    """The eigenvalues; those of a triangular or a 2×2 matrix without iteration, so that equal ones stay equal."""
    if not np.tril(matrix, -1).any() or not np.triu(matrix, 1).any():
        return [complex(value) for value in np.diag(matrix)]
    if len(matrix) > 2:
        return [complex(value) for value in np.linalg.eigvals(matrix)]
    (a, b), (c, d) = matrix.tolist()
    middle, square = (a + d) / 2, minus(((a - d) / 2) ** 2, -b * c)
    root = complex(square**0.5) if square >= 0 else complex(0, (-square) ** 0.5)
    return [middle + root, middle - root]


def _magnitude(value: complex) -> str:
    if value.imag == 0:
        return f"|{number_text(value.real)}|"
    return f"√({signed(value.real)}² + {signed(value.imag)}²)"


def _sigma(jacobian: Array, radius: float) -> Step:
    slips = []
    if not _is_normal(jacobian):
        hint = Text(
            "ρ and σ agree only where JJᵀ = JᵀJ; here J stretches more.",
            "只有 JJᵀ = JᵀJ 时 ρ 与 σ 才相等；这里 J 拉伸得更多。",
        )
        slips.append(Slip("radius-for-sigma", hint, radius))
    return Step(
        "sigma-max",
        Text("Largest stretch in one step", "一步的最大拉伸（最大奇异值）"),
        "σ = √λ_max(JᵀJ)",
        _stretch_text(jacobian),
        _stretch(jacobian),
        tuple(slips),
    )


def _stretch(matrix: Array) -> float:
    return float(np.linalg.norm(matrix, 2))


def _stretch_text(matrix: Array) -> str:
    """The largest singular value with numbers in: for 2×2 by the sum of squares q and the determinant d."""
    if not SMALLEST < np.abs(matrix).max() < 1 / SMALLEST:
        return number_text(_stretch(matrix))  # squares would leave float64
    if matrix.shape == (2, 2):
        q, d = float(np.sum(matrix**2)), _determinant(matrix)
        if q * q - 4 * d * d > PRECISE * q * q:
            return f"√(({_rounded(q)} + √({_rounded(q)}² − 4·{_rounded(abs(d))}²))/2)"
    return f"√{_rounded(_stretch(matrix) ** 2)}"


def _rounded(number: float) -> str:
    """A number as shown, but 160.95 as 161.0, so that it does not pass for a whole one."""
    text = number_text(number)
    return text if "." in text or number == int(number) else f"{number:.1f}"


def _determinant(matrix: Array) -> float:
    (a, b), (c, d) = matrix.tolist()
    return float(minus(a * d, b * c))


def _is_normal(matrix: Array) -> bool:
    return np.allclose(matrix @ matrix.T, matrix.T @ matrix, rtol=1e-12, atol=1e-12 * float(np.sum(matrix**2)))


def _power(jacobian: Array, n: int) -> Step:
    slips = []
    if n > 1:
        if (jacobian != np.diag(np.diag(jacobian))).any():
            hint = Text(
                "Multiply as matrices, rows by columns, not entry by entry.", "按矩阵乘法（行乘列），不是逐元素乘方。"
            )
            slips.append(Slip("entries-to-the-n", hint, jacobian**n))
        hint = Text("Every one of the n steps brings a factor J.", "n 步中每一步都有一个因子 J。")
        slips.append(Slip("one-factor-short", hint, np.linalg.matrix_power(jacobian, n - 1)))
        hint = Text(
            "The factors are multiplied, so J is raised to n, not taken n times.",
            "各因子是相乘：是 J 的 n 次方，不是 n 倍。",
        )
        slips.append(Slip("times-n", hint, n * jacobian))
    return Step(
        "power",
        Text("Product of all steps", "各步的连乘"),
        "Jⁿ",
        f"{array_text(jacobian)}^{n}" if n > 3 else "·".join([array_text(jacobian)] * n),
        np.linalg.matrix_power(jacobian, n),
        tuple(slips),
    )


def _norm(power: Array, n: int, jacobian: Array, radius: float, sigma: float) -> Step:
    slips = []
    if n > 1 and not _is_normal(jacobian):
        hint = Text(
            "σⁿ is only a bound from above: the steps need not stretch the same vector.",
            "σⁿ 只是上界：各步拉伸最多的向量未必相同。",
        )
        slips.append(Slip("sigma-power", hint, sigma**n))
        hint = Text("ρⁿ is only a bound from below where JJᵀ ≠ JᵀJ.", "JJᵀ ≠ JᵀJ 时，ρⁿ 只是下界。")
        slips.append(Slip("radius-power", hint, radius**n))
    title = Text("Largest stretch in n steps", "n 步的最大拉伸")
    return Step("norm", title, "‖Jⁿ‖₂ = σ_max(Jⁿ)", _stretch_text(power), _stretch(power), tuple(slips))


def _notes(jacobian: Array, radius: float) -> list[Text]:
    norms = [_stretch(np.linalg.matrix_power(jacobian, n)) for n in range(1, TABLE + 1)]
    table = ", ".join(map(number_text, norms))
    notes = [Text(f"‖Jⁿ‖₂ for n = 1 … {TABLE}: {table}.", f"n = 1 … {TABLE} 时 ‖Jⁿ‖₂ 依次为：{table}。")]
    if radius < 1:
        notes.append(Text("ρ < 1: in the long run the gradient vanishes.", "ρ < 1：长远看梯度消失。"))
        if max(norms) > 1:
            notes.append(
                Text(
                    f"Yet it can grow first, up to {number_text(max(norms))} times: the norm is not bound by ρ.",
                    f"但开头可能先增大，最多到 {number_text(max(norms))} 倍：范数不受 ρ 约束。",
                )
            )
    elif radius > 1:
        notes.append(Text("ρ > 1: in the long run the gradient explodes.", "ρ > 1：长远看梯度爆炸。"))
    if jacobian.shape == (2, 2):
        notes.append(
            Text(
                "For 2×2: λ² − (trace) λ + d = 0 gives the eigenvalues and σ² = (q + √(q² − 4d²))/2 the stretch; "
                "d is the determinant, q the sum of all squared entries.",
                "2×2 时：由 λ² − 迹·λ + d = 0 得特征值，σ² = (q + √(q² − 4d²))/2；d 为行列式，q 为各元素的平方和。",
            )
        )
    return [
        *notes,
        Text(
            "In a real network f′ differs from unit to unit and from step to step: J = diag(f′)·W.",
            "实际网络中各单元、各步的 f′ 不同：J = diag(f′)·W。",
        ),
    ]


@jacobian_product.check(
    "Jⁿ from its characteristic equation, by traces and determinants (Cayley–Hamilton); ‖·‖² as an eigenvalue of JᵀJ",
    "由特征方程（凯莱–哈密顿定理）用迹与行列式递推 Jⁿ；范数的平方取 JᵀJ 的特征值",
)
def by_characteristic_equation(w: Any, slope: float, steps: int) -> dict[str, Value]:
    """The last three powers give the next one without a matrix product."""
    jacobian = slope * np.asarray(w, dtype=float)
    side = len(jacobian)
    trace, determinant = float(np.trace(jacobian)), float(np.linalg.det(jacobian))
    minors = (trace**2 - float(np.sum(jacobian * jacobian.T))) / 2
    coefficients = {1: (trace,), 2: (trace, -determinant), 3: (trace, -minors, determinant)}[side]
    powers = [np.eye(side), jacobian, jacobian @ jacobian][:side]
    while len(powers) <= steps:
        powers.append(sum((c * powers[-1 - back] for back, c in enumerate(coefficients)), np.zeros_like(jacobian)))
    found: dict[str, Value] = {"J": jacobian, "power": powers[steps]}
    if side == 2:
        inside = minus(trace**2, 4 * _determinant(jacobian))
        found["radius"] = (abs(trace) + inside**0.5) / 2 if inside >= 0 else _determinant(jacobian) ** 0.5
    return found | {"sigma-max": _root_of_gram(jacobian), "norm": _root_of_gram(powers[steps])}


def _root_of_gram(matrix: Array) -> float:
    size = float(np.abs(matrix).max()) or 1.0
    gram = (matrix / size).T @ (matrix / size)
    return size * float(np.sqrt(np.linalg.eigvalsh(gram)[-1]))


@jacobian_product.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The largest stretch by n, as a power of ten: it may rise first and fall later."""
    jacobian, steps = worked.step("J").value, worked.inputs["steps"]
    norms = [_stretch(np.linalg.matrix_power(jacobian, n)) for n in range(max(TABLE, steps) + 1)]
    points = tuple((n, float(np.log10(norm))) for n, norm in enumerate(norms) if norm > 0)
    title = Text("log₁₀ ‖Jⁿ‖₂ by n", "log₁₀ ‖Jⁿ‖₂ 随 n 的变化")
    return [Curve(title, points, tuple(point for point in points if point[0] == steps))]


@jacobian_product.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: diagonal, also of three units, or triangular; 2: symmetric, or a turn with a stretch; 3: equal
    eigenvalues below 1, far off-diagonal.
    """
    if level == 1:
        entries = [-5.0, -4.0, -3.0, -2.0, -1.0, 1.0, 2.0, 3.0, 4.0, 5.0]
        a, d = pick(rng, entries), pick(rng, entries)
        b = pick(rng, [0.0, *entries])
        w: Matrix = ((a, b), (0.0, d)) if rng.random() < 0.5 else ((a, 0.0), (b, d))
        if rng.random() < 0.2:
            w = ((a, 0.0, 0.0), (0.0, b, 0.0), (0.0, 0.0, d))
        slope, steps = pick(rng, (0.5, 1.0)), rng.randint(2, 3)
    else:
        tenths = [number / 10 for number in range(-12, 13) if abs(number) >= 3]
        a, b = pick(rng, tenths), pick(rng, tenths)
        slope, steps = pick(rng, (0.5, 0.8, 0.9)), rng.randint(2, 4)
        w = ((a, -b), (b, a)) if rng.random() < 0.5 else ((a, b), (b, pick(rng, tenths)))
        if level == 3:
            a, b = pick(rng, (0.5, 0.6, 0.8, 0.9, 1.0)), float(pick(rng, (-8, -6, -5, -4, -3, 3, 4, 5, 6, 8)))
            w, steps = (((a, b), (0.0, a)) if rng.random() < 0.5 else ((a, 0.0), (b, a))), rng.randint(2, 5)
    radius = max(map(abs, _eigenvalues(slope * np.array(w))))
    return {"w": w, "slope": slope, "steps": steps} if abs(radius - 1) > 0.01 else None
