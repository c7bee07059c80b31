"""Makes vectors/optimisers.json: a few steps of PyTorch's optimisers, clipping and dropout, in float64.

Run with a Python that has torch: `python tests/nn/make_optimisers_vectors.py`.
"""

import json
from pathlib import Path

import numpy as np

STORED = Path(__file__).with_name("vectors") / "optimisers.json"
KINDS = ("sgd", "rmsprop", "adam", "adamw", "clip", "dropout")


def random_case(kind, seed):
    """Arrays of 0 to 3 axes, options and T gradients for each array; two decimals."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    shapes = [tuple(rng.integers(1, 5, size=rng.integers(0, 4))) for _ in range(rng.integers(1, 4))]

    def arrays():
        return [rng.normal(size=shape).round(2) for shape in shapes]

    case = {"kind": kind, "parameters": arrays(), "gradients": [arrays() for _ in range(rng.integers(1, 6))]}
    return case | {"options": random_options(kind, seed, rng)}


def random_options(kind, seed, rng):
    """The options under the engine's names; every second case decays the weights."""
    rate = {"lr": round(rng.uniform(0.01, 0.5), 2), "weight_decay": round(rng.uniform(0, 0.5), 2) if seed % 2 else 0.0}
    share = round(rng.uniform(0.5, 0.99), 2)
    if kind == "sgd":
        return rate | {"momentum": share, "nesterov": True} if seed % 3 else rate | {"momentum": share * (seed % 2)}
    if kind == "rmsprop":
        return rate | {"decay": share, "eps": 10.0 ** -rng.integers(3, 9)}
    if kind in ("adam", "adamw"):
        return rate | {"beta1": share, "beta2": round(rng.uniform(0.9, 0.999), 3), "eps": 10.0 ** -rng.integers(3, 9)}
    return {"max_norm": round(rng.uniform(0.1, 5), 2)} if kind == "clip" else {"p": round(rng.uniform(0, 0.9), 2)}


def computed_by_torch(case):
    """The parameters after every step; the clipped gradients and their norm; or dropout's mask, output and gradient."""
    import torch

    given = [torch.tensor(part, dtype=torch.float64, requires_grad=True) for part in case["parameters"]]
    if case["kind"] == "dropout":
        return _dropped(torch, given, case["gradients"][0], case["options"]["p"])
    if case["kind"] == "clip":
        _hand_over(torch, given, case["gradients"][0])
        norm = torch.nn.utils.clip_grad_norm_(given, case["options"]["max_norm"])
        return {"norm": norm.item(), "clipped": [part.grad.numpy() for part in given]}
    optimiser, path = _optimiser(torch, case["kind"], given, dict(case["options"])), []
    for gradients in case["gradients"]:
        _hand_over(torch, given, gradients)
        optimiser.step()
        path.append([part.detach().numpy().copy() for part in given])
    return {"path": path}


def _optimiser(torch, kind, given, options):
    if kind == "rmsprop":
        options["alpha"] = options.pop("decay")
    if kind in ("adam", "adamw"):
        options["betas"] = (options.pop("beta1"), options.pop("beta2"))
    classes = {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}
    return getattr(torch.optim, classes[kind])(given, **options)


def _hand_over(torch, given, gradients):
    for part, slope in zip(given, gradients, strict=True):
        part.grad = torch.tensor(slope, dtype=torch.float64)


def _dropped(torch, given, gradients, p):
    torch.manual_seed(len(given))
    kept = [torch.nn.functional.dropout(torch.ones_like(part), p) != 0 for part in given]
    torch.manual_seed(len(given))
    outputs = [torch.nn.functional.dropout(part, p) for part in given]
    for output, slope in zip(outputs, gradients, strict=True):
        output.backward(torch.tensor(slope, dtype=torch.float64))
    return {
        "masks": [part.double().numpy() for part in kept],
        "outputs": [part.detach().numpy() for part in outputs],
        "slopes": [part.grad.numpy() for part in given],
    }


def plain(value):
    """The same without NumPy, for JSON."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def main():
    cases = [random_case(kind, seed) for kind in KINDS for seed in range(20)]
    STORED.parent.mkdir(exist_ok=True)
    lines = (json.dumps(plain(case | computed_by_torch(case)), separators=(",", ":")) for case in cases)
    STORED.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
