"""Words of a comparison: as a document for people, and as JSON for programs. Pure.

The JSON has no key that is a user's text, and no NaN; `docs/gates.md` describes it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from logger.factlines import JsonValue
from logger.layout import experiment_folder

from . import numbers
from .cells import param_cell
from .comparison import Comparison, Measured, MetricChange, ParamChange
from .documents import CLIP, Document, Heading, Lines, Quoted, Said, Table
from .groups import Group

MARKER = "sitegen-compare"

_MOST = 50  # rows of a table: a comment holds 65,536 characters
_MOST_VALUES = 6  # of a param
_VALUE = 40  # characters of one
_SHORT = 7  # letters of a commit
_VERDICTS = {"same": "the same", "unknown": "not comparable"}


def comparison_marker(comparison: Comparison) -> str:
    """What marks a comment that is to be updated by the next comparison of this experiment."""
    return f"{MARKER} {experiment_folder(comparison.head.experiment.name)[-16:]}"


def comparison_document(comparison: Comparison) -> Document:
    """The comparison for people."""
    base, head = comparison.base, comparison.head
    metrics, params = comparison.metrics, comparison.params
    left = [
        *_more(len(metrics), "metric"),
        *_more(len(params), "param"),
    ]
    return [
        Heading((Quoted(head.experiment.name),)),
        Table(("", "base", "head"), _sides(base, head)),
        Table(
            ("metric", "base", "head", "change", ""),
            tuple(map(_metric_row, metrics[:_MOST])),
            numbers=frozenset((1, 2, 3)),
        ),
        Table(("param", "base", "head"), tuple(map(_param_row, params[:_MOST]))),
        Lines(
            (
                *(() if params else (("No param differs.",),)),
                *left,
                *_remarks("base", base),
                *_remarks("head", head),
                *_legend(metrics),
            )
        ),
    ]


def comparison_json(comparison: Comparison) -> dict[str, JsonValue]:
    """The comparison for programs."""
    return {
        "format": 1,
        "base": group_json(comparison.base),
        "head": group_json(comparison.head),
        "params": [
            {"name": change.name, "base": _json_values(change.base), "head": _json_values(change.head)}
            for change in comparison.params
        ],
        "metrics": [
            {
                "name": change.info.name,
                "goal": change.info.goal,
                "goal_assumed": change.info.assumed,
                "value": change.value,
                "base": measured_json(change.base),
                "head": measured_json(change.head),
                "change": change.change,
                "noise": change.noise,
                "verdict": change.verdict,
            }
            for change in comparison.metrics
        ],
    }


def group_json(group: Group) -> dict[str, JsonValue]:
    """A group of runs for programs."""
    return {
        "asked": group.side.text,
        "experiment": group.experiment.name,
        "runs": [run.run_id for run in group.runs],
        "branches": [*group.branches],
        "commits": [*sorted(group.commits)],
        "remarks": [_joined(remark) for remark in group.remarks],
    }


def measured_json(measured: Measured) -> dict[str, JsonValue]:
    """A metric of a group for programs."""
    sample = measured.sample
    return {
        "runs": sample.count if sample else 0,
        "mean": sample.mean if sample else None,
        "std": sample.deviation if sample else None,
        "not_logged": measured.absent,
        "not_finite": measured.bad,
    }


def change_text(value: float) -> str:
    """A difference with its sign: "+0.01234", "−3.400"."""
    sign = "+" if value > 0 else numbers.MINUS if value < 0 else ""
    return sign + numbers.gap(value)


def mean_text(measured: Measured, decimals: int | None = None) -> str:
    """Mean and spread: "0.9123 ± 0.0041 (5 runs)"; `decimals` are those of its row."""
    sample = measured.sample
    if sample is None:
        return "NaN" if measured.bad else "not logged"
    spread = "" if sample.deviation is None else f" ± {numbers.rough(sample.deviation)}"
    return f"{numbers.in_column(sample.mean, decimals)}{spread} ({numbers.plural(sample.count, 'run')})"


def _sides(base: Group, head: Group) -> tuple[tuple[Said, ...], ...]:
    def row(name: str, told: Callable[[Group], Said]) -> tuple[Said, ...]:
        return ((name,), told(base), told(head))

    rows = [
        row("asked for", lambda group: (Quoted(group.side.text),)),
        row("runs", _runs),
        row("branch", lambda group: _listed(group.branches)),
        row("commit", lambda group: _listed([commit[:_SHORT] for commit in sorted(group.commits)])),
    ]
    if base.experiment.name != head.experiment.name:
        rows.insert(1, row("experiment", lambda group: (Quoted(group.experiment.name),)))
    return tuple(rows)


def _runs(group: Group) -> Said:
    if len(group.runs) == 1:
        return (Quoted(group.runs[0].record.name),)
    return (numbers.plural(len(group.runs), "run"),)


def _metric_row(change: MetricChange) -> tuple[Said, ...]:
    delta = "" if change.change is None else change_text(change.change)
    sides = change.base, change.head
    decimals = numbers.row_decimals(side.sample.mean for side in sides if side.sample)
    return (
        (Quoted(change.info.name),),
        *((mean_text(side, decimals),) for side in sides),
        (delta,),
        (_verdict(change),),
    )


def _verdict(change: MetricChange) -> str:
    said = _VERDICTS.get(change.verdict, change.verdict)
    if change.verdict == "within noise" and change.noise is not None:
        said = f"{said} (± {numbers.rough(change.noise)})"
    missing = []
    for name, measured in (("base", change.base), ("head", change.head)):
        if measured.sample is not None and not measured.is_whole:
            of = numbers.plural(measured.absent + measured.bad, "run")
            missing.append(f"{of} of {name} without a value")
    return "; ".join((said, *missing))


def _param_row(change: ParamChange) -> tuple[Said, ...]:
    return (Quoted(change.name),), _param_values(change.base), _param_values(change.head)


def _param_values(values: Sequence[JsonValue]) -> Said:
    if not values:
        return ("not set",)
    more = f" and {len(values) - _MOST_VALUES} more" if len(values) > _MOST_VALUES else ""
    return (*_listed([_whole(value) for value in values[:_MOST_VALUES]], _VALUE), more)


def _whole(value: JsonValue) -> str:
    """A value in words, uncut: what is cut off cannot be recognised any more."""
    return param_cell(value, clip=len(value) + 1 if isinstance(value, str) else _VALUE).text


def _listed(texts: Sequence[str], most: int = CLIP) -> Said:
    said: list[str | Quoted] = []
    for text in texts[:_MOST_VALUES]:
        said += [", ", Quoted(text, most)]
    return tuple(said[1:]) or (numbers.MISSING,)


def _more(count: int, what: str) -> list[Said]:
    return [(f"{numbers.plural(count - _MOST, f'more {what}')} not shown.",)] if count > _MOST else []


def _remarks(name: str, group: Group) -> tuple[Said, ...]:
    return tuple((f"{name}: ", *remark, ".") for remark in group.remarks)


def _legend(metrics: Sequence[MetricChange]) -> list[Said]:
    legend: list[Said] = []
    assumed = [change for change in metrics if change.info.assumed]
    if assumed:
        legend.append(
            (f"Whether more is better was guessed from {numbers.plural(len(assumed), 'name')} of metrics.",)
        )
    if any(change.noise is None and change.change is not None for change in metrics):
        legend.append(("A single run on a side tells nothing of noise.",))
    return legend


def _joined(said: Said) -> str:
    return "".join(part if isinstance(part, str) else part.text for part in said)


def _json_values(values: Sequence[JsonValue]) -> list[JsonValue]:
    return [None if isinstance(value, float) and not math.isfinite(value) else value for value in values]
