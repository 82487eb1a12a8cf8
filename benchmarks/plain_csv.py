"""The yardstick: points appended to a csv file and flushed, as a careful person would do by hand.

It checks nothing, names no run and counts no steps: whatever we take more is the price of a tracker.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Mapping
from pathlib import Path


class PlainCsv:
    """One run as one csv file; every line is with the operating system when the call returns."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file)
        if self._file.tell() == 0:
            self._writer.writerow(("metric", "step", "time", "value"))

    def log_metric(self, key: str, value: float, step: int) -> None:
        self._writer.writerow((key, step, time.time(), value))
        self._file.flush()

    def log_metrics(self, metrics: Mapping[str, float], step: int) -> None:
        """Several lines and one flush: as good as it gets."""
        now = time.time()
        self._writer.writerows((key, step, now, value) for key, value in metrics.items())
        self._file.flush()

    def close(self) -> None:
        self._file.close()
