"""Rescue: a new store of all that can be read in another; the other is not touched.

Good lines of facts are copied as they are, damaged ones left out. Files of points that are whole are copied
as they are; of a damaged one the good rows become a sealed file. Artifacts are copied when they are what was
recorded. What stays behind is named. The copy is made beside its place and renamed at the end, so it is
there whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from logger import layout, schema
from logger.encode import encode_sealed
from logger.errors import StoreError, explain
from logger.factlines import DamagedLine, decode
from logger.foldfacts import WriterFacts, fold_run, read_lines
from logger.pointfiles import PointFiles
from logger.records import RunRecord
from logger.safefile import SafeFile, Unreadable, read_file
from logger.store import Store

from .errors import OutputFailed, OutputRefused

_MOST = 1 << 40  # bytes of a file: whatever there is; what is too much for memory fails by itself
_PIECE = 1 << 20  # bytes copied at once


@dataclass(slots=True)
class Rescued:
    """What was copied, and what was not."""

    runs: int = 0
    points: int = 0
    files: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)  # path in the store, and why it stayed behind


def copy_good(root: Path, target: Path) -> Rescued:
    """Copy all that reads from the store at `root` into a new store at `target`.

    Raises: StoreNotFound, NewerFormat: there is no store to copy. OutputRefused: `target` is not free.
        OutputFailed: it cannot be written.
    """
    store = Store(root)
    _check_free(root, target)
    unfinished = target.with_name(f"{target.name}.unfinished")
    if unfinished.exists():
        problem = f"{unfinished} is what an interrupted copy left."
        raise OutputRefused(explain(problem, hint="remove it"))
    copy = _Copy(store, root, unfinished)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        copy.run()
        if target.is_dir():
            target.rmdir()
        unfinished.rename(target)
    except StoreError:
        raise
    except OSError as error:
        begun = f"{unfinished} removed, and " if unfinished.exists() else ""
        problem = f"{target} cannot be written: {error.strerror or error}."
        hint = (
            f"--copy-good with a folder where there is room and you may write; {begun}the store is as it was"
        )
        raise OutputFailed(explain(problem, hint=hint)) from error
    return copy.rescued


class _Copy:
    def __init__(self, store: Store, root: Path, target: Path) -> None:
        self._store = store
        self._root = root
        self._target = target
        self.rescued = Rescued()

    def run(self) -> None:
        self._write(layout.STORE_FILE, json.dumps({"format": schema.FORMAT}).encode() + b"\n")
        for problem in self._store.problems():
            self._leave(problem.path, problem.what)
        names: dict[str, tuple[str, int | None]] = {}
        for experiment in self._store.experiments():
            names[experiment.folder] = (experiment.name, experiment.created)
        for folder in sorted(self._store.run_folders()):
            record = self._store.read_run(folder)
            self._copy_run(record)
            names.setdefault(folder.rpartition("/")[0], (record.experiment, record.started))
        for folder, (name, created) in sorted(names.items()):
            self._copy_experiment(folder, name, created)

    def _copy_experiment(self, folder: str, name: str, created: int | None) -> None:
        for writer in self._writers(folder):
            self._copy_facts(f"{folder}/{layout.facts_file(writer)}")
        path = f"{folder}/{layout.EXPERIMENT_FILE}"
        try:
            content = read_file(self._root / path, _MOST)
            if json.loads(content)["name"] != name:
                raise ValueError
        except (OSError, Unreadable, ValueError, TypeError, KeyError, RecursionError):
            content = json.dumps({"format": schema.FORMAT, "name": name, "created": created}).encode() + b"\n"
        self._write(path, content)

    def _copy_run(self, record: RunRecord) -> None:
        folder = record.folder
        facts: dict[str, WriterFacts] = {}
        sizes: dict[str, int] = {}
        for writer in self._writers(folder):
            good = self._copy_facts(f"{folder}/{layout.facts_file(writer)}")
            sizes[writer] = len(good)
            facts[writer] = fold_run({writer: read_lines(good).facts}).writers[writer]
        for files in self._points(folder):
            names = facts[files.writer].names if files.writer in facts else {}
            self._copy_points(folder, files, names, sizes.get(files.writer, 0))
        self._copy_artifacts(record)
        self.rescued.runs += 1

    def _copy_facts(self, path: str) -> bytes:
        """Copy the good lines, and return them."""
        try:
            content = read_file(self._root / path, _MOST)
        except (OSError, Unreadable) as error:
            self._leave(path, str(error))
            return b""
        good, offset = [], 0
        for line in _lines(content):
            try:
                decode(line)
            except (DamagedLine, RecursionError) as error:
                if line.endswith(b"\n"):
                    self._leave(path, f"the line at byte {offset}: {error}")
            else:
                good.append(line if line.endswith(b"\n") else line + b"\n")
            offset += len(line)
        self._write(path, b"".join(good))
        return b"".join(good)

    def _copy_points(self, folder: str, files: PointFiles, names: Mapping[int, str], facts_size: int) -> None:
        series = files.series(names)
        self.rescued.points += sum(table.num_rows for table in series.values())
        if files.damages or self._are_facts_missing(folder, files, facts_size):
            copied = "its good rows were copied" if series else "no row of it could be read"
            for damage in files.damages:
                where = "" if damage.offset is None else f" at byte {damage.offset}"
                self._leave(f"{folder}/{damage.file}", f"{damage.what}{where}; {copied}")
            numbered = dict(enumerate(series, 1))
            self._write(f"{folder}/{files.sealed_name}", encode_sealed(_live_rows(series), numbered))
            return
        for there, name in ((files.sealed, files.sealed_name), (files.live, files.live_name)):
            if there:
                self._copy_file(f"{folder}/{name}")

    def _are_facts_missing(self, folder: str, files: PointFiles, copied: int) -> bool:
        """Whether the sealed file tells of more facts than were copied: its copy must not go on saying so."""
        summary = files.sealed_summary() if files.sealed else None
        size = summary.facts_size if summary is not None else None
        if size is None or copied >= size:
            return False
        self._leave(
            f"{folder}/{layout.facts_file(files.writer)}", f"of its {size:,} bytes {copied:,} are good"
        )
        return True

    def _copy_artifacts(self, record: RunRecord) -> None:
        for artifact in record.artifacts:
            path = f"{record.folder}/{layout.ARTIFACTS}/{artifact.path}"
            found = self._copy_file(path)
            if found is not None and found != artifact.sha256:
                (self._target / path).unlink()
                self.rescued.files -= 1
                self._leave(path, "it is not what was recorded")

    def _copy_file(self, path: str) -> str | None:
        """Copy one file as it is; returns its SHA-256, or None when it could not be read."""
        digest = hashlib.sha256()
        target = self._target / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with SafeFile(self._root / path) as source, target.open("xb") as sink:
                at = 0
                while piece := source.read(at, _PIECE):
                    sink.write(piece)
                    digest.update(piece)
                    at += len(piece)
        except (FileNotFoundError, NotADirectoryError):
            self._leave(path, "it is gone")
            return None
        except Unreadable as error:
            target.unlink(missing_ok=True)
            self._leave(path, str(error))
            return None
        self.rescued.files += 1
        return digest.hexdigest()

    def _writers(self, folder: str) -> Iterator[str]:
        for name in self._names(folder):
            writer = layout.facts_writer(name)
            if writer is not None:
                yield writer

    def _points(self, folder: str) -> list[PointFiles]:
        found: dict[str, PointFiles] = {}
        for name in self._names(folder):
            points = layout.points_writer(name)
            if points is not None:
                writer, is_sealed = points
                files = found.setdefault(writer, PointFiles(self._root / folder, writer))
                files.sealed |= is_sealed
                files.live |= not is_sealed
        return list(found.values())

    def _names(self, folder: str) -> list[str]:
        try:
            return sorted(entry.name for entry in (self._root / folder).iterdir())
        except OSError as error:
            self._leave(folder, f"cannot be listed: {error.strerror or error}")
            return []

    def _write(self, path: str, content: bytes) -> None:
        target = self._target / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self.rescued.files += 1

    def _leave(self, path: str, why: str) -> None:
        self.rescued.left.append((path, why))


def _live_rows(series: Mapping[str, pa.Table]) -> pa.Table:
    """The rows of named series as a table of schema.LIVE, numbered from 1 in their order."""
    tables = [schema.LIVE.empty_table()]
    for number, table in enumerate(series.values(), 1):
        numbers = pa.array([number] * table.num_rows, pa.int32())
        columns = [numbers, *(table.column(name) for name in schema.HISTORY.names)]
        tables.append(pa.table(columns, names=schema.LIVE.names).cast(schema.LIVE))
    return pa.concat_tables(tables)


def _lines(content: bytes) -> list[bytes]:
    """The lines with their line feeds; the last one may lack its own."""
    *whole, rest = content.split(b"\n")
    return [line + b"\n" for line in whole] + ([rest] if rest else [])


def _check_free(root: Path, target: Path) -> None:
    place, store = Path(os.path.abspath(target)), root.resolve()  # noqa: PTH100  (a link must be seen)
    allowed = "a folder that is absent or empty, apart from the store."
    problem = ""
    if layout.is_address(os.fspath(target)) and not target.exists():
        raise OutputRefused(explain(f"{target} is an address.", allowed, "--copy-good good"))
    if target.is_symlink():
        problem = f"{target} is a symbolic link."
    elif store == place or store in place.parents or place in store.parents:
        problem = f"{target} and the store {root} lie in one another."
    elif target.exists() and not target.is_dir():
        problem = f"{target} is a file."
    elif target.is_dir() and any(target.iterdir()):
        problem = f"{target} is not empty."
    if problem:
        raise OutputRefused(explain(problem, allowed, f"--copy-good {_beside(root, target)}"))


def _beside(root: Path, target: Path) -> Path:
    """A place that would do: beside the target, or beside a store that it would lie in."""
    place = Path(f"{target}-good")
    return Path(f"{root}-good") if root.resolve() in place.resolve().parents else place
