"""One run of MLflow's, read from the tables of a database; columns that a version lacks read as nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..factlines import JsonValue
from .imported import Fault, FoundRun, SourceFile, SourceRun
from .metricrows import parse_rows
from .mlflow_artifacts import artifact_folder, files_in, is_remote, public_address, root_is_here
from .mlflow_rows import Rows
from .mlflow_terms import CONTEXT, HAVE_ARTIFACTS, RawRun, make_run, whole_number


class RowReader:
    """Reads runs from a database.

    Args:
        name: of the database, as problems call it.
        folder: in which it lies; artifacts may have been moved with it.
    """

    def __init__(self, rows: Rows, name: str, folder: Path) -> None:
        self._rows = rows
        self._name = name
        self._folder = folder

    def read(self, found: FoundRun, deleted_too: bool) -> SourceRun:
        """One run."""
        row = found.place
        assert isinstance(row, dict)
        if row.get("lifecycle_stage") == "deleted" and not deleted_too:
            return SourceRun(found.run_id, found.key, 0, deleted=True)
        raw = RawRun(
            found.key,
            f"{self._name}/runs/{found.key}",
            name=text_of(row.get("name")),
            status=text_of(row.get("status")),
            start_ms=whole_number(row.get("start_time")),
            end_ms=whole_number(row.get("end_time")),
            user=text_of(row.get("user_id")),
            source=text_of(row.get("source_name")),
            commit=text_of(row.get("source_version")),
            artifact_uri=public_address(text_of(row.get("artifact_uri")) or ""),
            deleted=row.get("lifecycle_stage") == "deleted",
        )
        raw.params = self._texts("params", raw)
        raw.tags = self._texts("tags", raw)
        self._read_points(raw)
        raw.datasets = list(self._datasets(raw))
        raw.artifacts = tuple(self._artifacts(raw, found.experiment))
        return make_run(raw)

    def _texts(self, table: str, raw: RawRun) -> dict[str, str]:
        found = {}
        for row in self._rows.table(table, raw.faults, where=("run_uuid", raw.key), order="key"):
            name, text = text_of(row["key"]), text_of(row["value"])
            if name is not None:
                found[name] = text or ""
        return found

    def _read_points(self, raw: RawRun) -> None:
        columns = self._rows.columns["metrics"]
        step = "step" if "step" in columns else "0"
        is_nan = "is_nan" if "is_nan" in columns else "0"
        sql = f"SELECT key, timestamp, value, {step}, {is_nan} FROM metrics WHERE run_uuid = ? ORDER BY rowid"
        rows = self._rows.tuples(sql, (raw.key,), raw.faults, as_bytes=True)
        raw.metrics, refused = parse_rows(rows)
        for (name, why), count in refused.items():
            more = f" ({count:,} points)" if count > 1 else ""
            raw.faults.append(Fault(f"{raw.path}/metrics/{name}", f"{why}{more}"))

    def _datasets(self, raw: RawRun) -> Iterator[dict[str, JsonValue]]:
        if not self._rows.columns.keys() >= {"inputs", "datasets"}:
            return
        sql = (
            "SELECT i.input_uuid, d.name, d.digest, d.dataset_source_type, d.dataset_source,"
            " d.dataset_schema, d.dataset_profile"
            " FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id"
            " WHERE i.destination_id = ? AND i.source_type = 'DATASET' ORDER BY i.rowid"
        )
        for row in self._rows.tuples(sql, (raw.key,), raw.faults):
            context: JsonValue = None
            if "input_tags" in self._rows.columns:
                asked = "SELECT value FROM input_tags WHERE input_uuid = ? AND name = ?"
                for (text,) in self._rows.tuples(asked, (row[0], CONTEXT), raw.faults):
                    context = text_of(text)
            names = ("name", "digest", "source_type", "source", "schema", "profile")
            yield {name: text_of(cell) for name, cell in zip(names, row[1:], strict=True)} | {
                "context": context
            }

    def _artifacts(self, raw: RawRun, experiment: str) -> Iterator[SourceFile]:
        """The files of a run. One without has no folder either, so what is gone shows by their root."""
        uri = raw.artifact_uri
        folder = artifact_folder(uri, raw.key, None, (self._folder,))
        what = ""
        if folder is not None:
            yield from files_in(folder, f"{raw.path}/artifacts", raw.faults)
        elif uri and is_remote(uri):
            what = f"the artifacts lie at {uri} and were not fetched"
        elif raw.tags.keys() & HAVE_ARTIFACTS:
            what = f"the artifacts are not here; MLflow had them at {uri}"
        elif uri and not root_is_here(uri, experiment, self._folder):
            what = f"the artifacts are not here, if there were any; MLflow kept them at {uri}"
        if what:
            raw.faults.append(Fault(raw.path, what, remark=True))


def text_of(cell: object) -> str | None:
    """A cell as text, whatever type SQLite has let in."""
    if cell is None or isinstance(cell, str):
        return cell
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
