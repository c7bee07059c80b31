"""`studynn compute q-target`: the target of Q-learning, then the tabular update and the loss of a DQN from one error."""

from typing import Annotated, Any, NamedTuple

import numpy as np

from studynn.core.draw import Rng, pick, shuffled
from studynn.core.inputs import Counts, Input, Matrix, Vector
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn.activations import Array
from studynn.nn.reinforcement import q_targets, q_update
from studynn.worked._losses import follow
from studynn.worked._training import minus, signed
from studynn.worked._units import entries, refusal, require_length, vector_of

MOST_ROWS = 8
MOST_ACTIONS = 8
DONE_HELP = Text(
    "1 where the episode ends, otherwise 0; one for all or one a row", "回合结束为 1，否则为 0；可逐行给出"
)
SAMPLE_HELP = Text("rows replayed from the buffer, counted from 1", "从回放缓冲区取出的行，从 1 数起")


@example(
    title=Text("Q-learning and the DQN target", "Q 学习与 DQN 目标"),
    topic="deep-rl",
    results=("max-next", "y", "td-error", "q-new", "loss"),
    notes=(
        Text(
            "The error is target − estimate, δ = y − Q; supervised losses are mostly written prediction − target.",
            "误差取目标 − 估计：δ = y − Q；监督学习的损失多写作预测 − 目标。",
        ),
        Text(
            "θ⁻ is frozen between copies, and no gradient goes through y.",
            "θ⁻ 在两次复制之间冻结，梯度也不经过 y。",
        ),
    ),
)
def q_target(
    reward: Annotated[Vector, Input("r", Text("reward, one a transition", "奖励，每次转移一个"), longest=MOST_ROWS)] = (
        2.0,
    ),
    gamma: Annotated[float, Input("γ", Text("discount factor", "折扣因子"), at_least=0, at_most=1)] = 0.5,
    q_sa: Annotated[
        Vector, Input("Q(s,a)", Text("online estimate for the action taken", "在线网络对所选动作的估计"))
    ] = (3.0,),
    q_next_target: Annotated[
        Matrix,
        Input("Q(s′;θ⁻)", Text("target network in the next state", "目标网络在下一状态的 Q 值"), longest=MOST_ACTIONS),
    ] = ((1.0, 6.0, 4.0),),
    q_next_online: Annotated[
        Matrix,
        Input("Q(s′;θ)", Text("online network in the next state", "在线网络在下一状态的 Q 值"), longest=MOST_ACTIONS),
    ] = ((5.0, 2.0, 3.0),),
    done: Annotated[Counts, Input("done", DONE_HELP, at_least=0, at_most=1, longest=MOST_ROWS)] = (0,),
    alpha: Annotated[float, Input("α", Text("step size of the table", "表格更新的步长"), at_least=0, at_most=1)] = 0.5,
    double: Annotated[
        bool, Input("double", Text("double DQN: θ picks the action, θ⁻ values it", "双 DQN：θ 选动作，θ⁻ 估值"))
    ] = False,
    sample: Annotated[Counts | None, Input("i", SAMPLE_HELP, at_least=1, at_most=MOST_ROWS, longest=MOST_ROWS)] = None,
) -> Steps:
    """y = r + γ(1 − done)·maxₐ Q(s′, a; θ⁻), δ = y − Q(s, a), Q + αδ, and the mean of δ² over B transitions.

    Source: Watkins & Dayan 1992; Mnih et al. 2015; van Hasselt, Guez & Silver 2016 (double); document 002, DQN.
    """
    batch = _batch(reward, q_sa, q_next_target, q_next_online, done, sample)
    best = follow((yield _max_next(batch, double)))
    y = follow((yield _y(batch, gamma, best)))
    error = follow((yield _td_error(y, batch.q)))
    yield _q_new(batch.q, y, error, alpha)
    yield _loss(error)
    return _notes(batch, double)


class _Batch(NamedTuple):
    """Transitions: r, Q(s,a) and done (B,), Q of both networks in the next state (B, A)."""

    reward: Array
    q: Array
    frozen: Array
    online: Array
    done: Array


