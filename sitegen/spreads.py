"""Spreads: what chance alone does to a metric, where runs that differ in nothing but a seed tell it. Pure.

`chance` is the one rule by which pages call a difference noise; `templates/static/js/noise.js` is the same
in the browser, and one table of cases tests both. Gates have statistics of their own: `sitegen.noise`.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from . import numbers
from .catalog import ExperimentData
from .metricinfo import MetricInfo, compared_value
from .rundata import RunData
from .seeds import is_seed


@dataclass(frozen=True, slots=True)
class Spread:
    """The values, by which runs are compared, of some that differ in their seeds only."""

    runs: int  # 2 or more
    seeds: tuple[str, ...]  # the params in which they differ
    mean: float
    deviation: float  # standard, of a sample
    first: int  # the ordinal of the first of them: no other group of the experiment has it


@dataclass(frozen=True, slots=True)
class Chance:
    """What chance alone may do to the difference of two runs."""

    is_all: bool  # the difference is no more than that
    said: str  # how much that is


def chance(gap: float, one: Spread | None, other: Spread | None) -> Chance | None:
    """Whether two runs whose values are `gap` apart differ by chance alone; None where nothing tells.

    A single value is as uncertain as those of its group spread; where only one of the two runs was repeated,
    its spread stands for both. Runs of one group differ by nothing else than chance.
    """
    known = one or other
    if known is None:
        return None
    errors = [(spread or known).deviation for spread in (one, other)]
    if one == other:
        return Chance(True, f"only their seeds differ, which alone give ± {numbers.rough(errors[0])}")
    words = " and ".join(f"± {numbers.rough(error)}" for error in errors)
    together = math.fsum(errors)
    return Chance(abs(gap) < together, f"chance alone gives {words}, {numbers.rough(together)} together")


def seed_spreads(experiment: ExperimentData, metric: MetricInfo) -> dict[int, Spread]:
    """The spread of the group that each run belongs to, by its ordinal; none for runs that stand alone."""
    return spreads_of(experiment, (metric,)).get(metric.name, {})


def spreads_of(experiment: ExperimentData, metrics: Iterable[MetricInfo]) -> dict[str, dict[int, Spread]]:
    """`seed_spreads` of several metrics by name; those without repeated runs are left out."""
    seeds = tuple(name for name in experiment.varying_params if is_seed(name))
    if not seeds:
        return {}
    groups = _alike(experiment, seeds)
    found = {}
    for metric in metrics:
        spreads: dict[int, Spread] = {}
        for runs in groups:
            values = {
                run.ordinal: value for run in runs if (value := compared_value(run, metric)) is not None
            }
            spread = _spread(values, seeds)
            if spread is not None:
                spreads.update(dict.fromkeys(values, spread))
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


def _spread(values_of: dict[int, float], seeds: tuple[str, ...]) -> Spread | None:
    values = list(values_of.values())
    if len(values) < 2:
        return None
    try:  # by fractions: sums of floats overflow sooner than their mean
        mean, deviation = float(statistics.mean(values)), statistics.stdev(values)
    except OverflowError:  # no float is so large as the deviation
        return None
    if not math.isfinite(deviation):
        return None
    return Spread(len(values), seeds, mean, deviation, min(values_of))


def _comparable(value: object) -> str:
    """Equal for values that a reader would call equal: 1 and 1.0; never for True and 1."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{type(value).__name__} {value!r}"
