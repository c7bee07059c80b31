"""Gradients through time of every recurrent layer against central differences, over shapes and numbers at random."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_recurrent_vectors import KINDS, random_case
from test_recurrent import computed_here

from studynn.nn.differences import central_differences

SMOOTH = [kind for kind in KINDS if kind != "relu"]


@given(
    kind=st.sampled_from(SMOOTH),
    seed=st.integers(1000, 100_000),
    name=st.sampled_from(["x", "h0", "c0", "u", "w", "b", "c"]),
)
@settings(deadline=None, max_examples=80)
def test_gradients_are_those_of_central_differences(kind, seed, name):
    case = random_case(kind, seed)
    if name not in case:
        return

    def loss():
        found = computed_here(case)
        return float(np.sum(case["dh"] * found["h"]) + (np.sum(case["dc"] * found["c"]) if kind == "lstm" else 0))

    expected = central_differences(loss, case[name])
    assert computed_here(case)[f"d{name}"] == pytest.approx(expected, rel=1e-7, abs=1e-8)
