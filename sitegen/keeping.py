"""Keeping: what a build made of a file or run, for the next build of the same process.

`serve` builds again whenever something grows; what did not change is not read again. A thing is known by its
key, which holds all that it was made from: an identity of files (`logger.store`), a checksum, a kind. What a
whole build did not ask for is forgotten. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Things of one type, from build to build."""

    def __init__(self) -> None:
        self._before: dict[Hashable, T] = {}
        self._now: dict[Hashable, T] = {}

    def of(self, key: Hashable | None, make: Callable[[], T], lasts: Callable[[T], bool]) -> T:
        """What was made for this key, or what `make` makes now.

        Args:
            key: None where nothing tells whether it changed.
            lasts: whether it may be kept.
        """
        if key is None:
            return make()
        if key not in self._now:
            made = self._before[key] if key in self._before else make()
            if not lasts(made):
                return made
            self._now[key] = made
        return self._now[key]

    def turn(self) -> None:
        """A build is done: forget what it did not ask for."""
        self._before, self._now = self._now, {}
