"""Makes nn/vectors/attention.json with PyTorch: attention with masks, multi-head attention, and their gradients.

Run `python tests/nn/make_attention_vectors.py` where torch is installed.
"""

import json
from pathlib import Path

import numpy as np

STORED = Path(__file__).parent / "vectors" / "attention.json"
KINDS = ("attention", "multi-head")
COUNTS = (24, 20)
MASKS = ("none", "causal", "given", "shared")


def random_case(kind, seed):
    """Inputs, weights and outside gradients of random shape, two decimals; every kind of mask in turn."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    masking = MASKS[seed % len(MASKS)]
    samples, heads, n, m, d, last = (int(rng.integers(1, most)) for most in (3, 3, 5, 5, 4, 4))
    m = n if masking == "causal" else m
    if kind == "attention":
        lead = (samples, heads)
        shapes = {"q": (*lead, n, d), "k": (*lead, m, d), "v": (*lead, m, last), "grad": (*lead, n, last)}
    else:
        width, of_context = heads * d, heads * d + seed % 3
        shapes = {"x": (samples, n, width), "context": (samples, m, of_context), "grad": (samples, n, width)}
        shapes |= {"wq": (width, width), "wk": (width, of_context), "wv": (width, of_context), "wo": (width, width)}
        shapes |= dict.fromkeys(("bq", "bk", "bv", "bo"), (width,))
    case = {name: rng.normal(size=shape).round(2) for name, shape in shapes.items()}
    mask = rng.random((n, m) if masking == "shared" else (samples, heads, n, m)) < 0.6
    mask[..., 0] = True  # a query has to see some key
    return {"kind": kind, "masking": masking, "heads": heads, "mask": mask, **case}


def computed_by_torch(case):
    """Output, weights and the gradients of Σ grad ⊙ output, by torch."""
    import torch

    names = [name for name, part in case.items() if isinstance(part, np.ndarray) and name not in ("mask", "grad")]
    given = {name: torch.tensor(case[name], requires_grad=True) for name in names}
    out, weights, slopes = (dot_products if case["kind"] == "attention" else library_layer)(case, given)
    (torch.tensor(case["grad"]) * out).sum().backward()
    return {"out": out.detach().numpy(), "weights": weights.detach().numpy()} | {
        f"d{name}": slope.numpy() for name, slope in slopes().items()
    }


def dot_products(case, given):
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    q, k, v = given.values()
    setting = {"causal": {"is_causal": True}, "none": {}}.get(case["masking"])
    setting = {"attn_mask": torch.tensor(case["mask"])} if setting is None else setting
    out = scaled_dot_product_attention(q, k, v, **setting)
    weights = scaled_dot_product_attention(q, k, torch.eye(k.shape[-2], dtype=torch.float64), **setting)
    return out, weights, lambda: {name: part.grad for name, part in given.items()}


def library_layer(case, given):
    import torch

    width, of_context = case["wk"].shape
    layer = torch.nn.MultiheadAttention(
        width, case["heads"], kdim=of_context, vdim=of_context, batch_first=True, dtype=torch.float64
    )
    together = layer.in_proj_weight is not None
    with torch.no_grad():
        layer.in_proj_bias.copy_(torch.cat([given["bq"], given["bk"], given["bv"]]))
        layer.out_proj.weight.copy_(given["wo"])
        layer.out_proj.bias.copy_(given["bo"])
        if together:
            layer.in_proj_weight.copy_(torch.cat([given["wq"], given["wk"], given["wv"]]))
        else:
            for name in "qkv":
                getattr(layer, f"{name}_proj_weight").copy_(given[f"w{name}"])
    samples, n = case["x"].shape[:2]
    m = case["context"].shape[1]
    seen = np.tri(n, m, dtype=bool) if case["masking"] == "causal" else case["mask"]
    hidden = torch.tensor(~np.broadcast_to(seen, (samples, case["heads"], n, m))).reshape(-1, n, m)
    setting = {} if case["masking"] == "none" else {"attn_mask": hidden}
    out, weights = layer(given["x"], given["context"], given["context"], average_attn_weights=False, **setting)

    def slopes():
        if together:
            of_weights = dict(zip(("wq", "wk", "wv"), layer.in_proj_weight.grad.chunk(3), strict=True))
        else:
            of_weights = {f"w{name}": getattr(layer, f"{name}_proj_weight").grad for name in "qkv"}
        of_biases = dict(zip(("bq", "bk", "bv"), layer.in_proj_bias.grad.chunk(3), strict=True))
        found = {"x": given["x"].grad, "context": given["context"].grad, **of_weights, **of_biases}
        return found | {"wo": layer.out_proj.weight.grad, "bo": layer.out_proj.bias.grad}

    return out, weights, slopes


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
