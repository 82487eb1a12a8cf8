"""The table of an experiment's runs: what its columns are, its first rows as text, all of it as data.

Columns stand in the order a reader asks: which run and how it ended, how good it is, in what it differs,
when and who, then everything else. What is the same in all runs has no column. The page prints the first
`STATIC_ROWS` rows; `templates/static/js/table.js` takes the whole table from the page's data, column by
column, and words its cells by the rules of `sitegen.numbers` and `sitegen.cells`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from logger.factlines import JsonValue
from logger.records import RunRecord

from .. import numbers
from ..cards import SYSTEM, split_of
from ..catalog import ExperimentData, MetricInfo, RunData, best_value
from ..cells import Cell, given_decimals, missing, number_cell, param_cell
from ..safe import clipped, shown
from ..urls import Link, Path, link, run_page
from .frame import Moment, State, moment, state

STATIC_ROWS = 30  # a page of 200 runs, its scripts and first curves stay below a megabyte
NOT_READ = "not read: a file of the run is damaged"
_EXACT_INT = 2**53  # the browser rounds whole numbers beyond


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table."""

    kind: str  # "name", "status", "time", "duration", "number", "param" or "text"
    label: str
    group: str  # "run", "goal", "param" or "metric"
    sub: str = ""  # what of the metric: "best" or "last"
    goal: str = ""  # "max" or "min": which values are good
    title: str = ""
    named: bool = True  # the label is a user's word
    decimals: int | None = None  # that all numbers of the column share
    best: int | None = None  # index of the run with the best value
    unbounded: tuple[int, ...] = ()  # runs that logged the metric, but no finite value
    values: tuple[JsonValue, ...] = field(default=(), repr=False)  # per run, by creation

    @property
    def numeric(self) -> bool:
        """Whether its values stand to the right: numbers, maybe beside None, True or nothing."""
        if self.kind != "param":
            return self.kind in ("number", "duration")
        kinds = {type(value) for value in self.values}
        return bool(kinds & {int, float}) and str not in kinds


@dataclass(frozen=True, slots=True)
class Row:
    """A run as a row of the static table."""

    index: int  # of the run, by creation
    name: str
    href: Link
    color: int
    drawn: bool
    state: State
    damaged: bool  # a file of the run could not be read whole
    started: Moment
    cells: tuple[Cell, ...]  # for each column behind name and status


