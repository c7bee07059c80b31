"""Makes nn/vectors/reinforcement.json: DQN targets, double DQN targets and the loss with its gradient, by PyTorch in float64.

Run with a Python that has torch: `python tests/nn/make_reinforcement_vectors.py`.
"""

from pathlib import Path

import numpy as np
from stored_vectors import store

STORED = Path(__file__).parent / "vectors" / "reinforcement.json"
SEEDS = range(24)


def random_case(seed):
    """B 1 to 6 transitions with A 1 to 5 actions; some of them end the episode. Two decimals, so that ties occur."""
    rng = np.random.default_rng(seed)
    rows, actions = int(rng.integers(1, 7)), int(rng.integers(1, 6))
    return {
        "reward": rng.normal(size=rows).round(2),
        "gamma": float(rng.integers(0, 101)) / 100,
        "q": rng.normal(size=(rows, actions)).round(2),
        "actions": rng.integers(0, actions, size=rows),
        "q_next": rng.normal(size=(rows, actions)).round(2),
        "q_next_online": rng.normal(size=(rows, actions)).round(1 if seed % 2 else 2),
        "done": (rng.random(rows) < 0.3).astype(float),
        "epsilon": float(rng.integers(0, 11)) / 10,
    }


def computed_by_torch(case):
    """Both targets, the mean squared error to the first of them, its gradient by Q, and the ε-greedy probabilities."""
    import torch

    given = {name: torch.tensor(part) if isinstance(part, np.ndarray) else part for name, part in case.items()}
    q = given["q"].clone().requires_grad_()
    rest = given["gamma"] * (1 - given["done"])
    target = given["reward"] + rest * given["q_next"].max(1).values
    picked = given["q_next_online"].argmax(1, keepdim=True)
    double = given["reward"] + rest * given["q_next"].gather(1, picked)[:, 0]
    loss = torch.nn.functional.mse_loss(q.gather(1, given["actions"][:, None])[:, 0], target)
    loss.backward()
    best = (given["q"] == given["q"].max(1, keepdim=True).values).double()
    policy = case["epsilon"] / q.shape[1] + (1 - case["epsilon"]) * best / best.sum(1, keepdim=True)
    found = {"target": target, "double": double, "loss": loss.detach(), "dq": q.grad, "policy": policy}
    return {name: part.numpy() for name, part in found.items()}


if __name__ == "__main__":
    store(STORED, [random_case(seed) for seed in SEEDS], computed_by_torch)
