"""Makes nn/vectors/boltzmann.json: an RBM written in PyTorch, float64; its gradients by autograd through the energies.

The CD-1 direction is the gradient of ⟨F(v₁)⟩ − ⟨F(v₀)⟩ with v₁ held fast; the likelihood sums over all joint states.
Run with a Python that has torch: `python tests/nn/make_boltzmann_vectors.py`.
"""

from itertools import product
from pathlib import Path

import numpy as np
from stored_vectors import store

STORED = Path(__file__).parent / "vectors" / "boltzmann.json"
SEEDS = range(24)


def random_case(seed):
    """N 1 to 4 samples, 1 to 5 visible and 1 to 4 hidden units; weights with two decimals, every third time large."""
    rng = np.random.default_rng(seed)
    n, visible, hidden = (int(rng.integers(1, most)) for most in (5, 6, 5))
    scale = 1 if seed % 3 else 4
    return {
        "w": rng.normal(size=(visible, hidden)).round(2) * scale,
        "a": rng.normal(size=visible).round(2) * scale,
        "b": rng.normal(size=hidden).round(2) * scale,
        "v": rng.integers(0, 2, size=(n, visible)).astype(float),
        "h": rng.integers(0, 2, size=(n, hidden)).astype(float),
        "u_h": rng.random((n, hidden)).round(3),
        "u_v": rng.random((n, visible)).round(3),
        "energies": rng.normal(size=(n, 5)).round(2) * scale,
        "temperature": round(float(rng.uniform(0.2, 4)), 2),
    }


def computed_by_torch(case):
    """Energies, conditional probabilities, one Gibbs step, CD-1, ln p(v) and its gradient, and Boltzmann probabilities."""
    import torch

    w, a, b = (torch.tensor(case[name], requires_grad=True) for name in "wab")
    v, h = torch.tensor(case["v"]), torch.tensor(case["h"])

    def energy(v, h):
        return -(v * a).sum(-1) - (h * b).sum(-1) - torch.einsum("...i,ij,...j->...", v, w, h)

    def free(v):
        return -(v * a).sum(-1) - torch.nn.functional.softplus(v @ w + b).sum(-1)

    def slopes(of, name):
        parts = torch.autograd.grad(of, (w, a, b))
        return {f"{name}_{letter}": part for letter, part in zip("wab", parts, strict=True)}

    p_h = torch.sigmoid(v @ w + b)
    sampled = (torch.tensor(case["u_h"]) < p_h).double()
    p_v = torch.sigmoid(sampled @ w.T + a)
    v1 = (torch.tensor(case["u_v"]) < p_v).double()
    joint = torch.tensor(list(product((0.0, 1.0), repeat=w.shape[0] + w.shape[1])), dtype=torch.float64)
    log_z = torch.logsumexp(-energy(joint[:, : w.shape[0]], joint[:, w.shape[0] :]), 0)
    likelihood = -free(v).mean() - log_z
    found = {
        "energy": energy(v, h),
        "free": free(v),
        "log_z": log_z,
        "p_h": p_h,
        "h1": sampled,
        "p_v": p_v,
        "v1": v1,
        "likelihood": likelihood,
        "p": torch.softmax(-torch.tensor(case["energies"]) / case["temperature"], -1),
    }
    found |= slopes(free(v1).mean() - free(v).mean(), "cd") | slopes(likelihood, "likelihood")
    return {name: part.detach().numpy() for name, part in found.items()}


if __name__ == "__main__":
    store(STORED, [random_case(seed) for seed in SEEDS], computed_by_torch)
