"""The page of a run: how it ended, what it was given, what it measured, where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from logger.factlines import JsonValue
from logger.layout import facts_writer, points_writer

from .. import numbers
from ..boards import board_of
from ..catalog import ExperimentData, MetricInfo, RunData
from ..cells import Cell, number_cell, param_cell
from ..notes import markup
from ..safe import Html, json_text, shown
from ..sentences import Sentence, best_of_run, more_of_run
from ..sparkline import sparkline
from ..urls import Link, experiment_page, link, run_page
from .charts import SectionView, Sketches, sections
from .experiment import Pair
from .frame import Frame, Framer, Moment, State, moment, state
from .island import SeriesIndex, island
from .params import ParamRow, param_rows
from .problems import ProblemView, problem_views

_WORDS = {  # provenance in the order and words of the page; other keys follow as they are
    "script": "source",
    "git_commit": "commit",
    "git_branch": "branch",
    "git_dirty": "uncommitted changes",
    "git_remote": "remote",
    "python": "Python",
    "platform": "platform",
    "slurm_job_id": "Slurm job",
}


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A metric of the run."""

    name: str
    unit: str
    goal: str  # "max", "min" or ""
    note: str  # what is assumed of the goal
    picture: Html
    last: Cell
    first: Cell
    low: Cell
    high: Cell
    points: Cell


