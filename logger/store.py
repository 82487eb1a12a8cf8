"""A store, read: its experiments, runs, points, and what in it could not be read.

The only reader of stores; `search_runs` and the site see a store through it. It never writes, never follows
a link, never trusts size and time of a file, and one damaged file costs only itself. Left of here
`logger.runfolder` reads the folder of one run; the records it hands out are those of `logger.records`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import layout, schema
from .errors import NewerFormat, RunNotFound, StoreError, StoreNotFound, explain
from .factlines import Fact
from .foldfacts import clean_text, fold_experiment, good_name, read_lines
from .records import (
    Artifact,
    ExperimentRecord,
    MetricDefinition,
    MetricSummary,
    Points,
    Problem,
    RunRecord,
    Writer,
)
from .runfolder import MOST_FACTS, RunFolder, is_litter
from .safefile import Unreadable, read_file, read_file_below

__all__ = [
    "Artifact",
    "ExperimentRecord",
    "MetricDefinition",
    "MetricSummary",
    "Points",
    "Problem",
    "RunRecord",
    "Store",
    "Writer",
]

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):[/\\]+(.*)", re.DOTALL)  # https://…; C:/ is a drive
_MOST_JSON = 1024 * 1024  # bytes of runfolio.json and experiment.json


class Store:
    """Reads the store in a folder.

    Args:
        root: the folder.
        may_be_absent: a store that is not there is one without experiments.
    Raises: StoreNotFound: there is none. NewerFormat: a newer version wrote it. StoreError: it is no folder.
    """

    def __init__(self, root: str | Path, *, may_be_absent: bool = False) -> None:
        self.root = Path(root)
        self._problems: list[Problem] = []
        self._names: dict[str, str] = {}  # per folder, the name in experiment.json
        self.is_absent = may_be_absent and not self.root.exists()
        if not self.is_absent:
            self._open()

    def experiments(self) -> list[ExperimentRecord]:
        """All experiments, by folder."""
        return [self._experiment(folder) for folder in self._experiment_folders([])]

    def run_folders(self, experiment: str | None = None) -> list[str]:
        """The folders of all runs, or of one experiment's, from the root, with "/"; the oldest first."""
        wanted = (
            None if experiment is None else f"{layout.EXPERIMENTS}/{layout.experiment_folder(experiment)}"
        )
        return [
            folder
            for parent in self._experiment_folders([])
            if wanted is None or parent == wanted
            for folder in self._runs_in(parent, [])
        ]

    def read_run(self, folder: str) -> RunRecord:
        """All that is known of the run in `folder`, but for its points; never raises for damage."""
        return self._run_folder(folder).record()

    def runs(self, experiment_names: Collection[str] | None = None) -> list[RunRecord]:
        """All runs, or those of some experiments."""
        if experiment_names is None:
            folders = self.run_folders()
        else:
            folders = [
                folder for name in dict.fromkeys(experiment_names) for folder in self.run_folders(name)
            ]
        return [self.read_run(folder) for folder in folders]

    def find_run(self, run_id: str) -> RunRecord:
        """The run that has an id.

        Raises: RunNotFound.
        """
        if layout.is_run_id(run_id):
            for parent in self._experiment_folders([]):
                if (self.root / parent / run_id).is_dir() and not (self.root / parent / run_id).is_symlink():
                    return self.read_run(f"{parent}/{run_id}")
        raise RunNotFound(
            explain(
                f"no run of the store {self.root} has the id {run_id!r}.",
                "the 32 hex digits that run.run_id gives.",
                "search_runs(), which lists all runs and their ids.",
            )
        )

    def read_points(self, folder: str, metrics: Collection[str] | None = None) -> Points:
        """The points of the run in `folder`: of all its metrics, or of some."""
        return self._run_folder(folder).points(metrics)

    def read_artifact(self, folder: str, artifact: Artifact, most: int) -> bytes | Problem:
        """The content of a file of the run in `folder`, as it was recorded; else what is wrong with it.

        Args:
            artifact: as the run's record has it.
            most: bytes; a larger file is not read.
        """
        path = f"{folder}/{layout.ARTIFACTS}/{artifact.path}"
        try:
            content = read_file_below(self.root / folder / layout.ARTIFACTS, artifact.path, most)
        except FileNotFoundError:
            return Problem(path, "is not in this store")
        except Unreadable as error:
            return Problem(path, str(error))
        if hashlib.sha256(content).hexdigest() != artifact.sha256:
            return Problem(path, "is not what was recorded: its checksum differs")
        return content

    def run_identity(self, folder: str) -> tuple[object, ...] | None:
        """What changes whenever the run in `folder` does; None while it may be written without a trace.

        Its artifacts have identities of their own.
        """
        found = []
        try:
            with os.scandir(self.root / folder) as entries:
                for entry in entries:
                    if entry.name.endswith(".arrows"):
                        return None
                    found.append((entry.name, *_identity(entry.stat(follow_symlinks=False))))
        except OSError:
            return None
        return (str(self.root), folder, *sorted(found))

    def artifact_identity(self, folder: str, artifact: Artifact) -> tuple[object, ...] | None:
        """What changes whenever a file of the run in `folder` does, or what is said of it; None: no file."""
        path = self.root / folder / layout.ARTIFACTS / artifact.path
        try:
            return (str(path), artifact.size, artifact.sha256, *_identity(path.lstat()))
        except OSError:
            return None

    def problems(self) -> list[Problem]:
        """What is wrong outside of the folders of runs."""
        found = list(self._problems)
        for parent in self._experiment_folders(found):
            found.extend(self._experiment(parent).problems)
            self._runs_in(parent, found)
        return found

    def _open(self) -> None:
        path = self.root / layout.STORE_FILE
        try:
            described = _read_json(path)
            found = described.get("format")
            if type(found) is int and found > schema.FORMAT:
                raise NewerFormat(
                    explain(
                        f"the store {self.root} has format {found}.",
                        f"format {schema.FORMAT}, which is what this version reads.",
                        "pip install --upgrade runfolio",
                    )
                )
            if type(found) is not int or found < 1:
                raise Unreadable("does not say its format")
        except FileNotFoundError as error:
            if not (self.root / layout.EXPERIMENTS).is_dir():
                address = _ADDRESS.match(str(self.root))
                if address is not None:
                    raise StoreNotFound(
                        explain(
                            f"{address[1]}://{address[2]} is an address, and a store is a folder.",
                            "a path, absolute or from the current folder; nothing is fetched from elsewhere.",
                            "the folder it leads to, or a copy of that: `rsync -a HOST:tracking .`",
                        )
                    ) from error
                raise StoreNotFound(
                    explain(
                        f"there is no store at {str(self.root)!r}.",
                        f"a folder with {layout.STORE_FILE} in it, as logging makes.",
                        "the path that set_tracking_uri had; without it, ./tracking where the script ran.",
                    )
                ) from error
            self._problems.append(Problem(layout.STORE_FILE, "is missing"))
        except Unreadable as error:
            if not self.root.is_dir():
                raise StoreError(
                    explain(f"{str(self.root)!r} is no folder.", "the folder of a store.")
                ) from error
            self._problems.append(Problem(layout.STORE_FILE, str(error)))

    def _experiment_folders(self, problems: list[Problem]) -> list[str]:
        """The folders of experiments, from the root; what else lies there becomes a problem."""
        for name in _names_in(self.root, "", problems)[1]:
            if name != layout.STORE_FILE and not is_litter(name):
                problems.append(Problem(_shown(name), "is no file of a store", foreign=True))
        folders, others = _names_in(self.root / layout.EXPERIMENTS, layout.EXPERIMENTS, problems)
        found = []
        for name in folders:
            if layout.is_experiment_folder(name):
                found.append(f"{layout.EXPERIMENTS}/{name}")
            elif not is_litter(name):
                others.append(name)
        for name in others:
            if not is_litter(name):
                path = f"{layout.EXPERIMENTS}/{_shown(name)}"
                problems.append(Problem(path, "is no folder of an experiment", foreign=True))
        return found

    def _runs_in(self, parent: str, problems: list[Problem]) -> list[str]:
        """The folders of the runs of an experiment; what else lies there becomes a problem."""
        folders, others = _names_in(self.root / parent, parent, problems)
        found = []
        for name in folders:
            if layout.is_run_id(name):
                found.append(f"{parent}/{name}")
            else:
                others.append(name)
        for name in others:
            known = name == layout.EXPERIMENT_FILE or layout.facts_writer(name) or is_litter(name)
            if not known:
                path = f"{parent}/{_shown(name)}"
                problems.append(Problem(path, "is no file of an experiment", foreign=True))
        return found

    def _experiment(self, parent: str) -> ExperimentRecord:
        problems: list[Problem] = []
        name, created = self._described(parent, problems)
        facts: dict[str, list[Fact]] = {}
        for file_name in sorted(_names_in(self.root / parent, parent, [])[1]):
            writer = layout.facts_writer(file_name)
            if writer is None:
                continue
            path = f"{parent}/{file_name}"
            try:
                lines = read_lines(read_file(self.root / path, MOST_FACTS))
            except FileNotFoundError:
                continue
            except Unreadable as error:
                problems.append(Problem(path, str(error)))
                continue
            facts[writer] = lines.facts
            problems.extend(Problem(path, what, offset) for offset, what in lines.damages)
        said = fold_experiment(facts)
        problems += said.problems
        shown = name or self._name_in_runs(parent) or parent.rpartition("/")[2]
        return ExperimentRecord(
            name=shown,
            folder=parent,
            created=created,
            note=said.note,
            tags=said.tags,
            said_at=said.said_at,
            deleted=said.deleted,
            problems=tuple(replace(problem, experiment=shown) for problem in problems),
        )

    def _described(self, parent: str, problems: list[Problem]) -> tuple[str | None, int | None]:
        """Name and time of creation, as experiment.json gives them."""
        path = f"{parent}/{layout.EXPERIMENT_FILE}"
        try:
            described = _read_json(self.root / path)
        except FileNotFoundError:
            problems.append(Problem(path, "is missing"))
            return None, None
        except Unreadable as error:
            problems.append(Problem(path, str(error)))
            return None, None
        name, created = good_name(described.get("name"), "experiment"), described.get("created")
        if name is None:
            problems.append(Problem(path, "does not hold the name of an experiment"))
        elif f"{layout.EXPERIMENTS}/{layout.experiment_folder(name)}" != parent:
            problems.append(Problem(path, f"names {name!r}, which is not the experiment of this folder"))
        found = described.get("format")
        if type(found) is int and found > schema.FORMAT:
            problems.append(Problem(path, f"has format {found}, which a newer version wrote"))
        return name, created if type(created) is int else None

    def _name_in_runs(self, parent: str) -> str | None:
        """The name of an experiment as its first readable run has it."""
        for folder in self._runs_in(parent, []):
            name = RunFolder(self.root, folder, None).record().experiment
            if name != parent.rpartition("/")[2]:
                return name
        return None

    def _run_folder(self, folder: str) -> RunFolder:
        top, _, rest = folder.partition("/")
        experiment, _, run_id = rest.partition("/")
        if (
            top != layout.EXPERIMENTS
            or not layout.is_experiment_folder(experiment)
            or not layout.is_run_id(run_id)
        ):
            raise RunNotFound(explain(f"{folder!r} is no folder of a run.", "what run_folders() gives."))
        parent = f"{top}/{experiment}"
        name = self._names.get(parent) or self._described(parent, [])[0]
        if name is not None:
            self._names[parent] = name
        return RunFolder(self.root, folder, name)


def _identity(state: os.stat_result) -> tuple[int, ...]:
    return (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)


def _names_in(path: Path, folder: str, problems: list[Problem]) -> tuple[list[str], list[str]]:
    """The names of the folders and of all else in a folder, sorted; links are never folders."""
    folders: list[str] = []
    others: list[str] = []
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                (folders if entry.is_dir(follow_symlinks=False) else others).append(entry.name)
    except FileNotFoundError:
        pass
    except OSError as error:
        problems.append(Problem(_shown(folder) or ".", f"cannot be listed: {error.strerror or error}"))
    return sorted(folders), sorted(others)


def _read_json(path: Path) -> dict[str, Any]:
    """A small JSON object.

    Raises: FileNotFoundError. Unreadable: it is no JSON object, or cannot be read.
    """
    try:
        found = json.loads(read_file(path, _MOST_JSON))
    except (ValueError, RecursionError) as error:
        raise Unreadable("is no JSON") from error
    if not isinstance(found, dict):
        raise Unreadable("is no JSON object")
    return found


def _shown(name: str) -> str:
    """A file's name as text that every encoder takes."""
    return clean_text(os.fsencode(name).decode("utf-8", "replace"))
