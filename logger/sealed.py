"""Sealed points: a `points-<writer>.arrow` file, back to rows.

An Arrow IPC file of schema.SEALED, compressed with zstd, its rows sorted by metric and then in the order
logged, in batches of at most 2**20. Arrow has no checksum (a flipped bit gives wrong numbers without an error
in half of all cases), so it carries three:

- of the whole file, so that any flipped bit is found when all of it is read;
- of each batch, so that a few batches of a large file can be read, and the good ones of a damaged file;
- of the summary in the footer, so that a catalog of many runs reads footers only.

A file without them is read as well: another program wrote it. `logger.encode` writes such files,
`logger.messages` reads headers without trust; right of here `logger.seal` and `logger.store` open the files
and pass a function that reads a range of bytes. No I/O here.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import pyarrow as pa
import pyarrow.compute as pc

from . import arrays, factlines, messages, schema
from .messages import DECODING_ERRORS, Block, CutShort, DamagedMessage, Footer, Header
from .records import MetricSummary

MAGIC = b"ARROW1"
FILE_CRC = b"runfolio.crc32"  # keys in the footer's metadata
SUMMARY = b"runfolio.summary"
BATCH_CRC = b"runfolio.crc32"  # keys in a batch's own metadata
NAMES_CRC = b"runfolio.names.crc32"  # of the dictionary's message, in each batch
_OURS = b"runfolio."
NO_CRC = b"00000000"  # stands where a checksum goes while it is computed

MAX_BATCH = 64 * 1024 * 1024  # bytes that a batch may unpack to; ours have at most 29 MiB
MAX_FILE = 1024 * 1024 * 1024  # bytes that all batches of a file may unpack to …
MAX_RATIO = 200  # … or this many times its size
MAX_SIZE = 16 * 1024 * 1024 * 1024  # bytes of a file: more than a thousand million points
_PIECE = 8 * 1024 * 1024  # bytes that are read together where only a checksum is wanted
_TAIL = 16 * 1024  # bytes read at the end of a file to find its footer

Read: TypeAlias = Callable[[int, int], bytes]  # of how many bytes, from which offset on; fewer at the end
Range: TypeAlias = "tuple[int, int, int]"  # batch, first row in it, rows

# A batch as it lies in the file: its metrics are indices into the dictionary, which need not be read.
_INDEXED_MESSAGE = schema.SEALED.set(0, pa.field("metric", pa.int32())).serialize().to_pybytes()
# Without threads: the hand-over takes longer than a thousand points (0.1 ms a file, with threads 0.2).
_POINTS_ONLY = pa.ipc.IpcReadOptions(use_threads=False, included_fields=[1, 2, 3])


@dataclass(frozen=True, slots=True)
class Summary:
    """What a file's footer says of its points."""

    rows: int
    metrics: dict[str, MetricSummary]  # in the order first logged
    ranges: dict[str, tuple[Range, ...]]  # where each metric's rows lie
    facts_size: int | None  # bytes that the writer's facts had then; None when that was not recorded


@dataclass(frozen=True, slots=True)
class SealedRows:
    """What a sealed file holds."""

    series: dict[str, pa.Table]  # per metric, of schema.HISTORY, in the order logged
    problem: str | None  # what is wrong, in words
    offset: int | None  # where, in bytes from the start of the file

    @property
    def rows(self) -> int:
        """How many points there are."""
        return sum(table.num_rows for table in self.series.values())


