"""Catalog: all runs of one or several stores, in the order and with the judgements that pages show.

Stores merge: experiments meet by the key of their name, a run found twice is shown once. What differs
between the runs of an experiment, who ran them, which is best and which are drawn at first is decided
here, once. Pure: left of here `logger.store` has read the records, right of here nobody counts again.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from logger.factlines import JsonValue
from logger.layout import experiment_folder, experiment_key, facts_writer
from logger.records import ExperimentRecord, MetricSummary, Problem, RunRecord
from logger.search import matching_runs

from .cards import HELD_OUT, SYSTEM, split_of
from .config import SiteConfig
from .differing import compared
from .goals import Goal, assumed_goal
from .numbers import ROUNDING

_Member: TypeAlias = (
    "tuple[RunRecord, int, Mapping[str, int], Withheld]"  # a run, its store, and what `RunData` says besides
)

RUN_COLORS = 10  # a run's colour is its ordinal modulo this
MOST_WATCHED = 4  # runs in progress that are kept in sight


@dataclass(frozen=True, slots=True)
class Withheld:
    """What was logged and is not published, without saying what."""

    count: int = 0  # params
    mark: str = ""  # the same for runs that were alike in them; seeds have no say


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one store."""

    experiments: tuple[ExperimentRecord, ...]
    runs: tuple[RunRecord, ...]
    problems: tuple[Problem, ...] = ()
    lost: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # by folder of a run, see `RunData`
    withheld: Mapping[str, Withheld] = field(default_factory=dict)  # by folder of a run


@dataclass(frozen=True, slots=True)
class RunData:
    """A run, and its place among the others."""

    record: RunRecord
    ordinal: int  # by creation within its experiment, from 0; decides the colour
    store: int  # which of the stores it was read from, from 0
    lost: Mapping[str, int] = field(default_factory=dict)  # points that the summary of a metric counts …

    # … and that could not be read: its values are known, and nothing of it can be drawn, or not all.
    withheld: Withheld = Withheld()

    @property
    def run_id(self) -> str:
        """The id, which is also the address."""
        return self.record.run_id

    def points(self, metric: str) -> int:
        """How many points of a metric were read."""
        summary = self.record.metrics.get(metric)
        return summary.count - self.lost.get(metric, 0) if summary is not None else 0

    @property
    def goes_on(self) -> bool:
        """Whether it may go on, so that nothing of it is final; a browser, by the time, may know better."""
        return self.record.status == "running"

    @property
    def is_compared(self) -> bool:
        """Whether its params have a say in what differs: it logged some, and none may be missing."""
        return bool(self.record.params) and not self.record.facts_lost

    @property
    def damages(self) -> tuple[Problem, ...]:
        """What of it could not be read."""
        return tuple(problem for problem in self.record.problems if problem.is_damage)

    @property
    def lacks_facts(self) -> bool:
        """Whether it may have params, tags and the like that were not read."""
        return self.record.facts_lost or any(problem.imported for problem in self.damages)

    @property
    def lacks_metrics(self) -> bool:
        """Whether it may have metrics that were not read.

        A damaged file costs points alone where its summary was read: that counts more than were read. Of
        several files one may be lost whole.
        """
        measured = [one for one in self.damages if facts_writer(one.path.rpartition("/")[2]) is None]
        return len({one.path for one in measured}) > 1 or bool(measured and not self.lost)

    @property
    def all_points(self) -> int:
        """How many points were read."""
        return sum(map(self.points, self.record.metrics))


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """What is known of a metric across the runs of an experiment."""

    name: str
    goal: Goal | None
    assumed: bool  # the goal was guessed from the name
    unit: str | None = None
    x: str | None = None  # "step", "time" or another metric
    label: str = ""  # what the site's owner calls it

    @property
    def called(self) -> str:
        """Its label, or its name."""
        return self.label or self.name


def own_labels(metrics: Iterable[MetricInfo]) -> dict[str, str]:
    """The labels of metrics, by name; where several share one, their names tell them apart."""
    labels = {info.name: info.label for info in metrics if info.label}
    counts = Counter(labels.values())
    return {name: label for name, label in labels.items() if counts[label] == 1}


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
    metrics = _metrics(runs, config)
    main = _main_metric(metrics, runs, tuple(config.goals))
    baseline = _baseline(runs, config.baseline)
    watched = _watched(runs)
    scored = _scored(runs, main)
    ranked = tuple(ordinal for ordinal, _ in scored)
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
        scores=tuple(score for _, score in scored),
        drawn=_drawn(runs, ranked, baseline, watched, config.drawn_runs),
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


def _metrics(runs: Sequence[RunData], config: SiteConfig) -> tuple[MetricInfo, ...]:
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
            )
        )
    return tuple(sorted(infos, key=lambda info: _is_system(info.name)))


def _main_metric(
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


def _scored(runs: Sequence[RunData], main: MetricInfo | None) -> list[tuple[int, float]]:
    """Ordinals and best values, the best first, of equals the oldest."""
    if main is None or main.goal is None:
        return []
    scored = []
    for run in runs:
        best = best_value(run.record.metrics.get(main.name), main.goal)
        if best is not None:
            scored.append((run.ordinal, best[0]))
    sign = -1 if main.goal == "max" else 1
    return sorted(scored, key=lambda pair: (sign * pair[1], pair[0]))


def _watched(runs: Sequence[RunData]) -> tuple[int, ...]:
    """The newest runs known to live, and the one before them, of the same parent, that does not."""
    live = [run for run in reversed(runs) if run.record.status == "running" and run.record.alive][
        :MOST_WATCHED
    ]
    if not live:
        return ()
    others = (
        run.ordinal
        for run in reversed(runs[: live[0].ordinal])
        if run not in live and run.all_points and run.record.parent == live[0].record.parent
    )
    before = next(others, None)
    return (*(run.ordinal for run in live), *(() if before is None else (before,)))


def _drawn(
    runs: Sequence[RunData], ranked: Sequence[int], baseline: int | None, watched: Sequence[int], count: int
) -> tuple[int, ...]:
    """The best by goal, the baseline, what is running and the run before it, then the newest.

    The best one, the baseline and what is running or watched always; of the others those first whose colour
    none has yet, so that ten runs are told apart at first sight. A run of which no point could be read takes
    no place.
    """
    with_points = [run for run in runs if run.all_points]
    drawable = {run.ordinal for run in with_points}
    ranked = [ordinal for ordinal in ranked if ordinal in drawable]
    running = [run.ordinal for run in reversed(with_points) if run.record.status == "running"]
    newest = [run.ordinal for run in reversed(with_points)]
    compared = [baseline] if baseline is not None and baseline in drawable else []
    watching = [ordinal for ordinal in watched if ordinal in drawable]
    certain = dict.fromkeys([*ranked[:1], *compared, *watching, *running])
    wanted = dict.fromkeys([*certain, *ranked, *newest])
    first_of_color: dict[int, int] = {}
    for ordinal in wanted:
        first_of_color.setdefault(ordinal % RUN_COLORS, ordinal)
    chosen = dict.fromkeys([*certain, *first_of_color.values(), *wanted])
    return tuple(sorted(list(chosen)[:count]))


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


def _is_system(name: str) -> bool:
    return name == SYSTEM or name.startswith(SYSTEM + "/")
