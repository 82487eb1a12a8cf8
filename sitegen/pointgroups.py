"""Point groups: which runs' points share a data file, and the points as one table. Few files, and a new
run changes only the last one.

Where a file ends is decided by each run alone, by its id and its number of points, as a coin that falls
one way once in `AIM` points: so a run that is added, or
dropped, moves no other file's ends but where a file is cut for its size. A run of more
points than `AIM` ends its file; what is longer than `MOST` is cut. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from logger.schema import SEALED, TIME

AIM = 400_000  # points of a file, on average: 3 MB
MOST = 2_000_000  # points of a file; 17 MB

POINTS = pa.schema(
    [
        pa.field("run", pa.string(), nullable=False),
        pa.field("metric", pa.string(), nullable=False),
        pa.field("step", pa.int64(), nullable=False),
        pa.field("time", TIME, nullable=False),
        pa.field("value", pa.float64(), nullable=False),
    ]
)
ENCODED = ("run", "metric")  # columns that repeat


@dataclass(frozen=True, slots=True)
class RunPoints:
    """The points of a run: its metrics in the order first logged, each in the order logged."""

    run_id: str
    table: pa.Table  # of logger.schema.SEALED


def joined(series: Iterable[tuple[str, pa.Table]]) -> pa.Table:
    """The points of several metrics as one table of `SEALED`, in columns of one piece.

    Args:
        series: by metric, tables of logger.schema.HISTORY.
    """
    names, tables = [], []
    for name, table in series:
        if table.num_rows:
            names.append(name)
            tables.append(table)
    if not tables:
        return SEALED.empty_table()
    codes = pa.concat_arrays(
        [pa.repeat(pa.scalar(code, pa.int32()), table.num_rows) for code, table in enumerate(tables)]
    )
    metric = pa.DictionaryArray.from_arrays(codes, pa.array(names, pa.string()))
    points = pa.concat_tables(tables)
    columns = [points[name].combine_chunks() for name in ("step", "time", "value")]
    return pa.Table.from_arrays([metric, *columns], schema=SEALED)


def grouped(runs: Iterable[RunPoints], aim: int = AIM, most: int = MOST) -> Iterator[list[RunPoints]]:
    """Neighbouring runs of one experiment, in the order of creation, as the contents of files."""
    group: list[RunPoints] = []
    rows = 0
    for run in runs:
        count = run.table.num_rows
        if not count:
            continue
        if group and rows + count > most:
            yield group
            group, rows = [], 0
        for start in range(0, count, most):
            part = RunPoints(run.run_id, run.table.slice(start, most))
            group.append(part)
            rows += part.table.num_rows
            if start + most < count:
                yield group
                group, rows = [], 0
        if _ends(run.run_id, count, aim):
            yield group
            group, rows = [], 0
    if group:
        yield group


def group_table(group: Iterable[RunPoints]) -> pa.Table:
    """The points of a group as one table of `POINTS`, run and metric still encoded."""
    runs = list(group)
    points = pa.concat_tables([run.table for run in runs]).unify_dictionaries()
    codes = pa.concat_arrays(
        [pa.repeat(pa.scalar(code, pa.int32()), run.table.num_rows) for code, run in enumerate(runs)]
    )
    run_ids = pa.DictionaryArray.from_arrays(codes, pa.array([run.run_id for run in runs], pa.string()))
    columns = [run_ids, *(points[name] for name in ("metric", "step", "time", "value"))]
    fields = [
        pa.field(field.name, column.type, nullable=False)
        for field, column in zip(POINTS, columns, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def _ends(run_id: str, count: int, aim: int) -> bool:
    """Whether a file ends behind this run."""
    coin = int.from_bytes(hashlib.sha256(run_id.encode()).digest()[:4], "big")
    return coin * aim < count * 2**32
