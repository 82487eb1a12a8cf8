"""Live points: what every log call does, and so the hot path.

A log call stores four cells in the frame and writes the frame in its place with one `pwrite`. No
thread, no buffer, no map: when the call returns, the point survives whatever kills the process.

Rules of `LivePoints.log`:
- Whatever may run a user's code or be refused comes before anything is taken.
- The value's cell is stored last and the count directly after it, without a call between them: what a
  signal handler raises comes up after a call, so a row is taken whole or not at all. A row that is
  taken but not written, because the call was interrupted, goes to disk with the next one.
- What is rare (opening, failing and slow disks, replaced files, forks) hides behind one comparison,
  `now < frames.look_at`. Zero sends the call to `_write`, which knows about all of it.

Left of here, `logger.frames` owns the bytes and the file, `logger.numbering` the names; right of here,
`logger.writer` owns the facts.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

from . import system
from .errors import RunError, WriteFailed, explain
from .frames import Frames
from .layout import WriterId, facts_file, live_file
from .names import check_name
from .numbering import Numbering, Series
from .schema import NO_INT, ROWS
from .turn import Turn, warn_user
from .values import to_number, to_step, to_time

_NAN = float("nan")
_DICT_ITEMS = type(dict[str, object]().items())

_Row: TypeAlias = tuple[Series, float]
_Backward: TypeAlias = tuple[str, int, int]  # metric, step, highest step before it


class LivePoints:
    """The points of one writer.

    Args:
        folder: of the run; it exists.
        writer: whose points these are. The file is made at the first point.
        name_series: says the numbers of new metrics, before their first row, and returns whether all
            that was said so far is on disk; called without names it only tries what waits.
            `FactsFile.name_series` is one.
        new_writer: makes another writer, with facts of its own, and returns its id. Called with True in
            a child made by fork (which may already have one), with False when somebody replaced or
            removed the files of this one.
        turn: shared with the writer's facts.
        steps: highest step of each metric that the run has already.
        on_backward_step: told once per metric of a step below the highest: metric, step, highest.
    """

    def __init__(
        self,
        folder: Path,
        writer: WriterId,
        name_series: Callable[[list[tuple[str, int]]], bool],
        *,
        new_writer: Callable[[bool], WriterId],
        turn: Turn,
        steps: Mapping[str, int] | None = None,
        on_backward_step: Callable[[str, int, int], None] | None = None,
    ) -> None:
        self.writer = writer
        self._folder = folder.absolute()  # a program may change its folder
        self._new_writer = new_writer
        self._turn = turn
        self._on_backward_step = on_backward_step
        self._went_back: set[str] = set()  # metrics of which on_backward_step knows

        self._frames = Frames()
        self._numbering = Numbering(name_series, steps or {})
        self._names: dict[int, str] = {}  # of the series when the writer closed
        self._facts_identity: tuple[int, int] | None = None
        self._renewal: bool | None = None  # a new writer is due, and `new_writer` gets this
        self._told_replaced = False
        self._told_slow = False
        self._closed = False
        system.on_fork_in_child(self._leave_to_parent)

    def log(self, key: str, value: object, step: object = None, timestamp: object = None) -> None:
        """Log one point: on disk when the call returns.

        Args:
            key: the metric.
            value: one number.
            step: a whole number; without it, one more than the metric's highest.
            timestamp: seconds since the epoch or an aware datetime; without it, now.
        Raises: InvalidName, InvalidType, InvalidValue: nothing was taken.
        """
        if type(value) is not float:
            value = to_number(key, value)
        if value != value:
            value = _NAN  # one pattern of bits, so that no NaN is taken for an empty cell
        if step is not None and type(step) is not int:
            step = to_step(key, step)
        now = time.time_ns() // 1000
        when = now if timestamp is None else to_time(timestamp)
        turn, frames = self._turn, self._frames
        backward: list[_Backward] | None = None
        with turn.lock:
            if turn.busy:
                self._queue([(key, value)], step, when)
                return
            try:
                turn.busy = True
                try:
                    series = self._numbering.known[key]
                except (KeyError, TypeError):
                    if step is not None:
                        step = to_step(key, step)
                    backward = self._take(self._named([(key, value)], step), step, when, now)
                else:
                    highest = series.highest
                    row = frames.count
                    if row == ROWS:
                        if not self._next_frame(now):
                            return
                        row = 0
                    if step is None:
                        step = highest + 1
                    elif step < highest:
                        backward = [(key, to_step(key, step), highest)]
                    try:
                        frames.step[row] = step
                    except ValueError:
                        to_step(key, step)  # says that it has more than 64 bits
                        raise
                    frames.series[row] = series.number
                    frames.time[row] = when
                    frames.value[row] = value
                    frames.count = row + 1
                    if step > highest:
                        series.highest = step
                    if now < frames.look_at and (
                        frames.pwrite(frames.fd, frames.cells, frames.offset) == frames.size
                    ):
                        frames.on_disk = row + 1
                    else:
                        self._write(now)
            except OSError as error:
                frames.look_at = 0
                self._warn(error)
            finally:
                turn.busy = False
                # Looked at only now, as in Turn.do.
                if turn.queue:
                    turn.drain()
        if backward:
            self._tell(backward)

    def log_many(
        self, items: Iterable[tuple[str, object]], step: object = None, timestamp: object = None
    ) -> None:
        """Log several points with one time and, if they fit in the frame, one write; arguments as in `log`.

        Raises: InvalidName, InvalidType, InvalidValue: nothing was taken, of any of them.
        """
        if type(items) is not _DICT_ITEMS:
            items = list(items)  # it may be read once only
        if not items:
            return
        known = self._numbering.known
        new: list[tuple[str, float]] = []
        try:
            rows = [(known[key], value) for key, value in items if type(value) is float]
        except (KeyError, TypeError):
            rows = []
        if len(rows) < len(items):
            numbers = [(key, to_number(key, value)) for key, value in items]  # each is asked for it once
            try:
                rows = [(known[key], value) for key, value in numbers]
            except (KeyError, TypeError):
                new = numbers
        if step is not None and (type(step) is not int or not NO_INT < step < -NO_INT):
            step = to_step(next(iter(items))[0], step)
        now = time.time_ns() // 1000
        when = now if timestamp is None else to_time(timestamp)
        turn = self._turn
        with turn.lock:
            if turn.busy:
                self._queue(new or _by_name(rows), step, when)
                return
            try:
                turn.busy = True
                if new or known is not self._numbering.known:
                    rows = self._named(new or _by_name(rows), step)
                backward = self._take(rows, step, when, now)
            finally:
                turn.busy = False
                if turn.queue:
                    turn.drain()
        if backward:
            self._tell(backward)

    def flush(self, durable: bool = False) -> None:
        """Write what waits; with `durable`, let it survive a power cut.

        Raises: WriteFailed: with `durable`, when something is not on disk for certain.
        """
        self._turn.do(partial(self._flush, durable))

    def close(self) -> None:
        """Write what waits and let go of the file.

        Raises: WriteFailed: says how many rows never reached the disk.
        """
        self._turn.do(self._close)

    @property
    def rows(self) -> int:
        """Rows that this process logged."""
        return self._frames.rows

    @property
    def names(self) -> dict[int, str]:
        """The metrics of this writer by their series numbers, in the order first logged."""
        return self._names or self._numbering.names

    @property
    def steps(self) -> dict[str, int]:
        """The highest step of each metric, those from before this writer included."""
        return self._numbering.steps

    # What follows runs in a turn.

    def _take(self, rows: Sequence[_Row], step: int | None, when: int, now: int) -> list[_Backward]:
        frames = self._frames
        cells_of_series, cells_of_step = frames.series, frames.step
        cells_of_time, cells_of_value = frames.time, frames.value
        backward: list[_Backward] = []
        row = frames.count
        for series, value in rows:
            if row == ROWS:
                if not self._next_frame(now):
                    continue
                row = 0
            highest = series.highest
            if step is None:
                this = highest + 1
            else:
                this = step
                if this < highest:
                    backward.append((series.name, this, highest))
            try:
                cells_of_step[row] = this
            except ValueError:
                to_step(series.name, this)
                raise
            cells_of_series[row] = series.number
            cells_of_time[row] = when
            cells_of_value[row] = value if value == value else _NAN
            row += 1
            frames.count = row
            if this > highest:
                series.highest = this
        try:
            if now < frames.look_at and (
                frames.pwrite(frames.fd, frames.cells, frames.offset) == frames.size
            ):
                frames.on_disk = row
            else:
                self._write(now)
        except OSError as error:
            frames.look_at = 0
            self._warn(error)
        return backward

    def _queue(self, items: Sequence[tuple[str, float]], step: int | None, when: int) -> None:
        # We are inside another call of the same thread, which does this before it returns. What can be
        # refused is refused here, in the frame of the one who asked.
        if self._closed:
            raise _ended()
        items = [(check_name(key, "metric"), value) for key, value in items]
        if step is not None:
            step = to_step(items[0][0], step)
        self._turn.queue.append(partial(self._take_queued, items, step, when))

    def _take_queued(self, items: Sequence[tuple[str, float]], step: int | None, when: int) -> None:
        backward = self._take(self._named(items, step), step, when, time.time_ns() // 1000)
        if backward:
            self._tell(backward)

    def _named(self, items: Sequence[tuple[str, float]], step: int | None) -> list[_Row]:
        # The items as rows. Names that are new are told by one write.
        items = [(check_name(key, "metric"), value) for key, value in items]
        if self._closed:
            raise _ended()
        self._frames.look_at = 0  # no row is written past `_write` while a name is untold
        if self._numbering.add([name for name, _ in items], first=0 if step is None else step):
            try:
                self._announce()
            except OSError as error:
                self._warn(error)
        known = self._numbering.known
        return [(known[name], value) for name, value in items]

    def _announce(self) -> bool:
        # Whether all names are on disk, so that rows may follow.
        if self._renewal is not None:
            forked = self._renewal
            if not forked:
                self._folder.mkdir(parents=True, exist_ok=True)
            self.writer = self._new_writer(forked)
            self._numbering.tell_again()
            self._renewal = None
        return self._numbering.told()

    def _next_frame(self, now: int) -> bool:
        frames = self._frames
        if frames.next(now):
            return True
        self._write(now, due=True)
        if frames.next(now):
            return True
        frames.lost += 1
        return False

    def _write(self, now: int, due: bool = False) -> None:
        frames = self._frames
        frames.look_at = 0
        if frames.pausing(now) and not due:
            return
        replaced = False
        try:
            if frames.fd >= 0 and frames.look_due(now) and not self._is_ours():
                self._renewal = False
                replaced = True
                frames.close()
            if self._announce():
                if frames.fd < 0:
                    frames.open(self._folder / live_file(self.writer))
                    self._facts_identity = system.identity(self._facts_path())
                frames.write(now)
        except OSError as error:
            self._warn(error)
        if replaced and not self._told_replaced:
            self._told_replaced = True
            warn_user(
                explain(
                    f"files of the running writer in {self._folder} were replaced or removed.",
                    "the run goes on in new files, with what it still holds in memory.",
                    "copy a store with rsync or cp; leave the files of a running writer in place.",
                )
            )
        if frames.slow and not self._told_slow:
            self._told_slow = True
            warn_user(
                explain(
                    f"a write to {self._folder} takes more than 0.2 ms.",
                    "points are now written ten times a second, so a kill may cost the last of them.",
                    "use a store on a local disk and copy it, or call run.flush() where it matters.",
                )
            )

    def _is_ours(self) -> bool:
        facts = self._facts_identity
        return self._frames.is_ours() and (facts is None or system.leads_to(self._facts_path(), facts))

    def _facts_path(self) -> Path:
        return self._folder / facts_file(self.writer)

    def _flush(self, durable: bool) -> None:
        frames = self._frames
        if self._closed:
            return
        if frames.missing:
            self._write(time.time_ns() // 1000, due=True)
        if not durable:
            return
        try:
            certain = frames.fd < 0 or frames.sync()
        except OSError as error:
            raise WriteFailed(
                f"points in {self._folder} could not be made durable: {error.strerror or error}."
            ) from error
        if frames.missing or not certain:
            raise WriteFailed(self._missing())

    def _close(self) -> None:
        frames = self._frames
        if self._closed:
            return
        if frames.missing:
            self._write(time.time_ns() // 1000, due=True)
        self._names = self.names
        self._closed = True
        self._numbering.forget()  # so that every later call takes the way of a new name, which is refused
        try:
            frames.close()
        except OSError as error:  # a network mount may find out only now
            raise WriteFailed(f"points in {self._folder} are not on disk for certain: {error}.") from error
        if frames.missing:
            raise WriteFailed(self._missing())

    def _missing(self) -> str:
        frames = self._frames
        return explain(
            f"{frames.missing:,} of {frames.rows:,} points never reached the disk, in {self._folder}.",
            hint="make room on the disk; what was written before is whole.",
        )

    def _warn(self, error: OSError) -> None:
        self._turn.warn_once(
            explain(
                f"points cannot be written to {self._folder}: {error.strerror or error}.",
                "the run goes on; up to a million points wait in memory until the disk takes them.",
                "make room on the disk; ending the run says what was lost.",
            )
        )

    def _tell(self, backward: list[_Backward]) -> None:
        for key, step, highest in backward:
            if key not in self._went_back:
                self._went_back.add(key)
                if self._on_backward_step is not None:
                    self._on_backward_step(key, step, highest)

    def _leave_to_parent(self) -> None:
        # In a child made by fork: what the frame holds is the parent's to write.
        with contextlib.suppress(OSError):
            self._frames.close()
        self._frames.forget()
        self._numbering.forget()
        self._renewal = True


def _by_name(rows: Sequence[_Row]) -> list[tuple[str, float]]:
    return [(series.name, value) for series, value in rows]


def _ended() -> RunError:
    return RunError(
        explain("this run has ended; it takes no more points.", hint="start_run(run_id=…) goes on with it.")
    )
