"""Times commands against a typer hello-world with one option, interleaved, and prints ratios of the least of many runs.

    python benchmarks/start_up.py [ROUNDS]

Each budget is a ratio; machines are shared and noisy, so the figures inform and nothing here fails.
"""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HELLO = """
import typer
app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
@app.command()
def main(name: str = "learner"):
    print("hello", name)
app()
"""
STUDYNN = "import sys; from studynn.__main__ import main; sys.exit(main())"
COMMANDS = {
    "--version": (["--version"], 1.25),
    "--help": (["--help"], 1.25),
    "compute conv-size --json": (["compute", "conv-size", "--json"], 1.25),
    "compute conv-size --plain": (["compute", "conv-size", "--plain"], 1.25),
    "compute conv-size": (["compute", "conv-size"], 2.0),
    "quiz cnn, to its first question": (["quiz", "cnn", "--seed", "1"], 2.5),
    "quiz, of everything": (["quiz", "--seed", "1"], 2.5),
    "studynn": ([], 2.0),
}


def run(script: str, arguments: list[str], home: str) -> float:
    """Milliseconds from start to end of a process whose input is at its end."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
        env={**os.environ, "STUDYNN_HOME": home},
    )
    return 1000 * (time.perf_counter() - started)


def first_question(arguments: list[str], home: str) -> float:
    """Milliseconds until a quiz in a terminal has drawn its first prompt."""
    started = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["STUDYNN_HOME"] = home
        os.environ["COLUMNS"] = "80"
        os.execv(sys.executable, [sys.executable, "-c", STUDYNN, *arguments])
    seen = b""
    while b"1/10" not in seen or (b"q quit" not in seen and b":q quit" not in seen):
        seen += os.read(terminal, 4096)
    elapsed = 1000 * (time.perf_counter() - started)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    os.close(terminal)
    return elapsed


def main() -> None:
    # An installed program has its bytecode beside it; a working copy gets it at the first run, unless this forbids it.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as home:
        Path(home).mkdir(exist_ok=True)
        for arguments, _ in COMMANDS.values():  # writes bytecode and fills the cache, as any earlier run did
            run(STUDYNN, arguments, home)
        hello: list[float] = []
        times: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for _ in range(rounds):
            hello.append(run(HELLO, [], home))
            for name, (arguments, _) in COMMANDS.items():
                measure = first_question(arguments, home) if "quiz" in arguments else run(STUDYNN, arguments, home)
                times[name].append(measure)
    least = min(hello)
    print(f"typer hello-world: {least:.1f} ms, least of {rounds}")
    for name, (_, budget) in COMMANDS.items():
        ratio = min(times[name]) / least
        print(f"{name:34} {min(times[name]):6.1f} ms   {ratio:4.2f} times   (budget {budget})")


if __name__ == "__main__":
    main()
