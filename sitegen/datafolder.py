"""Data folder: puts a site's data into it, see `docs/data.md`. Points first, while pages are made; then
the tables.

Files of points are made by threads beside the pages: pyarrow lets go of the interpreter while it works.
Left of here are the tables (`sitegen.runtables`), the groups of points (`sitegen.pointgroups`), bytes
(`sitegen.parquet`) and the list (`sitegen.manifest`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow as pa

from .artifacts import ShownArtifact
from .catalog import Catalog, ExperimentData
from .keptpreviews import kept
from .manifest import FOLDER, INDEX, DataFile, Manifest, data_file, manifest_bytes
from .parquet import encode
from .pointgroups import RunPoints, group_table, grouped
from .rundata import RunData
from .runtables import PublishedFile, run_tables
from .urls import Path

_THREADS = 2  # each holds the points of one file

AddFile = Callable[[Path, bytes], None]
PointsOf = Callable[[RunData], pa.Table | None]  # of logger.schema.SEALED


@dataclass(frozen=True, slots=True)
class _Group:
    """A file of points that is being made."""

    experiment: str
    run_ids: tuple[str, ...]
    content: Future[tuple[bytes, int]]  # and how many rows it has


class DataFolder:
    """Collects what a site publishes, and writes its data.

    Args:
        add: puts a file into the site.
        points: whether points are written; else the tables only.
    """

    def __init__(self, add: AddFile, points: bool) -> None:
        self._add = add
        self._points = points
        self._threads = ThreadPoolExecutor(_THREADS, "runfolio-data")
        self._groups: list[_Group] = []
        self._published: dict[str, tuple[PublishedFile, ...]] = {}
        self.of_experiment: dict[str, int] = {}  # bytes of points, by address of the experiment

    def begin(self, catalog: Catalog, points_of: PointsOf) -> None:
        """Start making the files of points."""
        if not self._points:
            return
        for experiment in sorted(catalog.experiments, key=lambda one: one.slug_href):
            for group in grouped(_points(experiment, points_of)):
                made = self._threads.submit(_made, group)
                run_ids = tuple(dict.fromkeys(run.run_id for run in group))
                self._groups.append(_Group(experiment.slug_href, run_ids, made))

    def take(self, run: RunData, shown: Sequence[ShownArtifact]) -> None:
        """Note what the site shows of the files of a run."""
        self._published[run.run_id] = tuple(
            PublishedFile(one.copy_path or None, None if one.copy_path else kept(one.preview))
            for one in shown
        )

    def finish(self, catalog: Catalog) -> Manifest:
        """Write all files; the pages of all runs are made."""
        points: list[DataFile] = []
        files: dict[str, list[str]] = {}
        for group in self._groups:
            content, rows = group.content.result()
            file = self._write("points", content, rows)
            points.append(file)
            known = self.of_experiment.get(group.experiment, 0)
            self.of_experiment[group.experiment] = known + file.bytes
            for run_id in group.run_ids:
                files.setdefault(run_id, []).append(file.name)
        self._groups = []
        tables = run_tables(catalog, files, self._published)
        written = [self._write(kind, encode(table), table.num_rows) for kind, table in tables.items()]
        manifest = Manifest((*written, *points), self._points)
        self._add(Path(INDEX), manifest_bytes(manifest))
        return manifest

    def close(self) -> None:
        """End the threads; what is not written stays so."""
        self._threads.shutdown(cancel_futures=True)

    def _write(self, kind: str, content: bytes, rows: int) -> DataFile:
        file = data_file(kind, content, rows)
        self._add(Path(f"{FOLDER}/{file.name}"), content)
        return file


def _points(experiment: ExperimentData, points_of: PointsOf) -> Iterable[RunPoints]:
    for run in experiment.runs:
        table = points_of(run)
        if table is not None:
            yield RunPoints(run.run_id, table)


def _made(group: Sequence[RunPoints]) -> tuple[bytes, int]:
    table = group_table(group)
    return encode(table), table.num_rows
