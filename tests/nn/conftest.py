"""Lets the tests of the engine import the scripts that made their vectors."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
