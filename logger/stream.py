"""Live points: the bytes of a `points-<writer>.arrows` file, back to rows.

Such a file grows while it is read, and its writer may have died at any instant. So a row counts when none
of its four cells is a sentinel, wherever it lies, and a file cut at any byte gives every row that lies
whole before the cut. What is no frame at all is reported with its place, beside the rows that are good.

Frames of one layout are gathered, not decoded one by one: their headers are compared as bytes, and each
column is cut out of all of them at once (33 ms for a million rows; through Arrow's reader 210 ms). Frames
of other layouts, such as Polars writes, go through Arrow. Left of here `logger.schema` says what a frame is;
right of here `logger.store` reads the files. No I/O here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from . import arrays, messages, schema
from .messages import DECODING_ERRORS, CutShort, DamagedMessage, Header

PIECE = 16384 * 2080  # bytes of a file that are decoded together: 2**20 rows of ours
MAX_BODY = 32 * 1024 * 1024  # bytes of one frame's body; ours have 1,792. Less than a piece
_MAX_DAMAGED = 1024  # damaged frames after which the rest of a file is given up
_WIDTHS = (4, 8, 8, 8)  # bytes of a cell of each column of schema.LIVE

_NO_SERIES = arrays.number(pa.int32(), schema.NO_SERIES)
_NO_INT = arrays.number(pa.int64(), schema.NO_INT)
_NO_VALUE = arrays.number(pa.int64(), schema.NO_VALUE_BITS)


@dataclass(frozen=True, slots=True)
class LiveRows:
    """What the bytes of a file of live points hold."""

    table: pa.Table  # of schema.LIVE: the rows that are taken, in the order of rows
    torn: bool  # the bytes end inside a message: the writer, or a copy of its file, has not come further
    problem: str | None  # what else is wrong, in words
    offset: int | None  # where, in bytes from the start of the file


@dataclass(frozen=True, slots=True)
class _Layout:
    """A frame's header, and where its columns lie behind it."""

    prefix: bytes  # the bytes of the header: every frame of this layout begins with them
    header: Header
    places: tuple[int, int, int, int] | None  # first cell of each column; None: not plain, Arrow decodes it

    @property
    def size(self) -> int:
        return self.header.size + self.header.body


def decode_live(data: bytes) -> LiveRows:
    """The rows of a whole file of live points, however it ends."""
    decoder = LiveDecoder()
    table = pa.concat_tables(decoder.tables(lambda offset, length: data[offset : offset + length]))
    return LiveRows(table, decoder.torn, decoder.problem, decoder.offset)


