"""Makes vectors/residual.json with PyTorch: residual blocks over batches, with every value and gradient.

Run `python tests/nn/make_residual_vectors.py` where torch is installed.
"""

import json
import random
from pathlib import Path

FILE = Path(__file__).parent / "vectors" / "residual.json"
SEEDS = range(20)


def case(seed):
    """A random block with or without projection and final ReLU, its values and all gradients, as nested lists."""
    import torch

    rng = random.Random(seed)
    projected, pre_activation = seed % 2 == 1, seed % 4 > 1

    def tensor(*axes):
        numbers = [rng.randint(-200, 200) / 100 for _ in range(torch.Size(axes).numel())]
        return torch.tensor(numbers, dtype=torch.float64).reshape(axes).requires_grad_()

    batch, inputs, hidden = rng.randint(1, 5), rng.randint(1, 6), rng.randint(1, 6)
    outputs = rng.randint(1, 6) if projected else inputs
    x, w1, w2 = tensor(batch, inputs), tensor(hidden, inputs), tensor(outputs, hidden)
    ws = tensor(outputs, inputs) if projected else None
    f = torch.relu(x @ w1.T) @ w2.T
    total = f + (x @ ws.T if projected else x)
    y = total if pre_activation else torch.relu(total)
    grad = tensor(batch, outputs).detach()
    y.backward(grad)
    inputs = {"x": x, "w1": w1, "w2": w2} | ({"ws": ws} if projected else {})
    return {
        "pre_activation": pre_activation,
        "inputs": {name: value.tolist() for name, value in inputs.items()},
        "grad": grad.tolist(),
        "values": {"f": f.tolist(), "total": total.tolist(), "y": y.tolist()},
        "gradients": {name: value.grad.tolist() for name, value in inputs.items()},
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps([case(seed) for seed in SEEDS]) + "\n", encoding="utf-8")
