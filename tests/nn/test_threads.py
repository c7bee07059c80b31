"""Large work is shared among threads, with the same results, errors and settings as in one."""

import os
import threading

import numpy as np
import pytest

from studynn.nn import _threads
from studynn.nn.attention import attention, causal_mask
from studynn.nn.pooling import max_pool2d_argmax, max_pool2d_backward


@pytest.fixture
def two_threads(monkeypatch):
    monkeypatch.setattr(_threads, "LEAST", 1)
    monkeypatch.setattr(_threads, "count", lambda: 2)
    _threads._helpers.cache_clear()
    yield
    _threads._helpers.cache_clear()


@pytest.mark.usefixtures("two_threads")
def test_every_item_is_worked_on_once_and_by_more_than_one_thread():
    done, both = [], threading.Barrier(2, timeout=10)

    def work(part):
        both.wait()
        done.extend(part)

    _threads.share(work, 7, 100)
    assert sorted(done) == list(range(7))


@pytest.mark.parametrize(("items", "numbers"), [(1, 10**9), (5, _threads.LEAST), (0, 10**9)])
def test_one_item_or_little_work_stays_in_the_thread_that_asks(items, numbers):
    seen = []
    _threads.share(lambda part: seen.append((part, threading.current_thread())), items, numbers)
    assert seen == [(range(items), threading.current_thread())]


@pytest.mark.usefixtures("two_threads")
@pytest.mark.parametrize("place", [0, 3])
def test_an_error_in_any_part_reaches_the_caller(place):
    def work(part):
        if place in part:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        _threads.share(work, 4, 4)


@pytest.mark.parametrize(
    ("settings", "due"),
    [({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "4"}, 1), ({"OMP_NUM_THREADS": "3"}, 3), ({}, os.cpu_count())],
)
def test_the_variables_of_blas_say_how_many_threads_there_are(settings, due, monkeypatch):
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert _threads.count() == due


@pytest.mark.usefixtures("two_threads")
def test_attention_and_the_slope_of_pooling_are_the_same_in_two_threads(monkeypatch):
    rng = np.random.default_rng(3)
    q, k, v = rng.normal(size=(3, 5, 2, 70, 6))
    x, dy = rng.normal(size=(6, 7, 9, 9)), rng.normal(size=(6, 7, 4, 4))

    def everything():
        return (*attention(q, k, v, causal_mask(70)), max_pool2d_backward(dy, x, 3, 2), max_pool2d_argmax(x, 3, 2))

    monkeypatch.setattr("studynn.nn.pooling.BLOCK", 200)
    shared = everything()
    monkeypatch.setattr(_threads, "count", lambda: 1)
    assert all(np.array_equal(one, other) for one, other in zip(everything(), shared, strict=True))
