"""FORMAT: the headers of Arrow's messages and the footer of its files, read without trust.

Arrow believes the lengths it is told: 328 bytes that claim a terabyte make it allocate one. So before any
bytes of a store are decoded, `logger.stream` and `logger.sealed` ask here how large they claim to be and
where their buffers lie. Only the few fields that answer this are read; every offset is checked. No I/O here.

Source: Arrow's format/Message.fbs and format/File.fbs; the encoding is FlatBuffers'.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa

Data: TypeAlias = "bytes | bytearray | memoryview"
Place: TypeAlias = "tuple[int, int]"  # offset and length, in bytes

MAX_HEADER = 64 * 1024  # bytes of a message's metadata; ours have 280
SCHEMA, DICTIONARY, BATCH = 1, 2, 3  # what a message carries, `Header.kind`

_CONTINUATION = b"\xff\xff\xff\xff"
_END = b"\xff\xff\xff\xff\0\0\0\0"
_INT16 = struct.Struct("<H")
_INT32 = struct.Struct("<i")
_UINT32 = struct.Struct("<I")
_INT64 = struct.Struct("<q")
_PAIR = struct.Struct("<qq")
_BLOCK = struct.Struct("<qi4xq")


class DamagedMessage(ValueError):
    """Bytes that are no message of Arrow's, or one that no store holds. Says which, in words."""


class CutShort(Exception):
    """The bytes end inside a message's header; what is there of it is sound."""


