"""Present: what earlier imports have left in a store, so that only what changed is written again.

Reads the store's folders by their names and the facts of one writer; only what removes changes anything.
Right of here `logger.importers.writing` decides what to do about it.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from .. import layout, system
from ..factlines import DamagedLine, JsonValue, decode
from ..foldfacts import fold_run, read_lines
from ..records import Problem
from ..runfolder import MOST_FACTS
from ..safefile import Unreadable, read_file
from .imported import SourceFile

IMPORTED = "imported"  # the kind of fact that says what a run was imported from: the second of its file

_LEFT_ARTIFACT = re.compile(r"\.[0-9a-f]{16}\.tmp")  # as `logger.artifacts` names what is not whole yet


def imported_in(path: Path) -> dict[str, JsonValue]:
    """What the run was imported from, as its facts say in their second line; empty when they do not."""
    try:
        with path.open("rb") as file:
            file.readline(65_536)
            fact = decode(file.readline(65_536))
    except (OSError, DamagedLine):
        return {}
    return fact.value if fact.kind == IMPORTED and isinstance(fact.value, dict) else {}


def artifacts_in(path: Path) -> dict[str, dict[str, JsonValue]]:
    """What an earlier import recorded of artifacts."""
    try:
        facts = read_lines(read_file(path, MOST_FACTS)).facts
    except (OSError, Unreadable):
        return {}
    return {
        fact.key: fact.value for fact in facts if fact.kind == "artifact" and isinstance(fact.value, dict)
    }


def problems_in(path: Path, run_id: str, experiment: str) -> list[Problem]:
    """What an earlier import found wrong with a run."""
    try:
        facts = read_lines(read_file(path, MOST_FACTS)).facts
    except (OSError, Unreadable):
        return []
    found = fold_run({"": facts}).problems
    return [replace(problem, run_id=run_id, experiment=experiment) for problem in found]


def run_folders(store: Path) -> Iterator[tuple[str, Path]]:
    """All runs of a store: id and folder."""
    for experiment in experiment_folders(store):
        with contextlib.suppress(OSError), os.scandir(experiment) as entries:
            for entry in entries:
                if layout.is_run_id(entry.name) and entry.is_dir(follow_symlinks=False):
                    yield entry.name, experiment / entry.name


def experiment_folders(store: Path) -> list[Path]:
    """The folders of all experiments of a store."""
    try:
        entries = sorted((store / layout.EXPERIMENTS).iterdir())
    except OSError:
        return []
    return [entry for entry in entries if layout.is_experiment_folder(entry.name) and not entry.is_symlink()]


def remove_leftovers(run: Path, writer: str) -> None:
    """Remove the temporary files that a killed import has left in the folder of a run or experiment.

    Those that a living process writes are locked, and stay; so do all where the system has no locks.
    """
    own = re.compile(rf"\.(?:facts|points)-{writer}\.\w+\.[0-9a-f]{{8}}\.tmp")
    with contextlib.suppress(OSError):
        for name in os.listdir(run):  # noqa: PTH208 - names, not paths
            if own.fullmatch(name):
                _remove_left(run / name)
    for folder, _, names in os.walk(run / layout.ARTIFACTS):  # follows no links
        for name in names:
            if _LEFT_ARTIFACT.fullmatch(name):
                _remove_left(Path(folder, name))


def _remove_left(path: Path) -> None:
    if system.is_locked(path) is False:
        with contextlib.suppress(OSError):
            path.unlink()


def remove_if_empty(experiment: Path, facts: str) -> None:
    """Remove the folder of an experiment that we made and whose last run has moved."""
    if {entry.name for entry in experiment.iterdir()} <= {layout.EXPERIMENT_FILE, facts}:
        shutil.rmtree(experiment, ignore_errors=True)


def same_file(there: Path, file: SourceFile) -> bool:
    """Whether an artifact that was copied is still the one of the source."""
    try:
        status = there.stat(follow_symlinks=False)
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (file.size, file.modified)
