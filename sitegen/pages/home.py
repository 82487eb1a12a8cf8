"""The home page: one row an experiment, the last active first; then the runs that came last."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .. import numbers
from ..catalog import Catalog, ExperimentData
from ..cells import Cell, number_cell
from ..metricinfo import best_value
from ..rundata import RunData
from ..safe import Html
from ..sentences import run_counts
from ..sparkline import progress, sparkline
from ..urls import HOME, Link, experiment_page, link, run_page
from .charts import Sketches
from .frame import Frame, Framer, Moment, State, lasted, moment, state

LATEST = 10  # runs that are listed
_NAMED = 10  # experiments that a link's preview may name
_PICTURED = 100  # runs that a picture shows, the newest
_STARTS = 200  # of an experiment, for the browser to count those that are new


@dataclass(frozen=True, slots=True)
class BestView:
    """The best run of an experiment, by its main metric."""

    value: Cell
    run: str
    href: Link


@dataclass(frozen=True, slots=True)
class ExperimentRow:
    """An experiment on the home page."""

    name: str
    href: Link
    counts: str  # "24 runs, 1 failed"
    people: str  # "3 people", a name, or ""
    people_title: str  # their names
    metric: str  # "" when none was logged
    unit: str  # of the metric
    assumed: bool  # the metric's goal
    best: BestView | None
    picture: Html  # of the main metric: the best of each run, one after the other; of one run, its course
    picture_title: str
    starts: str  # when its newest runs started, in ms, apart by blanks
    active: Moment


@dataclass(frozen=True, slots=True)
class LatestRun:
    """One of the runs that came last."""

    name: str
    href: Link
    experiment: str
    experiment_href: Link
    state: State
    started: Moment
    start_ms: int
    duration: Cell
    user: str
    metric: str
    unit: str
    value: Cell | None  # best of the main metric


@dataclass(frozen=True, slots=True)
class HomeView:
    """What the home page shows."""

    frame: Frame
    summary: str  # "3 experiments, 48 runs"
    experiments: tuple[ExperimentRow, ...]
    latest: tuple[LatestRun, ...]
    compares: bool  # there are runs to put side by side


def home_view(catalog: Catalog, sketches: Sketches, framer: Framer) -> HomeView:
    """The home page of a site."""
    experiments = len(catalog.experiments)
    summary = f"{numbers.plural(experiments, 'experiment')}, {numbers.plural(catalog.run_count, 'run')}"
    rows = tuple(_row(experiment, sketches) for experiment in catalog.experiments)
    everything = [(run, experiment) for experiment in catalog.experiments for run in experiment.runs]
    newest = sorted(everything, key=lambda pair: (-pair[0].record.started, pair[0].run_id))[:LATEST]
    latest = tuple(_latest(run, experiment) for run, experiment in newest)
    names = ", ".join(experiment.name for experiment in catalog.experiments[:_NAMED])
    description = f"{summary}: {names}" if names else summary
    frame = framer.frame(HOME, "", newest_us=catalog.newest or None, description=description)
    return HomeView(frame, summary, rows, latest, catalog.run_count > 1)


def _row(experiment: ExperimentData, sketches: Sketches) -> ExperimentRow:
    metric = experiment.main_metric
    best = None
    shown = experiment.runs[experiment.ranked[0]] if experiment.ranked else None
    if metric is not None and shown is not None:
        found = best_value(shown.record.metrics.get(metric.name), metric.goal)
        if found is not None:
            best = BestView(number_cell(found[0]), shown.record.name, link(HOME, run_page(shown.run_id)))
    picture, title = _picture(experiment, sketches)
    users = experiment.users
    starts = sorted((run.record.started // 1000 for run in experiment.runs), reverse=True)[:_STARTS]
    return ExperimentRow(
        name=experiment.name,
        href=link(HOME, experiment_page(experiment.slug_href)),
        counts=run_counts(experiment.runs),
        people=numbers.plural(len(users), "person", "people") if len(users) > 1 else "".join(users),
        people_title=", ".join(users) if len(users) > 1 else "",
        metric=metric.called if metric else "",
        unit=(metric.unit or "") if metric else "",
        assumed=metric.assumed if metric else False,
        best=best,
        picture=picture,
        picture_title=title,
        starts=" ".join(map(str, starts)),
        active=moment(experiment.last_active),
    )


def _picture(experiment: ExperimentData, sketches: Sketches) -> tuple[Html, str]:
    """How the main metric came along, and what the picture is of."""
    metric = experiment.main_metric
    if metric is None:
        return Html(""), ""
    if metric.goal is not None and len(experiment.ranked) > 1:
        found = [
            best_value(run.record.metrics.get(metric.name), metric.goal)
            for run in experiment.runs[-_PICTURED:]
        ]
        drawn = progress([value[0] if value else math.nan for value in found], metric.goal)
        return drawn, "a dot a run, by creation; the line is the best until then"
    having = [run for run in experiment.runs if metric.name in run.record.metrics]
    ranked = [experiment.runs[ordinal] for ordinal in experiment.ranked[:1]]
    shown = next(iter([*ranked, *reversed(having)]), None)
    sketch = sketches.get((shown.run_id, metric.name)) if shown else None
    return sparkline(sketch), "its course in one run" if sketch else ""


def _latest(run: RunData, experiment: ExperimentData) -> LatestRun:
    record, metric = run.record, experiment.main_metric
    found = best_value(record.metrics.get(metric.name), metric.goal) if metric else None
    user = record.provenance.get("user")
    return LatestRun(
        name=record.name,
        href=link(HOME, run_page(run.run_id)),
        experiment=experiment.name,
        experiment_href=link(HOME, experiment_page(experiment.slug_href)),
        state=state(record),
        started=moment(record.started),
        start_ms=record.started // 1000,
        duration=lasted(record),
        user=user if isinstance(user, str) else "",
        metric=metric.called if metric and found else "",
        unit=(metric.unit or "") if metric else "",
        value=number_cell(found[0]) if found else None,
    )
