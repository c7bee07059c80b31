"""Large work shared among a few threads: NumPy lets go of Python's lock while it computes.

As many as BLAS may use by the usual variables, or one for each processor.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextvars import copy_context
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

LEAST = 2**18  # numbers to go through from which it pays to wake another thread: some tenths of a millisecond


def count() -> int:
    """How many threads may work at once."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        if os.environ.get(name, "").isdecimal():
            return max(1, int(os.environ[name]))
    return os.cpu_count() or 1


def share(work: Callable[[range], object], items: int, numbers: int) -> None:
    """work(range(items)), as several ranges side by side where there are enough numbers to go through, in all, to pay."""
    parts = min(count(), items, numbers // LEAST)
    if parts < 2:
        work(range(items))
        return
    first, *others = (range(items * part // parts, items * (part + 1) // parts) for part in range(parts))
    waiting = [_helpers().submit(copy_context().run, work, part) for part in others]
    try:
        work(first)
    finally:
        for other in waiting:
            other.result()


@cache
def _helpers() -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor  # some milliseconds, which small work does without

    return ThreadPoolExecutor(max(1, count() - 1), "studynn")


if hasattr(os, "register_at_fork"):  # a forked process has none of the threads
    os.register_at_fork(after_in_child=_helpers.cache_clear)
