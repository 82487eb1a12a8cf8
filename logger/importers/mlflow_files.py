"""A source: the folder in which MLflow keeps runs as plain files, `mlruns`, of any version from 1.x to 3.x.

    mlruns/<experiment id>/meta.yaml, tags/…
    mlruns/<experiment id>/<run id>/meta.yaml, metrics/…, params/…, tags/…, inputs/…, artifacts/…
    mlruns/<experiment id>/datasets/<id>/meta.yaml
    mlruns/.trash/<experiment id>/…             deleted experiments

The name of a metric, param or tag is the path of its file. Whatever is damaged costs itself: a run without
its meta.yaml still has its points, and its name as a tag. Links are not followed, nothing is written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from ..safefile import Unreadable, read_file
from .imported import Fault, FoundRun, SourceExperiment
from .metriclines import good_time
from .mlflow_run_files import FileReader
from .mlflow_terms import NOTE, left_where_it_is, our_run_id, whole_number
from .mlflow_tree import (
    LINK,
    META,
    MOST_META,
    Place,
    folders_in,
    list_files,
    read_yaml,
    shown_name,
    texts_below,
)

NAME = "mlflow"
WHAT = "an mlruns folder, as MLflow's file store writes it"

_TRASH = ".trash"
_NO_RUNS = ("datasets", "models", "tags", "traces", _TRASH)
_RUN_ID = re.compile(rb"^run_(?:id|uuid):", re.MULTILINE)
_EXPERIMENT_ID = re.compile(rb"^(?:experiment_id|artifact_location):", re.MULTILINE)
_MADE_ID = re.compile("[0-9a-f]{32}")  # as MLflow makes the ids of runs


def sniff(path: Path) -> bool:
    """Whether `path` is a folder with experiments of MLflow's in it."""
    found = [folder for folder in folders_in(path) if folder.name not in _NO_RUNS]
    return any(map(_is_experiment, [*found, *folders_in(path / _TRASH)]))


def holds(path: Path) -> bool:
    """Whether `path`, which may be absent, lies in an `mlruns` folder."""
    for folder in (path, *path.parents):
        try:
            names = os.listdir(folder)  # noqa: PTH208 - names, not paths; others' folders are not touched
        except OSError:
            names = []
        numbered = [folder / name for name in names if name.isdecimal()]  # ids of experiments
        metas = [_meta(place) for place in (folder, *numbered)]
        if any(_RUN_ID.search(meta) or _EXPERIMENT_ID.search(meta) for meta in metas):
            return True
    return False


def open_source(path: Path) -> MlflowFiles:
    """Open it for reading."""
    return MlflowFiles(path)


class MlflowFiles:
    """An `mlruns` folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.reader = FileReader(root)
        self._name = shown_name(root.resolve().name)
        self._faults: list[Fault] = []
        self._folders: list[tuple[Path, str, str, bool]] = []  # folder, as shown, key, deleted
        self.experiments = tuple(self._list_experiments())

    def runs(self) -> Iterator[FoundRun]:
        """All runs, with all their files listed."""
        for folder, shown, key, deleted in self._folders:
            for run in folders_in(folder):
                if run.name in _NO_RUNS or run.name.startswith("."):
                    continue
                path = f"{shown}/{shown_name(run.name)}"
                if run.is_symlink():
                    self._faults.append(Fault(path, LINK))
                elif _is_run(run):
                    place = Place(run, path, deleted)
                    fingerprint = list_files(place)
                    name = shown_name(run.name)
                    yield FoundRun(name, our_run_id(name), key, fingerprint, place)

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
            for folder in folders_in(parent):
                path = f"{shown}/{shown_name(folder.name)}"
                if folder.name in _NO_RUNS:
                    continue
                if folder.is_symlink():
                    self._faults.append(Fault(path, LINK))
                elif _is_experiment(folder) or _has_damaged_meta(folder):
                    yield self._experiment(folder, path, deleted)

    def _experiment(self, folder: Path, shown: str, deleted: bool) -> SourceExperiment:
        faults: list[Fault] = []
        key = shown_name(folder.name)
        meta = read_yaml(folder / META, f"{shown}/{META}", faults)
        deleted = deleted or meta.get("lifecycle_stage") == "deleted"
        self._folders.append((folder, shown, key, deleted))
        tags = texts_below(folder / "tags", shown, faults)
        name = meta.get("name")
        if not name:
            name = f"experiment {key}"
            if not faults:
                faults.append(Fault(f"{shown}/{META}", "does not hold the name of the experiment"))
        others = (folders_in(folder / "models"), folders_in(folder / "traces"))
        created = whole_number(meta.get("creation_time"))
        if created is not None and not good_time(created):
            created = None
        return SourceExperiment(
            key=key,
            name=name,
            created=None if created is None else created * 1000,
            note=tags.pop(NOTE, ""),
            tags=tags,
            deleted=deleted,
            faults=(*faults, *left_where_it_is(shown, *map(len, others))),
        )


def _is_experiment(folder: Path) -> bool:
    """Whether a folder is certainly one of an experiment: by its meta.yaml, else by a run in it."""
    meta = _meta(folder)
    if _EXPERIMENT_ID.search(meta):
        return _RUN_ID.search(meta) is None
    return any(_is_certain_run(run) for run in folders_in(folder) if run.name not in _NO_RUNS)


def _has_damaged_meta(folder: Path) -> bool:
    """Whether a folder beside experiments has a meta.yaml that says nothing: then it was one, or will be."""
    meta = _meta(folder)
    return os.path.lexists(folder / META) and not (_EXPERIMENT_ID.search(meta) or _RUN_ID.search(meta))


def _is_certain_run(folder: Path) -> bool:
    """Whether a folder is one of a run wherever it lies: others keep `metrics` and `params`, too."""
    if _RUN_ID.search(_meta(folder)):
        return True
    is_named = _MADE_ID.fullmatch(folder.name) or any((folder / "tags").glob("mlflow.*"))
    return bool(is_named) and _is_run(folder)


def _is_run(folder: Path) -> bool:
    """Whether a folder of an experiment is one of a run; with nothing but `artifacts` it is a database's."""
    if (folder / "metrics").is_dir() or (folder / "params").is_dir():
        return True
    if (folder / "artifacts").is_dir() and (folder / "tags").is_dir():
        return True
    return _RUN_ID.search(_meta(folder)) is not None


def _meta(folder: Path) -> bytes:
    try:
        return read_file(folder / META, MOST_META)
    except (OSError, Unreadable):
        return b""
