"""Points as files: every bit and the order come back, and few files change when runs do."""

from __future__ import annotations

import struct

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logger.schema import HISTORY, TIME
from sitegen.dataprocess import decode_kind
from sitegen.parquet import BadTable, encode
from sitegen.pointgroups import POINTS, RunPoints, group_table, grouped, joined

INT64 = st.integers(-(2**63), 2**63 - 1)
BITS = st.integers(0, 2**64 - 1)  # any float, each NaN among them
ROWS = st.lists(st.tuples(INT64, INT64, BITS), max_size=20)


def history(rows: list[tuple[int, int, int]]) -> pa.Table:
    values = np.array([bits for _, _, bits in rows], dtype="<u8").view("<f8")
    columns = [
        pa.array([step for step, _, _ in rows], pa.int64()),
        pa.array([time for _, time, _ in rows], pa.int64()).cast(TIME),
        pa.array(values, pa.float64()),
    ]
    return pa.Table.from_arrays(columns, schema=HISTORY)


def rows_of(table: pa.Table) -> list[tuple[str, str, int, int, int]]:
    values = table["value"].to_numpy()
    return list(
        zip(
            table["run"].to_pylist(),
            table["metric"].to_pylist(),
            table["step"].to_pylist(),
            table["time"].cast(pa.int64()).to_pylist(),
            [struct.unpack("<Q", struct.pack("<d", value))[0] for value in values],
            strict=True,
        )
    )


@given(st.lists(st.dictionaries(st.sampled_from(["loss", "train/auc", "größe"]), ROWS), max_size=4))
def test_every_bit_of_a_point_and_the_order_come_back(runs):
    logged = [
        (f"{number:032x}", name, *row)
        for number, series in enumerate(runs)
        for name, rows in series.items()
        for row in rows
    ]
    points = [
        RunPoints(f"{number:032x}", joined((name, history(rows)) for name, rows in series.items()))
        for number, series in enumerate(runs)
    ]

    found = []
    for group in grouped(points, aim=10, most=15):
        table = group_table(group)
        found += rows_of(decode_kind(encode(table), "points", table.num_rows))

    assert found == logged


def run(number: int, count: int) -> RunPoints:
    table = history([(step, step, number) for step in range(count)])
    return RunPoints(f"{number:032x}", joined([("loss", table)]))


def files(runs: list[RunPoints]) -> list[bytes]:
    return [encode(group_table(group)) for group in grouped(runs, aim=1000, most=3000)]


def test_a_run_more_changes_the_last_file_only():
    runs = [run(number, 100) for number in range(101)]

    before, after = files(runs[:100]), files(runs)

    assert len(before) > 5
    assert before[:-1] == after[: len(before) - 1]


def test_a_run_less_changes_the_file_it_was_in_and_at_most_the_next():
    runs = [run(number, 100) for number in range(100)]
    for gone in (0, 50):
        left = files([one for number, one in enumerate(runs) if number != gone])

        assert len(set(files(runs)) - set(left)) in (1, 2)


def test_files_are_neither_many_nor_large():
    groups = list(grouped([run(number, 100) for number in range(400)], aim=1000, most=3000))
    sizes = [sum(one.table.num_rows for one in group) for group in groups]

    assert sum(sizes) == 40_000
    assert max(sizes) <= 3000
    assert len(groups) < 100


def test_a_long_run_is_cut_and_its_parts_follow_one_another():
    groups = list(grouped([run(1, 50), run(2, 7500), run(3, 50)], aim=1000, most=3000))

    assert [[(one.run_id[-1], one.table.num_rows) for one in group] for group in groups][1:4] == [
        [("2", 3000)],
        [("2", 3000)],
        [("2", 1500)],
    ]


def test_the_same_points_are_the_same_bytes():
    assert files([run(1, 10)]) == files([run(1, 10)])


def parquet(table: pa.Table, **options) -> bytes:
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **options)
    return sink.getvalue().to_pybytes()


GOOD = group_table([run(1, 3)])


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (GOOD, 4),
        (GOOD.drop_columns(["time"]), 3),
        (GOOD.append_column("more", pa.array([1, 2, 3])), 3),
        (GOOD.select(["metric", "run", "step", "time", "value"]), 3),
        (GOOD.set_column(2, "step", pa.array([1.0, 2.0, 3.0])), 3),
        (GOOD.set_column(4, "value", pa.array([1.0, None, 3.0])), 3),
        (GOOD.set_column(3, "time", pa.array([1, 2, 3], pa.timestamp("ns", "UTC"))), 3),
        (GOOD.set_column(0, "run", pa.array([1, 2, 3])), 3),
        (GOOD.set_column(0, "run", pa.array([["x"], [], ["y"]])), 3),
        (GOOD.set_column(1, "metric", pa.array(["x" * 4_000_000] * 3)), 3),
    ],
    ids=[
        "rows",
        "fewer",
        "more",
        "order",
        "floats",
        "nulls",
        "nanoseconds",
        "numbers",
        "lists",
        "long texts",
    ],
)
def test_another_table_is_refused(table, rows):
    with pytest.raises(BadTable):
        decode_kind(parquet(table, use_dictionary=False), "points", rows)


def test_bytes_that_are_no_table_are_refused():
    whole = encode(GOOD)
    for data in (
        b"",
        b"PAR1",
        whole[:-9],
        whole[: len(whole) // 2],
        b"x" * 1000,
        b"PAR1" + bytes(200) + b"PAR1",
    ):
        with pytest.raises(BadTable):
            decode_kind(data, "points", 3)


def test_columns_are_plain_for_every_reader():
    import pyarrow.parquet as pq

    schema = pq.read_schema(pa.BufferReader(encode(GOOD)))

    assert schema.equals(POINTS)
    assert schema.metadata is None