class SealedFile:
    """One sealed file, read by ranges of bytes.

    Raises: DamagedMessage: it has no footer that can be read, though its batches may still be good: see
        `recover`; or it is larger than any file of points.
    """

    def __init__(self, read: Read, size: int) -> None:
        if size > MAX_SIZE:
            raise DamagedMessage(f"it has {size:,} bytes; {MAX_SIZE:,} are the most")
        self._read = read
        self._size = size
        self._footer_at, self._footer_bytes = _find_footer(read, size)
        self._footer = messages.read_footer(self._footer_bytes)
        self.has_checksums = _OURS in self._footer_bytes  # in both keys, so no single fault hides it

    def summary(self) -> Summary | None:
        """What the footer says of the points, without reading them; None when another program wrote the file.

        Raises: DamagedMessage: the summary is damaged.
        """
        if not self.has_checksums:
            return None
        start, length = self._footer.keys.get(SUMMARY, (0, 0))
        try:
            return _parse_summary(factlines.decode(self._footer_bytes[start : start + length]).value)
        except (factlines.DamagedLine, KeyError, TypeError, ValueError) as error:
            raise DamagedMessage("the summary in its footer is damaged") from error

    def read_all(self) -> SealedRows:
        """All points. Where a checksum fails, those of the batches that are good beside a problem."""
        data = self._read(0, self._size)
        if not self.has_checksums and FILE_CRC not in data:  # it may have lost its true footer
            return _decode_foreign(data, self._footer)
        problem = self._check(data)
        if problem:
            return _salvage(data, self._footer, problem, self._footer_at)
        try:
            summary = cast(Summary, self.summary())
            batches = [self._decode_batch(data, block) for block in self._claims_checked(data)]
            return SealedRows(_cut(summary.ranges, dict(enumerate(batches))), None, None)
        except DECODING_ERRORS as error:
            return _salvage(data, self._footer, str(error), self._footer_at)

    def read_metrics(self, names: Collection[str]) -> SealedRows:
        """The points of some metrics, from the batches in which they lie."""
        if not self.has_checksums or len(self._footer.batches) <= 1:
            everything = self.read_all()
            series = {name: table for name, table in everything.series.items() if name in names}
            return SealedRows(series, everything.problem, everything.offset)
        try:
            summary = cast(Summary, self.summary())
            ranges = {name: places for name, places in summary.ranges.items() if name in names}
            batches = {}
            for number in sorted({batch for places in ranges.values() for batch, _, _ in places}):
                block = self._footer.batches[number]
                message = self._read(block.offset, block.size + block.body)
                _check_batch(message, _checked_header(message))
                batches[number] = self._decode_batch(message, Block(0, block.size, block.body))
            return SealedRows(_cut(ranges, batches), None, None)
        except (CutShort, IndexError, *DECODING_ERRORS):
            everything = self.read_all()
            series = {name: table for name, table in everything.series.items() if name in names}
            return SealedRows(series, everything.problem, everything.offset)

    def count_rows(self) -> int:
        """How many points its batches hold, after every byte of the file was read and checked.

        Raises: DamagedMessage: a checksum does not match, or another program wrote the file.
        """
        start, length = self._footer.keys.get(FILE_CRC, (0, 0))
        at = self._footer_at + start
        crc = zlib.crc32(NO_CRC, self._crc_of(0, at))
        crc = self._crc_of(at + len(NO_CRC), self._size, crc)
        if length != len(NO_CRC) or self._read(at, length) != b"%08x" % crc:
            raise DamagedMessage("its checksum does not match")
        headers = [_checked_header(self._read(block.offset, block.size)) for block in self._footer.batches]
        return sum(header.rows for header in headers)

    def _crc_of(self, start: int, end: int, crc: int = 0) -> int:
        for at in range(start, end, _PIECE):
            crc = zlib.crc32(self._read(at, min(_PIECE, end - at)), crc)
        return crc

    def _check(self, data: bytes) -> str | None:
        """What is wrong with the file's checksum, if anything."""
        start, length = self._footer.keys.get(FILE_CRC, (0, 0))
        at = self._footer_at + start
        if length != len(NO_CRC) or data[at : at + length] != crc_without(data, at):
            return "its checksum does not match"
        return None

    def _claims_checked(self, data: bytes) -> Iterator[Block]:
        """The blocks of the batches, each after a look at what it unpacks to."""
        view, total = memoryview(data), 0
        for block in self._footer.batches:
            total += claimed_by(view, block.offset)
            _check_total(total, len(data))
            yield block

    def _decode_batch(self, data: bytes, block: Block) -> pa.Table:
        """A batch's points; which metric is whose, the summary's ranges say."""
        message = memoryview(data)[block.offset : block.offset + block.size + block.body]
        with pa.ipc.open_stream(b"".join([_INDEXED_MESSAGE, message]), options=_POINTS_ONLY) as stream:
            batch = stream.read_next_batch()
        batch.validate(full=True)
        return pa.Table.from_batches([batch]).cast(schema.HISTORY)


def recover(read: Read, size: int) -> SealedRows:
    """The points of the batches that are good, of a file whose footer cannot be read."""
    problem = "it has no footer: it ends too early, or is no Arrow file"
    data = read(0, min(size, MAX_FILE)) if read(0, len(MAGIC)) == MAGIC else b""
    return _salvage(data, Footer((), (), {}), problem, size)


