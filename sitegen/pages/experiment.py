"""The page of an experiment: which run is best and in what the runs differ; then the table and the cards."""

from __future__ import annotations

import json
from dataclasses import dataclass

from .. import numbers
from ..catalog import ExperimentData
from ..cells import Cell, param_cell
from ..notes import markup
from ..pictures import board_of_experiment
from ..safe import Html, json_text
from ..sentences import (
    Part,
    Sentence,
    bare_runs,
    best_of_experiment,
    drawn_first,
    more_of_experiment,
    plain,
    run_counts,
    what_differs,
)
from ..shards import Shard
from ..urls import Path, experiment_page
from .charts import SectionView, Sketches, sections, with_associations
from .frame import Frame, Framer, Moment, moment
from .island import SeriesIndex, island
from .problems import ProblemView, problem_views
from .runs_table import RunsTable, runs_table
from .table_data import table_data


@dataclass(frozen=True, slots=True)
class Pair:
    """A name and what it says."""

    name: str
    value: Cell


@dataclass(frozen=True, slots=True)
class ExperimentView:
    """What the page of an experiment shows."""

    frame: Frame
    name: str
    literal: str  # the name as Python code
    counts: str  # "24 runs, 1 failed"
    people: str  # "3 people"; "" when fewer than two are known
    active: Moment
    best: Sentence
    more: Sentence  # where and how the best value was reached
    differs: Sentence
    note: Html
    tags: tuple[Pair, ...]
    constants: tuple[Pair, ...]  # params that are the same in all runs
    constants_title: str
    table: RunsTable
    drawn: int  # runs drawn before any click
    drawn_first: Part  # which ones, when not all
    sections: tuple[SectionView, ...]
    bare_board: str  # the configured board that shows no card, as "boards[0]"; "" for others
    problems: tuple[ProblemView, ...]
    data: Html  # the island
    scripts: tuple[Shard, ...]  # data that the page loads when somebody needs them


def experiment_view(
    experiment: ExperimentData, places: SeriesIndex, sketches: Sketches, framer: Framer
) -> ExperimentView:
    """The page of an experiment."""
    page = experiment_page(experiment.slug_href)
    board = board_of_experiment(experiment, framer.boards)
    table = runs_table(experiment, page)
    data = island(
        "experiment", page, experiment.runs, frozenset(experiment.drawn), experiment.metrics, board, places
    )
    told = table_data(table, page)
    drawn = [experiment.runs[ordinal] for ordinal in experiment.drawn]
    record = experiment.record
    best, differs = best_of_experiment(experiment, page), what_differs(experiment)
    return ExperimentView(
        frame=framer.frame(
            page,
            experiment.name,
            charts=bool(experiment.runs),
            newest_us=experiment.last_active or None,
            description=plain((Part(f"{run_counts(experiment.runs)}."),), best, differs),
        ),
        name=experiment.name,
        literal=json.dumps(experiment.name, ensure_ascii=False),
        counts=run_counts(experiment.runs),
        people=numbers.plural(len(experiment.users), "person", "people") if len(experiment.users) > 1 else "",
        active=moment(experiment.last_active),
        best=best,
        more=more_of_experiment(experiment),
        differs=differs,
        note=markup(record.note) if record.note else Html(""),
        tags=tuple(Pair(name, param_cell(value)) for name, value in record.tags.items()),
        constants=tuple(
            Pair(name, param_cell(value, clip=60)) for name, value in experiment.constant_params.items()
        ),
        constants_title=_constants_title(experiment),
        table=table,
        drawn=len(drawn),
        drawn_first=drawn_first(experiment),
        sections=with_associations(
            sections(
                board.cards,
                drawn,
                sketches,
                by_run=len(experiment.runs) > 1,
                metrics=experiment.metrics,
                options=board.options,
            ),
            experiment,
        ),
        bare_board=board.bare if experiment.metrics else "",
        problems=_problems(experiment, page),
        data=json_text(
            {
                **data,
                "experiment": experiment.name,
                "baseline": experiment.baseline,
                **({"pins": experiment.watched} if experiment.watched else {}),
                "table": told.page,
            }
        ),
        scripts=told.scripts,
    )


def _constants_title(experiment: ExperimentData) -> str:
    if len(experiment.runs) == 1:
        return "Given to the run"
    if bare_runs(experiment):
        return "Same in all runs that logged params"
    damaged = any(run.record.facts_lost for run in experiment.runs)
    return "Same in all runs read whole" if damaged else "Same in all runs"


def _problems(experiment: ExperimentData, page: Path) -> tuple[ProblemView, ...]:
    found = [*experiment.record.problems]
    found += [problem for run in experiment.runs for problem in run.record.problems]
    return problem_views([problem for problem in found if not problem.remark], {}, page)
