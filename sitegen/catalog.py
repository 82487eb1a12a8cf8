"""Catalog: all runs of one or several stores, in the order and with the judgements that pages show.

Stores merge: experiments meet by the key of their name, a run found twice is shown once. What differs
between the runs of an experiment, who ran them, which is best and which are drawn at first is decided
here, once. Pure: left of here `logger.store` has read the records, right of here nobody counts again.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from logger.factlines import JsonValue
from logger.layout import experiment_folder, experiment_key
from logger.records import ExperimentRecord, Problem, RunRecord
from logger.search import matching_runs

from .config import SiteConfig
from .differing import compared
from .drawnfirst import drawn_first, watched_runs
from .metricinfo import MetricInfo, main_metric_of, metrics_of, scored
from .numbers import ROUNDING
from .rundata import RunData, Withheld

_Member: TypeAlias = (
    "tuple[RunRecord, int, Mapping[str, int], Withheld]"  # a run, its store, and what `RunData` says besides
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one store."""

    experiments: tuple[ExperimentRecord, ...]
    runs: tuple[RunRecord, ...]
    problems: tuple[Problem, ...] = ()
    lost: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # by folder of a run, see `RunData`
    withheld: Mapping[str, Withheld] = field(default_factory=dict)  # by folder of a run


@dataclass(frozen=True, slots=True)
class ExperimentData:
    """An experiment and its runs."""

    name: str
    slug_href: str  # folder in the site: "e/fake-box-3f9a1c02/"
    record: ExperimentRecord
    runs: tuple[RunData, ...]  # by creation
    metrics: tuple[MetricInfo, ...]  # in the order first logged, `system/…` behind
    varying_params: tuple[str, ...]  # differ between runs, or are absent in some; in the order first logged
    constant_params: dict[str, JsonValue]  # the same in every run that is compared
    users: tuple[str, ...]  # named on purpose
    sources: tuple[str, ...]  # base names of scripts
    main_metric: MetricInfo | None  # what runs are judged by; may lack a goal
    ranked: tuple[int, ...]  # ordinals, best first; empty when no goal is known
    scores: tuple[float, ...]  # the best value of each of them
    drawn: tuple[int, ...]  # ordinals drawn before any click, ascending
    baseline: int | None = None  # ordinal of the run others are compared with
    watched: tuple[int, ...] = ()  # ordinals of runs in progress, newest first, and of the one before them

    def rank(self, score: float) -> tuple[int, int]:
        """The place of a best value of the main metric, from 1, and how many runs share it."""
        sign = -1 if self.main_metric is not None and self.main_metric.goal == "max" else 1
        slack = ROUNDING * abs(score)

        def key(other: float) -> float:
            return sign * other

        better = bisect_left(self.scores, sign * score - slack, key=key)
        return 1 + better, bisect_right(self.scores, sign * score + slack, key=key) - better

    @property
    def last_active(self) -> int:
        """When anything last happened here, in microseconds since the epoch."""
        return max((run.record.last_active for run in self.runs), default=self.record.created or 0)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All that a site shows, but the points."""

    experiments: tuple[ExperimentData, ...]  # the last active first
    problems: tuple[Problem, ...]

    @property
    def run_count(self) -> int:
        """Runs of all experiments."""
        return sum(len(experiment.runs) for experiment in self.experiments)

    @property
    def newest(self) -> int:
        """Time of the newest fact or point, in microseconds since the epoch; 0 in an empty store."""
        return max((experiment.last_active for experiment in self.experiments), default=0)


def make_catalog(readings: Sequence[Reading], config: SiteConfig | None = None) -> Catalog:
    """The catalog of some stores; deleted experiments are left out.

    Args:
        readings: one per store, in the order the stores were named.
        config: which goals metrics have, which run is the baseline, how many runs are drawn before any click.
    """
    config = config or SiteConfig()
    records: dict[str, ExperimentRecord] = {}
    deleted: set[str] = set()
    for reading in readings:
        for record in reading.experiments:
            key = experiment_key(record.name)
            records[key] = _merged(records[key], record) if key in records else record
            if record.deleted:
                deleted.add(key)
    members: dict[str, list[_Member]] = {key: [] for key in records}
    for run, store in distinct_runs(readings):
        key = experiment_key(run.experiment)
        if key not in members:
            members[key] = []
            folder = run.folder.rpartition("/")[0]
            records[key] = ExperimentRecord(run.experiment, folder, created=run.started)
        lost = readings[store].lost.get(run.folder, {})
        members[key].append((run, store, lost, readings[store].withheld.get(run.folder, Withheld())))
    kept = [key for key in records if key not in deleted]
    hrefs = _addresses([records[key].name for key in kept])
    experiments = [
        _experiment(records[key], members[key], href, config) for key, href in zip(kept, hrefs, strict=True)
    ]
    experiments.sort(key=lambda experiment: (-experiment.last_active, experiment.name))
    return Catalog(tuple(experiments), _problems(readings))


def _merged(one: ExperimentRecord, other: ExperimentRecord) -> ExperimentRecord:
    """One experiment of two stores: the older one's name and time; of note and tags what was said last.

    What nobody knows the time of comes behind, the older experiment's first.
    """
    first, second = sorted((one, other), key=lambda record: (record.created is None, record.created or 0))

    def newer(key: str, holds: bool) -> ExperimentRecord:
        """Which of them has the last word on a tag, or under "" on the note."""
        times = first.said_at.get(key), second.said_at.get(key)
        if times == (None, None):
            return first if holds else second
        return second if (times[1] or 0) > (times[0] or 0) else first

    last = {name: newer(name, name in first.tags) for name in (*second.tags, *first.tags)}
    return replace(
        first,
        note=newer("", bool(first.note)).note,
        tags={name: record.tags[name] for name, record in last.items() if name in record.tags},
        said_at={
            key: max(first.said_at.get(key, 0), second.said_at.get(key, 0))
            for key in (*second.said_at, *first.said_at)
        },
    )


def distinct_runs(readings: Sequence[Reading]) -> list[tuple[RunRecord, int]]:
    """Every run once, by creation: of two copies the one with more points, then more facts."""
    best: dict[str, tuple[tuple[int, int, int], RunRecord, int]] = {}
    for store, reading in enumerate(readings):
        for run in reading.runs:
            facts = len(run.params) + len(run.tags) + len(run.artifacts) + len(run.metrics) + bool(run.ended)
            lost = reading.lost.get(run.folder, {})
            points = sum(summary.count for summary in run.metrics.values()) - sum(lost.values())
            weight = (points, facts, run.last_active)
            if run.run_id not in best or weight > best[run.run_id][0]:
                best[run.run_id] = (weight, run, store)
    found = [(run, store) for _, run, store in best.values()]
    return sorted(found, key=lambda member: (member[0].started, member[0].run_id))


def _experiment(
    record: ExperimentRecord, members: list[_Member], href: str, config: SiteConfig
) -> ExperimentData:
    runs = tuple(
        RunData(run, ordinal, store, lost, withheld)
        for ordinal, (run, store, lost, withheld) in enumerate(members)
    )
    metrics = metrics_of(runs, config)
    main = main_metric_of(metrics, runs, tuple(config.goals))
    baseline = _baseline(runs, config.baseline)
    watched = watched_runs(runs)
    ranking = scored(runs, main)
    ranked = tuple(ordinal for ordinal, _ in ranking)
    varying, constant = compared([run.record.params for run in runs if run.is_compared])
    return ExperimentData(
        name=record.name,
        slug_href=href,
        record=record,
        runs=runs,
        metrics=metrics,
        varying_params=varying,
        constant_params=constant,
        users=_said(runs, "user"),
        sources=_said(runs, "script"),
        main_metric=main,
        ranked=ranked,
        scores=tuple(score for _, score in ranking),
        drawn=drawn_first(runs, ranked, baseline, watched, config.drawn_runs),
        baseline=baseline,
        watched=watched,
    )


def _baseline(runs: Sequence[RunData], filter_string: str | None) -> int | None:
    """The newest finished run for which the filter of the configuration holds."""
    if filter_string is None:
        return None
    finished = {run.run_id: run.ordinal for run in runs if run.record.status == "finished"}
    found = matching_runs([run.record for run in runs if run.run_id in finished], filter_string)
    return finished[found[0].run_id] if found else None


def _said(runs: Iterable[RunData], key: str) -> tuple[str, ...]:
    said = (run.record.provenance.get(key) for run in runs)
    return tuple(sorted({text for text in said if isinstance(text, str) and text}))


def _addresses(names: Sequence[str]) -> list[str]:
    """Folders in the site: a slug and 8 hex digits; all 16 for names whose 8 are the same."""
    folders = [experiment_folder(name) for name in names]
    short = Counter(folder[:-8] for folder in folders)
    return [f"e/{folder if short[folder[:-8]] > 1 else folder[:-8]}/" for folder in folders]


def _problems(readings: Sequence[Reading]) -> tuple[Problem, ...]:
    found: dict[Problem, None] = {}
    for reading in readings:
        found.update(dict.fromkeys(reading.problems))
        for experiment in reading.experiments:
            found.update(dict.fromkeys(experiment.problems))
        for run in reading.runs:
            found.update(dict.fromkeys(run.problems))
    return tuple(found)
