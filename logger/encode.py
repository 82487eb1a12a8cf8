"""Sealed points: from rows to the bytes of a `points-<writer>.arrow` file.

The rows come in groups; each is sorted and becomes a batch, so ten million rows need the memory of one
million. Arrow's own writer makes the file; its bytes are caught on their way, and the checksums and the
summary, which are known only afterwards, are put where it left room for them. `logger.sealed` says what
the file holds and reads it back. No I/O here but writing to the sink it is given.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import chain
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from . import arrays, factlines, messages, schema
from .factlines import Fact, JsonValue
from .records import MetricSummary
from .sealed import BATCH_CRC, FILE_CRC, NAMES_CRC, NO_CRC, SUMMARY, Range, crc_without
from .summary import add_up, summarize

GROUP_ROWS = 2**20  # rows that are sorted together: a batch

_LEVEL = 2  # of zstd: as fast as 1, and smaller by up to a quarter where times and values repeat; above, time

_METRIC_ROOM = 640  # bytes that a metric's summary takes at most, but for its name and its ranges
_RANGE_ROOM = 40  # bytes that a range takes at most


class UnnamedSeries(ValueError):
    """Rows whose series has no name."""


def write_sealed(
    sink: BinaryIO,
    rows: Iterable[pa.Table],
    names: Mapping[int, str],
    most_rows: int,
    facts_size: int | None = None,
) -> int:
    """Write a sealed file and return its number of rows.

    Args:
        rows: tables of schema.LIVE of any length, in the order logged.
        names: the metric of each series.
        most_rows: at least as many as there are rows; room in the footer is kept for so many.
        facts_size: bytes of the writer's facts, so that a reader knows when some of them are missing.
    Raises: UnnamedSeries: a row's series has no name. What was written is then no sealed file.
    """
    groups = _groups(rows)
    first, second = next(groups, None), next(groups, None)
    sorter = _Sorter(names, facts_size)
    batch = None if first is None else sorter.sorted(first)
    room = len(sorter.line()) if second is None else sorter.room(most_rows // GROUP_ROWS + 1)
    file = _PatchedFile(sink, room, use_threads=second is not None)
    if batch is not None:
        file.write(batch)
    del first, batch
    for group in chain([] if second is None else [second], groups):
        file.write(sorter.sorted(group))
    file.close(sorter.line(room))
    return sorter.rows


def encode_sealed(rows: pa.Table, names: Mapping[int, str]) -> bytes:
    """The bytes of a sealed file of `rows`, a table of schema.LIVE in the order logged."""
    sink = pa.BufferOutputStream()
    write_sealed(sink, [rows], names, rows.num_rows)
    return bytes(sink.getvalue().to_pybytes())


class _Sorter:
    """Sorts groups by metric, and keeps what the footer will say of them."""

    def __init__(self, names: Mapping[int, str], facts_size: int | None) -> None:
        numbers = sorted(names)
        self._facts_size = facts_size
        self._metrics = list(dict.fromkeys(names[number] for number in numbers))
        index = {name: position for position, name in enumerate(self._metrics)}
        self._numbers = arrays.numbers(pa.int32(), numbers)
        self._indices = arrays.numbers(pa.int32(), [index[names[number]] for number in numbers])
        self._dictionary = arrays.texts(self._metrics)
        self._summaries: dict[int, MetricSummary] = {}
        self._ranges: dict[int, list[Range]] = {}
        self._groups = 0
        self.rows = 0

    def sorted(self, group: pa.Table) -> pa.RecordBatch:
        """The rows of a group as a batch of schema.SEALED; sorting is stable."""
        metric = self._indices.take(pc.index_in(_one(group["series"]), value_set=self._numbers))
        if metric.null_count:
            lost = group["series"].filter(pc.is_null(metric))[0].as_py()
            raise UnnamedSeries(f"series {lost} has no name")
        order = pc.sort_indices(metric)
        metric = metric.take(order)
        points = group.select(schema.HISTORY.names).take(order)
        at = 0
        for count in metric.value_counts().to_pylist():
            rows, index = count["counts"], count["values"]
            summary = summarize(points.slice(at, rows))
            known = self._summaries.get(index)
            self._summaries[index] = summary if known is None else add_up(known, summary)
            self._ranges.setdefault(index, []).append((self._groups, at, rows))
            at += rows
        self._groups += 1
        self.rows += at
        columns = [pa.DictionaryArray.from_arrays(metric, self._dictionary), *map(_one, points.columns)]
        return pa.RecordBatch.from_arrays(columns, schema=schema.SEALED)

    def line(self, room: int = 0) -> bytes:
        """The summary as the line of a fact, without its line feed, made up with spaces to `room` bytes."""
        entries: list[JsonValue] = []
        for index in sorted(self._summaries):
            entry: dict[str, JsonValue] = {"name": self._metrics[index], **asdict(self._summaries[index])}
            entry["ranges"] = [list(place) for place in self._ranges[index]]
            entries.append(entry)
        last = max((summary.last_time for summary in self._summaries.values()), default=0)
        said: dict[str, JsonValue] = {"rows": self.rows, "metrics": entries}
        if self._facts_size is not None:
            said["facts"] = self._facts_size
        line = factlines.encode(Fact(last, "sealed", "", said))[:-1]
        body = line[9:].ljust(room - 9)
        return b"%08x %s" % (zlib.crc32(body), body)

    def room(self, groups: int) -> int:
        """As many bytes as the summary of so many groups takes at most."""
        names = sum(len(factlines.encode(Fact(0, "", name, None))) for name in self._metrics)
        return 192 + names + len(self._metrics) * (_METRIC_ROOM + groups * _RANGE_ROOM)


class _PatchedFile:
    """An Arrow file whose checksums and summary are put in their places before its bytes are passed on."""

    def __init__(self, sink: BinaryIO, room: int, use_threads: bool) -> None:
        self._sink = sink
        self._caught = _Caught()
        self._names_crc = NO_CRC
        self._crc = 0
        self._writer = pa.ipc.new_file(
            pa.PythonFile(self._caught, "w"),
            schema.SEALED,
            options=pa.ipc.IpcWriteOptions(
                compression=pa.Codec("zstd", compression_level=_LEVEL), use_threads=use_threads
            ),
            metadata={SUMMARY: b" " * room, FILE_CRC: NO_CRC},
        )

    def write(self, batch: pa.RecordBatch) -> None:
        self._writer.write_batch(batch, custom_metadata={BATCH_CRC: NO_CRC, NAMES_CRC: NO_CRC})
        data = self._caught.take()
        view = memoryview(data)
        at = 0 if bytes(view[:4]) == b"\xff" * 4 else 8  # behind the magic, in the first piece
        while at < len(data):
            header = messages.read_header(view, at)
            end = at + header.size + header.body
            if header.kind == messages.DICTIONARY:
                self._names_crc = b"%08x" % zlib.crc32(view[at:end])
            elif header.kind == messages.BATCH:
                _put(view, at + header.keys[NAMES_CRC][0], self._names_crc)
                place = header.keys[BATCH_CRC][0]
                _put(view, at + place, crc_without(view[at:end], place))
            at = end
        self._emit(view)

    def close(self, line: bytes) -> None:
        self._writer.close()
        view = memoryview(self._caught.take())
        length = int.from_bytes(view[-10:-6], "little")
        start = len(view) - 10 - length
        keys = messages.read_footer(view[start:-10]).keys
        place, room = keys[SUMMARY]
        if len(line) != room:
            raise ValueError(f"a summary of {len(line):,} bytes does not fit the {room:,} kept for it")
        _put(view, start + place, line)
        crc = zlib.crc32(view, self._crc)
        _put(view, start + keys[FILE_CRC][0], b"%08x" % crc)
        self._emit(view)

    def _emit(self, view: memoryview) -> None:
        self._crc = zlib.crc32(view, self._crc)
        self._sink.write(view)


class _Caught:
    """A file that hands out what was written to it since the last time."""

    closed = False

    def __init__(self) -> None:
        self._data = bytearray()
        self._before = 0  # bytes handed out

    def write(self, data: bytes) -> int:
        self._data += data
        return len(data)

    def tell(self) -> int:
        return self._before + len(self._data)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def take(self) -> bytearray:
        data, self._data = self._data, bytearray()
        self._before += len(data)
        return data


def _groups(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in tables of `GROUP_ROWS`; the last may be shorter."""
    held, count = [], 0
    for table in tables:
        while table.num_rows:
            part = table.slice(0, GROUP_ROWS - count)
            held.append(part)
            count += part.num_rows
            table = table.slice(part.num_rows)
            if count == GROUP_ROWS:
                yield pa.concat_tables(held)
                held, count = [], 0
    if count:
        yield pa.concat_tables(held)


def _put(view: memoryview, at: int, text: bytes) -> None:
    view[at : at + len(text)] = text


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
