"""Frames: the Arrow batch that is being filled, those that wait for the disk, and the file they belong in.

A frame is a `bytearray` of 2,080 bytes with one typed `memoryview` per column. It lies in the file at
`offset` and is written there again and again, whole, as it fills. A write that fails or is short
leaves everything as it was: the same bytes go to the same place the next time, so nothing that was
written before is touched. Full frames that found no room wait in memory, in order.

`logger.live`, right of here, fills the cells and calls `write` unless `look_at` says that a plain
`pwrite` of the frame is all there is to do. Everything here is called within a turn.

An exception from a signal handler may end a method after any call it makes. CPython raises it there
or on a jump back, so assignments that belong together stand together, without a call between them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections import deque
from pathlib import Path

from . import schema, system

MOST_WAITING = 1_000_000 // schema.ROWS  # full frames kept while the disk takes none: 33 MB
SLOW_WRITE = 200_000  # nanoseconds; a mount that takes longer gets its frames ten times a second
PAUSE = 100_000  # microseconds between writes to a slow mount
LOOK = 1_000_000  # microseconds between looks at whether the file is still ours

_SAMPLES = 16  # timed writes whose median tells a slow mount: one hiccup says nothing
_TOGETHER = 64  # waiting frames that go into one write

_empty: schema.Frame | None = None  # made by Arrow once per process
_schema_message = b""


class Frames:
    """The frames of one file of live points; the file is made by `open`."""

    def __init__(self) -> None:
        empty = _empty_frame()
        self._template = empty.message
        self.size = len(empty.message)
        self.cells = bytearray(empty.message)
        self.series = self._column(empty.series, 4).cast("i")
        self.step = self._column(empty.step, 8).cast("q")
        self.time = self._column(empty.time, 8).cast("q")
        self.value = self._column(empty.value, 8).cast("d")
        self.pwrite = system.positioned_write()
        self.fd = -1
        self.path = Path()
        self.forget()

    def forget(self) -> None:
        """Begin anew, without a file and without rows."""
        self._waiting: list[bytes] = []  # full frames that are not on disk, in order
        self._half = 0  # rows of the first of them that are, from when it was being filled
        self.cells[:] = self._template
        self.count = 0  # rows taken in the frame
        self.on_disk = 0  # of these, rows known to be in the file
        self._full = 0  # frames before this one
        self.lost = 0  # rows for which there was no room in memory either
        self.offset = 0  # in the file, of the first frame that may not be there
        self.look_at = 0  # microseconds since the epoch; before it, a plain write will do
        self._head = b""  # the schema's message, until the file has it
        self._identity: tuple[int, int] | None = None
        self._compared_at = 0
        self._samples: deque[int] = deque(maxlen=_SAMPLES)
        self.slow = False
        self._wrote_at = 0
        self._sync_failed = False

    @property
    def rows(self) -> int:
        """Rows taken so far."""
        return self._full * schema.ROWS + self.count + self.lost

    @property
    def missing(self) -> int:
        """Rows that are not on disk."""
        return len(self._waiting) * schema.ROWS - self._half + self.count - self.on_disk + self.lost

    def open(self, path: Path) -> None:
        """Make the file. What is in memory, the frame under way included, goes there."""
        try:
            fd = system.open_new(path)
        except FileExistsError:
            fd = system.open_empty(path)  # an interrupted call made it: no other writer has this name
        self.path = path
        self._head = _schema_message
        self.offset = len(_schema_message)
        self.on_disk = 0
        self._half = 0
        self._compared_at = 0
        self.fd = fd
        self._identity = None
        self._identity = system.identity(path)

    def close(self) -> None:
        """Let go of the file; rows in memory stay there."""
        fd, self.fd = self.fd, -1
        self.look_at = 0
        if fd >= 0:
            os.close(fd)

    def next(self, now: int) -> bool:
        """Begin the next frame. Returns: False when memory is full, and the row has no place."""
        if now < self.look_at - LOOK or len(self._samples) < _SAMPLES:
            self.look_at = 0  # the clock went back, or we do not know yet how fast this mount is
        if self.on_disk != schema.ROWS and now < self.look_at:  # points of one call end it and go on behind
            with contextlib.suppress(OSError):  # comes again, and is told, when all is written
                if self.pwrite(self.fd, self.cells, self.offset) == self.size:
                    self.on_disk = schema.ROWS
        if self.on_disk == schema.ROWS:
            self.offset += self.size
        elif len(self._waiting) < MOST_WAITING:
            full = bytes(self.cells)
            self.look_at = 0
            self._waiting += [full]
            self._half += self.on_disk
        else:
            return False
        self.cells[:] = self._template
        self.count = 0
        self.on_disk = 0
        self._full += 1
        return True

    def look_due(self, now: int) -> bool:
        """Whether it is time to compare the file with its path; true once a second."""
        if 0 <= now - self._compared_at < LOOK:
            return False
        self._compared_at = now
        return True

    def is_ours(self) -> bool:
        """Whether the file's path still leads to the file, as far as can be told."""
        return self._identity is None or system.leads_to(self.path, self._identity)

    def pausing(self, now: int) -> bool:
        """Whether the mount is slow, and its next write not due yet."""
        return self.slow and 0 <= now - self._wrote_at < PAUSE

    def write(self, now: int) -> None:
        """Write all that waits, and the frame. Raises: OSError: what is missing stays in memory."""
        self.look_at = 0
        began = time.perf_counter_ns()
        together = 1  # the first shows whether the disk takes any
        while self._waiting:
            some = self._waiting[:together]
            self._put(self._head + b"".join(some))
            del self._waiting[: len(some)]
            self._half = 0
            self.offset += len(some) * self.size
            self._head = b""
            together = _TOGETHER
        count = self.count
        self._put(self._head + self.cells if self._head else self.cells)
        self._head = b""
        self.on_disk = count
        self._wrote_at = now
        self._samples.append(time.perf_counter_ns() - began)
        if len(self._samples) == _SAMPLES:
            typical = sorted(self._samples)[_SAMPLES // 2]
            self.slow = typical > (SLOW_WRITE // 2 if self.slow else SLOW_WRITE)
        if not self.slow:
            self.look_at = now + LOOK

    def sync(self) -> bool:
        """Let the file survive a power cut. Returns: False once this failed: a later success proves nothing.

        Raises: OSError: it failed.
        """
        try:
            os.fsync(self.fd)
            system.sync_folder(self.path.parent)
        except OSError:
            self._sync_failed = True
            raise
        return not self._sync_failed

    def _put(self, data: bytes | bytearray) -> None:
        at = self.offset - len(self._head)
        done = self.pwrite(self.fd, data, at)
        while done < len(data):
            taken = self.pwrite(self.fd, memoryview(data)[done:], at + done)
            if taken == 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            done += taken

    def _column(self, offset: int, width: int) -> memoryview:
        return memoryview(self.cells)[offset : offset + width * schema.ROWS]


def _empty_frame() -> schema.Frame:
    global _empty, _schema_message
    if _empty is None:
        _schema_message = schema.schema_message()
        _empty = schema.empty_frame()
    return _empty
