"""Lifecycle: whatever ends a process ends its open runs first, each with the status that is true.

    the interpreter exits         atexit            finished; `logger.fluent` calls `end_all`
    an exception nobody caught    sys.excepthook    failed, with the reason; KeyboardInterrupt: killed
    SIGTERM (Slurm, Kubernetes),
    SIGHUP (a closed terminal)    signal handler    killed; then the default action, so the exit status stays

The other hooks are installed when the first run opens, and chain to what was there. A signal is taken only
from the default action and only in the main thread. SIGKILL needs no hook: every point is on disk already.
Each run compares process ids itself, so a child that runs these hooks never ends its parent's run.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType, TracebackType
from typing import Protocol

_REASON_LENGTH = 1_000  # characters
_SIGNALS = ("SIGTERM", "SIGHUP")  # Windows lacks the second


class Endable(Protocol):
    """What `logger.run` registers here."""

    def end_quietly(self, status: str, reason: str | None) -> None:
        """End; whatever goes wrong becomes a warning."""

    def when_free(self, job: Callable[[], object]) -> None:
        """Do `job` now, or as soon as the call that a signal has interrupted is done with the files."""


_open: dict[int, Endable] = {}  # by id(); in the order opened
exiting = False  # a signal or an exception is about to end the process; no run starts by itself any more
_installed = False
_signals_taken = False
_previous_excepthook = sys.excepthook


def opened(run: Endable) -> None:
    """From now on, end `run` with the process."""
    _install()
    _open[id(run)] = run
    end_with_worker()


def ended(run: Endable) -> None:
    """`run` needs no care any more."""
    _open.pop(id(run), None)


def end_all(status: str = "finished", reason: str | None = None) -> None:
    """End all open runs, the innermost first. Never raises."""
    for run in reversed(list(_open.values())):
        run.end_quietly(status, reason)


def report(error: Exception) -> None:
    """Say what went wrong where nobody can catch it: at exit, or in a signal handler."""
    sys.stderr.write(f"logger: a run could not be ended as it should: {type(error).__name__}: {error}\n")


def status_of(error: BaseException | None) -> tuple[str, str | None]:
    """How a run ends that `error` leaves: the status, and the reason in one line.

    An exit without a code or with 0 is an end like any other.
    """
    if error is None or (isinstance(error, SystemExit) and error.code in (None, 0)):
        return "finished", None
    cancelled = type(error).__name__ == "CancelledError"  # of asyncio, which is not imported for this
    if isinstance(error, KeyboardInterrupt | GeneratorExit) or cancelled:
        return "killed", type(error).__name__
    try:
        text = str(error)
    except Exception:  # an exception may fail to describe itself
        text = ""
    reason = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return "failed", reason if len(reason) <= _REASON_LENGTH else reason[: _REASON_LENGTH - 1] + "…"


def end_with_worker() -> None:
    """In a worker of multiprocessing: end with it, since forked workers leave without atexit."""
    util = sys.modules.get("multiprocessing.util")
    process = sys.modules.get("multiprocessing.process")
    if util is not None and process is not None and process.parent_process() is not None:
        util.Finalize(None, end_all, exitpriority=-100)  # after the finalizers of others, which may log


def _install() -> None:
    global _installed, _previous_excepthook
    _take_signals()
    if _installed:
        return
    _installed = True
    _previous_excepthook = sys.excepthook
    sys.excepthook = _on_unhandled


def _take_signals() -> None:
    global _signals_taken
    if _signals_taken or threading.current_thread() is not threading.main_thread():
        return
    try:
        _signals_taken = signal.getsignal(signal.SIGTERM) is signal.SIG_DFL  # else we look again
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, _on_signal)
    except ValueError:  # a subinterpreter
        _signals_taken = True


def _on_signal(number: int, frame: FrameType | None) -> None:
    def finish() -> None:
        global exiting
        exiting = True  # other threads go on until we are gone
        signal.signal(number, signal.SIG_DFL)  # a second one ends us at once
        try:
            end_all("killed", signal.Signals(number).name)
        finally:
            os.kill(os.getpid(), number)

    job: Callable[[], object] = finish
    for run in _open.values():
        job = partial(run.when_free, job)
    job()


def _on_unhandled(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    global exiting
    at_prompt = hasattr(sys, "ps1") or sys.flags.interactive  # there a program goes on after an error
    if not at_prompt:
        exiting = True
        end_all(*status_of(error))
    _previous_excepthook(kind, error, traceback)