class LiveDecoder:
    """Decodes a file of live points piece by piece, so that a large one needs little memory."""

    def __init__(self) -> None:
        self.torn = False  # these three as in LiveRows, known when all tables were taken
        self.problem: str | None = None
        self.offset: int | None = None
        self.holes = False  # a row is empty though a later one is taken
        self.size = 0  # bytes that were read
        self._position = 0  # in the file, of what is not decoded yet
        self._empty_end = False  # the last row so far is empty
        self._schema: pa.Schema | None = None
        self._layout: _Layout | None = None  # of the frames so far; of ours before the first
        self._sure = False  # `_layout` was seen in a frame
        self._ours = False  # the schema is ours byte by byte: then all frames have one header
        self._zeros: int | None = None  # where zeros lie that nothing has followed so far
        self._damaged = 0  # frames in a row
        self._over = False  # nothing behind counts

    def tables(self, read: Callable[[int, int], bytes]) -> Iterator[pa.Table]:
        """The rows, in tables of schema.LIVE; at least one table.

        Args:
            read: gives so many bytes from an offset on; fewer only where the file ends.
        """
        while True:
            data = read(self._position, PIECE)
            self.size = self._position + len(data)
            at, tables = self._decode_whole(memoryview(data))
            self._position += at
            yield pa.concat_tables(tables) if tables else arrays.no_rows(schema.LIVE)
            if self._over or len(data) < PIECE:
                break
        yield self._finish(b"" if self._over else data[at:])

    def _finish(self, rest: bytes) -> pa.Table:
        """The rows of the frame that the file ends in."""
        self.torn = self.torn or bool(rest) or self._zeros is not None
        if not rest or self._schema is None:
            return arrays.no_rows(schema.LIVE)
        try:
            return self._taken(_decode_torn(rest, self._layout_at(memoryview(rest), 0), self._schema))
        except (CutShort, *DECODING_ERRORS):
            return arrays.no_rows(schema.LIVE)

    def _decode_whole(self, view: memoryview) -> tuple[int, list[pa.Table]]:
        """The rows of all whole messages, and where these end."""
        at, tables = 0, []
        while at < len(view) and not self._over:
            try:
                if self._schema is None:
                    at = self._read_schema(view, at)
                    continue
                if messages.is_end(view, at):
                    self._end(view, at)
                    break
                layout = self._layout_at(view, at)
                if at + layout.size > len(view):
                    break
                at, rows = _decode_frames(view, at, layout, self._schema)
                tables.append(self._taken(rows))
                self._damaged = 0
                if self._zeros is not None:
                    self._report("a frame was never written, though later ones were", self._zeros)
                    self._zeros = None
            except CutShort:
                break
            except DECODING_ERRORS as error:
                at = self._step_over(view, at, str(error))
        return at, tables

    def _read_schema(self, view: memoryview, at: int) -> int:
        header = messages.read_header(view, at)
        end = at + header.size + header.body
        if header.kind != messages.SCHEMA:
            raise DamagedMessage("the file does not begin with a schema")
        found = pa.ipc.read_schema(pa.py_buffer(view[at : at + header.size]))
        if found.names != schema.LIVE.names or found.types != schema.LIVE.types:
            raise DamagedMessage("its columns are not those of live points")
        self._schema = found
        if view[at:end] == _our_schema():
            self._ours, self._layout = True, _our_layout()
        return end

    def _layout_at(self, view: memoryview, at: int) -> _Layout:
        """The layout of the frame at `at`.

        Raises: CutShort: its header is not there yet. DamagedMessage: it is no frame, or differs from the
            others in a file of ours; or its neighbour lies where it would if this one were like the others.
        """
        known = self._layout
        if known and view[at : at + known.header.size] == known.prefix:
            self._sure = True
            return known
        if known and view[at + known.size : at + known.size + known.header.size] == known.prefix:
            raise DamagedMessage("the header of a frame is damaged")
        header = messages.read_header(view, at)
        if self._sure and self._ours:
            raise DamagedMessage("the header of a frame differs from the others")
        self._layout = _layout_of(header, bytes(view[at : at + header.size]))
        self._sure = True
        return self._layout

    def _end(self, view: memoryview, at: int) -> None:
        """A stream's end mark: nothing may follow."""
        self._over = True
        if at + 8 < len(view):
            self._report("bytes follow the end of the stream", self._position + at + 8)

    def _step_over(self, view: memoryview, at: int, problem: str) -> int:
        """Report a damaged message, and go on behind it where frames have one size.

        Zeros are a file made longer by a crash, but not written: nothing is lost while they end the file.
        """
        size = self._layout.size if self._layout else len(view)
        if bytes(view[at : at + size]).count(0) < len(view[at : at + size]):
            self._report(problem, self._position + at)
        elif self._zeros is None:
            self._zeros = self._position + at
        self._damaged += 1
        self._over = self._layout is None or self._damaged > _MAX_DAMAGED
        return at if self._over else min(at + size, len(view))

    def _taken(self, table: pa.Table) -> pa.Table:
        """The rows in which no cell is a sentinel."""
        taken = _is_taken(table)
        count = pc.sum(taken).as_py() or 0
        if count:
            behind_last = pc.indices_nonzero(taken)[-1].as_py() + 1 if count < len(taken) else count
            self.holes = self.holes or self._empty_end or behind_last > count
            self._empty_end = behind_last < len(taken)
        elif len(taken):
            self._empty_end = True
        return table if count == len(taken) else table.filter(taken)

    def _report(self, problem: str, offset: int) -> None:
        if self.problem is None:
            self.problem, self.offset = problem, offset


