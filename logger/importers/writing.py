"""Writing what a source hands over into a store: whole or not at all, and as often as one likes.

All that came from a source is of one writer, `mlflow`: its facts and its sealed points are written
anew when anything of the run changed, each under a temporary name first. The fact `imported` holds the
fingerprint of what was read, so a run that did not change is not even opened, and an import that was
interrupted goes on where it stopped. What somebody logged into the run since is of other writers and stays.

Names that do not pass get the closest that does; the name in full is kept in a fact (`renamed`) and listed.
What was wrong with a source is kept as facts too (`problem`), and shown with the store's own problems.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from .. import artifacts, layout, names, schema
from ..encode import encode_sealed
from ..errors import InvalidValue, StoreError, explain
from ..factlines import Fact, JsonValue, encode
from ..folders import make_experiment, name_in
from ..foldfacts import clean, clean_text
from ..layout import experiment_key
from ..records import Problem
from .accepting import accepted_names, accepted_paths
from .imported import Fault, FoundRun, OpenSource, SourceExperiment, SourceFile, SourceRun
from .present import (
    IMPORTED,
    artifacts_in,
    experiment_folders,
    imported_in,
    remove_if_empty,
    run_folders,
    same_file,
)

VERSION = 2  # of how sources are read; a higher one reads everything again

RENAMED = "renamed"  # kinds of facts
PROBLEM = "problem"
DATASET = "dataset"

Progress = Callable[[int], None]  # is told how many runs are done


@dataclass(slots=True)
class Report:
    """What came, and what did not."""

    experiments: int = 0
    runs: int = 0  # that the source has, without those left out
    read: int = 0  # of them, that are new or changed
    deleted: int = 0  # left out
    removed: int = 0  # gone from the source, and from a store that mirrors it
    points: int = 0  # of the runs that were read
    files: int = 0  # artifacts copied
    problems: list[Problem] = field(default_factory=list)  # of what was read, and of the source itself
    loose: list[Problem] = field(default_factory=list)  # of them, those that no run or experiment carries


@dataclass(frozen=True, slots=True)
class Wish:
    """How to import."""

    writer: str  # lower-case letters and digits: whose files these are, such as "mlflow"
    deleted_too: bool = False
    copy_files: bool = True  # artifacts; else their names and sizes only
    mirror: bool = False  # remove runs that the source has no more: for a store that holds nothing else


def import_into(
    store: Path, source: OpenSource, wish: Wish, progress: Progress = lambda done: None
) -> Report:
    """Bring a store up to date with a source.

    Raises: StoreError: the store cannot be written.
    """
    return _Import(store, source, wish).run(progress)


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

    def run(self, progress: Progress) -> Report:
        found_ids = set()
        for experiment in self._source.experiments:
            if self._wish.deleted_too or not experiment.deleted:
                self._folder(experiment.key)
        for done, found in enumerate(self._source.runs()):
            progress(done)
            if found.run_id in found_ids:
                fault = Fault(found.key, "two runs of the source have this id; the first was taken")
                self._loose(fault)
            elif self._bring(found):
                found_ids.add(found.run_id)
        for fault in self._source.faults():
            self._loose(fault)
        if self._wish.mirror:
            self._remove_others(found_ids)
        self._report.runs = len(found_ids)
        self._report.experiments = len(self._folders)
        return self._report

    def _bring(self, found: FoundRun) -> bool:
        """Read a run unless it is there as it is; False when it is left out."""
        fingerprint = self._fingerprint(found.fingerprint, found.experiment)
        there = self._present.get(found.run_id)
        wanted = self._wish.deleted_too or not self._experiments[found.experiment].deleted
        if wanted and there is not None and self._is_there(there, fingerprint):
            self._home(found, there)
            return True
        run = self._source.read(found, self._wish.deleted_too)
        if run.deleted and not self._wish.deleted_too:
            self._report.deleted += 1
            return False
        experiment = self._folder(found.experiment)[1]
        folder = self._home(found, there)
        try:
            folder.mkdir(exist_ok=True)
            self._write_run(folder, run, experiment, fingerprint, found.key)
        except OSError as error:
            problem = f"the run {run.run_id} cannot be written: {error.strerror or error} ({error.filename})."
            raise StoreError(explain(problem, hint="make room, and import again: it goes on.")) from error
        self._present[run.run_id] = folder
        self._report.read += 1
        return True

    def _is_there(self, folder: Path, fingerprint: str) -> bool:
        """Whether a run was imported as it is now, and its points are still there."""
        said = imported_in(folder / self._facts_file)
        try:
            size = (folder / layout.sealed_file(self._wish.writer)).stat(follow_symlinks=False).st_size
        except OSError:
            size = 0
        return said.get("fingerprint") == fingerprint and said.get("points") == size

    def _home(self, found: FoundRun, there: Path | None) -> Path:
        """Where the run belongs; it moves there when its experiment has another name now."""
        folder = self._folder(found.experiment)[0] / found.run_id
        if there is not None and there != folder and not folder.exists():
            there.rename(folder)
            remove_if_empty(there.parent, self._facts_file)
        return folder

    def _fingerprint(self, text: str, experiment: str) -> str:
        said = f"{VERSION} {self._wish.copy_files} {self._names[experiment]} {text}"
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
            self._write_experiment(folder, experiment, existing or name)
        return self._folders[key]

    def _write_experiment(self, folder: Path, experiment: SourceExperiment, name: str) -> None:
        clock = _Clock(experiment.created or 0)
        faults = list(experiment.faults)
        tags = {"mlflow.experimentId": experiment.key}
        if experiment.deleted:
            tags["mlflow.lifecycleStage"] = "deleted"
        accepted = self._accepted(experiment.tags, "tag", clock, faults, experiment.key)
        tags |= {accepted[key]: text for key, text in experiment.tags.items()}
        if name != experiment.name:
            tags["mlflow.experimentName"] = experiment.name
            why = f"the experiment {names.shown(experiment.name, 300)} is named {name!r} here"
            faults.append(Fault(f"experiment {experiment.key}", f"{why}: the other name is no name or taken"))
        for key, text in tags.items():
            clock.say("tag", key, clean_text(text))
        if experiment.note:
            clock.say("note", "", clean_text(experiment.note))
        self._say_faults(clock, faults, None, name)
        if clock.lines:
            self._publish(folder / self._facts_file, b"".join(clock.lines))

    def _write_run(self, folder: Path, run: SourceRun, experiment: str, fingerprint: str, key: str) -> None:
        faults = list(run.faults)
        accepted = accepted_names(run.metrics, "metric")
        points = {accepted[name]: table for name, table in run.metrics.items()}
        sealed = encode_sealed(_live_rows(points), dict(enumerate(points, 1))) if points else b""
        clock = _Clock(run.started)
        start: dict[str, JsonValue] = {"role": "create", "experiment": experiment, "host": "", "boot": ""}
        clock.say("start", "", {**start, "pid": None, "process_start": None, "inode": None})
        said: dict[str, JsonValue] = {"fingerprint": fingerprint, "key": clean_text(key)}
        clock.say(IMPORTED, self._wish.writer, {**said, "points": len(sealed)})
        clock.say("name", "", self._run_name(run, clock, faults))
        if run.parent:
            clock.say("parent", "", run.parent)
        if run.note:
            clock.say("note", "", clean_text(run.note))
        for name, value in run.provenance.items():
            clock.say("provenance", clean_text(name), clean(value))
        tags: dict[str, JsonValue] = dict(run.tags)
        if run.deleted:
            tags["mlflow.lifecycleStage"] = "deleted"
        values: tuple[tuple[str, Mapping[str, JsonValue]], ...] = (("param", run.params), ("tag", tags))
        for kind, named in values:
            accepted = self._accepted(named, kind, clock, faults, key)
            for name, value in named.items():
                clock.say(kind, accepted[name], clean(value))
        for dataset in run.datasets:
            clock.say(DATASET, clean_text(str(dataset.get("name") or "")), clean(dict(dataset)))
        self._accepted(run.metrics, "metric", clock, faults, key)
        for number, name in enumerate(points, 1):
            clock.say("metric", name, number)
        known = artifacts_in(folder / self._facts_file) if run.artifacts else {}
        for path, size, sha256 in self._bring_files(folder, run.artifacts, known, faults, key):
            clock.say("artifact", path, {"size": size, "sha256": sha256})
        self._say_faults(clock, faults, run.run_id, experiment)
        if run.status is not None:
            ended = run.ended if run.ended is not None else _last_time(run)
            clock.say("status", "", {"status": run.status, "reason": None}, ended)
        file = folder / layout.sealed_file(self._wish.writer)
        if sealed:
            self._publish(file, sealed)
            self._report.points += sum(table.num_rows for table in points.values())
        else:
            file.unlink(missing_ok=True)
        self._publish(folder / self._facts_file, b"".join(clock.lines))

    def _bring_files(
        self,
        folder: Path,
        files: Iterable[SourceFile],
        known: Mapping[str, dict[str, JsonValue]],
        faults: list[Fault],
        key: str,
    ) -> Iterator[tuple[str, int, str]]:
        """Copy artifacts that are not there as they are; gives path, size and checksum of each."""
        files = list(files)
        paths = accepted_paths(file.path for file in files)
        for file in files:
            path = paths[file.path]
            if path != file.path:
                what = f"the artifact {names.shown(file.path, 300)} is named {path!r} here"
                faults.append(Fault(f"run {key}", what))
            if not self._wish.copy_files:
                yield path, file.size, ""
                continue
            there = folder / layout.ARTIFACTS / path
            sha256 = known.get(path, {}).get("sha256")
            if isinstance(sha256, str) and sha256 and same_file(there, file):
                yield path, file.size, sha256
                continue
            try:
                stored = artifacts.store(folder, path, artifacts.chunks_of(file.file))
            except artifacts.WriteError as error:
                raise error.__cause__ or error from None
            except (OSError, InvalidValue) as error:
                why = error.strerror if isinstance(error, OSError) else str(error)
                faults.append(Fault(f"run {key}/artifacts/{file.path}", f"cannot be read: {why}"))
                continue
            os.utime(there, ns=(file.modified, file.modified))
            self._report.files += 1
            yield path, stored.size, stored.sha256

    def _accepted(
        self, said: Iterable[str], kind: str, clock: _Clock, faults: list[Fault], key: str
    ) -> dict[str, str]:
        """Names that pass; what had to change is said and becomes a fault."""
        accepted = accepted_names(said, kind)
        for name, now in accepted.items():
            if now != name:
                clock.say(RENAMED, now, {"kind": kind, "name": clean_text(name)})
                what = f"the {kind} {names.shown(name, 300)} is named {now!r} here"
                faults.append(Fault(f"run {key}", what))
        return accepted

    def _run_name(self, run: SourceRun, clock: _Clock, faults: list[Fault]) -> str:
        return self._accepted([run.name], "run", clock, faults, run.run_id)[run.name]

    def _say_faults(self, clock: _Clock, faults: list[Fault], run: str | None, experiment: str) -> None:
        for fault in faults:
            path, what = clean_text(fault.path), clean_text(fault.what)
            clock.say(PROBLEM, path, {"what": what, "offset": fault.offset})
            self._report.problems.append(Problem(path, what, fault.offset, run, experiment, imported=True))

    def _loose(self, fault: Fault) -> None:
        problem = Problem(clean_text(fault.path), clean_text(fault.what), fault.offset, imported=True)
        self._report.problems.append(problem)
        self._report.loose.append(problem)

    def _publish(self, path: Path, data: bytes) -> None:
        """Give a file its content, whole or not at all; one that has it already stays as it is."""
        with contextlib.suppress(OSError):
            if path.stat().st_size == len(data) and path.read_bytes() == data:
                return
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
        try:
            with temporary.open("xb") as file:
                file.write(data)
                if not self._wish.mirror:  # what can be read again need not survive a power cut
                    file.flush()
                    os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def _remove_others(self, found: set[str]) -> None:
        for run_id, folder in self._present.items():
            if run_id not in found:
                shutil.rmtree(folder, ignore_errors=True)
                self._report.removed += 1
        kept = {folder for folder, _ in self._folders.values()}
        for folder in experiment_folders(self._store):
            if folder not in kept:
                shutil.rmtree(folder, ignore_errors=True)


class _Clock:
    """Lines of facts whose times ascend from a start."""

    def __init__(self, start: int) -> None:
        self._next = start
        self.lines: list[bytes] = []

    def say(self, kind: str, key: str, value: JsonValue, at: int | None = None) -> None:
        self._next = max(self._next, at or 0)
        self.lines.append(encode(Fact(self._next, kind, key, value)))
        self._next += 1


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


def _last_time(run: SourceRun) -> int:
    times = [table["time"].cast(pa.int64()) for table in run.metrics.values() if table.num_rows]
    last: list[int] = [pc.max(time).as_py() for time in times]
    return max([run.started, *last])


def _live_rows(points: Mapping[str, pa.Table]) -> pa.Table:
    """The points of named metrics as a table of schema.LIVE, numbered from 1."""
    tables = []
    for number, table in enumerate(points.values(), 1):
        columns = [pa.repeat(pa.scalar(number, pa.int32()), table.num_rows), *table.columns]
        tables.append(pa.Table.from_arrays(columns, schema=schema.LIVE))
    return pa.concat_tables(tables)
