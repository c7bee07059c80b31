"""`studynn compute learning-rate-schedule`: the learning rate at given times, with or without a warm-up."""

from collections.abc import Callable
from math import cos, exp, log, pi, sin
from typing import Annotated, Literal, NamedTuple

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Counts, Input, input_text, inputs_of
from studynn.core.picture import POINTS, Curve, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text

Kind = Literal["step", "exponential", "cosine", "inverse-time", "constant"]
LATEST = 10_000
LAST = 60


class _Plan(NamedTuple):
    """What the schedules need: η₀, γ (or k), the length of a stage, the last time of the cosine and its lowest rate."""

    lr: float
    decay: float
    every: int
    last: int
    lowest: float


@example(
    title=Text("Learning-rate schedules", "学习率调度"),
    topic="training",
    results=("lr{t}",),
    notes=(Text("Time t counts epochs or updates, from 0.", "t 按轮或按更新次数计，从 0 开始。"),),
)
def learning_rate_schedule(
    kind: Annotated[
        Kind,
        Input(
            "kind",
            Text(
                "step η₀γ^⌊t/s⌋, exponential η₀γᵗ, cosine, inverse-time η₀/(1 + γt), constant",
                "step 为 η₀γ^⌊t/s⌋，exponential 为 η₀γᵗ，cosine 为余弦，inverse-time 为 η₀/(1 + γt)，constant 为常数",
            ),
        ),
    ] = "step",
    t: Annotated[Counts, Input("t", Text("the times that are asked for", "所求的时刻"), at_least=0, at_most=LATEST)] = (
        5,
        25,
    ),
    lr: Annotated[float, Input("η₀", Text("learning rate at the start", "初始学习率"), at_least=0)] = 0.8,
    decay: Annotated[float, Input("γ", Text("factor or rate of the decay", "衰减的倍数或速率"), at_least=0)] = 0.5,
    every: Annotated[
        int, Input("s", Text("length of a stage of step", "step 每一阶段的长度"), at_least=1, at_most=LATEST)
    ] = 10,
    last: Annotated[
        int | None,
        Input(
            "T",
            Text("time at which cosine ends (60 unless given)", "cosine 结束的时刻（默认 60）"),
            at_least=1,
            at_most=LATEST,
        ),
    ] = None,
    lowest: Annotated[
        float | None,
        Input(
            "η_min", Text("rate at the end of cosine (0 unless given)", "cosine 结束时的学习率（默认 0）"), at_least=0
        ),
    ] = None,
    warmup: Annotated[
        int | None,
        Input(
            "W", Text("times over which the rate first rises evenly", "开头线性升温的步数"), at_least=1, at_most=LATEST
        ),
    ] = None,
) -> Steps:
    """The rate at each t: ηt/W while t < W, then the schedule counted from the end of the warm-up.

    Source: Loshchilov & Hutter 2017, equation 5 (cosine); Goyal et al. 2017, section 2.2 (warm-up); Goodfellow, Bengio &
    Courville 2016, section 8.3.1.
    """
    end, rising = last or LAST, warmup or 0
    _refuse(kind, t, decay, end, rising)
    plan = _Plan(lr, decay, every, end - rising, lowest or 0.0)
    for now in t:
        if now < rising:
            yield _rising(now, plan, rising)
            continue
        since: Value = now
        if rising:
            title = Text(f"Time since the warm-up, at t = {now}", f"t = {now} 时距升温结束的时间")
            hint = Text("The schedule starts when the warm-up is over: t − W.", "升温结束后才开始计时：t − W。")
            slips = (Slip("not-restarted", hint, now),)
            since = yield Step(f"since{now}", title, "t − W", f"{now} − {rising}", now - rising, slips)
        if kind == "step":
            since = yield _stages(now, since, every)
        yield _RATES[kind](now, since, plan, rising > 0)
    return _notes(kind, rising > 0)


