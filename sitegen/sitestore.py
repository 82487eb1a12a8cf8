"""Site store: the data of a published site, read as a store is. See `docs/data.md` for what lies there.

A published site is somebody else's data: names are checked before they are paths, sizes before anything is
read, checksums before anything is decoded, columns and values before they are believed, and a process of
its own decodes. A damaged file of points costs the runs that have points in it, a damaged table what it
says, and both are `Problem`s. Without its table of runs a site cannot be read at all. Nothing is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from logger.errors import StoreError, explain
from logger.layout import experiment_key
from logger.records import Artifact, ExperimentRecord, Points, Problem, RunRecord
from logger.safefile import Unreadable, read_file_below
from logger.schema import HISTORY

from .dataprocess import DataProcess
from .keptpreviews import given_back
from .manifest import FOLDER, INDEX, MOST_INDEX, BadManifest, DataFile, Manifest, read_manifest
from .parquet import BadTable
from .previews import Preview
from .rundata import Withheld
from .runrecords import RunRecords, without_life
from .runtables import TABLES
from .target import read_marker

_OF_RUNS = ("params", "tags", "metrics", "provenance", "artifacts")  # without them a run is incomplete


def is_site(folder: Path) -> bool:
    """Whether a build made what lies in a folder, with its data or without."""
    if read_marker(folder) is not None:
        return True
    try:
        return b'"runfolio data"' in read_file_below(folder, INDEX, MOST_INDEX)[:200]
    except (OSError, Unreadable):
        return False


@dataclass(frozen=True, slots=True)
class _Rows:
    """A file of points, and where in it the points of each run lie."""

    name: str
    table: pa.Table
    stretches: Mapping[str, list[tuple[str, int, int]]]  # by run: metric, first row, rows


class SiteStore:
    """Reads a published site.

    Args:
        root: the folder of the site.
        from_afar: it is an earlier site, and the stores it was made of are not at hand.
    Raises: StoreError: it carries no data, or its table of runs cannot be read. NewerFormat.
    """

    def __init__(self, root: Path, from_afar: bool = False) -> None:
        self.root = root
        self._from_afar = from_afar
        self.manifest = self._manifest()
        self._damages: list[Problem] = []
        self._open: _Rows | None = None  # the file that was read last; neighbours lie in one
        self._bad: dict[str, str] = {}  # files of points that cannot be read, and why
        self._process = DataProcess()
        self._check_runs()

    def __reduce__(self) -> tuple[type[SiteStore], tuple[Path, bool]]:
        return SiteStore, (self.root, self._from_afar)

    @property
    def has_points(self) -> bool:
        """Whether the points are there, too."""
        return self.manifest.points

    def experiments(self) -> list[ExperimentRecord]:
        """All experiments."""
        return list(self._records.experiments)

    def run_folders(self, experiment: str | None = None) -> list[str]:
        """The ids of all runs, or of one experiment's."""
        if experiment is None:
            return list(self._records.run_ids)
        return [run_id for run_id in self._records.run_ids if self._is_of(run_id, experiment)]

    def read_run(self, folder: str) -> RunRecord:
        """All that is known of a run but for its points.

        Raises: BadRow: what is said of it cannot be true.
        """
        record = replace(self._records.record(folder), folder=folder)
        lacking = any(name not in self._tables for name in _OF_RUNS)
        if lacking:
            record = replace(record, facts_lost=True)
        return without_life(record) if self._from_afar else record

    def read_points(self, folder: str, metrics: Collection[str] | None = None) -> Points:
        """The points of a run, of all its metrics or of some."""
        parts: dict[str, list[pa.Table]] = {}
        problems = []
        for name in self._records.files(folder):
            try:
                rows = self._points(name)
            except BadTable as error:
                problems.append(Problem(f"{FOLDER}/{name}"[:100], str(error), run_id=folder))
                continue
            for metric, first, count in rows.stretches.get(folder, ()):
                if metrics is None or metric in metrics:
                    part = rows.table.slice(first, count).select(HISTORY.names)
                    parts.setdefault(metric, []).append(part)
        series = {metric: pa.concat_tables(tables).cast(HISTORY) for metric, tables in parts.items()}
        return Points(series, tuple(problems))

    def read_artifact(self, folder: str, artifact: Artifact, most: int) -> bytes | Problem:
        """The content of a file of a run, when the site has a copy of it."""
        copy = self._records.published(folder, artifact.path).copy
        path = copy or artifact.path
        if copy is None:
            return Problem(path, "is not in the site that this one was made of")
        try:
            content = read_file_below(self.root, copy, most)
        except FileNotFoundError:
            return Problem(path, "is not in the site that this one was made of")
        except Unreadable as error:
            return Problem(path, str(error))
        if hashlib.sha256(content).hexdigest()[:32] != copy.partition("/")[2].partition(".")[0]:
            return Problem(path, "is not what was published: its checksum differs")
        return content

    def withheld(self, prefix: str) -> dict[str, Withheld]:
        """What was not published of the params of runs, by folder; marks begin with `prefix`."""
        said = {run_id: self._records.withheld(run_id) for run_id in self._records.run_ids}
        return {
            run_id: Withheld(count, f"{prefix}:{same_as}" if same_as else "")
            for run_id, (count, same_as) in said.items()
            if count
        }

    def run_identity(self, folder: str) -> None:
        """None: a site is read anew whenever it changes."""

    def artifact_identity(self, folder: str, artifact: Artifact) -> None:
        """None, as of runs."""

    def preview(self, folder: str, artifact: Artifact) -> Preview | None:
        """What the site showed of a file that it has no copy of."""
        text = self._records.published(folder, artifact.path).preview
        return None if text is None else given_back(text)

    def copies(self) -> dict[str, int]:
        """Where the copies of files of runs lie, from the root of the site, and their sizes in bytes."""
        return self._records.copies()

    def problems(self) -> list[Problem]:
        """What was wrong in the stores that the site was made of; then what is wrong with the site."""
        return [*self._records.problems, *self.damages()]

    def damages(self) -> list[Problem]:
        """What is wrong with the tables of the site itself."""
        return list(self._damages) if self._tables else []

    def check(self) -> list[Problem]:
        """What is wrong with any file of the site's data."""
        found = [*self.damages()]
        for file in self.manifest.files:
            if file.kind == "points":
                try:
                    self._content(file)
                except BadTable as error:
                    found.append(Problem(f"{FOLDER}/{file.name}", str(error)))
        return found

    def _is_of(self, run_id: str, experiment: str) -> bool:
        try:
            named = self._records.record(run_id).experiment
        except ValueError:
            return False
        return experiment_key(named) == experiment_key(experiment)

    def _manifest(self) -> Manifest:
        where = str(self.root)
        try:
            return read_manifest(read_file_below(self.root, INDEX, MOST_INDEX), where)
        except FileNotFoundError:
            problem = (
                f"the site {where} carries no data: it was built with --data none, or before there were any."
            )
            hint = "sitegen build STORE --data full, with the stores that it was made of"
            raise StoreError(explain(problem, "a site with data/index.json in it.", hint)) from None
        except (Unreadable, BadManifest) as error:
            problem = f"the site {where} cannot be read: {INDEX} {error}."
            raise StoreError(explain(problem, "the site as it was built.", "copy it again")) from None

    def _check_runs(self) -> None:
        if "runs" not in self._tables:
            damage = next(one for one in self._damages if one.path.startswith(f"{FOLDER}/runs-"))
            problem = f"the site {self.root} cannot be read: {damage.path} {damage.what}."
            raise StoreError(explain(problem, "the site as it was built.", "copy it again"))

    @cached_property
    def _tables(self) -> dict[str, pa.Table]:
        found = {}
        for kind in TABLES:
            file = self.manifest.table(kind)
            assert file is not None  # the manifest was checked
            try:
                found[kind] = self._process.decode(self._content(file), kind, file.rows)
            except BadTable as error:
                self._damages.append(Problem(f"{FOLDER}/{file.name}", str(error)))
        return found

    @cached_property
    def _records(self) -> RunRecords:
        return RunRecords(self._tables)

    def _content(self, file: DataFile) -> bytes:
        """The bytes of a file, as listed.

        Raises: BadTable.
        """
        try:
            content = read_file_below(self.root, f"{FOLDER}/{file.name}", file.bytes)
        except FileNotFoundError:
            raise BadTable("is missing") from None
        except Unreadable as error:
            raise BadTable(str(error)) from None
        if len(content) != file.bytes:
            raise BadTable(f"was cut: it has {len(content):,} of {file.bytes:,} bytes")
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise BadTable("is not what was published: its checksum differs")
        return content

    def _points(self, name: str) -> _Rows:
        """A file of points.

        Raises: BadTable.
        """
        if name in self._bad:
            raise BadTable(self._bad[name])
        if self._open is None or self._open.name != name:
            try:
                table = self._decoded(name)
            except BadTable as error:
                self._bad[name] = str(error)
                raise
            self._open = _Rows(name, table, _stretches(table))
        return self._open

    def _decoded(self, name: str) -> pa.Table:
        file = self._points_files.get(name)
        if file is None:
            raise BadTable(f"is not listed in {INDEX}")
        return self._process.decode(self._content(file), "points", file.rows)

    @cached_property
    def _points_files(self) -> dict[str, DataFile]:
        return {file.name: file for file in self.manifest.files if file.kind == "points"}


def _stretches(table: pa.Table) -> dict[str, list[tuple[str, int, int]]]:
    """Where the points of each metric of each run lie, in the order of rows."""
    if not table.num_rows:
        return {}
    run, metric = (table[name].combine_chunks() for name in ("run", "metric"))
    codes = np.stack([np.asarray(column.indices) for column in (run, metric)])
    changes = np.flatnonzero((codes[:, 1:] != codes[:, :-1]).any(axis=0)) + 1
    bounds = [0, *changes.tolist(), table.num_rows]
    runs, metrics = run.dictionary.to_pylist(), metric.dictionary.to_pylist()
    found: dict[str, list[tuple[str, int, int]]] = {}
    for start, stop in pairwise(bounds):
        place = (metrics[codes[1, start]], start, stop - start)
        found.setdefault(runs[codes[0, start]], []).append(place)
    return found
