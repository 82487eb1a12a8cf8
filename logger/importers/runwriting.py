"""One run of a source, read and written into a store: whole or not at all, and as often as one likes.

A pure function of what it is given and of what lies there, so it is mapped over runs by any executor. All
that came from a source is of one writer, `mlflow`: its facts and its sealed points are written anew when
anything of the run changed, each under a temporary name first. The fact `imported` holds the fingerprint of
what was read; facts are written last, and a run that lacks them is written again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from .. import artifacts, layout, schema
from ..encode import encode_sealed
from ..errors import InvalidValue, StoreError, explain
from ..factlines import JsonValue
from ..foldfacts import clean, clean_text
from ..records import Problem
from .accepting import accepted_paths, brief
from .imported import Fault, FoundRun, RunReader, SourceFile, SourceRun
from .present import IMPORTED, artifacts_in, remove_leftovers, same_file
from .saying import FactFile, publish

DATASET = "dataset"  # a kind of fact


@dataclass(frozen=True, slots=True)
class Wish:
    """How to import."""

    writer: str  # lower-case letters and digits: whose files these are, such as "mlflow"
    deleted_too: bool = False
    copy_files: bool = True  # artifacts; else their names and sizes only
    mirror: bool = False  # remove runs that the source has no more: for a store that holds nothing else


@dataclass(frozen=True, slots=True)
class Task:
    """A run to bring."""

    found: FoundRun
    folder: Path  # where it belongs; the folder of its experiment is there
    experiment: str  # its name there
    fingerprint: str
    deleted_too: bool  # take it even if it was deleted


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of it."""

    run_id: str
    is_left_out: bool = False  # because it was deleted
    points: int = 0
    files: int = 0  # artifacts copied
    problems: tuple[Problem, ...] = ()


def bring_run(reader: RunReader, wish: Wish, task: Task) -> Brought:
    """Read a run and write it.

    Raises: StoreError: the store cannot be written.
    """
    run = reader.read(task.found, task.deleted_too)
    if run.deleted and not task.deleted_too:
        return Brought(run.run_id, is_left_out=True)
    try:
        task.folder.mkdir(exist_ok=True)
        remove_leftovers(task.folder, wish.writer)
        return _write(run, wish, task)
    except OSError as error:
        problem = f"the run {run.run_id} cannot be written: {error.strerror or error} ({error.filename})."
        raise StoreError(explain(problem, hint="make room, and import again: it goes on.")) from error


def _write(run: SourceRun, wish: Wish, task: Task) -> Brought:
    folder, key = task.folder, task.found.key
    facts = FactFile(run.started, f"run {key}", run.faults)
    start: dict[str, JsonValue] = {"role": "create", "experiment": task.experiment, "host": "", "boot": ""}
    facts.say("start", "", {**start, "pid": None, "process_start": None, "inode": None})
    imported: dict[str, JsonValue] = {"fingerprint": task.fingerprint, "key": clean_text(key)}
    facts.say(IMPORTED, wish.writer, imported)
    facts.say("name", "", facts.accepted([run.name], "run")[run.name])
    if run.parent:
        facts.say("parent", "", run.parent)
    if run.note:
        facts.say("note", "", clean_text(run.note))
    for name, value in run.provenance.items():
        facts.say("provenance", clean_text(name), clean(value))
    tags: dict[str, JsonValue] = dict(run.tags)
    if run.deleted:
        tags["mlflow.lifecycleStage"] = "deleted"
    values: tuple[tuple[str, Mapping[str, JsonValue]], ...] = (("param", run.params), ("tag", tags))
    for kind, named in values:
        accepted = facts.accepted(named, kind)
        for name, value in named.items():
            facts.say(kind, accepted[name], clean(value))
    for dataset in run.datasets:
        facts.say(DATASET, clean_text(str(dataset.get("name") or "")), clean(dict(dataset)))
    accepted = facts.accepted(run.metrics, "metric")
    points = {accepted[name]: table for name, table in run.metrics.items() if table.num_rows}
    for number, name in enumerate(points, 1):
        facts.say("metric", name, number)
    copied = 0
    known = artifacts_in(folder / layout.facts_file(wish.writer)) if run.artifacts else {}
    for path, size, sha256, is_new in _bring_files(run, wish, task, known, facts):
        facts.say("artifact", path, {"size": size, "sha256": sha256})
        copied += is_new
    problems = facts.say_faults(run.run_id, task.experiment)
    if run.status is not None:
        ended = run.ended if run.ended is not None else _last_time(run)
        facts.say("status", "", {"status": run.status, "reason": None}, ended)
    sealed = _sealed(points)
    imported |= {"points": len(sealed), "problems": len(problems)}
    file = folder / layout.sealed_file(wish.writer)
    durable = not wish.mirror  # what can be read again need not survive a power cut
    if sealed:
        publish(file, sealed, durable)
    else:
        file.unlink(missing_ok=True)
    publish(folder / layout.facts_file(wish.writer), facts.data(), durable)
    rows = sum(table.num_rows for table in points.values())
    return Brought(run.run_id, points=rows, files=copied, problems=tuple(problems))


def _bring_files(
    run: SourceRun, wish: Wish, task: Task, known: Mapping[str, dict[str, JsonValue]], facts: FactFile
) -> Iterator[tuple[str, int, str, bool]]:
    """Copy artifacts that are not there as they are; path, size, checksum of each, and whether it is new."""
    shown = f"run {task.found.key}"
    paths = accepted_paths(file.path for file in run.artifacts)
    for file in run.artifacts:
        path = paths[file.path]
        if path != file.path:
            what = f"the artifact {brief(file.path)} is named {brief(path)} here"
            facts.blame(Fault(shown, what, remark=True))
        if not wish.copy_files:
            yield path, file.size, "", False
            continue
        there = task.folder / layout.ARTIFACTS / path
        sha256 = known.get(path, {}).get("sha256")
        if isinstance(sha256, str) and sha256 and same_file(there, file):
            yield path, file.size, sha256, False
            continue
        stored = _stored(task.folder, path, file, shown, facts)
        if stored is not None:
            os.utime(there, ns=(file.modified, file.modified))
            yield path, stored.size, stored.sha256, True


def _stored(
    folder: Path, path: str, file: SourceFile, shown: str, facts: FactFile
) -> artifacts.Stored | None:
    """Copy an artifact; None when it cannot be read."""
    try:
        return artifacts.store(folder, path, artifacts.chunks_of(file.file))
    except artifacts.WriteError as error:
        raise error.__cause__ or error from None
    except (OSError, InvalidValue) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        facts.blame(Fault(f"{shown}/artifacts/{file.path}", f"cannot be read: {why}"))
        return None


def _sealed(points: Mapping[str, pa.Table]) -> bytes:
    """The sealed file of the points of named metrics; empty when there are none."""
    tables = []
    for number, table in enumerate(points.values(), 1):
        columns = [pa.repeat(pa.scalar(number, pa.int32()), table.num_rows), *table.columns]
        tables.append(pa.Table.from_arrays(columns, schema=schema.LIVE))
    if not tables:
        return b""
    return encode_sealed(pa.concat_tables(tables), dict(enumerate(points, 1)))


def _last_time(run: SourceRun) -> int:
    times = [table["time"].cast(pa.int64()) for table in run.metrics.values() if table.num_rows]
    last: list[int] = [pc.max(time).as_py() for time in times]
    return max([run.started, *last])
