"""Makes vectors/pooling.json with PyTorch: max and average pooling over batches, with their gradients.

Run `python tests/nn/make_pooling_vectors.py` where torch is installed.
"""

import json
from pathlib import Path

import numpy as np

STORED = Path(__file__).with_name("vectors") / "pooling.json"
SEEDS = range(28)
SETTINGS = ("window", "stride", "padding", "ceil")


def random_case(seed):
    """x with two decimals and few different values, so that ties occur; windows and strides not square in general."""
    rng = np.random.default_rng(seed)
    window = rng.integers(1, 5, size=2)
    stride = None if seed % 4 == 0 else [int(step) for step in rng.integers(1, 4, size=2)]
    padding = rng.integers(0, window // 2 + 1)
    sides = np.maximum(window - 2 * padding, 1) + rng.integers(0, 6, size=2)
    spread = 0.5 if seed % 3 == 0 else 5.0
    x = np.round(rng.normal(size=(int(rng.integers(1, 3)), int(rng.integers(1, 4)), *sides)) * spread, 1)
    return {
        "x": x,
        "window": [int(side) for side in window],
        "stride": stride,
        "padding": [int(side) for side in padding],
        "ceil": bool(rng.integers(0, 2)),
        "count_include_pad": bool(rng.integers(0, 2)),
        "slopes": int(rng.integers(1000)),
    }


def outside_gradient(case, shape):
    return np.random.default_rng(case["slopes"]).normal(size=shape).round(2)


def computed_by_torch(case):
    """Maximum, its place and mean of each window, and the gradients of Σ dy⊙y, by torch."""
    import torch
    from torch.nn.functional import avg_pool2d, max_pool2d

    sizes = case["window"], case["stride"], case["padding"]
    found = {}
    for kind in ("max", "average"):
        x = torch.tensor(case["x"], requires_grad=True)
        if kind == "max":
            y, places = max_pool2d(x, *sizes, ceil_mode=case["ceil"], return_indices=True)
            found["argmax"] = places.numpy()
        else:
            y = avg_pool2d(x, *sizes, ceil_mode=case["ceil"], count_include_pad=case["count_include_pad"])
        (torch.tensor(outside_gradient(case, tuple(y.shape))) * y).sum().backward()
        found |= {kind: y.detach().numpy(), f"{kind}-dx": x.grad.numpy()}
    return found


def main():
    stored = [
        {name: part.tolist() if isinstance(part, np.ndarray) else part for name, part in (case | found).items()}
        for case, found in ((case, computed_by_torch(case)) for case in map(random_case, SEEDS))
    ]
    STORED.parent.mkdir(exist_ok=True)
    STORED.write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in stored) + "\n]\n")


if __name__ == "__main__":
    main()
