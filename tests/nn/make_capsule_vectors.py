"""Makes nn/vectors/capsule.json: squash, routing and margin loss written in PyTorch, float64, and their gradients by autograd.

PyTorch has no capsules of its own; its autograd runs through the formulas, a line each.
Run with a Python that has torch: `python tests/nn/make_capsule_vectors.py`.
"""

from pathlib import Path

import numpy as np
from stored_vectors import store

STORED = Path(__file__).parent / "vectors" / "capsule.json"
SEEDS = range(24)


def random_case(seed):
    """N 1 to 3, I 1 to 4, J 1 to 3, D 1 to 4, 1 to 4 iterations; two decimals."""
    rng = np.random.default_rng(seed)
    n, lower, parents, size = (int(rng.integers(1, most)) for most in (4, 5, 4, 5))
    return {
        "u_hat": rng.normal(size=(n, lower, parents, size)).round(2) * (1 if seed % 3 else 3),
        "iterations": int(rng.integers(1, 5)),
        "grad": rng.normal(size=(n, parents, size)).round(2),
        "lengths": rng.random((n, parents)).round(2),
        "present": rng.integers(0, 2, size=(n, parents)).astype(float),
    }


def squash(s):
    norm = s.norm(dim=-1, keepdim=True)
    return norm**2 / (1 + norm**2) * s / norm


def computed_by_torch(case):
    """c, v and b of the last iteration, the squash of û, the losses, and all gradients of Σ grad⊙output."""
    import torch

    u = torch.tensor(case["u_hat"], requires_grad=True)
    grad = torch.tensor(case["grad"])
    b = torch.zeros(u.shape[:3], dtype=torch.float64)
    for _ in range(case["iterations"]):
        c = torch.softmax(b, dim=2)
        v = squash(torch.einsum("nij,nijd->njd", c, u))
        b = b + torch.einsum("nijd,njd->nij", u, v)
    (du,) = torch.autograd.grad((grad * v).sum(), u)
    squashed = squash(u)
    (ds,) = torch.autograd.grad((grad[:, None] * squashed).sum(), u)
    lengths, present = torch.tensor(case["lengths"], requires_grad=True), torch.tensor(case["present"])
    short, long = torch.clamp(0.9 - lengths, min=0), torch.clamp(lengths - 0.1, min=0)
    loss = (present * short**2 + 0.5 * (1 - present) * long**2).sum(-1)
    (dlengths,) = torch.autograd.grad(loss.sum(), lengths)
    found = {"c": c, "v": v, "b": b, "du": du, "squashed": squashed, "ds": ds, "loss": loss, "dlengths": dlengths}
    return {name: part.detach().numpy() for name, part in found.items()}


if __name__ == "__main__":
    store(STORED, [random_case(seed) for seed in SEEDS], computed_by_torch)
