"""Makes nn/vectors/normalisation.json with PyTorch: batch and layer normalisation, and their gradients.

Run `python tests/nn/make_normalisation_vectors.py` where torch is installed.
"""

import json
from pathlib import Path

import numpy as np

STORED = Path(__file__).parent / "vectors" / "normalisation.json"
KINDS = ("batch", "inference", "layer")
COUNTS = (24, 20, 20)
SETTINGS = ("epsilon", "momentum")


def random_case(kind, seed):
    """x with two to four axes, weights, running statistics and an outside gradient; two decimals."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    samples, channels = int(rng.integers(2, 5)), int(rng.integers(2 if kind == "layer" else 1, 4))
    shape = (samples, channels, *(int(side) for side in rng.integers(1, 4, size=seed % 3)))
    of_weights = shape[1 + seed % (len(shape) - 1) :] if kind == "layer" else (channels,)
    if np.prod(of_weights) < 2 and kind == "layer":
        of_weights = shape[1:]
    case = {
        "x": rng.normal(loc=1, scale=2, size=shape),
        "gamma": rng.normal(size=of_weights),
        "beta": rng.normal(size=of_weights),
        "grad": rng.normal(size=shape),
        "mean": rng.normal(size=channels),
        "var": rng.uniform(0.1, 3, size=channels),
    }
    epsilon, momentum = (1e-5, 0.1) if seed % 2 else (1e-3, 0.01)
    return {"kind": kind, "epsilon": epsilon, "momentum": momentum} | {k: part.round(2) for k, part in case.items()}


def computed_by_torch(case):
    """Output, gradients of Σ grad ⊙ output and, in training, the running statistics, by torch."""
    import torch
    from torch.nn.functional import batch_norm, layer_norm

    x, gamma, beta = (torch.tensor(case[name], requires_grad=True) for name in ("x", "gamma", "beta"))
    running = torch.tensor(case["mean"]), torch.tensor(case["var"])
    if case["kind"] == "layer":
        y = layer_norm(x, gamma.shape, gamma, beta, case["epsilon"])
    else:
        y = batch_norm(x, *running, gamma, beta, case["kind"] == "batch", case["momentum"], case["epsilon"])
    (torch.tensor(case["grad"]) * y).sum().backward()
    found = {"y": y.detach(), "dx": x.grad, "dgamma": gamma.grad, "dbeta": beta.grad}
    if case["kind"] == "batch":
        found |= {"new-mean": running[0], "new-var": running[1]}
    return {name: part.numpy() for name, part in found.items()}


def main():
    cases = [random_case(kind, seed) for kind, count in zip(KINDS, COUNTS, strict=True) for seed in range(count)]
    stored = [
        {name: part.tolist() if isinstance(part, np.ndarray) else part for name, part in (case | found).items()}
        for case, found in ((case, computed_by_torch(case)) for case in cases)
    ]
    STORED.parent.mkdir(exist_ok=True)
    STORED.write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in stored) + "\n]\n")


if __name__ == "__main__":
    main()