@dataclass(frozen=True, slots=True)
class RunsTable:
    """The table as a template prints it."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]  # the first of them
    total: int
    sorted_by: int | None  # the column whose order the rows have, best first; None: newest first
    order: tuple[int, ...] = field(repr=False)  # indices of all runs in the order of the rows


def runs_table(experiment: ExperimentData, page: Path) -> RunsTable:
    """The table of an experiment, best run first; newest first when no goal is known."""
    columns = tuple(_columns(experiment))
    unranked = [run.ordinal for run in reversed(experiment.runs) if run.ordinal not in set(experiment.ranked)]
    order = (*experiment.ranked, *unranked)
    drawn = frozenset(experiment.drawn)
    rows = tuple(_row(experiment.runs[i], columns, page, i in drawn) for i in order[:STATIC_ROWS])
    by = next((i for i, column in enumerate(columns) if column.group == "goal"), None)
    return RunsTable(columns, rows, len(order), by if experiment.ranked else None, order)


def table_data(table: RunsTable) -> dict[str, object]:
    """The whole table for the browser: see `templates/README.md`."""
    return {
        "columns": [_column_data(column) for column in table.columns],
        "order": list(table.order),
        "sort": table.sorted_by,
    }


def _columns(experiment: ExperimentData) -> list[Column]:
    runs = experiment.runs
    main = experiment.main_metric
    goals = [info for info in experiment.metrics if info.goal and not _is_system(info)]
    goals.sort(key=lambda info: (main is None or info.name != main.name, split_of(info.name)[1] == "train"))
    columns = [Column("name", "run", "run", named=False), Column("status", "status", "run", named=False)]
    for info in goals[:1]:
        columns += _goal_columns(runs, info)
    columns += [_param_column(runs, name) for name in experiment.varying_params]
    for info in goals[1:]:
        columns += _goal_columns(runs, info)
    columns.append(Column("time", "started", "run", named=False, values=()))
    durations = tuple(_seconds(run.record) for run in runs)
    columns.append(Column("duration", "duration", "run", named=False, values=durations))
    if len(experiment.users) > 1:
        columns.append(_said_column(runs, "user", "user"))
    if len(experiment.sources) > 1:
        columns.append(_said_column(runs, "script", "source"))
    known = {info.name for info in goals}
    columns += [_metric_column(runs, info) for info in experiment.metrics if info.name not in known]
    return columns


def _goal_columns(runs: Sequence[RunData], info: MetricInfo) -> list[Column]:
    """Best and last of a metric; one column when they are the same in every run."""
    found = [best_value(run.record.metrics.get(info.name), info.goal) for run in runs]
    best = tuple(value[0] if value else None for value in found)
    last = tuple(_last(run, info.name) for run in runs)
    decimals = numbers.column_decimals([*best, *last])
    goal = info.goal or ""
    place = _winner(best, goal)
    if _same(best, last):
        return [_number(info, "", last, decimals, place)]
    unbounded = tuple(i for i, run in enumerate(runs) if best[i] is None and info.name in run.record.metrics)
    return [
        replace(_number(info, "best", best, decimals, place), unbounded=unbounded),
        _number(info, "last", last, decimals, None),
    ]


def _winner(values: Sequence[float | None], goal: str) -> int | None:
    """Where the best value stands, the earliest of equals; None when there is nothing to beat."""
    rated = [(-value if goal == "max" else value, i) for i, value in enumerate(values) if value is not None]
    return min(rated)[1] if len(rated) > 1 else None


def _number(
    info: MetricInfo, sub: str, values: tuple[float | None, ...], decimals: int | None, best: int | None
) -> Column:
    notes = []
    if info.unit:
        notes.append(f"in {info.unit}")
    if info.goal:
        direction = "higher" if info.goal == "max" else "lower"
        notes.append(f"{direction} is better{' (assumed from the name)' if info.assumed else ''}")
    group = "goal" if info.goal else "metric"
    return Column(
        kind="number",
        label=info.name,
        group=group,
        sub=sub,
        goal=info.goal or "",
        title=", ".join(notes),
        decimals=decimals,
        best=best,
        values=values,
    )


def _metric_column(runs: Sequence[RunData], info: MetricInfo) -> Column:
    last = tuple(_last(run, info.name) for run in runs)
    return _number(info, "last", last, numbers.column_decimals(last), None)


def _param_column(runs: Sequence[RunData], name: str) -> Column:
    having = [run.record.params[name] for run in runs if name in run.record.params]
    values = tuple(
        _data_value(run.record.params[name]) if name in run.record.params else None for run in runs
    )
    return Column("param", name, "param", decimals=given_decimals(having), values=values)


def _said_column(runs: Sequence[RunData], key: str, label: str) -> Column:
    values = tuple(shown(v) if isinstance(v := run.record.provenance.get(key), str) else None for run in runs)
    return Column("text", label, "run", named=False, values=values)


def _data_value(value: JsonValue) -> JsonValue:
    """A param as the browser gets it: text and numbers as they are, other values in a list of one."""
    if isinstance(value, str):
        return clipped(shown(value), 500)
    if isinstance(value, float) or (type(value) is int and abs(value) <= _EXACT_INT):
        return value
    return [param_cell(value).text]


def _row(run: RunData, columns: Sequence[Column], page: Path, drawn: bool) -> Row:
    record = run.record
    cells = tuple(_CELLS[column.kind](column, run) for column in columns[2:])
    return Row(
        index=run.ordinal,
        name=record.name,
        href=link(page, run_page(run.run_id)),
        color=run.ordinal % 10,
        drawn=drawn,
        state=state(record),
        damaged=any(problem.is_damage for problem in record.problems),
        started=moment(record.started),
        cells=cells,
    )


def _number_text(column: Column, run: RunData) -> Cell:
    value = column.values[run.ordinal]
    number = float(value) if isinstance(value, int | float) else None
    if number is None and run.ordinal in column.unbounded:
        return missing("no finite value was logged")
    if number is None and any(problem.is_damage for problem in run.record.problems):
        return missing(NOT_READ)
    return number_cell(number, column.decimals, column.best == run.ordinal)


def _param_text(column: Column, run: RunData) -> Cell:
    if column.label not in run.record.params:
        return missing("not set in this run")
    return param_cell(run.record.params[column.label], column.decimals, clip=40)


def _plain_text(column: Column, run: RunData) -> Cell:
    value = column.values[run.ordinal]
    return param_cell(value, clip=40) if isinstance(value, str) else missing("not recorded")


def _time_text(column: Column, run: RunData) -> Cell:
    return Cell(numbers.utc_minute(run.record.started), numbers.utc_second(run.record.started), "time")


def _duration_text(column: Column, run: RunData) -> Cell:
    ended = run.record.ended is not None
    title = "" if ended else "up to its last sign of life"
    return Cell(numbers.duration(_seconds(run.record)), title, "number")


_CELLS: Mapping[str, Callable[[Column, RunData], Cell]] = {
    "number": _number_text,
    "param": _param_text,
    "text": _plain_text,
    "time": _time_text,
    "duration": _duration_text,
}


def _column_data(column: Column) -> dict[str, object]:
    data: dict[str, object] = {"kind": column.kind, "label": shown(column.label), "group": column.group}
    for key, value in (("sub", column.sub), ("goal", column.goal), ("title", column.title)):
        if value:
            data[key] = value
    if column.decimals is not None:
        data["decimals"] = column.decimals
    if column.best is not None:
        data["best"] = column.best
    if column.unbounded:
        data["unbounded"] = list(column.unbounded)
    if column.kind == "text" or (column.kind == "param" and _repeats(column.values)):
        texts = list(dict.fromkeys(value for value in column.values if isinstance(value, str)))
        places = {text: place for place, text in enumerate(texts)}
        data["texts"] = texts
        data["codes"] = [places[v] if isinstance(v, str) else -1 for v in column.values]
    elif column.values:
        values, bad = _without_bad(column.values)
        data["values"] = values
        if bad:
            data["bad"] = bad
    return data


def _without_bad(values: Sequence[JsonValue]) -> tuple[list[JsonValue], list[list[JsonValue]]]:
    """JSON has no NaN and no infinity: null stands there, and beside it [row, what it was]."""
    good: list[JsonValue] = []
    bad: list[list[JsonValue]] = []
    for row, value in enumerate(values):
        if isinstance(value, float) and not math.isfinite(value):
            good.append(None)
            bad.append([row, numbers.number(value)])
        else:
            good.append(value)
    return good, bad


def _repeats(values: Sequence[JsonValue]) -> bool:
    return all(value is None or isinstance(value, str) for value in values)


def _same(one: Sequence[float | None], other: Sequence[float | None]) -> bool:
    return all(a == b or (a is not None and a != a and b is None) for a, b in zip(one, other, strict=True))


def _last(run: RunData, name: str) -> float | None:
    summary = run.record.metrics.get(name)
    return None if summary is None else summary.last


def _seconds(run: RunRecord) -> float:
    return ((run.ended or run.last_active) - run.started) / 1e6


def _is_system(info: MetricInfo) -> bool:
    return info.name == SYSTEM or info.name.startswith(SYSTEM + "/")
