"""The table of an experiment's runs: its first rows as text, in the order of all.

The page prints the first `STATIC_ROWS` rows of the columns that are not hidden; the script `table.js` takes
the whole table from the data of the page, column by column, and words its cells by the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .. import numbers
from ..catalog import ExperimentData
from ..cells import Cell, missing, number_cell, param_cell
from ..longnames import SHORT, cut, halves, told
from ..rundata import RunData
from ..urls import Link, Path, link, run_page
from .columns import Column, columns_of
from .frame import Moment, State, duration, moment, state

STATIC_ROWS = 25  # a page of 200 runs, its scripts and first curves stay below a megabyte
_WIDEST = 200  # characters: no column is as wide
_LONG = 32  # characters of a column's name that is not cut
_CUT = 24  # characters that are left of one that is: it has three or four lines
_BREAK = re.compile(r"\s")
NOT_READ = "not read: a file of the run is damaged"


@dataclass(frozen=True, slots=True)
class Row:
    """A run as a row of the static table."""

    index: int  # of the run, by creation
    name: Cell
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
    heads: tuple[str, ...]  # what they are called, cut where that is long
    hidden: tuple[Column, ...]  # more of them, for the scripts
    rows: tuple[Row, ...]  # the first of them
    total: int
    sorted_by: int | None  # the column whose order the rows have, best first; None: newest first
    order: tuple[int, ...] = field(repr=False)  # indices of all runs in the order of the rows


def runs_table(experiment: ExperimentData, page: Path) -> RunsTable:
    """The table of an experiment, best run first; newest first when no goal is known."""
    columns, hidden = columns_of(experiment)
    unranked = [run.ordinal for run in reversed(experiment.runs) if run.ordinal not in set(experiment.ranked)]
    order = (*experiment.ranked, *unranked)
    drawn = frozenset(experiment.drawn)
    printed = dict.fromkeys([*experiment.watched, *order])  # what is watched stays on top, wherever it ranks
    rows = _told([_row(experiment.runs[i], columns, page, i in drawn) for i in list(printed)[:STATIC_ROWS]])
    by = next((i for i, column in enumerate(columns) if column.group == "goal"), None)
    return RunsTable(
        columns, _heads(columns), hidden, rows, len(order), by if experiment.ranked else None, order
    )


def _heads(columns: Sequence[Column]) -> tuple[str, ...]:
    """As `tablehead.js` has them."""
    labels = [column.called or column.label for column in columns]
    return tuple(label if len(label) <= _LONG else cut(label, labels, _CUT) for label in labels)


def _row(run: RunData, columns: Sequence[Column], page: Path, drawn: bool) -> Row:
    record = run.record
    cells = tuple(_CELLS[column.kind](column, run) for column in columns[2:])
    return Row(
        index=run.ordinal,
        name=Cell(record.name),
        href=link(page, run_page(run.run_id)),
        color=run.ordinal % 10,
        drawn=drawn,
        state=state(record),
        damaged=bool(run.damages),
        started=moment(record.started),
        cells=cells,
    )


def _told(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows whose long names and texts are told from the others in their column."""
    columns = zip(*((row.name, *row.cells) for row in rows), strict=True)
    cells = zip(*(_told_column(column) for column in columns), strict=True)
    return tuple(
        replace(row, name=name, cells=tuple(others)) for row, (name, *others) in zip(rows, cells, strict=True)
    )


def _told_column(cells: Sequence[Cell]) -> list[Cell]:
    whole = [cell.title or cell.text if cell.kind == "text" else "" for cell in cells]
    parts = told(text for text in whole if len(text) > SHORT)

    def of(cell: Cell, text: str) -> Cell:
        if text not in parts:
            return cell
        start, end = (_BREAK.sub(" ", half[:_WIDEST]) for half in halves(text, parts))
        return replace(cell, title=text, halves=(start, end))

    return [of(cell, text) for cell, text in zip(cells, whole, strict=True)]


def _number_text(column: Column, run: RunData) -> Cell:
    value = column.values[run.ordinal]
    number = float(value) if isinstance(value, int | float) else None
    if number is None and run.ordinal in column.unbounded:
        return missing("no finite value was logged")
    if number is None and run.lacks_metrics:
        return missing(NOT_READ)
    return number_cell(number, column.decimals, column.best == run.ordinal)


def _param_text(column: Column, run: RunData) -> Cell:
    if column.label not in run.record.params:
        return missing(NOT_READ if run.lacks_facts else "not set in this run")
    return param_cell(run.record.params[column.label], column.decimals, clip=40)


def _plain_text(column: Column, run: RunData) -> Cell:
    value = column.values[run.ordinal]
    return param_cell(value, clip=40) if isinstance(value, str) else missing("not recorded")


def _time_text(column: Column, run: RunData) -> Cell:
    return Cell(numbers.utc_minute(run.record.started), numbers.utc_second(run.record.started), "time")


def _duration_text(column: Column, run: RunData) -> Cell:
    return duration(run.record)


_CELLS: Mapping[str, Callable[[Column, RunData], Cell]] = {
    "number": _number_text,
    "param": _param_text,
    "text": _plain_text,
    "time": _time_text,
    "duration": _duration_text,
}
