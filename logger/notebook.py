"""A run as HTML for notebooks: params, tags, and for each metric a sparkline with its last and best values.

Complete in itself: no script, no style sheet, no font or picture from elsewhere; the colours follow the
text around it, so it reads on light and dark pages. All text of a user's goes through `html.escape`.
The numbers are read from the store, so they are those of all processes that log into the run.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from .errors import LoggerError
from .factlines import JsonValue
from .records import MetricDefinition, MetricSummary, RunRecord
from .store import Store

_WIDTH, _HEIGHT = 120, 24  # of a sparkline, in CSS pixels
_MOST_ROWS = 50  # of a table; a run may have thousands of params

_CELL = "padding:2px 12px 2px 0;text-align:left;vertical-align:middle;background:none"
_QUIET = "opacity:.65"


def run_html(store: Path, run_id: str, fallback: str) -> str:
    """The run as an HTML fragment.

    Args:
        store: where it lies.
        run_id: which run.
        fallback: shown, escaped, when the store cannot tell of the run.
    """
    try:
        reader = Store(store)
        record = reader.find_run(run_id)
        shown = list(record.metrics)[:_MOST_ROWS]
        curves = reader.read_points(record.folder, shown).series
    except LoggerError:
        return f"<pre>{escape(fallback)}</pre>"
    return _document(record, {name: sparkline(table["value"]) for name, table in curves.items()})


def sparkline(values: pa.ChunkedArray) -> str:
    """A small picture of a curve as SVG: its course and its last point; it breaks at NaN and infinities.

    Args:
        values: float64, in the order logged.
    """
    columns = _columns(values)
    finite = [value for column in columns for value in column]
    if not finite:
        return ""
    low, high = min(finite), max(finite)
    middle = low / 2 + high / 2
    half = (high / 2 - low / 2) or 1.0  # of halves, since the difference of two floats may overflow
    width = (_WIDTH - 6) / max(1, len(columns) - 1)

    course = []
    x = y = 0.0
    command = "M"
    for number, column in enumerate(columns):
        for value in column:
            x, y = 3 + number * width, _HEIGHT / 2 - (value - middle) / half * (_HEIGHT / 2 - 3)
            course.append(f"{command}{x:.1f} {y:.1f}")
            command = "L"
        if not column:
            command = "M"
    return (
        f'<svg width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" aria-hidden="true">'
        f'<path d="{"".join(course)}" fill="none" stroke="currentColor" stroke-width="1.2"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="currentColor"/></svg>'
    )


def _columns(values: pa.ChunkedArray) -> list[list[float]]:
    """At most a column for each pixel, of what is finite: the values, or of many the least and greatest."""
    if len(values) <= _WIDTH:
        return [[value] if math.isfinite(value) else [] for value in values.to_pylist()]
    columns = []
    for column in range(_WIDTH):
        start, stop = column * len(values) // _WIDTH, (column + 1) * len(values) // _WIDTH
        part = values.slice(start, stop - start)
        found = pc.min_max(part.filter(pc.is_finite(part))).as_py()
        columns.append([] if found["min"] is None else [found["min"], found["max"]])
    last = values[-1].as_py()
    if math.isfinite(last):
        columns[-1].append(last)
    return columns


def _document(run: RunRecord, pictures: Mapping[str, str]) -> str:
    status = run.status if run.reason is None else f"{run.status}: {run.reason}"
    head = (
        f"<div><strong>{_text(run.name)}</strong> <span style='{_QUIET}'>"
        f"{_text(run.experiment)} · {_text(status)} · <code>{_text(run.run_id)}</code></span></div>"
    )
    metrics = [
        (
            _text(name),
            pictures.get(name, ""),
            _number(summary.last),
            _best(summary, run.definitions.get(name)),
            f"{summary.count:,}",
        )
        for name, summary in run.metrics.items()
    ]
    params = [(_text(name), _value(value)) for name, value in run.params.items()]
    tags = [(_text(name), _text(value)) for name, value in run.tags.items()]
    tables = (
        _table(("metric", "", "last", "best", "points"), metrics),
        _table(("param", ""), params),
        _table(("tag", ""), tags),
    )
    return f"<div>{head}{''.join(tables)}</div>"


def _best(summary: MetricSummary, definition: MetricDefinition | None) -> str:
    """The best value where the goal is known, else the range, which claims nothing."""
    if summary.min is None or summary.max is None:
        return ""
    goal = definition.goal if definition else None
    if goal is None:
        return f"<span style='{_QUIET}'>{_number(summary.min)} … {_number(summary.max)}</span>"
    value, step = (summary.max, summary.max_step) if goal == "max" else (summary.min, summary.min_step)
    return f"{_number(value)} <span style='{_QUIET}'>{goal}, step {step}</span>"


def _table(heads: Iterable[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th style='{_CELL}'>{text}</th>" for text in heads)
    shown = "".join(
        "<tr>" + "".join(f"<td style='{_CELL}'>{cell}</td>" for cell in row) + "</tr>"
        for row in rows[:_MOST_ROWS]
    )
    more = len(rows) - _MOST_ROWS
    foot = f"<div style='{_QUIET}'>and {more:,} more</div>" if more > 0 else ""
    return (
        f"<table style='border-collapse:collapse;margin:8px 0'><thead><tr>{head}</tr></thead>"
        f"<tbody>{shown}</tbody></table>{foot}"
    )


def _value(value: JsonValue) -> str:
    return _number(value) if isinstance(value, float) else _text(str(value))


def _number(value: float) -> str:
    return f"{value:.6g}"


def _text(text: str) -> str:
    """Escaped, held apart from the direction of the text around it, and not beyond all bounds."""
    text = text if len(text) <= 200 else text[:199] + "…"
    visible = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return f"<bdi>{escape(visible)}</bdi>"
