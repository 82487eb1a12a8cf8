"""Retention: which runs are left out of a site that is to stay small. Nothing is deleted from any store.

A run stays when a rule of `sitegen.keeprules` says so, and whatever the rules say when it is the baseline
of its experiment, has a tag `keep`, is known to be in progress, or is the parent of a run that stays. Ages
count from the newest fact of all, or from `SOURCE_DATE_EPOCH`, never from the clock: the same input gives
the same site. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from logger.layout import experiment_key
from logger.search import matching_runs

from .catalog import Catalog, ExperimentData, Reading
from .keeprules import Age, Matching, Newest, Rule, parse_rules
from .rundata import RunData

TAG = "keep"  # a run with this tag stays, unless its text is one of
_NOT = frozenset(("", "false", "no", "0"))


@dataclass(frozen=True, slots=True)
class Retention:
    """What the rules left out."""

    dropped: frozenset[str]  # ids of runs
    spared: int  # runs that no rule keeps, and that stay all the same


NOTHING_LEFT_OUT = Retention(frozenset(), 0)


def retain(catalog: Catalog, texts: Sequence[str], now_us: int | None) -> Retention:
    """Which runs of a catalog are left out.

    Args:
        texts: rules; without any, all runs stay.
        now_us: from when ages count, in microseconds since the epoch; None: from the newest fact.
    """
    rules = [rule for text in texts for rule in parse_rules(text)]
    if not rules:
        return NOTHING_LEFT_OUT
    now = catalog.newest if now_us is None else now_us
    dropped: set[str] = set()
    spared = 0
    for experiment in catalog.experiments:
        chosen = {run_id for rule in rules for run_id in _kept(experiment, rule, now)}
        staying = _with_parents(experiment, chosen | {run.run_id for run in _always(experiment)})
        spared += len(staying - chosen)
        dropped.update(run.run_id for run in experiment.runs if run.run_id not in staying)
    return Retention(frozenset(dropped), spared)


def without(readings: Iterable[Reading], dropped: frozenset[str]) -> list[Reading]:
    """The readings without some runs, their problems, and experiments of which nothing is left."""
    readings = list(readings)
    runs = [run for reading in readings for run in reading.runs]
    had = {experiment_key(run.experiment) for run in runs}
    have = {experiment_key(run.experiment) for run in runs if run.run_id not in dropped}
    return [
        replace(
            reading,
            experiments=tuple(
                record
                for record in reading.experiments
                if record.deleted or experiment_key(record.name) not in had - have
            ),
            runs=tuple(run for run in reading.runs if run.run_id not in dropped),
            problems=tuple(problem for problem in reading.problems if problem.run_id not in dropped),
        )
        for reading in readings
    ]


def _kept(experiment: ExperimentData, rule: Rule, now_us: int) -> Iterable[str]:
    if isinstance(rule, Age):
        return [run.run_id for run in experiment.runs if now_us - run.record.last_active <= rule.us]
    if isinstance(rule, Newest):
        return [run.run_id for run in experiment.runs[max(0, len(experiment.runs) - rule.count) :]]
    assert isinstance(rule, Matching)
    return [run.run_id for run in matching_runs([run.record for run in experiment.runs], rule.text)]


def _always(experiment: ExperimentData) -> Iterable[RunData]:
    for run in experiment.runs:
        tagged = run.record.tags.get(TAG, "").strip().casefold() not in _NOT
        if (
            run.ordinal == experiment.baseline
            or tagged
            or (run.record.status == "running" and run.record.alive)
        ):
            yield run


def _with_parents(experiment: ExperimentData, run_ids: set[str]) -> set[str]:
    parents = {run.run_id: run.record.parent for run in experiment.runs}
    found: set[str] = set()
    for run_id in run_ids:
        current: str | None = run_id
        while current in parents and current not in found:
            found.add(current)
            current = parents[current]
    return found