def crc_without(data: bytes | memoryview, at: int) -> bytes:
    """The CRC-32 of all of `data` with zeros in place of the 8 digits at `at`."""
    view = memoryview(data)
    crc = zlib.crc32(NO_CRC, zlib.crc32(view[:at]))
    return b"%08x" % zlib.crc32(view[at + len(NO_CRC) :], crc)


def claimed_by(view: memoryview, at: int) -> int:
    """How many bytes the message at `at` unpacks to.

    Raises: DamagedMessage: more than a batch may, or the message is damaged.
    """
    header = _checked_header(view[at:])
    body = view[at + header.size : at + header.size + header.body]
    if len(body) < header.body:
        raise DamagedMessage("a batch ends too early")
    claimed = messages.claimed_bytes(header, body)
    if claimed > max(MAX_BATCH, MAX_RATIO * header.body):
        raise DamagedMessage(f"a batch claims to unpack to {claimed:,} bytes")
    if header.kind == messages.BATCH and header.rows * 24 > claimed:
        raise DamagedMessage(f"a batch claims {header.rows:,} rows, which do not fit into it")
    return claimed


def _checked_header(message: bytes | memoryview) -> Header:
    try:
        return messages.read_header(message)
    except CutShort as error:
        raise DamagedMessage("a batch ends too early") from error


def _check_batch(message: bytes | memoryview, header: Header) -> None:
    at, length = header.keys.get(BATCH_CRC, (0, 0))
    whole = memoryview(message)[: header.size + header.body]
    if len(whole) < header.size + header.body or length != len(NO_CRC):
        raise DamagedMessage("a batch has no checksum")
    if whole[at : at + length] != crc_without(whole, at):
        raise DamagedMessage("the checksum of a batch does not match")


def _find_footer(read: Read, size: int) -> tuple[int, bytes]:
    """Where the footer lies, and its bytes. A file ends with it, its length and the mark."""
    tail = read(max(0, size - _TAIL), min(size, _TAIL))
    if len(tail) < 18 or tail[-6:] != MAGIC:
        raise DamagedMessage("it does not end like an Arrow file")
    length = int.from_bytes(tail[-10:-6], "little")
    start = size - 10 - length
    if start < 8 or length == 0:
        raise DamagedMessage("its footer does not fit into it")
    if length + 10 <= len(tail):
        return start, tail[-10 - length : -10]
    return start, read(start, length)


def _parse_summary(value: Any) -> Summary:
    metrics, ranges = {}, {}
    for entry in value["metrics"]:
        name = str(entry.pop("name"))
        ranges[name] = tuple((int(batch), int(row), int(rows)) for batch, row, rows in entry.pop("ranges"))
        metrics[name] = MetricSummary(**entry)
    facts_size = value.get("facts")
    return Summary(int(value["rows"]), metrics, ranges, facts_size if isinstance(facts_size, int) else None)


def _cut(ranges: dict[str, tuple[Range, ...]], batches: dict[int, pa.Table]) -> dict[str, pa.Table]:
    """Each metric's rows out of the batches."""
    series = {}
    for name, places in ranges.items():
        parts = []
        for number, row, rows in places:
            batch = batches.get(number)
            if batch is None or row < 0 or rows < 0 or row + rows > batch.num_rows:
                raise DamagedMessage("its summary and its batches disagree")
            parts.append(batch.slice(row, rows))
        series[name] = (
            parts[0] if len(parts) == 1 else pa.concat_tables([arrays.no_rows(schema.HISTORY), *parts])
        )
    return series


def _decode_foreign(data: bytes, footer: Footer) -> SealedRows:
    """A file that another program wrote: checked by its shape alone."""
    problem, offset, tables, total = None, None, [], 0
    view = memoryview(data)
    try:
        for block in footer.dictionaries:
            offset = block.offset
            total += claimed_by(view, block.offset)
        with pa.ipc.open_file(pa.py_buffer(data)) as file:
            _check_schema(file.schema)
            for number, block in enumerate(footer.batches):
                offset = block.offset
                total += claimed_by(view, block.offset)
                _check_total(total, len(data))
                batch = file.get_batch(number)
                batch.validate(full=True)
                tables.append(_plain(pa.Table.from_batches([batch])))
    except DECODING_ERRORS as error:
        problem = str(error)
    return SealedRows(
        _split(pa.concat_tables(tables)) if tables else {}, problem, offset if problem else None
    )