def _batch(reward: Any, q_sa: Any, frozen: Any, online: Any, done: Any, sample: Any) -> _Batch:
    rows = len(reward)
    require_length(q_target, "q_sa", q_sa, "reward", rows)
    if len(done) > 1:
        require_length(q_target, "done", done, "reward", rows)
    found, due = ("×".join(map(str, np.shape(array))) for array in (frozen, online))
    if len(frozen) != rows:
        allowed = Text(
            f"must have {rows} {'row' if rows == 1 else 'rows'} to fit --reward of length {rows}, it is {found}",
            f"应有 {rows} 行，才能与长度为 {rows} 的 --reward 相配，现为 {found}",
        )
        raise refusal(q_target, "q_next_target", frozen, allowed)
    if found != due:
        allowed = Text(
            f"must be {found} to fit --q-next-target, it is {due}", f"应为 {found}，与 --q-next-target 相同，现为 {due}"
        )
        raise refusal(q_target, "q_next_online", online, allowed)
    if sample is not None and max(sample) > rows:
        allowed = Text(
            f"rows must lie from 1 to {rows}, as the buffer has {rows}",
            f"行号应在 1 到 {rows} 之间：缓冲区有 {rows} 行",
        )
        raise refusal(q_target, "sample", sample, allowed)
    ends = np.asarray(done) + np.zeros(rows)
    picked = np.arange(rows) if sample is None else np.asarray(sample) - 1
    arrays = (np.asarray(array, dtype=float) for array in (reward, q_sa, frozen, online, ends))
    return _Batch(*(array[picked] for array in arrays))


def _rows(texts: list[str]) -> str:
    """One text a transition, in brackets where there are several."""
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def _max_next(batch: _Batch, double: bool) -> Step:
    frozen, online = batch.frozen, batch.online
    each = np.arange(len(frozen))
    plain, by_online = frozen.max(axis=1), frozen[each, online.argmax(axis=1)]
    hint = Text("Targets come from the frozen copy θ⁻.", "目标由冻结的副本 θ⁻ 给出。")
    slips = [Slip("online-network-used", hint, entries(online.max(axis=1)))]
    if double:
        hint = Text("The action is picked by θ; θ⁻ only values it.", "动作由 θ 选出，θ⁻ 只负责估值。")
        slips.append(Slip("target-picks-action", hint, entries(plain)))
        chosen = np.eye(frozen.shape[1])[online.argmax(axis=1)]
        texts = [f"{value_text(one)}·{value_text(row)}" for one, row in zip(chosen, frozen, strict=True)]
        formula = "Q(s′, argmaxₐ Q(s′, a; θ); θ⁻)"
    else:
        hint = Text("Q-learning counts on the best action, not on the average one.", "Q 学习取最优动作，不取平均。")
        slips.append(Slip("mean-for-max", hint, entries(frozen.mean(axis=1))))
        texts = [f"max({value_text(row)})" for row in frozen]
        formula = "maxₐ Q(s′, a; θ⁻)"
    title = Text("Value of the next state", "下一状态的价值")
    return Step("max-next", title, formula, _rows(texts), entries(by_online if double else plain), tuple(slips))


def _y(batch: _Batch, gamma: float, best: Value) -> Step:
    r, goes_on, best = batch.reward, 1 - batch.done, np.atleast_1d(best)
    slips = []
    if gamma != 1 and np.any(goes_on * best):
        hint = Text("What comes next counts γ times.", "后续价值要乘 γ。")
        slips.append(Slip("no-discount", hint, entries(r + goes_on * best)))
    if np.any(r):
        hint = Text("The reward itself belongs to the target.", "目标里还有奖励本身。")
        slips.append(Slip("reward-forgotten", hint, entries(gamma * goes_on * best)))
    if np.any(batch.done * best) and gamma:
        hint = Text("The episode is over there: y is the reward alone.", "回合在此结束：y 只是奖励。")
        slips.append(Slip("bootstrap-at-the-end", hint, entries(r + gamma * best)))
    shown = [
        f"{number_text(float(reward))} + {number_text(gamma)}·(1 − {number_text(float(end))})·{signed(float(value))}"
        for reward, end, value in zip(r, batch.done, best, strict=True)
    ]
    title = Text("Target", "目标值")
    return Step("y", title, "y = r + γ(1 − done)·max", _rows(shown), entries(r + gamma * goes_on * best), tuple(slips))


def _td_error(y: Value, q: Array) -> Step:
    y = np.atleast_1d(y)
    hint = Text("Subtract the estimate from the target, not the other way round.", "用目标减估计，不要反过来。")
    return Step(
        "td-error",
        Text("TD error", "TD 误差"),
        "δ = y − Q(s,a)",
        f"{value_text(entries(y))} − {signed(entries(q))}",
        entries(minus(y, q)),
        (Slip("error-reversed", hint, entries(q - y)),),
    )