@dataclass(frozen=True, slots=True)
class ArtifactRow:
    """A file the run left."""

    path: str
    size: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A param that two writers set to different values."""

    name: str
    values: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class RunLink:
    """Another run."""

    name: str
    href: Link


@dataclass(frozen=True, slots=True)
class RunView:
    """What the page of a run shows."""

    frame: Frame
    run_id: str
    name: str
    color: int
    experiment: str
    experiment_href: Link
    state: State
    reason: str  # why it failed, as far as known
    started: Moment
    duration: Cell
    user: str
    commit: str  # "a1b2c3d", "a1b2c3d with uncommitted changes" or ""
    parent: RunLink | None
    children: tuple[RunLink, ...]
    best: Sentence
    more: Sentence  # where and how the best value was reached
    params: tuple[ParamRow, ...]
    conflicts: tuple[Conflict, ...]
    metrics: tuple[MetricRow, ...]
    sections: tuple[SectionView, ...]
    tags: tuple[Pair, ...]
    note: Html
    artifacts: tuple[ArtifactRow, ...]
    provenance: tuple[Pair, ...]
    problems: tuple[ProblemView, ...]
    remarks: tuple[str, ...]  # of no damage
    facts_lost: bool  # some may be missing, so nothing may be said of what was never logged
    points_lost: bool
    lost: str  # how many points cannot be drawn, and where their values come from
    data: Html  # the island


def run_view(
    experiment: ExperimentData,
    run: RunData,
    family: Mapping[str, RunLink],
    children: tuple[RunLink, ...],
    places: SeriesIndex,
    sketches: Sketches,
    framer: Framer,
) -> RunView:
    """The page of a run; `family` holds runs by id, for the link to its parent.

    Whatever the record says is shown: what is private was taken out before (`sitegen.privacy`).
    """
    record = run.record
    page = run_page(run.run_id)
    metrics = [info for info in experiment.metrics if info.name in record.metrics]
    main = experiment.main_metric
    drawable = [info for info in metrics if run.points(info.name)]
    board = board_of(experiment.name, drawable, main.name if main else None, framer.boards)
    home = experiment_page(experiment.slug_href)
    user = record.provenance.get("user")
    damaged = [one.path.rpartition("/")[2] for one in record.problems if one.is_damage]
    seconds = ((record.ended or record.last_active) - record.started) / 1e6
    return RunView(
        frame=framer.frame(
            page,
            record.name,
            [(experiment.name, home)],
            charts=bool(board.cards),
            newest_us=record.last_active,
        ),
        run_id=run.run_id,
        name=record.name,
        color=run.ordinal % 10,
        experiment=experiment.name,
        experiment_href=link(page, home),
        state=state(record),
        reason=record.reason or "",
        started=moment(record.started),
        duration=Cell(
            numbers.duration(seconds), "" if record.ended else "up to its last sign of life", "number"
        ),
        user=user if isinstance(user, str) else "",
        commit=_commit(record.provenance),
        parent=family.get(record.parent or ""),
        children=children,
        best=best_of_run(experiment, run),
        more=more_of_run(experiment, run),
        params=param_rows(record.params, frozenset(experiment.varying_params)),
        conflicts=tuple(
            Conflict(name, tuple(param_cell(value) for value in values)) for name, values in record.conflicts
        ),
        metrics=_metric_rows(run, metrics, sketches),
        sections=sections(board.cards, [run], sketches),
        tags=tuple(Pair(name, param_cell(value)) for name, value in record.tags.items()),
        note=markup(record.note) if record.note else Html(""),
        artifacts=tuple(
            ArtifactRow(item.path, numbers.byte_size(item.size), item.sha256) for item in record.artifacts
        ),
        provenance=_provenance(record.provenance),
        problems=problem_views([one for one in record.problems if not one.remark], {}, page),
        remarks=tuple(one.what for one in record.problems if one.remark),
        facts_lost=any(not points_writer(name) for name in damaged),
        points_lost=any(not facts_writer(name) for name in damaged),
        lost=_lost(run),
        data=json_text(
            {
                **island("run", page, [run], {run.ordinal}, metrics, board, places),
                "experiment": experiment.name,
            }
        ),
    )


def _metric_rows(run: RunData, metrics: list[MetricInfo], sketches: Sketches) -> tuple[MetricRow, ...]:
    """One row a metric; the four values of a row share their decimals, and so do metrics of one card."""
    rows = []
    for info in metrics:
        summary = run.record.metrics[info.name]
        values = (summary.last, summary.first, summary.min, summary.max)
        decimals = numbers.column_decimals(values)
        last, first, low, high = (number_cell(value, decimals) for value in values)
        bad = f"{numbers.count(summary.bad)} of them NaN or infinite" if summary.bad else ""
        read, logged = numbers.count(run.points(info.name)), numbers.count(summary.count)
        rows.append(
            MetricRow(
                name=info.name,
                unit=info.unit or "",
                goal=info.goal or "",
                note="assumed from the name" if info.assumed else "",
                picture=sparkline(sketches.get((run.run_id, info.name))),
                last=last,
                first=first,
                low=Cell(low.text, _with_step(low.title, summary.min_step), low.kind, info.goal == "min"),
                high=Cell(high.text, _with_step(high.title, summary.max_step), high.kind, info.goal == "max"),
                points=Cell(logged if read == logged else f"{read} of {logged}", bad, "number"),
            )
        )
    return tuple(rows)


def _lost(run: RunData) -> str:
    lost = sum(run.lost.values())
    if not lost:
        return ""
    if not run.all_points:
        said = "Its points cannot be read, so no chart of them can be drawn"
    else:
        logged = numbers.plural(lost + run.all_points, "point")
        said = f"{numbers.count(lost)} of its {logged} cannot be read or drawn"
    return f"{said}; the values below come from the summary in the file."


def _with_step(title: str, step: int | None) -> str:
    if step is None:
        return "no finite value was logged"
    return f"{title} at step {step}" if title else f"at step {step}"


def _commit(provenance: Mapping[str, JsonValue]) -> str:
    commit = provenance.get("git_commit")
    if not isinstance(commit, str) or not commit:
        return ""
    return f"{shown(commit[:7])}{' with uncommitted changes' if provenance.get('git_dirty') is True else ''}"


def _provenance(provenance: Mapping[str, JsonValue]) -> tuple[Pair, ...]:
    order = list(_WORDS)
    names = sorted(provenance, key=lambda name: order.index(name) if name in _WORDS else len(order))
    pairs = []
    for name in names:
        value = provenance[name]
        if name != "user" and value not in (None, ""):
            said: JsonValue = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
            pairs.append(Pair(_WORDS.get(name, name), param_cell(said)))
    return tuple(pairs)
