"""First rows of tables, and what becomes of files that are none or were made to do harm."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from sitegen.datatables import COLUMNS, ROWS, DataTable, NoTable, read_table
from sitegen.tableprocess import TableProcess


def parquet_bytes(table: pa.Table, **options) -> bytes:
    sink = io.BytesIO()
    parquet.write_table(table, sink, **options)
    return sink.getvalue()


def refusal(read: Callable[[], DataTable]) -> str:
    """Why there is no table; "" when there is one. Any other error fails the test."""
    try:
        read()
    except NoTable as error:
        return str(error) or "no reason was given"
    return ""


def arrow_bytes(table: pa.Table, file: bool = True) -> bytes:
    sink = pa.BufferOutputStream()
    with (pa.ipc.new_file if file else pa.ipc.new_stream)(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


SMALL = pa.table({"name": ["ann", None], "score": [0.5, float("nan")], "n": [1, 2**60], "ok": [True, False]})
WIDE = pa.table({f"c{number}": list(range(200)) for number in range(30)})


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (parquet_bytes(SMALL), "parquet"),
        (arrow_bytes(SMALL), "arrow"),
        (arrow_bytes(SMALL, file=False), "arrows"),
        (arrow_bytes(SMALL), "feather"),
    ],
)
def test_values_keep_their_types(data, extension):
    table = read_table(data, extension)

    assert table.names == ["name", "score", "n", "ok"]
    assert table.types == ["string", "double", "int64", "bool"]
    assert table.rows == [["ann", 0.5, 1, True], [None, "nan", 2**60, False]]
    assert (table.row_count, table.column_count) == (2, 4)


def test_a_csv_file_gets_types():
    table = read_table(b'name,score\nann,0.5\n"b, c",2\n', "csv")

    assert table.types == ["string", "double"]
    assert table.rows == [["ann", 0.5], ["b, c", 2.0]]


def test_nan_and_infinities_in_a_csv_file_are_numbers_and_empty_fields_are_missing():
    table = read_table(b"n,score,name\n1,nan,nan\n2,NaN,x\n3,-nan,y\n,inf,z\n5,-inf,\n6,,w\n", "csv")

    assert table.types == ["int64", "double", "string"]
    names, scores, words = zip(*table.rows, strict=True)
    assert names == (1, 2, 3, None, 5, 6)
    assert scores == ("nan", "nan", "nan", "inf", "-inf", None)
    assert words == ("nan", "x", "y", "z", "", "w")


def test_a_csv_file_of_numpy_reads_as_numpy_wrote_it():
    numbers = np.array([[0.5, np.nan], [np.inf, -np.inf]])
    sink = io.BytesIO()
    np.savetxt(sink, numbers, delimiter=",", header="a,b", comments="")

    table = read_table(sink.getvalue(), "csv")

    assert table.types == ["double", "double"]
    np.testing.assert_array_equal(np.array(table.rows, dtype=float), numbers)


@pytest.mark.parametrize(
    "long",
    ["x" * 300_000, "x" * 3_000_000, '"' + "line\n" * 100_000 + '"'],
    ids=["long", "longer", "lines"],
)
def test_rows_of_a_csv_file_with_a_long_field_are_read(long):
    table = read_table(f"a,b\n1,{long}\n2,y\n".encode(), "csv")

    assert [row[0] for row in table.rows] == [1, 2]
    assert (table.rows[0][1][:4], table.rows[1][1]) == (long.strip('"')[:4], "y")
    assert table.row_count == 2


def test_a_row_that_is_cut_where_reading_ends_is_not_shown():
    long = '"' + "line\n" * 2_000_000 + '"'

    table = read_table(f"a,b\n1,x\n2,{long}\n3,{long}\n".encode(), "csv")

    assert [row[0] for row in table.rows] == [1, 2]
    assert table.rows[1][1].startswith("line\nline")
    assert table.row_count is None


def test_a_row_longer_than_all_that_is_read_is_the_reason_why_there_is_no_table():
    for head in (b"a,b\n", b""):
        assert "longer than" in refusal(
            lambda head=head: read_table(head + b"x" * 17_000_000 + b",1\n", "csv")
        )


def test_a_csv_file_may_have_semicolons_for_commas():
    table = read_table(b"name;score\nann;0,5\n", "csv")

    assert table.names == ["name", "score"]
    assert table.rows == [["ann", "0,5"]]


def test_a_long_csv_file_is_read_at_its_beginning_only():
    table = read_table(b"a\tb\n" + b"1\t2\n" * 200_000, "tsv")

    assert len(table.rows) == ROWS
    assert table.row_count is None


@pytest.mark.parametrize(
    ("data", "extension"), [(parquet_bytes(WIDE), "parquet"), (arrow_bytes(WIDE), "arrow")]
)
def test_of_a_large_table_the_first_rows_and_columns_are_shown_and_all_are_counted(data, extension):
    table = read_table(data, extension)

    assert (len(table.rows), len(table.names)) == (ROWS, COLUMNS)
    assert (table.row_count, table.column_count) == (200, 30)


def test_nested_and_binary_values_become_text():
    nested = pa.table(
        {"a": [{"b": [1, 2]}], "c": [b"\0\1"], "t": pa.array([0], pa.timestamp("s")), "s": ["x" * 999]}
    )

    (row,) = read_table(parquet_bytes(nested), "parquet").rows

    assert row[:3] == ["{'b': [1, 2]}", "2 bytes", "1970-01-01 00:00:00"]
    assert len(row[3]) == 200


@pytest.mark.parametrize("extension", ["csv", "parquet", "arrow"])
@pytest.mark.parametrize(
    "data", [b"", b"PAR1", b"ARROW1\0\0", b"\xff" * 100, b"a,b\n1\n", arrow_bytes(SMALL)[:-20]]
)
def test_what_is_no_table_says_why(data, extension):
    reason = refusal(lambda: read_table(data, extension))

    assert reason or extension == "csv"  # some of these are text of a kind, and a table of one column


def test_a_table_without_columns_is_none():
    without = arrow_bytes(pa.table({"a": [1]}).select([]))

    with pytest.raises(NoTable, match="no columns"):
        read_table(without, "arrow")


def test_every_flipped_byte_of_an_arrow_file_costs_that_file_only():
    whole = arrow_bytes(pa.table({"a": ["x", "yy"], "b": [1, 2]}))
    with TableProcess() as process:
        for place in range(0, len(whole), 7):
            flipped = bytearray(whole)
            flipped[place] ^= 0x55
            refusal(lambda data=bytes(flipped): process.read(data, "arrow"))

        assert process.read(whole, "arrow").rows == [["x", 1], ["yy", 2]]


def test_a_child_that_died_is_replaced():
    with TableProcess() as process:
        assert process.read(b"a\n1\n", "csv").rows == [[1]]
        child = process._child._process
        assert child is not None
        os.kill(child.pid, signal.SIGKILL)

        with pytest.raises(NoTable, match="time or memory"):
            process.read(b"a\n1\n", "csv")

        assert process.read(b"a\n2\n", "csv").rows == [[2]]


def test_a_file_that_takes_too_long_is_given_up():
    with TableProcess(seconds=0.0) as process, pytest.raises(NoTable, match="time or memory"):
        process.read(b"a\n1\n", "csv")


def test_a_file_that_would_need_all_memory_is_given_up():
    claim = pa.table({"a": pa.array([b"\0" * 2_000_000] * 200)})

    with TableProcess() as process, pytest.raises(NoTable, match="would need"):
        process.read(parquet_bytes(claim, compression="zstd", use_dictionary=False), "parquet")


def test_the_child_takes_nothing_from_the_current_folder(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('a module of somebody else')")
    monkeypatch.chdir(tmp_path)

    with TableProcess() as process:
        assert process.read(b"a\n1\n", "csv").rows == [[1]]