def _q_new(q: Array, y: Value, error: Value, alpha: float) -> Step:
    y, error = np.atleast_1d(y), np.atleast_1d(error)
    slips = []
    if alpha != 1:
        hint = Text("Go only the fraction α of the way to y.", "只向 y 移动 α 这一部分。")
        slips.append(Slip("overwritten", hint, entries(y)))
    if alpha and np.any(q):
        hint = Text("α multiplies the error y − Q, not y alone.", "α 乘的是误差 y − Q，不是 y。")
        slips.append(Slip("alpha-on-target-only", hint, entries(q + alpha * y)))
    return Step(
        "q-new",
        Text("New table entry", "更新后的 Q 值"),
        "Q(s,a) + αδ",
        f"{value_text(entries(q))} + {number_text(alpha)}·{signed(entries(error))}",
        entries(q + alpha * error),
        tuple(slips),
    )


def _loss(error: Value) -> Step:
    error = np.atleast_1d(error)
    hint = Text("The errors are squared.", "误差要平方。")
    slips = [Slip("loss-not-squared", hint, float(np.abs(error).mean()))]
    if len(error) > 1:
        hint = Text("Divide by the size of the mini-batch.", "要除以小批量的大小。")
        slips.append(Slip("loss-summed", hint, float(error @ error)))
    shown = f"mean({value_text(error)}²)" if len(error) > 1 else f"{signed(entries(error))}²"
    title = Text("Loss of the DQN", "DQN 的损失")
    return Step("loss", title, "mean δ²", shown, float(np.mean(error * error)), tuple(slips))


def _notes(batch: _Batch, double: bool) -> list[Text]:
    notes = []
    if np.any(batch.done):
        notes.append(Text("Where the episode ends, y = r: nothing follows.", "回合结束处 y = r：之后再无价值。"))
    chosen = batch.online if double else batch.frozen
    if np.any((chosen == chosen.max(axis=1, keepdims=True)).sum(axis=1) > 1):
        notes.append(Text("Of equally good actions the first is taken.", "并列最优的动作取第一个。"))
    return notes


@q_target.check(
    "one transition after the other, with a branch at the end of the episode", "逐个转移计算，回合结束时分支"
)
def one_by_one(**inputs: Any) -> dict[str, Value]:
    """Plain loops, held against the engine's batched targets; with α = 1 the table takes the target over."""
    names = ("reward", "q_sa", "q_next_target", "q_next_online", "done", "sample")
    batch, double = _batch(*(inputs[name] for name in names)), inputs["double"]
    best, y = [], []
    for r, frozen, online, end in zip(batch.reward, batch.frozen, batch.online, batch.done, strict=True):
        chosen = list(online if double else frozen)
        best.append(frozen[chosen.index(max(chosen))])
        y.append(r if end else r + inputs["gamma"] * best[-1])
    targets = q_targets(batch.reward, inputs["gamma"], batch.frozen, batch.done, batch.online if double else None)
    error = np.asarray(y) - batch.q
    return {
        "max-next": entries(best),
        "y": entries(targets),
        "td-error": entries(error),
        "q-new": entries(q_update(batch.q, targets, inputs["alpha"])),
        "loss": float(sum(error**2)) / len(error),
    }


@q_target.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: one transition; 2: also one that ends the episode; 3: a mini-batch with one end, perhaps out of a buffer, or
    double DQN.
    """
    double = level == 3 and rng.random() < 0.4
    rows = pick(rng, (3, 3, 5)) if level == 3 and not double else 1
    actions = rng.randint(2, 3) if level == 1 else 3
    frozen, online = (tuple(_different(rng, actions) for _ in range(rows)) for _ in range(2))
    at_end = rng.randint(0, rows - 1) if rows > 1 or (level == 2 and rng.random() < 0.4) else -1
    inputs: Inputs = {
        "reward": vector_of(rng, rows, range(-3, 6)),
        "gamma": 0.5 if level == 1 else pick(rng, (0.5, 0.8, 0.9)),
        "q_sa": vector_of(rng, rows, (-2, -1, 1, 2, 3, 4, 5, 6)),
        "q_next_target": frozen,
        "q_next_online": online,
        "done": tuple(int(row == at_end) for row in range(rows)),
        "alpha": 0.5 if level == 1 else pick(rng, (0.1, 0.2, 0.25, 0.5)),
        "double": double,
        "sample": None,
    }
    if rows == 5:
        others = [row + 1 for row in range(rows) if row != at_end]
        inputs["sample"] = tuple(shuffled(rng, [at_end + 1, *shuffled(rng, others)[:2]]))
    if np.any(np.max(frozen, axis=1) == np.max(online, axis=1)):
        return None
    if double and np.argmax(frozen) == np.argmax(online):
        return None
    return inputs if np.all(one_by_one(**inputs)["td-error"]) else None


def _different(rng: Rng, count: int) -> tuple[float, ...]:
    """Whole numbers, no two alike."""
    found: list[float] = []
    while len(found) < count:
        number = float(rng.randint(-2, 9))
        if number not in found:
            found.append(number)
    return tuple(found)
