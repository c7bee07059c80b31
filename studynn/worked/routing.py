"""`studynn compute routing`: lower capsules share themselves among the parents that agree with them."""

from collections.abc import Generator
from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input
from studynn.core.picture import Cells, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import Array, softmax
from studynn.nn.capsule import route, squash
from studynn.worked._layers import array_text
from studynn.worked._losses import follow
from studynn.worked._training import signed
from studynn.worked._units import refusal

MOST_NUMBERS = 96
SMALLEST_NORM = 0.2
U_HELP = Text(
    "predictions û of each lower capsule i, one row for each parent j", "各低层胶囊 i 的预测 û，每行对应一个高层胶囊 j"
)


@example(
    title=Text("Routing by agreement", "动态路由"),
    topic="capsule",
    results=("c{r}", "s{r}", "v{r}", "b{r}"),
    notes=(
        Text(
            "c and b have a row for each lower capsule i and a column for each parent j; each row of c sums to 1. "
            "Many public programs take the softmax over the wrong axis.",
            "c 与 b 每行对应低层胶囊 i，每列对应高层胶囊 j；c 的每行之和为 1。不少公开代码把 softmax 取错了轴。",
        ),
        Text(
            "b starts at 0 for every input: routing is computed, not learnt.",
            "对每个输入 b 都从 0 开始：路由是算出来的，不是学来的。",
        ),
    ),
)
def routing(
    u_hat: Annotated[Any, (3,), Input("û", U_HELP, longest=MOST_NUMBERS)] = (
        ((1.0, 0.0), (0.0, 2.0)),
        ((1.0, 1.0), (0.0, -1.0)),
    ),
    iterations: Annotated[int, Input("R", Text("iterations of routing", "路由迭代次数"), at_least=1, at_most=5)] = 2,
) -> Steps:
    """cᵢ = softmax over j of bᵢ, sⱼ = Σᵢ cᵢⱼûᵢⱼ, vⱼ = squash(sⱼ), bᵢⱼ ← bᵢⱼ + ûᵢⱼ·vⱼ, several times over; b starts at 0.

    û: lower × parents × components. Source: Sabour, Frosst & Hinton 2017, procedure 1; document 002, capsules.
    """
    u = np.asarray(u_hat, dtype=float)
    if u.size > MOST_NUMBERS:
        size = "×".join(map(str, u.shape))
        allowed = Text(
            f"must have at most {MOST_NUMBERS} numbers, it is {size} with {u.size}",
            f"至多 {MOST_NUMBERS} 个数，现为 {size}，共 {u.size} 个",
        )
        raise refusal(routing, "u_hat", u_hat, allowed)
    b = np.zeros(u.shape[:2])
    for r in range(1, iterations + 1):
        b = yield from _iteration(r, u, b)
    return []


def _iteration(r: int, u: Array, b: Array) -> Generator[Step, Any, Array]:
    c = follow((yield _coupling(r, b)))
    s = follow((yield _sum(r, c, u)))
    v = follow((yield _squashed(r, s)))
    return follow((yield _agreement(r, b, u, s, v)))


def _coupling(r: int, b: Array) -> Step:
    lower, parents = b.shape
    slips = []
    if parents > 1:
        hint = Text(
            "A lower capsule splits itself: its row of c sums to 1.", "低层胶囊把自己分给各高层：c 的每行之和为 1。"
        )
        slips.append(Slip("coupling-one", hint, np.ones_like(b)))
    if r > 1 or lower != parents:
        hint = Text(
            "Share out among the parents: softmax along each row.", "在各高层胶囊之间分配：沿每一行取 softmax。"
        )
        slips.append(Slip("softmax-over-children", hint, softmax(b.T).T))
    if r > 1 and parents > 1:
        hint = Text("The shares are no longer equal: use the b that has grown.", "此时份额不再相等：用更新过的 b。")
        slips.append(Slip("coupling-not-updated", hint, np.full_like(b, 1 / parents)))
    title = Text(f"Couplings, iteration {r}", f"第 {r} 轮的耦合系数")
    return Step(f"c{r}", title, "cᵢ = softmaxⱼ(bᵢ)", f"softmax({array_text(b)})", softmax(b), tuple(slips))


def _sum(r: int, c: Array, u: Array) -> Step:
    s, over_parents = np.einsum("ij,ijd->jd", c, u), np.einsum("ij,ijd->id", c, u)
    hint = Text("Each parent adds up what the lower capsules send it.", "每个高层胶囊把各低层送来的加起来。")
    differs = s.shape != over_parents.shape or not np.allclose(s, over_parents)
    shown = [
        " + ".join(f"{signed(float(c[i, j]))}·{value_text(u[i, j])}" for i in range(len(u))) for j in range(u.shape[1])
    ]
    return Step(
        f"s{r}",
        Text(f"Sum at each parent, iteration {r}", f"第 {r} 轮各高层的加权和"),
        "sⱼ = Σᵢ cᵢⱼûᵢⱼ",
        f"[{', '.join(shown)}]",
        s,
        (Slip("sum-over-parents", hint, over_parents),) if differs else (),
    )


