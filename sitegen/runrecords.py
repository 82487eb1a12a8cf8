"""Run records: the tables of `sitegen.runtables`, as records again. The tables may be anybody's.

A row that cannot be true (a name that breaks the rules, a type without its value, an unknown status) costs
its own run: `record` says what is wrong with it, and the others are as they were. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import pyarrow as pa

from logger.errors import InvalidName
from logger.factlines import JsonValue
from logger.layout import EXPERIMENTS, experiment_folder, experiment_key, is_run_id
from logger.names import check_artifact_path, check_name
from logger.records import (
    Artifact,
    ExperimentRecord,
    MetricDefinition,
    MetricSummary,
    Problem,
    RunRecord,
)

from .runtables import PublishedFile

STATUSES = frozenset(("running", "finished", "failed", "killed", "lost", "unknown"))
_COPY = re.compile(r"a/[0-9a-f]{32}\.[a-z0-9]{1,8}")
_DEEPEST = 40  # lists and tables within one another in a value

Row: TypeAlias = "dict[str, Any]"


class BadRow(ValueError):
    """A row that cannot be true. Says why, in words."""


@dataclass(frozen=True)
class RunRecords:
    """What the tables of a site say, by run."""

    tables: Mapping[str, pa.Table]  # those of `sitegen.runtables.TABLES` that could be read; "runs" is there

    @cached_property
    def run_ids(self) -> tuple[str, ...]:
        """The ids of all runs, in the order of the table."""
        return tuple(self._runs)

    @cached_property
    def experiments(self) -> tuple[ExperimentRecord, ...]:
        """All experiments; one whose row cannot be true is left to its runs."""
        found = []
        own: dict[str, list[Problem]] = {}
        for problem, shown in self._problems:
            if shown == "experiment" and problem.experiment is not None:
                own.setdefault(experiment_key(problem.experiment), []).append(problem)
        for row in self._rows("experiments"):
            try:
                name = _name(row["name"], "experiment")
                tags = _parsed(row["tags"])
                if not isinstance(tags, dict) or not all(isinstance(text, str) for text in tags.values()):
                    raise BadRow("its tags are no texts")
            except BadRow:
                continue
            found.append(
                ExperimentRecord(
                    name,
                    f"{EXPERIMENTS}/{experiment_folder(name)}",
                    created=row["created"],
                    note=row["note"],
                    tags={_name(tag, "tag"): str(text) for tag, text in tags.items()},
                    problems=tuple(own.get(experiment_key(name), ())),
                )
            )
        return tuple(found)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, in the order of their page."""
        return tuple(problem for problem, _ in self._problems)

    def files(self, run_id: str) -> tuple[str, ...]:
        """The names of the files with the points of a run."""
        return tuple(str(self._runs[run_id]["files"]).split())

    def record(self, run_id: str) -> RunRecord:
        """A run.

        Raises: BadRow: what is said of it cannot be true.
        """
        row = self._runs[run_id]
        experiment = _name(row["experiment"], "experiment")
        if row["status"] not in STATUSES:
            raise BadRow(f"its status is {row['status']!r}"[:100])
        if row["parent"] is not None and not is_run_id(row["parent"]):
            raise BadRow("its parent has no id of a run")
        params, conflicts = self._params(run_id)
        metrics = self._of("metrics", run_id)
        return RunRecord(
            run_id=run_id,
            folder=f"{EXPERIMENTS}/{experiment_folder(experiment)}/{run_id}",
            experiment=experiment,
            name=_name(row["name"], "run"),
            status=row["status"],
            alive=row["alive"],
            reason=row["reason"],
            started=row["started"],
            ended=row["ended"],
            last_active=row["last_active"],
            parent=row["parent"],
            note=row["note"],
            params=params,
            tags={_name(one["name"], "tag"): one["value"] for one in self._of("tags", run_id)},
            definitions=dict(_definitions(metrics)),
            metrics={_name(one["name"], "metric"): _summary(one) for one in metrics if one["count"]},
            provenance={
                one["name"]: _value(one["type"], one["value"]) for one in self._of("provenance", run_id)
            },
            artifacts=tuple(_artifact(one) for one in self._of("artifacts", run_id)),
            conflicts=conflicts,
            problems=tuple(self._problems_of_runs.get(run_id, ())),
            facts_lost=row["incomplete"],
        )

    def withheld(self, run_id: str) -> tuple[int, int]:
        """How many params were not published, and a number that runs alike in them share; 0 for none."""
        row = self._runs[run_id]
        return max(0, row["withheld"]), max(0, row["withheld_as"])

    def published(self, run_id: str, path: str) -> PublishedFile:
        """What the site holds of a file of a run."""
        for row in self._of("artifacts", run_id):
            if row["path"] == path:
                copy = row["copy"]
                return PublishedFile(copy if copy and _COPY.fullmatch(copy) else None, row["preview"])
        return PublishedFile(None, None)

    def copies(self) -> dict[str, int]:
        """Where the copies of files lie, from the root of the site, and their sizes in bytes."""
        rows = (row for rows in self._by_run["artifacts"].values() for row in rows)
        return {
            row["copy"]: max(0, row["size"]) for row in rows if row["copy"] and _COPY.fullmatch(row["copy"])
        }

    def _params(self, run_id: str) -> tuple[dict[str, JsonValue], tuple[Any, ...]]:
        params: dict[str, JsonValue] = {}
        conflicts: list[tuple[str, tuple[JsonValue, ...]]] = []
        for row in self._of("params", run_id):
            name = _name(row["name"], "param")
            params[name] = _value(row["type"], row["value"])
            if row["others"] is not None:
                others = _parsed(row["others"])
                if not isinstance(others, list):
                    raise BadRow(f"the values of its param {name!r} are no list")
                conflicts.append((name, tuple(others)))
        return params, tuple(conflicts)

    @cached_property
    def _runs(self) -> dict[str, Row]:
        found: dict[str, Row] = {}
        for row in self._rows("runs"):
            if is_run_id(row["run"]):
                found.setdefault(row["run"], row)
        return found

    @cached_property
    def _problems(self) -> tuple[tuple[Problem, str], ...]:
        return tuple(
            (
                Problem(
                    *(row["path"], row["what"], row["offset"], row["run"], row["experiment"]),
                    imported=row["imported"],
                    foreign=row["kind"] == "foreign",
                    remark=row["kind"] == "remark",
                ),
                row["shown"],
            )
            for row in self._rows("problems")
        )

    @cached_property
    def _problems_of_runs(self) -> dict[str, list[Problem]]:
        """Those that pages of runs show; others may be of another copy of a run."""
        found: dict[str, list[Problem]] = {}
        for problem, shown in self._problems:
            if shown == "run" and problem.run_id is not None:
                found.setdefault(problem.run_id, []).append(problem)
        return found

    @cached_property
    def _by_run(self) -> dict[str, dict[str, list[Row]]]:
        """Rows by table and run."""
        grouped: dict[str, dict[str, list[Row]]] = {}
        for name in ("params", "tags", "metrics", "provenance", "artifacts"):
            rows = grouped.setdefault(name, {})
            for row in self._rows(name):
                rows.setdefault(row["run"], []).append(row)
        return grouped

    def _of(self, table: str, run_id: str) -> list[Row]:
        return self._by_run[table].get(run_id, [])

    def _rows(self, name: str) -> Iterator[Row]:
        table = self.tables.get(name)
        if table is None:
            return
        columns = [
            (column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column).to_pylist()
            for column in table.columns
        ]
        for values in zip(*columns, strict=True):
            yield dict(zip(table.column_names, values, strict=True))


