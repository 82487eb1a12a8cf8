"""Promise: all points of a store are read at five million a second; a catalog reads no points at all.

Reads the store of `stores.py` with the one reader (checksums and validation included), and its csv twin with
Arrow's csv reader, which is the fastest way there.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

import logger
from logger.store import Store
from stores import METRICS, fill, fill_csv
from table import Options, Row, main, median


def measure(options: Options) -> list[Row]:
    """The catalog, then every point, then one series by its name."""
    runs, steps = (4, 50) if options.quick else (200, 1000)
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        folder = Path(scratch)
        fill(folder / "tracking", runs, steps)
        fill_csv(folder / "csv", runs, steps)
        store = Store(folder / "tracking")
        run_folders = store.run_folders()

        listed, searched, read, read_csv, one = [], [], [], [], []
        for _ in range(options.repeats):
            listed.append(_seconds(lambda: [store.read_run(name) for name in run_folders]))
            searched.append(_seconds(lambda: logger.search_runs(filter_string='metrics."test/auc" > 0.5')))
            read.append(_seconds(lambda: [store.read_points(name) for name in run_folders]))
            read_csv.append(
                _seconds(lambda: [_read_csv(file) for file in sorted((folder / "csv").iterdir())])
            )
            one.append(_seconds(lambda: store.read_points(run_folders[0], ["test/auc"])))

        rows = sum(
            table.num_rows for name in run_folders for table in store.read_points(name).series.values()
        )
        assert rows == runs * steps * len(METRICS), f"read {rows:,} points"
    points = f"{runs * len(METRICS) * steps:,} points"
    return [
        Row(f"read {points} of {runs} runs", median(read), "s", median(read_csv), most=0.2),
        Row(f"records of {runs} runs, no points", median(listed) * 1e3, "ms"),
        Row(f"search_runs over {runs} runs", median(searched) * 1e3, "ms"),
        Row("one series of one run", median(one) * 1e3, "ms"),
    ]


def _read_csv(file: Path) -> pa.Table:
    return pyarrow.csv.read_csv(file)


def _seconds(call) -> float:  # type: ignore[no-untyped-def]
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    main(measure, __doc__)
