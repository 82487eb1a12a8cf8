"""One run's folder, read: its facts and points from all its writers, and what could not be read.

Never raises for damage. A file that is broken, foreign, or gone costs only itself and is named; a folder
without a single fact still gives the time in its id. `logger.foldfacts` says what facts mean and
`logger.pointfiles` reads points; `logger.store` finds the folders.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from . import layout
from .factlines import Fact
from .foldfacts import RunFacts, WriterFacts, clean_text, fold_run, read_lines
from .liveness import is_alive
from .pointfiles import PointFiles
from .records import MetricSummary, Points, Problem, RunRecord, Writer
from .safefile import Unreadable, read_file
from .summary import merge

MOST_FACTS = 256 * 1024 * 1024  # bytes of a facts file


def is_litter(name: str) -> bool:
    """Whether a name is of a file that file managers, editors, network mounts or a killed sealing leave."""
    return name.startswith(".") or name.endswith("~") or name.lower() in ("desktop.ini", "thumbs.db")


@dataclass(slots=True)
class Listing:
    """What lies in a folder, by its names."""

    facts: list[str] = field(default_factory=list)  # writers
    points: dict[str, PointFiles] = field(default_factory=dict)  # by writer
    problems: list[tuple[str, str]] = field(default_factory=list)  # name, and what is wrong


class RunFolder:
    """Reads one run.

    Args:
        root: of the store.
        folder: of the run, from the root of the store, with "/".
        experiment: the name that the experiment's own file gives it, if that can be read.
    """

    def __init__(self, root: Path, folder: str, experiment: str | None) -> None:
        self._path = root / folder
        self._folder = folder
        self._run_id = folder.rpartition("/")[2]
        self._experiment = experiment
        self._problems: list[Problem] = []
        self._incomplete: set[str] = set()  # writers whose facts were not all read

    def record(self) -> RunRecord:
        """All that is known of the run, except its points."""
        listing = self._list()
        facts = fold_run(self._facts(listing))
        for writer, what in facts.odd:
            self._add_lost_facts(writer, what)
        self._problems += facts.problems
        self._experiment = self._experiment or facts.experiment()
        metrics: dict[str, MetricSummary] = {}
        last_points: dict[str, int] = {}
        for writer, files in sorted(listing.points.items()):
            names = facts.writers[writer].names if writer in facts.writers else {}
            for name, summary in files.summaries(names).items():
                last_points[writer] = max(last_points.get(writer, 0), summary.last_time)
                metrics[name] = merge(metrics[name], summary) if name in metrics else summary
            if writer in facts.writers:
                self._check_facts(writer, files.facts_size)
            self._add_damages(files)
        return self._assemble(listing, facts, metrics, last_points)

    def points(self, metrics: Collection[str] | None) -> Points:
        """The points of all metrics, or of some."""
        listing = self._list()
        facts = (
            fold_run(self._facts(listing)) if any(p.live for p in listing.points.values()) else RunFacts({})
        )
        parts: dict[str, list[pa.Table]] = {}
        for writer, files in sorted(listing.points.items()):
            names = facts.writers[writer].names if writer in facts.writers else {}
            for name, table in files.series(names, metrics).items():
                parts.setdefault(name, []).append(table)
            self._add_damages(files)
        return Points({name: _merged(tables) for name, tables in parts.items()}, self._named_problems())

    def _list(self) -> Listing:
        listing = Listing()
        if self._path.is_symlink():
            self._add("", "is a symbolic link, which is not followed")
            return listing
        try:
            with os.scandir(self._path) as entries:
                found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
        except FileNotFoundError:
            self._add("", "vanished while it was read")
            return listing
        except OSError as error:
            self._add("", f"cannot be listed: {error.strerror or error}")
            return listing
        for name, is_folder in found:
            points = layout.points_writer(name)
            facts = layout.facts_writer(name)
            if facts is not None:
                listing.facts.append(facts)
            elif points is not None:
                files = listing.points.setdefault(points[0], PointFiles(self._path, points[0]))
                if points[1]:
                    files.sealed = True
                else:
                    files.live = True
            elif not is_litter(name) and not (is_folder and name == layout.ARTIFACTS):
                self._add(name, "is no file of a run", foreign=True)
        return listing

    def _facts(self, listing: Listing) -> dict[str, list[Fact]]:
        facts = {}
        for writer in listing.facts:
            name = layout.facts_file(writer)
            try:
                lines = read_lines(read_file(self._path / name, MOST_FACTS))
            except FileNotFoundError:
                self._add_lost_facts(writer, "vanished while it was read")
            except Unreadable as error:
                self._add_lost_facts(writer, str(error))
            else:
                facts[writer] = lines.facts
                for offset, what in lines.damages:
                    self._add_lost_facts(writer, what, offset)
        for writer in sorted(set(listing.points) - set(listing.facts)):
            self._add_lost_facts(writer, "is missing: nothing but the points of this writer is known")
        if not any(facts.values()):
            self._add("", "has no facts: nothing but its points, if any, can be shown")
        return facts

    def _check_facts(self, writer: str, sealed_with: int | None) -> None:
        """Name a writer's facts when there were more of them as its points were sealed.

        A facts file only grows, so its size now, after the sealed file was seen, is none of a moment before.
        """
        size = 0
        with contextlib.suppress(OSError):  # it vanished
            size = (self._path / layout.facts_file(writer)).stat(follow_symlinks=False).st_size
        if sealed_with is not None and size < sealed_with:
            what = f"it had {sealed_with:,} bytes when its points were sealed: facts are missing"
            self._add_lost_facts(writer, what, size)

    def _assemble(
        self,
        listing: Listing,
        facts: RunFacts,
        metrics: Mapping[str, MetricSummary],
        last_points: Mapping[str, int],
    ) -> RunRecord:
        made = layout.run_id_milliseconds(self._run_id) * 1000
        writers = [self._writer(writer, said, listing) for writer, said in facts.writers.items()]
        alive_of = {writer.id: writer.alive for writer in writers}
        decider = facts.decider(alive_of, last_points)
        alive = alive_of[decider.id] if decider else None
        status = "lost" if alive is False else "running"
        if decider is not None and decider.status is not None:
            status = decider.status
        elif self._is_end_lost([decider.id] if decider else list(listing.points), listing):
            status = "unknown"
        started = [said.started for said in facts.writers.values() if said.started is not None]
        active = [said.last for said in facts.writers.values() if said.last]
        active += [summary.last_time for summary in metrics.values()]
        return RunRecord(
            run_id=self._run_id,
            folder=self._folder,
            experiment=self._experiment or self._folder.split("/")[-2],
            name=facts.name or self._run_id[:8],
            status=status,
            alive=alive,
            reason=decider.reason if decider else None,
            started=min(started, default=made),
            ended=decider.ended if decider else None,
            last_active=max(active, default=made),
            parent=facts.parent,
            note=facts.note,
            params=facts.params,
            tags=facts.tags,
            definitions=facts.definitions,
            metrics=metrics,
            provenance=facts.provenance,
            artifacts=tuple(facts.artifacts[path] for path in sorted(facts.artifacts)),
            conflicts=tuple((name, tuple(values)) for name, values in facts.values.items()),
            writers=tuple(sorted(writers, key=lambda writer: (writer.started, writer.id))),
            problems=self._named_problems(),
            facts_lost=bool(self._incomplete) or not facts.writers,
        )

    def _is_end_lost(self, writers: Collection[str], listing: Listing) -> bool:
        """Whether one of these writers was done, as its sealed points prove, and facts of it are missing."""
        sealed = {writer for writer, files in listing.points.items() if files.sealed and not files.live}
        return any(writer in self._incomplete and writer in sealed for writer in writers)

    def _writer(self, writer: str, said: WriterFacts, listing: Listing) -> Writer:
        alive: bool | None = None
        if said.ended is not None:
            alive = False
        elif said.start:
            alive = is_alive(self._path / layout.facts_file(writer), said.start)
        host = said.start.get("host")
        files = listing.points.get(writer)
        return Writer(
            id=writer,
            role=said.role,
            host=clean_text(host) if isinstance(host, str) else "",
            alive=alive,
            ended=said.ended is not None,
            sealed=files is None or not files.live,
            started=said.started or 0,
        )

    def _add(self, name: str, what: str, offset: int | None = None, *, foreign: bool = False) -> None:
        path = (
            f"{self._folder}/{clean_text(os.fsencode(name).decode('utf-8', 'replace'))}"
            if name
            else self._folder
        )
        self._problems.append(Problem(path, what, offset, foreign=foreign))

    def _add_lost_facts(self, writer: str, what: str, offset: int | None = None) -> None:
        self._incomplete.add(writer)
        self._add(layout.facts_file(writer), what, offset)

    def _add_damages(self, files: PointFiles) -> None:
        for damage in files.damages:
            self._add(damage.file, damage.what, damage.offset)

    def _named_problems(self) -> tuple[Problem, ...]:
        return tuple(
            replace(problem, run_id=self._run_id, experiment=self._experiment) for problem in self._problems
        )


def _merged(tables: list[pa.Table]) -> pa.Table:
    """What several writers logged of one metric, by time; each writer's points keep their own order."""
    if len(tables) == 1:
        return tables[0]
    reached = [pc.cumulative_max(_one(table["time"].cast(pa.int64()))) for table in tables]
    return pa.concat_tables(tables).take(pc.sort_indices(pa.chunked_array(reached)))


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
