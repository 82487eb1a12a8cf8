"""A source: the SQLite database in which MLflow keeps runs, `mlflow.db`, with the tables of 1.x to 3.x.

Columns that a version lacks read as nothing. NaN is a flag beside a zero, an infinity the largest float:
both become what was logged. A database in its usual mode is opened read only in its place, short statement by
short statement, so a server that writes to it goes on; one that keeps a log beside it (or was killed in the
middle of a write) is copied first, for SQLite would otherwise touch files there.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..errors import StoreError, explain
from ..factlines import JsonValue
from ..foldfacts import clean_text
from .imported import Fault, FoundRun, SourceExperiment, SourceFile, SourceRun
from .metriclines import good_step, good_time, history
from .mlflow_artifacts import artifact_folder, files_in, is_remote, public_address
from .mlflow_terms import CONTEXT, NOTE, RawRun, make_run, our_run_id, whole_number

NAME = "mlflow"
WHAT = "a SQLite database of MLflow's, such as mlflow.db"

_MAGIC = b"SQLite format 3\x00"
_TABLES = {"experiments", "runs", "metrics", "params", "tags"}
_WAL = 2  # at byte 18 of the file: it keeps a write-ahead log
_OF_RUN = ("params", "tags", "latest_metrics")
_LARGEST = sys.float_info.max
Row = dict[str, Any]


def sniff(path: Path) -> bool:
    """Whether `path` is a SQLite database with MLflow's tables."""
    try:
        if not path.is_file() or not _head(path).startswith(_MAGIC):
            return False
        uri = f"file:{quote(path.resolve().as_posix())}?mode=ro&immutable=1"  # only its list of tables
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as database:
            return {name for (name,) in database.execute("SELECT name FROM sqlite_master")} >= _TABLES
    except (OSError, sqlite3.Error):
        return False


def open_source(path: Path) -> MlflowDatabase:
    """Open it for reading."""
    return MlflowDatabase(path)