def _refuse(kind: Kind, times: tuple[int, ...], decay: float, last: int, warmup: int) -> None:
    known = inputs_of(learning_rate_schedule)
    if len(set(times)) < len(times):
        raise InputError("t", input_text(known["t"], times), Text("must be different times", "各时刻应互不相同"))
    if kind in ("step", "exponential") and not 0 < decay <= 1:
        allowed = Text(f"must be above 0 and at most 1 for --kind {kind}", f"--kind {kind} 时应大于 0 且不超过 1")
        raise InputError("decay", input_text(known["decay"], decay), allowed)
    if kind == "cosine" and warmup >= last:
        raise InputError("warmup", str(warmup), Text(f"must be below --last {last}", f"应小于 --last {last}"))
    if kind == "cosine" and max(times) > last:
        raise InputError(
            "t", input_text(known["t"], times), Text(f"must not pass --last {last}", f"不应超过 --last {last}")
        )


def _rate(now: int, formula: str, shown: str, value: float, slips: list[Slip]) -> Step:
    title = Text(f"Learning rate at t = {now}", f"t = {now} 时的学习率")
    return Step(f"lr{now}", title, formula, shown, value, tuple(slips))


def _rising(now: int, plan: _Plan, warmup: int) -> Step:
    slips = []
    if now:
        hint = Text("During the warm-up the rate is only t/W of η₀.", "升温期间学习率只有 η₀ 的 t/W。")
        slips.append(Slip("warm-up-ignored", hint, plan.lr))
        if 2 * now != warmup:
            hint = Text("It rises from 0 to η₀: t/W, not 1 − t/W.", "从 0 升到 η₀：是 t/W，不是 1 − t/W。")
            slips.append(Slip("falling", hint, plan.lr * (1 - now / warmup)))
    return _rate(now, "η₀·t/W", f"{number_text(plan.lr)}·{now}/{warmup}", plan.lr * now / warmup, slips)


