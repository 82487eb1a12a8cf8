"""A source: the folder in which MLflow keeps runs as plain files, `mlruns`, of any version from 1.x to 3.x.

    mlruns/<experiment id>/meta.yaml, tags/…
    mlruns/<experiment id>/<run id>/meta.yaml, metrics/…, params/…, tags/…, inputs/…, artifacts/…
    mlruns/<experiment id>/datasets/<id>/meta.yaml
    mlruns/.trash/<experiment id>/…             deleted experiments

The name of a metric, param or tag is the path of its file. Whatever is damaged costs itself: a run without
its meta.yaml still has its points, and its name as a tag. Links are not followed, nothing is written.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..factlines import JsonValue
from ..foldfacts import clean_text
from ..safefile import Unreadable, read_file
from .flatyaml import DamagedYaml, read_flat
from .imported import Fault, FoundRun, SourceExperiment, SourceFile, SourceRun
from .metriclines import parse_files
from .mlflow_artifacts import artifact_folder, files_in, is_remote, public_address
from .mlflow_terms import CONTEXT, NOTE, RawRun, make_run, our_run_id, whole_number

NAME = "mlflow"
WHAT = "an mlruns folder, as MLflow's file store writes it"

_META = "meta.yaml"
_TRASH = ".trash"
_NO_RUNS = ("datasets", "models", "tags", "traces", _TRASH)
_RUN_ID = re.compile(rb"^run_(?:id|uuid):", re.MULTILINE)
_MOST_META = 1024 * 1024  # bytes
_MOST_TEXT = 16 * 1024 * 1024  # bytes of a param or tag that are looked at
_MOST_POINTS = 1024 * 1024 * 1024  # bytes of a metric's file


def sniff(path: Path) -> bool:
    """Whether `path` is a folder with experiments of MLflow's in it."""
    found = [folder for folder in _folders(path) if folder.name not in _NO_RUNS]
    return any(map(_is_experiment, [*found, *_folders(path / _TRASH)]))


def open_source(path: Path) -> MlflowFiles:
    """Open it for reading."""
    return MlflowFiles(path)


@dataclass(slots=True)
class _Place:
    """A run's folder, and the files in it."""

    folder: Path
    shown: str
    deleted: bool  # because its experiment is
    files: dict[str, list[tuple[str, int, int]]] = field(default_factory=dict)  # by kind: path, size, time
    links: list[str] = field(default_factory=list)


