"""The page of a run: how it ended, what it was given, what it measured, where it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from logger.factlines import JsonValue
from logger.layout import facts_writer, points_writer
from logger.records import MetricSummary

from .. import numbers
from ..artifacts import ShownArtifact, pictures_of
from ..boards import board_of
from ..catalog import ExperimentData
from ..cells import Cell, missing, number_cell, param_cell
from ..differing import how_many_values
from ..metricinfo import MetricInfo, best_value, compared_value, own_labels
from ..notes import markup
from ..origin import commit_link, reproduce
from ..previews import ImagePreview
from ..rundata import RunData
from ..safe import Html, json_text, shown
from ..sentences import Part, Sentence, best_of_run, more_of_run, plain
from ..sparkline import sparkline
from ..spreads import Spread, seed_spreads
from ..urls import COMPARABLE, Link, Path, compare_link, experiment_page, link, run_page, target
from ..versus import over_baseline, runs_before, versus
from .artifacts import ArtifactsView, artifacts_view
from .charts import SectionView, Sketches, sections
from .experiment import Pair
from .frame import Frame, Framer, Moment, State, lasted, moment, state
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
_MOST_CHILDREN = 100  # that are listed


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A metric of the run."""

    name: str
    called: str  # its label, or its name
    unit: str
    goal: str  # "max", "min" or ""
    note: str  # what is assumed of the goal
    picture: Html
    last: Cell
    first: Cell
    low: Cell
    high: Cell
    best_step: Cell  # where the best value was reached
    points: Cell


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag."""

    name: str
    value: Cell
    whole: str  # the text, when `value` is clipped


@dataclass(frozen=True, slots=True)
class Conflict:
    """A param that two writers set to different values."""

    name: str
    values: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class RelativeRow:
    """The parent or a child of the run."""

    name: str
    href: Link
    color: int
    role: str  # "parent" or "child"
    state: State
    value: Cell  # of the main metric


@dataclass(frozen=True, slots=True)
class Relatives:
    """The parent and the children of the run, with what they are judged by."""

    title: str  # "Parent", "Children" or "Parent and children"
    metric: str  # "best test/auc"; "" when there is none
    unit: str | None  # of the metric
    rows: tuple[RelativeRow, ...]
    more: int  # children that are not among them


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
    commit: str  # "a1b2c3d" or ""
    commit_href: str  # where it can be seen; "" when that is not known
    dirty: bool  # there were uncommitted changes
    relatives: Relatives
    best: Sentence
    more: Sentence  # where and how the best value was reached
    versus: Sentence  # beside the run before it; empty for the first
    compare_before: Link  # "" for the first
    compare_best: Link  # "" for the best
    compare_baseline: Link  # "" for the baseline, and where there is none
    compare_with: Link  # to the page where others can be chosen; "" where there is no other
    comparable: Link  # the script that says which
    params: tuple[ParamRow, ...]
    withheld: str  # how many params are not published; "" when all are
    conflicts: tuple[Conflict, ...]
    metrics: tuple[MetricRow, ...]
    sections: tuple[SectionView, ...]
    bare_board: str  # the configured board that shows no card, as "boards[0]"; "" for others
    tags: tuple[TagRow, ...]
    note: Html
    artifacts: ArtifactsView
    provenance: tuple[Pair, ...]
    reproduce: str  # lines for a terminal; "" when too little is known
    problems: tuple[ProblemView, ...]
    remarks: tuple[str, ...]  # of no damage
    facts_lost: bool  # some may be missing, so nothing may be said of what was never logged
    points_lost: bool
    lost: str  # how many points cannot be drawn, and where their values come from
    data: Html  # the island


@dataclass(frozen=True, slots=True)
class Family:
    """How the runs of an experiment belong together: made once for all their pages."""

    runs: Mapping[str, RunData]  # by id
    children: Mapping[str, Sequence[RunData]]  # by the id of their parent
    before: Mapping[int, RunData]  # by ordinal: `sitegen.versus.runs_before`
    spreads: Mapping[int, Spread]  # by ordinal: `sitegen.spreads.seed_spreads`
    differing: Set[str]  # params that are not the same in all runs that have them


def family_of(experiment: ExperimentData) -> Family:
    """How the runs of an experiment belong together."""
    children: dict[str, list[RunData]] = {}
    for run in experiment.runs:
        if run.record.parent:
            children.setdefault(run.record.parent, []).append(run)
    metric = experiment.main_metric
    given = [run.record.params for run in experiment.runs if run.is_compared]
    return Family(
        runs={run.run_id: run for run in experiment.runs},
        children=children,
        before=runs_before(experiment),
        spreads=seed_spreads(experiment, metric) if metric else {},
        differing={name for name in experiment.varying_params if how_many_values(name, given) > 1},
    )


def run_view(
    experiment: ExperimentData,
    run: RunData,
    family: Family,
    artifacts: Sequence[ShownArtifact],
    places: SeriesIndex,
    sketches: Sketches,
    framer: Framer,
) -> RunView:
    """The page of a run.

    Whatever the record says is shown: what is private was taken out before (`sitegen.privacy`,
    `sitegen.artifacts`).
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
    before = family.before.get(run.ordinal)
    first = experiment.runs[experiment.ranked[0]] if experiment.ranked else None
    best = best_of_run(experiment, run, over_baseline(experiment, run, family.spreads, page))
    more = more_of_run(experiment, run)
    baseline = None if experiment.baseline is None else experiment.runs[experiment.baseline]
    before_said = versus(experiment, run, before, family.spreads, page) if before else ()
    return RunView(
        frame=framer.frame(
            page,
            record.name,
            [(experiment.name, home)],
            charts=bool(board.cards),
            newest_us=record.last_active,
            description=plain(
                (Part(f"A run of {experiment.name}, {record.status}."),), best, more, before_said
            ),
            picture=_picture(artifacts, page),
        ),
        run_id=run.run_id,
        name=record.name,
        color=run.ordinal % 10,
        experiment=experiment.name,
        experiment_href=link(page, home),
        state=state(record),
        reason=record.reason or "",
        started=moment(record.started),
        duration=lasted(record),
        user=user if isinstance(user, str) else "",
        commit=_commit(record.provenance),
        commit_href=commit_link(record.provenance),
        dirty=record.provenance.get("git_dirty") is True,
        relatives=_relatives(experiment, run, family, page),
        best=best,
        more=more,
        versus=before_said,
        compare_before=_comparing(page, framer, before, run),
        compare_best=_comparing(page, framer, first, run),
        compare_baseline=_comparing(page, framer, baseline, run),
        compare_with=_with_others(page, framer, run),
        comparable=link(page, COMPARABLE),
        params=param_rows(record.params, family.differing),
        withheld=_withheld(run.withheld.count),
        conflicts=tuple(
            Conflict(name, tuple(param_cell(value) for value in values)) for name, values in record.conflicts
        ),
        metrics=_metric_rows(run, metrics, sketches),
        sections=sections(board.cards, [run], sketches, by_run=False, metrics=metrics, options=board.options),
        bare_board=board.bare if drawable else "",
        tags=tuple(_tag_row(name, value) for name, value in record.tags.items()),
        note=markup(record.note, pictures=pictures_of(artifacts)) if record.note else Html(""),
        artifacts=artifacts_view(artifacts),
        provenance=_provenance(record.provenance),
        reproduce=reproduce(record.provenance, record.params),
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


def _tag_row(name: str, value: str) -> TagRow:
    cell = param_cell(value)
    return TagRow(name, cell, value if cell.title else "")  # a clipped text has a title


def _comparing(page: Path, framer: Framer, other: RunData | None, run: RunData) -> Link:
    """A link to a run beside another one; "" where there is none, or it is the same."""
    if other is None or other is run:
        return Link("")
    return compare_link(page, [framer.run_words[one.run_id] for one in (other, run)])


def _with_others(page: Path, framer: Framer, run: RunData) -> Link:
    several = len(framer.run_words) > 1
    return compare_link(page, [framer.run_words[run.run_id]]) if several else Link("")


def _metric_rows(run: RunData, metrics: list[MetricInfo], sketches: Sketches) -> tuple[MetricRow, ...]:
    """One row a metric; the four values of a row share their decimals."""
    rows = []
    labels = own_labels(metrics)
    for info in metrics:
        summary = run.record.metrics[info.name]
        values = (summary.last, summary.first, summary.min, summary.max)
        decimals = numbers.row_decimals(values)
        last, first, low, high = (number_cell(value, decimals) for value in values)
        bad = f"{numbers.count(summary.bad)} of them NaN or infinite" if summary.bad else ""
        read, logged = numbers.count(run.points(info.name)), numbers.count(summary.count)
        rows.append(
            MetricRow(
                name=info.name,
                called=labels.get(info.name, info.name),
                unit=info.unit or "",
                goal=info.goal or "",
                note="assumed from the name" if info.assumed else "",
                picture=sparkline(sketches.get((run.run_id, info.name))),
                last=last,
                first=first,
                low=Cell(low.text, _with_step(low.title, summary.min_step), low.kind, info.goal == "min"),
                high=Cell(high.text, _with_step(high.title, summary.max_step), high.kind, info.goal == "max"),
                best_step=_best_step(summary, info),
                points=Cell(logged if read == logged else f"{read} of {logged}", bad, "number"),
            )
        )
    return tuple(rows)


def _best_step(summary: MetricSummary, info: MetricInfo) -> Cell:
    found = best_value(summary, info.goal)
    if found is None:
        return missing("no goal is known" if info.goal is None else "no finite value was logged")
    return Cell(str(found[1]), "", "number")


def _relatives(experiment: ExperimentData, run: RunData, family: Family, page: Path) -> Relatives:
    parent = family.runs.get(run.record.parent or "")
    children = family.children.get(run.run_id, ())
    members = [(parent, "parent")] if parent else []
    members += [(child, "child") for child in children[:_MOST_CHILDREN]]
    metric = experiment.main_metric
    values = [compared_value(member, metric) if metric else None for member, _ in members]
    decimals = numbers.column_decimals([value for value in values if value is not None])
    rows = tuple(
        RelativeRow(
            name=member.record.name,
            href=link(page, run_page(member.run_id)),
            color=member.ordinal % 10,
            role=role,
            state=state(member.record),
            value=number_cell(value, decimals),
        )
        for (member, role), value in zip(members, values, strict=True)
    )
    has_values = any(value is not None for value in values)
    which = "" if metric is None or not has_values else f"{'best' if metric.goal else 'last'} {metric.called}"
    title = "Parent and children" if parent and children else "Parent" if parent else "Children"
    unit = metric.unit if metric else None
    return Relatives(title, which, unit, rows, max(0, len(children) - _MOST_CHILDREN))


def _picture(artifacts: Sequence[ShownArtifact], page: Path) -> Path | None:
    """The first picture that has a file of its own."""
    previews = (shown.preview for shown in artifacts)
    found = next((one for one in previews if isinstance(one, ImagePreview) and one.extension), None)
    return target(page, found.source) if found else None


def _withheld(count: int) -> str:
    return f"{numbers.plural(count, 'param')} {'is' if count == 1 else 'are'} not published." if count else ""


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
    return shown(commit[:7])


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
