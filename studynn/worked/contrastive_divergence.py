"""`studynn compute contrastive-divergence`: one CD-1 update of an RBM from one sample."""

from collections.abc import Generator
from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Counts, Input, Matrix, Vector
from studynn.core.picture import Cells, Flow, Lane, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import Array, sigmoid
from studynn.nn.boltzmann import Rbm, gibbs_step, phase_difference
from studynn.worked import _rbm
from studynn.worked._layers import array_text
from studynn.worked._losses import follow
from studynn.worked._rbm import A_HELP, B_HELP, CLOSE, UH_HELP, UV_HELP, W_HELP, A, B, W, state_input
from studynn.worked._sketches import written

MOST_UNITS = 6
SMALLEST = 0.01
LR = Input("η", Text("learning rate", "学习率"), at_least=0)
V1 = state_input("v₁", "reconstruction, if it is known", "重构（若已知）", MOST_UNITS)


@example(
    title=Text("Contrastive divergence, CD-1", "对比散度 CD-1"),
    topic="rbm-dbn",
    results=("positive", "negative", "delta-w", "w-new", "da", "db"),
    notes=(
        _rbm.LETTERS,
        Text(
            "h₀ and v₁ are sampled; both hidden statistics use probabilities. Other texts use sampled h throughout.",
            "h₀ 与 v₁ 用采样值，两处隐藏层统计量都用概率；有的教材全用采样的 h。",
        ),
    ),
)
def contrastive_divergence(
    v0: Annotated[Counts, state_input("v₀", "the sample, 0 or 1", "样本，取 0 或 1", MOST_UNITS)] = (1, 0, 1),
    w: Annotated[Matrix, Input("W", W_HELP, longest=MOST_UNITS)] = W,
    a: Annotated[Vector, Input("a", A_HELP, longest=MOST_UNITS, unless="v1")] = A,
    b: Annotated[Vector, Input("b", B_HELP, longest=MOST_UNITS)] = B,
    u_h: Annotated[Vector, Input("u_h", UH_HELP, at_least=0, at_most=1, longest=MOST_UNITS, unless="v1")] = (0.3, 0.6),
    u_v: Annotated[Vector, Input("u_v", UV_HELP, at_least=0, at_most=1, longest=MOST_UNITS, unless="v1")] = (
        0.9,
        0.2,
        0.5,
    ),
    v1: Annotated[Counts | None, V1] = None,
    lr: Annotated[float, LR] = 0.5,
) -> Steps:
    """ΔW = η(v₀p_h0ᵀ − v₁p_h1ᵀ), Δa = η(v₀ − v₁), Δb = η(p_h0 − p_h1), with p_h = σ(b + Wᵀv).

    Source: Hinton 2002; Hinton 2010, section 3; document 002, RBM.
    """
    rbm = _fitting(v0, w, a, b, u_h, u_v, v1)
    start = np.asarray(v0, dtype=float)
    p0 = follow((yield _hidden("p-h0", Text("Hidden probabilities for v₀", "v₀ 时隐藏单元的概率"), "₀", rbm, start)))
    if v1 is None:
        end = yield from _reconstructed(rbm, p0, *_rbm.as_arrays(u_h, u_v))
    else:
        end = np.asarray(v1, dtype=float)
    p1 = follow((yield _hidden("p-h1", Text("Hidden probabilities for v₁", "v₁ 时隐藏单元的概率"), "₁", rbm, end)))
    positive = follow((yield _positive(start, p0)))
    negative = follow((yield _negative(end, p0, p1)))
    change = follow((yield _delta_w(positive, negative, lr)))
    shown = f"{array_text(rbm.w)} + {array_text(change)}"
    yield Step("w-new", Text("New weights", "更新后的权重"), "W + ΔW", shown, rbm.w + change)
    yield _delta_a(start, end, lr)
    yield _delta_b(p0, p1, lr)
    if np.array_equal(start, end):
        return [Text("v₁ = v₀: a perfect reconstruction changes nothing.", "v₁ = v₀：重构完全一致，什么也不改变。")]
    return []


def _fitting(v0: Any, w: Any, a: Any, b: Any, u_h: Any, u_v: Any, v1: Any) -> Rbm:
    if v1 is not None:
        return _rbm.rbm_of(contrastive_divergence, w, np.zeros(len(w)), b, v0=v0, v1=v1)
    _rbm.require_uniform(contrastive_divergence, u_h=u_h, u_v=u_v)
    return _rbm.rbm_of(contrastive_divergence, w, a, b, v0=v0, u_h=u_h, u_v=u_v)


