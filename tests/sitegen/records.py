"""Records of runs for tests that need no store: only what a test names, defaults for the rest."""

from __future__ import annotations

from typing import Any

from logger.records import MetricSummary, RunRecord
from sitegen.catalog import Catalog, ExperimentData, Reading, make_catalog
from sitegen.config import SiteConfig

DAY = 1_795_000_000_000_000  # microseconds since the epoch


def summary(*values: float, count: int | None = None) -> MetricSummary:
    """A metric with these values at steps 0, 1, 2, …"""
    finite = [(value, step) for step, value in enumerate(values) if value - value == 0]
    low = min(finite, default=(None, None))
    high = max(finite, key=lambda pair: (pair[0], -pair[1]), default=(None, None))
    return MetricSummary(
        count=count or len(values),
        bad=len(values) - len(finite),
        first=values[0],
        last=values[-1],
        last_step=len(values) - 1,
        last_time=DAY + len(values),
        min=low[0],
        min_step=low[1],
        max=high[0],
        max_step=high[1],
    )


def run(number: int, experiment: str = "fake box", **fields: Any) -> RunRecord:
    """A finished run that was the `number`-th to start; metrics may be given as lists of values."""
    metrics = {
        name: values if isinstance(values, MetricSummary) else summary(*values)
        for name, values in fields.pop("metrics", {}).items()
    }
    defaults: dict[str, Any] = {
        "run_id": f"{number:032x}",
        "folder": f"experiments/{experiment}-0/{number:032x}",
        "experiment": experiment,
        "name": f"run-{number}",
        "status": "finished",
        "alive": False,
        "reason": None,
        "started": DAY + number * 1000,
        "ended": DAY + number * 1000 + 500,
        "last_active": DAY + number * 1000 + 500,
        "parent": None,
        "note": "",
    }
    return RunRecord(**{**defaults, **fields}, metrics=metrics)


def catalog(*runs: RunRecord, **options: Any) -> Catalog:
    """The catalog of one store that holds these runs; options are those of `SiteConfig`."""
    return make_catalog([Reading((), runs)], SiteConfig(**options))


def only(*runs: RunRecord, **options: Any) -> ExperimentData:
    """The single experiment that these runs make."""
    (experiment,) = catalog(*runs, **options).experiments
    return experiment
