"""The home page: one row an experiment, the last active first."""

from __future__ import annotations

from dataclasses import dataclass

from .. import numbers
from ..catalog import Catalog, ExperimentData, best_value
from ..cells import Cell, number_cell
from ..safe import Html
from ..sentences import run_counts
from ..sparkline import sparkline
from ..urls import HOME, Link, experiment_page, link, run_page
from .charts import Sketches
from .frame import Frame, Framer, Moment, moment


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
    metric: str  # "" when nothing was logged
    assumed: bool  # the metric's goal
    best: BestView | None
    picture: Html  # of the main metric of the best run, else of the newest
    active: Moment


@dataclass(frozen=True, slots=True)
class HomeView:
    """What the home page shows."""

    frame: Frame
    summary: str  # "3 experiments, 48 runs"
    experiments: tuple[ExperimentRow, ...]


def home_view(catalog: Catalog, sketches: Sketches, framer: Framer) -> HomeView:
    """The home page of a site."""
    experiments = len(catalog.experiments)
    summary = f"{numbers.plural(experiments, 'experiment')}, {numbers.plural(catalog.run_count, 'run')}"
    rows = tuple(_row(experiment, sketches) for experiment in catalog.experiments)
    return HomeView(framer.frame(HOME, "", newest_us=catalog.newest or None), summary, rows)


def _row(experiment: ExperimentData, sketches: Sketches) -> ExperimentRow:
    metric = experiment.main_metric
    best = None
    shown = experiment.runs[experiment.ranked[0]] if experiment.ranked else None
    if metric is not None and shown is not None:
        found = best_value(shown.record.metrics.get(metric.name), metric.goal)
        if found is not None:
            best = BestView(number_cell(found[0]), shown.record.name, link(HOME, run_page(shown.run_id)))
    if shown is None and metric is not None:
        shown = next((run for run in reversed(experiment.runs) if metric.name in run.record.metrics), None)
    drawn = sketches.get((shown.run_id, metric.name)) if shown and metric else None
    return ExperimentRow(
        name=experiment.name,
        href=link(HOME, experiment_page(experiment.slug_href)),
        counts=run_counts(experiment.runs),
        metric=metric.called if metric else "",
        assumed=metric.assumed if metric else False,
        best=best,
        picture=sparkline(drawn),
        active=moment(experiment.last_active),
    )
