"""The runs table as data for the browser: `templates/README.md` says what its keys are.

A page holds the first `INLINE` cells, printed columns before hidden ones, numbers of many digits as the
bytes that they are; the columns behind them are data scripts, which `columns.js` loads when somebody needs
them. Pure.
"""

from __future__ import annotations

import base64
import math
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from logger.factlines import JsonValue

from .. import numbers
from ..safe import json_text, shown
from ..shards import Shard, script
from ..urls import Path, link
from .columns import Column
from .runs_table import RunsTable

INLINE = 2_400  # cells: 200 runs × 12 columns are 30 kB
SCRIPT = 200_000  # characters of a data script; a column is never cut


@dataclass(frozen=True, slots=True)
class TableData:
    """The table, and the scripts that hold what is not in the page."""

    page: dict[str, object]  # for the island
    scripts: tuple[Shard, ...]


def table_data(table: RunsTable, page: Path) -> TableData:
    """The whole table for the page at an address."""
    scripts = _Scripts()
    spare = INLINE
    columns = []
    for column in (*table.columns, *table.hidden):
        content = _content(column)
        described = _described(column)
        if not content or len(column.values) <= spare:
            spare -= len(column.values)
            described |= _packed(content)
        else:
            described["numeric"] = column.numeric
            described["at"] = scripts.add(content)
        columns.append(described)
    made = scripts.made()
    data: dict[str, object] = {
        "columns": columns,
        "order": list(table.order),
        "sort": table.sorted_by,
    }
    if made:
        data["scripts"] = [link(page, f"shards/{one.name}") for one in made]
    return TableData(data, made)


@dataclass(slots=True)
class _Scripts:
    """The data scripts while they are made."""

    texts: list[list[str]] = field(default_factory=list)  # per script

    def add(self, content: dict[str, object]) -> list[int]:
        """Where the content lies: script and slot."""
        text = base64.b64encode(zlib.compress(json_text(content).text.encode(), 6)).decode("ascii")
        if not self.texts or sum(map(len, self.texts[-1])) + len(text) > SCRIPT:
            self.texts.append([])
        self.texts[-1].append(text)
        return [len(self.texts) - 1, len(self.texts[-1]) - 1]

    def made(self) -> tuple[Shard, ...]:
        return tuple(script(texts) for texts in self.texts)


def _described(column: Column) -> dict[str, object]:
    data: dict[str, object] = {"kind": column.kind, "label": shown(column.label), "group": column.group}
    for key, value in (("sub", column.sub), ("goal", column.goal), ("title", column.title)):
        if value:
            data[key] = value
    if column.called:
        data["called"] = shown(column.called)
    if column.also:
        data["also"] = list(column.also)
    if column.hidden:
        data["hidden"] = True
    if column.decimals is not None:
        data["decimals"] = column.decimals
    if column.best is not None:
        data["best"] = column.best
    return data


def _content(column: Column) -> dict[str, object]:
    data: dict[str, object] = {}
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


def _packed(content: dict[str, object]) -> dict[str, object]:
    """The content as a page has it: values of many digits as `packed`, float64 in base64, NaN for nothing."""
    values = content.get("values")
    if not isinstance(values, list) or any(type(value) not in (int, float, type(None)) for value in values):
        return content
    if any(type(value) is int and abs(value) > 2**53 for value in values):
        return content
    raw = struct.pack(f"<{len(values)}d", *(math.nan if value is None else value for value in values))
    text = base64.b64encode(raw).decode("ascii")
    if len(text) >= len(json_text(values).text):
        return content
    return {key: value for key, value in content.items() if key != "values"} | {"packed": text}


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
