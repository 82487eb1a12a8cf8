"""`logger.stream`: the rows of a file of live points, however it ends."""

from __future__ import annotations

import io
import math
import struct

import polars
import pyarrow as pa
import pytest
from builders import START, live_bytes, live_rows
from hypothesis import given
from hypothesis import strategies as st

from logger import schema
from logger.stream import MAX_BODY, LiveDecoder, decode_live

HEAD = len(schema.schema_message())
FRAME = schema.empty_frame()
SIZE = len(FRAME.message)

FOREIGN = {
    "series": polars.Int32,
    "step": polars.Int64,
    "time": polars.Datetime("us", "UTC"),
    "value": polars.Float64,
}

rows = st.lists(
    st.tuples(
        st.integers(1, 2**31 - 1),
        st.integers(-(2**63) + 1, 2**63 - 1),
        st.integers(-(2**63) + 1, 2**63 - 1),
        st.floats(allow_nan=True, allow_infinity=True, allow_subnormal=True),
    ),
    max_size=150,
)


def some_rows(count):
    return [(1 + at % 3, at, START + at, at / 7) for at in range(count)]


def bits(found):
    """Rows whose values compare by their bits: NaN is NaN, and -0.0 is not 0.0."""
    return [(*row[:3], struct.pack("<d", row[3])) for row in found]


def polars_stream(columns):
    sink = io.BytesIO()
    polars.DataFrame(columns, schema=FOREIGN).write_ipc_stream(sink)
    return sink.getvalue()


@given(rows)
def test_every_row_comes_back_bit_by_bit(logged):
    found = decode_live(live_bytes(logged))

    assert bits(live_rows(found.table)) == bits(logged)
    assert (found.torn, found.problem) == (False, None)


