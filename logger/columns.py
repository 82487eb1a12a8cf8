"""Columns: what a run or an experiment has for a field, and the values of many as one typed column.

Each field that a filter can ask for is a column of a search, under the same name: `status`,
`params.lr`, `metrics.loss` (the last value), `best.loss`, `min.loss`, `max.loss`, `tags.team`. Best follows
the goal that `define_metric` gave; without one there is no best.

A column has one type. Params are int64, float64, bool or text as they were logged; a column of several
kinds, or with whole numbers beyond 64 bits, is text. Times are UTC, durations seconds.

Neighbours: `logger.fields` names the fields, `logger.records` holds the values, `logger.search` asks. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import pyarrow as pa

from .factlines import JsonValue
from .fields import EXPERIMENTS, RUNS, Field, Vocabulary, printable
from .records import ExperimentRecord, RunRecord
from .schema import TIME
from .selection import Value

Row = TypeVar("Row")

RUN_COUNT = Field("attributes", "runs")  # of an experiment; counting reads a folder

_LARGEST = 2**63  # int64 ends below it
_EXACT = 2**53  # up to here each whole number is a float64


def run_value(run: RunRecord, field: Field) -> Value:
    """What a run has for a field of `logger.fields.RUNS`; None when nothing.

    Times are milliseconds since the epoch, durations seconds; of a run that has not ended, until it was
    last heard of.
    """
    if field.kind == "attributes":
        return _run_attribute(run, field.name)
    if field.kind == "params":
        return _param(run.params.get(field.name))
    if field.kind == "tags":
        return run.tags.get(field.name)
    metric = run.metrics.get(field.name)
    if metric is None:
        return None
    if field.kind == "metrics":
        return metric.last
    definition = run.definitions.get(field.name)
    kind = definition.goal if field.kind == "best" and definition else field.kind
    return metric.min if kind == "min" else metric.max if kind == "max" else None


def experiment_value(record: ExperimentRecord, field: Field, runs: int | None) -> Value:
    """What an experiment of so many runs has for a field of `logger.fields.EXPERIMENTS`."""
    if field.kind == "tags":
        return record.tags.get(field.name)
    if field == RUN_COUNT:
        return runs
    if field.name == "created":
        return None if record.created is None else record.created / 1000
    if field.name == "deleted":
        return record.deleted
    return (record.name if field.name == "name" else record.note) or None


def run_columns(runs: Sequence[RunRecord]) -> dict[str, pa.Array]:
    """The columns of a table of runs, by name."""
    columns = _attributes(RUNS, runs, run_value)
    metrics = sorted({name for run in runs for name in run.metrics})
    goals = {name for run in runs for name, told in run.definitions.items() if told.goal}
    for kind in ("metrics", "best", "min", "max"):
        for name in metrics:
            if kind != "best" or name in goals:
                values = [run_value(run, Field(kind, name)) for run in runs]
                columns[f"{kind}.{name}"] = pa.array(values, pa.float64())
    for name in sorted({name for run in runs for name in run.params}):
        columns[f"params.{name}"] = typed_column([run.params.get(name) for run in runs])
    for name in sorted({name for run in runs for name in run.tags}):
        columns[f"tags.{name}"] = typed_column([run.tags.get(name) for run in runs])
    return columns


def experiment_columns(
    records: Sequence[ExperimentRecord], value_of: Callable[[ExperimentRecord, Field], Value]
) -> dict[str, pa.Array]:
    """The columns of a table of experiments, by name."""
    columns = _attributes(EXPERIMENTS, records, value_of)
    for name in sorted({name for record in records for name in record.tags}):
        columns[f"tags.{name}"] = typed_column([record.tags.get(name) for record in records])
    return columns


def typed_column(values: Sequence[JsonValue]) -> pa.Array:
    """Values as logged in the one type that holds them all."""
    kinds = {type(value) for value in values if value is not None}
    numbers = [value for value in values if isinstance(value, int | float)]
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    if kinds == {int} and all(-_LARGEST <= value < _LARGEST for value in numbers):
        return pa.array(values, pa.int64())
    if kinds == {float} or (
        kinds == {int, float} and all(isinstance(value, float) or abs(value) <= _EXACT for value in numbers)
    ):
        return pa.array([None if value is None else float(value) for value in values], pa.float64())  # type: ignore[arg-type]
    return pa.array([_written(value) for value in values], pa.string())


def _run_attribute(run: RunRecord, name: str) -> Value:
    if name == "start_time":
        return run.started / 1000
    if name == "end_time":
        return None if run.ended is None else run.ended / 1000
    if name == "duration":
        end = run.last_active if run.ended is None else run.ended
        return max(0, end - run.started) / 1_000_000
    if name == "user":
        return _text(run.provenance.get("user")) or _text(run.provenance.get("login"))
    if name == "source":
        return _text(run.provenance.get("script"))
    if name in ("git_commit", "git_branch"):
        return _text(run.provenance.get(name))
    value: str | None = getattr(run, name)
    return value or None


def _attributes(
    vocabulary: Vocabulary, rows: Sequence[Row], value_of: Callable[[Row, Field], Value]
) -> dict[str, pa.Array]:
    kinds = {"duration": pa.float64(), "number": pa.int64(), "bool": pa.bool_()}
    columns = {}
    for name, kind in vocabulary.attributes.items():
        values = [value_of(row, Field("attributes", name)) for row in rows]
        if kind == "time":
            times = [None if ms is None else round(float(ms) * 1000) for ms in values]
            columns[name] = pa.array(times, pa.int64()).cast(TIME)
        elif kind in kinds:
            columns[name] = pa.array(values, kinds[kind])
        else:
            columns[name] = typed_column([None if value is None else str(value) for value in values])
    return columns


def _written(value: JsonValue) -> str | None:
    """A param as text, in a column of several kinds."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return printable(value) if isinstance(value, str) else repr(value)


def _param(value: JsonValue) -> Value:
    """A param as filters see it: what is empty by its text."""
    return repr(value) if isinstance(value, list | dict) else value


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) and value else None
