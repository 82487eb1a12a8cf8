"""One run of MLflow's, read from its folder in an `mlruns` folder. Whatever is damaged costs itself."""

from __future__ import annotations

from pathlib import Path

from ..factlines import JsonValue
from .imported import Fault, FoundRun, SourceFile, SourceRun
from .metriclines import parse_files
from .mlflow_artifacts import artifact_folder, files_in, is_remote, public_address
from .mlflow_terms import CONTEXT, RawRun, make_run, whole_number
from .mlflow_tree import LINK, META, Place, read_bytes, read_text, read_yaml, shown_name

_MOST_POINTS = 1024 * 1024 * 1024  # bytes of a metric's file


class FileReader:
    """Reads runs from an `mlruns` folder.

    Args:
        root: the folder; artifacts may have been moved with it.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, found: FoundRun, deleted_too: bool) -> SourceRun:
        """One run."""
        place = found.place
        assert isinstance(place, Place)
        raw = RawRun(found.key, place.shown, deleted=place.deleted)
        if not place.deleted or deleted_too:
            self._read_meta(place, raw)
        if raw.deleted and not deleted_too:
            return SourceRun(found.run_id, found.key, 0, deleted=True)
        raw.made_us = _newest(place) // 1000
        raw.faults += [Fault(f"{place.shown}/{path}", LINK) for path in place.links]
        raw.params = self._read_texts(place, "params", raw)
        raw.tags = self._read_texts(place, "tags", raw)
        self._read_points(place, raw)
        self._read_datasets(place, raw)
        raw.artifacts = self._artifacts(place, raw)
        return make_run(raw)

    def _read_meta(self, place: Place, raw: RawRun) -> None:
        meta = read_yaml(place.folder / META, f"{place.shown}/{META}", raw.faults)
        raw.name = meta.get("run_name") or meta.get("name") or None
        raw.status = meta.get("status")
        raw.start_ms = whole_number(meta.get("start_time"))
        raw.end_ms = whole_number(meta.get("end_time"))
        raw.user = meta.get("user_id")
        raw.source = meta.get("source_name")
        raw.commit = meta.get("source_version")
        raw.artifact_uri = public_address(meta.get("artifact_uri") or "")
        raw.deleted = raw.deleted or meta.get("lifecycle_stage") == "deleted"
        if not raw.faults and (raw.status is None or raw.start_ms is None):
            said = {"status": raw.status, "start_time": raw.start_ms}
            missing = [key for key, value in said.items() if value is None]
            raw.faults.append(Fault(f"{place.shown}/{META}", f"lacks {' and '.join(missing)}"))

    def _read_texts(self, place: Place, kind: str, raw: RawRun) -> dict[str, str]:
        found = {}
        for path, _, _ in place.files.get(kind, ()):
            shown = f"{place.shown}/{kind}/{shown_name(path)}"
            text = read_text(place.folder / kind / path, shown, raw.faults)
            if text is not None:
                found[shown_name(path)] = text
        return found

    def _read_points(self, place: Place, raw: RawRun) -> None:
        data = {}
        for path, _, _ in place.files.get("metrics", ()):
            shown = f"{place.shown}/metrics/{shown_name(path)}"
            found = read_bytes(place.folder / "metrics" / path, shown, _MOST_POINTS, raw.faults)
            if found == b"":
                raw.faults.append(Fault(shown, "is empty"))
            elif found is not None:
                data[shown_name(path)] = found
        raw.metrics, damages = parse_files(data)
        raw.metrics = {name: table for name, table in raw.metrics.items() if table.num_rows}
        for name, damage in damages.items():
            raw.faults += [Fault(f"{place.shown}/metrics/{name}", what, offset) for offset, what in damage]

    def _read_datasets(self, place: Place, raw: RawRun) -> None:
        for path, _, _ in place.files.get("inputs", ()):
            if not path.endswith(f"/{META}"):
                continue
            shown = f"{place.shown}/inputs/{shown_name(path)}"
            meta = read_yaml(place.folder / "inputs" / path, shown, raw.faults)
            if meta.get("source_type", "DATASET") != "DATASET" or not meta.get("source_id"):
                continue
            described = Path("datasets", str(meta["source_id"]), META)
            if len(described.parts) != 3 or ".." in described.parts:
                continue
            parent, parent_shown = place.folder.parent, place.shown.rpartition("/")[0]
            said = read_yaml(parent / described, f"{parent_shown}/{described.as_posix()}", raw.faults)
            dataset: dict[str, JsonValue] = {
                key: said.get(key) for key in ("name", "digest", "source_type", "source", "schema", "profile")
            }
            dataset["context"] = meta.get(f"tags/{CONTEXT}")
            raw.datasets.append(dataset)

    def _artifacts(self, place: Place, raw: RawRun) -> tuple[SourceFile, ...]:
        beside = [
            SourceFile(shown_name(path), place.folder / "artifacts" / path, size, modified)
            for path, size, modified in place.files.get("artifacts", ())
        ]
        if beside:
            return tuple(beside)
        uri = raw.artifact_uri
        folder = artifact_folder(uri, raw.key, None, (self._root.resolve(), self._root.resolve().parent))
        if folder is not None:
            return tuple(files_in(folder, f"{place.shown}/artifacts", raw.faults))
        if uri and is_remote(uri):
            raw.faults.append(
                Fault(place.shown, f"the artifacts lie at {uri} and were not fetched", remark=True)
            )
        elif uri and not (place.folder / "artifacts").is_dir():
            raw.faults.append(
                Fault(place.shown, f"the artifacts are not here; MLflow had them at {uri}", remark=True)
            )
        return ()


def _newest(place: Place) -> int:
    """When the run's oldest file was written, in nanoseconds: a time for a run that has lost its own."""
    return min((modified for files in place.files.values() for _, _, modified in files), default=0)
