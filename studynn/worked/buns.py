"""`studynn compute buns`: steamed buns made all day and spoiling with age: the convolution integral in everyday terms."""

from math import exp
from typing import Annotated, Literal, NamedTuple

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, input_text, inputs_of
from studynn.core.picture import Curve, Picture, sampled
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text

SLICES = 1000
MOST_HOURS = 48
Spoil = Literal["linear", "exp", "step"]


class Bakery(NamedTuple):
    """f(t) = rate + slope·t buns an hour during `hours`; a bun of age s has spoiled by the fraction g(s)."""

    rate: float
    slope: float
    hours: float
    spoil: Spoil
    life: float

    def f(self, t: float) -> float:
        return self.rate + self.slope * t

    def g(self, age: float) -> float:
        if self.spoil == "linear":
            return min(1.0, age / self.life)
        return 1 - exp(-age / self.life) if self.spoil == "exp" else float(age >= self.life)

    def made(self, hours: float) -> float:
        """∫₀ʰ f(t) dt."""
        return self.rate * hours + self.slope * hours**2 / 2

    def spoiled(self) -> float:
        """∫₀ᵀ f(t)·g(T − t) dt in closed form."""
        r, k, end, life = self.rate, self.slope, self.hours, self.life
        if self.spoil == "step":
            return self.made(max(end - life, 0))
        if self.spoil == "exp":
            return self.made(end) - (r - k * life) * life * self.g(end) - k * life * end
        if end <= life:
            return r * end**2 / (2 * life) + k * end**3 / (6 * life)
        return (r + k * end) * life / 2 - k * life**2 / 3 + self.made(end - life)

    def reversed(self) -> "Bakery":
        """The same day told from its end."""
        return self._replace(rate=self.f(self.hours), slope=-self.slope)


@example(
    title=Text("Steamed buns and the convolution integral", "馒头与卷积积分"),
    topic="convolution",
    results=("total", "age", "batch", "spoiled", "good"),
)
def buns(
    rate: Annotated[float, Input("r", Text("buns an hour at the start", "开始时每小时做的馒头数"), at_least=0)] = 10.0,
    rate_slope: Annotated[float, Input("k", Text("by which the rate rises each hour", "产量每小时的增量"))] = 0.0,
    hours: Annotated[float, Input("T", Text("hours until the end", "总时长（小时）"), at_most=10_000)] = 24.0,
    spoil: Annotated[
        Spoil,
        Input(
            "g",
            Text(
                "share spoiled at age s: s/L, 1 − e^(−s/L), or all from L on",
                "放了 s 小时的变质比例：s/L、1 − e^(−s/L)，或满 L 后全坏",
            ),
        ),
    ] = "linear",
    life: Annotated[float, Input("L", Text("hours that set the pace of spoiling", "决定变质快慢的小时数"))] = 48.0,
    made_at: Annotated[
        float, Input("t₀", Text("hour of one batch, an hour's worth of buns", "某一批（一小时的产量）的制作时刻"))
    ] = 6.0,
) -> Steps:
    """(f ∗ g)(T) = ∫₀ᵀ f(t)·g(T − t) dt: what was made at t has the age T − t at the end. f(t) = r + k·t.

    Source: document 000, the steamed buns.
    """
    day = Bakery(rate, rate_slope, hours, spoil, life)
    _refuse_misfits(day, made_at)
    total = yield _total(day)
    age = yield _age(day, made_at)
    yield _batch(day, made_at, age)
    spoiled = yield _spoiled(day, total)
    hint = Text("What has spoiled is not good: take it from the total.", "变质的不能吃：要从总数里减去。")
    yield Step(
        "good",
        Text("Buns still good at the end", "最后仍完好的馒头数"),
        "total − spoiled",
        f"{number_text(total)} − {_signed(spoiled)}",
        total - spoiled,
        (Slip("good-is-spoiled", hint, spoiled),) if spoiled != total - spoiled else (),
    )
    return _notes(day)


def _refuse_misfits(day: Bakery, made_at: float) -> None:
    positive = Text("must be more than 0", "应大于 0")
    slow = Text(
        f"must not let the rate fall below 0 before the end: {number_text(day.f(day.hours))} buns an hour at T",
        f"到 T 时产量不得降到 0 以下，这里每小时为 {number_text(day.f(day.hours))} 个",
    )
    inside = Text(f"must lie between 0 and {number_text(day.hours)}", f"应在 0 到 {number_text(day.hours)} 之间")
    for name, value, fits, allowed in (
        ("hours", day.hours, day.hours > 0, positive),
        ("life", day.life, day.life > 0, positive),
        ("rate_slope", day.slope, day.f(day.hours) >= 0, slow),
        ("made_at", made_at, 0 <= made_at <= day.hours, inside),
    ):
        if not fits:
            wanted = inputs_of(buns)[name]
            raise InputError(wanted.option, input_text(wanted, value), allowed)


