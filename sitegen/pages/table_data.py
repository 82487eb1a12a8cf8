"""The runs table as data for the browser: `templates/README.md` says what its keys are."""

from __future__ import annotations

import math
from collections.abc import Sequence

from logger.factlines import JsonValue

from .. import numbers
from ..safe import shown
from .columns import Column
from .runs_table import RunsTable


def table_data(table: RunsTable) -> dict[str, object]:
    """The whole table."""
    return {
        "columns": [_column_data(column) for column in (*table.columns, *table.hidden)],
        "order": list(table.order),
        "sort": table.sorted_by,
    }


def _column_data(column: Column) -> dict[str, object]:
    data: dict[str, object] = {"kind": column.kind, "label": shown(column.label), "group": column.group}
    for key, value in (("sub", column.sub), ("goal", column.goal), ("title", column.title)):
        if value:
            data[key] = value
    if column.also:
        data["also"] = list(column.also)
    if column.hidden:
        data["hidden"] = True
    if column.decimals is not None:
        data["decimals"] = column.decimals
    if column.best is not None:
        data["best"] = column.best
    if column.unbounded:
        data["unbounded"] = list(column.unbounded)
    if column.kind == "text" or (column.kind == "param" and _repeats(column.values)):
        texts = list(dict.fromkeys(value for value in column.values if isinstance(value, str)))
        places = {text: place for place, text in enumerate(texts)}
        data["texts"] = texts
        data["codes"] = [places[v] if isinstance(v, str) else -1 for v in column.values]
    elif column.values:
        values, bad = _without_bad(column.values)
        data["values"] = values
        if bad:
            data["bad"] = bad
    return data


def _without_bad(values: Sequence[JsonValue]) -> tuple[list[JsonValue], list[list[JsonValue]]]:
    """JSON has no NaN and no infinity: null stands there, and beside it [row, what it was]."""
    good: list[JsonValue] = []
    bad: list[list[JsonValue]] = []
    for row, value in enumerate(values):
        if isinstance(value, float) and not math.isfinite(value):
            good.append(None)
            bad.append([row, numbers.number(value)])
        else:
            good.append(value)
    return good, bad


def _repeats(values: Sequence[JsonValue]) -> bool:
    return all(value is None or isinstance(value, str) for value in values)
