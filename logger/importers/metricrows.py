"""Rows of MLflow's table of metrics, to tables of points and back to what was wrong.

A row is `key, timestamp, value, step, is_nan`, its texts as bytes. Times are milliseconds; NaN is a flag
beside a zero, an infinity the largest float: both become what was logged. SQLite lets any type into any
column: rows that are as they should be are taken in one go, and only where that fails, one by one. No I/O.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .. import schema
from .metriclines import LATEST_MS, good_step, good_time, history

_LARGEST = sys.float_info.max

PointRow = tuple[Any, Any, Any, Any, Any]
Refused = dict[tuple[str, str], int]  # name of a metric and why → how many points of it


def parse_rows(rows: Sequence[PointRow]) -> tuple[dict[str, pa.Table], Refused]:
    """The points of rows, tables of schema.HISTORY in the order of rows, and those that were refused."""
    plain = _parse_plain(rows) if rows else {}
    return _parse_each(rows) if plain is None else (plain, {})


def _parse_plain(rows: Sequence[PointRow]) -> dict[str, pa.Table] | None:
    """The points when all rows are as they should be; None when one is not."""
    names, times_ms, values, steps, nans = zip(*rows, strict=True)
    try:
        name = pa.array(names, pa.binary()).dictionary_encode()
        time = pa.array(times_ms, pa.int64())
        value = pa.array(values, pa.float64())
        step = pa.array(steps, pa.int64())
        is_nan = pa.array(nans, pa.int64())
    except (pa.ArrowException, TypeError, OverflowError):
        return None
    if any(column.null_count for column in (name, time, value, step, is_nan)):
        return None
    span = pc.min_max(time).as_py()
    if span["min"] < 0 or span["max"] > LATEST_MS or pc.min(step).as_py() == schema.NO_INT:
        return None
    found = [_name(key) for key in name.dictionary.to_pylist()]
    if len(set(found)) < len(found):
        return None
    value = pc.if_else(pc.not_equal(is_nan, 0), float("nan"), value)
    value = pc.if_else(pc.greater_equal(value, _LARGEST), float("inf"), value)
    value = pc.if_else(pc.less_equal(value, -_LARGEST), float("-inf"), value)
    columns = [step, pc.multiply(time, 1000).cast(schema.TIME), value]
    table = pa.Table.from_arrays(columns, schema=schema.HISTORY)
    order = pc.sort_indices(name.indices)  # stable
    table = table.take(order)
    tables, at = {}, 0
    for count in name.indices.take(order).value_counts().to_pylist():
        tables[found[count["values"]]] = table.slice(at, count["counts"])
        at += count["counts"]
    return tables


def _parse_each(rows: Sequence[PointRow]) -> tuple[dict[str, pa.Table], Refused]:
    series: dict[str, tuple[list[int], list[int], list[float]]] = {}
    refused: Refused = {}
    for key, time_ms, value, step, is_nan in rows:
        name = _name(key)
        why = _refusal(time_ms, value, step)
        if why:
            refused[name, why] = refused.get((name, why), 0) + 1
            continue
        steps, times, values = series.setdefault(name, ([], [], []))
        steps.append(int(step))
        times.append(time_ms)
        values.append(float("nan") if is_nan else _value(float(value)))
    return {name: history(*columns) for name, columns in series.items()}, refused


def _name(key: object) -> str:
    return key.decode("utf-8", "replace") if isinstance(key, bytes) else str(key)


def _value(value: float) -> float:
    if abs(value) >= _LARGEST:
        return float("inf") if value > 0 else float("-inf")
    return value


def _refusal(time_ms: object, value: object, step: object) -> str:
    """Why a point cannot be taken; empty when it can."""
    if not isinstance(time_ms, int) or not good_time(time_ms):
        return f"the time of a point, {_shown(time_ms)}, is in no year from 1970 to 9999 as milliseconds"
    if not isinstance(value, int | float):
        return f"a point has the value {_shown(value)}, which is no number"
    if isinstance(step, float) and step.is_integer() and abs(step) < 2**63:
        return ""
    if not isinstance(step, int) or not good_step(step):
        return f"a point has the step {_shown(step)}; steps are whole numbers"
    return ""


def _shown(cell: object) -> str:
    return repr(_name(cell) if isinstance(cell, bytes) else cell)
