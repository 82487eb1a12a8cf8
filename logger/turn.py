"""One call at a time on the files of one writer: threads wait, a call inside a call queues.

A signal handler or a `__del__` may log while its own thread is in the middle of a log call. A plain
lock would hang there, and a re-entrant lock alone would let the inner call write over the row that
the outer one is filling. So the inner call leaves its job in a queue, and the call it interrupted
does it before it returns. Points and facts of a writer share one turn: two locks, taken in two
orders by a handler and a thread, would be a deadlock.

`logger.live` spells `Turn.do` out in its hot path; the two must agree.
"""

from __future__ import annotations

import threading
import warnings
from collections import deque
from collections.abc import Callable
from pathlib import Path
from sys import _getframe

from . import system

_PACKAGE = str(Path(__file__).parent)


class Turn:
    """The right to touch the files of one writer."""

    __slots__ = ("__weakref__", "_free", "busy", "lock", "queue", "warned")

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.busy = False  # a call of the thread that holds the lock is under way
        self.queue: deque[Callable[[], object]] = deque()  # what calls inside that call asked for
        self._free: deque[Callable[[], object]] = deque()  # see when_free
        self.warned = False  # the user knows that the disk fails
        system.on_fork_in_child(self._start_anew)

    def do(self, job: Callable[[], object]) -> None:
        """Do `job` before this call returns or, inside another call, before that one returns."""
        with self.lock:
            if self.busy:
                self.queue.append(job)
                return
            try:
                self.busy = True
                job()
            finally:
                self.busy = False
                # Looked at only now: what a handler queued up to the line above is seen here,
                # and a handler from here on finds nobody busy and does its job itself.
                if self.queue:
                    self.drain()

    def when_free(self, job: Callable[[], object]) -> None:
        """Do `job`, which takes turns itself, now or as soon as the call around this one is done.

        For a signal handler that ends the run and then the process: called at any instant, `job` finds
        the files whole and may use everything.
        """
        with self.lock:
            self._free.append(job)
            if self.busy:
                self.queue.append(_nothing)  # so that the call around this one looks
            else:
                self.drain()

    def drain(self) -> None:
        """Do what calls inside the last call left. The lock is held, nobody is busy."""
        while self.queue:
            try:
                self.busy = True
                # Asked again: a handler that came before the line above found nobody busy, and has
                # done all there was. From here on handlers only add.
                if self.queue:
                    self.queue[0]()
            except Exception:
                self.queue.popleft()  # it will not go better the next time
                raise
            else:
                if self.queue:
                    self.queue.popleft()  # not before: an interrupted job is done by the next call
            finally:
                self.busy = False
        while self._free:
            self._free.popleft()()

    def warn_once(self, text: str) -> None:
        """Tell the user, a single time for all files of the writer, that the disk fails."""
        if not self.warned:
            self.warned = True
            warn_user(text)

    def _start_anew(self) -> None:
        # In a child made by fork: the lock may be held by a thread that does not exist here, and
        # what was queued is the parent's to do.
        self.lock = threading.RLock()
        self.busy = False
        self.queue.clear()
        self._free.clear()


def _nothing() -> None:
    pass


def warn_user(text: str) -> None:
    """A RuntimeWarning that points at the line outside this package from which we were called."""
    level = 2
    frame = _getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
        level += 1
    warnings.warn(text, RuntimeWarning, stacklevel=level)