def _salvage(data: bytes, footer: Footer, problem: str, offset: int) -> SealedRows:
    """The batches of a damaged file whose own checksum holds, as do their names."""
    view = memoryview(data)
    head: dict[int, bytes] = {}
    good: list[bytes] = []
    try:
        for at, end, header in _walk(view, footer.batches):
            message = data[at:end]
            if header.kind != messages.BATCH:
                head[header.kind] = message
                continue
            try:
                _check_batch(message, header)
            except DamagedMessage as error:
                problem, offset = str(error), at
                continue
            place, length = header.keys.get(NAMES_CRC, (0, 0))
            names = head.get(messages.DICTIONARY, b"")
            if message[place : place + length] != b"%08x" % zlib.crc32(names):
                problem, offset = "the names of its metrics are damaged", 8
                continue
            good.append(message)
    except DamagedMessage:
        pass  # nothing behind it can be read; what led here is the reason to name
    if not good:
        return SealedRows({}, problem, offset)
    try:
        pieces = [schema.SEALED.serialize().to_pybytes(), head[messages.DICTIONARY], *good]
        return SealedRows(_split(_decode_pieces(pieces)), problem, offset)
    except DECODING_ERRORS:
        return SealedRows({}, problem, offset)


def _walk(view: memoryview, blocks: Collection[Block]) -> Iterator[tuple[int, int, Header]]:
    """The messages of a file one behind the other, and where each ends.

    Over a damaged one it goes on where the footer says that the next batch lies, if it says so.
    """
    at, total = 8, 0
    while not messages.is_end(view, at) and at < len(view):
        try:
            total += claimed_by(view, at) if at > 8 else 0
            _check_total(total, len(view))
            header = _checked_header(view[at:])
        except DamagedMessage:
            later = [block.offset for block in blocks if block.offset > at]
            if not later:
                raise
            at = min(later)
            continue
        end = at + header.size + header.body
        yield at, end, header
        at = end


def _decode_pieces(pieces: list[bytes]) -> pa.Table:
    """The rows of messages that begin with a schema."""
    if not pieces:
        raise DamagedMessage("it holds no message")
    with pa.ipc.open_stream(pa.py_buffer(b"".join(pieces))) as reader:
        _check_schema(reader.schema)
        table = reader.read_all()
    table.validate(full=True)
    return _plain(table)


def _plain(table: pa.Table) -> pa.Table:
    """The rows in which no cell is null, the metric as text."""
    chunks = []
    for chunk in table["metric"].chunks:
        if pa.types.is_dictionary(chunk.type):  # Arrow cannot unpack every kind of text by itself
            names = chunk.dictionary.cast(pa.string())
            chunk = pa.DictionaryArray.from_arrays(chunk.indices, names)
        chunks.append(chunk.cast(pa.string()))
    return pc.drop_null(table.set_column(0, "metric", pa.chunked_array(chunks, pa.string())))


def _check_total(claimed: int, size: int) -> None:
    if claimed > max(MAX_FILE, MAX_RATIO * size):
        raise DamagedMessage(f"its batches claim to unpack to more than {claimed:,} bytes")


def _check_schema(found: pa.Schema) -> None:
    if found.names != schema.SEALED.names or found.types[1:] != schema.SEALED.types[1:]:
        raise DamagedMessage("its columns are not those of sealed points")
    metric = found.types[0]
    if pa.types.is_dictionary(metric):
        metric = metric.value_type
    if metric not in (pa.string(), pa.large_string(), pa.string_view()):
        raise DamagedMessage("its metrics are not text")


def _split(table: pa.Table) -> dict[str, pa.Table]:
    """The rows of each metric, in the order of rows."""
    names = table["metric"].combine_chunks().dictionary_encode()
    points = table.select(schema.HISTORY.names).take(pc.sort_indices(names.indices)).cast(schema.HISTORY)
    counts = {entry["values"]: entry["counts"] for entry in names.indices.value_counts().to_pylist()}
    series, at = {}, 0
    for index, name in enumerate(names.dictionary.to_pylist()):
        series[name] = points.slice(at, counts[index])
        at += counts[index]
    return series
