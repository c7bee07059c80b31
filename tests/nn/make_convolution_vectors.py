"""Makes vectors/convolution.json with PyTorch: conv2d over batches with stride, padding and dilation, and its gradients.

Run `python tests/nn/make_convolution_vectors.py` where torch is installed.
"""

import json
from pathlib import Path

import numpy as np

STORED = Path(__file__).with_name("vectors") / "convolution.json"
SEEDS = range(24)
SETTINGS = ("stride", "padding", "dilation")


def random_case(seed):
    """x, kernels, bias and the outside gradient dy with random sides, not square in general; two decimals."""
    rng = np.random.default_rng(seed)
    samples, channels, count = (int(rng.integers(1, most)) for most in (3, 4, 4))
    kernel = rng.integers(1, 4, size=2)
    stride, padding, dilation = int(rng.integers(1, 4)), int(rng.integers(0, 3)), int(rng.integers(1, 3))
    reach = dilation * (kernel - 1) + 1
    sides = np.maximum(reach - 2 * padding, 1) + rng.integers(0, 5, size=2)
    out = (sides + 2 * padding - reach) // stride + 1
    shapes = {
        "x": (samples, channels, *sides),
        "kernels": (count, channels, *kernel),
        "bias": (count,),
        "dy": (samples, count, *out),
    }
    arrays = {name: rng.normal(size=shape).round(2) for name, shape in shapes.items()}
    return arrays | {"stride": stride, "padding": padding, "dilation": dilation}


def computed_by_torch(case):
    """y and the gradients of Σ dy⊙y with respect to x, kernels and bias, by torch."""
    import torch

    x, kernels, bias = (torch.tensor(case[name], requires_grad=True) for name in ("x", "kernels", "bias"))
    y = torch.nn.functional.conv2d(x, kernels, bias, **{name: case[name] for name in SETTINGS})
    (torch.tensor(case["dy"]) * y).sum().backward()
    slopes = {"dx": x.grad, "d_kernels": kernels.grad, "d_bias": bias.grad}
    return {"y": y.detach().numpy()} | {name: slope.numpy() for name, slope in slopes.items()}


def main():
    stored = [
        {name: part.tolist() if isinstance(part, np.ndarray) else part for name, part in (case | found).items()}
        for case, found in ((case, computed_by_torch(case)) for case in map(random_case, SEEDS))
    ]
    STORED.parent.mkdir(exist_ok=True)
    STORED.write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in stored) + "\n]\n")


if __name__ == "__main__":
    main()
