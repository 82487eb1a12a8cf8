"""Catalogs for tests of pages, made of records without a store: runs in a few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from logger.records import Artifact, ExperimentRecord, MetricDefinition, MetricSummary, Problem, RunRecord
from sitegen.catalog import Catalog, Reading, make_catalog
from sitegen.series import SeriesData
from sitegen.shards import Packed, pack_shards
from sitegen.sparkline import Sketch, sketch

START = 1_795_000_000_000_000  # 2026-11-18, in microseconds
MINUTE = 60_000_000

Curves = Mapping[str, Sequence[float]]  # metric → values at steps 0, 1, …


def made_run(number: int = 0, curves: Curves | None = None, **said: object) -> RunRecord:
    """A run whose id and start follow from `number`; `said` overrides any field of the record."""
    started = START + number * 10 * MINUTE
    run = RunRecord(
        run_id=f"{0x0199F3C2A7D8_7C1E_9B0A_000000000000 + number:032x}",
        folder=f"experiments/made-0000000000000000/{number:032x}",
        experiment="fake box",
        name=f"run-{number}",
        status="finished",
        alive=None,
        reason=None,
        started=started,
        ended=started + 5 * MINUTE,
        last_active=started + 5 * MINUTE,
        parent=None,
        note="",
        metrics={name: summary(values) for name, values in (curves or {}).items()},
        provenance={"script": "train.py", "python": "3.11.7", "platform": "Linux"},
    )
    return replace(run, **said)


def summary(values: Sequence[float]) -> MetricSummary:
    """The summary of a series at steps 0, 1, …"""
    column = np.asarray(values, dtype=float)
    finite = np.flatnonzero(np.isfinite(column))
    low = finite[np.argmin(column[finite])] if len(finite) else None
    high = finite[np.argmax(column[finite])] if len(finite) else None
    return MetricSummary(
        count=len(column),
        bad=len(column) - len(finite),
        first=float(column[0]),
        last=float(column[-1]),
        last_step=len(column) - 1,
        last_time=START,
        min=None if low is None else float(column[low]),
        min_step=None if low is None else int(low),
        max=None if high is None else float(column[high]),
        max_step=None if high is None else int(high),
    )


def made_catalog(
    runs: Sequence[RunRecord],
    experiments: Sequence[ExperimentRecord] = (),
    problems: Sequence[Problem] = (),
) -> Catalog:
    """The catalog of these runs."""
    return make_catalog([Reading(tuple(experiments), tuple(runs), tuple(problems))])


def made_experiment(name: str = "fake box", **said: object) -> ExperimentRecord:
    """An experiment without runs."""
    return replace(ExperimentRecord(name, "experiments/made-0000000000000000", START), **said)


def series_of(curves: Mapping[str, Curves]) -> dict[tuple[str, str], SeriesData]:
    """Series by (run id, metric), of curves by run id."""
    return {
        (run, metric): SeriesData(
            np.arange(len(values)),
            START + np.arange(len(values)) * 1_000_000,
            np.asarray(values, dtype=float),
        )
        for run, metrics in curves.items()
        for metric, values in metrics.items()
    }


def packed(series: Mapping[tuple[str, str], SeriesData]) -> Packed:
    """Where the series lie."""
    return pack_shards(series.items())


def sketches(series: Mapping[tuple[str, str], SeriesData]) -> dict[tuple[str, str], Sketch]:
    """The series in a few points."""
    return {key: sketch(data) for key, data in series.items()}


__all__ = [
    "Artifact",
    "MetricDefinition",
    "made_catalog",
    "made_experiment",
    "made_run",
    "packed",
    "series_of",
    "sketches",
    "summary",
]