class MlflowFiles:
    """An `mlruns` folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._name = clean_text(os.fsencode(root.resolve().name).decode("utf-8", "replace"))
        self._faults: list[Fault] = []
        self._folders: list[tuple[Path, str, str, bool]] = []  # folder, as shown, key, deleted
        self.experiments = tuple(self._list_experiments())

    def runs(self) -> Iterator[FoundRun]:
        """All runs, with all their files listed."""
        for folder, shown, key, deleted in self._folders:
            for run in _folders(folder):
                if run.name in _NO_RUNS or run.name.startswith("."):
                    continue
                path = f"{shown}/{_text(run.name)}"
                if run.is_symlink():
                    self._faults.append(Fault(path, "is a symbolic link, which is not followed"))
                elif _is_run(run):
                    place = _Place(run, path, deleted)
                    fingerprint = _list_files(place)
                    name = _text(run.name)
                    yield FoundRun(name, our_run_id(name), key, fingerprint, place)

    def read(self, found: FoundRun, deleted_too: bool) -> SourceRun:
        """One run."""
        place = found.place
        assert isinstance(place, _Place)
        raw = RawRun(found.key, place.shown, deleted=place.deleted)
        if not place.deleted or deleted_too:
            self._read_meta(place, raw)
        if raw.deleted and not deleted_too:
            return SourceRun(found.run_id, found.key, 0, deleted=True)
        raw.made_us = _newest(place) // 1000
        raw.faults += [Fault(f"{place.shown}/{path}", _LINK) for path in place.links]
        raw.params = self._read_texts(place, "params", raw)
        raw.tags = self._read_texts(place, "tags", raw)
        self._read_points(place, raw)
        self._read_datasets(place, raw)
        raw.artifacts = self._artifacts(place, raw)
        return make_run(raw)

    def faults(self) -> tuple[Fault, ...]:
        """What is wrong outside of runs and experiments."""
        return tuple(self._faults)

    def close(self) -> None:
        """Nothing is open."""

    def _list_experiments(self) -> Iterator[SourceExperiment]:
        for parent, shown, deleted in (
            (self._root, self._name, False),
            (self._root / _TRASH, f"{self._name}/{_TRASH}", True),
        ):
            for folder in _folders(parent):
                path = f"{shown}/{_text(folder.name)}"
                if folder.name in _NO_RUNS:
                    continue
                if folder.is_symlink():
                    self._faults.append(Fault(path, _LINK))
                elif _is_experiment(folder):
                    yield self._experiment(folder, path, deleted)

    def _experiment(self, folder: Path, shown: str, deleted: bool) -> SourceExperiment:
        faults: list[Fault] = []
        key = _text(folder.name)
        meta = _read_yaml(folder / _META, f"{shown}/{_META}", faults)
        deleted = deleted or meta.get("lifecycle_stage") == "deleted"
        self._folders.append((folder, shown, key, deleted))
        tags = _texts_below(folder / "tags", shown, faults)
        name = meta.get("name")
        if not name:
            name = f"experiment {key}"
            if not faults:
                faults.append(Fault(f"{shown}/{_META}", "does not hold the name of the experiment"))
        created = whole_number(meta.get("creation_time"))
        return SourceExperiment(
            key=key,
            name=name,
            created=None if created is None else created * 1000,
            note=tags.pop(NOTE, ""),
            tags=tags,
            deleted=deleted,
            faults=tuple(faults),
        )

    def _read_meta(self, place: _Place, raw: RawRun) -> None:
        meta = _read_yaml(place.folder / _META, f"{place.shown}/{_META}", raw.faults)
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
            raw.faults.append(Fault(f"{place.shown}/{_META}", f"lacks {' and '.join(missing)}"))

    def _read_texts(self, place: _Place, kind: str, raw: RawRun) -> dict[str, str]:
        found = {}
        for path, _, _ in place.files.get(kind, ()):
            shown = f"{place.shown}/{kind}/{_text(path)}"
            text = _read_text(place.folder / kind / path, shown, raw.faults)
            if text is not None:
                found[_text(path)] = text
        return found

    def _read_points(self, place: _Place, raw: RawRun) -> None:
        data = {}
        for path, _, _ in place.files.get("metrics", ()):
            shown = f"{place.shown}/metrics/{_text(path)}"
            found = _read(place.folder / "metrics" / path, shown, _MOST_POINTS, raw.faults)
            if found == b"":
                raw.faults.append(Fault(shown, "is empty"))
            elif found is not None:
                data[_text(path)] = found
        raw.metrics, damages = parse_files(data)
        raw.metrics = {name: table for name, table in raw.metrics.items() if table.num_rows}
        for name, damage in damages.items():
            raw.faults += [Fault(f"{place.shown}/metrics/{name}", what, offset) for offset, what in damage]

    def _read_datasets(self, place: _Place, raw: RawRun) -> None:
        for path, _, _ in place.files.get("inputs", ()):
            if not path.endswith(f"/{_META}"):
                continue
            shown = f"{place.shown}/inputs/{_text(path)}"
            meta = _read_yaml(place.folder / "inputs" / path, shown, raw.faults)
            if meta.get("source_type", "DATASET") != "DATASET" or not meta.get("source_id"):
                continue
            described = Path("datasets", str(meta["source_id"]), _META)
            if len(described.parts) != 3 or ".." in described.parts:
                continue
            parent, parent_shown = place.folder.parent, place.shown.rpartition("/")[0]
            said = _read_yaml(parent / described, f"{parent_shown}/{described.as_posix()}", raw.faults)
            dataset: dict[str, JsonValue] = {
                key: said.get(key) for key in ("name", "digest", "source_type", "source", "schema", "profile")
            }
            dataset["context"] = meta.get(f"tags/{CONTEXT}")
            raw.datasets.append(dataset)

    def _artifacts(self, place: _Place, raw: RawRun) -> tuple[SourceFile, ...]:
        beside = [
            SourceFile(_text(path), place.folder / "artifacts" / path, size, modified)
            for path, size, modified in place.files.get("artifacts", ())
        ]
        if beside:
            return tuple(beside)
        uri = raw.artifact_uri
        folder = artifact_folder(uri, raw.key, None, (self._root.resolve(), self._root.resolve().parent))
        if folder is not None:
            return tuple(files_in(folder, f"{place.shown}/artifacts", raw.faults))
        if uri and is_remote(uri):
            raw.faults.append(Fault(f"{place.shown}/artifacts", f"lie at {uri} and were not fetched"))
        elif uri and not (place.folder / "artifacts").is_dir():
            raw.faults.append(Fault(f"{place.shown}/artifacts", f"are gone; MLflow had them at {uri}"))
        return ()


_LINK = "is a symbolic link, which is not followed"


def _is_experiment(folder: Path) -> bool:
    try:
        meta = read_file(folder / _META, _MOST_META)
    except (OSError, Unreadable):
        meta = b""
    if b"experiment_id" in meta or b"artifact_location" in meta:
        return _RUN_ID.search(meta) is None
    return any(_is_run(run) for run in _folders(folder) if run.name not in _NO_RUNS)


def _is_run(folder: Path) -> bool:
    """Whether a folder is one of a run: artifacts alone are not, for a database keeps them so as well."""
    if (folder / "metrics").is_dir() or (folder / "params").is_dir():
        return True
    if (folder / "artifacts").is_dir() and (folder / "tags").is_dir():
        return True
    try:
        return _RUN_ID.search(read_file(folder / _META, _MOST_META)) is not None
    except (OSError, Unreadable):
        return False


def _list_files(place: _Place) -> str:
    """List all files of a run by kind, and return a fingerprint of paths, sizes and times."""
    seen = []
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        try:
            entries = list(os.scandir(place.folder / prefix if prefix else place.folder))
        except OSError:
            continue  # the read that follows says so
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if entry.is_symlink():
                place.links.append(_text(path))
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(f"{path}/")
            else:
                status = entry.stat(follow_symlinks=False)
                seen.append((path, status.st_size, status.st_mtime_ns))
    seen.sort()
    for path, size, modified in seen:
        kind, _, rest = path.partition("/")
        place.files.setdefault(kind, []).append((rest or kind, size, modified))
    return hashlib.sha256(repr((seen, sorted(place.links))).encode("utf-8", "replace")).hexdigest()


def _newest(place: _Place) -> int:
    """When the run's oldest file was written, in nanoseconds: a time for a run that has lost its own."""
    return min((modified for files in place.files.values() for _, _, modified in files), default=0)


