"""`studynn compute gan-losses`: the value of the game, both generator losses, and their slopes."""

from collections.abc import Callable, Generator
from math import log
from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input, Vector
from studynn.core.picture import Mark, Picture, Plot, Track, sampled
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.core.values import components
from studynn.nn import losses
from studynn.nn.activations import Array, sigmoid
from studynn.nn.differences import central_differences
from studynn.worked._losses import averaged, ln, over, refusal, scalar, signed

MOST_VALUES = 8
LARGEST_LOGIT = 30
IN_LOGIT = Text(
    "The slope is asked by the logit: the chain rule adds D(1 − D).", "求的是对 logit 的斜率：链式法则还要乘 D(1 − D)。"
)


@example(
    title=Text("GAN value and losses", "GAN 的价值函数与损失"),
    topic="gan",
    results=(
        "real-term",
        "fake-term",
        "V",
        "loss-d",
        "loss-g-minimax",
        "loss-g-ns",
        "slope-minimax",
        "slope-ns",
        "accuracy",
    ),
    notes=(
        Text(
            "V adds two means, one over the real samples, one over the fakes; some texts take half of it.",
            "V 是两个平均之和：一个对真实样本，一个对生成样本；有的教材再取一半。",
        ),
        Text(
            "D raises V, not its accuracy: V can grow when every sample is already told right.",
            "判别器提高的是 V 而非准确率：全部判对之后 V 仍能增大。",
        ),
    ),
)
def gan_losses(
    real: Annotated[
        Vector,
        Input(
            "D(x)",
            Text("outputs of D for real samples, or their logits", "判别器对真实样本的输出，或其 logit"),
            longest=MOST_VALUES,
        ),
    ] = (0.8, 0.5),
    fake: Annotated[
        Vector,
        Input(
            "D(G(z))",
            Text("outputs of D for fakes, or their logits", "判别器对生成样本的输出，或其 logit"),
            longest=MOST_VALUES,
        ),
    ] = (0.25, 0.1),
    logits: Annotated[
        bool, Input("logits", Text("the numbers are logits: D is their sigmoid", "给出的是 logit，D 为其 sigmoid"))
    ] = False,
) -> Steps:
    """V = mean ln D(x) + mean ln(1 − D(G(z))), both generator losses, and their slopes for each fake.

    Source: Goodfellow et al. 2014, equation 1 and section 3 (non-saturating loss); document 002, GAN.
    """
    d_real, d_fake = yield from _outputs(real, fake, logits)
    real_term = yield _real_term(d_real)
    fake_term = yield _fake_term(d_fake)
    value = yield _value(real_term, fake_term)
    yield Step("loss-d", Text("Loss of D", "判别器的损失"), "−V", f"−{signed(value)}", -scalar(value) + 0.0)
    yield Step(
        "loss-g-minimax",
        Text("Loss of G, minimax", "生成器的极小极大损失"),
        "mean ln(1 − D(G(z)))",
        number_text(scalar(fake_term)),
        scalar(fake_term),
    )
    yield _non_saturating(d_fake)
    yield _slope_minimax(d_fake)
    yield _slope_ns(d_fake)
    n = len(d_fake)
    title = Text("Minimax slope by D itself", "极小极大损失对 D 的斜率")
    shown = f"−1/(1 − {value_text(d_fake)}){_per(n)}"
    yield Step("slope-minimax-d", title, f"−1/(1 − D){_over(n)}", shown, over(-1, 1 - d_fake) / n)
    title = Text("Non-saturating slope by D itself", "非饱和损失对 D 的斜率")
    yield Step("slope-ns-d", title, f"−1/D{_over(n)}", f"−1/{value_text(d_fake)}{_per(n)}", over(-1, d_fake) / n)
    yield _accuracy(d_real, d_fake)
    return _remarks(d_real, d_fake)


def _outputs(real: Value, fake: Value, logits: bool) -> Generator[Step, Any, tuple[Array, Array]]:
    given = {"real": np.asarray(real, dtype=float), "fake": np.asarray(fake, dtype=float)}
    for name, numbers in given.items():
        if logits and np.abs(numbers).max() > LARGEST_LOGIT:
            allowed = Text(
                f"logits must lie between −{LARGEST_LOGIT} and {LARGEST_LOGIT}: beyond, D rounds to 0 or 1",
                f"logit 应在 −{LARGEST_LOGIT} 到 {LARGEST_LOGIT} 之间：再大 D 就舍入为 0 或 1",
            )
            raise refusal(gan_losses, name, given[name], allowed)
        if not logits and not np.all((numbers > 0) & (numbers < 1)):
            allowed = Text(
                "each must lie between 0 and 1, neither 0 nor 1: ln 0 is infinite",
                "每个数应在 0 与 1 之间，且不取 0 或 1：ln 0 无穷大",
            )
            raise refusal(gan_losses, name, given[name], allowed)
    if not logits:
        return given["real"], given["fake"]
    d_real = yield _output("d-real", Text("D for the real samples", "D 对真实样本的输出"), "x", given["real"])
    d_fake = yield _output("d-fake", Text("D for the fakes", "D 对生成样本的输出"), "G(z)", given["fake"])
    return np.asarray(d_real), np.asarray(d_fake)


