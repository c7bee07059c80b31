"""Times the kernels of studynn.nn against PyTorch, SciPy and plain NumPy loops, in float64, and prints ratios of times.

    python benchmarks/kernels.py [SECONDS] [NAME…]

Each case runs for SECONDS (2) with one thread and then with two; NAME picks cases by a part of their name. PyTorch and
SciPy are compared with where they are installed, loops at textbook sizes. All sides of a case take turns in one process,
so that a noisy machine disturbs them alike. A ratio is studynn's time over the other's, below 1 where studynn is faster;
goals are for PyTorch and the least times. Figures inform; nothing here fails.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from typing import Any, NamedTuple

THREADS = "STUDYNN_BENCHMARK_THREADS"
POOLS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
REST = 0.02  # seconds
LEAST_TURN = 5e-4  # seconds of a side's turn: what is shorter is run several times over

if __name__ == "__main__" and THREADS in os.environ:  # before NumPy is imported, which reads them once
    os.environ.update(dict.fromkeys(POOLS, os.environ[THREADS]))
    os.environ["OPENBLAS_THREAD_TIMEOUT"] = "20"  # its threads spin for 2²⁰ cycles, not 2²⁶, into PyTorch's turn

import numpy as np  # noqa: E402

from studynn.nn import recurrent  # noqa: E402
from studynn.nn.activations import sigmoid  # noqa: E402
from studynn.nn.attention import attention  # noqa: E402
from studynn.nn.convolution import conv2d, conv2d_backward  # noqa: E402
from studynn.nn.dense import Layer, mlp, mlp_backward  # noqa: E402
from studynn.nn.losses import cross_entropy, cross_entropy_backward  # noqa: E402
from studynn.nn.pooling import max_pool2d, max_pool2d_backward  # noqa: E402
from studynn.worked._dice import ways_of_all  # noqa: E402

Work = Callable[[], object]
DRAW = np.random.default_rng(0)


class Case(NamedTuple):
    """One kernel at one size: its goal (a ratio to PyTorch, or ms for dice), and what each side runs."""

    name: str
    goal: str
    sides: dict[str, Work]


def installed(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


torch = installed("torch")
signal = installed("scipy.signal")


def on_torch(*arrays: np.ndarray, slopes: bool = False) -> list[Any]:
    return [torch.from_numpy(array.copy()).requires_grad_(slopes) for array in arrays]


def torch_slopes(y: Any, given: tuple[Any, ...]) -> Work:
    """The slopes of the sum of y, again and again."""
    return partial(torch.autograd.grad, y, given, torch.ones_like(y), retain_graph=True)


def conv_cases() -> Iterator[Case]:
    sizes = [
        ("conv2d 1x3x227x227, 96 11x11 stride 4", (1, 3, 227, 227), (96, 3, 11, 11), 4, 0, "0.8", ""),
        ("conv2d 8x64x56x56, 64 3x3", (8, 64, 56, 56), (64, 64, 3, 3), 1, 1, "0.35", "0.6"),
        ("conv2d 1x1x256x256, one 3x3", (1, 1, 256, 256), (1, 1, 3, 3), 1, 0, "", ""),
        ("conv2d 1x1x1024x1024, one 3x3", (1, 1, 1024, 1024), (1, 1, 3, 3), 1, 0, "0.15", ""),
        ("conv2d 1x3x8x8, 4 3x3 (textbook)", (1, 3, 8, 8), (4, 3, 3, 3), 1, 0, "2", "2"),
    ]
    for name, shape, kernel, stride, padding, goal, goal_backward in sizes:
        x, k = DRAW.normal(size=shape), DRAW.normal(size=kernel)
        dy = np.ones_like(conv2d(x, k, None, stride, padding))
        forward: dict[str, Work] = {"studynn": partial(conv2d, x, k, None, stride, padding)}
        backward: dict[str, Work] = {"studynn": partial(conv2d_backward, dy, x, k, stride, padding)}
        if torch:
            conv, (a, b) = torch.nn.functional.conv2d, on_torch(x, k, slopes=True)
            forward["PyTorch"] = torch.no_grad()(partial(conv, a, b, None, stride, padding))
            backward["PyTorch"] = torch_slopes(conv(a, b, None, stride, padding), (a, b))
        if signal and shape[:2] == (1, 1):
            forward["SciPy"] = partial(signal.correlate2d, x[0, 0], k[0, 0], "valid")
        if "textbook" in name:
            forward["loop"] = partial(conv_loop, x, k)
        yield Case(name, goal, forward)
        yield Case(f"{name}, backward", goal_backward, backward)


def conv_loop(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    n, height, width = len(x), x.shape[2] - k.shape[2] + 1, x.shape[3] - k.shape[3] + 1
    y = np.empty((n, len(k), height, width))
    for s, f, i, j in np.ndindex(y.shape):
        y[s, f, i, j] = (x[s, :, i : i + k.shape[2], j : j + k.shape[3]] * k[f]).sum()
    return y


def pool_cases() -> Iterator[Case]:
    for shape, size, stride in [((8, 64, 56, 56), 2, 2), ((8, 64, 56, 56), 3, 2), ((1, 1, 8, 8), 2, 2)]:
        x = DRAW.normal(size=shape)
        dy = np.ones_like(max_pool2d(x, size, stride))
        name = f"max-pool {'x'.join(map(str, shape))}, {size}x{size} stride {stride}"
        forward: dict[str, Work] = {"studynn": partial(max_pool2d, x, size, stride)}
        backward: dict[str, Work] = {"studynn": partial(max_pool2d_backward, dy, x, size, stride)}
        if torch:
            pool, (a,) = torch.nn.functional.max_pool2d, on_torch(x, slopes=True)
            forward["PyTorch"] = torch.no_grad()(partial(pool, a, size, stride))
            backward["PyTorch"] = torch_slopes(pool(a, size, stride), (a,))
        small = x.size < 100
        yield Case(name + (" (textbook)" if small else ""), "2" if small else "0.25", forward)
        yield Case(f"{name}, backward", "", backward)


def recurrent_cases() -> Iterator[Case]:
    goals = {"LSTM": ("0.7", "0.6"), "GRU": ("0.72", "0.62"), "RNN": ("0.5", "0.45")}
    small_goals = {"LSTM": ("1", "1")}
    for (steps, samples, n, m), due in [((100, 32, 64, 128), goals), ((5, 1, 3, 4), small_goals)]:
        for kind, gates in {"LSTM": 4, "GRU": 3, "RNN": 1}.items():
            lead = () if gates == 1 else (gates,)
            x, h = DRAW.normal(size=(steps, samples, n)), np.zeros((samples, m))
            u, w, b = (DRAW.normal(size=(*lead, *s)) * 0.1 for s in ((m, n), (m, m), (m,)))
            dh = np.ones((steps, samples, m))
            sides: dict[str, Work] = {"studynn": partial(OURS[kind][0], x, h, u, w, b)}
            with_backward: dict[str, Work] = {"studynn": partial(there_and_back, kind, x, h, u, w, b, dh)}
            if torch:
                sides["PyTorch"], with_backward["PyTorch"] = torch_recurrent(kind, x, m, dh)
            size = f"{kind} T={steps}, {samples} x {n} -> {m}"
            if kind == "LSTM" and steps < 10:
                sides["loop"] = partial(lstm_loop, x, h, u, w, b)
                size += " (textbook)"
            goal = due.get(kind, ("", ""))
            yield Case(size, goal[0], sides)
            yield Case(f"{size}, with backward", goal[1], with_backward)


OURS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "LSTM": (lambda x, h, u, w, b: recurrent.lstm_forward(x, h, h, u, w, b), recurrent.lstm_backward),
    "GRU": (lambda x, h, u, w, b: recurrent.gru_forward(x, h, u, w, b, h[0]), recurrent.gru_backward),
    "RNN": (recurrent.rnn_forward, recurrent.rnn_backward),
}


def there_and_back(kind: str, x: Any, h: Any, u: Any, w: Any, b: Any, dh: Any) -> object:
    return OURS[kind][1](OURS[kind][0](x, h, u, w, b), u, w, dh)


def torch_recurrent(kind: str, x: np.ndarray, units: int, dh: np.ndarray) -> tuple[Work, Work]:
    module = getattr(torch.nn, kind)(x.shape[2], units).double()
    (given,), (slope,) = on_torch(x, slopes=True), on_torch(dh)

    def both() -> object:
        module.zero_grad()
        return module(given)[0].backward(slope)

    return torch.no_grad()(lambda: module(given)), both


def lstm_loop(x: np.ndarray, h: np.ndarray, u: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    h, c = h[0], np.zeros(h.shape[1])
    for entry in x[:, 0]:
        i, f, g, o = (u[k] @ entry + w[k] @ h + b[k] for k in range(4))
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return h


def attention_cases() -> Iterator[Case]:
    for shape, goal in [((4, 8, 256, 64), "0.75"), ((1, 1, 4, 8), "2")]:
        q, k, v = (DRAW.normal(size=shape) for _ in range(3))
        sides: dict[str, Work] = {"studynn": partial(attention, q, k, v)}
        if torch:
            sides["PyTorch"] = partial(torch.nn.functional.scaled_dot_product_attention, *on_torch(q, k, v))
        yield Case(f"attention {'x'.join(map(str, shape))}" + (" (textbook)" if goal == "2" else ""), goal, sides)


def mlp_cases() -> Iterator[Case]:
    for (n, *widths), goal in [((128, 784, 256, 10), "0.62"), ((4, 2, 3, 2), "1")]:
        layers = [
            Layer(DRAW.normal(size=(out, n_in)) / n_in**0.5, np.zeros(out), name)
            for n_in, out, name in zip(widths[:-1], widths[1:], ["relu", "identity"], strict=True)
        ]
        x, classes = DRAW.normal(size=(n, widths[0])), DRAW.integers(0, widths[-1], size=n)
        sides: dict[str, Work] = {"studynn": partial(mlp_step, x, classes, layers)}
        if torch:
            sides["PyTorch"] = torch_mlp_step(x, classes, layers)
        name = f"MLP step {'-'.join(map(str, widths))}, batch {n}" + (" (textbook)" if goal == "1" else "")
        yield Case(name, goal, sides)


def mlp_step(x: np.ndarray, targets: np.ndarray, layers: list[Layer]) -> float:
    """Forward, softmax cross-entropy, backward, and one step of gradient descent in place.

    Gradients are linear in that of the loss: scaled there by −η, where numbers are few, they come out as the changes.
    """
    passes = mlp(x, layers)
    loss = cross_entropy(passes[-1].a, targets)
    slope_of_loss = -1e-3 * cross_entropy_backward(passes[-1].a, targets)
    for layer, change in zip(layers, mlp_backward(slope_of_loss, layers, passes, to_input=False), strict=True):
        for parameter, step in ((layer.w, change.w), (layer.b, change.b)):
            parameter += step
    return loss


def torch_mlp_step(x: np.ndarray, classes: np.ndarray, layers: list[Layer]) -> Work:
    linear = [torch.nn.Linear(layer.w.shape[1], len(layer.w)).double() for layer in layers]
    module = torch.nn.Sequential(linear[0], torch.nn.ReLU(), linear[1])
    descent = torch.optim.SGD(module.parameters(), lr=1e-3)
    given, wanted = on_torch(x, classes)

    def step() -> object:
        descent.zero_grad()
        loss = torch.nn.functional.cross_entropy(module(given), wanted)
        loss.backward()
        descent.step()
        return loss

    return step


def dice_cases() -> Iterator[Case]:
    for count, goal in [(100, "0.1 ms"), (1000, "2.5 ms")]:
        weights = [[1] * 6] * count
        sides: dict[str, Work] = {"studynn": partial(ways_of_all, weights)}
        if count == 100:
            sides["loop"] = partial(dice_loop, weights)
        yield Case(f"exact dice, {count}", goal, sides)


def dice_loop(weights: list[list[int]]) -> list[int]:
    ways = np.array([1], dtype=object)
    for faces in weights:
        longer = np.zeros(len(ways) + len(faces) - 1, dtype=object)
        for face, weight in enumerate(faces):
            longer[face : face + len(ways)] += weight * ways
        ways = longer
    return list(ways)


def times(case: Case, seconds: float) -> dict[str, list[float]]:
    """Milliseconds a run of each side, turn by turn."""
    repeats = {}
    for side, work in case.sides.items():
        work()
        started = time.perf_counter()
        work()
        repeats[side] = max(1, round(LEAST_TURN / (time.perf_counter() - started)))
    found: dict[str, list[float]] = {side: [] for side in case.sides}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(found["studynn"]) < 5:
        for side, work in case.sides.items():
            if os.environ[THREADS] != "1":  # until the other side's threads, which spin for a while, have gone to sleep
                time.sleep(REST)
                work()  # and its own are awake
            started = time.perf_counter()
            for _ in range(repeats[side]):
                work()
            found[side].append((time.perf_counter() - started) * 1000 / repeats[side])
    return found


def table(seconds: float, names: list[str]) -> None:
    if "OPENBLAS_CORETYPE" in os.environ:
        print(f"OPENBLAS_CORETYPE={os.environ['OPENBLAS_CORETYPE']} holds NumPy, not PyTorch, to one kind of kernels.")
    if torch:
        torch.set_num_threads(int(os.environ[THREADS]))
    print(f"\nThreads: {os.environ[THREADS]}\n{'':54} {'ms, min':>9} {'against':8} {'min':>7} {'median':>7}  goal")
    for make in (conv_cases, pool_cases, recurrent_cases, attention_cases, mlp_cases, dice_cases):
        for case in make():
            if names and not any(name.lower() in case.name.lower() for name in names):
                continue
            found = times(case, seconds)
            ours = found.pop("studynn")
            goal = case.goal if os.environ[THREADS] == "1" or "ms" in case.goal else "1"
            row = f"{case.name:54} {min(ours):9.4f}"
            if not found:
                print(f"{row} {'':24}  {goal}")
            for side, theirs in found.items():
                due = goal if side == "PyTorch" or "ms" in goal else ""
                print(
                    f"{row} {side:8} {min(ours) / min(theirs):7.3f} {median(ours) / median(theirs):7.3f}  {due}",
                    flush=True,
                )
                row = " " * len(row)


def main() -> None:
    seconds, *names = sys.argv[1:] or ["2"]
    if THREADS in os.environ:
        table(float(seconds), names)
        return
    for threads in ("1", "2"):
        subprocess.run([sys.executable, __file__, *sys.argv[1:]], env={**os.environ, THREADS: threads}, check=False)


if __name__ == "__main__":
    main()