class MlflowDatabase:
    """A database of MLflow's.

    Raises: StoreError: it cannot be opened, or has other tables.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = clean_text(path.name)
        self._faults: list[Fault] = []
        self._copied: tempfile.TemporaryDirectory[str] | None = None
        try:
            self._db = self._connect()
            self._columns = {
                table: {row[1] for row in self._db.execute(f'PRAGMA table_info("{table}")')}
                for (table,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise StoreError(explain(f"the database {path} cannot be read: {error}.")) from error
        if not self._columns.keys() >= _TABLES:
            self.close()
            raise StoreError(explain(f"the database {path} has not the tables of MLflow."))
        self.experiments = tuple(self._list_experiments())

    def runs(self) -> Iterator[FoundRun]:
        """All runs; their fingerprints are of all rows but the points, of which the number is taken."""
        hashes: dict[str, Any] = {}
        rows = {row["run_uuid"]: row for row in self._rows("runs")}
        deleted = {experiment.key for experiment in self.experiments if experiment.deleted}
        for key, row in rows.items():
            hashes[key] = hashlib.sha256(repr(sorted(row.items())).encode("utf-8", "replace"))
        for table in _OF_RUN:
            for row in self._rows(table, order="run_uuid, key"):
                self._feed(hashes, row["run_uuid"], row)
        for row in self._select(
            "SELECT run_uuid, count(*) n, max(rowid) last FROM metrics GROUP BY run_uuid"
        ):
            self._feed(hashes, row["run_uuid"], row)
        if "inputs" in self._columns:
            for row in self._rows("inputs", order="input_uuid"):
                self._feed(hashes, row["destination_id"], row)
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

    def read(self, found: FoundRun, deleted_too: bool) -> SourceRun:
        """One run."""
        row = found.place
        assert isinstance(row, dict)
        shown = f"{self._name}/runs/{found.key}"
        if row.get("lifecycle_stage") == "deleted" and not deleted_too:
            return SourceRun(found.run_id, found.key, 0, deleted=True)
        raw = RawRun(
            found.key,
            shown,
            name=_text(row.get("name")),
            status=_text(row.get("status")),
            start_ms=whole_number(row.get("start_time")),
            end_ms=whole_number(row.get("end_time")),
            user=_text(row.get("user_id")),
            source=_text(row.get("source_name")),
            commit=_text(row.get("source_version")),
            artifact_uri=public_address(_text(row.get("artifact_uri")) or ""),
            deleted=row.get("lifecycle_stage") == "deleted",
        )
        raw.params = self._texts("params", found.key, raw)
        raw.tags = self._texts("tags", found.key, raw)
        self._read_points(raw)
        raw.datasets = list(self._datasets(found.key, raw))
        raw.artifacts = tuple(self._artifacts(raw))
        return make_run(raw)

    def faults(self) -> tuple[Fault, ...]:
        """What is wrong outside of runs and experiments."""
        return tuple(dict.fromkeys(self._faults))

    def close(self) -> None:
        """Close the database, and remove the copy if there was one."""
        if hasattr(self, "_db"):
            self._db.close()
        if self._copied is not None:
            self._copied.cleanup()

    def _connect(self) -> sqlite3.Connection:
        path = self._path.resolve()
        beside = [path.with_name(f"{path.name}-{end}") for end in ("journal", "wal")]
        left = [other for other in beside if other.is_file() and other.stat().st_size]
        if left or _head(path)[18:19] == bytes([_WAL]):
            self._copied = tempfile.TemporaryDirectory(prefix="runfolio-mlflow-")
            for file in [*left, path]:  # the log first: what it lacks then, the database has
                shutil.copyfile(file, Path(self._copied.name, file.name))
            path = Path(self._copied.name, path.name)
            return _opened(sqlite3.connect(path))
        uri = f"file:{quote(path.as_posix())}?mode=ro"
        try:
            database = _opened(sqlite3.connect(uri, uri=True))
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:  # a file system without locks
            database = _opened(sqlite3.connect(f"{uri}&immutable=1", uri=True))
        return database

    def _list_experiments(self) -> Iterator[SourceExperiment]:
        tags: dict[str, dict[str, str]] = {}
        if "experiment_tags" in self._columns:
            for row in self._rows("experiment_tags"):
                tags.setdefault(str(row["experiment_id"]), {})[_text(row["key"]) or ""] = (
                    _text(row["value"]) or ""
                )
        known = set()
        for row in self._rows("experiments", order="experiment_id"):
            key = str(row["experiment_id"])
            known.add(key)
            said = tags.get(key, {})
            created = whole_number(row.get("creation_time"))
            name = _text(row.get("name"))
            yield SourceExperiment(
                key=key,
                name=name or f"experiment {key}",
                created=created * 1000 if created is not None and good_time(created) else None,
                note=said.pop(NOTE, ""),
                tags=said,
                deleted=row.get("lifecycle_stage") == "deleted",
                faults=() if name else (Fault(f"{self._name}/experiments/{key}", "has no name"),),
            )
        for row in self._rows("runs"):
            key = str(row.get("experiment_id"))
            if key not in known:
                known.add(key)
                fault = Fault(f"{self._name}/experiments/{key}", "is missing: nothing but its runs is known")
                yield SourceExperiment(key, f"experiment {key}", faults=(fault,))

    def _texts(self, table: str, key: str, raw: RawRun) -> dict[str, str]:
        found = {}
        for row in self._rows(table, where=("run_uuid", key), order="key", faults=raw.faults):
            name, text = _text(row["key"]), _text(row["value"])
            if name is not None:
                found[name] = text or ""
        return found

    def _read_points(self, raw: RawRun) -> None:
        columns = self._columns["metrics"]
        step = "step" if "step" in columns else "0"
        is_nan = "is_nan" if "is_nan" in columns else "0"
        sql = f"SELECT key, timestamp, value, {step}, {is_nan} FROM metrics WHERE run_uuid = ? ORDER BY rowid"
        series: dict[str, tuple[list[int], list[int], list[float]]] = {}
        refused: dict[tuple[str, str], int] = {}
        for name, time_ms, value, at, nan in self._tuples(sql, (raw.key,), raw.faults):
            why = _refusal(time_ms, value, at)
            if why:
                refused[str(name), why] = refused.get((str(name), why), 0) + 1
                continue
            steps, times, values = series.setdefault(str(name), ([], [], []))
            steps.append(int(at))
            times.append(time_ms)
            values.append(float("nan") if nan else _value(float(value)))
        for (name, why), count in refused.items():
            more = f" ({count:,} points)" if count > 1 else ""
            raw.faults.append(Fault(f"{raw.path}/metrics/{name}", f"{why}{more}"))
        raw.metrics = {name: history(*columns) for name, columns in series.items()}

    def _datasets(self, key: str, raw: RawRun) -> Iterator[dict[str, JsonValue]]:
        if not self._columns.keys() >= {"inputs", "datasets"}:
            return
        sql = (
            "SELECT i.input_uuid, d.name, d.digest, d.dataset_source_type, d.dataset_source,"
            " d.dataset_schema, d.dataset_profile"
            " FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id"
            " WHERE i.destination_id = ? AND i.source_type = 'DATASET' ORDER BY i.rowid"
        )
        for row in self._tuples(sql, (key,), raw.faults):
            context: JsonValue = None
            if "input_tags" in self._columns:
                asked = "SELECT value FROM input_tags WHERE input_uuid = ? AND name = ?"
                for (text,) in self._tuples(asked, (row[0], CONTEXT), raw.faults):
                    context = _text(text)
            names = ("name", "digest", "source_type", "source", "schema", "profile")
            yield {name: _text(cell) for name, cell in zip(names, row[1:], strict=True)} | {
                "context": context
            }

    def _artifacts(self, raw: RawRun) -> Iterator[SourceFile]:
        uri = raw.artifact_uri
        folder = artifact_folder(uri, raw.key, None, (self._path.resolve().parent,))
        if folder is not None:
            yield from files_in(folder, f"{raw.path}/artifacts", raw.faults)
        elif uri and is_remote(uri):
            raw.faults.append(Fault(f"{raw.path}/artifacts", f"lie at {uri} and were not fetched"))
        elif uri and raw.tags.keys() & {"mlflow.log-model.history", "mlflow.loggedArtifacts"}:
            raw.faults.append(Fault(f"{raw.path}/artifacts", f"are gone; MLflow had them at {uri}"))

    def _rows(
        self,
        table: str,
        where: tuple[str, str] | None = None,
        order: str = "rowid",
        faults: list[Fault] | None = None,
    ) -> Iterator[Row]:
        if table not in self._columns:
            return iter(())
        condition = f"WHERE {where[0]} = ?" if where else ""
        sql = f"SELECT * FROM {table} {condition} ORDER BY {order}"
        return self._select(sql, () if where is None else (where[1],), faults)

    def _select(
        self, sql: str, values: Iterable[str] = (), faults: list[Fault] | None = None
    ) -> Iterator[Row]:
        try:
            cursor = self._db.execute(sql, tuple(values))
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield dict(zip(names, row, strict=True))
        except sqlite3.Error as error:
            self._note(sql, error, faults)

    def _tuples(self, sql: str, values: tuple[str, ...], faults: list[Fault]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        try:
            for row in self._db.execute(sql, values):
                found.append(row)
        except sqlite3.Error as error:
            self._note(sql, error, faults)
        return found

    def _note(self, sql: str, error: sqlite3.Error, faults: list[Fault] | None) -> None:
        """Rows that came before the damage count; that there were more is said."""
        table = sql.split(" FROM ")[1].split()[0]
        what = f"cannot be read to its end: {error}"
        (self._faults if faults is None else faults).append(Fault(f"{self._name}/{table}", what))

    def _feed(self, hashes: dict[str, Any], key: str, row: Row) -> None:
        if key in hashes:
            hashes[key].update(repr(tuple(row.values())).encode("utf-8", "replace"))


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(100)


def _opened(database: sqlite3.Connection) -> sqlite3.Connection:
    database.text_factory = lambda data: data.decode("utf-8", "replace")
    return database


def _text(cell: object) -> str | None:
    """A cell as text, whatever type SQLite has let in."""
    if cell is None or isinstance(cell, str):
        return cell
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)


def _value(value: float) -> float:
    if abs(value) >= _LARGEST:
        return float("inf") if value > 0 else float("-inf")
    return value


def _refusal(time_ms: object, value: object, step: object) -> str:
    """Why a point cannot be taken; empty when it can."""
    if not isinstance(time_ms, int) or not good_time(time_ms):
        return f"the time of a point, {time_ms!r}, is in no year from 1970 to 9999 as milliseconds"
    if not isinstance(value, int | float):
        return f"a point has the value {value!r}, which is no number"
    if isinstance(step, float) and step.is_integer() and abs(step) < 2**63:
        return ""
    if not isinstance(step, int) or not good_step(step):
        return f"a point has the step {step!r}; steps are whole numbers"
    return ""
