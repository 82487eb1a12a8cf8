"""Comparison: two groups of runs side by side: params that differ, and metrics with how they changed.

A run whose last value of a metric is NaN or infinite has no value of it: it diverged, and the best it had
before would hide that. A change is judged by the goal of its metric, and called noise where the seeds of both
groups say that chance alone does as much (`sitegen.noise`). Pure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from logger.factlines import JsonValue

from . import numbers
from .cards import SYSTEM
from .differing import comparable
from .gates import Value
from .groups import Group
from .metricinfo import MetricInfo, best_value
from .noise import Sample, noise, sample
from .rundata import RunData

Verdict: TypeAlias = Literal["better", "worse", "larger", "smaller", "same", "within noise", "unknown"]


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric of a group of runs."""

    sample: Sample | None  # of the runs that have a value; None when there are none
    absent: int  # runs that did not log it
    bad: int  # runs that ended with NaN or infinity

    @property
    def is_whole(self) -> bool:
        """Whether each run has a value."""
        return self.absent == 0 and self.bad == 0


@dataclass(frozen=True, slots=True)
class MetricChange:
    """A metric in both groups."""

    info: MetricInfo
    value: Value  # of each run
    base: Measured
    head: Measured
    change: float | None  # head less base; None when one of them has no value
    noise: float | None  # what chance may do in one direction; None where there is one run on a side
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ParamChange:
    """A param that is not the same in both groups; each value once, none where it was not given."""

    name: str
    base: tuple[JsonValue, ...]
    head: tuple[JsonValue, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two groups of runs, side by side."""

    base: Group
    head: Group
    params: tuple[ParamChange, ...]
    metrics: tuple[MetricChange, ...]  # the main one first, of the system none


def compare(base: Group, head: Group, value: Value | None = None) -> Comparison:
    """What differs between two groups of runs.

    Args:
        value: of a run: the best, or the last; the last where no goal is known. None: the best.
    """
    infos = {info.name: info for info in (*base.experiment.metrics, *head.experiment.metrics)}
    logged = {name for run in (*base.runs, *head.runs) for name in run.record.metrics}
    mains = [main.name for one in (head, base) if (main := one.experiment.main_metric)]
    names = dict.fromkeys((*mains, *infos))
    shown = [name for name in names if name in logged and not name.startswith(f"{SYSTEM}/")]
    return Comparison(
        base, head, _params(base, head), tuple(change_of(infos[name], base, head, value) for name in shown)
    )


def change_of(info: MetricInfo, base: Group, head: Group, value: Value | None = None) -> MetricChange:
    """How one metric changed."""
    which: Value = "best" if info.goal and value != "last" else "last"
    before, after = measured(base, info, which), measured(head, info, which)
    if before.sample is None or after.sample is None:
        return MetricChange(info, which, before, after, None, None, "unknown")
    old, new = before.sample.mean, after.sample.mean
    change = 0.0 if math.isclose(new, old, rel_tol=numbers.ROUNDING) else new - old
    chance = noise(before.sample, after.sample)
    return MetricChange(info, which, before, after, change, chance, _verdict(info, change, chance))


def measured(group: Group, info: MetricInfo, value: Value) -> Measured:
    """A metric of a group of runs.

    Args:
        value: "best" only where the goal is known.
    """
    found = [run_value(run, info, value) for run in group.runs]
    finite = tuple(each for each in found if each is not None and math.isfinite(each))
    absent = found.count(None)
    return Measured(sample(finite) if finite else None, absent, len(found) - absent - len(finite))


def run_value(run: RunData, info: MetricInfo, value: Value) -> float | None:
    """The value of a run: None when it was not logged, NaN or infinite when it ended so."""
    summary = run.record.metrics.get(info.name)
    if summary is None:
        return None
    best = best_value(summary, info.goal) if value == "best" and math.isfinite(summary.last) else None
    return best[0] if best else summary.last


def _verdict(info: MetricInfo, change: float, chance: float | None) -> Verdict:
    if change == 0:
        return "same"
    if chance is not None and abs(change) <= chance:
        return "within noise"
    if info.goal is None:
        return "larger" if change > 0 else "smaller"
    return "better" if (change > 0) == (info.goal == "max") else "worse"


def _params(base: Group, head: Group) -> tuple[ParamChange, ...]:
    names = dict.fromkeys(name for group in (base, head) for run in group.runs for name in run.record.params)
    changes = []
    for name in names:
        before, after = _values(base, name), _values(head, name)
        if before.keys() != after.keys():
            changes.append(ParamChange(name, tuple(before.values()), tuple(after.values())))
    return tuple(changes)


def _values(group: Group, name: str) -> dict[object, JsonValue]:
    """The values that runs were given of a param, each once, the oldest run's first."""
    found: dict[object, JsonValue] = {}
    for run in reversed(group.runs):
        params = run.record.params
        if name in params:
            found.setdefault(comparable(params[name]), params[name])
    return found
