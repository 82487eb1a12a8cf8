"""Reading: one run of a store → what a site needs of it. A function that can be mapped over any executor.

A run costs only itself: whatever is wrong with it becomes a `Problem` beside the runs that are good. Of its
points what the pages load is kept, and all of them only for a site that carries its data; what of the rest
is published, `sitegen.screening` says. Reads through `logger.store`, writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import pyarrow as pa

from logger.records import Problem, RunRecord

from .keeping import Kept
from .pointgroups import joined
from .series import from_history
from .shards import EXACT, EncodedRun, encode_run
from .sparkline import Sketch, sketch
from .stores import RunStore

_FEW = 500  # runs that are read here: other processes would take longer to start
_MOST_AT_ONCE = 16  # runs that a process is given at a time

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class RunReading:
    """A run as read: its record, its points as scripts carry them, and in a few points for small pictures."""

    record: RunRecord
    encoded: EncodedRun
    sketches: dict[str, Sketch]  # by metric
    lost: dict[str, int]  # by metric: points that its summary counts and that could not be read
    points: pa.Table | None = None  # all of them, of logger.schema.SEALED, when the site carries them


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a site needs of its runs."""

    exact: int = EXACT  # points of a series up to which all are kept in the overview
    detail: bool = True  # all points beside the overview, for pages that zoom in
    points: bool = False  # all points as a table, for the data of the site


def read_runs(
    store: RunStore,
    folders: Sequence[str],
    wanted: Wanted,
    executor: Executor | None = None,
    kept: Kept[RunReading | Problem] | None = None,
) -> Iterator[RunReading | Problem]:
    """Runs of a store, in the order of their folders; a `Problem` for one that gave nothing at all.

    Args:
        kept: of a build that wanted the same: runs that have ended are not read again.
    """
    read = partial(read_run, store, wanted)
    if kept is None:
        return mapped(read, folders, executor)
    return (kept.of(store.run_identity(folder), partial(read, folder), _ended) for folder in folders)


def _ended(reading: RunReading | Problem) -> bool:
    """Whether nothing but its files tells of a run: whether one in progress is alive, no file says."""
    return not isinstance(reading, Problem) and reading.record.ended is not None


def read_run(store: RunStore, wanted: Wanted, folder: str) -> RunReading | Problem:
    """One run."""
    try:
        record = store.read_run(folder)
        points = store.read_points(folder)
        series = {name: from_history(points.series[name]) for name in record.metrics if name in points.series}
        record = replace(record, problems=tuple(dict.fromkeys((*record.problems, *points.problems))))
        return RunReading(
            record,
            encode_run(record.run_id, series.items(), wanted.exact, wanted.detail),
            {name: sketch(data) for name, data in series.items() if len(data)},
            _lost(record, {name: table.num_rows for name, table in points.series.items()}),
            joined((name, points.series[name]) for name in series) if wanted.points else None,
        )
    except Exception as error:  # a run that vanished, or a fault of ours: the other runs are still shown
        return Problem(folder, f"the run could not be read: {type(error).__name__}: {error}")


def _lost(record: RunRecord, read: Mapping[str, int]) -> dict[str, int]:
    lost = {name: summary.count - read.get(name, 0) for name, summary in record.metrics.items()}
    return {name: count for name, count in lost.items() if count > 0}


def mapped(function: Callable[[T], R], items: Sequence[T], executor: Executor | None) -> Iterator[R]:
    """`map`, by an executor when there is one and enough to do; the order is that of `items` either way."""
    if executor is None or len(items) < _FEW:
        return map(function, items)
    return executor.map(function, items, chunksize=min(_MOST_AT_ONCE, 1 + len(items) // 64))
