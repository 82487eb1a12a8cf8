"""What a store holds, in the words of the tests of the logging side."""

from __future__ import annotations

from pathlib import Path

from logger.store import RunRecord, Store


def runs_of(store: Path) -> list[RunRecord]:
    """All runs, the oldest first."""
    return Store(store).runs()


def only_run(store: Path) -> RunRecord:
    """The single run of a store."""
    (run,) = runs_of(store)
    return run


def values_of(store: Path, run: RunRecord, metric: str) -> list[float]:
    """The values of a metric, as logged."""
    series = Store(store).read_points(run.folder, [metric]).series
    return series[metric]["value"].to_pylist() if metric in series else []


def steps_of(store: Path, run: RunRecord, metric: str) -> list[int]:
    """The steps of a metric, as logged."""
    return Store(store).read_points(run.folder, [metric]).series[metric]["step"].to_pylist()