def _hidden(name: str, title: Text, index: str, rbm: Rbm, v: Array) -> Step:
    formula = f"p{index} = σ(b + Wᵀv{index})"
    return _rbm.probabilities(name, title, formula, _rbm.upward_text(rbm, v), v @ rbm.w + rbm.b)


def _reconstructed(rbm: Rbm, p0: Array, for_h: Array, for_v: Array) -> Generator[Step, Any, Array]:
    title, shown = Text("Hidden sample", "隐藏层采样"), f"[{value_text(p0)} > {value_text(for_h)}]"
    h = follow((yield Step("h0", title, "h₀ = [p₀ > u_h]", shown, _rbm.on(p0, for_h))))
    shown = f"[σ({_rbm.downward_text(rbm, h)}) > {value_text(for_v)}]"
    value = _rbm.on(sigmoid(rbm.w @ h + rbm.a), for_v)
    return follow((yield Step("v1", Text("Reconstruction", "重构"), "v₁ = [σ(a + Wh₀) > u_v]", shown, value)))


def _outer_text(v: Array, p: Array) -> str:
    return f"{value_text(v)}·{value_text(p)}ᵀ"


def _positive(v0: Array, p0: Array) -> Step:
    hint = Text("A row is for a visible unit: v₀ first, then p₀ᵀ.", "每行对应一个可见单元：v₀ 在前，p₀ᵀ 在后。")
    slips = (Slip("outer-transposed", hint, np.outer(p0, v0)),) if len(v0) != len(p0) else ()
    title = Text("Data statistics", "数据的统计量")
    return Step("positive", title, "v₀p₀ᵀ", _outer_text(v0, p0), np.outer(v0, p0), slips)


def _negative(v1: Array, p0: Array, p1: Array) -> Step:
    slips = []
    if np.any(v1):
        hint = Text("The hidden units see v₁ now: take p₁.", "这时隐藏单元看到的是 v₁：用 p₁。")
        slips.append(Slip("first-hidden-reused", hint, np.outer(v1, p0)))
    title = Text("Reconstruction statistics", "重构的统计量")
    return Step("negative", title, "v₁p₁ᵀ", _outer_text(v1, p1), np.outer(v1, p1), tuple(slips))


def _delta_w(positive: Array, negative: Array, lr: float) -> Step:
    rise = positive - negative
    slips = []
    if lr and np.any(rise):
        hint = Text("Make the data likelier: data minus reconstruction.", "要使数据更可能：数据减重构。")
        slips.append(Slip("sign-reversed", hint, -lr * rise))
    if lr != 1 and np.any(rise):
        hint = Text("The step is scaled by η.", "步长要乘 η。")
        slips.append(Slip("learning-rate-forgotten", hint, rise))
    return Step(
        "delta-w",
        Text("Change of the weights", "权重的改变量"),
        "ΔW = η(v₀p₀ᵀ − v₁p₁ᵀ)",
        f"{number_text(lr)}·({array_text(positive)} − {array_text(negative)})",
        lr * rise + 0.0,
        tuple(slips),
    )


def _delta_a(v0: Array, v1: Array, lr: float) -> Step:
    change = lr * (v0 - v1) + 0.0
    hint = Text("Visible biases learn too, from v₀ − v₁.", "可见偏置也要学习，依据 v₀ − v₁。")
    return Step(
        "da",
        Text("Change of the visible biases", "可见偏置的改变量"),
        "Δa = η(v₀ − v₁)",
        f"{number_text(lr)}·({value_text(v0)} − {value_text(v1)})",
        change,
        (Slip("visible-bias-from-hidden", hint, np.zeros_like(change)),) if np.any(change) else (),
    )


def _delta_b(p0: Array, p1: Array, lr: float) -> Step:
    change = lr * (p0 - p1) + 0.0
    hint = Text("Here too the data come first: p₀ − p₁.", "这里也是数据在前：p₀ − p₁。")
    return Step(
        "db",
        Text("Change of the hidden biases", "隐偏置的改变量"),
        "Δb = η(p₀ − p₁)",
        f"{number_text(lr)}·({value_text(p0)} − {value_text(p1)})",
        change,
        (Slip("db-reversed", hint, -change),) if np.any(change) else (),
    )


