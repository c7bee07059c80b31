"""Writes the vectors that a script made: one case a line, so that a change shows where it is."""

import json

import numpy as np


def store(path, cases, computed):
    """The cases with what was computed for each, arrays as nested lists."""
    stored = [
        {
            name: part.tolist() if isinstance(part, np.ndarray) else part
            for name, part in (case | computed(case)).items()
        }
        for case in cases
    ]
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in stored) + "\n]\n")
