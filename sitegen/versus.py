"""Versus: a run in words beside the one before it, and its metric beside the baseline.

It says *differs in*, never *because of*. A change that is no larger than what seeds do alone is called
noise, by the rule of `sitegen.spreads.chance`. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from logger.factlines import JsonValue

from . import numbers
from .catalog import ExperimentData
from .cells import param_cell
from .metricinfo import MetricInfo, compared_value
from .rundata import RunData
from .safe import shown
from .sentences import Part, Sentence, noise_parts, param_part, run_part, value_part
from .spreads import Spread, chance
from .urls import Path

_ALSO = (("script", "source"), ("git_commit", "commit"), ("python", "Python"))  # provenance that is compared

_MOST = 5  # differences that are named; the others are counted


def runs_before(experiment: ExperimentData) -> dict[int, RunData]:
    """For each run, by its ordinal, the one before it: of the same parent, and with a value to compare.

    A run that has children did the work of a group, so it stands beside another one that has some.
    """
    metric = experiment.main_metric
    parents = {run.record.parent for run in experiment.runs}
    last: dict[tuple[str | None, bool], RunData] = {}
    found = {}
    for run in experiment.runs:
        kind = run.record.parent, run.run_id in parents
        if kind in last:
            found[run.ordinal] = last[kind]
        if metric is None or compared_value(run, metric) is not None:
            last[kind] = run
    return found


def versus(
    experiment: ExperimentData, run: RunData, before: RunData, spreads: Mapping[int, Spread], page: Path
) -> Sentence:
    """In what a run differs from the one before it, and by how much its main metric does.

    Args:
        spreads: what seeds do: `sitegen.spreads.seed_spreads` of the main metric.
    """
    parts = [Part("Versus the run before, "), run_part(before, page, run), Part(": ")]
    differing = _differing(experiment, run, before)
    known = "is published" if run.withheld.count or before.withheld.count else "was recorded"
    parts += differing or [Part(f"nothing that {known} differs")]
    change = _change(experiment.main_metric, run, before, spreads)
    return (*parts, *([Part("; "), *change] if change else []), Part("."))


def _differing(experiment: ExperimentData, run: RunData, before: RunData) -> list[Part]:
    old, new = before.record.params, run.record.params
    pairs: list[tuple[Part, str, str]] = []
    whole = not (before.record.facts_lost or run.record.facts_lost)
    alike = experiment.constant_params if whole else ()  # one of the two may have logged none
    for name in (*experiment.varying_params, *alike):
        if name not in old and name not in new:
            continue
        left, right = _worded(old, name), _worded(new, name)
        if left != right:
            pairs.append((param_part(name, experiment.varying_params), left, right))
    for key, label in _ALSO:
        left, right = (_said(member.record.provenance.get(key)) for member in (before, run))
        if left and right and left != right:
            pairs.append((Part(label), left, right))
    parts: list[Part] = []
    for what, old_text, new_text in pairs[:_MOST]:
        parts += [Part(", "), what, Part(" "), Part(old_text, "value"), Part(" → "), Part(new_text, "value")]
    if len(pairs) > _MOST:
        parts.append(Part(f" and {len(pairs) - _MOST} more"))
    return parts[1:]


def _worded(params: Mapping[str, JsonValue], name: str) -> str:
    return param_cell(params[name], clip=40).text if name in params else "not set"


def _said(value: JsonValue) -> str:
    return shown(value[:7] if len(value) >= 40 else value[:40]) if isinstance(value, str) else ""


def _change(
    metric: MetricInfo | None, run: RunData, before: RunData, spreads: Mapping[int, Spread]
) -> list[Part]:
    if metric is None:
        return []
    new, old = compared_value(run, metric), compared_value(before, metric)
    if new is None or old is None or not math.isfinite(new - old):
        return []
    change = 0.0 if math.isclose(new, old, rel_tol=numbers.ROUNDING) else new - old
    which = "best " if metric.goal else "last "
    parts = [Part(which), Part(metric.called, "name"), Part(" "), value_part(old, metric), Part(" → ")]
    parts.append(value_part(new, metric))
    if change == 0:
        return [*parts, Part(", the same")]
    parts += [Part(", "), Part(numbers.difference(new, old), "value", "", numbers.full(change))]
    noise = noise_parts(chance(change, spreads.get(run.ordinal), spreads.get(before.ordinal)))
    if noise or metric.goal is None:
        return [*parts, *noise]
    verdict = "better" if (change > 0) == (metric.goal == "max") else "worse"
    return [*parts, Part(f", {verdict} so far" if run.goes_on or before.goes_on else f", {verdict}")]


def over_baseline(
    experiment: ExperimentData, run: RunData, spreads: Mapping[int, Spread], page: Path
) -> Sentence:
    """By how much the best value of a run is over the baseline's, to go on in a sentence; maybe nothing."""
    metric = experiment.main_metric
    if metric is None or experiment.baseline is None:
        return ()
    if run.ordinal == experiment.baseline:
        return (Part("; it is the baseline of the others"),)
    base = experiment.runs[experiment.baseline]
    new, old = compared_value(run, metric), compared_value(base, metric)
    if new is None or old is None or not math.isfinite(new - old):
        return ()
    named = run_part(base, page, run)
    if math.isclose(new, old, rel_tol=numbers.ROUNDING):
        return (Part(", the same as the baseline "), named)
    gap = Part(numbers.rough(abs(new - old)), "value", "", numbers.full(new - old))
    noise = noise_parts(chance(new - old, spreads.get(run.ordinal), spreads.get(base.ordinal)))
    return (Part(", "), gap, Part(f" {'over' if new > old else 'under'} the baseline "), named, *noise)
