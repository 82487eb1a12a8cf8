"""Thinning: few rows, and none of what a reader looks for is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.series import SeriesData, backward_rows, from_history, thin

NUMBERS = st.one_of(st.floats(-10, 10), st.sampled_from([np.nan, np.inf, -np.inf]))


def series(values, steps=None):
    values = np.asarray(values, dtype=np.float64)
    steps = np.arange(len(values)) if steps is None else np.asarray(steps, dtype=np.int64)
    return SeriesData(steps, steps * 1_000_000, values)


def test_single_spike_survives_thinning():
    values = np.zeros(10_000)
    values[4_321] = 99.0

    rows = thin(series(values), 500)

    assert 4_321 in rows
    assert len(rows) <= 1_002


def test_short_series_is_kept_whole():
    rows = thin(series(np.random.default_rng(1).normal(size=200)), 100)

    assert rows.tolist() == list(range(200))


@given(st.lists(NUMBERS, min_size=1, max_size=300), st.integers(1, 40))
def test_first_last_and_extremes_of_all_survive(values, buckets):
    data = series(values)

    rows = thin(data, buckets)

    assert rows[0] == 0
    assert rows[-1] == len(values) - 1
    assert (np.diff(rows) > 0).all()
    finite = data.values[np.isfinite(data.values)]
    if len(finite):
        kept = data.values[rows]
        assert kept[np.isfinite(kept)].min() == finite.min()
        assert kept[np.isfinite(kept)].max() == finite.max()


@given(st.lists(NUMBERS, min_size=1, max_size=300), st.integers(1, 40))
def test_every_kind_of_bad_value_survives(values, buckets):
    data = series(values)

    kept = data.values[thin(data, buckets)]

    for kind in (np.isnan, np.isposinf, np.isneginf):
        assert kind(kept).any() == kind(data.values).any()


def test_first_bad_value_of_a_stretch_is_kept():
    values = np.sin(np.arange(10_000))
    values[7_000:7_050] = np.nan

    rows = thin(series(values), 500)

    assert 7_000 in rows


def test_rows_on_both_sides_of_a_backward_step_are_kept():
    steps = np.concatenate([np.arange(5_000), np.arange(4_000, 9_000)])

    rows = thin(series(np.sin(np.arange(10_000)), steps), 300)

    assert backward_rows(steps).tolist() == [5_000]
    assert {4_999, 5_000} <= set(rows.tolist())


def test_steps_that_always_go_backwards_do_not_undo_the_thinning():
    steps = np.arange(100_000) * -1

    rows = thin(series(np.sin(np.arange(100_000)), steps), 500)

    assert len(rows) <= 4 * 500 + 2


def test_all_bad_series_keeps_its_ends():
    rows = thin(series([np.nan] * 1_000), 10)

    assert rows[0] == 0
    assert rows[-1] == 999


def test_thinning_to_no_bucket_is_refused():
    with pytest.raises(ValueError, match="1 or more"):
        thin(series([1.0, 2.0]), 0)


def test_history_table_becomes_a_series():
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    table = pa.table(
        {
            "step": pa.chunked_array([[1], [2]], pa.int64()),
            "time": pa.chunked_array([[moment], [moment]], pa.timestamp("us", "UTC")),
            "value": pa.chunked_array([[0.5], [float("nan")]], pa.float64()),
        }
    )

    data = from_history(table)

    assert data.steps.tolist() == [1, 2]
    assert data.times.tolist() == [int(moment.timestamp() * 1e6)] * 2
    assert data.values[0] == 0.5
    assert np.isnan(data.values[1])


def test_empty_history_is_an_empty_series():
    table = pa.table(
        {
            "step": pa.array([], pa.int64()),
            "time": pa.array([], pa.timestamp("us", "UTC")),
            "value": pa.array([], pa.float64()),
        }
    )

    data = from_history(table)

    assert len(data) == 0
    assert thin(data, 5).tolist() == []
