"""`studynn compute iterations`: how many updates an epoch and a whole training take."""

from typing import Annotated

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input
from studynn.core.steps import Inputs, Inverse, Slip, Step, Steps, Value, example
from studynn.core.text import Text, number_text

MOST = 1_000_000


@example(
    title=Text("Epochs, batches, iterations", "轮次、批次与迭代数"),
    topic=("training", "foundations"),
    results=("steps-per-epoch", "last-batch", "total-steps"),
    inverse=(
        Inverse(
            "epochs",
            "total-steps",
            Text("How many epochs E make {result} updates in all?", "训练几轮（E）共更新 {result} 次？"),
        ),
        Inverse(
            "batch_size",
            "steps-per-epoch",
            Text("Which batch size B makes {result} updates in an epoch?", "批大小 B 取多少时，每轮更新 {result} 次？"),
        ),
    ),
    notes=(
        Text(
            "One iteration (step) is one update on one batch; one epoch is one pass over all samples.",
            "一次迭代（一步）是用一个批次更新一次；一轮（epoch）是把全部样本过一遍。",
        ),
    ),
)
def iterations(
    samples: Annotated[
        int, Input("N", Text("training samples", "训练样本数"), at_least=1, at_most=MOST, letter="N")
    ] = 650,
    batch_size: Annotated[
        int, Input("B", Text("samples in a batch", "每批样本数"), at_least=1, at_most=MOST, letter="B")
    ] = 64,
    epochs: Annotated[int, Input("E", Text("epochs", "轮数"), at_least=1, at_most=MOST, letter="E")] = 5,
    drop_last: Annotated[
        bool, Input("drop-last", Text("leave a smaller last batch out", "舍去不满的最后一批"))
    ] = False,
) -> Steps:
    """⌈N/B⌉ updates an epoch, ⌊N/B⌋ with `drop_last`. Source: document 000, training; Goodfellow et al. 2016, 8.1.3."""
    if drop_last and batch_size > samples:
        raise InputError(
            "batch-size",
            str(batch_size),
            Text(
                f"must be at most {samples} with --drop-last, or no batch is left of {samples} samples",
                f"与 --drop-last 合用时不能超过 {samples}，否则 {samples} 个样本一批也不剩",
            ),
        )
    yield Step(
        "ratio",
        Text("Batches in an epoch", "每轮的批数"),
        "N/B",
        f"{samples}/{batch_size}",
        samples / batch_size if samples % batch_size else samples // batch_size,
    )
    per_epoch = yield _steps_per_epoch(samples, batch_size, drop_last)
    yield _last_batch(samples, batch_size, drop_last)
    yield _total(samples, batch_size, epochs, per_epoch, drop_last)
    return None


def _steps_per_epoch(samples: int, size: int, drop_last: bool) -> Step:
    down, up = samples // size, -(-samples // size)
    each = Text("An epoch is a whole pass: every batch in it is a step.", "一轮要过完全部样本：其中每一批都是一步。")
    slips = [Slip("epoch-is-step", each, 1)] if samples > size else []
    if down != up and drop_last:
        hint = Text("The last batch is not full, so it is left out: round down.", "最后一批不满，要舍去：向下取整。")
        slips.append(Slip("rounded-up", hint, up))
    elif down != up:
        hint = Text(
            "The rest makes a batch too, only a smaller one: round up.", "余下的样本也成一批，只是小些：向上取整。"
        )
        slips.append(Slip("rounded-down", hint, down))
    left, right = "⌊⌋" if drop_last else "⌈⌉"
    return Step(
        "steps-per-epoch",
        Text("Updates in an epoch", "每轮的更新次数"),
        f"{left}N/B{right}",
        f"{left}{samples}/{size}{right}",
        down if drop_last else up,
        tuple(slips),
    )


def _last_batch(samples: int, size: int, drop_last: bool) -> Step:
    rest = samples % size
    title = Text("Size of the last batch", "最后一批的样本数")
    if drop_last or not rest:
        return Step("last-batch", title, "B", str(size), size)
    before = samples // size
    full = Text("Only what the full batches leave over is in it.", "最后一批只有前面各满批剩下的样本。")
    return Step(
        "last-batch", title, "N − B⌊N/B⌋", f"{samples} − {size}·{before}", rest, (Slip("full-last-batch", full, size),)
    )


def _total(samples: int, size: int, epochs: int, per_epoch: Value, drop_last: bool) -> Step:
    batches = Text("An update takes a batch, not a single sample.", "每次更新用一批样本，不是一个。")
    slips = [Slip("samples-times-epochs", batches, samples * epochs)] if size > 1 else []
    if epochs > 1:
        hint = Text("That is one epoch: multiply by the number of epochs.", "这只是一轮：还要乘以轮数。")
        slips.append(Slip("epochs-forgotten", hint, per_epoch))
    if samples % size and not drop_last:
        hint = Text(
            "Round in every epoch: each one ends with its own small batch.", "每轮都要取整：每轮末尾各有一个小批。"
        )
        slips.append(Slip("rounded-once", hint, -(-samples * epochs // size)))
    return Step(
        "total-steps",
        Text("Updates in all", "总更新次数"),
        "E·⌊N/B⌋" if drop_last else "E·⌈N/B⌉",
        f"{epochs}·{number_text(per_epoch)}",
        epochs * per_epoch,
        tuple(slips),
    )


@iterations.check("cut the samples into batches, one after the other", "把样本逐批切开来数")
def by_cutting(samples: int, batch_size: int, epochs: int, drop_last: bool) -> dict[str, Value]:
    """Batches as slices of a range; those that are not full may be left out."""
    batches = [len(range(samples)[start : start + batch_size]) for start in range(0, samples, batch_size)]
    if drop_last and batches[-1] < batch_size:
        del batches[-1]
    return {"steps-per-epoch": len(batches), "last-batch": batches[-1], "total-steps": len(batches) * epochs}


@iterations.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: B divides N; 2: it does not; 3: large numbers, half of them with --drop-last."""
    size = pick(rng, (10, 20, 25, 50, 100) if level == 1 else (16, 32, 50, 64, 100, 128))
    epochs = rng.randint(2, 12)
    inputs = {"batch_size": size, "epochs": epochs, "drop_last": level == 3 and rng.random() < 0.5}
    if level == 1:
        return inputs | {"samples": size * rng.randint(4, 40)}
    samples = 10 * rng.randint(20, 200) if level == 2 else 100 * rng.randint(50, 600)
    rounded_once, in_each = -(-samples * epochs // size), -(-samples // size) * epochs
    return inputs | {"samples": samples} if samples % size and rounded_once != in_each else None
