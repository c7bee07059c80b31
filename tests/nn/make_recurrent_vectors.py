"""Makes vectors/recurrent.json: what PyTorch computes with nn.RNN and nn.LSTM in float64, forwards and backwards.

Run with a Python that has torch: `python tests/nn/make_recurrent_vectors.py`.
"""

import json
from pathlib import Path

import numpy as np

STORED = Path(__file__).with_name("vectors") / "recurrent.json"
KINDS = ("tanh", "relu", "lstm")


def random_case(kind, seed):
    """Inputs, weights and outside gradients of random shape: T 1 to 5, N 1 to 3, n 1 to 3, m 1 to 4; two decimals."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    steps, samples, inputs, units = (int(rng.integers(1, most)) for most in (6, 4, 4, 5))
    gates = (4,) if kind == "lstm" else ()
    shapes = {
        "x": (steps, samples, inputs),
        "h0": (samples, units),
        "u": (*gates, units, inputs),
        "w": (*gates, units, units),
        "b": (*gates, units),
        "dh": (steps, samples, units),
    }
    if kind == "lstm":
        shapes |= {"c0": (samples, units), "dc": (samples, units)}
    return {"kind": kind} | {name: rng.normal(size=shape).round(2) for name, shape in shapes.items()}


def computed_by_torch(case):
    """All states (and the last cell) and the gradients of Σ dh⊙h (+ Σ dc⊙c_T), by torch."""
    import torch

    units, inputs = case["u"].shape[-2:]
    lstm = case["kind"] == "lstm"
    layer = torch.nn.LSTM(inputs, units) if lstm else torch.nn.RNN(inputs, units, nonlinearity=case["kind"])
    layer = layer.double()
    weights = {"u": layer.weight_ih_l0, "w": layer.weight_hh_l0, "b": layer.bias_ih_l0}
    with torch.no_grad():
        layer.bias_hh_l0.zero_()
        for name, parameter in weights.items():
            parameter.copy_(torch.tensor(case[name]).reshape(parameter.shape))
    given = {name: torch.tensor(case[name], requires_grad=True) for name in ("x", "h0", "c0") if name in case}
    first = (given["h0"][None], given["c0"][None]) if lstm else given["h0"][None]
    states, last = layer(given["x"], first)
    loss = (torch.tensor(case["dh"]) * states).sum()
    found = {"h": states.detach().numpy()}
    if lstm:
        loss = loss + (torch.tensor(case["dc"]) * last[1][0]).sum()
        found["c"] = last[1][0].detach().numpy()
    loss.backward()
    slopes = {name: part.grad.numpy().reshape(case[name].shape) for name, part in (given | weights).items()}
    return found | {f"d{name}": slope for name, slope in slopes.items()}


def main():
    cases = [random_case(kind, seed) for kind, count in zip(KINDS, (7, 5, 10), strict=True) for seed in range(count)]
    stored = [
        {name: part.tolist() if isinstance(part, np.ndarray) else part for name, part in (case | found).items()}
        for case, found in ((case, computed_by_torch(case)) for case in cases)
    ]
    STORED.parent.mkdir(exist_ok=True)
    STORED.write_text("[\n" + ",\n".join(json.dumps(case) for case in stored) + "\n]\n")


if __name__ == "__main__":
    main()
