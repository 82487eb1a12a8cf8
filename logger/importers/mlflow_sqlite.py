"""A source: the SQLite database in which MLflow keeps runs, `mlflow.db`, with the tables of 1.x to 3.x.

The runs it lists are read by `logger.importers.mlflow_run_rows`; how a database is opened without changing
it, and what of a damaged one can still be read, is for `logger.importers.mlflow_rows` to say.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import StoreError, explain
from ..foldfacts import clean_text
from .imported import Fault, FoundRun, SourceExperiment
from .metriclines import good_time
from .mlflow_rows import Row, missing_end, rows_of, tables_of
from .mlflow_run_rows import RowReader, text_of
from .mlflow_terms import NOTE, left_where_it_is, our_run_id, whole_number

NAME = "mlflow"
WHAT = "a SQLite database of MLflow's, such as mlflow.db"

_TABLES = {"experiments", "runs", "metrics", "params", "tags"}
_OF_RUN = ("params", "tags", "latest_metrics")


def sniff(path: Path) -> bool:
    """Whether `path` is a SQLite database with MLflow's tables; one cut so short that none is left may be."""
    try:
        if not path.is_file():
            return False
        tables = tables_of(path)
        return bool(missing_end(path)) if tables is None else tables >= _TABLES
    except OSError:
        return False


def holds(path: Path) -> bool:
    """Whether `path` is one; nothing lies in a file."""
    return sniff(path)


def open_source(path: Path) -> MlflowDatabase:
    """Open it for reading."""
    return MlflowDatabase(path)


class MlflowDatabase:
    """A database of MLflow's.

    Raises: StoreError: it cannot be opened, or has other tables.
    """

    def __init__(self, path: Path) -> None:
        self._name = clean_text(path.name)
        self._faults: list[Fault] = []
        self._copies = contextlib.ExitStack()
        try:
            self._rows = rows_of(path, self._copies)
        except (sqlite3.Error, OSError) as error:
            self._copies.close()
            raise StoreError(_unreadable(path, error)) from error
        if self._rows.missing:
            self._faults.append(Fault(self._name, f"{self._rows.missing}; what lay behind is lost"))
        if not self._rows.columns.keys() >= _TABLES:
            self.close()
            raise StoreError(explain(f"the database {path} has not the tables of MLflow."))
        self.experiments = tuple(self._list_experiments())
        self.reader = RowReader(self._rows, self._name, path.resolve().parent)

    def runs(self) -> Iterator[FoundRun]:
        """All runs; their fingerprints are of all rows but the points, of which the number is taken."""
        hashes: dict[str, Any] = {}
        rows = {row["run_uuid"]: row for row in self._rows.table("runs", self._faults)}
        deleted = {experiment.key for experiment in self.experiments if experiment.deleted}
        for key, row in rows.items():
            hashes[key] = hashlib.sha256(repr(sorted(row.items())).encode("utf-8", "replace"))
        for table in _OF_RUN:
            for row in self._rows.table(table, self._faults):
                _feed(hashes, row["run_uuid"], row)
        counted = "SELECT run_uuid, count(*) n, max(rowid) last FROM metrics GROUP BY run_uuid"
        for row in self._rows.select(counted, (), self._faults):
            _feed(hashes, row["run_uuid"], row)
        for row in self._rows.table("inputs", self._faults):
            _feed(hashes, row["destination_id"], row)
        for key, row in sorted(rows.items(), key=lambda item: str(item[0])):
            if not isinstance(key, str) or not key:
                self._faults.append(
                    Fault(f"{self._name}/runs", f"a run has the id {key!r}, which is no text")
                )
                continue
            experiment = str(row.get("experiment_id"))
            if experiment in deleted:
                row["lifecycle_stage"] = "deleted"
            yield FoundRun(key, our_run_id(key), experiment, hashes[key].hexdigest(), row)

    def faults(self) -> tuple[Fault, ...]:
        """What is wrong outside of runs and experiments."""
        return tuple(dict.fromkeys(self._faults))

    def close(self) -> None:
        """Close the database, and remove the copy if there was one."""
        self._rows.close()
        self._copies.close()

    def _count(self, table: str) -> dict[str, int]:
        """How many rows a table has of each experiment."""
        if table not in self._rows.columns:
            return {}
        sql = f"SELECT experiment_id, count(*) FROM {table} GROUP BY experiment_id"
        return {str(key): count for key, count in self._rows.tuples(sql, (), self._faults)}

    def _list_experiments(self) -> Iterator[SourceExperiment]:
        tags: dict[str, dict[str, str]] = {}
        for row in self._rows.table("experiment_tags", self._faults):
            said = tags.setdefault(str(row["experiment_id"]), {})
            said[text_of(row["key"]) or ""] = text_of(row["value"]) or ""
        models, traces = self._count("logged_models"), self._count("trace_info")
        known = set()
        for row in self._rows.table("experiments", self._faults, order="experiment_id"):
            key = str(row["experiment_id"])
            shown = f"{self._name}/experiments/{key}"
            known.add(key)
            said = tags.get(key, {})
            created = whole_number(row.get("creation_time"))
            name = text_of(row.get("name"))
            yield SourceExperiment(
                key=key,
                name=name or f"experiment {key}",
                created=created * 1000 if created is not None and good_time(created) else None,
                note=said.pop(NOTE, ""),
                tags=said,
                deleted=row.get("lifecycle_stage") == "deleted",
                faults=(
                    *(() if name else (Fault(shown, "has no name"),)),
                    *left_where_it_is(shown, models.get(key, 0), traces.get(key, 0)),
                ),
            )
        for row in self._rows.table("runs", self._faults):
            key = str(row.get("experiment_id"))
            if key not in known:
                known.add(key)
                fault = Fault(f"{self._name}/experiments/{key}", "is missing: nothing but its runs is known")
                yield SourceExperiment(key, f"experiment {key}", faults=(fault,))


def _feed(hashes: dict[str, Any], key: str, row: Row) -> None:
    if key in hashes:
        hashes[key].update(repr(tuple(row.values())).encode("utf-8", "replace"))


def _unreadable(path: Path, error: Exception) -> str:
    missing = ""
    with contextlib.suppress(OSError):
        missing = missing_end(path)
    if missing:
        again = "copy it again, whole, while nobody writes to it."
        return explain(f"the database {path} {missing}, its list of tables not among them.", hint=again)
    return explain(f"the database {path} cannot be read: {error}.")