# What decoding raises for bytes that are not what they claim: our own DamagedMessage, and Arrow, which
# takes OSError for broken metadata and lets Python's own errors through for broken text.
DECODING_ERRORS = (pa.ArrowException, OSError, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class Header:
    """One message: what it carries and where its parts lie."""

    kind: int  # SCHEMA, DICTIONARY or BATCH
    size: int  # bytes before the body: the prefix of 8 and the metadata
    body: int  # bytes of the body
    rows: int  # of a batch or dictionary
    buffers: tuple[tuple[int, int], ...]  # offset in the body and length, in bytes
    compressed: bool
    keys: dict[bytes, Place]  # the message's own metadata: where each key's value lies, from its start


@dataclass(frozen=True, slots=True)
class Block:
    """Where a file's footer says that a message lies."""

    offset: int  # from the start of the file
    size: int  # bytes before the body
    body: int  # bytes of the body


@dataclass(frozen=True, slots=True)
class Footer:
    """The last part of an Arrow file: where its messages lie, and the file's own keys and values."""

    dictionaries: tuple[Block, ...]
    batches: tuple[Block, ...]
    keys: dict[bytes, Place]  # the file's own metadata: where each key's value lies in the footer


def is_end(data: Data, at: int = 0) -> bool:
    """Whether a stream's end mark lies at `at`."""
    return bytes(data[at : at + 8]) == _END


def read_header(data: Data, at: int = 0) -> Header:
    """The header of the message that begins at `at`.

    Raises: CutShort: the bytes end inside the header. DamagedMessage: this is no message, or no plain one.
    """
    prefix = bytes(data[at : at + 8])
    if prefix[:4] != _CONTINUATION[: len(prefix)]:
        raise DamagedMessage("no message of Arrow's begins here")
    if len(prefix) < 8:
        raise CutShort
    size = _INT32.unpack_from(prefix, 4)[0]
    if not 0 < size <= MAX_HEADER:
        raise DamagedMessage(f"the header of a message claims {size:,} bytes; {MAX_HEADER:,} are the most")
    metadata = bytes(data[at + 8 : at + 8 + size])
    if len(metadata) < size:
        raise CutShort
    try:
        return _read_message(metadata)
    except (struct.error, IndexError) as error:
        raise DamagedMessage("the header of a message is damaged") from error


def read_footer(data: Data) -> Footer:
    """The footer of an Arrow file, from its own bytes without the length and mark that follow it.

    Raises: DamagedMessage: these bytes are no footer.
    """
    try:
        buffer = bytes(data)
        root = _root(buffer)
        return Footer(
            dictionaries=_blocks(buffer, root, 2),
            batches=_blocks(buffer, root, 3),
            keys=_keys(buffer, root, 4, 0),
        )
    except (struct.error, IndexError) as error:
        raise DamagedMessage("the footer is damaged") from error


def claimed_bytes(header: Header, body: Data) -> int:
    """How many bytes the buffers of a message say they have when they are unpacked."""
    if not header.compressed:
        return header.body
    total = 0
    for offset, length in header.buffers:
        if length == 0:
            continue
        if length < 8:
            raise DamagedMessage("a compressed buffer has no length")
        claimed = _INT64.unpack_from(body, offset)[0]
        if claimed < -1:
            raise DamagedMessage(f"a compressed buffer claims {claimed:,} bytes")
        total += length if claimed == -1 else claimed
    return total


def _read_message(buffer: bytes) -> Header:
    message = _root(buffer)
    kind_at = _field(buffer, message, 1)
    kind = buffer[kind_at] if kind_at else 0
    body = _long(buffer, message, 3)
    keys = _keys(buffer, message, 4, 8)
    if kind not in (SCHEMA, DICTIONARY, BATCH):
        raise DamagedMessage(f"a message of kind {kind} has no place in a store")
    if body < 0:
        raise DamagedMessage(f"a message claims a body of {body:,} bytes")
    size = 8 + len(buffer)
    if kind == SCHEMA:
        return Header(kind, size, body, 0, (), False, keys)

    table = _child(buffer, message, 2)
    if kind == DICTIONARY:
        table = _child(buffer, table, 1)
    rows = _long(buffer, table, 0)
    if rows < 0:
        raise DamagedMessage(f"a batch claims {rows:,} rows")
    buffers = _pairs(buffer, table, 2)
    for offset, length in buffers:
        if offset < 0 or length < 0 or offset + length > body:
            raise DamagedMessage("a buffer lies outside of its message")
    return Header(kind, size, body, rows, buffers, _field(buffer, table, 3) != 0, keys)


# FlatBuffers: a table begins with the distance back to its vtable, which holds the place of each field.
# struct reads from the end at a negative offset, hence the checks.


def _root(buffer: bytes) -> int:
    return _inside(buffer, _UINT32.unpack_from(buffer, 0)[0])


def _field(buffer: bytes, table: int, index: int) -> int:
    """Where a field's bytes lie; 0 when the table lacks it."""
    vtable = _inside(buffer, table - int(_INT32.unpack_from(buffer, table)[0]))
    entry = 4 + 2 * index
    if entry >= _INT16.unpack_from(buffer, vtable)[0]:
        return 0
    offset = int(_INT16.unpack_from(buffer, vtable + entry)[0])
    return _inside(buffer, table + offset) if offset else 0


def _child(buffer: bytes, table: int, index: int) -> int:
    at = _field(buffer, table, index)
    if not at:
        raise IndexError
    return _inside(buffer, at + _UINT32.unpack_from(buffer, at)[0])


def _long(buffer: bytes, table: int, index: int) -> int:
    at = _field(buffer, table, index)
    return int(_INT64.unpack_from(buffer, at)[0]) if at else 0


def _vector(buffer: bytes, table: int, index: int, width: int) -> tuple[int, int] | None:
    """Where a vector's first item lies and how many there are."""
    at = _field(buffer, table, index)
    if not at:
        return None
    at = _inside(buffer, at + _UINT32.unpack_from(buffer, at)[0])
    count = int(_UINT32.unpack_from(buffer, at)[0])
    if at + 4 + count * width > len(buffer):
        raise IndexError
    return at + 4, count


def _pairs(buffer: bytes, table: int, index: int) -> tuple[tuple[int, int], ...]:
    found = _vector(buffer, table, index, _PAIR.size)
    if found is None:
        return ()
    start, count = found
    return tuple(_PAIR.iter_unpack(buffer[start : start + count * _PAIR.size]))


def _blocks(buffer: bytes, table: int, index: int) -> tuple[Block, ...]:
    found = _vector(buffer, table, index, _BLOCK.size)
    if found is None:
        return ()
    start, count = found
    return tuple(Block(*item) for item in _BLOCK.iter_unpack(buffer[start : start + count * _BLOCK.size]))


def _keys(buffer: bytes, table: int, index: int, start: int) -> dict[bytes, Place]:
    """A vector of keys and values; places count from `start` bytes before the buffer."""
    found = _vector(buffer, table, index, 4)
    if found is None:
        return {}
    keys = {}
    for at in range(found[0], found[0] + 4 * found[1], 4):
        pair = _inside(buffer, at + _UINT32.unpack_from(buffer, at)[0])
        key, value = (_vector(buffer, pair, part, 1) or (0, 0) for part in (0, 1))
        keys[buffer[key[0] : key[0] + key[1]]] = (start + value[0], value[1])
    return keys


def _inside(buffer: bytes, at: int) -> int:
    if not 0 <= at < len(buffer):
        raise IndexError
    return at
