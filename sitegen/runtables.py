"""Run tables: what a site says of its runs, as tables that anybody can read. Everything but the points.

    experiments   one row each            provenance   where a run came from, a row a thing
    runs          one row each            artifacts    files of runs, and what the site shows of them
    params        a row a param           problems     what could not be read, in the order of their page
    tags          a row a tag of a run
    metrics       a row a metric of a run: its summary, and what was defined of it

Rows lie in the order of experiments by address, of runs by creation, and within a run as they were logged.
`docs/data.md` explains every column; `sitegen.runrecords` makes records of the tables again. Pure.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from logger.factlines import JsonValue
from logger.records import MetricDefinition, Problem, RunRecord
from logger.schema import TIME

from .catalog import Catalog, ExperimentData
from .rundata import RunData

_TEXT, _WHOLE, _FLOAT, _TRUTH = pa.string(), pa.int64(), pa.float64(), pa.bool_()
_INT64 = 2**63 - 1


def _schema(*columns: tuple[str, pa.DataType] | tuple[str, pa.DataType, None]) -> pa.Schema:
    """Columns; those with a None behind them may be empty in some rows."""
    return pa.schema([pa.field(column[0], column[1], nullable=len(column) == 3) for column in columns])


_VALUES = (("run", _TEXT), ("name", _TEXT), ("type", _TEXT), ("value", _TEXT), ("number", _FLOAT, None))

TABLES: Mapping[str, pa.Schema] = {
    "experiments": _schema(
        ("name", _TEXT), ("created", TIME, None), ("runs", _WHOLE), ("note", _TEXT), ("tags", _TEXT)
    ),
    "runs": _schema(
        ("run", _TEXT),
        ("experiment", _TEXT),
        ("name", _TEXT),
        ("status", _TEXT),
        ("alive", _TRUTH, None),
        ("reason", _TEXT, None),
        ("started", TIME),
        ("ended", TIME, None),
        ("last_active", TIME),
        ("parent", _TEXT, None),
        ("note", _TEXT),
        ("incomplete", _TRUTH),
        ("withheld", _WHOLE),
        ("withheld_as", _WHOLE),
        ("points", _WHOLE),
        ("files", _TEXT),
    ),
    "params": _schema(*_VALUES, ("others", _TEXT, None)),
    "tags": _schema(("run", _TEXT), ("name", _TEXT), ("value", _TEXT)),
    "metrics": _schema(
        ("run", _TEXT),
        ("name", _TEXT),
        ("count", _WHOLE),
        ("bad", _WHOLE),
        ("first", _FLOAT, None),
        ("first_time", TIME, None),
        ("last", _FLOAT, None),
        ("last_step", _WHOLE, None),
        ("last_time", TIME, None),
        ("min", _FLOAT, None),
        ("min_step", _WHOLE, None),
        ("max", _FLOAT, None),
        ("max_step", _WHOLE, None),
        ("goal", _TEXT, None),
        ("unit", _TEXT, None),
        ("x", _TEXT, None),
    ),
    "provenance": _schema(*_VALUES),
    "artifacts": _schema(
        ("run", _TEXT),
        ("path", _TEXT),
        ("size", _WHOLE),
        ("sha256", _TEXT),
        ("copy", _TEXT, None),
        ("preview", _TEXT, None),
    ),
    "problems": _schema(
        ("path", _TEXT),
        ("what", _TEXT),
        ("offset", _WHOLE, None),
        ("run", _TEXT, None),
        ("experiment", _TEXT, None),
        ("kind", _TEXT),
        ("imported", _TRUTH),
        ("shown", _TEXT),
    ),
}


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """What a site holds of a file of a run, besides its name."""

    copy: str | None  # path from the root of the site
    preview: (
        str | None
    )  # what its page shows of it, as JSON; None when the copy gives it, or nothing is shown


Row = Sequence[object]


def run_tables(
    catalog: Catalog,
    files: Mapping[str, Sequence[str]],
    published: Mapping[str, Sequence[PublishedFile]],
) -> dict[str, pa.Table]:
    """All tables but the points, by name.

    Args:
        files: by id of a run, the names of the files with its points.
        published: by id of a run, a `PublishedFile` for each of its artifacts, in their order.
    """
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    for experiment in sorted(catalog.experiments, key=lambda one: one.slug_href):
        rows["experiments"].append(_experiment(experiment))
        marks = _numbers_of_marks(experiment)
        for run in experiment.runs:
            record = run.record
            same_as = marks[run.withheld.mark]
            rows["runs"].append(_run(experiment, run, same_as, files.get(run.run_id, ())))
            rows["params"] += _params(record)
            rows["tags"] += [(run.run_id, name, value) for name, value in record.tags.items()]
            rows["metrics"] += _metrics(record)
            rows["provenance"] += [
                (run.run_id, name, *_value(value)) for name, value in record.provenance.items()
            ]
            rows["artifacts"] += [
                (run.run_id, item.path, min(item.size, _INT64), item.sha256, one.copy, one.preview)
                for item, one in zip(record.artifacts, published.get(run.run_id, ()), strict=True)
            ]
    rows["problems"] = list(_problems(catalog))
    return {name: _table(TABLES[name], found) for name, found in rows.items()}


def _table(schema: pa.Schema, rows: Sequence[Row]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _experiment(experiment: ExperimentData) -> Row:
    record = experiment.record
    created = record.created if record.created is not None and abs(record.created) <= _INT64 else None
    return (record.name, created, len(experiment.runs), record.note, _json(dict(record.tags)))


def _numbers_of_marks(experiment: ExperimentData) -> dict[str, int]:
    """What stands for a mark of withheld params: it was made of them, so it stays here."""
    found = {"": 0}
    for run in experiment.runs:
        found.setdefault(run.withheld.mark, len(found))
    return found


def _run(experiment: ExperimentData, run: RunData, same_as: int, files: Sequence[str]) -> Row:
    record = run.record
    return (
        run.run_id,
        experiment.name,
        record.name,
        record.status,
        record.alive,
        record.reason,
        record.started,
        record.ended,
        record.last_active,
        record.parent,
        record.note,
        record.facts_lost,
        run.withheld.count,
        same_as,
        run.all_points,
        " ".join(files),
    )


def _params(record: RunRecord) -> Iterable[Row]:
    others = dict(record.conflicts)
    for name, value in record.params.items():
        conflict = _json(list(others[name])) if name in others else None
        yield (record.run_id, name, *_value(value), conflict)


def _metrics(record: RunRecord) -> Iterable[Row]:
    nothing = MetricDefinition(None, None, None)
    for name, one in record.metrics.items():
        said = record.definitions.get(name, nothing)
        yield (
            *(record.run_id, name, one.count, one.bad, one.first, one.first_time),
            *(one.last, one.last_step, one.last_time, one.min, one.min_step, one.max, one.max_step),
            *(said.goal, said.unit, said.x),
        )
    for name, said in record.definitions.items():
        if name not in record.metrics:
            yield (record.run_id, name, 0, 0, *[None] * 9, said.goal, said.unit, said.x)


def _problems(catalog: Catalog) -> Iterable[Row]:
    """Every problem once, in the order of their page, and on which other page it is shown."""
    shown: dict[Problem, str] = {}
    for experiment in catalog.experiments:
        shown.update(dict.fromkeys(experiment.record.problems, "experiment"))
        for run in experiment.runs:
            shown.update(dict.fromkeys(run.record.problems, "run"))
    for one in catalog.problems:
        kind = "remark" if one.remark else "foreign" if one.foreign else "damage"
        offset = one.offset if one.offset is not None and -_INT64 - 1 <= one.offset <= _INT64 else None
        yield (
            *(one.path, one.what, offset, one.run_id, one.experiment),
            *(kind, one.imported, shown.get(one, "")),
        )


def _value(value: JsonValue) -> tuple[str, str, float | None]:
    """Type, value as text, and as a number where it is one."""
    if isinstance(value, str):
        return "str", value, None
    if isinstance(value, bool) or value is None:
        return "bool" if value is not None else "none", _json(value), None
    if isinstance(value, int):
        far = math.inf if value > 0 else -math.inf
        return "int", _json(value), float(value) if abs(value) < 2**1023 else far
    if isinstance(value, float):
        return "float", _json(value), value
    return "list" if isinstance(value, list) else "dict", _json(value), None


def _json(value: JsonValue) -> str:
    """JSON; NaN and infinities as the words that Python and JavaScript write."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
