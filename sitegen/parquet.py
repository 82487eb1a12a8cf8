"""Parquet: tables as bytes and back, for the data that a site carries. The only module that imports
pyarrow.parquet for it.

What is written is plain for every reader: no nulls where none are meant, no Arrow schema hidden in the
metadata, columns in encodings that all libraries know. What is read may be anybody's: its footer is looked
at before a column is decoded, its columns must be the ones that are asked for, and it is checked whole.
Pure.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

MOST_BYTES = 256 * 1024 * 1024  # of a file that is read
_MOST_DECODED = 1024**3  # bytes that a file may claim to need
_PER_ROW = 1024 * 1024  # bytes of one row, at most


class BadTable(Exception):
    """Bytes that are not the table they should be. Says why, in words."""


def encode(table: pa.Table) -> bytes:
    """A table as a Parquet file; the same table gives the same bytes with the same pyarrow."""
    whole = [field.name for field in table.schema if pa.types.is_integer(field.type) or _is_time(field.type)]
    floats = [field.name for field in table.schema if pa.types.is_floating(field.type)]
    texts = [field.name for field in table.schema if field.name not in (*whole, *floats)]
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        use_dictionary=[name for name in texts if not pa.types.is_boolean(table.schema.field(name).type)],
        column_encoding={
            **dict.fromkeys(whole, "DELTA_BINARY_PACKED"),  # steps and times go up in equal strides
            **dict.fromkeys(floats, "BYTE_STREAM_SPLIT"),
        },
        store_schema=False,
    )
    content: bytes = sink.getvalue().to_pybytes()
    return content


def decode(data: bytes, schema: pa.Schema, rows: int, dictionaries: tuple[str, ...] = ()) -> pa.Table:
    """The table in a Parquet file of unknown origin, its columns those of `schema` in that order.

    Args:
        rows: how many it must have.
        dictionaries: columns of text that stay encoded, because they repeat.
    Raises: BadTable: it is none, another one, or would need more memory than its rows can mean.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(data), read_dictionary=list(dictionaries))
        _check_footer(file, schema, rows)
        table = file.read(columns=schema.names, use_threads=False)
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError, MemoryError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise BadTable(f"is no table that can be read: {reason[:200] or type(error).__name__}") from error
    if table.num_rows != rows or table.column_names != schema.names:
        raise BadTable("is not the table that its list of contents says")
    for field in schema:
        column = table[field.name]
        if not field.nullable and column.null_count:
            raise BadTable(f"lacks values in its column {field.name}")
        if field.name not in dictionaries and column.type != field.type:
            raise BadTable(f"has a column {field.name} of another type: {column.type}"[:200])
        if field.name in dictionaries and not _is_dictionary(column.type):
            raise BadTable(f"has a column {field.name} of another type: {column.type}"[:200])
    return table


def _check_footer(file: pq.ParquetFile, schema: pa.Schema, rows: int) -> None:
    """Look at what the footer claims, before anything is decoded."""
    claimed = file.metadata
    if claimed.num_rows != rows:
        raise BadTable(f"has {claimed.num_rows:,} rows, where {rows:,} are listed")
    if claimed.num_columns != len(schema.names) or file.schema_arrow.names != schema.names:
        raise BadTable("has other columns than it should")
    need = sum(claimed.row_group(number).total_byte_size for number in range(claimed.num_row_groups))
    if need > _MOST_DECODED or need < 0 or need > 65_536 + rows * _PER_ROW:
        raise BadTable(f"would need {need:,} bytes for {rows:,} rows")


def _is_time(kind: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(kind))


def _is_dictionary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_dictionary(kind)) and kind.value_type == pa.string()
