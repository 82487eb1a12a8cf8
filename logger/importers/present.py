"""Present: what earlier imports have left in a store, so that only what changed is written again.

Reads the store's folders by their names and the facts of one writer; only `remove_if_empty` changes anything.
Right of here `logger.importers.writing` decides what to do about it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from .. import layout
from ..factlines import DamagedLine, JsonValue, decode
from ..foldfacts import read_lines
from ..runfolder import MOST_FACTS
from ..safefile import Unreadable, read_file
from .imported import SourceFile

IMPORTED = "imported"  # the kind of fact that says what a run was imported from: the second of its file


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