def _squashed(r: int, s: Array) -> Step:
    norm = np.linalg.norm(s, axis=1, keepdims=True)
    slips = []
    if np.any(s):
        hint = Text("The sum is still to be squashed.", "加权和还要经过 squash。")
        slips.append(Slip("squash-forgotten", hint, s))
        hint = Text("Squash does not make unit vectors: short ones stay short.", "squash 不是单位化：短向量仍然短。")
        slips.append(Slip("unit-vectors", hint, s / np.where(norm > 0, norm, 1.0)))
    title = Text(f"Output of each parent, iteration {r}", f"第 {r} 轮各高层的输出")
    return Step(f"v{r}", title, "vⱼ = squash(sⱼ)", f"squash({array_text(s)})", squash(s), tuple(slips))


def _agreement(r: int, b: Array, u: Array, s: Array, v: Array) -> Step:
    with_v, with_s = (np.einsum("ijd,jd->ij", u, of) for of in (v, s))
    slips = []
    if np.any(with_s):
        hint = Text("Agreement is measured against the output v, not the sum s.", "一致性与输出 v 比较，不是与 s。")
        slips.append(Slip("agreement-with-sum", hint, b + with_s))
    if r > 1 and np.any(b):
        hint = Text("The agreement is added to what b was.", "一致性要累加到原来的 b 上。")
        slips.append(Slip("logits-replaced", hint, with_v))
    rows = [
        ", ".join(
            f"{number_text(float(b[i, j]))} + {value_text(u[i, j])}·{value_text(v[j])}" for j in range(u.shape[1])
        )
        for i in range(len(u))
    ]
    shown = f"[{'; '.join(rows)}]"
    return Step(
        f"b{r}",
        Text(f"Logits after iteration {r}", f"第 {r} 轮后的 b"),
        "bᵢⱼ + ûᵢⱼ·vⱼ",
        f"[{shown}]" if len(u) == 1 else shown,
        b + with_v,
        tuple(slips),
    )


@routing.check("the engine's routing of a batch, by matrix products", "引擎的批量路由，用矩阵乘法")
def batched(u_hat: Any, iterations: int) -> dict[str, Value]:
    """A batch of one."""
    found = route(np.asarray(u_hat, dtype=float)[None], iterations)
    return {
        f"{name}{r + 1}": value[0]
        for r in range(iterations)
        for name, value in (("c", found.c[r]), ("s", found.s[r]), ("v", found.v[r]), ("b", found.b[r + 1]))
    }


MOST_ROWS = 19
LINES = "┄┄", "──", "━━", "██"


@routing.pictures
def pictures(worked: Worked) -> list[Picture]:
    """A line from each lower capsule to each parent, the thicker the stronger coupled, iteration by iteration."""
    rounds = [worked.step(f"c{r}").value for r in range(1, worked.inputs["iterations"] + 1)]
    lower, parents = rounds[0].shape
    pairs = [(i, j) for i in range(lower) for j in range(parents)]
    rows = [tuple(_line(float(c[i, j])) for c in rounds) for i, j in pairs[:MOST_ROWS]]
    head = tuple(f"r = {r}" for r in range(1, len(rounds) + 1))
    labels = ("", *(f"{i + 1} → {j + 1}" for i, j in pairs))
    title = Text("Couplings i → j, the thicker the line the stronger", "耦合系数 i → j：线越粗越强")
    if len(pairs) > MOST_ROWS:
        title = Text(
            f"{title.en}; the first {MOST_ROWS} of {len(pairs)}", f"{title.zh}（{len(pairs)} 个中的前 {MOST_ROWS} 个）"
        )
    return [Cells(title, (head, *rows), (), labels[: len(rows) + 1])]


def _line(coupling: float) -> str:
    return f"{LINES[min(3, int(coupling * 4))]} {number_text(coupling)}"


@routing.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: one iteration, with two to four capsules on a side; 2: two iterations; 3: three, from three lower capsules."""
    lower, parents = pick(rng, ((2, 2), (3, 2), (4, 2), (2, 4))) if level == 1 else (level, 2)
    numbers = (-2.0, -1.0, 0.0, 1.0, 2.0, 3.0) if level == 1 else (-1.0, -0.5, 0.0, 0.5, 1.0, 2.0)
    u_hat = tuple(tuple((pick(rng, numbers), pick(rng, numbers)) for _ in range(parents)) for _ in range(lower))
    found = batched(u_hat, level)
    if any(np.linalg.norm(found[f"s{r}"], axis=1).min() < SMALLEST_NORM for r in range(1, level + 1)):
        return None
    if np.allclose(found["b1"], found["b1"][:, :1]):
        return None
    return {"u_hat": u_hat, "iterations": level}