@contrastive_divergence.check("the engine's CD-1 on a batch of one", "引擎对一个样本的 CD-1")
def by_engine(**inputs: Any) -> dict[str, Value]:
    """One Gibbs step and the difference of both phases, as matrix products."""
    names = ("v0", "w", "a", "b", "u_h", "u_v")
    v0, w, a, b, u_h, u_v = _rbm.as_arrays(*(inputs[name] for name in names))
    rbm = Rbm(w, np.zeros(len(w)) if inputs["v1"] is not None else a, b)
    found: dict[str, Value] = {}
    if inputs["v1"] is None:
        step = gibbs_step(rbm, v0[None], u_h[None], u_v[None])
        v1, found["h0"] = step.v[0], step.h[0]
    else:
        v1 = np.asarray(inputs["v1"], dtype=float)
    up = phase_difference(rbm, v0[None], v1[None])
    lr = inputs["lr"]
    found |= {"delta-w": lr * up.w, "w-new": rbm.w + lr * up.w, "da": lr * up.a, "db": lr * up.b}
    return found


MOST_SIDE_BY_SIDE = 3


MOST_SIDE_BY_SIDE = 2


MOST_SIDE_BY_SIDE = 2


MOST_SIDE_BY_SIDE = 2


@contrastive_divergence.pictures
def pictures(worked: Worked) -> list[Picture]:
    """Data and reconstruction with their hidden probabilities, and the statistics of both side by side for up to two hidden units."""
    start = np.asarray(worked.inputs["v0"])
    v1 = worked.inputs["v1"]
    end = np.asarray(worked.step("v1").value if v1 is None else v1)
    p0, p1 = (worked.step(name).value for name in ("p-h0", "p-h1"))

    def phase(label: Text, v: Array, p: Array) -> Lane:
        return Lane(label, (value_text(v), value_text(p)), ("σ(b + Wᵀv)",))

    data, fantasy = phase(Text("data v₀", "数据 v₀"), start, p0), phase(Text("reconstruction v₁", "重构 v₁"), end, p1)
    phases = Flow(
        Text("Both phases, v and the hidden probabilities p", "两个阶段：v 与隐藏单元概率 p"), (data, fantasy)
    )
    if len(p0) > MOST_SIDE_BY_SIDE:
        return [phases]
    sides = (worked.step("positive").value, worked.step("negative").value)
    rows = [(*written(up), "−", *written(down)) for up, down in zip(*sides, strict=True)]
    blank = ("",) * (len(p0) - 1)
    head = ("v₀p₀ᵀ", *blank, "", "v₁p₁ᵀ", *blank)
    title = Text("Statistics of data minus reconstruction; times η that is ΔW", "数据统计量减重构统计量；乘以 η 即 ΔW")
    return [phases, Cells(title, (head, *rows), (), ("", *(f"i = {i}" for i in range(1, len(rows) + 1))))]


@contrastive_divergence.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: v₁ is given; 2: all of CD-1 on two visible units and one hidden; 3: three and two."""
    m, n = ((3, 2), (2, 1), (3, 2))[level - 1]
    inputs = _rbm.random_machine(rng, m, n)
    inputs |= {"v0": _rbm.random_state(rng, m), "lr": pick(rng, (0.1, 0.2, 0.5)), "v1": None}
    inputs["u_h"], inputs["u_v"] = (tuple(rng.randint(1, 19) / 20 for _ in range(count)) for count in (n, m))
    if level == 1:
        inputs["v1"] = _rbm.random_state(rng, m)
    found = by_engine(**inputs)
    if not np.any(found["da"]) or np.abs(found["delta-w"]).max() < SMALLEST or np.abs(found["db"]).max() < SMALLEST:
        return None
    if level == 1:
        return {name: value for name, value in inputs.items() if name not in ("a", "u_h", "u_v")}
    rbm = Rbm(*_rbm.as_arrays(inputs["w"], inputs["a"], inputs["b"]))
    step = gibbs_step(rbm, *_rbm.as_arrays(inputs["v0"], inputs["u_h"], inputs["u_v"]))
    gaps = np.concatenate([step.p_h - inputs["u_h"], step.p_v - inputs["u_v"]])
    return inputs if np.abs(gaps).min() >= CLOSE else None
