"""Makes the n-th call to the operating system fail, in one process and for one test."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any

import pytest

CALLS = ("open", "write", "pwrite", "fsync", "fstat", "stat", "link", "rename")


class Failing:
    """Counts the calls that writers make and lets some fail.

    Args:
        first: number of the first call that fails, from 0.
        last: number of the last one; None: all that follow.
        number: the errno; None: a write takes half of its bytes, other calls succeed.
        only: names of the calls that are counted.
    """

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        first: int,
        last: int | None,
        number: int | None = errno.EIO,
        only: tuple[str, ...] = CALLS,
    ) -> None:
        self.count = 0
        self.failed: list[str] = []
        self._first, self._last, self._number = first, last, number
        for name in only:
            monkeypatch.setattr(os, name, self._wrapped(name, getattr(os, name)))

    def stop(self) -> None:
        """From now on everything succeeds."""
        self._last = -1

    def _wrapped(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            this, self.count = self.count, self.count + 1
            if this < self._first or (self._last is not None and this > self._last):
                return call(*arguments, **options)
            if self._number is not None:
                self.failed.append(name)
                raise OSError(self._number, os.strerror(self._number))
            if name in ("write", "pwrite") and len(arguments[1]) > 1:
                self.failed.append(name)
                arguments = (arguments[0], arguments[1][: len(arguments[1]) // 2], *arguments[2:])
            return call(*arguments, **options)

        return wrapped
