"""Makes vectors/dense.json with PyTorch: multilayer perceptrons over batches, with every value and gradient.

Run `python tests/nn/make_dense_vectors.py` where torch is installed.
"""

import json
import random
from pathlib import Path

FILE = Path(__file__).parent / "vectors" / "dense.json"
SEEDS = range(20)


def case(seed):
    """A random network of 1 to 3 layers on a batch, its sums and activations, and all gradients, as nested lists."""
    import torch

    functions = {
        "identity": lambda z: z,
        "relu": torch.relu,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "softmax": lambda z: torch.softmax(z, dim=-1),
    }
    rng = random.Random(seed)

    def tensor(*axes):
        numbers = [rng.randint(-200, 200) / 100 for _ in range(torch.Size(axes).numel())]
        return torch.tensor(numbers, dtype=torch.float64).reshape(axes).requires_grad_()

    names = [rng.choice(list(functions)) for _ in range(rng.randint(1, 3))]
    names[0] = list(functions)[seed % len(functions)]
    widths = [rng.randint(1, 6) for _ in range(len(names) + 1)]
    x = tensor(rng.randint(1, 5), widths[0])
    given = {"x": x.tolist(), "layers": [], "passes": [], "gradients": []}
    signal, kept = x, []
    for name, below, width in zip(names, widths[:-1], widths[1:], strict=True):
        w, b = tensor(width, below), tensor(width)
        z = torch.nn.functional.linear(signal, w, b)
        kept.append((signal, w, b))
        given["layers"].append([w.tolist(), b.tolist(), name])
        signal = functions[name](z) * 1  # a tensor of its own, also for the identity
        signal.retain_grad()
        given["passes"].append([kept[-1][0].tolist(), z.tolist(), signal.tolist()])
    grad = tensor(*signal.shape).detach()
    signal.backward(grad)
    given["grad"] = grad.tolist()
    given["gradients"] = [[part.grad.tolist() for part in parts] for parts in kept]
    return given


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps([case(seed) for seed in SEEDS], separators=(",", ":")) + "\n", encoding="utf-8")
