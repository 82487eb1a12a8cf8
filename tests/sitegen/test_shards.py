"""Shards: what is packed comes back, small things lie together, and nothing moves without need."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shard_reader import read_blob, read_shard

from sitegen.series import SeriesData
from sitegen.shards import DETAIL, SMALL, encode, encode_run, pack_runs, pack_shards

START_US = 1_790_000_000_000_000


def series(values, steps=None, times=None):
    values = np.asarray(values, dtype=np.float64)
    steps = np.arange(len(values)) if steps is None else np.asarray(steps, dtype=np.int64)
    times = START_US + steps * 1_000_000 if times is None else np.asarray(times, dtype=np.int64)
    return SeriesData(steps, times, values)


def noise(count, seed=1):
    return series(np.random.default_rng(seed).normal(size=count))


INTS = st.integers(-(2**63), 2**63 - 1) | st.integers(-1000, 1000)
FLOATS = st.floats(allow_nan=True, allow_infinity=True)


@given(st.lists(st.tuples(INTS, st.integers(0, 2**51), FLOATS), min_size=1, max_size=50))
def test_whatever_was_logged_comes_back(rows):
    data = SeriesData(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.float64),
    )

    ((steps, times, values),) = read_blob(encode([data]))

    assert steps == pytest.approx(data.steps.astype(np.float64), rel=1e-15)
    assert times.tolist() == (data.times // 1000).tolist()
    finite = np.isfinite(data.values)
    assert np.array_equal(np.isnan(values), np.isnan(data.values))
    assert np.array_equal(values[~finite], data.values[~finite], equal_nan=True)
    if finite.any() and np.abs(data.values[finite]).max() < 1e300:
        reach = np.ptp(data.values[finite])
        assert np.abs(values[finite] - data.values[finite]).max() <= 1e-3 * reach


def test_series_of_a_run_share_their_equal_columns():
    first, second = noise(1_000), noise(1_000, seed=2)

    together, alone = encode([first, second]), encode([first])

    assert len(together) < 2 * len(alone)
    assert len(read_blob(together)) == 2


def test_times_of_calls_in_a_row_cost_next_to_nothing():
    random = np.random.default_rng(3)
    times = START_US + np.cumsum(random.integers(900_000, 1_100_000, 1_000))
    values = random.normal(size=1_000)
    one = encode([series(values, times=times)])

    five = encode([series(values, times=times + 300 * metric) for metric in range(5)])

    assert len(five) - len(one) < 4 * 400
    for metric, (_, found, _) in enumerate(read_blob(five)):
        assert found.tolist() == ((times + 300 * metric) // 1000).tolist()


@pytest.mark.parametrize(
    "values",
    [[1e300, 2e300], [1e-50, 1.0], [1_000_000.001, 1_000_000.002], [0.1, 0.1], [-1.7e308, 1.7e308]],
    ids=["overflow", "underflow", "small range far from zero", "constant", "whole range of a float"],
)
def test_values_that_float32_would_change_keep_all_their_bits(values):
    ((_, _, found),) = read_blob(encode([series(values)]))

    assert found.tolist() == values


def test_usual_values_take_four_bytes():
    header = encode([noise(1_000)])

    assert len(header) < 1_000 * 4 * 4 / 3 * 1.05


def test_small_neighbours_share_a_shard_and_large_runs_do_not():
    small = [((f"run{number}", "loss"), noise(50, number)) for number in range(20)]
    large = [(("large", f"metric{number}"), noise(2_000, number)) for number in range(12)]

    packed = pack_shards(small + large)

    places = [packed.index[f"run{number}", "loss"].shard for number in range(20)]
    assert len(set(places)) == 1
    assert len({place.shard for (run, _), place in packed.index.items() if run == "large"}) > 1
    assert sum(len(shard.data) < SMALL / 2 for shard in packed.shards) <= 2


def test_every_series_is_found_at_its_place():
    random = np.random.default_rng(5)
    given_series = {
        (f"run{run}", f"m{metric}"): noise(int(random.integers(1, 1_500)), run * 10 + metric)
        for run in range(12)
        for metric in range(3)
    }

    packed = pack_shards(given_series.items())

    files = {shard.name: read_shard(shard.data) for shard in packed.shards}
    assert packed.index.keys() == given_series.keys()
    for key, place in packed.index.items():
        steps, _, values = files[place.shard][place.slot]
        assert place.points == len(given_series[key]) == len(steps)
        assert values == pytest.approx(given_series[key].values, rel=1e-6)


def test_long_series_has_an_overview_and_all_points_beside_it():
    data = noise(DETAIL + 10)

    packed = pack_shards([(("run", "loss"), data)])

    place = packed.index["run", "loss"]
    files = {shard.name: read_shard(shard.data) for shard in packed.shards}
    overview = files[place.shard][place.slot]
    assert place.points == DETAIL + 10
    assert 1_000 < len(overview[0]) <= 2_002
    assert overview[2].max() == np.float32(data.values.max())
    assert [(piece.first, piece.rows) for piece in place.detail] == [(0, DETAIL), (DETAIL, 10)]
    assert [piece.steps for piece in place.detail] == [(0, DETAIL - 1), (DETAIL, DETAIL + 9)]
    whole = np.concatenate([files[piece.shard][piece.slot][2] for piece in place.detail])
    assert whole == pytest.approx(data.values, rel=1e-6)


def test_one_more_run_changes_only_the_last_shard():
    runs = [encode_run(f"run{number}", [("loss", noise(300, number))]) for number in range(40)]

    before, after = pack_runs(runs[:39]), pack_runs(runs)

    names = {shard.name for shard in after.shards}
    assert sum(shard.name not in names for shard in before.shards) <= 1


def test_same_points_give_the_same_bytes():
    first, second = (pack_shards([(("run", "loss"), noise(500))]) for _ in range(2))

    assert first == second


def test_series_without_points_has_no_place():
    packed = pack_shards([(("run", "empty"), noise(0)), (("run", "loss"), noise(3))])

    assert list(packed.index) == [("run", "loss")]


def test_shard_holds_nothing_but_one_call_in_ascii():
    (shard,) = pack_shards([(("run", "</script><script>"), noise(3))]).shards

    assert shard.data.isascii()
    assert b"<" not in shard.data
    key, _, texts = shard.data.decode().removeprefix("runfolio.add(").partition(",")
    assert json.loads(key) == shard.name.removesuffix(".js")
    assert len(json.loads(texts.removesuffix(");\n"))) == 1
