"""Summaries: what a catalog shows of a metric, computed from its points.

Summaries of parts that follow one another add up to the summary of the whole, so a large file is
summarised group by group. Left of here `logger.stream` gives the points; right of here `logger.sealed`
stores summaries in footers. No I/O here.
"""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from .records import MetricSummary

_INFINITY = float("inf")


def summarize(rows: pa.Table) -> MetricSummary:
    """The summary of one metric's points.

    Args:
        rows: at least one; columns step, time and value in the order logged, without nulls.
    """
    step, value = _one(rows["step"]), _one(rows["value"])
    time = _one(rows["time"]).view(pa.int64())
    count = len(value)
    finite = pc.is_finite(value)
    bad = count - (pc.sum(finite).as_py() or 0)
    last_step = pc.max(step)  # kept as Arrow's, like the ends below: see `logger.arrays`
    last = count - 1
    if step[last] != last_step:
        last = pc.indices_nonzero(pc.equal(step, last_step))[-1].as_py()
    good_step, good = (step, value) if bad == 0 else (step.filter(finite), value.filter(finite))
    ends = pc.min_max(good)
    low, high = ends["min"], ends["max"]
    return MetricSummary(
        count=count,
        bad=bad,
        first=value[0].as_py(),
        last=value[last].as_py(),
        last_step=last_step.as_py(),
        last_time=time[last].as_py(),
        min=low.as_py(),
        min_step=_earliest(good_step, good, low),
        max=high.as_py(),
        max_step=_earliest(good_step, good, high),
        first_time=time[0].as_py(),
    )


def add_up(earlier: MetricSummary, later: MetricSummary) -> MetricSummary:
    """The summary of points of which `later` were logged after `earlier`."""
    end = later if later.last_step >= earlier.last_step else earlier
    low = min((earlier, later), key=lambda part: _rank(part.min, part.min_step, 1))
    high = min((earlier, later), key=lambda part: _rank(part.max, part.max_step, -1))
    return replace(
        earlier,
        count=earlier.count + later.count,
        bad=earlier.bad + later.bad,
        last=end.last,
        last_step=end.last_step,
        last_time=end.last_time,
        min=low.min,
        min_step=low.min_step,
        max=high.max,
        max_step=high.max_step,
    )


def merge(one: MetricSummary, other: MetricSummary) -> MetricSummary:
    """The summary of points that two writers logged side by side: each end by its time."""
    if one.first_time > other.first_time:
        one, other = other, one
    whole = add_up(one, other)
    if one.last_step == other.last_step and one.last_time > other.last_time:
        return replace(whole, last=one.last, last_time=one.last_time)
    return whole


def _rank(value: float | None, step: int | None, sign: int) -> tuple[float, int]:
    """Sorts the better value first; of equals the earlier step; no value behind all."""
    return (_INFINITY, 0) if value is None or step is None else (sign * value, step)


def _earliest(step: pa.Array, value: pa.Array, wanted: pa.Scalar) -> int | None:
    """The earliest step that has the value `wanted`."""
    if not wanted.is_valid:
        return None
    found: int = pc.min(step.filter(pc.equal(value, wanted))).as_py()
    return found


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
