"""`logger.encode` and `logger.sealed`: sealed points, written and read back, sound and damaged."""

from __future__ import annotations

import io
import itertools
import math
import struct
from random import Random

import polars
import pyarrow as pa
import pytest
from builders import START, live_rows, live_table
from hypothesis import given, settings
from hypothesis import strategies as st

from logger import encode, messages, schema, sealed
from logger.encode import UnnamedSeries, encode_sealed
from logger.messages import DamagedMessage
from logger.sealed import SealedFile, recover
from logger.summary import summarize

NAMES = {1: "loss", 2: "auc", 3: "réseau/σ²"}

rows = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(-(2**63) + 1, 2**63 - 1),
        st.integers(-(2**63) + 1, 2**63 - 1),
        st.floats(allow_nan=True, allow_infinity=True, allow_subnormal=True),
    ),
    max_size=60,
)


def reader(data):
    return lambda offset, length: data[offset : offset + length]


def opened(data):
    return SealedFile(reader(data), len(data))


def read(data):
    """All points of a file, whatever state it is in."""
    try:
        return opened(data).read_all()
    except DamagedMessage:
        return recover(reader(data), len(data))


def points(table):
    return [(step, time, struct.pack("<d", value)) for step, time, value in live_rows(table)]


def some_rows(count):
    return [(1 + at % 2, at // 2, START + at, at / 7) for at in range(count)]


def in_groups_of(monkeypatch, count):
    monkeypatch.setattr(encode, "GROUP_ROWS", count)


@given(rows)
def test_every_point_comes_back_bit_by_bit_in_the_order_logged(logged):
    found = read(encode_sealed(live_table(logged), NAMES))

    assert found.problem is None
    assert {name: points(table) for name, table in found.series.items()} == {
        NAMES[series]: [(step, time, struct.pack("<d", value)) for _, step, time, value in group]
        for series, group in itertools.groupby(sorted(logged, key=lambda row: row[0]), lambda row: row[0])
    }


@given(rows)
@settings(max_examples=50)
def test_summary_in_the_footer_is_that_of_the_points(logged):
    file = opened(encode_sealed(live_table(logged), NAMES))

    summary = file.summary()

    assert summary.rows == len(logged)
    assert repr(summary.metrics) == repr({name: summarize(t) for name, t in file.read_all().series.items()})


@given(rows)
@settings(max_examples=50)
def test_file_of_several_groups_says_the_same_as_one(logged):
    whole = opened(encode_sealed(live_table(logged), NAMES))

    with pytest.MonkeyPatch.context() as monkeypatch:
        in_groups_of(monkeypatch, 7)
        parts = opened(encode_sealed(live_table(logged), NAMES))

    assert repr(parts.summary().metrics) == repr(whole.summary().metrics)
    for name, table in whole.read_all().series.items():
        assert points(parts.read_all().series[name]) == points(table)
        assert points(parts.read_metrics([name]).series[name]) == points(table)


def test_metrics_come_in_the_order_first_logged():
    logged = [(3, 0, START, 1.0), (1, 0, START, 2.0), (2, 0, START, 3.0)]

    data = encode_sealed(live_table(logged), {1: "z", 2: "a", 3: "m"})

    assert list(opened(data).summary().metrics) == ["z", "a", "m"]


def test_series_of_one_name_become_one_metric():
    logged = [(1, 0, START, 1.0), (2, 1, START + 1, 2.0)]

    found = read(encode_sealed(live_table(logged), {1: "loss", 2: "loss"}))

    assert found.series["loss"]["value"].to_pylist() == [1.0, 2.0]


def test_row_of_a_series_without_a_name_is_refused():
    with pytest.raises(UnnamedSeries, match="series 9"):
        encode_sealed(live_table([(9, 0, START, 1.0)]), NAMES)


def test_file_is_plain_arrow_sorted_by_metric_with_one_dictionary(monkeypatch):
    in_groups_of(monkeypatch, 100)
    data = encode_sealed(live_table(some_rows(250)), NAMES)

    with pa.ipc.open_file(data) as file:
        batches = [file.get_batch(number) for number in range(file.num_record_batches)]
        names = file.schema.field("metric")

    assert [batch.num_rows for batch in batches] == [100, 100, 50]
    assert names.type == schema.SEALED.field("metric").type
    for batch in batches:
        batch.validate(full=True)
        assert batch.column(0).indices.to_pylist() == sorted(batch.column(0).indices.to_pylist())
        assert batch.column(0).dictionary.to_pylist() == list(NAMES.values())


def test_a_thousand_points_of_each_metric_take_at_most_12_bytes_a_point():
    random = Random(7)
    clock = itertools.accumulate(random.randint(900, 1500) for _ in range(1000))
    logged = [(m, at, START + time, random.random()) for at, time in enumerate(clock) for m in range(1, 6)]

    data = encode_sealed(live_table(logged), {number: f"metric {number}" for number in range(1, 6)})

    assert len(data) / len(logged) <= 12


def test_ten_thousand_points_of_a_single_metric_take_at_most_12_bytes_a_point_whenever_they_were_logged():
    random = Random(7)
    clock = itertools.accumulate(random.randint(900_000, 1_500_000) for _ in range(10_000))
    logged = [(1, at, START + time, random.random()) for at, time in enumerate(clock)]

    data = encode_sealed(live_table(logged), {1: "loss"})

    assert len(data) / len(logged) <= 12


def test_equal_points_give_equal_bytes():
    assert encode_sealed(live_table(some_rows(50)), NAMES) == encode_sealed(live_table(some_rows(50)), NAMES)


def test_summary_knows_last_by_step_and_extremes_by_finite_values():
    values = [(0, 5.0), (2, math.nan), (1, -math.inf), (2, 3.0), (0, 3.0), (1, 5.0)]
    logged = [(1, step, START + at, value) for at, (step, value) in enumerate(values)]

    loss = opened(encode_sealed(live_table(logged), NAMES)).summary().metrics["loss"]

    assert (loss.count, loss.bad, loss.first, loss.first_time) == (6, 2, 5.0, START)
    assert (loss.last, loss.last_step, loss.last_time) == (3.0, 2, START + 3)
    assert (loss.min, loss.min_step, loss.max, loss.max_step) == (3.0, 0, 5.0, 0)


def test_metric_without_a_finite_value_has_no_extremes():
    loss = opened(encode_sealed(live_table([(1, 4, START, math.nan)]), NAMES)).summary().metrics["loss"]

    assert (loss.min, loss.min_step, loss.max, loss.max_step) == (None, None, None, None)
    assert math.isnan(loss.last)


def flipped(data, bit):
    damaged = bytearray(data)
    damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)


@pytest.mark.parametrize("rows_in_all", [0, 16], ids=["no points", "three batches"])
def test_every_flipped_bit_is_found(rows_in_all, monkeypatch):
    in_groups_of(monkeypatch, 6)
    data = encode_sealed(live_table(some_rows(rows_in_all)), NAMES)

    for bit in range(8 * len(data)):
        try:
            file = opened(flipped(data, bit))
        except DamagedMessage:
            continue
        if not file.has_checksums:
            assert file.read_all().problem, f"bit {bit}"
            continue
        with pytest.raises(DamagedMessage):
            file.count_rows()


@pytest.mark.parametrize("start", range(4))
def test_flipped_bits_never_give_a_wrong_point(start, monkeypatch):
    in_groups_of(monkeypatch, 6)
    data = encode_sealed(live_table(some_rows(16)), NAMES)
    sound = {name: set(points(table)) for name, table in read(data).series.items()}

    for bit in range(start, 8 * len(data), 61):
        found = read(flipped(data, bit))

        assert found.problem, f"bit {bit}"
        for name, table in found.series.items():
            assert set(points(table)) <= sound[name], f"bit {bit}"


def test_file_cut_anywhere_is_found_and_gives_its_whole_batches(monkeypatch):
    in_groups_of(monkeypatch, 10)
    data = encode_sealed(live_table(some_rows(30)), NAMES)
    most = 0

    for cut in range(0, len(data), 7):
        found = read(data[:cut])

        assert found.problem
        assert found.rows in (0, 10, 20, 30)
        assert found.rows >= most
        most = found.rows
    assert most == 30


@pytest.mark.parametrize(
    "kept", [8, 100, 1_000], ids=["the mark", "a part of the schema", "a part of a batch"]
)
def test_file_of_which_nothing_can_be_read_has_one_reason(kept):
    found = read(encode_sealed(live_table([(1, at, at, at / 7) for at in range(200)]), {1: "a"})[:kept])

    assert found.rows == 0
    assert found.problem == "it has no footer: it ends too early, or is no Arrow file"
    assert found.offset == kept


def test_damaged_batch_costs_only_its_own_rows(monkeypatch):
    in_groups_of(monkeypatch, 10)
    data = bytearray(encode_sealed(live_table(some_rows(30)), NAMES))
    second = messages.read_footer(opened(bytes(data))._footer_bytes).batches[1]
    data[second.offset + second.size] ^= 1

    found = read(bytes(data))

    assert found.rows == 20
    assert found.offset == second.offset
    assert "checksum" in found.problem


def test_summary_is_read_without_the_points():
    data = encode_sealed(live_table(some_rows(50_000)), NAMES)
    asked = []

    def spy(offset, length):
        asked.append((offset, length))
        return data[offset : offset + length]

    SealedFile(spy, len(data)).summary()

    assert sum(length for _, length in asked) < 20_000 < len(data)


def test_one_metric_is_read_without_the_batches_of_others(monkeypatch):
    in_groups_of(monkeypatch, 10_000)
    logged = [(1 + at // 25_000, at, START + at, math.sin(at)) for at in range(50_000)]
    data = encode_sealed(live_table(logged), NAMES)
    asked = []

    def spy(offset, length):
        asked.append(length)
        return data[offset : offset + length]

    found = SealedFile(spy, len(data)).read_metrics(["auc"])

    assert found.series["auc"].num_rows == 25_000
    assert sum(asked) < 0.7 * len(data)


def test_damaged_batch_is_found_when_one_metric_is_read(monkeypatch):
    in_groups_of(monkeypatch, 10)
    data = bytearray(encode_sealed(live_table(some_rows(30)), NAMES))
    first = messages.read_footer(opened(bytes(data))._footer_bytes).batches[0]
    data[first.offset + first.size + 9] ^= 4

    found = opened(bytes(data)).read_metrics(["loss"])

    assert found.problem
    assert found.series["loss"].num_rows == 10


def polars_file(**options):
    frame = polars.DataFrame(
        {"metric": ["b", "a", "b"], "step": [0, 0, 1], "time": [START] * 3, "value": [1.0, 2.0, 3.0]},
        schema={
            "metric": options.pop("metric", polars.String),
            "step": polars.Int64,
            "time": polars.Datetime("us", "UTC"),
            "value": polars.Float64,
        },
    )
    sink = io.BytesIO()
    frame.write_ipc(sink, **options)
    return sink.getvalue()


@pytest.mark.parametrize("compression", ["uncompressed", "zstd", "lz4"])
@pytest.mark.parametrize("metric", [polars.String, polars.Categorical], ids=["text", "categories"])
def test_file_that_polars_wrote_is_read_in_any_order_of_rows(metric, compression):
    file = opened(polars_file(metric=metric, compression=compression))

    found = file.read_all()

    assert file.summary() is None
    assert found.problem is None
    assert found.series["b"]["value"].to_pylist() == [1.0, 3.0]
    assert found.series["a"]["value"].to_pylist() == [2.0]


def test_file_with_other_columns_is_refused():
    sink = pa.BufferOutputStream()
    table = pa.table({"metric": ["a"], "step": [1], "value": [0.5]})
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)

    found = read(sink.getvalue().to_pybytes())

    assert "columns" in found.problem
    assert found.rows == 0


def zipped(count, value=0.0):
    """A foreign file of one batch whose columns are all alike."""
    columns = [["a"] * count, [0] * count, [0] * count, [value] * count]
    arrays = [pa.array(column).cast(kind) for column, kind in zip(columns, schema.SEALED.types, strict=True)]
    batch = pa.RecordBatch.from_arrays(arrays, schema=schema.SEALED)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, schema.SEALED, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_batch(batch)
    return bytearray(sink.getvalue().to_pybytes())


@pytest.mark.parametrize("claim", [2**34, 2**40, 2**62, -2], ids=["16 GiB", "1 TiB", "2**62", "-2"])
def test_buffer_that_claims_a_huge_size_is_refused_before_it_is_unpacked(claim):
    data = zipped(1000)
    at = data.rindex(struct.pack("<q", 8 * 1000))
    struct.pack_into("<q", data, at, claim)

    found = read(bytes(data))

    assert "claim" in found.problem
    assert found.rows == 0


def test_small_file_that_really_unpacks_to_much_is_refused(monkeypatch):
    monkeypatch.setattr(sealed, "MAX_BATCH", 2**20)

    found = read(bytes(zipped(200_000)))

    assert "unpack" in found.problem
    assert found.rows == 0


def test_many_batches_that_unpack_to_much_together_are_refused(monkeypatch):
    monkeypatch.setattr(sealed, "MAX_FILE", 2**16)
    monkeypatch.setattr(sealed, "MAX_RATIO", 10)
    in_groups_of(monkeypatch, 2000)
    data = encode_sealed(live_table([(1, 0, 0, 0.0)] * 20_000), NAMES)

    found = read(data)

    assert "unpack" in found.problem


def test_batch_that_claims_more_rows_than_it_has_bytes_is_refused():
    data = zipped(1000)
    block = messages.read_footer(opened(bytes(data))._footer_bytes).batches[0]
    at = data.index(struct.pack("<q", 1000), block.offset)
    struct.pack_into("<q", data, at, 2**60)

    found = read(bytes(data))

    assert "do not fit" in found.problem
    assert found.rows == 0


def test_file_without_an_end_is_not_read_as_a_whole():
    asked = []

    def endless(offset, length):
        asked.append(length)
        return bytes(length)

    with pytest.raises(DamagedMessage):
        SealedFile(endless, 2**40)
    found = recover(endless, 2**40)

    assert found.problem
    assert sum(asked) < 2**20


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail(data):
    for damaged in (data, b"ARROW1\0\0" + data + b"ARROW1", bytes(zipped(3)) + data):
        assert read(damaged).problem or not data


@given(st.data())
@settings(max_examples=300)
def test_no_damage_to_a_foreign_file_makes_the_reader_fail(data):
    damaged = bytearray(polars_file(compression=data.draw(st.sampled_from(["uncompressed", "zstd"]))))
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))

    read(bytes(damaged))