def _signed(number: float) -> str:
    text = number_text(float(number))
    return f"({text})" if number < 0 else text


def _made_text(day: Bakery, hours: str) -> str:
    slope = f" + {_signed(day.slope)}·{hours}²/2" if day.slope else ""
    return f"{number_text(day.rate)}·{hours}{slope}"


def _total(day: Bakery) -> Step:
    truth, wrong = day.made(day.hours), day.f(day.hours)
    hint = Text("That is buns per hour; add up the hours of the day.", "那是每小时的数目；要对全天求和（积分）。")
    return Step(
        "total",
        Text("Buns made in all", "一共做的馒头数"),
        "∫₀ᵀ f(t) dt = rT" + (" + kT²/2" if day.slope else ""),
        _made_text(day, number_text(day.hours)),
        truth,
        (Slip("rate-for-total", hint, wrong),) if wrong != truth else (),
    )


def _age(day: Bakery, made_at: float) -> Step:
    hint = Text("Count from its making to the end: T − t₀.", "从制作时数到结束：T − t₀。")
    age = day.hours - made_at
    return Step(
        "age",
        Text("Age at the end of the batch made at t₀", "t₀ 时做的那批最后放了多久"),
        "T − t₀",
        f"{number_text(day.hours)} − {number_text(made_at)}",
        age,
        (Slip("clock-for-age", hint, made_at),) if age != made_at else (),
    )


def _batch(day: Bakery, made_at: float, age: float) -> Step:
    f, life = number_text(day.rate), number_text(day.life)
    if day.slope:
        f = f"({f} + {_signed(day.slope)}·{number_text(made_at)})"
    g = {
        "linear": f"{_signed(age)}/{life}" if age <= day.life else f"min(1, {number_text(age)}/{life})",
        "exp": f"(1 − exp(−{_signed(age)}/{life}))",
        "step": number_text(day.g(age)),
    }[day.spoil]
    truth, wrong = day.f(made_at) * day.g(age), day.f(made_at) * day.g(day.hours)
    hint = Text("Take g at the age of this batch, not at the whole day.", "g 要取这批馒头的时间，而不是整天。")
    return Step(
        "batch",
        Text("Spoiled buns of the batch made at t₀", "t₀ 时那批馒头中最后变质的"),
        "f(t₀)·g(T − t₀)",
        f"{f}·{g}",
        truth,
        (Slip("spoiled-for-a-day", hint, wrong),) if wrong != truth else (),
    )


def _spoiled(day: Bakery, total: float) -> Step:
    truth, longest = day.spoiled(), day.g(day.hours)
    slips = [
        Slip(
            "production-only",
            Text(
                "The integral of f alone counts good buns too: weight it with g.",
                "只对 f 积分把好的也算进去了：要乘 g。",
            ),
            total,
        )
    ]
    if longest < 1:
        hint = Text("Only the first buns are that old: put T − t into g.", "只有最早的才放了那么久：g 里应代入 T − t。")
        slips.append(Slip("everything-aged-a-day", hint, total * longest))
    if day.slope:
        hint = Text(
            "What is made early ages longest: g(T − t), not g(t).", "越早做的放得越久：是 g(T − t)，不是 g(t)。"
        )
        slips.append(Slip("no-flip", hint, day.reversed().spoiled()))
    formula, shown = _spoiled_text(day)
    return Step(
        "spoiled",
        Text("Spoiled at the end: (f ∗ g)(T)", "最后变质的馒头数：(f ∗ g)(T)"),
        f"∫₀ᵀ f(t)·g(T − t) dt = {formula}",
        shown,
        truth,
        tuple(slip for slip in slips if slip.value != truth),
    )