def _stages(now: int, since: Value, every: int) -> Step:
    slips = []
    if since % every:
        hint = Text("Between two drops the rate stays: round down.", "两次下降之间学习率不变：向下取整。")
        slips = [Slip("not-floored", hint, since / every), Slip("rounded-up", hint, since // every + 1)]
    title = Text(f"Drops so far, at t = {now}", f"到 t = {now} 已下降的次数")
    formula = "k = ⌊t/s⌋" if since == now else "k = ⌊(t − W)/s⌋"
    return Step(f"drops{now}", title, formula, f"⌊{number_text(since)}/{every}⌋", since // every, tuple(slips))


def _step(now: int, drops: Value, plan: _Plan, warm: bool) -> Step:
    lr, decay = number_text(plan.lr), number_text(plan.decay)
    shown = f"{lr}·{decay}^{number_text(drops)}"
    return _rate(now, "η₀ γᵏ", shown, plan.lr * plan.decay**drops, _power_slips(plan, drops))


def _exponential(now: int, since: Value, plan: _Plan, warm: bool) -> Step:
    slips = _power_slips(plan, since)
    if since and plan.decay < 1:
        hint = Text("γ itself is raised to t; e^(−γt) is another convention.", "是 γ 的 t 次方；e^(−γt) 是另一种约定。")
        slips.append(Slip("e-to-minus-gamma-t", hint, plan.lr * exp(-plan.decay * since)))
    shown = f"{number_text(plan.lr)}·{number_text(plan.decay)}^{number_text(since)}"
    return _rate(now, "η₀ γ^(t − W)" if warm else "η₀ γᵗ", shown, plan.lr * plan.decay**since, slips)


def _power_slips(plan: _Plan, times: Value) -> list[Slip]:
    if plan.decay == 1 or not times:
        return []
    hint = Text("Each decay multiplies by γ: raise it to the power.", "每衰减一次乘一个 γ：要取次方。")
    slips = [] if times == 1 else [Slip("product-for-power", hint, plan.lr * plan.decay * times)]
    if plan.decay != 0.5:
        hint = Text("γ is what stays, not what is lost.", "γ 是保留的比例，不是减去的比例。")
        slips.append(Slip("share-lost", hint, plan.lr * (1 - plan.decay) ** times))
    return slips


def _cosine(now: int, since: Value, plan: _Plan, warm: bool) -> Step:
    angle, span = pi * since / plan.last, plan.lr - plan.lowest
    slips = []
    if since and span:
        hint = Text("1 + cos runs from 2 to 0, so it takes a ½.", "1 + cos 从 2 降到 0，所以前面有 ½。")
        slips.append(Slip("half-forgotten", hint, plan.lowest + span * (1 + cos(angle))))
        hint = Text(
            "The cosine falls slowly, then fast, then slowly: no straight line.", "余弦先慢、后快、再慢，不是直线。"
        )
        slips.append(Slip("linear", hint, plan.lowest + span * (1 - since / plan.last)))
        hint = Text("The cosine, not the sine: it is 1 at the start.", "用余弦而不是正弦：开始时为 1。")
        slips.append(Slip("sine", hint, plan.lowest + span * (1 + sin(angle)) / 2))
        if plan.lowest:
            hint = Text("Only what lies above η_min shrinks: η₀ − η_min.", "衰减的只是高出 η_min 的部分：η₀ − η_min。")
            slips.append(Slip("lowest-not-subtracted", hint, plan.lowest + plan.lr * (1 + cos(angle)) / 2))
    low, high = number_text(plan.lowest), number_text(plan.lr)
    shown = f"½·{high}·" if not plan.lowest else f"{low} + ½·({high} − {low})·"
    return _rate(
        now,
        ("½η₀" if not plan.lowest else "η_min + ½(η₀ − η_min)")
        + ("(1 + cos(π(t − W)/(T − W)))" if warm else "(1 + cos(πt/T))"),
        f"{shown}(1 + cos(π·{number_text(since)}/{plan.last}))",
        plan.lowest + span * (1 + cos(angle)) / 2,
        slips,
    )


def _inverse(now: int, since: Value, plan: _Plan, warm: bool) -> Step:
    slips = []
    growth = plan.decay * since
    if growth:
        hint = Text("The 1 keeps η₀ at the start: divide by 1 + γt.", "加 1 才能使开始时为 η₀：除以 1 + γt。")
        slips.append(Slip("one-forgotten", hint, plan.lr / growth))
        hint = Text("γ times t, not γ to the power of t.", "是 γ 乘 t，不是 γ 的 t 次方。")
        slips.append(Slip("power-for-product", hint, plan.lr * plan.decay**since))
        hint = Text(
            "Divide by 1 + γt; only near the start is that about 1 − γt.", "除以 1 + γt；只有开头才近似于乘 1 − γt。"
        )
        slips.append(Slip("linear", hint, plan.lr * (1 - growth)))
    shown = f"{number_text(plan.lr)}/(1 + {number_text(plan.decay)}·{number_text(since)})"
    return _rate(now, "η₀/(1 + γ(t − W))" if warm else "η₀/(1 + γt)", shown, plan.lr / (1 + growth), slips)


_RATES: dict[Kind, Callable[[int, Value, _Plan, bool], Step]] = {
    "step": _step,
    "exponential": _exponential,
    "cosine": _cosine,
    "inverse-time": _inverse,
    "constant": lambda now, since, plan, warm: _rate(now, "η₀", number_text(plan.lr), plan.lr, []),
}


def _notes(kind: Kind, warm: bool) -> list[Text]:
    notes = []
    if kind == "exponential":
        notes.append(
            Text(
                "Other texts write η₀e^(−kt): the same with γ = e^(−k).", "有的书写作 η₀e^(−kt)：取 γ = e^(−k) 即相同。"
            )
        )
    if kind == "inverse-time":
        notes.append(
            Text("Other texts divide by t or √t, with η₀ at t = 1.", "有的书除以 t 或 √t，此时 η₀ 对应 t = 1。")
        )
    if warm:
        notes.append(
            Text(
                "The warm-up takes t/W from t = 0; other code takes (t + 1)/W, so that the first update already moves.",
                "升温取 t/W（t 从 0 起）；有的代码取 (t + 1)/W，使第一次更新也有步长。",
            )
        )
    return notes


@learning_rate_schedule.check("go forward one time at a time, or by another formula", "逐步递推，或换一个公式")
def step_by_step(t: tuple[int, ...], warmup: int | None, **rest: Value) -> dict[str, Value]:
    """Decays by one factor at a time or through logarithms, the cosine as 1 − sin² of half the angle."""
    rising, last = warmup or 0, rest["last"] or LAST
    found: dict[str, Value] = {}
    for now in t:
        rate = rest["lr"]
        if now < rising:
            found[f"lr{now}"] = sum([rate / rising] * now)
            continue
        past = now - rising
        if rest["kind"] == "step":
            for moment in range(1, past + 1):
                rate *= rest["decay"] if moment % rest["every"] == 0 else 1
        elif rest["kind"] == "exponential":
            rate *= exp(past * log(rest["decay"]))
        elif rest["kind"] == "inverse-time":
            rate = 1 / (1 / rate + rest["decay"] * past / rate) if rate else 0.0
        elif rest["kind"] == "cosine":
            fallen = sin(pi * past / (last - rising) / 2) ** 2
            rate = (rest["lowest"] or 0.0) * fallen + rate * (1 - fallen)
        found[f"lr{now}"] = rate
    return found


@learning_rate_schedule.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The rate from the start to beyond the last time asked for, or to the end of the cosine."""
    given = worked.inputs
    end = given["last"] if given["kind"] == "cosine" else max(2 * max(given["t"]), 20)
    times = tuple(range(0, end + 1, -(-end // POINTS)))
    curve = tuple(zip(times, step_by_step(**(given | {"t": times})).values(), strict=True))
    marked = tuple((t, worked.step(f"lr{t}").value) for t in given["t"])
    return [Curve(Text("Learning rate by time", "学习率随时间的变化"), curve, marked)]


@learning_rate_schedule.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: step; 2: exponential, inverse-time or cosine; 3: cosine or step after a warm-up, with a time in each part."""
    lr = pick(rng, (0.1, 0.2, 0.4, 0.5, 0.8, 1.0))
    given: Inputs = {"lr": lr, "decay": pick(rng, (0.1, 0.2, 0.5)), "every": pick(rng, (5, 10, 20, 30))}
    if level == 1:
        return given | {"kind": "step", "t": (given["every"] * rng.randint(1, 3) + rng.randint(1, given["every"] - 1),)}
    kind = pick(rng, ("exponential", "inverse-time", "cosine") if level == 2 else ("cosine", "step"))
    span = pick(rng, (30, 60, 90, 120))
    given |= {"kind": kind, "last": span if kind == "cosine" else None}
    if level == 2:
        decays = {"exponential": (0.8, 0.9, 0.95), "inverse-time": (0.01, 0.05, 0.1, 0.5), "cosine": (0.5,)}
        sixths = pick(rng, (1, 2, 4, 5)) * span // 6
        return given | {"decay": pick(rng, decays[kind]), "t": (sixths if kind == "cosine" else rng.randint(2, 20),)}
    warmup = pick(rng, (4, 5, 8, 10))
    if kind == "step":
        later = warmup + given["every"] * rng.randint(1, 3) + rng.randint(1, given["every"] - 1)
        return given | {"warmup": warmup, "t": (rng.randint(1, warmup - 1), later)}
    times = rng.randint(1, warmup - 1), warmup + pick(rng, (1, 2, 4, 5)) * span // 6
    return given | {"warmup": warmup, "last": span + warmup, "t": times, "lowest": pick(rng, (None, 0.01, 0.05))}
