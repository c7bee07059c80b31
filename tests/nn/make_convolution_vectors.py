"""Makes vectors/convolution.json with PyTorch: convolutions over batches with all their settings, and their gradients.

Run `python tests/nn/make_convolution_vectors.py` where torch is installed.
"""

import json
from pathlib import Path

import numpy as np

STORED = Path(__file__).with_name("vectors") / "convolution.json"
KINDS = ("conv2d", "conv1d", "conv_transpose2d")
SEEDS = range(24)
SETTINGS = ("stride", "padding", "dilation", "groups")


def random_case(kind, seed):
    """x, kernels, bias and the outside gradient dy with random sides, not square in general; two decimals."""
    rng = np.random.default_rng([KINDS.index(kind), seed])
    axes = 1 if kind == "conv1d" else 2
    groups = int(rng.choice([1, 1, 2, 3]))
    samples, channels, count = (int(rng.integers(1, 4 - (groups > 1))) for _ in range(3))
    kernel = rng.integers(1, 4, size=axes)
    stride, padding, dilation = int(rng.integers(1, 4)), int(rng.integers(0, 3)), int(rng.integers(1, 3))
    reach = dilation * (kernel - 1) + 1
    settings = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    if kind == "conv_transpose2d":
        added = int(rng.integers(0, max(stride, dilation)))
        least = (2 * padding - reach - added) // stride + 2  # so that a cell is left
        sides = np.maximum(least, 1) + rng.integers(0, 4, size=axes)
        out = (sides - 1) * stride - 2 * padding + reach + added
        inner = (channels * groups, count)
        settings["output_padding"] = added
    else:
        sides = np.maximum(reach - 2 * padding, 1) + rng.integers(0, 5, size=axes)
        out = (sides + 2 * padding - reach) // stride + 1
        inner = (count * groups, channels)
    shapes = {
        "x": (samples, channels * groups, *sides),
        "kernels": (*inner, *kernel),
        "bias": (count * groups,),
        "dy": (samples, count * groups, *out),
    }
    return {name: rng.normal(size=shape).round(2) for name, shape in shapes.items()} | settings | {"kind": kind}


def settings_of(case):
    return {name: case[name] for name in (*SETTINGS, "output_padding") if name in case}


def computed_by_torch(case):
    """y and the gradients of Σ dy⊙y with respect to x, kernels and bias, by torch."""
    import torch

    x, kernels, bias = (torch.tensor(case[name], requires_grad=True) for name in ("x", "kernels", "bias"))
    y = getattr(torch.nn.functional, case["kind"])(x, kernels, bias, **settings_of(case))
    (torch.tensor(case["dy"]) * y).sum().backward()
    slopes = {"dx": x.grad, "d_kernels": kernels.grad, "d_bias": bias.grad}
    return {"y": y.detach().numpy()} | {name: slope.numpy() for name, slope in slopes.items()}


def main():
    cases = [random_case(kind, seed) for kind in KINDS for seed in SEEDS]
    stored = [
        {name: _rounded(part) if isinstance(part, np.ndarray) else part for name, part in (case | found).items()}
        for case, found in ((case, computed_by_torch(case)) for case in cases)
    ]
    STORED.parent.mkdir(exist_ok=True)
    STORED.write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in stored) + "\n]\n")


def _rounded(array):
    """Sums of products of two decimals have at most four, the rest is noise of the sum."""
    return array.round(10).tolist()


if __name__ == "__main__":
    main()
