"""`studynn compute sequence-likelihood`: the probability of a sequence, its loss and its perplexity."""

from collections.abc import Generator
from math import exp, log, prod
from typing import Annotated, Any

import numpy as np

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Counts, Input, Matrix, Vector
from studynn.core.near import near
from studynn.core.picture import Bars, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text
from studynn.nn import losses
from studynn.nn.activations import Array, softmax
from studynn.worked._losses import added, follow, ln, numbers, refusal, scalar, signed, size
from studynn.worked._training import low

LONGEST = 200
MOST_TOKENS = 20
LARGEST_EXPONENT = 700
SMALLEST = 1e-300


@example(
    title=Text("Likelihood, loss and perplexity of a sequence", "序列的似然、损失与困惑度"),
    topic=("rnn", "training"),
    results=("likelihood", "nll", "mean-nll", "perplexity"),
    notes=(
        Text(
            "A sequence loss sums over time; libraries often report the mean per token.",
            "序列损失按时间求和；各框架常报告每个词元的平均值。",
        ),
    ),
)
def sequence_likelihood(
    p_correct: Annotated[
        Vector,
        Input(
            "pₜ",
            Text("probability of the right token at each step", "各时刻正确词元的概率"),
            at_least=0,
            at_most=1,
            longest=LONGEST,
            unless="logits",
        ),
    ] = (0.5, 0.25, 0.8),
    logits: Annotated[
        Matrix | None,
        Input(
            "zₜ",
            Text(
                "scores of all tokens, a row a step, instead of probabilities", "所有词元的得分，每个时刻一行，代替概率"
            ),
            longest=MOST_TOKENS,
        ),
    ] = None,
    tokens: Annotated[
        Counts | None,
        Input(
            "yₜ",
            Text("right token of each step, from 0", "各时刻的正确词元，从 0 编号"),
            at_least=0,
            longest=MOST_TOKENS,
        ),
    ] = None,
) -> Steps:
    """P = Π pₜ, L = Σ −ln pₜ, perplexity e^(L/T), for T steps.

    Source: Goodfellow, Bengio & Courville 2016, section 10.2; document 001, loss over time; Jurafsky & Martin, chapter 3 (perplexity).
    """
    if logits is not None:
        p = yield from _from_scores(logits, tokens)
    else:
        _refuse_tokens(tokens)
        p = np.asarray(p_correct, dtype=float)
        if p.min() < SMALLEST:
            allowed = Text("every p must lie above 0, at least 1e−300", "每个 p 都应大于 0，至少为 1e−300")
            raise refusal(sequence_likelihood, "p_correct", p_correct, allowed)
    yield _likelihood(p)
    terms = follow((yield _terms(p)))
    nll = yield _nll(terms, p)
    mean = yield _mean(nll, len(p))
    perplexity = yield _perplexity(mean, nll, p)
    bits = number_text(float(f"{scalar(mean) / log(2):.4g}"))
    found = number_text(float(f"{scalar(perplexity):.4g}"))
    return [
        Text(
            f"In bits: {bits} per token, and 2 to that power is the perplexity again. {found} equally likely tokens would be as hard to guess.",
            f"以比特计：每个词元 {bits}，以 2 为底取幂仍得困惑度。其难度相当于从 {found} 个等可能的词元中猜一个。",
        )
    ]


def _refuse_tokens(tokens: Value) -> None:
    if tokens is not None:
        raise refusal(sequence_likelihood, "tokens", tokens, Text("is for --logits only", "只与 --logits 一起使用"))


def _from_scores(logits: Value, tokens: Value) -> Generator[Step, Any, Array]:
    z = np.asarray(logits, dtype=float)
    if tokens is None or len(tokens) != len(z):
        count = 0 if tokens is None else len(tokens)
        allowed = Text(
            f"needs one of --tokens for each row, {len(z)} in all, there are {count}",
            f"每行须有一个 --tokens，共 {len(z)} 个，现有 {count} 个",
        )
        raise refusal(sequence_likelihood, "logits", logits, allowed)
    if z.shape[1] < 2 or max(tokens) >= z.shape[1]:
        allowed = Text(
            f"tokens count from 0 and must lie below the number of columns of --logits, which is {size(z)}",
            f"词元从 0 编号，应小于 --logits 的列数，它是 {size(z)}",
        )
        raise refusal(sequence_likelihood, "tokens", tokens, allowed)
    right = np.arange(len(z)), np.asarray(tokens)
    if softmax(z)[right].min() < SMALLEST:
        allowed = Text("a right token is too improbable for float64", "有正确词元的概率太小，float64 无法表示")
        raise refusal(sequence_likelihood, "logits", logits, allowed)
    table = yield Step(
        "p",
        Text("Probabilities of all tokens", "所有词元的概率"),
        "softmax(zₜ)",
        f"softmax({_rows(z)})",
        softmax(z),
    )
    chosen = np.asarray(table)[right]
    p = yield Step(
        "p-correct",
        Text("Those of the right tokens", "其中正确词元的概率"),
        "pₜ = softmax(zₜ)[yₜ]",
        value_text(chosen),
        chosen,
    )
    return np.asarray(p)


def _rows(z: Array) -> str:
    return f"[{value_text(z[0])}]" if len(z) == 1 else value_text(z)


