"""Numbering: which number each metric has with one writer, its highest step, and what the facts know of it.

A row of live points carries the number of its series. The number's name is a fact, told before the
first row is written; while the facts wait for the disk, so do the rows. Everything here is called
within a turn by `logger.live`, right of here, which reads `known` in its hot path.

Assignments that belong together stand together, without a call between them: see `logger.frames`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping


class Series:
    """One metric of a writer."""

    __slots__ = ("highest", "name", "number")

    def __init__(self, name: str, number: int, highest: int) -> None:
        self.name = name
        self.number = number
        self.highest = highest  # step; before there is any, one less than the first


class Numbering:
    """The series of one writer.

    Args:
        tell: writes names and numbers as facts, and returns whether all that was told is on disk;
            without names it tries what waits.
        steps: highest step of each metric from before this writer.
    """

    def __init__(self, tell: Callable[[list[tuple[str, int]]], bool], steps: Mapping[str, int]) -> None:
        self.known: dict[str, Series] = {}
        self._tell = tell
        self._earlier = dict(steps)
        self._last_number = 0
        self._untold: list[tuple[str, int]] = []
        self._waits = False  # told, and not on disk

    @property
    def names(self) -> dict[int, str]:
        """The metrics by number, in the order first logged."""
        return {series.number: name for name, series in self.known.items()}

    @property
    def steps(self) -> dict[str, int]:
        """The highest step of each metric, those from before this writer included."""
        return self._earlier | {name: series.highest for name, series in self.known.items()}

    def add(self, names: Iterable[str], first: int) -> bool:
        """Number the names that are new, whose steps begin at `first`. Returns: whether any is untold."""
        for name in names:
            if name not in self.known:
                number = self._last_number + 1
                series = Series(name, number, self._earlier.get(name, first - 1))
                self._last_number = number  # not given twice, whatever comes up below
                self._untold += [(name, number)]
                self.known[name] = series
        return bool(self._untold)

    def told(self) -> bool:
        """Tell what was not told yet. Returns: whether all of it is on disk, so that rows may follow."""
        if self._untold or self._waits:
            self._waits = True
            on_disk = self._tell(self._untold)
            self._untold = []
            self._waits = not on_disk
        return not self._waits

    def tell_again(self) -> None:
        """All names are news to the facts of another writer."""
        self._untold = [(name, series.number) for name, series in self.known.items()]

    def forget(self) -> None:
        """Begin anew, and go on with the steps."""
        self._earlier = self.steps
        self.known = {}
        self._last_number = 0
        self._untold = []
        self._waits = False
