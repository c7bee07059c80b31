"""Makes nn/vectors/recurrent.json: what PyTorch computes with nn.RNN, nn.LSTM and nn.GRU in float64, and its gradients.

PyTorch's GRU resets after W only; for the reset before W its autograd runs through the formulas, written out.
Run with a Python that has torch: `python tests/nn/make_recurrent_vectors.py`.
"""

import json
from pathlib import Path

import numpy as np

STORED = Path(__file__).parent / "vectors" / "recurrent.json"
KINDS = ("tanh", "relu", "lstm", "gru-after", "gru-before")
COUNTS = (7, 5, 10, 10, 10)
STACKED = {"lstm": (4,), "gru-after": (3,), "gru-before": (3,)}


def random_case(kind, seed):
    """Inputs, weights and outside gradients of random shape: T 1 to 5, N 1 to 3, n 1 to 3, m 1 to 4; two decimals."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    steps, samples, inputs, units = (int(rng.integers(1, most)) for most in (6, 4, 4, 5))
    gates = STACKED.get(kind, ())
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
    if kind == "gru-after":
        shapes |= {"c": (units,)}
    return {"kind": kind} | {name: rng.normal(size=shape).round(2) for name, shape in shapes.items()}


def computed_by_torch(case):
    """All states (and the last cell) and the gradients of Σ dh⊙h (+ Σ dc⊙c_T), by torch."""
    import torch

    given = {name: torch.tensor(case[name], requires_grad=True) for name in ("x", "h0", "c0") if name in case}
    run = reset_before if case["kind"] == "gru-before" else library_layer
    states, cell, slopes_of = run(case, given)
    loss = (torch.tensor(case["dh"]) * states).sum()
    found = {"h": states.detach().numpy()}
    if cell is not None:
        loss = loss + (torch.tensor(case["dc"]) * cell).sum()
        found["c"] = cell.detach().numpy()
    loss.backward()
    slopes = {name: part.grad for name, part in given.items()} | slopes_of()
    return found | {f"d{name}": slope.numpy().reshape(case[name].shape) for name, slope in slopes.items()}


def library_layer(case, given):
    """States, last cell (of an LSTM), and a function that reads the gradients of the weights, by nn.RNN, LSTM or GRU."""
    import torch

    units, inputs = case["u"].shape[-2:]
    kinds = {"lstm": torch.nn.LSTM, "gru-after": torch.nn.GRU}
    settings = {} if case["kind"] in kinds else {"nonlinearity": case["kind"]}
    layer = kinds.get(case["kind"], torch.nn.RNN)(inputs, units, **settings).double()
    weights = {"u": layer.weight_ih_l0, "w": layer.weight_hh_l0, "b": layer.bias_ih_l0}
    with torch.no_grad():
        layer.bias_hh_l0.zero_()
        for name, parameter in weights.items():
            parameter.copy_(torch.tensor(case[name]).reshape(parameter.shape))
        if "c" in case:
            layer.bias_hh_l0[2 * units :] = torch.tensor(case["c"])
    first = given["h0"][None]
    states, last = layer(given["x"], (first, given["c0"][None]) if "c0" in case else first)

    def slopes():
        inner = {"c": layer.bias_hh_l0.grad[2 * units :]} if "c" in case else {}
        return {name: part.grad for name, part in weights.items()} | inner

    return states, last[1][0] if "c0" in case else None, slopes


def reset_before(case, given):
    """A GRU with r⊙h before W, a line a gate."""
    import torch

    weights = {name: torch.tensor(case[name], requires_grad=True) for name in "uwb"}
    u, w, b = weights.values()
    h, states = given["h0"], []
    for x in given["x"]:
        r = torch.sigmoid(x @ u[0].T + h @ w[0].T + b[0])
        z = torch.sigmoid(x @ u[1].T + h @ w[1].T + b[1])
        n = torch.tanh(x @ u[2].T + (r * h) @ w[2].T + b[2])
        h = z * h + (1 - z) * n
        states.append(h)
    return torch.stack(states), None, lambda: {name: part.grad for name, part in weights.items()}


def main():
    cases = [random_case(kind, seed) for kind, count in zip(KINDS, COUNTS, strict=True) for seed in range(count)]
    stored = [
        {name: part.tolist() if isinstance(part, np.ndarray) else part for name, part in (case | found).items()}
        for case, found in ((case, computed_by_torch(case)) for case in cases)
    ]
    STORED.parent.mkdir(exist_ok=True)
    STORED.write_text("[\n" + ",\n".join(json.dumps(case) for case in stored) + "\n]\n")


if __name__ == "__main__":
    main()