def _name(value: str, kind: str) -> str:
    try:
        name = check_name(value, kind)
    except InvalidName as error:
        raise BadRow(str(error).partition("\n")[0]) from None
    if name != value:
        raise BadRow(f"the {kind} name {value!r} is not in its normal form"[:200])
    return name


def _artifact(row: Row) -> Artifact:
    try:
        path = check_artifact_path(row["path"])
    except InvalidName as error:
        raise BadRow(str(error).partition("\n")[0]) from None
    if row["size"] < 0:
        raise BadRow(f"its file {path!r} has {row['size']} bytes")
    return Artifact(path, row["size"], row["sha256"])


def _summary(row: Row) -> MetricSummary:
    needed = ("first", "first_time", "last", "last_step", "last_time")
    if row["count"] < 1 or not 0 <= row["bad"] <= row["count"] or any(row[key] is None for key in needed):
        raise BadRow(f"the summary of its metric {row['name']!r} cannot be true")
    for value, step in (("min", "min_step"), ("max", "max_step")):
        if (row[value] is None) != (row[step] is None):
            raise BadRow(f"the {value} of its metric {row['name']!r} has no step, or the other way round")
    keys = ("count", "bad", *needed, "min", "min_step", "max", "max_step")
    return MetricSummary(**{key: row[key] for key in keys})


def _definitions(rows: list[Row]) -> Iterator[tuple[str, MetricDefinition]]:
    for row in rows:
        goal, unit, x = row["goal"], row["unit"], row["x"]
        if goal not in (None, "max", "min"):
            raise BadRow(f"the goal of its metric {row['name']!r} is {goal!r}"[:200])
        if (goal, unit, x) != (None, None, None):
            x = None if x is None else _name(x, "metric")
            yield _name(row["name"], "metric"), MetricDefinition(goal, unit, x)


def _value(kind: str, text: str) -> JsonValue:
    if kind == "str":
        return text
    value = _parsed(text)
    if _type_of(value) == kind:
        return value
    raise BadRow(f"a value that should be of type {kind!r} is none"[:200])


def _type_of(value: JsonValue) -> str:
    return "none" if value is None else type(value).__name__


def _parsed(text: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        raise BadRow("a value is no JSON") from None
    if _depth(value) > _DEEPEST:
        raise BadRow("a value is nested too deep")
    return value


def _depth(value: JsonValue) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        inner = one if isinstance(one, list) else one.values() if isinstance(one, dict) else ()
        waiting += [(item, depth + 1) for item in inner]
    return deepest


def without_life(record: RunRecord) -> RunRecord:
    """A run whose store is not at hand: of one in progress nothing is known any more."""
    return replace(record, alive=None) if record.alive else record
