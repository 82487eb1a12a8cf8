"""FORMAT: the Arrow schemas of points, the sentinels of empty cells, the version.

Live points are rows of four plain columns; a frame is the Arrow message of a record batch of
`ROWS` rows in which no cell is taken yet. `logger.live` fills frames in place, `logger.stream`
reads them back. No I/O here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import pyarrow as pa

from .arrays import numbers

FORMAT = 1  # of a store; a reader refuses a higher one by name

ROWS = 64  # rows of a frame: 2,080 bytes, small enough to write whole at every call

NO_INT = -(2**63)  # step and time of a row that is not taken
NO_VALUE_BITS = 0x7FF8_5275_6E66_6F6C  # a NaN that spells "Runfol": value of a row that is not taken
NO_VALUE_BYTES = struct.pack("<Q", NO_VALUE_BITS)
NO_VALUE: float = struct.unpack("<d", NO_VALUE_BYTES)[0]
NO_SERIES = 0  # numbers of series start at 1

TIME = pa.timestamp("us", "UTC")

LIVE = pa.schema(
    [
        pa.field("series", pa.int32(), nullable=False),
        pa.field("step", pa.int64(), nullable=False),
        pa.field("time", TIME, nullable=False),
        pa.field("value", pa.float64(), nullable=False),
    ]
)

SEALED = pa.schema(
    [
        pa.field("metric", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("step", pa.int64(), nullable=False),
        pa.field("time", TIME, nullable=False),
        pa.field("value", pa.float64(), nullable=False),
    ]
)

HISTORY = pa.schema([("step", pa.int64()), ("time", TIME), ("value", pa.float64())])  # one metric, as read


@dataclass(frozen=True, slots=True)
class Frame:
    """The bytes of an empty frame, and where its columns lie in them."""

    message: bytes  # an encapsulated record batch of `ROWS` rows of sentinels
    series: int  # offset of the column's first cell in `message`, in bytes
    step: int
    time: int
    value: int


def schema_message() -> bytes:
    """The first bytes of a file of live points."""
    return bytes(LIVE.serialize().to_pybytes())


def empty_frame() -> Frame:
    """An empty frame as this version of Arrow lays it out.

    The offsets are read back from the serialised message, so a change of Arrow's layout moves them along.
    """
    columns = [
        numbers(pa.int32(), [NO_SERIES] * ROWS),
        numbers(pa.int64(), [NO_INT] * ROWS),
        numbers(TIME, [NO_INT] * ROWS),
    ]
    columns.append(pa.Array.from_buffers(pa.float64(), ROWS, [None, pa.py_buffer(NO_VALUE_BYTES * ROWS)]))
    serialized = pa.RecordBatch.from_arrays(columns, schema=LIVE).serialize()
    batch = pa.ipc.read_record_batch(serialized, LIVE)
    start = serialized.address
    offsets = [column.buffers()[1].address - start for column in batch.columns]
    return Frame(bytes(serialized.to_pybytes()), *offsets)
