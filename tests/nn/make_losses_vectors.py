"""Makes vectors/losses.json with PyTorch in float64: every loss of studynn.nn.losses, its value and its gradient.

Run `python tests/nn/make_losses_vectors.py` where torch is installed.
"""

import json
from pathlib import Path

import numpy as np

STORED = Path(__file__).with_name("vectors") / "losses.json"
KINDS = (
    "mse",
    "mae",
    "log_sum_exp",
    "log_softmax",
    "cross_entropy",
    "cross_entropy_soft",
    "cross_entropy_of_probabilities",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
)
SEEDS = range(20)


def random_case(kind, seed):
    """Scores and targets of random shape; every fourth has logits up to ±10,000. Targets of classes are whole."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    samples, classes = int(rng.integers(1, 6)), int(rng.integers(2, 7))
    shape = (samples, classes)
    if not kind.startswith(("cross", "log")) and seed % 3:
        shape = tuple(int(side) for side in rng.integers(1, 5, size=seed % 3 * 2 - 1))
    scores = rng.normal(size=shape).round(2) * (1e4 if seed % 4 == 3 else 2)
    target = rng.normal(size=shape).round(2)
    if kind == "cross_entropy_of_probabilities":
        scores = rng.dirichlet(np.ones(classes), size=samples)
    if kind in ("cross_entropy", "cross_entropy_of_probabilities"):
        target = rng.integers(0, classes, size=samples)
    elif kind == "cross_entropy_soft":
        target = rng.dirichlet(np.ones(classes), size=samples).round(3)
    elif kind.startswith("binary"):
        target = rng.random(shape).round(2) if seed % 2 else rng.integers(0, 2, size=shape).astype(float)
        if kind == "binary_cross_entropy":
            scores = rng.uniform(0.01, 0.99, size=shape).round(3)
    return {"kind": kind, "reduction": "sum" if seed % 5 == 4 else "mean", "scores": scores, "target": target}


def computed_by_torch(case):
    """The value, and the gradient of it by the scores; for arrays, of the sum weighted with the target."""
    import torch
    from torch.nn import functional as F

    scores = torch.tensor(case["scores"], dtype=torch.float64, requires_grad=True)
    target, reduction = torch.tensor(case["target"]), case["reduction"]
    value = {
        "mse": lambda: F.mse_loss(scores, target, reduction=reduction),
        "mae": lambda: F.l1_loss(scores, target, reduction=reduction),
        "log_sum_exp": lambda: torch.logsumexp(scores, dim=-1),
        "log_softmax": lambda: F.log_softmax(scores, dim=-1),
        "cross_entropy": lambda: F.cross_entropy(scores, target, reduction=reduction),
        "cross_entropy_soft": lambda: F.cross_entropy(scores, target, reduction=reduction),
        "cross_entropy_of_probabilities": lambda: F.nll_loss(torch.log(scores), target, reduction=reduction),
        "binary_cross_entropy": lambda: F.binary_cross_entropy(scores, target, reduction=reduction),
        "binary_cross_entropy_with_logits": lambda: F.binary_cross_entropy_with_logits(
            scores, target, reduction=reduction
        ),
    }[case["kind"]]()
    found = {"value": value.detach().numpy()}
    if value.ndim == 0:
        value.backward()
        found["gradient"] = scores.grad.numpy()
    return found


def main():
    cases = [random_case(kind, seed) for kind in KINDS for seed in SEEDS]
    stored = [
        {name: part.tolist() if isinstance(part, np.ndarray) else part for name, part in (case | found).items()}
        for case, found in ((case, computed_by_torch(case)) for case in cases)
    ]
    STORED.write_text("[\n" + ",\n".join(json.dumps(case) for case in stored) + "\n]\n")


if __name__ == "__main__":
    main()