def _output(name: str, title: Text, of: str, logits: Array) -> Step:
    return Step(name, title, f"D({of}) = σ(logit)", f"σ({value_text(logits)})", sigmoid(logits))


def _per(n: int) -> str:
    return f"/{n}" if n > 1 else ""


def _over(n: int) -> str:
    return "/N" if n > 1 else ""


def _real_term(d: Array) -> Step:
    term = scalar(ln(d).mean())
    hint = Text("ln is the natural logarithm, not log₁₀.", "ln 是自然对数，不是 log₁₀。")
    return Step(
        "real-term",
        Text("Real samples: mean ln D(x)", "真实样本：ln D(x) 的平均"),
        "mean ln D(x)",
        averaged([f"ln({number_text(float(each))})" for each in d]),
        term,
        (Slip("log-ten", hint, term / float(np.log(10))),),
    )


def _fake_term(d: Array) -> Step:
    hint = Text("D should call fakes 0: take ln(1 − D).", "生成样本应判为 0：取 ln(1 − D)。")
    return Step(
        "fake-term",
        Text("Fakes: mean ln(1 − D)", "生成样本：ln(1 − D) 的平均"),
        "mean ln(1 − D(G(z)))",
        averaged([f"ln(1 − {number_text(float(each))})" for each in d]),
        scalar(ln(1 - d).mean()),
        (Slip("fake-as-real", hint, scalar(ln(d).mean())),),
    )


def _value(real_term: Value, fake_term: Value) -> Step:
    a, b = scalar(real_term), scalar(fake_term)
    return Step(
        "V",
        Text("Value of the game", "价值函数 V"),
        "mean ln D(x) + mean ln(1 − D(G(z)))",
        f"{number_text(a)} + {signed(b)}",
        a + b,
        (
            Slip(
                "terms-subtracted", Text("Add both terms; D wants both high.", "两项相加；判别器要让两项都大。"), a - b
            ),
            Slip(
                "averaged-together",
                Text("Two means are added, without a ½.", "两个平均直接相加，不乘 ½。"),
                (a + b) / 2,
            ),
        ),
    )


def _non_saturating(d: Array) -> Step:
    right = scalar(-ln(d).mean())
    hint = Text("Another function, not just another sign: −ln D.", "不只是变号，而是另一个函数：−ln D。")
    return Step(
        "loss-g-ns",
        Text("Loss of G, non-saturating", "生成器的非饱和损失"),
        "−mean ln D(G(z))",
        averaged([f"ln({number_text(float(each))})" for each in d], minus=True),
        right,
        (
            Slip("ns-sign", Text("A loss falls as D rises: put a minus.", "D 越大损失应越小：加负号。"), -right),
            Slip("minimax-negated", hint, scalar(-ln(1 - d).mean())),
        ),
    )


def _slope_minimax(d: Array) -> Step:
    n = len(d)
    slips = (Slip("slope-wrt-d", IN_LOGIT, over(-1, 1 - d) / n),)
    title = Text("Minimax slope by the logit", "极小极大损失对 logit 的斜率")
    return Step("slope-minimax", title, f"−D{_over(n)}", f"−{value_text(d)}{_per(n)}", -d / n, slips)


def _slope_ns(d: Array) -> Step:
    n = len(d)
    hint = Text("−D is the minimax slope; here it is −(1 − D).", "−D 是极小极大损失的斜率；这里为 −(1 − D)。")
    slips = (Slip("slope-ns-wrt-d", IN_LOGIT, over(-1, d) / n), Slip("slopes-swapped", hint, -d / n))
    title = Text("Non-saturating slope by the logit", "非饱和损失对 logit 的斜率")
    return Step("slope-ns", title, f"−(1 − D){_over(n)}", f"−(1 − {value_text(d)}){_per(n)}", -(1 - d) / n, slips)


def _accuracy(d_real: Array, d_fake: Array) -> Step:
    right_real, right_fake = int((d_real > 0.5).sum()), int((d_fake < 0.5).sum())
    n = len(d_real) + len(d_fake)
    hint = Text("A fake is told right when D < ½.", "生成样本在 D < ½ 时才算判对。")
    wrong = right_real + int((d_fake > 0.5).sum())
    return Step(
        "accuracy",
        Text("Share told right", "判对的比例"),
        "(#{D(x) > ½} + #{D(G(z)) < ½}) / all",
        f"({right_real} + {right_fake})/{n}",
        (right_real + right_fake) / n,
        (Slip("fakes-above-half", hint, wrong / n),) if wrong != right_real + right_fake else (),
    )


