"""Makes vectors/activations.json: activations and the gradients through them, by PyTorch in float64.

Run with a Python that has torch: `python tests/nn/make_activations_vectors.py`.
"""

import json
from pathlib import Path

import numpy as np

STORED = Path(__file__).with_name("vectors") / "activations.json"
KINDS = ("relu", "sigmoid", "tanh", "leaky_relu", "elu", "softplus", "step", "maxout")
SEEDS = range(20)


def random_case(kind, seed):
    """Arguments `z` of 1 to 3 axes, one of them 0, every fourth up to ±10,000; `grad` from outside; `constant` of leaky ReLU and ELU."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    shape = tuple(int(side) for side in rng.integers(1, 4, size=seed % 3 + 1))
    z = rng.normal(size=shape).round(2) * (1e4 if seed % 4 == 3 else 2)
    if kind != "maxout":
        z.flat[0] = 0.0
    grad = rng.normal(size=shape[:-1] if kind == "maxout" else shape).round(2)
    return {"kind": kind, "constant": round(float(rng.uniform(0.01, 2)), 2), "z": z, "grad": grad}


def computed_by_torch(case):
    """The value, and the gradient of Σ grad ⊙ value by z."""
    import torch
    from torch.nn import functional as F

    z, constant = torch.tensor(case["z"], requires_grad=True), case["constant"]
    value = {
        "relu": torch.relu,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "leaky_relu": lambda z: F.leaky_relu(z, constant),
        "elu": lambda z: F.elu(z, constant),
        "softplus": lambda z: F.softplus(z, threshold=40),
        "step": lambda z: torch.heaviside(z.detach(), torch.zeros((), dtype=z.dtype)) + 0 * z,
        "maxout": lambda z: z.max(dim=-1).values,
    }[case["kind"]](z)
    (torch.tensor(case["grad"]) * value).sum().backward()
    return {"value": value.detach().numpy(), "gradient": z.grad.numpy()}


def main():
    cases = [random_case(kind, seed) for kind in KINDS for seed in SEEDS]
    stored = [
        {name: part.tolist() if isinstance(part, np.ndarray) else part for name, part in (case | found).items()}
        for case, found in ((case, computed_by_torch(case)) for case in cases)
    ]
    STORED.parent.mkdir(exist_ok=True)
    STORED.write_text("[\n" + ",\n".join(json.dumps(case) for case in stored) + "\n]\n")


if __name__ == "__main__":
    main()
