"""Promise: starting and ending a run takes at most 5 ms after the first; a sealed point, at most 12 bytes.

The first run of a process also imports pyarrow and makes the store; it is measured in a process of its own.
Ending a run seals its points: compresses them, checks them, and calls fsync, which the csv writer does not.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import logger
from plain_csv import PlainCsv
from table import Options, Row, main, median

FIRST = (
    "import sys, time, logger\n"
    "started = time.perf_counter()\n"
    "with logger.start_run(): pass\n"
    "print(time.perf_counter() - started)\n"
)


def measure(options: Options) -> list[Row]:
    """Empty runs, runs with points, bytes a point."""
    steps = 50 if options.quick else 1000
    repeats = 3 if options.quick else 5 * options.repeats
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        folder = Path(scratch)
        first = median([_first(folder) for _ in range(2 if options.quick else 5)])
        logger.set_tracking_uri(str(folder / "tracking"))
        logger.set_experiment("runs")
        with logger.start_run():
            pass
        empty, plain_empty, full, plain_full = [], [], [], []
        for repeat in range(repeats):
            empty.append(_seconds(lambda: logger.start_run().end()))
            plain_empty.append(_seconds(lambda to=folder / f"empty-{repeat}.csv": PlainCsv(to).close()))
        size, plain_size = 0.0, 0.0
        for repeat in range(max(3, options.repeats)):
            seconds, size = _full_run(folder, steps)
            full.append(seconds)
            seconds, plain_size = _full_csv(folder / f"full-{repeat}.csv", steps)
            plain_full.append(seconds)
    return [
        Row(
            "first run of a process, start and end",
            first * 1e3,
            "ms",
            details="imports pyarrow, makes the store",
        ),
        Row("start_run + end_run", median(empty) * 1e3, "ms", median(plain_empty) * 1e3, most=5.0),
        Row(f"end_run after 5 metrics × {steps:,} steps", median(full) * 1e3, "ms"),
        Row("sealed, a point", size, "bytes", plain_size, most=12.0),
    ]


def _first(folder: Path) -> float:
    answer = subprocess.run(
        [sys.executable, "-c", FIRST], cwd=tempfile.mkdtemp(dir=folder), check=True, stdout=subprocess.PIPE
    )
    return float(answer.stdout)


def _full_run(folder: Path, steps: int) -> tuple[float, float]:
    """Seconds to end a run of 5 × `steps` points, and its bytes a point."""
    run = logger.start_run()
    for step, values in enumerate(_curves(steps)):
        run.log_metrics(values, step=step)
    seconds = _seconds(run.end)
    files = list(folder.glob(f"tracking/experiments/*/{run.run_id}/points-*"))
    return seconds, sum(file.stat().st_size for file in files) / (5 * steps)


def _full_csv(path: Path, steps: int) -> tuple[float, float]:
    plain = PlainCsv(path)
    for step, values in enumerate(_curves(steps)):
        plain.log_metrics(values, step)
    return _seconds(plain.close), path.stat().st_size / (5 * steps)


def _curves(steps: int) -> list[dict[str, float]]:
    """Five noisy learning curves; noise is what compresses worst."""
    chance = random.Random(0)
    return [
        {f"metric {number}": 1 / (1 + 0.01 * step) + 0.02 * chance.gauss(0, 1) for number in range(5)}
        for step in range(steps)
    ]


def _seconds(call) -> float:  # type: ignore[no-untyped-def]
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    main(measure, __doc__)
