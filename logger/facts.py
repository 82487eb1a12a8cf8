"""Facts: the append-only file of everything a writer says that is not a point.

One `os.write` a call, for one fact or many, to a file that this process made and nobody else appends
to. So a write that was cut short is simply continued: the bytes that are missing go first with the
next call, and no line is ever damaged. The advisory lock of the file says that its writer lives.

Left of here, `logger.factlines` knows how a fact looks; `logger.run` decides what is said.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from . import system
from .errors import RunError, WriteFailed, explain
from .factlines import Fact, JsonValue, encode
from .layout import WriterId, facts_file
from .turn import Turn

MOST_WAITING = (
    32 * 2**20
)  # bytes of lines kept while the disk takes none; later facts are counted and dropped


def microseconds() -> int:
    """Now, in microseconds since the epoch."""
    return time.time_ns() // 1000


class FactsFile:
    """The facts of one writer.

    Args:
        folder: of a run or an experiment; it exists.
        writer: whose facts these are; no file of this name exists.
        start: value of the start fact, which becomes the first line; the file's inode is added to it.
        turn: shared with the writer's points.
    Raises: OSError: the file cannot be made, or its first line not written; then no file is left.
    """

    def __init__(
        self,
        folder: Path,
        writer: WriterId,
        start: dict[str, JsonValue] | None = None,
        *,
        turn: Turn | None = None,
        clock: Callable[[], int] = microseconds,
    ) -> None:
        self.writer = writer
        self.path = folder.absolute() / facts_file(writer)  # a program may change its folder
        self.turn = turn or Turn()
        self._clock = clock
        self._last_time = 0
        self._waiting = b""  # whole lines, or the rest of one, that the file lacks
        self._size = 0  # of the file, as far as we know
        self._uncertain = False  # a write was begun and its outcome not noted
        self._lost = 0  # facts
        self._sync_failed = False
        self._fd = system.open_new(self.path, append=True)
        try:
            self.inode = os.fstat(self._fd).st_ino
            self.locked = system.lock_file(self._fd)
            if start is not None:
                self._waiting = self._lines([("start", "", {**start, "inode": self.inode})])
                self._write()
        except BaseException:
            os.close(self._fd)
            self._fd = -1
            with contextlib.suppress(OSError):
                self.path.unlink()
            raise
        system.on_fork_in_child(self._leave_to_parent)

    def write(self, kind: str, key: str, value: JsonValue) -> None:
        """Say one fact: on disk when the call returns, else kept for the next call."""
        self.write_many([(kind, key, value)])

    def write_many(self, facts: Iterable[tuple[str, str, JsonValue]]) -> None:
        """Say several facts with one write."""
        facts = list(facts)
        self.turn.do(lambda: self._append(facts))

    def name_series(self, names: Iterable[tuple[str, int]]) -> bool:
        """Say the numbers of metrics, from within a turn.

        Returns: whether all that was said is on disk; without names, this only tries what waits.
        """
        # Never dropped: a row without its name is lost, and live.py holds the names anyway.
        return self._append([("metric", name, number) for name, number in names], most=None)

    def flush(self, durable: bool = False) -> None:
        """Write what waits; with `durable`, let it survive a power cut.

        Raises: WriteFailed: with `durable`, when something is not on disk for certain.
        """
        self.turn.do(lambda: self._flush(durable))

    def close(self) -> None:
        """Write what waits and let go of the file and its lock.

        Raises: WriteFailed: facts that never reached the disk.
        """
        self.turn.do(self._close)

    @property
    def is_open(self) -> bool:
        """False after `close`, and in a child made by fork."""
        return self._fd >= 0

    # What follows runs in a turn: nobody else touches the file meanwhile.

    def _append(self, facts: list[tuple[str, str, JsonValue]], most: int | None = MOST_WAITING) -> bool:
        if self._fd < 0:
            raise RunError(explain(f"{self.path.name} is closed.", hint="log before the run ends."))
        if facts:
            lines = self._lines(facts)
            if most is not None and len(self._waiting) + len(lines) > most:
                self._lost += len(facts)
            else:
                self._waiting += lines
        try:
            self._write()
        except OSError as error:
            self.turn.warn_once(
                explain(
                    f"facts cannot be written to {self.path}: {error.strerror or error}.",
                    "the run goes on; what it logs waits in memory until the disk takes it.",
                    "make room on the disk, or end the run with run.end() to hear what was lost.",
                )
            )
        return not self._waiting

    def _lines(self, facts: list[tuple[str, str, JsonValue]]) -> bytes:
        lines = []
        for kind, key, value in facts:
            self._last_time = max(self._clock(), self._last_time + 1)
            lines.append(encode(Fact(self._last_time, kind, key, value)))
        return b"".join(lines)

    def _write(self) -> None:
        if self._uncertain:
            self._recount()
        while self._waiting:
            self._uncertain = True
            taken = os.write(self._fd, self._waiting)
            if taken == 0:
                raise OSError("the disk took no byte")
            self._waiting, self._size = self._waiting[taken:], self._size + taken
            self._uncertain = False

    def _recount(self) -> None:
        # An error or an interruption came between the bytes and our note of them: the file knows.
        taken = os.fstat(self._fd).st_size - self._size
        if 0 < taken <= len(self._waiting):
            self._waiting, self._size = self._waiting[taken:], self._size + taken
        self._uncertain = False

    def _flush(self, durable: bool) -> None:
        if self._fd < 0:
            return
        self._append([])
        if not durable:
            return
        try:
            os.fsync(self._fd)
            system.sync_folder(self.path.parent)
        except OSError as error:
            # A later fsync would succeed without having written what this one could not.
            self._sync_failed = True
            raise WriteFailed(f"{self.path} could not be made durable: {error.strerror or error}.") from error
        if self._waiting or self._lost or self._sync_failed:
            raise WriteFailed(self._missing())

    def _close(self) -> None:
        if self._fd < 0:
            return
        self._append([])
        fd, self._fd = self._fd, -1
        os.close(fd)
        if self._waiting or self._lost:
            raise WriteFailed(self._missing())

    def _missing(self) -> str:
        count = self._waiting.count(b"\n") + self._lost
        return explain(
            f"{count} facts (params, tags, names, status) of {self.path.name} never reached the disk.",
            hint="make room on the disk; what was written before is whole.",
        )

    def _leave_to_parent(self) -> None:
        # In a child made by fork. Closing does not free the lock: parent and child share it.
        fd, self._fd = self._fd, -1
        self._waiting = b""
        if fd >= 0:
            os.close(fd)