def _remarks(d_real: Array, d_fake: Array) -> list[Text]:
    notes = []
    if np.any(d_real == 0.5) or np.any(d_fake == 0.5):
        notes.append(Text("D = ½ counts as told wrong.", "D = ½ 不算判对。"))
    if np.all(d_real == 0.5) and np.all(d_fake == 0.5):
        notes.append(
            Text("This is the equilibrium: V = −2 ln 2 = −ln 4.", "这就是均衡：V = −2 ln 2 = −ln 4。"),
        )
    if np.mean(d_fake) < 0.1:
        notes.append(
            Text(
                "D rejects the fakes surely: the minimax slope nearly vanishes, the non-saturating one stays near −1/N.",
                "判别器确信地拒绝生成样本：极小极大损失的斜率几乎消失，非饱和损失的仍接近 −1/N。",
            )
        )
    return notes


@gan_losses.check(
    "binary cross-entropy with labels 1 for real and 0 for fake, and slopes by central differences",
    "用二元交叉熵（真实为 1，生成为 0）；斜率用中心差分",
)
def as_cross_entropy(real: Value, fake: Value, logits: bool) -> dict[str, Value]:
    """The engine's losses on the logits of D."""
    z_real, z_fake = (
        np.array(given, dtype=float) if logits else np.log(np.asarray(given) / (1 - np.asarray(given)))
        for given in (real, fake)
    )
    one, zero = np.ones_like(z_fake), np.zeros_like(z_fake)

    def minimax() -> float:
        return -losses.binary_cross_entropy_with_logits(z_fake, zero)

    def non_saturating() -> float:
        return losses.binary_cross_entropy_with_logits(z_fake, one)

    real_term = -losses.binary_cross_entropy_with_logits(z_real, np.ones_like(z_real))
    found: dict[str, Value] = {"real-term": real_term, "fake-term": minimax(), "V": real_term + minimax()}
    found |= {"loss-d": -found["V"], "loss-g-minimax": minimax(), "loss-g-ns": non_saturating()}
    found["slope-minimax"] = central_differences(minimax, z_fake)
    found["slope-ns"] = central_differences(non_saturating, z_fake)
    told = np.concatenate([z_real > 0, z_fake < 0])
    return found | {"accuracy": float(told.mean())}


LOW, HIGH = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4), (0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


LEAST = 1e-3


@gan_losses.pictures
def pictures(worked: Worked) -> list[Picture]:
    """Both losses of G by D, with the fakes on the curves, less those nearly 0 or 1: where D is low, only the second is steep."""
    fakes = list(components(worked.step("d-fake").value if worked.has("d-fake") else worked.inputs["fake"]))
    losses_of_g: tuple[tuple[Text, Callable[[float], float]], ...] = (
        (Text("minimax: ln(1 − D)", "极小极大：ln(1 − D)"), lambda d: log(1 - d)),
        (Text("non-saturating: −ln D", "非饱和：−ln D"), lambda d: -log(d)),
    )
    tracks = tuple(Track(label, sampled(loss, 0.01, 0.99)) for label, loss in losses_of_g)
    marks = tuple(Mark("●", (d, loss(d))) for _, loss in losses_of_g for d in fakes if LEAST <= d <= 1 - LEAST)
    title = Text("Both losses of the generator by D(G(z))", "生成器的两种损失随 D(G(z)) 的变化")
    return [Plot(title, tracks, marks, (("●", Text("the fakes", "生成样本")),))]


@gan_losses.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: one or two samples of a kind; 2: two of each; 3: two or three fakes from logits, or D surer of them."""
    counts = pick(rng, ((1, 1), (1, 2), (2, 1))) if level == 1 else (2, 2) if level == 2 else (2, rng.randint(2, 3))
    total = rng.randint(0, sum(counts))  # every accuracy equally often
    of_real = rng.randint(max(0, total - counts[1]), min(counts[0], total))
    told = of_real, total - of_real
    if level == 3 and rng.random() < 0.5:
        sizes = (0.5, 1.0, 1.5, 2.0, 2.5)
        signs = [[1] * told[0] + [-1] * (counts[0] - told[0]), [-1] * told[1] + [1] * (counts[1] - told[1])]
        z_real, z_fake = (tuple(sign * pick(rng, sizes) for sign in kind) for kind in signs)
        return {"real": z_real, "fake": z_fake, "logits": True}
    lowest = (0.01, 0.02, 0.04, *LOW) if level == 3 else LOW
    real = [pick(rng, HIGH) for _ in range(told[0])] + [pick(rng, LOW) for _ in range(counts[0] - told[0])]
    fake = [pick(rng, lowest) for _ in range(told[1])] + [pick(rng, HIGH) for _ in range(counts[1] - told[1])]
    if len(set(real)) < len(real) or len(set(fake)) < len(fake):
        return None
    return {"real": tuple(real), "fake": tuple(fake), "logits": False}