def _likelihood(p: Array) -> Step:
    slips = []
    if len(p) > 1:
        hint = Text("For all of them to happen, multiply.", "要各步都发生，应相乘。")
        slips.append(Slip("probabilities-added", hint, scalar(p.sum())))
        hint = Text("Multiply instead of averaging; perplexity averages later.", "应相乘而不是取平均；平均留给困惑度。")
        slips.append(Slip("probabilities-averaged", hint, scalar(p.mean())))
    return Step(
        "likelihood",
        Text("Likelihood of the sequence", "序列的似然"),
        "P = Πₜ pₜ",
        "·".join(number_text(float(each)) for each in p),
        prod(p.tolist()),
        tuple(slips),
    )


def _terms(p: Array) -> Step:
    terms = -ln(p) + 0.0
    hint = Text("Use ln, not log₂.", "用 ln，不用 log₂。")
    return Step(
        "terms",
        Text("Loss of each step", "各时刻的损失"),
        "Lₜ = −ln pₜ",
        f"−ln({value_text(p)})",
        terms,
        (Slip("base-two", hint, terms / log(2)),),
    )


def _nll(terms: Array, p: Array) -> Step:
    slips = []
    if len(terms) > 1:
        hint = Text("The probabilities multiply, so their logs add.", "概率相乘，对数则相加。")
        slips.append(Slip("product-of-logs", hint, prod(terms.tolist())))
        hint = Text("Take each logarithm first, then add.", "先逐个取对数，再相加。")
        slips.append(Slip("log-of-sum", hint, -log(float(p.sum()))))
    return Step(
        "nll",
        Text("Loss of the sequence", "序列的损失"),
        "L = Σₜ Lₜ",
        added(signed(term) for term in terms),
        scalar(terms.sum()),
        tuple(slips),
    )


def _mean(nll: Value, steps: int) -> Step:
    hint = Text("Per token: divide by T.", "按每个词元计：要除以 T。")
    return Step(
        "mean-nll",
        Text("Loss per token", "每个词元的损失"),
        "L/T",
        f"{number_text(scalar(nll))}/{steps}",
        scalar(nll) / steps,
        (Slip("sum-not-mean", hint, scalar(nll)),) if steps > 1 else (),
    )


def _perplexity(mean: Value, nll: Value, p: Array) -> Step:
    mean, nll = scalar(mean), scalar(nll)
    perplexity = exp(mean)
    slips = []
    if len(p) > 1:
        if nll < LARGEST_EXPONENT:
            hint = Text("The exponent is the loss of one token.", "指数上是每个词元的损失。")
            slips.append(Slip("total-in-exponent", hint, exp(nll)))
        average = scalar(p.mean())
        if average > 0 and not near(1 / average, perplexity):
            hint = Text("The mean to invert is the geometric one.", "要取倒数的是几何平均。")
            slips.append(Slip("perplexity-of-mean-p", hint, 1 / average))
    return Step(
        "perplexity", Text("Perplexity", "困惑度"), "e^(L/T)", f"exp({number_text(mean)})", perplexity, tuple(slips)
    )


@sequence_likelihood.check(
    "likelihood as e^(−L), perplexity as the inverse T-th root of the likelihood",
    "似然 = e^(−L)，困惑度 = 似然的 T 次方根的倒数",
)
def by_logarithms(p_correct: Value, logits: Value, tokens: Value) -> dict[str, Value]:
    """The engine's cross-entropy, summed over time; the perplexity without logarithms where the product allows it."""
    if logits is not None:
        z, right = np.asarray(logits, dtype=float), np.asarray(tokens)
    else:
        p = np.asarray(p_correct, dtype=float)
        z, right = np.stack([np.log(p), np.log(np.maximum(1 - p, 1e-300))], axis=1), np.zeros(len(p), dtype=int)
    nll = losses.cross_entropy(z, right, "sum")
    likelihood = prod(softmax(z)[np.arange(len(z)), right].tolist())
    root = likelihood ** (-1 / len(z)) if likelihood > 1e-290 else exp(nll / len(z))
    return {"likelihood": exp(-nll), "nll": nll, "mean-nll": losses.cross_entropy(z, right), "perplexity": root}


@sequence_likelihood.pictures
def pictures(worked: Worked) -> list[Picture]:
    """What each step costs, the dearest one marked; the bars together are the loss."""
    losses = worked.step("terms").value.tolist()
    labels = tuple(f"L{low(t)}" for t in range(1, len(losses) + 1))
    title = Text("−ln p of each step, the largest marked", "各时刻的 −ln p，标出最大者")
    return [Bars(title, labels, tuple(losses), (losses.index(max(losses)),))]


@sequence_likelihood.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two or three powers of ½; 2: three or four decimals; 3: two steps from scores."""
    if level == 3:
        width = pick(rng, (2, 3, 3, 4))
        z = tuple(numbers(rng, width, range(-2, 4)) for _ in range(2))
        tokens = tuple(rng.randint(0, width - 1) for _ in range(2))
        p = softmax(np.array(z))[np.arange(2), tokens]
        return {"logits": z, "tokens": tokens} if p.min() > 0.02 and abs(p[0] - p[1]) > 0.1 else None
    if level == 1:
        chosen = numbers(rng, pick(rng, (2, 3)), (0.5, 0.25, 0.125, 0.0625))
    else:
        chosen = numbers(rng, pick(rng, (3, 4)), tuple(number / 20 for number in range(2, 20)))
    return {"p_correct": chosen} if len(set(chosen)) > 1 else None