def _folders(parent: Path) -> list[Path]:
    """The folders in a folder, by name; links to folders among them."""
    try:
        names = sorted(os.listdir(parent))  # noqa: PTH208 - names, not paths
    except OSError:
        return []
    return [parent / name for name in names if (parent / name).is_dir()]


def _read(path: Path, shown: str, most: int, faults: list[Fault]) -> bytes | None:
    try:
        return read_file(path, most)
    except FileNotFoundError:
        faults.append(Fault(shown, "is missing"))
    except (OSError, Unreadable) as error:
        faults.append(Fault(shown, str(error)))
    return None


def _read_text(path: Path, shown: str, faults: list[Fault]) -> str | None:
    data = _read(path, shown, _MOST_TEXT, faults)
    if data is None:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        faults.append(Fault(shown, "is no UTF-8 text; what cannot be read shows as �", error.start))
        return data.decode("utf-8", "replace")


def _read_yaml(path: Path, shown: str, faults: list[Fault]) -> dict[str, str | None]:
    data = _read(path, shown, _MOST_META, faults)
    if data is None:
        return {}
    try:
        return read_flat(data)
    except DamagedYaml as error:
        faults.append(Fault(shown, str(error)))
        return {}


def _texts_below(folder: Path, shown: str, faults: list[Fault]) -> dict[str, str]:
    if not folder.is_dir():
        return {}
    found = {}
    for file in files_in(folder, f"{shown}/tags", faults):
        text = _read_text(file.file, f"{shown}/tags/{file.path}", faults)
        if text is not None:
            found[_text(file.path)] = text
    return found


def _text(name: str) -> str:
    """A file's name as text that every encoder takes."""
    return clean_text(os.fsencode(name).decode("utf-8", "replace"))
