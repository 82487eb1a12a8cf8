"""Associations: which params go with the main metric, and how closely, over the runs of an experiment.

Spearman's rank correlation of each differing numeric param, seeds aside, with the best value that each run
reached. It says what goes together, never why: params that were changed together cannot be told apart. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from logger.factlines import JsonValue

from .catalog import ExperimentData
from .metricinfo import best_value
from .seeds import is_seed

FEWEST = 5  # runs; below, any order of values is likely by chance
_USUAL = 1.96  # standard errors of a rank correlation of nothing: exceeded in one of twenty


@dataclass(frozen=True, slots=True)
class Association:
    """How a param goes with the main metric."""

    param: str
    rho: float  # Spearman's rank correlation, -1 to 1
    n: int  # runs that have both

    @property
    def by_chance(self) -> bool:
        """Whether chance alone gives so much in more than about one of twenty cases.

        Source: 1/sqrt(n - 1), the standard error of rho without any association; Kendall and Gibbons 1990.
        """
        return abs(self.rho) < _USUAL / math.sqrt(self.n - 1)


def associations(experiment: ExperimentData) -> tuple[Association, ...]:
    """The associations with the best value of the main metric, the closest first; none without a goal."""
    metric = experiment.main_metric
    if metric is None or metric.goal is None:
        return ()
    found = []
    for param in experiment.varying_params:
        if is_seed(param):
            continue
        pairs = []
        for run in experiment.runs:
            best = best_value(run.record.metrics.get(metric.name), metric.goal)
            value = finite_number(run.record.params.get(param))
            if best is not None and math.isfinite(best[0]) and value is not None:
                pairs.append((value, best[0]))
        rho = spearman([one for one, _ in pairs], [other for _, other in pairs])
        if rho is not None and len(pairs) >= FEWEST:
            found.append(Association(param, rho, len(pairs)))
    return tuple(sorted(found, key=lambda each: -abs(each.rho)))


def spearman(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Spearman's rank correlation of n pairs of finite numbers; equal values share their mean rank.

    Returns: -1 to 1; None when one side has fewer than two different values.
    Raises: ValueError: the lengths differ.
    """
    if len(xs) != len(ys):
        raise ValueError(f"{len(xs)} values beside {len(ys)}: pairs are needed")
    ranks = [_ranks(xs), _ranks(ys)]
    middle = (len(xs) + 1) / 2
    one, other = ([rank - middle for rank in side] for side in ranks)
    spread = math.sqrt(sum(a * a for a in one) * sum(b * b for b in other))
    if spread == 0:
        return None
    return max(-1.0, min(1.0, sum(a * b for a, b in zip(one, other, strict=True)) / spread))


def finite_number(value: JsonValue) -> int | float | None:
    """The value when it is a finite number; True and False are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, int) or math.isfinite(value) else None


def _ranks(values: Sequence[float]) -> list[float]:
    """The rank of each value from 1; equal ones share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    first = 0
    while first < len(order):
        end = first
        while end < len(order) and values[order[end]] == values[order[first]]:
            end += 1
        for place in order[first:end]:
            ranks[place] = (first + 1 + end) / 2
        first = end
    return ranks