def _layout_of(header: Header, message: bytes) -> _Layout:
    """Check what a frame claims before anything of it is decoded."""
    prefix = message[: header.size]
    if header.kind != messages.BATCH:
        raise DamagedMessage("only frames may follow the schema of live points")
    if header.compressed:
        raise DamagedMessage("live points are never compressed")
    if header.body > MAX_BODY:
        raise DamagedMessage(f"a frame claims {header.body:,} bytes; {MAX_BODY:,} are the most")
    if len(header.buffers) != 2 * len(_WIDTHS):
        raise DamagedMessage("a frame has not the buffers of four plain columns")
    if header.rows == 0:
        return _Layout(prefix, header, None)
    for (_, length), width in zip(header.buffers[1::2], _WIDTHS, strict=True):
        if length < header.rows * width:
            raise DamagedMessage(f"a frame claims {header.rows:,} rows, which do not fit into it")
    if any(length for _, length in header.buffers[::2]):  # validity: some cells may be null
        return _Layout(prefix, header, None)
    series, step, time, value = (header.size + offset for offset, _ in header.buffers[1::2])
    return _Layout(prefix, header, (series, step, time, value))


@cache
def _our_schema() -> bytes:
    return schema.schema_message()


@cache
def _our_layout() -> _Layout:
    message = schema.empty_frame().message
    return _layout_of(messages.read_header(message), message)


def _decode_frames(view: memoryview, at: int, layout: _Layout, found: pa.Schema) -> tuple[int, pa.Table]:
    """The rows of the frames of one layout that lie side by side from `at`, and where they end."""
    if layout.places is None:
        end = at + layout.size
        return end, _decode_by_arrow(view[at:end], found)
    count = (len(view) - at) // layout.size
    frames = pa.Array.from_buffers(
        pa.binary(layout.size), count, [None, pa.py_buffer(view[at : at + count * layout.size])]
    )
    if count > 1:
        same = pc.equal(pc.binary_slice(frames, 0, layout.header.size), arrays.fixed_bytes(layout.prefix))
        first_other = pc.index(same, arrays.no()).as_py()
        if first_other > 0:
            count = first_other
            frames = frames.slice(0, count)
    columns = [
        _column(frames, place, layout.header.rows, field)
        for place, field in zip(layout.places, schema.LIVE, strict=True)
    ]
    return at + count * layout.size, pa.Table.from_arrays(columns, schema=schema.LIVE)


def _column(frames: pa.Array, place: int, rows: int, field: pa.Field) -> pa.Array:
    """One column, cut out of frames that lie side by side."""
    width = rows * field.type.bit_width // 8
    cut = pc.binary_slice(frames, place, place + width)
    return pa.Array.from_buffers(field.type, rows * len(frames), [None, cut.buffers()[1]])


def _decode_by_arrow(message: bytes | memoryview, found: pa.Schema) -> pa.Table:
    batch = pa.ipc.read_record_batch(pa.py_buffer(message), found)
    batch.validate(full=True)
    table = pa.Table.from_batches([batch])
    return pc.drop_null(table).cast(schema.LIVE)


def _decode_torn(rest: bytes, layout: _Layout, found: pa.Schema) -> pa.Table:
    """The rows of a frame whose end is missing.

    Cells of 8 bytes are whole or missing, and what is missing becomes sentinels. A row is complete when its
    value is there, provided that values come last; where another layout puts them elsewhere, no row counts.
    """
    header = layout.header
    if header.rows == 0 or header.buffers[-1][0] != max(offset for offset, _ in header.buffers):
        return arrays.no_rows(schema.LIVE)
    have = (len(rest) - header.size) // 8 * 8
    missing = (header.body - have + 7) // 8
    padded = rest[: header.size + have] + schema.NO_VALUE_BYTES * missing
    return _decode_by_arrow(padded[: header.size + header.body], found)


def _is_taken(table: pa.Table) -> pa.ChunkedArray:
    """Which rows have no sentinel in any cell."""
    series, step, time, value = table.columns
    taken = pc.not_equal(_bits(value), _NO_VALUE)
    for column, empty in ((_bits(time), _NO_INT), (step, _NO_INT), (series, _NO_SERIES)):
        taken = pc.and_(taken, pc.not_equal(column, empty))
    return taken


def _bits(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pa.chunked_array([chunk.view(pa.int64()) for chunk in column.chunks], pa.int64())
