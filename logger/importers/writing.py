"""Writing what a source hands over into a store: the conductor. List, decide, bring what changed, report.

Every run has a fingerprint, and the store remembers it: a run that did not change is not even opened, and an
import that was interrupted goes on where it stopped. What somebody logged into an imported run since is of
other writers and stays. A deleted run is left out unless it is wished for, or lies in the store already: then
it is brought up to date like any other. `logger.importers.runwriting` writes one run.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from .. import layout
from ..errors import StoreError, explain
from ..folders import make_experiment, name_in
from ..foldfacts import clean_text
from ..layout import experiment_key
from ..records import Problem
from .accepting import accepted_names, brief
from .imported import Fault, FoundRun, OpenSource, SourceExperiment
from .present import (
    experiment_folders,
    imported_in,
    problems_in,
    remove_if_empty,
    remove_leftovers,
    run_folders,
)
from .runwriting import Brought, Task, Wish, bring_run
from .saying import FactFile, problem_of, publish

VERSION = 3  # of how sources are read; a higher one reads everything again

Progress = Callable[[int, int], None]  # is told how many runs are done, of how many

_FEW = 150  # runs that are read here: other processes would take longer to start
_MOST_AT_ONCE = 16  # runs that a process is given at a time


@dataclass(slots=True)
class Report:
    """What came, and what did not."""

    experiments: int = 0
    runs: int = 0  # that the source has, without those left out
    read: int = 0  # of them, that are new or changed
    left: int = 0  # deleted, and left out
    removed: int = 0  # gone from the source, and from a store that mirrors it
    points: int = 0  # of the runs that were read
    files: int = 0  # artifacts copied
    problems: list[Problem] = field(default_factory=list)  # of all these runs, and of the source itself
    loose: list[Problem] = field(default_factory=list)  # of them, those that no run or experiment carries


def import_into(
    store: Path,
    source: OpenSource,
    wish: Wish,
    progress: Progress = lambda done, total: None,
    executor: Executor | None = None,
) -> Report:
    """Bring a store up to date with a source.

    Args:
        executor: reads and writes runs when there are many; None does it here.
    Raises: StoreError: the store cannot be written.
    """
    return _Import(store, source, wish).run(progress, executor)


class _Import:
    def __init__(self, store: Path, source: OpenSource, wish: Wish) -> None:
        self._store = store
        self._source = source
        self._wish = wish
        self._facts_file = layout.facts_file(wish.writer)
        self._report = Report()
        self._experiments = {experiment.key: experiment for experiment in source.experiments}
        self._names = _experiment_names(source.experiments)
        self._folders: dict[str, tuple[Path, str]] = {}  # by key: folder and name in the store
        self._present = dict(run_folders(store))
        self._found: set[str] = set()  # run ids
        self._loose: list[Fault] = []

    def run(self, progress: Progress, executor: Executor | None) -> Report:
        try:
            self._run(progress, executor)
        except StoreError:
            raise
        except OSError as error:
            problem = f"the store {self._store} cannot be written: {error.strerror or error}"
            raise StoreError(
                explain(f"{problem} ({error.filename}).", hint="make room, and import again: it goes on.")
            ) from error
        self._report.runs = len(self._found)
        self._report.experiments = len(self._folders)
        return self._report

    def _run(self, progress: Progress, executor: Executor | None) -> None:
        for experiment in self._source.experiments:
            if self._wish.deleted_too or not experiment.deleted:
                self._folder(experiment.key)
        tasks = list(self._tasks())
        self._say_experiments()
        progress(0, len(tasks))
        for done, brought in enumerate(self._brought(tasks, executor), 1):
            self._take(brought)
            progress(done, len(tasks))
        if self._wish.mirror:
            self._remove_others()

    def _tasks(self) -> Iterator[Task]:
        """The runs to read: all but those that are there as they are, or are left out."""
        seen: set[str] = set()
        for found in self._source.runs():
            if found.run_id in seen:
                fault = Fault(found.key, "two runs of the source have this id; the first was taken")
                self._loose.append(fault)
                continue
            seen.add(found.run_id)
            there = self._present.get(found.run_id)
            is_kept = there is not None and not self._wish.mirror
            deleted_too = self._wish.deleted_too or is_kept
            if self._experiments[found.experiment].deleted and not deleted_too:
                self._report.left += 1
                continue
            experiment = self._folder(found.experiment)[1]
            fingerprint = self._fingerprint(found)
            if there is None or not self._is_there(there, fingerprint, experiment):
                yield Task(found, self._home(found, there), experiment, fingerprint, deleted_too)
            else:
                self._found.add(found.run_id)
                self._home(found, there)

    def _brought(self, tasks: list[Task], executor: Executor | None) -> Iterator[Brought]:
        bring = partial(bring_run, self._source.reader, self._wish)
        if executor is None or len(tasks) < _FEW:
            return map(bring, tasks)
        return executor.map(bring, tasks, chunksize=min(_MOST_AT_ONCE, 1 + len(tasks) // 64))

    def _take(self, brought: Brought) -> None:
        if brought.is_left_out:
            self._report.left += 1
            return
        self._found.add(brought.run_id)
        self._report.read += 1
        self._report.points += brought.points
        self._report.files += brought.files
        self._report.problems += brought.problems

    def _is_there(self, folder: Path, fingerprint: str, experiment: str) -> bool:
        """Whether a run was imported as it is now, and its points are there; then its problems are listed."""
        facts = folder / self._facts_file
        said = imported_in(facts)
        try:
            size = (folder / layout.sealed_file(self._wish.writer)).stat(follow_symlinks=False).st_size
        except OSError:
            size = 0
        if said.get("fingerprint") != fingerprint or said.get("points") != size:
            return False
        if said.get("problems"):
            self._report.problems += problems_in(facts, folder.name, experiment)
        return True

    def _home(self, found: FoundRun, there: Path | None) -> Path:
        """Where the run belongs; it moves there when its experiment has another name now."""
        folder = self._folder(found.experiment)[0] / found.run_id
        if there is not None and there != folder and not folder.exists():
            there.rename(folder)
            self._present[found.run_id] = folder
            if there.parent not in (folder for folder, _ in self._folders.values()):
                remove_if_empty(there.parent, self._facts_file)
        return folder

    def _fingerprint(self, found: FoundRun) -> str:
        experiment = self._experiments[found.experiment]
        stage = "deleted" if experiment.deleted else "active"
        said = f"{VERSION} {self._wish.copy_files} {stage} {self._names[experiment.key]} {found.fingerprint}"
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()

    def _folder(self, key: str) -> tuple[Path, str]:
        """An experiment's folder in the store and the name it has there, made when it is not."""
        if key not in self._folders:
            experiment, name = self._experiments[key], self._names[key]
            folder = self._store / layout.EXPERIMENTS / layout.experiment_folder(name)
            existing = name_in(folder)
            if existing is None or existing == name:
                make_experiment(self._store, name, experiment.created or 0)
            self._folders[key] = folder, existing or name
        return self._folders[key]

    def _say_experiments(self) -> None:
        """The facts of all experiments; the first also keeps what is wrong with the source itself."""
        loose = [*self._loose, *self._source.faults()]
        for key, (folder, name) in self._folders.items():
            facts = self._experiment_facts(self._experiments[key], name)
            while loose and not self._wish.mirror:
                facts.blame(loose.pop(0))
            self._report.problems += facts.say_faults(None, name)
            remove_leftovers(folder, self._wish.writer)
            publish(folder / self._facts_file, facts.data(), durable=not self._wish.mirror)
        self._report.loose = list(map(problem_of, loose))
        self._report.problems += self._report.loose

    def _experiment_facts(self, experiment: SourceExperiment, name: str) -> FactFile:
        shown = f"experiment {experiment.key}"
        facts = FactFile(experiment.created or 0, shown, experiment.faults)
        tags = {"mlflow.experimentId": experiment.key}
        if experiment.deleted:
            tags["mlflow.lifecycleStage"] = "deleted"
        accepted = facts.accepted(experiment.tags, "tag")
        tags |= {accepted[key]: text for key, text in experiment.tags.items()}
        if name != experiment.name:
            tags["mlflow.experimentName"] = experiment.name
            why = f"the experiment {brief(experiment.name)} is named {brief(name)} here"
            facts.blame(Fault(shown, f"{why}: the other name is no name or taken", remark=True))
        for key, text in tags.items():
            facts.say("tag", key, clean_text(text))
        if experiment.note:
            facts.say("note", "", clean_text(experiment.note))
        return facts

    def _remove_others(self) -> None:
        for run_id, folder in self._present.items():
            if run_id not in self._found:
                shutil.rmtree(folder, ignore_errors=True)
                self._report.removed += 1
        kept = {folder for folder, _ in self._folders.values()}
        for folder in experiment_folders(self._store):
            if folder not in kept:
                shutil.rmtree(folder, ignore_errors=True)


def _experiment_names(experiments: Iterable[SourceExperiment]) -> dict[str, str]:
    """A name for each experiment; two of a source never share one, whatever their case."""
    experiments = list(experiments)
    accepted = accepted_names((experiment.name for experiment in experiments), "experiment", experiment_key)
    named, taken = {}, set()
    for experiment in experiments:
        name = accepted[experiment.name]
        if name in taken:
            name = f"{name[:200].rstrip()} (experiment {experiment.key})"
        taken.add(name)
        named[experiment.key] = name
    return named
