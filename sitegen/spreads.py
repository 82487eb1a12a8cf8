"""Spreads: what chance alone does to a metric, where runs that differ in nothing but a seed tell it. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from .catalog import ExperimentData, MetricInfo, RunData, best_value
from .seeds import is_seed


@dataclass(frozen=True, slots=True)
class Spread:
    """The best values of runs that differ in their seeds only."""

    runs: int  # 2 or more
    seeds: tuple[str, ...]  # the params in which they differ
    mean: float
    deviation: float  # standard, of a sample

    @property
    def error(self) -> float:
        """The standard error of the mean."""
        return self.deviation / math.sqrt(self.runs)


def seed_spreads(experiment: ExperimentData, metric: MetricInfo) -> dict[int, Spread]:
    """The spread of the group that each run belongs to, by its ordinal; none for runs that stand alone."""
    return spreads_of(experiment, (metric,)).get(metric.name, {})


def spreads_of(experiment: ExperimentData, metrics: Iterable[MetricInfo]) -> dict[str, dict[int, Spread]]:
    """`seed_spreads` of several metrics by name; those without a goal or repeated runs are left out."""
    seeds = tuple(name for name in experiment.varying_params if is_seed(name))
    if not seeds:
        return {}
    groups = _alike(experiment, seeds)
    found = {}
    for metric in metrics:
        if metric.goal is None:
            continue
        spreads: dict[int, Spread] = {}
        for runs in groups:
            bests = [
                (run.ordinal, best[0])
                for run in runs
                if (best := best_value(run.record.metrics.get(metric.name), metric.goal)) is not None
            ]
            spread = _spread([value for _, value in bests], seeds)
            if spread is not None:
                spreads.update(dict.fromkeys((ordinal for ordinal, _ in bests), spread))
        if spreads:
            found[metric.name] = spreads
    return found


def _alike(experiment: ExperimentData, seeds: tuple[str, ...]) -> list[list[RunData]]:
    """Runs that share all params but seeds, where there are several."""
    others = [name for name in experiment.varying_params if name not in seeds]
    groups: dict[tuple[str, ...], list[RunData]] = {}
    for run in experiment.runs:
        if run.is_compared and any(seed in run.record.params for seed in seeds):
            alike = (_comparable(run.record.params.get(name)) for name in others)
            groups.setdefault((run.withheld.mark, *alike), []).append(run)
    return [runs for runs in groups.values() if len(runs) > 1]


def _spread(values: list[float], seeds: tuple[str, ...]) -> Spread | None:
    if len(values) < 2:
        return None
    mean, deviation = statistics.fmean(values), statistics.stdev(values)
    if not math.isfinite(mean) or not math.isfinite(deviation):
        return None
    return Spread(len(values), seeds, mean, deviation)


def _comparable(value: object) -> str:
    """Equal for values that a reader would call equal: 1 and 1.0; never for True and 1."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{type(value).__name__} {value!r}"
