"""Writes the screens in README.md anew from what the program prints: `python tests/refresh_readme.py`."""

import os
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
SCREEN = re.compile(r"(```text\n\$ studynn ([^\n]*)\n)(.*?)(```)", re.DOTALL)


def printed(match: re.Match[str]) -> str:
    command = [sys.executable, "-m", "studynn", *match[2].split()]
    environment = {**os.environ, "COLUMNS": "80", "STUDYNN_LANG": "en", "STUDYNN_HOME": os.devnull + "/none"}
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=True)
    return match[1] + done.stdout + match[4]


if __name__ == "__main__":
    README.write_text(SCREEN.sub(printed, README.read_text(encoding="utf-8")), encoding="utf-8")
