"""Metrics of an experiment: what is known of them across its runs, and which one runs are judged by."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from logger.records import MetricSummary

from .cards import HELD_OUT, SYSTEM, split_of
from .config import SiteConfig
from .goals import Goal, assumed_goal
from .rundata import RunData


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """What is known of a metric across the runs of an experiment."""

    name: str
    goal: Goal | None
    assumed: bool  # the goal was guessed from the name
    unit: str | None = None
    x: str | None = None  # "step", "time" or another metric
    label: str = ""  # what the site's owner calls it
    shared: bool = False  # the label: another metric of the experiment has it, too

    @property
    def called(self) -> str:
        """Its label, or its name where it has none of its own."""
        return self.name if self.shared or not self.label else self.label


def own_labels(metrics: Iterable[MetricInfo]) -> dict[str, str]:
    """The labels of metrics, by name; where several share one, their names tell them apart."""
    labelled = [info for info in metrics if info.label]
    counts = Counter(info.label for info in labelled)
    return {info.name: info.label for info in labelled if counts[info.label] == 1 and not info.shared}


def best_value(summary: MetricSummary | None, goal: Goal | None) -> tuple[float, int] | None:
    """The best value of a metric over its steps, and its step; None without a goal or a finite value."""
    if summary is None or goal is None:
        return None
    value, step = (summary.max, summary.max_step) if goal == "max" else (summary.min, summary.min_step)
    return None if value is None or step is None else (value, step)


def compared_value(run: RunData, metric: MetricInfo) -> float | None:
    """The value a run is judged by: the best, the last where no goal is known; None when it is not finite."""
    summary = run.record.metrics.get(metric.name)
    if metric.goal is not None:
        best = best_value(summary, metric.goal)
        return None if best is None else best[0]
    return summary.last if summary is not None and math.isfinite(summary.last) else None


def metrics_of(runs: Sequence[RunData], config: SiteConfig) -> tuple[MetricInfo, ...]:
    """All metrics in the order first logged, `system/…` behind; goal, unit and axis as the configuration
    says, else as the newest run that defines them."""
    names = dict.fromkeys(name for run in runs for name in run.record.metrics)
    goals: dict[str, Goal] = {}
    units: dict[str, str] = {}
    axes: dict[str, str] = {}
    for run in runs:  # by creation: what a later run defines holds
        for name, definition in run.record.definitions.items():
            if definition.goal is not None:
                goals[name] = "max" if definition.goal == "max" else "min"
            if definition.unit:
                units[name] = definition.unit
            if definition.x:
                axes[name] = definition.x
    labels: dict[str, str] = {}
    for name, said in config.goals.items():
        for value, of in ((said.unit, units), (said.x, axes), (said.label, labels)):
            if value:
                of[name] = value
        if said.goal:
            goals[name] = said.goal
    counts = Counter(labels[name] for name in names if name in labels)
    infos = []
    for name in names:
        system = _is_system(name)
        goal = goals.get(name) or (None if system else assumed_goal(name))
        infos.append(
            MetricInfo(
                name,
                goal,
                assumed=goal is not None and name not in goals,
                unit=units.get(name),
                x=axes.get(name),
                label=labels.get(name, ""),
                shared=counts[labels.get(name, "")] > 1,
            )
        )
    return tuple(sorted(infos, key=lambda info: _is_system(info.name)))


def main_metric_of(
    metrics: Sequence[MetricInfo], runs: Sequence[RunData], configured: Sequence[str]
) -> MetricInfo | None:
    """What runs are judged by: the first goal of the configuration, else a defined one before an assumed
    one, and held-out data before the rest."""
    counts = Counter(name for run in runs for name in run.record.metrics)
    candidates = [info for info in metrics if not _is_system(info.name)]

    def place(info: MetricInfo) -> tuple[bool, int, bool, int, bool, int]:
        _, split = split_of(info.name)
        held_out = HELD_OUT.index(split) if split in HELD_OUT else len(HELD_OUT) + (split == "train")
        said = configured.index(info.name) if info.name in configured else len(configured)
        return info.goal is None, said, info.assumed, held_out, info.goal == "min", -counts[info.name]

    return min(candidates, key=place, default=None)


def scored(runs: Sequence[RunData], main: MetricInfo | None) -> list[tuple[int, float]]:
    """Ordinals and best values, the best first, of equals the oldest."""
    if main is None or main.goal is None:
        return []
    found = []
    for run in runs:
        best = best_value(run.record.metrics.get(main.name), main.goal)
        if best is not None:
            found.append((run.ordinal, best[0]))
    sign = -1 if main.goal == "max" else 1
    return sorted(found, key=lambda pair: (sign * pair[1], pair[0]))


def _is_system(name: str) -> bool:
    return name == SYSTEM or name.startswith(SYSTEM + "/")