def _spoiled_text(day: Bakery) -> tuple[str, str]:
    """The closed form in letters and in numbers."""
    r, k, end, life = number_text(day.rate), _signed(day.slope), number_text(day.hours), number_text(day.life)
    sloped = bool(day.slope)
    if day.spoil == "step":
        if day.life >= day.hours:
            return "0", "0"
        shown = _made_text(day, f"({end} − {life})")
        return "r(T − L) + k(T − L)²/2" if sloped else "r(T − L)", shown
    if day.spoil == "exp":
        decay = f"(1 − exp(−{end}/{life}))"
        if not sloped:
            return "rT − rL(1 − e^(−T/L))", f"{r}·{end} − {r}·{life}·{decay}"
        shown = f"{_made_text(day, end)} − ({r} − {k}·{life})·{life}·{decay} − {k}·{life}·{end}"
        return "rT + kT²/2 − (r − kL)L(1 − e^(−T/L)) − kLT", shown
    if day.hours <= day.life:
        more = f" + {k}·{end}^3/(6·{life})" if sloped else ""
        return "rT²/(2L)" + (" + kT³/(6L)" if sloped else ""), f"{r}·{end}²/(2·{life}){more}"
    rest = _made_text(day, f"({end} − {life})")
    if not sloped:
        return "rL/2 + r(T − L)", f"{r}·{life}/2 + {rest}"
    shown = f"({r} + {k}·{end})·{life}/2 − {k}·{life}²/3 + {rest}"
    return "(r + kT)L/2 − kL²/3 + r(T − L) + k(T − L)²/2", shown


def _notes(day: Bakery) -> list[Text]:
    notes = [
        Text(
            "f ∗ g counts the spoiled buns, as g is the spoiled share; all buns made are the integral of f alone.",
            "g 是变质的比例，所以 f ∗ g 数的是变质的馒头；做出的总数只是 f 的积分。",
        )
    ]
    if day.hours == int(day.hours) and day.hours <= MOST_HOURS:
        each = sum(day.f(t) * day.g(day.hours - t) for t in range(int(day.hours)))
        notes.append(
            Text(
                f"Baked once an hour, at t = 0, 1, …, T − 1, the sum Σ f(t)·g(T − t) is {number_text(float(each))}: convolution in steps.",
                f"若每小时做一批（t = 0, 1, …, T − 1），则 Σ f(t)·g(T − t) = {number_text(float(each))}：这是离散的卷积。",
            )
        )
    if day.spoil == "linear" and day.life < day.hours:
        notes.append(Text("Older than L, everything has spoiled: g stays at 1.", "超过 L 小时便全部变质：g 保持为 1。"))
    return notes


@buns.check(
    f"add up {SLICES} thin slices of the day on each side of the age L",
    f"把全天按时间 L 分两段，各切成 {SLICES} 份相加",
)
def by_slices(
    rate: float, rate_slope: float, hours: float, spoil: Spoil, life: float, made_at: float
) -> dict[str, Value]:
    """∫ f(T − s)·g(s) ds over the age s, two points in each slice (Gauss), which a jump of g at L does not disturb."""
    day = Bakery(rate, rate_slope, hours, spoil, life)
    kink = min(life, hours)
    spoiled = total = 0.0
    for start, width in ((0.0, kink / SLICES), (kink, (hours - kink) / SLICES)):
        for i in range(SLICES):
            for point in (0.5 - 0.75**0.5 / 3, 0.5 + 0.75**0.5 / 3):
                age = start + (i + point) * width
                made = day.f(hours - age) * width / 2
                total, spoiled = total + made, spoiled + made * day.g(age)
    return {"total": total, "spoiled": spoiled, "good": total - spoiled}


@buns.pictures
def pictures(worked: Worked) -> list[Picture]:
    """What of each hour's buns has spoiled at the end; the area below is f ∗ g at T."""
    day = Bakery(*(worked.inputs[name] for name in ("rate", "rate_slope", "hours", "spoil", "life")))
    curve = sampled(lambda t: day.f(t) * day.g(day.hours - t), 0, day.hours)
    title = Text("Spoiled at the end, by the hour of making", "各时刻每小时所做馒头最后变质的个数")
    return [Curve(title, curve, ((worked.inputs["made_at"], worked.step("batch").value),))]


@buns.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: constant rate, linear spoiling within twice the day or longer; 2: the rate rises; 3: exponential or sudden spoiling."""
    hours = float(pick(rng, (6, 8, 10, 12, 16, 20, 24)))
    made_at = float(rng.randint(1, int(hours) - 1))
    rate, slope = float(rng.randint(4, 20)), 0.0
    sudden: tuple[Spoil, ...] = ("exp", "step")
    spoil = pick(rng, sudden) if level == 3 else "linear"
    life = hours * pick(rng, (2, 3, 4)) if level < 3 else float(rng.randint(4, int(hours) - 1))
    if level == 2 or (level == 3 and rng.random() < 0.5):
        slope = float(pick(rng, (0.5, 1, 2)))
    day = Bakery(rate, slope, hours, spoil, life)
    batch = day.f(made_at) * day.g(hours - made_at)
    if made_at == hours / 2 or batch == 0 or (level == 1 and batch * 4 != round(batch * 4)):
        return None
    inputs: Inputs = {"rate": rate, "rate_slope": slope, "hours": hours, "spoil": spoil, "life": life}
    return inputs | {"made_at": made_at}