def test_file_cut_at_any_byte_gives_every_row_before_the_cut():
    logged = some_rows(70)
    data = live_bytes(logged)
    ends = [HEAD + SIZE * (at // 64) + FRAME.value + 8 * (at % 64) + 8 for at in range(len(logged))]

    for cut in range(len(data) + 1):
        found = decode_live(data[:cut])

        whole = sum(end <= cut for end in ends)
        assert found.table.num_rows == whole, f"cut at {cut}"
        assert found.problem is None
        assert found.torn == (cut > 0 and cut != HEAD and (cut - HEAD) % SIZE != 0)
        if cut % 101 == 0:
            assert live_rows(found.table) == logged[:whole]


def test_row_counts_only_when_all_its_cells_are_there():
    data = bytearray(live_bytes(some_rows(4)))
    struct.pack_into("<i", data, HEAD + FRAME.series, schema.NO_SERIES)
    struct.pack_into("<q", data, HEAD + FRAME.step + 8, schema.NO_INT)
    struct.pack_into("<q", data, HEAD + FRAME.time + 16, schema.NO_INT)

    found = decode_live(bytes(data))

    assert live_rows(found.table) == some_rows(4)[3:]
    assert found.problem is None


def test_rows_behind_an_empty_one_are_looked_at():
    logged = some_rows(70)
    data = bytearray(live_bytes(logged))
    struct.pack_into("<Q", data, HEAD + FRAME.value + 8 * 5, schema.NO_VALUE_BITS)

    assert live_rows(decode_live(bytes(data)).table) == logged[:5] + logged[6:]


@pytest.mark.parametrize(("empty", "holes"), [(None, False), (69, False), (68, True), (5, True), (63, True)])
def test_decoder_knows_of_empty_rows_before_taken_ones(empty, holes):
    data = bytearray(live_bytes(some_rows(70)))
    if empty is not None:
        place = HEAD + SIZE * (empty // 64) + FRAME.value + 8 * (empty % 64)
        struct.pack_into("<Q", data, place, schema.NO_VALUE_BITS)
    decoder = LiveDecoder()

    list(decoder.tables(lambda offset, length: bytes(data[offset : offset + length])))

    assert decoder.holes is holes


def test_only_our_own_nan_means_an_empty_cell():
    logged = [(1, 0, START, math.nan), (1, 1, START, -math.nan)]

    assert decode_live(live_bytes(logged)).table.num_rows == 2


@pytest.mark.parametrize("data", [b"", schema.schema_message()], ids=["no bytes", "a schema alone"])
def test_file_without_frames_is_no_problem(data):
    found = decode_live(data)

    assert (found.table.num_rows, found.torn, found.problem) == (0, False, None)


def test_zeros_that_a_crash_left_at_the_end_mean_not_yet():
    logged = some_rows(70)

    for zeros in (1, 8, 100, SIZE, 5 * SIZE + 3):
        found = decode_live(live_bytes(logged) + bytes(zeros))

        assert (live_rows(found.table), found.torn, found.problem) == (logged, True, None)


def test_damaged_frame_costs_its_own_rows_only():
    logged = some_rows(200)
    data = bytearray(live_bytes(logged))
    data[HEAD + SIZE + 20] ^= 0xFF

    found = decode_live(bytes(data))

    assert live_rows(found.table) == logged[:64] + logged[128:]
    assert "header" in found.problem
    assert found.offset == HEAD + SIZE


@pytest.mark.parametrize("frame", [0, 1], ids=["first", "middle"])
def test_no_flipped_bit_in_a_frames_header_gives_a_wrong_row(frame):
    logged = some_rows(130)
    data = live_bytes(logged)
    others = logged[: 64 * frame] + logged[64 * frame + 64 :]
    start = HEAD + SIZE * frame

    for bit in range(8 * FRAME.series):
        damaged = bytearray(data)
        damaged[start + bit // 8] ^= 1 << bit % 8
        found = decode_live(bytes(damaged))

        assert live_rows(found.table) == others, f"bit {bit}"
        assert found.offset == start


def test_frame_of_zeros_between_others_is_reported():
    logged = some_rows(200)
    data = bytearray(live_bytes(logged))
    data[HEAD + SIZE : HEAD + 2 * SIZE] = bytes(SIZE)

    found = decode_live(bytes(data))

    assert live_rows(found.table) == logged[:64] + logged[128:]
    assert found.offset == HEAD + SIZE


def test_second_stream_in_one_file_is_reported():
    one = polars_stream({"series": [1], "step": [0], "time": [0], "value": [0.5]})

    found = decode_live(one + one)

    assert live_rows(found.table) == [(1, 0, 0, 0.5)]
    assert (found.problem, found.offset) == ("bytes follow the end of the stream", len(one))


@pytest.mark.parametrize(
    "data",
    [b"<html><body>404</body></html>", b"\x1f\x8b\x08\0" + bytes(60), b"ARROW1\0\0" + bytes(60), b"\n"],
    ids=["a page", "gzip", "an Arrow file", "a line feed"],
)
def test_garbage_is_a_problem_at_its_first_byte(data):
    found = decode_live(data)

    assert (found.table.num_rows, found.offset) == (0, 0)
    assert found.problem


def test_stream_of_polars_is_read_whatever_its_frames():
    columns = {"series": [1] * 100, "step": range(100), "time": range(100), "value": [0.5] * 100}

    found = decode_live(polars_stream(columns))

    assert live_rows(found.table) == [(1, at, at, 0.5) for at in range(100)]
    assert (found.torn, found.problem) == (False, None)


def test_nulls_are_rows_that_are_not_taken():
    data = polars_stream(
        {"series": [1, 1, 1], "step": [0, None, 2], "time": [0, 1, 2], "value": [1.0, 2.0, None]}
    )

    assert live_rows(decode_live(data).table) == [(1, 0, 0, 1.0)]


def test_stream_of_polars_cut_at_any_byte_gives_no_wrong_row():
    columns = {"series": [1, 2, 3], "step": [7, 8, None], "time": [1, 2, 3], "value": [0.5, None, 2.5]}
    data = polars_stream(columns)

    for cut in range(len(data)):
        found = decode_live(data[:cut])

        assert live_rows(found.table) in ([], [(1, 7, 1, 0.5)])
        assert found.problem is None


@pytest.mark.parametrize(
    "fields",
    [
        [("series", pa.int64()), ("step", pa.int64()), ("time", schema.TIME), ("value", pa.float64())],
        [("series", pa.int32()), ("step", pa.int64()), ("time", pa.timestamp("us")), ("value", pa.float64())],
        [("step", pa.int64()), ("series", pa.int32()), ("time", schema.TIME), ("value", pa.float64())],
        [*schema.LIVE, ("more", pa.null())],
        [],
    ],
    ids=["a wider number", "no time zone", "another order", "a fifth column", "no column"],
)
def test_other_columns_are_refused(fields):
    empty = pa.schema(fields).empty_table().to_batches() or [
        pa.RecordBatch.from_pylist([], pa.schema(fields))
    ]
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, pa.schema(fields)) as writer:
        writer.write_batch(empty[0])

    found = decode_live(sink.getvalue().to_pybytes())

    assert "columns" in found.problem
    assert found.table.num_rows == 0


def stream_of(batch, **options):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def batch_of(count):
    arrays = [pa.array([at] * count, pa.int64()).cast(kind) for at, kind in enumerate(schema.LIVE.types, 1)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema.LIVE)


def test_compressed_frames_are_refused_before_they_are_unpacked():
    found = decode_live(stream_of(batch_of(1000), compression="zstd"))

    assert "compressed" in found.problem
    assert found.table.num_rows == 0


def test_frame_that_claims_more_rows_than_it_has_bytes_is_refused():
    data = bytearray(stream_of(batch_of(77)))
    at = data.index(struct.pack("<q", 77), HEAD)
    struct.pack_into("<q", data, at, 2**60)

    found = decode_live(bytes(data))

    assert "do not fit" in found.problem
    assert found.table.num_rows == 0


def test_frame_that_claims_a_huge_body_is_refused():
    data = bytearray(stream_of(batch_of(77)))
    body = 4 * 77 + 4 + 3 * 8 * 77
    places = [at for at in range(HEAD, len(data) - 8) if data[at : at + 8] == struct.pack("<q", body)]
    assert len(places) == 1
    struct.pack_into("<q", data, places[0], 2**40)

    assert f"{MAX_BODY:,}" in decode_live(bytes(data)).problem


def test_header_that_claims_to_be_large_is_refused_before_it_is_read():
    data = schema.schema_message() + b"\xff\xff\xff\xff" + (2**31 - 1).to_bytes(4, "little") + bytes(200)

    assert "header" in decode_live(data).problem


@given(st.binary(max_size=400))
def test_no_bytes_make_the_decoder_fail(data):
    decode_live(data)
    decode_live(schema.schema_message() + data)
    decode_live(live_bytes(some_rows(3)) + data)


@given(st.data())
def test_no_damage_makes_the_decoder_fail(data):
    damaged = bytearray(live_bytes(some_rows(100)))
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))

    decode_live(bytes(damaged))
