"""The points of one writer in a run, from whichever of its files holds them.

A writer's points lie in a live file, in its sealed twin, or for a moment in both: then the one with more
rows holds. A file that vanishes between the listing of the folder and its opening was sealed meanwhile.
`logger.stream` and `logger.sealed` decode; `logger.runfolder` joins the writers of a run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from . import arrays, layout, schema, sealed
from .messages import DamagedMessage
from .records import MetricSummary
from .safefile import SafeFile, Unreadable
from .sealed import SealedFile, SealedRows, Summary
from .stream import LiveDecoder
from .summary import summarize

Names = Mapping[int, str]  # the metric of each series


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a file of points."""

    file: str  # its name
    what: str
    offset: int | None = None


@dataclass(slots=True)
class PointFiles:
    """Which files of points a writer has, as its folder's listing says."""

    folder: Path
    writer: str
    live: bool = False
    sealed: bool = False
    damages: list[Damage] = field(default_factory=list)
    facts_size: int | None = None  # bytes of the writer's facts when its points were sealed; see `summaries`

    @property
    def live_name(self) -> str:
        return layout.live_file(self.writer)

    @property
    def sealed_name(self) -> str:
        return layout.sealed_file(self.writer)

    def summaries(self, names: Names) -> dict[str, MetricSummary]:
        """The summary of each metric: of a sealed file from its footer alone."""
        summary = None if self.live else self.sealed_summary()
        if summary is not None:
            self.facts_size = summary.facts_size
            return summary.metrics
        return {name: summarize(table) for name, table in self.series(names).items() if table.num_rows}

    def sealed_summary(self) -> Summary | None:
        """What the footer of the sealed file says; None when there is none that can be read."""
        try:
            with SafeFile(self.folder / self.sealed_name) as file:
                return SealedFile(file.read, file.size).summary()
        except (OSError, Unreadable, DamagedMessage):
            return None  # said when all of it is read

    def series(self, names: Names, metrics: Collection[str] | None = None) -> dict[str, pa.Table]:
        """The points of each metric, or of some, as tables of schema.HISTORY in the order logged."""
        if not self.live:
            return self._sealed_rows(metrics).series
        rows = self.live_rows()
        if rows is None:  # sealed since the folder was listed
            return self._sealed_rows(metrics).series
        if self.sealed:
            twin = self._sealed_rows(None)
            if twin.rows >= rows.num_rows:
                return {name: t for name, t in twin.series.items() if metrics is None or name in metrics}
        return self._named(rows, names, metrics)

    def live_rows(self) -> pa.Table | None:
        """The rows of the live file, a table of schema.LIVE; None when it is gone.

        Beside a busy writer one read may miss rows that it wrote behind our back, and see later ones. They
        are on disk by then, so a second look, no further than the first, finds all rows up to a point.
        """
        decoder = LiveDecoder()
        try:
            with SafeFile(self.folder / self.live_name) as file:
                rows = pa.concat_tables(decoder.tables(file.read))
                if decoder.holes:
                    seen, decoder = decoder.size, LiveDecoder()
                    rows = pa.concat_tables(
                        decoder.tables(lambda at, length: file.read(at, max(0, min(length, seen - at))))
                    )
        except FileNotFoundError:
            return None
        except Unreadable as error:
            self.damages.append(Damage(self.live_name, str(error)))
            return arrays.no_rows(schema.LIVE)
        if decoder.problem:
            self.damages.append(Damage(self.live_name, decoder.problem, decoder.offset))
        return rows

    def _sealed_rows(self, metrics: Collection[str] | None) -> SealedRows:
        found = SealedRows({}, None, None)
        try:
            with SafeFile(self.folder / self.sealed_name) as file:
                try:
                    reader = SealedFile(file.read, file.size)
                except DamagedMessage:
                    found = sealed.recover(file.read, file.size)
                else:
                    found = reader.read_all() if metrics is None else reader.read_metrics(metrics)
        except FileNotFoundError:
            self.damages.append(Damage(self.sealed_name, "vanished while it was read"))
        except Unreadable as error:
            self.damages.append(Damage(self.sealed_name, str(error)))
        if found.problem:
            self.damages.append(Damage(self.sealed_name, found.problem, found.offset))
        return found

    def _named(self, rows: pa.Table, names: Names, metrics: Collection[str] | None) -> dict[str, pa.Table]:
        """The rows of a live file by metric."""
        if rows.num_rows == 0:
            return {}
        numbers = rows["series"].combine_chunks().dictionary_encode()
        order = pc.sort_indices(numbers.indices)
        points = rows.select(schema.HISTORY.names).cast(schema.HISTORY).take(order)
        counts = {entry["values"]: entry["counts"] for entry in numbers.indices.value_counts().to_pylist()}
        found: dict[int, pa.Table] = {}
        at = 0
        for index, number in enumerate(numbers.dictionary.to_pylist()):
            found[number] = points.slice(at, counts[index])
            at += counts[index]
        series: dict[str, pa.Table] = {}
        for number in sorted(found):
            name = names.get(number)
            if name is None:
                what = f"{found[number].num_rows:,} points of series {number} have no name"
                self.damages.append(Damage(self.live_name, what))
            elif metrics is None or name in metrics:
                series[name] = (
                    pa.concat_tables([series[name], found[number]]) if name in series else found[number]
                )
        return series
