"""Spreads: what chance alone does to a metric, where runs that differ in nothing but a seed tell it. Pure."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass

from .catalog import ExperimentData, MetricInfo, best_value
from .seeds import is_seed


@dataclass(frozen=True, slots=True)
class Spread:
    """The best values of runs that differ in their seeds only."""

    runs: int  # 2 or more
    seeds: tuple[str, ...]  # the params in which they differ
    mean: float
    deviation: float  # standard, of a sample


def seed_spreads(experiment: ExperimentData, metric: MetricInfo) -> dict[int, Spread]:
    """The spread of the group that each run belongs to, by its ordinal; none for runs that stand alone."""
    seeds = tuple(name for name in experiment.varying_params if is_seed(name))
    if not seeds or metric.goal is None:
        return {}
    others = [name for name in experiment.varying_params if name not in seeds]
    groups: dict[tuple[str, ...], list[tuple[int, float]]] = {}
    for ordinal in experiment.ranked:
        record = experiment.runs[ordinal].record
        found = best_value(record.metrics.get(metric.name), metric.goal)
        if found is not None and record.params:
            key = (
                experiment.runs[ordinal].withheld.mark,
                *(_comparable(record.params.get(name)) for name in others),
            )
            groups.setdefault(key, []).append((ordinal, found[0]))
    spreads = {}
    for members in groups.values():
        spread = _spread([value for _, value in members], seeds)
        if spread is not None:
            spreads.update(dict.fromkeys((ordinal for ordinal, _ in members), spread))
    return spreads


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
