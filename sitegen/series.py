"""Series: the points of one metric of one run, and which few of them show the whole.

Left of here, `sitegen.catalog` knows which series exist; right of here, `sitegen.shards` packs them
for the browser, whose `thin.js` thins once more by the same rule when a card has many series.
Pure numpy: no I/O, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SeriesData:
    """Points in the order logged; the three columns have one length."""

    steps: Ints
    times: Ints  # microseconds since the epoch, UTC
    values: Floats  # in the metric's own unit; NaN and infinities as logged

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: Ints | slice) -> SeriesData:
        """The same series with only these rows."""
        return SeriesData(self.steps[rows], self.times[rows], self.values[rows])


def from_history(table: pa.Table) -> SeriesData:
    """The series in a table of `logger.schema.HISTORY` (step, time, value)."""
    times = table.column("time").cast(pa.int64())
    return SeriesData(
        np.asarray(table.column("step").to_numpy(), dtype=np.int64),
        np.asarray(times.to_numpy(), dtype=np.int64),
        np.asarray(table.column("value").to_numpy(), dtype=np.float64),
    )


def backward_rows(steps: Ints) -> Ints:
    """The rows whose step is lower than the one before: where a resumed run went over old ground."""
    return np.flatnonzero(steps[1:] < steps[:-1]) + 1


def thin(series: SeriesData, buckets: int) -> Ints:
    """The rows that show a series in `buckets` buckets of neighbouring rows, so that no spike is lost.

    Args:
        series: n points, in the order logged.
        buckets: 1 or more. A series of at most twice as many points is kept whole.

    Returns: Ascending row numbers. Of each bucket the smallest and the largest finite value and the
        first NaN, +inf and -inf; the first and last row of all; and the rows on both sides of a step
        that goes backwards (of the first `buckets` such places).
    Raises: ValueError: `buckets` is below 1.
    Source: the min and max of M4; Jugel et al. 2014, doi:10.14778/2732951.2732953
    """
    if buckets < 1:
        raise ValueError(f"buckets is {buckets}; it must be 1 or more")
    count = len(series)
    if count <= 2 * buckets:
        return np.arange(count)
    backward = backward_rows(series.steps)[:buckets]
    keep = [np.array([0, count - 1]), backward - 1, backward]
    size = -(-count // buckets)  # rounded up, so that there are never more buckets than asked for
    keep += _extremes(series.values, size)
    if not np.isfinite(series.values).all():
        for bad in (np.isnan(series.values), series.values == np.inf, series.values == -np.inf):
            rows = np.flatnonzero(bad)
            keep.append(rows[np.unique(rows // size, return_index=True)[1]])
    return np.unique(np.concatenate(keep))


def _extremes(values: Floats, size: int) -> list[Ints]:
    """The rows of the smallest and largest finite value of each `size` rows, the last bucket shorter."""
    missing = -len(values) % size
    finite = np.isfinite(values)
    rows: list[Ints] = []
    for stand_in, pick in ((np.inf, np.argmin), (-np.inf, np.argmax)):
        padded = np.full(len(values) + missing, stand_in)
        np.copyto(padded[: len(values)], values, where=finite)
        chosen = pick(padded.reshape(-1, size), axis=1) + np.arange(0, len(padded), size)
        chosen = chosen[chosen < len(values)]
        rows.append(chosen[finite[chosen]])  # a bucket without a finite value has no extreme
    return rows
