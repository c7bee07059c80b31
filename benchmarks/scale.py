"""Makes homes with few and with very many items and answers, and compares what a start costs in both.

    python benchmarks/scale.py [FOLDER] [ROUNDS]

Small: 1,000 items with 10,000 answers. Large: 100,000 items with 1,000,000 answers. FOLDER keeps the homes for the next time
(making the large one takes minutes); without it they are made in a temporary folder. Figures inform; nothing here fails.
"""

from __future__ import annotations

import os
import pty
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from studynn.core.review import Review
from studynn.history.log import ReviewLog, log_path, open_log

DAY = 86_400_000
PER_DECK = 1_000
SIZES = {"small": (1_000, 10_000), "large": (100_000, 1_000_000)}
STUDYNN = """
import sys
from studynn.__main__ import main
code = main()
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(peak, file=sys.stderr)
sys.exit(code)
"""
LEAST_OF = 11
ANKI = 199
"""Milliseconds from process start to the first card of Anki's backend at 100,000 cards, measured elsewhere."""


def make(home: Path, items: int, answers: int) -> None:
    """Decks with so many cards and a log with so many answers to them, spread over three years."""
    decks = home / "decks"
    decks.mkdir(parents=True)
    for start in range(0, items, PER_DECK):
        name = f"deck-{start // PER_DECK:03}"
        numbers = range(start, min(start + PER_DECK, items))
        facts = "".join(f"  - {{id: f{n}, says: Fact {n}.}}\n" for n in numbers)
        cards = "".join(f"  - {{id: c{n}, fact: f{n}, front: Front {n}?, back: Back {n}.}}\n" for n in numbers)
        text = f"id: {name}\ntitle: Deck {name}\nfacts:\n{facts}cards:\n{cards}"
        (decks / f"{name}.yaml").write_text(text, encoding="utf-8")
    with open_log(log_path(home)) as log:
        log.add(*rows(items, answers, log.device))


def rows(items: int, answers: int, device: str) -> Iterator[Review]:
    """Answers in order of time, about nine in ten of them right."""
    draw = random.Random(1)
    now = int(time.time() * 1000)
    start = now - 3 * 365 * DAY
    for number in range(answers):
        item = f"c{draw.randrange(items)}"
        rating = draw.choices((1, 2, 3, 4), (10, 10, 70, 10))[0]
        yield Review(
            id=f"{number:024x}",
            item=item,
            question=item,
            moment=start + (now - start) * number // answers,
            outcome="wrong" if rating == 1 else "right",
            rating=rating,
            answer="",
            seed=0,
            level=1,
            language="en",
            milliseconds=4000,
            hints=0,
            slips=(),
            device=device,
            version="benchmark",
        )


def run(home: Path, *arguments: str) -> tuple[float, int]:
    """Milliseconds from start to end of a process whose input is at its end, and its memory in MB."""
    variables = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    variables |= {"STUDYNN_HOME": str(home), "LC_ALL": "C.UTF-8"}
    started = time.perf_counter()
    process = subprocess.run(
        [sys.executable, "-c", STUDYNN, *arguments],
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=True,
    )
    return (time.perf_counter() - started) * 1000, int(process.stderr.split()[-1]) // 1024


def first_card(home: Path, *arguments: str) -> float:
    """Milliseconds from process start until a card stands on a terminal."""
    variables = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    variables |= {"STUDYNN_HOME": str(home), "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
    started = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, "-c", STUDYNN, *arguments], variables)
    seen = b""
    while b"Front" not in seen:
        seen += os.read(terminal, 4096)
    milliseconds = (time.perf_counter() - started) * 1000
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(terminal)
    return milliseconds


def compare(homes: dict[str, Path], rounds: int) -> None:
    """The start screen to its end, and cards until the first stands on the screen; small and large in turn."""
    print(f"{'':28}{'small ms':>10}{'large ms':>10}{'ratio':>8}{'goal':>6}{'large MB':>10}")
    for arguments in ((), ("cards", "--plain")):
        times: dict[str, list[float]] = {name: [] for name in homes}
        memory = 0
        for _ in range(rounds):
            for name, home in homes.items():
                milliseconds, megabytes = run(home, *arguments)
                times[name].append(first_card(home, *arguments) if arguments else milliseconds)
                memory = max(memory, megabytes)
        small, large = min(times["small"]), min(times["large"])
        words = " ".join(("studynn", *arguments))
        print(f"{words:28}{small:10.1f}{large:10.1f}{large / small:8.2f}{1.5:6}{memory:10}")
    print(f"Anki's backend at 100,000 cards, measured elsewhere: {ANKI} ms; the goal is half of it; memory below 80 MB")


def rebuild(home: Path) -> None:
    """How long the memories of the whole log take."""
    for path in (home / "cache").glob("memory.sqlite3*"):
        path.unlink()
    milliseconds, megabytes = run(home)
    print(f"memories of the large log made anew: {milliseconds / 1000:.1f} s, {megabytes} MB")


def commit(folder: Path) -> None:
    """An answer through the log against a bare insert with WAL and FULL, in turn."""
    bare = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")
    bare.execute("CREATE TABLE review (id TEXT PRIMARY KEY, item TEXT, moment INTEGER, rating INTEGER, answer TEXT)")
    times: dict[str, list[float]] = {"bare": [], "log": []}
    with open_log(log_path(folder / "commits")) as log:
        for number, review in enumerate(rows(1_000, 400, log.device)):
            times["bare"].append(
                timed(lambda n=number: bare.execute("INSERT INTO review VALUES (?, 'c', 1, 3, '')", (f"{n}",)))
            )
            times["log"].append(timed(lambda one=review, to=log: ReviewLog.add(to, one)))
    bare.close()
    middle = {name: sorted(found)[len(found) // 2] for name, found in times.items()}
    ratio = middle["log"] / middle["bare"]
    print(
        f"an answer committed: {middle['log']:.3f} ms, bare {middle['bare']:.3f} ms, ratio {ratio:.2f} (goal 1.5), medians"
    )


def timed(work: object) -> float:
    """Milliseconds of one call."""
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Make what is missing, then measure."""
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else LEAST_OF
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary)
        homes = {name: folder / name for name in SIZES}
        for name, home in homes.items():
            if not home.exists():
                started = time.perf_counter()
                make(home, *SIZES[name])
                print(f"{name}: made in {time.perf_counter() - started:.0f} s")
                milliseconds, megabytes = run(home)
                print(
                    f"{name}: first start, which reads all decks and the whole log: {milliseconds / 1000:.1f} s, {megabytes} MB"
                )
        rebuild(homes["large"])
        compare(homes, rounds)
        commit(Path(temporary))


if __name__ == "__main__":
    main()
