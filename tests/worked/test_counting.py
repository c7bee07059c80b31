"""The examples that only count do so without NumPy, so that they start quickly."""

import subprocess
import sys

import pytest

COUNTING = (
    "bottleneck-params",
    "conv-cost",
    "dense-params",
    "densenet-channels",
    "network-shapes",
    "pool-size",
    "receptive-field",
    "recurrent-params",
    "same-padding",
)


@pytest.mark.parametrize("name", COUNTING)
def test_counting_needs_no_numpy(name):
    code = f"""
import sys
from studynn.core.inputs import defaults
from studynn.core.steps import work
from studynn.worked import load
example = load("{name}")
work(example, defaults(example))
example.checked_by.compute(**defaults(example))
sys.exit("numpy" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
