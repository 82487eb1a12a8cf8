"""Workers: other processes of this machine that read runs, as an executor of the standard library.

They start when the first work arrives, so few runs cost nothing; they leave Ctrl-C to the process that
started them and end with it, however it ends. Each is a fresh Python, never a fork: a fork of a process with
threads may hang.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait

_MOST = 8  # beyond, the disk and what one process does with the answers are slower


@contextmanager
def workers() -> Iterator[Executor | None]:
    """An executor with a process for each processor that we may use; None when there is only one."""
    count = min(_processors(), _MOST)
    if count == 1:
        yield None
        return
    fresh = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(count, mp_context=fresh, initializer=_begin)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begin() -> None:
    """The first thing that a worker does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when the process that started us is gone, even killed: the pool would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
