"""Data tables: the first rows of a CSV, Parquet or Arrow file of unknown origin. Bytes in, plain values out.

Sizes that a file claims are looked at before anything is decoded, and decoded columns are checked whole. That
does not make the decoders safe from what was made to break them, so `sitegen.tableprocess` runs this in a
process of its own. Pure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

ROWS = 50
COLUMNS = 20
_CSV_BYTES = (  # at the beginning of a CSV file; the next where its rows are too long for these
    256 * 1024,
    2 * 1024 * 1024,
    16 * 1024 * 1024,
)
_MOST_DECODED = 256 * 1024 * 1024  # bytes that a row group may claim to need
_LONGEST = 200  # characters of a text


class NoTable(Exception):
    """The bytes are no table that can be shown. Says why, in words."""


@dataclass(frozen=True, slots=True)
class DataTable:
    """The first rows and columns of a table, as JSON knows values; what it lacks is text."""

    names: list[str]
    types: list[str]  # in Arrow's words
    rows: list[list[str | float | bool | None]]
    row_count: int | None  # of the whole table; None: not known without reading all of it
    column_count: int


def read_table(data: bytes, extension: str) -> DataTable:
    """The first rows of a table.

    Args:
        extension: "csv", "tsv", "parquet"; all others are Arrow's.
    Raises: NoTable.
    """
    try:
        if extension in ("csv", "tsv"):
            return _csv(data, "\t" if extension == "tsv" else _delimiter(data))
        if extension == "parquet":
            return _parquet(data)
        return _arrow(data)
    except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError, RecursionError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise NoTable(reason[:_LONGEST] or type(error).__name__) from error


def _delimiter(data: bytes) -> str:
    """A comma, or a semicolon where the first line has more of them, as where decimals have commas."""
    first = data[: _CSV_BYTES[0]].partition(b"\n")[0]
    return ";" if first.count(b";") > first.count(b",") else ","


def _csv(data: bytes, delimiter: str) -> DataTable:
    rows = None
    for size in _CSV_BYTES:
        if size >= len(data):
            rows = _rows(data, delimiter)
            return _shown(rows, rows.num_rows, rows.num_columns)
        head = data[: data.rfind(b"\n", 0, size) + 1]
        try:
            rows = _whole_rows(head, delimiter) if head else None
        except pa.ArrowInvalid:  # perhaps only because it ends within quotes
            if size == _CSV_BYTES[-1]:
                raise
        if rows is not None and rows.num_rows >= ROWS:
            break
    if rows is None or not rows.num_rows:
        raise NoTable(f"its first row is longer than {_CSV_BYTES[-1]:,} bytes")
    return _shown(rows, None, rows.num_columns)


def _whole_rows(head: bytes, delimiter: str) -> pa.Table:
    """The rows at the beginning of a CSV file, but for the last one, which may go on behind it."""
    rows = _rows(head, delimiter)
    return rows.slice(0, max(0, rows.num_rows - 1))


def _rows(data: bytes, delimiter: str) -> pa.Table:
    import pyarrow.csv as csv

    parsing = csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    reading = csv.ReadOptions(use_threads=False, block_size=len(data) + 1)
    # not a number is a number: pandas and numpy write `nan` among them
    missing = [word for word in csv.ConvertOptions().null_values if word.lower().lstrip("-") != "nan"]
    converting = csv.ConvertOptions(null_values=missing)
    return csv.read_csv(
        pa.BufferReader(data), read_options=reading, parse_options=parsing, convert_options=converting
    )


def _parquet(data: bytes) -> DataTable:
    import pyarrow.parquet as parquet

    file = parquet.ParquetFile(pa.BufferReader(data))
    names = file.schema_arrow.names
    if file.metadata.num_row_groups == 0:
        return _shown(file.schema_arrow.empty_table(), 0, len(names))
    group = file.metadata.row_group(0)
    if group.total_byte_size > _MOST_DECODED:
        raise NoTable(f"its first rows would need {group.total_byte_size:,} bytes")
    wanted = list(dict.fromkeys(names))[:COLUMNS]
    if len(set(names)) < len(names):
        raise NoTable("two of its columns have one name")
    batches = file.iter_batches(ROWS, row_groups=[0], columns=wanted, use_threads=False)
    first = next(batches, None)
    table = pa.Table.from_batches([first]) if first is not None else file.schema_arrow.empty_table()
    return _shown(table, file.metadata.num_rows, len(names))


def _arrow(data: bytes) -> DataTable:
    import pyarrow.ipc as ipc

    source = pa.BufferReader(data)
    reader: Any
    if data[:6] == b"ARROW1":
        reader = ipc.open_file(source)
        batches = (reader.get_batch(number) for number in range(reader.num_record_batches))
        only = reader.num_record_batches <= 1
    else:
        reader = ipc.open_stream(source)
        batches = iter(reader)
        only = False
    kept: list[pa.RecordBatch] = []
    while sum(batch.num_rows for batch in kept) < ROWS and len(kept) < 1000:
        batch = next(batches, None)
        if batch is None:
            only = True
            break
        batch.validate(full=True)
        kept.append(batch)
    if not kept:
        return _shown(reader.schema.empty_table(), 0, len(reader.schema))
    count = sum(batch.num_rows for batch in kept) if only else None
    return _shown(pa.Table.from_batches([batch.slice(0, ROWS) for batch in kept]), count, len(reader.schema))


def _shown(table: pa.Table, row_count: int | None, column_count: int) -> DataTable:
    if column_count == 0:
        raise NoTable("it has no columns")
    table = table.slice(0, ROWS).select(range(min(COLUMNS, table.num_columns)))
    table.validate(full=True)
    columns = [[_plain(value) for value in column.to_pylist()] for column in table.columns]
    return DataTable(
        names=[name[:_LONGEST] for name in table.column_names],
        types=[str(field.type)[:_LONGEST] for field in table.schema],
        rows=[list(row) for row in zip(*columns, strict=True)],
        row_count=row_count,
        column_count=column_count,
    )


def _plain(value: object) -> str | float | bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
